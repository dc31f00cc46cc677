"""The demands read again: which seats exist, which rules are in force about each (semantics §5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

from asn_flex.domain.ids import demand_id
from asn_flex.domain.situation import Demand, PossibleDemand, RuleState
from asn_flex.rulebook.conditions import evaluate, unknown_facts
from asn_flex.rulebook.schema import (
    Activate,
    AnyRule,
    Cover,
    DutySelector,
    Forbid,
    Limit,
    Prefer,
    Prioritise,
    Protect,
    Seats,
    Shift,
    Team,
)
from asn_flex.verify.event import EventReading
from asn_flex.verify.facts import AtPlace, World
from asn_flex.verify.law import is_law_sometime, is_law_throughout

DutyRule = Prioritise | Cover | Forbid | Limit | Team | Prefer
# A demand's place: duty, area (None for the whole event), shift.
Spot = tuple[str, str | None, str | None]


@dataclass(frozen=True)
class Reading:
    """The situation as the plain reading finds it.

    Parameters
    ----------
    demands : by id, in order of id
    states : demand id to the states of the cover, forbid, limit, team and prefer rules about it, by rule id
    protections : (rule, unit) pairs in force
    possible : `activate` rules left open, by id
    rules_in_force : in order of id
    """

    event: EventReading
    demands: Mapping[str, Demand]
    states: Mapping[str, tuple[RuleState, ...]]
    protections: tuple[tuple[Protect, str], ...]
    possible: tuple[PossibleDemand, ...]
    rules_in_force: tuple[str, ...]

    @property
    def world(self) -> World:
        """The facts behind it."""
        return self.event.world


def read_situation(event: EventReading) -> Reading:
    """Read again which demands there are and which rules are in force."""
    world = event.world
    claims = _claims(world)
    spots = _with_tables(world, claims.seats_of)
    demands, states, in_force = {}, {}, set(event.in_force)
    for spot, (seats, minimum) in sorted(spots.items(), key=lambda item: demand_id(*item[0])):
        if seats < 1:
            continue
        draft = _demand(world, spot, seats, minimum, claims.because.get(spot, ()))
        found = [state for rule in _duty_rules(world) if (state := rule_state(world, rule, draft)) is not None]
        raises = [world.rulebook.by_id[s.rule] for s in found]
        added = sum(rule.add for rule in raises if isinstance(rule, Prioritise))
        priority = min(9, max(1, draft.priority + added))
        demands[draft.id] = _with_priority(draft, priority)
        states[draft.id] = tuple(s for s in found if not isinstance(world.rulebook.by_id[s.rule], Prioritise))
        in_force.update(draft.because, (state.rule for state in found))
    protections = tuple(_protections(world))
    in_force.update(rule.id for rule, _ in protections)
    return Reading(event, demands, states, protections, claims.possible, tuple(sorted(in_force)))


@dataclass(frozen=True)
class _Claims:
    seats_of: Mapping[Spot, tuple[int, int]]
    because: Mapping[Spot, tuple[str, ...]]
    possible: tuple[PossibleDemand, ...]


def _claims(world: World) -> _Claims:
    """Let every `activate` rule claim its seats; the largest seats and the largest minimum stand."""
    seats_of: dict[Spot, tuple[int, int]] = {}
    because: dict[Spot, list[str]] = {}
    missing: dict[str, set[str]] = {}
    for rule in world.rulebook.activations:
        for area in _areas_of(world, rule):
            place = area if area is not None else world.scenario.event.command_area
            facts = AtPlace(world, area, rule.duty)
            holds = evaluate(rule.when, facts)
            for shift in rule.shifts or (None,):
                first, last = days_of(world, shift)
                if not is_law_throughout(world, rule, first, last):
                    continue
                if holds is None:
                    missing.setdefault(rule.id, set()).update(unknown_facts(rule.when, facts))
                if holds is not True:
                    continue
                spot = (rule.duty, area, shift.id if shift is not None else None)
                seats, minimum = seats_of.get(spot, (0, 0))
                wanted = _seats(rule.seats, AtPlace(world, place, rule.duty))
                seats_of[spot] = (max(seats, wanted), max(minimum, rule.seats.minimum))
                because.setdefault(spot, []).append(rule.id)
    return _Claims(
        seats_of,
        {spot: tuple(sorted(rules)) for spot, rules in because.items()},
        tuple(PossibleDemand(rule, tuple(sorted(facts))) for rule, facts in sorted(missing.items())),
    )


def _areas_of(world: World, rule: Activate) -> tuple[str | None, ...]:
    if rule.each == "event":
        return (None,)
    event_areas = world.scenario.event.areas
    if rule.level is None:
        return tuple(sorted(set(event_areas)))
    return tuple(
        area
        for area, row in sorted(world.scenario.area_facts.items())
        if row["level"] == rule.level and any(world.within(area, outer) for outer in event_areas)
    )


def _seats(seats: Seats, facts: AtPlace) -> int:
    """Seats = base + add × ceil(value ÷ each), at most max; an unknown value leaves the base."""
    wanted = seats.base
    if seats.per is not None:
        value = facts.value(facts.world.rulebook.attributes[seats.per.fact])
        if value is not None:
            wanted += seats.per.add * -((-Fraction(value)) // seats.per.each)  # type: ignore[arg-type]
    return wanted if seats.max is None else min(wanted, seats.max)


def _with_tables(world: World, claimed: Mapping[Spot, tuple[int, int]]) -> dict[Spot, tuple[int, int]]:
    """Apply the demands added or changed by hand (semantics §6.1)."""
    spots = dict(claimed)
    for row in world.scenario.tables.demands.iter_rows(named=True):
        spot = (row["duty"], row["area"], row["shift"])
        seats, minimum = spots.get(spot, (0, 1))
        seats = row["seats"] if row["seats"] is not None else seats
        minimum = row["minimum"] if row["minimum"] is not None else minimum
        elsewhere = row["covered_elsewhere"] or 0
        spots[spot] = (max(0, seats - elsewhere), max(0, minimum - elsewhere))
    return spots


def _shift_of(world: World, duty: str, shift: str) -> Shift | None:
    """Return the shift of that id, from any rule of the duty (a shift id has one meaning per duty)."""
    rules = [rule for rule in world.rulebook.activations if rule.duty == duty]
    return next((s for rule in rules for s in rule.shifts if s.id == shift), None)


def turn_of(world: World, shift: Shift, day: date) -> tuple[datetime, datetime]:
    """Return when the turn that begins on a day starts and ends."""
    start = datetime.combine(day, time.fromisoformat(shift.from_), world.scenario.now.tzinfo)
    return start, start + timedelta(microseconds=int(shift.hours * 3_600_000_000))


def days_of(world: World, shift: Shift | None) -> tuple[date, date]:
    """Return the first and last day that count (semantics §5.3); an end at 00:00 is the day before's."""
    first, last = world.first_day, world.last_day
    if shift is not None:
        end = turn_of(world, shift, last)[1]
        last = (end - timedelta(microseconds=1)).date()
    return first, last


