"""Whatever happens to the worker: one clear error or a right answer, in time, nothing left behind (semantics §11)."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from asn_flex.errors import EngineError
from asn_flex.situation import durable as durable_module
from asn_flex.situation.durable import DurableEngine
from asn_flex.situation.infer import infer
from asn_flex.situation.process import WORKER_FILE

from .build import rules_of, scenario_of
from .known import ask_severity, needs_durable

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="the worker needs a POSIX system"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]

READY = 'import json, os, sys, time\nprint(json.dumps({"ready": 1}), flush=True)\n'
REAL = f"""
import os, runpy, sys, time
real = runpy.run_path({str(WORKER_FILE)!r}, run_name="worker")
"""


def children() -> set[int]:
    """Return the processes whose parent is this one, the dead that nobody fetched included."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == os.getpid():
                found.add(int(entry.name))
    return found


@pytest.fixture(autouse=True)
def no_process_is_left() -> Iterator[None]:
    if not Path("/proc/self/stat").exists():
        pytest.skip("needs /proc")
    before = children()
    yield
    gc.collect()
    # Python's own tracker, which `spawn` starts, stays until the end.
    tracker = {resource_tracker._resource_tracker._pid}
    assert children() - before - tracker == set()


@pytest.fixture
def worker_that(tmp_path: Path) -> Callable[[str], Path]:
    def write(body: str) -> Path:
        path = tmp_path / "worker.py"
        path.write_text(textwrap.dedent(body))
        return path

    return write


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until_gone(pid: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while is_alive(pid) and time.monotonic() < end:
        time.sleep(0.05)
    return not is_alive(pid)


# ---- workers that misbehave -----------------------------------------------------------------------------------------

BAD_ANSWERS = {
    "garbage": 'print("Traceback: \\x00 nonsense", flush=True); time.sleep(60)',
    "half a line": 'sys.stdout.write(\'{"n": 1, "hi\'); sys.stdout.flush(); os._exit(0)',
    "a list": 'print("[1, 2]", flush=True); time.sleep(60)',
    "too deep": 'print("[" * 200_000, flush=True); time.sleep(60)',
    "the answer to another request": 'print(\'{"n": 99, "hits": [], "rss_kb": 1}\', flush=True); time.sleep(60)',
    "no hits": 'print(\'{"n": 1, "hits": null, "rss_kb": 1}\', flush=True); time.sleep(60)',
    "hits of other shape": 'print(\'{"n": 1, "hits": [[["x"]]], "rss_kb": 1}\', flush=True); time.sleep(60)',
    "too few hits": 'print(\'{"n": 1, "hits": [], "rss_kb": 1}\', flush=True); time.sleep(60)',
    "true and false": 'print(\'{"n": 1, "hits": [[[0, 1]]], "rss_kb": 1}\', flush=True); time.sleep(60)',
    "a hit beyond its patterns": 'print(\'{"n": 1, "hits": [[[77]]], "rss_kb": 1}\', flush=True); time.sleep(60)',
    "a refusal": 'print(\'{"n": 1, "error": "no"}\', flush=True); time.sleep(60)',
    "not text": 'sys.stdout.buffer.write(b"\\xff\\xfe\\n"); sys.stdout.flush(); time.sleep(60)',
    "death": "os.kill(os.getpid(), 9)",
    "an exit": "os._exit(3)",
    "a crash": 'raise MemoryError("out of memory")',
}


@pytest.mark.parametrize("body", BAD_ANSWERS.values(), ids=BAD_ANSWERS)
def test_a_worker_that_answers_wrong_is_one_clear_error(worker_that: Callable[[str], Path], body: str) -> None:
    with (
        DurableEngine(worker_file=worker_that(f"{READY}sys.stdin.readline()\n{body}\n"), time_limit_s=20) as engine,
        pytest.raises(EngineError, match="durable_rules worker failed"),
    ):
        ask_severity(engine, 4)


def test_the_error_tells_how_the_worker_ended_and_what_it_said_last(worker_that: Callable[[str], Path]) -> None:
    file = worker_that(READY + "sys.stdin.readline()\nos.kill(os.getpid(), 9)\n")
    with DurableEngine(worker_file=file) as engine, pytest.raises(EngineError, match="killed by signal 9"):
        ask_severity(engine, 4)
    file = worker_that(READY + 'sys.stdin.readline()\nsys.exit("no more memory")\n')
    with DurableEngine(worker_file=file) as engine, pytest.raises(EngineError, match=r"exit code 1\): no more memory"):
        ask_severity(engine, 4)


HANGING = {
    "before it is ready": "import time; time.sleep(60)",
    "while it computes": READY + "sys.stdin.readline(); time.sleep(60)",
    "without reading": READY + "time.sleep(60)",
    "in the middle of its answer": READY
    + "sys.stdin.readline(); sys.stdout.write('{'); sys.stdout.flush(); time.sleep(60)",
    "while it talks": READY + "\nwhile True: sys.stderr.write('x' * 1000)",
}


@pytest.mark.parametrize("body", HANGING.values(), ids=HANGING)
def test_a_worker_that_hangs_is_killed_when_its_time_is_over(worker_that: Callable[[str], Path], body: str) -> None:
    start = time.monotonic()
    with (
        DurableEngine(worker_file=worker_that(body), time_limit_s=1.0) as engine,
        pytest.raises(EngineError, match="time limit"),
    ):
        ask_severity(engine, 4)
    assert time.monotonic() - start < 10


def test_a_request_larger_than_a_pipe_does_not_hang_on_a_worker_that_never_reads(
    worker_that: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable_module, "_requests", lambda facts: [[(s, list(f) * 100_000) for s, f in facts.items()]])
    with (
        DurableEngine(worker_file=worker_that(READY + "time.sleep(60)"), time_limit_s=2.0) as engine,
        pytest.raises(EngineError, match="time limit"),
    ):
        ask_severity(engine, 4)


def test_an_answer_without_end_is_cut_off(worker_that: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asn_flex.situation.process._MAX_REPLY", 1 << 20)
    file = worker_that(READY + "sys.stdin.readline()\nwhile True: sys.stdout.write('x' * 65536)")
    with (
        DurableEngine(worker_file=file, time_limit_s=20) as engine,
        pytest.raises(EngineError, match="longer than"),
    ):
        ask_severity(engine, 4)


def test_a_worker_that_cannot_import_durable_rules_is_tried_once_only(worker_that: Callable[[str], Path]) -> None:
    # As on Python 3.13, where the extension lacks a symbol.
    file = worker_that(f"import sys\nsys.modules['durable'] = None\n{REAL}\nreal['main'](sys.argv[1:])")
    with DurableEngine(worker_file=file) as engine:
        for _ in range(2):
            with pytest.raises(EngineError, match="cannot be imported"):
                ask_severity(engine, 4)
            file.unlink(missing_ok=True)


def test_without_durable_rules_the_error_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable_module, "find_spec", lambda name: None)
    with DurableEngine() as engine, pytest.raises(EngineError, match="not installed"):
        ask_severity(engine, 4)


def test_an_interpreter_that_cannot_be_started_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    for program, problem in (("/no/such/python", "cannot be started"), ("", "own program")):
        monkeypatch.setattr(sys, "executable", program)
        with DurableEngine(worker_file=Path("any.py")) as engine, pytest.raises(EngineError, match=problem):
            ask_severity(engine, 4)


def test_the_plain_engine_takes_over_and_the_situation_says_why(worker_that: Callable[[str], Path]) -> None:
    rulebook = rules_of("id: ACT-1, kind: activate, duty: d1, each: event, seats: {base: 1}, when: {event.severity: 4}")
    scenario = scenario_of(rulebook, event={"severity": 4})
    with DurableEngine(worker_file=worker_that(READY + "os._exit(7)")) as engine:
        situation = infer(rulebook, scenario, engine=engine, fallback=True)
        with pytest.raises(EngineError):
            infer(rulebook, scenario, engine=engine)
    assert situation.engine == "plain"
    assert [d.id for d in situation.demands] == ["d1@event"]
    assert [w.code for w in situation.warnings] == ["W603"]
    assert "exit code 7" in situation.warnings[0].message("en")


# ---- the real worker under bad circumstances ------------------------------------------------------------------------


@needs_durable
def test_a_worker_that_dies_once_is_started_again(worker_that: Callable[[str], Path], tmp_path: Path) -> None:
    mark = tmp_path / "died"
    file = worker_that(
        f"{REAL}\nif not os.path.exists({str(mark)!r}):\n    open({str(mark)!r}, 'w').close()\n"
        "    real['Rules'].serve = lambda self, request: os.kill(os.getpid(), 9)\nreal['main'](sys.argv[1:])\n"
    )
    with DurableEngine(worker_file=file) as engine:
        assert ask_severity(engine, 4) == {"R": True}
    assert mark.exists()


@needs_durable
def test_a_worker_killed_between_and_while_evaluating_is_replaced() -> None:
    with DurableEngine() as engine:
        stop = threading.Event()

        def keep_killing() -> None:
            while not stop.wait(0.25):
                worker = next(iter(engine._owns.values())).worker
                if worker is not None:
                    os.kill(worker.pid, signal.SIGKILL)

        killer = threading.Thread(target=keep_killing)
        ask_severity(engine, 4)
        killer.start()
        right, wrong, end = 0, 0, time.monotonic() + 2
        while time.monotonic() < end:
            try:
                assert ask_severity(engine, 2) == {"R": False}
                right += 1
            except EngineError:
                wrong += 1
        stop.set()
        killer.join()
        assert right > 0
        assert ask_severity(engine, None) == {"R": None}


@needs_durable
def test_what_durable_rules_prints_does_not_reach_the_answers(worker_that: Callable[[str], Path]) -> None:
    file = worker_that(
        f"{REAL}\nold = real['Rules'].serve\n"
        "def noisy(self, request):\n    print('hello'); sys.stdout.flush(); os.write(1, b'{}' * 100_000)\n"
        "    return old(self, request)\nreal['Rules'].serve = noisy\nreal['main'](sys.argv[1:])\n"
    )
    with DurableEngine(worker_file=file) as engine:
        assert [ask_severity(engine, n)["R"] for n in (2, 3, None, 4)] == [False, True, None, True]


@needs_durable
@pytest.mark.parametrize(
    ("patch", "problem"),
    [
        pytest.param("real['Rules']._recorder = lambda self, n: (lambda c: 1 / 0)", "lost matches", id="action raises"),
        pytest.param(
            "real['Rules']._recorder = lambda self, n: (lambda c: None)", "lost matches", id="nothing recorded"
        ),
        pytest.param(
            "real['Rules']._recorder = lambda self, n: (lambda c: self._hits.append(('other', n)))",
            "another fact",
            id="other fact",
        ),
    ],
)
def test_matches_that_durable_rules_loses_are_noticed(
    worker_that: Callable[[str], Path], patch: str, problem: str
) -> None:
    with (
        DurableEngine(worker_file=worker_that(f"{REAL}\n{patch}\nreal['main'](sys.argv[1:])\n")) as engine,
        pytest.raises(EngineError, match=problem),
    ):
        ask_severity(engine, 4)


@needs_durable
def test_eight_threads_take_turns() -> None:
    wrong: list[object] = []
    with DurableEngine() as engine:

        def work(number: int) -> None:
            for turn in range(20):
                severity = (number + turn) % 6
                if ask_severity(engine, severity) != {"R": severity >= 3}:
                    wrong.append((number, turn))

        threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert wrong == []
        assert not any(thread.is_alive() for thread in threads)
        assert len(engine._owns) == 1


def evaluate_in_child(answer: Connection) -> None:
    with DurableEngine() as engine:
        answer.send(ask_severity(engine, 4))


@needs_durable
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_daemonic_child_of_multiprocessing_has_a_worker_of_its_own(method: str) -> None:
    context = multiprocessing.get_context(method)
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=evaluate_in_child, args=(there,), daemon=True)
    child.start()
    there.close()
    assert here.poll(60)
    assert here.recv() == {"R": True}
    child.join(60)
    assert child.exitcode == 0
    here.close()
    child.close()


