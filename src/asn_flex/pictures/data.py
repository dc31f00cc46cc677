"""What is in a picture: numbers of the plan, counted and named, without anything about how they look.

Names of officers are in none of them. Pictures are for planners all the same: from which office few people go may tell
who they are (semantics §9).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from asn_flex.domain.plan import DemandRecord
from asn_flex.errors import Text
from asn_flex.explain.naming import area_name, competency_name, duty_name, unit_name
from asn_flex.i18n import say
from asn_flex.report.coverage import state_of
from asn_flex.report.planned import Planned, Planning, edges_of
from asn_flex.rulebook.model import Rulebook

# Beyond so many rows, columns or places the rest is put together or only counted, and the picture says so.
MOST = 24


@dataclass(frozen=True)
class Bar:
    """A duty: its seats, and how many of them are filled; `state` tells whether every minimum is reached."""

    label: Text
    filled: int
    seats: int
    state: str


@dataclass(frozen=True)
class Coverage:
    """How full the duties are, the first class first; `rest` are the duties that did not fit."""

    bars: tuple[Bar, ...]
    rest: int


@dataclass(frozen=True)
class Moves:
    """How many officers go from each unit (a row) to each duty (a column)."""

    units: tuple[Text, ...]
    duties: tuple[Text, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Spot:
    """An area with demands: where it lies, its seats, and how many are filled."""

    label: Text
    lat: float
    lon: float
    filled: int
    seats: int
    state: str


@dataclass(frozen=True)
class Map:
    """The areas that have coordinates, of their own or of an area around them; `unplaced` have none."""

    spots: tuple[Spot, ...]
    unplaced: int


@dataclass(frozen=True)
class Edge:
    """From a competency to the one it counts as; `strength` empty where it counts in full; `used` so often."""

    start: int
    end: int
    strength: str
    used: int


@dataclass(frozen=True)
class Graph:
    """The competencies that are joined, and how: from the left to the right, in an order with few crossings."""

    nodes: tuple[Text, ...]
    edges: tuple[Edge, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]


Data = Coverage | Moves | Map | Graph


def coverage(planning: Planning) -> Coverage:
    """Count the seats of every duty."""
    planned = Planned(planning)
    bars = [
        Bar(duty_name(planned.rulebook, duty), *_seats(demands), state_of(demands))
        for duty, demands in planned.by_duty.items()
    ]
    return Coverage(tuple(bars[:MOST]), max(0, len(bars) - MOST))


def _seats(demands: tuple[DemandRecord, ...]) -> tuple[int, int]:
    return sum(d.filled for d in demands), sum(d.seats for d in demands)


def moves(planning: Planning) -> Moves:
    """Count who goes from which unit to which duty; the units that send fewest, and the least duties, as one."""
    planned = Planned(planning)
    found = Counter((planned.unit_of[a.officer], planned.demands[a.demand].duty) for a in planned.plan.assignments)
    rows: Counter[str] = Counter()
    columns: Counter[str] = Counter()
    for (unit, duty), count in found.items():
        rows[unit] += count
        columns[duty] += count
    chosen = set(_most(columns))
    units, duties = _most(rows), [duty for duty in planned.by_duty if duty in chosen]
    rest = say("picture.others")
    more_units, more_duties = len(rows) > len(units), len(columns) > len(duties)
    table = Counter[tuple[int, int]]()
    for (unit, duty), count in found.items():
        row = units.index(unit) if unit in units else len(units)
        table[row, duties.index(duty) if duty in duties else len(duties)] += count
    return Moves(
        tuple(unit_name(planned.scenario, unit) for unit in units) + ((rest,) if more_units else ()),
        tuple(duty_name(planned.rulebook, duty) for duty in duties) + ((rest,) if more_duties else ()),
        tuple(
            tuple(table[row, column] for column in range(len(duties) + more_duties))
            for row in range(len(units) + more_units)
        ),
    )


def _most(counted: Counter[str]) -> list[str]:
    return [name for name, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:MOST]]


def areas(planning: Planning) -> Map:
    """Count the seats of every area with demands; demands of the whole event have no place."""
    planned = Planned(planning)
    groups: dict[str, list[DemandRecord]] = {}
    for demand in planned.plan.demands:
        if demand.area is not None:
            groups.setdefault(demand.area, []).append(demand)
    spots: list[Spot] = []
    for area, demands in sorted(groups.items()):
        position = planned.scenario.area_tree.position(area)
        if position is not None:
            filled, seats = _seats(tuple(demands))
            spots.append(Spot(area_name(planned.scenario, area), *position, filled, seats, state_of(demands)))
    return Map(tuple(spots), len(groups) - len(spots))


def competencies(rulebook: Rulebook, planning: Planning | None = None) -> Graph:
    """Return the competency graph; of a planning, the edges that it uses, and how often."""
    used: Counter[tuple[str, str]] = Counter()
    for item in planning.plan.assignments if planning is not None else ():
        for path in item.basis.paths:
            used.update(zip(path.via, path.via[1:], strict=False))
    pairs = [pair for pair in edges_of(rulebook) if planning is None or used[pair[:2]]]
    names = sorted({end for pair in pairs for end in pair[:2]})
    number = {name: i for i, name in enumerate(names)}
    edges = tuple(Edge(number[a], number[b], strength, used[a, b]) for a, b, strength in pairs)
    left, right = _ordered(edges)
    return Graph(tuple(competency_name(rulebook, name) for name in names), edges, left, right)


def _ordered(edges: tuple[Edge, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Put both sides in order: each node near the middle of those that it is joined to (barycentres)."""
    left, right = sorted({e.start for e in edges}), sorted({e.end for e in edges})
    for _ in range(12):
        at = {node: i / len(left) for i, node in enumerate(left)}
        right.sort(key=lambda node: (_middle([at[e.start] for e in edges if e.end == node]), node))
        at = {node: i / len(right) for i, node in enumerate(right)}
        left.sort(key=lambda node: (_middle([at[e.end] for e in edges if e.start == node]), node))
    return tuple(left), tuple(right)


def _middle(places: list[float]) -> float:
    return sum(places) / len(places)
