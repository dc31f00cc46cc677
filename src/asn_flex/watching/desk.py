"""One desk: looks at the files, plans anew when they changed, keeps every plan, and says why (semantics §8.8).

A look that finds a change waits for the next look to find the same: a table that is being saved changes between two
looks. What cannot be read is told once, and the last good plan stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from asn_flex import pipeline
from asn_flex.alerts.adding import Alerted
from asn_flex.alerts.store import stored_files
from asn_flex.analysis.plan_diff import PlanDiff, compare_plans
from asn_flex.domain.plan import Plan
from asn_flex.domain.scenario import Scenario
from asn_flex.errors import AsnFlexError, Diagnostic, InputError, Place, UsageError
from asn_flex.i18n import fault
from asn_flex.pipeline import EngineName, Planning, Session
from asn_flex.readwrite.findings import file_problem
from asn_flex.rulebook.model import Rulebook
from asn_flex.watching.changes import InputChange, compare_inputs
from asn_flex.watching.inputs import Stamps, at_moment, rule_files, scenario_files, stamps_of
from asn_flex.watching.shelf import Shelf

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class WatchOptions:
    """What every plan of a desk is asked for.

    Attributes
    ----------
    engine, time_limit_s, quarantine, assume : as for `plan`
    previous : the plan to be replaced first, where none is kept yet
    clock : tells the moment to plan for; by default it is the scenario's `now`
    """

    engine: EngineName = "durable"
    time_limit_s: float | None = 60
    quarantine: bool = False
    assume: Mapping[str, object] = field(default_factory=dict)
    previous: Plan | None = None
    clock: Clock | None = None


@dataclass(frozen=True)
class Step:
    """What one look led to: a new plan, or faults, or that all is well again.

    Attributes
    ----------
    planning : the new plan; None where the one before stands
    kept : the file of the plan that stands; None before there is one
    before : the plan that it replaces
    inputs, difference : what changed in the files, and in the plan; None for a first plan
    alerts : what the alerts say, where there are any
    faults : what is wrong now and was not told before
    later : observations that do not count yet, because they are from after `now`
    """

    planning: Planning | None = None
    kept: Path | None = None
    before: Planning | None = None
    inputs: InputChange | None = None
    difference: PlanDiff | None = None
    alerts: Alerted | None = None
    faults: tuple[Diagnostic, ...] = ()
    later: int = 0


class Desk:
    """Looks after one scenario; `look` is to be called again and again."""

    def __init__(
        self, scenario: str | Path, rules: str | Path, plans: str | Path, options: WatchOptions | None = None
    ) -> None:
        path = Path(scenario)
        self._main = path / "scenario.yaml" if path.is_dir() else path
        self._rules = Path(rules)
        self._options = options if options is not None else WatchOptions()
        self._shelf = Shelf(Path(plans))
        self._rulebook: Rulebook | None = None
        self._session: Session | None = None
        self._seen: Stamps = {}
        self._rules_seen: Stamps = {}
        self._pending: Stamps | None = None
        self._told: frozenset[Diagnostic] = frozenset()
        self._due: datetime | None = None
        self._unkept: Step | None = None
        self._shelf.begin()
        self.kept, self.standing, found = self._shelf.last()
        self._damaged = found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop the worker; plans that were kept are on the disk already."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def look(self, *, waits: bool = True) -> Step | None:
        """Look at the files once; return what it led to, or None where nothing is to be told.

        Parameters
        ----------
        waits : whether a change must be seen twice before it counts; without, a file may be caught half saved
        """
        stamps = self._stamps()
        is_new = stamps != self._seen or self._is_due()
        if not is_new and self._unkept is None:
            self._pending = None
            return None
        if waits and stamps not in (self._pending, self._seen):
            self._pending = stamps
            return None
        self._pending = None
        self._seen = stamps
        try:
            return self._replan() if is_new or self._unkept is None else self._keep(self._unkept)
        except (AsnFlexError, OSError) as error:
            return self._faults(self._diagnostics(error))

    def _diagnostics(self, error: AsnFlexError | OSError) -> tuple[Diagnostic, ...]:
        """Return what went wrong as lines for people."""
        if isinstance(error, InputError):
            return error.diagnostics
        place = Place(self._main.as_posix(), 1, 1)
        if isinstance(error, OSError):
            # It may be over without any file changing.
            self._seen = {}
            return (fault("X101", place._replace(file=str(error.filename or place.file)), problem=file_problem(error)),)
        if isinstance(error, UsageError):
            return (fault("U105", place, problem=error.text),)
        return (fault("X102", place, problem=str(error)),)

    # ---- one look --------------------------------------------------------------------------------

    def _stamps(self) -> Stamps:
        return stamps_of([*scenario_files(self._main), *rule_files(self._rules, self._rulebook)])

    def _is_due(self) -> bool:
        """Whether an alert begins or ends by now."""
        clock = self._options.clock
        return clock is not None and self._due is not None and clock() >= self._due

    def _replan(self) -> Step | None:
        self._unkept = None
        rulebook = self._read_rules()
        scenario, alerts = self._read_scenario(rulebook)
        faults = alerts.faults if alerts is not None else ()
        if self._is_same(rulebook, scenario):
            return self._settled(faults, alerts)
        before = self.standing
        previous = before.plan if before is not None else self._options.previous
        assert self._session is not None  # noqa: S101 - reading the rules made it
        planning = self._session.plan(
            scenario, time_limit_s=self._options.time_limit_s, previous=previous, assume=self._options.assume
        )
        self._unkept = Step(
            planning=planning, before=before, alerts=alerts, faults=(*self._damaged, *faults), later=_later(scenario),
            inputs=None if before is None else compare_inputs(
                before.scenario, scenario, rules=before.rulebook.digest != rulebook.digest
            ),
            difference=None if previous is None else compare_plans(previous, planning.plan, lambda: planning.plan),
        )  # fmt: skip
        return self._keep(self._unkept)

    def _keep(self, step: Step) -> Step:
        """Put a new plan on the shelf; where that fails it is tried again at the next look.

        INVARIANT: a plan is on the disk before anybody is told of it.
        """
        assert step.planning is not None  # noqa: S101 - only plans are kept
        self.kept = self._shelf.keep(step.planning)
        self.standing, self._unkept, self._damaged = step.planning, None, ()
        return replace(step, kept=self.kept, faults=self._not_told(step.faults))

    def _read_rules(self) -> Rulebook:
        """Return the rulebook, read anew where one of its files changed."""
        files = stamps_of(rule_files(self._rules, self._rulebook))
        if self._rulebook is None or self._session is None or files != self._rules_seen:
            rulebook = pipeline.load_rulebook(self._rules)
            self.close()
            self._rulebook, self._session = rulebook, Session(rulebook, engine=self._options.engine)
            # Bases are known only now; what was seen before is what was read.
            self._rules_seen = {**stamps_of(rule_files(self._rules, rulebook)), **files}
            self._seen = {**self._seen, **self._rules_seen}
        return self._rulebook

    def _read_scenario(self, rulebook: Rulebook) -> tuple[Scenario, Alerted | None]:
        """Return the scenario with what its alerts say written into it."""
        clock = self._options.clock
        now = clock() if clock is not None else None
        alerts = None
        if stored_files(self._main.parent):
            alerts = pipeline.add_alerts([], self._main, rulebook, now=now)
            self._due = alerts.next_change
            # What was just written is no news.
            self._seen = {**self._seen, **stamps_of(scenario_files(self._main))}
        scenario = pipeline.load_scenario(self._main, rulebook, quarantine=self._options.quarantine)
        return (scenario if now is None else at_moment(scenario, rulebook, now)), alerts

    def _is_same(self, rulebook: Rulebook, scenario: Scenario) -> bool:
        """Whether the standing plan was made of the same."""
        if self.standing is None:
            return False
        plan, before = self.standing.plan, self.standing.scenario
        if plan.rulebook.digest != rulebook.digest or _plainly(plan.conditional_on) != _plainly(self._options.assume):
            return False
        if self._options.clock is None or self._is_due():
            return plan.scenario.digest == scenario.digest
        # With a clock the moment alone is no reason for another plan.
        change = compare_inputs(before, scenario, rules=False)
        return not change.tables and set(change.heading) <= {"now"}

    # ---- what is told ----------------------------------------------------------------------------

    def _faults(self, found: tuple[Diagnostic, ...]) -> Step | None:
        new = self._not_told(tuple(d for d in found if d.is_error))
        return Step(kept=self.kept, faults=new) if new else None

    def _settled(self, faults: tuple[Diagnostic, ...], alerts: Alerted | None) -> Step | None:
        """Return the news where the standing plan is the plan still: faults that are new, or that all are gone."""
        had = bool(self._told)
        new = self._not_told((*self._damaged, *faults))
        self._damaged = ()
        return Step(kept=self.kept, faults=new, alerts=alerts) if new or (had and not self._told) else None

    def _not_told(self, found: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
        """Return the faults that were not there at the last look, and remember those that are there now."""
        new = tuple(d for d in found if d not in self._told)
        self._told = frozenset(found)
        return new


def _plainly(assumed: Mapping[str, object]) -> dict[str, str]:
    """Return assumptions in one spelling: plans hold values, the command line gives texts."""
    return {key: str(value).casefold() for key, value in assumed.items()}


def _later(scenario: Scenario) -> int:
    times = scenario.tables.observations["time"].to_list()
    return sum(time > scenario.now for time in times)
