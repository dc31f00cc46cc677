"""What conditions look like in the JSON Schema of rule files (semantics §4.1, §4.2)."""

from __future__ import annotations

from collections.abc import Iterable

from asn_flex.domain.attributes import BUILT_IN, Attribute
from asn_flex.domain.exact import number_text
from asn_flex.i18n import say
from asn_flex.rulebook.compile import OPERATORS, operators_for
from asn_flex.rulebook.json_parts import SCALAR, Schema, choice, list_of, object_of, ref, words


def value_of(attribute: Attribute | None) -> Schema:
    """Return what a fact is compared with; without one, for facts that a rulebook declares."""
    if attribute is None:
        return SCALAR
    if attribute.kind == "enum":
        return choice(attribute.name, attribute.values)
    if attribute.kind in {"int", "number"}:
        found: Schema = {"type": "integer" if attribute.kind == "int" else "number"}
        if attribute.minimum is not None:
            found["minimum"] = int(attribute.minimum)
        if attribute.maximum is not None:
            found["maximum"] = int(attribute.maximum)
        return found
    return {"bool": {"type": "boolean"}, "date": ref("date"), "area": ref("id")}.get(attribute.kind, SCALAR)


def about(attribute: Attribute) -> str:
    """Return what a built-in fact means, with its type, unit and range."""
    kind = say(f"kind.{attribute.kind}")
    unit = f" ({attribute.unit})" if attribute.unit else ""
    bounds = [number_text(x) if x is not None else "" for x in (attribute.minimum, attribute.maximum)]
    between = f", {bounds[0]}…{bounds[1]}" if any(bounds) else ""
    return f"{words('rules', attribute.key)}\n\n{kind.id} / {kind.en}{unit}{between}"


def _test_of(attribute: Attribute | None) -> Schema:
    """Return the schema of the tests on a fact: a value, a parameter, or operators that fit it.

    Branches are chosen by `if`, not tried in turn by `anyOf`, so that an editor speaks about the one that is meant.
    """
    value = value_of(attribute)
    one: Schema = {"anyOf": [value, ref("parameter")]}
    operands: Schema = {
        **dict.fromkeys(("eq", "ne", "gt", "gte", "lt", "lte"), one),
        **dict.fromkeys(("in", "not_in", "has", "has_any"), list_of(value, filled=True)),
        "within": ref("id"),
        "known": {"type": "boolean"},
    }
    fitting = operators_for(attribute) if attribute is not None else OPERATORS
    tests: Schema = {name: {**operands[name], "description": words("operator", name)} for name in fitting}
    is_set = attribute is not None and attribute.kind == "set"
    if is_set:
        return object_of(tests, minProperties=1)
    tests["param"] = {**ref("id"), "description": words("rules", "param")}
    alone: Schema = {"param": {"maxProperties": 1}}
    # What editors offer as values they take from `anyOf`, for no branch is chosen yet.
    either = [value, {"type": "object"}]
    whole = object_of(tests, minProperties=1, dependentSchemas=alone)
    return {"anyOf": either, "if": {"type": "object"}, "then": whole}


def _condition(name: str, scopes: Iterable[str], *, asks_area: bool, asks_person: bool) -> Schema:
    """Return the schema of a condition that may ask about these scopes (semantics §4.1, §4.2)."""
    allowed = sorted(scopes)
    facts = {a.key: ref(a.key) for a in BUILT_IN if a.scope in allowed and (asks_area or not a.area_bound)}
    inside = ref(name)
    logic: Schema = {
        "all": {**list_of(inside, filled=True), "description": words("rules", "all")},
        "any": {**list_of(inside, filled=True), "description": words("rules", "any")},
        "not": {**inside, "description": words("rules", "not")},
    }
    if asks_person:
        logic["holds"] = {**ref("holds"), "description": words("rules", "holds")}
    declared = rf"^({'|'.join(allowed)})\.[^\s@/.]+$"
    return object_of(logic | facts, patternProperties={declared: ref("test")})


def conditions() -> Schema:
    """Return the definitions of conditions, of tests on facts, and of each built-in fact."""
    person = {"asks_area": True, "asks_person": True}
    return {
        "when": _condition("when", ("event", "measure", "area", "duty"), asks_area=True, asks_person=False),
        "when_of_event": _condition("when_of_event", ("event", "measure"), asks_area=False, asks_person=False),
        "who": _condition("who", ("officer", "unit", "pair"), **person),
        "who_in_unit": _condition("who_in_unit", ("officer", "unit"), **person),
        "holds": object_of(
            {
                "competency": {**ref("id"), "description": words("rules", "Requirement.competency")},
                "level": {
                    "type": "integer",
                    "minimum": 1,
                    "default": 1,
                    "description": words("rules", "Requirement.level"),
                },
                "evidence": {**ref("texts"), "description": words("rules", "Requirement.evidence")},
            },
            required=["competency"],
        ),
        "parameter": object_of({"param": {**ref("id"), "description": words("rules", "param")}}, required=["param"]),
        "test": _test_of(None),
        **{a.key: {**_test_of(a), "title": a.key, "description": about(a)} for a in BUILT_IN},
    }
