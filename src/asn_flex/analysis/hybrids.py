"""The old rulebook with some of an edit's changes made in it, read and checked as any other (semantics §12.6).

A change is made in the raw entries of the old files, never in what was read from them: so a rulebook that could not be
loaded is never tried, and a changed parameter reaches every rule that reads it. Tests are left out: they move nobody,
and those of the old rulebook may speak of what is gone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from asn_flex.analysis.changes import Change
from asn_flex.errors import RulebookError
from asn_flex.rulebook.loader import build_rulebook
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.tree import Map, Node, Scalar, Seq, parse_yaml

Key = tuple[str, str]


@dataclass(frozen=True)
class Hybrids:
    """Makes rulebooks between an old and a new one."""

    old: Rulebook
    new: Rulebook
    changes: tuple[Change, ...]

    def alone(self, index: int) -> tuple[tuple[int, ...], Rulebook] | None:
        """Return the old rulebook with one change made in it, and the changes that were made.

        Where the change cannot be loaded by itself (a rule that needs a new competency, a duty whose rules must go with
        it) those that it names, or that name it, are made with it, and those that these need. None where even that
        cannot be loaded.
        """
        for members in ((index,), self._with_needs(index)):
            try:
                return members, self.made(members)
            except RulebookError:
                continue
        return None

    def made(self, members: Sequence[int]) -> Rulebook:
        """Return the old rulebook with some of the changes made in it.

        Raises
        ------
        RulebookError
            If that is no rulebook.
        """
        edits: dict[str, dict[Key, Node | None]] = {}
        for index in members:
            change = self.changes[index]
            key = (change.section, change.id)
            node = self._new_entries.get(key, (None, ""))[0]
            edits.setdefault(self._file_of(change), {})[key] = node
        files = dict(self.old.files)
        for name, tree in self._old_trees.items():
            if name in edits or "tests" in tree:
                files[name] = _emit(_edited(tree, edits.get(name, {}))).encode()
        return build_rulebook(files)

    # ---- where entries stand -----------------------------------------------------------------------------------------

    @cached_property
    def _old_trees(self) -> Mapping[str, Map]:
        return _trees(self.old)

    @cached_property
    def _new_entries(self) -> Mapping[Key, tuple[Node, str]]:
        return {key: (node, name) for name, tree in _trees(self.new).items() for key, node in _entries(tree)}

    @cached_property
    def _old_entries(self) -> Mapping[Key, Node]:
        return {key: node for tree in self._old_trees.values() for key, node in _entries(tree)}

    def _file_of(self, change: Change) -> str:
        """Return the old file in which a change is made: where the entry stands, or its new file's counterpart."""
        if change.section == "pack" or change.kind != "added":
            entry = "pack" if change.section == "pack" else change.id
            return self.old.place_of(change.section, entry).file
        mine = {_relative(name, self.old): name for name in self._old_trees}
        theirs = _relative(self._new_entries[change.section, change.id][1], self.new)
        return mine.get(theirs, self.old.place_of("pack", "pack").file)

    # ---- what belongs together ---------------------------------------------------------------------------------------

    def _with_needs(self, index: int) -> tuple[int, ...]:
        """Return a change with those that it names or that name it, step by step."""
        found, waiting = {index}, [index]
        while waiting:
            step = waiting.pop()
            more = {other for other in range(len(self.changes)) if other not in found and self._tied(step, other)}
            found |= more
            waiting += more
        return tuple(sorted(found))

    def _tied(self, one: int, other: int) -> bool:
        first, second = self.changes[one], self.changes[other]
        return _name(second) in self._named[one] or _name(first) in self._named[other]

    @cached_property
    def _named(self) -> tuple[frozenset[str], ...]:
        """What each change names, in its old and its new form."""
        found = []
        for change in self.changes:
            key = (change.section, change.id)
            nodes = [self._old_entries.get(key), self._new_entries.get(key, (None, ""))[0]]
            found.append(frozenset(text for node in nodes if node is not None for text in _texts(node)))
        return tuple(found)


