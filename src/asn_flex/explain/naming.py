"""What people call things: labels of facts, duties, areas and rules, and dates as they are read aloud.

Every function returns both languages, so that a proof is made once and read in either.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from fractions import Fraction

from asn_flex.domain.attributes import Attribute, Value
from asn_flex.domain.exact import number_text
from asn_flex.domain.scenario import Scenario
from asn_flex.errors import Text
from asn_flex.i18n import say
from asn_flex.messages import is_sentence
from asn_flex.rulebook.model import Rulebook

_MONTHS = (
    ("Jan", "Jan"), ("Feb", "Feb"), ("Mar", "Mar"), ("Apr", "Apr"), ("Mei", "May"), ("Jun", "Jun"),
    ("Jul", "Jul"), ("Agu", "Aug"), ("Sep", "Sep"), ("Okt", "Oct"), ("Nov", "Nov"), ("Des", "Dec"),
)  # fmt: skip


def plain(text: str) -> Text:
    """Return a text that reads the same in both languages."""
    return Text(text, text)


def join(parts: Iterable[Text], between: str = ", ") -> Text:
    """Join sentences, each language with itself."""
    found = list(parts)
    return Text(between.join(p.id or p.en for p in found), between.join(p.en or p.id for p in found))


def fact_name(rulebook: Rulebook, key: str) -> Text:
    """Return what people call a fact: its declared label, the catalogue's, or its key."""
    if key.startswith("param."):
        return rulebook.label_of("parameters", key.removeprefix("param."))
    attribute = rulebook.attributes.get(key)
    if attribute is not None and attribute.label is not None and (attribute.label.id or attribute.label.en):
        return Text(attribute.label.id or attribute.label.en, attribute.label.en or attribute.label.id)
    return say(f"fact.{key}") if is_sentence(f"fact.{key}") else plain(key)


def value_name(  # noqa: PLR0911 - one way per type
    rulebook: Rulebook, attribute: Attribute, value: Value | None, scenario: Scenario | None
) -> Text:
    """Return a value as people read it, with its unit; `unknown` for None. Without a scenario areas have no names."""
    if value is None:
        return say("value.unknown")
    if isinstance(value, bool):
        return say("value.true" if value else "value.false")
    if isinstance(value, (int, Fraction)):
        return plain(number_text(value) + (f" {attribute.unit}" if attribute.unit else ""))
    if isinstance(value, frozenset):
        return plain(", ".join(sorted(value))) if value else say("value.none")
    if isinstance(value, date):
        return day(value)
    if attribute.key == "event.type":
        return rulebook.label_of("events", value)
    if attribute.key == "duty.id":
        return duty_name(rulebook, value)
    if attribute.kind == "area":
        return area_name(scenario, value)
    catalogued = f"value.{attribute.key}.{value}"
    return say(catalogued) if is_sentence(catalogued) else plain(value)


def rule_title(rulebook: Rulebook, rule_id: str) -> Text:
    """Return a rule's id and label."""
    label = rulebook.label_of("rules", rule_id)
    return Text(*(f"{rule_id} {part}" if part != rule_id else rule_id for part in label))


def competency_name(rulebook: Rulebook, competency: str) -> Text:
    """Return a competency's label and id."""
    label = rulebook.label_of("competencies", competency)
    return Text(*(f"{part} ({competency})" if part != competency else part for part in label))


def duty_name(rulebook: Rulebook, duty: str) -> Text:
    """Return a duty's label."""
    return rulebook.label_of("duties", duty)


def area_name(scenario: Scenario | None, area: str) -> Text:
    """Return an area's name, or its id."""
    name = None if scenario is None else scenario.area_facts.get(area, {}).get("name")
    return plain(str(name) if name else area)


def unit_name(scenario: Scenario, unit: str) -> Text:
    """Return a unit's name, or its id."""
    name = scenario.unit_facts.get(unit, {}).get("name")
    return plain(str(name) if name else unit)


def demand_name(rulebook: Rulebook, scenario: Scenario, duty: str, area: str | None, shift: str | None) -> Text:
    """Return a demand in words: the duty, where, and in which shift; `area` None for the whole event."""
    where = say("place.event") if area is None else area_name(scenario, area)
    turn = say("place.shift", shift=shift) if shift is not None else plain("")
    return Text(*(f"{d}, {w}{t}" for d, w, t in zip(duty_name(rulebook, duty), where, turn, strict=True)))


def day(value: date, *, year: bool = True) -> Text:
    """Return a date as people write it."""
    months = _MONTHS[value.month - 1]
    return Text(*(f"{value.day} {month}{f' {value.year}' if year else ''}" for month in months))


def moment(value: datetime) -> Text:
    """Return a time with its date."""
    return Text(*(f"{part} {value:%H:%M}" for part in day(value)))


def span(start: str, end: str) -> Text:
    """Return from when to when, of two ISO dates or two ISO times as plans write them."""
    if "T" in start or "T" in end:
        first, last = datetime.fromisoformat(start), datetime.fromisoformat(end)
        return Text(*(f"{a} – {b}" for a, b in zip(moment(first), moment(last), strict=True)))
    begin, finish = date.fromisoformat(start), date.fromisoformat(end)
    if begin == finish:
        return day(begin)
    if (begin.year, begin.month) == (finish.year, finish.month):
        return Text(*(f"{begin.day}–{part}" for part in day(finish)))
    return Text(*(f"{a} – {b}" for a, b in zip(day(begin, year=begin.year != finish.year), day(finish), strict=True)))
