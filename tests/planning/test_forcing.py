"""Law: what forcing a pair costs is the optimum with the pair pinned minus the optimum (semantics §9)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings

import asn_flex as af
from asn_flex.planning.forcing import price_of_forcing
from asn_flex.planning.resolve import Problem

from ..oracle.choose import PinFault, pose
from ..oracle.situation import Conflict, infer
from ..oracle.strategies import Case, cases, write_case
from ..oracle.world import World
from ..support import load_case
from .world import ACTIVATE, LABEL, officer, pin, planned

LAWS = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck), database=None)


@LAWS
@given(case=cases())
def test_price_of_forcing_is_the_optimum_with_the_pin_minus_the_optimum(case: Case, tmp_path_factory) -> None:
    folder = tmp_path_factory.mktemp("case")
    write_case(case.rules, case.scenario, case.tables, folder)
    rulebook, scenario = load_case(folder)
    world = World(case.rules, case.scenario, case.tables)
    try:
        oracle = pose(world, infer(world, case.assume), case.previous)
        best = oracle.tiers(oracle.best_plan())
    except (Conflict, PinFault):
        assume(False)
        return
    eligibility = af.match(rulebook, scenario, af.infer(rulebook, scenario, assume=case.assume))
    problem = Problem.of(eligibility, case.previous)
    pinned = {o for o, _ in oracle.must}
    for name, demand in sorted(oracle.eligible):
        if name in pinned or (name, demand) in oracle.never:
            continue
        oracle.must.add((name, demand))
        forced = oracle.search()
        oracle.must.remove((name, demand))
        found = price_of_forcing(problem, eligibility.number_of[name], demand)
        if problem.network.is_flow:
            assert (found.means == "certificate") == (forced is not None)
        if forced is None:
            assert found.price is None
            assert found.obstacles
            continue
        after = oracle.tiers(forced)
        wanted = {tier: best[tier] - after[tier] if "coverage" in tier else after[tier] - best[tier] for tier in best}
        assert dict(zip(problem.objective.tiers, found.price, strict=True)) == wanted, (name, demand, found.means)


def test_the_certificate_settles_a_swap_between_equals(tmp_path: Path) -> None:
    """a1 (10 h) goes; sending a2 (20 h) in his place costs ten hours more, and nothing need be solved for that."""
    tables = {"officers": [officer("a1", "10"), officer("a2", "20")]}
    planning = planned(tmp_path, [ACTIVATE], tables)
    problem = Problem.of(planning.eligibility)
    found = price_of_forcing(problem, 1, "d1@event")
    assert found.means == "certificate"
    assert found.price == (0, 0, 0, 0, 0, 0, 0, 10)


def test_a_pair_that_a_full_protection_of_pinned_people_stops_has_no_price(tmp_path: Path) -> None:
    wide = ACTIVATE | {"seats": {"base": 4}}
    keep = {"id": "PRO-01", "kind": "protect", "label": LABEL, "unit": ["u"], "keep": {"at_least": 1}}
    tables = {"officers": [officer("a1", "0"), officer("a2", "0")], "pins": [pin("a1", "d1@event", "must")]}
    planning = planned(tmp_path, [wide, keep], tables)
    found = price_of_forcing(Problem.of(planning.eligibility), 1, "d1@event")
    assert found.price is None
    assert [d.code for d in found.obstacles] == ["P107"]


@pytest.mark.parametrize("per", [1, 2], ids=["one leader each", "one leader for two"])
def test_with_team_rules_the_price_is_solved(per: int, tmp_path: Path) -> None:
    """Only a1 leads; with per 1 nobody but him fits, so forcing a2 into two seats needs a1 too, and costs nothing."""
    wide = ACTIVATE | {"seats": {"base": 2}}
    led = {"id": "TEA-01", "kind": "team", "label": LABEL, "include": {"who": {"officer.id": "a1"}, "per": per}}
    tables = {"officers": [officer("a1", "0"), officer("a2", "0")]}
    problem = Problem.of(planned(tmp_path, [wide, led], tables).eligibility)
    found = price_of_forcing(problem, 1, "d1@event")
    assert found.means == "solved"
    assert found.price == (None if per == 1 else (0,) * 8)
