"""When a rule is law, read from the rules alone: its own dates, and who stands in its place (semantics §5.1, §5.11)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from asn_flex.rulebook.schema import AnyRule
from asn_flex.verify.facts import World


def is_law_throughout(world: World, rule: AnyRule, first: date, last: date) -> bool:
    """Whether a rule is law on every day from first to last."""
    if not (_dated(rule, first) and _dated(rule, last)):
        return False
    replacing = world.replacing.get(rule.id)
    return not replacing or not any(_dated(other, day) for day in _days(first, last) for other in replacing)


def is_law_sometime(world: World, rule: AnyRule, first: date, last: date) -> bool:
    """Whether a rule is law on a day from first to last."""
    replacing = world.replacing.get(rule.id)
    if replacing:
        days = (day for day in _days(first, last) if _dated(rule, day))
        return any(not any(_dated(other, day) for other in replacing) for day in days)
    law = rule.effective
    return (law.from_ is None or law.from_ <= last) and (law.until is None or first < law.until)


def _dated(rule: AnyRule, day: date) -> bool:
    """Whether a day lies within the dates that a rule itself gives."""
    start, until = rule.effective.from_, rule.effective.until
    return (start is None or start <= day) and (until is None or day < until)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=count) for count in range((last - first).days + 1))
