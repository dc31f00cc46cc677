"""The tests of a condition, read again one by one, with what each fact rests on (semantics §4.1, §4.3, §9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from asn_flex.domain.attributes import Attribute, Value
from asn_flex.domain.proof import ProofNode
from asn_flex.errors import Text
from asn_flex.explain.naming import competency_name, day, fact_name, join, plain, value_name
from asn_flex.explain.view import View, node, outcome_of
from asn_flex.i18n import say
from asn_flex.rulebook.conditions import (
    All,
    Condition,
    Facts,
    Holds,
    Not,
    Operand,
    Parameter,
    Test,
    evaluate,
    evaluate_test,
)
from asn_flex.situation.facts import value_text


class Grounded(Facts, Protocol):
    """Facts that can say what they rest on."""

    def grounds(self, attribute: Attribute) -> tuple[ProofNode, ...]:
        """Return where the fact comes from: a table row, a line, a rule, observations."""

    def held(self, wanted: Holds) -> tuple[ProofNode, ...]:
        """Return the holding that a `holds` test found."""


@dataclass
class _Hidden:
    """Which sensitive facts a condition has asked, kept back until its end."""

    facts: list[str]


def condition_nodes(view: View, condition: Condition, facts: Grounded) -> tuple[ProofNode, ...]:
    """Return a step per test, with its value and how it came out; sensitive tests as the audience may see them.

    References
    ----------
    docs/semantics.md §4.1, §4.3, §9.
    """
    hidden = _Hidden([])
    found = _nodes(view, condition, facts, hidden)
    keys = tuple(dict.fromkeys(hidden.facts))
    if not keys:
        return found
    if not view.sees_grounds:
        return (*found, view.protected("hidden"))
    return (*found, *(node("test", _kept_back(view, key), outcome="hidden") for key in keys))


def _kept_back(view: View, key: str) -> Text:
    return say("why.sensitive", fact=fact_name(view.rulebook, key), key=key)


def _nodes(view: View, condition: Condition, facts: Grounded, hidden: _Hidden) -> tuple[ProofNode, ...]:
    if isinstance(condition, All):
        return tuple(n for part in condition.parts for n in _nodes(view, part, facts, hidden))
    if isinstance(condition, Test):
        if condition.attribute.sensitive and not view.sees_values:
            hidden.facts.append(condition.attribute.key)
            return ()
        return (_test(view, condition, facts),)
    if isinstance(condition, Holds):
        truth = facts.holds(condition)
        text = say("why.holds", competency=competency_name(view.rulebook, condition.competency),
                   level=condition.level, evidence=evidence_text(condition.evidence))  # fmt: skip
        return (node("test", text, *facts.held(condition), place=condition.place, outcome=outcome_of(truth)),)
    if isinstance(condition, Not):
        key = "why.not"
        parts: tuple[Condition, ...] = (condition.part,)
    else:
        key, parts = "why.any", condition.parts
    before = len(hidden.facts)
    inner = tuple(n for part in parts for n in _nodes(view, part, facts, hidden))
    if not inner:
        return ()
    # How a group came out could tell how the sensitive test inside it did.
    outcome = "hidden" if len(hidden.facts) > before else outcome_of(evaluate(condition, facts))
    return (node("test", say(key), *inner, place=condition.place, outcome=outcome),)


def _test(view: View, test: Test, facts: Grounded) -> ProofNode:
    attribute = test.attribute
    value = facts.value(attribute)
    asked = test_text(view, test, facts.today)
    children = facts.grounds(attribute) if view.sees(attribute) else ()
    if isinstance(test.operand, Parameter):
        children = (*children, _parameter(view, test.operand, facts.today))
    text = asked
    if view.sees(attribute):
        shown = value_name(view.rulebook, attribute, value, view.scenario)
        text = say("why.read", asked=asked, value=shown)
    return node(
        "test", text, *children, place=test.place,
        value=value_text(value) if value is not None and view.sees(attribute) else None,
        outcome=outcome_of(evaluate_test(test, facts)),
    )  # fmt: skip


def test_text(view: View, test: Test, today: date) -> Text:
    """Return a test in words, without the value that was read."""
    name = fact_name(view.rulebook, test.attribute.key)
    if test.operator == "known":
        return say("why.op.known" if test.operand else "why.op.unknown", fact=name)
    wanted = _operand(view, test.attribute, test.operand, today)
    return say(f"why.op.{test.operator}", fact=name, wanted=wanted)


test_text.__test__ = False  # type: ignore[attr-defined]  # not a test, whatever pytest thinks


def _operand(view: View, attribute: Attribute, operand: Operand, today: date) -> Text:
    if isinstance(operand, Parameter):
        return value_name(view.rulebook, attribute, operand.at(today), view.scenario)
    options = operand if isinstance(operand, tuple) else (operand,)
    return join(_single(view, attribute, option) for option in options)


def _single(view: View, attribute: Attribute, option: Value) -> Text:
    if attribute.kind == "set":
        return plain(str(option))
    return value_name(view.rulebook, attribute, option, view.scenario)


def _parameter(view: View, parameter: Parameter, today: date) -> ProofNode:
    """Return the step of a dated value: its line, since when it stands, its sources."""
    place = view.rulebook.place_of("parameters", parameter.name)
    current = parameter.at(today)
    if current is None:
        first = min(start for start, _ in parameter.dated)
        text = say("why.param.none", name=parameter.name, first=day(first))
        return node("fact", text, place=place, outcome="unknown")
    since = max(start for start, _ in parameter.dated if start <= today)
    entry = view.rulebook.parameters.get(parameter.name)
    sources = next((v.source for v in entry.values if v.from_ == since), ()) if entry is not None else ()
    unit = f" {entry.unit}" if entry is not None and entry.unit else ""
    text = say("why.param", name=parameter.name, value=value_text(current) + unit, since=day(since))
    return node("fact", text, place=place, sources=view.cited(sources), value=value_text(current))


def evidence_text(evidence: tuple[str, ...] | frozenset[str]) -> Text:
    """Return the kinds of evidence as an addition to a sentence; empty where there are none."""
    return say("why.evidence", kinds=", ".join(sorted(evidence))) if evidence else plain("")
