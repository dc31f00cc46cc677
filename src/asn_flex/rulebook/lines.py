"""Lines of a text, and where a position in it stands: as editors count, from 1."""

from __future__ import annotations

import re

from asn_flex.errors import Place

LINE_END = re.compile("\r\n|\r|\n")


def lines_of(text: str) -> list[str]:
    """Return the lines of a text as editors count them, and YAML too where no forbidden character is in it."""
    return LINE_END.split(text)


def starts_of(text: str, stop: int | None = None) -> list[int]:
    """Return where each line begins, up to a position."""
    return [0, *(m.end() for m in LINE_END.finditer(text, 0, len(text) if stop is None else stop))]


def place_in(text: str, file: str, position: int) -> Place:
    """Return the place of a position in a text."""
    starts = starts_of(text, position)
    return Place(file, len(starts), position - starts[-1] + 1)
