"""Everybody who may take the demands of a context, read in columns (semantics §7.3, §10).

The columnar twin of `pairs.read_offer`: each rule is still read by the scalar evaluator, on one officer for all who
give the same answers to what that rule asks; only putting the answers of the rules together is done by columns.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from asn_flex.domain.situation import Demand
from asn_flex.rulebook.schema import Prefer
from asn_flex.verify.bases import Basis, Context
from asn_flex.verify.columns import Columns, Flags, Ints, alike
from asn_flex.verify.facts import Way
from asn_flex.verify.pairs import OfficerRule, Person, applies, asked_by, minimise_points, verdict_of

# Numbers below this add up in 64 bits, however many rules there are; larger ones are kept as whole numbers of Python.
_SAFE = 2**48
WayFrom = Callable[[str | None, str], tuple[Way, Hashable]]


@dataclass(frozen=True)
class Standing:
    """Who survives on one basis, for one outcome of the tests about the way, and at which cost.

    Parameters
    ----------
    rule : the cover, or None for the full standard
    substitutes : whether it is a cover by `who` or by substitution
    rows : positions among the candidates
    cost : per row, loss and points, questions included, without those of the way
    pattern : per row, which `minimise` rules about the way apply: an index of `Candidates.patterns`
    """

    rule: str | None
    substitutes: bool
    rows: NDArray[np.int32]
    cost: Ints | NDArray[np.int32]
    pattern: NDArray[np.int32]


class Candidates:
    """The officers who are there on the days of a context and have grounds for it, before anything stops them.

    Parameters
    ----------
    demands : the demands of the context
    way_from : the way between two areas, and what rules in force can tell about it
    persons : officers by number, each read alone
    """

    def __init__(
        self,
        context: Context,
        demands: Sequence[Demand],
        columns: Columns,
        way_from: WayFrom,
        persons: Callable[[Sequence[int]], list[Person]],
    ) -> None:
        self.context, self.demands, self.columns = context, demands, columns
        self._way_from, self._persons = way_from, persons
        there = np.flatnonzero(columns.available(context.first_day, context.last_day))
        kin, firsts = alike([columns.held_for(self._wanted(), context.last_day)[there]], len(there))
        grounds = [person.grounds(context) for person in persons(there[firsts].tolist())]
        able = np.array([bool(found) for found in grounds], dtype=np.bool_)
        chosen = able[kin] if len(there) else np.zeros(0, dtype=np.bool_)
        # INVARIANT: officers of one kin hold the same, as far as anything in the context asks.
        self.officers: Ints = there[chosen]
        self._kin = kin[chosen].astype(np.int32)
        self._grounds: list[tuple[Basis, ...]] = grounds
        codes, self.homes = columns.column("home_area")
        self.home = codes[self.officers].astype(np.int32)
        self.patterns: list[tuple[Prefer, ...]] = [()]
        self._groups: dict[str, tuple[Ints, list[Person]]] = {}
        self._known: dict[Hashable, Any] = {}
        self._standings: dict[int, list[Standing]] = {}

    def _rules(self) -> list[OfficerRule]:
        context = self.context
        stops: list[OfficerRule] = [rule for rule, _ in context.stops]
        return [*context.covers, *stops, *context.teams, *(rule for rule, _ in context.preferences)]

    def _wanted(self) -> frozenset[str]:
        """Return the competencies that the duty or a rule of the context asks for."""
        needs = frozenset(need.competency for need in self.context.needs)
        return needs.union(*(asked_by(self.context.world, rule).held for rule in self._rules()))

    # ---- the way -----------------------------------------------------------------------------------------------

    @cached_property
    def areas(self) -> list[str]:
        """The areas of the demands."""
        return sorted({demand.area for demand in self.demands})

    @cached_property
    def _outcomes(self) -> tuple[Ints, list[Way]]:
        """Return which outcome of the tests about the way each area and home have, and a way of each outcome."""
        outcome = np.zeros((len(self.areas), len(self.homes)), dtype=np.int64)
        if not any(asked_by(self.context.world, rule).way for rule in self._rules()):
            return outcome, [Way(None, None)]
        numbers: dict[Hashable, int] = {}
        ways: list[Way] = []
        for at, area in enumerate(self.areas):
            for code, home in enumerate(self.homes):
                way, answers = self._way_from(home, area)
                if answers not in numbers:
                    numbers[answers] = len(ways)
                    ways.append(way)
                outcome[at, code] = numbers[answers]
        return outcome, ways

    @property
    def outcome(self) -> Ints:
        """The outcome of the tests about the way, by area and home."""
        return self._outcomes[0]

    @property
    def outcomes(self) -> range:
        """Every outcome."""
        return range(len(self._outcomes[1]))

    def way_points(self, rule: Prefer) -> Ints:
        """Return the points of a `minimise` rule about the way, by area and home."""
        key = ("way", rule.id)
        if key not in self._known:
            of_way: dict[Way, int] = {}
            points: list[int] = []
            for area in self.areas:
                for home in self.homes:
                    way = self._way_from(home, area)[0]
                    if way not in of_way:
                        of_way[way] = minimise_points(self.context.world, rule, {}, way)
                    points.append(of_way[way])
            self._known[key] = np.array(points, dtype=object).reshape(len(self.areas), len(self.homes))
        known: Ints = self._known[key]
        return known

    # ---- rules -------------------------------------------------------------------------------------------------

    def _asked(self, rule: OfficerRule) -> tuple[Ints, list[Person]]:
        """Put together the candidates whom a rule cannot tell apart; return each one's group, and one of each."""
        if rule.id not in self._groups:
            asked = asked_by(self.context.world, rule)
            columns = [self.columns.answers(key)[self.officers] for key in asked.facts]
            groups, firsts = alike([*columns, *([self._kin] if asked.held else [])], len(self.officers))
            self._groups[rule.id] = groups.astype(np.int32), self._persons(self.officers[firsts].tolist())
        return self._groups[rule.id]

    def _read(self, what: str, rule: OfficerRule, outcome: int, read: Callable[[Person, Way], int]) -> Ints:
        """Read something of a rule for every candidate; `read` gives it for one person."""
        key = (what, rule.id, outcome if asked_by(self.context.world, rule).way else 0)
        if key not in self._known:
            way = self._outcomes[1][outcome]
            # Kept by group: a number for each candidate and rule would not fit a nation.
            self._known[key] = exact([read(person, way) for person in self._asked(rule)[1]])
        known: Ints = self._known[key][self._asked(rule)[0]]
        return known

    def says_yes(self, rule: OfficerRule, outcome: int) -> Flags:
        """Whether a rule's question comes to true, for every candidate."""
        day = self.context.last_day
        return self._read("yes", rule, outcome, lambda p, way: int(p.answer(rule, day, way) is True)).astype(np.bool_)

    def standings(self, outcome: int) -> list[Standing]:
        """Return who survives on every basis, for one outcome of the tests about the way."""
        if outcome not in self._standings:
            self._standings[outcome] = list(self._stand(outcome))
        return self._standings[outcome]

    def _stand(self, outcome: int) -> Iterator[Standing]:
        stops = list(self._stops(outcome))
        points, pattern = self._preferences(outcome)
        size = len(self.officers)
        for rule in (None, *self.context.cover_of):
            basis_of = [next((b for b in found if b.rule == rule), None) for found in self._grounds]
            met = np.array([basis is not None for basis in basis_of], dtype=np.bool_)
            if not met.any():
                continue
            alive = met[self._kin]
            lifted: Sequence[str] = ()
            if rule is not None:
                cover = self.context.cover_of[rule]
                alive = alive & self.says_yes(cover, outcome)
                lifted = cover.overrides
            cost = points + exact([basis.loss if basis is not None else 0 for basis in basis_of])[self._kin]
            for stop, stopped, weight in stops:
                if stop not in lifted:
                    alive = alive & ~stopped
                    cost = cost + weight
            rows = np.flatnonzero(alive) if size else np.zeros(0, dtype=np.int64)
            substitutes = any(basis.substitutes for basis in basis_of if basis is not None)
            yield Standing(rule, substitutes, rows.astype(np.int32), _small(cost[rows]), pattern[rows].astype(np.int32))

    def _stops(self, outcome: int) -> Iterator[tuple[str, Flags, Ints]]:
        """Yield per forbid and limit whom it stops, and what its questions weigh."""
        context = self.context
        for rule, state in context.stops:

            def stops(person: Person, way: Way, rule: Any = rule, state: Any = state) -> int:
                return int(verdict_of(person, context, way, rule, state).stops)

            def weighs(person: Person, way: Way, rule: Any = rule, state: Any = state) -> int:
                verdict = verdict_of(person, context, way, rule, state)
                return verdict.confirm_points * len(verdict.asks)

            stopped = self._read("stops", rule, outcome, stops).astype(np.bool_)
            yield rule.id, stopped, self._read("weighs", rule, outcome, weighs)

    def _preferences(self, outcome: int) -> tuple[Ints, Ints]:
        """Return the points of every candidate without those of the way, and which rules about the way apply."""
        context = self.context
        points: Ints = np.zeros(len(self.officers), dtype=np.int64)
        of_way: list[tuple[Prefer, Ints]] = []
        for rule, state in context.preferences:

            def applied(person: Person, way: Way, rule: Prefer = rule, state: Any = state) -> int:
                return int(applies(person, rule, state, context.last_day, way))

            hit = self._read("applies", rule, outcome, applied)
            if rule.minimise is None:
                points = points + hit * exact([rule.points or 0])
            elif context.world.rulebook.attributes[rule.minimise].scope == "pair":
                of_way.append((rule, hit))
            else:
                points = points + hit * self._minimised(rule)
        groups, firsts = alike([hit for _, hit in of_way], len(self.officers))
        found = [tuple(rule for rule, hit in of_way if hit[first]) for first in firsts.tolist()]
        numbers = [self._pattern(rules) for rules in found]
        return points, np.array(numbers, dtype=np.int64)[groups]

    def _pattern(self, rules: tuple[Prefer, ...]) -> int:
        if rules not in self.patterns:
            self.patterns.append(rules)
        return self.patterns.index(rules)

    def _minimised(self, rule: Prefer) -> Ints:
        """Return the points of a `minimise` rule about the officer or the unit."""
        source = self.columns.source(self.context.world.rulebook.attributes[rule.minimise or ""])
        codes, cells = self.columns.column(source)
        table = exact([minimise_points(self.context.world, rule, {source: cell}, None) for cell in cells])
        return table[codes[self.officers]]

    # ---- one demand --------------------------------------------------------------------------------------------

    def at(self, demand: Demand) -> Iterator[tuple[int, Standing, Ints]]:
        """Yield every outcome and basis at a demand, with the rows that survive on it, pins aside."""
        of_home = self.outcome[self.areas.index(demand.area)]
        here = of_home[self.home]
        for outcome in np.unique(here).tolist():
            for standing in self.standings(outcome):
                yield outcome, standing, standing.rows[here[standing.rows] == outcome]


def _small(numbers: Ints) -> Ints | NDArray[np.int32]:
    """Return numbers in half the room where they fit."""
    fits = numbers.dtype != object and np.abs(numbers).max(initial=0) < 2**31
    return numbers.astype(np.int32) if fits else numbers


def exact(numbers: Sequence[int]) -> Ints:
    """Return whole numbers as an array in which no sum can overflow."""
    small = all(abs(number) < _SAFE for number in numbers)
    return np.array(numbers, dtype=np.int64 if small else object)
