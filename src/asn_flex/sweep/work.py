"""Plans one scenario of a sweep, in whatever process, thread or machine it is told to.

This module loads nothing heavy: a worker process sets itself up by it before anything else is loaded.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import signal
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from asn_flex.errors import AsnFlexError, InputError, SweepStopped, Text, UsageError
from asn_flex.i18n import say

if TYPE_CHECKING:
    from asn_flex.domain.scenario import Scenario
    from asn_flex.pipeline import EngineName
    from asn_flex.rulebook.model import Rulebook
    from asn_flex.sweep.changes import Change


@dataclass(frozen=True, slots=True)
class Options:
    """How every scenario of a sweep is planned."""

    time_limit_s: float | None
    engine: EngineName


@dataclass(frozen=True, slots=True)
class Base:
    """Rulebook and scenario as bytes: they are read once per process, and only there (semantics §12.7)."""

    content: bytes
    digest: str

    @classmethod
    def of(cls, rulebook: Rulebook, scenario: Scenario) -> Base:
        """Pack a rulebook and a scenario."""
        content = pickle.dumps((rulebook, scenario), protocol=5)
        return cls(content, hashlib.sha256(content).hexdigest())


# The base that this process planned last: a sweep has one, a list of scenarios one after the other.
_last: dict[str, tuple[Rulebook, Scenario]] = {}
_lock = threading.Lock()


def _opened(base: Base) -> tuple[Rulebook, Scenario]:
    from asn_flex.pipeline import refuse_after_fork  # noqa: PLC0415 - heavy, and a worker sets itself up first

    # Before tables come to life: in a forked process they would wait for ever.
    refuse_after_fork()
    with _lock:
        if base.digest not in _last:
            _last.clear()
            # Packed by `Base.of`; the executor itself sends its tasks this way.
            _last[base.digest] = pickle.loads(base.content)  # noqa: S301 - see above
        return _last[base.digest]


def plan_one(base: Base, changes: tuple[Change, ...], options: Options, versions: Mapping[str, str]) -> dict[str, Any]:
    """Plan one scenario and return its row; what is wrong with its input is a row as well.

    Raises
    ------
    SweepStopped
        If this process runs other versions than the one that asks: their results would not be comparable.
    UsageError
        If this process was forked after tables had been read.
    """
    from asn_flex import pipeline  # noqa: PLC0415 - a worker sets itself up first
    from asn_flex.sweep.apply import Variant  # noqa: PLC0415 - heavy
    from asn_flex.sweep.rows import row_of, row_of_failure  # noqa: PLC0415 - heavy

    here = pipeline.versions(options.engine)
    if here != versions:
        told = [", ".join(f"{name} {version}" for name, version in sorted(v.items())) for v in (here, versions)]
        raise SweepStopped(say("sweep.versions", found=told[0], wanted=told[1]))
    rulebook, scenario = _opened(base)
    changed = Variant(scenario, (), changes).apply(rulebook)
    try:
        planned = pipeline.plan(*changed, time_limit_s=options.time_limit_s, engine=options.engine)
    except UsageError:
        raise
    except InputError as error:
        texts = [d.text for d in error.diagnostics]
        joined = Text("; ".join(t.id for t in texts), "; ".join(t.en for t in texts))
        return row_of_failure("refused", joined)
    except AsnFlexError as error:
        return row_of_failure("failed", Text(str(error), str(error)))
    return row_of(planned.plan)


def set_up_worker() -> None:
    """Make a worker process quiet and small: one thread for tables, and Ctrl-C ends it without a word."""
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    signal.signal(signal.SIGINT, signal.SIG_DFL)
