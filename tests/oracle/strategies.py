"""Hypothesis strategies: random small cases, valid by DESIGN; rules bind and facts are missing often."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import strategies as st

from .choose import PinFault, Problem, pose
from .draw_rules import draw_rules
from .drawing import LABEL, Dice, Plain, write_case
from .situation import Conflict, infer
from .world import World

OFFICERS = "ABCDEF"
NAMES = (("kota", "kec1", "kel11", "kec2"), ("12", "12.10", "12.100", "12.1"))
LEVELS = ("kota", "kecamatan", "kelurahan", "rw")
PERIODS = (
    {"start": "2024-12-10", "end": "2024-12-12"},
    {"start": "2024-12-08", "end": "2024-12-11"},
    {"start": "2024-12-10", "end": "2024-12-10"},
    {"start": "2024-12-10T06:00:00+07:00", "end": "2024-12-12T00:00:00+07:00"},
    {"start": "2024-12-11", "end": "2024-12-13"},
)
TIMES = (
    "2024-12-10T07:30:00+07:00",
    "2024-12-10T08:00:00+07:00",
    "2024-12-10T02:00:00",
    "2024-12-10T00:45:00Z",
    "2024-12-10T06:30:00+07:00",
    "2024-12-09T09:00:00+07:00",
    "2024-12-10T08:00:01+07:00",
)


class Case(NamedTuple):
    """A drawn case: what `solve` takes, and what `write_case` writes."""

    rules: dict
    scenario: dict
    tables: dict[str, list[dict]]
    previous: dict[str, str] | None
    assume: dict[str, str]


def draw_areas(dice: Dice) -> list[dict]:
    """1-4 areas in a tree, the root first."""
    names = dice.one(NAMES)[: dice.one([3, 2, 4, 1])]
    depth: dict[str, int] = {}
    rows = []
    for n, name in enumerate(names):
        parent = "" if n == 0 else dice.one(names[:n])
        depth[name] = depth[parent] + 1 if parent else 0
        here = dice.chance(75 if n == 0 else 55)
        rows.append(
            {
                "id": name,
                "name": name,
                "parent": parent,
                "level": LEVELS[depth[name]],
                "lat": f"2.{dice.number(900, 999)}" if here else "",
                "lon": f"99.{dice.number(700, 850)}" if here else "",
                "flooded": dice.cell(50, ["true", "ya", "false"]),
                "depth_cm": dice.cell(40, ["20", "70.5", "150"]),
                "population": dice.cell(40, ["300", "800"]),
                "affected_people": dice.cell(40, ["40", "101", "200"]),
                "jalan": dice.cell(50, ["baik", "putus"]),
            }
        )
    return rows


def draw_scenario(dice: Dice, areas: list[str]) -> dict:
    """The content of scenario.yaml."""
    plain = [Plain(area) for area in areas]
    event = {
        "type": dice.one(["rob", "banjir", "gempa"]),
        "areas": dice.some(plain, 1, 2),
        "command_area": dice.one(plain),
    }
    event |= (
        {"started": dice.one(["2024-12-08T09:00:00+07:00", "2024-12-09T08:00:00+07:00"])} if dice.chance(80) else {}
    )
    event |= dice.maybe(70, "severity", [3, 2, 4]) | dice.maybe(70, "phase", ["response", "alert"])
    event |= dice.maybe(70, "affected_people", [500, 90, 1200]) | dice.maybe(70, "hujan", [100, 40, 180])
    event |= dice.maybe(20, "jebol", [True, False]) | dice.maybe(25, "posko", ["siap", "penuh"])
    return {
        "format": "asn-flex/scenario/1",
        "id": "drawn",
        "label": LABEL,
        "now": "2024-12-10T08:00:00+07:00",
        "event": event,
        "period": dice.one(PERIODS),
    }


def draw_officer(dice: Dice, name: str, units: list[str], areas: list[str]) -> dict:
    """A row of officers.csv, with many empty cells."""
    return {
        "id": name,
        "unit": dice.one(units),
        "employment": dice.cell(20, ["pns", "pppk", "cpns"]),
        "sex": dice.cell(25, ["f", "m"]),
        "birth_date": dice.cell(25, ["1969-01-01", "1985-05-01", "1999-09-09"]),
        "service_until": dice.cell(92, ["2024-12-12", "2030-01-01"]),
        "home_area": dice.cell(15, areas),
        "available": dice.cell(70, ["true", "tidak", "ya", "1", "true"]),
        "available_from": dice.cell(93, ["2024-12-01", "2024-12-11"]),
        "available_until": dice.cell(93, ["2024-12-31", "2024-12-11"]),
        "fit": dice.cell(25, ["true", "ya", "false"]),
        "affected": dice.cell(25, ["true", "false"]),
        "willing": dice.cell(25, ["ya", "tidak"]),
        "rest_hours": dice.cell(20, ["3", "8", "12.5"]),
        "hours_7d": dice.cell(25, ["0", "2.5", "12", "40"]),
        "deployed_days_90d": dice.cell(50, ["3", "10"]),
        "renang": dice.cell(30, ["ya", "tidak"]),
        "bahasa": dice.cell(30, ["melayu", "batak|melayu", "jawa"]),
    }


def draw_tables(dice: Dice, rules: dict, areas: list[dict]) -> dict[str, list[dict]]:
    """All tables but the pins."""
    names = [row["id"] for row in areas]
    units = [
        {
            "id": unit,
            "service_class": dice.cell(25, ["essential", "administrative", "support"]),
            "area": dice.cell(30, names),
            "tags": dice.cell(40, ["posko", "posko|gudang", "gudang"]),
            "beban": dice.cell(40, ["1", "2.5", "7"]),
        }
        for unit in ["u1", "u2", "u3"][: dice.one([2, 2, 3])]
    ]
    own = ["u1", "u1", "u1", "u1", *(row["id"] for row in units)]
    officers = [draw_officer(dice, name, own, names) for name in OFFICERS[: dice.one([4, 5, 6, 3, 5, 6, 6])]]
    holdings = []
    for officer in officers:
        for competency in dice.some(rules["competencies"], dice.one([1, 2, 0]), 3):
            top = rules["competencies"][competency].get("levels", 5)
            holdings.append(
                {
                    "officer": officer["id"],
                    "competency": competency,
                    "level": str(dice.one([min(2, top), 1, min(3, top), top])),
                    "evidence": dice.cell(60, ["sertifikat", "latihan", "latihan|sertifikat"]),
                    "valid_until": dice.cell(85, ["2024-12-10", "2024-12-12", "2025-06-01"]),
                }
            )
    tables = {"areas": areas, "units": units, "officers": officers}
    if holdings:
        tables["holdings"] = holdings
    travel = {
        (dice.one(names), dice.one(names)): dice.one(["5", "12.5", "30", "55"]) for _ in range(dice.one([0, 1, 3, 5]))
    }
    if travel:
        tables["travel"] = [{"from": a, "to": b, "minutes": m} for (a, b), m in travel.items()]
    observations = [
        {
            "time": dice.one(TIMES),
            "kind": dice.one(["tinggi_air", "laporan"]),
            "value": dice.one(["1", "2.5", "3.2"]),
            "area": dice.cell(20, names),
        }
        for _ in range(dice.one([0, 2, 3, 4]))
    ]
    if observations:
        tables["observations"] = observations
    by_hand = draw_by_hand(dice, rules, names) if dice.chance(30) else []
    return tables | ({"demands": by_hand} if by_hand else {})


def draw_by_hand(dice: Dice, rules: dict, areas: list[str]) -> list[dict]:
    """Rows of demands.csv, one per demand."""
    activates = [rule for rule in rules["rules"] if rule["kind"] == "activate"]
    rows = {}
    for _ in range(dice.number(1, 2)):
        rule = dice.one(activates)
        duty = rule["duty"] if dice.chance(75) else dice.one(rules["duties"])
        place = "event" if rule["each"] == "event" and dice.chance(70) else dice.one(areas)
        shifts = [""] + [shift["id"] for one in activates if one["duty"] == duty for shift in one.get("shifts", [])]
        shift = dice.one(shifts)
        rows[duty, place, shift] = {
            "duty": duty,
            "area": place,
            "shift": shift,
            "seats": dice.one(["2", "1", "3", "0"]),
            "minimum": dice.cell(60, ["1", "2"]),
            "covered_elsewhere": dice.cell(60, ["1", "2"]),
            "by": "bpbd",
        }
    return list(rows.values())


def draw_pins(dice: Dice, pairs: list, officers: list[str], demands: list[str]) -> list[dict]:
    """Pins on demands that exist, mostly on eligible pairs."""
    rows = {}
    for _ in range(dice.number(1, 2)):
        pair = dice.one(pairs) if pairs and dice.chance(90) else (dice.one(officers), dice.one(demands))
        pin = dice.one(["never", "must"])
        rows[pair] = {"officer": pair[0], "demand": pair[1], "pin": pin, "by": "bpbd", "reason": "x"}
    return list(rows.values())


def throw(dice: Dice, max_seats: int) -> Case:
    """A whole case; one where hardly anybody goes is mostly thrown again, since little can bind in it."""
    while True:
        areas = draw_areas(dice)
        names = [row["id"] for row in areas]
        rules = draw_rules(dice, [Plain(name) for name in names])
        scenario = draw_scenario(dice, names)
        tables = draw_tables(dice, rules, areas)
        event = {"phase": "response", "severity": "4", "hujan": "180", "jebol": "true"}
        assume = {f"event.{name}": event[name] for name in dice.some(event, 1, 1)} if dice.chance(15) else {}
        case = Case(rules, scenario, tables, None, assume)
        try:
            problem = posed(case)
        except Conflict:
            return case
        seats = sum(demand.seats for demand in problem.demands.values())
        if seats <= max_seats and (dice.chance(7) or len(problem.best_plan()) > dice.one([0, 1, 1, 2, 2])):
            return with_decisions(dice, case, problem)


def posed(case: Case) -> Problem:
    """The oracle's reading of the case."""
    world = World(case.rules, case.scenario, case.tables)
    return pose(world, infer(world, case.assume), case.previous)


