"""The empty workbook, filled in as a planner would, becomes a scenario (semantics §6.5)."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

import asn_flex as af
from asn_flex.rulebook.schema import Protect

from ..support import REPOSITORY
from .books import NOW, faults_of, load, quickstart, read


def blank(tmp_path: Path, rulebook: af.Rulebook, scenario: Path | None = None) -> openpyxl.Workbook:
    target = tmp_path / "kosong.xlsx"
    af.init_roster(target, rulebook, scenario=scenario)
    return openpyxl.load_workbook(target)


def fill(book: openpyxl.Workbook, sheet: str, **cells: str) -> None:
    """Type values under headings into the first empty row, as a person does."""
    page = book[sheet]
    heads = {str(cell.value).removesuffix(" *"): cell.column for cell in page[1]}
    line = next(n for n in range(2, 300) if all(not page.cell(n, c).value for c in heads.values()))
    for name, value in cells.items():
        page.cell(line, heads[name.replace("_", " ")], value)


def tell(book: openpyxl.Workbook, **values: str) -> None:
    for row in book["kejadian"].iter_rows():
        name = str(row[0].value).removesuffix(" *").replace(" ", "_")
        if name in values:
            row[1].value = values[name]


def offers(book: openpyxl.Workbook, sheet: str, heading: str) -> list[str]:
    """Return what the drop-down of a column offers."""
    page = book[sheet]
    column = next(c.column_letter for c in page[1] if str(c.value).removesuffix(" *") == heading)
    source = next(v.formula1 for v in page.data_validations.dataValidation if f"{column}2" in v.sqref)
    if source.startswith('"'):
        return source.strip('"').split(",")
    name, _, area = source.partition("!")
    cells = book[name.strip("'")][area.replace("$", "")]
    return [row[0].value for row in cells if row[0].value]


def test_filled_in_workbook_is_a_scenario_that_can_be_planned(tmp_path: Path) -> None:
    book = blank(tmp_path, quickstart())
    fill(book, "wilayah", Kode_wilayah="kota", Nama="Kota", Jenjang="kota")
    fill(book, "wilayah", Kode_wilayah="hulu", Nama="Hulu", Induk="kota", Jenjang="kelurahan", Tergenang="ya")
    fill(book, "OPD", Id_OPD="klinik", Nama="Klinik", Kelas_layanan="pendukung")
    fill(book, "pegawai", Id_pegawai="A-1", OPD="klinik", NIP="198001012010011001", Domisili="hulu", Sehat="ya",
         Jam_istirahat="12,5",
         Jenis_kelamin="perempuan", Status_kepegawaian="PPPK paruh waktu")  # fmt: skip
    fill(book, "kompetensi", Id_pegawai="A-1", Kompetensi="Perawat", Tingkat="3", Bukti="str")
    tell(book, Nama="Banjir", Jenis="Banjir", Wilayah="kota", Tugas_sampai="06/12/2024", Status="tanggap darurat")
    stream = io.BytesIO()
    book.save(stream)
    result = read(tmp_path / "isi.xlsx", stream.getvalue())
    assert faults_of(result) == set()
    scenario = load(result, tmp_path / "out")
    assert (scenario.event.type, scenario.event.given["phase"], scenario.now) == ("banjir", "response", NOW)
    officer = scenario.tables.officers.row(0, named=True)
    assert (officer["sex"], officer["employment"]) == ("f", "pppk_part_time")
    plan = af.plan(quickstart(), scenario, engine="plain")
    assert [(a.officer, a.demand) for a in plan.assignments] == [("A-1", "health_post@hulu")]


def test_drop_downs_offer_the_rulebook(tmp_path: Path) -> None:
    rulebook = af.load_rulebook(REPOSITORY / "rules" / "tanjungbalai")
    book = blank(tmp_path, rulebook)
    competencies = offers(book, "kompetensi", "Kompetensi")
    assert len(competencies) == len(rulebook.competencies)
    named = {unit for rule in rulebook.of_kind(Protect) for unit in rule.unit.ids}
    assert named <= set(offers(book, "pegawai", "OPD"))
    assert offers(book, "pegawai", "Sehat") == ["ya", "tidak"]
    assert offers(book, "kompetensi", "Tingkat") == ["1", "2", "3", "4", "5"]


def test_units_and_areas_of_a_scenario_are_written_in(tmp_path: Path) -> None:
    folder = REPOSITORY / "examples" / "quickstart"
    book = blank(tmp_path, quickstart(), folder)
    assert offers(book, "pegawai", "OPD") == ["arsip", "rsud"]
    assert offers(book, "pegawai", "Domisili") == ["hulu", "kota", "pesisir"]


def test_cells_for_typing_are_text_so_that_no_program_changes_them(tmp_path: Path) -> None:
    page = blank(tmp_path, quickstart())["pegawai"]
    assert {page.cell(2, column).number_format for column in range(1, page.max_column + 1)} == {"@"}


def test_empty_workbook_asks_for_what_is_missing_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "kosong.xlsx"
    af.init_roster(target, quickstart())
    result = af.import_roster(target, quickstart(), now=NOW)
    assert {f.code for f in result.faults} <= {"R107", "R102", "S304"}
    assert result.faults


@pytest.mark.parametrize("lang", ["id", "en"])
def test_guide_speaks_both_languages(lang: str, tmp_path: Path) -> None:
    page = blank(tmp_path, quickstart()).worksheets[0]
    assert page["A1" if lang == "id" else "B1"].value == {
        "id": "Daftar pegawai untuk asn-flex", "en": "Roster for asn-flex",
    }[lang]  # fmt: skip
