"""How long replanning takes after one change, as a ratio to planning afresh in the same run (semantics §8.7).

python -m pytest tests/benchmarks/test_replanning.py --benchmark-only -o addopts= -s
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

import asn_flex as af

from .city import write_city

OFFICERS, DEMANDS = 10_000, 300


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, af.Planning]:
    """A city, and the plan that is in force there."""
    folder = write_city(tmp_path_factory.mktemp("city"), officers=OFFICERS, demands=DEMANDS, rules=200)
    rulebook = af.load_rulebook(folder / "rules.yaml")
    return folder, af.plan(rulebook, af.load_scenario(folder / "scenario", rulebook), engine="plain")


def spent(work: Callable[[], object]) -> float:
    """Return the processor time of one run."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def without(folder: Path, officer: str) -> None:
    for name, column in (("officers", "id"), ("holdings", "officer")):
        path = folder / "scenario" / f"{name}.csv"
        frame = pl.read_csv(path, infer_schema=False)
        frame.filter(pl.col(column) != officer).write_csv(path)


def edit(folder: Path, path: str, old: str, new: str) -> None:
    file = folder / path
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def nothing(folder: Path, planning: af.Planning) -> None:
    """The same input once more."""


def idle_officer_leaves(folder: Path, planning: af.Planning) -> None:
    away = {a.officer for a in planning.assignments}
    without(folder, next(o for o in planning.eligibility.officer_ids if o not in away))


def needed_officer_leaves(folder: Path, planning: af.Planning) -> None:
    without(folder, planning.assignments[len(planning.assignments) // 2].officer)


def demand_appears(folder: Path, planning: af.Planning) -> None:
    edit(folder, "scenario/scenario.yaml", "areas: areas.csv", "areas: areas.csv, demands: demands.csv")
    (folder / "scenario" / "demands.csv").write_text("duty,area,seats,by\nd00,city,3,duty desk\n", "utf-8")


def idle_rule_edited(folder: Path, planning: af.Planning) -> None:
    """A label, which moves nobody."""
    edit(folder, "rules.yaml", "kind: forbid, label: {id: rekaan", "kind: forbid, label: {id: baru")


def rule_edited(folder: Path, planning: af.Planning) -> None:
    edit(folder, "rules.yaml", "officer.rest_hours: {lt: 8}", "officer.rest_hours: {lt: 9}")


def severity_rises(folder: Path, planning: af.Planning) -> None:
    """Nothing in this city asks for the severity, so it comes with what it brings: more people affected."""
    edit(folder, "scenario/scenario.yaml", "severity: 4", "severity: 5")
    path = folder / "scenario" / "areas.csv"
    frame = pl.read_csv(path, infer_schema=False)
    frame.with_columns((pl.col("affected_people").cast(pl.Int64) * 5 // 4).cast(pl.String)).write_csv(path)


CHANGES = [
    nothing, idle_officer_leaves, needed_officer_leaves, demand_appears, idle_rule_edited, rule_edited, severity_rises,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_replanning_after_a_change(
    change: Callable[[Path, af.Planning], None], town: tuple[Path, af.Planning], tmp_path: Path, benchmark
) -> None:
    folder, before = town
    for name in ("rules.yaml", *(f"scenario/{f.name}" for f in (folder / "scenario").iterdir())):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    change(tmp_path, before)
    rulebook = af.load_rulebook(tmp_path / "rules.yaml")
    scenario = af.load_scenario(tmp_path / "scenario", rulebook)
    fresh = min(spent(lambda: af.plan(rulebook, scenario, engine="plain")) for _ in range(3))
    found: list[af.Planning] = []
    with af.Session(rulebook, engine="plain") as session:
        if rulebook.digest == before.rulebook.digest:
            # A service that has the plan before has its session too; an edited rulebook begins a new one.
            session.plan(af.load_scenario(folder / "scenario", rulebook))
        cost = spent(lambda: found.append(session.plan(scenario, previous=before.plan)))
        benchmark.pedantic(lambda: None, rounds=1)
    again = found[0]
    moved = next(t.value for t in again.objective if t.tier == "disruption")
    benchmark.extra_info.update(afresh_s=round(fresh, 3), ratio=round(cost / fresh, 2), moved=moved)
    print(change.__name__, benchmark.extra_info)  # noqa: T201 - a benchmark reports
    assert again.status == "optimal"
