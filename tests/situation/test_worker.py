"""The worker refuses whatever the safe subset of durable_rules does not allow, and goes on (semantics §11)."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from asn_flex.situation.process import WORKER_FILE, WorkerFailedError, WorkerProcess, worker_command

from .known import needs_durable

pytestmark = needs_durable


@pytest.fixture
def worker() -> Iterator[WorkerProcess]:
    made = WorkerProcess(worker_command(), start_limit_s=30)
    yield made
    made.kill()


def ask(worker: WorkerProcess, load: Any, run: Any) -> Any:
    return worker.ask({"load": load, "run": run}, deadline=time.monotonic() + 30)["hits"]


def test_it_tells_which_patterns_each_fact_matches(worker: WorkerProcess) -> None:
    patterns = [[["n0", "gte", 3]], [["n0", "lte", 2], ["b1", "eq", "true"]], [["s2", "neq", 1]]]
    facts = [{"n0": 3}, {"n0": 2, "b1": "true"}, {"n0": 2}, {"n0": 5, "s2": 2}, {"s2": 1}]
    assert ask(worker, {"s0": patterns}, [["s0", "e1", facts]]) == [[[0], [1], [], [0, 2], []]]
    # The same facts again, under a fresh sid and under the old one.
    assert ask(worker, {}, [["s0", "e2", facts[:1]], ["s0", "e1", facts[:1]]]) == [[[0]], [[0]]]


def test_rulesets_do_not_see_each_others_facts(worker: WorkerProcess) -> None:
    load = {"s0": [[["n0", "gte", 3]]], "s1": [[["n0", "lte", 3]]]}
    run = [["s0", "e1", [{"n0": 3}, {"n0": 2}]], ["s1", "e1", [{"n0": 4}, {"n0": 3}]]]
    assert ask(worker, load, run) == [[[0], []], [[], [0]]]


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param([], id="a type alone"),
        pytest.param([["n0", "nex", 1]], id="absence"),
        pytest.param([["n0", "mt", "(a+)+"]], id="regular expression"),
        pytest.param([["$s", "eq", 1]], id="the state"),
        pytest.param([["sid", "eq", 1]], id="the sid"),
        pytest.param([["n0", "eq", "text"]], id="text"),
        pytest.param([["n0", "eq", 1.5]], id="float"),
        pytest.param([["n0", "eq", True]], id="bool"),
        pytest.param([["n0", "eq", None]], id="nothing"),
        pytest.param([["n0", "eq", {"$m": "n1"}]], id="join"),
        pytest.param([["n0", "gte", 2**31]], id="a large number"),
        pytest.param([["n0", "eq", 1]] * 41, id="41 terms"),
    ],
)
def test_a_pattern_outside_the_subset_is_refused(worker: WorkerProcess, pattern: Any) -> None:
    with pytest.raises(WorkerFailedError, match="it refused"):
        ask(worker, {"s0": [pattern]}, [])


@pytest.mark.parametrize(
    ("load", "run"),
    [
        pytest.param({"s0": [[["n0", "eq", n]] for n in range(61)]}, [], id="61 patterns"),
        pytest.param({"s0": []}, [], id="no pattern"),
        pytest.param({"s0": [[["n0", "eq", 1]]]}, [["s0", "e1", [{"id": 7}]]], id="an id of its own"),
        pytest.param({"s0": [[["n0", "eq", 1]]]}, [["s0", "e1", [{"n0": "x"}]]], id="text in a fact"),
        pytest.param({"s0": [[["n0", "eq", 1]]]}, [["s0", "e1", [{"n0": [1]}]]], id="a list in a fact"),
    ],
)
def test_a_request_outside_the_subset_is_refused(worker: WorkerProcess, load: Any, run: Any) -> None:
    with pytest.raises(WorkerFailedError, match="it refused"):
        ask(worker, load, run)


def test_a_ruleset_cannot_be_replaced(worker: WorkerProcess) -> None:
    ask(worker, {"s0": [[["n0", "eq", 1]]]}, [])
    with pytest.raises(WorkerFailedError, match="is there already"):
        ask(worker, {"s0": [[["n0", "eq", 2]]]}, [])


def test_many_facts_and_a_long_request(worker: WorkerProcess) -> None:
    facts = [{"n0": n % 7, "n1": n} for n in range(4000)]
    run = [["s0", f"e{n}", facts[n : n + 400]] for n in range(0, 4000, 400)]
    hits = ask(worker, {"s0": [[["n0", "eq", 3]], [["n1", "gte", 3999]]]}, run)
    assert [m for part in hits for m in part] == [[0] * (n % 7 == 3) + [1] * (n >= 3999) for n in range(4000)]


def test_it_runs_from_its_file_in_any_folder_and_imports_nothing_of_asn_flex(tmp_path: Path) -> None:
    # A file of the caller's folder must not stand in for a module.
    (tmp_path / "json.py").write_text("raise SystemExit('the wrong json')")
    (tmp_path / "durable.py").write_text("raise SystemExit('the wrong durable')")
    request = {"n": 1, "limit_s": 5, "load": {"s0": [[["n0", "eq", 1]]]}, "run": [["s0", "e", [{"n0": 1}]]]}
    done = subprocess.run(
        [sys.executable, "-P", str(WORKER_FILE)], input=json.dumps(request) + "\n", cwd=tmp_path,
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.stderr == ""
    ready, reply = map(json.loads, done.stdout.splitlines())
    assert (ready, reply["n"], reply["hits"], done.returncode) == ({"ready": 1}, 1, [[[0]]], 0)
    nodes = list(ast.walk(ast.parse(WORKER_FILE.read_text())))
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in imported} - set(sys.stdlib_module_names) == {"durable"}
