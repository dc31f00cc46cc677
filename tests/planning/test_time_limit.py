"""Past the time limit the best plan found is returned, with values and bounds (semantics §8.5)."""

from __future__ import annotations

import pytest

import asn_flex as af
from asn_flex.planning import flow

from ..support import FOLDERS, REPOSITORY, load_case


def planned(name: str, time_limit_s: float) -> af.Planning:
    rulebook, scenario = load_case(next(f for f in FOLDERS if f.name == name))
    return af.plan(rulebook, scenario, engine="plain", time_limit_s=time_limit_s)


def test_flow_that_is_proven_in_one_solve_needs_no_time() -> None:
    planning = planned("s8_2_lexicographic", 0.0)
    assert planning.status == "optimal"
    assert planning.verify().optimality == "proven"


def test_flow_past_its_limit_is_feasible_with_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    # A wrong guess: the sum of all tiers is not best in the first, which is then solved by itself, and no more.
    monkeypatch.setattr(flow, "ARCS_WORTH", 0)
    planning = planned("s8_2_lexicographic", 0.0)
    assert planning.status == "feasible"
    for tier in planning.objective:
        if tier.tier.startswith("coverage."):
            assert tier.value <= tier.bound
        else:
            assert tier.bound <= tier.value
    verdict = planning.verify()
    assert [str(f) for f in verdict.findings] == []
    assert verdict.optimality == "not_claimed"


def test_team_plan_past_its_limit_is_feasible_or_proven() -> None:
    planning = planned("s5_9_includes_overlap", 0.0)
    assert planning.plan.proof == "solver"
    assert [str(f) for f in planning.verify().findings] == []


def test_bounds_are_reached_within_the_limit() -> None:
    planning = planned("s5_9_includes_overlap", 60.0)
    assert planning.status == "optimal"
    assert all(t.value == t.bound for t in planning.objective)


def example() -> tuple[af.Rulebook, af.Scenario]:
    rulebook = af.load_rulebook(REPOSITORY / "rules" / "tanjungbalai")
    return rulebook, af.load_scenario(REPOSITORY / "examples" / "tanjungbalai_flood", rulebook)


def test_team_plan_without_any_time_is_a_plan_and_not_empty() -> None:
    planning = af.plan(*example(), engine="plain", time_limit_s=0.0)
    assert planning.status == "feasible"
    values = {t.tier: (t.value, t.bound) for t in planning.objective}
    # The flow that leaves the demands empty whose team rows it would break fills most of what can be filled.
    assert all(2 * value > bound > 0 for tier, (value, bound) in values.items() if tier == "coverage.life_safety")
    assert len(planning.assignments) > 100
    assert [str(f) for f in planning.verify().findings] == []


def test_bound_of_disruption_is_a_number_of_officers() -> None:
    rulebook, scenario = example()
    before = af.plan(rulebook, scenario, engine="plain")
    again = af.plan(rulebook, scenario, engine="plain", previous=before.plan, time_limit_s=0.0)
    disruption = next(t for t in again.objective if t.tier == "disruption")
    assert 0 <= disruption.bound <= disruption.value <= len(before.assignments)
