"""The facts: attributes and their types, the days of a demand, measures, travel, and what an officer can do.

`World` holds the inputs; `View` answers `fact(name)` for one place in the reasoning (a demand, an officer, or
neither). None is unknown.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from fractions import Fraction

from .reading import (
    as_int,
    as_list,
    as_number,
    as_set,
    as_time,
    convert,
    half_up,
    textual,
)

# §3.5, as `type` or `type=missing`.
BUILT_IN = {
    "officer": "id text, unit text, employment enum, grade text, position_class enum, sex enum, "
    "birth_date date, service_until date, home_area area, work_area area, available bool=true, "
    "available_from date, available_until date, fit bool, affected bool, willing bool, rest_hours number, "
    "hours_7d number=0, deployed_days_90d int=0, home_flooded bool",
    "unit": "id text, service_class enum, area area, tags set=",
    "event": "type event, severity int, phase enum, affected_people int, days int",
    "area": "id area, level text, flooded bool=false, depth_cm number, population int, affected_people int",
    "duty": "id text, class enum, tags set, priority int",
    "pair": "travel_min int, same_area bool",
}


class Fault(Exception):  # noqa: N818 (the word of §6.2)
    """The input cannot be planned at all."""


@dataclass(frozen=True)
class Attribute:
    """The type of an attribute and the value that stands where it is missing."""

    kind: str
    missing: object = None


def built_in_attributes() -> dict[str, Attribute]:
    """The table of §3.5."""
    found = {}
    for scope, entries in BUILT_IN.items():
        for entry in entries.split(", "):
            name, described = entry.split(" ")
            kind, equals, default = described.partition("=")
            found[f"{scope}.{name}"] = Attribute(kind, convert(kind, default) if equals else None)
    return found


def declared_attributes(rules: dict) -> dict[str, Attribute]:
    """`attributes` and `measures` of the rulebook."""
    found = {}
    for name, entry in (rules.get("attributes") or {}).items():
        kind, default = entry["type"], entry.get("missing", "unknown")
        found[name] = Attribute(kind, None if default == "unknown" else convert(kind, default))
    for name in rules.get("measures") or {}:
        found[f"measure.{name}"] = Attribute("number")
    return found


def window_length(text: str) -> timedelta:
    """`30min`, `6h`, `2d`."""
    for unit, name in (("min", "minutes"), ("h", "hours"), ("d", "days")):
        if text.endswith(unit):
            return timedelta(**{name: 1}) * as_int(text[: -len(unit)])
    raise ValueError(f"{text!r} is not a window")


@dataclass
class World:
    """Rulebook and scenario as text, with the exact readings that every stage needs."""

    rules: dict
    scenario: dict
    tables: dict
    now: datetime = field(init=False)
    attributes: dict[str, Attribute] = field(init=False)

    def __post_init__(self) -> None:
        self.rules, self.scenario, self.tables = (
            textual(self.rules),
            textual(self.scenario),
            textual(self.tables),
        )
        self.now = datetime.fromisoformat(self.scenario["now"])
        self.attributes = {**built_in_attributes(), **declared_attributes(self.rules)}
        self.areas = {row["id"]: row for row in self.table("areas")}
        self.units = {row["id"]: row for row in self.table("units")}
        self.officers = {row["id"]: row for row in sorted(self.table("officers"), key=lambda row: row["id"])}
        self.duties = self.rules.get("duties") or {}
        self.competencies = self.rules.get("competencies") or {}
        self.command_area = self.scenario["event"]["command_area"]

    def table(self, name: str) -> list[dict[str, str]]:
        """The rows of a table, none if the scenario has no such table."""
        return self.tables.get(name) or []

    def rules_of(self, *kinds: str) -> list[dict]:
        """The rules of these kinds, by id."""
        rules = [rule for rule in self.rules.get("rules") or [] if rule["kind"] in kinds]
        return sorted(rules, key=lambda rule: rule["id"])

    def cell(self, scope: str, row: dict, name: str):
        """One fact of a table row or of the given event, with the declared default."""
        attribute = self.attributes[f"{scope}.{name}"]
        text = row.get(name, "")
        return attribute.missing if text == "" else convert(attribute.kind, text)

    # --- areas ---

    def area_line(self, area: str) -> list[str]:
        """The area, its parent, and so on to the root."""
        line = [area]
        while self.areas.get(line[-1], {}).get("parent"):
            line.append(self.areas[line[-1]]["parent"])
        return line

    def event_kinds(self, kind: str) -> list[str]:
        """The event type and everything that it is."""
        found, todo = [], [kind]
        while todo:
            found.append(todo.pop())
            todo += as_list((self.rules["events"].get(found[-1]) or {}).get("is_a"))
        return found

    def place(self, area: str) -> tuple[float, float] | None:
        """Coordinates of the area, else of its nearest ancestor that has any."""
        for one in self.area_line(area):
            row = self.areas.get(one, {})
            if row.get("lat") and row.get("lon"):
                return float(row["lat"]), float(row["lon"])
        return None

    def travel_minutes(self, start: str, end: str) -> int | None:
        """§6.3."""
        if start == end:
            return 0
        minutes = {(row["from"], row["to"]): row["minutes"] for row in self.table("travel")}
        for way in ((start, end), (end, start)):
            if minutes.get(way):
                return half_up(as_number(minutes[way]))
        here, there = self.place(start), self.place(end)
        if here is None or there is None:
            return None
        lat1, lon1, lat2, lon2 = map(math.radians, (*here, *there))
        h = math.sin((lat2 - lat1) / 2) ** 2
        h += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
        kilometres = 2 * 6371 * math.asin(math.sqrt(h))
        return math.floor(kilometres / 30 * 60 + 0.5)

    # --- time ---

    def period_days(self) -> list[date]:
        """The days of the period from now's date on; an end at 00:00 counts to the day before."""
        start, end = self.scenario["period"]["start"].strip(), self.scenario["period"]["end"].strip()
        first = date.fromisoformat(start) if len(start) == 10 else as_time(start, self.now).date()
        if len(end) == 10:
            last = date.fromisoformat(end)
        else:
            moment = as_time(end, self.now)
            if moment <= self.now:
                raise Fault("the period ended before now")
            last = (moment - timedelta(microseconds=1)).date()
        first = max(first, self.now.date())
        if last < first:
            raise Fault("the period ended before now")
        return [first + timedelta(days=n) for n in range((last - first).days + 1)]

    def shift_days(self, shift: dict | None) -> list[date]:
        """The days of a demand: to the one on which the last turn ends (§5.3)."""
        days = self.period_days()
        if shift is None:
            return days
        hour, minute = shift["from"].split(":")
        turn = timedelta(hours=int(hour), minutes=int(minute) + int(as_number(shift["hours"]) * 60))
        while turn > timedelta(days=1):  # an end at 00:00 counts to the day before
            turn -= timedelta(days=1)
            days.append(days[-1] + timedelta(days=1))
        return days

    def parameter(self, name: str):
        """The text in force at now's date, None before the first (§3.4)."""
        values = (self.rules["parameters"][name]).get("values") or []
        dated = [(entry["from"], entry["value"]) for entry in values]
        past = [(start, value) for start, value in dated if date.fromisoformat(start) <= self.now.date()]
        return max(past, key=lambda pair: pair[0])[1] if past else None

    def is_available(self, officer: str, days: list[date]) -> bool:
        """§3.5, for the days of a demand."""
        row = self.officers[officer]
        start, end = self.cell("officer", row, "available_from"), self.cell("officer", row, "available_until")
        leaves = self.cell("officer", row, "service_until")
        return (
            self.cell("officer", row, "available") is not False
            and (start is None or all(start <= day for day in days))
            and (end is None or all(day <= end for day in days))
            and (leaves is None or all(day < leaves for day in days))
        )

    # --- measures and holdings ---

    def measure(self, name: str, area: str | None) -> Fraction | int | None:
        """§3.6."""
        entry = self.rules["measures"][name]
        oldest = self.now - window_length(entry["window"])
        seen = []
        for row in self.table("observations"):
            moment = as_time(row["time"], self.now)
            here = entry["scope"] == "event" or (row.get("area") and area in self.area_line(row["area"]))
            if row["kind"] == entry["observe"] and oldest < moment <= self.now and here:
                seen.append((moment, as_number(row["value"])))
        values = [value for _, value in seen]
        take = entry["take"]
        if take == "count":
            return len(values)
        if not values:
            return None
        if take == "last":
            return max(seen)[1]
        if take == "mean":
            return sum(values) / Fraction(len(values))
        return {"max": max, "min": min, "sum": sum}[take](values)

    def reach(
        self, officer: str, wanted: str, level: int, *, hops: int, evidence: list[str], last_day: date
    ) -> Fraction | None:
        """§7.2: the greatest strength over all paths, None if there is no path."""
        found = []
        for row in self.table("holdings"):
            if row["officer"] != officer:
                continue
            if row.get("valid_until") and date.fromisoformat(row["valid_until"]) < last_day:
                continue
            if evidence and not as_set(row.get("evidence", "")) & set(evidence):
                continue
            found += self.paths(row["competency"], as_int(row["level"]), Fraction(1), hops, (wanted, level))
        return max(found, default=None)

    def paths(self, here: str, level: int, strength: Fraction, hops: int, wanted: tuple[str, int]) -> list[Fraction]:
        """The strengths of all ways from `here` at `level` to the wanted competency at its level or more."""
        entry = self.competencies[here]
        level = min(level, as_int(entry.get("levels", "5")))
        if level < 1:
            return []
        found = [strength] if here == wanted[0] and level >= wanted[1] else []
        for edge in as_list(entry.get("implies")):
            offset = as_int(edge.get("level_offset", "0"))
            found += self.paths(edge["competency"], level + offset, strength, hops, wanted)
        for edge in as_list(entry.get("substitutes")) if hops else []:
            offset, weaker = as_int(edge.get("level_offset", "0")), strength * as_number(edge["strength"])
            found += self.paths(edge["for"], level + offset, weaker, hops - 1, wanted)
        return found


