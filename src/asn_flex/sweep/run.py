"""Drives a sweep: one plan for each scenario, over any executor; results keep their order (semantics §12.7)."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asn_flex.domain.scenario import Scenario
from asn_flex.errors import SweepStopped
from asn_flex.i18n import say
from asn_flex.pipeline import EngineName
from asn_flex.pipeline import versions as versions_of
from asn_flex.rulebook.model import Rulebook
from asn_flex.sweep.apply import Variant
from asn_flex.sweep.changes import Change
from asn_flex.sweep.result import Sweep, varied_cells
from asn_flex.sweep.rows import row_of_failure
from asn_flex.sweep.store import Store, key_of
from asn_flex.sweep.work import Base, Options, plan_one

_Row = dict[str, Any]
_Arguments = tuple[Base, tuple[Change, ...], Options, Mapping[str, str]]
# Told how many scenarios are done, of how many.
SweepProgress = Callable[[int, int], None]
# Tasks handed out at a time: enough for a cluster, but so few that their bytes stay below this.
_MOST_IN_FLIGHT, _LEAST_IN_FLIGHT = 256, 16
_BYTES_IN_FLIGHT = 1 << 30


@dataclass(frozen=True)
class _Task:
    """One scenario to plan."""

    key: str
    scenario: Scenario
    changes: tuple[Change, ...]


def plan_many(
    rulebook: Rulebook,
    scenarios: Iterable[Scenario | Variant],
    executor: Executor | None = None,
    *,
    out: str | Path | None = None,
    time_limit_s: float | None = 60,
    engine: EngineName = "plain",
    progress: SweepProgress | None = None,
) -> Sweep:
    """Plan many scenarios by one rulebook.

    Parameters
    ----------
    scenarios : scenarios, or what `vary` makes of one
    executor : any `concurrent.futures.Executor`, such as a `ProcessPoolExecutor` with the start method `spawn`, or
        `Client.get_executor()` of a Dask cluster; by default they are planned here, one after the other
    out : folder that keeps every finished result; results in it that are of the same rulebook, scenario, variation,
        options and versions are taken instead of planned again
    time_limit_s : seconds for the solvers, for each plan
    engine : `plain` or `durable`; both give the same answer
    progress : called with how many are done, and of how many

    Returns
    -------
    Sweep
        One row for each scenario in the order given, whatever the executor.

    Raises
    ------
    SweepStopped
        If processes of the executor died, or run other versions; what was finished is in `out`.
    UsageError
        If processes of the executor were forked after tables had been read.

    References
    ----------
    docs/semantics.md §12.7.
    """
    listed = [item if isinstance(item, Variant) else Variant(item, (), ()) for item in scenarios]
    options, versions = Options(time_limit_s, engine), versions_of(engine)
    tasks = [
        _Task(key_of(rulebook, v.base, v.changes, options, versions), v.base, v.changes) for v in listed
    ]  # fmt: skip
    store = Store(Path(out) if out is not None else None)
    store.prepare()
    rows = {task.key: row for task in tasks if (row := store.read(task.key)) is not None}
    counts = _Counts([task.key for task in tasks], progress)
    counts.add(rows)
    pending = list({task.key: task for task in tasks if task.key not in rows}.values())

    def take(task: _Task, row: dict[str, Any]) -> None:
        if row["status"] != "failed":
            store.write(task.key, task.changes, row)
        rows[task.key] = row
        counts.add([task.key])

    todo = ((task, (base, task.changes, options, versions)) for task, base in _packed(rulebook, pending))
    if executor is None:
        for task, arguments in todo:
            take(task, plan_one(*arguments))
    else:
        _drive(executor, todo, take)
    return Sweep(
        rulebook=rulebook.digest,
        scenarios=tuple(dict.fromkeys((v.base.id, v.base.digest) for v in listed)),
        varied=tuple(dict.fromkeys(column for v in listed for axis in v.axes for column in axis.columns)),
        rows=tuple(
            {"scenario": v.base.id, **varied_cells(v), **rows[t.key]} for v, t in zip(listed, tasks, strict=True)
        ),
    )


def finished(rulebook: Rulebook, variants: Sequence[Variant], out: Path, options: Options) -> int:
    """Return how many results of a sweep a folder holds already."""
    store, versions = Store(out), versions_of(options.engine)
    return sum(store.read(key_of(rulebook, v.base, v.changes, options, versions)) is not None for v in variants)


class _Counts:
    """Tells how far a sweep is; scenarios that say the same are planned once and counted each."""

    def __init__(self, keys: Sequence[str], progress: SweepProgress | None) -> None:
        self._times = Counter(keys)
        self._all = len(keys)
        self._done = 0
        self._progress = progress

    def add(self, keys: Iterable[str]) -> None:
        """Count these as done."""
        self._done += sum(self._times[key] for key in keys)
        if self._progress is not None:
            self._progress(self._done, self._all)


def _packed(rulebook: Rulebook, tasks: Sequence[_Task]) -> Iterator[tuple[_Task, Base]]:
    base: Base | None = None
    packed: Scenario | None = None
    for task in tasks:
        if base is None or packed is not task.scenario:
            base, packed = Base.of(rulebook, task.scenario), task.scenario
        yield task, base


def _drive(executor: Executor, todo: Iterator[tuple[_Task, _Arguments]], take: Callable[[_Task, _Row], None]) -> None:
    """Hand tasks out and take each result as it is finished; whatever ends this early, finished results are taken."""
    waiting: dict[Future[_Row], _Task] = {}
    room = _LEAST_IN_FLIGHT
    try:
        while True:
            room = _hand_out(executor, todo, waiting, room)
            if not waiting:
                return
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                take(waiting.pop(future), _row(future))
    except BrokenExecutor as error:
        raise SweepStopped(say("sweep.broken")) from error
    finally:
        for future, task in waiting.items():
            if not future.cancel() and future.done() and future.exception() is None:
                take(task, future.result())


def _hand_out(
    executor: Executor, todo: Iterator[tuple[_Task, _Arguments]], waiting: dict[Future[_Row], _Task], room: int
) -> int:
    """Hand out tasks up to the bound, and return the bound: what the size of the last one leaves room for."""
    while len(waiting) < room:
        item = next(todo, None)
        if item is None:
            break
        task, arguments = item
        room = max(_LEAST_IN_FLIGHT, min(_MOST_IN_FLIGHT, _BYTES_IN_FLIGHT // len(arguments[0].content)))
        waiting[executor.submit(plan_one, *arguments)] = task
    return room


def _row(future: Future[_Row]) -> _Row:
    """Return what a task came to; a scenario that killed worker after worker has failed, the others go on."""
    if future.cancelled():
        raise SweepStopped(say("sweep.broken"))
    error = future.exception()
    if error is None:
        return future.result()
    if _killed_its_workers(error):
        return row_of_failure("failed", say("sweep.killed"))
    raise error


def _killed_its_workers(error: BaseException) -> bool:
    # Dask hands a task out again when its worker dies, and gives it up after some deaths.
    scheduler = sys.modules.get("distributed.scheduler")
    return scheduler is not None and isinstance(error, scheduler.KilledWorker)