@needs_durable
def test_after_a_fork_parent_and_child_go_on_with_workers_of_their_own() -> None:
    with DurableEngine() as engine:
        ask_severity(engine, 4)
        parents = engine._own().worker
        assert parents is not None
        child = os.fork()
        if child == 0:
            right = ask_severity(engine, 2) == {"R": False} and engine._own().worker.pid != parents.pid
            engine.close()
            os._exit(0 if right else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert ask_severity(engine, None) == {"R": None}
        assert engine._own().worker is parents


@needs_durable
def test_a_fork_while_another_thread_evaluates_does_not_hang() -> None:
    with DurableEngine() as engine:
        ask_severity(engine, 4)
        own = engine._own()
        with own.lock:  # as if another thread were evaluating
            child = os.fork()
            if child == 0:
                right = ask_severity(engine, 4) == {"R": True}
                engine.close()
                os._exit(0 if right else 1)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@needs_durable
def test_a_busy_engine_gives_up_after_its_time_limit() -> None:
    with DurableEngine(time_limit_s=0.2) as engine, engine._own().lock, pytest.raises(EngineError, match="busy"):
        ask_severity(engine, 4)


@needs_durable
def test_closing_twice_does_nothing_and_a_closed_engine_starts_again() -> None:
    engine = DurableEngine()
    engine.close()
    ask_severity(engine, 4)
    engine.close()
    engine.close()
    assert ask_severity(engine, 4) == {"R": True}
    engine.close()


@needs_durable
def test_an_engine_that_is_forgotten_takes_its_worker_with_it() -> None:
    engine = DurableEngine()
    ask_severity(engine, 4)
    pid = engine._own().worker.pid
    del engine
    gc.collect()
    assert not is_alive(pid)


@needs_durable
def test_an_interrupt_leaves_no_worker_and_the_engine_goes_on(
    worker_that: Callable[[str], Path], tmp_path: Path
) -> None:
    mark = tmp_path / "hung"
    file = worker_that(
        f"{REAL}\nif not os.path.exists({str(mark)!r}):\n    open({str(mark)!r}, 'w').close()\n"
        "    real['Rules'].serve = lambda self, request: time.sleep(60)\nreal['main'](sys.argv[1:])\n"
    )

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    old = signal.signal(signal.SIGALRM, interrupt)
    try:
        with DurableEngine(worker_file=file) as engine:
            signal.setitimer(signal.ITIMER_REAL, 1.5)
            with pytest.raises(KeyboardInterrupt):
                ask_severity(engine, 4)
            assert ask_severity(engine, 4) == {"R": True}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)


