"""A small city for the tests of readwrite: its rulebook, its tables as rows of text, and ways to write them."""

# ruff: noqa: E501 - a row of a table stands on one line

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from asn_flex.domain.scenario import Scenario
from asn_flex.errors import ScenarioError
from asn_flex.readwrite.scenario import load_scenario
from asn_flex.rulebook.loader import build_rulebook

RULES = """\
format: asn-flex/rules/1
pack: {id: kota, version: "1", languages: [id, en], label: {id: Kota, en: City}}
events: {hydromet: {label: {id: H, en: H}}, flood: {is_a: hydromet, label: {id: Banjir, en: Flood}}}
attributes:
  officer.swims: {type: bool, missing: false}
  officer.languages: {type: set}
  officer.hiv: {type: enum, values: [pos, neg], sensitive: true}
  unit.backlog: {type: int, min: 0}
  area.shelter: {type: area}
  event.weir_opened: {type: bool}
  event.rain: {type: number, unit: mm, min: 0}
  event.helpers: {type: set}
  event.refuge: {type: area}
  event.seen: {type: date}
measures:
  river_m: {observe: water_level_m, window: 6h, take: max, scope: event}
competencies:
  nursing: {label: {id: R, en: N}, levels: 5}
  first_aid: {label: {id: P, en: F}, levels: 3}
duties:
  post: {label: {id: Pos, en: Post}, class: life_safety, priority: 5, requires: [{competency: nursing, level: 3}]}
  kitchen: {label: {id: Dapur, en: Kitchen}, class: support, priority: 2}
rules:
  - {id: ACT-1, kind: activate, label: {id: A, en: A}, duty: post, each: area, seats: {base: 2},
     shifts: [{id: day, from: "07:00", hours: 8}, {id: night, from: "19:00", hours: 12}]}
"""
RULEBOOK = build_rulebook({"rules.yaml": RULES.encode()})

YAML = """\
format: asn-flex/scenario/1
id: kota
label: {id: Banjir, en: Flood}
now: 2026-11-20T03:00:00+07:00
event:
  type: flood
  areas: [k1, "12.10"]
  command_area: kota
  severity: 3
period: {start: 2026-11-20, end: 2026-11-25}
tables:
"""

TABLES = {
    "officers": [
        "id,name,nip,unit,sex,home_area,available,available_from,available_until,rest_hours,deployed_days_90d,swims,languages",
        "A-1,Ani,198001012010011001,bpbd,f,k1,true,2026-11-01,2026-12-31,7.5,0,ya,id|en",
        "A-2,Budi,198001012010011002,bpbd,m,12.10,,,,0,3,tidak,",
        "A-3,Cut,,setda,f,,false,,,10,,1,id",
    ],
    "holdings": [
        "officer,competency,level,evidence,valid_until",
        "A-1,nursing,4,certificate|training,2027-01-01",
        "A-1,first_aid,3,,",
        "A-2,nursing,2,certificate,",
    ],
    "units": ["id,name,service_class,area,tags,backlog", "bpbd,BPBD,essential,kota,front,10", "setda,Setda,,k1,,"],
    "areas": [
        "id,name,parent,lat,lon,level,flooded,depth_cm,shelter",
        "kota,Kota,,2.95,99.8,kota,,,",
        "k1,Satu,kota,2.96,99.79,kecamatan,true,20,12.10",
        "12.10,Sepuluh,kota,,,kecamatan,false,,",
    ],
    "travel": ["from,to,minutes", "k1,12.10,35", "12.10,kota,12.5"],
    "observations": ["time,kind,value,area", "2026-11-20T02:00,water_level_m,1.20,k1", "2026-11-19T20:30:00Z,water_level_m,1.4,"],
    "demands": ["duty,area,shift,seats,minimum,covered_elsewhere,by", "kitchen,event,,3,1,,Dinsos", "post,k1,day,2,,1,BPBD"],
    "pins": ["officer,demand,pin,by,reason", "A-1,post@k1/day,must,Sekda,", "A-3,kitchen@event,never,Sekda,Sakit"],
}  # fmt: skip


def rows_of(name: str) -> list[list[str]]:
    """Return the rows of a table, the header first."""
    return [line.split(",") for line in TABLES[name]]


def csv_text(rows: list[list[str]], delimiter: str = ",", newline: str = "\n") -> str:
    """Write rows as CSV."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=newline).writerows(rows)
    return out.getvalue()


def write_city(folder: Path, *, yaml: str | None = None, **changed: str | bytes | None) -> Path:
    """Write the city into a folder; `officers="…"` replaces a table's content, None leaves it out."""
    folder.mkdir(parents=True, exist_ok=True)
    contents: dict[str, str | bytes | None] = {name: csv_text(rows_of(name)) for name in TABLES}
    contents.update(changed)
    names = [name for name, content in contents.items() if content is not None]
    for name in names:
        content = contents[name]
        assert content is not None
        (folder / f"{name}.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    listed = "".join(f"  {name}: {name}.csv\n" for name in names)
    (folder / "scenario.yaml").write_text(YAML + listed if yaml is None else yaml, encoding="utf-8")
    return folder


def with_lines(name: str, *lines: str, row: int | None = None) -> str:
    """Return a table with more lines at its end, or with row `row` (header = 1) replaced."""
    kept = list(TABLES[name])
    if row is not None:
        kept[row - 1 : row] = lines
    else:
        kept.extend(lines)
    return "\n".join(kept) + "\n"


def load(folder: Path, *, quarantine: bool = False) -> Scenario:
    """Load the city of a folder."""
    return load_scenario(folder, RULEBOOK, quarantine=quarantine)


def faults(folder: Path, *, quarantine: bool = False) -> list[str]:
    """Return the faults of a folder as `file:row:column CODE`, without the folder's name."""
    with pytest.raises(ScenarioError) as caught:
        load(folder, quarantine=quarantine)
    start = folder.as_posix() + "/"
    return [
        f"{str(d.place).removeprefix(start)} {d.code}" for d in caught.value.diagnostics if d.is_error
    ]  # fmt: skip
