"""Demands as calendars (iCalendar, RFC 5545), in the time zone of the place (semantics §12.8).

A calendar tells what, where and when, and to whom to report; it names nobody, because calendars travel through services
that an agency does not run.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from asn_flex.domain.plan import DemandRecord
from asn_flex.errors import UsageError
from asn_flex.explain.made import Made
from asn_flex.i18n import say
from asn_flex.letters.content import Letters, Order, shift_hours
from asn_flex.letters.dates import ZONES, offset_min, turns

if TYPE_CHECKING:
    from icalendar import Event


def demand_ics(planned: Made, letters: Letters, order: Order) -> bytes:
    """Return the calendar of a demand: one entry, repeated daily where it has shifts.

    Raises
    ------
    UsageError
        If icalendar is not installed.
    """
    try:
        from icalendar import Calendar, Event  # noqa: PLC0415 - an extra, and letters only
    except ImportError:
        raise UsageError(say("letters.not_installed")) from None
    demand = next(d for d in planned.plan.demands if d.id == order.key)
    calendar = Calendar()
    calendar.add("prodid", "-//asn-flex//letters//ID")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    event = Event()
    # The same demand of a later plan replaces the entry.
    event.add("uid", f"{demand.id.replace('@', '.').replace('/', '.')}@{planned.scenario.id}.asn-flex")
    event.add("dtstamp", datetime.fromisoformat(planned.plan.now).astimezone(ZoneInfo("UTC")))
    event.add("status", "TENTATIVE" if letters.head.draft else "CONFIRMED")
    mark = f"{letters.head.draft_word} – " if letters.head.draft else ""
    event.add("summary", f"{mark}{order.subject}")
    event.add("location", order.place)
    told = say("letter.calendar", filled=demand.filled, seats=demand.seats, report_to=order.report_to,
               period=order.period)  # fmt: skip
    event.add("description", told.in_lang(letters.lang))
    _add_times(event, demand, shift_hours(planned.rulebook, demand))
    calendar.add_component(event)
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def _add_times(event: Event, demand: DemandRecord, hours: timedelta | None) -> None:
    if "T" not in demand.start:
        event.add("dtstart", date.fromisoformat(demand.start))
        # The end of whole days is the day after them.
        event.add("dtend", date.fromisoformat(demand.end) + timedelta(days=1))
        return
    start, end = datetime.fromisoformat(demand.start), datetime.fromisoformat(demand.end)
    zone = zone_of(start)
    if hours is not None:
        count = turns(start, end, hours)
        end = start + hours
        if count > 1:
            event.add("rrule", {"freq": "daily", "count": count})
    event.add("dtstart", start.astimezone(zone))
    event.add("dtend", end.astimezone(zone))


def zone_of(moment: datetime) -> tzinfo:
    """Return the zone that a moment is told in: WIB, WITA or WIT, else UTC, which every calendar knows."""
    known = ZONES.get(offset_min(moment))
    return ZoneInfo(known[1] if known is not None else "UTC")
