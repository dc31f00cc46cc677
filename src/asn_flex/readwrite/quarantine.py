"""Which rows a quarantine sets aside, and what goes with them (semantics §6.2).

Only rows of officers and holdings; every other fault stops the scenario. Whoever is set aside takes his
holdings out of play; a pin on him is a decision that cannot be kept, so it stays a fault. Nothing here
depends on row numbers.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from asn_flex.domain.scenario import Quarantined
from asn_flex.errors import Text
from asn_flex.readwrite.references import Draft

QUARANTINABLE = ("officers", "holdings")


def set_aside(draft: Draft) -> tuple[dict[str, pl.DataFrame], tuple[Quarantined, ...]]:
    """Return the tables without their faulty rows, and what was set aside, in order of what it is."""
    typed = dict(draft.typed)
    if "officers" not in typed or "holdings" not in typed:
        return typed, ()
    officers, holdings = typed["officers"], typed["holdings"]
    faulty_officers = draft.findings.rows_at_fault("officers")
    faulty_holdings = draft.findings.rows_at_fault("holdings")
    out = officers.filter(_rows(faulty_officers))
    gone = set(out["id"].drop_nulls())
    units = dict(officers.select("id", "unit").drop_nulls().iter_rows())
    known_units = set(draft.known("units") or ())
    aside = [
        _quarantined("officers", row, officer, unit if unit in known_units else None, faulty_officers[row])
        for officer, unit, row in out.select("id", "unit", "row").iter_rows()
    ]
    for officer, row in holdings.filter(_rows(faulty_holdings)).select("officer", "row").iter_rows():
        unit = units.get(officer)
        aside.append(
            _quarantined("holdings", row, officer, unit if unit in known_units else None, faulty_holdings[row])
        )
    typed["officers"] = officers.filter(~_rows(faulty_officers))
    kept = holdings.filter(~_rows(faulty_holdings))
    typed["holdings"] = kept.filter(~pl.col("officer").is_in(sorted(gone)))
    _refuse_pins(draft, gone)
    return typed, tuple(sorted(aside, key=lambda q: (q.table, q.officer or "", q.problem, q.unit or "", q.row)))


def _rows(faulty: Mapping[int, tuple[Text, ...]]) -> pl.Expr:
    return pl.col("row").is_in(pl.Series(list(faulty), dtype=pl.Int64).implode())


def _quarantined(table: str, row: int, officer: str | None, unit: str | None, texts: tuple[Text, ...]) -> Quarantined:
    problem = Text("; ".join(t.id for t in texts), "; ".join(t.en for t in texts))
    return Quarantined(table=table, row=row, officer=officer, unit=unit, problem=problem)


def _refuse_pins(draft: Draft, gone: set[str]) -> None:
    pins = draft.typed.get("pins")
    if pins is None or not gone:
        return
    held = pins.filter(pl.col("officer").is_in(sorted(gone))).group_by("officer").agg("row")
    for officer, rows in sorted(held.iter_rows()):
        draft.findings.cell(draft.texts["pins"], "officer", "S404", rows, name=officer)
