"""A plan's values as facts, and its texts as moments (semantics §12.3)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from asn_flex.domain.attributes import Attribute, Kind, Value
from asn_flex.verify.compare import same_time, value_of
from asn_flex.verify.findings import shown


@pytest.mark.parametrize(
    ("kind", "said", "fact"),
    [
        pytest.param("bool", True, True, id="bool"),
        pytest.param("bool", "true", None, id="text_is_no_bool"),
        pytest.param("int", True, None, id="bool_is_no_number"),
        pytest.param("int", 4, Fraction(4), id="int"),
        pytest.param("number", "2.5", Fraction(5, 2), id="number"),
        pytest.param("number", "much", None, id="words_are_no_number"),
        pytest.param("date", "2026-11-20", date(2026, 11, 20), id="date"),
        pytest.param("date", "yesterday", None, id="words_are_no_date"),
        pytest.param("set", ["b", "a"], frozenset({"a", "b"}), id="set"),
        pytest.param("set", "a", None, id="text_is_no_set"),
        pytest.param("enum", "penuh", "penuh", id="enum"),
        pytest.param("text", 4, None, id="number_is_no_text"),
    ],
)
def test_plan_value_is_read_by_the_type_of_its_fact(kind: Kind, said: object, fact: Value | None) -> None:
    assert value_of(Attribute("event", "x", kind), said) == fact


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        pytest.param("2026-11-20", "2026-11-20", True, id="same_date"),
        pytest.param("2026-11-20T07:00:00+07:00", "2026-11-20T00:00:00+00:00", True, id="same_moment"),
        pytest.param("2026-11-20T07:00:00+07:00", "2026-11-20T07:00:00+08:00", False, id="other_offset"),
        pytest.param("2026-11-20", "2026-11-20T00:00:00+07:00", False, id="date_is_no_moment"),
        pytest.param("2026-11-20T07:00:00", "2026-11-20T07:00:00+07:00", False, id="without_offset"),
        pytest.param("soon", "2026-11-20", False, id="words"),
    ],
)
def test_times_are_the_same_where_they_mean_the_same(left: str, right: str, same: bool) -> None:
    assert same_time(left, right) is same
    assert same_time(right, left) is same


def test_values_are_shown_short_and_never_empty() -> None:
    assert shown(None) == shown(()) == "–"
    assert shown(frozenset({"b", "a"})) == "a, b"
    assert len(shown("x" * 500)) == 120
