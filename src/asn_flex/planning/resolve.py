"""Solving a problem again with something changed, for its values only (semantics §9)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from asn_flex.eligibility.match import Eligibility
from asn_flex.planning.build import build_network
from asn_flex.planning.choose import solve_network, still_there
from asn_flex.planning.flow import FlowResult, solve_flow, tier_costs
from asn_flex.planning.network import SINK, Network, Pins
from asn_flex.planning.objective import Objective
from asn_flex.planning.pins import read_pins
from asn_flex.planning.watch import Watch

Ints = NDArray[np.int64]
Vector = tuple[int, ...]


@dataclass(frozen=True)
class Optimum:
    """The optimum of a problem: its cost per tier, how many seats each demand has filled, and whether it is proven."""

    costs: Vector
    filled: Mapping[str, int]
    flow: Ints
    proven: bool


@dataclass(frozen=True)
class Problem:
    """What was planned, so that it can be asked again: who may do what, pins, and the plan that was replaced.

    `previous` is officer to demand of the previous plan, None when there was none.
    """

    eligibility: Eligibility
    pins: Pins
    previous: Mapping[str, str] | None = None
    time_limit_s: float | None = None
    # The same problem, with another limit.
    origin: Problem | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls,
        eligibility: Eligibility,
        previous: Mapping[str, str] | None = None,
        *,
        time_limit_s: float | None = None,
    ) -> Problem:
        """Return the problem of a scenario with its own pins."""
        return cls(eligibility, read_pins(eligibility), previous, time_limit_s)

    @property
    def objective(self) -> Objective:
        """The tiers."""
        return Objective(None if self.previous is None else len(self.previous))

    @property
    def coverage_tiers(self) -> tuple[str, ...]:
        """The tiers that count seats; they come first."""
        return tuple(t for t in self.objective.tiers if t.startswith("coverage."))

    @cached_property
    def network(self) -> Network:
        """The network of the problem."""
        if self.origin is not None:
            return self.origin.network
        kept = None if self.previous is None else still_there(self.eligibility, self.previous)
        return build_network(self.eligibility, self.pins, kept, self.objective)

    @cached_property
    def relaxed(self) -> FlowResult:
        """The flow without team rules and crossing sets; its potentials are prices."""
        return solve_flow(self.network) if self.origin is None else self.origin.relaxed

    def within(self, time_limit_s: float | None) -> Problem:
        """Return the problem with another limit; what either builds and solves is there for both."""
        return replace(self, time_limit_s=time_limit_s, origin=self.origin or self)

    def with_pins(self, pins: Pins) -> Problem:
        """Return the problem with other pins."""
        return replace(self, pins=pins, origin=None)

    def with_eligibility(self, eligibility: Eligibility) -> Problem:
        """Return the problem with other rules or facts; the pins stay."""
        return replace(self, eligibility=eligibility, origin=None)

    @property
    def _deadline(self) -> float | None:
        return None if self.time_limit_s is None else time.monotonic() + self.time_limit_s

    def optimum(self) -> Optimum | None:
        """Solve every tier; None where the pins cannot hold."""
        return _solved(self.network, self._deadline)

    def best_coverage(self, demand: str | None = None, *, seats: Literal["most", "fewest"] = "most") -> Optimum | None:
        """Solve the coverage tiers alone, and among the plans best in them give `demand` the most or fewest seats.

        So neither suitability nor chance decides whether the demand counts as filled.
        """
        network = self.network
        coverage = len(self.coverage_tiers)
        costs = {tier: cost for tier, cost in network.costs.items() if tier < coverage}
        if demand is not None:
            wish = np.zeros(len(network.tails), dtype=np.int64)
            wish[seat_arcs(network, demand)] = -1 if seats == "most" else 1
            costs[coverage] = wish
        found = _solved(replace(network, costs=costs), self._deadline)
        return None if found is None else replace(found, costs=found.costs[:coverage])


def _solved(network: Network, deadline: float | None) -> Optimum | None:
    solved = solve_network(network, Watch(network.objective, deadline))
    if solved is None:
        return None
    assert solved.flow is not None  # noqa: S101 - only a previous plan is proven without one
    filled = _filled(network, solved.flow)
    return Optimum(tuple(tier_costs(network, solved.flow)), filled, solved.flow, solved.complete)


def _filled(network: Network, flow: Ints) -> dict[str, int]:
    into = np.flatnonzero(network.heads == SINK)
    totals = np.zeros(network.nodes, dtype=np.int64)
    np.add.at(totals, network.tails[into], flow[into])
    return {network.demands[index].id: int(totals[node]) for node, index in network.demand_nodes.items()}


def seat_arcs(network: Network, demand: str) -> Ints:
    """Return the arcs that carry the seats of a demand."""
    found: Ints = np.flatnonzero((network.heads == SINK) & (network.tails == network.node_of[demand]))
    return found
