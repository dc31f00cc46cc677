"""Files to sheets: every cell as it was typed, and what a reader would otherwise hide (semantics §6.5).

Cells are read by calamine with their own types, not as ready-made text: only a cell that is still a number tells that
an NIP typed into it has lost its last digits. Formulas, errors, merged and hidden cells are looked up in the file
itself, whose size is checked before anything of it is unpacked as a whole.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from asn_flex.errors import Diagnostic, InputError, Place
from asn_flex.i18n import fault
from asn_flex.readwrite.findings import file_problem
from asn_flex.roster.names import fold
from asn_flex.rulebook.files import read_ordinary

MAX_FILE_BYTES = 256 * 1024**2
MAX_UNPACKED_BYTES = 1024**3
# Sheets of text shrink to a twentieth; what shrinks much more than that was made to fill the memory.
MAX_RATIO, RATIO_MATTERS_FROM = 200, 32 * 1024**2
MAX_CELLS = 20_000_000
MAX_SHEETS = 200
_LAST_COLUMN = 16_384
_BAD_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DELIMITERS = (";", ",", "\t", "|")
MARKED = ".periksa"
_SUFFIXES = (".xlsx", ".xlsm", ".csv", ".txt")


@dataclass(frozen=True)
class Sheet:
    """One sheet, or one CSV file.

    Parameters
    ----------
    name : the name of the sheet, or of the file without its ending
    file : how messages name it, `book.xlsx#Sheet`
    rows : the cells from A1 on; every row is as wide as the widest, but in CSV
    merged : corners (row, column, row, column) of merged cells, counted from 0
    formulas, broken : cells (row, column) with a formula; with an error, or a formula without a value
    is_hidden, hidden_rows, hidden_columns : what the program does not show
    is_csv : whether its rows may differ in length by mistake
    """

    name: str
    file: str
    rows: Sequence[Sequence[Any]]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    formulas: frozenset[tuple[int, int]] = frozenset()
    broken: frozenset[tuple[int, int]] = frozenset()
    is_hidden: bool = False
    hidden_rows: int = 0
    hidden_columns: int = 0
    is_csv: bool = False


@dataclass
class Book:
    """What was read: the sheets, and how the bytes of text files were understood (`encodings`, by file)."""

    path: Path
    sheets: list[Sheet] = field(default_factory=list)
    workbooks: dict[str, bytes] = field(default_factory=dict)
    encodings: dict[str, tuple[str, str]] = field(default_factory=dict)


def read_book(path: Path) -> Book:
    """Read a workbook, a CSV file, or a folder of these.

    Raises
    ------
    InputError
        If a file cannot be read at all.
    """
    book = Book(path)
    found: list[Diagnostic] = []
    for file in _files(path):
        try:
            content = read_ordinary(file, MAX_FILE_BYTES + 1)
        except (OSError, ValueError) as error:
            found.append(fault("R101", Place(file.as_posix(), 1, 1), problem=file_problem(error)))
            continue
        try:
            _read_file(file, content, book)
        except InputError as error:
            found.extend(error.diagnostics)
    if found:
        raise InputError(found)
    return book


def _files(path: Path) -> list[Path]:
    try:
        if not path.is_dir():
            return [path]
        # A copy that was given back is no part of the roster beside it; it is imported by its own name.
        files = [
            p
            for p in sorted(path.iterdir())
            if p.suffix.lower() in _SUFFIXES and not p.name.startswith((".", "~")) and not p.stem.endswith(MARKED)
        ]
    except (OSError, ValueError) as error:
        raise InputError([fault("R101", Place(path.as_posix(), 1, 1), problem=file_problem(error))]) from None
    if not files:
        raise _refusal("R101.none", path.as_posix())
    return files


def _refusal(key: str, file: str, row: int = 1, column: int = 1, **values: Any) -> InputError:
    return InputError([fault(key, Place(file, row, column), **values)])


def _read_file(file: Path, content: bytes, book: Book) -> None:
    name = file.as_posix()
    if not content.strip():
        raise _refusal("R101.empty", name)
    if len(content) > MAX_FILE_BYTES:
        raise _refusal("R101.size", name)
    if content.startswith(_OLE):
        # Word processors and spreadsheets wrap an encrypted workbook into the container that old workbooks are.
        key = "R101.password" if "EncryptedPackage".encode("utf-16-le") in content else "R101.old"
        raise _refusal(key, name)
    if content.startswith(b"PK"):
        book.workbooks[name] = content
        book.sheets.extend(_read_workbook(name, content))
    elif file.suffix.lower() in {".csv", ".txt"}:
        text, encoding = _decode(content, name)
        rows, delimiter = _split(text, name)
        book.encodings[name] = (encoding, delimiter)
        book.sheets.append(Sheet(file.stem, name, rows, is_csv=True))
    else:
        raise _refusal("R101.kind", name)


# ---- CSV -----------------------------------------------------------------------------------------


def _decode(content: bytes, name: str) -> tuple[str, str]:
    """Return the text, and the encoding that it was taken for."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        try:
            text, encoding = content.decode("cp1252"), "cp1252"
        except UnicodeDecodeError:
            raise _refusal("R101.encoding", name, content.count(b"\n", 0, error.start) + 1) from None
    if "\0" in text:
        raise _refusal("R101.encoding", name, text.count("\n", 0, text.index("\0")) + 1)
    return text, {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}[encoding]


