"""Lines of a text, and where a position in it stands: as editors count, from 1."""

from __future__ import annotations

import re

from asn_flex.errors import Place

_LINE_END = re.compile("\r\n|\r|\n")


def lines_of(text: str) -> list[str]:
    """Return the lines of a text as editors count them, and YAML too where no forbidden character is in it."""
    return _LINE_END.split(text)


def place_in(text: str, file: str, position: int) -> Place:
    """Return the place of a position in a text."""
    ends = [m.end() for m in _LINE_END.finditer(text, 0, position)]
    return Place(file, len(ends) + 1, position - (ends[-1] if ends else 0) + 1)
