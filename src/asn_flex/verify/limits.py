"""The caps that a plan must keep, worked out again (semantics §5.5, §5.8, §5.9, §6.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from asn_flex.domain.plan import Assignment, Plan
from asn_flex.domain.situation import Demand
from asn_flex.rulebook.schema import Cover, Include, Protect, Team
from asn_flex.verify.columns import Flags, Ints, alike
from asn_flex.verify.pairs import asked_by
from asn_flex.verify.people import People

RuleAt = tuple[str, str]  # rule and demand, or rule and unit


@dataclass(frozen=True, slots=True, eq=False)
class ProtectSet:
    """The officers of a unit whom a protect rule counts, and how many of them may be assigned.

    `numbers` are positions in `ids`, the officers in order of id.
    """

    rule: str
    unit: str
    ids: Sequence[str] = field(repr=False)
    numbers: Ints = field(repr=False)
    cap: int

    @property
    def members(self) -> frozenset[str]:
        """The officers whom it counts."""
        return frozenset(self.ids[number] for number in self.numbers.tolist())


@dataclass(frozen=True)
class Limits:
    """Every cap in force.

    Parameters
    ----------
    shares : (cover rule, demand) to the most assignments on that rule
    substitutes : (team rule, demand) to the most assignments on `who` and `substitution` covers
    protections : by (rule, unit)
    includes : (team rule, demand) to what the team must include
    must, never : officer to demands, by pin
    """

    shares: Mapping[RuleAt, int]
    substitutes: Mapping[RuleAt, int]
    protections: Mapping[RuleAt, ProtectSet]
    includes: Mapping[RuleAt, Include]
    must: Mapping[str, frozenset[str]]
    never: Mapping[str, frozenset[str]]

    def count(self) -> int:
        """Return how many caps and pins there are."""
        pins = sum(map(len, self.must.values())) + sum(map(len, self.never.values()))
        return len(self.shares) + len(self.substitutes) + len(self.protections) + len(self.includes) + pins


def read_limits(people: People) -> Limits:
    """Work out every cap from the rules in force."""
    shares, substitutes, includes = {}, {}, {}
    for demand in people.reading.demands.values():
        context = people.contexts[demand.id]
        for cover in context.covers:
            if cover.max_share is not None:
                shares[cover.id, demand.id] = _share(cover.max_share, demand.seats, cover.at_least)
        for team in context.teams:
            if team.max_substitutes is not None:
                substitutes[team.id, demand.id] = _share(team.max_substitutes, demand.seats, team.at_least)
            if team.include is not None:
                includes[team.id, demand.id] = team.include
    protections = {(s.rule, s.unit): s for s in _protect_sets(people)}
    pins = people.world.scenario.tables.pins
    return Limits(
        shares, substitutes, protections, includes,
        must=_pins(pins.iter_rows(named=True), "must"), never=_pins(pins.iter_rows(named=True), "never"),
    )  # fmt: skip


def _share(share: Fraction, seats: int, at_least: int) -> int:
    """Cap = max(floor(share × seats), at_least)."""
    return max((share * seats).__floor__(), at_least)


def _pins(rows: Iterable[Mapping[str, str]], kind: str) -> dict[str, frozenset[str]]:
    pinned: dict[str, set[str]] = {}
    for row in rows:
        if row["pin"] == kind:
            pinned.setdefault(row["officer"], set()).add(row["demand"])
    return {officer: frozenset(demands) for officer, demands in pinned.items()}


def _protect_sets(people: People) -> Iterator[ProtectSet]:
    """Cap = max(0, p − k), with k = max(ceil(share × n), at_least); set-aside officers count in n."""
    world, ids = people.world, people.rows.ids
    codes, units = people.columns.column("unit")
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(len(units) + 1))
    staff = {unit: order[starts[code] : starts[code + 1]] for code, unit in enumerate(units)}
    there = people.columns.available(world.first_day, world.last_day)
    counted: dict[str, Flags] = {}
    for rule, unit in people.reading.protections:
        if rule.id not in counted:
            counted[rule.id] = _counts(people, rule)
        everybody = staff.get(unit, np.zeros(0, dtype=np.int64))
        numbers = everybody[counted[rule.id][everybody]]
        lost = _set_aside(people, unit)
        listed = {ids[number] for number in numbers.tolist()} if lost else set()
        n = len(numbers) + len(lost - listed)
        share = rule.keep.share if rule.keep.share is not None else Fraction(0)
        k = max(-((-share * n).__floor__()), rule.keep.at_least or 0)
        yield ProtectSet(rule.id, unit, ids, numbers, max(0, int(there[numbers].sum()) - k))


def _counts(people: People, rule: Protect) -> Flags:
    """Whether a protect rule counts each officer: whom `who` does not exclude."""
    asked = asked_by(people.world, rule)
    columns = [people.columns.answers(key) for key in asked.facts]
    if asked.held:
        columns.append(people.columns.held_for(asked.held, people.world.last_day))
    groups, firsts = alike(columns, len(people.rows))
    day = people.world.last_day
    answers = [person.answer(rule, day, None) is not False for person in people.persons(firsts.tolist())]
    return np.array(answers, dtype=np.bool_)[groups]


def _set_aside(people: People, unit: str) -> frozenset[str]:
    """Return the unit's officers of whom a row was set aside; a row without a readable id stands for one."""
    return frozenset(
        q.officer if q.officer is not None else f"\0{q.table}:{q.row}"
        for q in people.world.scenario.quarantined
        if q.unit == unit and q.table in {"officers", "holdings"}
    )


