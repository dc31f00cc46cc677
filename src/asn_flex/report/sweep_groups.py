"""The results of a sweep, put together over what was only drawn: seeds (semantics §12.7).

A *group* is one combination of what varies, seeds left out; of a group people read the middle and the worst.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from asn_flex.domain.attributes import COVERAGE_TIERS


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
    varied = set(sweep.varied)
    return tuple(n for n in sweep.varied if not (n.endswith(".seed") and n.removesuffix(".seed") in varied))


def groups_of(rows: Iterable[Mapping[str, Any]], names: Sequence[str]) -> tuple[Group, ...]:
    """Return the groups of rows that are alike in some columns, in the order in which they first come."""
    found: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        # Scenarios given one by one vary nothing: each is a group.
        values = tuple(row.get(name) for name in names) if names else (row["scenario"],)
        found.setdefault(values, []).append(row)
    return tuple(Group(values, tuple(members)) for values, members in found.items())


def tiers_in(rows: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the tiers for which some plan has demands."""
    kept = [row for row in rows if row["plan"] is not None]
    return tuple(tier for tier in COVERAGE_TIERS if any(row[f"{tier}.of"] for row in kept))
