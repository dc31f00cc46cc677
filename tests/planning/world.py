"""A world of one unit, three areas and one duty without requirements, for tests of one constraint at a time."""

from __future__ import annotations

from pathlib import Path

import asn_flex as af

from ..oracle.drawing import write_case as write
from ..support import load_case

LABEL = {"id": "x", "en": "x"}
RULES = {
    "format": "asn-flex/rules/1",
    "pack": {"id": "alike", "version": "1", "languages": ["id", "en"], "label": LABEL},
    "events": {"flood": {"label": LABEL}},
    "duties": {"d1": {"label": LABEL, "class": "essential", "priority": 5, "tags": [], "requires": []}},
}
ACTIVATE = {"id": "ACT-01", "kind": "activate", "label": LABEL, "duty": "d1", "each": "event", "seats": {"base": 1}}
PREFER = {
    "id": "PRF-01", "kind": "prefer", "label": LABEL, "minimise": "pair.travel_min", "weight": 1, "if_unknown": 60,
}  # fmt: skip
SCENARIO = {
    "format": "asn-flex/scenario/1",
    "id": "alike",
    "label": LABEL,
    "now": "2024-12-10T08:00:00+07:00",
    "event": {"type": "flood", "areas": ["k1"], "command_area": "k1"},
    "period": {"start": "2024-12-10", "end": "2024-12-12"},
}
AREAS = [{"id": a, "name": a, "parent": "", "level": "", "lat": "", "lon": ""} for a in ("k1", "k2", "k3")]
UNITS = [{"id": "u", "service_class": "support", "area": "", "tags": ""}]


def officer(name: str, hours: str, home: str = "k1") -> dict[str, str]:
    return {"id": name, "unit": "u", "home_area": home, "hours_7d": hours}


def pin(name: str, demand: str, kind: str) -> dict[str, str]:
    return {"officer": name, "demand": demand, "pin": kind, "by": "x", "reason": "x"}


def planned(
    folder: Path, rules: list[dict], tables: dict[str, list[dict]], sections: dict | None = None
) -> af.Planning:
    """Plan the world with rules and tables, and with other sections of the rulebook."""
    write(RULES | (sections or {}) | {"rules": rules}, SCENARIO, {"areas": AREAS, "units": UNITS, **tables}, folder)
    return af.plan(*load_case(folder), engine="plain")


def who_goes(folder: Path, rules: list[dict], tables: dict[str, list[dict]]) -> list[tuple[str, str]]:
    planning = planned(folder, rules, tables)
    assert planning.verify().ok
    return [(a.officer, a.demand) for a in planning.assignments]
