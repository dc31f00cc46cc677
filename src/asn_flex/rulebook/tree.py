"""YAML read safely and strictly, with the place of every key and value (semantics §3.3).

Decides what a file *says* before anybody decides what it *means*: no anchors, aliases, tags, merge keys,
duplicate keys or second documents; nesting up to 32; files up to 4 MiB. Scalars keep their source text, so that
`12.10` can be an area and `010` the number ten.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, Union

import yaml

from asn_flex.errors import Diagnostic, Place, Repair
from asn_flex.i18n import fault, say
from asn_flex.rulebook.characters import hidden_in, misspelt_letters, without_hidden
from asn_flex.rulebook.lines import place_in
from asn_flex.rulebook.syntax import run_together, syntax_fault

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 32
MAX_ITEMS = 100_000
# More would help nobody, and cost memory without bound.
MAX_FAULTS = 1000

LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader

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

    def __eq__(self, other: object) -> bool:
        # Where it stands does not matter: entries are equal that say the same.
        return isinstance(other, Scalar) and (self.text, self.plain) == (other.text, other.plain)

    def __hash__(self) -> int:
        return hash((self.text, self.plain))

    @property
    def is_null(self) -> bool:
        """Whether the value was left empty."""
        return self.plain and self.text in _NULLS

    @property
    def is_text_anyway(self) -> bool:
        """Whether quotes make no difference: it has none, or would be text without them."""
        if self.plain:
            return True
        bare = Scalar(self.text, plain=True, spot=self.spot)
        return bare.as_bool is None and bare.as_number_text is None and not bare.is_null

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
            return int(self.text, 0)
        return int(self.text, 0) if _HEX.fullmatch(self.text) else None

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


Node = Union[Scalar, Map, Seq]  # noqa: UP007 - `Map` names it before it exists


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


# What YAML cannot hold, beside half of a surrogate pair (which only the pure Python reader lets through), and the ends
# of lines of YAML 1.1 that no editor shows: what follows one looks like part of a comment to whoever reads the file.
_FORBIDDEN = re.compile(
    "[^\\t\\n\\r\\x20-\\x7e\\xa0-\\u2027\\u202a-\\ud7ff\\ue000-\\ufefe\\uff00-\\ufffd\\U00010000-\\U0010ffff]"
)
_MOST_CHARACTERS = 20
# Pasted from a web page or a word processor, it looks like indentation and is a letter to YAML.
_UNUSUAL_SPACE = re.compile("^[ \\t]*[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]", re.MULTILINE)


def parse_yaml(text: str, file: str) -> tuple[Node | None, list[Diagnostic]]:
    """Read one document; return its tree, or None, and every fault of form."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return None, [fault("E106.size", Place(file, 1, 1))]
    forbidden = list(islice(_FORBIDDEN.finditer(text), _MOST_CHARACTERS))
    if forbidden:
        return None, [
            fault("E102.character", place_in(text, file, m.start()), character=f"U+{ord(m.group()):04X}")
            for m in forbidden
        ]
    if space := _UNUSUAL_SPACE.search(text):
        place = place_in(text, file, space.end() - 1)
        return None, [fault("E102.space", place, character=f"U+{ord(space.group()[-1]):04X}")]
    builder = _Builder(file, is_plain=text.isascii())
    builder.found.extend(hidden_in(text, file))
    builder.hides = bool(builder.found)
    try:
        # INVARIANT: only events are read, so no constructor ever runs.
        return builder.build(yaml.parse(text, Loader=LOADER)), builder.found
    except yaml.MarkedYAMLError as error:
        if error.problem == "exceeded maximum nesting depth" and error.problem_mark is not None:
            # PyYAML 6.0.4 gives up by itself, a thousand levels ahead of its first event: the place is where it stops.
            mark = error.problem_mark
            builder.found.append(fault("E106.depth", Place(file, mark.line + 1, mark.column + 1), depth=MAX_DEPTH))
        else:
            builder.found.append(syntax_fault(error, text, file))
    except (yaml.YAMLError, UnicodeError) as error:
        builder.found.append(fault("E102", Place(file, 1, 1), problem=say("yaml.other", problem=str(error))))
    except RecursionError:
        builder.found.append(fault("E106.depth", Place(file, 1, 1), depth=MAX_DEPTH))
    except _Stop:
        pass
    return None, builder.found


# `12` and `5%` of `{share: 12,5%}`; and the keys whose values are texts in two languages.
_WHOLE, _DECIMALS = re.compile(r"[+-]?[0-9]+"), re.compile(r"[0-9]+ ?%?")
_TEXTS = frozenset({"label", "name", "note"})
_LONGEST_TEXT = 1000


def _behind(scalar: Scalar) -> Spot:
    return (scalar.spot[0], scalar.spot[1] + len(scalar.text))


