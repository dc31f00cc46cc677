"""Lexicographic min-cost flow: the one module that imports OR-Tools (semantics §8.4, §8.5).

All tiers are solved at once, as a weighted sum whose weights are a guess, and then proven tier by tier: find the
potentials of the tier in the residual network, keep the optimal face (arcs whose reduced cost is not zero stay where
they are), and prove the next tier on what is left. Where the guess was wrong a tier has no potentials; it is then
solved by itself on the face that is proven. The potentials of all tiers together are the certificate: an arc's reduced
costs, read as one vector, are lexicographically not negative where the arc can take more, and not positive where it
carries something.
"""

from __future__ import annotations

from collections.abc import Sequence
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
# How many arcs' worth of a lower tier one unit of a higher tier outweighs when tiers are solved at once. Right or
# wrong, every tier is proven afterwards; more makes the solver's numbers larger, less makes a second solve likelier.
ARCS_WORTH = 32
# Rounds after which potentials that still fall are looked at for a negative cycle.
_PATIENCE = 64


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
    """Solve a network as a pure flow, in every tier; team rows and crossing sets are left out.

    Parameters
    ----------
    network : Network
    watch : is told of every tier, and says when no further solve may be begun; what is begun first is always solved

    Raises
    ------
    CancelledError
        If it was cancelled before the first solve.
    """
    if watch is None:
        watch = Watch(network.objective)
    watch.refuse_if_cancelled()
    tails, heads, lower = network.tails, network.heads, network.lower
    flow = lower.copy()
    free = np.ones(len(tails), dtype=np.bool_)
    potentials: list[Ints] = []
    steps = tiers_together(network)
    ranked = [_ranked(network, step) for step in steps]
    started = is_alone = False
    while steps:
        live = np.flatnonzero(free)
        if started and not any(cost[live].any() for cost in ranked):
            # Nothing is left that costs; the flow stands.
            batch = steps
        else:
            if potentials and watch.is_over:
                return FlowResult(True, flow, tuple(potentials), len(potentials))
            count, total = _weighed(network, ranked[:1] if is_alone else ranked)
            batch = steps[:count]
            for tier in (t for step in batch for t in step.tiers):
                watch.told(tier)
            base = np.where(free, lower, flow)
            result = solve_once(network, live, base, total[live])
            if result is None:
                return FlowResult(False, flow, (), 0)
            started = True
            flow = base.copy()
            flow[live] += result
        is_alone = False
        for step in batch:
            cost, live = step.cost(network), np.flatnonzero(free)
            potential = _potentials_on(network, flow, live, cost)
            if potential is None:
                if len(batch) == 1:
                    raise SolverError("the flow is not optimal: its residual network has a negative cycle")
                is_alone = True
                break
            reduced = cost[live] + potential[tails[live]] - potential[heads[live]]
            free[live[reduced != 0]] = False
            potentials += step.parted(potential)
            steps, ranked = steps[1:], ranked[1:]
            for tier in step.tiers:
                value = int(network.cost(tier) @ flow)
                watch.told(tier, value, value)
    return FlowResult(True, flow, tuple(potentials), len(potentials))


def _potentials_on(network: Network, flow: Ints, live: Ints, cost: Ints) -> Ints | None:
    """Return the potentials of a flow over the live arcs; None where it is not optimal."""
    if not cost[live].any():
        return np.zeros(network.nodes, dtype=np.int64)
    now = flow[live]
    return find_potentials(
        network.nodes,
        network.tails[live],
        network.heads[live],
        cost[live],
        can_shrink=now > network.lower[live],
        can_grow=now < network.upper[live],
    )


