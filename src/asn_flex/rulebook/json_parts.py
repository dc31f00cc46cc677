"""The pieces of which the JSON Schemas are made: how the values of rule files look, and the words about them.

A field's form in a file is its `shape` (`scalars.shape`), for its Python type is what the field has *become*.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from asn_flex.domain.attributes import DUTY_CLASSES, NOT_SETTABLE, SERVICE_CLASSES
from asn_flex.messages import is_sentence, sentence

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def words_for(section: str, *names: str) -> str | None:
    """Return what the first of the names that has words means, in both languages; None where none has."""
    for name in names:
        if is_sentence(f"schema.{section}.{name}"):
            text = sentence(f"schema.{section}.{name}")
            return f"{text.id} / {text.en}"
    return None


def words(section: str, name: str) -> str:
    """Return what a name means, in both languages; whatever is listed has words."""
    found = words_for(section, name)
    assert found is not None, name  # noqa: S101 - the docstring says so
    return found


def choice(group: str, values: Iterable[str]) -> Schema:
    """Return one of a few words, each with what it means, as editors show it (`enumDescriptions`)."""
    options = list(values)
    told = [words_for("value", f"{group}.{option}") or words_for(group, option) for option in options]
    found: Schema = {"enum": options}
    return {**found, "enumDescriptions": told} if all(told) else found


# Where text or an id is meant a plain scalar may look like a number to YAML; asn-flex reads its source text.
TEXT: Schema = {"type": ["string", "number", "boolean"]}
ID: Schema = {"type": ["string", "number", "boolean"], "pattern": r"^[^\s@/,;:?!]+$"}
DATE: Schema = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$", "examples": ["2026-01-31"]}
CLOCK: Schema = {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$", "examples": ["07:00"]}
SHARE: Schema = {"type": "string", "pattern": r"^\s*\d{1,3}(\.\d+)?\s*%$", "examples": ["40%"]}
WINDOW: Schema = {"type": "string", "pattern": r"^\s*\d+\s*(min|h|d)\s*$", "examples": ["6h"]}
MOMENT: Schema = {
    "type": "string",
    "pattern": r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$",
    "examples": ["2026-01-31T08:00:00+07:00"],
}
SCALAR: Schema = {"type": ["string", "number", "boolean"]}


def list_of(item: Schema, *, filled: bool = False) -> Schema:
    """Return the schema of a list of such items."""
    return {"type": "array", "items": item, **({"minItems": 1} if filled else {})}


def one_or_more(item: Schema, *, filled: bool = False) -> Schema:
    """Return the schema of one such value, or a list of them."""
    return {"anyOf": [item, list_of(item, filled=filled)]}


def object_of(properties: Schema, *, required: Iterable[str] = (), **more: Any) -> Schema:
    """Return the schema of a mapping with these keys and no others."""
    found: Schema = {"type": "object", "properties": properties, **more, "additionalProperties": False}
    needed = sorted(required)
    return {**found, "required": needed} if needed else found


def ref(name: str) -> Schema:
    """Return the schema of what a definition says."""
    return {"$ref": f"#/$defs/{name}"}


def _only(key: str, values: Iterable[str]) -> Schema:
    told = {**choice(key, values), "description": words("rules", f"by_{key}")}
    return object_of({key: told}, required=[key], title=key)


_TAG = object_of({"tag": {**ref("id"), "description": words("rules", "by_tag")}}, required=["tag"], title="tag")

# How each `shape` looks: written out where it is used, or once as a definition.
INLINE: Mapping[str, Schema] = {
    "int": {"type": "integer"},
    "number": {"type": "number"},
    "bool": {"type": "boolean"},
    "scalar": SCALAR,
    "value": {"anyOf": [SCALAR, list_of(SCALAR)]},
    "languages": one_or_more(choice("languages", ("id", "en"))),
    "note": {"anyOf": [TEXT, ref("Label")]},
    "set_facts": {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"not": {"enum": sorted(NOT_SETTABLE)}},
    },
    "recommend_facts": {"type": "object", "minProperties": 1},
}
SHAPES: Mapping[str, Schema] = {
    "id": ID,
    "text": TEXT,
    "ids": one_or_more(ref("id")),
    "texts": one_or_more(ref("text")),
    "date": DATE,
    "moment": MOMENT,
    "clock": CLOCK,
    "share": SHARE,
    "window": WINDOW,
    "duties": {
        "anyOf": [ref("id"), list_of(ref("id"), filled=True), _only("class", DUTY_CLASSES), _TAG],
    },
    "units": {
        "anyOf": [
            ref("id"),
            list_of(ref("id"), filled=True),
            _only("service_class", SERVICE_CLASSES),
            _TAG,
        ],
    },
}


def finish(name: str, form: str, body: Schema, definitions: Schema) -> Schema:
    """Return a whole schema: its dialect, its name, the body and what the body refers to."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:asn-flex:schema:{name}:1",
        "title": form,
        **body,
        "$defs": dict(sorted(definitions.items())),
    }
