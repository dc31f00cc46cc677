"""Officers alike, so that each question is asked once for all of them (semantics §10).

Two officers are alike if every test of every rule in force gives the same answer for both, they hold the same
competencies wherever one counts, and they are there on the same days. Home area, unit, hours, pins and the
previous demand stay apart: they are looked up per officer.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from asn_flex.domain.attributes import Attribute, Value
from asn_flex.domain.exact import half_up
from asn_flex.domain.situation import Demand
from asn_flex.rulebook.conditions import Holds, evaluate_test, tests_in
from asn_flex.rulebook.conditions import Test as AttributeTest
from asn_flex.rulebook.schema import Cover, Forbid, Limit, Prefer, Protect, Team
from asn_flex.verify.competence import Graph, Holding, Holdings, held_by_officer
from asn_flex.verify.demands import Reading
from asn_flex.verify.facts import OfOfficer, Way, World, way_between
from asn_flex.verify.pairs import Context, Offer, Person, condition_of, context_of, read_offer

_NO_HOLDING: tuple[Holding, ...] = ()


@dataclass
class Group:
    """Officers alike; `person` answers for all of them, `by_home` lists them by home area."""

    person: Person
    by_home: dict[str | None, list[str]] = field(default_factory=dict)
    offers: dict[tuple[int, Hashable], Offer] = field(default_factory=dict)


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
    _singles: dict[str, Person] = field(default_factory=dict)
    asked: int = 0

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
            self._ways[key] = way, tuple(_answer(test, facts) for test in self.pair_tests)
        return self._ways[key]

    def offer(self, group: Group, context: Context, way: Way, outcome: Hashable) -> Offer:
        """Return what a group may do in a context over a way; asked once per outcome of tests about ways."""
        key = (id(context), outcome)
        if key not in group.offers:
            self.asked += 1
            group.offers[key] = read_offer(group.person, context, way)
        return group.offers[key]

    def offer_of(self, officer: str, demand: Demand) -> Offer:
        """Return an officer's offer at a demand, by way of the group."""
        group = self.group_of[officer]
        way, outcome = self.way_from(self.rows[officer]["home_area"], demand.area)
        return self.offer(group, self.contexts[demand.id], way, outcome)


def read_people(reading: Reading) -> People:
    """Read every officer and put those alike together."""
    world = reading.world
    tables = world.scenario.tables
    rows = {row["id"]: row for row in tables.officers.iter_rows(named=True)}
    held = {o: tuple(h) for o, h in held_by_officer(tables.holdings.iter_rows(named=True)).items()}
    graph = Graph(world.rulebook.competencies, max((c.max_hops for c in world.rulebook.covers), default=1))
    people = People(reading, rows, held, graph, _contexts(reading))
    tests, wanted = _tests_in_force(reading)
    people.pair_tests = tuple(t for t in tests if t.attribute.scope == "pair")
    _Grouping(people, [t for t in tests if t.attribute.scope != "pair"], wanted).fill()
    return people


def _contexts(reading: Reading) -> dict[str, Context]:
    known: dict[Hashable, Context] = {}
    found = {}
    for demand in reading.demands.values():
        states = reading.states[demand.id]
        key = (demand.duty, states, demand.first_day, demand.last_day)
        found[demand.id] = known.setdefault(key, context_of(reading.world, demand, states))
    return found


def _tests_in_force(reading: Reading) -> tuple[list[AttributeTest], frozenset[str]]:
    """Return the tests that rules in force put to officers, and the competencies that anything asks for."""
    rulebook = reading.world.rulebook
    wanted = {need.competency for d in reading.demands.values() for need in rulebook.duties[d.duty].requires}
    tests: dict[AttributeTest, None] = {}
    for rule_id in reading.rules_in_force:
        rule = rulebook.by_id[rule_id]
        if isinstance(rule, (Cover, Forbid, Limit, Team, Prefer, Protect)):
            for test in tests_in(condition_of(rule)):
                if isinstance(test, Holds):
                    wanted.add(test.competency)
                else:
                    tests[test] = None
    return list(tests), frozenset(wanted)


def _answer(test: AttributeTest, facts: OfOfficer) -> tuple[bool | None, bool]:
    return evaluate_test(test, facts), facts.value(test.attribute) is None


class _Grouping:
    """Puts officers with the same answers together."""

    def __init__(self, people: People, tests: list[AttributeTest], wanted: frozenset[str]) -> None:
        self.people, self.wanted = people, wanted
        by_attribute: dict[Attribute, list[AttributeTest]] = {}
        for test in tests:
            by_attribute.setdefault(test.attribute, []).append(test)
        self.tests = list(by_attribute.items())
        self.outcomes: list[dict[Value | None, tuple[Hashable, ...]]] = [{} for _ in self.tests]
        demands = people.reading.demands.values()
        world = people.world
        self.spans = sorted(
            {(d.first_day, d.last_day) for d in demands} | {(world.first_day, world.last_day)}
        )
        self.last_days = sorted({last for _, last in self.spans})
        self.useful: dict[tuple[str, int], bool] = {}
        self.holdings: dict[Hashable, Holdings] = {}

    def fill(self) -> None:
        """Group every officer, in order of id."""
        groups: dict[Hashable, Group] = {}
        for officer, row in sorted(self.people.rows.items()):
            held = self._held(self.people.held.get(officer, _NO_HOLDING))
            holdings = self.holdings.setdefault(
                held, Holdings(self.people.graph, self.people.held.get(officer, ()))
            )
            person = Person(self.people.world, row, holdings)
            there = tuple(person.is_available(first, last) for first, last in self.spans)
            key = (self._signature(person), held, there)
            group = groups.setdefault(key, Group(person))
            group.by_home.setdefault(row["home_area"], []).append(officer)
            self.people.group_of[officer] = group
        self.people.groups = list(groups.values())

    def _signature(self, person: Person) -> tuple[Hashable, ...]:
        """Answer every test; tests of one attribute are answered once per value."""
        facts = person.facts(self.people.world.last_day, None)
        signature = []
        for (attribute, tests), known in zip(self.tests, self.outcomes, strict=True):
            value = facts.value(attribute)
            if value not in known:
                known[value] = tuple(_answer(test, facts) for test in tests)
            signature.append(known[value])
        return tuple(signature)

    def _held(self, held: Iterable[Holding]) -> tuple[Hashable, ...]:
        """Keep holdings that lead to a competency asked for, and on how many of the last days they count."""
        counted = set()
        for holding in held:
            days = self._days_valid(holding.valid_until)
            if days and self._is_useful(holding):
                counted.add((holding.competency, holding.level, tuple(sorted(holding.evidence)), days))
        return tuple(sorted(counted))

    def _days_valid(self, until: date | None) -> int:
        return sum(1 for day in self.last_days if until is None or until >= day)

    def _is_useful(self, holding: Holding) -> bool:
        key = (holding.competency, holding.level)
        if key not in self.useful:
            self.useful[key] = not self.wanted.isdisjoint(self.people.graph.paths(*key))
        return self.useful[key]
