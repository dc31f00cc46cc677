"""A rule file as pieces: every key and value with its own words, and every comment with what it belongs to.

A comment at the end of a line belongs to what the line says; further lines below it at the same column continue it.
Comment lines belong to what follows them, unless they stand further in than that: then they belong to what they close.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from asn_flex.editing.scalars import harmless, in_quotes, reads_plain

_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
# What ends a line to a reader of YAML.
_BREAK = re.compile("[\n\x85\u2028\u2029]")

# In a row.
MOST_EMPTY_LINES = 2


@dataclass(slots=True)
class Comment:
    """A comment, where it stood, and how many blanks stood before it."""

    text: str
    column: int
    gap: int = 0
    # Between a dash and what it is the dash of.
    is_inside: bool = False


# A comment line, or None for an empty line.
Line = Comment | None


@dataclass(slots=True)
class Leaf:
    """A value as it is written, and what it says."""

    written: str
    text: str
    is_plain: bool

    @property
    def is_lines(self) -> bool:
        """Whether it is a text of several lines behind `|` or `>`; one that keeps empty lines is written in quotes."""
        header = self.written.partition("\n")[0].partition("#")[0]
        return not self.is_plain and header[:1] in {"|", ">"} and "+" not in header

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written at all."""
        return not self.written

    def tidy(self, *, in_flow: bool) -> str:
        """Return it in one line; without quotes where they guard against nothing."""
        is_one_line = _BREAK.search(self.written) is None
        if self.is_plain:
            if is_one_line or reads_plain(self.text, in_flow=in_flow):
                return self.written if is_one_line else self.text
            return in_quotes(self.text)
        if harmless(self.text):
            return self.text
        if is_one_line and (self.written.startswith('"') or re.search(r'["\\]', self.text)):
            return self.written
        return in_quotes(self.text)


