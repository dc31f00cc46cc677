"""Lexicographic min-cost flow: the one module that imports OR-Tools (semantics §8.4, §8.5).

Tier by tier, or several tiers as one sum where that is proven to be the same (`tiers_together`): solve, find the
potentials of the optimum in its residual network, keep the optimal face (arcs whose reduced cost is not zero stay
where they are), and solve what comes next on what is left. The potentials of all tiers
together are the certificate: an arc's reduced costs, read as one vector, are lexicographically not negative where the
arc can take more, and not positive where it carries something.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from asn_flex.errors import SolverError
from asn_flex.planning.network import SINK, SOURCE, IncludeRow, Network
from asn_flex.planning.watch import Watch

Ints = NDArray[np.int64]
# SimpleMinCostFlow scales costs by the number of nodes and truncates silently what does not fit.
_MAX_SCALED_COST = 2**61


@dataclass(frozen=True)
class FlowResult:
    """An optimal flow, and per tier the potentials of the nodes that prove it; `feasible` False: pins do not fit.

    `solved` counts the tiers that were optimised before the time limit.
    """

    feasible: bool
    flow: Ints
    potentials: tuple[Ints, ...]
    solved: int


def solve_flow(network: Network, *, watch: Watch | None = None) -> FlowResult:
    """Solve a network as a pure flow, tier by tier; team rows and crossing sets are left out.

    Parameters
    ----------
    network : Network
    watch : is told of every tier, and says when no further one may be begun; what is begun first is always solved

    Raises
    ------
    CancelledError
        If it was cancelled before the first tier was solved.
    """
    if watch is None:
        watch = Watch(network.objective)
    watch.refuse_if_cancelled()
    tails, heads, lower, upper = network.tails, network.heads, network.lower, network.upper
    flow = lower.copy()
    free = np.ones(len(tails), dtype=np.bool_)
    potentials: list[Ints] = []
    # What costs first says as well whether pins fit.
    first = min(network.costs, default=0)
    started = False
    for step in tiers_together(network):
        cost = step.cost(network)
        live = np.flatnonzero(free)
        if step.tiers[-1] < first or (started and not cost[live].any()):
            potentials += [np.zeros(network.nodes, dtype=np.int64)] * len(step.tiers)
            _tell(watch, network, step, flow)
            continue
        if started and watch.is_over:
            return FlowResult(True, flow, tuple(potentials), len(potentials))
        _tell(watch, network, step)
        base = np.where(free, lower, flow)
        result = solve_once(network, live, base, cost[live])
        if result is None:
            return FlowResult(False, flow, (), 0)
        started = True
        flow = base.copy()
        flow[live] += result
        potential = find_potentials(
            network.nodes,
            tails[live],
            heads[live],
            cost[live],
            can_shrink=flow[live] > lower[live],
            can_grow=flow[live] < upper[live],
        )
        reduced = cost[live] + potential[tails[live]] - potential[heads[live]]
        free[live[reduced != 0]] = False
        potentials += step.parted(potential)
        _tell(watch, network, step, flow)
    return FlowResult(True, flow, tuple(potentials), len(potentials))


def _tell(watch: Watch, network: Network, step: Step, flow: Ints | None = None) -> None:
    for tier in step.tiers:
        cost = None if flow is None else int(network.cost(tier) @ flow)
        watch.told(tier, cost, cost)


@dataclass(frozen=True)
class Step:
    """Tiers that are solved at once, as the sum of their costs, each times its weight."""

    tiers: tuple[int, ...]
    weights: tuple[int, ...]

    def cost(self, network: Network) -> Ints:
        """Return the weighted sum of the costs."""
        total = np.zeros(len(network.tails), dtype=np.int64)
        for tier, weight in zip(self.tiers, self.weights, strict=True):
            total += weight * network.cost(tier)
        return total

    def parted(self, potential: Ints) -> list[Ints]:
        """Return the potential of every tier, of which the potential of the sum is made; the sink's are 0."""
        found, rest = [], potential
        for weight in self.weights:
            part = (rest + weight // 2) // weight
            rest = rest - part * weight
            found.append(part - part[SINK])
        return found


def tiers_together(network: Network) -> list[Step]:
    """Part the tiers into steps: tiers that cost on arcs into the sink alone are solved as one weighted sum.

    A simple path or cycle of the residual network passes the sink once, so it takes at most two such arcs, and a tier
    adds at most `b = 2 * max |cost|` to it, up or down. With `w_t > 3 * sum of w_s * b_s` over the tiers below

    - the sum is least where the tiers are, one after the other: what a cycle gains in a tier it cannot lose below;
    - the potentials of the sum, which are lengths of simple paths, part into those of the tiers (to part takes
      `w_t > 2 * …`), and the reduced costs that they leave, of at most `3 b` a tier, are not negative as vectors.

    Steps end where the sum would not fit the numbers of the solver.
    """
    steps: list[Step] = []
    together: list[int] = []
    for tier in range(len(network.objective.tiers)):
        priced = np.flatnonzero(network.cost(tier))
        fits = bool((network.heads[priced] == SINK).all())
        if fits and _fit(network, [*together, tier]):
            together.append(tier)
            continue
        if together:
            steps.append(_step(network, together))
        together = [tier] if fits else []
        if not fits:
            steps.append(Step((tier,), (1,)))
    return [*steps, _step(network, together)] if together else steps


def _step(network: Network, tiers: list[int]) -> Step:
    weights, below = [], 0
    for tier in reversed(tiers):
        weights.append(1 + 3 * below)
        below += weights[-1] * 2 * _dearest(network, tier)
    return Step(tuple(tiers), tuple(reversed(weights)))


def _fit(network: Network, tiers: list[int]) -> bool:
    step = _step(network, tiers)
    most = sum(weight * _dearest(network, tier) for tier, weight in zip(step.tiers, step.weights, strict=True))
    return len(tiers) == 1 or most * (network.nodes + 1) < _MAX_SCALED_COST


def _dearest(network: Network, tier: int) -> int:
    return int(np.abs(network.cost(tier)).max(initial=0))


def solve_once(network: Network, live: Ints, base: Ints, cost: Ints) -> Ints | None:
    """Solve one tier over the live arcs, with every flow counted above `base`; None where it is infeasible."""
    supply = np.zeros(network.nodes, dtype=np.int64)
    supply[SOURCE] += network.supply
    supply[SINK] -= network.supply
    np.subtract.at(supply, network.tails, base)
    np.add.at(supply, network.heads, base)
    spread = int(np.abs(cost).max(initial=0))
    if spread * (network.nodes + 1) >= _MAX_SCALED_COST:
        raise SolverError(f"costs up to {spread} over {network.nodes} nodes do not fit the flow solver's numbers")
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        np.ascontiguousarray(network.tails[live], dtype=np.int32),
        np.ascontiguousarray(network.heads[live], dtype=np.int32),
        np.ascontiguousarray(network.upper[live] - base[live], dtype=np.int64),
        np.ascontiguousarray(cost, dtype=np.int64),
    )
    solver.set_nodes_supplies(np.arange(network.nodes, dtype=np.int32), supply)
    status = solver.solve()
    if status == solver.INFEASIBLE:
        return None
    if status != solver.OPTIMAL:
        raise SolverError(f"the flow solver ended with status {status}")
    return np.asarray(solver.flows(arcs), dtype=np.int64)


