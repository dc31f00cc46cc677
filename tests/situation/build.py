"""Small rulebooks and scenarios made by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from asn_flex.domain.attributes import BUILT_IN
from asn_flex.domain.columns import POLARS_TYPES
from asn_flex.domain.scenario import Event, Period, Scenario, Tables
from asn_flex.errors import Text
from asn_flex.rulebook.loader import build_rulebook
from asn_flex.rulebook.model import Rulebook

NOW = datetime.fromisoformat("2026-11-20T08:00:00+07:00")

HEAD = """
format: asn-flex/rules/1
pack: {id: uji, version: "1", languages: [id, en]}
events: {bencana: {}, banjir: {is_a: bencana}, rob: {is_a: banjir}, gempa: {is_a: bencana}}
duties:
  d1: {class: essential, priority: 5, tags: [medis, malam]}
  d2: {class: life_safety, priority: 8, tags: [laut]}
  d3: {class: support, priority: 2, tags: [medis]}
"""


def rulebook_of(body: str) -> Rulebook:
    """Load one file: the common head and what a test adds."""
    return build_rulebook({"aturan.yaml": (HEAD + body).encode()})


def rules_of(*rules: str, more: str = "") -> Rulebook:
    """Load flow mappings as the rules of a rulebook."""
    return rulebook_of(more + "\nrules:\n" + "".join(f"  - {{{rule}}}\n" for rule in rules))


def _columns(names: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    full = [{"row": n + 2, **dict.fromkeys(names), **row} for n, row in enumerate(rows)]
    return pl.DataFrame(full, schema={"row": pl.Int64, **names})


def _facts(scope: str, rulebook: Rulebook) -> dict[str, Any]:
    every = [*BUILT_IN, *rulebook.attributes.values()]
    return {a.name: POLARS_TYPES[a.kind] for a in every if a.scope == scope}


DEFAULT_AREAS = (
    {"id": "kota", "level": "kota"},
    {"id": "kec1", "parent": "kota", "level": "kecamatan"},
    {"id": "kec2", "parent": "kota", "level": "kecamatan"},
    {"id": "kel11", "parent": "kec1", "level": "kelurahan"},
)


def scenario_of(
    rulebook: Rulebook,
    *,
    event: Mapping[str, Any] | None = None,
    now: datetime = NOW,
    kind: str = "rob",
    areas: Sequence[str] = ("kec1", "kec2"),
    command_area: str = "kota",
    started: datetime | None = None,
    period: tuple[date, date] = (date(2026, 11, 20), date(2026, 11, 22)),
    area_rows: Sequence[Mapping[str, Any]] = DEFAULT_AREAS,
    unit_rows: Sequence[Mapping[str, Any]] = (),
    observations: Sequence[Mapping[str, Any]] = (),
    demands: Sequence[Mapping[str, Any]] = (),
) -> Scenario:
    """Make a scenario without officers, as the reader would."""
    area_columns = {"id": pl.String, "name": pl.String, "parent": pl.String, "lat": pl.Float64, "lon": pl.Float64}
    tables = Tables(
        officers=_columns(_facts("officer", rulebook), []),
        holdings=_columns({"officer": pl.String}, []),
        units=_columns({"id": pl.String, **_facts("unit", rulebook)}, unit_rows),
        areas=_columns({**area_columns, **_facts("area", rulebook)}, area_rows),
        travel=_columns({"from": pl.String, "to": pl.String, "minutes": POLARS_TYPES["number"]}, []),
        observations=observation_frame(observations),
        demands=_columns(
            {"duty": pl.String, "area": pl.String, "shift": pl.String, "seats": pl.Int64, "minimum": pl.Int64,
             "covered_elsewhere": pl.Int64, "by": pl.String}, demands,
        ),
        pins=_columns({"officer": pl.String}, []),
    )  # fmt: skip
    return Scenario(
        id="uji", label=Text("uji", "test"), now=now,
        event=Event(kind, tuple(areas), command_area, started, None, dict(event or {})),
        period=Period(*period), tables=tables, digest="",
    )  # fmt: skip


def observation_frame(rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Make the table of observations; times may carry any offset."""
    fixed = [
        {**r, "time": r["time"].astimezone(UTC), "value": None if r.get("value") is None else Decimal(str(r["value"]))}
        for r in rows
    ]
    names = {"time": pl.Datetime("us", "UTC"), "kind": pl.String, "value": POLARS_TYPES["number"], "area": pl.String}
    return _columns(names, fixed)


def at(text: str) -> datetime:
    """Read a moment, in the offset of `NOW` where none is written."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=NOW.tzinfo)
