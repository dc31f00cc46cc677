"""Which seats exist: `activate` rules, demands by hand, and what stays possible (semantics §5.3, §6.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from asn_flex.domain.ids import demand_id
from asn_flex.domain.scenario import Scenario
from asn_flex.domain.situation import Demand, PossibleDemand
from asn_flex.errors import Diagnostic
from asn_flex.i18n import fault
from asn_flex.rulebook.conditions import unknown_facts
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import Activate, Shift
from asn_flex.situation.engine import Answers, Program, Scope, SituationEngine
from asn_flex.situation.facts import FactSource
from asn_flex.situation.program import Reading

Key = tuple[str, str | None, str | None]  # duty, area or None for the event, shift
Where = tuple[str | None, str | None]  # area, duty: a scope


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a demand that count, and its beginning and end as people read them."""

    first_day: date
    last_day: date
    start: str
    end: str


@dataclass
class Request:
    """What rules ask for one demand: the largest seats and the largest minimum stand."""

    seats: int = 0
    minimum: int | None = None
    because: list[str] = field(default_factory=list)

    def add(self, rule: Activate, seats: int) -> None:
        """Count one more rule in force."""
        self.seats = max(self.seats, seats)
        self.minimum = max(self.minimum or 0, rule.seats.minimum)
        self.because.append(rule.id)


@dataclass
class Activated:
    """What the activate rules and the demands by hand come to, before priorities."""

    demands: list[Demand] = field(default_factory=list)
    possible: tuple[PossibleDemand, ...] = ()
    warnings: list[Diagnostic] = field(default_factory=list)


def demand_areas(rulebook: Rulebook, scenario: Scenario) -> tuple[str, ...]:
    """Return every area that a demand may be in: of the rules, by hand, and the command area."""
    found = {scenario.event.command_area, *scenario.tables.demands["area"].drop_nulls()}
    for rule in rulebook.activations:
        found.update(area for area in places_of(rule, scenario) if area is not None)
    return tuple(sorted(found))


def places_of(rule: Activate, scenario: Scenario) -> tuple[str | None, ...]:
    """Return where the rule asks: None for the event, else areas in order of id (semantics §5.3)."""
    if rule.each == "event":
        return (None,)
    listed = scenario.event.areas
    if rule.level is None:
        return tuple(sorted(set(listed)))
    tree = scenario.area_tree
    at_level = (area for area, row in scenario.area_facts.items() if row.get("level") == rule.level)
    return tuple(sorted(area for area in at_level if not set(listed).isdisjoint(tree.upwards(area))))


class Spans:
    """The days of demands, for the scenario's period and the shifts of the rulebook."""

    def __init__(self, rulebook: Rulebook, scenario: Scenario) -> None:
        self._scenario = scenario
        self._shifts: dict[tuple[str, str], Shift] = {
            (rule.duty, shift.id): shift for rule in rulebook.activations for shift in rule.shifts
        }
        self._known: dict[tuple[str, Fraction] | None, Span] = {}

    def of(self, duty: str, shift: str | None) -> Span:
        """Return the span of the duty's demands in that shift, or without one."""
        turn = self._shifts[duty, shift] if shift is not None else None
        key = (turn.from_, turn.hours) if turn is not None else None
        if key not in self._known:
            self._known[key] = _whole_period(self._scenario) if turn is None else _turns(self._scenario, turn)
        return self._known[key]


def _whole_period(scenario: Scenario) -> Span:
    period = scenario.period
    first, last = period.first_day_from(scenario.today), period.last_day
    if not isinstance(period.start, datetime) or not isinstance(period.end, datetime):
        return Span(first, last, first.isoformat(), last.isoformat())
    zone = scenario.now.tzinfo
    start = max(period.start.astimezone(zone), datetime.combine(first, time(0), zone))
    return Span(first, last, start.isoformat(), period.end.astimezone(zone).isoformat())


def _turns(scenario: Scenario, shift: Shift) -> Span:
    """One turn on every day of the period; an end at 00:00 counts to the day before."""
    first, last = scenario.period.first_day_from(scenario.today), scenario.period.last_day
    zone, clock = scenario.now.tzinfo, time.fromisoformat(shift.from_)
    start = datetime.combine(first, clock, zone)
    length = timedelta(seconds=int(shift.hours * 3600))
    end = datetime.combine(last, clock, zone) + length
    last_day = (end - timedelta(microseconds=1)).date()
    return Span(first, last_day, start.isoformat(), end.isoformat())


