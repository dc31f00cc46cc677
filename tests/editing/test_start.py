from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import asn_flex as af
from asn_flex.cli import run
from asn_flex.editing.emit import rule_text
from asn_flex.editing.start import start_files
from asn_flex.editing.table_state import rules_in
from asn_flex.pipeline import rules_of


def test_what_it_writes_passes_check_without_a_finding(tmp_path: Path):
    af.init(tmp_path / "contoh")
    assert af.check(tmp_path / "contoh" / "aturan") == []


@pytest.mark.parametrize("command", [["plan"], ["watch", "--once"], ["sweep", "--vary", "event.severity=3"]])
def test_a_bundle_in_the_place_of_a_scenario_is_one_clear_error(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    af.init(tmp_path / "contoh")
    scenario = tmp_path / "contoh" / "skenario"
    rulebook = af.load_rulebook(rules_of(scenario))
    bundle = tmp_path / "plan.zip"
    af.plan(rulebook, af.load_scenario(scenario, rulebook), engine="plain").save_bundle(bundle)
    assert run([command[0], str(bundle), *command[1:], "--lang", "en"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line == f"{bundle}:1:1: S101 there is no scenario here; give a folder with a `scenario.yaml`"


@pytest.mark.parametrize("encoding", ["utf-16", "windows-1252"])
def test_a_scenario_that_is_not_utf_8_is_one_clear_error(
    encoding: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    af.init(tmp_path / "contoh")
    file = tmp_path / "contoh" / "skenario" / "scenario.yaml"
    file.write_bytes(f"# 38 °C\n{file.read_text('utf-8')}".encode(encoding))
    assert run(["plan", str(file.parent), "--lang", "en"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line == f"{file}:1:1: E101 the file is not UTF-8 text from here on; save it again as UTF-8"


def test_its_scenario_has_an_optimal_plan_that_uses_every_rule(tmp_path: Path):
    af.init(tmp_path / "contoh")
    scenario = tmp_path / "contoh" / "skenario"
    rulebook = af.load_rulebook(rules_of(scenario))
    planning = af.plan(rulebook, af.load_scenario(scenario, rulebook), engine="plain")
    assert planning.status == "optimal"
    assert planning.verify().ok
    # Kitchen: 700 people, a cook for each 300 begun, capped at 3, base 1; registration: 2.
    assert sum(demand.filled for demand in planning.plan.demands) == 5
    assert set(planning.plan.rules_in_force) == {rule.id for rule in rulebook.rules}
    # One of the two at the health centre stays, the stand-in takes at most half of two seats, one cell asks.
    assigned = {a.officer: a for a in planning.assignments}
    assert len({"A-1", "A-2"} & assigned.keys()) == 1
    assert [a.basis.rule for a in assigned.values() if a.basis.kind == "cover"] == ["COV-01"]
    assert [q.attribute for q in assigned["A-4"].confirm] == ["officer.fit"]
    assert "A-6" not in assigned


def test_people_are_marked_as_invented_and_comments_speak_both_languages():
    found = {name: content.decode() for name, content in start_files().items()}
    assert all("data rekaan" in line for line in found["skenario/officers.csv"].splitlines()[1:])
    for name in ("aturan/aturan.yaml", "aturan/dasar.yaml"):
        assert found[name].startswith("# yaml-language-server: $schema=rules.schema.json\nformat: ")
    rules = found["aturan/aturan.yaml"]
    assert rules.count("# ATURAN:") == rules.count("# RULES:") == 1


def test_rules_are_laid_out_as_this_project_lays_them_out():
    content = start_files()["aturan/aturan.yaml"].decode()
    for entry in rules_in({"aturan.yaml": content.encode()}):
        plain = "\n".join(line.split("  # ")[0].rstrip() for line in content.splitlines()) + "\n"
        assert rule_text(entry.node) in plain


@pytest.mark.parametrize("taken", ["aturan/aturan.yaml", "skenario/areas.csv", "aturan", "."])
def test_it_overwrites_nothing(tmp_path: Path, taken: str):
    folder = tmp_path / "contoh"
    path = folder / taken
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine")
    with pytest.raises(af.InputError) as caught:
        af.init(folder)
    assert [d.code for d in caught.value.diagnostics] == ["T130"]
    assert [file.read_text() for file in tmp_path.rglob("*") if file.is_file()] == ["mine"]


def test_folder_with_other_files_is_welcome(tmp_path: Path):
    (tmp_path / "README.md").write_text("mine")
    assert len(af.init(tmp_path)) == len(start_files())


def test_nothing_is_left_where_one_file_cannot_be_written(tmp_path: Path):
    """A limit on the size of files, as a full disk would: the retry must not find half of it."""
    code = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2048, 2048))\n"
        "import asn_flex as af\n"
        "try:\n"
        f"    af.init({str(tmp_path / 'contoh')!r})\n"
        "except OSError:\n"
        "    sys.exit(3)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 3
    assert [path for path in (tmp_path / "contoh").rglob("*") if path.is_file()] == []
    af.init(tmp_path / "contoh")