@dataclass(frozen=True)
class Step:
    """Tiers that are proven at once, by the potentials of the sum of their costs, each times its weight."""

    tiers: tuple[int, ...]
    weights: tuple[int, ...]

    def cost(self, network: Network) -> Ints:
        """Return the weighted sum of the costs."""
        total = np.zeros(len(network.tails), dtype=np.int64)
        for tier, weight in zip(self.tiers, self.weights, strict=True):
            found = network.costs.get(tier)
            if found is not None:
                total += weight * found
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
    """Part the tiers into steps: tiers that cost on arcs into the sink alone are proven as one weighted sum.

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
        below += weights[-1] * 2 * _dearest(network.cost(tier))
    return Step(tuple(tiers), tuple(reversed(weights)))


def _fit(network: Network, tiers: list[int]) -> bool:
    step = _step(network, tiers)
    most = sum(w * _dearest(network.cost(tier)) for tier, w in zip(step.tiers, step.weights, strict=True))
    return len(tiers) == 1 or _fits_solver(network, most)


def _dearest(cost: Ints) -> int:
    return int(np.abs(cost).max(initial=0))


def _fits_solver(network: Network, cost: int) -> bool:
    return cost * (network.nodes + 1) < _MAX_SCALED_COST


def _weighed(network: Network, costs: Sequence[Ints]) -> tuple[int, Ints]:
    """Return how many of these steps are solved at once, as many as fit the solver's numbers, and their costs as a sum.

    The first step is among them in any case; alone it keeps its costs, which have its optima exactly.
    """
    for count in range(len(costs), 0, -1):
        dearest = [_dearest(cost) for cost in costs[:count]]
        weights = _guess(dearest)
        if count == 1 or _fits_solver(network, sum(w * most for w, most in zip(weights, dearest, strict=True))):
            break
    total = np.zeros(len(network.tails), dtype=np.int64)
    for weight, cost in zip(weights, costs[:count], strict=True):
        total += weight * cost
    return count, total


def _guess(dearest: Sequence[int]) -> list[int]:
    """Return weights under which a cycle that gains in one step hardly ever loses more below: some arcs' worth."""
    weights, below = [], 0
    for most in reversed(dearest):
        weights.append(1 + ARCS_WORTH * below)
        below += weights[-1] * most
    return list(reversed(weights))


def _ranked(network: Network, step: Step) -> Ints:
    """Return the cost of a step; where it costs on arcs into the sink alone, the rank of the cost, which is smaller.

    The flows on arcs into the sink form a generalised polymatroid: what is best in it depends on the order of the costs
    alone, and on their sign (Frank and Tardos 1988, on the greedy algorithm).
    """
    cost = step.cost(network)
    priced = np.flatnonzero(cost)
    if not len(priced) or (network.heads[priced] != SINK).any():
        return cost
    levels = np.unique(np.append(cost[priced], 0))
    ranked = np.zeros_like(cost)
    ranked[priced] = np.searchsorted(levels, cost[priced]) - np.searchsorted(levels, 0)
    return ranked


def solve_once(network: Network, live: Ints, base: Ints, cost: Ints) -> Ints | None:
    """Solve one tier over the live arcs, with every flow counted above `base`; None where it is infeasible."""
    supply = np.zeros(network.nodes, dtype=np.int64)
    supply[SOURCE] += network.supply
    supply[SINK] -= network.supply
    np.subtract.at(supply, network.tails, base)
    np.add.at(supply, network.heads, base)
    spread = _dearest(cost)
    if not _fits_solver(network, spread):
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
) -> Ints | None:
    """Return potentials under which no residual arc has a negative reduced cost (Bellman-Ford over columns).

    None where there are none, that is, where the flow is not optimal: the residual network has a negative cycle.
    """
    origin = np.concatenate([tails[can_grow], heads[can_shrink]])
    target = np.concatenate([heads[can_grow], tails[can_shrink]])
    weight = np.concatenate([cost[can_grow], -cost[can_shrink]])
    order = np.argsort(target, kind="stable")
    origin, target, weight = origin[order], target[order], weight[order]
    ends, starts = np.unique(target, return_index=True)
    sizes = np.diff(np.append(starts, len(target)))
    potential = np.zeros(nodes, dtype=np.int64)
    parent = np.arange(nodes)
    for count in range(nodes + 1):
        if not len(ends):
            return potential
        lengths = potential[origin] + weight
        best = np.minimum.reduceat(lengths, starts)
        better = best < potential[ends]
        if not better.any():
            shifted: Ints = potential - potential[SINK]
            return shifted
        if count >= _PATIENCE:
            # Who was last improved from whom: a circle among them is a negative cycle.
            chosen = np.flatnonzero((lengths == np.repeat(best, sizes)) & np.repeat(better, sizes))
            parent[target[chosen]] = origin[chosen]
            if count % _PATIENCE == 0 and _has_circle(parent):
                return None
        potential[ends[better]] = best[better]
    return None


def _has_circle(parent: Ints) -> bool:
    """Whether following parents from some node never ends at a node that is its own parent."""
    far = parent
    for _ in range(len(parent).bit_length()):
        far = far[far]
    # After more steps than there are nodes, whoever is at no root is on a circle.
    return bool((parent[far] != far).any())


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
