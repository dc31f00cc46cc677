"""durable_rules and the plain evaluator give the same three values for every condition (semantics §4.3, §11)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asn_flex.domain.attributes import Attribute, Value
from asn_flex.rulebook.conditions import ALWAYS, All, AnyOf, Condition, Holds, Not, Parameter, Test
from asn_flex.situation import durable as durable_module
from asn_flex.situation.durable import DurableEngine
from asn_flex.situation.engine import Asked, Program, Scope
from asn_flex.situation.plain import PlainEngine

from .known import AREAS, KINDS, TODAY, Known, needs_durable

TEXTS = ("a", "b", "ü ' \" \\ \n", "")
TAGS = ("x", "y", "z")

NUMBERS = st.one_of(
    st.integers(-3, 3), st.sampled_from([Fraction(1, 3), Fraction(3333, 10000), Fraction(10**18), Fraction(-1, 10**18)])
)
WHOLE = st.one_of(st.integers(-3, 3), st.just(2**70))
DAYS = st.dates(date(2026, 11, 18), date(2026, 11, 22))
VALUES: dict[Attribute, st.SearchStrategy[Any]] = {
    Attribute("event", "severity", "int"): WHOLE,
    Attribute("event", "rain", "number"): NUMBERS,
    Attribute("measure", "river", "number"): NUMBERS.map(Fraction),
    Attribute("event", "day", "date"): DAYS,
    Attribute("event", "open", "bool"): st.booleans(),
    Attribute("event", "word", "text"): st.sampled_from(TEXTS),
    Attribute("event", "phase", "enum", values=("a", "b")): st.sampled_from(["a", "b"]),
    Attribute("event", "type", "text"): st.sampled_from(sorted(KINDS)),
    Attribute("area", "id", "area"): st.sampled_from(sorted(AREAS)),
    Attribute("duty", "tags", "set"): st.frozensets(st.sampled_from(TAGS)),
}
BY_KEY = {attribute.key: attribute for attribute in VALUES}


@st.composite
def single(draw: st.DrawFn) -> Test:
    attribute = draw(st.sampled_from(sorted(VALUES, key=lambda a: a.key)))
    values = VALUES[attribute]
    compare = "is_a" if attribute.key == "event.type" else "within" if attribute.kind == "area" else "equal"
    operators = ["known", "eq", "ne", "in", "not_in"]
    if attribute.kind in {"int", "number", "date"}:
        operators += ["gt", "gte", "lt", "lte"] * 2
    if attribute.kind == "area":
        operators.append("within")
    if attribute.kind == "bool":
        operators = ["known", "eq", "ne"]
    if attribute.kind == "set":
        operators, values = ["known", "has", "has_any"], st.sampled_from(TAGS)
    operator = draw(st.sampled_from(operators))
    if operator == "known":
        operand: Any = draw(st.booleans())
    elif operator in {"in", "not_in", "has", "has_any"}:
        operand = tuple(draw(st.lists(values, min_size=1, max_size=3)))
    elif operator != "within" and draw(st.integers(0, 5)) == 0:
        operand = Parameter("p", ((draw(st.sampled_from([date(2026, 1, 1), date(2027, 1, 1)])), draw(values)),))
    else:
        operand = draw(values)
    return Test(attribute, operator, operand, compare)


def grown(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    parts = st.one_of(st.lists(inner, min_size=1, max_size=4), st.lists(single(), min_size=6, max_size=14)).map(tuple)
    return st.one_of(inner.map(Not), parts.map(All), parts.map(AnyOf))


CONDITIONS = st.one_of(st.just(ALWAYS), st.recursive(single(), grown, max_leaves=25))
FACTS = st.fixed_dictionaries({}, optional={a.key: values for a, values in VALUES.items()}).map(Known)


@pytest.fixture(scope="module")
def durable() -> Iterator[DurableEngine]:
    with DurableEngine() as engine:
        yield engine


@needs_durable
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    conditions=st.lists(st.tuples(CONDITIONS, st.booleans()), min_size=5, max_size=15),
    known=st.lists(FACTS, min_size=5, max_size=15),
)
def test_both_engines_give_the_same_three_values(
    durable: DurableEngine, conditions: list[tuple[Condition, bool]], known: list[Known]
) -> None:
    asked = {f"R-{n}": Asked(condition, three_valued=three) for n, (condition, three) in enumerate(conditions)}
    program = Program(asked, TODAY)
    scopes = [Scope(facts, tuple(asked)[n % 3 :]) for n, facts in enumerate(known)]
    assert durable.evaluate(program, scopes) == PlainEngine().evaluate(program, scopes)


def flag(name: str, number: int) -> Test:
    return Test(Attribute("event", f"{name}{number}", "bool"), "eq", operand=True)


@needs_durable
@pytest.mark.parametrize(
    "condition",
    [
        pytest.param(AnyOf(tuple(Test(BY_KEY["event.severity"], "eq", n) for n in range(1000))), id="any of 1000"),
        pytest.param(All(tuple(Test(BY_KEY["event.severity"], "ne", n) for n in range(1000))), id="all of 1000"),
        pytest.param(Test(BY_KEY["event.severity"], "in", tuple(range(1000))), id="in 1000"),
        pytest.param(AnyOf(tuple(flag("a", n) for n in range(300))), id="300 facts"),
        pytest.param(
            All(tuple(AnyOf((flag("a", n), flag("b", n), flag("c", n))) for n in range(12))), id="3 to the 12th ways"
        ),
    ],
)
def test_conditions_far_beyond_the_limits_of_durable_rules_agree(durable: DurableEngine, condition: Condition) -> None:
    program = Program({"R": Asked(condition)}, TODAY)
    known: list[dict[str, Value]] = [{}, {"event.severity": 7}, {"event.severity": 7000}]
    known += [{f"event.{name}{n}": truth for name in "abc" for n in range(300)} for truth in (True, False)]
    known += [{f"event.a{n}": n == 5 for n in range(300)}, {f"event.a{n}": False for n in range(299)}]
    known += [{f"event.{name}{n}": False for name in "abc" for n in range(300) if (name, n) != ("b", 4)}]
    scopes = [Scope(Known(values), ("R",)) for values in known]
    assert durable.evaluate(program, scopes) == PlainEngine().evaluate(program, scopes)


@needs_durable
def test_three_hundred_rules_with_one_and_the_same_condition_agree(durable: DurableEngine) -> None:
    # durable_rules writes beyond its memory where more than 256 rules end in the same test.
    test = Test(BY_KEY["event.severity"], "gte", 3)
    program = Program({f"R-{n:03d}": Asked(test) for n in range(300)}, TODAY)
    scopes = [Scope(Known({"event.severity": n}), tuple(program.conditions)) for n in (2, 3)]
    assert durable.evaluate(program, scopes) == PlainEngine().evaluate(program, scopes)


@needs_durable
def test_a_hundred_different_tests_that_all_match_agree(durable: DurableEngine) -> None:
    # durable_rules follows at most 64 branches of one fact (error 303).
    program = Program({f"R-{n:03d}": Asked(Test(BY_KEY["event.rain"], "gt", n)) for n in range(100)}, TODAY)
    scopes = [Scope(Known({"event.rain": Fraction(n)}), tuple(program.conditions)) for n in (-1, 50, 1000)]
    assert durable.evaluate(program, scopes) == PlainEngine().evaluate(program, scopes)


@needs_durable
def test_facts_beyond_one_request_agree(durable: DurableEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable_module, "_FACTS_PER_SID", 3)
    monkeypatch.setattr(durable_module, "_FACTS_PER_REQUEST", 7)
    program = Program({f"R-{n}": Asked(Test(BY_KEY["event.rain"], "gte", n)) for n in range(40)}, TODAY)
    scopes = [Scope(Known({"event.rain": Fraction(n, 2)}), tuple(program.conditions)) for n in range(80)]
    assert durable.evaluate(program, scopes) == PlainEngine().evaluate(program, scopes)


@needs_durable
def test_more_conditions_of_one_shape_than_a_ruleset_takes_sids_agree(durable: DurableEngine) -> None:
    # 1 200 facts are asked in one way, so they share patterns; durable_rules takes 1 023 sids for each ruleset.
    program = Program({f"R-{n}": Asked(flag("z", n)) for n in range(1200)}, TODAY)
    scopes = [Scope(Known({f"event.z{n}": n % 3 == 0 for n in range(0, 1200, 2)}), tuple(program.conditions))]
    for _ in range(2):
        assert durable.evaluate(program, scopes) == PlainEngine().evaluate(program, scopes)


@needs_durable
def test_who_conditions_that_a_program_may_hold_agree(durable: DurableEngine) -> None:
    # The loader lets no `holds` into a `when`; a program built in code may have one.
    program = Program({"R": Asked(Not(Holds("nursing", 3)))}, TODAY)
    assert durable.evaluate(program, [Scope(Known(), ("R",))]) == [{"R": True}]


@needs_durable
def test_permissive_rules_are_told_false_where_facts_leave_them_open(durable: DurableEngine) -> None:
    test = Test(BY_KEY["event.severity"], "gte", 3)
    program = Program({"P": Asked(test, three_valued=False), "R": Asked(test)}, TODAY)
    scopes = [Scope(Known({}), ("P", "R"))]
    assert durable.evaluate(program, scopes) == [{"P": False, "R": None}]
    assert PlainEngine().evaluate(program, scopes) == [{"P": False, "R": None}]
