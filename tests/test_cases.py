"""Every worked case comes out through the whole pipeline, and its plan passes the second opinion."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

import asn_flex as af
from asn_flex.domain.exact import number_text

from .support import FOLDERS, plan_case

ERRORS = {"pins": af.PinError, "conflict": af.SituationConflict}


def basis_line(rule: str | None, strength: str, loss: int, points: int, confirm: list[str]) -> str:
    return " ".join([rule or "standard", strength, str(loss), str(points), *sorted(f"?{c}" for c in confirm)])


def expected_line(line: str) -> str:
    rule, strength, loss, points, *questions = line.split()
    return " ".join([rule, number_text(Fraction(strength)), loss, points, *sorted(questions)])


def eligible_lines(planning: af.Planning) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for officer, demand, *basis in planning.eligibility.pairs().iter_rows():
        found.setdefault(f"{officer} {demand}", []).append(basis_line(*basis))
    return {pair: sorted(lines) for pair, lines in found.items()}


def event_value(value: object) -> object:
    if isinstance(value, Fraction):
        return number_text(value)
    return sorted(value) if isinstance(value, frozenset) else str(value) if hasattr(value, "isoformat") else value


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_worked_case_comes_out(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    if "error" in expected:
        with pytest.raises(ERRORS[expected["error"]["kind"]]) as refusal:
            plan_case(folder, assume=expected.get("assume"))
        assert [n for n in expected["error"]["names"] if n not in str(refusal.value)] == []
        return
    planning = plan_case(folder, assume=expected.get("assume"))
    plan = planning.plan
    facts = {k: event_value(v) for k, v in planning.situation.event.items()}
    for name, wanted in expected.get("event", {}).items():
        found = facts.get(name)
        same = found == wanted or (wanted is not None and str(found) == str(wanted))
        assert same, f"event.{name}: {found!r}, not {wanted!r}"
    if "rules_in_force" in expected:
        assert list(plan.rules_in_force) == expected["rules_in_force"]
    if "demands" in expected:
        found_demands = {
            d.id: {
                k: v
                for k, v in d.model_dump(by_alias=True, mode="json").items()
                if k in expected["demands"].get(d.id, {})
            }
            for d in plan.demands
        }
        assert found_demands == expected["demands"]
    if "possible_demands" in expected:
        assert {p.rule: list(p.missing) for p in plan.possible_demands} == expected["possible_demands"]
    if "eligible" in expected:
        wanted_pairs = {pair: sorted(map(expected_line, lines)) for pair, lines in expected["eligible"].items()}
        assert eligible_lines(planning) == wanted_pairs
    if "tiers" in expected:
        assert {t.tier: t.value for t in plan.objective} == expected["tiers"]
    if "plan" in expected:
        lines = sorted(f"{a.officer} {a.demand} {a.basis.rule or 'standard'}" for a in plan.assignments)
        assert lines == sorted(expected["plan"])
    if "shortfalls" in expected:
        assert {s.demand: [s.reason, s.missing] for s in plan.shortfalls} == expected["shortfalls"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_plan_of_worked_case_passes_the_second_opinion(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    if "error" in expected:
        pytest.skip("the case cannot be planned, as it should be")
    planning = plan_case(folder, assume=expected.get("assume"))
    result = planning.verify()
    assert [str(f) for f in result.findings] == []
    assert result.ok
    assert planning.plan.status == "optimal"
    # A plan that nothing could beat, whatever its team rules, is proven even where no certificate is claimed.
    assert result.optimality == "proven" or (planning.plan.proof, result.optimality) == (
        "solver",
        "not_independently_proven",
    )


def test_there_are_worked_cases() -> None:
    assert len(FOLDERS) >= 37
