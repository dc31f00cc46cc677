"""Workbooks as analysts leave them: exported, opened, edited, saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl

import asn_flex as af
from asn_flex.editing.table_import import TablesImport
from asn_flex.editing.table_layout import SHEETS

BOOK = """\
format: asn-flex/rules/1
# The head of the file stays.
pack: {id: kota, version: "1", languages: [id, en], label: {id: Kota, en: City}}
sources: {sk1: {label: {id: SK, en: Decree}}}
events: {banjir: {label: {id: Banjir, en: Flood}}}
attributes:
  officer.swims: {type: bool, label: {id: Dapat berenang, en: Can swim}}
  officer.languages: {type: set, missing: [], label: {id: Bahasa, en: Languages}}
parameters: {rest_min_h: {unit: h, values: [{from: 2024-01-01, value: 8}]}}
competencies:
  gizi: {label: {id: Gizi, en: Nutrition}}
  arsip: {label: {id: Arsip, en: Records}, substitutes: [{for: gizi, strength: 0.5}]}
duties:
  dapur: {label: {id: Dapur, en: Kitchen}, class: essential, priority: 5, tags: [warga], requires: [{competency: gizi}]}
  evak: {label: {id: Evakuasi, en: Evacuation}, class: life_safety, priority: 9, requires: [{competency: gizi}]}

rules:
  # who may stand in
  - id: COV-01                      # the first
    kind: cover
    label: {id: "Pengganti: dapur", en: "Stand-ins: kitchen"}   # both languages
    source: [sk1]
    duty: dapur
    when:
      event.severity: {gte: 3}      # from alert on
      event.type: banjir
    by: substitution
    min_strength: 0.5               # sample policy
    max_share: 50%

  # who must not
  - id: FRB-01
    kind: forbid
    label: {id: Tidak sehat, en: Unfit}
    source: [sk1]
    who:
      # asked before signing
      officer.fit: false
    if_unknown: confirm
    confirm_points: 60

  - id: LIM-01
    kind: limit
    label: {id: Istirahat, en: Rest}
    source: [sk1]
    must: {officer.rest_hours: {gte: {param: rest_min_h}}}

  - {id: PRF-01, kind: prefer, label: {id: Dekat, en: Near}, source: [sk1], minimise: officer.hours_7d, weight: 2} # one
  - id: PRF-02
    kind: prefer
    label: {id: Berenang, en: Swims}
    source: [sk1]
    who: {any: [{officer.swims: true}, {officer.willing: true}]}
    points: -20
# The tail of the file stays.
"""


def city(folder: Path, text: str = BOOK) -> Path:
    """A rulebook folder with one file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "aturan.yaml").write_text(text, encoding="utf-8", newline="")
    return folder


def exported(rules: Path) -> Path:
    """The rulebook's workbook, beside its folder."""
    target = rules.parent / "tabel.xlsx"
    af.export_tables(rules, target)
    return target


def edit(workbook: Path, change: Callable[[Any], None]) -> Path:
    """Open the workbook, change it and save it."""
    book = openpyxl.load_workbook(workbook)
    change(book)
    book.save(workbook)
    return workbook


def cell(book: Any, kind: str, rule: str, header: str) -> Any:
    """The cell of a rule in the column with that header."""
    sheet = book[SHEETS[kind]]
    columns = {column[0].value: column[0].column for column in sheet.iter_cols(max_row=1)}
    line = next(row[0].row for row in sheet.iter_rows(max_col=1) if row[0].value == rule)
    return sheet.cell(line, columns[header])


def set_cells(workbook: Path, kind: str, rule: str, values: dict[str, Any]) -> Path:
    """Write values into cells of a rule, by header."""

    def change(book: Any) -> None:
        for header, value in values.items():
            cell(book, kind, rule, header).value = value

    return edit(workbook, change)


def add_row(workbook: Path, kind: str, values: dict[str, Any]) -> Path:
    """Fill in the first empty row of a sheet, by header."""

    def change(book: Any) -> None:
        sheet = book[SHEETS[kind]]
        line = sheet.max_row + 1
        for column in sheet.iter_cols(max_row=1):
            if column[0].value in values:
                sheet.cell(line, column[0].column).value = values[column[0].value]

    return edit(workbook, change)


def imported(workbook: Path, rules: Path, **options: Any) -> TablesImport:
    """Bring the workbook back and write the files."""
    result = af.import_tables(workbook, rules, **options)
    result.write()
    return result
