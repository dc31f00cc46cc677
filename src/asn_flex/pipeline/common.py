"""What the use cases share: names of engines and readers, versions, and refusing to work after a fork."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from asn_flex._version import __version__
from asn_flex.errors import UsageError
from asn_flex.i18n import say

if TYPE_CHECKING:
    from asn_flex.domain.plan import Plan
    from asn_flex.domain.progress import Cancellation, ProgressEvent, Stage
    from asn_flex.situation.engine import SituationEngine

EngineName = Literal["durable", "plain"]
Audience = Literal["planner", "officer", "public", "signer", "auditor"]
# Told what is being done; what it returns means nothing.
Progress = Callable[["ProgressEvent"], object]
NOTHING: Mapping[str, object] = MappingProxyType({})
# The process whose tables were read first: polars starts threads then, and a forked child would wait for them for ever.
_tables_read_by: list[int] = []


def refuse_after_fork() -> None:
    """Stop with a sentence instead of hanging where a process was forked after its parent had read tables."""
    if not _tables_read_by:
        _tables_read_by.append(os.getpid())
    elif _tables_read_by[0] != os.getpid():
        raise UsageError(say("usage.forked"))


def begin(stage: Stage, progress: Progress | None, cancel: Cancellation | None) -> None:
    """Tell that a stage begins, unless nobody waits any more."""
    from asn_flex.domain.progress import ProgressEvent  # noqa: PLC0415 - used here only
    from asn_flex.planning.watch import refuse_if_cancelled  # noqa: PLC0415 - stages load when called

    refuse_if_cancelled(cancel)
    if progress is not None:
        progress(ProgressEvent(stage))


def make_engine(name: EngineName) -> SituationEngine:
    """Return an inference engine by its name."""
    if name == "durable":
        from asn_flex.situation.durable import DurableEngine  # noqa: PLC0415 - stages load when called

        return DurableEngine()
    from asn_flex.situation.plain import PlainEngine  # noqa: PLC0415 - stages load when called

    return PlainEngine()


@cache
def _version(package: str) -> str:
    from importlib.metadata import version  # noqa: PLC0415 - used here only

    return version(package)


def versions(engine: str) -> dict[str, str]:
    """Return the versions that decide what a plan says, by package."""
    found = {"asn_flex": __version__, "ortools": _version("ortools"), "highspy": _version("highspy")}
    if engine == "durable":
        found["durable_rules"] = _version("durable-rules")
    return found


def served(plan: Plan | None) -> dict[str, str] | None:
    """Return who goes where by a plan: officer to demand."""
    return None if plan is None else {a.officer: a.demand for a in plan.assignments}
