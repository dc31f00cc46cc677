"""The results of a sweep, put together over what was only drawn: seeds (semantics §12.7).

A *group* is one combination of what varies, seeds left out; of a group people read the middle and the worst.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from asn_flex.domain.attributes import DUTY_CLASSES

TIERS: tuple[str, ...] = tuple(f"coverage.{c}{part}" for c in DUTY_CLASSES for part in (".minimum", ""))


class Swept(Protocol):
    """What a report reads of a sweep; `asn_flex.Sweep` is one."""

    @property
    def varied(self) -> tuple[str, ...]:
        """Columns of what varies."""

    @property
    def rows(self) -> tuple[Mapping[str, Any], ...]:
        """One row for each scenario."""


@dataclass(frozen=True)
class Group:
    """Rows that differ in seeds only; `values` by column of `facts_of`."""

    values: tuple[Any, ...]
    rows: tuple[Mapping[str, Any], ...]

    def shares(self, tier: str) -> list[float]:
        """Return the tier's share of full coverage in each plan, in percent; none where nothing is asked for."""
        planned = (row for row in self.rows if row["plan"] is not None)
        return [100 * row[tier] / row[f"{tier}.of"] for row in planned if row[f"{tier}.of"]]

    def middle_of(self, name: str) -> float | None:
        """Return the median of a column over the plans."""
        known = [row[name] for row in self.rows if row["plan"] is not None]
        return statistics.median(known) if known else None


def facts_of(sweep: Swept) -> tuple[str, ...]:
    """Return the columns of what varies, seeds left out."""
    return tuple(name for name in sweep.varied if not name.endswith(".seed"))


def groups_of(sweep: Swept, names: Sequence[str] | None = None) -> tuple[Group, ...]:
    """Return the groups in the order in which they first come."""
    columns = facts_of(sweep) if names is None else names
    found: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in sweep.rows:
        # Scenarios given one by one vary nothing: each is a group.
        values = tuple(row.get(name) for name in columns) if sweep.varied else (row["scenario"],)
        found.setdefault(values, []).append(row)
    return tuple(Group(values, tuple(rows)) for values, rows in found.items())


def tiers_in(rows: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the tiers for which some plan has demands."""
    kept = [row for row in rows if row["plan"] is not None]
    return tuple(tier for tier in TIERS if any(row[f"{tier}.of"] for row in kept))
