"""The order of keys in an entry (semantics §12.2): what it is, what it rests on, when, who, and then the rest.

Keys of facts and conditions keep the order in which they were written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Protocol, get_args

from asn_flex.rulebook import schema
from asn_flex.rulebook.draft import MAPS, SECTIONS
from asn_flex.rulebook.schema import Entry

_RULE = ("id", "kind", "label", "source", "effective", "replaces", "note", "duty", "unit", "when")
# Where people read entries in another order than the models are written in.
_ORDERS: Mapping[type[Entry], tuple[str, ...]] = {
    schema.EventType: ("is_a", "label"),
    schema.AttributeEntry: ("type", "values", "unit", "min", "max", "missing", "sensitive", "label"),
    schema.Measure: ("observe", "window", "take", "scope", "unit", "label"),
    schema.ParameterEntry: ("label", "unit", "values"),
    schema.Activate: (*_RULE, "each", "level", "seats", "shifts"),
    schema.Cover: (
        *_RULE, "by", "who", "for", "waives", "strength", "max_hops", "min_strength", "max_share", "at_least",
        "overrides",
    ),
    schema.Include: ("who", "qualified", "per"),
}  # fmt: skip


class Order(Protocol):
    """Says in which order the keys of a mapping stand, and what holds below each of them."""

    def keys(self) -> Sequence[str]:
        """Return the keys that have a place; others follow in the order in which they were written."""

    def below(self, key: str) -> Order:
        """Return the order of what a key holds; of each item, where that is a list."""

    def of(self, kind: str) -> Order:
        """Return the order of an entry that says it is of this kind."""


class AsWritten:
    """The order in which keys were written."""

    def keys(self) -> Sequence[str]:
        """Return no key."""
        return ()

    def below(self, key: str) -> Order:
        """Return the same."""
        del key
        return self

    def of(self, kind: str) -> Order:
        """Return the same."""
        del kind
        return self


class OfModel(AsWritten):
    """The order of the keys of one kind of entry."""

    def __init__(self, model: type[Entry]) -> None:
        self._model = model
        self._keys = keys_of(model)

    def keys(self) -> Sequence[str]:
        """Return all keys of the entry."""
        return self._keys

    def below(self, key: str) -> Order:
        """Return the order of an entry inside this one."""
        for name, info in self._model.model_fields.items():
            if key == (info.alias or name):
                return next((OfModel(model) for model in _models_in(info.annotation)), AsWritten())
        return AsWritten()


class OfSection(AsWritten):
    """The order of entries (as written), each with keys in theirs."""

    def __init__(self, model: type[Entry]) -> None:
        self._model = model

    def below(self, key: str) -> Order:
        """Return the order of one entry."""
        del key
        return OfModel(self._model)


class OfRules(AsWritten):
    """The order of rules (as written), each with keys in the order of its kind."""

    def of(self, kind: str) -> Order:
        """Return the order of a rule of the kind; of a kind that does not exist, only what all rules have."""
        return OfModel(_KINDS.get(kind, schema.RuleBase))


class OfFile(AsWritten):
    """The order of the sections."""

    def keys(self) -> Sequence[str]:
        """Return the sections."""
        return ("format", *SECTIONS)

    def below(self, key: str) -> Order:
        """Return the order inside a section."""
        if key in MAPS:
            return OfSection(MAPS[key])
        if key == "rules":
            return OfRules()
        models: Mapping[str, type[Entry]] = {"pack": schema.Pack, "tests": schema.RuleTest}
        return OfModel(models[key]) if key in models else AsWritten()


_KINDS: Mapping[str, type[Entry]] = {m.model_fields["kind"].default: m for m in schema.AnyRule.__args__}


@cache
def keys_of(model: type[Entry]) -> tuple[str, ...]:
    """Return the keys of an entry in the order in which they are written.

    A key without a place of its own follows the one that it follows in the model.
    """
    first = _ORDERS.get(model, _RULE if issubclass(model, schema.RuleBase) else ())
    named = [info.alias or name for name, info in model.model_fields.items()]
    order = [key for key in first if key in named]
    last = -1
    for key in named:
        if key in order:
            last = order.index(key)
        else:
            last += 1
            order.insert(last, key)
    return tuple(order)


def _models_in(annotation: Any) -> Iterator[type[Entry]]:
    if isinstance(annotation, type) and issubclass(annotation, Entry):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def arranged(names: Iterable[str], order: Order) -> list[int]:
    """Return the positions of keys in the order in which they should stand."""
    place = {key: index for index, key in enumerate(order.keys())}
    listed = list(names)
    return sorted(range(len(listed)), key=lambda index: place.get(listed[index], len(place)))
