"""The rows of a table, gathered from every sheet that holds some, each with the cell it came from (semantics §6.5).

Nothing leaves a sheet without a word: what is passed over (letterheads, repeated headers, notes below) is said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from asn_flex.errors import Note, Place
from asn_flex.i18n import say
from asn_flex.readwrite.cells import text_of
from asn_flex.readwrite.columns import TableSpec
from asn_flex.readwrite.findings import Findings, TextTable
from asn_flex.roster.headers import Part, Vocabulary, competency_of, is_header_again
from asn_flex.roster.names import NOTHING, clean
from asn_flex.roster.values import Reader, id_from

# By which columns a row of a table is known; a row without any of them at the foot of a sheet is a note.
KEYS: Mapping[str, tuple[str, ...]] = {
    "officers": ("id", "nip"), "holdings": ("officer",), "units": ("id", "name"), "areas": ("id", "name"),
    "travel": ("from",), "observations": ("time",), "demands": ("duty",), "pins": ("officer",),
}  # fmt: skip
# Two equal readings may be two readings; everything else that stands twice word for word was copied.
_ONCE = frozenset({"officers", "units", "areas", "demands", "pins"})
_SHOWN = 60


@dataclass
class Table:
    """A table while it is put together.

    Parameters
    ----------
    cells : the texts by column; null where a cell is empty or faulty
    origin : the part, row and column (None: the column's own) that each row came from, row and column from 0
    raw : what stands in a faulty cell, by column and row
    """

    spec: TableSpec
    cells: dict[str, list[str | None]] = field(default_factory=dict)
    origin: list[tuple[Part, int, int | None]] = field(default_factory=list)
    raw: dict[str, dict[int, str | None]] = field(default_factory=lambda: defaultdict(dict))
    wrong: list[tuple[str, str, int, Mapping[str, Any]]] = field(default_factory=list)

    @property
    def height(self) -> int:
        """How many rows there are."""
        return len(self.origin)

    def place(self, row: int, column: str) -> Place:
        """Return the cell that a value came from; of one that no column holds, the first cell that names the row."""
        part, at, fixed = self.origin[row]
        if fixed is not None:
            return part.place(at, fixed)
        stands_in = (column, *KEYS[part.table], *part.columns)
        return part.place(at, next(part.columns[name] for name in stands_in if name in part.columns))

    def blame(self, column: str, row: int, key: str, values: Mapping[str, Any]) -> None:
        """Note what is wrong with a cell; it counts as empty from here on."""
        self.wrong.append((column, key, row, values))
        self.raw[column].setdefault(row, self.cells[column][row])
        self.cells[column][row] = None

    def append(
        self, columns: Mapping[str, Sequence[str | None]], origin: Sequence[tuple[Part, int, int | None]]
    ) -> None:
        """Add rows; columns that either side lacks are empty there."""
        before, more = self.height, len(origin)
        for name in columns:
            self.cells.setdefault(name, [None] * before)
        for name, texts in self.cells.items():
            texts.extend(columns.get(name) or [None] * more)
        self.origin.extend(origin)

    def text_table(self, findings: Findings) -> TextTable:
        """Return the table as text, rows numbered from 1, and report what is wrong with its cells."""
        header = tuple(column.name for column in self.spec.columns if column.name in self.cells)
        series = [pl.Series(name, self.cells[name], dtype=pl.String) for name in header]
        numbers = pl.Series("row", range(1, self.height + 1), dtype=pl.Int64)
        table = TextTable(self.spec.name, self.spec.name, header, pl.DataFrame([*series, numbers]))
        groups: dict[tuple[Any, ...], tuple[Mapping[str, Any], list[int]]] = {}
        for column, key, row, values in self.wrong:
            group = groups.setdefault((column, key, *sorted((k, str(v)) for k, v in values.items())), (values, []))
            group[1].append(row + 1)
        for (column, key, *_), (values, rows) in groups.items():
            sensitive = self.spec.by_name[column].attribute.sensitive
            findings.cell(table, column, key, rows, sensitive=sensitive, **values)
        return table


@dataclass
class Gathered:
    """Every table, and what was assumed on the way; `ragged` lines have (cells found, cells wanted)."""

    specs: Mapping[str, TableSpec]
    tables: dict[str, Table] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    ragged: list[tuple[Part, int, int, int]] = field(default_factory=list)

    def note(self, key: str, place: Place, **values: object) -> None:
        """Say what was assumed."""
        self.notes.append(Note(place, say(f"roster.note.{key}", **values)))

    def count(self, key: str, place: Place, count: int, **values: object) -> None:
        """Say what was assumed so many times."""
        self.notes.append(Note(place, say(f"roster.note.{key}", count=count, **values)))


def gather(parts: Sequence[Part], words: Vocabulary) -> Gathered:
    """Gather the rows of every table."""
    done = Gathered(words.specs)
    for part in parts:
        _say_part(part, done)
        body = _body(part, words, done)
        table = done.tables.setdefault(part.table, Table(words.specs[part.table]))
        start = table.height
        columns, faulty = _read(part, body, table.spec, words, done)
        table.append(columns, [(part, row, None) for row, _ in body])
        for column, key, row, values in faulty:
            table.blame(column, start + row, key, values)
        if part.table == "officers":
            _infer_officers(part, table, start, done)
            _wide(part, body, table, start, words, done)
    for table in done.tables.values():
        _drop_copies(table, done)
    return done


def _say_part(part: Part, done: Gathered) -> None:
    place = part.place(part.header[0], 0)
    key = "sheet" if part.by_name else "sheet_guessed"
    done.note(key, place, sheet=part.sheet.name, table=say(f"roster.table.{part.table}"), row=part.header[1] + 1)
    above = [n for n in range(part.header[0]) if _texts(part.sheet.rows[n])]
    if above:
        done.count("above", part.place(above[0], 0), len(above), found=_shown(part.sheet.rows[above[0]]))
    if part.unread:
        named = ", ".join(f"`{part.labels[n]}`" for n in part.unread)
        done.count("unread", part.place(part.header[1], part.unread[0]), len(part.unread), names=named)
    for key, count in (("hidden_rows", part.sheet.hidden_rows), ("hidden_columns", part.sheet.hidden_columns)):
        if count:
            done.count(key, place, count)


def _texts(row: Sequence[Any]) -> list[str]:
    return [text for cell in row if (text := clean(text_of(cell) or ""))]


def _shown(row: Sequence[Any]) -> str:
    text = " ".join(" ".join(_texts(row)).split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


# ---- which rows ----------------------------------------------------------------------------------


def _body(part: Part, words: Vocabulary, done: Gathered) -> list[tuple[int, Sequence[Any]]]:
    """Return the rows of the table with their numbers from 0: without empty ones, repeated headers and notes below."""
    rows = _filled_down(part, done)
    width = len(part.labels)
    used = sorted(part.columns.values())[:2]
    body: list[tuple[int, Sequence[Any]]] = []
    again: list[int] = []
    for number in range(part.first, len(part.sheet.rows)):
        row = rows.get(number, part.sheet.rows[number])
        if not any(cell not in ("", None) and not (isinstance(cell, str) and not cell.strip()) for cell in row):
            continue
        # Names of columns begin with a letter; most cells of a long table need no second look.
        looks_so = number <= part.first + 1 or any(
            isinstance(cell := row[n] if n < len(row) else None, str)
            and not cell[:1].isdigit()
            and words.column(part.table, cell)
            for n in used
        )
        if looks_so and is_header_again(part, [clean(text_of(cell) or "") for cell in row], words):
            again.append(number)
            continue
        body.append((number, row))
    if again:
        done.count("header_again", part.place(again[0], 0), len(again), rows=", ".join(str(n + 1) for n in again[:10]))
    notes = _notes_below(part, body)
    if notes:
        done.count("below", part.place(notes[0][0], 0), len(notes), found=_shown(notes[0][1]))
    body = body[: len(body) - len(notes)]
    return [(number, _even(part, number, row, width, done)) for number, row in body]


def _even(part: Part, number: int, row: Sequence[Any], width: int, done: Gathered) -> Sequence[Any]:
    """Return a row as wide as the header; a line of a CSV file that is not has lost or won a cell somewhere."""
    if len(row) == width:
        return row
    if part.sheet.is_csv and (len(row) < width or any(cell.strip() for cell in row[width:])):
        done.ragged.append((part, number, len(row), width))
    return [*row, *[""] * (width - len(row))] if len(row) < width else row


def _filled_down(part: Part, done: Gathered) -> dict[int, list[Any]]:
    """Return the rows into which the value of a cell merged over several rows reaches."""
    rows: dict[int, list[Any]] = {}
    used = set(part.columns.values())
    merged = [m for m in part.sheet.merged if m[0] >= part.first and m[2] > m[0] and m[1] in used]
    for top, left, bottom, _ in merged:
        value = part.sheet.rows[top][left] if top < len(part.sheet.rows) else ""
        for number in range(top + 1, min(bottom + 1, len(part.sheet.rows))):
            row = rows.setdefault(number, list(part.sheet.rows[number]))
            if any(cell not in ("", None) for cell in row):
                row[left] = value
    if merged:
        done.count("merged", part.place(merged[0][0], merged[0][1]), len(merged))
    return rows


def _notes_below(part: Part, body: Sequence[tuple[int, Sequence[Any]]]) -> list[tuple[int, Sequence[Any]]]:
    """Return the rows at the foot that name nothing and hold little: sums, signatures."""
    keys = [part.columns[key] for key in KEYS[part.table] if key in part.columns]
    used = set(part.columns.values())
    found: list[tuple[int, Sequence[Any]]] = []
    for number, row in reversed(body):
        filled = {n for n, cell in enumerate(row) if clean(text_of(cell) or "").casefold() not in NOTHING}
        if filled & set(keys) or len(filled) > 2 or len(filled & used) * 2 >= len(used):
            break
        found.append((number, row))
    return found[::-1]


# ---- their cells ---------------------------------------------------------------------------------


def _read(
    part: Part, body: Sequence[tuple[int, Sequence[Any]]], spec: TableSpec, words: Vocabulary, done: Gathered
) -> tuple[dict[str, list[str | None]], list[tuple[str, str, int, Mapping[str, Any]]]]:
    """Read the cells of a part, column by column; return the texts, and what is wrong by column and row."""
    columns: dict[str, list[str | None]] = {}
    faulty: list[tuple[str, str, int, Mapping[str, Any]]] = []
    formulas = 0
    for name, at in part.columns.items():
        if competency_of(name) is not None:
            continue
        reader = Reader(spec.by_name[name], words.rulebook, part.table)
        texts, wrong, counted = _read_column(part, body, at, reader)
        columns[name] = texts
        faulty.extend((name, key, row, values) for key, row, values in wrong)
        _say_readings(part, at, name, counted, done)
        formulas += sum(n == at for _, n in part.sheet.formulas)
    if formulas:
        done.count("formulas", part.place(*min(part.sheet.formulas)), formulas)
    return columns, faulty


def _read_column(
    part: Part, body: Sequence[tuple[int, Sequence[Any]]], at: int, reader: Reader
) -> tuple[list[str | None], list[tuple[str, int, Mapping[str, Any]]], dict[str, list[Any]]]:
    texts: list[str | None] = []
    wrong: list[tuple[str, int, Mapping[str, Any]]] = []
    counted: dict[str, list[Any]] = {}
    for index, (number, row) in enumerate(body):
        reading = reader.read(row[at])
        texts.append(reading.text)
        if part.sheet.broken and (number, at) in part.sheet.broken:
            wrong.append(("R110", index, {}))
        elif reading.wrong is not None:
            wrong.append((reading.wrong[0], index, reading.wrong[1]))
        elif reading.note is not None:
            seen = counted.setdefault(reading.note, [0, number, text_of(row[at]), reading.text])
            seen[0] += 1
    return texts, wrong, counted


def _say_readings(part: Part, at: int, name: str, counted: Mapping[str, list[Any]], done: Gathered) -> None:
    """Say what was assumed in a column, once for each kind of assumption."""
    for note, (count, row, found, text) in sorted(counted.items()):
        shared = note.partition(".")[0]
        key = {"yes_no": "word", "value": "word", "level": "word", "day_words": "day_first"}.get(shared, shared)
        done.count(key, part.place(row, at), count, column=part.labels[at] or name, found=found, text=text or "")


def _infer_officers(part: Part, table: Table, start: int, done: Gathered) -> None:
    """Give officers the ids and units that no column tells."""
    rows = range(start, table.height)
    place = part.place(part.header[1], 0)
    if "id" not in part.columns:
        source = next((name for name in ("nip", "name") if name in part.columns), None)
        if source is not None:
            ids = table.cells.setdefault("id", [None] * table.height)
            for row in rows:
                text = table.cells[source][row]
                ids[row] = text if text is None or source == "nip" else id_from(text)
                if row in table.raw[source]:
                    # What is wrong with the source is told there.
                    table.raw["id"][row] = table.raw[source][row]
            done.note(f"id_from_{source}", place, column=part.labels[part.columns[source]])
    if "unit" not in part.columns and not part.by_name:
        units = table.cells.setdefault("unit", [None] * table.height)
        for row in rows:
            units[row] = part.sheet.name
        done.note("unit_from_sheet", place, sheet=part.sheet.name)


def _wide(
    part: Part,
    body: Sequence[tuple[int, Sequence[Any]]],
    officers: Table,
    start: int,
    words: Vocabulary,
    done: Gathered,
) -> None:
    """Make holdings of the columns of an officers' sheet that are competencies."""
    named = {name: at for name, at in part.columns.items() if competency_of(name) is not None}
    if not named:
        return
    spec = words.specs["holdings"]
    table = done.tables.setdefault("holdings", Table(spec))
    labels = ", ".join(f"`{part.labels[at]}`" for at in named.values())
    done.count("wide", part.place(part.header[1], min(named.values())), len(named), names=labels)
    for name, at in named.items():
        texts, wrong, counted = _read_column(part, body, at, Reader(spec.by_name["level"], words.rulebook, "holdings"))
        held = [row for row, text in enumerate(texts) if text not in {None, "0"}]
        where = {row: table.height + n for n, row in enumerate(held)}
        table.append(
            {
                "officer": [officers.cells["id"][start + row] for row in held],
                "competency": [competency_of(name)] * len(held),
                "level": [texts[row] for row in held],
            },
            [(part, body[row][0], at) for row in held],
        )  # fmt: skip
        for key, row, values in wrong:
            if row in where:
                table.blame("level", where[row], key, values)
        for row in held:
            if officers.cells["id"][start + row] is None:
                # The officer's own row tells that the id is missing.
                table.raw["officer"][where[row]] = None
        _say_readings(part, at, name, counted, done)


# ---- copies --------------------------------------------------------------------------------------


def _drop_copies(table: Table, done: Gathered) -> None:
    """Leave out rows that repeat another word for word, and say which."""
    if table.spec.name not in _ONCE or table.height < 2:
        return
    names = list(table.cells)
    faulty = {row for rows in table.raw.values() for row in rows}
    first: dict[tuple[str | None, ...], int] = {}
    copies: list[tuple[int, int]] = []
    for row, cells in enumerate(zip(*(table.cells[name] for name in names), strict=True)):
        if row in faulty:
            continue
        seen = first.setdefault(cells, row)
        if seen != row:
            copies.append((row, seen))
    if not copies:
        return
    gone = {row for row, _ in copies}
    row, seen = copies[0]
    place = table.place(row, names[0])
    done.count("copies", place, len(copies), row=place.line, first=table.place(seen, names[0]).line)
    keep = [n for n in range(table.height) if n not in gone]
    new = {old: number for number, old in enumerate(keep)}
    table.cells = {name: [texts[n] for n in keep] for name, texts in table.cells.items()}
    table.origin = [table.origin[n] for n in keep]
    for name, texts in table.raw.items():
        table.raw[name] = {new[n]: text for n, text in texts.items()}
    table.wrong = [(column, key, new[n], values) for column, key, n, values in table.wrong]


def rows_named(table: Table | None, name: str) -> Iterable[tuple[int, str]]:
    """Return the rows and texts of a column that hold something."""
    if table is None:
        return ()
    return ((row, text) for row, text in enumerate(table.cells.get(name, ())) if text is not None)