def with_decisions(dice: Dice, case: Case, problem: Problem) -> Case:
    """The case with pins and a previous plan, now and then; pins that cannot hold together are rare."""
    pairs, demands, officers = sorted(problem.eligible), sorted(problem.demands), sorted(problem.hours)
    if demands and dice.chance(50 if len(demands) > 1 else 15):
        previous = {}
        for officer in dice.some([*officers, "Z"], 1, 5):
            mine = [demand for one, demand in pairs if one == officer]
            previous[officer] = dice.one(mine) if mine and dice.chance(85) else dice.one([*demands, "d1@lain"])
        case = case._replace(previous=previous)
    if demands and dice.chance(30):
        pinned = case._replace(tables=case.tables | {"pins": draw_pins(dice, pairs, officers, demands)})
        try:
            posed(pinned).best_plan()
        except PinFault:
            if dice.chance(75):
                return case
        return pinned
    return case


def thinned(case: Case, drops) -> Case:
    """The case without some rules and rows (`drops()` says of each whether to drop it), still valid."""
    rules = [rule for rule in case.rules["rules"] if not drops()]
    ids = {rule["id"] for rule in rules}
    kept = []
    for rule in rules:
        left = [one for one in rule.get("overrides", []) if one in ids]
        without = {key: value for key, value in rule.items() if key != "overrides"}
        if left or rule.get("by") != "standard":
            kept.append(without | ({"overrides": left} if left else {}))
    tables = dict(case.tables)
    for name in ("officers", "holdings", "travel", "observations", "demands", "pins"):
        tables[name] = [row for row in tables.get(name, []) if not drops()]
    officers = {row["id"] for row in tables["officers"]}
    for name in ("holdings", "pins"):
        tables[name] = [row for row in tables[name] if row["officer"] in officers]
    known = {
        (rule["duty"], shift["id"]) for rule in kept if rule["kind"] == "activate" for shift in rule.get("shifts", [])
    }
    tables["demands"] = [row for row in tables["demands"] if not row["shift"] or (row["duty"], row["shift"]) in known]
    tables = {name: rows for name, rows in tables.items() if rows}
    thin = case._replace(rules=case.rules | {"rules": kept}, tables=tables)
    if "officers" not in tables:
        return case
    if "pins" in tables:
        try:
            real = set(posed(thin._replace(tables={k: v for k, v in tables.items() if k != "pins"})).demands)
        except Conflict:
            real = set()
        pins = [row for row in tables["pins"] if row["demand"] in real]
        tables = {k: v for k, v in tables.items() if k != "pins"} | ({"pins": pins} if pins else {})
    return thin._replace(tables=tables)


@st.composite
def cases(draw, max_seats: int = 8) -> Case:
    """A whole case; the demands have at most `max_seats` seats together.

    It is thrown from a drawn seed, which keeps the odds what they are meant to be; then rules and rows are
    dropped, few when drawing, as many as possible when a failure is made small.
    """
    case = throw(Dice(draw(st.integers(0, 2**40))), max_seats)
    return thinned(case, lambda: draw(st.integers(0, 30)) == 0)


__all__ = ["Case", "cases", "write_case"]
