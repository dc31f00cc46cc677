"""How a value of a rule reads in one cell of a decision table, and what a cell means (semantics §12.4).

A test is written as an analyst says it: ``>= 4``, ``true``, ``in alert, response``, ``within 12.74``, ``known``,
``{param: rest_min_h}``; several tests of one fact stand between semicolons (``known; false``). An empty cell does not
matter. Reading a cell that was written here gives the value again: `read_test(test_text(node))` asks the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from asn_flex.editing.scalars import text_value
from asn_flex.errors import Text
from asn_flex.i18n import say
from asn_flex.rulebook.tree import Map, Node, Scalar, Seq, parse_yaml

_SPOT = (1, 1)
# The operators that stand before one value, and how they are written; what follows in a group is understood as well.
_SIGNS = {
    "gte": (">=", "≥"),
    "lte": ("<=", "≤"),
    "ne": ("!=", "<>", "≠"),
    "gt": (">",),
    "lt": ("<",),
    "eq": ("==", "="),
}
_SIGN_OF = {sign: operator for operator, signs in _SIGNS.items() for sign in signs}
_SIGN = re.compile("|".join(re.escape(sign) for sign in sorted(_SIGN_OF, key=len, reverse=True)))
_LISTS = {"not_in": "not in", "in": "in", "has_any": "has any", "has": "has"}
_WORD = re.compile(r"(not[ _]in|in|has[ _]any|has|within)(?=\s|\"|$)", re.IGNORECASE)
_KNOWN = {"known": True, "unknown": False}
_PARAM = re.compile(r"\{\s*param\s*:\s*([^{},\s\"]+)\s*\}")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
# What needs no quotes in a cell: names, numbers, dates, words with single spaces between them.
_BARE = re.compile(r"[-+]?[\w.][\w.:/+%#@&()'*-]*(?: [\w.:/+%#@&()'*-]+)*")


class CellError(ValueError):
    """A cell cannot be read; `text` says why and what would be right."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.en)


# ---- from a value to its cell ------------------------------------------------------------------------------


def test_text(node: Node) -> str | None:
    """Return a test as a cell shows it; None where no cell can."""
    if not isinstance(node, Map) or set(node) == {"param"}:
        return _operand_text(node)
    clauses = [_clause(operator, value) for operator, value in node.items()]
    return "; ".join(map(str, clauses)) if clauses and None not in clauses else None


def _clause(operator: str, value: Node) -> str | None:
    if operator == "known":
        known = value.as_bool if isinstance(value, Scalar) else None
        return None if known is None else "known" if known else "unknown"
    if operator in _LISTS:
        return f"{_LISTS[operator]} {list_text(value)}" if isinstance(value, Seq) and value else None
    operand = _operand_text(value)
    if operand is None or operator == "eq":
        return operand
    if operator == "within":
        return f"within {operand}"
    return f"{_SIGNS[operator][0]} {operand}" if operator in _SIGNS else None


def _operand_text(node: Node) -> str | None:
    if isinstance(node, Scalar):
        return scalar_text(node)
    if isinstance(node, Map) and set(node) == {"param"} and isinstance(node["param"], Scalar):
        return f"{{param: {node['param'].text}}}"
    return None


def scalar_text(node: Scalar) -> str:
    """Return a value as a cell shows it; in quotes only where it would be read as something else."""
    text = node.text
    if node.is_text_anyway and _BARE.fullmatch(text) and not _is_special(text):
        return text
    return json.dumps(text, ensure_ascii=False)


def _is_special(text: str) -> bool:
    return text.casefold() in _KNOWN or _WORD.match(text) is not None


def list_text(node: Node) -> str:
    """Return a list (or the one value that stands for it) as a cell shows it: `a, b, c`."""
    items = node if isinstance(node, Seq) else [node]
    return ", ".join(scalar_text(item) for item in items if isinstance(item, Scalar))


# ---- from a cell to its value ------------------------------------------------------------------------------


