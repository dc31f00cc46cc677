"""The copy that goes back to the clerk: faulty cells coloured and commented, and mended there (semantics §6.5)."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

import asn_flex as af
from asn_flex.roster import marked

from .books import clean, faults_of, read, workbook


def spoiled() -> bytes:
    sheets = clean()
    sheets["kompetensi"][1][2] = "tinggi"
    sheets["pegawai"][2][5] = "30/02/2040"
    return workbook(sheets)


def test_faulty_cells_are_coloured_and_say_what_is_wrong_in_both_languages(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(read(tmp_path / "daftar.xlsx", spoiled()).marked()))
    cell = book["kompetensi"]["C2"]
    assert cell.value == "tinggi"
    assert cell.fill.start_color.rgb == "00FFC7CE"
    assert "bukan tingkat" in cell.comment.text
    assert "is no level" in cell.comment.text
    untouched = book["kompetensi"]["C3"]
    assert untouched.comment is None
    assert untouched.fill.fill_type is None


def test_first_sheet_lists_every_fault_with_its_cell(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(read(tmp_path / "daftar.xlsx", spoiled()).marked()))
    listed = [[cell.value for cell in row[:3]] for row in book.worksheets[0].iter_rows(min_row=2)]
    assert listed == [["kompetensi", "C2", "R111"], ["pegawai", "F3", "R111"]]


def test_mended_copy_is_imported_as_the_roster(tmp_path: Path) -> None:
    """Comments, colours and the list of faults mean nothing to the import; what was right stays as it was."""
    book = openpyxl.load_workbook(io.BytesIO(read(tmp_path / "daftar.xlsx", spoiled()).marked()))
    book["kompetensi"]["C2"], book["pegawai"]["F3"] = "3", "28/02/2040"
    stream = io.BytesIO()
    book.save(stream)
    mended = read(tmp_path / "daftar.xlsx", stream.getvalue())
    assert faults_of(mended) == set()
    assert mended.files == read(tmp_path / "daftar.xlsx", workbook(clean())).files


def test_copy_of_csv_files_is_a_workbook_with_a_sheet_for_each(tmp_path: Path) -> None:
    folder = tmp_path / "daftar"
    folder.mkdir()
    for name, rows in clean().items():
        lines = [";".join(map(str, row)) for row in rows]
        (folder / f"{name}.csv").write_text("\n".join(lines).replace("nursing;3", "nursing;tinggi"), encoding="utf-8")
    from .books import quickstart

    result = af.import_roster(folder, quickstart())
    assert faults_of(result) == {"R111 kompetensi.csv!C2"}
    book = openpyxl.load_workbook(io.BytesIO(result.marked()))
    assert book["kompetensi"]["C2"].comment is not None
    assert book["pegawai"]["A2"].value == "198001012010011001"


def test_copy_of_a_roster_without_event_asks_for_it(tmp_path: Path) -> None:
    sheets = clean()
    del sheets["kejadian"]
    book = openpyxl.load_workbook(io.BytesIO(read(tmp_path / "daftar.xlsx", workbook(sheets)).marked()))
    asked = [row[0].value for row in book["kejadian"].iter_rows()]
    assert {"Jenis *", "Wilayah *", "Tugas sampai *"} <= set(asked)


def test_roster_too_large_to_copy_gives_back_its_faulty_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marked, "MOST_CELLS", 10)
    book = openpyxl.load_workbook(io.BytesIO(read(tmp_path / "daftar.xlsx", spoiled()).marked()))
    first = [cell.value for cell in next(book.worksheets[0].iter_rows(min_row=2))]
    assert first[:3] == ["kompetensi", "C2", "R111"]
    assert first[5:9] == ["198001012010011001", "nursing", "tinggi", "str"]


def test_quarantine_writes_faulty_rows_as_they_stand(tmp_path: Path) -> None:
    """`plan --quarantine` then sets them aside by the ordinary checks, and counts their officers in their units."""
    from .books import quickstart

    result = read(tmp_path / "daftar.xlsx", spoiled())
    result.write(tmp_path / "out", quarantine=True)
    scenario = af.load_scenario(tmp_path / "out", quickstart(), quarantine=True)
    assert {(q.table, q.officer) for q in scenario.quarantined} == {
        ("officers", "198502022012022002"),
        ("holdings", "198001012010011001"),
    }
