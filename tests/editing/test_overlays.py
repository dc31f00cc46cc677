"""What works on the text of rules keeps to the rulebook that it was asked for, and leaves its bases alone (§5.11)."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

import asn_flex as af
from asn_flex.editing.desktop import Desktop
from asn_flex.editing.table_state import rules_in
from asn_flex.pipeline import export_tables, fix_rules, format_rules, import_tables, new_rule

from .client import Client

EXAMPLE = Path(__file__).parents[2] / "examples" / "overlay"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped overlay, with a base that `fmt` and `fix` would change, were it theirs."""
    shutil.copytree(EXAMPLE, tmp_path / "o")
    base = tmp_path / "o/nasional/aturan.yaml"
    base.write_text(base.read_text("utf-8").replace("    priority: 4\n", "    priority:   4\n"), "utf-8")
    return tmp_path / "o"


def texts(folder: Path) -> dict[str, str]:
    return {path.parent.name: path.read_text("utf-8") for path in folder.glob("*/aturan.yaml")}


def test_formatting_an_overlay_leaves_the_base(folder: Path) -> None:
    done = format_rules(folder / "kota")
    assert [Path(name).parent.name for name in (*done.changed, *done.same)] == ["kota"]
    assert "priority:   4" in texts(folder)["nasional"]
    assert [Path(name).parent.name for name in format_rules(folder / "nasional").changed] == ["nasional"]


def test_mending_an_overlay_leaves_the_base_and_says_so(folder: Path) -> None:
    for name in ("kota", "nasional"):
        path = folder / name / "aturan.yaml"
        path.write_text(
            path.read_text("utf-8").replace("    label: {id: Istirahat", "    lable: {id: Istirahat"), "utf-8"
        )
    done = fix_rules(folder / "kota")
    assert [Path(d.place.file).parent.name for d in done.done] == ["kota"]
    assert [(d.code, Path(d.place.file).parent.name) for d in done.taken_back] == [("U115", "nasional")]
    assert "lable" in texts(folder)["nasional"]
    assert "lable" not in texts(folder)["kota"]


def test_new_rule_goes_into_the_overlay(folder: Path) -> None:
    before = texts(folder)["nasional"]
    added = new_rule(folder / "kota", "forbid", id_="K-LRG-01", duties=["dapur_umum"])
    assert {Path(name).parent.name for name in added.changed} == {"kota"}
    assert texts(folder)["nasional"] == before
    assert "K-LRG-01" in af.load_rulebook(folder / "kota").by_id


def test_decision_tables_hold_the_rules_of_the_overlay_only(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    before = texts(folder)
    assert export_tables(folder / "kota", tmp_path / "t.xlsx") == 1
    read = import_tables(tmp_path / "t.xlsx", folder / "kota", delete_missing=True)
    assert (read.changed, read.added, read.removed, read.missing, read.files) == ({}, (), (), (), {})
    assert texts(folder) == before
    assert len(rules_in(af.load_rulebook(folder / "kota").files)) == 5


def test_open_base_counts_as_it_stands_in_the_editor(folder: Path) -> None:
    base = folder / "nasional/aturan.yaml"
    desktop = Desktop(roots=[folder], buffers={base: texts(folder)["nasional"] + "# unsaved\n"})
    found = desktop.folder(folder / "kota")
    assert sorted(found.files) == ["../nasional/aturan.yaml", "aturan.yaml"]
    assert found.files["../nasional/aturan.yaml"].endswith(b"# unsaved\n")
    assert found.path_of("../nasional/aturan.yaml") == base
    assert found.name_of(base) == "../nasional/aturan.yaml"


def test_editor_leads_from_the_overlay_to_the_rule_of_the_base(folder: Path) -> None:
    client = Client([sys.executable, "-m", "asn_flex", "lsp"], folder=folder)
    client.start(folder)
    path = folder / "kota/aturan.yaml"
    text = path.read_text("utf-8")
    client.open(path.as_uri(), text)
    assert [d["code"] for d in client.diagnostics(path.as_uri(), 1) if d["severity"] == 1] == []
    line = next(i for i, row in enumerate(text.splitlines()) if "replaces:" in row)
    asked = {"textDocument": {"uri": path.as_uri()}, "position": {"line": line, "character": 18}}
    where = client.request("textDocument/definition", asked)
    client.stop()
    client.kill()
    where = where[0] if isinstance(where, list) else where
    assert where is not None
    assert where["uri"] == (folder / "nasional/aturan.yaml").as_uri()
