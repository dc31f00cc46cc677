"""Everybody in the scenario, one by one and in groups of officers alike (semantics §10)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from asn_flex.domain.exact import half_up
from asn_flex.domain.situation import Demand
from asn_flex.rulebook.conditions import Test as AttributeTest
from asn_flex.rulebook.conditions import evaluate_test
from asn_flex.verify.bases import Context
from asn_flex.verify.competence import Graph, Holding, Holdings
from asn_flex.verify.demands import Reading
from asn_flex.verify.facts import OfOfficer, Way, World, way_between
from asn_flex.verify.pairs import Offer, Person, read_offer

_NO_HOLDING: tuple[Holding, ...] = ()


# Demands that look the same to an officer: a context, and the answers of the tests about the way there.
View = tuple[Context, Hashable]


@dataclass
class Group:
    """Officers alike; `person` answers for all of them, `by_home` lists them by home area."""

    person: Person
    by_home: dict[str | None, list[str]] = field(default_factory=dict)
    offers: dict[View, Offer] = field(default_factory=dict)
    open: dict[str | None, list[tuple[View, Offer]]] = field(default_factory=dict)


@dataclass
class People:
    """Everybody in the scenario, one by one and in groups.

    Parameters
    ----------
    rows : the officers' rows by id
    groups : officers alike, in order of their first member
    group_of : officer to group
    contexts : demand id to its context; equal contexts are one object
    """

    reading: Reading
    rows: Mapping[str, Mapping[str, Any]]
    held: Mapping[str, tuple[Holding, ...]]
    graph: Graph
    contexts: Mapping[str, Context]
    groups: list[Group] = field(default_factory=list)
    group_of: dict[str, Group] = field(default_factory=dict)
    pair_tests: tuple[AttributeTest, ...] = ()
    _ways: dict[tuple[str | None, str], tuple[Way, Hashable]] = field(default_factory=dict)
    _views: dict[str | None, dict[View, Way]] = field(default_factory=dict)
    _singles: dict[str, Person] = field(default_factory=dict)

    @property
    def world(self) -> World:
        """The facts behind it."""
        return self.reading.world

    def alone(self, officer: str) -> Person:
        """Return one officer read on their own, without the grouping."""
        if officer not in self._singles:
            holdings = Holdings(self.graph, self.held.get(officer, _NO_HOLDING))
            self._singles[officer] = Person(self.world, self.rows[officer], holdings)
        return self._singles[officer]

    def hours(self, officer: str) -> int:
        """Return half-up(hours_7d) (semantics §8.2)."""
        hours = self.world.rulebook.attributes["officer.hours_7d"]
        value = self.rows[officer]["hours_7d"]
        return half_up(value if value is not None else (hours.missing or 0))  # type: ignore[arg-type]

    def way(self, officer: str, demand: Demand) -> Way:
        """Return the way from an officer's home to a demand."""
        return self.way_from(self.rows[officer]["home_area"], demand.area)[0]

    def way_from(self, home: str | None, area: str) -> tuple[Way, Hashable]:
        """Return the way between two areas, and what the rules in force can tell about it."""
        key = (home, area)
        if key not in self._ways:
            way = way_between(self.world, home, area)
            facts = OfOfficer(self.world, {}, Holdings(self.graph, ()), self.world.last_day, way)
            self._ways[key] = way, tuple(answer_of(test, facts) for test in self.pair_tests)
        return self._ways[key]

    def offer(self, group: Group, view: View, way: Way) -> Offer:
        """Return what a group may do in a view; read once, over any way that gives the same answers."""
        if view not in group.offers:
            group.offers[view] = read_offer(group.person, view[0], way)
        return group.offers[view]

    def view(self, home: str | None, demand: Demand) -> View:
        """Return how a demand looks from a home area."""
        return self.contexts[demand.id], self.way_from(home, demand.area)[1]

    def offer_of(self, officer: str, demand: Demand) -> Offer:
        """Return an officer's offer at a demand, by way of the group."""
        home = self.rows[officer]["home_area"]
        return self.offer(self.group_of[officer], self.view(home, demand), self.way(officer, demand))

    def open_to(self, group: Group, home: str | None) -> list[tuple[View, Offer]]:
        """Return every view from a home area in which a group may do anything."""
        if home not in group.open:
            offers = [(view, self.offer(group, view, way)) for view, way in self._views_from(home).items()]
            group.open[home] = [(view, offer) for view, offer in offers if offer.bases]
        return group.open[home]

    def _views_from(self, home: str | None) -> dict[View, Way]:
        if home not in self._views:
            demands = self.reading.demands.values()
            self._views[home] = {self.view(home, d): self.way_from(home, d.area)[0] for d in demands}
        return self._views[home]

    @cached_property
    def _homes(self) -> frozenset[str | None]:
        return frozenset(row["home_area"] for row in self.rows.values())

    @cached_property
    def eligible(self) -> dict[View, list[tuple[str | None, list[str], Offer]]]:
        """Everybody who may do anything in a view: home area, officers alike, and their offer."""
        found: dict[View, list[tuple[str | None, list[str], Offer]]] = {}
        for group in self.groups:
            for home, officers in group.by_home.items():
                for view, offer in self.open_to(group, home):
                    found.setdefault(view, []).append((home, officers, offer))
        return found

    def eligible_for(self, demand: Demand) -> Iterator[tuple[str, Offer]]:
        """Yield every eligible officer of a demand, pins aside, with the offer."""
        views: dict[View, set[str | None]] = {}
        for home in self._homes:
            views.setdefault(self.view(home, demand), set()).add(home)
        for view, homes in views.items():
            for home, officers, offer in self.eligible.get(view, ()):
                if home in homes:
                    for officer in officers:
                        yield officer, offer


def answer_of(test: AttributeTest, facts: OfOfficer) -> tuple[bool | None, bool]:
    """Return what one test comes to, and whether its fact is unknown."""
    return evaluate_test(test, facts), facts.value(test.attribute) is None
