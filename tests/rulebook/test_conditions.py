"""What a condition is worth: each operator true, false and unknown; Kleene's laws; the facts that are missing (§4)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings

from asn_flex.rulebook.compile import WHO, LoadContext, compile_condition
from asn_flex.rulebook.conditions import (
    ALWAYS,
    All,
    AnyOf,
    Condition,
    Holds,
    Not,
    Parameter,
    Test,
    attributes_in,
    evaluate,
    unknown_facts,
)
from asn_flex.rulebook.conditions import (
    tests_in as parts_of,
)
from asn_flex.rulebook.tree import parse_yaml

from .worlds import KINDS, TODAY, World, conditions, worlds

QUICK = settings(max_examples=150, deadline=None)
DOMAIN = {a.key: a for a in KINDS.values()}


def a_test(kind: str, operator: str, operand: object) -> Test:
    compare = "is_a" if kind == "type" else "within" if kind == "area" else "equal"
    return Test(KINDS[kind], operator, operand, compare)  # type: ignore[arg-type]


DAY = date(1980, 1, 1)
SOON = Parameter("p", ((date(2027, 1, 1), Fraction(8)),))
# kind, operator, operand, a value for which it is true, a value for which it is false
OPERATORS = [
    ("bool", "eq", True, True, False),
    ("bool", "ne", True, False, True),
    ("number", "eq", Fraction(1, 10), Fraction(1, 10), Fraction(3, 10)),
    ("number", "ne", Fraction(8), Fraction(7), Fraction(8)),
    ("number", "gt", Fraction(8), Fraction(81, 10), Fraction(8)),
    ("number", "gte", Fraction(8), Fraction(8), Fraction(79, 10)),
    ("number", "lt", Fraction(8), Fraction(79, 10), Fraction(8)),
    ("number", "lte", Fraction(8), Fraction(8), Fraction(81, 10)),
    ("int", "in", (1, 2), 2, 3),
    ("int", "not_in", (1, 2), 3, 2),
    ("int", "gte", 2, 2, 1),
    ("date", "lt", DAY, date(1979, 12, 31), DAY),
    ("date", "gte", DAY, DAY, date(1979, 12, 31)),
    ("text", "eq", "III/a", "III/a", "III/A"),
    ("enum", "in", ("pns", "cpns"), "cpns", "pppk"),
    ("enum", "not_in", ("pns", "cpns"), "pppk", "pns"),
    ("area", "within", "utara", "pesisir", "kota"),
    ("area", "eq", "utara", "pesisir", "kota"),
    ("area", "ne", "utara", "kota", "pesisir"),
    ("area", "in", ("selatan", "utara"), "utara", "luar"),
    ("area", "not_in", ("selatan", "utara"), "kota", "pesisir"),
    ("set", "has", ("batak", "minang"), frozenset({"batak", "minang", "x"}), frozenset({"batak"})),
    ("set", "has_any", ("batak", "minang"), frozenset({"minang"}), frozenset()),
    ("type", "eq", "banjir", "rob", "bencana"),
    ("type", "ne", "banjir", "gempa", "rob"),
    ("type", "in", ("gempa", "banjir"), "rob", "bencana"),
    ("type", "not_in", ("gempa", "banjir"), "bencana", "rob"),
    (
        "number",
        "gte",
        Parameter("p", ((date(2020, 1, 1), Fraction(9)), (TODAY, Fraction(8)))),
        Fraction(8),
        Fraction(7),
    ),
]


@pytest.mark.parametrize(("kind", "operator", "operand", "yes", "no"), OPERATORS)
def test_operator_is_true_false_and_unknown(kind, operator, operand, yes, no) -> None:
    test = a_test(kind, operator, operand)
    key = KINDS[kind].key
    assert [evaluate(test, World({key: value})) for value in (yes, no)] == [True, False]
    assert evaluate(test, World()) is None
    assert unknown_facts(test, World()) == (key,)
    assert unknown_facts(test, World({key: no})) == ()


def test_known_and_holds_are_never_unknown() -> None:
    known, absent = a_test("bool", "known", True), a_test("bool", "known", False)
    assert [evaluate(known, World()), evaluate(absent, World())] == [False, True]
    assert [evaluate(c, World({"officer.fit": False})) for c in (known, absent)] == [True, False]
    assert evaluate(Holds("nursing"), World()) is False
    assert evaluate(Holds("nursing", 3), World(holdings=frozenset({("nursing", 3)}))) is True


def test_parameter_without_a_value_yet_is_the_missing_fact() -> None:
    test = a_test("number", "gte", SOON)
    known = World({"officer.rest_hours": Fraction(9)})
    assert evaluate(test, known) is None
    assert unknown_facts(test, known) == ("param.p",)
    assert unknown_facts(test, World()) == ("officer.rest_hours", "param.p")


def test_only_the_unknown_tests_of_unknown_parts_are_missing() -> None:
    fit, rest, grade = a_test("bool", "eq", True), a_test("number", "gte", Fraction(8)), a_test("text", "eq", "x")
    # One false part decides an `all`, one true part an `any`: nothing is missing.
    assert unknown_facts(All((fit, rest)), World({"officer.fit": False})) == ()
    assert unknown_facts(AnyOf((fit, rest)), World({"officer.fit": True})) == ()
    # The inner `any` is decided, so its unknown test is no question.
    inner = AnyOf((a_test("bool", "eq", True), grade))
    assert unknown_facts(All((inner, rest)), World({"officer.fit": True})) == ("officer.rest_hours",)
    assert unknown_facts(Not(All((fit, rest, grade))), World({"officer.fit": True})) == (
        "officer.grade", "officer.rest_hours",
    )  # fmt: skip
    assert unknown_facts(All((fit, fit)), World()) == ("officer.fit",)


def atom(value: bool | None, name: str) -> tuple[Condition, dict[str, bool]]:
    from asn_flex.domain.attributes import Attribute

    attribute = Attribute("officer", name, "bool")
    return Test(attribute, "eq", True), ({} if value is None else {attribute.key: value})


@pytest.mark.parametrize(("a", "b"), list(product([True, False, None], repeat=2)))
def test_tables_of_kleene(a: bool | None, b: bool | None) -> None:
    (left, one), (right, two) = atom(a, "a"), atom(b, "b")
    world = World({**one, **two})
    both = False if False in (a, b) else None if None in (a, b) else True
    either = True if True in (a, b) else None if None in (a, b) else False
    assert evaluate(All((left, right)), world) is both
    assert evaluate(AnyOf((left, right)), world) is either
    assert evaluate(Not(left), world) is (None if a is None else not a)


def test_nothing_to_ask_is_true() -> None:
    assert evaluate(ALWAYS, World()) is True
    assert evaluate(AnyOf(()), World()) is False


@QUICK
@given(conditions, conditions, worlds())
def test_laws_of_kleene(a: Condition, b: Condition, world: World) -> None:
    def worth(condition: Condition) -> bool | None:
        return evaluate(condition, world)

    assert worth(Not(Not(a))) is worth(a)
    assert worth(Not(All((a, b)))) is worth(AnyOf((Not(a), Not(b))))
    assert worth(Not(AnyOf((a, b)))) is worth(All((Not(a), Not(b))))
    assert worth(All((a, b))) is worth(All((b, a)))
    assert worth(All((a, a))) is worth(a)
    assert worth(AnyOf((a, All((a, b))))) is worth(a)
    assert worth(All((a, ALWAYS))) is worth(a)


@QUICK
@given(conditions, worlds(), worlds())
def test_learning_more_never_takes_back_what_was_decided(condition: Condition, world: World, other: World) -> None:
    """Kleene's logic is monotone, but for `known`, which asks about ignorance itself."""
    if any(isinstance(t, Test) and t.operator == "known" for t in parts_of(condition)):
        return
    more = World({**other.facts, **world.facts}, world.holdings)
    before = evaluate(condition, world)
    assert before is None or evaluate(condition, more) is before


