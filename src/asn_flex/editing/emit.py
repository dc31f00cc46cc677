"""From an entry to its text, as this project lays out rule files (semantics §12.2).

A rule is a block of keys; what is inside a key stands behind it in braces or brackets as long as the line has room::

    - id: LIM-01
      kind: limit
      label: {id: Istirahat minimum, en: Minimum rest}
      must: {officer.rest_hours: {gte: 8}}

Reading the text gives the entry again: `parse_yaml(rule_text(entry)) == [entry]`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Union

from asn_flex.editing.scalars import key_text, scalar_value, text_value
from asn_flex.rulebook.tree import Scalar

WIDTH = 120
STEP = 2

# An entry as it was read (`Map`, `Seq`, `Scalar`), or made of plain values. A `str` is text and gets quotes where it
# would be read as something else; a `Scalar` stays what it is.
Entry = Union[Scalar, str, bool, int, Mapping[str, "Entry"], Sequence["Entry"]]  # noqa: UP007 - names itself


def rule_text(node: Mapping[str, Entry], *, indent: int = STEP) -> str:
    """Write one item of a list section (`rules`, `tests`): a block of keys behind a dash.

    Parameters
    ----------
    node : the rule or test; its keys are written in their order
    indent : column of the dash, from 0

    Returns
    -------
    text : lines with their ends

    Examples
    --------
    >>> print(rule_text({"id": "PRO-01", "kind": "protect", "unit": ["rsud"], "keep": {"at_least": 2}}), end="")
      - id: PRO-01
        kind: protect
        unit: [rsud]
        keep: {at_least: 2}
    """
    return _joined(_item(node, indent, as_block=True))


def entry_text(key: str, node: Entry, *, indent: int = STEP) -> str:
    """Write one entry of a map section (`duties`, `events`): in one line if there is room, else a block of keys.

    Parameters
    ----------
    key : the id of the entry
    node : the entry
    indent : column of the id, from 0

    Returns
    -------
    text : lines with their ends
    """
    return _joined(_pair(key, node, indent))


def flow(node: Entry) -> str:
    """Write a value in one line, with braces and brackets.

    Raises
    ------
    ValueError
        If a list holds an empty value, which cannot stand between commas.
    """
    text = _flow(node, in_flow=False)
    if text is None:
        raise ValueError("a list with an empty value has no form in one line")
    return text


def _joined(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _leaf(node: Entry, *, in_flow: bool) -> str:
    if isinstance(node, Scalar):
        return scalar_value(node, in_flow=in_flow)
    if isinstance(node, bool):
        return "true" if node else "false"
    return text_value(node, in_flow=in_flow) if isinstance(node, str) else str(node)


def _is_leaf(node: Entry) -> bool:
    return isinstance(node, (Scalar, str, int))


def _flow(node: Entry, *, in_flow: bool) -> str | None:
    """Write a value in one line; None where an empty value stands inside."""
    if isinstance(node, Mapping):
        parts = [(key_text(key, in_flow=True), _flow(value, in_flow=True)) for key, value in node.items()]
        return None if any(not text for _, text in parts) else "{" + ", ".join(f"{k}: {v}" for k, v in parts) + "}"
    if not _is_leaf(node):
        items = [_flow(item, in_flow=True) for item in node]  # type: ignore[union-attr]
        return None if not all(items) else "[" + ", ".join(map(str, items)) + "]"
    return _leaf(node, in_flow=in_flow)


def _pair(key: str, value: Entry, indent: int) -> list[str]:
    head = " " * indent + key_text(key, in_flow=False) + ":"
    text = _flow(value, in_flow=False)
    if text is not None and (_is_leaf(value) or not value or len(head) + 1 + len(text) <= WIDTH):
        return [f"{head} {text}" if text else head]
    return [head, *_block(value, indent + STEP)]


def _item(value: Entry, indent: int, *, as_block: bool = False) -> list[str]:
    dash = " " * indent + "-"
    text = _flow(value, in_flow=False)
    is_short = text is not None and not as_block and indent + 2 + len(text) <= WIDTH
    if text is not None and (is_short or _is_leaf(value) or not value):
        return [f"{dash} {text}" if text else dash]
    first, *others = _block(value, indent + STEP)
    return [f"{dash} {first.lstrip(' ')}", *others]


def _block(value: Entry, indent: int) -> list[str]:
    if isinstance(value, Mapping):
        return [line for key, inner in value.items() for line in _pair(key, inner, indent)]
    assert isinstance(value, Sequence)  # noqa: S101 - leaves and empty containers stand in one line
    return [line for inner in value for line in _item(inner, indent)]