@dataclass(frozen=True)
class View:
    """What can be known at one place: the event, and where they are given an area, a duty and an officer."""

    world: World
    event: dict
    last_day: date
    area: str | None = None
    duty: str | None = None
    officer: str | None = None

    def of(self, officer: str) -> View:
        """The same place, asked about one officer."""
        return replace(self, officer=officer)

    def fact(self, name: str):
        """The value of an attribute, None where it is unknown."""
        scope, _, short = name.partition(".")
        return getattr(self, f"_{scope}")(short)

    def _event(self, name: str):
        return self.event[name]

    def _measure(self, name: str):
        return self.world.measure(name, self.area)

    def _area(self, name: str):
        return self.world.cell("area", self.world.areas[self.area], name)

    def _duty(self, name: str):
        if name == "id":
            return self.duty
        return self.world.cell("duty", self.world.duties[self.duty] | {"id": self.duty}, name) or frozenset()

    def _officer(self, name: str):
        row = self.world.officers[self.officer]
        if name == "home_flooded":
            home = self.world.cell("officer", row, "home_area")
            return None if home is None else self.world.cell("area", self.world.areas[home], "flooded")
        return self.world.cell("officer", row, name)

    def _unit(self, name: str):
        unit = self._officer("unit")
        return None if unit is None else self.world.cell("unit", self.world.units[unit], name)

    def _pair(self, name: str):
        home = self._officer("home_area")
        if home is None:
            return None
        if name == "same_area":
            return self.area in self.world.area_line(home)
        return self.world.travel_minutes(home, self.area)

    def meets(self, competency: str, level: int, evidence: list[str]) -> bool:
        """Whether the officer holds the competency in full, that is with 0 hops (§7.2)."""
        return self.reach(competency, level, evidence, 0) is not None

    def reach(self, competency: str, level: int, evidence: list[str], hops: int) -> Fraction | None:
        """The strength with which the officer reaches the competency (§7.2)."""
        return self.world.reach(self.officer, competency, level, hops=hops, evidence=evidence, last_day=self.last_day)
