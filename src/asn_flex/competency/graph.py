"""The competency graph: what a holding is worth for another competency (semantics §7.1, §7.2).

Nodes are (competency, level). `implies` edges are certain; `substitutes` edges carry a strength and count as a hop.
The level is cut to the scale at every node, so a path can only lose what the cut takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

import networkx as nx

from asn_flex.rulebook.schema import Competency

Node = tuple[str, int]


class Reach(NamedTuple):
    """The best path from a holding to a requirement; smaller is better, field by field.

    `loss` is 1 − strength, so that the natural order of the tuple is the order of semantics §7.2: greatest
    strength, fewest hops, shortest, smallest ids.
    """

    loss: Fraction
    hops: int
    length: int
    via: tuple[str, ...]

    @property
    def strength(self) -> Fraction:
        """The product of the strengths along the path."""
        return 1 - self.loss


class CompetencyGraph:
    """The closure of `implies` and `substitutes` over (competency, level), computed as far as it is asked.

    Parameters
    ----------
    competencies : mapping of id to entry, as in a rulebook

    References
    ----------
    docs/semantics.md §7.
    """

    def __init__(self, competencies: Mapping[str, Competency]) -> None:
        self._levels = {key: entry.levels for key, entry in competencies.items()}
        self._certain: nx.DiGraph[Node] = nx.DiGraph()
        self._substitutes: dict[Node, list[tuple[Node, Fraction]]] = {}
        for key, entry in sorted(competencies.items()):
            for level in range(1, entry.levels + 1):
                self._certain.add_node((key, level))
                for implied in entry.implies:
                    target = self._landing(implied.competency, level + implied.level_offset)
                    if target is not None:
                        self._certain.add_edge((key, level), target)
                for edge in entry.substitutes:
                    target = self._landing(edge.for_, level + edge.level_offset)
                    if target is not None:
                        self._substitutes.setdefault((key, level), []).append((target, edge.strength))
        # INVARIANT: a rulebook has no cycle of `implies`, so this order exists.
        self._order = {node: i for i, node in enumerate(nx.lexicographical_topological_sort(self._certain))}
        self._closures: dict[tuple[Node, int], dict[Node, Reach]] = {}

    def _landing(self, competency: str, level: int) -> Node | None:
        """Return the node that a level of a competency means: none below 1, cut above the scale."""
        return (competency, min(level, self._levels[competency])) if level >= 1 else None

    def closure(self, start: Node, max_hops: int) -> Mapping[Node, Reach]:
        """Return every node that a holding reaches with at most `max_hops` substitutions, with its best path."""
        key = (start, max_hops)
        if key not in self._closures:
            best: dict[Node, Reach] = {}
            layer = self._spread({start: Reach(Fraction(0), 0, 0, (start[0],))})
            for hop in range(max_hops + 1):
                for node, reach in layer.items():
                    if node not in best or reach < best[node]:
                        best[node] = reach
                if hop < max_hops:
                    layer = self._spread(self._hop(layer))
            self._closures[key] = best
        return self._closures[key]

    def _hop(self, layer: Mapping[Node, Reach]) -> dict[Node, Reach]:
        """Follow one substitution from every node of a layer."""
        landed: dict[Node, Reach] = {}
        for node, reach in layer.items():
            for target, strength in self._substitutes.get(node, ()):
                step = Reach(1 - reach.strength * strength, reach.hops + 1, reach.length + 1, (*reach.via, target[0]))
                if target not in landed or step < landed[target]:
                    landed[target] = step
        return landed

    def _spread(self, layer: dict[Node, Reach]) -> dict[Node, Reach]:
        """Follow `implies` edges from a layer, in topological order, so that each node is settled once."""
        found = dict(layer)
        queue = self._below(sorted(layer, key=self._order.__getitem__))
        for node in sorted(queue, key=self._order.__getitem__):
            reach = found.get(node)
            if reach is None:
                continue
            for target in self._certain.successors(node):
                step = Reach(reach.loss, reach.hops, reach.length + 1, (*reach.via, target[0]))
                if target not in found or step < found[target]:
                    found[target] = step
        return found

    def _below(self, nodes: list[Node]) -> set[Node]:
        reached: set[Node] = set()
        for node in nodes:
            if node not in reached:
                reached.add(node)
                reached.update(nx.descendants(self._certain, node))
        return reached

    def reach(self, start: Node, competency: str, level: int, max_hops: int) -> Reach | None:
        """Return the best path from one holding to a competency at `level` or above; None where there is none.

        Parameters
        ----------
        start : competency and level held
        max_hops : the most substitutions on the way; 0 means "in full"
        """
        closure = self.closure(start, max_hops)
        tops = self._levels.get(competency, 0)
        found = [closure[node] for lv in range(level, tops + 1) if (node := (competency, lv)) in closure]
        return min(found) if found else None
