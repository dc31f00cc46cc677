"""Changes and missing facts in words, as an audience may see them (semantics §9)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from asn_flex.domain import answers
from asn_flex.domain.attributes import Attribute, Value
from asn_flex.domain.exact import number_text
from asn_flex.domain.proof import Words
from asn_flex.errors import Text
from asn_flex.explain.naming import area_name, competency_name, fact_name, plain, unit_name, value_name
from asn_flex.explain.view import View
from asn_flex.i18n import say, say_count
from asn_flex.planning.changes import Change
from asn_flex.planning.openings import Opening
from asn_flex.planning.relief import Remedy
from asn_flex.planning.resolve import Vector


def gain_of(tiers: tuple[str, ...], gain: Vector) -> dict[str, int]:
    """Return what is gained by tier, without the tiers that stay."""
    return {tier: amount for tier, amount in zip(tiers, gain, strict=False) if amount}


def words(text: Text) -> Words:
    """Return a sentence as a part of an answer."""
    return Words(id=text.id, en=text.en)


def remedy_of(view: View, tiers: tuple[str, ...], remedy: Remedy) -> answers.Remedy:
    """Return a remedy as an audience may see it."""
    change = remedy.change
    hidden = change.rule is not None and view.hides(change.rule)
    shown = not hidden and _shows_values(view, change)
    attribute = _attribute(view, change)
    if attribute is not None and attribute.sensitive and not view.sees_grounds:
        hidden = True
    return answers.Remedy(
        kind=change.kind,
        text=words(change_text(view, change) if not hidden else say("change.protected")),
        rule=None if hidden else change.rule,
        unit=None if hidden else change.unit,
        officer=change.officer if view.sees_others else None,
        competency=change.competency,
        evidence=change.evidence,
        fact=None if hidden else change.fact,
        where=None if hidden else change.where,
        before=cell_of(change.before) if shown else None,
        after=cell_of(change.after) if shown else None,
        gain=gain_of(tiers, remedy.gain),
        seats=remedy.seats,
        here=remedy.here,
        alike=remedy.alike,
    )


def fact_of(view: View, tiers: tuple[str, ...], opening: Opening) -> answers.MissingFact | None:
    """Return a missing fact as an audience may see it; None where it may not learn of it."""
    attribute = view.rulebook.attributes[opening.fact]
    if attribute.sensitive and not view.sees_grounds:
        return None
    value = value_name(view.rulebook, attribute, opening.value, view.scenario)
    name = fact_name(view.rulebook, opening.fact)
    personal = attribute.scope == "officer"
    values: dict[str, object] = {"fact": name, "key": opening.fact, "value": value}
    key = "facts.officers" if personal else "facts.others"
    text = say_count(key, len(opening.asked), **values) if opening.asked else say("facts.event", **values)
    return answers.MissingFact(
        fact=opening.fact,
        text=words(text),
        value=cell_of(opening.value),
        asked=() if personal and not view.sees_others else opening.asked,
        count=len(opening.asked),
        gain=gain_of(tiers, opening.gain),
        seats=opening.seats,
    )


def cell_of(value: Value | None) -> answers.Cell | None:
    """Return an exact value as it stands in JSON."""
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else number_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return sorted(value) if isinstance(value, frozenset) else value


def change_text(view: View, change: Change) -> Text:
    """Return a change in words."""
    if change.kind == "training":
        return _training(view, change)
    if change.kind == "fact":
        return _fact(view, change)
    title = view.title(change.rule or "")
    unit = unit_name(view.scenario, change.unit) if change.unit is not None else plain("")
    values: dict[str, object] = {"rule": title, "unit": unit}
    if change.kind in {"limit", "forbid"}:
        if change.after is None:
            return say("change.aside", **values)
        attribute = view.rulebook.attributes[change.fact or ""]
        values["fact"] = fact_name(view.rulebook, attribute.key)
        if not _shows_values(view, change):
            return say("change.threshold.hidden", **values)
        for name, value in (("before", change.before), ("after", change.after)):
            values[name] = value_name(view.rulebook, attribute, value, view.scenario)
        return say("change.threshold", **values)
    share = change.kind in {"share", "substitutes"} or change.fact == "share"
    for name, value in (("before", change.before), ("after", change.after)):
        values[name] = _number(value, share=share)
    return say(f"change.{change.kind}.{change.fact}" if change.fact else f"change.{change.kind}", **values)


def _number(value: Value | None, *, share: bool) -> str:
    if not isinstance(value, (int, Fraction)):
        return str(value)
    if not share:
        return number_text(value)
    # Cut to a tenth of a percent; the exact fraction stands in the data.
    return f"{number_text(Fraction(int(Fraction(value) * 1000), 10))}%"


def _training(view: View, change: Change) -> Text:
    officer = plain(change.officer or "") if view.sees_others else say("change.somebody")
    key = "change.training"
    if change.before is None:
        key = "change.training.new"
    elif isinstance(change.before, int) and isinstance(change.after, int) and change.before >= change.after:
        # The level is there; what is lacking is evidence, or that it has not lapsed.
        key = "change.training.again"
    name = competency_name(view.rulebook, change.competency or "")
    text = say(key, officer=officer, competency=name, before=change.before, after=change.after)
    return text if change.evidence is None else say("change.training.evidence", text=text, evidence=change.evidence)


def _fact(view: View, change: Change) -> Text:
    attribute = view.rulebook.attributes[change.fact or ""]
    name = fact_name(view.rulebook, attribute.key)
    value = value_name(view.rulebook, attribute, change.after, view.scenario)
    if not _shows_values(view, change):
        value = say("value.hidden")
    if change.officer is not None:
        of = plain(change.officer) if view.sees_others else say("change.somebody")
    elif attribute.scope == "unit":
        of = unit_name(view.scenario, change.where or "")
    elif attribute.scope == "area":
        of = area_name(view.scenario, change.where or "")
    else:
        of = say("change.event")
    return say("change.fact", fact=name, key=attribute.key, value=value, of=of)


def _attribute(view: View, change: Change) -> Attribute | None:
    return view.rulebook.attributes.get(change.fact) if change.fact is not None else None


def _shows_values(view: View, change: Change) -> bool:
    """Whether the values of a change may be shown.

    A threshold is the value that somebody has. What an unknown fact would have to be is nobody's value: it is what the
    rule asks.
    """
    attribute = _attribute(view, change)
    if attribute is None or not attribute.sensitive:
        return True
    return view.sees_grounds if change.kind == "fact" else view.sees_values
