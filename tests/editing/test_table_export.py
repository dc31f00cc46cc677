from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

import asn_flex as af
from asn_flex.editing.table_export import GUIDE, LISTS, tables_xlsx
from asn_flex.editing.table_layout import SHEETS
from asn_flex.editing.table_state import STATE_SHEET

from ..support import REPOSITORY
from .workbooks import BOOK, cell, city, exported

RULEBOOK = af.load_rulebook(REPOSITORY / "rules" / "tanjungbalai")
CONTENT = tables_xlsx(RULEBOOK)


@pytest.fixture(scope="module")
def book():
    return openpyxl.load_workbook(io.BytesIO(CONTENT))


def test_sheets_are_named_in_both_languages_and_the_memory_is_hidden(book):
    assert book.sheetnames == [
        "baca dulu (read first)", "pengganti (cover)", "larangan (forbid)", "batas (limit)", "preferensi (prefer)",
        "daftar (lists)", STATE_SHEET,
    ]  # fmt: skip
    assert book[STATE_SHEET].sheet_state == "veryHidden"


def test_every_rule_has_one_row_in_the_order_of_its_file(book):
    ids = [row[0].value for row in book[SHEETS["cover"]].iter_rows(min_row=2, max_col=1) if row[0].value]
    assert ids == [rule.id for rule in RULEBOOK.covers]


def test_cells_read_as_an_analyst_says_it(book):
    shown = {
        ("cover", "COV-04", "duty"): "wash, aman",
        ("cover", "COV-04", "when: event.severity"): ">= 3",
        ("cover", "COV-04", "max_share"): "50%",
        ("cover", "COV-04", "max_hops"): 2,
        ("cover", "COV-05", "who: officer.position_class"): "in jpt, administrator, pengawas",
        ("cover", "COV-07", "who: unit.tags"): "has kewilayahan",
        ("cover", "COV-08", "effective.until"): "2027-01-01",
        ("cover", "COV-08", "who (lain)"): "{holds: {competency: T.KONSELING, level: 2}}",
        ("cover", "COV-10", "duty"): "class: life_safety",
        ("forbid", "FRB-07", "source"): "uu30-2014#14, se-bkn1-2021, contoh-kebijakan",
        ("forbid", "FRB-08", "who (lain)"): "{not: {unit.consent: true}}",
        ("limit", "LIM-01", "must: officer.rest_hours"): ">= {param: rest_min_h}",
        ("prefer", "PRF-05", "who: officer.willing"): "known; false",
        ("prefer", "PRF-01", "if_unknown"): 40,
    }
    assert {key: cell(book, *key).value for key in shown} == shown


def test_another_reader_sees_the_same_cells(book):
    other = CalamineWorkbook.from_filelike(io.BytesIO(CONTENT))
    for name in SHEETS.values():
        rows = [["" if c.value is None else c.value for c in row] for row in book[name].iter_rows()]
        assert other.get_sheet_by_name(name).to_python() == rows


def test_header_stays_in_sight_and_can_be_filtered(book):
    for name in SHEETS.values():
        sheet = book[name]
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert all(column[0].comment is not None for column in sheet.iter_cols(max_row=1))


def test_comments_tell_label_type_unit_and_how_to_write(book):
    told = cell(book, "limit", "LIM-01", "must: officer.rest_hours").column
    text = book[SHEETS["limit"]].cell(1, told).comment.text
    for part in ("istirahat", "rest", "bilangan", "number", "satuan: h", "unit: h", ">= 4"):
        assert part in text.lower().replace("jam istirahat", "istirahat"), part


def test_closed_columns_offer_their_values_and_open_ones_only_suggest(book):
    sheet = book[SHEETS["cover"]]
    offers = {}
    for offer in sheet.data_validations.dataValidation:
        header = sheet.cell(1, next(iter(offer.sqref.ranges)).min_col).value
        offers[header] = (offer.formula1, bool(offer.showErrorMessage))
    assert offers["by"] == ('"substitution,standard"', True)
    assert offers["who: officer.willing"] == ('"true,false"', False)
    assert offers["duty"] == (f"'{LISTS}'!$A$2:$A${len(RULEBOOK.duties) + 1}", False)
    assert [book[LISTS].cell(n + 2, 1).value for n in range(len(RULEBOOK.duties))] == list(RULEBOOK.duties)


def test_guide_names_the_rulebook_and_its_digest_in_both_languages(book):
    for column, word in ((1, "Kitab aturan"), (2, "Rulebook")):
        text = book[GUIDE].cell(2, column).value
        assert text.startswith(word)
        assert RULEBOOK.digest in text
        assert "2026.1" in text


def test_what_people_will_type_stays_text(book):
    sheet = book[SHEETS["cover"]]
    columns = {c[0].value: c[0] for c in sheet.iter_cols(max_row=1)}
    for header in ("id", "duty", "max_share", "effective.until", "when: event.severity", "strength"):
        letter = columns[header].column_letter
        assert sheet[f"{letter}2"].number_format == "@"
        assert sheet.column_dimensions[letter].number_format == "@"


def test_label_that_looks_like_a_formula_is_text(tmp_path: Path):
    rules = city(tmp_path / "r", BOOK.replace("en: Rest}", 'en: "=HYPERLINK(1)"}'))
    found = cell(openpyxl.load_workbook(exported(rules)), "limit", "LIM-01", "label.en")
    assert (found.value, found.data_type) == ("=HYPERLINK(1)", "s")


def test_text_that_no_cell_can_hold_is_told_at_its_rule(tmp_path: Path):
    rules = city(tmp_path / "r", BOOK.replace("en: Rest}", r'en: "\a"}').replace("en: Unfit}", f"en: {'x' * 32_768}}}"))
    with pytest.raises(af.InputError) as caught:
        exported(rules)
    assert [(d.code, d.place.line) for d in caught.value.diagnostics] == [
        ("T120", 1 + BOOK[: BOOK.index("id: FRB-01")].count("\n")),
        ("T120", 1 + BOOK[: BOOK.index("id: LIM-01")].count("\n")),
    ]
    assert not (tmp_path / "tabel.xlsx").exists()


def test_note_in_two_languages_has_two_columns(tmp_path: Path):
    rules = city(tmp_path / "r", BOOK.replace("    points: -20\n", "    points: -20\n    note: {id: satu, en: one}\n"))
    book = openpyxl.load_workbook(exported(rules))
    assert cell(book, "prefer", "PRF-02", "note.en").value == "one"
    assert cell(book, "prefer", "PRF-02", "note").value is None
