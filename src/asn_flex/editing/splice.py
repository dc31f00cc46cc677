"""Changes entries inside the text of a rule file, and nothing around them (semantics §12.4).

What an entry says is compared with what it should say, key by key, and only the text of the keys that differ is
written anew: comments, order, quotes and layout of everything else stay byte for byte. A comment inside a value that
is replaced moves above its key.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import yaml

from asn_flex.editing.emit import entry_text, flow, rule_text
from asn_flex.editing.scalars import key_text
from asn_flex.rulebook.tree import Map, Node

_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


@dataclass(frozen=True)
class Edit:
    """Put `new` where the text from `start` to `end` stands."""

    start: int
    end: int
    new: str


def apply_edits(text: str, edits: Sequence[Edit]) -> str:
    """Return the text with all edits made; they do not overlap, and what is put at one place keeps its order."""
    in_order = sorted(enumerate(edits), key=lambda pair: (pair[1].start, pair[0]), reverse=True)
    for _, edit in in_order:
        text = text[: edit.start] + edit.new + text[edit.end :]
    return text


def marked(text: str) -> Any:
    """Read a text into nodes that know where they begin and end."""
    # INVARIANT: composed, not constructed: no tag of the file is ever obeyed. The text has been read strictly before.
    return yaml.compose(text, Loader=_LOADER)


def child_of(node: Any, key: str) -> Any:
    """Return the value of a key of a marked mapping, or None."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value for name, value in pairs if name.value == key), None)