def _split(text: str, name: str) -> tuple[list[list[str]], str]:
    """Return the cells, and the sign between them; a first line `sep=;` says it, as some programs write it."""
    said = re.match(r"sep=(.)\r?\n", text)
    delimiter = said[1] if said else max(_DELIMITERS, key=lambda sign: _fits(text, sign))
    csv.field_size_limit(131_072)
    rows: list[list[str]] = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            rows.append(cells)
            if len(rows) * max(len(cells), 1) > MAX_CELLS:
                raise _refusal("R101.size", name)
    except csv.Error:
        raise _refusal("R101.quotes", name, len(rows) + 1) from None
    if said:
        # Rows keep the numbers that a person counts.
        rows[0] = []
    return rows, delimiter


def _fits(text: str, delimiter: str) -> tuple[int, int]:
    """Return how well a sign parts the first lines: lines with the commonest number of cells, and that number."""
    start = io.StringIO(text[:20_000], newline="")
    widths: dict[int, int] = {}
    try:
        for number, cells in enumerate(csv.reader(start, delimiter=delimiter)):
            if number >= 50:
                break
            if len(cells) > 1:
                widths[len(cells)] = widths.get(len(cells), 0) + 1
    except csv.Error:
        return 0, 0
    return max(((lines, width) for width, lines in widths.items()), default=(0, 0))


# ---- XLSX ----------------------------------------------------------------------------------------


def _read_workbook(name: str, content: bytes) -> list[Sheet]:
    from python_calamine import (  # noqa: PLC0415 - workbooks only
        CalamineError,
        CalamineWorkbook,
        SheetTypeEnum,
        SheetVisibleEnum,
    )

    try:
        looks = _look_into(name, content)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = []
        for number, about in enumerate(workbook.sheets_metadata):
            if about.typ != SheetTypeEnum.WorkSheet:
                sheets.append(Sheet(about.name, f"{name}#{about.name}", ()))
                continue
            page = workbook.get_sheet_by_index(number)
            look = looks.get(about.name, _Look())
            merged = tuple((*first, *last) for first, last in page.merged_cell_ranges or ())
            sheets.append(
                Sheet(
                    about.name, f"{name}#{about.name}", page.to_python(skip_empty_area=False), merged,
                    frozenset(look.formulas), frozenset(look.broken),
                    is_hidden=about.visible != SheetVisibleEnum.Visible,
                    hidden_rows=look.hidden_rows, hidden_columns=look.hidden_columns,
                )
            )  # fmt: skip
    except InputError:
        raise
    except (CalamineError, *_BAD_ZIP, IndexError, KeyError):
        raise _refusal("R101.broken", name) from None
    return sheets


@dataclass
class _Look:
    """What the file itself says of a sheet."""

    formulas: set[tuple[int, int]] = field(default_factory=set)
    broken: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: int = 0
    hidden_columns: int = 0


