"""Every command of the tour is run as its reader would, and does what the page says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import asn_flex as af

from ..support import REPOSITORY

BLOCK = re.compile(r"(?:<!-- exit: (\d+) -->\n)?```console\n(.*?)```", re.DOTALL)
PAGES = sorted(page.parent.name for page in (REPOSITORY / "examples").glob("*/README.md"))
RULEBOOKS = ["earthquake/rules.yaml", "haze/rules.yaml"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("examples", "rules"):
        shutil.copytree(REPOSITORY / name, tmp_path / name)
    (tmp_path / "build").mkdir()
    return tmp_path


def run_page(page: Path, folder: Path) -> dict[str, str]:
    """Run the commands of a page; return what each said."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "LANG": "en_US.UTF-8", "PYTHONPATH": str(REPOSITORY / "src")}
    said: dict[str, str] = {}
    for code, body in BLOCK.findall(page.read_text("utf-8")):
        commands = [line[2:] for line in body.splitlines() if line.startswith("$ ")]
        assert commands, page
        for command in commands:
            done = subprocess.run(
                command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, timeout=300,
                check=False,
            )  # fmt: skip
            assert done.returncode == int(code or 0), (command, done.stdout[-2000:], done.stderr[-2000:])
            said[command] = done.stdout + done.stderr
    return said


@pytest.mark.parametrize("name", [name for name in PAGES if name not in {"december_2024", "analyst"}])
def test_commands_of_a_page_succeed(name: str, checkout: Path) -> None:
    run_page(checkout / "examples" / name / "README.md", checkout)


def test_the_flood_of_december_hour_by_hour(checkout: Path) -> None:
    said = run_page(checkout / "examples" / "december_2024" / "README.md", checkout)
    hours = [af.open_bundle(checkout / f"build/desember/{hour}.zip").plan for hour in ("0600", "0700", "0800", "0900")]
    assert [plan.supersedes for plan in hours] == [None, *(plan.id for plan in hours[:-1])]
    assert all(plan.status == "optimal" for plan in hours)
    # The warning raised priorities, by its rule; the water opened a demand; A-0044 went, and stays at home at nine.
    first, warned, risen, sick = hours
    assert "PRI-90" not in first.rules_in_force
    assert "PRI-90" in warned.rules_in_force
    assert {d.id for d in risen.demands} - {d.id for d in warned.demands} == {"evak@12.74.01.1003"}
    assert "A-0044" in {a.officer for a in risen.assignments}
    assert "A-0044" not in {a.officer for a in sick.assignments}
    # Nobody moves without need: whoever moves at nine makes room for the place that became free.
    before, after = ({a.officer: a.demand for a in plan.assignments} for plan in (risen, sick))
    assert sum(after.get(officer) != demand for officer, demand in before.items()) <= 3
    assert any("plan-0001" in text for command, text in said.items() if command.startswith("ls "))


def test_the_analyst_sees_the_mistake_and_the_difference(checkout: Path) -> None:
    said = run_page(checkout / "examples" / "analyst" / "README.md", checkout)
    spoiled = next(text for command, text in said.items() if "shre" in command)
    assert "rules.yaml:" in spoiled
    assert "share" in spoiled
    compared = next(text for command, text in said.items() if " diff " in command and "--format" not in command)
    assert "PRO-01" in compared
    assert "<html" in (checkout / "build/analis/perubahan.html").read_text("utf-8")


def test_the_page_for_planners_can_be_followed(checkout: Path) -> None:
    said = run_page(REPOSITORY / "docs" / "planners.id.md", checkout)
    assert len(said) > 5


def test_the_program_for_integrators_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)
    (program,) = re.findall(
        r"```python\n(.*?)```", (REPOSITORY / "docs" / "integrators.md").read_text("utf-8"), re.DOTALL
    )
    names: dict[str, object] = {}
    exec(compile(program, "docs/integrators.md", "exec"), names)  # noqa: S102 - the page is ours
    assert str(names["text"]).startswith("{")


@pytest.mark.parametrize("name", RULEBOOKS)
def test_nothing_in_the_other_emergencies_is_about_floods(name: str) -> None:
    text = (REPOSITORY / "examples" / name).read_text("utf-8").casefold()
    assert not any(word in text for word in ("banjir", "flood"))


def test_every_example_is_in_the_tour_and_says_what_will_be_seen() -> None:
    tour = (REPOSITORY / "examples" / "README.md").read_text("utf-8")
    folders = {folder.name for folder in (REPOSITORY / "examples").iterdir() if folder.is_dir()} - {"__pycache__"}
    assert folders == set(re.findall(r"^\| \d+ \| \[(\w+)\]", tour, re.MULTILINE))
    for link in re.findall(r"\]\(([^)]+)\)", tour):
        assert (REPOSITORY / "examples" / link).is_file(), link