class Splicer:
    """Collects edits of one file.

    Parameters
    ----------
    text : the file, without a byte order mark
    newline : how its lines end
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self.root = marked(text)
        self.edits: list[Edit] = []

    def result(self) -> str:
        """Return the text with every edit made."""
        return apply_edits(self.text, self.edits)

    # ---- one entry -----------------------------------------------------------------------------------------

    def change(self, node: Any, old: Map, new: Map, order: Sequence[str]) -> None:
        """Make the entry at `node`, which says `old`, say `new`; new keys stand where `order` puts them."""
        if old == new:
            return
        if node.flow_style:
            self._replace(node, self._flow_source(node, old, new, order))
            return
        self._change_block(node, old, new, order)

    def _change_block(self, node: Any, old: Map, new: Map, order: Sequence[str]) -> None:
        pairs = {key.value: (key, value) for key, value in node.value}
        kept = [name for name in pairs if name in new]
        for name, (key, value) in pairs.items():
            if name not in new:
                self._remove_pair(node, key, value, is_first=name == next(iter(pairs)))
            elif old[name] != new[name]:
                self._change_value(key, value, old[name], new[name])
        added: dict[str, list[str]] = {}
        for name in sorted((n for n in new if n not in old), key=lambda n: _rank(n, order)):
            before = [k for k in kept if _rank(k, order) <= _rank(name, order)] if name in order else kept
            added.setdefault((before or kept)[-1] if before else kept[0], []).append(name)
        for anchor, names in added.items():
            column = pairs[anchor][0].start_mark.column
            lines = "".join(entry_text(name, new[name], indent=column) for name in names)
            self._insert_after(pairs[anchor][1], lines)

    def _change_value(self, key: Any, value: Any, old: Node, new: Node) -> None:
        if isinstance(old, Map) and isinstance(new, Map) and new and isinstance(value, yaml.MappingNode):
            if value.flow_style:
                self._replace(value, self._flow_source(value, old, new, ()))
                return
            if any(name in new for name in old):
                self._change_block(value, old, new, ())
                return
        self._replace_value(key, value, new)

    def _replace_value(self, key: Any, value: Any, new: Node) -> None:
        column = key.start_mark.column
        whole = entry_text(key.value, new, indent=column)[len(" " * column) :].removesuffix("\n")
        start = key.end_mark.index
        rest = whole[len(key_text(key.value, in_flow=False)) :].replace("\n", self.newline)
        end = max(self._end_of(value), self.text.index(":", start) + 1)
        if value.start_mark.line == key.start_mark.line and "\n" not in rest and not _is_block(value):
            # On the line of its key: whatever stands between them, and behind, stays.
            self._replace(
                value, rest.removeprefix(":").lstrip(" "), gap=" " if start + 1 >= value.start_mark.index else ""
            )
            return
        self._hoist(start, end, value)
        self.edits.append(Edit(start, end, rest))

    def _replace(self, value: Any, new: str, *, gap: str = "") -> None:
        start, end = value.start_mark.index, self._end_of(value)
        self._hoist(start, end, value)
        self.edits.append(Edit(start, end, gap + new))

    def _flow_source(self, node: Any, old: Map, new: Map, order: Sequence[str]) -> str:
        """Return the source of a mapping in braces that says `new`, its unchanged parts as they were."""
        pairs = {key.value: (key, value) for key, value in node.value}
        names = [name for name in pairs if name in new]
        for name in sorted((n for n in new if n not in old), key=lambda n: _rank(n, order)):
            after = [i for i, k in enumerate(names) if _rank(k, order) <= _rank(name, order)] if name in order else []
            names.insert(after[-1] + 1 if after else len(names), name)
        same_keys = names == list(pairs)
        parts: list[str] = []
        position = node.start_mark.index
        for name in names:
            if name not in pairs:
                parts.append(flow({name: new[name]})[1:-1])
                continue
            key, value = pairs[name]
            source = self._flow_value(value, old[name], new[name])
            if same_keys:
                parts.append(self.text[position : value.start_mark.index] + source)
                position = value.end_mark.index
            elif source:
                parts.append(f"{self.text[key.start_mark.index : key.end_mark.index]}: {source}")
        if same_keys:
            return "".join(parts) + self.text[position : node.end_mark.index]
        return "{" + ", ".join(parts) + "}"

    def _flow_value(self, value: Any, old: Node, new: Node) -> str:
        if old == new:
            return self.text[value.start_mark.index : value.end_mark.index]
        if isinstance(old, Map) and isinstance(new, Map) and isinstance(value, yaml.MappingNode) and new:
            return self._flow_source(value, old, new, ())
        return flow([new])[1:-1]

    # ---- items of a list -----------------------------------------------------------------------------------

    def remove_items(self, sequence: Any, indices: Sequence[int]) -> None:
        """Take items out of a list, with the blank lines behind them."""
        gone = set(indices)
        if sequence.flow_style:
            kept = [self._source(item) for i, item in enumerate(sequence.value) if i not in gone]
            self.edits.append(Edit(sequence.start_mark.index, sequence.end_mark.index, f"[{', '.join(kept)}]"))
            return
        for index in sorted(gone):
            start = self._line_start(self._dash_of(sequence, sequence.value[index]))
            end = self._line_end(self._end_of(sequence.value[index]), and_break=True)
            blank = re.compile(r"(?:[ \t]*\r?\n)+").match(self.text, end)
            if blank is not None and index + 1 < len(sequence.value):
                end = blank.end()
            self.edits.append(Edit(start, end, ""))

    def append_items(self, sequence: Any, items: Sequence[Map]) -> None:
        """Add items behind the last one of a list that has some."""
        if sequence.flow_style:
            added = "".join(f", {flow(item)}" for item in items)
            end = sequence.value[-1].end_mark.index
            self.edits.append(Edit(end, end, added))
            return
        column = sequence.start_mark.column
        is_spaced = len(sequence.value) < 2 or self._is_spaced(sequence)
        texts = [rule_text(item, indent=column) for item in items]
        self._insert_after(sequence.value[-1], "".join(("\n" if is_spaced else "") + text for text in texts))

    def start_list(self, key: str, items: Sequence[Map]) -> None:
        """Write the first items of a list section that is empty or not there yet."""
        text = "\n".join(rule_text(item) for item in items).replace("\n", self.newline)
        value = child_of(self.root, key)
        if value is None:
            gap = "" if self.text.endswith(("\n", "\r")) or not self.text else self.newline
            end = len(self.text)
            self.edits.append(Edit(end, end, f"{gap}{self.newline}{key}:{self.newline}{text}"))
            return
        name = next(k for k, v in self.root.value if v is value)
        colon = self.text.index(":", name.end_mark.index) + 1
        if value.start_mark.index < value.end_mark.index:
            self.edits.append(Edit(value.start_mark.index, value.end_mark.index, ""))
        line = self._line_end(max(colon, value.end_mark.index if value.value == [] else colon), and_break=False)
        self.edits.append(Edit(line, line, self.newline + text.removesuffix(self.newline)))

    def _is_spaced(self, sequence: Any) -> bool:
        between = (
            self.text[self._end_of(before) : after.start_mark.index] for before, after in pairwise(sequence.value)
        )
        return any(re.search(r"\n[ \t]*\r?\n", gap) for gap in between)

    def _dash_of(self, sequence: Any, item: Any) -> int:
        """Return where the dash of an item stands: in the column of the list, on the item's line or above."""
        position = self._line_start(item.start_mark.index)
        column = int(sequence.start_mark.column)
        margin = " " * column + "-"
        while not self.text.startswith(margin, position):
            position = self._line_start(position - 1)
        return position + column

    # ---- places in the text --------------------------------------------------------------------------------

    def _source(self, node: Any) -> str:
        return self.text[node.start_mark.index : self._end_of(node)]

    def _end_of(self, node: Any) -> int:
        """Return where a value really ends: the reader counts the comments behind a block as its own."""
        while isinstance(node, (yaml.MappingNode, yaml.SequenceNode)) and not node.flow_style and node.value:
            last = node.value[-1]
            if isinstance(last, tuple):
                key, node = last
                if node.start_mark.index == node.end_mark.index:
                    return self.text.index(":", int(key.end_mark.index)) + 1
            else:
                node = last
        end = int(node.end_mark.index)
        if isinstance(node, yaml.ScalarNode) and node.style in {"|", ">"}:
            header = self.text[node.start_mark.index :].split("\n", 1)[0]
            source = self.text[node.start_mark.index : end]
            end = end if "+" in header else int(node.start_mark.index) + len(source.rstrip())
        return end

    def _line_start(self, position: int) -> int:
        return self.text.rfind("\n", 0, position) + 1

    def _line_end(self, position: int, *, and_break: bool) -> int:
        found = self.text.find("\n", position)
        if found < 0:
            return len(self.text)
        if and_break:
            return found + 1
        return found - 1 if self.text[found - 1 : found] == "\r" and found > position else found

    def _insert_after(self, value: Any, lines: str) -> None:
        """Put whole lines behind the line on which a value ends."""
        end = self._end_of(value)
        added = lines.replace("\n", self.newline)
        if end > 0 and self.text[end - 1] == "\n":
            self.edits.append(Edit(end, end, added))
            return
        at = self._line_end(end, and_break=False)
        self.edits.append(Edit(at, at, self.newline + added.removesuffix(self.newline)))

    def _remove_pair(self, node: Any, key: Any, value: Any, *, is_first: bool) -> None:
        start = self._line_start(key.start_mark.index)
        end = self._line_end(max(self._end_of(value), key.end_mark.index), and_break=True)
        behind_dash = self.text[start : key.start_mark.index].strip() != ""
        if is_first and behind_dash and len(node.value) > 1:
            # The next key moves up behind the dash.
            start, end = key.start_mark.index, node.value[1][0].start_mark.index
        self.edits.append(Edit(start, end, ""))

    def _hoist(self, start: int, end: int, node: Any) -> None:
        """Keep the comments that stand inside what is replaced: above its line."""
        found = self._comments(start, end, node)
        if found:
            at = self._line_start(start)
            indent = re.compile(r"[ \t]*").match(self.text, at)
            margin = indent.group() if indent is not None else ""
            self.edits.append(Edit(at, at, "".join(f"{margin}{comment}{self.newline}" for comment in found)))

    def _comments(self, start: int, end: int, node: Any) -> list[str]:
        spans = [(leaf.start_mark.index, leaf.end_mark.index) for leaf in _leaves(node)]
        found: list[str] = []
        position = start
        while (sign := self.text.find("#", position, end)) >= 0:
            inside = next((stop for begin, stop in spans if begin <= sign < stop), None)
            if inside is not None:
                position = inside
                continue
            position = self._line_end(sign, and_break=False)
            found.append(self.text[sign:position].rstrip())
        return found


def _leaves(node: Any) -> list[Any]:
    if isinstance(node, yaml.MappingNode):
        return [leaf for pair in node.value for part in pair for leaf in _leaves(part)]
    if isinstance(node, yaml.SequenceNode):
        return [leaf for item in node.value for leaf in _leaves(item)]
    return [node]


def _is_block(value: Any) -> bool:
    if isinstance(value, yaml.ScalarNode):
        return value.style in {"|", ">"}
    return not value.flow_style


def _rank(name: str, order: Sequence[str]) -> int:
    return order.index(name) if name in order else len(order)
