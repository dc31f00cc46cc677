"""`asn-flex import` and `init --roster` as a planner types them (semantics §6.5, §12.2)."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from asn_flex.cli import run

from ..support import REPOSITORY
from .books import clean, workbook

RULES = str(REPOSITORY / "examples" / "quickstart" / "rules.yaml")


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "daftar.xlsx"
    path.write_bytes(workbook(clean()))
    return path


def spoil(path: Path) -> None:
    sheets = clean()
    sheets["kompetensi"][1][2] = "tinggi"
    path.write_bytes(workbook(sheets))


def test_import_writes_a_scenario_that_plan_takes(
    roster: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "skenario"
    assert run(["import", str(roster), str(out), "--rules", RULES, "--lang", "id"]) == 0
    told = capfd.readouterr()
    assert "lembar `pegawai` dibaca sebagai pegawai" in told.out
    assert f"Skenario ditulis ke {out}" in told.out
    assert told.err == ""
    assert run(["plan", str(out), "--engine", "plain", "--lang", "id"]) == 0


def test_faults_end_with_1_and_a_copy_and_write_nothing_else(
    roster: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    spoil(roster)
    out = tmp_path / "skenario"
    assert run(["import", str(roster), str(out), "--rules", RULES, "--lang", "en"]) == 1
    assert f"{roster.as_posix()}#kompetensi:2:3: R111 `level`: `tinggi` is no level" in capfd.readouterr().err
    assert [path.name for path in out.iterdir()] == ["daftar.periksa.xlsx"]
    assert openpyxl.load_workbook(out / "daftar.periksa.xlsx")["kompetensi"]["C2"].comment is not None


def test_mended_copy_is_imported_from_where_it_was_written(roster: Path, tmp_path: Path) -> None:
    spoil(roster)
    out = tmp_path / "skenario"
    run(["import", str(roster), str(out), "--rules", RULES])
    copy = out / "daftar.periksa.xlsx"
    assert run(["import", str(copy), str(out), "--rules", RULES]) == 1
    book = openpyxl.load_workbook(copy)
    book["kompetensi"]["C2"] = "3"
    book.save(copy)
    assert run(["import", str(copy), str(out), "--rules", RULES]) == 0
    assert run(["plan", str(out), "--engine", "plain"]) == 0


def test_quarantine_writes_what_plan_can_set_aside(roster: Path, tmp_path: Path) -> None:
    spoil(roster)
    out = tmp_path / "skenario"
    assert run(["import", str(roster), str(out), "--rules", RULES, "--quarantine"]) == 1
    assert run(["plan", str(out), "--engine", "plain"]) == 2
    assert run(["plan", str(out), "--engine", "plain", "--quarantine"]) == 0


def test_roster_without_event_keeps_that_of_the_scenario_and_its_other_tables(roster: Path, tmp_path: Path) -> None:
    """An officer calls in sick: the clerk sends the list anew, and the event, units and areas stay."""
    out = tmp_path / "skenario"
    assert run(["import", str(roster), str(out), "--rules", RULES]) == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    sheets = {name: rows for name, rows in clean().items() if name in {"pegawai", "kompetensi"}}
    sheets["pegawai"][1][4] = "tidak"
    roster.write_bytes(workbook(sheets))
    assert run(["import", str(roster), str(out)]) == 0
    after = {path.name: path.read_bytes() for path in out.iterdir()}
    assert {name for name in before if before[name] != after[name]} == {"officers.csv"}


def test_json_tells_understanding_and_faults_with_places(
    roster: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    spoil(roster)
    run(["import", str(roster), str(tmp_path / "out"), "--rules", RULES, "--format", "json"])
    told = json.loads(capfd.readouterr().out)
    assert told["format"] == "asn-flex/import/1"
    assert [(f["code"], f["line"], f["column"]) for f in told["faults"]] == [("R111", 2, 3)]
    assert all(note["message"]["id"] and note["message"]["en"] for note in told["understood"])
    assert told["rows"]["officers"] == 2


def test_roster_itself_is_never_written_over(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "tabel"
    folder.mkdir()
    for name, rows in clean().items():
        text = "\n".join(";".join(map(str, row)) for row in rows)
        (folder / f"{'officers' if name == 'pegawai' else name}.csv").write_text(text, encoding="utf-8")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert run(["import", str(folder), str(folder), "--rules", RULES]) == 2
    assert "U106" in capfd.readouterr().err
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_file_that_cannot_be_read_ends_with_2(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["import", str(tmp_path / "tiada.xlsx"), str(tmp_path / "out"), "--rules", RULES]) == 2
    assert "tiada.xlsx:1:1: R101" in capfd.readouterr().err


def test_rulebook_must_be_named_for_a_new_scenario(roster: Path, tmp_path: Path) -> None:
    assert run(["import", str(roster), str(tmp_path / "out")]) == 2


def test_init_writes_an_empty_roster_once(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "kosong.xlsx"
    assert run(["init", "--roster", str(target), "--rules", RULES, "--lang", "en"]) == 0
    assert "An empty roster is written" in capfd.readouterr().out
    assert "pegawai" in openpyxl.load_workbook(target).sheetnames
    before = target.read_bytes()
    assert run(["init", "--roster", str(target), "--rules", RULES]) == 2
    assert target.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param([], "R121", id="nothing"),
        pytest.param(["x", "--roster", "y.xlsx", "--rules", RULES], "R121", id="both"),
        pytest.param(["--roster", "y.xlsx"], "R122", id="no_rules"),
        pytest.param(["--roster", "tiada/y.xlsx", "--rules", RULES], "X101", id="no_folder"),
    ],
)
def test_init_says_what_it_lacks(
    arguments: list[str], code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["init", *arguments]) == 2
    assert code in capfd.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "target",
    [pytest.param("berkas/daftar.xlsx", id="roster"), pytest.param("skenario/scenario.yaml", id="scenario")],
)
def test_copy_never_takes_the_place_of_the_roster_or_of_the_scenario(
    roster: Path, tmp_path: Path, target: str, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "skenario"
    assert run(["import", str(roster), str(out), "--rules", RULES]) == 0
    spoil(roster)
    folder = tmp_path / "berkas"
    folder.mkdir()
    (folder / "daftar.xlsx").write_bytes(roster.read_bytes())
    before = (tmp_path / target).read_bytes()
    capfd.readouterr()
    assert run(["import", str(folder), str(out), "--rules", RULES, "--checked", str(tmp_path / target)]) == 2
    assert "U106" in capfd.readouterr().err
    assert (tmp_path / target).read_bytes() == before
