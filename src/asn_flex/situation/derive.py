"""The event's facts: given, assumed, derived by `escalate` rules, defaulted (semantics §3.5, §5.2)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from asn_flex.domain.attributes import NUMERIC, Attribute, Value
from asn_flex.domain.scenario import Scenario, Setting
from asn_flex.errors import Diagnostic, SituationConflict, Text, UsageError
from asn_flex.i18n import fault, nearest, say
from asn_flex.rulebook.compile import parse_cell, value_problem
from asn_flex.rulebook.model import Rulebook
from asn_flex.situation.engine import Program, Scope, SituationEngine
from asn_flex.situation.facts import FactSource, Measures, value_text
from asn_flex.situation.program import escalation_strata


@dataclass
class SettledEvent:
    """The event as rules see it: `facts` final, `derived_by` and `recommended` as plans show them."""

    facts: dict[str, Value] = field(default_factory=dict)
    derived_by: dict[str, tuple[str, ...]] = field(default_factory=dict)
    recommended: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    in_force: set[str] = field(default_factory=set)


def assumed_facts(rulebook: Rulebook, scenario: Scenario, assume: Mapping[str, object]) -> dict[str, Value]:
    """Read what `--assume` says, by full name (semantics §4.4).

    Values may be texts, as the command line has them, or of the fact's own type.

    Raises
    ------
    UsageError
        If a name is no event attribute, or a value does not fit it.
    """
    found: dict[str, Value] = {}
    for name, raw in sorted(assume.items()):
        attribute = rulebook.attributes.get(name)
        if attribute is None or attribute.scope != "event":
            known = [key for key, a in rulebook.attributes.items() if a.scope == "event"]
            raise UsageError(_with_hint("situation.assume_name", name, known, name=name))
        value = _own_value(attribute, raw)
        if value is None:
            wanted = say(f"kind.{attribute.kind}")
            raise UsageError(say("situation.assume_value", found=raw, name=name, wanted=wanted))
        problem = value_problem(attribute, value, rulebook.events)
        if problem is not None:
            wanted, options = problem
            key = "situation.assume_value"
            raise UsageError(_with_hint(key, str(value), options, found=raw, name=name, wanted=wanted))
        if attribute.kind == "area" and str(value) not in scenario.area_tree:
            known = list(scenario.area_facts)
            raise UsageError(_with_hint("situation.assume_area", str(value), known, found=raw, name=name))
        found[name] = value
    return found


def _with_hint(key: str, wrong: str, known: Collection[str], **values: object) -> Text:
    text, hint = say(key, **values), nearest(wrong, known)
    return text if hint is None else Text(text.id + hint.id, text.en + hint.en)


def _own_value(attribute: Attribute, raw: object) -> Value | None:
    """Return the raw value in the fact's own type; None where it does not fit."""
    kind = attribute.kind
    if kind == "bool" and isinstance(raw, bool):
        return raw
    if kind == "set" and isinstance(raw, (list, tuple, set, frozenset)):
        return frozenset(raw) if all(isinstance(item, str) for item in raw) else None
    if kind in NUMERIC and isinstance(raw, Fraction):
        return raw if kind == "number" else int(raw) if raw.denominator == 1 else None
    if kind in NUMERIC and isinstance(raw, (int, float, Decimal)) and not isinstance(raw, bool):
        # INVARIANT: a float means the decimal it prints as, never its binary neighbour.
        return parse_cell(attribute, str(raw))
    if kind == "date" and type(raw) is date:
        return raw
    return parse_cell(attribute, raw.strip()) if isinstance(raw, str) and raw.strip() else None


def given_facts(scenario: Setting, assumed: Mapping[str, Value]) -> dict[str, Value]:
    """Return the event's facts as given, with `type` and `days`, and what is assumed in their place."""
    event = scenario.event
    given: dict[str, Value] = {**event.given, "type": event.type}
    if event.started is not None:
        given["days"] = (scenario.now - event.started) // timedelta(hours=24)
    given.update({name.removeprefix("event."): value for name, value in assumed.items()})
    return given


