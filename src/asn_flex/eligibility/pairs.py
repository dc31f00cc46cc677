"""The way from a home area to a demand: facts of the pair, per home and area (semantics §6.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from asn_flex.domain.areas import travel_min
from asn_flex.domain.attributes import Value
from asn_flex.domain.scenario import Scenario
from asn_flex.eligibility.facts import OfficerFacts
from asn_flex.eligibility.masks import Column, Reading, Truth
from asn_flex.rulebook.conditions import Test
from asn_flex.rulebook.model import Rulebook


class PairFacts:
    """`pair.travel_min` and `pair.same_area` for every home area and demand area that meet.

    Homes are codes of the officers' home areas; the last code stands for an unknown home. `told` gives facts by name
    (`pair.travel_min`) that stand for every pair, in place of what the tables come to.
    """

    def __init__(
        self,
        rulebook: Rulebook,
        scenario: Scenario,
        officers: OfficerFacts,
        told: Mapping[str, Value] = MappingProxyType({}),
    ) -> None:
        self._told = told
        column = officers.column(rulebook.attributes["officer.home_area"])
        self.homes: list[str | None] = [*(str(v) for v in column.values), None]
        self.home_of = column.codes.copy()
        self.home_of[self.home_of < 0] = len(self.homes) - 1
        self._scenario = scenario
        self._values: dict[tuple[str, int, str], Value | None] = {}
        self._columns: dict[tuple[str, str], Column] = {}

    def value(self, name: str, home: int, area: str) -> Value | None:
        """Return a pair fact (`travel_min`, `same_area`) for a home code and an area."""
        if f"pair.{name}" in self._told:
            return self._told[f"pair.{name}"]
        key = (name, home, area)
        if key not in self._values:
            origin = self.homes[home]
            tree = self._scenario.area_tree
            if name == "travel_min":
                self._values[key] = travel_min(tree, self._scenario.travel, origin, area)
            else:
                self._values[key] = None if origin is None else tree.within(origin, area)
        return self._values[key]

    def column(self, name: str, area: str) -> Column:
        """Return a pair fact for every home, as a column."""
        key = (name, area)
        if key not in self._columns:
            facts = [self.value(name, home, area) for home in range(len(self.homes))]
            code_of = {fact: code for code, fact in enumerate(dict.fromkeys(f for f in facts if f is not None))}
            codes = np.array([-1 if fact is None else code_of[fact] for fact in facts], dtype=np.int32)
            self._columns[key] = Column(codes, list(code_of))
        return self._columns[key]

    def outcomes(self, tests: Sequence[Test], area: str, reading: Reading) -> Truth:
        """Return the truth of pair tests for an area: a row for every home, a column for every test."""
        return np.stack([self.column(t.attribute.name, area).truth(t, reading) for t in tests], axis=1)
