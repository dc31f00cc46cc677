"""A small world to edit: four officers, two duties, and rules in which every edit has an effect worked by hand.

`pos` takes two people who nurse at level 2: Ani and Dwi do, Budi can stand in as a midwife (strength 0.7). `gudang`
takes one and asks for nothing. Citra is not fit, so FRB-1 refuses her everywhere.
"""

from __future__ import annotations

import asn_flex as af
from asn_flex.domain.scenario import Scenario
from asn_flex.rulebook.loader import build_rulebook
from asn_flex.rulebook.model import Rulebook

RULES = """\
format: asn-flex/rules/1
pack: {id: kecil, version: "1", label: {id: Kecil, en: Small}}
sources: {uu: {label: {id: UU Contoh, en: Sample Law}}}
events: {banjir: {label: {id: Banjir, en: Flood}}}
attributes: {officer.renang: {type: bool, label: {id: Dapat berenang, en: Can swim}}}
measures: {sungai: {observe: air, window: 6h, take: max, scope: event}}
parameters: {istirahat: {unit: h, values: [{from: 2024-01-01, value: 8, source: [uu]}]}}
competencies:
  rawat: {label: {id: Perawatan, en: Nursing}}
  bidan: {label: {id: Kebidanan, en: Midwifery}, substitutes: [{for: rawat, strength: 0.7}]}
duties:
  pos: {label: {id: Pos kesehatan, en: Health post}, class: life_safety, priority: 5, requires: [{competency: rawat, level: 2}]}
  gudang: {label: {id: Gudang, en: Warehouse}, class: support, priority: 3}
rules:
  - {id: ACT-1, kind: activate, duty: pos, each: event, seats: {base: 2}, source: ["uu#3"]}
  - {id: ACT-2, kind: activate, duty: gudang, each: event, seats: {base: 1}}
  - {id: COV-1, kind: cover, duty: pos, by: substitution, min_strength: 0.5}
  - {id: FRB-1, kind: forbid, who: {officer.fit: false}}
  - {id: LIM-1, kind: limit, must: {officer.rest_hours: {gte: {param: istirahat}}}}
tests:
  - name: {id: Perawat boleh, en: A nurse may}
    now: 2024-12-05T06:00:00+07:00
    given: {event: {type: banjir}, officer: {holdings: [{competency: rawat, level: 2}], rest_hours: 9, fit: true}}
    expect: {eligible: {pos: {standard: true}}}
"""  # noqa: E501 - as people write it


def edited(*changes: tuple[str, str], text: str = RULES) -> Rulebook:
    """Read the rulebook with pieces of its text replaced."""
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return build_rulebook({"aturan/rules.yaml": text.encode()})


OLD = edited()

STRICTER = ("min_strength: 0.5", "min_strength: 0.8")
LARGER = ("seats: {base: 2}", "seats: {base: 3}")
NO_FORBID = ("  - {id: FRB-1, kind: forbid, who: {officer.fit: false}}\n", "")


def flood(rulebook: Rulebook = OLD, *, name: str = "banjir-1", **tables: object) -> Scenario:
    """Make the scenario of the small world."""
    given: dict[str, object] = {
        "officers": {
            "id": ["ani", "budi", "citra", "dwi"],
            "name": ["Ani R.", "Budi R.", "Citra R.", "Dwi R."],
            "unit": ["dinkes"] * 4,
            "fit": ["true", "true", "false", "true"],
            "rest_hours": ["10", "10", "10", "10"],
            "hours_7d": ["0", "0", "0", "0"],
        },
        "holdings": {"officer": ["ani", "budi", "dwi"], "competency": ["rawat", "bidan", "rawat"], "level": [3, 3, 2]},
        "units": {"id": ["dinkes"], "name": ["Dinas Kesehatan"]},
        "areas": {"id": ["kota"], "name": ["Kota"]},
    }
    return af.scenario_from_tables(
        rulebook, id=name, now="2024-12-05T06:00:00+07:00", period=("2024-12-05", "2024-12-06"),
        event={"type": "banjir", "areas": ["kota"], "command_area": "kota"}, **(given | tables),
    )  # fmt: skip