@needs_durable
@pytest.mark.parametrize("limit", ["MAX_RULESETS", "MAX_MEMORY_KB"])
def test_a_worker_that_has_grown_is_replaced(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(durable_module, limit, 0)
    with DurableEngine() as engine:
        assert ask_severity(engine, 4) == {"R": True}
        first = engine._own().worker
        assert ask_severity(engine, 2) == {"R": False}
        assert engine._own().worker is not first


# ---- the worker outlives nobody --------------------------------------------------------------------------------------

PARENT = f"""
import os, sys, time
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from tests.situation.known import ask_severity
from asn_flex.situation.durable import DurableEngine
engine = DurableEngine()
ask_severity(engine, 4)
print(engine._own().worker.pid, flush=True)
"""


def worker_of_a_parent_that(ending: str) -> tuple[subprocess.Popen[str], int]:
    parent = subprocess.Popen([sys.executable, "-c", PARENT + ending], stdout=subprocess.PIPE, text=True)
    return parent, int(parent.stdout.readline())


@needs_durable
@pytest.mark.parametrize(
    "ending",
    [
        pytest.param("", id="ends without closing"),
        pytest.param("os._exit(1)", id="ends at once"),
        pytest.param("os.kill(os.getpid(), 9)", id="is killed"),
    ],
)
def test_the_worker_ends_with_its_parent(ending: str) -> None:
    parent, pid = worker_of_a_parent_that(ending)
    parent.communicate(timeout=30)
    assert wait_until_gone(pid, 5)


@needs_durable
def test_the_worker_ends_with_its_parent_even_if_a_fork_keeps_the_pipe_open() -> None:
    # The fork sleeps with the write end of the worker's input; only the parent's death tells.
    parent, pid = worker_of_a_parent_that("if os.fork() == 0: os.close(1); time.sleep(20)\nos._exit(0)")
    parent.communicate(timeout=30)
    assert wait_until_gone(pid, 10)


@needs_durable
def test_a_worker_in_an_endless_loop_ends_by_itself_when_its_parent_is_gone(
    worker_that: Callable[[str], Path],
) -> None:
    file = worker_that(
        f"{REAL}\ndef serve(self, request):\n    while True: pass\n"
        "real['Rules'].serve = serve\nreal['main'](sys.argv[1:])\n"
    )
    program = textwrap.dedent(f"""
        import sys, threading, time, os
        sys.path.insert(0, {str(Path(__file__).parents[2])!r})
        from pathlib import Path
        from tests.situation.known import ask_severity
        from asn_flex.situation.durable import DurableEngine
        engine = DurableEngine(time_limit_s=2, worker_file=Path({str(file)!r}))
        threading.Thread(target=ask_severity, args=(engine, 4), daemon=True).start()
        while engine._own().worker is None: time.sleep(0.01)
        time.sleep(0.3)
        print(engine._own().worker.pid, flush=True)
        os.kill(os.getpid(), 9)
    """)
    parent = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, check=False, timeout=30)
    assert wait_until_gone(int(parent.stdout), 10)
