"""The JSON Schemas of rule files, `scenario.yaml` and plans, generated from the models (semantics §12.2).

They let an editor complete keys and mark slips while one types; `check` and `load_scenario` stay the judges,
because a schema sees one file and no references. `write_schemas` writes the shipped files; a test compares.

A field's form in a file is its `shape` (`scalars.shape`), for its Python type is what the field has *become*.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from asn_flex.domain.attributes import (
    BUILT_IN,
    DECLARABLE,
    DUTY_CLASSES,
    NOT_SETTABLE,
    PHASES,
    SERVICE_CLASSES,
    Attribute,
)
from asn_flex.domain.plan import FORMAT as PLAN_FORMAT
from asn_flex.domain.plan import Plan
from asn_flex.messages import is_sentence, sentence
from asn_flex.rulebook import schema
from asn_flex.rulebook.compile import operators_for

Schema = dict[str, Any]


def _words_for(section: str, *names: str) -> str | None:
    """Return what the first of the names that has words means, in both languages; None where none has."""
    for name in names:
        if is_sentence(f"schema.{section}.{name}"):
            text = sentence(f"schema.{section}.{name}")
            return f"{text.id} / {text.en}"
    return None


def _words(section: str, name: str) -> str:
    found = _words_for(section, name)
    assert found is not None, name  # noqa: S101 - whatever is listed has words
    return found


DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCENARIO_FORMAT = "asn-flex/scenario/1"
TABLES = ("officers", "holdings", "units", "areas", "travel", "observations", "demands", "pins")
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

# Where text or an id is meant a plain scalar may look like a number to YAML; asn-flex reads its source text.
_TEXT: Schema = {"type": ["string", "number", "boolean"]}
_ID: Schema = {"type": ["string", "number", "boolean"], "pattern": r"^[^\s@/,;:?!]+$"}
_DATE: Schema = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_CLOCK: Schema = {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$"}
_SHARE: Schema = {"type": "string", "pattern": r"^\s*\d{1,3}(\.\d+)?\s*%$"}
_WINDOW: Schema = {"type": "string", "pattern": r"^\s*\d+\s*(min|h|d)\s*$"}
_MOMENT: Schema = {
    "type": "string",
    "pattern": r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$",
}
_SCALAR: Schema = {"type": ["string", "number", "boolean"]}


def _list_of(item: Schema, *, filled: bool = False) -> Schema:
    return {"type": "array", "items": item, **({"minItems": 1} if filled else {})}


def _one_or_more(item: Schema, *, filled: bool = False) -> Schema:
    return {"anyOf": [item, _list_of(item, filled=filled)]}


def _object(properties: Schema, *, required: Iterable[str] = (), **more: Any) -> Schema:
    found: Schema = {"type": "object", "properties": properties, **more, "additionalProperties": False}
    needed = sorted(required)
    return {**found, "required": needed} if needed else found


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _only(key: str, values: Iterable[str]) -> Schema:
    return _object({key: {"enum": list(values)}}, required=[key])


_TAG = _object({"tag": _ref("id")}, required=["tag"])

# How each `shape` looks: written out where it is used, or once as a definition.
_INLINE: Mapping[str, Schema] = {
    "int": {"type": "integer"},
    "number": {"type": "number"},
    "bool": {"type": "boolean"},
    "scalar": _SCALAR,
    "value": {"anyOf": [_SCALAR, _list_of(_SCALAR)]},
    "languages": _one_or_more({"enum": ["id", "en"]}),
    "note": {"anyOf": [_TEXT, _ref("Label")]},
    "set_facts": {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"not": {"enum": sorted(NOT_SETTABLE)}},
    },
    "recommend_facts": {"type": "object", "minProperties": 1},
}
SHAPES: Mapping[str, Schema] = {
    "id": _ID,
    "text": _TEXT,
    "ids": _one_or_more(_ref("id")),
    "texts": _one_or_more(_ref("text")),
    "date": _DATE,
    "moment": _MOMENT,
    "clock": _CLOCK,
    "share": _SHARE,
    "window": _WINDOW,
    "duties": {
        "anyOf": [_ref("id"), _list_of(_ref("id"), filled=True), _only("class", DUTY_CLASSES), _TAG],
    },
    "units": {
        "anyOf": [
            _ref("id"),
            _list_of(_ref("id"), filled=True),
            _only("service_class", SERVICE_CLASSES),
            _TAG,
        ],
    },
}


# ---- conditions --------------------------------------------------------------------------------------------


def _value_of(attribute: Attribute | None) -> Schema:
    """Return what a fact is compared with; without one, for facts that a rulebook declares."""
    if attribute is None:
        return _SCALAR
    if attribute.kind == "enum":
        return {"enum": list(attribute.values)}
    if attribute.kind in {"int", "number"}:
        found: Schema = {"type": "integer" if attribute.kind == "int" else "number"}
        if attribute.minimum is not None:
            found["minimum"] = int(attribute.minimum)
        if attribute.maximum is not None:
            found["maximum"] = int(attribute.maximum)
        return found
    return {"bool": {"type": "boolean"}, "date": _ref("date"), "area": _ref("id")}.get(attribute.kind, _SCALAR)


def _test_of(attribute: Attribute | None) -> Schema:
    """Return the schema of the tests on a fact: a value, a parameter, or operators that fit it."""
    value = _value_of(attribute)
    one: Schema = {"anyOf": [value, _ref("parameter")]}
    operands: Schema = {
        **dict.fromkeys(("eq", "ne", "gt", "gte", "lt", "lte"), one),
        **dict.fromkeys(("in", "not_in", "has", "has_any"), _list_of(value, filled=True)),
        "within": _ref("id"),
        "known": {"type": "boolean"},
    }
    fitting: Schema = dict(operands)
    if attribute is not None:
        fitting = {name: operands[name] for name in operators_for(attribute)}
    tests = _object(fitting, minProperties=1)
    if attribute is not None and attribute.kind == "set":
        return tests
    return {"anyOf": [value, _ref("parameter"), tests]}


def _condition(name: str, scopes: Iterable[str], *, asks_area: bool, asks_person: bool) -> Schema:
    """Return the schema of a condition that may ask about these scopes (semantics §4.1, §4.2)."""
    allowed = sorted(scopes)
    facts = {a.key: _ref(a.key) for a in BUILT_IN if a.scope in allowed and (asks_area or not a.area_bound)}
    inside = _ref(name)
    logic: Schema = {
        "all": {**_list_of(inside, filled=True), "description": _words("rules", "all")},
        "any": {**_list_of(inside, filled=True), "description": _words("rules", "any")},
        "not": {**inside, "description": _words("rules", "not")},
    }
    if asks_person:
        logic["holds"] = {**_ref("holds"), "description": _words("rules", "holds")}
    declared = rf"^({'|'.join(allowed)})\.[^\s@/.]+$"
    return _object(logic | facts, patternProperties={declared: _ref("test")})


def _conditions() -> Schema:
    person = {"asks_area": True, "asks_person": True}
    return {
        "when": _condition("when", ("event", "measure", "area", "duty"), asks_area=True, asks_person=False),
        "when_of_event": _condition("when_of_event", ("event", "measure"), asks_area=False, asks_person=False),
        "who": _condition("who", ("officer", "unit", "pair"), **person),
        "who_in_unit": _condition("who_in_unit", ("officer", "unit"), **person),
        "holds": _object(
            {"competency": _ref("id"), "level": {"type": "integer", "minimum": 1}, "evidence": _ref("texts")},
            required=["competency"],
        ),
        "parameter": _object({"param": _ref("id")}, required=["param"]),
        "test": _test_of(None),
        **{a.key: {**_test_of(a), "description": _words("rules", a.key)} for a in BUILT_IN},
    }


# ---- rule files --------------------------------------------------------------------------------------------


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
    for name, body in found.items():
        _describe(name, body)
    return found


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
        return {**(_INLINE[name] if name in _INLINE else _ref(name)), **kept}
    return kept


def _describe(name: str, body: Schema) -> None:
    body["description"] = _words("rules", name)
    for key, value in body.get("properties", {}).items():
        words = _words_for("rules", f"{name}.{key}", key)
        if words is not None:
            body["properties"][key] = {**value, "description": words}


def _forbidden(*keys: str) -> Schema:
    return dict.fromkeys(keys, False)


def _tighten(models: Schema) -> None:
    """Add what ties keys of one entry together (semantics §5.2-§5.10)."""
    for kind, model in _RULE_MODELS.items():
        body = models[model.__name__]
        body["dependentRequired"] = {"replaces": ["source"]}
        body["properties"]["kind"] = {"const": kind, "description": _words("kind", kind)}
        body["required"] = sorted({*body["required"], "kind"})
    models["Escalate"]["anyOf"] = [{"required": ["set"]}, {"required": ["recommend"]}]
    models["Activate"]["if"] = {"properties": {"each": {"const": "event"}}}
    models["Activate"]["then"] = {"properties": _forbidden("level")}
    models["Cover"]["oneOf"] = [
        {"required": ["who", "strength"], "properties": _forbidden("by", "max_hops", "min_strength")},
        {
            "required": ["by", "min_strength"],
            "properties": {"by": {"const": "substitution"}, **_forbidden("strength", "for")},
        },
        {
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
            "required": ["who", "points"],
            "properties": {"points": {"not": {"const": 0}}, **_forbidden("minimise", "weight", "if_unknown")},
        },
        {"required": ["minimise", "weight"], "properties": _forbidden("points")},
    ]
    recommended = models["Escalate"]["properties"]["recommend"]
    recommended["properties"] = {"phase": {"enum": list(PHASES)}}
    models["Escalate"]["properties"]["set"]["properties"] = {
        "severity": {"type": "integer", "minimum": 1, "maximum": 5}
    }


def _rule() -> Schema:
    """Return one rule: its kind first, so that an editor speaks about that kind only."""
    kinds = [
        {
            "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
            "then": _ref(model.__name__),
        }
        for kind, model in _RULE_MODELS.items()
    ]
    return {
        "type": "object",
        "required": ["id", "kind"],
        "properties": {"kind": {"enum": list(schema.KINDS), "description": _words("rules", "kind")}},
        "allOf": kinds,
    }


def _tests() -> Schema:
    """Return the parts of rule tests, whose facts are keyed by name (semantics §5.12)."""
    facts = {"type": "object", "additionalProperties": {"anyOf": [_SCALAR, _list_of(_SCALAR)]}}
    held = _object(
        {
            "competency": _ref("id"),
            "level": {"type": "integer", "minimum": 1},
            "evidence": _ref("texts"),
            "valid_until": _ref("date"),
        },
        required=["competency", "level"],
    )
    officer = {**facts, "properties": {"holdings": _list_of(held)}}
    basis = {
        "anyOf": [
            _object({"standard": {"const": True}}, required=["standard"]),
            _object({"rule": _ref("id"), "strength": {"type": "number"}}, required=["rule"]),
            _object({}),
        ]
    }
    refusal = _object({"by": _ref("ids"), "missing": _ref("texts")})
    return {
        "Given": _object({**dict.fromkeys(("event", "area", "unit", "pair", "measure"), facts), "officer": officer}),
        "Expect": _object(
            {
                "event": facts,
                "seats": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}},
                "eligible": {"type": "object", "additionalProperties": basis},
                "refused": {"type": "object", "additionalProperties": refusal},
                "acts": _ref("ids"),
                "idle": _ref("ids"),
            }
        ),
    }


def _section(name: str, model: type[schema.Entry]) -> Schema:
    entries: Schema = {"type": ["object", "null"], "description": _words("rules", name)}
    if name == "attributes":
        pattern = rf"^({'|'.join(DECLARABLE)})\.[^\s@/.]+$"
        return {
            **entries,
            "patternProperties": {pattern: _ref(model.__name__)},
            "additionalProperties": False,
        }
    return {**entries, "propertyNames": _ref("id"), "additionalProperties": _ref(model.__name__)}


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
    )
    models = _models({model.__name__: model for model in entries})
    _tighten(models)
    for name, body in _tests().items():
        models[name] = {**body, "description": models[name]["description"]}
    sections = {name: _section(name, model) for name, model in _SECTIONS.items()}
    lists: Schema = {
        "rules": {"type": ["array", "null"], "items": _ref("rule"), "description": _words("rules", "rules")},
        "tests": {
            "type": ["array", "null"],
            "items": _ref("RuleTest"),
            "description": _words("rules", "tests"),
        },
    }
    form = {"const": schema.FORMAT, "description": _words("rules", "format")}
    body = _object(
        {
            "format": form,
            "pack": {**_ref("Pack"), "description": _words("rules", "Pack")},
            **sections,
            **lists,
        },
        required=["format"],
    )
    definitions = {**SHAPES, **_conditions(), "rule": _rule(), **models}
    return _finish("rules", schema.FORMAT, body, definitions)


# ---- scenario.yaml and plans -------------------------------------------------------------------------------


def scenario_schema() -> Schema:
    """Return the JSON Schema of `scenario.yaml`.

    References
    ----------
    docs/semantics.md §6.1.
    """
    day_or_time: Schema = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?$"}
    facts = {
        a.name: {**_value_of(a), "description": _words("rules", a.key)}
        for a in BUILT_IN
        if a.scope == "event" and a.name not in {"type", "days"}
    }
    event: Schema = {
        "type": "object",
        "required": ["areas", "command_area", "type"],
        "properties": {
            "type": _ref("id"),
            "areas": _one_or_more(_ref("id"), filled=True),
            "command_area": _ref("id"),
            "started": {"anyOf": [day_or_time, {"type": "null"}]},
            "decree": {"anyOf": [_ref("text"), {"type": "null"}]},
            **{name: {"anyOf": [value, {"type": "null"}]} for name, value in facts.items()},
            "days": False,
        },
        "additionalProperties": {"anyOf": [_SCALAR, _list_of(_SCALAR), {"type": "null"}]},
    }
    table: Schema = {
        "anyOf": [
            {
                "type": "string",
                "pattern": r"\.([Cc][Ss][Vv]|[Xx][Ll][Ss][Xx]|[Pp][Aa][Rr][Qq][Uu][Ee][Tt])(#.*)?$",
            },
            {"type": "null"},
        ]
    }
    body = _object(
        {
            "format": {"const": SCENARIO_FORMAT},
            "id": _ref("id"),
            "label": _object({"id": _ref("text"), "en": _ref("text")}),
            "now": _ref("moment"),
            "event": event,
            "period": _object({"start": day_or_time, "end": day_or_time}, required=["start", "end"]),
            "rules": _ref("text"),
            "tables": _object(dict.fromkeys(TABLES, table)),
        },
        required=["format", "id", "now", "event", "period", "tables"],
    )
    _describe_all(body, "scenario", "")
    return _finish("scenario", SCENARIO_FORMAT, body, {name: SHAPES[name] for name in ("id", "text", "date", "moment")})


def plan_schema() -> Schema:
    """Return the JSON Schema of a plan.

    References
    ----------
    docs/semantics.md §12.3.
    """
    whole = Plan.model_json_schema(by_alias=True, mode="serialization")
    definitions = whole.pop("$defs")
    for name, body in definitions.items():
        _strip(body)
        _describe_all(body, "plan", name)
    _strip(whole)
    _describe_all(whole, "plan", "Plan")
    return _finish("plan", PLAN_FORMAT, whole, definitions)


def _strip(node: Any) -> None:
    """Drop titles, defaults and the models' own descriptions, which are for programmers."""
    if isinstance(node, list):
        for item in node:
            _strip(item)
    elif isinstance(node, dict):
        for key in ("title", "default", "description"):
            if not isinstance(node.get(key), dict):
                node.pop(key, None)
        for value in node.values():
            _strip(value)


