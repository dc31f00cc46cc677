"""The values of a fact, parted into cells that no rule can tell apart (docs/semantics.md §14).

A rulebook compares a fact with finitely many values. Between two neighbours of them every test answers alike, so one
value of each such cell stands for all: this is what makes questions about every possible situation decidable.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import cast

from asn_flex.domain.attributes import ORDERED, Attribute, Value
from asn_flex.rulebook.conditions import Operator

Number = int | Fraction


@dataclass(frozen=True)
class Cells:
    """The cells of one fact: a value for each; the last one is `unknown` where `has_unknown`.

    `position` finds the cell of a value that rules name. For numbers and dates cells stand in order.
    """

    values: tuple[Value, ...]
    position: dict[Value, int]
    has_unknown: bool
    is_ordered: bool = False

    @property
    def count(self) -> int:
        """How many cells there are."""
        return len(self.values) + self.has_unknown

    @property
    def known(self) -> int:
        """The mask of all cells with a value."""
        return (1 << len(self.values)) - 1

    @property
    def unknown(self) -> int:
        """The mask of the cell `unknown`; empty where the fact is always known."""
        return (1 << len(self.values)) if self.has_unknown else 0

    def where(self, operator: Operator, operand: Value | tuple[Value, ...]) -> int:
        """Return the mask of the cells where a known value passes the test."""
        if operator in {"eq", "ne", "in", "not_in"}:
            options = operand if isinstance(operand, tuple) else (operand,)
            same = 0
            for option in options:
                place = self.position.get(option)
                same |= 0 if place is None else 1 << place
            return same if operator in {"eq", "in"} else self.known & ~same
        return self._above(operator, cast("Value", operand))

    def _above(self, operator: Operator, operand: Value) -> int:
        # INVARIANT: every value that a test names is a border of cells, if it lies in the range of the fact.
        below = bisect_left(self.values, operand)
        is_there = below < len(self.values) and self.values[below] == operand
        first_less = (1 << below) - 1
        up_to = (1 << (below + is_there)) - 1
        masks = {"lt": first_less, "lte": up_to, "gt": self.known & ~up_to, "gte": self.known & ~first_less}
        return masks[operator]


def cells_of(attribute: Attribute, named: Iterable[Value], *, unknown: bool, whole: bool = False) -> Cells:
    """Part the values of a fact by the values that rules compare it with.

    Parameters
    ----------
    named : every value that some rule names
    unknown : whether the fact can be unknown
    whole : whether a number can only be a whole one
    """
    if attribute.kind in ORDERED:
        return _in_order(attribute, set(named), unknown=unknown, whole=whole or attribute.kind == "int")
    if attribute.kind == "bool":
        values: tuple[Value, ...] = (False, True)
    elif attribute.kind == "enum":
        values = attribute.values
    else:
        texts = sorted({str(value) for value in named})
        values = (*texts, _another(texts))
    return Cells(values, {value: i for i, value in enumerate(values)}, unknown)


def _another(texts: Sequence[str]) -> str:
    """Return a text that no rule names."""
    name = "lain"
    while name in texts:
        name += "-lain"
    return name


def _in_order(attribute: Attribute, named: set[Value], *, unknown: bool, whole: bool) -> Cells:
    is_date = attribute.kind == "date"
    low: Number | None = date.min.toordinal() if is_date else attribute.minimum
    high: Number | None = date.max.toordinal() if is_date else attribute.maximum
    if whole:
        low, high = (None if low is None else ceil(low)), (None if high is None else floor(high))
    borders = {v.toordinal() if isinstance(v, date) else cast("Number", v) for v in named}
    borders |= {v for v in (low, high) if v is not None and not is_date}
    if whole:
        # Between whole numbers nothing lies; a value that is none parts its neighbours.
        borders = {part for v in borders for part in (floor(v), ceil(v))}
    inside = sorted(b for b in borders if (low is None or b >= low) and (high is None or b <= high))
    points = list(_points(inside, low, high, whole=whole or is_date))
    values: list[Value] = [date.fromordinal(int(p)) if is_date else p for p in points]
    return Cells(tuple(values), {value: i for i, value in enumerate(values)}, unknown, is_ordered=True)


def _points(borders: Sequence[Number], low: Number | None, high: Number | None, *, whole: bool) -> Iterable[Number]:
    """Yield one value of every cell, upwards: the borders, and one between each two and beyond the ends."""
    if not borders:
        # Nobody asks, or only whether it is known; a common value reads best in a witness.
        yield 0 if low is None else low
        return
    if low is None or borders[0] > low:
        yield borders[0] - 1 if low is None else _between(low, borders[0], whole=whole, or_low=True)
    for index, border in enumerate(borders):
        yield int(border) if Fraction(border).denominator == 1 else border
        after = borders[index + 1] if index + 1 < len(borders) else None
        if after is not None and (not whole or after - border > 1):
            yield _between(border, after, whole=whole)
    if high is None or borders[-1] < high:
        yield borders[-1] + 1 if high is None else _between(borders[-1], high, whole=whole, or_high=True)


def _between(low: Number, high: Number, *, whole: bool, or_low: bool = False, or_high: bool = False) -> Number:
    """Return a value between two others, a whole one if there is one."""
    if or_high:
        step = Fraction(low) + 1
        return int(step) if step <= high and step.denominator == 1 else high
    if or_low:
        step = Fraction(high) - 1
        return int(step) if step >= low and step.denominator == 1 else low
    middle = (Fraction(low) + Fraction(high)) / 2
    rounded = middle.numerator // middle.denominator
    if low < rounded < high:
        return rounded
    if low < rounded + 1 < high:
        return rounded + 1
    return middle if not whole else rounded