def activate(
    source: FactSource,
    scenario: Scenario,
    *,
    engine: SituationEngine,
    program: Program,
    readings: Mapping[str, Reading],
    spans: Spans,
) -> Activated:
    """Make the demands of the activate rules, change and join them by those of the table `demands`.

    The demands carry their duty's own priority; `infer` adds what `prioritise` rules give.

    References
    ----------
    docs/semantics.md §5.3, §6.1.
    """
    rulebook = source.rulebook
    law = (rule for rule in rulebook.activations if _effective_shifts(rule, spans))
    asked = [(rule, places_of(rule, scenario)) for rule in law]
    truths = _truths(source, asked, engine=engine, program=program, readings=readings)
    requests: dict[Key, Request] = {}
    possible: dict[str, set[str]] = {}
    result = Activated()
    for rule, places in asked:
        open_seats: list[str] = []
        for place in places:
            key = readings[rule.id].key(place, rule.duty)
            truth = truths[key][rule.id]
            if truth is None:
                missing = unknown_facts(rule.when, source.about(*key))
                possible.setdefault(rule.id, set()).update(missing)
            elif truth:
                seats, is_known = _seats(rule, source, place)
                for shift in _effective_shifts(rule, spans):
                    requests.setdefault((rule.duty, place, shift), Request()).add(rule, seats)
                    if not is_known:
                        open_seats.append(demand_id(rule.duty, place, shift))
        if open_seats:
            result.warnings.append(_seats_warning(rulebook, rule, open_seats))
    result.possible = tuple(PossibleDemand(rule, tuple(sorted(possible[rule]))) for rule in sorted(possible))
    result.demands = _demands(rulebook, scenario, requests, spans)
    return result


def _effective_shifts(rule: Activate, spans: Spans) -> list[str | None]:
    """Return the rule's shifts (None: without) on all of whose days it is law."""
    shifts: Iterable[str | None] = [shift.id for shift in rule.shifts] or [None]
    days = {shift: spans.of(rule.duty, shift) for shift in shifts}
    covers = rule.effective.covers_all
    return [shift for shift, span in days.items() if covers(span.first_day, span.last_day)]


def _truths(
    source: FactSource,
    asked: Sequence[tuple[Activate, tuple[str | None, ...]]],
    *,
    engine: SituationEngine,
    program: Program,
    readings: Mapping[str, Reading],
) -> Mapping[Where, Answers]:
    """Ask each rule's `when` once per area and duty that matter to it."""
    wanted: dict[Where, list[str]] = {}
    for rule, places in asked:
        reading = readings[rule.id]
        for key in dict.fromkeys(reading.key(place, rule.duty) for place in places):
            wanted.setdefault(key, []).append(rule.id)
    return ask(source, wanted, engine=engine, program=program)


def ask(
    source: FactSource,
    wanted: Mapping[Where, Sequence[str]],
    *,
    engine: SituationEngine,
    program: Program,
) -> Mapping[Where, Answers]:
    """Ask the engine for the rules wanted in each scope."""
    keys = sorted(wanted, key=lambda key: (key[0] or "", key[1] or ""))
    scopes = [Scope(source.about(*key), tuple(wanted[key])) for key in keys]
    answers = engine.evaluate(program, scopes) if scopes else []
    return dict(zip(keys, answers, strict=True))


def _seats(rule: Activate, source: FactSource, place: str | None) -> tuple[int, bool]:
    """Return the seats that a rule gives at a place, and whether the fact that it counts by was known."""
    per = rule.seats.per
    if per is None:
        return rule.seats.at(None), True
    value = source.about(place, rule.duty).value(source.rulebook.attributes[per.fact])
    return rule.seats.at(value if isinstance(value, (int, Fraction)) else None), value is not None


def _seats_warning(rulebook: Rulebook, rule: Activate, open_seats: list[str]) -> Diagnostic:
    per = rule.seats.per
    fact = per.fact if per is not None else ""
    shown = ", ".join(f"`{name}`" for name in sorted(open_seats)[:5])
    if len(open_seats) > 5:
        shown += f", … ({len(open_seats)})"
    place = rulebook.place_of("rules", rule.id)
    return fault("W602", place, rule=rule.id, fact=fact, base=rule.seats.base, demands=shown)


def _demands(rulebook: Rulebook, scenario: Scenario, requests: Mapping[Key, Request], spans: Spans) -> list[Demand]:
    by_hand: dict[Key, Mapping[str, int | None]] = {
        (row["duty"], row["area"], row["shift"]): row for row in scenario.tables.demands.iter_rows(named=True)
    }
    found: list[Demand] = []
    for key in {**requests, **by_hand}:
        request, row = requests.get(key, Request()), by_hand.get(key, {})
        by_rules = 1 if request.minimum is None else request.minimum
        elsewhere = row.get("covered_elsewhere") or 0
        seats = max(0, _or_else(row.get("seats"), request.seats) - elsewhere)
        minimum = max(0, _or_else(row.get("minimum"), by_rules) - elsewhere)
        if seats < 1:
            continue
        duty, area, shift = key
        span, entry = spans.of(duty, shift), rulebook.duties[duty]
        found.append(
            Demand(
                id=demand_id(duty, area, shift),
                duty=duty,
                area=area or scenario.event.command_area,
                at_event=area is None,
                shift=shift,
                first_day=span.first_day,
                last_day=span.last_day,
                start=span.start,
                end=span.end,
                duty_class=entry.class_,
                priority=entry.priority,
                seats=seats,
                minimum=minimum,
                because=tuple(sorted(request.because)),
            )
        )
    return sorted(found, key=lambda demand: demand.id)


def _or_else(given: int | None, otherwise: int) -> int:
    return otherwise if given is None else given
