"""Tables from files to text, cell by cell, with nothing guessed (semantics §6.1, §6.2).

Decides what a file *holds* before anybody decides what it *means*: every reader returns columns of text,
null where a cell is empty, and the row of each as a spreadsheet counts it. Spaces around a cell do not
belong to it.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import polars as pl

from asn_flex.errors import Place
from asn_flex.i18n import say_count
from asn_flex.readwrite.cells import IdProblem, texts_of
from asn_flex.readwrite.columns import TableSpec
from asn_flex.readwrite.findings import ROW_BY_ROW, Findings, TextTable

SUFFIXES = (".csv", ".xlsx", ".parquet")
CHUNK_ROWS = 50_000
# A spreadsheet's own limits; beyond, a file is hostile or has stray cells far outside the table.
MAX_SHEET_CELLS = 50_000_000
MAX_WORKBOOK_BYTES = 4 * 1024**3
# What the standard library raises for a zip that is none, or is damaged.
BAD_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


@dataclass(frozen=True)
class Source:
    """The file of one table.

    Parameters
    ----------
    spec : which table it is, and which of its columns hold ids: there only text, and small whole numbers, say
        for certain what was meant
    file : how messages name the file
    path : its name in `scenario.yaml`: the ending tells the format, `#Sheet` a sheet of a workbook
    content : the bytes of the file
    """

    spec: TableSpec
    file: str
    path: str = ""
    content: bytes = b""

    def at(self, row: int, column: int = 1) -> Place:
        """Return a place in the file."""
        return Place(self.file, row, column)


def read_table(source: Source, findings: Findings) -> TextTable | None:
    """Read a table; None after reporting where it has no columns to speak of.

    References
    ----------
    docs/semantics.md §6.1.
    """
    suffix = PurePosixPath(source.path.partition("#")[0]).suffix.lower()
    readers = {".csv": _read_csv, ".xlsx": _read_xlsx, ".parquet": _read_parquet}
    table = readers[suffix](source, findings)
    if table is None or table.cells.width == 1:
        return table
    filled = table.cells.filter(pl.any_horizontal(pl.exclude("row").is_not_null()))
    return TextTable(table.name, table.file, table.header, filled)


# ---- CSV -----------------------------------------------------------------------------------------


def _read_csv(source: Source, findings: Findings) -> TextTable | None:
    text = _decode(source, findings)
    if text is None:
        return None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    row = 0
    try:
        header = [cell.strip() for cell in next(reader, [])]
        if not _has_names(source.file, header, findings):
            return None
        row = 1
        if '"' not in text and _is_plain(source.content, reader.dialect.delimiter, len(header)):
            columns, numbers = _split_plain(source.content, reader.dialect.delimiter, len(header))
        else:
            columns, numbers = _split_quoted(reader, source, len(header), findings)
    except csv.Error as error:
        problem = str(error)
        findings.add("S106.long" if "limit" in problem else "S106", source.at(row + 1), problem=problem)
        return None
    return _as_table(source, header, columns, findings, rows=numbers)


def _decode(source: Source, findings: Findings) -> str | None:
    content = source.content
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        findings.add("S103.utf16", source.at(1))
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        findings.add("S103", source.at(content.count(b"\n", 0, error.start) + 1))
        return None
    if "\0" in text:
        findings.add("S103.nul", source.at(text.count("\n", 0, text.index("\0")) + 1))
        return None
    return text


def _delimiter(text: str) -> str:
    """Return what the header has more of outside quotes: `;` or `,`."""
    outside = "".join(text.split("\n", 1)[0].split('"')[::2])
    return ";" if outside.count(";") > outside.count(",") else ","


def _has_names(file: str, header: list[str], findings: Findings) -> bool:
    """Whether the first row can be a header."""
    if not any(header):
        findings.add("S104", Place(file, 1, 1))
        return False
    if len(header) == 1 and "\t" in header[0]:
        findings.add("S104.tabs", Place(file, 1, 1))
        return False
    return True


def _is_plain(content: bytes, delimiter: str, width: int) -> bool:
    """Whether every line has exactly `width` cells, so that the fast reader agrees with the exact one.

    The caller knows that there are no quotes. Lone carriage returns, empty lines and ragged lines are left
    to the exact reader, which tells their places.
    """
    if width < 2:
        return False
    data = np.frombuffer(content, dtype=np.uint8)
    returns = np.flatnonzero(data == 13)
    if returns.size and (returns[-1] + 1 >= data.size or not np.all(data[returns + 1] == 10)):
        return False
    ends = np.flatnonzero(data == 10)
    if not ends.size or ends[-1] != data.size - 1:
        ends = np.append(ends, data.size)
    marks = np.searchsorted(np.flatnonzero(data == ord(delimiter)), ends)
    return bool(np.all(np.diff(marks, prepend=0) == width - 1))


def _split_plain(content: bytes, delimiter: str, width: int) -> tuple[list[pl.Series], pl.Series]:
    """Split a file without quotes, empty or ragged lines."""
    names = [f"column_{i + 1}" for i in range(width)]
    body = content.split(b"\n", 1)[1] if b"\n" in content else b""
    if not body:
        return [pl.Series(n, [], dtype=pl.String) for n in names], pl.Series("row", [], dtype=pl.Int64)
    frame = pl.read_csv(
        body.replace(b"\r", b""),
        has_header=False,
        separator=delimiter,
        quote_char=None,
        schema=dict.fromkeys(names, pl.String),
    )
    return frame.get_columns(), pl.Series("row", range(2, frame.height + 2), dtype=pl.Int64)


def _split_quoted(
    reader: Iterator[list[str]], source: Source, width: int, findings: Findings
) -> tuple[list[pl.Series], pl.Series]:
    """Split with quotes; rows with too many or too few cells are reported and left out."""
    parts: list[pl.DataFrame] = []
    ragged: dict[int, list[int]] = defaultdict(list)
    names = [f"column_{i + 1}" for i in range(width)]
    row = 1
    while records := list(islice(reader, CHUNK_ROWS)):
        numbers = list(range(row + 1, row + 1 + len(records)))
        row += len(records)
        if any(len(cells) != width for cells in records):
            for number, cells in zip(numbers, records, strict=True):
                if cells and len(cells) != width:
                    ragged[len(cells)].append(number)
            even = [(n, cells) for n, cells in zip(numbers, records, strict=True) if len(cells) == width]
            numbers, records = [n for n, _ in even], [cells for _, cells in even]
        if records:
            columns = [pl.Series(n, c, dtype=pl.String) for n, c in zip(names, zip(*records, strict=True), strict=True)]
            parts.append(pl.DataFrame([*columns, pl.Series("row", numbers, dtype=pl.Int64)]))
    _report_ragged(ragged, source, width, findings)
    schema = {**dict.fromkeys(names, pl.String), "row": pl.Int64}
    frame = pl.concat(parts) if parts else pl.DataFrame(schema=schema)
    return [frame[name] for name in names], frame["row"]


def _report_ragged(ragged: dict[int, list[int]], source: Source, width: int, findings: Findings) -> None:
    many = sum(map(len, ragged.values())) > ROW_BY_ROW
    for found, rows in ragged.items():
        hint = say_count("hint.rows", len(rows) - 1) if many and len(rows) > 1 else None
        for row in rows[:1] if many else rows:
            findings.add("S105", source.at(row, min(found, width) + 1), hint=hint, found=found, wanted=width)


# ---- XLSX ----------------------------------------------------------------------------------------


def _read_xlsx(source: Source, findings: Findings) -> TextTable | None:
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - workbooks only

    sheet = source.path.partition("#")[2]
    try:
        far = _farthest_cell(source.content)
        if far is None or far[0] * far[1] > MAX_SHEET_CELLS:
            findings.add("S107.size", source.at(*(far or (1, 1))))
            return None
        broken = _broken_cells(source.content)
        for row, column in broken:
            findings.add("S107.cell", source.at(row, column))
        if broken:
            return None
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(source.content))
        if sheet and sheet not in workbook.sheet_names:
            findings.add("S107.sheet", source.at(1), name=sheet, known=", ".join(workbook.sheet_names))
            return None
        page = workbook.get_sheet_by_name(sheet) if sheet else workbook.get_sheet_by_index(0)
        rows = page.to_python(skip_empty_area=False)
    except (CalamineError, *BAD_ZIP, OSError, IndexError):
        findings.add("S107", source.at(1))
        return None
    header = [str(cell) for cell in rows[0]] if rows else []
    columns = list(zip(*rows[1:], strict=True)) or [()] * len(header)
    return from_columns(source, header, columns, findings)


def _broken_cells(content: bytes) -> list[tuple[int, int]]:
    """Return the cells (row, column) that hold an error or a formula without a value, which would read as empty."""
    found: set[tuple[int, int]] = set()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for info in archive.infolist():
            if "worksheets/" in info.filename and info.filename.endswith(".xml"):
                for letters, digits, rest, inner in (m.groups(b"") for m in _CELL.finditer(archive.read(info))):
                    no_value = b"<f" in inner and (b"<v>" not in inner or b"<v></v>" in inner)
                    if b't="e"' in rest or no_value:
                        found.add((int(digits), _column_number(letters)))
    return sorted(found)[:1000]


def _farthest_cell(content: bytes) -> tuple[int, int] | None:
    """Return the last row and column that cells of a workbook name; None where it unpacks to too much.

    The reader allots memory for the whole rectangle, so one stray cell in the last corner would exhaust it.
    """
    last_row = last_column = 1
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        infos = archive.infolist()
        if sum(info.file_size for info in infos) > MAX_WORKBOOK_BYTES:
            return None
        for info in infos:
            if not info.filename.endswith(".xml") or info.filename.endswith("sharedStrings.xml"):
                continue
            for letters, digits in (found.groups() for found in _CELL_NAME.finditer(archive.read(info))):
                last_row = max(last_row, int(digits))
                last_column = max(last_column, _column_number(letters))
    return last_row, last_column


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


_CELL = re.compile(rb"<c r=\"([A-Z]+)(\d+)\"([^>]*[^/>])?>(.*?)</c>", re.DOTALL)
_CELL_NAME = re.compile(rb"""\sr=["']([A-Za-z]{1,3})([0-9]{1,9})["']""")


# ---- Parquet and frames --------------------------------------------------------------------------


def _read_parquet(source: Source, findings: Findings) -> TextTable | None:
    try:
        frame = pl.read_parquet(io.BytesIO(source.content))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError):
        # A panic is no `Exception`; without this line a flipped bit would end the caller's program.
        findings.add("S108", source.at(1))
        return None
    return from_columns(source, frame.columns, frame.get_columns(), findings)


