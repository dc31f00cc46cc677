"""The empty workbook: a sheet a table, drop-downs from the rulebook, and a guide (semantics §6.5).

Every cell for typing is text, so that a spreadsheet program leaves an NIP, a code and a date as they are typed.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from asn_flex.domain.attributes import PHASES
from asn_flex.domain.scenario import Scenario
from asn_flex.editing.table_export import GUIDE, LISTS, TEXT_FORMAT, needs_openpyxl, put
from asn_flex.errors import Text
from asn_flex.i18n import say
from asn_flex.messages import is_sentence
from asn_flex.readwrite.cells import text_of
from asn_flex.readwrite.columns import Column, TableSpec, table_specs
from asn_flex.roster.event import KEYS, REQUIRED
from asn_flex.roster.names import EVENT, VALUE_NAMES, aliases_of, fold
from asn_flex.rulebook.conditions import Test, tests_in
from asn_flex.rulebook.model import Rulebook
from asn_flex.situation.program import conditions_of

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

FAULTS_SHEET = "temuan (faults)"
SHEET_OF: Mapping[str, str] = {
    EVENT: "kejadian", "officers": "pegawai", "holdings": "kompetensi", "units": "OPD", "areas": "wilayah",
    "travel": "perjalanan", "observations": "pengamatan", "demands": "kebutuhan", "pins": "penetapan",
}  # fmt: skip
GUIDE_LINES = 9
_ROWS = 2_000
_DARK, _NEEDED, _PLAIN = "1F4E79", "7F3F00", "404040"
_SHORT_WORDS = re.compile(r"\b(?:opd|nip|tmt)\b", re.IGNORECASE)
# What a cell offers for typing instead of the scenario's own word.
_SHORT = {"pns": "PNS", "pppk": "PPPK", "cpns": "CPNS", "jpt": "JPT", "pppk_part_time": "PPPK paruh waktu"}
_FIRST_WORD = {"sex": ("perempuan", "laki-laki"), "pin": ("wajib", "jangan")}


def heading(table: str, column: Column | str) -> str:
    """Return the Indonesian name of a column, as the empty workbook writes it."""
    name = column if isinstance(column, str) else column.name
    aliases = aliases_of(table, name)
    label = None if isinstance(column, str) else column.attribute.label
    if name != "nip" and len(aliases) > 1:
        name = aliases[1]
    elif label is not None:
        name = label.id or label.en
    return _SHORT_WORDS.sub(lambda found: found[0].upper(), name[:1].upper() + name[1:])


def blank_workbook(rulebook: Rulebook, known: Mapping[str, Sequence[Mapping[str, str | None]]] | None = None) -> bytes:
    """Return an empty roster as a workbook.

    Parameters
    ----------
    rulebook : its competencies, duties, events and choices are offered in drop-downs
    known : rows of `units` and `areas` that are there already, by table; the units and areas that rules name by default

    Raises
    ------
    UsageError
        If openpyxl is not installed.
    """
    openpyxl = needs_openpyxl()
    specs = table_specs(rulebook)
    rows = {name: list((known or {}).get(name, ())) for name in specs}
    if not rows["units"]:
        rows["units"] = [{"id": unit} for unit in _units_of(rulebook)]
    if not rows["areas"]:
        rows["areas"] = [{"id": area} for area in _areas_of(rulebook)]
    book = openpyxl.Workbook()
    lists = _Lists(rulebook)
    _write_guide(book.active)
    write_event_sheet(book, rulebook)
    for name, spec in specs.items():
        _write_table(book.create_sheet(SHEET_OF[name]), spec, rows[name], lists)
    lists.write(book.create_sheet(LISTS))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def rows_of(scenario: Scenario) -> dict[str, list[dict[str, str | None]]]:
    """Return the units and areas of a scenario as texts, for a new roster."""
    return {
        name: [
            {key: text_of(cell) or None for key, cell in row.items() if key != "row"}
            for row in getattr(scenario.tables, name).iter_rows(named=True)
        ]
        for name in ("units", "areas")
    }


def _units_of(rulebook: Rulebook) -> list[str]:
    """Return the units that rules name."""
    found = {unit for rule in rulebook.protections for unit in rule.unit.ids}
    return sorted(found | _named_in(rulebook, {"unit.id", "officer.unit"}))


def _areas_of(rulebook: Rulebook) -> list[str]:
    """Return the areas that the conditions of rules name."""
    return sorted(_named_in(rulebook, {a.key for a in rulebook.attributes.values() if a.kind == "area"}))


def _named_in(rulebook: Rulebook, facts: set[str]) -> set[str]:
    """Return the texts with which conditions compare any of these facts."""
    found: set[str] = set()
    for rule in rulebook.rules:
        for test in (test for condition in conditions_of(rule) for test in tests_in(condition)):
            if isinstance(test, Test) and test.attribute.key in facts:
                operands = test.operand if isinstance(test.operand, (tuple, frozenset)) else (test.operand,)
                found.update(operand for operand in operands if isinstance(operand, str))
    return found


def _letter(number: int) -> str:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - an extra, and workbooks only

    return get_column_letter(number)


def _head(cell: Any, colour: str, note: str) -> None:
    from openpyxl.comments import Comment  # noqa: PLC0415 - an extra, and workbooks only
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415 - an extra, and workbooks only

    cell.font = Font(bold=True, color="FFFFFF")
    cell.fill = PatternFill("solid", start_color=colour)
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    if note:
        comment = Comment(note, "asn-flex")
        comment.width, comment.height = 340, 130
        cell.comment = comment


# ---- tables --------------------------------------------------------------------------------------


def _write_table(sheet: Worksheet, spec: TableSpec, rows: Sequence[Mapping[str, str | None]], lists: _Lists) -> None:
    columns = [column for column in spec.columns if column.name != "home_flooded"]
    for number, column in enumerate(columns, start=1):
        text = heading(spec.name, column) + (" *" if column.required else "")
        _head(put(sheet, 1, number, text), _NEEDED if column.required else _DARK, _told(spec, column))
        shape = sheet.column_dimensions[_letter(number)]
        shape.width, shape.number_format = max(14, min(len(text) + 3, 28)), TEXT_FORMAT
        for line, row in enumerate(rows, start=2):
            put(sheet, line, number, row.get(column.name) or "")
        for line in range(len(rows) + 2, len(rows) + 202):
            sheet.cell(row=line, column=number).number_format = TEXT_FORMAT
        _offer(sheet, number, lists.source_of(spec.name, column))
    sheet.freeze_panes = "B2"
    sheet.row_dimensions[1].height = 32


def _told(spec: TableSpec, column: Column) -> str:
    """Say what a column holds, in both languages."""
    lines = [f"{spec.name}.{column.name}"]
    name = f"schema.attributes.{column.attribute.key}"
    label = column.attribute.label
    if label is not None:
        lines.append(label.in_both())
    elif is_sentence(name):
        lines.append(say(name).in_both())
    kind = column.form or column.attribute.kind
    wanted = "text" if column.is_id or kind in {"area", "text"} else kind
    if wanted == "enum":
        values = ", ".join(f"`{word}`" for word in words_for(column))
        lines.append(say("roster.wanted.enum", values=values).in_both())
    else:
        lines.append(say(f"roster.wanted.{wanted}").in_both())
    lines.append(say("roster.blank.required" if column.required else "roster.blank.optional").in_both())
    return "\n".join(lines)


def words_for(column: Column) -> tuple[str, ...]:
    """Return the words that a drop-down offers for a choice."""
    values = column.attribute.values
    if column.name in _FIRST_WORD and not column.attribute.declared:
        return _FIRST_WORD[column.name]
    named = VALUE_NAMES.get(column.name, {})
    if column.name in {"employment", "position_class"}:
        return tuple(_SHORT.get(value, value) for value in values)
    return tuple(named[value][0] if named.get(value) else value for value in values)


def _offer(sheet: Worksheet, number: int, source: str | None, *, first: int = 2, last: int = _ROWS) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415 - an extra, and workbooks only

    if source is None:
        return
    # A list offers and does not refuse: the import understands more words than it shows.
    offer = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=False)
    offer.add(f"{_letter(number)}{first}:{_letter(number)}{last}")
    sheet.add_data_validation(offer)


class _Lists:
    """The sheet of what cells may name; drop-downs take their values from it, or from the table that defines them."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.columns = {
            section: self._words(rulebook, section) for section in ("competencies", "duties", "events")
        }  # fmt: skip

    @staticmethod
    def _words(rulebook: Rulebook, section: str) -> list[tuple[str, str, str]]:
        """Return word, id and English label of each entry; the word is the label where no other entry has it."""
        entries = sorted(getattr(rulebook, section))
        labels = {entry: rulebook.label_of(section, entry) for entry in entries}
        taken = [fold(text) for entry in entries for text in {entry, labels[entry].id, labels[entry].en}]
        return [
            (labels[e].id if labels[e].id and taken.count(fold(labels[e].id)) == 1 else e, e, labels[e].en)
            for e in entries
        ]

    def range_of(self, section: str) -> str | None:
        """Return the reference to the words of a list."""
        rows = self.columns.get(section)
        if not rows:
            return None
        letter = _letter(list(self.columns).index(section) * 4 + 1)
        return f"'{LISTS}'!${letter}$2:${letter}${len(rows) + 1}"

    def source_of(self, table: str, column: Column) -> str | None:
        """Return what a drop-down of a column takes its values from."""
        kind = column.attribute.kind
        if column.defines:
            return None
        if column.refers in {"units", "areas", "officers"} or kind == "area":
            return f"'{SHEET_OF[column.refers or 'areas']}'!$A$2:$A${_ROWS}"
        if column.refers:
            return self.range_of(column.refers)
        if kind == "bool":
            return '"ya,tidak"'
        if kind == "enum":
            words = ",".join(words_for(column))
            return f'"{words}"' if len(words) < 250 and '"' not in words else None
        return '"1,2,3,4,5"' if (table, column.name) == ("holdings", "level") else None

    def write(self, sheet: Worksheet) -> None:
        """Write the sheet."""
        for index, (section, rows) in enumerate(self.columns.items()):
            heads = (section, "id", "en")
            for offset, head in enumerate(heads):
                _head(put(sheet, 1, index * 4 + 1 + offset, head), _PLAIN, "")
                sheet.column_dimensions[_letter(index * 4 + 1 + offset)].width = 30
                for line, row in enumerate(rows, start=2):
                    put(sheet, line, index * 4 + 1 + offset, row[offset])
        sheet.freeze_panes = "A2"


