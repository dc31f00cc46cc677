"""What it would cost, tier by tier, to send an officer to a demand all the same (semantics §9).

Price of a pair = optimum with the pair pinned − optimum. The potentials of an optimal flow bound it from below by the
pair's reduced cost: no plan that holds the pair can cost less. Where the officers and seats that the pair displaces can
be shifted along arcs of reduced cost zero, that bound is reached, and nothing need be solved again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from asn_flex.errors import Diagnostic, PinError
from asn_flex.planning.network import Network, Pins
from asn_flex.planning.pins import refuse_pins
from asn_flex.planning.resolve import Problem, Vector, demand_node

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
    """Return the pair's least reduced cost, if the optimal face has a way to make room for it; else None."""
    network = problem.network
    if not network.is_flow or not problem.relaxed.feasible:
        return None
    class_node = _class_node(network, officer)
    if class_node is None or officer in problem.pins.must:
        return None
    flow, potentials = problem.relaxed.flow, problem.relaxed.potentials
    priced = sorted(_reduced(problem, officer, demand, class_node))
    if not priced:
        return None
    least = priced[0][0]
    doors = [door for price, door in priced if price == least]
    on_face = np.ones(len(network.tails), dtype=np.bool_)
    for tier, potential in enumerate(potentials):
        on_face &= network.cost(tier) + potential[network.tails] == potential[network.heads]
    forward = on_face & (flow < network.upper)
    back = on_face & (flow > network.lower)
    reached = reach(
        network.nodes,
        np.concatenate([network.tails[forward], network.heads[back]]),
        np.concatenate([network.heads[forward], network.tails[back]]),
        doors,
    )
    return least if reached[class_node] else None


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
    return demand_node(network, demand) if outer is None else outer


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