def from_columns(
    source: Source, header: Sequence[str], columns: Sequence[Sequence[Any] | pl.Series], findings: Findings
) -> TextTable | None:
    """Make a table of columns whose cells have types of their own; empty rows are kept."""
    labels = [str(label).strip() for label in header]
    if not _has_names(source.file, labels, findings):
        return None
    problems: list[tuple[str, IdProblem]] = []
    series: list[pl.Series] = []
    for position, (label, column) in enumerate(zip(labels, columns, strict=True), start=1):
        if isinstance(column, pl.Series) and column.dtype in _TEXT_TYPES:
            series.append(_text_column(source, column, position, findings))
            continue
        texts, found = _typed_texts(column, is_id=label in source.spec.ids)
        series.append(texts.alias(label))
        problems.extend((label, problem) for problem in found if label in source.spec.by_name)
    numbers = pl.Series("row", range(2, len(series[0]) + 2), dtype=pl.Int64)
    table = _as_table(source, labels, series, findings, rows=numbers)
    for label, problem in problems:
        findings.cell(table, label, problem.key, [index + 2 for index in problem.rows], found=problem.found)
    return table


def _typed_texts(column: Sequence[Any] | pl.Series, *, is_id: bool) -> tuple[pl.Series, list[IdProblem]]:
    """Return typed cells as text; where a type allows it, each different cell is read once."""
    if isinstance(column, pl.Series) and (column.dtype.is_integer() or column.dtype in _REPEATED_TYPES):
        different = column.unique()
        texts, found = texts_of(different.to_list(), is_id=is_id)
        if not found:
            mapping = pl.DataFrame([different.alias("cell"), pl.Series("text", texts, dtype=pl.String)])
            frame = column.alias("cell").to_frame()
            return frame.join(mapping, on="cell", how="left", maintain_order="left")["text"], []
    cells = column.to_list() if isinstance(column, pl.Series) else column
    texts, found = texts_of(cells, is_id=is_id)
    return pl.Series(texts, dtype=pl.String), found


