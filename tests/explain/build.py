"""A small flood, made by hand, with every kind of ground a proof can name (data rekaan)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import asn_flex as af

ILLNESS = "tuberkulosis-rahasia"

RULES = """\
format: asn-flex/rules/1
pack: {id: kecil, version: "1", languages: [id, en], label: {id: Kecil, en: Small}}
sources:
  uu: {label: {id: UU Contoh, en: Sample Law}, url: "https://example.org/uu"}
events: {banjir: {label: {id: Banjir, en: Flood}}}
attributes:
  officer.penyakit: {type: text, sensitive: true, label: {id: Penyakit, en: Illness}}
  officer.renang: {type: bool, label: {id: Dapat berenang, en: Can swim}}
measures:
  sungai: {observe: air, window: 6h, take: max, scope: event, label: {id: Tinggi sungai, en: River level}}
  laporan: {observe: lapor, window: 24h, take: count, scope: area, label: {id: Laporan warga, en: Reports}}
parameters:
  siaga: {values: [{from: 2024-01-01, value: 2, source: [uu]}]}
competencies:
  rawat: {label: {id: Perawatan, en: Nursing}}
  bidan: {label: {id: Kebidanan, en: Midwifery}, substitutes: [{for: rawat, strength: 0.7}]}
  dokter: {label: {id: Dokter, en: Physician}, implies: [{competency: rawat, level_offset: -1}]}
duties:
  pos: {label: {id: Pos kesehatan, en: Health post}, class: life_safety, priority: 5, tags: [lapangan],
        requires: [{competency: rawat, level: 2}]}
  gudang: {label: {id: Gudang, en: Warehouse}, class: support, priority: 3}
rules:
  - {id: SIT-1, kind: escalate, source: ["uu#5"], when: {measure.sungai: {gte: {param: siaga}}}, set: {severity: 4}}
  - {id: ACT-1, kind: activate, duty: pos, each: area, when: {area.flooded: true, event.severity: {gte: 4}},
     seats: {base: 1, per: {fact: area.affected_people, each: 100, add: 1}}}
  - {id: ACT-2, kind: activate, duty: gudang, each: event, seats: {base: 1, minimum: 1}}
  - {id: ACT-3, kind: activate, duty: gudang, each: event, when: {event.phase: response}, seats: {base: 9}}
  - {id: PRI-1, kind: prioritise, duty: pos, when: {measure.laporan: {gte: 2}}, add: 2}
  - {id: COV-1, kind: cover, duty: pos, by: substitution, min_strength: 0.5, max_share: 50%, at_least: 1}
  - {id: COV-2, kind: cover, duty: pos, by: standard, overrides: [FRB-1], source: [uu], effective: {until: 2030-01-01}}
  - {id: FRB-1, kind: forbid, duty: pos, who: {officer.renang: false}}
  - {id: FRB-2, kind: forbid, label: {id: Kesehatan, en: Health}, duty: {tag: lapangan}, if_unknown: confirm,
     who: {officer.penyakit: tuberkulosis-rahasia}}
  - {id: LIM-1, kind: limit, must: {officer.rest_hours: {gte: 8}}, if_unknown: confirm, confirm_points: 7}
  - {id: PRO-1, kind: protect, unit: dinkes, keep: {at_least: 1}}
  - {id: TIM-1, kind: team, duty: pos, include: {qualified: true, per: 3}}
  - {id: PRF-1, kind: prefer, who: {officer.willing: true}, points: -40}
  - {id: PRF-2, kind: prefer, duty: gudang, who: {officer.sex: f}, points: -9}
  - {id: PRF-3, kind: prefer, minimise: pair.travel_min, weight: 2, if_unknown: 30}
"""

TABLES = {
    "officers": """\
id,name,unit,home_area,renang,penyakit,rest_hours,willing,sex
P-01,Rekaan Satu,dinkes,kel1,true,sehat-walafiat,10,true,f
P-02,Rekaan Dua,dinkes,kel1,false,sehat-walafiat,10,,m
P-03,Rekaan Tiga,dinkes,kel2,true,sehat-walafiat,,,f
P-04,Rekaan Empat,dinkes,kel2,true,sehat-walafiat,10,,f
P-05,Rekaan Lima,umum,kel2,true,sehat-walafiat,10,,m
P-06,Rekaan Enam,umum,kel1,true,tuberkulosis-rahasia,10,,f
P-07,Rekaan Tujuh,umum,kel1,true,,3,,m
""",
    "holdings": """\
officer,competency,level,evidence,valid_until
P-01,dokter,3,ijazah,2030-01-01
P-02,rawat,3,,
P-03,bidan,2,,
P-04,rawat,2,,
P-06,rawat,2,,
P-07,rawat,1,,
P-07,bidan,4,,2024-12-05
""",
    "units": "id,name,service_class\ndinkes,Dinas Kesehatan,essential\numum,Bagian Umum,administrative\n",
    "areas": """\
id,name,parent,flooded,affected_people,lat,lon
kota,Kota,,false,,2.9,99.8
kel1,Kelurahan Satu,kota,true,150,2.91,99.81
kel2,Kelurahan Dua,kota,false,,2.95,99.85
""",
    "observations": """\
time,kind,value,area
2024-12-05T05:00,air,2.4,kota
2024-12-05T04:00,air,1.9,kota
2024-12-05T03:00,lapor,1,kel1
2024-12-05T03:30,lapor,1,kel1
""",
    "pins": "officer,demand,pin,by,reason\nP-05,gudang@event,never,Inspektur Rahayu,Saudara pemasok\n",
}

SCENARIO = """\
format: asn-flex/scenario/1
id: kecil
label: {id: Banjir kecil, en: A small flood}
now: 2024-12-05T06:00:00+07:00
event:
  type: banjir
  areas: [kel1, kel2]
  command_area: kota
period: {start: 2024-12-05, end: 2024-12-07}
tables: {officers: officers.csv, holdings: holdings.csv, units: units.csv, areas: areas.csv,
         observations: observations.csv, pins: pins.csv}
"""


def write_flood(folder: Path, *, rules: str = RULES, tables: Mapping[str, str] = TABLES) -> Path:
    """Write rules and scenario into a folder; return it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "aturan.yaml").write_text(rules, "utf-8")
    (folder / "scenario.yaml").write_text(SCENARIO, "utf-8")
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder


def plan_flood(folder: Path, **changes: str) -> af.Planning:
    """Plan the flood, with whole tables replaced by name."""
    write_flood(folder, tables={**TABLES, **changes})
    rulebook = af.load_rulebook(folder / "aturan.yaml")
    return af.plan(rulebook, af.load_scenario(folder, rulebook), engine="plain")
