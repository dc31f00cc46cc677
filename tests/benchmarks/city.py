"""A seeded city of any size: officers, demands and rules in the proportions of a real one; everything is invented.

python tests/benchmarks/city.py FOLDER --officers 10000 --demands 300 --rules 200
"""

from __future__ import annotations

import argparse
import csv
import random
from dataclasses import dataclass
from pathlib import Path

LABEL = "{id: rekaan, en: invented}"


@dataclass(frozen=True)
class Shape:
    """How many of what the rules speak of."""

    competencies: int = 40
    duties: int = 15
    units: int = 60
    seats_each: int = 400
    crossing: bool = False


CITY = Shape()
DUTIES, UNITS, COMPETENCIES = CITY.duties, CITY.units, CITY.competencies


def write_city(folder: Path, *, officers: int, demands: int, rules: int, teams: bool = False, seed: int = 7) -> Path:
    """Write `rules.yaml` and `scenario/` into a folder; return the folder."""
    draw = random.Random(seed)
    areas = max(1, demands // DUTIES)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rules.yaml").write_text(rules_text(draw, rules, teams=teams), "utf-8")
    scenario = folder / "scenario"
    scenario.mkdir(exist_ok=True)
    (scenario / "scenario.yaml").write_text(
        "format: asn-flex/scenario/1\nid: city\nlabel: {id: rekaan, en: invented}\n"
        "now: 2024-12-05T06:00:00+07:00\nrules: ../rules.yaml\n"
        "event: {type: flood, areas: [city], command_area: city, severity: 4, phase: response}\n"
        "period: {start: 2024-12-05, end: 2024-12-11}\n"
        "tables: {officers: officers.csv, holdings: holdings.csv, units: units.csv, areas: areas.csv}\n",
        "utf-8",
    )
    names = [f"a{i:03d}" for i in range(areas)]
    _write(
        scenario / "areas.csv",
        ["id", "name", "parent", "level", "lat", "lon", "flooded", "affected_people"],
        [["city", "City", "", "city", "2.96", "99.80", "", ""]]
        + [
            [
                n,
                n,
                "city",
                "ward",
                f"{2.9 + draw.random() / 8:.5f}",
                f"{99.7 + draw.random() / 8:.5f}",
                "ya",
                draw.randint(50, 3000),
            ]
            for n in names
        ],
    )
    classes = ["essential", "support", "administrative"]
    _write(
        scenario / "units.csv",
        ["id", "service_class", "area", "tags"],
        [[f"u{i:02d}", classes[i % 3], draw.choice(names), ""] for i in range(UNITS)],
    )
    _write(
        scenario / "officers.csv",
        [
            "id",
            "unit",
            "employment",
            "position_class",
            "sex",
            "home_area",
            "rest_hours",
            "hours_7d",
            "fit",
            "willing",
            "available",
        ],
        [
            [
                f"P{i:07d}",
                f"u{draw.randrange(UNITS):02d}",
                draw.choice(["pns", "pppk", "cpns"]),
                draw.choice(["pelaksana", "pelaksana", "fungsional", "pengawas"]),
                draw.choice("fm"),
                draw.choice(names) if draw.random() < 0.95 else "",
                draw.choice(["", "6", "8", "10", "12"]),
                draw.randint(0, 48),
                draw.choice(["", "ya", "ya", "ya", "tidak"]),
                draw.choice(["", "ya", "ya"]),
                "tidak" if draw.random() < 0.05 else "",
            ]
            for i in range(officers)
        ],
    )
    _write(
        scenario / "holdings.csv",
        ["officer", "competency", "level", "evidence", "valid_until"],
        [
            [
                f"P{i:07d}",
                f"k{draw.randrange(COMPETENCIES):02d}",
                draw.randint(1, 5),
                draw.choice(["", "certificate"]),
                "",
            ]
            for i in range(officers)
            for _ in range(3)
        ],
    )
    return folder


def _write(path: Path, header: list[str], rows: list[list[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def rules_text(draw: random.Random, count: int, *, teams: bool, shape: Shape = CITY) -> str:
    """Return a rulebook with so many rules of all kinds."""
    lines = [
        "format: asn-flex/rules/1",
        f"pack: {{id: city, version: '1', languages: [id, en], label: {LABEL}}}",
        f"sources: {{s: {{label: {LABEL}}}}}",
        f"events: {{flood: {{label: {LABEL}}}}}",
        "competencies:",
    ]
    for i in range(shape.competencies):
        edges = ""
        if i % 3 == 1:
            edges = f", implies: [{{competency: k{i - 1:02d}, level_offset: -1}}]"
        elif i % 3 == 2:
            edges = f", substitutes: [{{for: k{i - 2:02d}, strength: 0.{draw.randint(5, 9)}}}]"
        lines.append(f"  k{i:02d}: {{label: {LABEL}{edges}}}")
    lines.append("duties:")
    for i in range(shape.duties):
        kind = ("life_safety", "essential", "support")[i % 3]
        first, second = draw.sample(range(shape.competencies), 2)
        needs = f"{{competency: k{first:02d}, level: {draw.randint(1, 3)}}}"
        if i % 2:
            needs += f", {{competency: k{second:02d}, level: 1}}"
        lines.append(
            f"  d{i:02d}: {{label: {LABEL}, class: {kind}, priority: {draw.randint(1, 9)}, requires: [{needs}]}}"
        )
    lines.append("rules:")
    lines += [
        f"  - {{id: ACT-{i:02d}, kind: activate, label: {LABEL}, source: [s], duty: d{i:02d}, each: area, level: ward, "
        f"seats: {{base: {draw.randint(1, 3)}, per: {{fact: area.affected_people, each: {shape.seats_each}, add: 1}}, "
        "minimum: 2}}"
        for i in range(shape.duties)
    ]
    if teams:
        lines += [
            f"  - {{id: TEA-{i:02d}, kind: team, label: {LABEL}, source: [s], duty: d{i:02d}, "
            f"include: {{who: {{holds: {{competency: {_competency(draw, shape)}, level: 2}}}}, per: 4}}}}"
            for i in range(0, shape.duties, 3)
        ]
    makers = [_cover, _forbid, _limit, _prefer, _protect, _prioritise]
    for n in range(max(0, count - shape.duties)):
        lines.append("  - " + makers[n % len(makers)](draw, n, shape))
    return "\n".join(lines) + "\n"


def _head(prefix: str, n: int, kind: str) -> str:
    return f"{{id: {prefix}-{n:03d}, kind: {kind}, label: {LABEL}, source: [s], "


def _competency(draw: random.Random, shape: Shape) -> str:
    return f"k{draw.randrange(shape.competencies):02d}"


def _duty(draw: random.Random, shape: Shape) -> str:
    return f"duty: d{draw.randrange(shape.duties):02d}, "


def _cover(draw: random.Random, n: int, shape: Shape) -> str:
    if draw.random() < 0.6:
        return (
            _head("COV", n, "cover")
            + _duty(draw, shape)
            + f"by: substitution, max_hops: 1, min_strength: 0.{draw.randint(4, 6)}}}"
        )
    who = f"who: {{holds: {{competency: {_competency(draw, shape)}, level: 2}}, officer.employment: pns}}"
    return (
        _head("COV", n, "cover")
        + _duty(draw, shape)
        + who
        + f", strength: 0.{draw.randint(3, 8)}, max_share: {draw.randint(20, 80)}%}}"
    )


def _forbid(draw: random.Random, n: int, shape: Shape) -> str:
    tests = [
        "{officer.rest_hours: {lt: 8}, officer.position_class: pengawas}",
        "{officer.fit: false}",
        "{officer.employment: cpns, officer.sex: f}",
        "{unit.service_class: essential, officer.willing: false}",
    ]
    ask = ", if_unknown: confirm" if draw.random() < 0.5 else ""
    return _head("FRB", n, "forbid") + _duty(draw, shape) + f"who: {draw.choice(tests)}{ask}}}"


def _limit(draw: random.Random, n: int, shape: Shape) -> str:
    tests = ["{pair.travel_min: {lte: 25}}", "{officer.hours_7d: {lt: 45}}", "{officer.rest_hours: {gte: 6}}"]
    return (
        _head("LIM", n, "limit")
        + _duty(draw, shape)
        + f"must: {draw.choice(tests)}, if_unknown: confirm, confirm_points: 150}}"
    )


def _prefer(draw: random.Random, n: int, shape: Shape) -> str:
    if draw.random() < 0.3:
        return _head("PRF", n, "prefer") + _duty(draw, shape) + "minimise: pair.travel_min, weight: 2, if_unknown: 60}"
    head = _head("PRF", n, "prefer") + _duty(draw, shape)
    return head + f"who: {{officer.willing: true}}, points: -{draw.randint(5, 50)}}}"


def _protect(draw: random.Random, n: int, shape: Shape) -> str:
    who = ""
    if shape.crossing:
        # Two sets of one unit that overlap without nesting.
        n_unit = (n // 12) % shape.units
        who = "who: {officer.sex: f}, " if (n // 6) % 2 else "who: {officer.employment: pns}, "
    else:
        n_unit = draw.randrange(shape.units)
    return _head("PRO", n, "protect") + f"unit: u{n_unit:02d}, {who}keep: {{share: {draw.randint(30, 95)}%}}}}"


def _prioritise(draw: random.Random, n: int, shape: Shape) -> str:
    return (
        _head("PRI", n, "prioritise")
        + _duty(draw, shape)
        + f"add: 1, when: {{area.affected_people: {{gte: {draw.randint(500, 2500)}}}}}}}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--officers", type=int, default=10_000)
    parser.add_argument("--demands", type=int, default=300)
    parser.add_argument("--rules", type=int, default=200)
    parser.add_argument("--teams", action="store_true", help="one team rule per life-safety duty")
    given = parser.parse_args()
    write_city(given.folder, officers=given.officers, demands=given.demands, rules=given.rules, teams=given.teams)
