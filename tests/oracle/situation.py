"""What is so, which rules are in force, and which seats exist (§4.4, §5.2-§5.4, §6.1)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, timedelta

from .conditions import Answer, attributes_read, in_force, selects
from .reading import as_int, as_list, as_number, as_time, convert
from .world import Fault, View, World

CLASSES = ("life_safety", "essential", "support")


class Conflict(Exception):  # noqa: N818 (the word of §5.2)
    """Rules in force that set one fact to different values."""


@dataclass(frozen=True)
class Demand:
    """One duty in one place and shift; `area` is where the work is (the command area for `duty@event`)."""

    id: str
    duty: str
    area: str
    shift: str | None
    days: tuple[date, ...]
    cls: str
    priority: int
    seats: int
    minimum: int
    because: tuple[str, ...]


@dataclass
class Situation:
    """The facts of the event, the demands, and what else the rules say before anybody is looked at."""

    event: dict
    derived_by: dict[str, list[str]]
    recommended: dict[str, list]
    demands: dict[str, Demand] = field(default_factory=dict)
    possible_demands: dict[str, list[str]] = field(default_factory=dict)
    rules_in_force: set[str] = field(default_factory=set)


# --- the event ---


def given_event(world: World, assume: dict[str, str]) -> dict:
    """The event's facts as given, `assume` over them; None where nothing is given, without defaults."""
    given = {}
    for name, attribute in world.attributes.items():
        scope, _, short = name.partition(".")
        if scope == "event":
            text = world.scenario["event"].get(short, "")
            given[short] = None if text in ("", "null", "~") else convert(attribute.kind, text)
    started = world.scenario["event"].get("started", "")
    if started:
        given["days"] = (world.now - as_time(started, world.now)) // timedelta(hours=24)
    for name, text in assume.items():
        short = name.removeprefix("event.")
        given[short] = convert(world.attributes[f"event.{short}"].kind, text)
    return given


def settle(name: str, kind: str, given, said: dict[str, object]):
    """The value of one fact from what is given and what the rules in force say, and the rules it rests on."""
    if not said:
        return given, []
    if kind in ("int", "number"):
        value = max([*said.values()] + ([] if given is None else [given]))
    else:
        rules = sorted(said)
        for rule in rules[1:]:
            if said[rule] != said[rules[0]]:
                raise Conflict(f"`{rules[0]}` and `{rule}` set event.{name} to different values")
        value = said[rules[0]] if given is None else given
    if value == given:
        return given, []
    return value, sorted(rule for rule in said if said[rule] == value)


def escalated(world: World, assume: dict[str, str]) -> Situation:
    """Settle the event's facts in the order in which the rules read and set them (§5.2)."""
    given, days = given_event(world, assume), world.period_days()
    waiting = {rule["id"]: rule for rule in world.rules_of("escalate")}
    situation = Situation({}, {}, {})
    said: dict[str, dict] = {name: {} for name in given}

    def is_waited_for(name: str) -> bool:
        return any(name in (rule.get("set") or {}) for rule in waiting.values())

    while waiting or len(situation.event) < len(given):
        before = len(waiting), len(situation.event)
        for name in sorted(given):
            if name not in situation.event and not is_waited_for(name):
                attribute = world.attributes[f"event.{name}"]
                value, rules = settle(name, attribute.kind, given[name], said[name])
                situation.event[name] = attribute.missing if value is None else value
                if rules:
                    situation.derived_by[name] = rules
        for rule_id, rule in sorted(waiting.items()):
            read = {name.partition(".")[2] for name in attributes_read(rule.get("when")) if name.startswith("event.")}
            if read <= set(situation.event):
                del waiting[rule_id]
                if in_force(rule, View(world, situation.event, days[-1]), days).truth:
                    record(world, rule, said, situation)
        if before == (len(waiting), len(situation.event)):
            raise Fault("the escalate rules go in a circle")
    return situation


def record(world: World, rule: dict, said: dict[str, dict], situation: Situation) -> None:
    """Note what an escalate rule in force sets and recommends."""
    situation.rules_in_force.add(rule["id"])
    for name, text in (rule.get("set") or {}).items():
        said[name][rule["id"]] = convert(world.attributes[f"event.{name}"].kind, text)
    for name, text in (rule.get("recommend") or {}).items():
        value = convert(world.attributes[f"event.{name}"].kind, text)
        situation.recommended[name] = sorted({*situation.recommended.get(name, []), value})


# --- the demands ---