def _describe_all(body: Schema, words: str, owner: str) -> None:
    """Describe every property that has words, by `Owner.key` or `key`; and what is inside plain objects."""
    own = _words_for(words, owner)
    if own is not None:
        body["description"] = own
    for key, value in body.get("properties", {}).items():
        told = _words_for(words, f"{owner}.{key}", key)
        if isinstance(value, dict):
            if told is not None:
                value["description"] = told
            if value.get("type") == "object":
                _describe_all(value, words, key)


def _finish(name: str, form: str, body: Schema, definitions: Schema) -> Schema:
    return {
        "$schema": DIALECT,
        "$id": f"urn:asn-flex:schema:{name}:1",
        "title": form,
        **body,
        "$defs": dict(sorted(definitions.items())),
    }


SCHEMAS: Mapping[str, Callable[[], Schema]] = {
    "rules": rules_schema,
    "scenario": scenario_schema,
    "plan": plan_schema,
}


def schema_text(name: str) -> str:
    """Return a schema as it is shipped and as `asn-flex schema` prints it."""
    return json.dumps(SCHEMAS[name](), ensure_ascii=False, indent=1) + "\n"


def write_schemas(folder: Path | None = None) -> None:
    """Write the three files into the package (or another folder), after a change of the models.

    In a checkout the schema of rules also goes where the first line of every shipped rule file points to.
    """
    target = folder if folder is not None else Path(__file__).parent.parent / "schemas"
    for name in SCHEMAS:
        (target / f"{name}.schema.json").write_text(schema_text(name), encoding="utf-8")
    if folder is None:
        checkout = Path(__file__).parents[3]
        for beside in (checkout / "rules", checkout / "examples"):
            if beside.is_dir():
                (beside / "rules.schema.json").write_text(schema_text("rules"), encoding="utf-8")
