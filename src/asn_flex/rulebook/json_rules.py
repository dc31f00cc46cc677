"""The JSON Schema of rule files, generated from the models (semantics §3, §4.1, §5)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from asn_flex.domain.attributes import BUILT_IN, DECLARABLE, PHASES
from asn_flex.rulebook import schema
from asn_flex.rulebook.json_conditions import about, conditions, value_of
from asn_flex.rulebook.json_parts import (
    INLINE,
    SCALAR,
    SHAPES,
    Schema,
    choice,
    finish,
    list_of,
    object_of,
    ref,
    words,
    words_for,
)
from asn_flex.rulebook.json_snippets import rule_snippets, snippet_of_test

_RULE_MODELS: Mapping[str, type[schema.Entry]] = {
    model.model_fields["kind"].default: model for model in schema.AnyRule.__args__
}
_SECTIONS: Mapping[str, type[schema.Entry]] = {
    "sources": schema.Source,
    "events": schema.EventType,
    "attributes": schema.AttributeEntry,
    "measures": schema.Measure,
    "parameters": schema.ParameterEntry,
    "competencies": schema.Competency,
    "duties": schema.Duty,
}


class _Generator(GenerateJsonSchema):
    """Pydantic's generator, without titles and without the nulls that optional keys do not take in a file."""

    def nullable_schema(self, schema: Any) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def field_title_should_be_set(self, schema: Any) -> bool:
        del schema
        return False


def _models(adapters: Mapping[str, type[BaseModel]]) -> Schema:
    """Return the definitions of models by class name, with what their fields look like in a file."""
    inputs: list[tuple[str, Any, TypeAdapter[Any]]] = [
        (name, "validation", TypeAdapter(model)) for name, model in adapters.items()
    ]
    _, whole = TypeAdapter.json_schemas(inputs, by_alias=True, schema_generator=_Generator)
    raw: Schema = {name: _in_files(body) for name, body in whole["$defs"].items()}
    found = {name: raw[name] for name in _reached(raw, adapters)}
    models = {model.__name__: model for model in _with_subclasses(schema.Entry)}
    for name, body in found.items():
        _describe(models[name], body)
    return found


def _with_subclasses(model: type[schema.Entry]) -> Iterable[type[schema.Entry]]:
    yield model
    for below in model.__subclasses__():
        yield from _with_subclasses(below)


def _reached(definitions: Schema, start: Iterable[str]) -> list[str]:
    """Return the definitions in use, by name; conditions and selectors have shapes of their own."""
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name in definitions and name not in found:
            found.add(name)
            waiting.extend(re.findall(r'"#/\$defs/(\w+)"', json.dumps(definitions[name])))
    return sorted(found)


