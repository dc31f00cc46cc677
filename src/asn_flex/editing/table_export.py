"""Writes a rulebook's decision tables as a workbook (semantics §12.4).

Every cell of a rule is text, in the number format for text, so that a spreadsheet program leaves what a person types
alone: `12.10`, `40%`, `2026-11-20`, `0.7`. Only counts and points are numbers.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from asn_flex.domain.attributes import Attribute
from asn_flex.editing.table_layout import MODELS, SHEETS, Column, column_named
from asn_flex.editing.table_state import STATE_SHEET, State, rules_in, state_of
from asn_flex.errors import Diagnostic, RulebookError, Text, UsageError
from asn_flex.explain.naming import fact_name
from asn_flex.i18n import fault, say
from asn_flex.messages import is_sentence
from asn_flex.rulebook.model import Rulebook

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

GUIDE, LISTS = "baca dulu (read first)", "daftar (lists)"
GUIDE_LINES = 14
_GUIDE_WIDTH = 78
LONGEST_CELL = 32_767
# Rows below the rules that are made ready for new ones.
_SPARE_ROWS = 200
_COLOURS = {"when": "1F4E79", "who": "375623", "must": "375623", "own": "7F3F00", "common": "404040"}
_COMMON = {"id", "label", "source", "effective", "duty", "note"}
TEXT_FORMAT = "@"
_STYLES = {"int": "asn-flex number", "text": "asn-flex text", "id": "asn-flex id"}


def needs_openpyxl() -> Any:
    """Return openpyxl.

    Raises
    ------
    UsageError
        If it is not installed; it comes with the extra `tables`.
    """
    try:
        import openpyxl  # noqa: PLC0415 - an extra, and workbooks only
    except ImportError:
        raise UsageError(say("tables.no_openpyxl")) from None
    return openpyxl


def tables_xlsx(rulebook: Rulebook, files: dict[str, bytes] | None = None) -> bytes:
    """Return the decision tables of a rulebook as the bytes of an XLSX workbook.

    Parameters
    ----------
    rulebook : a checked rulebook
    files : the files whose rules are written; by default all of the rulebook's

    Raises
    ------
    RulebookError
        If a rule holds text that no cell can.
    UsageError
        If openpyxl is not installed.

    References
    ----------
    docs/semantics.md §12.4.
    """
    openpyxl = needs_openpyxl()
    every = rulebook.files if files is None else files
    # The rules of a base are written where that base is.
    state = state_of(rulebook, rules_in({name: content for name, content in every.items() if rulebook.owns(name)}))
    found = list(_unwritable(state, rulebook))
    if found:
        raise RulebookError(found)
    book = openpyxl.Workbook()
    _add_styles(book)
    lists = _Lists(rulebook)
    _write_guide(book.active, state)
    for kind in MODELS:
        _write_kind(book.create_sheet(SHEETS[kind]), kind, state, rulebook, lists)
    lists.write(book.create_sheet(LISTS))
    hidden = book.create_sheet(STATE_SHEET)
    hidden.sheet_state = "veryHidden"
    for number, line in enumerate(state.lines(), start=1):
        for column, text in enumerate(line, start=1):
            if text:
                put(hidden, number, column, text)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _unwritable(state: State, rulebook: Rulebook) -> Iterable[Diagnostic]:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415 - an extra, and workbooks only

    for rows in state.rows.values():
        for rule, row in rows.items():
            for header, text in row.items():
                place = rulebook.place_of("rules", rule)
                if len(text) > LONGEST_CELL:
                    yield fault("T120", place, column=header, limit=LONGEST_CELL)
                elif ILLEGAL_CHARACTERS_RE.search(text):
                    yield fault("T120.character", place, column=header)


def put(sheet: Worksheet, row: int, column: int, text: str) -> Any:
    """Write text as text, whatever it begins with."""
    cell = sheet.cell(row=row, column=column)
    # INVARIANT: text that begins with `=` is text, never a formula.
    cell.value, cell.data_type, cell.number_format = text, "s", TEXT_FORMAT
    return cell


# ---- one sheet of rules ------------------------------------------------------------------------------------


def _write_kind(sheet: Worksheet, kind: str, state: State, rulebook: Rulebook, lists: _Lists) -> None:
    headers, rows = state.columns[kind], state.rows[kind]
    columns = [c for c in (column_named(header, kind, rulebook.attributes) for header in headers) if c is not None]
    for number, column in enumerate(columns, start=1):
        _write_header(sheet, number, column, kind, rulebook)
    for line, row in enumerate(rows.values(), start=2):
        for number, column in enumerate(columns, start=1):
            _write_cell(sheet, line, number, row.get(column.header, ""), column)
    last = len(rows) + 1
    widths = [_width_of(column, [row.get(column.header, "") for row in rows.values()]) for column in columns]
    for number, column in enumerate(columns, start=1):
        shape = sheet.column_dimensions[_letter(number)]
        shape.width = widths[number - 1]
        if column.shape != "int":
            # For rows that are still to be written.
            shape.number_format = TEXT_FORMAT
        _offer(sheet, number, column, last + _SPARE_ROWS, lists)
    for line, row in enumerate(rows.values(), start=2):
        _fit_height(sheet, line, [row.get(column.header, "") for column in columns], widths)
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{_letter(len(columns))}{max(last, 2)}"
    sheet.row_dimensions[1].height = 32
    sheet.sheet_view.zoomScale = 90
    sheet.print_title_rows = "1:1"
    _fit_to_width(sheet)


def _fit_to_width(sheet: Worksheet) -> None:
    from openpyxl.worksheet.properties import PageSetupProperties  # noqa: PLC0415 - an extra, and workbooks only

    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 8
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _letter(number: int) -> str:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - an extra, and workbooks only

    return get_column_letter(number)


def _write_header(sheet: Worksheet, number: int, column: Column, kind: str, rulebook: Rulebook) -> None:
    from openpyxl.comments import Comment  # noqa: PLC0415 - an extra, and workbooks only
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415 - an extra, and workbooks only

    cell = put(sheet, 1, number, column.header)
    part = column.path[0]
    colour = _COLOURS.get(part, _COLOURS["common" if part in _COMMON else "own"])
    cell.font = Font(bold=True, color="FFFFFF")
    cell.fill = PatternFill("solid", start_color=colour)
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    note = Comment("\n".join(_told(column, kind, rulebook)), "asn-flex")
    note.width, note.height = 340, 150
    cell.comment = note


def _told(column: Column, kind: str, rulebook: Rulebook) -> Iterable[str]:
    """Say what a column holds, in both languages."""
    attribute = column.attribute
    if attribute is not None:
        yield fact_name(rulebook, attribute.key).in_both()
        yield say("tables.type", kind=say(f"kind.{attribute.kind}"), unit=attribute.unit or "-").in_both()
        if attribute.values:
            yield say("tables.values", values=", ".join(attribute.values)).in_both()
        yield say(f"tables.how.{_manner(attribute)}").in_both()
        return
    key, last = column.path[0], column.path[-1]
    names = (
        f"tables.column.{'.'.join(column.path)}",
        f"schema.rules.{MODELS[kind].__name__}.{key}",
        f"schema.rules.{key.capitalize()}.{last}",
        f"schema.rules.{key}",
    )
    told = next((name for name in names if is_sentence(name)), None)
    if column.is_rest:
        yield say("tables.rest", key=column.path[0]).in_both()
    elif told is not None:
        yield say(told).in_both()
    if column.choices:
        yield say("tables.values", values=", ".join(column.choices)).in_both()


def _manner(attribute: Attribute) -> str:
    if attribute.kind in {"int", "number", "date"}:
        return "ordered"
    return attribute.kind if attribute.kind in {"bool", "set", "area"} else "text"


def _write_cell(sheet: Worksheet, line: int, number: int, text: str, column: Column) -> None:
    cell = sheet.cell(row=line, column=number)
    if text and column.shape == "int" and text.lstrip("-").isdecimal() and text == str(int(text)) and len(text) < 15:
        cell.style, cell.value = _STYLES["int"], int(text)
        return
    cell.style = _STYLES["id" if column.shape == "id" else "text"]
    if text:
        cell.value, cell.data_type = text, "s"


def _add_styles(book: Workbook) -> None:
    """Add the looks of cells once: a look made anew for every cell takes most of the time of an export."""
    from openpyxl.styles import Alignment, Border, Font, NamedStyle, Side  # noqa: PLC0415 - an extra, workbooks only

    thin = Side(style="thin", color="D9D9D9")
    for shape, name in _STYLES.items():
        book.add_named_style(
            NamedStyle(
                name, font=Font(bold=shape == "id"), alignment=Alignment(wrap_text=True, vertical="top"),
                border=Border(left=thin, right=thin, top=thin, bottom=thin),
                number_format="General" if shape == "int" else TEXT_FORMAT,
            )
        )  # fmt: skip


def _width_of(column: Column, texts: Sequence[str]) -> float:
    longest = max((len(line) for text in texts for line in text.split("\n")), default=0)
    word = max(map(len, column.header.split())) + 4
    return min(max(longest + 2, word, 9), max(44 if column.shape in {"text", "yaml"} else 26, word))


def _fit_height(sheet: Worksheet, line: int, texts: Sequence[str], widths: Sequence[float]) -> None:
    """Make a row as high as its wrapped text, which not every program does by itself."""
    needed = [
        sum(-(-max(len(part), 1) // max(int(width * 0.95), 1)) for part in text.split("\n"))
        for text, width in zip(texts, widths, strict=True)
    ]
    sheet.row_dimensions[line].height = min(max(needed, default=1) * 15 + 2, 400)


def _offer(sheet: Worksheet, number: int, column: Column, last: int, lists: _Lists) -> None:
    """Let the program offer the values that a column takes; only closed lists are enforced."""
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415 - an extra, and workbooks only

    source = _source_of(column, lists)
    if source is None:
        return
    is_closed = column.shape in {"bool", "choice"}
    offer = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=is_closed)
    if is_closed:
        told = say("tables.refused")
        offer.errorTitle, offer.error = "asn-flex", told.in_both()[:250]
    offer.add(f"{_letter(number)}2:{_letter(number)}{last}")
    sheet.add_data_validation(offer)


def _source_of(column: Column, lists: _Lists) -> str | None:
    attribute = column.attribute
    if column.shape == "bool" or (attribute is not None and attribute.kind == "bool"):
        return '"true,false"'
    if column.choices and sum(map(len, column.choices)) < 200:
        return f'"{",".join(column.choices)}"'
    if attribute is not None:
        return lists.range_of({"event.type": "events", "duty.id": "duties"}.get(attribute.key, ""))
    named = {
        "duty": "duties",
        "for": "competencies",
        "waives": "competencies",
        "overrides": "stops",
        "source": "sources",
    }
    return lists.range_of(named.get(column.path[0], "minimised" if column.shape == "fact" else ""))


# ---- the other sheets --------------------------------------------------------------------------------------


class _Lists:
    """The sheet of what rules may name; drop-downs take their values from it."""

    def __init__(self, rulebook: Rulebook) -> None:
        facts = list(rulebook.attributes.values())
        stops = [rule.id for rule in rulebook.stops if not rule.absolute]
        self._columns: dict[str, tuple[tuple[str, ...], list[tuple[str, ...]]]] = {}
        for section in ("duties", "competencies", "events", "sources", "parameters"):
            self._add(section, [(key, *rulebook.label_of(section, key)) for key in getattr(rulebook, section)])
        self._add("stops", [(key, *rulebook.label_of("rules", key)) for key in stops])
        told: list[tuple[str, ...]] = [
            (a.key, *fact_name(rulebook, a.key), say(f"kind.{a.kind}").id, a.unit or "", ", ".join(a.values))
            for a in facts
        ]
        self._add("facts", told, "tables.list.type", "tables.list.unit", "tables.list.values")
        minimised = [a for a in facts if a.kind in {"int", "number"} and a.scope in {"officer", "unit", "pair"}]
        self._add("minimised", [(a.key, *fact_name(rulebook, a.key)) for a in minimised])

    def _add(self, name: str, rows: list[tuple[str, ...]], *more: str) -> None:
        heads = (say(f"tables.list.{name}").in_both(), "id", "en", *(say(key).in_both() for key in more))
        self._columns[name] = (heads, rows)

    def _start_of(self, name: str) -> int:
        start = 1
        for key, (heads, _) in self._columns.items():
            if key == name:
                break
            start += len(heads) + 1
        return start

    def range_of(self, name: str) -> str | None:
        """Return the reference to the ids of a list, or None where there are none."""
        if name not in self._columns or not self._columns[name][1]:
            return None
        letter = _letter(self._start_of(name))
        return f"'{LISTS}'!${letter}$2:${letter}${len(self._columns[name][1]) + 1}"

    def write(self, sheet: Worksheet) -> None:
        """Write the sheet."""
        from openpyxl.styles import Font, PatternFill  # noqa: PLC0415 - an extra, and workbooks only

        for name, (heads, rows) in self._columns.items():
            start = self._start_of(name)
            for offset, head in enumerate(heads):
                cell = put(sheet, 1, start + offset, head)
                cell.font = Font(bold=True, color="FFFFFF")
                cell.fill = PatternFill("solid", start_color=_COLOURS["common"])
                texts = [row[offset] for row in rows]
                widest = max(map(len, [head, *texts]))
                sheet.column_dimensions[_letter(start + offset)].width = min(widest + 2, 40)
                for line, text in enumerate(texts, start=2):
                    if text:
                        put(sheet, line, start + offset, text)
            sheet.column_dimensions[_letter(start + len(heads))].width = 3
        sheet.freeze_panes = "A2"
        _fit_to_width(sheet)


def _write_guide(sheet: Worksheet, state: State) -> None:
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415 - an extra, and workbooks only

    sheet.title = GUIDE
    rows: list[Text] = [
        say("tables.title"),
        say("tables.of", id=state.pack, version=state.version, digest=state.digest),
    ]
    rows.extend(say(f"tables.guide.{number:02}") for number in range(1, GUIDE_LINES + 1))
    for line, text in enumerate(rows, start=1):
        for column, told in enumerate(text, start=1):
            cell = put(sheet, line, column, told)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=line == 1, size=14 if line == 1 else 11)
        _fit_height(sheet, line, text, (_GUIDE_WIDTH, _GUIDE_WIDTH))
    sheet.column_dimensions["A"].width = sheet.column_dimensions["B"].width = _GUIDE_WIDTH
    sheet.sheet_view.showGridLines = False
    _fit_to_width(sheet)
