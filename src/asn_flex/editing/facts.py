"""The facts of a rulebook that may have errors: built in, declared and measured, as far as they can be read."""

from __future__ import annotations

from collections.abc import Mapping

from asn_flex.domain.attributes import BUILT_IN, DECLARABLE, Attribute
from asn_flex.editing.symbols import Index, Symbol, text_of
from asn_flex.errors import Text
from asn_flex.i18n import say
from asn_flex.messages import is_sentence
from asn_flex.rulebook.tree import Map, Seq

_KINDS = frozenset({"bool", "int", "number", "text", "enum", "date", "area", "set"})


def facts_of(index: Index) -> Mapping[str, Attribute]:
    """Return every fact by the name that conditions use."""
    found = {a.key: a for a in BUILT_IN}
    for key in index.names("attributes"):
        scope, _, name = key.partition(".")
        entry = index.entry(Symbol("attributes", key)) or Map((1, 1))
        kind = text_of(entry.get("type"))
        if scope in DECLARABLE and name and kind in _KINDS and key not in found:
            values = entry.get("values")
            options = tuple(text_of(v) for v in values) if isinstance(values, Seq) else ()
            found[key] = Attribute(
                scope, name, kind, values=options, unit=text_of(entry.get("unit")) or None,  # type: ignore[arg-type]
                declared=True, area_bound=scope == "area", label=label_of(entry),
                sensitive=text_of(entry.get("sensitive")) == "true",
            )  # fmt: skip
    for name in index.names("measures"):
        entry = index.entry(Symbol("measures", name)) or Map((1, 1))
        found[f"measure.{name}"] = Attribute(
            "measure", name, "number", unit=text_of(entry.get("unit")) or None, declared=True, label=label_of(entry),
            area_bound=text_of(entry.get("scope")) == "area",
        )  # fmt: skip
    return found


def label_of(entry: Map | None) -> Text | None:
    """Return the label of an entry as it is written; None where it has none."""
    label = entry.get("label") if entry is not None else None
    if not isinstance(label, Map):
        return None
    text = Text(text_of(label.get("id")), text_of(label.get("en")))
    return Text(text.id or text.en, text.en or text.id) if text.id or text.en else None


def fact_label(attribute: Attribute) -> Text | None:
    """Return what people call a fact."""
    key = f"fact.{attribute.key}"
    return attribute.label or (say(key) if is_sentence(key) else None)


def type_of(attribute: Attribute) -> Text:
    """Return the type of a fact with its unit or its values."""
    kind = say(f"kind.{attribute.kind}")
    more = f" ({attribute.unit})" if attribute.unit else ""
    if attribute.values:
        more = f" ({', '.join(attribute.values)})"
    return Text(kind.id + more, kind.en + more)
