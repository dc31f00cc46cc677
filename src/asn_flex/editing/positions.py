"""Between places of findings and positions of editors.

A place counts lines and characters, both from 1. An editor counts units of the encoding that it agreed on
(UTF-16 by default), both from 0, and ends lines with LF, CR or both. Both are turned into offsets into one text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from asn_flex.rulebook.lines import starts_of
from asn_flex.rulebook.tree import Spot

_WORD = re.compile(r"[^\s,\[\]{}\"'#:]+(?::[^\s,\[\]{}\"'#:]+)*")


class Span(NamedTuple):
    """A stretch of a text, by offsets; `end` is not part of it."""

    start: int
    end: int


class Position(NamedTuple):
    """Line and unit, both from 0, as editors count."""

    line: int
    character: int


class Positions:
    """The lines of one text; `encoding` is that of the editor's units, `utf-8`, `utf-16` or `utf-32`."""

    def __init__(self, text: str, encoding: str = "utf-16") -> None:
        self.text = text
        self._encoding = encoding
        self._starts = starts_of(text)

    def offset_of(self, spot: Spot) -> int:
        """Return the offset of a line and column of a finding; beyond the text, the end of it."""
        line, column = spot
        if not 1 <= line <= len(self._starts):
            return len(self.text)
        last = self._starts[line] if line < len(self._starts) else len(self.text)
        return min(self._starts[line - 1] + max(column - 1, 0), last)

    def position_of(self, offset: int) -> Position:
        """Return an offset as an editor counts it."""
        line = bisect_right(self._starts, offset) - 1
        return Position(line, self._units(self.text[self._starts[line] : offset]))

    def offset_at(self, position: Position) -> int:
        """Return the offset of an editor's position; beyond the line, its end."""
        line, units = position
        if line >= len(self._starts):
            return len(self.text)
        start = self._starts[line]
        stop = self._starts[line + 1] if line + 1 < len(self._starts) else len(self.text)
        content = self.text[start:stop].rstrip("\r\n")
        for index, character in enumerate(content):
            if units <= 0:
                return start + index
            units -= self._units(character)
        return start + len(content)

    def line_of(self, offset: int) -> int:
        """Return the number of the editor's line, from 0."""
        return bisect_right(self._starts, offset) - 1

    @property
    def line_count(self) -> int:
        """How many lines an editor shows."""
        return len(self._starts)

    def line(self, number: int) -> str:
        """Return one of the editor's lines without its end."""
        stop = self._starts[number + 1] if number + 1 < len(self._starts) else len(self.text)
        return self.text[self._starts[number] : stop].rstrip("\r\n")

    def start_of(self, number: int) -> int:
        """Return the offset at which an editor's line begins."""
        return self._starts[number]

    def word_at(self, spot: Spot) -> Span:
        """Return the word, or the text in quotes, that begins at a place: what a finding underlines."""
        start = self.offset_of(spot)
        rest = self.text[start : start + 1]
        if rest in {'"', "'"}:
            close = self.text.find(rest, start + 1)
            if close > 0 and "\n" not in self.text[start:close]:
                return Span(start, close + 1)
        found = _WORD.match(self.text, start)
        if found is not None:
            return Span(start, found.end())
        is_end = start >= len(self.text) or self.text[start] in "\r\n"
        return Span(start, start if is_end else start + 1)

    def span_of(self, spot: Spot, old: str) -> Span | None:
        """Return where `old` stands at a place, past an opening quote; None where it does not stand there."""
        start = self.offset_of(spot)
        for at in (start, start + 1):
            if self.text.startswith(old, at) and (at == start or self.text[start] in {'"', "'"}):
                return Span(at, at + len(old))
        return None

    def _units(self, text: str) -> int:
        if self._encoding == "utf-8":
            return len(text.encode("utf-8", "surrogatepass"))
        return len(text) + (sum(ord(c) > 0xFFFF for c in text) if self._encoding == "utf-16" else 0)
