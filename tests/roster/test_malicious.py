"""Rosters made to do harm do nothing (semantics §6.5)."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

import asn_flex as af

from .books import clean, faults_of, load, notes_of, read, workbook


def repacked(content: bytes, changes: dict[str, bytes]) -> bytes:
    """Return a workbook with some of its parts replaced or added."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            if info.filename not in changes:
                new.writestr(info.filename, old.read(info))
        for name, part in changes.items():
            new.writestr(name, part)
    return stream.getvalue()


def test_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    """200 MiB of blanks shrink to 200 KiB; nothing of it is read into memory."""
    content = repacked(workbook(clean()), {"xl/worksheets/sheet9.xml": b" " * (200 * 1024**2)})
    assert len(content) < 1024**2
    with pytest.raises(af.InputError, match="R101 the workbook unpacks to far too much"):
        read(tmp_path / "daftar.xlsx", content)


def test_cell_in_the_last_corner_is_refused(tmp_path: Path) -> None:
    """The rectangle up to XFD1048576 would have 17 000 million cells."""
    content = workbook(clean(), lambda book: book["pegawai"].__setitem__("XFD1048576", "x"))
    with pytest.raises(af.InputError, match=r"pegawai:1048576:16384: R101 a cell far outside the table"):
        read(tmp_path / "daftar.xlsx", content)


def test_entities_are_refused(tmp_path: Path) -> None:
    """A billion laughs, or a file of this computer: no spreadsheet program writes a DOCTYPE."""
    content = workbook(clean())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/workbook.xml")
    bomb = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>' + sheet
    with pytest.raises(af.InputError, match="R101 the workbook holds definitions"):
        read(tmp_path / "daftar.xlsx", repacked(content, {"xl/workbook.xml": bomb}))


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "@SUM(1)", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0"])
def test_name_that_is_a_formula_is_never_exported(text: str, tmp_path: Path) -> None:
    sheets = clean()
    sheets["pegawai"][1][1] = text
    result = read(tmp_path / "daftar.xlsx", workbook(sheets))
    assert faults_of(result) == {"R112 pegawai!B2"}
    with pytest.raises(af.InputError, match="R112"):
        result.write(tmp_path / "out", quarantine=True)
    assert not (tmp_path / "out").exists()
    # The copy gives it back as the text that it is.
    page = openpyxl.load_workbook(io.BytesIO(result.marked()))["pegawai"]
    assert (page["B2"].value, page["B2"].data_type) == (text, "s")


def test_telephone_number_is_no_formula(tmp_path: Path) -> None:
    sheets = clean()
    more = ["No HP", "+62 812-000", ""]
    sheets["pegawai"] = [[*row, cell] for row, cell in zip(sheets["pegawai"], more, strict=True)]
    assert faults_of(read(tmp_path / "daftar.xlsx", workbook(sheets))) == set()


def test_formulas_of_csv_are_text_in_the_copy(tmp_path: Path) -> None:
    result = read(tmp_path / "pegawai.csv", b'id,name,unit\nA-1,"=HYPERLINK(""x"")",rsud\n')
    book = openpyxl.load_workbook(io.BytesIO(result.marked()))
    kinds = {cell.data_type for page in book.worksheets for row in page.iter_rows() for cell in row}
    assert "f" not in kinds


@pytest.mark.parametrize("name", ["..", "officers.csv", "C:con", "....etc.passwd"])
def test_names_of_sheets_are_never_names_of_files(name: str, tmp_path: Path) -> None:
    sheets = clean()
    sheets = {name if key == "pegawai" else key: rows for key, rows in sheets.items()}
    content = workbook({key.replace(":", "-"): rows for key, rows in sheets.items()})
    # What a program forbids in a title, the file itself may hold.
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        titles = archive.read("xl/workbook.xml").replace(b"C-con", b"../../C:con").replace(b'"...."', b'"../../x"')
    result = read(tmp_path / "daftar.xlsx", repacked(content, {"xl/workbook.xml": titles}))
    assert faults_of(result) == set()
    written = result.write(tmp_path / "a" / "out")
    names = {"officers.csv", "holdings.csv", "units.csv", "areas.csv", "scenario.yaml"}
    assert {path.name for path in written} == names
    assert {path.name for path in (tmp_path / "a" / "out").iterdir()} == names
    assert {path.name for path in tmp_path.iterdir()} == {"daftar.xlsx", "a"}


def test_part_that_points_outside_of_the_workbook_is_not_followed(tmp_path: Path) -> None:
    content = workbook(clean())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        links = archive.read("xl/_rels/workbook.xml.rels").replace(b"/xl/worksheets/sheet1.xml", b"../../../etc/passwd")
    with pytest.raises(af.InputError, match="R101 the workbook is damaged"):
        read(tmp_path / "daftar.xlsx", repacked(content, {"xl/_rels/workbook.xml.rels": links}))


def test_names_with_markup_and_control_signs_stay_text(tmp_path: Path) -> None:
    sheets = clean()
    sheets["pegawai"][1][1] = '<script>alert("x")</script> {{ 7*7 }}'
    result = read(tmp_path / "daftar.xlsx", workbook(sheets))
    assert faults_of(result) == set()
    rows = list(csv.DictReader(io.StringIO(result.files["officers.csv"].decode())))
    assert rows[0]["name"] == '<script>alert("x")</script> {{ 7*7 }}'


def test_label_cannot_add_keys_to_the_scenario(tmp_path: Path) -> None:
    sheets = clean()
    sheets["kejadian"][1][1] = 'x", en: y}\nrules: /etc # {'
    result = read(tmp_path / "daftar.xlsx", workbook(sheets))
    assert faults_of(result) == set()
    scenario = load(result, tmp_path / "out")
    assert scenario.rules == "../rules.yaml"
    assert scenario.label.id == 'x", en: y} rules: /etc # {'


def test_external_formulas_are_read_as_their_last_value_and_said(tmp_path: Path) -> None:
    """A cell that asks another file or the network holds its last value; nothing is asked again."""
    content = workbook(clean())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    start = sheet.index(b'<c r="G2"')
    end = sheet.index(b"</c>", start) + 4
    cell = b"""<c r="G2"><f>WEBSERVICE("http://127.0.0.1/")</f><v>36</v></c>"""
    changed = {"xl/worksheets/sheet1.xml": sheet[:start] + cell + sheet[end:]}
    result = read(tmp_path / "daftar.xlsx", repacked(content, changed))
    assert faults_of(result) == set()
    assert "cells with formulas: 1" in notes_of(result)
    assert b"198001012010011001,rsud,true,hulu,36," in result.files["officers.csv"]
