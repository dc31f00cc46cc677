"""The facts of a rule test as a tiny scenario: one area, one unit, one officer (semantics §5.12).

A duty that no rule opens but that the test asks about is put in by hand, as a planner would, after the seats have been
counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from asn_flex.analysis.given import OFFICER, TrialSetting, setting_of, unit_of
from asn_flex.domain.attributes import DISPLAY_ONLY
from asn_flex.domain.columns import POLARS_TYPES
from asn_flex.domain.exact import number_text
from asn_flex.domain.scenario import Scenario, Tables
from asn_flex.errors import Text
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import Given, GivenHolding, RuleTest


def by_hand(duties: Iterable[str], area: str) -> pl.DataFrame:
    """Return a table of demands by hand, one for each duty."""
    rows = [
        {"duty": duty, "area": area, "shift": None, "seats": 1, "minimum": None, "covered_elsewhere": None, "by": None}
        for duty in duties
    ]
    return pl.DataFrame(rows, schema=_DEMANDS) if rows else pl.DataFrame(schema=_DEMANDS)


_DEMANDS: Any = {
    "duty": pl.String, "area": pl.String, "shift": pl.String, "seats": pl.Int64, "minimum": pl.Int64,
    "covered_elsewhere": pl.Int64, "by": pl.String, "row": pl.Int64,
}  # fmt: skip


_TRAVEL: Any = {"from": pl.String, "to": pl.String, "minutes": POLARS_TYPES["number"], "row": pl.Int64}
_PINS: Any = dict.fromkeys(("officer", "demand", "pin", "by", "reason"), pl.String) | {"row": pl.Int64}


def scenario_of(rulebook: Rulebook, test: RuleTest) -> Scenario:
    """Return the facts of a test as a scenario with one area, one unit and one officer."""
    given, setting = test.given, setting_of(rulebook, test)
    tables = Tables(
        officers=_officers(rulebook, given),
        holdings=_holdings(given),
        units=_table(rulebook, "unit", [{**given.unit, "id": unit_of(given)}], {"name": pl.String}),
        areas=_areas(rulebook, setting),
        travel=pl.DataFrame(schema=_TRAVEL),
        observations=pl.DataFrame(
            schema={"time": pl.Datetime("us", "UTC"), "kind": pl.String, "value": POLARS_TYPES["number"],
                    "area": pl.String, "row": pl.Int64}
        ),
        demands=pl.DataFrame(schema=_DEMANDS),
        pins=pl.DataFrame(schema=_PINS),
    )  # fmt: skip
    return Scenario(
        id="test", label=Text("", ""), now=setting.now, event=setting.event, period=setting.period, tables=tables,
        digest="",
    )  # fmt: skip


def _table(rulebook: Rulebook, scope: str, rows: Sequence[Mapping[str, Any]], more: Mapping[str, Any]) -> pl.DataFrame:
    """Return a typed table of the facts of one scope."""
    schema: dict[str, Any] = {
        a.name: POLARS_TYPES[a.kind]
        for a in rulebook.attributes.values()
        if a.scope == scope and a.name != "home_flooded"
    }
    schema |= dict(more) | {"row": pl.Int64}
    cells = [{name: _cell(row.get(name)) for name in schema} for row in rows]
    return pl.DataFrame(cells, schema=schema)


def _cell(value: Any) -> Any:
    if isinstance(value, Fraction):
        return Decimal(number_text(value))
    return sorted(value) if isinstance(value, frozenset) else value


def _officers(rulebook: Rulebook, given: Given) -> pl.DataFrame:
    row = {**given.officer, "unit": unit_of(given)}
    row.setdefault("id", OFFICER)
    row = {name: Decimal(value) if isinstance(value, int) and not isinstance(value, bool)
           and rulebook.attributes[f"officer.{name}"].kind == "number" else value
           for name, value in row.items() if name != "holdings"}  # fmt: skip
    return _table(rulebook, "officer", [row], dict.fromkeys(DISPLAY_ONLY, pl.String))


def _holdings(given: Given) -> pl.DataFrame:
    held: tuple[GivenHolding, ...] = given.officer.get("holdings", ())
    officer = str(given.officer.get("id", OFFICER))
    rows = [
        {"officer": officer, "competency": h.competency, "level": h.level, "evidence": sorted(h.evidence),
         "valid_until": h.valid_until, "row": None}
        for h in held
    ]  # fmt: skip
    schema: Any = {
        "officer": pl.String, "competency": pl.String, "level": pl.Int64, "evidence": pl.List(pl.String),
        "valid_until": pl.Date, "row": pl.Int64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema)


def _areas(rulebook: Rulebook, setting: TrialSetting) -> pl.DataFrame:
    """Return the area of the test, those around it, and every other area that the test names."""
    rows = [setting.area_facts[key] for key in sorted(setting.area_facts)]
    more = {"name": pl.String, "parent": pl.String, "lat": pl.Float64, "lon": pl.Float64}
    return _table(rulebook, "area", rows, more)