class _Stop(Exception):  # noqa: N818 - ends the reading of one file, never seen outside
    pass


class _Open:
    """A container that is not finished yet; of a mapping, also the key that waits for its value."""

    __slots__ = ("anchored", "expects_key", "key", "node")

    def __init__(self, node: Map | Seq, *, anchored: bool) -> None:
        self.node = node
        # Whether it, or what it stands in, has an anchor.
        self.anchored = anchored
        self.expects_key = True
        # None for a key that cannot be one: its value is read and left out.
        self.key: Scalar | None = None


class _Builder:
    """Turns parser events into a tree; one pass, no recursion, so depth costs no stack."""

    def __init__(self, file: str, *, is_plain: bool) -> None:
        self.file = file
        self.is_plain = is_plain
        self.hides = False
        self.found: list[Diagnostic] = []
        self.stack: list[_Open] = []
        # Where texts begin that a comma has parted: it is said of the first comma only.
        self.parted: set[Spot] = set()

    def build(self, events: Iterator[Any]) -> Node | None:
        """Return the tree of the only document."""
        root: Node | None = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.ScalarEvent):
                self._refuse_extras(event)
                node: Node = Scalar(self._meant(event.value), plain=bool(event.implicit[0]), spot=_spot(event))
            elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                self._open(event)
                continue
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                node = self.stack.pop().node
            elif isinstance(event, yaml.AliasEvent):
                self._refuse_alias(event)
                # Stands for what we do not read; whatever else is wrong with it is left out, being at the same place.
                node = Scalar(f"*{event.anchor}", plain=False, spot=_spot(event))
            else:
                documents += isinstance(event, yaml.DocumentStartEvent)
                if documents > 1:
                    self._report("E107.documents", _spot(event))
                    raise _Stop
                continue
            if self.stack:
                self._put(self.stack[-1], node)
            else:
                root = node
        if root is not None and not self.is_plain:
            _settle_letters(root, self)
        return root

    def _meant(self, text: str) -> str:
        """Return text as it was meant where the file hides characters, which is reported; an escape is seen by all."""
        return without_hidden(text) if self.hides else text

    def _open(self, event: Any) -> None:
        self._refuse_extras(event)
        if len(self.stack) >= MAX_DEPTH:
            self._report("E106.depth", _spot(event), depth=MAX_DEPTH)
            raise _Stop
        spot = _spot(event)
        anchored = event.anchor is not None or (bool(self.stack) and self.stack[-1].anchored)
        node = Map(spot) if isinstance(event, yaml.MappingStartEvent) else Seq(spot)
        self.stack.append(_Open(node, anchored=anchored))

    def _put(self, top: _Open, node: Node) -> None:
        """Add a finished node to the open container."""
        container = top.node
        if len(container) >= MAX_ITEMS:
            self._report("E106.items", node.spot, limit=MAX_ITEMS)
            raise _Stop
        if isinstance(container, Seq):
            container.append(node)
        elif top.expects_key:
            top.key = self._as_key(node)
            top.expects_key = False
        else:
            top.expects_key = True
            if top.key is not None:
                self._add(container, *self._parted(top.key, node))

    def _as_key(self, node: Node) -> Scalar | None:
        if not isinstance(node, Scalar) or (node.plain and not node.text):
            self._report("E107.key", node.spot)
            return None
        if node.text == "<<" and node.plain:
            self._report("E105.merge", node.spot)
            return None
        return node

    def _parted(self, key: Scalar, value: Node) -> tuple[Scalar, Node]:
        """Return key and value; parted where the key holds them both (`share:50%`), for a space or colon is missing."""
        parts = run_together(key.text) if key.plain else None
        line, column = key.spot
        # Where it has no value of its own, not even an empty one behind a colon.
        is_alone = isinstance(value, Scalar) and not value.text and value.spot == _behind(key)
        if parts is None or not (is_alone or parts.is_torn):
            return key, value
        self._report("E102.slip", (line, column + parts.sign_at), problem=say(parts.sentence))
        if not is_alone:
            # `keep = {share: 50%}` is torn in pieces: nobody knows where they belong.
            raise _Stop
        spot = (line, column + parts.value_at)
        inner: Node = Scalar(parts.value, plain=True, spot=spot)
        if parts.operator is not None:
            test = Map(spot)
            test[parts.operator], test.key_spots[parts.operator] = inner, spot
            inner = test
        return Scalar(parts.key, plain=True, spot=key.spot), inner

    def _add(self, container: Map, key: Scalar, value: Node) -> None:
        if container and self._joins_comma(container, key, value):
            return
        if self._begins_again(container, key):
            # Where the next item of a list lacks its hyphen, its keys fall into the one before.
            first = Place(self.file, *container.key_spots[key.text])
            self._report("E104.item", key.spot, key=key.text, first=first)
            raise _Stop
        if key.text in container:
            first = Place(self.file, *container.key_spots[key.text])
            self._report("E104", key.spot, key=key.text, first=first)
        else:
            container[key.text] = value
            container.key_spots[key.text] = key.spot

    def _begins_again(self, container: Map, key: Scalar) -> bool:
        """Whether the first key of a list item stands a second time, exactly below."""
        if key.text not in container or len(self.stack) < 2 or not isinstance(self.stack[-2].node, Seq):
            return False
        line, column = container.key_spots[key.text]
        return key.text == next(iter(container)) and key.spot[1] == column and key.spot[0] > line

    def _joins_comma(self, container: Map, key: Scalar, value: Node) -> bool:
        """Put together again what a comma between braces has parted, `{gte: 7,5}` or a label, and say so."""
        last = next(reversed(container))
        before = container[last]
        is_alone = isinstance(value, Scalar) and not value.text and value.spot == _behind(key)
        if not is_alone or not key.plain or not isinstance(before, Scalar) or not before.plain:
            return False
        comma = _behind(before)
        if _DECIMALS.fullmatch(key.text) and _WHOLE.fullmatch(before.text) and key.spot == (comma[0], comma[1] + 1):
            joined = f"{before.text}.{key.text}"
            place = Place(self.file, *before.spot)
            repair = Repair(place, f"{before.text},{key.text}", joined)
            self.add(replace(fault("E102.slip", place, problem=say("yaml.decimal", text=joined)), repair=repair))
        elif self._is_in_label():
            # The rest of a text that never ends is nobody's text.
            joined = f"{before.text}, {key.text}" if len(before.text) < _LONGEST_TEXT else before.text
            if before.spot not in self.parted:
                self._report("E102.slip", comma, problem=say("yaml.comma"))
                self.parted.add(before.spot)
        else:
            return False
        container[last] = Scalar(joined, plain=True, spot=before.spot)
        return True

    def _is_in_label(self) -> bool:
        key = self.stack[-2].key if len(self.stack) > 1 else None
        return key is not None and key.text in _TEXTS

    def _refuse_extras(self, event: Any) -> None:
        if event.anchor is not None:
            self._report("E105.anchor", _spot(event), name=event.anchor)
        if event.tag is not None:
            self._report("E105.tag", _spot(event), tag=event.tag)

    def _refuse_alias(self, event: Any) -> None:
        if self.stack and self.stack[-1].anchored:
            # Anchors inside anchors can make a line stand for millions: one word about it, and no more reading.
            self.found = [d for d in self.found if d.code != "E105"]
            self._report("E105.bomb", _spot(event), name=event.anchor)
            raise _Stop
        self._report("E105.alias", _spot(event), name=event.anchor)

    def _report(self, key: str, spot: Spot, /, **values: object) -> None:
        self.add(fault(key, Place(self.file, *spot), hint=None, **values))

    def add(self, one: Diagnostic) -> None:
        """Note a fault; too many end the reading of the file."""
        if len(self.found) >= MAX_FAULTS:
            self.found.append(fault("E108", one.place, limit=MAX_FAULTS))
            raise _Stop
        self.found.append(one)