# ---- the event and the guide ---------------------------------------------------------------------


def write_event_sheet(book: Workbook, rulebook: Rulebook) -> None:
    """Add the sheet that asks for the event."""
    sheet = book.create_sheet(SHEET_OF[EVENT])
    lists = _Lists(rulebook)
    for number, text in enumerate(("Isian", "Nilai", "Keterangan", "Explanation"), start=1):
        _head(put(sheet, 1, number, text), _DARK, "")
    facts = [a for a in rulebook.attributes.values() if a.scope == "event" and a.declared]
    rows: list[tuple[str, Text, str | None]] = []
    for key in KEYS:
        told = say(f"roster.event.{key}")
        source = {
            "type": f'"{",".join(w for w, _, _ in lists.columns["events"])}"',
            "phase": f'"{",".join(VALUE_NAMES["phase"][p][1] for p in PHASES)}"',
            "severity": '"1,2,3,4,5"',
            "command_area": f"'{SHEET_OF['areas']}'!$A$2:$A${_ROWS}",
        }.get(key)
        rows.append((heading(EVENT, key) + (" *" if key in REQUIRED else ""), told, source))
    for fact in sorted(facts, key=lambda a: a.name):
        label = fact.label or Text(fact.name, fact.name)
        rows.append((fact.name, label, '"ya,tidak"' if fact.kind == "bool" else None))
    for line, (name, told, source) in enumerate(rows, start=2):
        put(sheet, line, 1, name)
        put(sheet, line, 2, "")
        put(sheet, line, 3, told.id)
        put(sheet, line, 4, told.en)
        if source is not None and len(source) < 255:
            _offer(sheet, 2, source, first=line, last=line)
    for letter, width in zip("ABCD", (26, 40, 60, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"


def _write_guide(sheet: Worksheet) -> None:
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415 - an extra, and workbooks only

    sheet.title = GUIDE
    lines: Iterable[Text] = (
        say("roster.guide.title"), *(say(f"roster.guide.{number}") for number in range(1, GUIDE_LINES + 1)),
    )  # fmt: skip
    for line, text in enumerate(lines, start=1):
        for column, told in enumerate(text, start=1):
            cell = put(sheet, line, column, told)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=line == 1, size=14 if line == 1 else 11)
        sheet.row_dimensions[line].height = 15 * max(1, -(-max(map(len, text)) // 72)) + 4
    sheet.column_dimensions["A"].width = sheet.column_dimensions["B"].width = 78
    sheet.sheet_view.showGridLines = False
