"""A clean roster for the quickstart rulebook (invented people), and ways to write and read one."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

import asn_flex as af

from ..support import REPOSITORY

NOW = datetime(2024, 12, 5, 6, 0, tzinfo=timezone(timedelta(hours=7)))
Rows = list[list[Any]]


@cache
def quickstart() -> af.Rulebook:
    return af.load_rulebook(REPOSITORY / "examples" / "quickstart" / "rules.yaml")


def clean() -> dict[str, Rows]:
    """Two officers of two units in two wards; every cell is text, as the empty workbook asks for."""
    return {
        "pegawai": [
            ["NIP", "Nama", "Unit kerja", "Domisili", "Sehat", "TMT pensiun", "Jam 7 hari"],
            ["198001012010011001", "Rekaan Ani", "rsud", "hulu", "ya", "18/10/2034", "36"],
            ["198502022012022002", "Rekaan Budi", "arsip", "pesisir", "tidak", "2040-02-28", "20"],
        ],
        "kompetensi": [
            ["NIP", "Kompetensi", "Tingkat", "Bukti"],
            ["198001012010011001", "nursing", "3", "str"],
            ["198502022012022002", "records", "2", ""],
        ],
        "OPD": [["Kode", "Nama", "Kelas layanan", "Wilayah"], ["rsud", "RSUD rekaan", "essential", "kota"],
                ["arsip", "Dinas Arsip", "support", "kota"]],
        "wilayah": [["Kode", "Nama", "Induk", "Jenjang", "Lintang", "Bujur", "Tergenang"],
                    ["kota", "Kota rekaan", "", "kota", "2.96", "99.80", "tidak"],
                    ["pesisir", "Pesisir", "kota", "kelurahan", "2.99", "99.81", "ya"],
                    ["hulu", "Hulu", "kota", "kelurahan", "2.94", "99.78", "tidak"]],
        "kejadian": [["Isian", "Nilai"], ["Nama", "Banjir rekaan"], ["Jenis", "banjir"], ["Wilayah", "kota"],
                     ["Sekarang", "05/12/2024 06:00 WIB"], ["Tugas sampai", "06/12/2024"], ["Kode", "uji"]],
    }  # fmt: skip


def workbook(sheets: Mapping[str, Sequence[Sequence[Any]]], then: Callable[[Any], None] | None = None) -> bytes:
    """Write sheets; text stays text, whatever it begins with; `then` may spoil the workbook further."""
    book = openpyxl.Workbook()
    del book["Sheet"]
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for line, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                if value == "":
                    continue
                cell = page.cell(line, column, value)
                if isinstance(value, str):
                    cell.value, cell.data_type = value, "s"
    if then is not None:
        then(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(path: Path, content: bytes, **options: Any) -> af.RosterImport:
    """Import a roster that has this content."""
    path.write_bytes(content)
    return af.import_roster(path, quickstart(), now=NOW, rules="../rules.yaml", **options)


def faults_of(result: af.RosterImport) -> set[str]:
    """Return the faults as `CODE sheet!CELL`."""
    return {
        f"{f.code} {Path(f.place.file.rpartition('#')[2]).name}!{get_column_letter(f.place.column)}{f.place.line}"
        for f in result.faults
    }


def notes_of(result: af.RosterImport) -> str:
    return "\n".join(f"{note.place.file.rpartition('#')[2]}: {note.text.en}" for note in result.understood)


def load(result: af.RosterImport, folder: Path) -> af.Scenario:
    """Write the scenario and read it back by the ordinary way."""
    result.write(folder)
    return af.load_scenario(folder, quickstart())
