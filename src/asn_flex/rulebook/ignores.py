"""Comments that say why a warning may stay: `# asn-flex: ignore W502 because …` (semantics §12.2).

Such a comment stands directly above an entry or among its lines, and is about that entry only. A reason is asked for;
an ignore that ignores nothing is reported; an error cannot be ignored.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from asn_flex.errors import Diagnostic, Place, sort_diagnostics
from asn_flex.i18n import fault
from asn_flex.rulebook.lines import lines_of
from asn_flex.rulebook.scalars import cut
from asn_flex.rulebook.tree import LOADER

_PREFIX = re.compile(r"#[ \t]*asn-flex:")
_HASH = re.compile(r"(?:^|(?<=[ \t]))#")
# Both languages, because the comment is read by those who read the rules.
_FORM = re.compile(
    r"#[ \t]*asn-flex:[ \t]*(?:ignore|abaikan)[ \t]+(?P<codes>.*?)(?:[ \t]+(?:because|karena)\b(?P<reason>.*))?",
    re.IGNORECASE,
)
_CODE = re.compile(r"[A-Z][0-9]{3}")
_SAYS_SOMETHING = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class _Extent:
    """The lines of one entry; `inside` is the column from which on a line below still belongs to it."""

    first: int
    last: int
    inside: int


@dataclass(frozen=True, slots=True)
class _Ignore:
    """One code of one comment, and the lines of the entries that it is about."""

    place: Place
    code: str
    extents: tuple[_Extent, ...]


def apply_ignores(
    found: Iterable[Diagnostic],
    files: Mapping[str, bytes],
    *,
    is_everything: bool = False,
    not_asked: Collection[str] = (),
) -> tuple[tuple[Diagnostic, ...], tuple[Diagnostic, ...]]:
    """Part findings into those that stay and those that comments in the files ignore.

    Parameters
    ----------
    found : findings of these files, without the ignored ones left out
    files : the bytes that were checked, by the name that places use
    is_everything : whether every check has been made, so that an ignore that meets nothing is one too many
    not_asked : codes that were not looked for all the same

    Returns
    -------
    kept : what people see, what is wrong with the comments themselves included, in order of place
    ignored : what the comments ignore, in order of place
    """
    every = sort_diagnostics(found)
    ignores: list[_Ignore] = []
    kept: list[Diagnostic] = []
    for name, content in sorted(files.items()):
        for ignore in _read_ignores(name, content):
            if isinstance(ignore, _Ignore):
                ignores.append(ignore)
            else:
                kept.append(ignore)
    if not ignores and not kept:
        return every, ()
    by_place: dict[tuple[str, str], list[_Ignore]] = {}
    for ignore in ignores:
        by_place.setdefault((ignore.place.file, ignore.code), []).append(ignore)
    used: set[int] = set()
    ignored: list[Diagnostic] = []
    for finding in every:
        meant = [i for i in by_place.get((finding.place.file, finding.code), ()) if _covers(i, finding.place.line)]
        used.update(id(ignore) for ignore in meant)
        (ignored if meant else kept).append(finding)
    if is_everything:
        idle = [ignore for ignore in ignores if id(ignore) not in used and ignore.code not in not_asked]
        kept.extend(fault("W901", ignore.place, code=ignore.code) for ignore in idle)
    return sort_diagnostics(kept), tuple(ignored)


def _covers(ignore: _Ignore, line: int) -> bool:
    return any(extent.first <= line <= extent.last for extent in ignore.extents)


def _read_ignores(name: str, content: bytes) -> Iterator[_Ignore | Diagnostic]:
    """Read the ignores of one file, and what is wrong with them."""
    if b"asn-flex:" not in content:
        return
    try:
        text = content.decode("utf-8-sig")
        layout = _Layout(yaml.parse(text, Loader=LOADER))
    except (UnicodeError, yaml.YAMLError, RecursionError):
        # The file has a fault of form, which is told; nobody knows where its entries end.
        return
    lines = lines_of(text)
    for number, line in enumerate(lines, 1):
        if not _PREFIX.search(line):
            continue
        column = _comment_in(line, number, layout)
        if column and _PREFIX.match(line, column - 1):
            extents = layout.around(number, column, lines)
            yield from _read_comment(Place(name, number, column), line[column - 1 :].rstrip(), extents)


def _read_comment(place: Place, comment: str, extents: tuple[_Extent, ...]) -> Iterator[_Ignore | Diagnostic]:
    form = _FORM.fullmatch(comment)
    if form is None:
        yield fault("W902.form", place)
        return
    codes = [code.strip().upper() for code in form["codes"].split(",")]
    if wrong := [code for code in codes if not _CODE.fullmatch(code)]:
        yield fault("W902.code", place, code=cut(wrong[0]))
    elif not _SAYS_SOMETHING.search(form["reason"] or ""):
        yield fault("W902", place, codes=", ".join(codes))
    elif not extents:
        yield fault("W901.nowhere", place)
    else:
        for code in dict.fromkeys(codes):
            yield _Ignore(place, code, extents) if code[0] == "W" else fault("W903", place, code=code)


def _comment_in(line: str, number: int, layout: _Layout) -> int | None:
    """Return the column at which the comment of a line begins: a `#` after a space, and inside no text."""
    for found in _HASH.finditer(line):
        if not layout.is_text(number, found.start() + 1):
            return found.start() + 1
    return None


class _Layout:
    """Where the texts and the entries of a file begin and end, from its parser events."""

    def __init__(self, events: Iterable[Any]) -> None:
        self.extents: list[_Extent] = []
        self._starts: list[tuple[int, int]] = []
        self._ends: list[tuple[int, int]] = []
        # Of every open container: whether it is a mapping, whether its lines end with a bracket, whether a key is next.
        self._open: list[list[bool]] = []
        self._section = ""
        self._begun = (0, 0)
        self._last = 0
        for event in events:
            self._take(event)
        self._firsts = [extent.first for extent in self.extents]

    def is_text(self, line: int, column: int) -> bool:
        """Whether a position lies inside a text, quoted or not."""
        index = bisect_right(self._starts, (line, column)) - 1
        return index >= 0 and (line, column) < self._ends[index]

    def around(self, line: int, column: int, lines: list[str]) -> tuple[_Extent, ...]:
        """Return the entries that a comment is about: those of its line, else those right below, else the one above."""
        here = tuple(extent for extent in self.extents if extent.first <= line <= extent.last)
        if here or lines[line - 1][: column - 1].strip():
            return here
        below = line + 1
        while below <= len(lines) and lines[below - 1].lstrip().startswith("#"):
            below += 1
        if below <= len(lines) and lines[below - 1].strip() == "-":
            below += 1
        following = tuple(extent for extent in self.extents if extent.first == below)
        if following:
            return following
        index = bisect_right(self._firsts, line) - 1
        return (self.extents[index],) if index >= 0 and column >= self.extents[index].inside else ()

    def _take(self, event: Any) -> None:
        end: Any = event.end_mark
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._begin(event, "")
            self._open.append([isinstance(event, yaml.MappingStartEvent), bool(event.flow_style), True])
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            _, in_brackets, _ = self._open.pop()
            self._finish(end.line + 1 if in_brackets else self._last)
        elif isinstance(event, yaml.ScalarEvent):
            self._begin(event, event.value)
            self._finish(self._note_text(event))
        elif isinstance(event, yaml.AliasEvent):
            self._begin(event, "")
            self._finish(end.line + 1)

    def _note_text(self, event: Any) -> int:
        """Note where a text lies; return its last line."""
        begin, end = event.start_mark, event.end_mark
        if event.style in {"|", ">"}:
            # A comment may follow the sign that opens it.
            self._starts.append((begin.line + 2, 1))
            last: int = end.line if end.column == 0 else end.line + 1
            # What ends it is the next line that is not empty.
            blank = len(event.value) - len(event.value.rstrip("\n")) - 1
            last = max(begin.line + 1, last - max(0, blank))
        else:
            self._starts.append((begin.line + 1, begin.column + 1))
            last = end.line + 1
        self._ends.append((end.line + 1, end.column + 1))
        return last

    def _is_entry_level(self) -> bool:
        return len(self._open) == (1 if self._section == "pack" else 2)

    def _begin(self, event: Any, value: str) -> None:
        top = self._open[-1] if self._open else None
        if len(self._open) == 1 and top is not None and top[0] and top[2]:
            self._section = value
        if top is not None and self._is_entry_level() and (not top[0] or top[2]):
            self._begun = (event.start_mark.line + 1, event.start_mark.column + 1 + top[0])

    def _finish(self, last: int) -> None:
        """End a node; where it is a whole entry, note its lines."""
        self._last = last
        top = self._open[-1] if self._open else None
        if top is None:
            return
        if self._is_entry_level() and (not top[0] or not top[2]):
            self.extents.append(_Extent(self._begun[0], last, self._begun[1]))
        top[2] = not top[2]
