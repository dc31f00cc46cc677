"""Tables from files to text, cell by cell, with nothing guessed (semantics §6.1, §6.2).

Decides what a file *holds* before anybody decides what it *means*: every reader returns columns of text,
null where a cell is empty, and the row of each as a spreadsheet counts it. Spaces around a cell do not
belong to it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from itertools import islice
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import polars as pl

from asn_flex.errors import Place
from asn_flex.readwrite.cells import IdProblem, texts_of
from asn_flex.readwrite.findings import Findings, TextTable

SUFFIXES = (".csv", ".xlsx", ".parquet")
CHUNK_ROWS = 50_000
# A spreadsheet's own limits; beyond, a file is hostile or has stray cells far outside the table.
MAX_SHEET_CELLS = 100_000_000


@dataclass(frozen=True)
class Source:
    """The file of one table.

    Parameters
    ----------
    name : which table it is, such as `officers`
    file : how messages name the file
    path : its name in `scenario.yaml`: the ending tells the format, `#Sheet` a sheet of a workbook
    content : the bytes of the file
    ids : the columns that hold ids: there only text, and small whole numbers, say for certain what was meant
    """

    name: str
    file: str
    path: str
    content: bytes
    ids: frozenset[str] = frozenset()

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
        if '"' not in text and _is_plain(source.content, len(header)):
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


def _is_plain(content: bytes, width: int) -> bool:
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
    first = content.split(b"\n", 1)[0]
    mark = ord(";") if first.count(b";") > first.count(b",") else ord(",")
    marks = np.searchsorted(np.flatnonzero(data == mark), ends)
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
    reader: csv._reader, file: str, width: int, findings: Findings
) -> tuple[list[pl.Series], pl.Series]:
    """Split with quotes; rows with too many or too few cells are reported and left out."""
    parts: list[pl.DataFrame] = []
    names = [str(i) for i in range(width)]
    row = 1
    while records := list(islice(reader, CHUNK_ROWS)):
        numbered = list(enumerate(records, start=row + 1))
        row += len(records)
        if any(len(cells) != width for cells in records):
            numbered = [(n, cells) for n, cells in numbered if cells]
            for n, cells in numbered:
                if len(cells) != width:
                    findings.add(
                        "S105", Place(file, n, min(len(cells), width) + 1), found=len(cells), wanted=width
                    )
            numbered = [(n, cells) for n, cells in numbered if len(cells) == width]
        if numbered:
            columns = zip(*(cells for _, cells in numbered), strict=True)
            part = [
                pl.Series(name, column, dtype=pl.String) for name, column in zip(names, columns, strict=True)
            ]
            parts.append(pl.DataFrame([*part, pl.Series("row", [n for n, _ in numbered], dtype=pl.Int64)]))
    if not parts:
        return [pl.Series(n, [], dtype=pl.String) for n in names], pl.Series("row", [], dtype=pl.Int64)
    frame = pl.concat(parts)
    return [frame[name] for name in names], frame["row"]


# ---- XLSX ----------------------------------------------------------------------------------------


def _read_xlsx(
    name: str, file: str, content: bytes, sheet: str, ids: frozenset[str], findings: Findings
) -> TextTable | None:
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - workbooks only

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        if sheet and sheet not in workbook.sheet_names:
            findings.add("S107.sheet", Place(file, 1, 1), name=sheet, known=", ".join(workbook.sheet_names))
            return None
        page = workbook.get_sheet_by_name(sheet) if sheet else workbook.get_sheet_by_index(0)
        if page.total_height * page.total_width > MAX_SHEET_CELLS:
            findings.add("S107.size", Place(file, page.total_height, page.total_width))
            return None
        rows = page.to_python(skip_empty_area=False)
    except (CalamineError, OSError, IndexError):
        findings.add("S107", Place(file, 1, 1))
        return None
    header = [str(cell).strip() for cell in rows[0]] if rows else []
    if not _has_names(source.file, header, findings):
        return None
    columns = list(zip(*rows[1:], strict=True)) or [()] * len(header)
    return from_columns(name, file, header, columns, findings, ids=ids)


# ---- Parquet and frames --------------------------------------------------------------------------


def _read_parquet(
    name: str, file: str, content: bytes, ids: frozenset[str], findings: Findings
) -> TextTable | None:
    try:
        frame = pl.read_parquet(io.BytesIO(content))
    except (pl.exceptions.PolarsError, OSError):
        findings.add("S108", Place(file, 1, 1))
        return None
    return from_columns(name, file, frame.columns, frame.get_columns(), findings, ids=ids)


def from_columns(
    name: str,
    file: str,
    header: Sequence[str],
    columns: Sequence[Sequence[Any] | pl.Series],
    findings: Findings,
    *,
    ids: frozenset[str],
) -> TextTable | None:
    """Make a table of columns whose cells have types of their own; empty rows are kept."""
    header = [str(label).strip() for label in header]
    if not _has_names(source.file, header, findings):
        return None
    problems: list[tuple[str, IdProblem]] = []
    series: list[pl.Series] = []
    for label, column in zip(header, columns, strict=True):
        if isinstance(column, pl.Series) and column.dtype in _TEXT_TYPES:
            series.append(column.cast(pl.String))
            continue
        texts, found = texts_of(column, is_id=label in ids)
        series.append(pl.Series(label, texts, dtype=pl.String))
        problems.extend((label, problem) for problem in found)
    height = len(series[0])
    numbers = pl.Series("row", range(2, height + 2), dtype=pl.Int64)
    table = _as_table(name, file, list(header), series, numbers, findings)
    for label, problem in problems:
        findings.cell(table, label, problem.key, [index + 2 for index in problem.rows], found=problem.found)
    return table


_TEXT_TYPES = (pl.String, pl.Categorical, pl.Enum)


# ---- common to all -------------------------------------------------------------------------------


def _as_table(
    name: str, file: str, header: list[str], columns: list[pl.Series], rows: pl.Series, findings: Findings
) -> TextTable:
    """Strip the cells, drop columns without a name, and report names that stand twice."""
    kept: dict[str, pl.Series] = {}
    for position, (label, column) in enumerate(zip(header, columns, strict=True), start=1):
        stripped = column.alias(label).str.strip_chars().replace("", None)
        if not label:
            if stripped.null_count() < len(stripped):
                findings.add("S104.name", Place(file, 1, position))
        elif label in kept:
            findings.add("S203", Place(file, 1, position), name=label, first=header.index(label) + 1)
        elif label == "row":
            findings.add("W704", Place(file, 1, position), name=label)
        else:
            kept[label] = stripped
    return TextTable(name, file, tuple(header), pl.DataFrame([*kept.values(), rows.alias("row")]))
