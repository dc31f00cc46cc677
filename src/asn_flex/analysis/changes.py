"""What an edit changes in the text of a rulebook, entry by entry, and whether it can matter at all (semantics §12.6).

A change is one entry: added, removed or changed. A rule counts as changed if what it says has changed; a parameter or
fact that rules use is a change of its own, and carries those rules with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from asn_flex.analysis.desk import clause
from asn_flex.analysis.logic import equivalent
from asn_flex.errors import Place, Text
from asn_flex.explain.naming import join
from asn_flex.explain.sentences import rule_sentence
from asn_flex.i18n import say
from asn_flex.rulebook.conditions import All, AnyOf, Holds, Not, Test
from asn_flex.rulebook.draft import singular
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import AnyRule, Entry, Include

Kind = Literal["added", "removed", "changed"]
MAPS = ("sources", "events", "attributes", "measures", "parameters", "competencies", "duties")
# What people read, and what law an entry rests on: it never moves anybody.
_READ_ONLY = frozenset({"label", "note", "source"})
_CONDITIONS = (Test, Holds, All, AnyOf, Not)


@dataclass(frozen=True)
class Change:
    """One entry that was added, removed or changed.

    Attributes
    ----------
    keys : the keys of a changed entry that differ
    matters : False where it is proven that it changes nothing for any scenario
    before, after : what the entry says, in words; None where it is not there
    place : where it stands, in the new rulebook if it is there
    """

    section: str
    id: str
    kind: Kind
    keys: tuple[str, ...]
    matters: bool
    before: Text | None
    after: Text | None
    place: Place

    @property
    def name(self) -> Text:
        """What messages call the entry."""
        return say("word.named", word=say(f"word.{singular(self.section)}"), name=self.id)


def changes_between(old: Rulebook, new: Rulebook) -> tuple[Change, ...]:
    """Return every change, in order of section and id."""
    found = [change for section in MAPS for change in _entries(old, new, section)]
    rules = {rule.id: rule for rule in old.rules}, {rule.id: rule for rule in new.rules}
    found += _changed(old, new, "rules", *rules)
    if old.pack != new.pack:
        place = new.place_of("pack", "pack")
        keys = tuple(k for k in type(new.pack).model_fields if getattr(old.pack, k) != getattr(new.pack, k))
        versions = [say("change.pack", id=p.id, version=p.version) for p in (old.pack, new.pack)]
        found.append(Change("pack", new.pack.id, "changed", keys, False, versions[0], versions[1], place))
    return tuple(found)


def _entries(old: Rulebook, new: Rulebook, section: str) -> Iterator[Change]:
    before, after = getattr(old, section), getattr(new, section)
    if section == "attributes":
        before = {key: a for key, a in before.items() if a.declared and a.scope != "measure"}
        after = {key: a for key, a in after.items() if a.declared and a.scope != "measure"}
    yield from _changed(old, new, section, before, after)


def _changed(
    old: Rulebook, new: Rulebook, section: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Change]:
    for key in sorted({*before, *after}):
        one, other = before.get(key), after.get(key)
        kind: Kind = "added" if one is None else "removed" if other is None else "changed"
        place = (new if other is not None else old).place_of(section, key)
        keys = tuple(_differing(one, other)) if kind == "changed" else ()
        if kind == "changed" and not keys:
            continue
        # Facts and parameters act through the rules that read them, which are changes of their own.
        acts_alone = section not in {"sources", "attributes", "measures", "parameters"}
        matters = acts_alone if kind != "changed" else section != "sources" and _matters(new, one, other, keys)
        yield Change(
            section, key, kind, keys, matters, _said(old, section, key, one), _said(new, section, key, other), place
        )


def _differing(one: Any, other: Any) -> Iterator[str]:
    """Yield the keys in which two entries say different things, as they are written."""
    names = type(one).model_fields if isinstance(one, Entry) else one.__slots__
    for name in names:
        if type(one) is not type(other):
            yield "kind"
            return
        if written(getattr(one, name)) != written(getattr(other, name)):
            yield name.rstrip("_")


def written(value: Any) -> Any:
    """Return a value as it is written: conditions by their text, so that a parameter is its name, not its values."""
    if isinstance(value, _CONDITIONS):
        return clause(value)
    if isinstance(value, Include):
        return (value.per, value.qualified, written(value.who) if value.who is not None else None)
    return value


def _matters(rulebook: Rulebook, one: Any, other: Any, keys: tuple[str, ...]) -> bool:
    """Whether a change can move anybody; False only where that is proven not to be."""
    for key in set(keys) - _READ_ONLY:
        before, after = getattr(one, key, None), getattr(other, key, None)
        if isinstance(before, _CONDITIONS) and isinstance(after, _CONDITIONS):
            if equivalent(rulebook, before, after) is not True:
                return True
        else:
            return True
    return False


def _said(rulebook: Rulebook, section: str, key: str, entry: Any) -> Text | None:
    """Return what an entry says, in words: a rule as a sentence, another by its label and its values."""
    if entry is None:
        return None
    if section == "rules":
        return rule_sentence(rulebook, entry)
    label = rulebook.label_of(section, key)
    if section == "parameters":
        unit = f" {entry.unit}" if entry.unit else ""
        dated = [say("change.value", value=f"{v.value.text}{unit}", start=v.from_) for v in entry.values]
        return say("change.values", label=label, values=join(dated, "; "))
    return say("change.entry", label=label, values=_values(entry))


def _values(entry: Any) -> str:
    names = type(entry).model_fields if isinstance(entry, Entry) else ("kind", "values", "unit", "minimum", "maximum")
    shown = []
    for name in names:
        value = getattr(entry, name, None)
        if name not in {"label", "source", "note"} and value not in (None, (), ""):
            shown.append(f"{name.rstrip('_')}: {_value(value)}")
    return ", ".join(shown)


def _value(value: Any) -> str:
    if isinstance(value, Entry):
        return "{" + _values(value) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return str(value)


def with_change(old: Rulebook, new: Rulebook, change: Change) -> Rulebook:
    """Return the old rulebook with one change applied, and with what the changed entry needs of the new one.

    Rules that say the same in both, but read an entry that the change replaces (a parameter's new value), come along.
    """
    if change.section == "rules":
        rules = {rule.id: rule for rule in old.rules if rule.id != change.id}
        if change.kind != "removed":
            rules[change.id] = new.by_id[change.id]
        hybrid = replace(old, rules=tuple(rules[key] for key in sorted(rules)))
        return hybrid if change.kind == "removed" else _with_needs(hybrid, new)
    entries = dict(getattr(old, change.section))
    if change.kind == "removed":
        entries.pop(change.id, None)
    else:
        entries[change.id] = getattr(new, change.section)[change.id]
    section: dict[str, Any] = {change.section: dict(sorted(entries.items()))}
    hybrid = replace(old, **section)
    return replace(hybrid, rules=tuple(_reading(rule, new) for rule in hybrid.rules))


def _reading(rule: AnyRule, new: Rulebook) -> AnyRule:
    """Return the new reading of a rule whose text is the same."""
    other = new.by_id.get(rule.id)
    if other is None or type(other) is not type(rule) or any(True for _ in _differing(rule, other)):
        return rule
    return other


def _with_needs(hybrid: Rulebook, new: Rulebook) -> Rulebook:
    """Return a rulebook that also has the entries of the new one that it lacks: only rules decide who uses them."""
    more: dict[str, Any] = {
        section: dict(sorted({**getattr(new, section), **getattr(hybrid, section)}.items())) for section in MAPS
    }
    return replace(hybrid, **more)
