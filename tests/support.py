"""What several test modules share: planning a case folder, and previous plans made from a mapping."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import asn_flex as af
from asn_flex.domain.plan import Assignment, BasisRecord, EventRecord, Plan, RulebookRef, ScenarioRef

CASES = Path(__file__).parent / "cases"
FOLDERS = sorted(folder.parent for folder in CASES.glob("*/expected.json"))
REPOSITORY = Path(__file__).parent.parent


def previous_plan(assignments: Mapping[str, str]) -> Plan:
    """Make a plan that holds nothing but who was where."""
    basis = BasisRecord(kind="standard", rule=None, strength="1")
    return Plan(
        now="2024-12-09T08:00:00+07:00", engine="plain", versions={}, status="optimal", proof="solver", objective=(),
        rulebook=RulebookRef(id="x", version="1", digest="-"), scenario=ScenarioRef(id="x", digest="-"),
        event=EventRecord(type="x"), rules_in_force=(), demands=(),
        assignments=tuple(
            Assignment(officer=o, demand=d, loss=0, points=0, basis=basis) for o, d in sorted(assignments.items())
        ),
    ).with_id()  # fmt: skip


def load_case(folder: Path, *, quarantine: bool = False) -> tuple[af.Rulebook, af.Scenario]:
    """Load the rulebook and scenario of a case folder."""
    rulebook = af.load_rulebook(folder / "rules.yaml")
    return rulebook, af.load_scenario(folder / "scenario", rulebook, quarantine=quarantine)


def plan_case(
    folder: Path,
    *,
    engine: str = "plain",
    assume: Mapping[str, object] | None = None,
    previous: Mapping[str, str] | None = None,
) -> af.Planning:
    """Plan a case folder, replanning where it has a previous plan."""
    rulebook, scenario = load_case(folder)
    file = folder / "previous.json"
    if previous is None and file.exists():
        previous = json.loads(file.read_text("utf-8"))
    before = previous_plan(previous) if previous is not None else None
    return af.plan(rulebook, scenario, engine=engine, assume=assume or {}, previous=before)
