"""The parts of an entry in words: what each key of a rule, competency, duty … says (semantics §3.2, §5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from asn_flex.domain.exact import number_text
from asn_flex.errors import Text
from asn_flex.explain.naming import competency_name, day, plain
from asn_flex.explain.reading import evidence_text
from asn_flex.explain.sentences import (
    assigned_texts,
    competencies_text,
    condition_sentence,
    duties_text,
    effective_text,
    include_text,
    keep_text,
    listed,
    said_fact,
    seats_text,
    share_text,
    units_text,
)
from asn_flex.i18n import say
from asn_flex.messages import is_sentence
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import (
    DutySelector,
    Effective,
    Entry,
    Implies,
    Label,
    ParameterValue,
    Requirement,
    Seats,
    Shift,
    Substitutes,
    UnitSelector,
)
from asn_flex.rulebook.tree import Scalar

_SHARES = frozenset({"max_share", "max_substitutes", "share"})
_CONDITIONS = frozenset({"when", "who", "must"})
_COMPETENCIES = frozenset({"for", "waives"})


def keys_of(entry: Any) -> tuple[str, ...]:
    """Return the keys of an entry as rule files write them, in the order of its model."""
    names = type(entry).model_fields if isinstance(entry, Entry) else type(entry).__slots__
    return tuple(name.rstrip("_") for name in names)


def value_of(entry: Any, key: str) -> Any:
    """Return what an entry says under a key; None where it has no such key."""
    return getattr(entry, f"{key}_", None) if hasattr(entry, f"{key}_") else getattr(entry, key, None)


def key_text(key: str) -> Text:
    """Return what people call a key."""
    return say(f"key.{key}") if is_sentence(f"key.{key}") else plain(f"`{key}`")


def item_texts(rulebook: Rulebook, key: str, value: Any) -> tuple[Text, ...]:
    """Return what stands under a key in words, one text for each item of a list; nothing where there is nothing."""
    if value is None or value in ((), "", {}):
        return ()
    if key in {"set", "recommend"} and isinstance(value, Mapping):
        return tuple(assigned_texts(rulebook, value, f"said.{key}"))
    if isinstance(value, (tuple, frozenset)):
        items = sorted(value, key=str) if isinstance(value, frozenset) else value
        return tuple(_one(rulebook, key, item) for item in items)
    if isinstance(value, DutySelector) and value.ids:
        return tuple(duties_text(rulebook, duty) for duty in value.ids)
    return (_one(rulebook, key, value),)


def _one(rulebook: Rulebook, key: str, value: Any) -> Text:  # noqa: PLR0911 - one way per kind of value
    if key in _CONDITIONS:
        return condition_sentence(rulebook, value)
    if key in _SHARES and isinstance(value, Fraction):
        return share_text(value)
    if key in _COMPETENCIES:
        return competencies_text(rulebook, (value,))
    if key == "minimise" or (key == "per" and isinstance(value, str)):
        return said_fact(rulebook, value)
    if key == "include":
        return include_text(rulebook, value)
    if key == "keep":
        return keep_text(value)
    if key == "if_unknown" and isinstance(value, str):
        return say(f"part.{value}")
    reader = _READERS.get(type(value))
    if reader is not None:
        return reader(rulebook, value)
    return _plain_value(key, value)


def _plain_value(key: str, value: Any) -> Text:  # noqa: PLR0911 - one way per kind of value
    if isinstance(value, bool):
        return say("value.true" if value else "value.false")
    if isinstance(value, (int, Fraction)):
        if key == "window":
            return plain(_window(int(value)))
        return plain(number_text(value))
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Scalar):
        return plain(value.text)
    for catalogued in (f"value.duty.{key}.{value}", f"part.{key}.{value}"):
        if is_sentence(catalogued):
            return say(catalogued)
    return plain(str(value))


def _window(minutes: int) -> str:
    if minutes % 1440 == 0:
        return f"{minutes // 1440}d"
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}min"


def _label(rulebook: Rulebook, value: Label) -> Text:
    del rulebook
    return Text(value.id or value.en, value.en or value.id)


def _law(rulebook: Rulebook, value: Effective) -> Text:
    del rulebook
    said = effective_text(value)
    if not said.en:
        return say("said.and.nothing")
    return Text(*(part.removeprefix(", ") for part in said))


def _units(rulebook: Rulebook, value: UnitSelector) -> Text:
    del rulebook
    return units_text(value)


def _turn(rulebook: Rulebook, value: Shift) -> Text:
    del rulebook
    return say("said.shift", name=value.id, start=value.from_, hours=number_text(value.hours))


def _requirement(rulebook: Rulebook, value: Requirement) -> Text:
    return say(
        "part.requirement.strict" if value.strict else "part.requirement",
        competency=competency_name(rulebook, value.competency), level=value.level,
        evidence=evidence_text(value.evidence),
    )  # fmt: skip


def _implied(rulebook: Rulebook, value: Implies) -> Text:
    return _with_offset(competency_name(rulebook, value.competency), value.level_offset)


def _substituted(rulebook: Rulebook, value: Substitutes) -> Text:
    said = say("part.substitutes", competency=competency_name(rulebook, value.for_),
               strength=number_text(value.strength))  # fmt: skip
    return _with_offset(said, value.level_offset)


def _with_offset(said: Text, offset: int) -> Text:
    more = say("why.offset", levels=-offset) if offset else plain("")
    return Text(*(f"{one}{two}" for one, two in zip(said, more, strict=True)))


def _dated(rulebook: Rulebook, value: ParameterValue) -> Text:
    del rulebook
    said = say("said.since", value=value.value.text, start=day(value.from_))
    cited = "".join(f" [{cite}]" for cite in value.source)
    return Text(*(f"{part}{cited}" for part in said))


_READERS: Mapping[type, Callable[[Rulebook, Any], Text]] = {
    Label: _label, Effective: _law, DutySelector: duties_text, UnitSelector: _units, Seats: seats_text, Shift: _turn,
    Requirement: _requirement, Implies: _implied, Substitutes: _substituted, ParameterValue: _dated,
}  # fmt: skip


def part_text(rulebook: Rulebook, key: str, value: Any) -> Text:
    """Return what stands under a key in one text; `none` where there is nothing."""
    found = item_texts(rulebook, key, value)
    return listed(found) if found else say("value.none")


def entry_text(rulebook: Rulebook, section: str, name: str, entry: Any) -> Text:
    """Return an entry that is no rule in one line: its label, and what it says."""
    label = plain(entry.id) if section == "pack" else rulebook.label_of(section, name)
    given = {name.rstrip("_") for name in entry.model_fields_set} if isinstance(entry, Entry) else keys_of(entry)
    said = [key for key in keys_of(entry) if key in given and _says(entry, key)]
    parts = [say("part.key", key=key_text(key), value=part_text(rulebook, key, value_of(entry, key))) for key in said]
    return Text(*(f"{label[i]}: {'; '.join(part[i] for part in parts)}" if parts else label[i] for i in (0, 1)))


def _says(entry: Any, key: str) -> bool:
    """Whether a key of an entry is worth a word: it says something, and nothing that stands elsewhere."""
    if key in {"label", "note", "source", "id", "scope", "name", "declared", "always_known", "area_bound"}:
        return False
    value = value_of(entry, key)
    return value is not None and value is not False and value not in ((), "", {})
