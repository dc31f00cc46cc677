"""Officers as columns of small numbers: the same number, the same answer (semantics §10).

What rules ask of officers is answered once per different value, by the scalar evaluator, on an officer who has it.
This grouping is the checker's own; it shares nothing with the planner's.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from asn_flex.domain.attributes import Attribute
from asn_flex.rulebook.conditions import Test as AttributeTest
from asn_flex.verify.competence import Graph, Holdings
from asn_flex.verify.facts import OfOfficer, World, answer_of
from asn_flex.verify.rows import HoldingRows, OfficerRows

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
# Below so many combinations for each row, a table of all of them is quicker than sorting.
_DENSE = 4


class Columns:
    """The columns of everybody, made when first asked; rows are officers in order of id.

    Parameters
    ----------
    tests : the tests that rules in force put to officers and their units
    """

    def __init__(
        self, world: World, graph: Graph, rows: OfficerRows, held: HoldingRows, tests: Iterable[AttributeTest]
    ) -> None:
        self.world, self.graph, self.rows, self.held = world, graph, rows, held
        self.size = len(rows)
        self._tests: dict[str, list[AttributeTest]] = {}
        for test in tests:
            self._tests.setdefault(test.attribute.key, []).append(test)
        self._values: dict[str, tuple[Ints, list[Any]]] = {}
        self._answers: dict[str, Ints] = {}
        self._available: dict[tuple[date, date], Flags] = {}

    def column(self, name: str) -> tuple[Ints, list[Any]]:
        """Return a column of the table as numbers, and the different cells that they stand for."""
        if name not in self._values:
            cells = self.rows.frame[name]
            keys = cells.list.sort().list.join("\0") if cells.dtype == pl.List(pl.String) else cells
            frame = pl.DataFrame({"key": keys, "cell": cells})
            different = frame.unique("key", keep="any").sort("key", nulls_last=False).with_row_index("code")
            codes = frame.select("key").join(
                different.select("key", "code"), on="key", how="left", maintain_order="left", nulls_equal=True
            )
            self._values[name] = codes["code"].to_numpy().astype(np.int64), different["cell"].to_list()
        return self._values[name]

    def source(self, attribute: Attribute) -> str:
        """Return the column of the officers' table on which a fact hangs."""
        if attribute.scope == "unit":
            return "unit"
        return "home_area" if attribute.key == "officer.home_flooded" else attribute.name

    def answers(self, key: str) -> Ints:
        """Return numbers that are equal where no test in force on a fact tells two officers apart."""
        if key not in self._answers:
            tests = self._tests[key]
            source = self.source(tests[0].attribute)
            codes, cells = self.column(source)
            nothing = Holdings(self.graph, ())
            seen: dict[Hashable, int] = {}
            table = np.zeros(len(cells), dtype=np.int64)
            for code, cell in enumerate(cells):
                facts = OfOfficer(self.world, {source: cell}, nothing, self.world.last_day)
                answer = tuple(answer_of(test, facts) for test in tests)
                table[code] = seen.setdefault(answer, len(seen))
            self._answers[key] = table[codes]
        return self._answers[key]

    def available(self, first: date, last: date) -> Flags:
        """Whether each officer is there on all the days (semantics §3.5)."""
        span = (first, last)
        if span not in self._available:
            cells = self.rows.frame.select(
                pl.col("available").fill_null(value=True)
                & pl.col("available_from").le(first).fill_null(value=True)
                & pl.col("available_until").ge(last).fill_null(value=True)
                & pl.col("service_until").gt(last).fill_null(value=True)
            )
            self._available[span] = cells.to_series().to_numpy().astype(np.bool_)
        return self._available[span]

    def held_for(self, wanted: frozenset[str], day: date) -> Ints:
        """Return numbers that are equal for officers who hold the same, as far as it leads to what is wanted."""
        useful = np.array(
            [
                (kind.valid_until is None or kind.valid_until >= day)
                and not wanted.isdisjoint(self.graph.paths(kind.competency, kind.level))
                for kind in self.held.kinds
            ],
            dtype=np.bool_,
        )
        counted = useful[self.held.kind] if len(useful) else np.zeros(0, dtype=np.bool_)
        owner, kind = self.held.owner[counted], self.held.kind[counted]
        columns: list[Ints] = []
        while len(owner):
            first = np.concatenate([[True], owner[1:] != owner[:-1]])
            column = np.zeros(self.size, dtype=np.int64)
            column[owner[first]] = kind[first] + 1
            columns.append(column)
            owner, kind = owner[~first], kind[~first]
        return alike(columns, self.size)[0]


def alike(columns: Sequence[NDArray[np.integer[Any]]], size: int) -> tuple[Ints, Ints]:
    """Put rows together that agree in every column: return each row's group, and the first row of each group."""
    codes = np.zeros(size, dtype=np.int64)
    if not size:
        return codes, codes
    width = 1
    for column in columns:
        low = int(column.min())
        span = int(column.max()) - low + 1
        if width > 2**62 // span:
            codes = np.unique(codes, return_inverse=True)[1].astype(np.int64)
            width = int(codes.max()) + 1
        if width > 2**62 // span:
            column = np.unique(column, return_inverse=True)[1].astype(np.int64)  # noqa: PLW2901 - the same, narrower
            low, span = 0, int(column.max()) + 1
        # INVARIANT: `codes` stays below `width`, and `width` below 2^62, as there are far fewer than 2^31 rows.
        codes = codes * span + (column - low)
        width *= span
    if width > _DENSE * size + 1024:
        _, first, groups = np.unique(codes, return_index=True, return_inverse=True)
        return groups.astype(np.int64), first.astype(np.int64)
    at = np.full(width, -1, dtype=np.int64)
    at[codes[::-1]] = np.arange(size - 1, -1, -1)
    there = np.flatnonzero(at >= 0)
    number = np.zeros(width, dtype=np.int64)
    number[there] = np.arange(len(there))
    return number[codes], at[there]
