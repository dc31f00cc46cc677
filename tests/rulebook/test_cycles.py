"""Circles are found once, shortest and whole, however entangled the links are."""

from __future__ import annotations

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from asn_flex.rulebook.cycles import find_cycles, shown_cycle

names = st.sampled_from("abcdefg")


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(names, st.lists(names, max_size=4)))
def test_each_knot_gives_its_shortest_cycle_through_its_smallest_member(links: dict[str, list[str]]) -> None:
    graph = nx.DiGraph([(a, b) for a, targets in links.items() for b in targets])
    knots = [k for k in nx.strongly_connected_components(graph) if len(k) > 1 or any(graph.has_edge(n, n) for n in k)]
    found = find_cycles(links)
    assert [cycle[0] for cycle in found] == sorted(min(k) for k in knots)
    for cycle in found:
        assert all(b in links[a] for a, b in zip(cycle, (*cycle[1:], cycle[0]), strict=True))
        start = cycle[0]
        ways = (nx.shortest_path_length(graph, b, start) + 1 for b in links[start] if nx.has_path(graph, b, start))
        assert len(cycle) == min(ways)


def test_order_of_links_does_not_matter() -> None:
    links = {"b": ["c", "a"], "a": ["b"], "c": ["a"], "e": ["d"], "d": ["e"]}
    again = {name: targets[::-1] for name, targets in reversed(links.items())}
    assert find_cycles(links) == find_cycles(again) == [("a", "b"), ("d", "e")]


def test_a_chain_of_any_length_costs_no_stack() -> None:
    chain = {f"n{i:06d}": [f"n{i + 1:06d}"] for i in range(20_000)}
    assert find_cycles(chain) == []
    (cycle,) = find_cycles({**chain, "n020000": ["n000000"]})
    assert len(cycle) == 20_001
    assert shown_cycle(cycle).endswith("… (20001) → `n000000`")
