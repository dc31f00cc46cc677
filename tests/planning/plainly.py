"""The plain reading of "lexicographic": a solve for each tier, on the optimal face of those before."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from asn_flex.planning.flow import find_potentials, solve_once
from asn_flex.planning.network import Network


def tier_after_tier(network: Network, limit: float | None = None) -> NDArray[np.int64] | None:
    """Return the flow; None where another tier would begin past so many seconds."""
    begin = time.monotonic()
    carried, free = network.lower.copy(), np.ones(len(network.tails), dtype=np.bool_)
    for tier in range(len(network.objective.tiers)):
        cost, live = network.cost(tier), np.flatnonzero(free)
        # The first one tells whether pins fit, even where it costs nothing.
        if tier and not cost[live].any():
            continue
        if limit is not None and time.monotonic() > begin + limit:
            return None
        base = np.where(free, network.lower, carried)
        result = solve_once(network, live, base, cost[live])
        assert result is not None
        carried = base.copy()
        carried[live] += result
        tails, heads = network.tails[live], network.heads[live]
        potential = find_potentials(
            network.nodes, tails, heads, cost[live],
            can_shrink=carried[live] > network.lower[live], can_grow=carried[live] < network.upper[live],
        )  # fmt: skip
        assert potential is not None
        free[live[cost[live] + potential[tails] - potential[heads] != 0]] = False
    return carried
