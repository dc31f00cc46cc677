"""The columns of a decision table, and how a rule fills them (semantics §12.4).

A sheet holds the rules of one kind, a row a rule. A column is one key of the rule (`strength`), one part of a key
(`label.id`), or one fact that `when`, `who` or `must` asks (`when: event.severity`). What is no plain conjunction of
tests (`any`, `not`, `all`, `holds`) stands as YAML in the column `when (lain)`, so that nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from asn_flex.domain.attributes import Attribute
from asn_flex.domain.exact import parse_number
from asn_flex.editing import table_cells as cells
from asn_flex.editing.emit import flow
from asn_flex.i18n import say
from asn_flex.rulebook.schema import AnyRule, Cover, Entry, Forbid, Limit, Prefer
from asn_flex.rulebook.tree import Map, Node, Scalar, Seq

Shape = Literal["id", "text", "ids", "date", "duty", "int", "number", "share", "bool", "choice", "fact", "test", "yaml"]

# The kinds that have a decision table, in the order of the sheets.
MODELS: Mapping[str, type[AnyRule]] = {"cover": Cover, "forbid": Forbid, "limit": Limit, "prefer": Prefer}
SHEETS: Mapping[str, str] = {
    "cover": "pengganti (cover)",
    "forbid": "larangan (forbid)",
    "limit": "batas (limit)",
    "prefer": "preferensi (prefer)",
}
_CONDITIONS = ("when", "who", "must")
_OTHERS = "(lain)"
_CHOICES: Mapping[str, tuple[str, ...]] = {"by": ("substitution", "standard"), "if_unknown": ("refuse", "confirm")}
_SHAPES: Mapping[str, Shape] = {
    "by": "choice", "if_unknown": "choice", "absolute": "bool", "strength": "number", "min_strength": "number",
    "weight": "number", "max_hops": "int", "at_least": "int", "confirm_points": "int", "points": "int",
    "max_share": "share", "for": "ids", "overrides": "ids", "waives": "ids", "replaces": "ids", "minimise": "fact",
}  # fmt: skip
_HEADER = re.compile(r"(when|who|must)\s*:\s*(\S+)")
_REST = re.compile(r"(when|who|must)\s*\(\s*lain\s*\)")


@dataclass(frozen=True)
class Column:
    """One column: its header, where its value stands in a rule, and what it holds."""

    header: str
    path: tuple[str, ...]
    shape: Shape
    attribute: Attribute | None = None
    choices: tuple[str, ...] = ()

    @property
    def is_rest(self) -> bool:
        """Whether it holds what no other column of the condition can."""
        return self.shape == "yaml" and self.path[0] in _CONDITIONS


def _parts_of(name: str, kind: str) -> list[Column]:
    if name == "label":
        return [Column(f"label.{lang}", ("label", lang), "text") for lang in ("id", "en")]
    if name == "effective":
        return [Column(f"effective.{key}", ("effective", key), "date") for key in ("from", "until")]
    if name == "note":
        return [Column("note", ("note",), "text"), *(Column(f"note.{x}", ("note", x), "text") for x in ("id", "en"))]
    if name in {"id", "source", "duty"}:
        shapes: Mapping[str, Shape] = {"id": "id", "source": "ids", "duty": "duty"}
        return [Column(name, (name,), shapes[name])]
    # The `if_unknown` of a prefer rule counts points.
    shape: Shape = "int" if (kind, name) == ("prefer", "if_unknown") else _SHAPES.get(name, "yaml")
    return [Column(name, (name,), shape, choices=_CHOICES.get(name, ()) if shape == "choice" else ())]


def keys_of(model: type[Entry]) -> list[str]:
    """Return the keys of a kind as files write them, in the order of the model."""
    return [info.alias or name for name, info in model.model_fields.items()]


def columns_for(kind: str, rules: Iterable[Map], attributes: Mapping[str, Attribute]) -> list[Column]:
    """Return the columns of a sheet: those of the kind, and one for each fact that its rules ask."""
    rules = list(rules)
    keys = [key for key in keys_of(MODELS[kind]) if key not in {"kind", "label", "source", "effective", "id", "note"}]
    found: list[Column] = []
    for key in ("id", "label", "source", "effective", *keys, "note"):
        if key in _CONDITIONS:
            asked = {name for rule in rules for name in tests_of(rule.get(key)) if name in attributes}
            found.extend(_test_column(key, attributes[name]) for name in sorted(asked))
            found.append(Column(f"{key} {_OTHERS}", (key,), "yaml"))
        else:
            found.extend(_parts_of(key, kind))
    in_two_languages = any(isinstance(rule.get("note"), Map) for rule in rules)
    return [c for c in found if in_two_languages or not (c.path[0] == "note" and len(c.path) > 1)]


def _test_column(condition: str, attribute: Attribute) -> Column:
    return Column(f"{condition}: {attribute.key}", (condition, attribute.key), "test", attribute, attribute.values)


def column_named(header: str, kind: str, attributes: Mapping[str, Attribute]) -> Column | None:
    """Return the column that a header means, or None."""
    for key in keys_of(MODELS[kind]):
        for column in _parts_of(key, kind) if key not in {"kind", *_CONDITIONS} else ():
            if column.header == header:
                return column
    has = set(keys_of(MODELS[kind]))
    rest = _REST.fullmatch(header)
    if rest is not None and rest.group(1) in has:
        return Column(f"{rest.group(1)} {_OTHERS}", (rest.group(1),), "yaml")
    test = _HEADER.fullmatch(header)
    if test is None or test.group(1) not in has or test.group(2) not in attributes:
        return None
    return _test_column(test.group(1), attributes[test.group(2)])


def tests_of(condition: Node | None) -> dict[str, str]:
    """Return the tests of a condition that stand in columns of their own, as cells show them."""
    found: dict[str, str] = {}
    for name, test in condition.items() if isinstance(condition, Map) else ():
        text = cells.test_text(test) if "." in name else None
        if text is not None:
            found[name] = text
    return found


def rest_of(condition: Map, columns: Iterable[str]) -> Map:
    """Return the entries of a condition that have no column of their own."""
    with_column = tests_of(condition).keys() & set(columns)
    return cells.made_map({name: test for name, test in condition.items() if name not in with_column})


def row_of(rule: Map, columns: Iterable[Column]) -> dict[str, str]:
    """Return the cells of a rule by header; empty cells are left out."""
    columns = list(columns)
    found = {column.header: _cell_of(rule, column, columns) for column in columns}
    return {header: text for header, text in found.items() if text}


def _cell_of(rule: Map, column: Column, columns: list[Column]) -> str:
    node: Node | None = rule.get(column.path[0])
    if column.is_rest:
        return _rest_text(node, [c.path[1] for c in columns if c.shape == "test" and c.path[0] == column.path[0]])
    if column.shape == "test":
        return tests_of(node).get(column.path[1], "")
    if len(column.path) > 1:
        node = node.get(column.path[1]) if isinstance(node, Map) else None
    return _value_text(node, column.shape)


def _value_text(node: Node | None, shape: Shape) -> str:
    if node is None or (isinstance(node, Scalar) and node.is_null):
        return ""
    if shape == "duty" and isinstance(node, Map):
        return "; ".join(f"{key}: {value.text}" for key, value in node.items() if isinstance(value, Scalar))
    if shape in {"ids", "duty"}:
        return cells.list_text(node)
    if isinstance(node, Scalar):
        return node.text
    return flow(node) if shape == "yaml" else ""


def _rest_text(condition: Node | None, columns: list[str]) -> str:
    if not isinstance(condition, Map):
        return ""
    rest = rest_of(condition, columns)
    # A condition without any entry is always true, which is not the same as none at all.
    return flow(rest) if rest or not condition else ""


# ---- from cells to a rule ----------------------------------------------------------------------------------


def meaning_of(text: str, column: Column) -> object:
    """Return what two cells have in common that say the same: `>=4` and `>= 4`, `0.70` and `0.7`.

    Raises
    ------
    CellError
        If the cell cannot be read.
    """
    if column.shape in {"int", "number"}:
        number = parse_number(text)
        return number if number is not None else text
    node = _read(text, column) if text else None
    return node.text if isinstance(node, Scalar) and column.shape != "test" else node


def _read(text: str, column: Column) -> Node:
    shape = column.shape
    if shape == "test":
        return cells.read_test(text)
    if shape == "yaml":
        node = cells.read_yaml(text)
        if column.is_rest and not isinstance(node, Map):
            raise cells.CellError(say("cell.not_mapping"))
        return node
    if shape == "duty":
        return _read_duty(text)
    if shape == "ids":
        return cells.read_list(text)
    if shape == "bool":
        return cells.plain(text)
    return cells.text_scalar(text) if shape == "text" else cells.plain(text)


_SELECTOR = re.compile(r"(class|tag)\s*[:=]\s*(\S+)")


def _read_duty(text: str) -> Node:
    selector = _SELECTOR.fullmatch(text)
    if selector is not None:
        return cells.made_map({selector.group(1): cells.plain(selector.group(2))})
    items = cells.read_list(text)
    return items[0] if len(items) == 1 else items


def set_cell(rule: Map, column: Column, text: str, columns: Iterable[Column]) -> None:
    """Change a rule as its cell was changed; an empty cell takes the value out.

    Raises
    ------
    CellError
        If the cell cannot be read, or says what another cell of the row says already.
    """
    node = _read(text, column) if text else None
    if column.is_rest:
        own = [c.path[1] for c in columns if c.shape == "test" and c.path[0] == column.path[0]]
        _set_rest(rule, column.path[0], node if isinstance(node, Map) else None, own)
        return
    if len(column.path) == 1:
        if node is None:
            rule.pop(column.path[0], None)
        elif column.path == ("note",) and isinstance(rule.get("note"), Map):
            raise cells.CellError(say("cell.two_notes"))
        else:
            cells.put(rule, column.path[0], node)
        return
    outer, inner = column.path
    whole = rule.get(outer)
    if not isinstance(whole, Map):
        if node is None:
            return
        if isinstance(whole, (Scalar, Seq)):
            raise cells.CellError(say("cell.two_notes"))
        whole = cells.made_map({})
        cells.put(rule, outer, whole)
    if node is not None:
        cells.put(whole, inner, node)
    elif whole.pop(inner, None) is not None and not whole:
        del rule[outer]


def _set_rest(rule: Map, key: str, given: Map | None, own: list[str]) -> None:
    whole = rule.get(key)
    old = whole if isinstance(whole, Map) else cells.made_map({})
    kept = {name: test for name, test in old.items() if name in tests_of(old).keys() & set(own)}
    twice = [name for name in given or () if name in kept]
    if twice:
        raise cells.CellError(say("cell.rest_twice", name=twice[0]))
    merged = cells.made_map({})
    # Entries stay in their order, new ones follow.
    for name, test in {**{n: t for n, t in old.items() if n in kept or n in (given or {})}, **(given or {})}.items():
        cells.put(merged, name, test)
    if merged or given is not None:
        cells.put(rule, key, merged)
    else:
        rule.pop(key, None)


def copied(node: Node) -> Node:
    """Copy the containers of an entry; values are never changed."""
    if isinstance(node, Map):
        return cells.made_map({key: copied(value) for key, value in node.items()})
    return cells.made_list([copied(item) for item in node]) if isinstance(node, Seq) else node
