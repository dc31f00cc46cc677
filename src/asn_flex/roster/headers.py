"""Which table a sheet is, where its header stands, and which column means what (semantics §6.5)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from asn_flex.errors import Diagnostic, Place
from asn_flex.i18n import fault
from asn_flex.readwrite.cells import text_of
from asn_flex.readwrite.columns import TableSpec
from asn_flex.roster.names import EVENT, NOTHING, SERIAL, TABLE_NAMES, aliases_of, clean, fold, readings, table_named
from asn_flex.roster.sheets import Sheet
from asn_flex.rulebook.model import Rulebook

# A header stands among the first rows; above it there may be a letterhead.
HEADER_WITHIN = 30
MOST_HEADER_ROWS = 3
_COMPETENCY = "competency:"
_COUNTED = re.compile(r"\(?(\d{1,3})\)?\.?")


@dataclass(frozen=True)
class Vocabulary:
    """Every name that a column may have: by table, folded name to column.

    A column of an officers' sheet may also be a competency; it is then called `competency:ID`.
    """

    rulebook: Rulebook
    specs: Mapping[str, TableSpec]

    @cached_property
    def columns(self) -> Mapping[str, Mapping[str, str]]:
        """The column of each folded name, by table."""
        found: dict[str, dict[str, str]] = {}
        for table, spec in self.specs.items():
            names: dict[str, str] = {}
            for column in spec.columns:
                label = column.attribute.label
                given = aliases_of(table, column.name)
                for text in (*given, *((label.id, label.en) if label is not None else ())):
                    names.setdefault(fold(text), column.name)
            found[table] = names
        for entry in sorted(self.rulebook.competencies):
            label = self.rulebook.label_of("competencies", entry)
            for text in (entry, label.id, label.en):
                found["officers"].setdefault(fold(text), f"{_COMPETENCY}{entry}")
        return found

    def column(self, table: str, label: str) -> str | None:
        """Return the column that a label means in a table, or None."""
        known = self.columns[table]
        found = [known[text] for text in readings(label) if text in known]
        return found[0] if found else None


@dataclass(frozen=True)
class Part:
    """The rows of one sheet that belong to a table.

    Parameters
    ----------
    columns : sheet column (from 0) by column of the table
    header : rows of the header (from 0, first and last)
    first : the first row of the body, from 0
    labels : what stands above each column
    unread : sheet columns with a name that means nothing here
    by_name : whether the sheet's name told the table; otherwise its columns did
    """

    sheet: Sheet
    table: str
    columns: Mapping[str, int]
    header: tuple[int, int]
    first: int
    labels: tuple[str, ...]
    unread: tuple[int, ...] = ()
    by_name: bool = True
    skipped: tuple[int, ...] = field(default=())

    def place(self, row: int, column: int) -> Place:
        """Return a place in the sheet; row and column count from 0."""
        return Place(self.sheet.file, row + 1, column + 1)


def competency_of(column: str) -> str | None:
    """Return the competency that a column of an officers' sheet stands for."""
    return column.removeprefix(_COMPETENCY) if column.startswith(_COMPETENCY) else None


def find_part(sheet: Sheet, words: Vocabulary) -> Part | list[Diagnostic] | None:
    """Return the table in a sheet, faults where it cannot be told, None where the sheet holds none."""
    named = table_named(sheet.name)
    if named == EVENT:
        return None
    grid = _head(sheet)
    if not grid:
        return None
    if named is not None:
        best = _best_header(grid, named, words)
        return _part(sheet, grid, named, best, words, by_name=True) if best is not None else None
    scored = {}
    for table in words.specs:
        best = _best_header(grid, table, words)
        if best is not None and best[2] >= 2 and _suffices(table, _columns(best, grid, table, words)[0]):
            scored[table] = best
    if not scored:
        return None
    most = max(best[2] for best in scored.values())
    candidates = [table for table, best in scored.items() if best[2] == most]
    if len(candidates) > 1:
        options = ", ".join(f"`{TABLE_NAMES[t][0]}`" for t in candidates)
        return [fault("R103", Place(sheet.file, scored[candidates[0]][0] + 1, 1), name=sheet.name, options=options)]
    return _part(sheet, grid, candidates[0], scored[candidates[0]], words, by_name=False)


def _suffices(table: str, columns: Mapping[str, int]) -> bool:
    """Whether columns alone tell that a sheet is that table."""
    if table == "officers":
        return bool(columns.keys() & {"id", "nip"}) or columns.keys() >= {"name", "unit"}
    needed = {
        "holdings": {"officer", "competency", "level"}, "units": {"id", "name"}, "areas": {"id", "name"},
        "travel": {"from", "to", "minutes"}, "observations": {"time", "kind", "value"}, "demands": {"duty", "seats"},
        "pins": {"officer", "demand", "pin"},
    }  # fmt: skip
    return columns.keys() >= needed[table]


