"""The durable_rules engine, from the side of the caller (semantics §11).

A program becomes patterns and shards once; each evaluation asserts the facts that the shards ask, every different one
once, and reads three values back: true where a `yes` pattern matched, false where a `no` pattern did, else unknown.
The worker process is started when it is first needed, replaced when it has grown, and started again once if it fails.
"""

from __future__ import annotations

import os
import time
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
    WorkerFailedError,
    WorkerProcess,
    WorkerTimeoutError,
    WorkerUnusableError,
    worker_command,
)
from asn_flex.situation.shards import Fact, Shard, Term, make_shards

START_LIMIT_S = 20.0
# A ruleset takes 1 023 `sid`s; then the same patterns go in once more under another name.
MAX_EVALUATIONS = 900
# When a worker is replaced: durable_rules never frees what it was told.
MAX_RULESETS = 1_000
MAX_MEMORY_KB = 512 * 1024
_FACTS_PER_SID = 400
_FACTS_PER_REQUEST = 4_000
_PROGRAMS_KEPT = 4

Batch = Mapping[Shard, Sequence[Fact]]
Hits = dict[Shard, list[list[int]]]


def durable_available() -> bool:
    """Whether durable_rules is installed here; whether it runs shows when the worker starts."""
    return os.name == "posix" and find_spec("durable") is not None and find_spec("durable_rules_engine") is not None


@dataclass(frozen=True, eq=False)
class Compiled:
    """A program as the worker takes it."""

    patterns: Patterns
    shards: tuple[Shard, ...]
    # INVARIANT: kept alive, so that their `id` stays theirs while the cache holds this.
    kept: tuple[Condition, ...]

    @property
    def levels(self) -> int:
        """How many rounds an evaluation may take."""
        return 1 + max((shard.level for shard in self.shards), default=-1)

    def shards_for(self, rules: Iterable[str]) -> tuple[Shard, ...]:
        """Return the shards that settle the rules' conditions and the parts that these rest on."""
        wanted = [n for n in (self.patterns.by_rule[rule] for rule in rules) if isinstance(n, int)]
        seen: set[int] = set()
        while wanted:
            number = wanted.pop()
            if number not in seen:
                seen.add(number)
                wanted += self.patterns.parts_of(number)
        return tuple(shard for shard in self.shards if not seen.isdisjoint(shard.conditions))


@dataclass
class _Ruleset:
    """A ruleset that the worker knows, and how often it was used."""

    name: str
    evaluations: int = 0


@dataclass
class _Own:
    """What belongs to one process: a fork must not use its parent's worker, nor a lock that somebody may hold."""

    lock: Lock = field(default_factory=Lock)
    worker: WorkerProcess | None = None
    # The ruleset in use for some patterns; shards that ask different facts in one way share it.
    loaded: dict[tuple[tuple[Term, ...], ...], _Ruleset] = field(default_factory=dict)
    rulesets: int = 0
    unusable: str | None = None

    @property
    def is_full(self) -> bool:
        """Whether the worker has grown so much that another one is due."""
        grown = self.worker is not None and self.worker.rss_kb > MAX_MEMORY_KB
        return grown or self.rulesets > MAX_RULESETS


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
            evaluation = _Evaluation(self._compiled(program), program, scopes)
            return evaluation.run(lambda facts: self._ask(own, facts, deadline))
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
            for other in [key for key in self._owns if key != pid]:
                _drop(self._owns.pop(other))
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

    def _ask(self, own: _Own, facts: Batch, deadline: float) -> Hits:
        """Ask the worker, once more if it fails; raise one clear error."""
        for is_last in (False, True):
            try:
                return _exchange(own, self._worker(own, deadline), facts, deadline)
            except WorkerFailedError as failure:
                _drop(own)
                if isinstance(failure, WorkerUnusableError):
                    own.unusable = str(failure)
                if is_last or isinstance(failure, (WorkerTimeoutError, WorkerUnusableError)):
                    raise EngineError(f"the durable_rules worker failed: {failure}") from failure
            except BaseException:
                # An interrupt: the worker is gone, and a later evaluation starts another.
                _drop(own)
                raise
        raise AssertionError  # pragma: no cover - the loop returns or raises

    def _worker(self, own: _Own, deadline: float) -> WorkerProcess:
        """Return this process's worker; start it, or replace one that has grown."""
        if own.worker is not None and own.is_full:
            _drop(own)
        if own.worker is None:
            if own.unusable is not None:
                raise WorkerUnusableError(own.unusable)
            if self._worker_file == WORKER_FILE and not durable_available():
                raise WorkerUnusableError("durable_rules is not installed here")
            limit = min(START_LIMIT_S, max(0.0, deadline - time.monotonic()))
            own.worker = WorkerProcess(worker_command(self._worker_file), start_limit_s=limit)
        return own.worker