def read_test(text: str) -> Node:
    """Read a test as an analyst wrote it.

    Raises
    ------
    CellError
        If it is none.
    """
    clauses = [_read_clause(part) for part in _parts(_straight(text), ";") if part]
    if not clauses:
        raise CellError(say("cell.test", found=text))
    if len(clauses) == 1 and clauses[0][0] == "eq":
        return clauses[0][1]
    test = Map(_SPOT)
    for operator, value in clauses:
        if operator in test:
            raise CellError(say("cell.twice", found=text))
        put(test, operator, value)
    return test


def _read_clause(text: str) -> tuple[str, Node]:
    word = text.casefold()
    if word in _KNOWN:
        return "known", plain("true" if _KNOWN[word] else "false")
    sign = _SIGN.match(text)
    if sign is not None:
        return _SIGN_OF[sign.group()], _read_operand(text[sign.end() :].strip(), text)
    found = _WORD.match(text)
    if found is None:
        return "eq", _read_operand(text, text)
    operator, rest = found.group().casefold().replace(" ", "_"), text[found.end() :].strip()
    return operator, _read_operand(rest, text) if operator == "within" else read_list(rest)


def _read_operand(text: str, clause: str) -> Node:
    param = _PARAM.fullmatch(text)
    if param is not None:
        return made_map({"param": plain(param.group(1))})
    if len(_parts(text, ",")) > 1:
        raise CellError(say("cell.several", found=clause))
    return _read_scalar(text)


def read_list(text: str) -> Seq:
    """Read `a, b, c`; a semicolon or a new line parts values as well.

    Raises
    ------
    CellError
        If a value is missing or cannot be read.
    """
    return made_list(_read_scalar(part) for part in _parts(_straight(text), ",;\n"))


def _read_scalar(text: str) -> Scalar:
    if _QUOTED.fullmatch(text):
        try:
            return Scalar(json.loads(text, strict=False), plain=False, spot=_SPOT)
        except ValueError:
            raise CellError(say("cell.quotes", found=text)) from None
    if not text:
        raise CellError(say("cell.no_value"))
    if re.search(r"[\"{}\[\]]", text):
        raise CellError(say("cell.quotes", found=text))
    return plain(text)


def _parts(text: str, signs: str) -> list[str]:
    """Split at signs that stand outside quotes and braces."""
    parts, start, depth = [], 0, 0
    position = 0
    while position < len(text):
        quoted = _QUOTED.match(text, position)
        if quoted is not None:
            position = quoted.end()
            continue
        character = text[position]
        depth += (character == "{") - (character == "}")
        if character in signs and depth <= 0:
            parts.append(text[start:position].strip())
            start = position + 1
        position += 1
    return [*parts, text[start:].strip()]


def _straight(text: str) -> str:
    """Put straight the quotes that a spreadsheet has bent."""
    return re.sub("[“”„]", '"', text)


def read_yaml(text: str) -> Node:
    """Read the YAML of a cell for conditions that no column can hold.

    Raises
    ------
    CellError
        If it is no YAML.
    """
    tree, found = parse_yaml(text, "")
    if found:
        raise CellError(found[0].text)
    if tree is None or _has_gap(tree):
        raise CellError(say("cell.no_value"))
    return tree


def _has_gap(node: Node) -> bool:
    """Whether a value is missing somewhere: it would have no form in one line."""
    if isinstance(node, Scalar):
        return node.is_null
    return any(_has_gap(part) for part in (node.values() if isinstance(node, Map) else node))


# ---- making values -----------------------------------------------------------------------------------------


def plain(text: str) -> Scalar:
    """Make a value that is written without quotes, where it can be."""
    return Scalar(text, plain=True, spot=_SPOT)


def text_scalar(text: str) -> Scalar:
    """Make a text for people; in quotes where it would be read as something else."""
    return Scalar(text, plain=text_value(text, in_flow=True) == text, spot=_SPOT)


def put(node: Map, key: str, value: Node) -> None:
    """Set a key of a mapping."""
    node[key] = value
    node.key_spots.setdefault(key, _SPOT)


def made_map(items: dict[str, Node]) -> Map:
    """Make a mapping."""
    made = Map(_SPOT)
    for key, value in items.items():
        put(made, key, value)
    return made


def made_list(items: Iterator[Node] | Sequence[Node]) -> Seq:
    """Make a list."""
    made = Seq(_SPOT)
    made.extend(items)
    return made