@QUICK
@given(conditions, worlds())
def test_facts_are_missing_where_and_only_where_they_decide(condition: Condition, world: World) -> None:
    missing = unknown_facts(condition, world)
    assert bool(missing) is (evaluate(condition, world) is None)
    assert list(missing) == sorted(set(missing))
    asked = attributes_in(condition)
    assert all(name in asked and name not in world.facts for name in missing if not name.startswith("param."))


def compiled(text: str) -> Condition:
    tree, found = parse_yaml(text, "x")
    context = LoadContext(attributes=DOMAIN, levels={"nursing": 5})
    assert tree is not None
    condition = compile_condition(tree, WHO, context)
    assert [*found, *context.found] == []
    return condition


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        pytest.param("{}", ALWAYS, id="empty"),
        pytest.param("{officer.fit: true}", a_test("bool", "eq", True), id="bare_value"),
        pytest.param("{officer.grade: {in: [III/a, 010]}}", a_test("text", "in", ("III/a", "010")), id="as_written"),
        pytest.param("{officer.home_area: 12.10}", a_test("area", "eq", "12.10"), id="area_is_its_source"),
        pytest.param("{officer.rest_hours: {gte: 0.10}}", a_test("number", "gte", Fraction(1, 10)), id="exact_decimal"),
        pytest.param("{officer.days: {eq: 010}}", a_test("int", "eq", 10), id="leading_zero"),
        pytest.param("{holds: {competency: nursing}}", Holds("nursing", 1), id="holds"),
        pytest.param(
            "{holds: {competency: nursing, level: 2, evidence: [str, a, a]}}", Holds("nursing", 2, ("a", "str")),
            id="evidence",
        ),
        pytest.param("{holds: {competency: nursing, evidence: str}}", Holds("nursing", 1, ("str",)), id="one_evidence"),
        pytest.param(
            "{officer.days: {gte: 1, lt: 3}, not: {officer.fit: true}}",
            All((All((a_test("int", "gte", 1), a_test("int", "lt", 3))), Not(a_test("bool", "eq", True)))),
            id="all_entries",
        ),
        pytest.param(
            "{any: [{officer.fit: true}, {all: [{officer.days: 1}]}]}",
            AnyOf((a_test("bool", "eq", True), All((a_test("int", "eq", 1),)))), id="any_and_all",
        ),
        pytest.param("{officer.speaks: {has: [batak]}}", a_test("set", "has", ("batak",)), id="set"),
        pytest.param("{officer.fit: {known: false}}", a_test("bool", "known", False), id="known"),
    ],
)  # fmt: skip
def test_condition_means_what_it_says(text: str, meaning: Condition) -> None:
    assert compiled(text) == meaning
