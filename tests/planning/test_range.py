"""The flow solver's numbers: what just fits is solved exactly, what does not is refused before (semantics §8.5)."""

from __future__ import annotations

import numpy as np
import pytest

import asn_flex as af
from asn_flex.planning.build import build_network
from asn_flex.planning.flow import find_potentials, solve_once
from asn_flex.planning.network import Network, Pins
from asn_flex.planning.objective import Objective

from ..support import REPOSITORY

FOLDER = REPOSITORY / "examples" / "quickstart"


@pytest.fixture(scope="module")
def network() -> Network:
    rulebook = af.load_rulebook(FOLDER / "rules.yaml")
    scenario = af.load_scenario(FOLDER, rulebook)
    eligibility = af.match(rulebook, scenario, af.infer(rulebook, scenario))
    return build_network(eligibility, Pins(), None, Objective(None))


def solve(network: Network, cost: np.ndarray) -> np.ndarray | None:
    return solve_once(network, np.arange(len(network.tails)), network.lower, cost)


def greatest_that_fits(network: Network) -> int:
    """The greatest c with c · (nodes + 1) < 2^61, the solver's own scaling by nodes + 1 included."""
    return (2**61 - 1) // (network.nodes + 1)


@pytest.mark.parametrize("sign", [1, -1])
def test_greatest_cost_that_fits_is_solved_like_a_small_one(network: Network, sign: int) -> None:
    # Seats filled pay, and class arcs cost or pay one: the same optimum, whatever the scale of the seats' cost.
    flows = []
    for scale in (1000, greatest_that_fits(network)):
        cost = np.zeros(len(network.tails), dtype=np.int64)
        cost[list(network.minimum_arcs.values())] = -scale
        cost[network.class_arcs] = sign
        found = solve(network, cost)
        assert found is not None
        potential = find_potentials(
            network.nodes, network.tails, network.heads, cost,
            can_shrink=found > network.lower, can_grow=found < network.upper,
        )  # fmt: skip
        assert potential is not None
        reduced = cost + potential[network.tails] - potential[network.heads]
        # Optimal, and nothing has wrapped around: no arc that could carry more would pay, none that carries costs.
        assert (reduced[found < network.upper] >= 0).all()
        assert (reduced[found > network.lower] <= 0).all()
        flows.append(found[list(network.minimum_arcs.values())].sum())
    assert flows[0] == flows[1] > 0


@pytest.mark.parametrize("sign", [1, -1])
def test_one_more_is_refused_in_words(network: Network, sign: int) -> None:
    cost = np.zeros(len(network.tails), dtype=np.int64)
    cost[0] = sign * (greatest_that_fits(network) + 1)
    with pytest.raises(af.SolverError, match="do not fit the flow solver's numbers"):
        solve(network, cost)