@dataclass
class Tally:
    """The assignments of a plan, counted.

    Only the first assignment of an officer is counted; a second one is a finding of its own.
    """

    by_demand: dict[str, list[Assignment]] = field(default_factory=dict)
    demand_of: dict[str, str] = field(default_factory=dict)
    on_rule: dict[RuleAt, int] = field(default_factory=dict)
    substitutes: dict[str, int] = field(default_factory=dict)
    taken: dict[RuleAt, int] = field(default_factory=dict)

    def filled(self, demand: str) -> int:
        """Return how many are assigned to a demand."""
        return len(self.by_demand.get(demand, ()))


def tally(plan: Plan, people: People, limits: Limits) -> Tally:
    """Count the assignments by demand, rule, unit and kind of basis."""
    counted = Tally()
    for assignment in plan.assignments:
        officer, demand, rule = assignment.officer, assignment.demand, assignment.basis.rule
        if officer in counted.demand_of:
            continue
        counted.demand_of[officer] = demand
        counted.by_demand.setdefault(demand, []).append(assignment)
        if rule is not None:
            counted.on_rule[rule, demand] = counted.on_rule.get((rule, demand), 0) + 1
        if is_substitute(people, rule):
            counted.substitutes[demand] = counted.substitutes.get(demand, 0) + 1
    sent = np.zeros(len(people.rows), dtype=np.bool_)
    sent[[people.rows.number[o] for o in counted.demand_of if o in people.rows]] = True
    counted.taken = {key: int(sent[s.numbers].sum()) for key, s in limits.protections.items()}
    return counted


def is_substitute(people: People, rule: str | None) -> bool:
    """Whether a basis is a `who` or `substitution` cover (semantics §5.9)."""
    entry = people.world.rulebook.by_id.get(rule) if rule is not None else None
    return isinstance(entry, Cover) and entry.by != "standard"


def included(people: People, rule: Team, demand: Demand, officer: str, *, substitutes: bool) -> bool:
    """Whether an officer counts for `team.include`: `who` is true, and the basis fits `qualified`."""
    include = rule.include
    if include is None or officer not in people.rows or (include.qualified and substitutes):
        return False
    return people.alone(officer).answer(rule, demand.last_day, people.way(officer, demand)) is True
