"""The JSON Schemas of rule files, `scenario.yaml` and plans, generated from the models (semantics §12.2).

They let an editor complete keys and mark slips while one types; `check` and `load_scenario` stay the judges,
because a schema sees one file and no references. `write_schemas` writes the shipped files; a test compares.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from asn_flex.domain.attributes import BUILT_IN
from asn_flex.domain.plan import FORMAT as PLAN_FORMAT
from asn_flex.domain.plan import Plan
from asn_flex.rulebook.json_conditions import about, value_of
from asn_flex.rulebook.json_parts import SCALAR, SHAPES, Schema, finish, list_of, object_of, one_or_more, ref, words_for
from asn_flex.rulebook.json_rules import rules_schema

SCENARIO_FORMAT = "asn-flex/scenario/1"
TABLES = ("officers", "holdings", "units", "areas", "travel", "observations", "demands", "pins")


def scenario_schema() -> Schema:
    """Return the JSON Schema of `scenario.yaml`.

    References
    ----------
    docs/semantics.md §6.1.
    """
    day_or_time: Schema = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?$"}
    facts = {
        a.name: {**value_of(a), "description": about(a)}
        for a in BUILT_IN
        if a.scope == "event" and a.name not in {"type", "days"}
    }
    event: Schema = {
        "type": "object",
        "required": ["areas", "command_area", "type"],
        "properties": {
            "type": ref("id"),
            "areas": one_or_more(ref("id"), filled=True),
            "command_area": ref("id"),
            "started": {"anyOf": [day_or_time, {"type": "null"}]},
            "decree": {"anyOf": [ref("text"), {"type": "null"}]},
            **{name: {"anyOf": [value, {"type": "null"}]} for name, value in facts.items()},
            "days": False,
        },
        "additionalProperties": {"anyOf": [SCALAR, list_of(SCALAR), {"type": "null"}]},
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
    body = object_of(
        {
            "format": {"const": SCENARIO_FORMAT},
            "id": ref("id"),
            "label": object_of({"id": ref("text"), "en": ref("text")}),
            "now": ref("moment"),
            "event": event,
            "period": object_of({"start": day_or_time, "end": day_or_time}, required=["start", "end"]),
            "rules": ref("text"),
            "tables": object_of(dict.fromkeys(TABLES, table)),
        },
        required=["format", "id", "now", "event", "period", "tables"],
    )
    _describe_all(body, "scenario", "")
    return finish("scenario", SCENARIO_FORMAT, body, {name: SHAPES[name] for name in ("id", "text", "date", "moment")})


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
    return finish("plan", PLAN_FORMAT, whole, definitions)


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
    own = words_for(words, owner)
    if own is not None:
        body["description"] = own
    for key, value in body.get("properties", {}).items():
        told = words_for(words, f"{owner}.{key}", key)
        if isinstance(value, dict):
            if told is not None:
                value["description"] = told
            if value.get("type") == "object":
                _describe_all(value, words, key)


SCHEMAS: Mapping[str, Callable[[], Schema]] = {
    "rules": rules_schema,
    "scenario": scenario_schema,
    "plan": plan_schema,
}


def schema_text(name: str) -> str:
    """Return a schema as it is shipped and as `asn-flex schema` prints it."""
    return json.dumps(SCHEMAS[name](), ensure_ascii=False, indent=1) + "\n"


# The copies that the editor's line of shipped rule files leads to (`# yaml-language-server: $schema=…`).
COPIES: Mapping[str, str] = {"examples/rules.schema.json": "rules", "rules/rules.schema.json": "rules"}


def write_schemas(folder: Path | None = None, *, checkout: Path | None = None) -> None:
    """Write the files into the package (or another folder), and their copies into a checkout, after a change.

    Parameters
    ----------
    folder : where the schemas go; by default the package, which then is one of a checkout
    checkout : where the copies go, by their paths in `COPIES`; by default the checkout of the package
    """
    package = Path(__file__).parent.parent
    target = folder if folder is not None else package / "schemas"
    for name in SCHEMAS:
        (target / f"{name}.schema.json").write_text(schema_text(name), encoding="utf-8")
    if checkout is None and folder is None:
        checkout = package.parent.parent
    if checkout is not None:
        for path, name in COPIES.items():
            (checkout / path).write_text(schema_text(name), encoding="utf-8")
