"""Laws of the flow solver: tiers solved as one sum are those solved one after the other, and so are their prices."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import asn_flex as af
from asn_flex.planning import flow
from asn_flex.planning.flow import Step, find_potentials, solve_flow, solve_once, tier_costs, tiers_together
from asn_flex.planning.network import SINK, Network
from asn_flex.planning.resolve import Problem

from ..oracle.strategies import Case, cases, write_case
from ..support import REPOSITORY, load_case
from .plainly import tier_after_tier

LAWS = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)


RULES = {"quickstart": "examples/quickstart/rules.yaml", "tanjungbalai_flood": "rules/tanjungbalai"}


def network_of(rulebook: af.Rulebook, scenario: af.Scenario, assumed=None) -> Network:
    eligibility = af.match(rulebook, scenario, af.infer(rulebook, scenario, engine="plain", assume=assumed or {}))
    return Problem.of(eligibility).network


def example(place: str) -> Network:
    rulebook = af.load_rulebook(REPOSITORY / RULES[place])
    return network_of(rulebook, af.load_scenario(REPOSITORY / "examples" / place, rulebook))


def one_after_the_other(network: Network) -> list[int]:
    carried = tier_after_tier(network)
    assert carried is not None
    return tier_costs(network, carried)


def assert_prices_prove(network: Network) -> None:
    """No residual arc has reduced costs that are negative, read as one vector over the tiers."""
    result = solve_flow(network)
    reduced = np.stack([
        network.cost(tier) + potential[network.tails] - potential[network.heads]
        for tier, potential in enumerate(result.potentials)
    ], axis=1).tolist()  # fmt: skip
    nothing = [0] * len(result.potentials)
    assert all(potential[SINK] == 0 for potential in result.potentials)
    for vector, carried, lower, upper in zip(reduced, result.flow, network.lower, network.upper, strict=True):
        assert carried == upper or vector >= nothing
        assert carried == lower or vector <= nothing


@LAWS
@given(case=cases(), scale=st.sampled_from([1, 7, 10_000]), worth=st.sampled_from([0, 1, 2, 32]))
def test_tiers_together_are_the_tiers_one_after_the_other(case: Case, scale: int, worth: int, tmp_path_factory) -> None:
    """Whatever the guess, right or wrong: with 0 every tier counts the same, and what follows is solved again."""
    folder = tmp_path_factory.mktemp("case")
    write_case(case.rules, case.scenario, case.tables, folder)
    try:
        network = network_of(*load_case(folder), case.assume)
    except (af.SituationConflict, af.PinError):
        assume(False)
        return
    assume(solve_flow(network).feasible)
    # Dear seats leave less room for sums.
    network = replace(network, costs={tier: cost * scale for tier, cost in network.costs.items()})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flow, "ARCS_WORTH", worth)
        assert tier_costs(network, solve_flow(network).flow) == one_after_the_other(network)
        assert_prices_prove(network)


@pytest.mark.parametrize("place", RULES)
def test_one_solve_is_enough(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    network, solves = example(place), []

    def counted(*given: Any) -> Any:
        solves.append(given)
        return solve_once(*given)

    monkeypatch.setattr(flow, "solve_once", counted)
    solve_flow(network)
    assert len(solves) == 1
    monkeypatch.setattr(flow, "ARCS_WORTH", 0)
    solve_flow(network)
    assert len(solves) > 2


def rings(length: int, gain: int, *, ways: int) -> tuple[Any, ...]:
    """A ring of free arcs but for one, with ways out of it: a negative cycle where the one gains."""
    ring = np.arange(2, length + 2)
    tails = np.concatenate([ring, np.full(ways, 2)]).astype(np.int32)
    heads = np.concatenate([np.roll(ring, -1), np.arange(ways) + length + 2]).astype(np.int32)
    cost = np.zeros(len(tails), dtype=np.int64)
    cost[0], cost[length:] = -gain, -3
    return length + ways + 2, tails, heads, cost


@pytest.mark.parametrize("length", [2, 3, 63, 64, 65, 400])
def test_flow_that_is_not_optimal_has_no_potentials(length: int) -> None:
    for gain in (0, 1, 10**12):
        nodes, tails, heads, cost = rings(length, gain, ways=50)
        found = find_potentials(
            nodes, tails, heads, cost, can_shrink=np.zeros(len(tails), bool), can_grow=np.ones(len(tails), bool)
        )
        assert (found is None) == (gain > 0)


@LAWS
@given(data=st.data())
def test_potentials_are_there_where_no_cycle_is_negative(data: st.DataObject) -> None:
    """Against networkx; long chains, so that potentials fall for more rounds than the solver has patience."""
    length = data.draw(st.integers(2, 150))
    arcs = [(i, i + 1, -1) for i in range(2, length + 2)]
    more = st.tuples(st.integers(2, length + 2), st.integers(2, length + 2), st.integers(-3, 200))
    arcs += [a for a in data.draw(st.lists(more, max_size=20)) if a[0] != a[1]]
    graph = nx.DiGraph()
    for tail, head, cost in arcs:
        old = graph.get_edge_data(tail, head)
        graph.add_edge(tail, head, weight=cost if old is None else min(cost, old["weight"]))
    tails, heads, costs = (np.array(column) for column in zip(*arcs, strict=True))
    found = find_potentials(
        length + 3, tails.astype(np.int32), heads.astype(np.int32), costs.astype(np.int64),
        can_shrink=np.zeros(len(arcs), bool), can_grow=np.ones(len(arcs), bool),
    )  # fmt: skip
    assert (found is None) == nx.negative_edge_cycle(graph)
    assert found is None or (costs + found[tails] - found[heads] >= 0).all()


@pytest.mark.parametrize("place", RULES)
def test_coverage_is_one_step_and_what_costs_elsewhere_is_its_own(place: str) -> None:
    network = example(place)
    assert [step.tiers for step in tiers_together(network)] == [(0, 1, 2, 3, 4, 5), (6,), (7,)]
    assert tier_costs(network, solve_flow(network).flow) == one_after_the_other(network)
    assert_prices_prove(network)


def test_sum_that_would_not_fit_is_parted() -> None:
    network = example("quickstart")
    dear = 2**50 // (network.nodes + 1) // max(int(np.abs(network.cost(t)).max()) for t in range(6))
    scaled = replace(network, costs={t: c * dear if t < 6 else c for t, c in network.costs.items()})
    steps = tiers_together(scaled)
    assert len(steps) > 3
    assert [tier for step in steps for tier in step.tiers] == list(range(8))
    assert tier_costs(scaled, solve_flow(scaled).flow)[:6] == [c * dear for c in one_after_the_other(network)[:6]]


@given(st.lists(st.tuples(st.integers(0, 10), st.integers(-20, 20)), min_size=1, max_size=6))
def test_potential_of_a_sum_parts_into_those_it_was_made_of(parts: list[tuple[int, int]]) -> None:
    """Worked out apart from the solver: every vector within the bounds is read back from its weighted sum."""
    weights, below = [], 0
    for dearest, _ in reversed(parts):
        weights.insert(0, 1 + 3 * below)
        below += weights[0] * 2 * dearest
    vector = [max(-2 * dearest, min(2 * dearest, wish)) for dearest, wish in parts]
    total = np.array([0, 0, sum(w * v for w, v in zip(weights, vector, strict=True))], dtype=np.int64)
    found = Step(tuple(range(len(parts))), tuple(weights)).parted(total)
    assert [int(p[2]) for p in found] == vector