@dataclass(slots=True)
class Item:
    """A key with its value, or an item of a list, with the comments that belong to it."""

    key: Leaf | None = None
    value: Leaf | Branch = field(default_factory=lambda: Leaf("", "", is_plain=True))
    # Above it; at the end of its line; continuing that one; below it and further in.
    lead: list[Line] = field(default_factory=list)
    end: Comment | None = None
    more: list[Comment] = field(default_factory=list)
    under: list[Line] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The key, or nothing for an item of a list."""
        return self.key.text if self.key is not None else ""

    @property
    def has_comments(self) -> bool:
        """Whether any comment belongs to it."""
        return self.end is not None or any(line is not None for line in (*self.lead, *self.under))

    def put_above(self, lines: list[Line]) -> None:
        """Move comment lines above it, and before them what stood at the end of its line: the order stays."""
        comments: list[Line] = [line for line in lines if line is not None]
        if comments and self.end is not None:
            self.lead += [self.end, *self.more]
            self.end, self.more = None, []
        self.lead += comments


@dataclass(slots=True)
class Branch:
    """A mapping or a list; `column` is where its keys or dashes stood, from 0."""

    is_map: bool
    is_flow: bool
    column: int
    items: list[Item] = field(default_factory=list)
    # Comments after the last item.
    tail: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class File:
    """A whole file: what comes before the first key, its keys, and the texts of all comments between them in order."""

    prefix: list[str]
    root: Branch
    comments: list[str]


def take_apart(text: str) -> File:
    """Take apart a file that `parse_yaml` has read without a fault; its lines end in LF."""
    return _Reader(text).read()


class _Reader:
    """Follows the parser's events, and reads the gaps between its tokens for comments."""

    def __init__(self, text: str) -> None:
        self.text = text
        events: Iterator[Any] = yaml.parse(text, Loader=_LOADER)
        self.events = [(event, self._span(event)) for event in events]
        self.spans = [span for _, span in self.events if span is not None]
        self.next_span = 0
        self.at = 0
        self.pending: list[Line] = []
        self.seen: list[str] = []
        self.flow_depth = 0

    def _span(self, event: Any) -> tuple[int, int] | None:
        """Return where the words of an event begin and end; None for what is not written (the end of a block)."""
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.ScalarEvent):
            return (start, self._end_of_lines(start, end)) if event.style in {"|", ">"} else (start, end)
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            return (start, start + 1) if event.flow_style and self.text[start : start + 1] in {"{", "["} else None
        if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            return (start, end) if self.text[start:end] in {"}", "]"} else None
        return None

    def _end_of_lines(self, start: int, end: int) -> int:
        header = self.text[start:end].split("\n", 1)[0].partition("#")[0]
        if "+" in header:
            return end - (self.text[end - 1 : end] == "\n")
        return start + len(self.text[start:end].rstrip("\n"))

    def read(self) -> File:
        first = self.text[: self.spans[0][0]]
        opening = max((m.end() for m in re.finditer(r"(?m)^---.*$", first)), default=0)
        self._wait(_lines_of(first[opening:] if opening else f"\n{first}"))
        while not isinstance(self.events[self.at][0], yaml.MappingStartEvent):
            self.at += 1
        root = self._value(Item(), -1)
        assert isinstance(root, Branch)  # noqa: S101 - a rule file is a mapping
        root.tail += self.pending
        return File([line.rstrip() for line in first[:opening].splitlines()], root, self.seen)

    def _take(self) -> Any:
        event, _ = self.events[self.at]
        self.at += 1
        return event

    def _pass(self, owner: Item) -> None:
        """Read the gap behind a token: what is left of its line belongs to `owner`, the lines below are pending."""
        start = self.spans[self.next_span][1]
        self.next_span += 1
        stop = self.spans[self.next_span][0] if self.next_span < len(self.spans) else len(self.text)
        gap = self.text[start:stop]
        here = _BREAK.split(gap, maxsplit=1)[0]
        mark = here.find("#")
        if mark >= 0:
            column = start + mark - (self.text.rfind("\n", 0, start) + 1)
            comment = Comment(here[mark:].rstrip(), column, mark - len(here[:mark].rstrip()))
            if owner.end is not None:
                owner.lead += [owner.end, *owner.more]
                owner.more = []
            owner.end = comment
            self.seen.append(comment.text)
        self._wait(_lines_of(gap))

    def _wait(self, lines: Iterable[Line]) -> None:
        """Keep the lines of a gap until it is known what they belong to."""
        empty = 0
        for line in lines:
            empty = empty + 1 if line is None else 0
            if empty <= MOST_EMPTY_LINES:
                self.pending.append(line)
            if line is not None:
                self.seen.append(line.text)

    def _value(self, owner: Item, column: int) -> Leaf | Branch:
        """Read the value of `owner`, which stands in a block at `column`."""
        event, span = self.events[self.at]
        if span is not None:
            # Comments between a key and its value have no other place than above.
            owner.put_above(self.pending)
            self.pending = []
        if isinstance(self._take(), yaml.ScalarEvent):
            assert span is not None  # noqa: S101 - a scalar is always somewhere
            leaf = Leaf(self.text[slice(*span)], event.value, is_plain=bool(event.implicit[0]) and not event.style)
            self._pass(owner)
            self._claim_below(owner, column)
            return leaf
        is_map = isinstance(event, yaml.MappingStartEvent)
        branch = Branch(is_map, bool(event.flow_style), event.start_mark.column)
        self.flow_depth += branch.is_flow
        if span is not None:
            self._pass(owner)
        while not isinstance(self.events[self.at][0], (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            branch.items.append(self._item(branch))
        self._close(branch, owner, column)
        return branch

    def _item(self, branch: Branch) -> Item:
        item = Item(lead=self.pending)
        self.pending = []
        if not branch.is_map:
            # Those behind the dash belong to the first key.
            length = next((i for i, line in enumerate(item.lead) if line is not None and line.is_inside), None)
            if length is not None:
                item.lead, self.pending = item.lead[:length], item.lead[length:]
        if branch.is_map:
            event, span = self.events[self.at]
            assert span is not None  # noqa: S101 - keys are scalars
            self.at += 1
            item.key = Leaf(self.text[slice(*span)], event.value, is_plain=bool(event.implicit[0]))
            self._pass(item)
            self._claim_more(item)
        item.value = self._value(item, branch.column)
        return item

    def _close(self, branch: Branch, owner: Item, column: int) -> None:
        _, span = self.events[self.at]
        self.at += 1
        self.flow_depth -= branch.is_flow
        if not branch.is_flow:
            # A list may stand as far left as its key: then comments there belong to what follows.
            branch.tail = self._claim(max(branch.column, column + 1))
        elif span is not None:
            if branch.items:
                branch.tail = self._claim(0)
            else:
                owner.put_above(self.pending)
            self.pending = []
            self._pass(owner)
            self._claim_below(owner, column)

    def _claim(self, column: int) -> list[Line]:
        """Take the pending lines up to the last comment at or right of `column`, before any comment left of it."""
        length = 0
        for index, line in enumerate(self.pending):
            if line is not None:
                if line.column < column or line.is_inside:
                    break
                length = index + 1
        taken, self.pending = self.pending[:length], self.pending[length:]
        return taken

    def _claim_below(self, owner: Item, column: int) -> None:
        """Give an item the comments right below its line that continue it or stand further in."""
        if not self.flow_depth:
            self._claim_more(owner)
            owner.under = self._claim(column + 1)

    def _claim_more(self, owner: Item) -> None:
        while owner.end is not None and self.pending and self.pending[0] is not None:
            if self.pending[0].column != owner.end.column:
                break
            owner.more.append(self.pending[0])
            del self.pending[0]


def _lines_of(gap: str) -> Iterator[Line]:
    """Return the comment lines and empty lines of a gap; its first line belongs to what came before."""
    _, *lines = _BREAK.split(gap)
    is_inside = False
    for index, line in enumerate(lines):
        mark = line.find("#")
        if mark >= 0:
            yield Comment(line[mark:].rstrip(), len(line) - len(line.lstrip()), is_inside=is_inside)
        elif not line.strip() and index + 1 < len(lines):
            yield None
        is_inside = is_inside or line.lstrip().startswith("-")
