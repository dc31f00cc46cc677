"""Facts in a mapping, and random conditions over them: for the evaluators of rulebook and eligibility alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from hypothesis import strategies as st

from asn_flex.domain.areas import AreaTree
from asn_flex.domain.attributes import Attribute, Value
from asn_flex.rulebook.compile import operators_for
from asn_flex.rulebook.conditions import All, AnyOf, Condition, Holds, Not, Parameter, Test

TODAY = date(2026, 11, 20)
EVENTS = {"gempa": None, "banjir": "bencana", "rob": "banjir", "bencana": None}
AREAS = AreaTree({"kota": None, "utara": "kota", "selatan": "kota", "pesisir": "utara", "luar": None}, {})

KINDS = {
    "bool": Attribute("officer", "fit", "bool"),
    "int": Attribute("officer", "days", "int"),
    "number": Attribute("officer", "rest_hours", "number"),
    "text": Attribute("officer", "grade", "text"),
    "enum": Attribute("officer", "employment", "enum", values=("pns", "pppk", "cpns")),
    "date": Attribute("officer", "birth_date", "date"),
    "area": Attribute("officer", "home_area", "area"),
    "set": Attribute("officer", "speaks", "set"),
    "type": Attribute("event", "type", "text"),
}
VALUES: Mapping[str, tuple[Value, ...]] = {
    "bool": (True, False),
    "int": (0, 1, 2, -3),
    "number": (Fraction(0), Fraction(1, 10), Fraction(8), Fraction(17, 2)),
    "text": ("III/a", "III/b", "IV/a"),
    "enum": ("pns", "pppk", "cpns"),
    "date": (date(1980, 1, 1), date(1980, 1, 2), date(2000, 2, 29)),
    "area": ("kota", "utara", "selatan", "pesisir", "luar"),
    "set": (frozenset(), frozenset({"batak"}), frozenset({"batak", "minang"}), frozenset({"jawa"})),
    "type": tuple(EVENTS),
}
HOLDINGS = (("nursing", 1), ("nursing", 3), ("driving", 2))


@dataclass(frozen=True)
class World:
    """Facts by name; what is not there is unknown."""

    facts: Mapping[str, Value] = field(default_factory=dict)
    holdings: frozenset[tuple[str, int]] = frozenset()
    today: date = TODAY

    def value(self, attribute: Attribute) -> Value | None:
        return self.facts.get(attribute.key)

    def holds(self, wanted: Holds) -> bool:
        return any(name == wanted.competency and level >= wanted.level for name, level in self.holdings)

    def is_a(self, kind: str, ancestor: str) -> bool:
        step: str | None = kind
        while step is not None and step != ancestor:
            step = EVENTS[step]
        return step is not None

    def within(self, area: str, outer: str) -> bool:
        return AREAS.within(area, outer)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    facts = {}
    for kind, attribute in KINDS.items():
        value = draw(st.none() | st.sampled_from(VALUES[kind]))
        if value is not None:
            facts[attribute.key] = value
    return World(facts, draw(st.frozensets(st.sampled_from(HOLDINGS))))


@st.composite
def tests(draw: st.DrawFn) -> Condition:
    """Draw a test that the loader could have made."""
    kind = draw(st.sampled_from((*KINDS, "holds")))
    if kind == "holds":
        return Holds(draw(st.sampled_from(("nursing", "driving", "cooking"))), draw(st.integers(1, 4)))
    attribute = KINDS[kind]
    one = st.sampled_from(VALUES[kind] if kind != "set" else ("batak", "minang", "jawa", "aceh"))
    operator = draw(st.sampled_from(operators_for(attribute)))
    compare = "is_a" if kind == "type" else "within" if kind == "area" else "equal"
    if operator == "known":
        return Test(attribute, operator, draw(st.booleans()))
    if operator in {"in", "not_in", "has", "has_any"}:
        return Test(attribute, operator, tuple(draw(st.lists(one, min_size=1, max_size=3))), compare)
    if operator != "within" and draw(st.integers(0, 3)) == 0:
        start = draw(st.sampled_from((date(2020, 1, 1), TODAY, date(2026, 11, 21))))
        return Test(attribute, operator, Parameter("p", ((start, draw(one)),)), compare)
    return Test(attribute, operator, draw(one), compare)


conditions = st.recursive(
    tests(),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: All(tuple(parts)))
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts)))
        | inner.map(Not)
    ),
    max_leaves=8,
)
