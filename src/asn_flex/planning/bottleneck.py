"""What keeps a seat empty: the demands that share their people, and the caps around them (semantics §9).

The *pool* of a demand is everything from which one more officer could still reach it by moving others along: the nodes
of the residual network that reach the demand. Whoever is in the pool already goes, or sits behind a full cap on its
border; those caps and the officers inside are the minimum cut that holds the demand where it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from asn_flex.eligibility.match import ProtectedSet
from asn_flex.planning.decode import decode
from asn_flex.planning.forcing import door_of, reach
from asn_flex.planning.network import SINK, SOURCE, Cap
from asn_flex.planning.resolve import Optimum, Problem, Vector

Rows = NDArray[np.bool_]


@dataclass(frozen=True)
class Bottleneck:
    """The pool of a demand in an optimal plan, and what a further basis could bring; without a demand, of all."""

    problem: Problem
    demand: str | None
    optimum: Optimum

    @property
    def is_exact(self) -> bool:
        """Whether prices bound every gain; with team rules or crossing sets they do not."""
        return self.problem.network.is_flow

    @cached_property
    def nodes(self) -> Rows:
        """The nodes of the pool."""
        network, flow = self.problem.network, self.optimum.flow
        if self.demand is None:
            return np.ones(network.nodes, dtype=np.bool_)
        inner = (network.heads != SINK) & (network.tails != SINK)
        forward = inner & (flow < network.upper)
        back = inner & (flow > network.lower)
        # Backwards: from the demand to whatever reaches it.
        return reach(
            network.nodes,
            np.concatenate([network.heads[forward], network.tails[back]]),
            np.concatenate([network.tails[forward], network.heads[back]]),
            [network.node_of[self.demand]],
        )

    @cached_property
    def demands(self) -> tuple[str, ...]:
        """The demands of the pool, the one asked about first, then by id."""
        network = self.problem.network
        found = [network.demands[i].id for node, i in network.demand_nodes.items() if self.nodes[node]]
        return tuple(sorted(found, key=lambda d: (d != self.demand, d)))

    @cached_property
    def demand_of(self) -> dict[int, str]:
        """Officer number to demand, in the optimal plan."""
        eligibility = self.problem.eligibility
        return {c.officer: c.demand for c in decode(self.problem.network, self.optimum.flow, eligibility)}

    @cached_property
    def border(self) -> tuple[Cap, ...]:
        """The full caps through which more officers would come into the pool."""
        network, flow = self.problem.network, self.optimum.flow
        return tuple(
            cap
            for cap in network.caps
            if flow[cap.arc] >= cap.limit
            and self.nodes[network.heads[cap.arc]]
            and not self.nodes[network.tails[cap.arc]]
        )

    @cached_property
    def full_sets(self) -> tuple[ProtectedSet, ...]:
        """The protected sets that let nobody more go."""
        return tuple(s for s in self.problem.eligibility.protected if self.going(s) >= s.cap and len(s.members) > s.cap)

    def going(self, item: ProtectedSet) -> int:
        """How many of a protected set go."""
        return sum(o in self.demand_of for o in item.members.tolist())

    @cached_property
    def held(self) -> Rows:
        """The officers who stay because of a full protected set."""
        found = np.zeros(self.problem.eligibility.screen.officers.size, dtype=np.bool_)
        for item in self.full_sets:
            found[item.members] = True
        found[[*self.demand_of]] = False
        return found

    # ---- prices ----------------------------------------------------------------------------------------------------

    @cached_property
    def _potentials(self) -> NDArray[np.int64]:
        """Potentials of the coverage tiers, one row each."""
        return np.array(self.problem.relaxed.potentials[: len(self.problem.coverage_tiers)], dtype=np.int64)

    def price_of(self, cap: Cap) -> Vector:
        """Return what one more on a cap could bring at most, per coverage tier."""
        network = self.problem.network
        tail, head = int(network.tails[cap.arc]), int(network.heads[cap.arc])
        return tuple(int(p) for p in self._potentials[:, head] - self._potentials[:, tail])

    def is_priced(self, demand: str) -> bool:
        """Whether one more officer at a demand could bring something."""
        price = self._potentials[:, self.problem.network.node_of[demand]] - self._potentials[:, SOURCE]
        return tuple(price.tolist()) > (0,) * len(price)

    @cached_property
    def _worth(self) -> NDArray[np.int64]:
        """What every officer is worth where he is: one row per coverage tier, one column per officer."""
        network, eligibility = self.problem.network, self.problem.eligibility
        size = eligibility.screen.officers.size
        node = np.full(size, -1, dtype=np.int64)
        for at, index in network.class_nodes.items():
            node[network.class_members[index]] = at
        # Whoever has no offer is in no class; he would still pass the protected sets that he belongs to.
        worth = self._potentials[:, np.maximum(node, 0)]
        outside = np.repeat(self._potentials[:, [SOURCE]], size, axis=1)
        priced = {(cap.rule, cap.unit): self.price_of(cap) for cap in network.caps if cap.kind == "protect"}
        for item in eligibility.protected:
            price = priced.get((item.rule, item.unit))
            if price is not None:
                outside[:, item.members] += np.array(price, dtype=np.int64)[:, None]
        return np.where(node >= 0, worth, outside)

    def promising(self, officers: Rows, demand: str, rule: str | None) -> list[tuple[Vector, int]]:
        """Return who could bring something on a further basis, the most first, each with the most it could bring.

        Where prices are exact, nobody else can bring anything.
        """
        chosen = np.flatnonzero(officers)
        if not self.is_exact:
            return self._hopeful(chosen.tolist(), demand)
        door = door_of(self.problem, demand, rule)
        gains = self._potentials[:, [door]] - self._worth[:, chosen]
        best: list[tuple[Vector, int]] = []
        order = np.lexsort([chosen, *(-gains[t] for t in range(len(gains) - 1, -1, -1))]) if len(chosen) else chosen
        for at in order.tolist():
            vector = tuple(int(g) for g in gains[:, at])
            if vector <= (0,) * len(vector):
                break
            best.append((vector, int(chosen[at])))
        return best

    def _hopeful(self, officers: Sequence[int], demand: str) -> list[tuple[Vector, int]]:
        """Rank without prices: first who is free, then who serves where a seat counts less."""
        target = self._rank(demand)
        found: list[tuple[Vector, int]] = []
        for officer in officers:
            serving = self.demand_of.get(officer)
            if serving is None and not self.held[officer]:
                found.append(((2,), officer))
            elif serving is not None and self._rank(serving) < target:
                found.append(((1,), officer))
        return sorted(found, key=lambda item: (-item[0][0], item[1]))

    def _rank(self, demand: str) -> tuple[int, int]:
        found = self.problem.eligibility.demands[demand]
        return -self.problem.coverage_tiers.index(f"coverage.{found.duty_class}"), found.priority
