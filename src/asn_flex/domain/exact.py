"""Exact numbers: fractions inside, decimals outside, never binary floating point (semantics §3.3)."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

NUMBER_PATTERN = re.compile(r"[-+]?(?:[0-9]{1,18}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})")


def parse_number(text: str) -> Fraction | None:
    """Read a plain decimal of at most 18 digits before and 18 after the point; None if it is not one.

    Examples
    --------
    >>> parse_number("0.7"), parse_number("1e5")
    (Fraction(7, 10), None)
    """
    return Fraction(Decimal(text)) if NUMBER_PATTERN.fullmatch(text) else None


def half_up(value: Fraction | Decimal | int) -> int:
    """Round to the nearest whole number, halves upwards: floor(x + ½).

    Examples
    --------
    >>> half_up(Fraction(1, 2)), half_up(Fraction(-1, 2)), half_up(Fraction(5, 2))
    (1, 0, 3)
    """
    exact = Fraction(value) if isinstance(value, Decimal) else value
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def number_text(value: Fraction | Decimal | int) -> str:
    """Return a decimal without trailing zeros; a fraction without an end is cut after 9 digits.

    Examples
    --------
    >>> number_text(Fraction(7, 10)), number_text(3), number_text(Fraction(1, 3))
    ('0.7', '3', '0.333333333')
    """
    exact = Fraction(value)
    if exact.denominator == 1:
        return str(exact.numerator)
    rest = exact.denominator
    twos = fives = 0
    while rest % 2 == 0:
        rest //= 2
        twos += 1
    while rest % 5 == 0:
        rest //= 5
        fives += 1
    digits = max(twos, fives) if rest == 1 else 9
    scaled = half_up(abs(exact) * 10**digits)
    whole, part = divmod(scaled, 10**digits)
    tail = f"{part:0{digits}d}".rstrip("0")
    return ("-" if exact < 0 else "") + str(whole) + (f".{tail}" if tail else "")
