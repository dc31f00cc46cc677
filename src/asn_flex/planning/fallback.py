"""The plan to fall back on where the solvers were stopped before one that keeps the team rules was found (§8.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from asn_flex.eligibility.match import Eligibility
from asn_flex.planning.decode import Choice
from asn_flex.planning.flow import exceeds, is_feasible, solve_flow
from asn_flex.planning.network import Network, Pins
from asn_flex.planning.standing import has_its_team


def without_broken_demands(network: Network, flow: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """Return the best flow that leaves the demands empty whose team rows it would break; None where that fails."""
    upper = network.upper.copy()
    while True:
        broken = [row for row in network.includes if exceeds(row, flow)]
        if not broken:
            return flow if is_feasible(network, flow) else None
        for row in broken:
            upper[list(row.entries)] = 0
        again = solve_flow(replace(network, upper=upper))
        if not again.feasible:
            return None
        flow = again.flow


def stripped(eligibility: Eligibility, network: Network, pins: Pins, choices: Sequence[Choice]) -> list[Choice] | None:
    """Return a plan without the people who break a team rule or a crossing set; None where pins hold them there.

    Nothing is solved, so it takes effect at once; seats that others could have taken stay empty.
    """
    kept = list(choices)
    while True:
        at: dict[str, list[Choice]] = {d.id: [] for d in network.demands}
        for choice in kept:
            at[choice.demand].append(choice)
        goes = {
            c.officer
            for row in network.includes
            if not has_its_team(eligibility, network, row, at)
            for c in at[network.demands[row.demand].id]
        }
        away = np.array([c.officer for c in kept], dtype=np.int64)
        for item in network.crossing:
            there = away[np.isin(away, item.source.members)]
            movable = [o for o in there.tolist() if o not in pins.must]
            excess = len(there) - item.source.cap
            if excess > len(movable):
                return None
            goes.update(movable[: max(0, excess)])
        if not goes:
            return kept
        if goes & set(pins.must):
            return None
        kept = [c for c in kept if c.officer not in goes]
