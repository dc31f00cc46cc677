"""What an edit changes in the text of a rulebook, entry by entry and key by key (semantics §12.6).

A change is one entry: added, removed or changed. Two entries say the same if they differ in order, layout or way of
writing only. A rule counts as changed if what it says has changed; a parameter or fact that it reads is a change of
its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from asn_flex.analysis.desk import clause
from asn_flex.analysis.shapes import cannot_matter, readers, shape
from asn_flex.errors import Place, Text
from asn_flex.explain.naming import plain
from asn_flex.explain.parts import entry_text, item_texts, key_text, keys_of, value_of
from asn_flex.explain.sentences import rule_sentence
from asn_flex.explain.view import protected_rules
from asn_flex.rulebook.conditions import All, AnyOf, Holds, Not, Test
from asn_flex.rulebook.model import Rulebook

Kind = Literal["added", "removed", "changed"]
# Each rulebook with its rules about sensitive facts.
_Sides = tuple[tuple[Rulebook, frozenset[str]], ...]
# In the order in which people read them: rules first.
SECTIONS = (
    "rules", "duties", "competencies", "parameters", "attributes", "measures", "events", "sources", "tests", "pack",
)  # fmt: skip

# Their entries act through the rules that read them.
_READ = frozenset({"attributes", "measures", "parameters"})


@dataclass(frozen=True)
class Part:
    """One key that differs; of a list only the items that differ.

    Attributes
    ----------
    before, after : what stood there and what stands there now, in words; empty where there was nothing
    whole : False for a list of which only a part changed
    """

    key: str
    before: tuple[Text, ...]
    after: tuple[Text, ...]
    whole: bool = True

    @property
    def name(self) -> Text:
        """What people call the key."""
        return key_text(self.key)


@dataclass(frozen=True)
class Change:
    """One entry that was added, removed or changed.

    Attributes
    ----------
    parts : of a changed entry, the keys that differ
    matters : False where it is proven that it changes nothing for any scenario
    before, after : what the entry says, in words; None where it is not there
    label : what people call it
    used_by : of a fact, measure or parameter, the rules that read it
    sources : the laws and orders it rests on now (if it was removed: rested on), as it cites them
    protected : whether it asks about a sensitive fact, so that whom it concerns is counted but not named
    place : where it stands, in the new rulebook if it is there
    """

    section: str
    id: str
    kind: Kind
    parts: tuple[Part, ...]
    matters: bool
    before: Text | None
    after: Text | None
    label: Text
    used_by: tuple[str, ...]
    sources: tuple[str, ...]
    protected: bool
    place: Place

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of a changed entry that differ."""
        return tuple(part.key for part in self.parts)


def changes_between(old: Rulebook, new: Rulebook) -> tuple[Change, ...]:
    """Return every change, rules first, in order of section and id."""
    sides = tuple((rulebook, protected_rules(rulebook)) for rulebook in (old, new))
    return tuple(change for section in SECTIONS for change in _changed(old, new, section, sides))