def _name(change: Change) -> str:
    """Return how other entries name an entry."""
    prefix = "measure." if change.section == "measures" else ""
    # A test names many entries, and nobody names it.
    return f"{prefix}{change.id}" if change.section not in {"tests", "pack"} else "\0"


def _trees(rulebook: Rulebook) -> dict[str, Map]:
    trees = {}
    for name, content in sorted(rulebook.files.items()):
        tree, _ = parse_yaml(content.decode("utf-8-sig"), name)
        # INVARIANT: the files have been loaded before.
        assert isinstance(tree, Map)  # noqa: S101 - loaded before
        trees[name] = tree
    return trees


def _entries(tree: Map) -> Iterator[tuple[Key, Node]]:
    for section, node in tree.items():
        if section == "pack" and isinstance(node, Map) and isinstance(node.get("id"), Scalar):
            yield (section, node["id"].text), node  # type: ignore[union-attr]  # asked for in the line above
        elif isinstance(node, Map):
            yield from (((section, key), entry) for key, entry in node.items())
        elif section == "rules" and isinstance(node, Seq):
            yield from (((section, _id_of(entry)), entry) for entry in node)


def _id_of(rule: Node) -> str:
    given = rule.get("id") if isinstance(rule, Map) else None
    return given.text if isinstance(given, Scalar) else ""


def _texts(node: Node) -> Iterator[str]:
    """Yield everything that an entry may name: its keys and values, sources without their article."""
    if isinstance(node, Map):
        for key, value in node.items():
            yield key
            # `set: {posko: full}` names the fact `event.posko`.
            yield f"event.{key}"
            yield from _texts(value)
    elif isinstance(node, Seq):
        for item in node:
            yield from _texts(item)
    else:
        yield node.text
        yield node.text.partition("#")[0]


def _relative(name: str, rulebook: Rulebook) -> str:
    folders = [str(PurePosixPath(file).parent) for file in rulebook.files]
    return os.path.relpath(name, os.path.commonpath(folders)) if folders else name


# ---- from a tree to a file -------------------------------------------------------------------------------------------


def _edited(tree: Map, edits: Mapping[Key, Node | None]) -> Map:
    """Return a file's tree with entries put in, replaced or taken out, and without its tests."""
    done = Map(tree.spot)
    done.update({section: node for section, node in tree.items() if section != "tests"})
    for (section, key), node in edits.items():
        if section in {"tests", "pack"}:
            if section == "pack" and node is not None:
                done["pack"] = node
        elif section == "rules":
            done[section] = _with_rule(done.get(section), key, node)
        else:
            done[section] = _with_entry(done.get(section), key, node)
    return done


def _with_rule(rules: Node | None, key: str, node: Node | None) -> Seq:
    kept = Seq((1, 1))
    kept.extend(rule for rule in (rules if isinstance(rules, Seq) else ()) if _id_of(rule) != key)
    if node is not None:
        kept.append(node)
    return kept


def _with_entry(entries: Node | None, key: str, node: Node | None) -> Map:
    kept = Map((1, 1))
    kept.update(entries if isinstance(entries, Map) else {})
    kept.pop(key, None)
    if node is not None:
        kept[key] = node
    return kept


def _emit(node: Node) -> str:
    """Return a tree as YAML that reads as the same tree, in flow style."""
    if isinstance(node, Map):
        return "{" + ",\n".join(f"{_quoted(key)}: {_emit(value)}" for key, value in node.items()) + "}"
    if isinstance(node, Seq):
        return "[" + ",\n".join(_emit(item) for item in node) + "]"
    has_meaning = node.plain and (node.as_bool is not None or node.as_number_text is not None or node.is_null)
    return (node.text or "~") if has_meaning else _quoted(node.text)


def _quoted(text: str) -> str:
    r"""Return a text in double quotes; what is not plain ASCII as an escape, which is the same in every reading.

    Examples
    --------
    >>> _quoted('a "b" é')
    '"a \\"b\\" \\xe9"'
    """
    return '"' + "".join(_escaped(c) for c in text) + '"'


def _escaped(character: str) -> str:
    code = ord(character)
    if character in '"\\':
        return f"\\{character}"
    if 0x20 <= code <= 0x7E:
        return character
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
