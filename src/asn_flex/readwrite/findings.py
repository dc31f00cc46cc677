"""The faults of a scenario while it is read: collected by column, told one by one (semantics §6.2).

A bad value that stands in thousands of rows is one sentence with a count, so that a table that went wrong
as a whole stays readable; the rows themselves are kept, because `quarantine` sets every one of them aside.
"""

from __future__ import annotations

import errno
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from asn_flex.errors import Diagnostic, Place, Text
from asn_flex.i18n import fault, nearest, say, say_count

# Faults of one kind in one column that are told row by row; beyond, equal values are told once, with a count.
ROW_BY_ROW = 20
# Searching for the nearest name costs time: so many hints per column, among so many known names at most.
MAX_HINTS = 20
MAX_KNOWN = 20_000


@dataclass(frozen=True)
class TextTable:
    """A table as text: `cells` has the columns of the header, each once, and `row` (the header is row 1).

    A null is an empty cell. `header` keeps every name, in order, so that a column's number can be told.
    """

    name: str
    file: str
    header: tuple[str, ...]
    cells: pl.DataFrame

    def place(self, row: int, column: str) -> Place:
        """Return the place of a cell; a column that the table lacks counts as the first."""
        position = self.header.index(column) + 1 if column in self.header else 1
        return Place(self.file, row, position)


@dataclass(frozen=True)
class CellFault:
    """One thing that is wrong with a value, and every row in which it stands.

    `told` is what the plan says of a row that is set aside: the value of a sensitive fact is not in it.
    """

    table: TextTable
    column: str
    code: str
    text: Text
    told: Text
    rows: tuple[int, ...]


@dataclass
class Findings:
    """Every fault and warning of a scenario, in the order of discovery."""

    other: list[Diagnostic] = field(default_factory=list)
    cells: list[CellFault] = field(default_factory=list)
    _hints: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    _spoiled: dict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))

    def add(self, key: str, place: Place, *, hint: Text | None = None, **values: object) -> None:
        """Add a fault that concerns no single row of a table."""
        self.other.append(fault(key, place, hint=hint, **values))

    def cell(
        self,
        table: TextTable,
        column: str,
        key: str,
        rows: Iterable[int],
        *,
        known: Collection[str] | None = None,
        sensitive: bool = False,
        **values: object,
    ) -> None:
        """Add a fault of one value of a column; `known` holds what its value `name` might have meant."""
        hint = None
        if known is not None and len(known) <= MAX_KNOWN and self._hints[table.name, column] < MAX_HINTS:
            self._hints[table.name, column] += 1
            hint = nearest(str(values["name"]), known)
        found = fault(key, table.place(1, column), hint=hint, column=column, **values)
        told = say(key, column=column, **{**values, "found": say("word.hidden")}) if sensitive else found.text
        spoiled = tuple(sorted(rows))
        self.cells.append(CellFault(table, column, found.code, found.text, told, spoiled))
        self._spoiled[table.name, column].update(spoiled)

    def spoiled(self, table: str, column: str) -> frozenset[int]:
        """Return the rows whose cell in that column is known to be faulty, so that nothing is told twice."""
        return frozenset(self._spoiled.get((table, column), ()))

    def rows_at_fault(self, table: str) -> Mapping[int, tuple[Text, ...]]:
        """Return what is wrong in each faulty row of a table."""
        found: dict[int, set[Text]] = defaultdict(set)
        for cell in self.cells:
            if cell.table.name == table and not cell.code.startswith("W"):
                for row in cell.rows:
                    found[row].add(cell.told)
        return {row: tuple(sorted(texts)) for row, texts in sorted(found.items())}

    def diagnostics(self, *, without: Sequence[str] = ()) -> list[Diagnostic]:
        """Return everything as diagnostics, but for the faulty rows of the tables in `without`."""
        groups: dict[tuple[str, str, str], list[CellFault]] = defaultdict(list)
        for cell in self.cells:
            if cell.table.name not in without or cell.code.startswith("W"):
                groups[cell.table.name, cell.column, cell.code].append(cell)
        told = list(self.other)
        for group in groups.values():
            row_by_row = sum(len(cell.rows) for cell in group) <= ROW_BY_ROW
            for cell in group:
                told.extend(_tell(cell, row_by_row=row_by_row))
        return told


def file_problem(error: OSError | ValueError) -> Text:
    """Say why a file cannot be read or written, in both languages."""
    if isinstance(error, OSError):
        key = _FILE_PROBLEMS.get(error.errno or 0)
        reason = error.strerror or "?"
        return say(key) if key is not None else Text(reason, reason)
    return say("file.path")


_FILE_PROBLEMS = {
    errno.ENXIO: "problem.special",
    errno.EAGAIN: "problem.special",
    errno.ENOENT: "file.absent",
    errno.ENOTDIR: "file.absent",
    errno.EACCES: "file.denied",
    errno.EPERM: "file.denied",
    errno.EROFS: "file.denied",
    errno.EISDIR: "file.folder",
    errno.ENOSPC: "file.full",
    errno.ENAMETOOLONG: "file.path",
    errno.EINVAL: "file.path",
}


def _tell(cell: CellFault, *, row_by_row: bool) -> list[Diagnostic]:
    if row_by_row or len(cell.rows) == 1:
        return [Diagnostic(cell.table.place(row, cell.column), cell.code, cell.text) for row in cell.rows]
    more = say_count("hint.rows", len(cell.rows) - 1)
    text = Text(cell.text.id + more.id, cell.text.en + more.en)
    return [Diagnostic(cell.table.place(cell.rows[0], cell.column), cell.code, text)]
