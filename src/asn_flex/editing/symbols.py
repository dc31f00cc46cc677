"""Every id of a rulebook: where it is defined and where it is used, to the character (semantics §3.2, §4, §5).

Only form is looked at, so that a rulebook with errors has an index as well; a file that does not even parse has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from asn_flex.domain.attributes import DECLARABLE
from asn_flex.editing.positions import Positions, Span
from asn_flex.rulebook.draft import MAPS
from asn_flex.rulebook.tree import Map, Node, Scalar, Seq, Spot, parse_yaml


class Symbol(NamedTuple):
    """An id and the section that it belongs to; facts by their whole name, `officer.swims`."""

    section: str
    name: str


class Mention(NamedTuple):
    """One place where an id stands.

    `whole` is what belongs together there (`uu24-2007#50`, `measure.tide_m`); `name` is the part that a new name
    replaces: of facts, the name without its scope.
    """

    symbol: Symbol
    file: str
    whole: Span
    name: Span
    is_definition: bool


@dataclass(frozen=True)
class Index:
    """All mentions of a rulebook.

    Attributes
    ----------
    texts : the text of every file
    trees : what each file says; files with a fault of form are missing
    remembered : what files with a fault of form said when they had none, so that names do not vanish while one types
    """

    texts: Mapping[str, Positions]
    trees: Mapping[str, Map]
    mentions: tuple[Mention, ...]
    remembered: Mapping[str, Map] = field(default_factory=dict)
    _by_symbol: dict[Symbol, list[Mention]] = field(default_factory=dict, compare=False)
    _definitions: dict[str, list[Mention]] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        for mention in self.mentions:
            self._by_symbol.setdefault(mention.symbol, []).append(mention)
            if mention.is_definition:
                self._definitions.setdefault(mention.file, []).append(mention)

    def of(self, symbol: Symbol) -> list[Mention]:
        """Return the mentions of an id, in order of file and place."""
        return self._by_symbol.get(symbol, [])

    def definition(self, symbol: Symbol) -> Mention | None:
        """Return where an id is defined; None for what is built in or unknown."""
        return next((m for m in self.of(symbol) if m.is_definition), None)

    def owner_of(self, mention: Mention) -> Mention | None:
        """Return the definition of the entry in which a mention stands; None where it stands in none."""
        before = [
            m for m in self._definitions.get(mention.file, ()) if m.whole.start <= mention.whole.start and m != mention
        ]
        return max(before, key=lambda m: m.whole.start, default=None)

    def names(self, section: str) -> list[str]:
        """Return the ids that a section defines, sorted."""
        found = {m.symbol.name for m in self.mentions if m.is_definition and m.symbol.section == section}
        for tree in self.remembered.values():
            entries = tree.get(section)
            found.update(entries if isinstance(entries, Map) else (text_of(r.get("id")) for r in _maps(entries)))
        return sorted(found - {""})

    def entry(self, symbol: Symbol) -> Map | None:
        """Return what the file says about an id."""
        for tree in (*self.trees.values(), *self.remembered.values()):
            section = tree.get(symbol.section)
            entry = section.get(symbol.name) if isinstance(section, Map) else None
            if isinstance(entry, Map):
                return entry
            for item in _maps(section):
                if text_of(item.get("id")) == symbol.name:
                    return item
        return None

    def at(self, file: str, offset: int) -> Mention | None:
        """Return the mention at a place, its end included (where the cursor is after typing)."""
        found = [m for m in self.mentions if m.file == file and m.whole.start <= offset <= m.whole.end]
        return min(found, key=lambda m: (m.whole.end == offset, m.whole.end - m.whole.start), default=None)


class Indexer:
    """Indexes the files of one rulebook again and again; only what changed is read anew."""

    def __init__(self, encoding: str = "utf-16") -> None:
        self._encoding = encoding
        self._read: dict[str, tuple[bytes, Positions, Map | None, tuple[Mention, ...]]] = {}
        self._sound: dict[str, Map] = {}

    def index(self, files: Mapping[str, bytes]) -> Index:
        """Return the index of rule files given as bytes."""
        self._read = {name: self._take(name, content) for name, content in sorted(files.items())}
        texts = {name: positions for name, (_, positions, _, _) in self._read.items()}
        trees = {name: tree for name, (_, _, tree, _) in self._read.items() if tree is not None}
        self._sound.update(trees)
        remembered = {name: self._sound[name] for name in texts if name not in trees and name in self._sound}
        mentions = tuple(m for _, _, _, found in self._read.values() for m in found)
        return Index(texts, trees, mentions, remembered)

    def _take(self, name: str, content: bytes) -> tuple[bytes, Positions, Map | None, tuple[Mention, ...]]:
        known = self._read.get(name)
        if known is not None and known[0] == content:
            return known
        positions = Positions(content.decode("utf-8-sig", "replace"), self._encoding)
        tree, _ = parse_yaml(positions.text, name)
        if not isinstance(tree, Map):
            return content, positions, None, ()
        return content, positions, tree, tuple(_Reader(name, positions).read(tree))


def index_of(files: Mapping[str, bytes]) -> Index:
    """Index rule files given as bytes."""
    return Indexer().index(files)


def text_of(node: Node | None) -> str:
    """Return the text of a leaf; nothing for another node."""
    return node.text if isinstance(node, Scalar) else ""


# Keys whose values are ids, wherever they stand in an entry of the section.
NAMING: Mapping[str, Mapping[str, str]] = {
    "events": {"is_a": "events"},
    "competencies": {"competency": "competencies", "for": "competencies", "source": "sources"},
    "duties": {"competency": "competencies", "source": "sources"},
    "parameters": {"source": "sources"},
    "rules": {
        "duty": "duties", "source": "sources", "for": "competencies", "waives": "competencies", "overrides": "rules",
        "replaces": "rules", "minimise": "attributes", "fact": "attributes",
    },
}  # fmt: skip
_CONDITIONS = frozenset({"when", "who", "must"})
# Event facts by their name alone.
_EVENT_FACTS = frozenset({"set", "recommend"})
# Facts whose values are ids of a section.
_VALUES_OF = {"event.type": "events", "duty.id": "duties"}


class _Reader:
    """Finds the mentions of one file."""

    def __init__(self, file: str, positions: Positions) -> None:
        self._file = file
        self._positions = positions

    def read(self, tree: Map) -> Iterator[Mention]:
        for section in MAPS:
            entries = tree.get(section)
            if not isinstance(entries, Map):
                continue
            for key in entries:
                yield from self._mention(Symbol(section, key), key, entries.key_spots[key], is_definition=True)
                yield from self._values(entries[key], NAMING.get(section, {}))
        for rule in _maps(tree.get("rules")):
            yield from self._scalar("rules", rule.get("id"), is_definition=True)
            yield from self._values(rule, NAMING["rules"])
            yield from self._conditions(rule)
        for test in _maps(tree.get("tests")):
            yield from self._test(test)

    def _values(self, node: Node, wanted: Mapping[str, str]) -> Iterator[Mention]:
        if isinstance(node, Seq):
            for item in node:
                yield from self._values(item, wanted)
        elif isinstance(node, Map):
            for key, value in node.items():
                if key in _CONDITIONS and wanted is NAMING["rules"]:
                    continue
                if key in wanted:
                    yield from self._scalars(wanted[key], value)
                if not isinstance(value, Scalar):
                    yield from self._values(value, wanted)

    def _conditions(self, node: Node) -> Iterator[Mention]:
        if not isinstance(node, Map):
            return
        for key, value in node.items():
            if key in _CONDITIONS:
                yield from self._condition(value)
            elif key in _EVENT_FACTS and isinstance(value, Map):
                yield from self._facts("event", value)
            else:
                yield from self._conditions(value)

    def _condition(self, node: Node) -> Iterator[Mention]:
        if isinstance(node, Seq):
            for part in node:
                yield from self._condition(part)
        if not isinstance(node, Map):
            return
        for key, value in node.items():
            if key in {"all", "any", "not"}:
                yield from self._condition(value)
            elif key == "holds":
                yield from self._values(value, {"competency": "competencies"})
            else:
                yield from self._fact(key, node.key_spots[key])
                yield from self._operand(key, value)

    def _operand(self, fact: str, node: Node) -> Iterator[Mention]:
        if isinstance(node, Map):
            for key, value in node.items():
                if key == "param":
                    yield from self._scalar("parameters", value)
                else:
                    yield from self._operand(fact, value)
        elif fact in _VALUES_OF:
            yield from self._scalars(_VALUES_OF[fact], node)

    def _fact(self, key: str, spot: Spot) -> Iterator[Mention]:
        scope, _, name = key.partition(".")
        if scope == "measure" or name:
            symbol = Symbol("measures", name) if scope == "measure" else Symbol("attributes", key)
            yield from self._mention(symbol, key, spot)

    def _facts(self, scope: str, given: Map) -> Iterator[Mention]:
        """Facts of a scope by their name alone."""
        for name, value in given.items():
            section, whole = ("measures", name) if scope == "measure" else ("attributes", f"{scope}.{name}")
            yield from self._mention(Symbol(section, whole), name, given.key_spots[name])
            if whole in _VALUES_OF:
                yield from self._scalars(_VALUES_OF[whole], value)

    def _test(self, test: Map) -> Iterator[Mention]:
        given, expect = test.get("given"), test.get("expect")
        for scope, facts in given.items() if isinstance(given, Map) else ():
            if isinstance(facts, Map):
                yield from self._facts(scope, facts)
                yield from self._values(facts.get("holdings", Seq((1, 1))), {"competency": "competencies"})
        if not isinstance(expect, Map):
            return
        for key, value in expect.items():
            if key in {"acts", "idle"}:
                yield from self._scalars("rules", value)
            elif key == "event" and isinstance(value, Map):
                yield from self._facts("event", value)
            elif key in {"seats", "eligible", "refused"} and isinstance(value, Map):
                for duty, said in value.items():
                    # `seats` may name one demand: `log@event/pagi`.
                    name = duty.partition("@")[0]
                    yield from self._mention(Symbol("duties", name), duty, value.key_spots[duty])
                    yield from self._values(said, {"by": "rules", "rule": "rules", "missing": "attributes"})

    def _scalars(self, section: str, node: Node) -> Iterator[Mention]:
        for item in node if isinstance(node, Seq) else [node]:
            yield from self._scalar(section, item)

    def _scalar(self, section: str, node: Node | None, *, is_definition: bool = False) -> Iterator[Mention]:
        if not isinstance(node, Scalar) or node.is_null:
            return
        if section == "attributes":
            if node.text.startswith("param."):
                name = node.text.removeprefix("param.")
                yield from self._mention(Symbol("parameters", name), node.text, node.spot)
            else:
                yield from self._fact(node.text, node.spot)
            return
        name = node.text.partition("#")[0] if section == "sources" else node.text
        yield from self._mention(Symbol(section, name), node.text, node.spot, is_definition=is_definition)

    def _mention(self, symbol: Symbol, text: str, spot: Spot, *, is_definition: bool = False) -> Iterator[Mention]:
        """Yield the mention, unless it is written with escapes or over several lines."""
        whole = self._positions.span_of(spot, text)
        if whole is None or not text:
            return
        start, end = whole
        if symbol.section in {"sources", "duties"}:
            end = start + len(symbol.name)
        elif symbol.section in {"attributes", "measures", "parameters"} and "." in text:
            scope = text.partition(".")[0]
            if scope in {*DECLARABLE, "measure", "param", "pair", "duty"}:
                start += len(scope) + 1
        yield Mention(symbol, self._file, whole, Span(start, end), is_definition)


def _maps(node: Node | None) -> Iterator[Map]:
    for item in node if isinstance(node, Seq) else ():
        if isinstance(item, Map):
            yield item
