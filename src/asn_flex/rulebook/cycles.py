"""Circles among entries that build on each other: one for every knot, the shortest through its smallest member."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping

_SHOWN = 12


def find_cycles(links: Mapping[str, Iterable[str]]) -> list[tuple[str, ...]]:
    """Return one cycle for every strongly connected knot, in order of their smallest members.

    Time and memory grow with the number of links, however entangled they are (Tarjan; doi:10.1137/0201010).

    Examples
    --------
    >>> find_cycles({"a": ["b"], "b": ["c", "a"], "c": ["a"], "d": ["d"], "e": ["a"]})
    [('a', 'b'), ('d',)]
    """
    graph = {node: sorted(set(targets)) for node, targets in links.items()}
    return sorted(_shortest_cycle(graph, knot) for knot in _knots(graph))


def shown_cycle(cycle: tuple[str, ...]) -> str:
    """Return the cycle as people read it; a very long one in part."""
    steps = [f"`{step}`" for step in cycle]
    if len(steps) > _SHOWN:
        steps[_SHOWN:] = [f"… ({len(cycle)})"]
    return " → ".join((*steps, steps[0]))


def _knots(graph: Mapping[str, list[str]]) -> Iterator[frozenset[str]]:
    """Yield the strongly connected components that hold a cycle, without recursion."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    waiting: list[str] = []
    is_waiting: set[str] = set()
    for root in sorted(graph):
        if root in order:
            continue
        path: list[tuple[str, Iterator[str]]] = []
        step: str | None = root
        while step is not None or path:
            if step is not None:
                order[step] = low[step] = len(order)
                waiting.append(step)
                is_waiting.add(step)
                path.append((step, iter(graph.get(step, ()))))
            node, targets = path[-1]
            step = next((t for t in targets if _is_new(node, t, order, low, is_waiting)), None)
            if step is not None:
                continue
            path.pop()
            if path:
                low[path[-1][0]] = min(low[path[-1][0]], low[node])
            if low[node] == order[node]:
                members = [waiting.pop()]
                while members[-1] != node:
                    members.append(waiting.pop())
                knot = frozenset(members)
                is_waiting -= knot
                if len(knot) > 1 or node in graph.get(node, ()):
                    yield knot


def _is_new(node: str, target: str, order: Mapping[str, int], low: dict[str, int], is_waiting: set[str]) -> bool:
    if target not in order:
        return True
    if target in is_waiting:
        low[node] = min(low[node], order[target])
    return False


def _shortest_cycle(graph: Mapping[str, list[str]], knot: frozenset[str]) -> tuple[str, ...]:
    start = min(knot)
    before: dict[str, str] = {}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for target in graph.get(node, ()):
            if target == start:
                line = [node]
                while line[-1] != start:
                    line.append(before[line[-1]])
                return tuple(reversed(line))
            if target in knot and target not in before:
                before[target] = node
                queue.append(target)
    raise AssertionError("a knot without a cycle")  # pragma: no cover - strongly connected by construction