def _demand(world: World, spot: Spot, seats: int, minimum: int, because: Iterable[str]) -> Demand:
    duty_id, area, shift_id = spot
    duty = world.rulebook.duties[duty_id]
    shift = _shift_of(world, duty_id, shift_id) if shift_id is not None else None
    first, last = days_of(world, shift)
    start, end = _shown_span(world, shift)
    return Demand(
        id=demand_id(duty_id, area, shift_id), duty=duty_id,
        area=area if area is not None else world.scenario.event.command_area, at_event=area is None,
        shift=shift_id, first_day=first, last_day=last, start=start, end=end,
        duty_class=duty.class_, priority=duty.priority, seats=seats, minimum=minimum, because=tuple(because),
    )  # fmt: skip


def _shown_span(world: World, shift: Shift | None) -> tuple[str, str]:
    period = world.scenario.period
    if shift is not None:
        return turn_of(world, shift, world.first_day)[0].isoformat(), turn_of(world, shift, world.last_day)[
            1
        ].isoformat()
    if period.by_times and period.first_day >= world.today:
        return period.start.isoformat(), period.end.isoformat()
    return world.first_day.isoformat(), (period.end if period.by_times else world.last_day).isoformat()


def _with_priority(demand: Demand, priority: int) -> Demand:
    fields: dict[str, Any] = {name: getattr(demand, name) for name in Demand.__slots__}
    return Demand(**{**fields, "priority": priority})


def _duty_rules(world: World) -> Iterable[DutyRule]:
    for rule in world.rulebook.rules:
        if isinstance(rule, (Prioritise, Cover, Forbid, Limit, Team, Prefer)):
            yield rule


def is_restrictive(rule: AnyRule) -> bool:
    """Whether unknown facts leave the rule in force (semantics §4.3)."""
    if isinstance(rule, Prefer):
        return rule.minimise is not None or (rule.points or 0) > 0
    return isinstance(rule, (Forbid, Limit, Protect, Team))


def rule_state(world: World, rule: DutyRule, demand: Demand) -> RuleState | None:
    """Return whether a rule is in force about a demand, or None where it is not (semantics §4.3, §5.1)."""
    selector: DutySelector | None = rule.duty
    if selector is not None and not selector.matches(demand.duty, world.rulebook.duties[demand.duty]):
        return None
    return _state(rule, AtPlace(world, demand.area, demand.duty), demand.first_day, demand.last_day)


def _state(rule: DutyRule | Protect, facts: AtPlace, first: date, last: date) -> RuleState | None:
    restrictive = is_restrictive(rule)
    effective = (is_law_sometime if restrictive else is_law_throughout)(facts.world, rule, first, last)
    holds = evaluate(rule.when, facts) if effective else False
    if holds is False or (holds is None and not restrictive):
        return None
    return RuleState(rule.id, holds, () if holds else unknown_facts(rule.when, facts))


def _protections(world: World) -> Iterable[tuple[Protect, str]]:
    service_class = world.rulebook.attributes["unit.service_class"]
    tags = world.rulebook.attributes["unit.tags"]
    for rule in world.rulebook.protections:
        if _state(rule, AtPlace(world), world.first_day, world.last_day) is None:
            continue
        for unit in sorted(world.scenario.unit_facts):
            serves, marks = world.unit_value(unit, service_class), world.unit_value(unit, tags)
            known_marks = marks if isinstance(marks, frozenset) else frozenset()
            if rule.unit.matches(unit, serves if serves is None else str(serves), known_marks):
                yield rule, unit
