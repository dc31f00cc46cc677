"""A rulebook in which a parameter has another value (semantics §3.4, §12.7)."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from typing import Any

from asn_flex.domain.attributes import Attribute, Value
from asn_flex.rulebook.conditions import All, AnyOf, Condition, Not, Parameter, Test, tests_in
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import AnyRule
from asn_flex.situation.program import conditions_of
from asn_flex.sweep.changes import Change

_CONDITIONS = ("when", "who", "must")


def asked_of(rulebook: Rulebook, name: str) -> tuple[Attribute, ...]:
    """Return the facts that rules compare with a parameter, in order of their name; none where no rule uses it."""
    found = {
        test.attribute.key: test.attribute
        for rule in rulebook.rules
        for condition in conditions_of(rule)
        for test in tests_in(condition)
        if isinstance(test, Test) and isinstance(test.operand, Parameter) and test.operand.name == name
    }
    return tuple(found[key] for key in sorted(found))


def with_parameter(rulebook: Rulebook, change: Change) -> Rulebook:
    """Return the rulebook with one parameter at one value, on every day."""
    value = change.value
    assert value is not None  # noqa: S101 - the grammar refuses an unknown parameter
    name = change.target.key.removeprefix("param.")
    rules = tuple(_rule_with(rule, name, value) for rule in rulebook.rules)
    digest = hashlib.sha256(f"{rulebook.digest}\n{change}".encode()).hexdigest()
    # No file says so: a bundle of it could not be read back.
    return replace(rulebook, rules=rules, digest=f"sha256:{digest}", files={})


def _rule_with(rule: AnyRule, name: str, value: Value) -> AnyRule:
    changed: dict[str, Any] = {}
    for key in _CONDITIONS:
        condition = getattr(rule, key, None)
        if condition is not None:
            changed[key] = _condition_with(condition, name, value)
    include = getattr(rule, "include", None)
    if include is not None and include.who is not None:
        changed["include"] = include.model_copy(update={"who": _condition_with(include.who, name, value)})
    return rule.model_copy(update=changed)


def _condition_with(condition: Condition, name: str, value: Value) -> Condition:
    if isinstance(condition, (All, AnyOf)):
        return replace(condition, parts=tuple(_condition_with(part, name, value) for part in condition.parts))
    if isinstance(condition, Not):
        return replace(condition, part=_condition_with(condition.part, name, value))
    if isinstance(condition, Test) and isinstance(condition.operand, Parameter) and condition.operand.name == name:
        return replace(condition, operand=Parameter(name, ((date.min, value),)))
    return condition
