"""Dates and turns as letters write them (semantics §12.8)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asn_flex.letters.calendar import zone_of
from asn_flex.letters.dates import day_span, long_moment, period, turns, zone_name

HOURS = timedelta(hours=8)


@pytest.mark.parametrize(
    ("first", "last", "wanted"),
    [
        pytest.param(date(2024, 5, 5), date(2024, 5, 5), ("5 Mei 2024", "5 May 2024"), id="a-day"),
        pytest.param(
            date(2024, 8, 5), date(2024, 8, 9), ("5 sampai dengan 9 Agustus 2024", "5 to 9 August 2024"), id="a-month"
        ),
        pytest.param(
            date(2024, 2, 28), date(2024, 3, 1),
            ("28 Februari sampai dengan 1 Maret 2024", "28 February to 1 March 2024"), id="a-year",
        ),
        pytest.param(
            date(2024, 12, 31), date(2025, 12, 31),
            ("31 Desember 2024 sampai dengan 31 Desember 2025", "31 December 2024 to 31 December 2025"),
            id="same-month-other-year",
        ),
    ],
)  # fmt: skip
def test_days(first: date, last: date, wanted: tuple[str, str]) -> None:
    assert tuple(day_span(first, last)) == wanted


@pytest.mark.parametrize(
    ("minutes", "name", "zone"),
    [
        pytest.param(420, "WIB", "Asia/Jakarta", id="west"),
        pytest.param(480, "WITA", "Asia/Makassar", id="middle"),
        pytest.param(540, "WIT", "Asia/Jayapura", id="east"),
        pytest.param(330, "UTC+05:30", "UTC", id="half-hours"),
        pytest.param(-210, "UTC-03:30", "UTC", id="west-of-greenwich"),
    ],
)
def test_zone_of_an_offset(minutes: int, name: str, zone: str) -> None:
    moment = datetime(2024, 12, 5, 7, 5, tzinfo=timezone(timedelta(minutes=minutes)))
    assert zone_name(moment) == name
    assert str(zone_of(moment)) == zone
    # The calendar's moment is the same one.
    assert moment.astimezone(zone_of(moment)) == moment
    assert long_moment(moment).id == f"5 Desember 2024 pukul 07.05 {name}"


def test_a_period_by_times_without_shift_tells_both() -> None:
    told = period("2024-12-05T06:00:00+07:00", "2024-12-06T18:00:00+07:00", None, None)
    assert told.id == "dari 5 Desember 2024 pukul 06.00 WIB sampai 6 Desember 2024 pukul 18.00 WIB"


@given(
    start=st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1)),
    days=st.integers(1, 60),
    minutes=st.integers(1, 24 * 60),
)
def test_turns_are_counted_by_their_days(start: datetime, days: int, minutes: int) -> None:
    """The plan keeps where the first turn begins and the last one ends; from both the number of days comes back."""
    length = timedelta(minutes=minutes)
    begin = start.replace(tzinfo=UTC)
    assert turns(begin, begin + timedelta(days=days - 1) + length, length) == days
