"""When a rule is law, read from the rules alone: its own dates, and who stands in its place (semantics §5.1, §5.11)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import AnyRule


def is_law_throughout(rulebook: Rulebook, rule: AnyRule, first: date, last: date) -> bool:
    """Whether a rule is law on every day from first to last."""
    if not (_dated(rule, first) and _dated(rule, last)):
        return False
    replacing = _replacing(rulebook, rule)
    return not replacing or not any(_dated(other, day) for day in _days(first, last) for other in replacing)


def is_law_sometime(rulebook: Rulebook, rule: AnyRule, first: date, last: date) -> bool:
    """Whether a rule is law on a day from first to last."""
    replacing = _replacing(rulebook, rule)
    if replacing:
        days = (day for day in _days(first, last) if _dated(rule, day))
        return any(not any(_dated(other, day) for other in replacing) for day in days)
    law = rule.effective
    return (law.from_ is None or law.from_ <= last) and (law.until is None or first < law.until)


def _dated(rule: AnyRule, day: date) -> bool:
    """Whether a day lies within the dates that a rule itself gives."""
    start, until = rule.effective.from_, rule.effective.until
    return (start is None or start <= day) and (until is None or day < until)


def _replacing(rulebook: Rulebook, rule: AnyRule) -> list[AnyRule]:
    return [other for other in rulebook.rules if rule.id in other.replaces]


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=count) for count in range((last - first).days + 1))
