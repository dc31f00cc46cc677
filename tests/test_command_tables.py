"""`rules export`, `rules import` and `init`, driven as a user drives them."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from asn_flex.cli import run

from .editing.workbooks import BOOK, add_row, city, set_cells


def test_round_trip_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    rules, workbook = city(tmp_path / "r"), tmp_path / "t.xlsx"
    assert run(["rules", "export", str(rules), "--xlsx", str(workbook), "--lang", "id"]) == 0
    assert capsys.readouterr().out == f"5 aturan ditulis ke {workbook}\n"
    set_cells(workbook, "cover", "COV-01", {"at_least": 1})
    assert run(["rules", "import", str(workbook), str(rules), "--dry-run", "--lang", "id"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("diubah: COV-01 (at_least)\n--- ")
    assert "\n+    at_least: 1\n" in out
    assert out.endswith("\nTidak ada yang ditulis (--dry-run).\n")
    assert (rules / "aturan.yaml").read_text("utf-8") == BOOK
    assert run(["rules", "import", str(workbook), str(rules), "--lang", "en"]) == 0
    assert capsys.readouterr().out == f"changed: COV-01 (at_least)\nwritten: {rules / 'aturan.yaml'}\n"
    assert run(["check", str(rules)]) == 0


def test_fault_is_one_line_with_its_cell_and_exit_code_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    rules, workbook = city(tmp_path / "r"), tmp_path / "t.xlsx"
    assert run(["rules", "export", str(rules), "--xlsx", str(workbook)]) == 0
    capsys.readouterr()
    set_cells(workbook, "cover", "COV-01", {"max_share": 0.4})
    add_row(workbook, "limit", {"id": "LIM-02"})
    assert run(["rules", "import", str(workbook), str(rules), "--lang", "id"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert [line.split(" ")[2] for line in told.err.splitlines()] == ["E202", "T110"]
    assert f"{workbook}#pengganti (cover):2:" in told.err
    assert "tulis" in told.err or "ditulis" in told.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["rules", "export", "{rules}", "--xlsx", "{rules}/aturan.yaml"], "U106"),
        (["rules", "export", "{rules}", "--xlsx", "{rules}/none/t.xlsx"], "X101"),
        (["rules", "export", "{rules}/none", "--xlsx", "t.xlsx"], "E101"),
        (["rules", "import", "{rules}/none.xlsx", "{rules}"], "E101"),
        (["rules", "import", "{rules}/aturan.yaml", "{rules}"], "T101"),
        (["rules", "import", "{rules}", "{rules}"], "X101"),
        (["init", "{rules}/aturan.yaml"], "T130"),
    ],
)
def test_wrong_use_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: str):
    rules = city(tmp_path / "r")
    assert run([item.format(rules=rules) for item in arguments]) == 2
    told = capsys.readouterr()
    assert (told.out, len(told.err.splitlines())) == ("", 1)
    assert f" {code} " in told.err
    assert (rules / "aturan.yaml").read_text("utf-8") == BOOK


def test_without_openpyxl_it_says_what_to_install(tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    assert run(["rules", "export", str(city(tmp_path / "r")), "--xlsx", str(tmp_path / "t.xlsx"), "--lang", "en"]) == 2
    assert "pip install 'asn-flex[tables]'" in capsys.readouterr().err


@pytest.mark.parametrize(("lang", "first"), [("id", "Kitab aturan"), ("en", "A small rulebook")])
def test_init_tells_commands_that_run(tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str, first: str):
    folder = tmp_path / "kota saya"
    assert run(["init", str(folder), "--lang", lang]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(first)
    commands = [shlex.split(line) for line in lines[1:] if not line.startswith("  #")]
    runs = {next(n for n in ("check", "test", "plan", "fmt", "diff", "rules") if n in c): c for c in commands}
    assert {"check", "plan", "rules"} <= runs.keys()
    for name in ("check", "plan", "rules"):
        command = runs[name]
        assert run(command[command.index(name) :]) == 0


def test_export_does_not_write_over_a_file_of_a_base(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = city(tmp_path / "base") / "aturan.yaml"
    overlay = tmp_path / "kota.yaml"
    overlay.write_text('format: asn-flex/rules/1\npack: {id: kota, version: "1", extends: [base]}\n', "utf-8")
    before = base.read_bytes()
    assert run(["rules", "export", str(overlay), "--xlsx", str(base)]) == 2
    assert "U106" in capsys.readouterr().err
    assert base.read_bytes() == before
