"""Facts as rule files would write them, and what a `when` may not ask."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from asn_flex.rulebook.conditions import Holds
from asn_flex.situation.facts import FactSource, value_text

from .build import rules_of, scenario_of


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "?"),
        (True, "true"),
        (False, "false"),
        (4, "4"),
        (Fraction(5, 2), "2.5"),
        ("penuh", "penuh"),
        (date(2026, 11, 20), "2026-11-20"),
        (frozenset({"b", "a"}), "[a, b]"),
    ],
)
def test_values_are_shown_as_they_are_written(value: object, text: str) -> None:
    assert value_text(value) == text


def test_what_no_scope_knows_is_unknown_and_nobody_holds_anything() -> None:
    rulebook = rules_of("id: A1, kind: activate, duty: d1, each: event, seats: {base: 1}")
    facts = FactSource(rulebook, scenario_of(rulebook), {"severity": 4}, {}).about()
    values = {key: facts.value(attribute) for key, attribute in rulebook.attributes.items()}
    assert {key for key, value in values.items() if value is not None} == {"event.severity"}
    assert not facts.holds(Holds("nursing"))
    with_area = FactSource(rulebook, scenario_of(rulebook), {}, {}).about("kec1", "d2")
    assert with_area.value(rulebook.attributes["area.flooded"]) is False
    assert with_area.value(rulebook.attributes["duty.priority"]) == 8
