"""The closure of the competency graph against a plain search over all paths (semantics §7.2)."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from asn_flex.competency.graph import CompetencyGraph, Reach
from asn_flex.rulebook.schema import Competency, Implies, Substitutes

NAMES = "abcd"


@st.composite
def graphs(draw) -> dict[str, Competency]:
    entries = {}
    for i, name in enumerate(NAMES):
        implies = tuple(
            Implies(competency=other, level_offset=draw(st.integers(-2, 0)))
            for other in NAMES[i + 1 :]
            if draw(st.booleans())
        )
        substitutes = tuple(
            Substitutes(
                for_=other,
                strength=Fraction(draw(st.sampled_from([3, 5, 7, 9])), 10),
                level_offset=draw(st.integers(-2, 0)),
            )
            for other in NAMES
            if other != name and draw(st.booleans())
        )
        entries[name] = Competency(levels=draw(st.integers(1, 4)), implies=implies, substitutes=substitutes)
    return entries


def all_paths(entries: dict[str, Competency], node: tuple[str, int], max_hops: int, trail: Reach):
    """Yield every path from a node, without bounds other than the hops (implies cannot turn in circles)."""
    yield node, trail
    name, level = node
    steps = [(e.competency, e.level_offset, Fraction(1), 0) for e in entries[name].implies]
    steps += [(e.for_, e.level_offset, e.strength, 1) for e in entries[name].substitutes]
    for target, offset, strength, hop in steps:
        if level + offset < 1 or trail.hops + hop > max_hops:
            continue
        landed = (target, min(level + offset, entries[target].levels))
        step = Reach(1 - trail.strength * strength, trail.hops + hop, trail.length + 1, (*trail.via, target))
        yield from all_paths(entries, landed, max_hops, step)


@settings(max_examples=60, deadline=None, database=None)
@given(entries=graphs(), start=st.sampled_from(NAMES), hops=st.integers(0, 2))
def test_reach_is_the_best_of_all_paths(entries: dict[str, Competency], start: str, hops: int) -> None:
    graph = CompetencyGraph(entries)
    for held in range(1, entries[start].levels + 1):
        paths = list(all_paths(entries, (start, held), hops, Reach(Fraction(0), 0, 0, (start,))))
        for target in NAMES:
            for level in range(1, entries[target].levels + 1):
                fitting = [reach for (name, at), reach in paths if name == target and at >= level]
                assert graph.reach((start, held), target, level, hops) == min(fitting, default=None)


def test_holding_below_the_requirement_reaches_nothing() -> None:
    graph = CompetencyGraph({"a": Competency(levels=3)})
    assert graph.reach(("a", 1), "a", 2, 0) is None
    assert graph.reach(("a", 3), "a", 2, 0) == Reach(Fraction(0), 0, 0, ("a",))