def _exchange(own: _Own, worker: WorkerProcess, facts: Batch, deadline: float) -> Hits:
    """Assert every fact; rulesets that the worker does not know yet go with them."""
    hits: Hits = {shard: [] for shard in facts}
    for part in _requests(facts):
        load: dict[str, Any] = {}
        run: list[tuple[str, str, list[dict[str, int | str]]]] = []
        for shard, some in part:
            ruleset = own.loaded.get(shard.patterns)
            if ruleset is None or ruleset.evaluations >= MAX_EVALUATIONS:
                ruleset = own.loaded[shard.patterns] = _Ruleset(f"s{own.rulesets}")
                own.rulesets += 1
                load[ruleset.name] = shard.patterns
            ruleset.evaluations += 1
            run.append((ruleset.name, f"e{ruleset.evaluations}", [dict(fact) for fact in some]))
        reply = worker.ask({"load": load, "run": run}, deadline=deadline)
        answers = reply["hits"]
        if len(answers) != len(part):
            raise WorkerFailedError("it answered for other rulesets than it was asked")
        for (shard, some), found in zip(part, answers, strict=True):
            hits[shard] += _checked(shard, some, found)
    return hits


def _checked(shard: Shard, some: Sequence[Fact], found: object) -> list[list[int]]:
    """Return the matches of one ruleset if they can be matches of these facts."""
    if not isinstance(found, list) or len(found) != len(some):
        raise WorkerFailedError("it answered for other facts than it was asked")
    possible = set(range(len(shard.patterns)))
    for matches in found:
        if not isinstance(matches, list) or not all(type(m) is int and m in possible for m in matches):
            raise WorkerFailedError("it answered with patterns that it was not told")
        if shard.contradicts(matches):
            raise WorkerFailedError("it found a condition both true and false")
    return found


def _requests(facts: Batch) -> Iterator[list[tuple[Shard, Sequence[Fact]]]]:
    """Part the facts: some hundreds for each `sid`, some thousands for each request."""
    request: list[tuple[Shard, Sequence[Fact]]] = []
    size = 0
    for shard, every in facts.items():
        for start in range(0, len(every), _FACTS_PER_SID):
            some = every[start : start + _FACTS_PER_SID]
            request.append((shard, some))
            size += len(some)
            if size >= _FACTS_PER_REQUEST:
                yield request
                request, size = [], 0
    if request:
        yield request


def _drop(own: _Own) -> None:
    if own.worker is not None:
        own.worker.kill()
    own.worker = None
    own.loaded, own.rulesets = {}, 0


def _close_all(owns: dict[int, _Own]) -> None:
    for own in list(owns.values()):
        _drop(own)


class _Evaluation:
    """One evaluation: level by level, every different fact once."""

    def __init__(self, compiled: Compiled, program: Program, scopes: Sequence[Scope]) -> None:
        self._compiled = compiled
        self._program = program
        self._scopes = scopes
        self._truths: list[dict[int, Truth]] = [{} for _ in scopes]

    def run(self, ask: Callable[[Batch], Hits]) -> list[Answers]:
        """Return the answers of every scope."""
        needed = {scope.rules: self._compiled.shards_for(scope.rules) for scope in self._scopes}
        for level in range(self._compiled.levels):
            asked: dict[Shard, dict[Fact, list[int]]] = {}
            for number, scope in enumerate(self._scopes):
                for shard in needed[scope.rules]:
                    if shard.level == level:
                        fact = shard.encode(scope.facts, self._truths[number])
                        asked.setdefault(shard, {}).setdefault(fact, []).append(number)
            self._settle(asked, ask)
        return [self._answers(number) for number in range(len(self._scopes))]

    def _settle(self, asked: Mapping[Shard, Mapping[Fact, list[int]]], ask: Callable[[Batch], Hits]) -> None:
        # A fact of which nothing is known matches nothing, for every pattern asks something.
        told = {shard: [fact for fact in found if fact and shard.patterns] for shard, found in asked.items()}
        batch = {shard: facts for shard, facts in told.items() if facts}
        hits = ask(batch) if batch else {}
        for shard, found in asked.items():
            answers = dict(zip(told[shard], hits.get(shard, ()), strict=True))
            for fact, numbers in found.items():
                truths = shard.decode(answers.get(fact, ()))
                for number in numbers:
                    self._truths[number].update(truths)

    def _answers(self, number: int) -> Answers:
        truths, found = self._truths[number], {}
        for rule in self._scopes[number].rules:
            place = self._compiled.patterns.by_rule[rule]
            truth = truths[place] if isinstance(place, int) else place[0]
            found[rule] = truth if self._program.conditions[rule].three_valued else truth is True
        return found
