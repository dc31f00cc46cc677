"""YAML read safely and strictly, with the place of every key and value (semantics §3.3).

Decides what a file *says* before anybody decides what it *means*: no anchors, aliases, tags, merge keys,
duplicate keys or second documents; nesting up to 32; files up to 4 MiB. Scalars keep their source text, so that
`12.10` can be an area and `010` the number ten.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Union

import yaml

from asn_flex.errors import Diagnostic, Place
from asn_flex.i18n import fault

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 32

_INT = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}

# Line and column of a node, both from 1.
Spot = tuple[int, int]


class Scalar:
    """A leaf: its source text, whether it was written without quotes, and where."""

    __slots__ = ("plain", "spot", "text")

    def __init__(self, text: str, *, plain: bool, spot: Spot) -> None:
        self.text = text
        self.plain = plain
        self.spot = spot

    def __repr__(self) -> str:
        return f"`{self.text}`"

    @property
    def is_null(self) -> bool:
        """Whether the value was left empty."""
        return self.plain and self.text in _NULLS

    @property
    def as_bool(self) -> bool | None:
        """The YAML 1.2 boolean, or None (`NO` and `yes` are text)."""
        return _BOOLS.get(self.text) if self.plain else None

    @property
    def as_int(self) -> int | None:
        """The YAML 1.2 whole number, or None (`010` is ten)."""
        if not self.plain or len(self.text) > 40:
            return None
        if _INT.fullmatch(self.text):
            return int(self.text)
        if _OCTAL.fullmatch(self.text):
            return int(self.text[2:], 8)
        return int(self.text[2:], 16) if _HEX.fullmatch(self.text) else None

    @property
    def as_number_text(self) -> str | None:
        """The text of a YAML 1.2 number, or None."""
        if not self.plain:
            return None
        whole = self.as_int
        if whole is not None:
            return str(whole)
        return self.text if _FLOAT.fullmatch(self.text) else None


class Map(dict[str, "Node"]):
    """A mapping that knows where it and its keys stand."""

    __slots__ = ("key_spots", "spot")

    def __init__(self, spot: Spot) -> None:
        super().__init__()
        self.spot = spot
        self.key_spots: dict[str, Spot] = {}


class Seq(list["Node"]):
    """A list that knows where it stands."""

    __slots__ = ("spot",)

    def __init__(self, spot: Spot) -> None:
        super().__init__()
        self.spot = spot


Node = Union[Scalar, Map, Seq]


def spot_at(node: object, path: tuple[str | int, ...]) -> Spot:
    """Return the spot of the deepest part of `path` that exists; steps that name nothing are skipped.

    Paths come from validation, which adds steps of its own (the kind of a rule, say).
    """
    spot: Spot = getattr(node, "spot", (1, 1))
    here: Any = node
    for step in path:
        if isinstance(here, Map) and isinstance(step, str) and step in here:
            child = here[step]
            spot = here.key_spots[step] if isinstance(child, (Map, Seq)) else child.spot
            here = child
        elif isinstance(here, Seq) and isinstance(step, int) and step < len(here):
            here = here[step]
            spot = here.spot
    return spot


def parse_yaml(text: str, file: str) -> tuple[Node | None, list[Diagnostic]]:
    """Read one document; return its tree, or None, and every fault of form."""
    found: list[Diagnostic] = []
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return None, [fault("E106.size", Place(file, 1, 1))]
    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    try:
        # INVARIANT: only events are read, so no constructor ever runs.
        events = yaml.parse(text, Loader=loader)
        return _build(events, file, found), found
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        found.append(fault("E102.character", Place(file, line, 1), character=f"U+{_code(error):04X}"))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file, 1, 1)
        found.append(fault("E102", place, problem=_problem(error)))
    except RecursionError:
        found.append(fault("E106.depth", Place(file, 1, 1), depth=MAX_DEPTH))
    except _Stop:
        pass
    return None, found


def _code(error: yaml.reader.ReaderError) -> int:
    return error.character if isinstance(error.character, int) else ord(error.character[:1] or "\0")


def _problem(error: yaml.MarkedYAMLError) -> str:
    parts = [str(p) for p in (error.context, error.problem) if p]
    return ": ".join(parts) or "unreadable"


class _Stop(Exception):  # noqa: N818 - ends the reading of one file, never seen outside
    pass


def _build(events: Iterator[Any], file: str, found: list[Diagnostic]) -> Node | None:
    """Turn parser events into a tree; one pass, no recursion, so depth costs no stack."""
    root: Node | None = None
    documents = 0
    # Each open container with the key that waits for its value (mappings only).
    stack: list[tuple[Map | Seq, Scalar | None, bool]] = []
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                found.append(fault("E107.documents", _place(event, file)))
                raise _Stop
            continue
        if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            node: Node = stack.pop()[0]
        elif isinstance(event, yaml.ScalarEvent):
            _refuse_extras(event, file, found)
            node = Scalar(event.value, plain=bool(event.implicit[0]), spot=_spot(event))
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            _refuse_extras(event, file, found)
            if len(stack) >= MAX_DEPTH:
                found.append(fault("E106.depth", _place(event, file), depth=MAX_DEPTH))
                raise _Stop
            opened: Map | Seq = (
                Map(_spot(event)) if isinstance(event, yaml.MappingStartEvent) else Seq(_spot(event))
            )
            stack.append((opened, None, True))
            continue
        elif isinstance(event, yaml.AliasEvent):
            found.append(fault("E105.alias", _place(event, file), name=event.anchor))
            node = Scalar("", plain=True, spot=_spot(event))
        else:
            continue
        if not stack:
            root = node
        else:
            stack[-1] = _put(stack[-1], node, file, found)
    return root


def _put(
    top: tuple[Map | Seq, Scalar | None, bool], node: Node, file: str, found: list[Diagnostic]
) -> tuple[Map | Seq, Scalar | None, bool]:
    """Add a finished node to the open container; return the container's new state."""
    container, key, expects_key = top
    if isinstance(container, Seq):
        container.append(node)
        return container, None, True
    if expects_key:
        if not isinstance(node, Scalar):
            found.append(fault("E107.key", Place(file, *node.spot)))
            node = Scalar("?", plain=True, spot=node.spot)
        if node.text == "<<" and node.plain:
            found.append(fault("E105.merge", Place(file, *node.spot)))
        return container, node, False
    assert key is not None  # noqa: S101 - a value follows its key, or the parser has failed before
    if key.text in container:
        first = Place(file, *container.key_spots[key.text])
        found.append(fault("E104", Place(file, *key.spot), key=key.text, first=first))
    else:
        container[key.text] = node
        container.key_spots[key.text] = key.spot
    return container, None, True


def _refuse_extras(event: Any, file: str, found: list[Diagnostic]) -> None:
    if event.anchor is not None:
        found.append(fault("E105.anchor", _place(event, file), name=event.anchor))
    if event.tag is not None:
        found.append(fault("E105.tag", _place(event, file), tag=event.tag))


def _spot(event: Any) -> Spot:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _place(event: Any, file: str) -> Place:
    return Place(file, *_spot(event))
