"""Seeded cities, provinces and the nation in the public formats, tables in Parquet; everything is invented.

Officers have a post, and with it competencies, as civil servants do: a hundred posts and more, levels by seniority,
shifts of eight hours. `distinct` gives every officer competencies and hours of their own instead,
the worst case of grouping.

python -m tests.benchmarks.places FOLDER --officers 100000 --demands 1000 --rules 300
"""

from __future__ import annotations

import argparse
import random
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import polars as pl

from .city import Shape, rules_text


@dataclass(frozen=True)
class Place:
    """What to invent.

    Parameters
    ----------
    officers, demands, rules : how many; a demand is a duty in an area
    competencies, duties : how many the rulebook names
    distinct : no two officers are alike
    teams : one team rule per life-safety duty
    crossing : protects that cross within a unit
    shortage : four times the seats
    sensors : every area has an observation of its own, and a measure decides its duties
    """

    officers: int
    demands: int
    rules: int = 200
    competencies: int = 40
    duties: int = 15
    distinct: bool = False
    teams: bool = False
    crossing: bool = False
    shortage: bool = False
    sensors: bool = False
    seed: int = 7

    @property
    def areas(self) -> int:
        """How many areas the demands lie in."""
        return max(1, self.demands // self.duties)

    @property
    def units(self) -> int:
        """How many units: one for about 400 officers, at least 10."""
        return max(10, min(2000, self.officers // 400))


def write_place(folder: Path, place: Place) -> Path:
    """Write `rules.yaml` and `scenario/` into a folder; return the folder."""
    scenario = folder / "scenario"
    scenario.mkdir(parents=True, exist_ok=True)
    shape = Shape(
        competencies=place.competencies, duties=place.duties, units=place.units, crossing=place.crossing,
        seats_each=100 if place.shortage else 400,
    )  # fmt: skip
    text = rules_text(random.Random(place.seed), place.rules, teams=place.teams, shape=shape)
    if place.sensors:
        text = _with_sensors(text)
    (folder / "rules.yaml").write_text(text, "utf-8")
    tables = ["officers", "holdings", "units", "areas"] + (["observations"] if place.sensors else [])
    (scenario / "scenario.yaml").write_text(
        "format: asn-flex/scenario/1\nid: place\nlabel: {id: rekaan, en: invented}\n"
        "now: 2024-12-05T06:00:00+07:00\nrules: ../rules.yaml\n"
        "event: {type: flood, areas: [city], command_area: city, severity: 4, phase: response}\n"
        "period: {start: 2024-12-05, end: 2024-12-11}\n"
        f"tables: {{{', '.join(f'{t}: {t}.parquet' for t in tables)}}}\n",
        "utf-8",
    )
    draw = np.random.default_rng(place.seed)
    frames = {"areas": _areas(place, draw), "units": _units(place, draw), **_people(place, draw)}
    if place.sensors:
        frames["observations"] = _observations(place, draw)
    for name, frame in frames.items():
        frame.write_parquet(scenario / f"{name}.parquet")
    return folder


def _with_sensors(text: str) -> str:
    """Let a measure of the area decide, per area, whether a duty arises there and how many seats it has."""
    measure = (
        "measures:\n  river_m: {label: {id: rekaan, en: invented}, observe: river_m, take: max, window: 6h, "
        "scope: area}\n"
    )
    head, rules = text.split("rules:\n", 1)
    rules = rules.replace("each: area, level: ward,", "each: area, level: ward, when: {measure.river_m: {gte: 1}},")
    return head + measure + "rules:\n" + rules


def _areas(place: Place, draw: np.random.Generator) -> pl.DataFrame:
    n = place.areas
    names = [f"a{i:03d}" for i in range(n)]
    people = draw.integers(50, 3000, n)
    return pl.DataFrame(
        {
            "id": ["city", *names],
            "name": ["City", *names],
            "parent": [None, *["city"] * n],
            "level": ["city", *["ward"] * n],
            "lat": [2.96, *np.round(2.9 + draw.random(n) / 8, 5).tolist()],
            "lon": [99.8, *np.round(99.7 + draw.random(n) / 8, 5).tolist()],
            "flooded": [None, *[True] * n],
            "affected_people": [None, *people.tolist()],
        }
    )


def _units(place: Place, draw: np.random.Generator) -> pl.DataFrame:
    n = place.units
    classes = ["essential", "support", "administrative"]
    homes = draw.integers(0, place.areas, n)
    return pl.DataFrame(
        {
            "id": [f"u{i:02d}" for i in range(n)],
            "service_class": [classes[i % 3] for i in range(n)],
            "area": [f"a{i:03d}" for i in homes],
        }
    )


def _pick(draw: np.random.Generator, cells: list[object], size: int, kind: pl.DataType | None = None) -> pl.Series:
    """Draw a column from a list of cells, each as often as it stands there."""
    return pl.Series(cells, dtype=kind, strict=False)[draw.integers(0, len(cells), size)]


def _people(place: Place, draw: np.random.Generator) -> dict[str, pl.DataFrame]:
    n = place.officers
    ids = pl.Series([f"P{i:07d}" for i in range(n)])
    hours = draw.integers(0, 10_000, n) / 100 if place.distinct else draw.integers(0, 7, n) * 8
    officers = pl.DataFrame(
        {
            "id": ids,
            "unit": pl.Series([f"u{i:02d}" for i in range(place.units)])[draw.integers(0, place.units, n)],
            "employment": _pick(draw, ["pns", "pns", "pns", "pppk", "cpns"], n),
            "position_class": _pick(draw, ["pelaksana", "pelaksana", "fungsional", "pengawas"], n),
            "sex": _pick(draw, ["f", "m"], n),
            "home_area": _pick(draw, [*(f"a{i:03d}" for i in range(place.areas))], n),
            "rest_hours": _pick(draw, [None, 6, 8, 10, 12], n, pl.Int64()),
            "hours_7d": pl.Series(hours, dtype=pl.Float64 if place.distinct else pl.Int64),
            "fit": _pick(draw, [None, True, True, True, False], n, pl.Boolean()),
            "willing": _pick(draw, [None, True, True], n, pl.Boolean()),
            "available": _pick(draw, [False, *[None] * 19], n, pl.Boolean()),
        }
    )
    if place.distinct:
        owner = np.repeat(np.arange(n), 3)
        competency, level = draw.integers(0, place.competencies, 3 * n), draw.integers(1, 6, 3 * n)
    else:
        # A post carries one to three competencies; seniority makes the level.
        posts = max(20, 3 * place.competencies)
        carried = [draw.integers(0, place.competencies, draw.integers(1, 4)) for _ in range(posts)]
        post, seniority = draw.integers(0, posts, n), draw.integers(1, 6, n)
        owner = np.repeat(np.arange(n), [len(carried[p]) for p in post.tolist()])
        competency = np.concatenate([carried[p] for p in post.tolist()]) if n else np.zeros(0, dtype=np.int64)
        level = seniority[owner]
    holdings = pl.DataFrame(
        {
            "officer": ids[owner],
            "competency": pl.Series([f"k{i:02d}" for i in range(place.competencies)])[competency],
            "level": pl.Series(level, dtype=pl.Int64),
            "evidence": _pick(draw, [None, "certificate"], len(owner), pl.String()),
        }
    )
    return {"officers": officers, "holdings": holdings}


def _observations(place: Place, draw: np.random.Generator) -> pl.DataFrame:
    n = place.areas
    return pl.DataFrame(
        {
            "time": ["2024-12-05T05:00:00+07:00"] * n,
            "kind": ["river_m"] * n,
            "value": pl.Series(np.round(1 + draw.random(n) * 4, 2), dtype=pl.Float64),
            "area": [f"a{i:03d}" for i in range(n)],
        }
    )


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what a `Place` needs to a command line."""
    for name, default in asdict(Place(10_000, 300)).items():
        if isinstance(default, bool):
            parser.add_argument(f"--{name}", action="store_true")
        else:
            parser.add_argument(f"--{name}", type=int, default=default)


if __name__ == "__main__":
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("folder", type=Path)
    arguments(made)
    given = vars(made.parse_args())
    write_place(given.pop("folder"), Place(**given))
