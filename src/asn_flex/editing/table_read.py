"""Reads an edited workbook back into rows of text (semantics §12.4).

A spreadsheet program turns what people type into numbers, dates and truth values. Where that loses nothing the cell
is read as what was meant (0.4 shown as 40% is `40%`); where it destroys something (`12.10` became 12.1) the cell is a
fault that says what would be right.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import ParseError

from asn_flex.domain.attributes import Attribute
from asn_flex.domain.exact import number_text
from asn_flex.editing.table_export import needs_openpyxl
from asn_flex.editing.table_layout import SHEETS, Column, column_named
from asn_flex.editing.table_state import STATE_SHEET, State, state_from
from asn_flex.errors import Diagnostic, Place
from asn_flex.i18n import fault, nearest

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
# A table of 10 000 rules with 50 columns; whatever reaches farther has a stray cell somewhere.
MAX_CELLS = 500_000
# Whole numbers of this length have lost their last digits in a spreadsheet.
_DESTROYED_DIGITS = 15
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, ParseError, KeyError, ValueError, TypeError,
    AttributeError, IndexError,
)  # fmt: skip
_YES_NO = {"true": "true", "ya": "true", "benar": "true", "false": "false", "tidak": "false", "salah": "false"}
_COMMA = re.compile(r"[-+]?[0-9]+,[0-9]+\s*%?")


@dataclass(frozen=True)
class SheetRow:
    """A row of a decision table: its cells by header, without the empty ones."""

    sheet: str
    kind: str
    line: int
    id: str
    cells: Mapping[str, str]
    # Headers of cells that could not be read, which are reported already.
    faulty: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Sheet:
    """A decision table as it was read; `numbers` says in which column each header stands."""

    name: str
    kind: str
    columns: tuple[Column, ...]
    numbers: Mapping[str, int]
    rows: tuple[SheetRow, ...]

    def place(self, line: int, header: str) -> Place:
        """Return the place of a cell; that of the id where the sheet has no such column."""
        return Place(self.name, line, self.numbers.get(header) or self.numbers.get("id", 1))


def read_workbook(
    name: str, content: bytes, attributes: Mapping[str, Attribute]
) -> tuple[State | None, list[Sheet], list[Diagnostic]]:
    """Read the decision tables of a workbook.

    Parameters
    ----------
    name : the name of the workbook, for places
    content : its bytes
    attributes : the facts that columns may ask

    Returns
    -------
    state : what the workbook remembers; None where it was not made by an export
    sheets : its decision tables
    found : every fault of its form and cells
    """
    whole = Place(name, 1, 1)
    books = _opened(content)
    if books is None:
        return None, [], [fault("T101", whole)]
    formulas, values = books
    state = _state_in(values)
    if state is None:
        return None, [], [fault("T102", whole)]
    found: list[Diagnostic] = []
    sheets: list[Sheet] = []
    for kind, wanted in SHEETS.items():
        title = next((t for t in values.sheetnames if t.strip() == wanted or f"({kind})" in t), None)
        if title is not None:
            reader = _SheetReader(f"{name}#{title}", kind, attributes, state, found)
            sheets.append(reader.read(formulas[title], values[title]))
        elif state.rows[kind]:
            found.append(fault("T104", whole, name=wanted))
    return state, sheets, found


def _opened(content: bytes) -> tuple[Any, Any] | None:
    """Open a workbook twice, with its formulas and with their values; None where it is none, or unpacks to too much."""
    openpyxl = needs_openpyxl()
    if len(content) > MAX_BYTES:
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
                return None
        with warnings.catch_warnings():
            # openpyxl warns of what it does not keep (drop-downs of newer kinds); nothing is kept here.
            warnings.simplefilter("ignore", UserWarning)
            formulas = openpyxl.load_workbook(io.BytesIO(content))
            return formulas, openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    except _UNREADABLE:
        # What openpyxl raises for a damaged file is not documented; these are what it has been seen to raise.
        return None


def _state_in(book: Any) -> State | None:
    if STATE_SHEET not in book.sheetnames:
        return None
    lines = book[STATE_SHEET].iter_rows(max_col=4, values_only=True)
    return state_from(tuple("" if cell is None else str(cell) for cell in line) for line in lines)  # type: ignore[misc]


class _SheetReader:
    """Reads one sheet and notes its faults."""

    def __init__(
        self, name: str, kind: str, attributes: Mapping[str, Attribute], state: State, found: list[Diagnostic]
    ) -> None:
        self.name, self.kind, self.attributes, self.state, self.found = name, kind, attributes, state, found

    def _report(self, key: str, line: int, column: int, /, **values: object) -> None:
        self.found.append(fault(key, Place(self.name, line, column), hint=None, **values))

    def read(self, formulas: Any, values: Any) -> Sheet:
        """Return the sheet as it was read."""
        # Asked once: the library looks at every cell to answer.
        height, width = values.max_row, values.max_column
        if height * width > MAX_CELLS:
            self._report("T101.size", height, width, limit=MAX_CELLS)
            return Sheet(self.name, self.kind, (), {}, ())
        for block in sorted(values.merged_cells.ranges, key=lambda b: (b.min_row, b.min_col)):
            self._report("T106", block.min_row, block.min_col, range=block.coord)
        columns, ignored = self._columns(values, width)
        self._report_missing(columns)
        nameless = [n for n in range(1, width + 1) if n not in columns and n not in ignored]
        rows: list[SheetRow] = []
        for line in range(2, height + 1):
            read = {c.header: self._text(formulas.cell(line, n), values.cell(line, n), c) for n, c in columns.items()}
            self._report_nameless(values, line, nameless)
            cells = {header: text for header, text in read.items() if text}
            faulty = frozenset(header for header, text in read.items() if text is None)
            if cells or faulty:
                rows.append(SheetRow(self.name, self.kind, line, cells.get("id", ""), cells, faulty))
        numbers = {column.header: number for number, column in columns.items()}
        return Sheet(self.name, self.kind, tuple(columns.values()), numbers, tuple(rows))

    def _columns(self, values: Any, width: int) -> tuple[dict[int, Column], set[int]]:
        """Return the columns by number, and the numbers of those that are somebody's own notes."""
        found: dict[int, Column] = {}
        ignored: set[int] = set()
        for number in range(1, width + 1):
            header = " ".join(str(values.cell(1, number).value or "").replace("\u00a0", " ").split())
            if not header:
                continue
            column = column_named(header, self.kind, self.attributes)
            twice = next((n for n, c in found.items() if column is not None and c.header == column.header), None)
            if header.startswith("#"):
                ignored.add(number)
            elif column is None:
                ignored.add(number)
                asked = (f"{condition}: {name}" for condition in self._asking() for name in self.attributes)
                hint = nearest(header, (*self.state.columns[self.kind], *asked))
                self.found.append(fault("T105", Place(self.name, 1, number), hint=hint, name=header))
            elif twice is not None:
                ignored.add(number)
                self._report("T105.twice", 1, number, name=header, first=twice)
            else:
                found[number] = column
        return found, ignored

    def _asking(self) -> tuple[str, ...]:
        return ("when", "must" if self.kind == "limit" else "who")

    def _report_missing(self, columns: Mapping[int, Column]) -> None:
        """Report columns that are gone although rules have something in them."""
        here = {column.header for column in columns.values()}
        used = {header for row in self.state.rows[self.kind].values() for header in row} | {"id"}
        gone = [header for header in self.state.columns[self.kind] if header in used - here]
        if gone:
            self._report("T105.missing", 1, 1, names="`, `".join(gone))

    def _report_nameless(self, values: Any, line: int, nameless: list[int]) -> None:
        for number in nameless:
            if str(values.cell(line, number).value or "").strip():
                self._report("T105.nameless", line, number)

    def _text(self, formula: Any, value: Any, column: Column) -> str | None:
        """Return a cell's text, or None where it is a fault."""
        key, text = None, ""
        if formula.data_type == "f" and value.value is None:
            key = "T108"
        elif value.data_type == "e":
            key, text = "T107", str(value.value)
        else:
            text, key = typed_text(value.value, value.number_format or "", column)
        if key is None:
            return text
        self._report(key, value.row, value.column, found=text, name=column.header, right=_right_for(text, column))
        return None


