"""What it would cost, tier by tier, to send an officer to a demand all the same (semantics §9).

Price of a pair = optimum with the pair pinned − optimum. In an optimal flow whatever the pair displaces moves along a
cycle of the residual network that passes through the pair once, and the cheapest such cycle is the price: under the
potentials of the certificate no residual arc has a negative reduced cost, so a shortest path finds it without solving
again. With team rules or crossing sets the problem is solved again with the pair pinned.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import add
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from asn_flex.errors import Diagnostic, PinError
from asn_flex.planning.network import Network, Pins
from asn_flex.planning.pins import refuse_pins
from asn_flex.planning.resolve import Problem, Vector

Ints = NDArray[np.int64]
Means = Literal["certificate", "solved"]


@dataclass(frozen=True)
class Forced:
    """The cost added per tier by a pair, how that was found, and whether it is proven.

    `obstacles` says which caps and pins make the pair impossible; there is no price then.
    """

    price: Vector | None
    means: Means
    proven: bool = True
    obstacles: tuple[Diagnostic, ...] = ()


def price_of_forcing(problem: Problem, officer: int, demand: str) -> Forced:
    """Return what forcing an eligible pair adds to the cost of every tier.

    Parameters
    ----------
    problem : the problem that was planned
    officer : number of the officer; the pair is eligible, and no pin of the officer speaks against it
    demand : id of the demand
    """
    read = _from_certificate(problem, officer, demand)
    if read is not None:
        return Forced(read, "certificate")
    pins = Pins({**problem.pins.must, officer: demand}, problem.pins.never)
    forced = problem.with_pins(pins).optimum()
    if forced is None:
        obstacles: PinError = refuse_pins(problem.eligibility, pins)
        return Forced(None, "solved", obstacles=tuple(obstacles.diagnostics))
    before = problem.optimum()
    # INVARIANT: with more pins there are fewer plans, so there is one without them.
    assert before is not None  # noqa: S101 - see the invariant
    price = tuple(after - now for after, now in zip(forced.costs, before.costs, strict=True))
    return Forced(price, "solved", proven=forced.proven and before.proven)


def _from_certificate(problem: Problem, officer: int, demand: str) -> Vector | None:
    """Return the reduced cost of the cheapest residual cycle through the pair; None where there is no way to tell."""
    network = problem.network
    class_node = _class_node(network, officer)
    if not network.is_flow or not problem.relaxed.feasible or class_node is None or officer in problem.pins.must:
        return None
    starts: dict[int, Vector] = {}
    for price, door in _reduced(problem, officer, demand, class_node):
        starts[door] = min(price, starts.get(door, price))
    return shortest(problem, starts, class_node)


def shortest(problem: Problem, starts: Mapping[int, Vector], goal: int) -> Vector | None:
    """Return the least reduced cost, tier by tier, of a way through the residual network (Dijkstra); None: no way.

    Parameters
    ----------
    starts : nodes to begin at, each with the cost until there
    goal : where the way ends
    """
    network, flow = problem.network, problem.relaxed.flow
    tiers = len(network.objective.tiers)
    reduced = np.zeros((len(network.tails), tiers), dtype=np.int64)
    for tier, potential in enumerate(problem.relaxed.potentials):
        reduced[:, tier] = network.cost(tier) + potential[network.tails] - potential[network.heads]
    forward, back = np.flatnonzero(flow < network.upper), np.flatnonzero(flow > network.lower)
    origins = np.concatenate([network.tails[forward], network.heads[back]])
    order = np.argsort(origins, kind="stable")
    targets = np.concatenate([network.heads[forward], network.tails[back]])[order].tolist()
    lengths = np.concatenate([reduced[forward], -reduced[back]])[order]
    free = np.all(lengths == 0, axis=1).tolist()
    first = np.searchsorted(origins[order], np.arange(network.nodes + 1)).tolist()
    queue = [(price, node) for node, price in starts.items()]
    heapq.heapify(queue)
    settled: set[int] = set()
    while queue:
        price, node = heapq.heappop(queue)
        if node == goal:
            return price
        if node in settled:
            continue
        settled.add(node)
        for at in range(first[node], first[node + 1]):
            if targets[at] not in settled:
                further = price if free[at] else tuple(map(add, price, lengths[at].tolist()))
                heapq.heappush(queue, (further, targets[at]))
    return None


def _reduced(problem: Problem, officer: int, demand: str, class_node: int) -> Iterator[tuple[Vector, int]]:
    """Yield the reduced cost of every basis of a pair, and the node by which it enters the demand."""
    network = problem.network
    previous = problem.previous or {}
    kept = previous.get(problem.eligibility.officer_ids[officer]) == demand
    for basis in problem.eligibility.bases(problem.eligibility.officer_ids[officer], demand):
        door = door_of(problem, demand, basis.rule)
        own = {"suitability": basis.loss + basis.points, "disruption": -int(kept)}
        yield (
            tuple(
                own.get(tier, 0) + int(potential[class_node] - potential[door])
                for tier, potential in zip(network.objective.tiers, problem.relaxed.potentials, strict=True)
            ),
            door,
        )


def door_of(problem: Problem, demand: str, rule: str | None) -> int:
    """Return the node by which a basis enters a demand: below its share cap, the substitutes cap, or the demand."""
    network = problem.network
    substitute = problem.eligibility.is_substitute(rule)
    outer: int | None = None
    for cap in network.caps:
        if cap.demand == demand and cap.kind == "share" and cap.rule == rule:
            return int(network.tails[cap.arc])
        if cap.demand == demand and cap.kind == "substitutes" and substitute:
            outer = int(network.tails[cap.arc])
    return network.node_of[demand] if outer is None else outer


def _class_node(network: Network, officer: int) -> int | None:
    for node, index in network.class_nodes.items():
        if officer in network.class_members[index]:
            return node
    return None


def reach(nodes: int, origins: NDArray[np.int32], targets: NDArray[np.int32], start: list[int]) -> NDArray[np.bool_]:
    """Return the nodes that can be reached from some nodes, step by step over columns."""
    reached = np.zeros(nodes, dtype=np.bool_)
    reached[start] = True
    while True:
        fresh = np.unique(targets[reached[origins] & ~reached[targets]])
        if not len(fresh):
            return reached
        reached[fresh] = True
