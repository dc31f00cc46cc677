"""The plain path search (semantics §7.1, §7.2)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from asn_flex.rulebook.schema import Competency, Implies, Substitutes
from asn_flex.verify.competence import Graph, Holding, Holdings

DAY = date(2026, 11, 20)


def substitutes(other: str, strength: str, offset: int = 0) -> Substitutes:
    return Substitutes.model_validate({"for": other, "strength": Fraction(strength), "level_offset": offset})


def implies(other: str, offset: int = 0) -> Implies:
    return Implies.model_validate({"competency": other, "level_offset": offset})


def holding(competency: str, level: int, *evidence: str, until: date | None = None) -> Holding:
    return Holding(competency, level, frozenset(evidence), until)


GRAPH = Graph(
    {
        "a": Competency(substitutes=(substitutes("b", "0.5"), substitutes("c", "0.9"))),
        "b": Competency(levels=3, substitutes=(substitutes("a", "0.9"),)),
        "c": Competency(implies=(implies("d", -1),), substitutes=(substitutes("b", "0.8"),)),
        "d": Competency(),
    },
    max_hops=3,
)


def test_stronger_path_over_more_hops_wins_where_hops_allow() -> None:
    held = Holdings(GRAPH, (holding("a", 2),))
    two = held.reach("b", 2, 2, (), DAY)
    assert two is not None
    assert (two.strength, two.hops, two.via) == (Fraction("0.72"), 2, ("a", "c", "b"))
    one = held.reach("b", 2, 1, (), DAY)
    assert one is not None
    assert (one.strength, one.via) == (Fraction("0.5"), ("a", "b"))
    assert held.reach("b", 2, 0, (), DAY) is None


def test_level_is_cut_at_the_scale_and_lost_below_one() -> None:
    assert Holdings(GRAPH, (holding("a", 5),)).reach("b", 4, 3, (), DAY) is None
    assert Holdings(GRAPH, (holding("c", 1),)).reach("d", 1, 0, (), DAY) is None
    assert Holdings(GRAPH, (holding("c", 2),)).reach("d", 1, 0, (), DAY) is not None


def test_circle_of_substitutes_ends() -> None:
    held = Holdings(GRAPH, (holding("b", 3),))
    back = held.reach("b", 3, 3, (), DAY)
    assert back is not None
    assert back.via == ("b",)


def test_evidence_and_validity_are_those_of_the_first_holding() -> None:
    held = Holdings(GRAPH, (holding("a", 2, "training"), holding("a", 1, "certificate", until=DAY)))
    assert held.reach("a", 2, 0, ("certificate",), DAY) is None
    assert held.reach("a", 1, 0, ("certificate", "diploma"), DAY) is not None
    assert held.reach("a", 1, 0, ("certificate",), date(2026, 11, 21)) is None


def test_competency_outside_the_rulebook_leads_nowhere() -> None:
    assert Holdings(GRAPH, (holding("z", 5),)).reach("a", 1, 3, (), DAY) is None
