"""The corpus of spoiled rosters: each gives the right import with a said assumption, or a fault at its cell (§6.5)."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import asn_flex as af

from ..support import REPOSITORY
from .books import Rows, clean, faults_of, load, notes_of, read, workbook

ANI, BUDI = "198001012010011001", "198502022012022002"
# What the clean roster says, and every spoiled one that can be understood: officer, unit, home, fit, last day, hours.
OFFICERS = [
    (ANI, "rsud", "hulu", True, date(2034, 10, 18), 36),
    (BUDI, "arsip", "pesisir", False, date(2040, 2, 28), 20),
]
HOLDINGS = [(ANI, "nursing", 3, ["str"]), (BUDI, "records", 2, None)]


def content_of(scenario: af.Scenario) -> tuple[list[Any], list[Any]]:
    officers = scenario.tables.officers.select("id", "unit", "home_area", "fit", "service_until", "hours_7d")
    holdings = scenario.tables.holdings.select("officer", "competency", "level", "evidence")
    return sorted(officers.rows()), sorted(holdings.rows())


@dataclass
class Spoil:
    """One way to spoil: of the sheets, and of the workbook after they are written."""

    sheets: Callable[[dict[str, Rows]], None] = lambda sheets: None
    book: Callable[[Any], None] | None = None


def put(sheet: str, cell: tuple[int, int], value: object) -> Callable[[dict[str, Rows]], None]:
    def change(sheets: dict[str, Rows]) -> None:
        sheets[sheet][cell[0] - 1][cell[1] - 1] = value

    return change


def letterhead(sheets: dict[str, Rows]) -> None:
    sheets["pegawai"][:0] = [["PEMERINTAH KOTA (REKAAN)"], ["Daftar pegawai per Desember 2024"], []]


def two_header_rows(sheets: dict[str, Rows]) -> None:
    rows = sheets["pegawai"]
    sheets["pegawai"] = [["Identitas", "", "Tempat", "", "Keadaan", "", ""], *rows]


def merge_group_headers(book: Any) -> None:
    for cells in ("A1:B1", "C1:D1", "E1:G1"):
        book["pegawai"].merge_cells(cells)


def tall_headers(sheets: dict[str, Rows]) -> None:
    head, *body = sheets["pegawai"]
    top = [*head[:2], "Penempatan", "", *head[4:]]
    sheets["pegawai"] = [top, ["", "", *head[2:4], "", "", ""], *body]


def merge_tall_headers(book: Any) -> None:
    for cells in ("A1:A2", "B1:B2", "C1:D1", "E1:E2", "F1:F2", "G1:G2"):
        book["pegawai"].merge_cells(cells)


def numbered_columns(sheets: dict[str, Rows]) -> None:
    sheets["pegawai"].insert(1, [f"({n})" for n in range(1, 8)])


def english_header_below(sheets: dict[str, Rows]) -> None:
    sheets["pegawai"].insert(1, ["nip", "full name", "department", "home", "fit", "service_until", "hours_7d"])


def header_on_every_page(sheets: dict[str, Rows]) -> None:
    sheets["pegawai"].insert(2, list(sheets["pegawai"][0]))


def blank_rows_and_spaces(sheets: dict[str, Rows]) -> None:
    rows = sheets["pegawai"]
    rows[1] = [f"  {cell}\u00a0" for cell in rows[1]]
    rows.insert(2, ["   ", "", "", "", "", "", ""])
    rows.insert(1, [])


def signature_below(sheets: dict[str, Rows]) -> None:
    sheets["pegawai"] += [[], ["", "", "", "", "", "Mengetahui,"], ["", "", "", "", "", "Kepala (rekaan)"]]


def copied_row(sheets: dict[str, Rows]) -> None:
    sheets["pegawai"].append(list(sheets["pegawai"][1]))


def english_names(sheets: dict[str, Rows]) -> None:
    rows = sheets.pop("pegawai")
    rows[0] = ["Employee number", "Full name", "Department", "Lives in", "Fit for duty", "Retirement date", "hours_7d"]
    rows[1][4], rows[2][4] = "yes", "no"
    sheets["Staff"] = rows


def nameless_sheets(sheets: dict[str, Rows]) -> None:
    for number, name in enumerate(["pegawai", "kompetensi", "wilayah"], start=1):
        sheets[f"Sheet{number}"] = sheets.pop(name)


def units_by_name(sheets: dict[str, Rows]) -> None:
    sheets["pegawai"][1][2], sheets["pegawai"][2][2] = "RSUD Rekaan", "dinas arsip"
    sheets["pegawai"][2][3] = "Kel. Pesisir"
    sheets["kompetensi"][1][1] = "Perawat"


def no_units(sheets: dict[str, Rows]) -> None:
    del sheets["OPD"]


def competencies_as_columns(sheets: dict[str, Rows]) -> None:
    del sheets["kompetensi"]
    more = (["Perawat", "Kearsipan"], ["3", "-"], ["", "dasar"])
    sheets["pegawai"] = [[*row, *cells] for row, cells in zip(sheets["pegawai"], more, strict=True)]


def merged_unit(sheets: dict[str, Rows]) -> None:
    sheets["pegawai"][2][2] = ""


def sheet_per_unit(sheets: dict[str, Rows]) -> None:
    head, ani, budi = sheets.pop("pegawai")
    for row in (ani, budi):
        sheets[row[2]] = [[*head[:2], *head[3:]], [*row[:2], *row[3:]]]


def nip_with_spaces(sheets: dict[str, Rows]) -> None:
    sheets["pegawai"][1][0] = "19800101 201001 1 001"


def typed_cells(sheets: dict[str, Rows]) -> None:
    sheets["pegawai"][1][4:] = [True, date(2034, 10, 18), 36]
    sheets["kompetensi"][1][2] = 3
    sheets["wilayah"][1][4] = 2.96


def indonesian_words(sheets: dict[str, Rows]) -> None:
    sheets["pegawai"][1][5], sheets["pegawai"][2][5] = "18 Oktober 2034", "Selasa, 28 Peb 2040"
    sheets["pegawai"][1][6] = "36,0"
    sheets["kompetensi"][1][2], sheets["kompetensi"][2][2] = "Menengah", "tingkat 2"
    sheets["OPD"][1][2], sheets["OPD"][2][2] = "esensial", "Pendukung"
    sheets["wilayah"][1][4:6] = ["2,96", "99,80"]


def formula_cell(book: Any) -> None:
    book["pegawai"]["G2"] = "=30+6"


def hide(book: Any) -> None:
    book.create_sheet("Gaji").append(["rahasia", 1])
    book["Gaji"].sheet_state = "hidden"


def further_sheets(sheets: dict[str, Rows]) -> None:
    sheets["Catatan rapat"] = [["Rapat hari Selasa"], ["Kopi habis"]]
    sheets["pegawai"][0].append("Ukuran sepatu")
    sheets["pegawai"][1].append("42")


UNDERSTOOD = {
    "letterhead": (Spoil(letterhead), "passed over above the header: 2"),
    "two_header_rows": (Spoil(two_header_rows, merge_group_headers), "passed over above the header"),
    "merged_tall_headers": (Spoil(tall_headers, merge_tall_headers), "its header is row 2"),
    "numbered_columns": (Spoil(numbered_columns), "number the columns are passed over: 1, row 2"),
    "bilingual_header": (Spoil(english_header_below), "repeat the header"),
    "header_on_every_page": (Spoil(header_on_every_page), "repeat the header"),
    "blank_rows_and_spaces": (Spoil(blank_rows_and_spaces), "its header is row 1"),
    "signature_below": (Spoil(signature_below), "taken for notes: 2, `Mengetahui,`"),
    "copied_row": (Spoil(copied_row), "read once: 1; row 4 is row 2 again"),
    "english_names": (Spoil(english_names), "`yes` is read as `true`"),
    "nameless_sheets": (Spoil(nameless_sheets), "sheet `Sheet1` is read as officers, as its columns say"),
    "names_for_ids": (Spoil(units_by_name), "`RSUD Rekaan` is `rsud`"),
    "no_sheet_of_units": (Spoil(no_units), "no sheet holds units; 2 are taken from the officers"),
    "competencies_as_columns": (Spoil(competencies_as_columns), "columns that are competencies: 2"),
    "sheet_per_unit": (Spoil(sheet_per_unit), "the sheet's name, `rsud`, is the unit"),
    "nip_with_spaces": (Spoil(nip_with_spaces), "`19800101 201001 1 001` becomes 198001012010011001"),
    "typed_cells": (Spoil(typed_cells), "serves as the id"),
    "indonesian_words": (Spoil(indonesian_words), "`Menengah` is read as `3`"),
    "dates_day_first": (Spoil(), "the day stands first: `18/10/2034` is 2034-10-18"),
    "hidden_sheet": (Spoil(book=hide), "sheet `Gaji` is hidden and not read"),
    "further_sheets_and_columns": (Spoil(further_sheets), "columns not read: 1, `Ukuran sepatu`"),
}


@pytest.mark.parametrize("name", UNDERSTOOD)
def test_spoiled_roster_is_understood_and_says_how(name: str, tmp_path: Path) -> None:
    spoil, said = UNDERSTOOD[name]
    sheets = clean()
    spoil.sheets(sheets)
    result = read(tmp_path / "daftar.xlsx", workbook(sheets, spoil.book))
    assert faults_of(result) == set()
    assert said in notes_of(result)
    officers, holdings = content_of(load(result, tmp_path / "out"))
    assert officers == OFFICERS
    expected = [(*row[:3], None) for row in HOLDINGS] if name == "competencies_as_columns" else HOLDINGS
    assert holdings == expected


def merged_over_both(book: Any) -> None:
    book["pegawai"].merge_cells("C2:C3")


def test_value_of_merged_cells_holds_in_every_row(tmp_path: Path) -> None:
    sheets = clean()
    merged_unit(sheets)
    result = read(tmp_path / "daftar.xlsx", workbook(sheets, merged_over_both))
    assert faults_of(result) == set()
    assert "merged cells: 1" in notes_of(result)
    assert load(result, tmp_path / "out").tables.officers["unit"].to_list() == ["rsud", "rsud"]


# Each case: how it is spoiled, and every fault that it gives.
REFUSED: dict[str, tuple[Spoil, set[str]]] = {
    "nip_as_number": (
        # 198001012010011001 kept as a number is 1.98001012010011E+17: its last digits are gone. The holdings still
        # name the true NIP, which no officer has any more.
        Spoil(put("pegawai", (2, 1), 198001012010011001)),
        {"S305 pegawai!A2", "S401 kompetensi!A2"},
    ),
    "nip_as_text_of_a_number": (
        Spoil(put("pegawai", (2, 1), "1.98E+17")),
        {"S305 pegawai!A2", "S401 kompetensi!A2"},
    ),
    "level_tinggi": (Spoil(put("kompetensi", (2, 3), "tinggi")), {"R111 kompetensi!C2"}),
    "level_beyond_the_scale": (Spoil(put("kompetensi", (2, 3), "9")), {"S306 kompetensi!C2"}),
    "thirtieth_of_february": (Spoil(put("pegawai", (2, 6), "30/02/2034")), {"R111 pegawai!F2"}),
    "month_first": (Spoil(put("pegawai", (2, 6), "10/18/2034")), {"R111 pegawai!F2"}),
    "two_digits_of_a_year": (Spoil(put("pegawai", (2, 6), "18/10/34")), {"R111 pegawai!F2"}),
    "count_of_days": (Spoil(put("pegawai", (2, 6), 49235)), {"R111 pegawai!F2"}),
    "ambiguous_t": (Spoil(put("pegawai", (2, 5), "t")), {"R111 pegawai!E2"}),
    "ambiguous_comma": (Spoil(put("pegawai", (2, 7), "1,234")), {"R111 pegawai!G2"}),
    "unknown_unit": (Spoil(put("pegawai", (2, 3), "dishubb")), {"S401 pegawai!C2"}),
    "unknown_competency": (Spoil(put("kompetensi", (3, 2), "menyelam")), {"S401 kompetensi!B3"}),
    "officer_with_two_rows": (
        Spoil(lambda s: s["pegawai"].append([*s["pegawai"][1][:6], "40"])),
        {"S204 pegawai!A2", "S204 pegawai!A4"},
    ),
    "two_columns_of_one_meaning": (
        Spoil(lambda s: s["pegawai"][0].append("Nama lengkap")),
        {"R105 pegawai!H1", "R102 daftar.xlsx!A1"},
    ),
    "area_code_as_number": (Spoil(put("pegawai", (2, 4), 12.1)), {"S305 pegawai!D2"}),
    "date_for_an_id": (Spoil(put("pegawai", (2, 3), date(2024, 5, 1))), {"S305 pegawai!C2"}),
    "no_level": (Spoil(put("kompetensi", (2, 3), "-")), {"S304 kompetensi!C2"}),
    "no_kind_of_event": (Spoil(put("kejadian", (3, 2), "tsunami")), {"R107 kejadian!B3"}),
    "no_end": (Spoil(put("kejadian", (6, 2), "")), {"R107 kejadian!B6"}),
    "end_before_now": (Spoil(put("kejadian", (6, 2), "01/12/2024")), {"S501 kejadian!B6"}),
    "no_event": (Spoil(lambda s: s.pop("kejadian")), {"R107 daftar.xlsx!A1"}),
    "no_holdings": (Spoil(lambda s: s.pop("kompetensi")), {"R102 daftar.xlsx!A1"}),
    "formula_without_value": (Spoil(book=formula_cell), {"R110 pegawai!G2"}),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_spoiled_roster_is_refused_at_its_cells(name: str, tmp_path: Path) -> None:
    spoil, expected = REFUSED[name]
    sheets = clean()
    spoil.sheets(sheets)
    result = read(tmp_path / "daftar.xlsx", workbook(sheets, spoil.book))
    assert faults_of(result) == expected
    with pytest.raises(af.InputError):
        result.write(tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_many_faults_are_told_cell_by_cell(tmp_path: Path) -> None:
    """Nothing is summed up: a clerk mends cells, and each has its own note."""
    sheets = clean()
    sheets["kompetensi"] += [[ANI, "records", "tinggi", ""] for _ in range(50)]
    result = read(tmp_path / "daftar.xlsx", workbook(sheets))
    assert faults_of(result) == {f"R111 kompetensi!C{row}" for row in range(4, 54)}


def test_shipped_scenario_as_one_workbook_is_the_same_scenario(tmp_path: Path) -> None:
    """431 officers, eight tables, an event in Indonesian words: not a value changes on the way."""
    folder = REPOSITORY / "examples" / "tanjungbalai_flood"
    rulebook = af.load_rulebook(REPOSITORY / "rules" / "tanjungbalai")
    tables = ("officers", "holdings", "units", "areas", "travel", "observations", "demands", "pins")
    sheets: dict[str, Rows] = {}
    for name in tables:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            sheets[name] = list(csv.reader(stream))
    sheets["kejadian"] = [
        ["Kode", "tanjungbalai-banjir-2024-12"], ["Jenis", "banjir_gabungan"], ["Posko", "12.74"],
        ["Wilayah terdampak", "12.74.01; 12.74.03; 12.74.04; 12.74.05; 12.74.06"], ["Status", "Siaga darurat"],
        ["Sekarang", "5 Des 2024 06:00 WIB"], ["Mulai", "3/12/2024 16:00"], ["Keparahan", "2"],
        ["SK", "Keputusan Wali Kota (rekaan), Desember 2024"], ["Jiwa terdampak", "37.214"],
        ["Tugas mulai", "5/12/2024"], ["Tugas sampai", "9/12/2024"],
    ]  # fmt: skip
    path = tmp_path / "banjir.xlsx"
    path.write_bytes(workbook(sheets))
    result = af.import_roster(path, rulebook)
    assert faults_of(result) == set()
    assert "`Siaga darurat` is read as `alert`" in notes_of(result)
    result.write(tmp_path / "out")
    new, old = af.load_scenario(tmp_path / "out", rulebook), af.load_scenario(folder, rulebook)
    assert (new.event, new.period, new.now) == (old.event, old.period, old.now)
    for name in tables:
        assert getattr(new.tables, name).drop("row").equals(getattr(old.tables, name).drop("row")), name


# ---- CSV -----------------------------------------------------------------------------------------


def folder_of(tmp_path: Path, *, sign: str = ";", encoding: str = "utf-8", end: str = "\r\n") -> Path:
    folder = tmp_path / "daftar"
    folder.mkdir()
    for name, rows in clean().items():
        lines = [sign.join(str(cell) for cell in row) for row in rows]
        (folder / f"{name}.csv").write_bytes(end.join(lines).encode(encoding))
    return folder


@pytest.mark.parametrize(
    ("sign", "encoding", "said"),
    [
        pytest.param(";", "utf-8", "UTF-8, cells parted by `;`", id="semicolons"),
        pytest.param(",", "utf-8-sig", "UTF-8, cells parted by `,`", id="byte_order_mark"),
        pytest.param("\t", "utf-16", "UTF-16, cells parted by `TAB`", id="tabs_and_utf16"),
        pytest.param("|", "utf-8", "UTF-8, cells parted by `|`", id="bars"),
    ],
)
def test_csv_of_any_make_is_understood(sign: str, encoding: str, said: str, tmp_path: Path) -> None:
    result = af.import_roster(folder_of(tmp_path, sign=sign, encoding=encoding), quickstart_book())
    assert faults_of(result) == set()
    assert said in notes_of(result)
    assert content_of(load(result, tmp_path / "out")) == (OFFICERS, HOLDINGS)


def quickstart_book() -> af.Rulebook:
    from .books import quickstart

    return quickstart()


def test_windows_1252_is_taken_where_the_text_is_not_utf8(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    file = folder / "pegawai.csv"
    file.write_bytes(b"sep=;\r\n" + file.read_text("utf-8").replace("Ani", "André").encode("cp1252"))
    result = af.import_roster(folder, quickstart_book())
    assert faults_of(result) == set()
    assert "Windows-1252" in notes_of(result)
    assert "Rekaan André" in load(result, tmp_path / "out").tables.officers["name"].to_list()


def test_line_with_the_wrong_delimiter_is_a_fault_at_that_line(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    file = folder / "pegawai.csv"
    lines = file.read_text("utf-8").split("\n")
    file.write_text("\n".join([*lines[:2], lines[2].replace(";", ",")]), encoding="utf-8")
    result = af.import_roster(folder, quickstart_book())
    assert "R106 pegawai.csv!B3" in faults_of(result)


def test_open_quotation_mark_is_told(tmp_path: Path) -> None:
    with pytest.raises(af.InputError, match="R101 a quotation mark is not closed"):
        read(tmp_path / "daftar.csv", b'id,name,unit\nA-1,"Ani,rsud\n')


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "the file is empty", id="empty"),
        pytest.param(b"  \r\n ", "the file is empty", id="blank"),
        pytest.param(b"\xff\xd8\xff\xe0 picture", "read from .xlsx or .csv", id="picture"),
        pytest.param(b"PK\x03\x04 cut short", "damaged or cut short", id="cut_short"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", "of the old kind", id="xls"),
        pytest.param(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "locked with a password",
            id="password",
        ),
    ],
)
def test_file_that_cannot_be_read_is_one_clear_fault(content: bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(af.InputError, match=said) as raised:
        read(tmp_path / "daftar.xlsx", content)
    assert len(raised.value.diagnostics) == 1


def test_three_hundred_thousand_rows_are_read(tmp_path: Path) -> None:
    """A whole province: every officer arrives, each under the NIP that stands in the file."""
    folder = folder_of(tmp_path)
    count = 300_000
    rows = [f"{198_000_000_000_000_000 + n};Rekaan {n};rsud;hulu;ya;18/10/2034;36" for n in range(count)]
    head = (folder / "pegawai.csv").read_text("utf-8")
    (folder / "pegawai.csv").write_text(head + "\n" + "\n".join(rows), encoding="utf-8")
    result = af.import_roster(folder, quickstart_book())
    assert faults_of(result) == set()
    assert result.counts["officers"] == count + 2
    assert f"\n{198_000_000_000_000_000 + count - 1},rsud," in result.files["officers.csv"].decode()