def _entries(old: Rulebook, new: Rulebook, section: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the entries of a section as files define them, by id."""
    if section == "rules":
        return old.by_id, new.by_id
    if section == "pack":
        # A rulebook has one, whatever it is called.
        return {new.pack.id: old.pack}, {new.pack.id: new.pack}
    if section == "tests":
        shapes = [[repr(shape(test)) for test in rulebook.tests] for rulebook in (old, new)]
        same = set(shapes[0]) & set(shapes[1])
        return _by_name(old, shapes[0], same), _by_name(new, shapes[1], same)
    if section == "attributes":
        return _declared(old), _declared(new)
    return getattr(old, section), getattr(new, section)


def _declared(rulebook: Rulebook) -> dict[str, Any]:
    return {key: a for key, a in rulebook.attributes.items() if a.declared and a.scope != "measure"}


def _by_name(rulebook: Rulebook, shapes: Sequence[str], same: Container[str]) -> dict[str, Any]:
    """Return the tests that are not in both rulebooks, by name; names may repeat."""
    found: dict[str, Any] = {}
    for test, found_shape in zip(rulebook.tests, shapes, strict=True):
        if found_shape not in same:
            name, again = test.name.id or test.name.en, 1
            while (key := name if again == 1 else f"{name} ({again})") in found:
                again += 1
            found[key] = test
    return found


def _changed(old: Rulebook, new: Rulebook, section: str, sides: _Sides) -> Iterator[Change]:
    before, after = _entries(old, new, section)
    for key in sorted({*before, *after}):
        one, other = before.get(key), after.get(key)
        kind: Kind = "added" if one is None else "removed" if other is None else "changed"
        keys = differing(one, other) if kind == "changed" else ()
        if kind == "changed" and not keys:
            continue
        here, entry = (old, one) if other is None else (new, other)
        yield Change(
            section, key, kind,
            parts=tuple(_part(old, new, section, one, other, name) for name in keys),
            matters=not cannot_matter(old, new, section, key, one, other, keys),
            before=_said(old, section, key, one), after=_said(new, section, key, other),
            label=_label(here, section, key, entry),
            used_by=readers(here, section, key) if section in _READ else (),
            sources=_sources(entry),
            protected=_is_protected(sides, section, key),
            place=here.place_of(section, key),
        )  # fmt: skip


def differing(one: Any, other: Any) -> tuple[str, ...]:
    """Return the keys in which two entries say different things; `kind` alone for rules of two kinds."""
    if type(one) is not type(other):
        return ("kind",)
    return tuple(key for key in keys_of(one) if shape(value_of(one, key)) != shape(value_of(other, key)))


def _part(old: Rulebook, new: Rulebook, section: str, one: Any, other: Any, key: str) -> Part:
    first, second = value_of(one, key), value_of(other, key)
    if section == "tests" and key != "name":
        return Part(key, (), ())
    before, after = item_texts(old, key, first), item_texts(new, key, second)
    is_list = isinstance(first, tuple) and isinstance(second, tuple)
    if is_list:
        kept = Counter(before) & Counter(after)
        shorter = _without(before, kept), _without(after, kept)
        if any(shorter):
            return Part(key, *shorter, whole=not kept)
    if before == after:
        # Said alike in words, and yet not the same: shown as it is written.
        before, after = (plain(_written(first)),), (plain(_written(second)),)
    return Part(key, before, after)


def _without(items: tuple[Text, ...], kept: Counter[Text]) -> tuple[Text, ...]:
    left = Counter(kept)
    found = []
    for item in items:
        if left[item]:
            left[item] -= 1
        else:
            found.append(item)
    return tuple(found)


def _written(value: Any) -> str:
    if value is None:
        return "–"
    return clause(value) if isinstance(value, (Test, Holds, All, AnyOf, Not)) else f"`{shape(value)}`"


def _said(rulebook: Rulebook, section: str, key: str, entry: Any) -> Text | None:
    """Return what an entry says, in words: a rule as a sentence, another by its label and its values."""
    if entry is None:
        return None
    if section == "rules":
        return rule_sentence(rulebook, entry)
    if section == "tests":
        return _label(rulebook, section, key, entry)
    return entry_text(rulebook, section, key, entry)


def _label(rulebook: Rulebook, section: str, key: str, entry: Any) -> Text:
    if section == "tests":
        return Text(entry.name.id or entry.name.en, entry.name.en or entry.name.id)
    if section == "pack":
        found = entry.label
        return plain(key) if found is None else Text(found.id or found.en, found.en or found.id)
    return rulebook.label_of(section, key)


def _sources(entry: Any) -> tuple[str, ...]:
    found = list(getattr(entry, "source", ()) or ())
    for value in getattr(entry, "values", ()):
        found += getattr(value, "source", ())
    return tuple(dict.fromkeys(found))


def _is_protected(sides: _Sides, section: str, key: str) -> bool:
    """Whether an entry is, or is read by, or stands in the place of a rule that asks about a sensitive fact (§9)."""
    for rulebook, protected in sides:
        told: tuple[str, ...] = readers(rulebook, section, key) if section in _READ else ()
        if section == "rules" and key in rulebook.by_id:
            told = (key, *rulebook.by_id[key].replaces)
        if protected.intersection(told):
            return True
    return False
