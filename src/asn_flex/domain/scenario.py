"""A scenario as one immutable value: the event, the moment, and the tables as typed columns (semantics §6).

Tables are polars frames in canonical order (by id, or by all columns), with a column `row`: the row of the source
table as a spreadsheet counts it (the header is row 1). A null is a fact that nobody gave; defaults for missing facts
(`missing`, semantics §3.5) are applied where facts are read, never in the tables.

==============  ======================================================================================
table           columns beside `row`
==============  ======================================================================================
officers        every built-in officer attribute but `home_flooded`, declared ones, name nip rank post phone
holdings        officer, competency, level (Int64), evidence (List[String], sorted), valid_until (Date)
units           id, name, service_class, area, tags (List[String], sorted), declared ones
areas           id, name, parent, lat, lon (Float64, degrees), level, flooded, depth_cm, population,
                affected_people, declared ones
travel          from, to, minutes (Decimal)
observations    time (Datetime[us, UTC]), kind, value (Decimal), area (null where none), source
demands         duty, area (null for `event`), shift, seats, minimum, covered_elsewhere (Int64), by
pins            officer, demand, pin (`must` or `never`), by, reason
==============  ======================================================================================

Types by kind: `asn_flex.domain.columns`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from asn_flex.domain.areas import AreaTree
from asn_flex.domain.attributes import Attribute, Value
from asn_flex.errors import Diagnostic, Place, Text

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Period:
    """When the duties are to be done: two dates, both included, or two times."""

    start: date
    end: date

    @property
    def by_times(self) -> bool:
        """Whether the period was given by times."""
        return isinstance(self.start, datetime)

    @property
    def first_day(self) -> date:
        """The date on which the period begins."""
        return self.start.date() if isinstance(self.start, datetime) else self.start

    @property
    def last_day(self) -> date:
        """The date of the last day; an end at 00:00 counts to the day before."""
        if not isinstance(self.end, datetime):
            return self.end
        at_midnight = self.end.time() == time(0) and self.end > self.start
        return self.end.date() - timedelta(days=1) if at_midnight else self.end.date()

    def first_day_from(self, today: date) -> date:
        """Return the first of the days that count: not before `today` (semantics §3.5)."""
        return max(self.first_day, today)


@dataclass(frozen=True, slots=True)
class Event:
    """The emergency as given; `given` holds the known event facts by name (without `event.`)."""

    type: str
    areas: tuple[str, ...]
    command_area: str
    started: datetime | None
    decree: str | None
    given: Mapping[str, Value]


@dataclass(frozen=True)
class Tables:
    """The typed tables; an optional table that was not given is an empty frame with its columns."""

    officers: pl.DataFrame
    holdings: pl.DataFrame
    units: pl.DataFrame
    areas: pl.DataFrame
    travel: pl.DataFrame
    observations: pl.DataFrame
    demands: pl.DataFrame
    pins: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A row that was set aside (semantics §6.2).

    `officer` is the officer it is about, where the row tells; `unit` the officer's unit, where known. Such officers
    count in `protect`'s n: whole officers (table `officers`), and officers who lost a holding (table `holdings`).
    """

    table: str
    row: int
    officer: str | None
    unit: str | None
    problem: Text


@dataclass(frozen=True)
class Scenario:
    """A validated scenario.

    `now` carries an offset; dates mean dates in that offset. `digest` covers the canonical content, `files` the bytes
    as read (or written from frames), by table name or `scenario`, for bundles and proofs. `file_names` tells how
    messages name each.
    """

    id: str
    label: Text
    now: datetime
    event: Event
    period: Period
    tables: Tables
    digest: str
    quarantined: tuple[Quarantined, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    file_names: Mapping[str, str] = field(default_factory=dict)
    rules: str | None = None

    def __getstate__(self) -> dict[str, Any]:
        # What is computed from the tables is computed again where it is needed.
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @property
    def today(self) -> date:
        """The date of `now`, in now's offset."""
        return self.now.date()

    @cached_property
    def area_tree(self) -> AreaTree:
        """What lies within what, and where."""
        frame = self.tables.areas
        placed = frame.select("id", "lat", "lon").iter_rows()
        return AreaTree(
            parents=dict(zip(frame["id"], frame["parent"], strict=True)),
            coordinates={a: (lat, lon) for a, lat, lon in placed if lat is not None and lon is not None},
        )

    @cached_property
    def travel(self) -> Mapping[tuple[str, str], Fraction]:
        """The rows of the travel table, in minutes."""
        rows = self.tables.travel.select("from", "to", "minutes").iter_rows()
        return {(start, end): Fraction(minutes) for start, end, minutes in rows}

    @cached_property
    def area_facts(self) -> Mapping[str, Mapping[str, Any]]:
        """Every area's row by id."""
        return {row["id"]: row for row in self.tables.areas.iter_rows(named=True)}

    @cached_property
    def unit_facts(self) -> Mapping[str, Mapping[str, Any]]:
        """Every unit's row by id."""
        return {row["id"]: row for row in self.tables.units.iter_rows(named=True)}

    @property
    def inputs(self) -> tuple[str, ...]:
        """The files that it was read from; a workbook once, however many of its sheets are tables."""
        return tuple(dict.fromkeys(name.partition("#")[0] for name in self.file_names.values()))

    def place_of(self, table: str, row: int) -> Place:
        """Return the place of a table's row."""
        return Place(self.file_names.get(table, f"{table}.csv"), row, 1)


class Setting(Protocol):
    """What of a scenario the facts of an event hang on; a rule test has that much without any table."""

    @property
    def now(self) -> datetime:
        """The moment that is planned for, with its offset."""

    @property
    def event(self) -> Event:
        """The emergency as given."""

    @property
    def period(self) -> Period:
        """When the duties are to be done."""

    @property
    def today(self) -> date:
        """The date of `now`."""

    @property
    def area_tree(self) -> AreaTree:
        """What lies within what, and where."""

    @property
    def area_facts(self) -> Mapping[str, Mapping[str, Any]]:
        """Every area's row by id."""


def cell_value(cell: Any, attribute: Attribute) -> Value | None:
    """Return a table cell as an exact value, with the attribute's default where it is empty."""
    if cell is None:
        return attribute.missing
    if isinstance(cell, Decimal):
        return Fraction(cell)
    if isinstance(cell, (bool, int, str, date)):
        return cell
    # A set: a list, or a column of one.
    return frozenset(cell)