def find_potentials(
    nodes: int,
    tails: NDArray[np.int32],
    heads: NDArray[np.int32],
    cost: Ints,
    *,
    can_shrink: NDArray[np.bool_],
    can_grow: NDArray[np.bool_],
) -> Ints:
    """Return potentials under which no residual arc has a negative reduced cost (Bellman-Ford over columns).

    Raises
    ------
    SolverError
        If there are none, that is, if the flow is not optimal.
    """
    origin = np.concatenate([tails[can_grow], heads[can_shrink]])
    target = np.concatenate([heads[can_grow], tails[can_shrink]])
    weight = np.concatenate([cost[can_grow], -cost[can_shrink]])
    order = np.argsort(target, kind="stable")
    origin, target, weight = origin[order], target[order], weight[order]
    ends, starts = np.unique(target, return_index=True)
    potential = np.zeros(nodes, dtype=np.int64)
    for _ in range(nodes + 1):
        if not len(ends):
            return potential
        best = np.minimum.reduceat(potential[origin] + weight, starts)
        better = best < potential[ends]
        if not better.any():
            shifted: Ints = potential - potential[SINK]
            return shifted
        potential[ends[better]] = best[better]
    raise SolverError("the flow is not optimal: its residual network has a negative cycle")


def tier_costs(network: Network, flow: Ints) -> list[int]:
    """Return the cost of a flow in every tier, exactly."""
    return [int(network.cost(t) @ flow) for t in range(len(network.objective.tiers))]


def is_feasible(network: Network, flow: Ints) -> bool:
    """Check a whole flow exactly against every row."""
    if (flow < network.lower).any() or (flow > network.upper).any():
        return False
    balance = np.zeros(network.nodes, dtype=np.int64)
    np.add.at(balance, network.heads, flow)
    np.subtract.at(balance, network.tails, flow)
    balance[SOURCE] += network.supply
    balance[SINK] -= network.supply
    if balance.any():
        return False
    return not any(exceeds(row, flow) for row in network.includes) and all(
        flow[list(item.arcs)].sum() <= item.source.cap for item in network.crossing
    )


def exceeds(row: IncludeRow, flow: Ints) -> bool:
    """Whether a flow breaks `filled_q <= per * included_q`."""
    return bool(flow[list(row.entries)].sum() > row.per * flow[list(row.included)].sum())
