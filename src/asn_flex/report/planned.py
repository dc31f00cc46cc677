"""The part of a planning that reports read, and names for what is in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from asn_flex.domain.attributes import DUTY_CLASSES
from asn_flex.domain.exact import number_text
from asn_flex.domain.plan import DemandRecord, Plan, PlanValue
from asn_flex.domain.scenario import Scenario
from asn_flex.domain.situation import Situation
from asn_flex.errors import Text
from asn_flex.explain.made import Made
from asn_flex.explain.naming import area_name, duty_name, fact_name, plain, value_name
from asn_flex.i18n import say
from asn_flex.rulebook.compile import parse_cell
from asn_flex.rulebook.model import Rulebook


class Planning(Made, Protocol):
    """A plan with what it rests on; `asn_flex.Planning` is one."""

    @property
    def situation(self) -> Situation:
        """Facts, rules in force and seats."""

    @property
    def previous(self) -> Plan | None:
        """The plan that it replaces."""


@dataclass(frozen=True)
class Planned:
    """A planning, asked the way a report asks it."""

    planning: Planning

    @property
    def plan(self) -> Plan:
        """The plan as data."""
        return self.planning.plan

    @property
    def rulebook(self) -> Rulebook:
        """Its rulebook."""
        return self.planning.rulebook

    @property
    def scenario(self) -> Scenario:
        """Its scenario."""
        return self.planning.scenario

    @cached_property
    def demands(self) -> Mapping[str, DemandRecord]:
        """Every demand by id."""
        return {d.id: d for d in self.plan.demands}

    @cached_property
    def by_duty(self) -> Mapping[str, tuple[DemandRecord, ...]]:
        """The demands of each duty: duties of the first class first, then by priority."""
        groups: dict[str, list[DemandRecord]] = {}
        for demand in self.plan.demands:
            groups.setdefault(demand.duty, []).append(demand)
        ordered = sorted(groups, key=lambda d: (self._rank(groups[d]), d))
        return {duty: tuple(groups[duty]) for duty in ordered}

    def _rank(self, demands: Iterable[DemandRecord]) -> tuple[int, int]:
        found = list(demands)
        return DUTY_CLASSES.index(found[0].duty_class), -max(d.priority for d in found)

    @cached_property
    def unit_of(self) -> Mapping[str, str]:
        """The home office of every officer."""
        frame = self.scenario.tables.officers
        return dict(zip(frame["id"], frame["unit"], strict=True))

    def duty(self, duty: str) -> Text:
        """Return a duty's label."""
        return duty_name(self.rulebook, duty)

    def place(self, demand: DemandRecord) -> Text:
        """Return where a demand is."""
        return say("place.event") if demand.area is None else area_name(self.scenario, demand.area)

    def fact(self, key: str) -> Text:
        """Return what people call a fact."""
        return fact_name(self.rulebook, key)

    def value(self, key: str, value: PlanValue) -> Text:
        """Return a value of a plan as people read it; never one of a sensitive fact."""
        attribute = self.rulebook.attributes.get(key)
        if attribute is None:
            return plain(str(value))
        if attribute.sensitive:
            return say("value.hidden")
        if isinstance(value, list):
            return value_name(self.rulebook, attribute, frozenset(value), self.scenario)
        exact = parse_cell(attribute, str(value)) if isinstance(value, str) else value
        return value_name(self.rulebook, attribute, exact, self.scenario)


def edges_of(rulebook: Rulebook) -> list[tuple[str, str, str]]:
    """Return every edge of the competency graph: what counts as what, and how well; "" where it counts in full."""
    found: list[tuple[str, str, str]] = []
    for key, entry in rulebook.competencies.items():
        found += [(key, other.competency, "") for other in entry.implies]
        found += [(key, other.for_, number_text(other.strength)) for other in entry.substitutes]
    return found


def quoted_list(items: Iterable[str], most: int) -> tuple[str, int]:
    """Return the first items as a list in words, and how many were left out."""
    found = list(items)
    return ", ".join(found[:most]), max(0, len(found) - most)
