"""Conditions become small patterns that mean the same (semantics §4.3, §11)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from asn_flex.domain.attributes import Attribute, Value
from asn_flex.errors import EngineError
from asn_flex.rulebook.conditions import ALWAYS, All, AnyOf, Condition, Not, Parameter, Test
from asn_flex.situation.engine import Asked, Program
from asn_flex.situation.patterns import MAX_CLAUSES, MAX_PROPERTIES, Patterns, compile_program
from asn_flex.situation.shards import MAX_PATTERNS, Shard, check_names, fnv1_hash, make_shards

from .known import SEVERITY, TODAY, Known

RAIN = Attribute("event", "rain", "number")
WORD = Attribute("event", "word", "text")
DAY = Attribute("event", "day", "date")
OPEN = Attribute("event", "open", "bool")
TAGS = Attribute("duty", "tags", "set")


def compiled(*conditions: Condition, three_valued: bool = True) -> Patterns:
    asked = {f"R{n}": Asked(condition, three_valued=three_valued) for n, condition in enumerate(conditions)}
    return compile_program(Program(asked, TODAY))


def only_shard(*conditions: Condition, three_valued: bool = True) -> Shard:
    (shard,) = make_shards(compiled(*conditions, three_valued=three_valued))
    return shard


def fact(shard: Shard, **values: Value) -> dict[str, int | str]:
    return dict(shard.encode(Known({f"event.{name}": value for name, value in values.items()}), {}))


@pytest.mark.parametrize(
    ("operator", "yes", "no"),
    [
        ("eq", ("n0", "eq", 1), ("n0", "neq", 1)),
        ("ne", ("n0", "neq", 1), ("n0", "eq", 1)),
        ("gt", ("n0", "gte", 2), ("n0", "lte", 1)),
        ("gte", ("n0", "gte", 1), ("n0", "lte", 0)),
        ("lt", ("n0", "lte", 0), ("n0", "gte", 1)),
        ("lte", ("n0", "lte", 1), ("n0", "gte", 2)),
    ],
)
def test_a_number_is_compared_by_its_rank(operator: str, yes: tuple, no: tuple) -> None:
    shard = only_shard(Test(RAIN, operator, Fraction(1, 3)))
    assert shard.patterns == ((yes,), (no,))
    assert [fact(shard, rain=Fraction(n, 10**18)) for n in (333333333333333333, 333333333333333334)] == [
        {"n0": 0}, {"n0": 2},
    ]  # fmt: skip
    assert fact(shard, rain=Fraction(1, 3)) == {"n0": 1}
    assert fact(shard) == {}


def test_ranks_are_among_all_constants_of_the_shard() -> None:
    shard = only_shard(*(Test(DAY, "gte", date(2026, 11, n)) for n in (20, 10, 15)))
    days = (9, 10, 12, 15, 19, 20, 21)
    assert [fact(shard, day=date(2026, 11, n))["n0"] for n in days] == [0, 1, 2, 3, 4, 5, 6]


def test_no_text_of_a_scenario_reaches_the_engine() -> None:
    shard = only_shard(Test(WORD, "eq", "a\"'\\"), Test(WORD, "ne", "b"))
    assert {term for terms in shard.patterns for term in terms} == {
        ("s0", "eq", 1), ("s0", "neq", 1), ("s0", "eq", 2), ("s0", "neq", 2),
    }  # fmt: skip
    assert [fact(shard, word=w) for w in ("a\"'\\", "b", "\x00 other")] == [{"s0": 1}, {"s0": 2}, {"s0": 0}]


def test_flags_are_texts_and_absent_where_unknown() -> None:
    shard = only_shard(All((Test(OPEN, "ne", operand=True), Test(SEVERITY, "known", operand=False))))
    assert shard.patterns == (
        (("b0", "eq", "false"), ("b1", "eq", "false")), (("b0", "eq", "true"),), (("b1", "eq", "true"),),
    )  # fmt: skip
    assert fact(shard, open=True) == {"b0": "true", "b1": "false"}
    assert fact(shard, severity=3) == {"b1": "true"}


def test_each_tag_is_a_flag_and_a_longer_list_one_flag() -> None:
    shard = only_shard(Test(TAGS, "has", ("x", "y")), Test(TAGS, "has_any", ("x", "y")))
    assert len(shard.columns) == 2
    assert len(only_shard(Test(WORD, "in", ("a", "b", "c"))).columns) == 1
    assert only_shard(Test(WORD, "in", ("a",))).patterns == only_shard(Test(WORD, "eq", "a")).patterns


def test_a_permissive_rule_is_its_condition_only() -> None:
    test = Test(SEVERITY, "gte", 3)
    assert len(only_shard(test, three_valued=False).patterns) == 1
    assert len(only_shard(test).patterns) == 2


@pytest.mark.parametrize(
    ("condition", "truth"),
    [
        pytest.param(ALWAYS, True, id="always"),
        pytest.param(Not(ALWAYS), False, id="never"),
        pytest.param(AnyOf((Test(SEVERITY, "eq", 3), ALWAYS)), True, id="or always"),
        pytest.param(Test(SEVERITY, "eq", Parameter("p", ((date(2027, 1, 1), 3),))), None, id="no value yet"),
    ],
)
def test_what_no_fact_can_change_is_not_asked(condition: Condition, truth: bool | None) -> None:
    found = compiled(condition)
    assert found.by_rule == {"R0": (truth,)}
    assert make_shards(found) == ()


def test_a_parameter_is_its_value_of_the_day() -> None:
    dated = Parameter("p", ((date(2026, 1, 1), 3), (date(2027, 1, 1), 4)))
    assert compiled(Test(SEVERITY, "gte", dated)).conditions == compiled(Test(SEVERITY, "gte", 3)).conditions


def test_equal_conditions_stand_once_wherever_they_are_written() -> None:
    one = All((Test(SEVERITY, "gte", 3), Test(OPEN, "eq", operand=True)))
    other = Not(AnyOf((Test(OPEN, "eq", operand=False), Test(SEVERITY, "lt", 3))))
    assert compiled(one, other).by_rule == {"R0": 0, "R1": 0}


def test_large_conditions_are_settled_in_parts_of_bounded_size() -> None:
    tests = [Test(Attribute("event", f"a{n}", "bool"), "eq", operand=True) for n in range(200)]
    wide = AnyOf(tuple(tests))
    deep = All(tuple(AnyOf(tuple(tests[n : n + 3])) for n in range(0, 60, 3)))
    found = compiled(wide, deep)
    assert max(len(c.form.properties) for c in found.conditions) <= MAX_PROPERTIES
    assert max(len(c.form.yes) for c in found.conditions) <= MAX_CLAUSES
    assert max(len(c.form.no) for c in found.conditions) <= MAX_CLAUSES
    assert max(c.level for c in found.conditions) <= 8  # the logarithm, not the number
    assert all(len(shard.patterns) <= MAX_PATTERNS for shard in make_shards(found))


def test_a_shard_never_holds_more_patterns_than_the_engine_can_follow() -> None:
    shards = make_shards(compiled(*(Test(RAIN, "gt", n) for n in range(500))))
    assert max(len(shard.patterns) for shard in shards) == MAX_PATTERNS
    assert sorted(n for shard in shards for n in shard.conditions) == list(range(500))


def test_names_with_one_hash_are_refused() -> None:
    # Known collisions of 32-bit FNV-1a.
    assert fnv1_hash("costarring") == fnv1_hash("liquid")
    check_names(["n0", "n1", "costarring"])
    with pytest.raises(EngineError, match="`costarring` and `liquid`"):
        check_names(["liquid", "n0", "costarring"])
