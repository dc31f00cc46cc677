"""A small world, all of whose cases can be listed: what exact analyses must agree with.

Values stand for every cell that the conditions drawn here can tell apart, and some more. Areas are drawn as
every forest over two named areas, the area of the demand and the home.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import combinations, product

from hypothesis import strategies as st

from asn_flex.domain.attributes import Attribute, Value
from asn_flex.rulebook.conditions import Condition, Holds, Test, tests_in
from asn_flex.rulebook.loader import build_rulebook
from asn_flex.rulebook.model import Rulebook

BOOK = """
format: asn-flex/rules/1
pack: {id: small, version: "1"}
events: {hydromet: {}, flood: {is_a: hydromet}, quake: {}}
attributes:
  officer.languages: {type: set}
  officer.note: {type: text}
parameters:
  rest: {values: [{from: 2024-01-01, value: 8}, {from: 2026-01-01, value: 8.5}]}
measures:
  level: {observe: x, window: 6h, take: max, scope: event}
  calls: {observe: y, window: 6h, take: count, scope: event}
competencies:
  p: {levels: 3, implies: [{competency: q, level_offset: -1}]}
  q: {levels: 2}
  r: {levels: 2, substitutes: [{for: q, strength: 0.7}]}
duties:
  one: {class: life_safety, priority: 5, tags: [water], requires: [{competency: q, level: 2}]}
  two: {class: support, priority: 2, tags: [], requires: [{competency: p, level: 2, strict: true, evidence: [card]}]}
"""
DAYS = (date(2023, 5, 1), date(2025, 5, 1), date(2027, 5, 1))
NUMBERS = (Fraction(0), Fraction(4), Fraction(8), Fraction(33, 4), Fraction(17, 2), Fraction(9))
HELD = tuple(
    (name, level, evidence)
    for name, top in (("p", 3), ("q", 2), ("r", 2))
    for level in range(1, top + 1)
    for evidence in ("", "card")
)
SETS = tuple(frozenset(c) for n in range(3) for c in combinations(("x", "y"), n))
TREE = ("A", "B", "here", "home")


@cache
def forests() -> tuple[dict[str, str | None], ...]:
    found = []
    for parents in product((None, *TREE), repeat=len(TREE)):
        tree = dict(zip(TREE, parents, strict=True))
        if all(_ends(tree, node) for node in TREE):
            found.append(tree)
    return tuple(found)


def _ends(tree: dict[str, str | None], node: str) -> bool:
    seen = set()
    step: str | None = node
    while step is not None:
        if step in seen:
            return False
        seen.add(step)
        step = tree[step]
    return True


@dataclass(frozen=True)
class Listed:
    """One case of the list."""

    today: date
    facts: dict[str, Value | None]
    held: tuple[tuple[str, int, str], ...]
    tree: dict[str, str | None]
    duty: str

    def value(self, attribute: Attribute) -> Value | None:
        if attribute.scope == "duty":
            entry = book().duties[self.duty]
            return {"id": self.duty, "tags": frozenset(entry.tags), "priority": entry.priority, "class": entry.class_}[
                attribute.name
            ]
        return self.facts.get(attribute.key, attribute.missing)

    def holds(self, wanted: Holds) -> bool:
        return any(
            level >= wanted.level + (0 if name == wanted.competency else 1)
            for name, level, evidence in self.held
            if name == wanted.competency or (name, wanted.competency) == ("p", "q")
            if not wanted.evidence or evidence in wanted.evidence
        )

    def is_a(self, kind: str, ancestor: str) -> bool:
        return book().is_a(kind, ancestor)

    def within(self, area: str, outer: str) -> bool:
        step: str | None = area
        while step is not None:
            if step == outer:
                return True
            step = self.tree[step]
        return False


@cache
def book() -> Rulebook:
    return build_rulebook({"small.yaml": BOOK.encode()})


def cases_for(*conditions: Condition) -> Iterator[Listed]:
    """List every case, as far as the conditions ask."""
    tests = [test for condition in conditions for test in tests_in(condition)]
    asked = {t.attribute.key for t in tests if isinstance(t, Test)}
    ways: list[list[dict[str, object]]] = [[{"today": d} for d in DAYS], [{"duty": d} for d in ("one", "two")]]
    options: dict[str, tuple[Value | None, ...]] = {
        "event.severity": (None, 1, 2, 3, 4, 5), "event.type": ("hydromet", "flood", "quake"),
        "officer.fit": (None, False, True), "officer.rest_hours": (None, *NUMBERS), "officer.hours_7d": NUMBERS,
        "measure.level": (None, *NUMBERS), "measure.calls": (0, 1, 2, 3), "unit.tags": SETS,
        "officer.languages": (None, *SETS), "officer.note": (None, "a", "b", "c"), "unit.id": ("u", "v", "w"),
        "officer.sex": (None, "f", "m"),
    }  # fmt: skip
    for key, values in options.items():
        if key in asked or (key == "unit.id" and "officer.unit" in asked):
            ways.append([{key: value} for value in values])
    if asked & {"area.id", "officer.home_area", "pair.same_area", "officer.home_flooded"}:
        ways.append([{"tree": tree, "home": home} for tree in forests() for home in (None, "home")])
    if "officer.home_flooded" in asked:
        ways.append([{"flooded": value} for value in (False, True)])
    if any(isinstance(test, Holds) for test in tests):
        ways.append([{"held": held} for n in range(3) for held in combinations(HELD, n)])
    for parts in product(*ways):
        yield _listed({key: value for part in parts for key, value in part.items()})


def _listed(chosen: dict[str, object]) -> Listed:
    facts = {key: value for key, value in chosen.items() if "." in key}
    if "unit.id" in facts:
        facts["officer.unit"] = facts["unit.id"]
    tree = chosen.get("tree", dict.fromkeys(TREE))
    home = chosen.get("home")
    facts["area.id"], facts["officer.home_area"] = "here", home
    case = Listed(chosen["today"], facts, chosen.get("held", ()), tree, chosen["duty"])  # type: ignore[arg-type]
    facts["pair.same_area"] = None if home is None else case.within("home", "here")
    facts["officer.home_flooded"] = None if home is None else chosen.get("flooded", False)
    return case


_A = book().attributes


def _tests(key: str, operators: list[str], operands) -> st.SearchStrategy[Condition]:
    attribute = _A[key]
    compare = "is_a" if key == "event.type" else "within" if attribute.kind == "area" else "equal"

    def make(operator: str, operand):
        if operator == "known":
            return Test(attribute, "known", operand == operands[0], compare)
        many = operator in {"in", "not_in", "has", "has_any"}
        return Test(attribute, operator, tuple(operand) if many else operand[0], compare)  # type: ignore[arg-type]

    lists = st.lists(st.sampled_from(operands), min_size=1, max_size=2, unique=True)
    return st.builds(
        lambda op, many: Test(attribute, op, len(many) == 1, compare) if op == "known" else make(op, many),
        st.sampled_from(operators),
        lists,
    )


ORDER = ["eq", "ne", "gt", "gte", "lt", "lte", "in", "not_in", "known"]
SAME = ["eq", "ne", "in", "not_in", "known"]
HALVES = [Fraction(8), Fraction(17, 2)]
REST = (
    build_rulebook(
        {
            "small.yaml": BOOK.encode(),
            "more.yaml": b"""format: asn-flex/rules/1
