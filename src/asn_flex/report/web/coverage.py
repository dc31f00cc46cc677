"""Every demand with its seats, why it exists and why seats stay empty; and the areas as a map without tiles."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from asn_flex.domain.attributes import DUTY_CLASSES
from asn_flex.domain.plan import DemandRecord, Shortfall
from asn_flex.domain.scenario import Scenario
from asn_flex.eligibility.misses import nearest_misses
from asn_flex.errors import Text
from asn_flex.explain.demand import demand_node
from asn_flex.explain.naming import area_name, competency_name, duty_name, join, span, unit_name
from asn_flex.i18n import say, say_count
from asn_flex.report.coverage import state_of
from asn_flex.report.web.reader import Reader, Said, said


def duties(reader: Reader) -> list[dict[str, Any]]:
    """Return the duties of the plan: those of the first class first, then by priority."""
    planned = reader.planned
    return [
        {"id": duty, "name": said(planned.duty(duty)), "class": DUTY_CLASSES.index(demands[0].duty_class)}
        for duty, demands in planned.by_duty.items()
    ]


def classes() -> list[Said]:
    """Return what people call the classes of duties, the first one first."""
    return [said(say(f"value.duty.class.{name}")) for name in DUTY_CLASSES]


def demands(reader: Reader) -> list[dict[str, Any]]:
    """Return every demand, in the order of the plan."""
    planned = reader.planned
    order = {duty: number for number, duty in enumerate(planned.by_duty)}
    missing = {item.demand: item for item in planned.plan.shortfalls}
    found = [_demand(reader, demand, order, missing.get(demand.id)) for demand in planned.plan.demands]
    _tell_what_would_fill(reader, found)
    return found


def _tell_what_would_fill(reader: Reader, demands: list[dict[str, Any]]) -> None:
    """Put the single changes that would fill a seat beside the first demand of each sort of empty seats.

    A sort is a duty with one reason, as the page shows them. Each change is solved again, which takes its time, so only
    the first sorts are asked about, those of the first class and the first duty before others.
    """
    planning = reader.planning
    if not reader.view.sees_others or planning.plan.supersedes != (planning.previous and planning.previous.id):
        return
    sorts: dict[tuple[int, str], dict[str, Any]] = {}
    for demand in demands:
        if "short" in demand:
            sorts.setdefault((demand["duty"], str(demand["short"]["text"])), demand)
    for _, demand in sorted(sorts.items())[: reader.remedies]:
        answer = planning.shortfall(demand["id"], audience=reader.audience)
        demand["short"]["fill"] = [
            [
                said(Text(remedy.text.id, remedy.text.en)),
                said(say_count("report.fill.gain", remedy.seats, here=remedy.here)),
            ]
            for remedy in answer.remedies
        ]


def _demand(
    reader: Reader, demand: DemandRecord, order: Mapping[str, int], missing: Shortfall | None
) -> dict[str, Any]:
    view = reader.fresh()
    found: dict[str, Any] = {
        "id": demand.id,
        "duty": order[demand.duty],
        "area": demand.area,
        "place": said(reader.planned.place(demand)),
        "shift": demand.shift or "",
        "days": said(span(demand.start, demand.end)),
        "priority": demand.priority,
        "seats": demand.seats,
        "minimum": demand.minimum,
        "filled": demand.filled,
        "state": state_of([demand]),
        "because": reader.rules(demand.because),
        "proof": reader.keep([demand_node(view, view.eligibility.demands[demand.id])]),
    }
    if missing is not None:
        found["short"] = {"missing": missing.missing, "reason": missing.reason, "text": said(reason(reader, missing))}
        if reader.view.sees_others:
            found["short"]["near"] = _nearest(reader, demand.id)
    return found


# ---- why seats stay empty ----------------------------------------------------------------------------------------


def reason(reader: Reader, item: Shortfall) -> Text:
    """Return why seats stay empty, without what the reader may not see (semantics §8.6, §9)."""
    detail, key, planned = item.detail, f"show.reason.{item.reason}", reader.planned
    if item.reason == "all_committed":
        found = {planned.demands[d].duty for d in detail.get("demands", ()) if d in planned.demands}
        return say(key, duties=join(duty_name(planned.rulebook, d) for d in planned.by_duty if d in found))
    if item.reason == "protected":
        return say(key, rules=join(_protections(reader, detail.get("rules", ())), "; "))
    if item.reason in {"team", "share"}:
        return say(key, rules=join((reader.view.title(r) for r in detail.get("rules", ())), "; "))
    if item.reason == "pinned":
        officers = detail.get("officers", ()) if reader.view.sees_others else ()
        return say(key, officers=", ".join(officers)) if officers else say("show.reason.pinned.none")
    return say(key)


def _protections(reader: Reader, rules: Iterable[dict[str, str]]) -> Iterable[Text]:
    units: dict[str, list[Text]] = {}
    for item in rules:
        units.setdefault(item["rule"], []).append(unit_name(reader.planned.scenario, item["unit"]))
    for rule, names in units.items():
        yield say("show.in_unit", rule=reader.view.title(rule), units=join(names))


def _nearest(reader: Reader, demand_id: str) -> list[list[Any]]:
    """Return the officers who lack least for a demand, and what."""
    found = nearest_misses(reader.eligibility, demand_id)
    return [[officer, said(join((lack(reader, miss.to_dict()) for miss in lacks), "; "))] for officer, lacks in found]


def lack(reader: Reader, item: Mapping[str, Any]) -> Text:
    """Return one thing that somebody lacks for a demand."""
    if "competency" in item:
        name = competency_name(reader.planned.rulebook, item["competency"])
        return say("show.lacks.competency", competency=name, level=item["level"])
    if "rule" in item:
        return say("show.lacks.rule", rule=reader.view.title(item["rule"]))
    return say("show.lacks.available")


# ---- the map -----------------------------------------------------------------------------------------------------

# The map is drawn in a box about this wide; circles keep this distance, for the names below them, and areas without
# coordinates of their own stand in rings this wide around the one whose coordinates they take.
_WIDTH, _GAP, _RING = 1150.0, 44.0, 106.0
_ROUNDS = 200
_MOST_MOVED = 200


def areas(reader: Reader) -> dict[str, Any]:
    """Return the areas with demands, drawn from their coordinates; those without any are listed only.

    Where an area has no coordinates it takes its nearest ancestor's and is moved aside; `exact` tells which ones
    stand where they are.
    """
    scenario = reader.planned.scenario
    seats: dict[str, int] = {}
    for demand in reader.planned.plan.demands:
        if demand.area is not None:
            seats[demand.area] = seats.get(demand.area, 0) + demand.seats
    placed = {a: p for a in sorted(seats) if (p := scenario.area_tree.position(a)) is not None}
    size = {area: 16.0 + 6 * math.sqrt(seats[area]) for area in placed}
    points = _spread(_ringed(scenario, _projected(placed)), size)
    low = [min((p[i] - size[a] for a, p in points.items()), default=0.0) - margin for i, margin in enumerate((50, 12))]
    high = [max((p[i] + size[a] for a, p in points.items()), default=0.0) + margin for i, margin in enumerate((50, 48))]
    exact = scenario.area_tree.coordinates
    return {
        "width": round(high[0] - low[0], 1),
        "height": round(high[1] - low[1], 1),
        "list": [_area(reader, area, seats, points, size, low, exact=area in exact) for area in sorted(seats)],
    }


def _area(
    reader: Reader, area: str, seats: Mapping[str, int], points: Mapping[str, tuple[float, float]],
    size: Mapping[str, float], low: list[float], *, exact: bool,
) -> dict[str, Any]:  # fmt: skip
    scenario = reader.planned.scenario
    row = scenario.area_facts.get(area, {})
    found: dict[str, Any] = {"id": area, "name": said(area_name(scenario, area)), "seats": seats[area]}
    if area in points:
        x, y = points[area]
        found |= {"x": round(x - low[0], 1), "y": round(y - low[1], 1), "r": round(size[area], 1), "exact": exact}
    for name in ("flooded", "depth_cm", "affected_people"):
        attribute = reader.planned.rulebook.attributes.get(f"area.{name}")
        if attribute is not None and row.get(name) is not None and reader.view.sees(attribute):
            found[name] = said(reader.value(attribute.key, _plain_value(row[name])))
    found["wet"] = bool(row.get("flooded")) and "flooded" in found
    parent = row.get("parent")
    found["within"] = said(area_name(scenario, parent)) if parent else ""
    return found


def _plain_value(cell: Any) -> Any:
    from fractions import Fraction  # noqa: PLC0415 - used here only

    return cell if isinstance(cell, (bool, int, str)) else Fraction(cell)


def _projected(placed: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """Return coordinates as points of the box, north above (equirectangular: good for a city or a province)."""
    if not placed:
        return {}
    lats = [lat for lat, _ in placed.values()]
    narrow = math.cos(math.radians(sum(lats) / len(lats)))
    flat = {area: (lon * narrow, -lat) for area, (lat, lon) in placed.items()}
    low = [min(p[i] for p in flat.values()) for i in (0, 1)]
    wide = max(max(p[i] - low[i] for p in flat.values()) for i in (0, 1))
    scale = (_WIDTH - 300) / wide if wide else 0.0
    return {a: ((x - low[0]) * scale, (y - low[1]) * scale) for a, (x, y) in flat.items()}


def _ringed(scenario: Scenario, points: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """Move areas that share a point into a ring around it."""
    same: dict[tuple[float, float], list[str]] = {}
    for area, point in points.items():
        same.setdefault(point, []).append(area)
    found: dict[str, tuple[float, float]] = {}
    for (x, y), here in same.items():
        ring = [area for area in here if area not in scenario.area_tree.coordinates]
        for area in here:
            found[area] = (x, y)
        for number, area in enumerate(ring):
            turn = 2 * math.pi * number / len(ring) - math.pi / 2
            found[area] = (x + _RING * math.cos(turn), y + _RING * math.sin(turn))
    return found


def _spread(points: dict[str, tuple[float, float]], size: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Push circles apart until none covers another; the same input gives the same picture."""
    names = sorted(points)
    if len(names) > _MOST_MOVED:
        return points
    for _ in range(_ROUNDS):
        moved = False
        for i, first in enumerate(names):
            for second in names[i + 1 :]:
                (ax, ay), (bx, by) = points[first], points[second]
                dx, dy = bx - ax, by - ay
                apart, wanted = math.hypot(dx, dy), size[first] + size[second] + _GAP
                if apart < wanted:
                    moved = True
                    if not apart:
                        dx, dy, apart = 1.0, 0.0, 1.0
                    push = (wanted - apart) / 2 / apart
                    points[first] = (ax - dx * push, ay - dy * push)
                    points[second] = (bx + dx * push, by + dy * push)
        if not moved:
            break
    return points
