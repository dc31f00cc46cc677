"""Conditions over columns say the same as conditions over one person at a time (§4.3)."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asn_flex.domain.attributes import Attribute, Value
from asn_flex.eligibility.facts import encode
from asn_flex.eligibility.masks import FALSE, TRUE, UNKNOWN, Column, Reading, Truth, mask, truth_of, unknown_masks
from asn_flex.rulebook.conditions import All, AnyOf, Condition, Holds, Not, Test, evaluate, unknown_facts
from asn_flex.rulebook.model import Rulebook
from tests.rulebook.build import LABEL, book
from tests.rulebook.worlds import AREAS, EVENTS, KINDS, TODAY, World, conditions, worlds

CODES = {True: TRUE, False: FALSE, None: UNKNOWN}


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    events = "".join(
        f"  {name}: {{{LABEL}{f', is_a: {parent}' if parent else ''}}}\n" for name, parent in EVENTS.items()
    )
    return book("events:\n" + events)


def column_of(attribute: Attribute, crowd: list[World]) -> Column:
    """Encode what a crowd knows of one fact, in order of first appearance."""
    values: list[Value] = []
    codes = []
    for world in crowd:
        value = world.value(attribute)
        if value is not None and value not in values:
            values.append(value)
        codes.append(-1 if value is None else values.index(value))
    return Column(np.array(codes, dtype=np.int32), values)


def leaf_of(crowd: list[World], reading: Reading):
    columns = {a.key: column_of(a, crowd) for a in KINDS.values()}

    def leaf(part: Test | Holds) -> Truth:
        if isinstance(part, Holds):
            return np.array([TRUE if w.holds(part) else FALSE for w in crowd], dtype=np.int8)
        return columns[part.attribute.key].truth(part, reading)

    return leaf


@settings(max_examples=150, deadline=None)
@given(condition=conditions, crowd=st.lists(worlds(), min_size=1, max_size=6))
def test_columns_and_scalars_agree(rulebook: Rulebook, condition: Condition, crowd: list[World]) -> None:
    leaf = leaf_of(crowd, Reading(rulebook, AREAS, TODAY))
    assert mask(condition, leaf, len(crowd)).tolist() == [CODES[evaluate(condition, world)] for world in crowd]


@settings(max_examples=150, deadline=None)
@given(condition=conditions, crowd=st.lists(worlds(), min_size=1, max_size=6))
def test_missing_facts_of_columns_and_scalars_agree(
    rulebook: Rulebook, condition: Condition, crowd: list[World]
) -> None:
    found = unknown_masks(condition, leaf_of(crowd, Reading(rulebook, AREAS, TODAY)), TODAY, len(crowd))
    by_row = [tuple(name for name, rows in found.items() if rows[i]) for i in range(len(crowd))]
    assert by_row == [unknown_facts(condition, world) for world in crowd]


def test_nobody_has_no_truth(rulebook: Rulebook) -> None:
    leaf = leaf_of([], Reading(rulebook, AREAS, TODAY))
    test = Test(KINDS["bool"], "eq", operand=True)
    for condition in (test, Not(test), All((test,)), AnyOf((test,)), All(())):
        assert mask(condition, leaf, 0).tolist() == []
    assert unknown_masks(test, leaf, TODAY, 0) == {}


def test_empty_condition_holds_for_everybody(rulebook: Rulebook) -> None:
    leaf = leaf_of([World(), World()], Reading(rulebook, AREAS, TODAY))
    assert mask(All(()), leaf, 2).tolist() == [TRUE, TRUE]


def test_default_fills_empty_cells_and_unknown_stays_unknown(rulebook: Rulebook) -> None:
    reading = Reading(rulebook, AREAS, TODAY)
    cells = pl.Series("fit", [True, None, False])
    test = Test(KINDS["bool"], "eq", operand=True)
    assert encode(cells, KINDS["bool"]).truth(test, reading).tolist() == [TRUE, UNKNOWN, FALSE]
    with_default = Attribute("officer", "fit", "bool", missing=True)
    assert encode(cells, with_default).truth(test, reading).tolist() == [TRUE, TRUE, FALSE]


def test_sets_are_encoded_by_what_is_in_them(rulebook: Rulebook) -> None:
    cells = pl.Series("speaks", [["batak", "jawa"], ["jawa", "batak"], [], None], dtype=pl.List(pl.String))
    column = encode(cells, KINDS["set"])
    assert column.codes[0] == column.codes[1]
    test = Test(KINDS["set"], "has", ("batak",))
    assert column.truth(test, Reading(rulebook, AREAS, TODAY)).tolist() == [TRUE, TRUE, FALSE, UNKNOWN]


def test_dates_and_numbers_keep_their_order(rulebook: Rulebook) -> None:
    reading = Reading(rulebook, AREAS, TODAY)
    days = pl.Series("birth_date", [date(1980, 1, 2), date(1979, 12, 31), None, date(1980, 1, 1)])
    test = Test(KINDS["date"], "lte", date(1980, 1, 1))
    assert encode(days, KINDS["date"]).truth(test, reading).tolist() == [FALSE, TRUE, UNKNOWN, TRUE]


def test_columns_never_ask_the_reading_for_facts(rulebook: Rulebook) -> None:
    reading = Reading(rulebook, AREAS, TODAY)
    with pytest.raises(KeyError):
        reading.value(KINDS["bool"])
    with pytest.raises(KeyError):
        reading.holds(Holds("nursing"))
    assert truth_of(Test(KINDS["bool"], "known", operand=False), None, reading) == TRUE
