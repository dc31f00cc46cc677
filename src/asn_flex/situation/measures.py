"""Observations turned into facts (semantics §3.6): windows, what is taken of them, and for which areas.

Rows are filtered as columns first; only what is left for a measure becomes exact numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import polars as pl

from asn_flex.domain.scenario import Scenario
from asn_flex.rulebook.schema import Measure
from asn_flex.situation.facts import unobserved

# polars adds decimals as 128-bit numbers of 38 digits, 18 of them after the point; beyond it Python adds.
_SAFE_TOTAL = Decimal(10) ** 19


def measure_values(
    measures: Mapping[str, Measure], scenario: Scenario, areas: Collection[str]
) -> dict[tuple[str, str | None], Fraction]:
    """Return every known measure: of the event by (name, None), of an area by (name, area).

    Parameters
    ----------
    measures : mapping of name to declaration
    scenario : Scenario
    areas : the areas whose values are wanted

    References
    ----------
    docs/semantics.md §3.6.
    """
    known: dict[tuple[str, str | None], Fraction] = {}
    if scenario.tables.observations.is_empty():
        return unobserved(measures, areas)
    ancestors = _ancestors(scenario, areas) if any(m.scope == "area" for m in measures.values()) else None
    for name, measure in sorted(measures.items()):
        rows = rows_in_window(measure, scenario)
        if measure.scope == "event":
            value = _take_all(rows, measure.take)
            if value is not None:
                known[name, None] = value
        elif ancestors is not None:
            placed = rows.join(ancestors, left_on="area", right_on="below", how="inner")
            found = _take_by_area(placed, measure.take)
            for area in sorted(set(areas)):
                value = found.get(area, Fraction(0) if measure.take == "count" else None)
                if value is not None:
                    known[name, area] = value
    return known


def rows_in_window(measure: Measure, scenario: Scenario) -> pl.DataFrame:
    """Return the observations of the measure's kind with `now − window < time ≤ now`."""
    end = pl.lit(scenario.now).dt.convert_time_zone("UTC")
    start = end - pl.lit(timedelta(minutes=measure.window))
    kept = scenario.tables.observations.filter(
        pl.col("kind") == measure.observe, pl.col("time") > start, pl.col("time") <= end
    )
    return kept if measure.take == "count" else kept.filter(pl.col("value").is_not_null())


def observation_rows(measure: Measure, scenario: Scenario, area: str | None) -> tuple[int, ...]:
    """Return the table rows that a measure's value rests on; `area` where it is of `scope: area`."""
    rows = rows_in_window(measure, scenario)
    if measure.scope == "area":
        tree = scenario.area_tree
        inside = [a for a in rows["area"].unique().drop_nulls() if area is not None and tree.within(a, area)]
        rows = rows.filter(pl.col("area").is_in(inside))
    if measure.take in {"max", "min", "last"} and rows.height:
        if measure.take == "last":
            rows = rows.filter(pl.col("time") == pl.col("time").max())
        best = rows["value"].min() if measure.take == "min" else rows["value"].max()
        rows = rows.filter(pl.col("value") == best)
    return tuple(sorted(rows["row"].to_list()))


def _ancestors(scenario: Scenario, areas: Iterable[str]) -> pl.DataFrame:
    """Return (below, area): every observed area with each wanted area that it lies in."""
    wanted, tree = set(areas), scenario.area_tree
    observed = scenario.tables.observations["area"].unique().drop_nulls().to_list()
    pairs = [(area, outer) for area in observed for outer in tree.upwards(area) if outer in wanted]
    schema = {"below": pl.String, "of": pl.String}
    return pl.DataFrame(pairs, schema=schema, orient="row")


def _take_all(rows: pl.DataFrame, take: str) -> Fraction | None:
    if take == "count":
        return Fraction(rows.height)
    return _take_by_area(rows.with_columns(of=pl.lit("")), take).get("")


def _take_by_area(rows: pl.DataFrame, take: str) -> dict[str, Fraction]:
    """Return what is taken of the rows, by the column `of`."""
    if rows.is_empty():
        return {}
    if take == "last":
        rows = rows.filter(pl.col("time") == pl.col("time").max().over("of"))
    if take in {"sum", "mean"}:
        return _totals(rows, mean=take == "mean")
    value = pl.col("value")
    taken = {"count": pl.len(), "min": value.min()}.get(take, value.max())
    return {of: Fraction(v) for of, v in rows.group_by("of").agg(taken.alias("taken")).iter_rows()}


def _totals(rows: pl.DataFrame, *, mean: bool) -> dict[str, Fraction]:
    low, high = rows["value"].min(), rows["value"].max()
    largest = max(abs(Decimal(str(low))), abs(Decimal(str(high))))
    exact: dict[str, Fraction] = {}
    counts: dict[str, int] = {}
    if largest * rows.height < _SAFE_TOTAL:
        sums = rows.group_by("of").agg(pl.col("value").sum().alias("total"), pl.len().alias("n"))
        for of, total, n in sums.iter_rows():
            exact[of], counts[of] = Fraction(total), n
    else:
        for of, value in rows.select("of", "value").iter_rows():
            exact[of] = exact.get(of, Fraction(0)) + Fraction(value)
            counts[of] = counts.get(of, 0) + 1
    return {of: total / counts[of] for of, total in exact.items()} if mean else exact
