"""The durable_rules engine, from the side of the caller (semantics §11).

A program becomes patterns and shards once; each evaluation asserts the facts that the shards ask, every different one
once, and reads three values back: true where a `yes` pattern matched, false where a `no` pattern did, else unknown.
The worker process is started when it is first needed, replaced when it has grown, and started again once if it fails.
"""

from __future__ import annotations

import os
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self

from asn_flex.errors import EngineError
from asn_flex.rulebook.conditions import Condition
from asn_flex.situation.engine import Answers, Program, Scope, Truth
from asn_flex.situation.patterns import Patterns, compile_program
from asn_flex.situation.process import (
    WORKER_FILE,
    WorkerFailure,
    WorkerProcess,
    WorkerTimeout,
    WorkerUnusable,
    worker_command,
)
from asn_flex.situation.shards import Fact, Shard, make_shards

START_LIMIT_S = 20.0
# When a worker is replaced: durable_rules never frees what it was told.
MAX_EVALUATIONS = 500
MAX_RULESETS = 1_000
MAX_MEMORY_KB = 512 * 1024
_FACTS_PER_SID = 400
_FACTS_PER_REQUEST = 4_000
_PROGRAMS_KEPT = 4


def durable_available() -> bool:
    """Whether durable_rules is installed here; whether it runs shows when the worker starts."""
    return os.name == "posix" and find_spec("durable") is not None and find_spec("durable_rules_engine") is not None


@dataclass(frozen=True, eq=False)
class Compiled:
    """A program as the worker takes it."""

    patterns: Patterns
    shards: tuple[Shard, ...]
    # INVARIANT: kept alive, so that their `id` stays theirs while the cache holds this.
    conditions: tuple[Condition, ...] = ()

    @property
    def levels(self) -> int:
        """How many rounds an evaluation takes."""
        return 1 + max((shard.level for shard in self.shards), default=-1)


@dataclass
class _Own:
    """What belongs to one process: a fork must not use its parent's worker, nor a lock that somebody may hold."""

    lock: Lock = field(default_factory=Lock)
    worker: WorkerProcess | None = None
    loaded: dict[tuple[Any, ...], str] = field(default_factory=dict)
    evaluations: int = 0
    unusable: str | None = None


class DurableEngine:
    """Evaluates conditions with durable_rules in a worker process; threads take turns.

    Parameters
    ----------
    time_limit_s : float
        The longest that one evaluation may take, starting the worker included.
    worker_file : Path
        The script to run; another one only in tests.

    Notes
    -----
    Close it, or use it as a context manager; what is left is closed when it is collected or Python ends. After a
    fork, the child starts a worker of its own.
    """

    name = "durable"

    def __init__(self, *, time_limit_s: float = 30.0, worker_file: Path = WORKER_FILE) -> None:
        self._time_limit_s = time_limit_s
        self._worker_file = worker_file
        self._owns: dict[int, _Own] = {}
        self._programs: dict[Any, Compiled] = {}
        self._finalizer = weakref.finalize(self, _close_all, self._owns)

    def evaluate(self, program: Program, scopes: Sequence[Scope]) -> list[Answers]:
        """Answer every scope's rules.

        Raises
        ------
        EngineError
            If durable_rules cannot run here, took too long, or failed twice.
        """
        own = self._own()
        deadline = time.monotonic() + self._time_limit_s
        if not own.lock.acquire(timeout=self._time_limit_s):
            raise EngineError("the inference engine is busy with other threads beyond its time limit")
        try:
            compiled = self._compiled(program)
            return _Evaluation(compiled, scopes).run(lambda facts: self._ask(own, facts, deadline))
        finally:
            own.lock.release()

    def close(self) -> None:
        """End the worker; a later evaluation would start another."""
        own = self._own()
        with own.lock:
            _drop(own)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _own(self) -> _Own:
        pid = os.getpid()
        own = self._owns.get(pid)
        if own is None:
            # INVARIANT: setdefault is atomic, so two threads of a fork agree on one lock.
            own = self._owns.setdefault(pid, _Own())
        return own

    def _compiled(self, program: Program) -> Compiled:
        asked = program.conditions.items()
        key = (program.today, tuple((rule, id(a.condition), a.three_valued) for rule, a in asked))
        found = self._programs.get(key)
        if found is None:
            patterns = compile_program(program)
            conditions = tuple(a.condition for a in program.conditions.values())
            found = Compiled(patterns, make_shards(patterns), conditions)
            while len(self._programs) >= _PROGRAMS_KEPT:
                del self._programs[next(iter(self._programs))]
            self._programs[key] = found
        return found

    def _ask(self, own: _Own, facts: Mapping[Shard, Sequence[Fact]], deadline: float) -> dict[Shard, list[list[int]]]:
        """Ask the worker, once more if it fails; raise one clear error."""
        for attempt in (1, 2):
            try:
                return self._exchange(own, facts, deadline)
            except WorkerFailure as failure:
                _drop(own)
                if isinstance(failure, WorkerUnusable):
                    own.unusable = str(failure)
                if attempt == 2 or isinstance(failure, (WorkerTimeout, WorkerUnusable)):
                    raise EngineError(f"the durable_rules worker failed: {failure}") from failure
        raise AssertionError  # pragma: no cover - the loop returns or raises

    def _exchange(
        self, own: _Own, facts: Mapping[Shard, Sequence[Fact]], deadline: float
    ) -> dict[Shard, list[list[int]]]:
        worker = self._worker(own, deadline)
        hits: dict[Shard, list[list[int]]] = {shard: [] for shard in facts}
        for part in _parts(facts):
            load: dict[str, Any] = {}
            run: list[tuple[str, str, list[dict[str, int | str]]]] = []
            for shard, some in part:
                name = own.loaded.get(shard.patterns)
                if name is None:
                    name = own.loaded[shard.patterns] = f"s{len(own.loaded)}"
                    load[name] = shard.patterns
                own.evaluations += 1
                run.append((name, f"e{own.evaluations}", [dict(fact) for fact in some]))
            reply = worker.ask({"load": load, "run": run}, deadline=deadline)
            for (shard, some), found in zip(part, reply["hits"], strict=True):
                if len(found) != len(some):
                    raise WorkerFailure("it answered for other facts than it was asked")
                hits[shard] += found
        return hits

    def _worker(self, own: _Own, deadline: float) -> WorkerProcess:
        """Return this process's worker; start it, or replace one that has grown."""
        worker = own.worker
        grown = worker is not None and worker.rss_kb > MAX_MEMORY_KB
        if grown or own.evaluations > MAX_EVALUATIONS or len(own.loaded) > MAX_RULESETS:
            _drop(own)
        if own.worker is None:
            if own.unusable is not None:
                raise WorkerUnusable(own.unusable)
            if not durable_available() and self._worker_file == WORKER_FILE:
                raise WorkerUnusable("durable_rules is not installed here")
            limit = min(START_LIMIT_S, max(0.0, deadline - time.monotonic()))
            own.worker = WorkerProcess(worker_command(self._worker_file), start_limit_s=limit)
        return own.worker
