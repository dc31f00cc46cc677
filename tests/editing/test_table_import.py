"""Edits of each kind of rule, and what spreadsheets do to cells."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

import asn_flex as af
from asn_flex.editing.table_layout import SHEETS
from asn_flex.editing.table_state import STATE_SHEET

from .workbooks import BOOK, add_row, cell, city, edit, exported, imported, set_cells


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return city(tmp_path / "r")


@pytest.fixture
def workbook(rules: Path) -> Path:
    return exported(rules)


def text_of(rules: Path) -> str:
    return (rules / "aturan.yaml").read_bytes().decode()


def faults(workbook: Path, rules: Path, **options) -> list[tuple[str, int, str, str]]:
    """The faults of an import: sheet or file, row, header, code and sentence; nothing may have been written."""
    before = {file: file.read_bytes() for file in rules.rglob("*.yaml")}
    with pytest.raises(af.InputError) as caught:
        af.import_tables(workbook, rules, **options)
    assert {file: file.read_bytes() for file in rules.rglob("*.yaml")} == before
    book = openpyxl.load_workbook(workbook)
    found = []
    for d in caught.value.diagnostics:
        name = d.place.file.partition("#")[2]
        header = book[name].cell(1, d.place.column).value if name in book.sheetnames else str(d.place.column)
        found.append((name, d.place.line, header, f"{d.code} {d.text.en}"))
    return found


def told(workbook: Path, rules: Path, **options) -> list[tuple[int, str, str]]:
    """The faults as row, header and code."""
    return [(line, header, text.split()[0]) for _, line, header, text in faults(workbook, rules, **options)]


# ---- edits, kind by kind -----------------------------------------------------------------------------------


def test_cover_keeps_comments_beside_what_changes(rules: Path, workbook: Path):
    set_cells(workbook, "cover", "COV-01", {"when: event.severity": ">= 4", "max_share": "40%", "at_least": 1})
    result = imported(workbook, rules)
    assert result.changed == {"COV-01": ("when: event.severity", "max_share", "at_least")}
    assert text_of(rules) == BOOK.replace("{gte: 3}      # from alert on", "{gte: 4}      # from alert on").replace(
        "    max_share: 50%\n", "    max_share: 40%\n    at_least: 1\n"
    )


def test_forbid_moves_a_comment_inside_what_is_replaced_above_it(rules: Path, workbook: Path):
    rest = "{any: [{officer.fit: false}, {officer.affected: true}]}"
    set_cells(
        workbook, "forbid", "FRB-01", {"who: officer.fit": None, "who (lain)": rest, "duty": "class: life_safety"}
    )
    imported(workbook, rules)
    assert text_of(rules) == BOOK.replace(
        "    who:\n      # asked before signing\n      officer.fit: false\n",
        f"    duty: {{class: life_safety}}\n    # asked before signing\n    who: {rest}\n",
    )


def test_limit_loses_a_key_with_its_cell(rules: Path, workbook: Path):
    set_cells(workbook, "forbid", "FRB-01", {"confirm_points": None})
    set_cells(workbook, "limit", "LIM-01", {"must: officer.rest_hours": ">= 10", "absolute": "true"})
    imported(workbook, rules)
    assert text_of(rules) == BOOK.replace("    confirm_points: 60\n", "").replace(
        "    must: {officer.rest_hours: {gte: {param: rest_min_h}}}\n",
        "    must: {officer.rest_hours: {gte: 10}}\n    absolute: true\n",
    )


def test_prefer_in_one_line_stays_in_one_line(rules: Path, workbook: Path):
    set_cells(workbook, "prefer", "PRF-01", {"weight": 2.5, "label.en": "Near, first", "effective.until": "2027-01-01"})
    imported(workbook, rules)
    assert text_of(rules) == BOOK.replace(
        "label: {id: Dekat, en: Near}, source: [sk1], minimise",
        'label: {id: Dekat, en: "Near, first"}, source: [sk1], effective: {until: 2027-01-01}, minimise',
    ).replace("weight: 2}", "weight: 2.5}")


def test_new_row_goes_behind_the_last_rule_of_its_file(rules: Path, workbook: Path):
    row = {"id": "LIM-02", "label.id": "Renang", "label.en": "Swims", "source": "sk1", "duty": "evak, dapur"}
    add_row(workbook, "limit", {**row, "must (lain)": "{officer.swims: true}", "if_unknown": "confirm"})
    assert imported(workbook, rules).added == ("LIM-02",)
    new = (
        "\n  - id: LIM-02\n    kind: limit\n    label: {id: Renang, en: Swims}\n    source: [sk1]\n"
        "    duty: [evak, dapur]\n    must: {officer.swims: true}\n    if_unknown: confirm\n"
    )
    assert text_of(rules) == BOOK.replace("    points: -20\n", f"    points: -20\n{new}")


def test_new_column_asks_another_fact(rules: Path, workbook: Path):
    def change(book):
        sheet = book[SHEETS["forbid"]]
        sheet.cell(1, sheet.max_column + 1).value = "who:  officer.swims"
        sheet.cell(2, sheet.max_column).value = "unknown"

    imported(edit(workbook, change), rules)
    assert "      officer.fit: false\n      officer.swims: {known: false}\n" in text_of(rules)


def test_missing_row_stays_unless_told(rules: Path, workbook: Path):
    edit(workbook, lambda book: book[SHEETS["limit"]].delete_rows(2))
    assert imported(workbook, rules).missing == ("LIM-01",)
    assert text_of(rules) == BOOK
    assert imported(workbook, rules, delete_missing=True).removed == ("LIM-01",)
    start, end = BOOK.index("  - id: LIM-01"), BOOK.index("  - {id: PRF-01")
    assert text_of(rules) == BOOK[:start] + BOOK[end:]


def test_all_rules_may_go(tmp_path: Path):
    text = (
        BOOK[: BOOK.index("  # who may")] + "  - {id: LIM-01, kind: limit, source: [sk1], must: {officer.fit: true}}\n"
    )
    rules = city(tmp_path / "r", text)
    workbook = edit(exported(rules), lambda book: book[SHEETS["limit"]].delete_rows(2))
    imported(workbook, rules, delete_missing=True)
    assert text_of(rules) == BOOK[: BOOK.index("  # who may")]
    # … and come back into the empty section.
    workbook = exported(rules)
    add_row(workbook, "limit", {"id": "LIM-01", "source": "sk1", "label.en": "x", "label.id": "x", "absolute": "true",
                                "must (lain)": "{officer.fit: true}"})  # fmt: skip
    imported(workbook, rules)
    assert text_of(rules).endswith(
        "rules:\n  - id: LIM-01\n    kind: limit\n    label: {id: x, en: x}\n    source: [sk1]\n"
        "    must: {officer.fit: true}\n    absolute: true\n"
    )


@pytest.mark.parametrize("ends", ["\r\n", "\n"])
@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b""])
def test_line_ends_and_byte_order_mark_stay(tmp_path: Path, ends: str, mark: bytes):
    rules = city(tmp_path / "r")
    file = rules / "aturan.yaml"
    file.write_bytes(mark + BOOK.replace("\n", ends).encode())
    workbook = exported(rules)
    set_cells(workbook, "cover", "COV-01", {"at_least": 1})
    add_row(workbook, "prefer", {"id": "PRF-09", "label.id": "x", "source": "sk1", "points": 5,
                                 "who (lain)": "{officer.fit: false}"})  # fmt: skip
    imported(workbook, rules)
    content = file.read_bytes()
    assert content.startswith(mark + b"format:")
    assert content.count(b"\n") == content.count(ends.encode())
    assert b"max_share: 50%" + ends.encode() + b"    at_least: 1" in content


def test_new_rule_goes_into_the_file_of_its_kind(tmp_path: Path):
    rules = city(tmp_path / "r", BOOK[: BOOK.index("  - id: LIM-01")])
    limits = "format: asn-flex/rules/1\nrules:\n" + BOOK[BOOK.index("  - id: LIM-01") : BOOK.index("  - {id: PRF-01")]
    (rules / "batas").mkdir()
    (rules / "batas" / "b.yml").write_text(limits)
    workbook = exported(rules)
    add_row(workbook, "limit", {"id": "LIM-02", "source": "sk1", "must (lain)": "{officer.fit: true}"})
    assert [Path(name).name for name in imported(workbook, rules).files] == ["b.yml"]
    assert not list(rules.rglob(".*"))


# ---- order and looks do not matter -------------------------------------------------------------------------


def test_order_filters_notes_and_empty_rows_change_nothing(rules: Path, workbook: Path):
    def change(book):
        sheet = book[SHEETS["prefer"]]
        rows = [[c.value for c in row] for row in sheet.iter_rows()]
        sheet.delete_rows(1, sheet.max_row)
        for line, row in zip((1, 4, 7), (rows[0], rows[2], rows[1]), strict=True):
            for number, value in enumerate([*reversed(row), "# mine" if line == 1 else "sudah dibahas"], start=1):
                sheet.cell(line, number).value = value
        sheet.row_dimensions[4].hidden = True
        sheet.column_dimensions["B"].hidden = True
        sheet.cell(30, 40).fill = openpyxl.styles.PatternFill("solid", start_color="FF0000")
        book.move_sheet(SHEETS["prefer"], -3)
        book.create_sheet("catatan saya")["A1"] = "x"
        # What people do to cells without meaning anything by it.
        cell(book, "cover", "COV-01", "when: event.severity").value = " >=3 "
        cell(book, "cover", "COV-01", "source").value = "sk1\u00a0"
        cell(book, "cover", "COV-01", "min_strength").value = 0.50
        cell(book, "forbid", "FRB-01", "who: officer.fit").value = False
        cell(book, "limit", "LIM-01", "must: officer.rest_hours").value = ">= {param:rest_min_h}"

    assert imported(edit(workbook, change), rules).files == {}


def test_percent_date_and_truth_values_of_the_program_are_understood(rules: Path, workbook: Path):
    def change(book):
        share = cell(book, "cover", "COV-01", "max_share")
        share.value, share.number_format = 0.334, "0.0%"
        until = cell(book, "cover", "COV-01", "effective.until")
        until.value, until.number_format = datetime(2026, 11, 20), "dd/mm/yyyy"
        cell(book, "cover", "COV-01", "min_strength").value = 0.7
        cell(book, "forbid", "FRB-01", "absolute").value = True
        cell(book, "prefer", "PRF-02", "points").value = -30.0

    imported(edit(workbook, change), rules)
    said = text_of(rules)
    for line in (
        "max_share: 33.4%",
        "effective: {until: 2026-11-20}",
        "min_strength: 0.7 ",
        "absolute: true",
        "points: -30\n",
    ):
        assert f"    {line}" in said


# ---- faults ------------------------------------------------------------------------------------------------


def test_every_fault_of_the_cells_is_told_at_once_where_it_stands(rules: Path, workbook: Path):
    def change(book):
        cell(book, "cover", "COV-01", "max_share").value = 0.5
        cell(book, "cover", "COV-01", "effective.until").value = 46346
        cell(book, "cover", "COV-01", "duty").value = 12.1
        cell(book, "cover", "COV-01", "min_strength").value = "0,7"
        cell(book, "cover", "COV-01", "when: event.severity").value = "3, 4"
        cell(book, "forbid", "FRB-01", "who (lain)").value = "any: [officer"
        wrong = cell(book, "forbid", "FRB-01", "note")
        wrong.value, wrong.data_type = "#REF!", "e"
        cell(book, "limit", "LIM-01", "must: officer.rest_hours").value = "=A1"
        cell(book, "prefer", "PRF-02", "points").value = datetime(2026, 1, 2)

    assert sorted(told(edit(workbook, change), rules)) == [
        (2, "duty", "T109"),
        (2, "effective.until", "T111"),
        (2, "max_share", "T110"),
        (2, "min_strength", "T110"),
        (2, "must: officer.rest_hours", "T108"),
        (2, "note", "T107"),
        (2, "when: event.severity", "T112"),
        (2, "who (lain)", "T112"),
        (3, "points", "T109"),
    ]


def test_destroyed_area_is_told_with_what_would_be_right(rules: Path, workbook: Path):
    def change(book):
        sheet = book[SHEETS["forbid"]]
        sheet.cell(1, sheet.max_column + 1).value = "who: officer.home_area"
        sheet.cell(2, sheet.max_column).value = 12.1

    ((name, line, header, text),) = faults(edit(workbook, change), rules)
    assert (name, line, header) == ("larangan (forbid)", 2, "who: officer.home_area")
    assert text.startswith("T109 `who: officer.home_area`: the spreadsheet has turned this cell into the number 12.1")
    assert "Text" in text


def test_faults_of_rows_ids_and_headers(rules: Path, workbook: Path):
    def change(book):
        sheet = book[SHEETS["prefer"]]
        sheet.cell(4, 2).value = "tanpa id"
        sheet.cell(5, 1).value = "PRF-01"
        sheet.cell(6, 1).value = "LIM-01"
        sheet.cell(7, 60).value = "tak bernama"
        sheet.cell(1, 50).value = "weigth"
        sheet.cell(1, 51).value = "weight"
        sheet.cell(8, 1).value = 1e16
        sheet.merge_cells("B2:B3")

    found = told(edit(workbook, change), rules)
    assert sorted((line, code) for line, _, code in found) == [
        (1, "T105"), (1, "T105"), (2, "T106"), (4, "T115"), (5, "T116"), (6, "T116"), (7, "T105"), (8, "T109"),
    ]  # fmt: skip


def test_rule_that_is_wrong_as_a_whole_is_refused_at_its_cell(rules: Path, workbook: Path):
    set_cells(workbook, "cover", "COV-01", {"when: event.severity": ">= 9", "duty": "dapor"})
    set_cells(workbook, "forbid", "FRB-01", {"who: officer.fit": None})
    add_row(
        workbook, "limit", {"id": "LIM-02", "source": "sk1", "must (lain)": "{holds: {competency: gizi, level: 9}}"}
    )
    assert told(workbook, rules) == [
        (3, "must (lain)", "E308"),
        (2, "id", "E202"),
        (2, "duty", "E301"),
        (2, "when: event.severity", "E404"),
    ]


def test_removed_rule_that_others_name_is_told_in_the_file_as_it_is(tmp_path: Path):
    text = BOOK.replace(
        "    max_share: 50%\n", "    max_share: 50%\n    overrides: [FRB-01]\n    effective: {until: 2027-01-01}\n"
    )
    rules = city(tmp_path / "r", text)
    workbook = edit(exported(rules), lambda book: book[SHEETS["forbid"]].delete_rows(2))
    with pytest.raises(af.InputError) as caught:
        af.import_tables(workbook, rules, delete_missing=True)
    (found,) = caught.value.diagnostics
    assert found.code == "E301"
    assert found.place.line == 1 + text[: text.index("overrides")].count("\n")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param(lambda book: book.remove(book[STATE_SHEET]), "T102", id="no memory"),
        pytest.param(lambda book: book.remove(book[SHEETS["cover"]]), "T104", id="no sheet"),
        pytest.param(lambda book: book[SHEETS["cover"]].delete_cols(5), "T105", id="no column"),
        pytest.param(lambda book: book[SHEETS["cover"]].cell(60_000, 1, "x"), "T101", id="too far"),
    ],
)
def test_workbook_that_lost_a_part_is_refused(rules: Path, workbook: Path, change, code: str):
    # Column 5 is `effective.from`; give a rule something in it.
    set_cells(workbook, "cover", "COV-01", {"effective.from": "2024-01-01"})
    imported(workbook, rules)
    assert [text[:4] for *_, text in faults(edit(exported(rules), change), rules)] == [code]


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + bytes(18)], ids=["empty", "text", "empty zip"])
def test_what_is_no_workbook_is_one_line(rules: Path, tmp_path: Path, content: bytes):
    file = tmp_path / "x.xlsx"
    file.write_bytes(content)
    with pytest.raises(af.InputError) as caught:
        af.import_tables(file, rules)
    assert [d.code for d in caught.value.diagnostics] == ["T101"]


def test_workbook_of_another_rulebook_is_refused(workbook: Path, tmp_path: Path):
    other = city(tmp_path / "other", BOOK.replace("{id: kota,", "{id: desa,"))
    with pytest.raises(af.InputError) as caught:
        af.import_tables(workbook, other)
    assert [d.code for d in caught.value.diagnostics] == ["T103"]


# ---- edited in both places ---------------------------------------------------------------------------------


def change_file(rules: Path, old: str, new: str) -> None:
    file = rules / "aturan.yaml"
    assert old in file.read_text("utf-8")
    file.write_text(file.read_text("utf-8").replace(old, new), encoding="utf-8")


def test_other_rules_may_change_meanwhile(rules: Path, workbook: Path):
    set_cells(workbook, "cover", "COV-01", {"at_least": 1})
    change_file(rules, "confirm_points: 60", "confirm_points: 70")
    result = imported(workbook, rules)
    assert (result.is_stale, list(result.changed)) == (True, ["COV-01"])
    assert "confirm_points: 70" in text_of(rules)
    assert "at_least: 1" in text_of(rules)


def test_rule_edited_in_both_places_is_refused(rules: Path, workbook: Path):
    set_cells(workbook, "forbid", "FRB-01", {"confirm_points": 80})
    change_file(rules, "confirm_points: 60", "confirm_points: 70")
    assert told(workbook, rules) == [(2, "confirm_points", "T118")]


def test_same_edit_in_both_places_is_one(rules: Path, workbook: Path):
    set_cells(workbook, "forbid", "FRB-01", {"confirm_points": 70})
    change_file(rules, "confirm_points: 60", "confirm_points: 70")
    assert imported(workbook, rules).files == {}


def test_importing_twice_is_importing_once(rules: Path, workbook: Path):
    set_cells(workbook, "forbid", "FRB-01", {"confirm_points": 70})
    add_row(workbook, "limit", {"id": "LIM-02", "source": "sk1", "must (lain)": "{officer.fit: true}"})
    imported(workbook, rules)
    assert imported(workbook, rules).files == {}


def test_rule_removed_meanwhile_is_passed_over_unless_its_row_was_edited(rules: Path, workbook: Path):
    text = BOOK[: BOOK.index("  - id: LIM-01")] + BOOK[BOOK.index("  - {id: PRF-01") :]
    city(rules, text)
    assert imported(workbook, rules).gone == ("LIM-01",)
    set_cells(workbook, "limit", "LIM-01", {"absolute": "true"})
    assert told(workbook, rules) == [(2, "id", "T119")]


def test_new_row_with_an_id_taken_meanwhile_is_refused(rules: Path, workbook: Path):
    add_row(workbook, "limit", {"id": "LIM-02", "source": "sk1", "must (lain)": "{officer.fit: true}"})
    change_file(rules, "id: PRF-02\n    kind: prefer", "id: LIM-02\n    kind: prefer")
    assert told(workbook, rules) == [(3, "id", "T117")]


def test_rule_edited_in_its_file_is_not_deleted_for_a_missing_row(rules: Path, workbook: Path):
    edit(workbook, lambda book: book[SHEETS["forbid"]].delete_rows(2))
    change_file(rules, "confirm_points: 60", "confirm_points: 70")
    assert [code for *_, code in told(workbook, rules, delete_missing=True)] == ["T118"]


def test_file_changed_between_reading_and_writing_is_left_alone(rules: Path, workbook: Path):
    set_cells(workbook, "cover", "COV-01", {"at_least": 1})
    result = af.import_tables(workbook, rules)
    change_file(rules, "confirm_points: 60", "confirm_points: 70")
    before = text_of(rules)
    with pytest.raises(af.InputError) as caught:
        result.write()
    assert [d.code for d in caught.value.diagnostics] == ["T123"]
    assert text_of(rules) == before


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_workbook_saved_by_libreoffice_changes_nothing(rules: Path, workbook: Path, tmp_path: Path):
    import subprocess

    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(tmp_path / "lo"),
        str(workbook),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert imported(tmp_path / "lo" / workbook.name, rules).files == {}
