"""Makes each scenario of a sweep: the base with its changes (semantics §12.7)."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

import polars as pl

from asn_flex.domain.exact import half_up, number_text
from asn_flex.domain.scenario import Event, Scenario, Tables
from asn_flex.readwrite.canonical import digest
from asn_flex.rulebook.model import Rulebook
from asn_flex.sweep.changes import Axis, Change
from asn_flex.sweep.grammar import read_variations
from asn_flex.sweep.parameters import with_parameter

_TABLE_OF = {"area": "areas", "unit": "units", "officer": "officers"}


@dataclass(frozen=True)
class Variant:
    """One scenario of a sweep: a base, and what is changed in it.

    Examples
    --------
    `af.vary(rulebook, scenario, ["event.severity=4,5"])[0].apply(rulebook)` gives the rulebook and scenario to plan.
    """

    base: Scenario
    axes: tuple[Axis, ...]
    changes: tuple[Change, ...]

    def __str__(self) -> str:
        return " ".join(map(str, self.changes)) or self.base.id

    def apply(self, rulebook: Rulebook) -> tuple[Rulebook, Scenario]:
        """Return rulebook and scenario with the changes; both have digests of their own.

        The scenario does not carry the files of its base, which say something else, so its plans cannot be bundled.
        """
        for change in self.changes:
            if change.target.kind == "param":
                rulebook = with_parameter(rulebook, change)
        return rulebook, with_changes(self.base, [c for c in self.changes if c.target.kind != "param"])


def vary(rulebook: Rulebook, scenario: Scenario, facts: Sequence[str]) -> tuple[Variant, ...]:
    """Return every combination of what is to vary, the last one changing fastest.

    Parameters
    ----------
    facts : one text for each fact: `event.severity=2..5`, `officer.absent=5%..30%:seed=1..20`,
        `area.flooded@12.74.05=true,false`, `param.limit=1..3:step=0.5`

    Raises
    ------
    VariationError
        With every fault of every text.

    References
    ----------
    docs/semantics.md §12.7.
    """
    axes = read_variations(facts, rulebook, scenario)
    return tuple(Variant(scenario, axes, changes) for changes in product(*(axis.changes for axis in axes)))


def with_changes(scenario: Scenario, changes: Sequence[Change]) -> Scenario:
    """Return a scenario with its facts changed and its digest anew; without changes the scenario itself."""
    if not changes:
        return scenario
    event, tables = scenario.event, {field.name: getattr(scenario.tables, field.name) for field in fields(Tables)}
    for change in changes:
        kind, key = change.target.kind, change.target.key
        if kind == "event":
            event = _event_with(event, change)
        elif kind == "absent":
            officers = tables["officers"]
            absent = absent_officers(_staff(officers, change.target.ids), change)
            tables["officers"] = _with_cells(officers, "available", absent, value=False)
            # Nobody is held to a decision that he come by one who asks what if he does not.
            void = (pl.col("pin") == "must") & pl.col("officer").is_in(absent)
            tables["pins"] = tables["pins"].filter(~void)
        else:
            table = _TABLE_OF[key.partition(".")[0]]
            tables[table] = _with_cells(tables[table], key.partition(".")[2], change.target.ids, value=change.value)
    made = digest(
        names=(scenario.id, scenario.label), now=scenario.now, event=event, period=scenario.period, tables=tables,
        quarantined=scenario.quarantined,
    )  # fmt: skip
    return replace(scenario, event=event, tables=Tables(**tables), digest=made, files={})


def absent_officers(officers: Iterable[str], change: Change) -> list[str]:
    """Return who is absent: the first of all officers in an order that only the seed and their ids decide.

    half-up(share × officers) of them, so that a larger share of a seed contains every smaller one.
    """
    assert isinstance(change.value, Fraction)  # noqa: S101 - the grammar reads nothing else
    order = sorted(officers, key=lambda officer: (_draw(change.seed, officer), officer))
    return sorted(order[: half_up(change.value * len(order))])


def _draw(seed: int | None, officer: str) -> bytes:
    return hashlib.sha256(f"{seed}\n{officer}".encode()).digest()


def _staff(officers: pl.DataFrame, units: Collection[str]) -> list[str]:
    kept = officers.filter(pl.col("unit").is_in(list(units))) if units else officers
    return kept["id"].to_list()


def _event_with(event: Event, change: Change) -> Event:
    name = change.target.key.removeprefix("event.")
    if name == "type":
        return replace(event, type=str(change.value))
    given = {key: value for key, value in event.given.items() if key != name}
    if change.value is not None:
        given[name] = change.value
    return replace(event, given=given)


def _with_cells(frame: pl.DataFrame, name: str, ids: Collection[str], *, value: Any) -> pl.DataFrame:
    """Return the table with one column changed in the rows with those ids."""
    if isinstance(value, Fraction):
        value = Decimal(number_text(value))
    if isinstance(value, frozenset):
        value = sorted(value)
    cell = pl.lit(pl.Series([value], dtype=frame.schema[name])).first()
    return frame.with_columns(pl.when(pl.col("id").is_in(list(ids))).then(cell).otherwise(pl.col(name)).alias(name))
