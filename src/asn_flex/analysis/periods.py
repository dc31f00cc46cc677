"""Rules and parameters in time: overlaps, gaps, what ended or soon will (W505 to W508; semantics §3.4, §5.1)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from asn_flex.analysis.desk import Desk
from asn_flex.analysis.space import conditions_of
from asn_flex.i18n import say, say_count
from asn_flex.rulebook.conditions import Parameter, Test, tests_in
from asn_flex.rulebook.replacing import comes_back
from asn_flex.rulebook.schema import AnyRule, Effective, Prefer, Prioritise

SOON_DAYS = 90
_BESIDE_THE_LAW = frozenset({"id", "label", "source", "effective", "note"})


def check_periods(desk: Desk) -> None:
    """Report what is wrong with the days on which rules and parameters stand."""
    _check_overlaps(desk)
    _check_gaps(desk)
    if desk.today is not None:
        _check_ends(desk, desk.today)


def _check_overlaps(desk: Desk) -> None:
    """Report rules that say the same in periods that overlap; where one contains the other it is shadowed instead."""
    alike: dict[Any, list[AnyRule]] = defaultdict(list)
    for rule in desk.rulebook.rules:
        conditions = tuple(condition for _, condition in conditions_of(rule))
        alike[_body(rule), conditions].append(rule)
    for rules in alike.values():
        ordered = sorted(rules, key=lambda r: (r.effective.from_ or date.min, r.id))
        for index, rule in enumerate(ordered[1:], start=1):
            before = ordered[index - 1]
            if _overlap(before.effective, rule.effective) and _is_told_here(before, rule):
                notes = [(desk.place("rules", before.id), say("W505.note"))]
                desk.report("W505", desk.place("rules", rule.id), rule=rule.id, other=before.id, notes=notes)


def _body(rule: AnyRule) -> tuple[tuple[str, object], ...]:
    """Return what a rule says beside its conditions, in a form that can be compared."""
    found: list[tuple[str, object]] = []
    for name in type(rule).model_fields:
        if name in _BESIDE_THE_LAW or name in {"when", "who", "must"}:
            continue
        value = getattr(rule, name)
        if name == "include" and value is not None:
            value = (value.per, value.qualified, value.who)
        found.append((name, tuple(sorted(value.items())) if isinstance(value, dict) else value))
    return tuple(found)


def _overlap(one: Effective, other: Effective) -> bool:
    return (other.from_ or date.min) < (one.until or date.max) and (one.from_ or date.min) < (other.until or date.max)


def _is_told_here(before: AnyRule, rule: AnyRule) -> bool:
    """Whether no other finding tells of the two: wishes add up; of other rules, one within the other is shadowed."""
    if isinstance(rule, (Prefer, Prioritise)):
        return before.effective != rule.effective or before.effective == Effective()
    return (before.effective.until or date.max) < (rule.effective.until or date.max)


def _check_gaps(desk: Desk) -> None:
    """Report rules that ask a parameter before its first value."""
    for rule in desk.rulebook.rules:
        names = {
            test.operand.name: test.operand
            for _, condition in conditions_of(rule)
            for test in tests_in(condition)
            if isinstance(test, Test) and isinstance(test.operand, Parameter)
        }
        for name, parameter in sorted(names.items()):
            first = parameter.dated[0][0]
            start, key = rule.effective.from_, "W506"
            if start is None and desk.today is not None and not _has_ended(rule, desk.today):
                start, key = desk.today, "W506.today"
            if start is not None and first > start:
                place = desk.place("rules", rule.id)
                notes = [(desk.place("parameters", name), say("W506.note", param=name))]
                desk.report(key, place, param=name, rule=rule.id, first=first, start=start, notes=notes)


def _has_ended(rule: AnyRule, today: date) -> bool:
    return rule.effective.until is not None and rule.effective.until <= today


def _check_ends(desk: Desk, today: date) -> None:
    for rule in desk.rulebook.rules:
        until = rule.effective.until
        if until is None:
            continue
        days, notes = (until - today).days, comes_back(desk.rulebook, rule)
        if days <= 0:
            desk.report("W507", desk.place("rules", rule.id), rule=rule.id, until=until, notes=notes)
        elif days <= SOON_DAYS:
            desk.report(
                "W508",
                desk.place("rules", rule.id),
                rule=rule.id,
                until=until,
                days=say_count("count.days", days),
                notes=notes,
            )
