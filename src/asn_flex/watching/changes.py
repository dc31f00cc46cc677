"""What differs between two readings of a scenario, table by table: the reason for planning anew (semantics §8.8)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields

import polars as pl

from asn_flex.domain.scenario import Scenario, Tables

# Tables whose rows are found again by their id; of the others rows come and go.
_BY_ID = frozenset({"officers", "units", "areas"})


@dataclass(frozen=True)
class TableChange:
    """One table: rows that came and went, and rows that say something else, each with the columns that differ."""

    table: str
    added: int
    removed: int
    changed: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class InputChange:
    """What differs between two readings.

    Attributes
    ----------
    heading : the keys of `scenario.yaml` that say something else, event facts as `event.severity`
    tables : the tables that differ, in order of name
    rules : whether the rules differ
    """

    heading: tuple[str, ...]
    tables: tuple[TableChange, ...]
    rules: bool

    @property
    def is_nothing(self) -> bool:
        """Whether the two say the same."""
        return not (self.heading or self.tables or self.rules)


def compare_inputs(before: Scenario, after: Scenario, *, rules: bool) -> InputChange:
    """Return what differs between two readings of a scenario; `rules` says whether its rulebook does."""
    names = sorted(field.name for field in fields(Tables))
    tables = [_table(name, getattr(before.tables, name), getattr(after.tables, name)) for name in names]
    return InputChange(_heading(before, after), tuple(t for t in tables if t is not None), rules)


def _heading(before: Scenario, after: Scenario) -> tuple[str, ...]:
    found = [name for name in ("now", "period") if getattr(before, name) != getattr(after, name)]
    was, now = before.event, after.event
    names = ("type", "areas", "command_area", "started", "decree")
    found += [f"event.{name}" for name in names if getattr(was, name) != getattr(now, name)]
    facts = {*was.given, *now.given}
    found += [f"event.{name}" for name in sorted(facts) if was.given.get(name) != now.given.get(name)]
    return tuple(found)


def _table(name: str, before: pl.DataFrame, after: pl.DataFrame) -> TableChange | None:
    columns = [c for c in after.columns if c != "row" and c in before.columns]
    if name in _BY_ID:
        return _by_id(name, before.select(columns), after.select(columns))
    was, now = (Counter(map(_hashable, frame.select(columns).iter_rows())) for frame in (before, after))
    added, removed = (now - was).total(), (was - now).total()
    return TableChange(name, added, removed) if added or removed else None


def _by_id(name: str, before: pl.DataFrame, after: pl.DataFrame) -> TableChange | None:
    was, now = ({row["id"]: row for row in frame.iter_rows(named=True)} for frame in (before, after))
    changed = [
        (key, tuple(c for c, value in row.items() if was[key][c] != value))
        for key, row in sorted(now.items())
        if key in was and was[key] != row
    ]
    added, removed = len(now.keys() - was.keys()), len(was.keys() - now.keys())
    return TableChange(name, added, removed, tuple(changed)) if added or removed or changed else None


def _hashable(row: tuple[object, ...]) -> tuple[object, ...]:
    return tuple(tuple(cell) if isinstance(cell, list) else cell for cell in row)
