"""How one cell is understood: one meaning is taken and said, two are refused (semantics §6.5)."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asn_flex.domain.attributes import Attribute
from asn_flex.readwrite.columns import Column
from asn_flex.roster.names import COLUMN_NAMES, TABLE_NAMES, VALUE_NAMES, fold, table_named
from asn_flex.roster.values import Reader, Reading
from asn_flex.rulebook.compile import parse_cell

from .books import quickstart


def reading(kind: str, cell: Any, *, name: str = "x", form: str = "", values: tuple[str, ...] = ()) -> Reading:
    column = Column(Attribute("officer", name, kind, values=values), form=form)  # type: ignore[arg-type]
    return Reader(column, quickstart(), "officers").read(cell)


@pytest.mark.parametrize(
    ("kind", "cell", "text"),
    [
        pytest.param("bool", "Ya", "true", id="yes"),
        pytest.param("bool", "TDK", "false", id="no"),
        pytest.param("bool", "✓", "true", id="tick"),
        pytest.param("bool", False, "false", id="typed_no"),
        pytest.param("date", "18/10/2024", "2024-10-18", id="day_first"),
        pytest.param("date", "18 Agustus 2024", "2024-08-18", id="month_in_words"),
        pytest.param("date", "5-1-2024", "2024-01-05", id="single_digits"),
        pytest.param("date", "2024/1/5", "2024-01-05", id="year_first"),
        pytest.param("date", datetime(2024, 1, 5), "2024-01-05", id="typed_date"),
        pytest.param("int", "187.939", "187939", id="thousands_with_points"),
        pytest.param("int", "1,234,567", "1234567", id="thousands_with_commas"),
        pytest.param("int", 12.0, "12", id="typed_whole"),
        pytest.param("number", "7,5", "7.5", id="decimal_comma"),
        pytest.param("number", "1.234,5", "1234.5", id="both_signs"),
        pytest.param("number", "0,125", "0.125", id="no_thousands_begin_with_0"),
        pytest.param("set", "sertifikat; pelatihan\nx", "pelatihan|sertifikat|x", id="set"),
        pytest.param("text", "a\u00a0 b\u200b", "a b", id="odd_spaces"),
        pytest.param("bool", "-", None, id="dash_is_nothing"),
    ],
)
def test_cell_with_one_meaning_is_taken(kind: str, cell: Any, text: str | None) -> None:
    found = reading(kind, cell)
    assert (found.text, found.wrong) == (text, None)


@pytest.mark.parametrize(
    ("kind", "cell", "key"),
    [
        pytest.param("bool", "x", "R111", id="cross_is_yes_or_no"),
        pytest.param("bool", "t", "R111", id="true_or_tidak"),
        pytest.param("date", "31/11/2024", "R111.calendar", id="no_such_day"),
        pytest.param("date", "11/31/2024", "R111.month_first", id="month_first"),
        pytest.param("date", "1/2/24", "R111.year", id="two_digit_year"),
        pytest.param("int", "7,5", "R111", id="part_of_a_whole"),
        pytest.param("int", "1.23", "R111", id="no_group_of_three"),
        pytest.param("number", "1,234", "R111.comma", id="thousand_or_one"),
        pytest.param("number", "nan", "R111", id="not_a_number"),
        pytest.param("text", date(2024, 5, 1), "R111.kind", id="text_made_a_date"),
        pytest.param("text", "=1+1", "R112", id="formula"),
        pytest.param("set", "a; @b", "R112", id="formula_in_a_set"),
    ],
)
def test_cell_with_two_meanings_or_none_is_refused(kind: str, cell: Any, key: str) -> None:
    found = reading(kind, cell)
    assert found.wrong is not None
    assert found.wrong[0] == key


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        pytest.param("05/12/2024 06:00 WIB", "2024-12-05T06:00+07:00", id="zone_in_words"),
        pytest.param("5 Des 2024, pukul 06.30", "2024-12-05T06:30", id="words_and_point"),
        pytest.param("2024-12-05T06:00:00+07:00", "2024-12-05T06:00+07:00", id="iso"),
    ],
)
def test_time_is_read_as_people_write_it(text: str, moment: str) -> None:
    assert reading("text", text, form="moment").text == moment


def test_level_words_are_those_of_the_standard() -> None:
    column = Column(Attribute("officer", "level", "int"))
    reader = Reader(column, quickstart(), "holdings")
    assert [reader.read(word).text for word in ("Paham", "dasar", "Menengah", "mumpuni", "AHLI")] == list("12345")
    assert reader.read("tinggi").wrong is not None


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.sampled_from("/.-"))
def test_every_day_written_day_first_is_that_day(day: date, sign: str) -> None:
    text = f"{day.day}{sign}{day.month:02}{sign}{day.year:04}"
    assert reading("date", text).text == day.isoformat()


@given(st.text(max_size=12), st.sampled_from(["bool", "int", "number", "date", "set", "text"]))
def test_what_is_taken_means_something_to_a_scenario(text: str, kind: str) -> None:
    """A cell is empty, refused, or written so that the reader of scenarios takes it."""
    found = reading(kind, text)
    if found.wrong is None and found.text is not None:
        attribute = Attribute("officer", "x", kind)  # type: ignore[arg-type]
        assert parse_cell(attribute, found.text) is not None
        assert not found.text.startswith(("=", "@", "\t"))


@given(st.integers(-(10**6), 10**6), st.integers(0, 999))
def test_decimal_comma_keeps_the_number(whole: int, part: int) -> None:
    found = reading("number", f"{whole},{part:04}")
    assert found.text is not None
    assert Fraction(found.text) == Fraction(f"{whole}.{part:04}")


def test_no_name_of_a_column_means_two_columns_of_a_table() -> None:
    for table, columns in COLUMN_NAMES.items():
        named = [fold(alias) for column, aliases in columns.items() for alias in {*aliases, column}]
        assert sorted({name for name in named if named.count(name) > 1}) == [], table


def test_no_name_of_a_sheet_or_value_means_two_things() -> None:
    sheets = [fold(alias) for aliases in TABLE_NAMES.values() for alias in aliases]
    assert len(sheets) == len(set(sheets))
    assert all(table_named(alias) == table for table, aliases in TABLE_NAMES.items() for alias in aliases)
    for kind, values in VALUE_NAMES.items():
        words = [word for names in values.values() for word in names]
        assert len(words) == len(set(words)), kind
