"""Team rules by flows alone: never beyond the optimum, and proven where coverage leaves no choice (semantics §8.4)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings

import asn_flex as af
from asn_flex.planning.flow import is_feasible, solve_flow, tier_costs
from asn_flex.planning.mip import solve_mip
from asn_flex.planning.network import Network
from asn_flex.planning.teams import round_counters, solve_forced
from asn_flex.planning.watch import Watch

from ..oracle.drawing import Plain
from ..oracle.strategies import Case, cases, write_case
from ..support import FOLDERS
from .test_solvers_agree import network_of
from .world import ACTIVATE, LABEL, RULES, officer, planned

LED = {"id": "TEA-01", "kind": "team", "label": LABEL, "include": {"who": {"officer.hours_7d": {"gt": 30}}, "per": 2}}


def check_flows(network: Network) -> tuple[bool, bool]:
    """Compare with HiGHS; return whether what is forced was all, and whether rounding found a plan."""
    relaxed = solve_flow(network)
    if not network.includes or not relaxed.feasible:
        return False, False
    watch = Watch(network.objective)
    best = solve_mip(network)
    optimum = tier_costs(network, best.flow)
    forced = solve_forced(network, relaxed, watch)
    for bound, value in zip(forced.bounds, optimum, strict=False):
        # A bound is what the tiers above leave possible.
        assert not best.feasible or bound <= value
        if bound != value:
            break
    if forced.flow is not None:
        assert is_feasible(network, forced.flow)
        assert best.feasible
        assert forced.costs >= optimum
        if forced.settled == len(optimum):
            assert forced.costs == optimum
    rounded = round_counters(network, relaxed.flow, watch)
    if rounded is not None:
        assert is_feasible(network, rounded)
        assert tier_costs(network, rounded) >= optimum
    return forced.flow is not None and forced.settled == len(optimum), rounded is not None


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_flows_never_go_beyond_the_optimum_on_worked_cases(folder: Path) -> None:
    try:
        network = network_of(folder)
    except af.SituationConflict:
        pytest.skip("the case cannot be planned, as it should be")
    check_flows(network)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(case=cases())
def test_flows_never_go_beyond_the_optimum_on_random_cases(case: Case, tmp_path_factory) -> None:
    folder = tmp_path_factory.mktemp("case")
    write_case(case.rules, case.scenario, case.tables, folder)
    try:
        network = network_of(folder)
    except af.SituationConflict:
        assume(False)
    check_flows(network)


def test_a_plan_whose_teams_coverage_forces_needs_no_programme(tmp_path: Path, monkeypatch) -> None:
    """Three seats can all be filled, so two of every three must have worked over 30 hours: a3 and a4, with a1.

    Without the rule a1, a2 and a3 go (60 hours); with it a1, a3 and a4 (90).
    """
    hours = {"a1": "10", "a2": "15", "a3": "35", "a4": "45", "a5": "48"}
    tables = {"officers": [officer(name, worked) for name, worked in hours.items()]}

    def never(*arguments, **options) -> None:
        raise AssertionError

    monkeypatch.setattr("asn_flex.planning.mip.solve_mip", never)
    planning = planned(tmp_path, [ACTIVATE | {"seats": {"base": 3}}, LED], tables)
    assert [a.officer for a in planning.assignments] == ["a1", "a3", "a4"]
    assert (planning.status, planning.plan.proof) == ("optimal", "solver")
    assert planning.verify().ok


def test_too_few_leaders_are_shared_out_by_rounding(tmp_path: Path) -> None:
    """One leader for two people, four seats at each of two demands, three leaders: six people can go."""
    tables = {"officers": [officer(f"a{i}", "40" if i < 3 else "10") for i in range(9)]}
    rules = [ACTIVATE | {"seats": {"base": 4}}, ACTIVATE | {"id": "ACT-02", "each": "area", "seats": {"base": 4}}, LED]
    planned(tmp_path, rules, tables)
    network = network_of(tmp_path)
    relaxed = solve_flow(network)
    rounded = round_counters(network, relaxed.flow, Watch(network.objective))
    assert rounded is not None
    assert int(rounded[network.class_arcs].sum()) == 6


def test_leaders_who_fill_a_share_leave_less_of_it_to_others(tmp_path: Path) -> None:
    """Nobody meets the standard; half of four seats are open to stand-ins, leaders or not: a leader and one more."""
    duty = RULES["duties"]["d1"] | {"requires": [{"competency": "k", "level": 1}]}
    more = {"competencies": {"k": {"label": LABEL}}, "duties": {"d1": duty}}
    stand_in = {
        "id": "COV-01", "kind": "cover", "label": LABEL, "who": {}, "strength": Plain("0.5"), "max_share": Plain("50%"),
    }  # fmt: skip
    tables = {"officers": [officer(name, hours) for name, hours in (("a1", "10"), ("a2", "12"), ("a3", "40"))]}
    planning = planned(tmp_path, [ACTIVATE | {"seats": {"base": 4}}, stand_in, LED], tables, more)
    assert [a.officer for a in planning.assignments] == ["a1", "a3"]
    assert planning.verify().ok
    assert check_flows(network_of(tmp_path)) == (False, True)
