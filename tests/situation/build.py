"""Small rulebooks and scenarios made by hand, and the worked cases read without the scenario reader."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from asn_flex.domain.attributes import BUILT_IN
from asn_flex.domain.scenario import POLARS_TYPES, Event, Period, Scenario, Tables
from asn_flex.errors import Text
from asn_flex.rulebook.compile import parse_cell
from asn_flex.rulebook.loader import build_rulebook
from asn_flex.rulebook.model import Rulebook

NOW = datetime.fromisoformat("2026-11-20T08:00:00+07:00")
CASES = Path(__file__).parents[1] / "cases"

HEAD = """
format: asn-flex/rules/1
pack: {id: uji, version: "1", languages: [id, en]}
events: {bencana: {}, banjir: {is_a: bencana}, rob: {is_a: banjir}, gempa: {is_a: bencana}}
duties:
  d1: {class: essential, priority: 5, tags: [medis, malam]}
  d2: {class: life_safety, priority: 8}
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
        {**r, "time": r["time"].astimezone(timezone.utc), "value": None if r.get("value") is None else Decimal(str(r["value"]))}
        for r in rows
    ]  # fmt: skip
    names = {"time": pl.Datetime("us", "UTC"), "kind": pl.String, "value": POLARS_TYPES["number"], "area": pl.String}
    return _columns(names, fixed)


def at(text: str) -> datetime:
    """Read a moment, in the offset of `NOW` where none is written."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=NOW.tzinfo)


def load_case(folder: Path) -> tuple[Rulebook, Scenario]:
    """Read a worked case with as little code as its tables need."""
    rulebook = build_rulebook({"rules.yaml": (folder / "rules.yaml").read_bytes()})
    head = yaml.load((folder / "scenario" / "scenario.yaml").read_text(), Loader=yaml.BaseLoader)  # noqa: S506
    now = datetime.fromisoformat(head["now"])

    def moment(text: str) -> datetime:
        found = datetime.fromisoformat(text)
        return found.astimezone(now.tzinfo) if found.tzinfo else found.replace(tzinfo=now.tzinfo)

    def cells(name: str, scope: str) -> list[dict[str, Any]]:
        path = folder / "scenario" / f"{name}.csv"
        known = {a.name: a for a in rulebook.attributes.values() if a.scope == scope}
        rows: list[dict[str, Any]] = []
        for line in csv.DictReader(path.read_text("utf-8-sig").splitlines()) if path.exists() else ():
            row = {k: (None if v in (None, "") else v) for k, v in line.items()}
            for key, text in row.items():
                if key in known and text is not None:
                    value = parse_cell(known[key], text)
                    row[key] = sorted(value) if isinstance(value, frozenset) else value
                    if known[key].kind == "number":
                        row[key] = Decimal(text)
            rows.append(row)
        return rows

    facts = {a.name: a for a in rulebook.attributes.values() if a.scope == "event"}
    event = head["event"]
    given = {n: parse_cell(facts[n], str(v)) for n, v in event.items() if n in facts and n != "type" and v not in ("", "null")}
    areas = [{**r, "lat": r["lat"] and float(r["lat"]), "lon": r["lon"] and float(r["lon"])} for r in cells("areas", "area")]
    start, end = head["period"]["start"], head["period"]["end"]
    by_dates = len(start) == 10
    number = ("seats", "minimum", "covered_elsewhere")
    by_hand = [
        {**r, **{k: int(r[k]) for k in number if r.get(k)}, "area": None if r["area"] == "event" else r["area"]}
        for r in cells("demands", "")
    ]
    return rulebook, scenario_of(
        rulebook, event=given, now=now, kind=event["type"], areas=event["areas"], command_area=event["command_area"],
        started=moment(event["started"]) if event.get("started") else None,
        period=(date.fromisoformat(start), date.fromisoformat(end)) if by_dates else (moment(start), moment(end)),
        area_rows=areas, unit_rows=cells("units", "unit"),
        observations=[{**r, "time": moment(r["time"])} for r in cells("observations", "")], demands=by_hand,
    )  # fmt: skip