def demand_id(duty: str, where: str, shift: str | None) -> str:
    """`duty@area`, `duty@event`, `duty@area/shift`."""
    return f"{duty}@{where}" + (f"/{shift}" if shift else "")


def places(world: World, rule: dict) -> list[str]:
    """Where the rule asks: the event, its areas, or the areas of a level within them (§5.3)."""
    if rule["each"] == "event":
        return ["event"]
    listed = world.scenario["event"]["areas"]
    if not rule.get("level"):
        return sorted(set(listed))
    return sorted(
        area
        for area, row in world.areas.items()
        if row.get("level") == rule["level"] and set(world.area_line(area)) & set(listed)
    )


def seats_asked(rule: dict, view: View) -> int:
    """base + add x ceil(value / each), at most max; an unknown value leaves the base."""
    entry = rule["seats"]
    seats, per = as_int(entry["base"]), entry.get("per")
    if per:
        value = view.fact(per["fact"])
        if value is not None:
            seats += as_int(per["add"]) * math.ceil(value / as_number(per["each"]))
    return min(seats, as_int(entry["max"])) if entry.get("max") else seats


def shifts_of(world: World, duty: str) -> dict[str, dict]:
    """The shifts that the rules know for a duty."""
    rules = [rule for rule in world.rules_of("activate") if rule["duty"] == duty]
    return {shift["id"]: shift for rule in rules for shift in as_list(rule.get("shifts"))}


def add_demands(world: World, situation: Situation) -> None:
    """All demands: those of the activate rules, changed and joined by those by hand."""
    asked: dict[tuple, list] = {}
    possible: dict[str, set[str]] = {}
    for rule in world.rules_of("activate"):
        for where in places(world, rule):
            for shift in as_list(rule.get("shifts")) or [None]:
                days = world.shift_days(shift)
                area = world.command_area if where == "event" else where
                view = View(world, situation.event, days[-1], area, rule["duty"])
                answer: Answer = in_force(rule, view, days)
                if answer.truth:
                    key = rule["duty"], where, shift["id"] if shift else None
                    minimum = as_int(rule["seats"].get("minimum", "1"))
                    asked.setdefault(key, []).append((rule["id"], seats_asked(rule, view), minimum))
                elif answer.truth is None:
                    possible.setdefault(rule["id"], set()).update(answer.missing)
    by_hand = {(row["duty"], row["area"], row.get("shift") or None): row for row in world.table("demands")}
    for key in {**asked, **by_hand}:
        add_demand(world, situation, key, asked.get(key, []), by_hand.get(key, {}))
    situation.possible_demands = {rule: sorted(possible[rule]) for rule in sorted(possible)}
    situation.demands = {demand: situation.demands[demand] for demand in sorted(situation.demands)}


def add_demand(world: World, situation: Situation, key: tuple, asked: list, hand: dict) -> None:
    """One demand, if it has a seat."""
    duty, where, shift = key
    seats = max((seats for _, seats, _ in asked), default=0)
    minimum = max((minimum for _, _, minimum in asked), default=1)
    seats = as_int(hand["seats"]) if hand.get("seats") else seats
    minimum = as_int(hand["minimum"]) if hand.get("minimum") else minimum
    elsewhere = as_int(hand.get("covered_elsewhere") or "0")
    seats, minimum = max(0, seats - elsewhere), max(0, minimum - elsewhere)
    if seats < 1:
        return
    if shift and shift not in shifts_of(world, duty):
        raise Fault(f"no rule for {duty} has a shift {shift}")
    days = world.shift_days(shifts_of(world, duty)[shift] if shift else None)
    area = world.command_area if where == "event" else where
    because = sorted(rule for rule, _, _ in asked)
    situation.rules_in_force |= set(because)
    entry = world.duties[duty]
    priority = as_int(entry["priority"])
    for rule in world.rules_of("prioritise"):
        view = View(world, situation.event, days[-1], area, duty)
        if selects(rule, duty, world) and in_force(rule, view, days).truth:
            situation.rules_in_force.add(rule["id"])
            priority += as_int(rule["add"])
    name = demand_id(duty, where, shift)
    situation.demands[name] = Demand(
        name,
        duty,
        area,
        shift,
        tuple(days),
        entry["class"],
        min(9, max(1, priority)),
        seats,
        minimum,
        tuple(because),
    )


def infer(world: World, assume: dict[str, str]) -> Situation:
    """The whole situation."""
    situation = escalated(world, assume)
    add_demands(world, situation)
    return situation
