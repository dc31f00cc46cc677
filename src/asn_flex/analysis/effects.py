"""What an edit changes for scenarios: who may do what, which seats exist, and who would go (semantics §12.6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from asn_flex.analysis.changes import Change, changes_between, with_change
from asn_flex.domain.plan import Plan
from asn_flex.domain.scenario import Scenario
from asn_flex.domain.situation import Situation
from asn_flex.eligibility.match import Eligibility, match
from asn_flex.errors import Diagnostic, InputError
from asn_flex.rulebook.model import Rulebook
from asn_flex.situation.infer import infer

Pair = tuple[str, str]
Planner = Callable[[Eligibility], Plan]
# A scenario read for a rulebook, or the faults that forbid it.
Read = Scenario | InputError
# How many changes are tried one at a time.
MOST_ALONE = 20


@dataclass(frozen=True)
class Made:
    """What one rulebook makes of a scenario."""

    situation: Situation
    pairs: frozenset[Pair]
    grounds: Mapping[Pair, tuple[object, ...]]
    plan: Plan

    @property
    def goes(self) -> dict[str, str]:
        """Who goes where."""
        return {a.officer: a.demand for a in self.plan.assignments}


@dataclass(frozen=True)
class Effect:
    """What a change, or all of them, does to one scenario; lists in order of id.

    Attributes
    ----------
    gained, lost : pairs of officer and demand that may now be, or no more
    other_grounds : pairs that may be before and after, on other grounds, points or questions
    demands : demands that are new, gone, or have other seats, minimum or priority: id, before and after
    filled : filled seats before and after
    sent, home, moved : officers who go only after, only before, or elsewhere
    shortfalls : demand, missing seats before and after, reason after (or before)
    """

    gained: tuple[Pair, ...]
    lost: tuple[Pair, ...]
    other_grounds: tuple[Pair, ...]
    demands: tuple[tuple[str, tuple[int, ...] | None, tuple[int, ...] | None], ...]
    filled: tuple[int, int]
    seats: tuple[int, int]
    sent: tuple[Pair, ...]
    home: tuple[Pair, ...]
    moved: tuple[tuple[str, str, str], ...]
    shortfalls: tuple[tuple[str, int, int, str], ...]

    @property
    def is_nothing(self) -> bool:
        """Whether nothing at all differs."""
        return not any(
            (
                self.gained,
                self.lost,
                self.other_grounds,
                self.demands,
                self.sent,
                self.home,
                self.moved,
                self.shortfalls,
            )
        )


@dataclass(frozen=True)
class ScenarioDiff:
    """What an edit does to one scenario.

    `alone` holds the effect of each change applied by itself, by the number of the change; where a change cannot be
    tried alone it is missing. `faults` tells why the scenario could not be planned with one of the rulebooks.
    """

    scenario: str
    all_together: Effect | None
    alone: Mapping[int, Effect] = field(default_factory=dict)
    faults: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True)
class RulebookDiff:
    """What an edit changes: in the text, for whom, and in the plans."""

    old: Rulebook
    new: Rulebook
    changes: tuple[Change, ...]
    scenarios: tuple[ScenarioDiff, ...]

    @property
    def nothing_for_any_scenario(self) -> bool:
        """Whether it is proven that no scenario could tell the two rulebooks apart."""
        return not any(change.matters for change in self.changes)

    @property
    def nothing_for_these(self) -> bool:
        """Whether nothing differs for the scenarios that were tried."""
        found = [s.all_together for s in self.scenarios]
        return all(effect is not None and effect.is_nothing for effect in found)


def diff(
    old: Rulebook,
    new: Rulebook,
    scenarios: Sequence[tuple[str, Scenario | InputError, Scenario | InputError]],
    planner: Planner,
) -> RulebookDiff:
    """Compare two rulebooks, and what they make of scenarios.

    Parameters
    ----------
    scenarios : name, the scenario read for the old rulebook, and read for the new one; or the faults that forbid it
    planner : makes the plan of an eligibility
    """
    changes = changes_between(old, new)
    found = tuple(_scenario(old, new, changes, item, planner) for item in scenarios)
    return RulebookDiff(old, new, changes, found)


def _scenario(
    old: Rulebook,
    new: Rulebook,
    changes: Sequence[Change],
    item: tuple[str, Read, Read],
    planner: Planner,
) -> ScenarioDiff:
    name, before, after = item
    faults = [d for read in (before, after) if isinstance(read, InputError) for d in read.diagnostics]
    if isinstance(before, InputError) or isinstance(after, InputError):
        return ScenarioDiff(name, None, faults=tuple(faults))
    try:
        base = _make(old, before, planner)
        whole = _effect(base, _make(new, after, planner))
    except InputError as error:
        return ScenarioDiff(name, None, faults=error.diagnostics)
    alone: dict[int, Effect] = {}
    matter = [(index, change) for index, change in enumerate(changes) if change.matters]
    if len(matter) > 1:
        for index, change in matter[:MOST_ALONE]:
            hybrid = with_change(old, new, change)
            scenario = after if change.section in {"attributes", "competencies", "events"} else before
            try:
                alone[index] = _effect(base, _make(hybrid, scenario, planner))
            except (InputError, KeyError):
                continue  # it needs others of the changes, and is told with all together
    elif matter:
        alone[matter[0][0]] = whole
    return ScenarioDiff(name, whole, alone)


def _make(rulebook: Rulebook, scenario: Scenario, planner: Planner) -> Made:
    situation = infer(rulebook, scenario)
    eligibility = match(rulebook, scenario, situation)
    grounds: dict[Pair, tuple[object, ...]] = {}
    for demand in eligibility.demands:
        for number in eligibility.eligible_officers(demand).tolist():
            officer = eligibility.officer_ids[number]
            grounds[officer, demand] = tuple(
                (b.rule, b.strength, b.points, b.questions) for b in eligibility.bases(officer, demand)
            )
    return Made(situation, frozenset(grounds), grounds, planner(eligibility))


def _effect(before: Made, after: Made) -> Effect:
    both = before.pairs & after.pairs
    one, other = before.goes, after.goes
    return Effect(
        gained=tuple(sorted(after.pairs - before.pairs)),
        lost=tuple(sorted(before.pairs - after.pairs)),
        other_grounds=tuple(sorted(pair for pair in both if before.grounds[pair] != after.grounds[pair])),
        demands=_demands(before.situation, after.situation),
        filled=(len(one), len(other)),
        seats=(sum(d.seats for d in before.situation.demands), sum(d.seats for d in after.situation.demands)),
        sent=tuple(sorted((o, d) for o, d in other.items() if o not in one)),
        home=tuple(sorted((o, d) for o, d in one.items() if o not in other)),
        moved=tuple(sorted((o, one[o], d) for o, d in other.items() if o in one and one[o] != d)),
        shortfalls=_shortfalls(before.plan, after.plan),
    )


def _demands(
    before: Situation, after: Situation
) -> tuple[tuple[str, tuple[int, ...] | None, tuple[int, ...] | None], ...]:
    one = {d.id: (d.seats, d.minimum, d.priority) for d in before.demands}
    other = {d.id: (d.seats, d.minimum, d.priority) for d in after.demands}
    keys = sorted({*one, *other})
    return tuple((key, one.get(key), other.get(key)) for key in keys if one.get(key) != other.get(key))


def _shortfalls(before: Plan, after: Plan) -> tuple[tuple[str, int, int, str], ...]:
    one = {s.demand: s for s in before.shortfalls}
    other = {s.demand: s for s in after.shortfalls}
    found = []
    for key in sorted({*one, *other}):
        was = one[key].missing if key in one else 0
        now = other[key].missing if key in other else 0
        if was != now:
            found.append((key, was, now, (other.get(key) or one[key]).reason))
    return tuple(found)
