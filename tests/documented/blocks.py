"""Takes a page apart: its fenced blocks with the marks before them, and its invisible expectations, in order.

A mark is an HTML comment on the line before a block, so that readers never see it:

=============================  =========================================================================
mark                           the block
=============================  =========================================================================
``rules``                      yaml: rule sections, completed by the base pack; begins a new story
``rules: more``                yaml: further sections of the story's rulebook
``rules: refused E201 …``      yaml: must be refused, with exactly these codes
``scenario``                   yaml: keys that replace those of the base scenario, in this story
``file: NAME``                 yaml: written for the console and python blocks that follow
``table: NAME``                csv: replaces a table of the base scenario, in this story
``plan``                       json: a whole plan, checked against the JSON Schema
``output``                     text: exactly what the python block before it printed
``output of: COMMAND``         text: lines that occur in the output of a command, in this order
``picture``                    text: a drawing; nothing to run
``ci``                         sh: run by continuous integration on a fresh machine; here only parsed
``exit: N``                    console: the command ends with this exit code (0 without the mark)
=============================  =========================================================================

``python`` and ``console`` blocks need no mark: they run in order, in one copy of the repository per page. Comments
``expect: EXPRESSION``, ``expect-quarantine: EXPRESSION`` (of the plan with quarantine) and ``refused: CODES`` stand
by themselves and are about the story so far.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^(\s*)```(\S*)\s*$")
_MARK = re.compile(r"<!--\s*(.*?)\s*-->", re.DOTALL)


@dataclass(frozen=True)
class Item:
    """A block (`language` is its fence's word) or, with language None, a comment by itself."""

    page: str
    line: int
    language: str | None
    mark: str
    body: str

    @property
    def name(self) -> str:
        """The mark without its argument."""
        return self.mark.partition(":")[0].strip()

    @property
    def argument(self) -> str:
        """What follows the colon of the mark."""
        return self.mark.partition(":")[2].strip()

    @property
    def where(self) -> str:
        """Page and line, for the names of tests."""
        return f"{self.page}:{self.line}"


def read_page(path: Path, page: str) -> list[Item]:
    """Return the items of a page in order."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found: list[Item] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.lstrip().startswith("<!--"):
            end = at
            while "-->" not in lines[end]:
                end += 1
            mark = _MARK.search("\n".join(lines[at : end + 1]))
            assert mark is not None, f"{page}:{at + 1}: a comment that does not end"
            following = lines[end + 1] if end + 1 < len(lines) else ""
            if _FENCE.match(following) and following.strip() != "```":
                at, item = _read_block(lines, end + 1, page, mark[1])
            else:
                item = Item(page, at + 1, None, mark[1], "")
                at = end + 1
            found.append(item)
        elif _FENCE.match(line):
            at, item = _read_block(lines, at, page, "")
            found.append(item)
        else:
            at += 1
    return found


def _read_block(lines: list[str], start: int, page: str, mark: str) -> tuple[int, Item]:
    fence = _FENCE.match(lines[start])
    assert fence is not None
    indent = len(fence[1])
    end = start + 1
    while end < len(lines) and lines[end].strip() != "```":
        end += 1
    assert end < len(lines), f"{page}:{start + 1}: a block that does not end"
    body = "".join(line[indent:] + "\n" for line in lines[start + 1 : end])
    return end + 1, Item(page, start + 1, fence[2], mark, body)


# Which marks a language takes; "" is no mark.
MARKS: dict[str, frozenset[str]] = {
    "yaml": frozenset({"rules", "scenario", "file"}),
    "csv": frozenset({"table"}),
    "json": frozenset({"plan"}),
    "text": frozenset({"output", "output of", "picture"}),
    "sh": frozenset({"ci"}),
    "python": frozenset({""}),
    "console": frozenset({"", "exit"}),
}
COMMENTS = frozenset({"expect", "expect-quarantine", "refused", "codes", "/codes", "spdx"})
STORY = frozenset({"rules", "scenario", "table", "expect", "expect-quarantine", "refused"})


def is_known(item: Item) -> bool:
    """Whether a test runs the item."""
    if item.language is None:
        return item.name in COMMENTS
    return item.name in MARKS.get(item.language, frozenset())


@dataclass(frozen=True)
class Story:
    """A rulebook that is built up, a scenario, and what is expected of both."""

    items: tuple[Item, ...]

    @property
    def where(self) -> str:
        """Page and line of the first item."""
        return self.items[0].where


def stories(items: list[Item]) -> list[Story]:
    """Part the items of a page into stories; each begins with a `rules` block."""
    found: list[list[Item]] = []
    for item in items:
        if item.name not in STORY:
            continue
        if item.name == "rules" and item.argument != "more":
            found.append([])
        assert found, f"{item.where}: no `rules` block before it"
        found[-1].append(item)
    return [Story(tuple(items)) for items in found]