def _text_column(source: Source, column: pl.Series, position: int, findings: Findings) -> pl.Series:
    texts = column.cast(pl.String)
    if texts.str.contains("\0", literal=True).any():
        findings.add("S103.nul", source.at(1, position))
        return texts.clear(len(texts))
    return texts


_TEXT_TYPES = (pl.String, pl.Categorical, pl.Enum)
# Types whose cells repeat and compare exactly; text for null is null, as no cell of the mapping is null.
_REPEATED_TYPES = (pl.Boolean, pl.Date)


# ---- common to all -------------------------------------------------------------------------------


def _as_table(
    source: Source, header: list[str], columns: Sequence[pl.Series], findings: Findings, *, rows: pl.Series
) -> TextTable:
    """Strip the cells, drop columns without a name, and report names that stand twice."""
    kept: dict[str, pl.Series] = {}
    for position, (label, column) in enumerate(zip(header, columns, strict=True), start=1):
        if not label:
            if any((cell or "").strip() for cell in column.drop_nulls().unique()):
                findings.add("S104.name", source.at(1, position))
        elif label in kept:
            findings.add("S203", source.at(1, position), name=label, first=header.index(label) + 1)
        elif label == "row":
            findings.add("W704", source.at(1, position), name=label)
        else:
            kept[label] = column.alias(label)
    frame = pl.DataFrame([*kept.values(), rows.alias("row")])
    cells = frame.with_columns(pl.col(name).str.strip_chars().replace("", None) for name in kept)
    return TextTable(source.spec.name, source.file, tuple(header), cells)