def _right_for(text: str, column: Column) -> str:
    """Return how a value would rightly be written, where it can be guessed."""
    if column.shape == "share":
        number = text.removesuffix("%").replace(",", ".")
        return f"{number}%"
    return text.replace(",", ".")


def _family(column: Column) -> str:
    """Return what a column takes: number, date, bool, share, text, yaml, or names."""
    shape = column.shape if column.attribute is None else column.attribute.kind
    families = {"int": "number", "number": "number", "date": "date", "bool": "bool", "share": "share", "text": "text"}
    if column.shape == "yaml":
        return "yaml"
    # Text that a rule asks about may be `12.10` as well as a name.
    return "name" if column.attribute is not None and shape == "text" else families.get(shape, "name")


def typed_text(value: Any, number_format: str, column: Column) -> tuple[str, str | None]:  # noqa: PLR0911 - one return per type of cell
    """Return a cell's text, and the key of what is wrong with it (or None).

    Parameters
    ----------
    value : what the spreadsheet program has stored
    number_format : how it shows it; tells 0.4 from 40%
    column : what the column takes
    """
    family = _family(column)
    if value is None:
        return "", None
    if isinstance(value, str):
        return _cleaned(value, family)
    if isinstance(value, bool):
        text = "true" if value else "false"
        return text, None if family in {"bool", "text"} else "T109.kind"
    if isinstance(value, (int, float)):
        return _number(value, number_format, family)
    if isinstance(value, datetime) and value.time() == time(0):
        value = value.date()
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat(), None if family in {"date", "text"} else "T109.kind"
    if isinstance(value, (datetime, time, timedelta)):
        return str(value), "T111.time" if family == "date" else None if family == "text" else "T109.kind"
    return str(value), "T107"


def _number(value: float, number_format: str, family: str) -> tuple[str, str | None]:
    number = Decimal(repr(value))
    if "%" in number_format.replace("\\%", ""):
        text = f"{number_text(number * 100)}%"
        return text, None if family in {"share", "text"} else "T110.percent"
    text = number_text(number)
    wrong = {"date": "T111", "share": "T110.share", "bool": "T110.bool", "yaml": "T110.yaml"}.get(family)
    if family == "name":
        if not text.lstrip("-").isdecimal():
            wrong = "T109.point"
        elif len(text.lstrip("-")) >= _DESTROYED_DIGITS:
            wrong = "T109.digits"
    return text, wrong


def _cleaned(value: str, family: str) -> tuple[str, str | None]:
    text = value.replace("\u00a0", " ").replace("\r\n", "\n").replace("\u200b", "").strip()
    if family == "text":
        return text, None
    text = re.sub(r"[ \t]+", " ", text)
    if family == "bool":
        return _YES_NO.get(text.casefold(), text), None
    if family in {"number", "share"} and _COMMA.fullmatch(text):
        return text, "T110.comma"
    return (re.sub(r"\s+(?=%$)", "", text) if family == "share" else text), None