rules:
  - {id: L, kind: limit, must: {officer.rest_hours: {gte: {param: rest}}}}
""",
        }
    )
    .rules[0]
    .must
)  # type: ignore[union-attr]
SITUATION = st.one_of(
    _tests("event.severity", ORDER, [2, 4]),
    _tests("event.type", SAME, ["flood", "hydromet", "quake"]),
    _tests("measure.level", ORDER, HALVES),
    _tests("measure.calls", ORDER, [Fraction(1), Fraction(3, 2)]),
    _tests("area.id", [*SAME, "within"], ["A", "B"]),
    _tests("duty.tags", ["has", "known"], ["water", "dry"]),
    _tests("duty.priority", ORDER, [2, 4]),
    _tests("duty.id", SAME, ["one", "two"]),
)
PERSON = st.one_of(
    _tests("officer.fit", ["eq", "ne", "known"], [True, False]),
    _tests("officer.rest_hours", ORDER, HALVES),
    _tests("officer.hours_7d", ORDER, [Fraction(0), Fraction(8)]),
    st.just(REST),
    _tests("unit.tags", ["has", "has_any", "known"], ["x", "y"]),
    _tests("officer.languages", ["has", "has_any", "known"], ["x", "y"]),
    _tests("officer.note", SAME, ["a", "b"]),
    _tests("unit.id", SAME, ["u", "v"]),
    _tests("officer.unit", SAME, ["u", "v"]),
    _tests("officer.home_area", [*SAME, "within"], ["A", "B"]),
    _tests("pair.same_area", ["eq", "ne", "known"], [True, False]),
    _tests("officer.home_flooded", ["eq", "ne", "known"], [True, False]),
    st.builds(Holds, st.sampled_from(["p", "q"]), st.integers(1, 2), st.sampled_from([(), ("card",)])),
)