def _head(sheet: Sheet) -> list[list[str]]:
    """Return the first rows as text, merged cells written into every cell that they cover."""
    rows = [[_label(cell) for cell in row] for row in sheet.rows[: HEADER_WITHIN + MOST_HEADER_ROWS]]
    for top, left, bottom, right in sheet.merged:
        if top >= len(rows) or bottom - top >= MOST_HEADER_ROWS or left >= len(rows[top]):
            continue
        text = rows[top][left]
        for row in rows[top : bottom + 1]:
            for column in range(left, min(right + 1, len(row))):
                row[column] = row[column] or text
    return rows


def _label(cell: Any) -> str:
    text = text_of(cell)
    return " ".join(clean(text or "").split())


def _best_header(grid: Sequence[Sequence[str]], table: str, words: Vocabulary) -> tuple[int, int, int] | None:
    """Return first and last row of the header and how many columns it names: the most, then fewest rows, then first."""
    best: tuple[int, int, int] | None = None
    for top in range(min(len(grid), HEADER_WITHIN)):
        for height in range(1, MOST_HEADER_ROWS + 1):
            if top + height > len(grid):
                break
            hits = len(_columns((top, top + height - 1, 0), grid, table, words)[0])
            if hits and (best is None or (hits, best[1] - best[0]) > (best[2], height - 1)):
                best = (top, top + height - 1, hits)
    return best


def _columns(
    header: tuple[int, int, int], grid: Sequence[Sequence[str]], table: str, words: Vocabulary
) -> tuple[dict[str, int], list[tuple[str, int]]]:
    """Return the sheet column by column of the table, and those that mean one that is taken."""
    rows = grid[header[0] : header[1] + 1]
    found: dict[str, int] = {}
    twice: list[tuple[str, int]] = []
    for number in range(max(map(len, rows), default=0)):
        stack = [row[number] for row in rows if number < len(row) and row[number]]
        # The nearest name counts; where it means nothing, those above it do, then both together.
        tries = [*reversed(stack), *([" ".join(dict.fromkeys(stack))] if len(stack) > 1 else [])]
        column = next((c for c in (words.column(table, text) for text in tries) if c is not None), None)
        if column is None:
            continue
        if column in found and column == "officer" and table != "officers":
            # A holding that names its officer by id, NIP and name is told by the surest of them; the others are said.
            found[column] = min(found[column], number, key=lambda n: _surety([row[n] for row in rows if n < len(row)]))
        elif column in found:
            twice.append((column, number))
        else:
            found[column] = number
    return found, twice


def _surety(labels: Sequence[str]) -> int:
    texts = {text for label in labels for text in readings(label)}
    return 2 if texts & {"nama", "name", "nama pegawai"} else 1 if texts & {"nip"} else 0


def _part(
    sheet: Sheet,
    grid: Sequence[Sequence[str]],
    table: str,
    header: tuple[int, int, int],
    words: Vocabulary,
    *,
    by_name: bool,
) -> Part | list[Diagnostic]:
    columns, twice = _columns(header, grid, table, words)
    rows = grid[header[0] : header[1] + 1]
    width = max(map(len, rows))
    labels = tuple(
        " ".join(dict.fromkeys(row[n] for row in rows if n < len(row) and row[n])) for n in range(width)
    )  # fmt: skip
    if twice:
        return [
            fault(
                "R105", Place(sheet.file, header[1] + 1, number + 1), name=labels[number], column=column,
                other=labels[columns[column]],
            )
            for column, number in twice
        ]  # fmt: skip
    taken = set(columns.values())
    unread = tuple(n for n, label in enumerate(labels) if label and n not in taken and fold(label) not in SERIAL)
    first = header[1] + 1
    return Part(sheet, table, columns, header[:2], first, labels, unread, by_name)


def is_header_again(part: Part, row: Sequence[str], words: Vocabulary) -> bool:
    """Whether a row of the body repeats the header, in the same words or the other language, or numbers the columns."""
    filled = [(n, text) for n, text in enumerate(row) if text and text.casefold() not in NOTHING]
    if len(filled) < 2:
        return False
    counted = [_COUNTED.fullmatch(text) for _, text in filled]
    if len(filled) >= 3 and all(counted) and [int(m[1]) for m in counted if m] == list(range(1, len(filled) + 1)):
        return True
    # A value may look like the name of its own column (a unit called `OPD`), so most of the cells must.
    at = {number: column for column, number in part.columns.items()}
    same = sum(words.column(part.table, text) == at[n] for n, text in filled if n in at)
    return same >= 2 and same * 2 > len(filled)
