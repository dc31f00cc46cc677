"""Conditions over columns: the three-valued evaluator that `match` uses (semantics §4.3).

A column is dictionary-encoded: every test is read once per distinct value and then looked up, so its cost does not
grow with what it compares. Truth is coded False 0, unknown 1, True 2; then `all` is the minimum, `any` the maximum
and `not` is 2 − x.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from asn_flex.domain.areas import AreaTree
from asn_flex.domain.attributes import Attribute, Value
from asn_flex.rulebook.conditions import AnyOf, Condition, Holds, Not, Parameter, Test, apply_operator, operand_at
from asn_flex.rulebook.model import Rulebook

FALSE, UNKNOWN, TRUE = 0, 1, 2
Truth = NDArray[np.int8]


@dataclass(frozen=True)
class Reading:
    """What a test needs beside the value: the date, the tree of events and the tree of areas."""

    rulebook: Rulebook
    areas: AreaTree
    today: date

    def is_a(self, kind: str, ancestor: str) -> bool:
        """Whether an event type is another or below it."""
        return self.rulebook.is_a(kind, ancestor)

    def within(self, area: str, outer: str) -> bool:
        """Whether an area is another or lies below it."""
        return self.areas.within(area, outer)

    def value(self, attribute: Attribute) -> Value | None:
        """Not asked: the columns hold the values."""
        raise KeyError(attribute.key)

    def holds(self, wanted: Holds) -> bool:
        """Not asked: the columns hold the answers."""
        raise KeyError(wanted.competency)


@dataclass(frozen=True)
class Column:
    """One fact of many: `codes` point into `values`; −1 is unknown."""

    codes: NDArray[np.int32]
    values: Sequence[Value]

    def truth(self, test: Test, reading: Reading) -> Truth:
        """Return the truth of a test for every row."""
        table = np.fromiter(
            (*(truth_of(test, v, reading) for v in self.values), truth_of(test, None, reading)),
            dtype=np.int8,
            count=len(self.values) + 1,
        )
        # Code −1 picks the last entry: the truth of an unknown fact.
        return table[self.codes]


def truth_of(test: Test, value: Value | None, reading: Reading) -> int:
    """Read one test on one value, as a code."""
    if test.operator == "known":
        return TRUE if (value is not None) is test.operand else FALSE
    operand = operand_at(test, reading.today)
    if value is None or operand is None:
        return UNKNOWN
    return TRUE if apply_operator(test, value, operand, reading) else FALSE


Leaf = Callable[[Test | Holds], Truth]


def mask(condition: Condition, leaf: Leaf, size: int) -> Truth:
    """Return the truth of a condition for every row; `leaf` gives the truth of its tests."""
    if isinstance(condition, (Test, Holds)):
        return leaf(condition)
    if isinstance(condition, Not):
        negated: Truth = np.int8(2) - mask(condition.part, leaf, size)
        return negated
    join = np.maximum if isinstance(condition, AnyOf) else np.minimum
    result: Truth = np.full(size, FALSE if isinstance(condition, AnyOf) else TRUE, dtype=np.int8)
    for part in condition.parts:
        result = join(result, mask(part, leaf, size))
    return result


def unknown_masks(condition: Condition, leaf: Leaf, today: date, size: int) -> Mapping[str, NDArray[np.bool_]]:
    """Return, per missing fact, the rows where it leaves the condition open (semantics §4.4).

    The columnar twin of `rulebook.conditions.unknown_facts`: a test counts where it and every part around it are
    unknown.
    """
    found: dict[str, NDArray[np.bool_]] = {}
    _collect(condition, np.ones(size, dtype=np.bool_), leaf, today, found)
    return {name: rows for name, rows in sorted(found.items()) if rows.any()}


def _collect(
    condition: Condition, around: NDArray[np.bool_], leaf: Leaf, today: date, found: dict[str, NDArray[np.bool_]]
) -> None:
    inside = around & (mask(condition, leaf, len(around)) == UNKNOWN)
    if not inside.any():
        return
    if isinstance(condition, Test):
        operand = condition.operand
        missing_parameter = isinstance(operand, Parameter) and operand.at(today) is None
        if missing_parameter:
            assert isinstance(operand, Parameter)  # noqa: S101 - narrows the type for the next line
            _add(found, f"param.{operand.name}", inside)
            # A test on a missing parameter is open for everybody; the fact itself is missing only where `known` fails.
            known = Test(condition.attribute, "known", operand=True, place=condition.place)
            inside = inside & (leaf(known) == FALSE)
        _add(found, condition.attribute.key, inside)
    elif isinstance(condition, Not):
        _collect(condition.part, inside, leaf, today, found)
    elif not isinstance(condition, Holds):
        for part in condition.parts:
            _collect(part, inside, leaf, today, found)


def _add(found: dict[str, NDArray[np.bool_]], name: str, rows: NDArray[np.bool_]) -> None:
    found[name] = found[name] | rows if name in found else rows
