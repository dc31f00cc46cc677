"""The event read again: measures, and the facts that `escalate` rules derive (semantics §3.6, §5.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

from asn_flex.domain.attributes import NUMERIC, Attribute, Value
from asn_flex.domain.scenario import Scenario
from asn_flex.rulebook.conditions import attributes_in, evaluate
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import Escalate, Measure
from asn_flex.verify.facts import AtPlace, World
from asn_flex.verify.law import is_law_throughout


@dataclass
class EventReading:
    """What the plain reading finds about the event.

    Parameters
    ----------
    world : with every event fact settled
    derived_by : fact to the rules whose value stands
    recommended : fact to the recommended values
    in_force : the `escalate` rules in force
    conflicts : fact to the rules in force that set it to different values
    """

    world: World
    derived_by: dict[str, tuple[str, ...]] = field(default_factory=dict)
    recommended: dict[str, frozenset[Value]] = field(default_factory=dict)
    in_force: tuple[str, ...] = ()
    conflicts: dict[str, tuple[str, ...]] = field(default_factory=dict)


def read_event(rulebook: Rulebook, scenario: Scenario, assumed: Mapping[str, Value]) -> EventReading:
    """Settle the facts of the event, each after those that its rules ask.

    Parameters
    ----------
    assumed : event facts by name (without `event.`) that stand in place of the given ones (semantics §4.4)
    """
    world = World(rulebook, scenario)
    world.measures.update(read_measures(rulebook.measures, scenario))
    return _Settling(world, assumed).all()


class _Settling:
    def __init__(self, world: World, assumed: Mapping[str, Value]) -> None:
        self.world = world
        self.reading = EventReading(world)
        self.given: dict[str, Value] = {**world.scenario.event.given, **assumed}
        self.open = {a.name: a for a in world.rulebook.attributes.values() if a.scope == "event"}
        self.rules = [rule for rule in world.rulebook.escalations if every_day(rule, world)]
        self.holds: dict[str, bool] = {}

    def all(self) -> EventReading:
        event = self.world.scenario.event
        self.world.event["type"] = self.given.get("type", event.type)
        self.open.pop("type")
        if event.started is not None and "days" not in self.given:
            self.given["days"] = (self.world.scenario.now - event.started) // timedelta(days=1)
        for name in sorted(self.open):
            self._settle(name)
        for rule in self.rules:
            if self._in_force(rule):
                for name, value in rule.recommend.items():
                    known = self.reading.recommended.get(name, frozenset())
                    self.reading.recommended[name] = known | {value}
        self.reading.in_force = tuple(sorted(rule.id for rule in self.rules if self._in_force(rule)))
        return self.reading

    def _in_force(self, rule: Escalate) -> bool:
        if rule.id not in self.holds:
            for key in attributes_in(rule.when):
                scope, _, name = key.partition(".")
                if scope == "event":
                    self._settle(name)
            self.holds[rule.id] = evaluate(rule.when, AtPlace(self.world)) is True
        return self.holds[rule.id]

    def _settle(self, name: str) -> None:
        """Settle one fact; the default comes last, when every rule that may set it has been read."""
        attribute = self.open.pop(name, None)
        if attribute is None:
            return
        setting = [rule for rule in self.rules if name in rule.set and self._in_force(rule)]
        value = self._winner(attribute, setting)
        if value is None:
            value = attribute.missing
        if value is not None:
            self.world.event[name] = value

    def _winner(self, attribute: Attribute, setting: list[Escalate]) -> Value | None:
        name, given = attribute.name, self.given.get(attribute.name)
        values = {rule.id: rule.set[name] for rule in setting}
        if attribute.kind in NUMERIC:
            numbers = [*values.values(), *([] if given is None else [given])]
            value = max(numbers, default=None)
        else:
            if len(set(values.values())) > 1:
                self.reading.conflicts[name] = tuple(sorted(values))
            value = given if given is not None else next(iter(values.values()), None)
        if value is not None and value != given:
            self.reading.derived_by[name] = tuple(sorted(rule for rule, v in values.items() if v == value))
        return value


def every_day(rule: Escalate, world: World) -> bool:
    """Whether a rule is law on every day of the scenario's period from now's date on (semantics §5.1)."""
    return is_law_throughout(world, rule, world.first_day, world.last_day)


def read_measures(measures: Mapping[str, Measure], scenario: Scenario) -> dict[tuple[str, str | None], Fraction]:
    """Return every known measure by (name, area id), with area None for those of the whole event."""
    rows = list(scenario.tables.observations.select("time", "kind", "value", "area").iter_rows())
    known: dict[tuple[str, str | None], Fraction] = {}
    for name, measure in measures.items():
        earliest = scenario.now - timedelta(minutes=measure.window)
        seen = [
            (time, Fraction(value), area)
            for time, kind, value, area in rows
            if kind == measure.observe and value is not None and earliest < time <= scenario.now
        ]
        if measure.scope == "event":
            _note(known, (name, None), measure.take, [(time, value) for time, value, _ in seen])
            continue
        by_area: dict[str, list[tuple[datetime, Fraction]]] = {area: [] for area in scenario.area_tree.parents}
        for time, value, area in seen:
            for outer in scenario.area_tree.upwards(area) if area is not None else ():
                by_area.setdefault(outer, []).append((time, value))
        for area, values in by_area.items():
            _note(known, (name, area), measure.take, values)
    return known


def _note(
    known: dict[tuple[str, str | None], Fraction],
    key: tuple[str, str | None],
    take: str,
    seen: Iterable[tuple[datetime, Fraction]],
) -> None:
    rows = list(seen)
    values = [value for _, value in rows]
    if take == "count":
        known[key] = Fraction(len(values))
    elif values and take == "last":
        known[key] = max(rows)[1]
    elif values:
        total = sum(values, Fraction(0))
        results = {"max": max(values), "min": min(values), "sum": total, "mean": total / len(values)}
        known[key] = results[take]
