"""The three ways to solve a network agree where more than one applies (semantics §8.4)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

import asn_flex as af
from asn_flex.planning.build import build_network
from asn_flex.planning.flow import is_feasible, solve_flow, tier_costs
from asn_flex.planning.mip import _solve, freed_seats, solve_mip
from asn_flex.planning.network import Network, Pins
from asn_flex.planning.objective import Objective
from asn_flex.planning.pins import read_pins
from asn_flex.planning.watch import Watch

from ..oracle.strategies import cases, write_case
from ..support import FOLDERS, load_case

LAWS = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)


def network_of(folder: Path) -> Network:
    rulebook, scenario = load_case(folder)
    eligibility = af.match(rulebook, scenario, af.infer(rulebook, scenario))
    try:
        pins = read_pins(eligibility)
    except af.PinError:
        pins = Pins()
    return build_network(eligibility, pins, None, Objective(None))


def check_agreement(network: Network) -> None:
    every_arc = frozenset(range(len(network.tails)))
    mixed = solve_mip(network)
    whole, is_whole = _solve(network, every_arc, Watch(network.objective))
    assert is_whole
    assert mixed.feasible == whole.feasible
    flow = solve_flow(network)
    if network.is_flow or (flow.feasible and is_feasible(network, flow.flow)):
        # Where the flow keeps the team rows by itself, nothing can beat it.
        assert flow.feasible == mixed.feasible
        if flow.feasible:
            assert tier_costs(network, flow.flow) == tier_costs(network, whole.flow)
            assert is_feasible(network, flow.flow)
    if mixed.feasible:
        assert all(mixed.proven)
        assert list(mixed.bounds) == tier_costs(network, mixed.flow) == tier_costs(network, whole.flow)
        assert is_feasible(network, mixed.flow)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_solvers_agree_on_worked_cases(folder: Path) -> None:
    try:
        network = network_of(folder)
    except af.SituationConflict:
        pytest.skip("the case cannot be planned, as it should be")
    check_agreement(network)


@LAWS
@given(case=cases())
def test_solvers_agree_on_random_cases(case, tmp_path_factory) -> None:
    folder = tmp_path_factory.mktemp("case")
    write_case(case.rules, case.scenario, case.tables, folder)
    try:
        network = network_of(folder)
    except af.SituationConflict:
        assume(False)
    check_agreement(network)


@pytest.mark.parametrize(("per", "seats"), [(p, s) for p in range(1, 7) for s in range(14)])
def test_lines_of_freed_seats_are_exact_at_whole_counters(per: int, seats: int) -> None:
    for counter in range(seats + 2):
        allowed = min((slope * counter + start for slope, start in freed_seats(per, seats)), default=0)
        assert min(allowed, seats) == min(per * counter, seats)


def test_a_counters_only_model_is_wrong_where_includes_cross() -> None:
    """Two includes that overlap without nesting make the arcs whole, not the counters alone."""
    network = network_of(next(f for f in FOLDERS if f.name == "s5_9_includes_overlap"))
    assert network.includes
    assert network.integer_arcs
    nested = network_of(next(f for f in FOLDERS if f.name == "s5_9_include_qualified"))
    assert nested.includes
    crossing = network_of(next(f for f in FOLDERS if f.name == "s5_8_crossing"))
    assert crossing.crossing
    assert set(np.concatenate([c.arcs for c in crossing.crossing])) <= crossing.integer_arcs
