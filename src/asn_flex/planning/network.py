"""The smallest exact network of a planning problem (semantics §8.4).

::

    source ─► protected sets ─► class ─► profile ─► hub ─► share cap ─► substitutes cap ─► demand ═► sink
       │                          └────────────────────────────▲ (pins, and demands of the previous plan)
       └──────────────────────────────── nobody ─────────────────────────────────────────────────────► sink

A *class* is officers who are alike, hours included; a *profile* is officers with the same offers; a *hub* is one basis
of one kind of demand. Only protected sets, classes, caps and demands have capacities; everything between is free, so
that the potentials of those nodes alone prove the optimum. Each arc carries a cost per tier:

- class: half-up(hours_7d) in `burden`;
- profile ─► hub: quality loss + points in `suitability`; hub ─► demand: points of the way;
- demand ═► sink: minus the priority in its coverage tiers, as two arcs: the first `minimum` seats and the rest;
- a class that keeps its previous demand: −1 in `disruption`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from asn_flex.domain.situation import Demand
from asn_flex.eligibility.match import ProtectedSet
from asn_flex.planning.objective import Objective

Ints = NDArray[np.int64]
SOURCE, SINK = 0, 1


@dataclass(frozen=True)
class Pins:
    """Decisions that the plan respects: officer number to the demand it must take, and demands it must never take."""

    must: Mapping[int, str] = field(default_factory=dict)
    never: Mapping[int, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Cap:
    """A capacity that a rule sets: at most `limit` on `arc`."""

    kind: str  # "share", "substitutes" or "protect"
    rule: str
    demand: str | None
    unit: str | None
    arc: int
    limit: int


@dataclass(frozen=True)
class Entry:
    """An arc by which officers enter a demand: on which basis, and whom `team.include` rules count on it."""

    arc: int
    demand: int
    rule: str | None
    include: int
    substitute: bool


class Entries:
    """Entries in columns; an `Entry` is made only where one is looked at."""

    def __init__(self) -> None:
        self._parts: list[tuple[Ints, Ints, str | None, int, bool]] = []

    def add(self, arcs: Ints, demands: Ints, rule: str | None, include: int, *, substitute: bool) -> None:
        """Add arcs into demands, all of one basis."""
        self._parts.append((arcs, demands, rule, include, substitute))

    def on(self, arcs: Ints) -> dict[int, Entry]:
        """Return the entries among some arcs, by arc."""
        found: dict[int, Entry] = {}
        wanted = np.sort(arcs)
        for part, demands, rule, include, substitute in self._parts:
            # INVARIANT: arcs that were added together are numbered one after the other.
            low, high = np.searchsorted(wanted, [part[0], part[-1] + 1]) if len(part) else (0, 0)
            for arc in wanted[low:high].tolist():
                found[arc] = Entry(arc, int(demands[arc - int(part[0])]), rule, include, substitute)
        return found

    def __iter__(self) -> Iterator[Entry]:
        for arcs, demands, rule, include, substitute in self._parts:
            for arc, demand in zip(arcs.tolist(), demands.tolist(), strict=True):
                yield Entry(arc, demand, rule, include, substitute)


@dataclass(frozen=True)
class IncludeRow:
    """`filled_q <= per * included_q` for one demand and rule; `included` are arcs (semantics §5.9)."""

    rule: str
    demand: int
    per: int
    entries: tuple[int, ...]
    included: tuple[int, ...]


@dataclass(frozen=True)
class CrossingSet:
    """A protected set that crosses another: a row over class arcs instead of an arc of its own."""

    source: ProtectedSet
    arcs: tuple[int, ...]


@dataclass
class Network:
    """Arcs as columns; see the module's picture."""

    objective: Objective
    tails: NDArray[np.int32]
    heads: NDArray[np.int32]
    lower: Ints
    upper: Ints
    costs: Mapping[int, Ints]
    nodes: int
    supply: int
    class_arcs: Ints
    class_members: list[Ints]
    class_alike: Ints
    class_nodes: Mapping[int, int]
    profile_nodes: frozenset[int]
    hub_nodes: Mapping[int, tuple[str | None, int]]
    demands: Sequence[Demand]
    demand_nodes: Mapping[int, int]
    minimum_arcs: Mapping[int, int]
    entries: Entries
    caps: Sequence[Cap]
    includes: Sequence[IncludeRow]
    crossing: Sequence[CrossingSet]
    integer_arcs: frozenset[int]
    # Arcs straight from a class to a demand, by what asks for them: `pin` or `previous`.
    direct_arcs: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def node_of(self) -> Mapping[str, int]:
        """The node of every demand, by its id."""
        return {self.demands[index].id: node for node, index in self.demand_nodes.items()}

    @property
    def is_flow(self) -> bool:
        """Whether it is a pure min-cost flow."""
        return not self.includes and not self.crossing

    def cost(self, tier: int) -> Ints:
        """Return the cost of every arc in a tier."""
        found = self.costs.get(tier)
        return found if found is not None else np.zeros(len(self.tails), dtype=np.int64)


class Arcs:
    """Collects arcs in chunks."""

    def __init__(self) -> None:
        self.count = 0
        self.nodes = 2
        self.chunks: list[tuple[Ints, Ints, Ints, Ints]] = []
        self.tier_costs: dict[int, list[tuple[Ints, Ints]]] = {}

    def node(self) -> int:
        """Make a node; return its number."""
        self.nodes += 1
        return self.nodes - 1

    def add_nodes(self, count: int) -> Ints:
        """Make nodes; return their numbers."""
        self.nodes += count
        return np.arange(self.nodes - count, self.nodes, dtype=np.int64)

    def add(self, tails: object, heads: object, upper: object, lower: object = 0) -> Ints:
        """Add arcs; return their numbers."""
        given = (np.atleast_1d(np.asarray(x, dtype=np.int64)) for x in (tails, heads, lower, upper))
        parts = np.broadcast_arrays(*given)
        size = len(parts[0])
        self.chunks.append((parts[0], parts[1], parts[2], parts[3]))
        self.count += size
        return np.arange(self.count - size, self.count, dtype=np.int64)

    def charge(self, tier: int, arcs: Ints, costs: object) -> None:
        """Add costs to arcs in a tier."""
        values = np.broadcast_to(np.asarray(costs, dtype=np.int64), arcs.shape)
        self.tier_costs.setdefault(tier, []).append((arcs, values))

    def costs(self) -> dict[int, Ints]:
        """Return the cost of every arc, by tier."""
        found: dict[int, Ints] = {}
        for tier, items in self.tier_costs.items():
            total = np.zeros(self.count, dtype=np.int64)
            for arcs, values in items:
                np.add.at(total, arcs, values)
            if total.any():
                found[tier] = total
        return found

    def columns(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Return tails, heads, lower and upper bounds of all arcs."""
        parts = list(zip(*self.chunks, strict=True))
        return tuple(np.concatenate(part) for part in parts)  # type: ignore[return-value]
