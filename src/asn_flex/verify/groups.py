"""Putting officers alike together, so that each question is asked once for all of them (semantics §10).

Two officers are alike if every test of every rule in force gives the same answer for both, they hold the same
competencies wherever one counts, and they are there on the same days. Home area, unit, hours, pins and the
previous demand stay apart: they are looked up per officer.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import date

from asn_flex.domain.attributes import Attribute, Value
from asn_flex.rulebook.conditions import Holds, tests_in
from asn_flex.rulebook.conditions import Test as AttributeTest
from asn_flex.rulebook.schema import Cover, Forbid, Limit, Prefer, Protect, Team
from asn_flex.verify.bases import Basis, Context, context_of
from asn_flex.verify.competence import Graph, Holding, Holdings, held_by_officer
from asn_flex.verify.demands import Reading
from asn_flex.verify.pairs import HOLDINGS, Likeness, Person, condition_of
from asn_flex.verify.people import Group, People, answer_of


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


class _Grouping:
    """Puts officers with the same answers together."""

    def __init__(self, people: People, tests: list[AttributeTest], wanted: frozenset[str]) -> None:
        self.people, self.wanted = people, wanted
        by_attribute: dict[Attribute, list[AttributeTest]] = {}
        for test in tests:
            by_attribute.setdefault(test.attribute, []).append(test)
        self.tests = list(by_attribute.items())
        self.outcomes: list[dict[Value | None, int]] = [{} for _ in self.tests]
        self.numbers: dict[Hashable, int] = {}
        self.answers: dict[Hashable, bool | None] = {}
        demands = people.reading.demands.values()
        world = people.world
        self.spans = sorted({(d.first_day, d.last_day) for d in demands} | {(world.first_day, world.last_day)})
        self.last_days = sorted({last for _, last in self.spans})
        self.useful: dict[tuple[str, int], bool] = {}
        self.holdings: dict[Hashable, tuple[Holdings, dict[Context, tuple[Basis, ...]]]] = {}

    def fill(self) -> None:
        """Group every officer, in order of id."""
        groups: dict[Hashable, Group] = {}
        for officer, row in sorted(self.people.rows.items()):
            everything = self.people.held.get(officer, ())
            held = self._held(everything)
            if held not in self.holdings:
                self.holdings[held] = Holdings(self.people.graph, everything), {}
            person = Person(self.people.world, row, *self.holdings[held])
            outcomes = {**self._outcomes(person), HOLDINGS: self._number((HOLDINGS, held))}
            person.likeness = Likeness(outcomes, self.answers)
            there = tuple(person.is_available(first, last) for first, last in self.spans)
            group = groups.setdefault((*outcomes.values(), there), Group(person))
            group.by_home.setdefault(row["home_area"], []).append(officer)
            self.people.group_of[officer] = group
        self.people.groups = list(groups.values())

    def _outcomes(self, person: Person) -> dict[str, int]:
        """Answer every test; tests of one attribute are answered once per value."""
        facts = person.facts(self.people.world.last_day, None)
        outcomes = {}
        for (attribute, tests), known in zip(self.tests, self.outcomes, strict=True):
            value = facts.value(attribute)
            if value not in known:
                known[value] = self._number((attribute.key, *(answer_of(test, facts) for test in tests)))
            outcomes[attribute.key] = known[value]
        return outcomes

    def _number(self, outcome: Hashable) -> int:
        return self.numbers.setdefault(outcome, len(self.numbers))

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
