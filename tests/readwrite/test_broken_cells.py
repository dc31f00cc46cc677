"""Cells that a reader would take for empty are refused: errors, and formulas that were never calculated."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

import asn_flex as af

from ..support import REPOSITORY

QUICKSTART = REPOSITORY / "examples" / "quickstart"


def with_officers_workbook(folder: Path, cell: str) -> tuple[af.Rulebook, Path]:
    shutil.copytree(QUICKSTART, folder / "city")
    book = openpyxl.Workbook()
    page = book.active
    rows = [line.split(",") for line in (QUICKSTART / "officers.csv").read_text("utf-8").splitlines()]
    for index, row in enumerate(rows):
        page.append([*row, "available_until" if index == 0 else cell if index == 1 else "2030-01-01"])
    book.save(folder / "city" / "officers.xlsx")
    scene = folder / "city" / "scenario.yaml"
    scene.write_text(scene.read_text("utf-8").replace("officers.csv", "officers.xlsx"), "utf-8")
    return af.load_rulebook(QUICKSTART / "rules.yaml"), folder / "city"


@pytest.mark.parametrize("cell", ["#REF!", "=DATE(2024,1,1)"], ids=["error", "formula without a value"])
def test_cell_without_a_value_is_refused_at_its_place(cell: str, tmp_path: Path) -> None:
    rulebook, folder = with_officers_workbook(tmp_path, cell)
    with pytest.raises(af.ScenarioError) as refusal:
        af.load_scenario(folder, rulebook)
    assert [(d.code, d.place.line, d.place.column) for d in refusal.value.diagnostics] == [("S107", 2, 8)]


def test_workbook_with_values_is_read(tmp_path: Path) -> None:
    rulebook, folder = with_officers_workbook(tmp_path, "2024-01-01")
    assert af.load_scenario(folder, rulebook).tables.officers["available_until"].null_count() == 0
