"""What may stand at the cursor: ids, facts, operators, keys and values (semantics §3.2, §4, §5).

Keys and fixed values come from the JSON Schema of rule files, so that they are those of the models; what a condition
may ask comes from where it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from asn_flex.domain.attributes import NOT_SETTABLE, ORDERED, Attribute
from asn_flex.editing.cursor import Cursor
from asn_flex.editing.facts import fact_label, facts_of, label_of, type_of
from asn_flex.editing.symbols import NAMING, Index, Symbol, text_of
from asn_flex.errors import Text
from asn_flex.messages import is_sentence, sentence
from asn_flex.rulebook.compile import (
    MINIMISE,
    MUST,
    WHEN_ANYWHERE,
    WHEN_AT_EVENT,
    WHEN_OF_EVENT,
    WHO,
    WHO_IN_UNIT,
    Asking,
    operators_for,
)
from asn_flex.rulebook.json_rules import rules_schema
from asn_flex.rulebook.schema import KINDS

Schema = Mapping[str, Any]
Sort = Literal["id", "fact", "operator", "key", "value"]


@dataclass(frozen=True)
class Offer:
    """One thing that may stand at the cursor."""

    text: str
    sort: Sort
    detail: Text | None = None

    @property
    def insert(self) -> str:
        """What is typed for the person: a key brings its colon."""
        return f"{self.text}: " if self.sort in {"key", "operator"} else self.text


def meaning_of(index: Index, cursor: Cursor, word: str) -> Text | None:
    """Return what a word means that stands at the cursor and may stand there; None where there is nothing to say."""
    return next((o.detail for o in _offers(index, cursor) if o.text == word and o.detail is not None), None)


def complete(index: Index, cursor: Cursor) -> list[Offer]:
    """Return what may stand at the cursor, in the order in which it is to be shown, without repetition."""
    found: dict[str, Offer] = {}
    for offer in _offers(index, cursor):
        if cursor.key is not None or offer.text not in cursor.siblings:
            found.setdefault(offer.text, offer)
    return list(found.values())


def _offers(index: Index, cursor: Cursor) -> Iterator[Offer]:
    where = _condition_above(cursor)
    if where is not None:
        yield from _in_condition(index, cursor, *where)
        return
    section = _section_of(cursor)
    if section == "rules" and "overrides" in {cursor.key, *cursor.path[-2:-1]}:
        yield from (offer for offer in _ids(index, section) if _may_be_overridden(index, offer.text))
    elif section == "attributes":
        yield from _lone_fact(index, cursor)
    elif section is not None:
        yield from _ids(index, section)
    if cursor.path[:1] == ("tests",):
        yield from _in_test(index, cursor)
    elif cursor.path[-1:] in {("set",), ("recommend",)} and cursor.path[:1] == ("rules",):
        yield from _event_facts(index, cursor)
    yield from _from_schema(cursor)


def _ids(index: Index, section: str) -> Iterator[Offer]:
    for name in index.names(section):
        yield Offer(name, "id", label_of(index.entry(Symbol(section, name))))


def _may_be_overridden(index: Index, name: str) -> bool:
    entry = index.entry(Symbol("rules", name))
    return (
        entry is not None
        and text_of(entry.get("kind")) in {"forbid", "limit"}
        and text_of(entry.get("absolute")) != "true"
    )


# --- conditions ---


def _condition_above(cursor: Cursor) -> tuple[Asking, tuple[str, ...]] | None:
    """Return where the condition around the cursor stands, and the steps into it that mean something."""
    if cursor.path[:1] != ("rules",):
        return None
    for index, step in enumerate(cursor.path):
        if step in {"when", "who", "must"}:
            inside = (s for s in cursor.path[index + 1 :] if s not in {"-", "all", "any", "not"})
            return _asking(step, cursor), tuple(inside)
    return None


def _asking(step: str, cursor: Cursor) -> Asking:
    kind = cursor.rule.get("kind", "")
    if step == "when":
        if kind in {"escalate", "protect"}:
            return WHEN_OF_EVENT
        return WHEN_AT_EVENT if kind == "activate" and cursor.rule.get("each") == "event" else WHEN_ANYWHERE
    if step == "must":
        return MUST
    return WHO_IN_UNIT if kind == "protect" else WHO


def _in_condition(index: Index, cursor: Cursor, asking: Asking, steps: tuple[str, ...]) -> Iterator[Offer]:
    facts = facts_of(index)
    if cursor.key is not None and cursor.key not in {"all", "any", "not"}:
        yield from _operands(index, facts, (*steps, cursor.key))
    elif not steps:
        yield from _askable(facts.values(), asking)
        yield from (Offer(word, "key", _described("who", word)) for word in ("all", "any", "not"))
        if asking.key != "when":
            yield Offer("holds", "key", _described("who", "holds"))
    elif steps[0] == "holds" and len(steps) == 1:
        yield from _keys(_definition("holds"))
    elif len(steps) == 1 and steps[0] in facts:
        yield from (Offer(o, "operator", _words_of(f"operator.{o}")) for o in operators_for(facts[steps[0]]))
        if facts[steps[0]].kind in ORDERED:
            yield Offer("param", "key", _words_of("rules.param"))
    elif steps[0] in facts and cursor.path[-1] != "-":
        yield Offer("param", "key", _words_of("rules.param"))
    else:
        yield from _operands(index, facts, steps)


def _askable(facts: Iterable[Attribute], asking: Asking) -> Iterator[Offer]:
    for attribute in sorted(facts, key=lambda a: (not a.declared, a.key)):
        if asking.reason_against(attribute) is None:
            yield Offer(attribute.key, "fact", _said(attribute))


def _said(attribute: Attribute) -> Text:
    label, kind = fact_label(attribute), type_of(attribute)
    return kind if label is None else Text(f"{label.id}: {kind.id}", f"{label.en}: {kind.en}")


def _operands(index: Index, facts: Mapping[str, Attribute], steps: tuple[str, ...]) -> Iterator[Offer]:
    """Return what a fact may be compared with."""
    if steps[-1] == "param":
        wanted = facts[steps[0]].unit if steps[0] in facts else None
        yield from (offer for offer in _ids(index, "parameters") if _has_unit(index, offer.text, wanted))
    elif steps[0] == "holds":
        if steps[-1] == "competency":
            yield from _ids(index, "competencies")
    elif steps[-1] == "known":
        yield from (Offer(word, "value") for word in ("true", "false"))
    elif steps[0] in facts:
        yield from _values_of(index, facts[steps[0]])


def _has_unit(index: Index, parameter: str, wanted: str | None) -> bool:
    """Whether a parameter may be compared with a fact in that unit."""
    entry = index.entry(Symbol("parameters", parameter))
    unit = text_of(entry.get("unit")) if entry is not None else ""
    return not unit or wanted is None or unit == wanted


def _values_of(index: Index, attribute: Attribute) -> Iterator[Offer]:
    if attribute.key in {"event.type", "duty.id"}:
        yield from _ids(index, "events" if attribute.key == "event.type" else "duties")
    elif attribute.kind == "bool":
        yield from (Offer(word, "value") for word in ("true", "false"))
    else:
        yield from (Offer(value, "value", _words_of(f"value.{attribute.name}.{value}")) for value in attribute.values)


# --- ids that stand alone ---

# By section and key: what the value names.
_NAMES: Mapping[str, Mapping[str, str]] = {
    **NAMING,
    "tests": {
        "competency": "competencies", "acts": "rules", "idle": "rules", "by": "rules", "rule": "rules",
        "missing": "attributes",
    },
}  # fmt: skip


def _section_of(cursor: Cursor) -> str | None:
    """Return the section whose ids may stand at the cursor."""
    key = cursor.key
    if key is None and cursor.path[-1:] == ("-",) and len(cursor.path) > 2:
        key = cursor.path[-2]
    return _NAMES.get(cursor.path[0] if cursor.path else "", {}).get(key or "")


def _lone_fact(index: Index, cursor: Cursor) -> Iterator[Offer]:
    facts = facts_of(index)
    if cursor.path[0] == "tests":
        yield from (Offer(a.key, "fact", _said(a)) for a in facts.values())
        return
    asking = MINIMISE if cursor.key == "minimise" else WHEN_ANYWHERE
    if cursor.key == "fact" and cursor.rule.get("each") == "event":
        asking = WHEN_AT_EVENT
    numbers = (a for a in facts.values() if a.kind in {"int", "number"})
    yield from _askable(numbers, asking)


def _event_facts(index: Index, cursor: Cursor) -> Iterator[Offer]:
    facts = {a.name: a for a in facts_of(index).values() if a.scope == "event"}
    if cursor.key is not None:
        yield from _values_of(index, facts[cursor.key]) if cursor.key in facts else ()
        return
    refused = NOT_SETTABLE - ({"phase"} if cursor.path[-1] == "recommend" else set())
    yield from (Offer(name, "key", _said(a)) for name, a in sorted(facts.items()) if name not in refused)


def _in_test(index: Index, cursor: Cursor) -> Iterator[Offer]:
    """Facts by their names, and the duties that a test speaks of."""
    steps = tuple(step for step in cursor.path if step != "-")
    if (steps[1:2] == ("given",) and len(steps) == 3) or steps[1:] == ("expect", "event"):
        facts = {a.name: a for a in facts_of(index).values() if a.scope == steps[-1]}
        if cursor.key is None:
            yield from (Offer(name, "key", _said(a)) for name, a in sorted(facts.items()))
        elif cursor.key in facts:
            yield from _values_of(index, facts[cursor.key])
    elif steps[1:2] == ("expect",) and steps[2:] in {("seats",), ("eligible",), ("refused",)} and cursor.key is None:
        duties = _ids(index, "duties")
        yield from (Offer(offer.text, "key", offer.detail) for offer in duties)


# --- keys and fixed values ---


@cache
def _schema() -> Schema:
    return rules_schema()


def _definition(name: str) -> Schema:
    found: Schema = _schema()["$defs"].get(name, {})
    return found


def _resolved(schema: Schema) -> Schema:
    while "$ref" in schema:
        schema = _definition(str(schema["$ref"]).rpartition("/")[2])
    return schema


def _from_schema(cursor: Cursor) -> Iterator[Offer]:
    for schema in _schemas_at(cursor):
        if cursor.key is None:
            yield from _fixed(schema) if cursor.path[-1:] == ("-",) else ()
            yield from _keys(schema)
        else:
            yield from _values(schema, cursor.key)
    if cursor.key == "kind" and cursor.path == ("rules", "-"):
        yield from (Offer(kind, "value", _words(_definition(kind.capitalize()))) for kind in KINDS)


def _schemas_at(cursor: Cursor) -> list[Schema]:
    """Return what the container of the cursor may be; of a rule without a kind, a rule of any kind."""
    steps = list(cursor.path)
    if steps[:2] == ["rules", "-"]:
        kind = cursor.rule.get("kind", "")
        kinds = [kind] if kind in KINDS else KINDS
        found: list[Schema] = [_definition(k.capitalize()) for k in kinds]
        steps = steps[2:]
    else:
        found = [_schema()]
    for step in steps:
        found = [inner for schema in found for inner in _below(schema, step)]
    return [option for schema in found for option in _options(schema)]


def _options(schema: Schema) -> Iterator[Schema]:
    schema = _resolved(schema)
    yield schema
    for option in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from _options(option)


def _below(schema: Schema, step: str) -> Iterator[Schema]:
    for option in _options(schema):
        if step == "-":
            items = option.get("items")
            if isinstance(items, dict):
                yield items
        elif step in option.get("properties", {}):
            # `false` marks a key that another one excludes.
            yield from (inner for inner in [option["properties"][step]] if isinstance(inner, dict))
        else:
            others = (*option.get("patternProperties", {}).values(), option.get("additionalProperties"))
            yield from (other for other in others if isinstance(other, dict))


def _keys(schema: Schema) -> Iterator[Offer]:
    for key, value in schema.get("properties", {}).items():
        if isinstance(value, dict):
            yield Offer(key, "key", _words(value))


def _values(schema: Schema, key: str) -> Iterator[Offer]:
    for value in _below(schema, key):
        for option in _options(value):
            yield from _fixed(option)


def _fixed(schema: Schema) -> Iterator[Offer]:
    """Return the values that a schema lists."""
    if "const" in schema:
        yield Offer(str(schema["const"]), "value", _words(schema))
    told = schema.get("enumDescriptions", ())
    for number, value in enumerate(schema.get("enum", ())):
        yield Offer(str(value), "value", _split(str(told[number])) if number < len(told) else None)
    if schema.get("type") == "boolean":
        yield from (Offer(word, "value") for word in ("true", "false"))


def _words(schema: Schema) -> Text | None:
    """Return the description of a schema, which holds both languages."""
    said = schema.get("description") or _resolved(schema).get("description")
    if not said:
        return None
    return _split(str(said))


def _split(said: str) -> Text:
    indonesian, between, english = said.partition(" / ")
    return Text(indonesian, english) if between else Text(said, said)


def _words_of(key: str) -> Text | None:
    """Return what the schema's words say about an operator or a value."""
    return sentence(f"schema.{key}") if is_sentence(f"schema.{key}") else None


def _described(name: str, key: str) -> Text | None:
    found = _definition(name).get("properties", {}).get(key)
    return _words(found) if found is not None else None
