"""Everybody in the scenario: one by one, and as columns where a question is put to all of them (semantics §10)."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from asn_flex.domain.exact import half_up
from asn_flex.domain.situation import Demand
from asn_flex.rulebook.conditions import Test as AttributeTest
from asn_flex.verify.bases import Context
from asn_flex.verify.candidates import Candidates
from asn_flex.verify.columns import Columns
from asn_flex.verify.competence import Graph, Holdings
from asn_flex.verify.demands import Reading
from asn_flex.verify.facts import OfOfficer, Way, World, answer_of, way_between
from asn_flex.verify.pairs import Offer, Person, read_offer
from asn_flex.verify.rows import HoldingRows, OfficerRows


@dataclass
class People:
    """Everybody in the scenario.

    Parameters
    ----------
    rows : the officers' rows by id
    contexts : demand id to its context; equal contexts are one object
    pair_tests : the tests that rules in force put to the way
    """

    reading: Reading
    rows: OfficerRows
    held: HoldingRows
    graph: Graph
    contexts: Mapping[str, Context]
    columns: Columns
    pair_tests: tuple[AttributeTest, ...] = ()
    _ways: dict[tuple[str | None, str], tuple[Way, Hashable]] = field(default_factory=dict)
    _singles: dict[str, Person] = field(default_factory=dict)
    _candidates: dict[Context, Candidates] = field(default_factory=dict)

    @property
    def world(self) -> World:
        """The facts behind it."""
        return self.reading.world

    def alone(self, officer: str) -> Person:
        """Return one officer read on their own."""
        if officer not in self._singles:
            self.persons([self.rows.number[officer]])
        return self._singles[officer]

    def persons(self, numbers: Sequence[int]) -> list[Person]:
        """Return officers by number, each read on their own."""
        ids, single = self.rows.ids, self._singles
        for officer, row in self.rows.read([n for n in dict.fromkeys(numbers) if ids[n] not in single]):
            single[officer] = Person(self.world, row, Holdings(self.graph, self.held.of(self.rows.number[officer])))
        return [single[ids[number]] for number in numbers]

    def hours(self, officer: str) -> int:
        """Return half-up(hours_7d) (semantics §8.2)."""
        return self.whole_hours(self.alone(officer).row["hours_7d"] if officer in self.rows else None)

    def whole_hours(self, cell: Decimal | int | None) -> int:
        """Return half-up(hours_7d) of a cell of that column."""
        hours = self.world.rulebook.attributes["officer.hours_7d"]
        value = cell if cell is not None else (hours.missing or 0)
        return half_up(Fraction(value))  # type: ignore[arg-type]  # the loader lets hours be numbers only

    def way(self, officer: str, demand: Demand) -> Way:
        """Return the way from an officer's home to a demand."""
        return self.way_from(self.alone(officer).row["home_area"], demand.area)[0]

    def way_from(self, home: str | None, area: str) -> tuple[Way, Hashable]:
        """Return the way between two areas, and what the rules in force can tell about it."""
        key = (home, area)
        if key not in self._ways:
            way = way_between(self.world, home, area)
            facts = OfOfficer(self.world, {}, Holdings(self.graph, ()), self.world.last_day, way)
            self._ways[key] = way, tuple(answer_of(test, facts) for test in self.pair_tests)
        return self._ways[key]

    def offer_of(self, officer: str, demand: Demand) -> Offer:
        """Return an officer's offer at a demand."""
        return read_offer(self.alone(officer), self.contexts[demand.id], self.way(officer, demand))

    def candidates(self, context: Context) -> Candidates:
        """Return everybody who has grounds for the demands of a context, in columns."""
        if context not in self._candidates:
            demands = [d for d in self.reading.demands.values() if self.contexts[d.id] is context]
            self._candidates[context] = Candidates(context, demands, self.columns, self.way_from, self.persons)
        return self._candidates[context]
