"""The roster given back: a copy whose faulty cells are coloured and say what is wrong (semantics §6.5).

The clerk mends the copy and it is imported in the place of the roster; comments, colours and the list of faults mean
nothing to the import.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

from asn_flex.editing.table_export import needs_openpyxl, put
from asn_flex.errors import Diagnostic
from asn_flex.i18n import say, visible
from asn_flex.readwrite.cells import text_of
from asn_flex.roster.blank import FAULTS_SHEET, write_event_sheet
from asn_flex.roster.sheets import Sheet

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from asn_flex.roster.importing import RosterImport

# A larger workbook takes minutes to copy; its faulty rows are given back alone.
MOST_CELLS = 1_000_000
MOST_COMMENTS = 2_000
_COLOUR = "FFC7CE"
_LONGEST = 1_000
_FAULTY_FILES = (
    zipfile.BadZipFile, ParseError, KeyError, ValueError, TypeError, AttributeError, IndexError, EOFError, OSError,
)  # fmt: skip


def marked_copy(result: RosterImport) -> bytes:
    """Return the roster as a workbook with every faulty cell marked, and a list of the faults.

    Raises
    ------
    UsageError
        If openpyxl is not installed.
    """
    openpyxl = needs_openpyxl()
    cells = sum(len(sheet.rows) * max(map(len, sheet.rows), default=0) for sheet in result.book.sheets)
    book = _copy(result, openpyxl) if cells <= MOST_CELLS else None
    is_whole = book is not None
    if book is None:
        book = _empty(openpyxl)
    if is_whole:
        _mark(book, result)
    if FAULTS_SHEET in book.sheetnames:
        del book[FAULTS_SHEET]
    _list(book.create_sheet(FAULTS_SHEET, 0), result, is_whole=is_whole)
    if result.wants_event:
        write_event_sheet(book, result.rulebook)
    book.active = 0
    for sheet in book.worksheets[1:]:
        sheet.sheet_view.tabSelected = False
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _copy(result: RosterImport, openpyxl: Any) -> Workbook | None:
    """Return the workbook to mark: the roster itself, or its text cells where it was not one workbook."""
    if len(result.book.workbooks) == 1 and not result.book.encodings:
        content = next(iter(result.book.workbooks.values()))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            try:
                whole: Workbook | None = openpyxl.load_workbook(io.BytesIO(content), keep_links=False)
            except _FAULTY_FILES:
                # Calamine reads more than openpyxl does; then the cells are given back without their looks.
                whole = None
        if whole is not None:
            return whole
    book = _empty(openpyxl)
    for sheet in result.book.sheets:
        _write_plain(book.create_sheet(_title(book, sheet)), sheet)
    return book


def _empty(openpyxl: Any) -> Workbook:
    book: Workbook = openpyxl.Workbook()
    for name in book.sheetnames:
        del book[name]
    return book


def _title(book: Workbook, sheet: Sheet) -> str:
    """Return a title that a workbook takes: short, without the signs that it forbids, each once."""
    bare = "".join("-" if sign in "[]:*?/\\'" else sign for sign in visible(sheet.name))[:28].strip() or "data"
    taken = {name.casefold() for name in book.sheetnames}
    title, number = bare, 2
    while title.casefold() in taken:
        title, number = f"{bare}-{number}", number + 1
    return title


def _write_plain(page: Worksheet, sheet: Sheet) -> None:
    for line, row in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(row, start=1):
            text = text_of(cell)
            if text:
                put(page, line, column, _writable(text))


def _writable(text: str) -> str:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415 - an extra, and workbooks only

    return str(ILLEGAL_CHARACTERS_RE.sub("\ufffd", text))[:32_000]


def _pages(book: Workbook, result: RosterImport) -> Mapping[str, Worksheet]:
    """Return the page of each sheet by the name that places use."""
    sheets = result.book.sheets
    if all(sheet.name in book.sheetnames for sheet in sheets):
        return {sheet.file: book[sheet.name] for sheet in sheets if hasattr(book[sheet.name], "cell")}
    return {sheet.file: page for sheet, page in zip(sheets, book.worksheets, strict=False)}


def _mark(book: Workbook, result: RosterImport) -> None:
    from openpyxl.cell.cell import MergedCell  # noqa: PLC0415 - an extra, and workbooks only
    from openpyxl.comments import Comment  # noqa: PLC0415 - an extra, and workbooks only
    from openpyxl.styles import PatternFill  # noqa: PLC0415 - an extra, and workbooks only

    pages = _pages(book, result)
    fill = PatternFill("solid", start_color=_COLOUR)
    found: dict[tuple[str, int, int], list[Diagnostic]] = defaultdict(list)
    for fault in result.faults:
        if fault.place.file in pages:
            found[fault.place].append(fault)
    for number, ((file, line, column), faults) in enumerate(sorted(found.items())):
        cell = pages[file].cell(row=line, column=column)
        if isinstance(cell, MergedCell):
            cell = _corner(pages[file], line, column)
        cell.fill = fill
        if number < MOST_COMMENTS:
            text = "\n".join(f"{f.code}: {f.text.id}\n{f.text.en}" for f in faults)
            cell.comment = Comment(_writable(text)[:_LONGEST], "asn-flex", width=420, height=140)


def _corner(page: Worksheet, line: int, column: int) -> Any:
    """Return the cell that holds the value of the merged cells around a place."""
    for area in page.merged_cells.ranges:
        if area.min_row <= line <= area.max_row and area.min_col <= column <= area.max_col:
            return page.cell(row=area.min_row, column=area.min_col)
    return page.cell(row=1, column=1)


def _list(page: Worksheet, result: RosterImport, *, is_whole: bool) -> None:
    """Write every fault with its cell; beside it the whole row, where the roster is too large to be copied."""
    from openpyxl.styles import Font  # noqa: PLC0415 - an extra, and workbooks only
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - an extra, and workbooks only

    for number, (text, width) in enumerate(
        (("Lembar / sheet", 20), ("Sel / cell", 10), ("Kode / code", 9), ("Yang salah", 70), ("What is wrong", 70)), 1
    ):
        put(page, 1, number, text).font = Font(bold=True)
        page.column_dimensions[get_column_letter(number)].width = width
    rows = {sheet.file: sheet.rows for sheet in result.book.sheets}
    for line, fault in enumerate(result.faults[:100_000], start=2):
        file, row, column = fault.place
        cell = f"{get_column_letter(min(column, 16_384))}{row}"
        texts = [file.rpartition("#")[2], cell, fault.code, *fault.text]
        if not is_whole and 0 < row <= len(rows.get(file, ())):
            texts += [text_of(value) or "" for value in rows[file][row - 1]]
        for number, text in enumerate(texts, start=1):
            put(page, line, number, _writable(text))
    if not is_whole:
        said = say("roster.too_large", count=MOST_CELLS)
        put(page, len(result.faults[:100_000]) + 3, 4, said.id)
        put(page, len(result.faults[:100_000]) + 3, 5, said.en)
    page.freeze_panes = "A2"