# What people read, in any script; in some sections also what is measured.
_READ_BY_PEOPLE = _TEXTS | {"url", "cluster"}
_MEASURED = frozenset({"attributes", "measures", "parameters"})


def _settle_letters(root: Node, builder: _Builder) -> None:
    """Report words that mix in letters of another script, and read on with what was meant."""
    waiting = [(root, _READ_BY_PEOPLE)]
    while waiting:
        node, passed = waiting.pop()
        if isinstance(node, Scalar):
            found = misspelt_letters(node.text, Place(builder.file, *node.spot))
            if found is not None:
                builder.add(found[0])
                node.text = found[1]
        elif isinstance(node, Map):
            _settle_keys(node, builder)
            for key, value in node.items():
                if key not in passed:
                    waiting.append((value, passed | {"unit"} if node is root and key in _MEASURED else passed))
        else:
            waiting += [(item, passed) for item in node]


def _settle_keys(node: Map, builder: _Builder) -> None:
    """Rename keys to what was meant; one whose proper form stands there as well goes, for it is reported already."""
    settled: list[tuple[str, Spot, Node]] = []
    is_strange = False
    for key, value in node.items():
        spot = node.key_spots[key]
        found = misspelt_letters(key, Place(builder.file, *spot))
        if found is None:
            settled.append((key, spot, value))
            continue
        is_strange = True
        builder.add(found[0])
        if found[1] not in node:
            settled.append((found[1], spot, value))
    if is_strange:
        node.clear()
        node.key_spots.clear()
        for key, spot, value in settled:
            node[key], node.key_spots[key] = value, spot


def _spot(event: Any) -> Spot:
    return event.start_mark.line + 1, event.start_mark.column + 1
