"""What the YAML reader finds wrong, in the words of a person, at the place where it can be mended (semantics §3.3).

The reader stops where it can go no further, which is seldom where the slip is: `levels:3` is reported on the next line.
So the line is looked at once more, for the slips that people make who do not write YAML every day.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import yaml

from asn_flex.errors import Diagnostic, Place
from asn_flex.i18n import fault, say
from asn_flex.rulebook.lines import lines_of

# What the YAML reader says (libyaml's words and those of pure Python), and how we say it.
_SENTENCES: tuple[tuple[str, str], ...] = (
    (r"mapping values are not allowed", "yaml.colon"),
    (r"unexpected ':'", "yaml.colon_inside"),
    (r"unexpected end of stream|unexpected document (indicator|separator)", "yaml.quote"),
    (r"tab character", "yaml.tab"),
    (r"cannot start any token|expected alphabetic or numeric", "yaml.start"),
    (r"could not find expected ':'", "yaml.no_colon"),
    (r"expected ',' or '[\]}]'", "yaml.bracket"),
    (r"(block )?sequence entries are not allowed", "yaml.dash"),
    (r"escape|hexdecimal|hexadecimal", "yaml.escape"),
    (r"expected node content", "yaml.content"),
    (r"expected key|expected '-' indicator|<block end>", "yaml.indent"),
)
# There the place where the thing begins says more than the place where the reader gave up.
_AT_BEGINNING = frozenset({"yaml.quote", "yaml.no_colon"})

_KEY = r"\s*(?:-\s+)?[A-Za-z_][\w.-]*"
_COMPARISON = r"[<>]=?|!=|[≥≤≠]"
_CURLY = re.compile("[“”„‘’]")
# Slips that show at the beginning of a line: what the reader may have said, how they look, what we say.
_LINE_SLIPS: tuple[tuple[frozenset[str], re.Pattern[str], str], ...] = tuple(
    (frozenset(f"yaml.{name}" for name in said.split()), re.compile(pattern), f"yaml.{key}")
    for said, pattern, key in (
        ("colon no_colon indent", r"\s*(?=[–—−•]\s)", "bullet"),
        ("colon no_colon indent", r"\s*(?=-[A-Za-z])", "dash_space"),
        ("colon no_colon", rf"{_KEY}\s*(?={_COMPARISON})", "operator"),
        ("other", rf"{_KEY}:\s*(?={_COMPARISON})", "operator"),
        ("colon no_colon", rf"{_KEY}\s*(?==)", "equals"),
        ("colon no_colon", rf"{_KEY}(?=:[^\s:])", "space"),
    )
)


class _Slip(NamedTuple):
    """The sentence that fits, and the place."""

    key: str
    line: int
    column: int


def syntax_fault(error: yaml.MarkedYAMLError, text: str, file: str) -> Diagnostic:
    """Say in the words of a person what the YAML reader found, and where."""
    problem = str(error.problem or error.context or "?")
    key = next((key for pattern, key in _SENTENCES if re.search(pattern, problem)), "yaml.other")
    begin, end = error.context_mark, error.problem_mark or error.context_mark
    mark = begin if key in _AT_BEGINNING and begin is not None else end
    if mark is None:
        return fault("E102", Place(file, 1, 1), problem=say("yaml.other", problem=problem))
    lines = lines_of(text)
    opened = begin if begin is not None else mark
    found = _Slip(key, mark.line + 1, mark.column + 1)
    if key == "yaml.start" and "alphabetic" in problem:
        # `*` and `&` are read as the beginning of a name.
        found = found._replace(column=found.column - 1)
    found = _slip(found, lines, (opened.line + 1, opened.column + 1))
    sentence = say(
        found.key, problem=problem, character=_character(lines, found), line=opened.line + 1,
        column=opened.column + 1, closing="`}`" if "}" in problem else "`]`", spaces=found.column - 1,
    )  # fmt: skip
    return fault("E102", _within(Place(file, found.line, found.column), lines), problem=sentence)


def _slip(found: _Slip, lines: list[str], opened: tuple[int, int]) -> _Slip:
    """Return what was probably done, where the line shows it; else what the reader said."""
    line = lines[found.line - 1] if found.line <= len(lines) else ""
    slip = _slip_at_beginning(found, line, found.line)
    if slip is None and found.key == "yaml.colon" and found.line > 1 and re.fullmatch(_KEY, line[: found.column - 1]):
        # A line without its colon runs on into the next one, where the reader wonders about the colon.
        slip = _slip_at_beginning(found, lines[found.line - 2], found.line - 1)
    if slip is not None:
        return slip
    if found.key == "yaml.start":
        character = _character(lines, found)
        key = "yaml.tab" if character == "\t" else "yaml.operator" if character in {"<", ">"} else found.key
        return found._replace(key=key)
    curly = _CURLY.search(line, 0, found.column)
    if curly is not None and (found.key == "yaml.colon" or _character(lines, found) == ":"):
        return _Slip("yaml.curly", found.line, curly.start() + 1)
    return _slip_in_brackets(found, lines, opened) if found.key == "yaml.bracket" else _slip_of_indent(found, lines)


def _slip_at_beginning(found: _Slip, line: str, number: int) -> _Slip | None:
    for said, pattern, key in _LINE_SLIPS:
        match = pattern.match(line)
        if found.key in said and match is not None:
            return _Slip(key, number, match.end() + 1)
    return None


def _slip_of_indent(found: _Slip, lines: list[str]) -> _Slip:
    """Return whether the line is rather not where it should be."""
    line = lines[found.line - 1] if found.line <= len(lines) else ""
    before = line[: found.column - 1]
    if found.key == "yaml.indent" and not before.strip():
        return found._replace(key="yaml.indent_line")
    is_first_colon = found.key == "yaml.colon" and found.line > 1 and re.fullmatch(_KEY, before)
    if is_first_colon and re.match(rf"{_KEY}:\s+[^\s#]", lines[found.line - 2]):
        # The line above is whole, so no colon is missing there.
        return _Slip("yaml.indent_line", found.line, len(line) - len(line.lstrip()) + 1)
    return found


def _slip_in_brackets(found: _Slip, lines: list[str], opened: tuple[int, int]) -> _Slip:
    """Return what was probably done between brackets that seem not to be closed."""
    line = lines[found.line - 1] if found.line <= len(lines) else ""
    before = line[: found.column - 1]
    is_next_key = found.line > opened[0] and re.fullmatch(_KEY, before)
    if _character(lines, found) == ":" and not is_next_key:
        return found._replace(key="yaml.colon_inside")
    if before.endswith("'") and _character(lines, found).isalnum():
        return _Slip("yaml.apostrophe", found.line, found.column - 1)
    first = lines[opened[0] - 1] if opened[0] <= len(lines) else ""
    comment = re.compile(r"(?<=\s)#").search(first, opened[1])
    if found.line > opened[0] and comment is not None and re.search(r"[\]}]", first[comment.start() :]):
        return _Slip("yaml.hash", opened[0], comment.start() + 1)
    return found


def _character(lines: list[str], found: _Slip) -> str:
    return lines[found.line - 1][found.column - 1 : found.column] if found.line <= len(lines) else ""


def _within(place: Place, lines: list[str]) -> Place:
    """Return the place; of one below the last line, which the reader makes up at the end, the end of the text."""
    return place if place.line <= len(lines) else Place(place.file, len(lines), len(lines[-1]) + 1)


# What is run together between brackets, where it is no fault for YAML: a key without a value.
_RUN_TOGETHER = re.compile(rf"(?P<key>[A-Za-z_][\w.-]*)\s*(?P<sign>:|==?|{_COMPARISON})\s*(?P<value>\S.*)", re.DOTALL)
_OPERATORS = {">=": "gte", "<=": "lte", ">": "gt", "<": "lt", "!=": "ne", "≥": "gte", "≤": "lte", "≠": "ne"}


class RunTogether(NamedTuple):
    """`share:50%`, `fit = false` or `severity >= 3` where a key should be: its parts, and what to say."""

    sentence: str
    key: str
    sign_at: int
    operator: str | None
    value: str
    value_at: int

    @property
    def is_torn(self) -> bool:
        """Whether the value begins a mapping or list, of which the reader has taken the rest for another value."""
        return self.sentence == "yaml.equals" and self.value[:1] in {"{", "["}

    @property
    def apart(self) -> str:
        """How it is written."""
        return f"{self.key}: {self.value if self.operator is None else f'{{{self.operator}: {self.value}}}'}"


def run_together(key: str) -> RunTogether | None:
    """Return the parts of a key that holds its value as well; None for an ordinary key."""
    match = _RUN_TOGETHER.fullmatch(key)
    if match is None:
        return None
    sign, operator = match["sign"], _OPERATORS.get(match["sign"])
    sentence = "yaml.space" if sign == ":" else "yaml.operator" if operator else "yaml.equals"
    return RunTogether(sentence, match["key"], match.start("sign"), operator, match["value"], match.start("value"))


_WRITTEN_COMPARISON = re.compile(rf"\s*({_COMPARISON})\s*(\S+)\s*")


def comparison(text: str) -> tuple[str, str] | None:
    """Return operator and value of a value such as `>= 3`; None for any other."""
    match = _WRITTEN_COMPARISON.fullmatch(text)
    return (_OPERATORS[match[1]], match[2]) if match is not None else None