def _in_files(node: Any) -> Any:
    """Replace named shapes, and drop what only Python needs."""
    if isinstance(node, list):
        return [_in_files(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: _in_files(value) for key, value in node.items() if key not in {"title", "default", "$comment"}}
    name = node.get("$comment")
    if isinstance(name, str):
        return {**(INLINE[name] if name in INLINE else ref(name)), **kept}
    return kept


def _describe(model: type[BaseModel], body: Schema) -> None:
    """Add what editors show beside a key: what it means, its default, an example, and what each choice means."""
    name = model.__name__
    body["title"] = name
    body["description"] = words("rules", name)
    for field, info in model.model_fields.items():
        key = info.alias or field
        value: Schema = body["properties"][key]
        told = words_for("rules", f"{name}.{key}", key)
        if "enum" in value:
            value = {**value, **choice(key, value["enum"])}
        if told is not None:
            value = {**value, "description": told}
        if isinstance(info.default, (bool, int, str)) and info.default != "":
            value = {**value, "default": info.default}
        if f"{name}.{key}" in EXAMPLES:
            value = {**value, "examples": [EXAMPLES[f"{name}.{key}"]]}
        body["properties"][key] = value


# What an editor puts in where a number must be chosen, so that it is one that may stand there.
EXAMPLES: Mapping[str, object] = {
    "Cover.strength": 0.7,
    "Cover.min_strength": 0.5,
    "Substitutes.strength": 0.6,
    "Duty.priority": 5,
    "Seats.base": 2,
    "Per.each": 1000,
    "Per.add": 1,
    "Prefer.points": 100,
    "Prefer.weight": 1,
    "Prefer.if_unknown": 30,
    "Granted.strength": 0.7,
    "Prioritise.add": 1,
    "Shift.hours": 8,
    "Include.per": 5,
    "Keep.at_least": 2,
    "Requirement.level": 2,
    "Pack.version": "1",
}


def _forbidden(*keys: str) -> Schema:
    return dict.fromkeys(keys, False)


def _tighten(models: Schema) -> None:
    """Add what ties keys of one entry together (semantics §5.2-§5.10)."""
    for kind, model in _RULE_MODELS.items():
        body = models[model.__name__]
        body["dependentRequired"] = {"replaces": ["source"]}
        body["title"] = kind
        body["properties"]["kind"] = {"const": kind, "description": words("kind", kind)}
        body["required"] = sorted({*body["required"], "kind"})
    models["Escalate"]["anyOf"] = [{"required": ["set"]}, {"required": ["recommend"]}]
    models["Activate"]["if"] = {"properties": {"each": {"const": "event"}}}
    models["Activate"]["then"] = {"properties": _forbidden("level")}
    models["Cover"]["oneOf"] = [
        {
            "title": "cover: who",
            "required": ["who", "strength"],
            "properties": _forbidden("by", "max_hops", "min_strength"),
        },
        {
            "title": "cover by: substitution",
            "required": ["by", "min_strength"],
            "properties": {"by": {"const": "substitution"}, **_forbidden("strength", "for")},
        },
        {
            "title": "cover by: standard",
            "required": ["by", "overrides"],
            "properties": {
                "by": {"const": "standard"},
                **_forbidden("strength", "for", "max_hops", "min_strength", "waives"),
            },
        },
    ]
    exception = ["source", "effective"]
    models["Cover"]["dependentRequired"] |= {
        "at_least": ["max_share"],
        "overrides": exception,
        "waives": exception,
    }
    models["Keep"]["anyOf"] = [{"required": ["share"]}, {"required": ["at_least"]}]
    models["Team"]["anyOf"] = [{"required": ["include"]}, {"required": ["max_substitutes"]}]
    models["Team"]["dependentRequired"] |= {"at_least": ["max_substitutes"]}
    models["Prefer"]["oneOf"] = [
        {
            "title": "prefer: points",
            "required": ["who", "points"],
            "properties": {
                "points": {"anyOf": [{"minimum": 1}, {"maximum": -1}]},
                **_forbidden("minimise", "weight", "if_unknown"),
            },
        },
        {
            "title": "prefer: minimise",
            "required": ["minimise", "weight"],
            "properties": _forbidden("points"),
        },
    ]
    recommended = models["Escalate"]["properties"]["recommend"]
    recommended["properties"] = {"phase": {**choice("phase", PHASES), "description": words("rules", "event.phase")}}
    models["Escalate"]["properties"]["set"]["properties"] = {
        "severity": {"type": "integer", "minimum": 1, "maximum": 5, "description": words("rules", "event.severity")}
    }


def _rule() -> Schema:
    """Return one rule: its kind first, so that an editor speaks about that kind only."""
    # `type` keeps an item that is still empty, which has no kind yet, from being taken for every kind at once.
    kinds: list[Schema] = [
        {
            "if": {"type": "object", "properties": {"kind": {"const": kind}}, "required": ["kind"]},
            "then": ref(model.__name__),
        }
        for kind, model in _RULE_MODELS.items()
    ]
    begin: Schema = {
        "if": {"type": "object", "required": ["kind"]},
        "then": True,
        "else": {"type": "object", "defaultSnippets": rule_snippets()},
    }
    told = {"enumDescriptions": [words("kind", kind) for kind in schema.KINDS]}
    common = {
        key: {"description": words("rules", key), **more}
        for key, more in (("id", ref("id")), ("label", ref("Label")), ("source", ref("texts")))
    }
    return {
        "type": "object",
        "required": ["id", "kind"],
        "properties": {"kind": {"enum": list(schema.KINDS), **told, "description": words("rules", "kind")}, **common},
        "allOf": [*kinds, begin],
    }


def _tighten_tests(models: Schema) -> None:
    """Say what rule tests give and expect: facts by their bare names, typed where built in (semantics §5.12)."""
    given, expect = models["Given"]["properties"], models["Expect"]["properties"]
    for scope in given:
        given[scope] = {**given[scope], **_facts(scope)}
    expect["event"] = {**expect["event"], **_facts("event")}
    # Declared facts may stand beside them.
    given["officer"]["properties"]["holdings"] = {
        **list_of(ref("GivenHolding")),
        "description": words("rules", "Given.holdings"),
    }
    given["area"]["properties"]["within"] = {**ref("ids"), "description": words("rules", "Given.within")}
    by_duty: Mapping[str, Schema] = {
        "seats": {"type": "integer", "minimum": 0},
        "eligible": {"anyOf": [ref("Granted"), {"type": "null"}]},
        "refused": {"anyOf": [ref("Refusal"), {"type": "null"}]},
    }
    for key, value in by_duty.items():
        expect[key] = {**expect[key], "type": "object", "additionalProperties": value}
    models["Granted"]["properties"]["standard"] = {"const": True, "description": words("rules", "Granted.standard")}
    models["RuleTest"]["if"] = {"type": "object", "required": ["name"]}
    models["RuleTest"]["else"] = {"type": "object", "defaultSnippets": [snippet_of_test()]}


def _facts(scope: str) -> Schema:
    facts: Schema = {}
    for attribute in (a for a in BUILT_IN if a.scope == scope):
        value = list_of(SCALAR) if attribute.kind == "set" else value_of(attribute)
        facts[attribute.name] = {**value, "title": attribute.key, "description": about(attribute)}
    other: Schema = {"type": "number"} if scope == "measure" else {"anyOf": [SCALAR, list_of(SCALAR)]}
    return {"type": "object", "properties": facts, "additionalProperties": other}


def _section(name: str, model: type[schema.Entry]) -> Schema:
    entries: Schema = {"type": ["object", "null"], "description": words("rules", name)}
    if name == "attributes":
        pattern = rf"^({'|'.join(DECLARABLE)})\.[^\s@/.]+$"
        return {
            **entries,
            "patternProperties": {pattern: ref(model.__name__)},
            "additionalProperties": False,
        }
    return {**entries, "propertyNames": ref("id"), "additionalProperties": ref(model.__name__)}


def rules_schema() -> Schema:
    """Return the JSON Schema of one rule file.

    References
    ----------
    docs/semantics.md §3, §4.1, §5.
    """
    entries: tuple[type[BaseModel], ...] = (
        *_SECTIONS.values(),
        *_RULE_MODELS.values(),
        schema.Pack,
        schema.RuleTest,
        schema.GivenHolding,
        schema.Granted,
        schema.Refusal,
    )
    models = _models({model.__name__: model for model in entries})
    _tighten(models)
    _tighten_tests(models)
    sections = {name: _section(name, model) for name, model in _SECTIONS.items()}
    lists: Schema = {
        "rules": {"type": ["array", "null"], "items": ref("rule"), "description": words("rules", "rules")},
        "tests": {
            "type": ["array", "null"],
            "items": ref("RuleTest"),
            "description": words("rules", "tests"),
        },
    }
    form = {"const": schema.FORMAT, "description": words("rules", "format")}
    body = object_of(
        {
            "format": form,
            "pack": {**ref("Pack"), "description": words("rules", "Pack")},
            **sections,
            **lists,
        },
        required=["format"],
    )
    definitions = {**SHAPES, **conditions(), "rule": _rule(), **models}
    return finish("rules", schema.FORMAT, body, definitions)
