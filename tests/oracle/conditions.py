"""Conditions in Kleene's logic (§4): True, False or None, and for None the facts that are missing."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from .reading import as_bool, as_int, as_list, convert
from .world import View, World

ORDER = {
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
}


class Answer(NamedTuple):
    """A truth; `missing` is empty unless the truth is None."""

    truth: bool | None
    missing: frozenset[str] = frozenset()


YES, NO = Answer(True), Answer(False)


def all_of(*parts: Answer) -> Answer:
    """False if a part is false, else unknown if a part is unknown, else true."""
    if any(part.truth is False for part in parts):
        return NO
    unknown = [part.missing for part in parts if part.truth is None]
    return Answer(None, frozenset().union(*unknown)) if unknown else YES


def opposite(part: Answer) -> Answer:
    """True for false, false for true, unknown for unknown."""
    return part if part.truth is None else Answer(not part.truth)


def any_of(*parts: Answer) -> Answer:
    """True if a part is true, else unknown if a part is unknown, else false."""
    return opposite(all_of(*(opposite(part) for part in parts)))


def evaluate(condition: dict | None, view: View) -> Answer:
    """The answer of a condition at a view; no condition is true."""
    return all_of(*(entry_answer(key, content, view) for key, content in (condition or {}).items()))


def entry_answer(key: str, content, view: View) -> Answer:
    """The answer of one entry of a mapping (§4.1)."""
    if key == "all":
        return all_of(*(evaluate(part, view) for part in content))
    if key == "any":
        return any_of(*(evaluate(part, view) for part in content))
    if key == "not":
        return opposite(evaluate(content, view))
    if key == "holds":
        level = as_int(content.get("level", "1"))
        return Answer(view.meets(content["competency"], level, as_list(content.get("evidence"))))
    tests = content if isinstance(content, dict) and "param" not in content else {"eq": content}
    value = view.fact(key)
    return all_of(*(test_answer(view.world, key, value, operator, raw) for operator, raw in tests.items()))


def test_answer(world: World, name: str, value, operator: str, raw) -> Answer:
    """The answer of one operator."""
    if operator == "known":
        return Answer((value is not None) == as_bool(raw))
    operands, missing = [], set() if value is not None else {name}
    for one in raw if isinstance(raw, list) else [raw]:
        if isinstance(one, dict):
            text = world.parameter(one["param"])
            if text is None:
                missing.add(f"param.{one['param']}")
            one = text  # noqa: PLW2901
        operands.append(one)
    if missing:
        return Answer(None, frozenset(missing))
    kind = world.attributes[name].kind
    wanted = [convert("text" if kind == "set" else kind, one) for one in operands]
    return Answer(compare(world, kind, value, operator, wanted))


def compare(world: World, kind: str, value, operator: str, wanted: list) -> bool:
    """A test on a known fact."""
    if operator in ORDER:
        return ORDER[operator](value, wanted[0])
    if operator == "has":
        return set(wanted) <= value
    if operator == "has_any":
        return bool(set(wanted) & value)
    if kind == "area":
        among = bool(set(world.area_line(value)) & set(wanted))
    elif kind == "event":
        among = bool(set(world.event_kinds(value)) & set(wanted))
    else:
        among = value in wanted
    return not among if operator in ("ne", "not_in") else among


def attributes_read(condition: dict | None) -> set[str]:
    """The attributes that a condition names anywhere."""
    found: set[str] = set()
    for key, content in (condition or {}).items():
        if key in ("all", "any"):
            for part in content:
                found |= attributes_read(part)
        elif key == "not":
            found |= attributes_read(content)
        elif key != "holds":
            found.add(key)
    return found


def effective_days(rule: dict, days: list[date]) -> list[bool]:
    """For each day, whether the rule is effective on it (§5.1, half-open), and no other stands in its place (§5.11)."""
    own = rule.get("effective") or {}
    return [within(own, day) and not any(within(other, day) for other in rule.get("yields_to", ())) for day in days]


def within(effective: dict, day: date) -> bool:
    """Whether a day lies from `from` to before `until`."""
    start, end = effective.get("from"), effective.get("until")
    return (not start or date.fromisoformat(start) <= day) and (not end or day < date.fromisoformat(end))


def selects(rule: dict, duty: str, world: World) -> bool:
    """Whether the rule's `duty` covers this duty; absent covers every duty."""
    wanted = rule.get("duty")
    if not wanted:
        return True
    if isinstance(wanted, dict):
        entry = world.duties[duty]
        if "class" in wanted:
            return entry["class"] == wanted["class"]
        return wanted["tag"] in as_list(entry.get("tags"))
    return duty in as_list(wanted)


def is_permissive(rule: dict) -> bool:
    """§4.3: the kinds that act only where everything is true."""
    if rule["kind"] == "prefer":
        return "points" in rule and as_int(rule["points"]) < 0
    return rule["kind"] in ("escalate", "activate", "prioritise", "cover")


def in_force(rule: dict, view: View, days: list[date]) -> Answer:
    """Whether the rule is in force for these days at this view; None for a permissive rule that may be."""
    effective = effective_days(rule, days)
    answer = evaluate(rule.get("when"), view)
    if is_permissive(rule):
        return answer if all(effective) else NO
    if not any(effective):
        return NO
    return YES if answer.truth is None else answer
