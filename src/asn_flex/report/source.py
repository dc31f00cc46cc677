"""The lines of the files that were checked, and how much of a line a finding is about (semantics §12.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from asn_flex.errors import Diagnostic, Place
from asn_flex.rulebook.lines import lines_of

# A text in quotes on one line, or a word as YAML ends it.
_THING = re.compile(r"""'(?:[^']|'')*'|"(?:[^"\\]|\\.)*"|[^\s,\[\]{}:](?:[^\s,\[\]{}:]|:(?=[^\s,\[\]{}]))*""")
# Faults of form are about one letter; what follows it means nothing yet.
_ABOUT_ONE_LETTER = frozenset({"E101", "E102", "E106"})
_LONGEST_THING = 200
_CUT = "..."


@dataclass(frozen=True)
class Quote:
    """A line of a file as it can be shown: `text`, and a mark of `marked` cells after `before` cells."""

    text: str
    before: int
    marked: int


class Sources:
    """The files that were checked, read as lines where a finding asks for one."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._lines: dict[str, Sequence[str]] = {}

    def line(self, place: Place) -> str:
        """Return the line of a place; empty where there is none."""
        if place.file not in self._lines:
            content = self._files.get(place.file, b"")
            self._lines[place.file] = lines_of(content.decode("utf-8-sig", "replace"))
        lines = self._lines[place.file]
        return lines[place.line - 1] if 1 <= place.line <= len(lines) else ""

    def length(self, diagnostic: Diagnostic) -> int:
        """Return how many letters from its place on a finding is about; at least one."""
        line, start = self.line(diagnostic.place), diagnostic.place.column - 1
        repair = diagnostic.repair
        if repair is not None and repair.place == diagnostic.place and line.startswith(repair.old, start):
            return max(1, len(repair.old))
        if diagnostic.code in _ABOUT_ONE_LETTER:
            return 1
        thing = _THING.match(line, start, start + _LONGEST_THING)
        return len(thing[0]) if thing is not None else 1

    def written(self, place: Place, old: str) -> Place:
        """Return where `old` itself begins: after the quote, where it stands in quotes."""
        line, start = self.line(place), place.column - 1
        is_quoted = line[start : start + 1] in {"'", '"'} and not line.startswith(old, start)
        return place._replace(column=place.column + 1) if is_quoted else place

    def quote(self, diagnostic: Diagnostic, *, width: int, encoding: str = "utf-8") -> Quote | None:
        """Return the line of a finding, cut to `width` cells around its place; None where there is nothing to show."""
        line, start = self.line(diagnostic.place), diagnostic.place.column - 1
        if not line or line.isspace():
            return None
        before, after = _window(line, start, width, encoding)
        thing = line[start : start + self.length(diagnostic)]
        marked = min(cell_len(_shown(thing, encoding)), cell_len(after))
        return Quote((before + after).rstrip(), cell_len(before), max(1, marked))


def _window(line: str, start: int, width: int, encoding: str) -> tuple[str, str]:
    """Return what is shown before and from a position, together at most `width` cells."""
    if len(line) <= width:
        before, after = _shown(line[:start], encoding), _shown(line[start:], encoding)
        if cell_len(before) + cell_len(after) <= width:
            return before, after
    # However long the line is, no more of it is looked at than can be shown.
    pieces: list[str] = []
    room = width // 2 - len(_CUT)
    for letter in reversed(line[max(0, start - room) : start]):
        piece = _shown(letter, encoding)
        room -= cell_len(piece)
        if room < 0:
            break
        pieces.append(piece)
    before = ("" if len(pieces) == start else _CUT) + "".join(reversed(pieces))
    after = _shown(line[start : start + width], encoding)
    left = width - cell_len(before)
    if cell_len(after) > left or len(line) > start + width:
        after = set_cell_size(after, max(0, left - len(_CUT))).rstrip() + _CUT
    return before, after


def _shown(text: str, encoding: str) -> str:
    """Return text as a terminal shows it in known cells: no tabs, no controls, nothing that its encoding lacks."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown_letter(letter, encoding) for letter in text)


def _shown_letter(letter: str, encoding: str) -> str:
    if letter == "\t":
        return "    "
    if not letter.isprintable():
        return ascii(letter)[1:-1]
    try:
        letter.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return "?" * cell_len(letter)
    return letter
