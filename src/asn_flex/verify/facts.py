"""What a condition may ask, answered plainly: one look-up per fact (semantics §3.5, §4.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

from asn_flex.domain.areas import travel_min
from asn_flex.domain.attributes import Attribute, Value
from asn_flex.domain.scenario import Scenario, cell_value
from asn_flex.rulebook.conditions import Holds, evaluate_test
from asn_flex.rulebook.conditions import Test as AttributeTest
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import AnyRule
from asn_flex.verify.competence import Holdings


@dataclass(frozen=True, slots=True)
class Asked:
    """What a rule asks about officers: facts by key, competencies held, and whether anything about the way."""

    facts: tuple[str, ...]
    held: frozenset[str]
    way: bool


@dataclass
class World:
    """The rulebook, the scenario, and what was settled about the event so far.

    Parameters
    ----------
    event : known event facts by name (without `event.`), defaults included
    measures : known measures by (name, area id), with area None for measures of the whole event
    asked_by : what each rule asks about officers, by rule id; filled as rules are read
    """

    rulebook: Rulebook
    scenario: Scenario
    event: dict[str, Value] = field(default_factory=dict)
    measures: dict[tuple[str, str | None], Fraction] = field(default_factory=dict)
    asked_by: dict[str, Asked] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The date of `now`, in now's offset."""
        return self.scenario.today

    @property
    def first_day(self) -> date:
        """The first day that counts: of the period, from now's date on."""
        return self.scenario.period.first_day_from(self.scenario.today)

    @property
    def last_day(self) -> date:
        """The last day of the period."""
        return self.scenario.period.last_day

    @cached_property
    def replacing(self) -> Mapping[str, list[AnyRule]]:
        """The rules that stand in the place of a rule on their days, by its id (semantics §5.11)."""
        found: dict[str, list[AnyRule]] = {}
        for rule in self.rulebook.rules:
            for name in rule.replaces:
                found.setdefault(name, []).append(rule)
        return found

    def is_a(self, kind: str, ancestor: str) -> bool:
        """Whether an event type is another or below it."""
        return self.rulebook.is_a(kind, ancestor)

    def within(self, area: str, outer: str) -> bool:
        """Whether an area is another or lies below it."""
        return self.scenario.area_tree.within(area, outer)

    def area_value(self, area: str, attribute: Attribute) -> Value | None:
        """Return a fact of an area, from its own row only."""
        if attribute.name == "id":
            return area
        return cell_value(self.scenario.area_facts.get(area, {}).get(attribute.name), attribute)

    def unit_value(self, unit: str, attribute: Attribute) -> Value | None:
        """Return a fact of a unit."""
        if attribute.name == "id":
            return unit
        return cell_value(self.scenario.unit_facts.get(unit, {}).get(attribute.name), attribute)


@dataclass(frozen=True, slots=True)
class AtPlace:
    """What a `when` may ask: the event, measures, and, where they are known, the area and the duty."""

    world: World
    area: str | None = None
    duty: str | None = None

    @property
    def today(self) -> date:
        """The date of `now`."""
        return self.world.today

    def value(self, attribute: Attribute) -> Value | None:
        """Return the fact, or None where it is unknown."""
        if attribute.scope == "event":
            return self.world.event.get(attribute.name, attribute.missing)
        if attribute.scope == "measure":
            return self.world.measures.get((attribute.name, self.area if attribute.area_bound else None))
        if attribute.scope == "area" and self.area is not None:
            return self.world.area_value(self.area, attribute)
        if attribute.scope == "duty" and self.duty is not None:
            return self._duty_value(self.duty, attribute.name)
        return None

    def _duty_value(self, duty: str, name: str) -> Value:
        entry = self.world.rulebook.duties[duty]
        values: dict[str, Value] = {
            "id": duty, "class": entry.class_, "priority": entry.priority, "tags": frozenset(entry.tags),
        }  # fmt: skip
        return values[name]

    def holds(self, wanted: Holds) -> bool:  # noqa: ARG002 - a `when` never asks it (semantics §4.2)
        """Return False: there is no officer yet."""
        return False

    def is_a(self, kind: str, ancestor: str) -> bool:
        """Whether an event type is another or below it."""
        return self.world.is_a(kind, ancestor)

    def within(self, area: str, outer: str) -> bool:
        """Whether an area is another or lies below it."""
        return self.world.within(area, outer)


@dataclass(frozen=True, slots=True)
class Way:
    """From an officer's home area to the area of a demand (semantics §3.5, §6.3); None where unknown."""

    travel_min: int | None
    same_area: bool | None


def way_between(world: World, home: str | None, target: str) -> Way:
    """Return the way from a home area to a demand's area."""
    if home is None:
        return Way(None, None)
    minutes = travel_min(world.scenario.area_tree, world.scenario.travel, home, target)
    return Way(minutes, world.within(home, target))


@dataclass(frozen=True, slots=True)
class OfOfficer:
    """What `who` and `must` may ask: officer, unit, holdings valid on a day, and perhaps the way."""

    world: World
    row: Mapping[str, Any]
    holdings: Holdings
    day: date
    way: Way | None = None

    @property
    def today(self) -> date:
        """The date of `now`."""
        return self.world.today

    def value(self, attribute: Attribute) -> Value | None:
        """Return the fact, or None where it is unknown."""
        if attribute.scope == "officer":
            return officer_value(self.world, self.row, attribute)
        if attribute.scope == "unit":
            return self.world.unit_value(self.row["unit"], attribute)
        if attribute.scope == "pair" and self.way is not None:
            return self.way.travel_min if attribute.name == "travel_min" else self.way.same_area
        return None

    def holds(self, wanted: Holds) -> bool:
        """Return whether the officer holds the competency in full on the day."""
        return self.holdings.reach(wanted.competency, wanted.level, 0, wanted.evidence, self.day) is not None

    def is_a(self, kind: str, ancestor: str) -> bool:
        """Whether an event type is another or below it."""
        return self.world.is_a(kind, ancestor)

    def within(self, area: str, outer: str) -> bool:
        """Whether an area is another or lies below it."""
        return self.world.within(area, outer)


def officer_value(world: World, row: Mapping[str, Any], attribute: Attribute) -> Value | None:
    """Return a fact of an officer; `home_flooded` is the home area's `flooded`."""
    if attribute.key == "officer.home_flooded":
        home = row["home_area"]
        return None if home is None else world.area_value(home, world.rulebook.attributes["area.flooded"])
    return cell_value(row.get(attribute.name), attribute)


def answer_of(test: AttributeTest, facts: OfOfficer) -> tuple[bool | None, bool]:
    """Return what one test comes to, and whether its fact is unknown."""
    return evaluate_test(test, facts), facts.value(test.attribute) is None
