"""Where the cursor stands in a rule file that need not parse: read from indentation and brackets alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from asn_flex.editing.positions import Positions, Span

_KEY = re.compile(r"""(?P<quote>["']?)(?P<key>[^\s"'{}\[\],#:][^"'{}\[\],#]*?)(?P=quote)\s*:(?=\s|$)""")
_DASHES = re.compile(r"(?:-(?:\s+|$))*")
_WORD_START = re.compile(r"[^\s,\[\]{}\"':]*$")
# How far up a flow collection that is still open may begin.
_MOST_LINES = 40


@dataclass(frozen=True)
class Cursor:
    """What is being typed.

    Attributes
    ----------
    path : keys from the top of the file to the container of the cursor; a list is `-`
    key : the key whose value is being typed; None where a key (or an item of a list) is
    typed : what stands between the beginning of the word and the cursor
    span : the word, to be replaced
    siblings : the other keys of the same mapping, with their plain values where they have one
    rule : the keys and plain values of the rule around the cursor
    """

    path: tuple[str, ...]
    key: str | None
    typed: str
    span: Span
    siblings: dict[str, str] = field(default_factory=dict)
    rule: dict[str, str] = field(default_factory=dict)


@dataclass
class _Flow:
    """A flow collection that is not closed before the cursor."""

    opening: str
    key: str | None = None
    text: str = ""
    siblings: dict[str, str] = field(default_factory=dict)

    def end_item(self) -> None:
        if self.key is not None:
            self.siblings[self.key] = self.text.strip().strip("\"'")
        self.key, self.text = None, ""


def cursor_at(positions: Positions, offset: int) -> Cursor:
    """Return what is being typed at an offset."""
    number = positions.line_of(offset)
    lines = [positions.line(i) for i in range(number + 1)]
    before = positions.text[positions.start_of(number) : offset]
    first = _first_line(lines, before)
    head, *more = [*lines[first:number], before]
    indents, keys, rest = _block(head)
    flows = _open_flows("\n".join([rest, *more]))
    path = _path_above(lines[:first], indents[0] if indents else len(head) - len(head.lstrip()))
    word = _WORD_START.search(before)
    typed = word.group() if word is not None else ""
    span = Span(offset - len(typed), offset + _rest_of_word(positions.text, offset))
    rule = _rule_around(positions, number)
    path = (*path, *keys)
    if flows:
        return _in_flow(path, flows, typed, span, rule)
    key = path[-1] if path and path[-1] != "-" and _KEY.search(head) and rest is not head else None
    if key is not None and keys and keys[-1] == key:
        return Cursor(path[:-1], key, typed, span, {}, rule)
    return Cursor(path, None, typed, span, _block_siblings(positions, number), rule)


def _first_line(lines: Sequence[str], before: str) -> int:
    """Return the line on which the outermost open flow collection of the cursor begins, or the cursor's own line."""
    number = len(lines) - 1
    texts = [*lines[:-1], before]
    for first in range(number, max(-1, number - _MOST_LINES), -1):
        indents, keys, rest = _block(texts[first])
        if not indents and not keys:
            continue
        if first == number:
            if not texts[first].strip().startswith(("}", "]", ",")) and not _continues(texts[:first]):
                return number
            continue
        if _open_flows("\n".join([rest, *texts[first + 1 :]])):
            return first
        if not _continues(texts[:first]):
            return number
    return number


def _continues(above: Sequence[str]) -> bool:
    """Whether the nearest line above ends inside a flow collection, by the look of it."""
    for line in reversed(above):
        bare = line.split(" #")[0].rstrip()
        if bare.strip():
            return bare.endswith((",", "{", "["))
    return False


def _block(line: str) -> tuple[list[int], list[str], str]:
    """Take the dashes and the key off a line; return their columns, the path that they make, and the rest."""
    at = len(line) - len(line.lstrip(" "))
    indents, keys = [], []
    dashes = _DASHES.match(line, at)
    while dashes is not None and line.startswith("-", at) and (at + 1 == len(line) or line[at + 1] == " "):
        indents.append(at)
        keys.append("-")
        at += 1
        at += len(line[at:]) - len(line[at:].lstrip(" "))
    found = _KEY.match(line, at)
    if found is not None:
        indents.append(at)
        keys.append(found.group("key"))
        return indents, keys, line[found.end() :]
    return indents or [at], keys, line[at:]


def _path_above(lines: Sequence[str], indent: int) -> tuple[str, ...]:
    """Return the keys of the lines above under which a line with this indentation stands."""
    path: list[str] = []
    for line in reversed(lines):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        indents, keys, _ = _block(line)
        if indents[0] > indent and not (keys and indents[0] < indent):
            continue
        for column, key in zip(reversed(indents[: len(keys)]), reversed(keys), strict=True):
            # A list may stand at the indentation of its key.
            is_under = column < indent or (column == indent and key != "-" and bool(path) and path[0] == "-")
            if is_under:
                path.insert(0, key)
                indent = column
        if indent <= 0 and path and path[0] != "-":
            break
    return tuple(path)


def _open_flows(text: str) -> list[_Flow]:
    """Return the flow collections that are open at the end of a text, outermost first."""
    stack: list[_Flow] = []
    quote = ""
    for index, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'" and (index == 0 or text[index - 1] in " \n,[{:"):
            quote = character
        elif character in "{[":
            stack.append(_Flow(character))
            continue
        elif character in "}]":
            if stack:
                stack.pop()
            continue
        elif stack and character == ",":
            stack[-1].end_item()
            continue
        elif stack and character == ":" and text[index + 1 : index + 2] in {"", " ", "\n"} and stack[-1].key is None:
            stack[-1].key, stack[-1].text = stack[-1].text.strip().strip("\"'"), ""
            continue
        if stack:
            stack[-1].text += character
    return stack


def _in_flow(path: tuple[str, ...], flows: list[_Flow], typed: str, span: Span, rule: dict[str, str]) -> Cursor:
    for flow in flows[:-1]:
        path = (*path, "-") if flow.opening == "[" and flow.key is None else (*path, flow.key or "-")
    last = flows[-1]
    if last.opening == "[":
        path = (*path, "-")
    own = last.siblings if "-" in path[-2:] or len(path) < 2 else {}
    around = {**rule, **flows[0].siblings} if flows[0].opening == "{" and path[:2] == ("rules", "-") else rule
    if last.key is not None and last.opening == "{":
        return Cursor(path, last.key, typed, span, own or last.siblings, around)
    return Cursor(path, None, typed, span, last.siblings, around)


def _rest_of_word(text: str, offset: int) -> int:
    """Return how far the word goes on behind the cursor."""
    found = re.compile(r"[^\s,\[\]{}\"':#]*").match(text, offset)
    return len(found.group()) if found is not None else 0


def _block_siblings(positions: Positions, number: int) -> dict[str, str]:
    """Return the keys of the block mapping to which a line belongs, the line itself left out."""
    line = positions.line(number)
    indents, keys, _ = _block(line)
    column = indents[-1] if indents else 0
    found: dict[str, str] = {}
    starts_item = "-" in keys
    steps = (range(number - 1, -1, -1) if not starts_item else (), range(number + 1, positions.line_count))
    for lines in steps:
        for i in lines:
            other = positions.line(i)
            if not other.strip() or other.lstrip().startswith("#"):
                continue
            at, names, rest = _block(other)
            if at[-1] == column and names and names[-1] != "-":
                if lines is steps[1] and "-" in names:
                    break
                found[names[-1]] = _plain(rest)
                if "-" in names:
                    break
            elif at[0] < column:
                break
    return found


def _plain(rest: str) -> str:
    return rest.split(" #", maxsplit=1)[0].strip().strip("\"'")


def _rule_around(positions: Positions, number: int) -> dict[str, str]:
    """Return the keys of the rule in which a line stands, with their plain values."""
    start = None
    for i in range(number, -1, -1):
        line = positions.line(i)
        stripped = line.lstrip()
        indent = len(line) - len(stripped)
        if stripped.startswith("- ") and re.match(r"-\s+\{?\s*(id|kind|label)\s*:", stripped) and indent <= 4:
            start = i
            break
        if stripped and not stripped.startswith(("#", "-")) and indent == 0:
            return {}
    if start is None:
        return {}
    indents, keys, rest = _block(positions.line(start))
    typed, dashes, _ = _block(positions.line(number))
    if start < number and dashes[:1] == ["-"] and typed[0] == indents[0]:
        # A rule that begins here, of which there is nothing yet.
        return {}
    if rest.startswith("{"):
        return {m.group("key"): "" for m in _KEY.finditer(rest)} | _flow_values(rest)
    found = {keys[-1]: _plain(rest)}
    for i in range(start + 1, positions.line_count):
        line = positions.line(i)
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        at, names, rest = _block(line)
        if at[0] < indents[-1]:
            break
        if at[0] == indents[-1] and names:
            found[names[-1]] = _plain(rest)
    return found


def _flow_values(text: str) -> dict[str, str]:
    return {m.group(1): m.group(2) for m in re.finditer(r"\b(kind|each|by|id|duty)\s*:\s*([\w.\-]+)", text)}
