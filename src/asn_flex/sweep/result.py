"""What came of a sweep, as a table, as JSON and as a chart (semantics §12.7)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from asn_flex.domain.attributes import Value
from asn_flex.domain.exact import number_text
from asn_flex.errors import Lang
from asn_flex.sweep.apply import Variant
from asn_flex.sweep.changes import value_text
from asn_flex.sweep.store import FORMAT, SCHEMA


def varied_cells(variant: Variant) -> dict[str, Value | None]:
    """Return what varies, by column."""
    cells: dict[str, Value | None] = {}
    for change in variant.changes:
        cells[change.target.column] = change.value
        if change.seed is not None:
            cells[f"{change.target.column}.seed"] = change.seed
    return cells


@dataclass(frozen=True)
class Sweep:
    """One row for each scenario, in the order in which they were given.

    Attributes
    ----------
    rulebook : digest of the rulebook
    scenarios : id and digest of the scenarios that were varied
    varied : columns of what varies
    rows : `scenario`, what varies, and what came of it (`asn_flex.sweep.rows`)
    """

    rulebook: str
    scenarios: tuple[tuple[str, str], ...]
    varied: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]

    @cached_property
    def _frame(self) -> pl.DataFrame:
        varied = [_column(name, [row.get(name) for row in self.rows]) for name in self.varied]
        scenario = pl.Series("scenario", [row["scenario"] for row in self.rows], dtype=pl.String)
        results = pl.DataFrame([{name: row[name] for name in SCHEMA} for row in self.rows], schema=dict(SCHEMA))
        return pl.DataFrame([scenario, *varied, *results.get_columns()])

    @property
    def ok(self) -> bool:
        """Whether every scenario has a plan."""
        return all(row["plan"] is not None for row in self.rows)

    def to_frame(self) -> pl.DataFrame:
        """Return a polars frame, one row a scenario."""
        return self._frame

    def to_json(self) -> str:
        """Return `asn-flex/sweep/1`: exact numbers are whole numbers or decimal texts."""
        content = {
            "format": FORMAT,
            "rulebook": self.rulebook,
            "scenarios": [{"id": name, "digest": digest} for name, digest in self.scenarios],
            "varied": list(self.varied),
            "rows": [{name: _as_json(value) for name, value in row.items()} for row in self.rows],
        }
        return json.dumps(content, ensure_ascii=False, indent=1) + "\n"

    def save_chart(self, path: str | Path, *, lang: Lang = "en") -> None:
        """Draw coverage over what varies, into an `.svg` or a self-contained `.html` file.

        Raises
        ------
        UsageError
            If matplotlib is not installed (the extra `chart`), or the name ends otherwise.
        PlanFileError
            If it cannot be written.
        """
        from asn_flex.readwrite.plan_json import write_whole  # noqa: PLC0415 - used here only
        from asn_flex.report.sweep_chart import chart_bytes  # noqa: PLC0415 - needs an extra

        write_whole(Path(path), chart_bytes(self, Path(path).suffix.lower(), lang))


def _column(name: str, values: list[Value | None]) -> pl.Series:
    """Return one varied fact as a column: of its own type where it has one of polars, else as text."""
    known = [value for value in values if value is not None]
    for kinds, dtype in (((bool,), pl.Boolean), ((int,), pl.Int64), ((int, Fraction), pl.Float64), ((date,), pl.Date)):
        if known and all(isinstance(v, kinds) and (bool in kinds or not isinstance(v, bool)) for v in known):
            cells = [float(v) if isinstance(v, Fraction) else v for v in values]
            return pl.Series(name, cells, dtype=dtype, strict=False)
    return pl.Series(name, [None if v is None else value_text(v) for v in values], dtype=pl.String)


def _as_json(value: Any) -> Any:
    if isinstance(value, Fraction):
        return number_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return sorted(value) if isinstance(value, frozenset) else value
