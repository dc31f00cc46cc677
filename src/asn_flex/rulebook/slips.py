"""The one safe way to mend a slip of form, where there is one (semantics §12.2).

A mend is offered only if the file then reads further than before, and if no other reading of it is as likely.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from unicodedata import category

from asn_flex.errors import Diagnostic, Place, Repair
from asn_flex.rulebook.draft import SECTIONS
from asn_flex.rulebook.lines import LINE_END, place_in, starts_of
from asn_flex.rulebook.schema import FORMAT
from asn_flex.rulebook.tree import Map, Node, Scalar, parse_yaml

# Trying out means reading again; nobody waits for that with a file of this size.
_LONGEST = 256 * 1024
# How many characters are read again for all findings of a file.
_EFFORT = 4 * _LONGEST
_TABS = re.compile(r"^[ \t]*\t[ \t]*(?=[^ \t\r\n#])", re.MULTILINE)
_WIDTHS = (2, 4, 8)
# A key whose value is text that people read, and the value without quotes, on one line, perhaps with a comment. (What
# looks so behind `when` is a condition without its braces.)
_PAIR = re.compile(
    r"(?P<indent>[ ]*)(?P<dashes>(?:- +)*)(?:id|en|note|name|label|cluster|url|unit|version): +"
    r"(?P<value>[^\s'\"\[{|>&*!#].*?)(?:\s+#.*)?\s*"
)
# A label in braces: two texts, each behind its language.
_LABEL = re.compile(r"[ ]*(?:- +)*(?:label|name|note): +\{ *(?P<inside>.*?) *\}(?:\s+#.*)?\s*")
_IN_LABEL = re.compile(r"(?:^|, *)(?:id|en): +(?P<value>.*?)(?=$|, *(?:id|en): )")


def with_repairs(found: Iterable[Diagnostic], text: str) -> Iterator[Diagnostic]:
    """Return findings about the form of a file, each with how to mend it where that is safe."""
    left = _EFFORT if len(text) <= _LONGEST else 0
    for diagnostic in found:
        repair = _repair(diagnostic, text) if left > 0 else None
        left -= len(text) if diagnostic.code in {"E102", "E107"} else 0
        yield replace(diagnostic, repair=repair) if repair is not None else diagnostic


def with_standing_repairs(found: Iterable[Diagnostic], files: Mapping[str, bytes]) -> Iterator[Diagnostic]:
    """Return findings without the repairs of what does not stand in the file as it reads.

    A text that is broken over two lines (`for` and `bid`) reads with a space where there is none.
    """
    texts: dict[str, tuple[str, list[int]]] = {}
    for diagnostic in found:
        repair = diagnostic.repair
        if repair is None or repair.place.file not in files:
            yield diagnostic
            continue
        if repair.place.file not in texts:
            text = files[repair.place.file].decode("utf-8-sig", "replace")
            texts[repair.place.file] = text, starts_of(text)
        text, starts = texts[repair.place.file]
        at = starts[repair.place.line - 1] + repair.place.column - 1 if repair.place.line <= len(starts) else len(text)
        is_quoted = text[at : at + 1] in {"'", '"'} and not text.startswith(repair.old, at)
        stands = text.startswith(repair.old, at + is_quoted)
        yield diagnostic if stands else replace(diagnostic, repair=None)


def _repair(diagnostic: Diagnostic, text: str) -> Repair | None:
    at, place = position_of(text, diagnostic.place), diagnostic.place
    if at is None or at >= len(text):
        return None
    sign, repair = text[at], None
    if diagnostic.code == "E107" and text.startswith("---", at):
        repair = _without_mark(text, at, place)
    elif diagnostic.code == "E102" and sign == "\t":
        repair = _without_tabs(text, place.file)
    elif diagnostic.code == "E102" and sign in {":", ",", "@", "%", "`"}:
        repair = _with_space(text, at, place) if sign == ":" else None
        repair = repair or _in_quotes(text, at, place)
    elif diagnostic.code == "E102" and sign.isspace() and sign not in " \n\r" and category(sign) == "Zs":
        # What looked like indentation.
        repair = Repair(place, sign, " ")
    elif diagnostic.code == "E102" and not sign.isprintable() and sign not in "\n\r":
        repair = Repair(place, sign, "")
    return repair


def position_of(text: str, place: Place) -> int | None:
    """Return where in a text a place is, from 0; None where the text has no such place."""
    start = 0
    for _ in range(place.line - 1):
        end = LINE_END.search(text, start)
        if end is None:
            return None
        start = end.end()
    at = start + place.column - 1
    return at if at <= len(text) else None


def _without_tabs(text: str, file: str) -> Repair | None:
    """Write spaces for all tabs that indent, if every usual width of a tab that can be read gives the same content."""
    readings: list[tuple[Node, str]] = []
    for width in _WIDTHS:
        spaced = _TABS.sub(lambda m, width=width: m.group().expandtabs(width), text)  # type: ignore[misc]
        tree, found = parse_yaml(spaced, file)
        if tree is not None and not found:
            readings.append((tree, spaced))
    if not readings or any(tree != readings[0][0] for tree, _ in readings):
        return None
    tabs = list(_TABS.finditer(text))
    start, stop = tabs[0].start(), tabs[-1].end()
    behind = len(text) - stop
    return Repair(place_in(text, file, start), text[start:stop], readings[0][1][start : len(readings[0][1]) - behind])


def _with_space(text: str, at: int, place: Place) -> Repair | None:
    """Put the space behind the colon of a key, if nothing is wrong with the form up to the end of its line then."""
    if text[at + 1 : at + 2].isspace():
        return None
    _, found = parse_yaml(f"{text[: at + 1]} {text[at + 1 :]}", place.file)
    is_mended = not any(d.code.startswith("E10") and d.place.line <= place.line for d in found)
    return Repair(place, ":", ": ") if is_mended else None


def _in_quotes(text: str, at: int, place: Place) -> Repair | None:
    """Put the value around a position in quotes: a value that is alone on its line, or one language of a label."""
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    line = text[start : end if end >= 0 else len(text)]
    span = _value_around(line, at - start)
    if span is None:
        return None
    value = line[slice(*span)]
    quoted = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    mended = text[: start + span[0]] + quoted + text[start + span[1] :]
    _, found = parse_yaml(mended, place.file)
    if any(d.code == "E102" and d.place.line <= place.line for d in found):
        return None
    return Repair(Place(place.file, place.line, span[0] + 1), value, quoted) if _ends_there(text, end, line) else None


def _value_around(line: str, at: int) -> tuple[int, int] | None:
    pair = _PAIR.fullmatch(line)
    if pair is not None:
        return pair.span("value") if pair.start("value") <= at else None
    label = _LABEL.fullmatch(line)
    if label is None:
        return None
    inside = label.group("inside")
    values = list(_IN_LABEL.finditer(inside))
    if "".join(m.group() for m in values) != inside:
        return None
    offset = label.start("inside")
    for found in values:
        first, last = (offset + edge for edge in found.span("value"))
        if first <= at < last and line[first] not in "'\"[{" and not re.search(r", *[\w.-]+: ", line[first:last]):
            return first, last
    return None


def _ends_there(text: str, end: int, line: str) -> bool:
    """Whether a value does not go on in the next line."""
    below = next((other for other in text[end + 1 :].split("\n") if other.strip()), "") if end >= 0 else ""
    pair = _PAIR.fullmatch(line)
    key = len(pair.group("indent") + pair.group("dashes")) if pair is not None else len(line)
    return len(below) - len(below.lstrip()) <= key


def _without_mark(text: str, at: int, place: Place) -> Repair | None:
    """Take out the mark of a second document, if what it parts is one file."""
    tree, found = parse_yaml(text[:at] + text[at + 3 :], place.file)
    return Repair(place, "---", "") if tree is not None and not found else None


def repair_of_format(tree: Map, text: str, file: str) -> Repair | None:
    """Return how to begin a file with its format: write it, put the word right, or move its line to the top."""
    first = position_of(text, Place(file, *tree.spot))
    if first is None or text[first : first + 1] == "{":
        return None
    for key, value in tree.items():
        if isinstance(value, Scalar) and value.text == FORMAT:
            if key != "format":
                return Repair(Place(file, *tree.key_spots[key]), key, "format") if "format" not in tree else None
            return _moved_up(tree, text, file, first)
    if "format" in tree or tree.keys().isdisjoint(SECTIONS):
        return None
    return Repair(Place(file, *tree.spot), "", f"format: {FORMAT}\n")


def _moved_up(tree: Map, text: str, file: str, first: int) -> Repair | None:
    at = position_of(text, Place(file, *tree.key_spots["format"]))
    if at is None:
        return None
    end = text.find("\n", at)
    line, stop = (text[at:end], end + 1) if end >= 0 else (text[at:], len(text))
    if re.fullmatch(r"format: *[\"']?" + re.escape(FORMAT) + r"[\"']?\s*(#.*)?", line) is None:
        return None
    return Repair(Place(file, *tree.spot), text[first:stop], f"{line}\n{text[first:at]}")