def settle_event(
    rulebook: Rulebook,
    scenario: Setting,
    *,
    engine: SituationEngine,
    program: Program,
    measures: Measures,
    given: Mapping[str, Value],
) -> SettledEvent:
    """Derive the event's facts, stratum by stratum.

    On a number the largest value wins, the given one included. On anything else rules in force must agree,
    and a given value stands. A default comes once every rule that may set the fact is settled.

    Raises
    ------
    SituationConflict
        If rules in force set one fact, not a number, to different values; all of one stratum at once.

    References
    ----------
    docs/semantics.md §5.2.
    """
    first, last = scenario.period.first_day_from(scenario.today), scenario.period.last_day
    settled = SettledEvent()
    said: dict[str, dict[str, Value]] = {}
    open_setters = _setters(rulebook)
    recommended: dict[str, set[Value]] = {}
    for stratum in escalation_strata(rulebook):
        _settle_facts(settled, rulebook, given=given, said=said, open_setters=open_setters)
        asked = [r for r in stratum if r.effective.covers_all(first, last)]
        if asked:
            facts = FactSource(rulebook, scenario, settled.facts, measures).about()
            scope = Scope(facts, tuple(r.id for r in asked))
            answers = engine.evaluate(program, [scope])[0]
            for rule in (r for r in asked if answers[r.id]):
                settled.in_force.add(rule.id)
                for name, value in rule.set.items():
                    said.setdefault(name, {})[rule.id] = value
                for name, value in rule.recommend.items():
                    recommended.setdefault(name, set()).add(value)
        for rule in stratum:
            for name in rule.set:
                open_setters[name].discard(rule.id)
    _settle_facts(settled, rulebook, given=given, said=said, open_setters=open_setters)
    for name in sorted(recommended):
        settled.recommended[name] = tuple(sorted(recommended[name], key=_order))
    settled.facts = dict(sorted(settled.facts.items()))
    return settled


def _setters(rulebook: Rulebook) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for rule in rulebook.escalations:
        for name in rule.set:
            found.setdefault(name, set()).add(rule.id)
    return found


def _settle_facts(
    settled: SettledEvent,
    rulebook: Rulebook,
    *,
    given: Mapping[str, Value],
    said: Mapping[str, Mapping[str, Value]],
    open_setters: Mapping[str, set[str]],
) -> None:
    """Fix every fact whose rules are all settled."""
    conflicts: list[Diagnostic] = []
    for attribute in rulebook.attributes.values():
        name = attribute.name
        if attribute.scope != "event" or name in settled.facts or open_setters.get(name):
            continue
        claims = said.get(name, {})
        value = given.get(name)
        if claims and attribute.kind in NUMERIC:
            value = max([*claims.values(), *([] if value is None else [value])], key=_order)
        elif claims:
            conflicts += _disagreements(rulebook, name, claims)
            value = claims[min(claims)] if value is None else value
        if claims and value != given.get(name):
            settled.derived_by[name] = tuple(sorted(rule for rule, claim in claims.items() if claim == value))
        if value is None:
            value = attribute.missing
        if value is not None:
            settled.facts[name] = value
    if conflicts:
        raise SituationConflict(conflicts)


def _order(value: Value) -> Any:
    # INVARIANT: the values of one fact are of one type, and no rule sets or recommends a set.
    return value


def _disagreements(rulebook: Rulebook, name: str, claims: Mapping[str, Value]) -> list[Diagnostic]:
    """Name each rule that sets the fact to something else than the first rule does."""
    first = min(claims)
    return [
        fault(
            "C101",
            rulebook.place_of("rules", rule),
            rule=rule,
            fact=f"event.{name}",
            value=value_text(claims[rule]),
            other=first,
            other_place=rulebook.place_of("rules", first),
            other_value=value_text(claims[first]),
        )
        for rule in sorted(claims)
        if claims[rule] != claims[first]
    ]
