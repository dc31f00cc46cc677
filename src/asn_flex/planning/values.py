"""Values that tell the tests of rules apart: what an unknown fact may turn out to be (semantics §9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction

from asn_flex.domain.attributes import Attribute, Value
from asn_flex.eligibility.masks import TRUE, UNKNOWN, Reading, truth_of
from asn_flex.rulebook.conditions import AnyOf, Condition, Holds, Not, Test, operand_at


def telling_values(attribute: Attribute, tests: Iterable[Test], today: date) -> tuple[Value, ...]:
    """Return values of a fact of which at least one stands for every outcome of some tests.

    Parameters
    ----------
    tests : tests that ask the fact
    today : the day on which parameters are read
    """
    if attribute.kind == "bool":
        return True, False
    if attribute.kind == "enum":
        return attribute.values
    found: dict[Value, None] = {}
    for test in tests:
        if test.attribute.key == attribute.key and test.operator != "known":
            operand = operand_at(test, today)
            for value in operand if isinstance(operand, tuple) else (operand,):
                if value is not None:
                    found.update(dict.fromkeys(beside(value) if attribute.kind != "set" else [frozenset({str(value)})]))
    return tuple(v for v in found if _fits(attribute, v))


def beside(value: Value) -> Iterator[Value]:
    """Yield a value, and those just above and below where values are ordered."""
    yield value
    if isinstance(value, date):
        yield value + timedelta(days=1)
        yield value - timedelta(days=1)
    elif isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        yield value + 1
        yield value - 1


def _fits(attribute: Attribute, value: Value) -> bool:
    if not isinstance(value, (int, Fraction)) or isinstance(value, bool):
        return True
    low, high = attribute.minimum, attribute.maximum
    return (low is None or value >= low) and (high is None or value <= high)


def truth_alone(condition: Condition, key: str, value: Value, reading: Reading) -> bool | None:
    """Return what a condition comes to where one fact alone is known, holdings included among the unknown."""
    if isinstance(condition, Test):
        code = truth_of(condition, value if condition.attribute.key == key else None, reading)
        known = condition.attribute.key == key or condition.operator != "known"
        return None if not known or code == UNKNOWN else code == TRUE
    if isinstance(condition, Holds):
        return None
    if isinstance(condition, Not):
        inner = truth_alone(condition.part, key, value, reading)
        return None if inner is None else not inner
    found = {truth_alone(part, key, value, reading) for part in condition.parts}
    decisive = isinstance(condition, AnyOf)
    return decisive if decisive in found else None if None in found else not decisive
