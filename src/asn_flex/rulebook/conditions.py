"""Conditions as values, and their plain reading: the scalar evaluator (semantics §4).

A condition is a tree of tests. Its value is True, False or None (unknown), by Kleene's strong logic: a test on an
unknown fact is unknown, `not unknown` is unknown, and `all`/`any` are unknown only where the known parts do not
decide. `known` and `holds` are never unknown. Conditions that ask the same are equal, wherever they stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol, Union

from asn_flex.domain.attributes import Attribute, Value
from asn_flex.errors import NOWHERE, Place

Operator = Literal["eq", "ne", "gt", "gte", "lt", "lte", "in", "not_in", "within", "has", "has_any", "known"]
# How `eq` and `in` compare: by equality, by is-a over event types, or by lying within an area.
Compare = Literal["equal", "is_a", "within"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A dated value in a test: in force is the latest entry whose date is not after now's (semantics §3.4)."""

    name: str
    dated: tuple[tuple[date, Value], ...]

    def at(self, today: date) -> Value | None:
        """Return the value in force, or None before the first."""
        current: Value | None = None
        for start, value in self.dated:
            if start <= today:
                current = value
        return current


Operand = Value | tuple[Value, ...] | Parameter


@dataclass(frozen=True, slots=True)
class Test:
    """`attribute operator operand`, such as `officer.rest_hours lt 8`."""

    __test__ = False  # not a test class, whatever pytest thinks

    attribute: Attribute
    operator: Operator
    operand: Operand
    compare: Compare = "equal"
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Holds:
    """The officer holds a competency in full (0 substitution hops) at a level, with one of the kinds of evidence."""

    competency: str
    level: int = 1
    evidence: tuple[str, ...] = ()
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; without parts it is true."""

    parts: tuple[Condition, ...]
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition
    place: Place = field(default=NOWHERE, compare=False)


Condition = Union[Test, Holds, All, AnyOf, Not]  # noqa: UP007 - pydantic reads it at run time
ALWAYS = All(())


class Facts(Protocol):
    """What a condition may ask while it is read."""

    @property
    def today(self) -> date:
        """The date of `now`, for dated parameters."""

    def value(self, attribute: Attribute) -> Value | None:
        """Return the fact, or None where it is unknown (defaults for missing values already applied)."""

    def holds(self, wanted: Holds) -> bool:
        """Return whether the officer holds the competency in full."""

    def is_a(self, kind: str, ancestor: str) -> bool:
        """Return whether an event type is another or below it."""

    def within(self, area: str, outer: str) -> bool:
        """Return whether an area is another or lies below it."""


def evaluate(condition: Condition, facts: Facts) -> bool | None:
    """Return whether the condition holds: True, False, or None where unknown facts leave it open.

    Parameters
    ----------
    condition : Condition
    facts : Facts
        What is known about the situation, the officer and the way between them.

    References
    ----------
    docs/semantics.md §4.3.
    """
    if isinstance(condition, Test):
        return evaluate_test(condition, facts)
    if isinstance(condition, Holds):
        return facts.holds(condition)
    if isinstance(condition, Not):
        inner = evaluate(condition.part, facts)
        return None if inner is None else not inner
    decisive = isinstance(condition, AnyOf)
    result: bool | None = not decisive
    for part in condition.parts:
        value = evaluate(part, facts)
        if value is decisive:
            return decisive
        if value is None:
            result = None
    return result


def evaluate_test(test: Test, facts: Facts) -> bool | None:
    """Read one test; unknown where the fact or the parameter is."""
    value = facts.value(test.attribute)
    if test.operator == "known":
        return (value is not None) is test.operand
    operand = operand_at(test, facts.today)
    if value is None or operand is None:
        return None
    return apply_operator(test, value, operand, facts)


def operand_at(test: Test, today: date) -> Value | tuple[Value, ...] | None:
    """Return what a test compares with on a day; None where its parameter has no value yet (semantics §3.4)."""
    return test.operand.at(today) if isinstance(test.operand, Parameter) else test.operand


def apply_operator(test: Test, value: Value, operand: Value | tuple[Value, ...], facts: Facts) -> bool:
    """Compare a known value with a known operand."""
    operator = test.operator
    if operator in {"eq", "ne"}:
        return _same(test, value, operand, facts) is (operator == "eq")
    if operator in {"in", "not_in"}:
        options = operand if isinstance(operand, tuple) else (operand,)
        return any(_same(test, value, option, facts) for option in options) is (operator == "in")
    if operator == "within":
        return facts.within(str(value), str(operand))
    if operator in {"has", "has_any"}:
        owned = value if isinstance(value, frozenset) else frozenset()
        wanted = operand if isinstance(operand, tuple) else (operand,)
        return (all if operator == "has" else any)(w in owned for w in wanted)
    return _ordered(operator, value, operand)


def _same(test: Test, value: Value, operand: object, facts: Facts) -> bool:
    if test.compare == "is_a":
        return facts.is_a(str(value), str(operand))
    if test.compare == "within":
        return facts.within(str(value), str(operand))
    return value == operand


def _ordered(operator: Operator, value: Value, operand: object) -> bool:
    # INVARIANT: the loader lets order operators pass only between numbers, or between dates.
    left, right = value, operand
    if operator == "gt":
        return left > right  # type: ignore[operator]
    if operator == "gte":
        return left >= right  # type: ignore[operator]
    if operator == "lt":
        return left < right  # type: ignore[operator]
    return left <= right  # type: ignore[operator]


def unknown_facts(condition: Condition, facts: Facts) -> tuple[str, ...]:
    """Return the facts that leave the condition open: the unknown tests inside its unknown parts (semantics §4.4).

    Sorted and without repetition; empty where the condition is true or false. A parameter without a value yet is
    named `param.NAME`.
    """
    return tuple(sorted(set(_unknown(condition, facts))))


def _unknown(condition: Condition, facts: Facts) -> Iterator[str]:
    if evaluate(condition, facts) is not None:
        return
    if isinstance(condition, Test):
        if facts.value(condition.attribute) is None:
            yield condition.attribute.key
        if isinstance(condition.operand, Parameter) and condition.operand.at(facts.today) is None:
            yield f"param.{condition.operand.name}"
    elif isinstance(condition, Not):
        yield from _unknown(condition.part, facts)
    elif isinstance(condition, (All, AnyOf)):
        for part in condition.parts:
            yield from _unknown(part, facts)


def tests_in(condition: Condition) -> Iterator[Test | Holds]:
    """Yield every test of the tree, in the order written."""
    if isinstance(condition, (Test, Holds)):
        yield condition
    elif isinstance(condition, Not):
        yield from tests_in(condition.part)
    else:
        for part in condition.parts:
            yield from tests_in(part)


def attributes_in(condition: Condition) -> frozenset[str]:
    """Return the names of the facts that the condition asks."""
    return frozenset(t.attribute.key for t in tests_in(condition) if isinstance(t, Test))