def _look_into(name: str, content: bytes) -> dict[str, _Look]:
    """Check what the workbook would unpack to, and look at each sheet; refuse what was made to harm.

    Raises
    ------
    InputError
        If it unpacks to too much, reaches too far, or defines entities.
    """
    looks: dict[str, _Look] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        infos = archive.infolist()
        total = sum(info.file_size for info in infos)
        if any(info.flag_bits & 1 for info in infos):
            raise _refusal("R101.password", name)
        if total > MAX_UNPACKED_BYTES or (total > RATIO_MATTERS_FROM and total > MAX_RATIO * len(content)):
            raise _refusal("R101.bomb", name)
        if len({info.filename for info in infos}) != len(infos):
            raise _refusal("R101.broken", name)
        parts = {info.filename: archive.read(info) for info in infos if _is_markup(info.filename)}
    for part in parts.values():
        if b"<!DOCTYPE" in part or b"<!ENTITY" in part or b"\0" in part[:200]:
            raise _refusal("R101.entities", name)
    titles = _titles(parts)
    if len(titles) > MAX_SHEETS:
        raise _refusal("R101.size", name)
    cells = 0
    for title, path in titles.items():
        part = parts.get(path, b"")
        rows, columns = _reach(part)
        cells += rows * columns
        if cells > MAX_CELLS:
            raise _refusal("R101.far", f"{name}#{title}", rows, columns)
        looks[title] = _look_at(part)
    return looks


def _is_markup(path: str) -> bool:
    return path.endswith((".xml", ".rels", ".vml"))


_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_WORD = re.compile(rb"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def _titles(parts: dict[str, bytes]) -> dict[str, str]:
    """Return the part of each sheet by its title; a title that the look cannot read is seen by calamine alone."""
    import html  # noqa: PLC0415 - workbooks only

    def words(tag: bytes) -> dict[str, str]:
        found = {k.decode(): (a or b).decode("utf-8", "replace") for k, a, b in _WORD.findall(tag)}
        return {key.rpartition(":")[2].lower(): html.unescape(text) for key, text in found.items()}

    relations = [words(tag) for tag in _RELATION.findall(parts.get("xl/_rels/workbook.xml.rels", b""))]
    # What a relation names is looked up among the parts of the file, never on the disk.
    targets = {
        r.get("id", ""): t.lstrip("/") if (t := r.get("target", "")).startswith("/") else f"xl/{t}" for r in relations
    }
    titles: dict[str, str] = {}
    for tag in _SHEET.findall(parts.get("xl/workbook.xml", b"")):
        found = {k.decode(): (a or b).decode("utf-8", "replace") for k, a, b in _WORD.findall(tag)}
        relation = next((text for key, text in found.items() if key.endswith(":id")), "")
        titles[html.unescape(found.get("name", ""))] = str(PurePosixPath(targets.get(relation, "?")))
    return titles


_CELL_NAME = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br=["']([A-Za-z]{1,3})([0-9]{1,9})["']""")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*[^/>])>(.*?)</(?:\w+:)?c>", re.DOTALL)
_NAME = re.compile(rb"""\br=["']([A-Za-z]{1,3})([0-9]{1,9})["']""")
_HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*\bhidden=["'](?:1|true)["']""")
_HIDDEN_COLUMN = re.compile(rb"""<(?:\w+:)?col\b[^>]*\bhidden=["'](?:1|true)["']""")


def _reach(part: bytes) -> tuple[int, int]:
    """Return the last row and column that a cell names: the reader allots memory for the whole rectangle."""
    last_row, letters = 1, {b"A"}
    for column, row in _CELL_NAME.findall(part):
        last_row = max(last_row, int(row))
        letters.add(column)
    return last_row, max(map(_number, letters))


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _look_at(part: bytes) -> _Look:
    look = _Look(
        hidden_rows=len(_HIDDEN_ROW.findall(part)),
        hidden_columns=len(_HIDDEN_COLUMN.findall(part)),
    )
    if b"<f" not in part and b":f" not in part and not re.search(rb"""\bt=["']e["']""", part):
        return look
    for head, inner in _CELL.findall(part):
        named = _NAME.search(head)
        if named is None:
            continue
        at = (int(named[2]) - 1, _number(named[1]) - 1)
        has_formula = re.search(rb"<(?:\w+:)?f\b", inner) is not None
        if has_formula:
            look.formulas.add(at)
        value = re.search(rb"<(?:\w+:)?v\b[^>]*>([^<]*)<", inner)
        if re.search(rb"""\bt=["']e["']""", head) or (has_formula and (value is None or not value[1])):
            look.broken.add(at)
    return look


def is_own(sheet: Sheet, names: Sequence[str]) -> bool:
    """Whether a sheet is one that asn-flex itself wrote beside the tables (guide, lists, faults)."""
    return fold(sheet.name) in {fold(name) for name in names}
