"""Dates and times as official letters write them, in either language (semantics §12.8)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from asn_flex.errors import Text
from asn_flex.i18n import say

# The zones of Indonesia, which has no summer time: minutes from UTC to what people call it, and its IANA name.
ZONES = {420: ("WIB", "Asia/Jakarta"), 480: ("WITA", "Asia/Makassar"), 540: ("WIT", "Asia/Jayapura")}


def offset_min(moment: datetime) -> int:
    """Return the minutes from UTC to a moment's zone."""
    offset = moment.utcoffset()
    return 0 if offset is None else int(offset.total_seconds() // 60)


def zone_name(moment: datetime) -> str:
    """Return what people call the zone of a moment: `WIB`, or its distance from UTC."""
    minutes = offset_min(moment)
    if minutes in ZONES:
        return ZONES[minutes][0]
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def long_day(value: date, *, year: bool = True) -> Text:
    """Return a date with its month in full: `5 Desember 2024`."""
    months = Text(*(part.split("|")[value.month - 1] for part in say("letter.months")))
    return Text(*(f"{value.day} {month}{f' {value.year}' if year else ''}" for month in months))


def clock(value: datetime) -> Text:
    """Return a time of day: `07.00` in Indonesian, `07:00` in English."""
    return Text(f"{value:%H.%M}", f"{value:%H:%M}")


def long_moment(value: datetime) -> Text:
    """Return a time with its date and zone."""
    return say("letter.moment", day=long_day(value), time=clock(value), zone=zone_name(value))


def day_span(first: date, last: date) -> Text:
    """Return from which day to which, both included."""
    if first == last:
        return long_day(first)
    if (first.year, first.month) == (last.year, last.month):
        return say("letter.days", first=str(first.day), last=long_day(last))
    return say("letter.days", first=long_day(first, year=first.year != last.year), last=long_day(last))


def turns(start: datetime, end: datetime, hours: timedelta) -> int:
    """Count the daily turns between the beginning of the first and the end of the last."""
    return max(1, (end - hours - start) // timedelta(days=1) + 1)


def period(start: str, end: str, shift: str | None, hours: timedelta | None) -> Text:
    """Return when a demand is to be served, of its `start`, `end` and shift in a plan."""
    if "T" not in start:
        return day_span(date.fromisoformat(start), date.fromisoformat(end))
    first, last = datetime.fromisoformat(start), datetime.fromisoformat(end)
    if shift is None or hours is None:
        return say("letter.from_to", start=long_moment(first), end=long_moment(last))
    last_begin = first + timedelta(days=turns(first, last, hours) - 1)
    return say(
        "letter.turns", days=day_span(first.date(), last_begin.date()), start=clock(first), end=clock(first + hours),
        zone=zone_name(first), shift=shift,
    )  # fmt: skip
