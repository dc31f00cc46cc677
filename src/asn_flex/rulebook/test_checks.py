"""What rule tests give and expect: typed, and checked against the rulebook (semantics §5.12).

A test that names something that does not exist is a fault, never a test that passes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import PydanticCustomError

from asn_flex.errors import Diagnostic, Place, Text
from asn_flex.i18n import fault, say
from asn_flex.rulebook.compile import LoadContext, read_value
from asn_flex.rulebook.draft import Draft
from asn_flex.rulebook.entries import read_entry
from asn_flex.rulebook.findings import misnamed
from asn_flex.rulebook.scalars import as_list, cut, read_id, read_int
from asn_flex.rulebook.schema import Expect, Given, GivenHolding, Granted, Refusal, RuleTest
from asn_flex.rulebook.tree import Map, Node, Scalar, Seq

# More would leave the calendar.
_MOST_DAYS = 36_500
_SCOPES = ("event", "area", "officer", "unit", "pair", "measure")


def settle_tests(draft: Draft) -> None:
    """Give every test of the draft typed values, and report what is wrong with them."""
    settled = []
    for raw, test, place in draft.tests:
        if draft.found.is_full:
            return
        settled.append((raw, _Settler(draft, raw, place).settle(test), place))
    draft.tests = settled


class _Settler:
    """Reads one test."""

    def __init__(self, draft: Draft, raw: Node, place: Place) -> None:
        self._draft = draft
        self._raw = raw
        self._place = place
        self._where: Text = say("word.tests")
        self._context: LoadContext = draft.context(place.file)

    def settle(self, test: RuleTest) -> RuleTest:
        given = Given(**{scope: self._facts(scope, getattr(test.given, scope)) for scope in _SCOPES})
        if "type" not in test.given.event and self._draft.names["events"]:
            self._draft.found.append(fault("E503", self._at("given")))
        return test.model_copy(update={"given": given, "expect": self._expect(test.expect)})

    def _at(self, *path: str) -> Place:
        node: Node | None = self._raw
        spot = getattr(self._raw, "spot", (self._place.line, self._place.column))
        for step in path:
            if isinstance(node, Map) and step in node:
                spot, node = node.key_spots[step], node[step]
        return Place(self._place.file, *spot)

    def _facts(self, scope: str, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Read the facts of one scope; what is no fact of it is reported with the nearest name."""
        typed: dict[str, Any] = {}
        for name, node in raw.items():
            place = self._at("given", scope, name)
            if scope == "officer" and name == "holdings":
                typed[name] = self._holdings(node)
            elif scope == "area" and name == "within":
                typed[name] = self._ids(node)
            else:
                value = self._fact(scope, name, node, place)
                if value is not None:
                    typed[name] = value
        return typed

    def _fact(self, scope: str, name: str, node: Any, place: Place) -> Any:
        key = f"{scope}.{name}"
        attribute = self._draft.attributes.get(key)
        if attribute is None:
            if self._context.is_surely_unknown(key) and self._context.is_surely_unknown(f"measure.{name}"):
                options = [a.name for a in self._draft.attributes.values() if a.scope == scope]
                slip = self._draft.suggestions.slip(name, options)
                self._draft.found.append(misnamed("E401", place, name, slip, name=cut(key)))
            return None
        if attribute.kind != "set":
            value = read_value(attribute, node, self._context)
            if key == "event.days" and isinstance(value, int) and abs(value) > _MOST_DAYS:
                wanted = say("range.between", low=-_MOST_DAYS, high=_MOST_DAYS)
                self._draft.found.append(
                    fault("E404", self._context.at(node.spot), found=f"`{value}`", name=key, wanted=wanted)
                )
                return None
            return value
        items = as_list(node)
        values = [read_value(attribute, item, self._context) for item in (items if isinstance(items, Seq) else [node])]
        return frozenset(str(value) for value in values if value is not None)

    def _holdings(self, node: Any) -> tuple[GivenHolding, ...]:
        held = []
        for item in node if isinstance(node, Seq) else [node]:
            entry, _, _ = read_entry(GivenHolding, item, self._where, self._context)
            if entry is None:
                continue
            place = self._context.at(item.spot)
            if self._is_known("competencies", entry.competency, "competency", place):
                top = self._draft.top_level(entry.competency)
                if entry.level > top:
                    self._draft.found.append(
                        fault("E308", place, level=entry.level, competency=entry.competency, levels=top)
                    )
                held.append(entry)
        return tuple(held)

    def _ids(self, node: Any) -> tuple[str, ...]:
        items = as_list(node)
        found = []
        for item in items if isinstance(items, Seq) else [node]:
            try:
                found.append(read_id(item))
            except PydanticCustomError as error:
                self._complain(error, item)
        return tuple(found)

    def _complain(self, error: PydanticCustomError, node: Node) -> None:
        texts = error.context or {}
        place = self._context.at(node.spot)
        self._draft.found.append(Diagnostic(place, error.type, Text(texts["id"], texts["en"])))

    def _is_known(self, section: str, name: str, what: str, place: Place) -> bool:
        return self._draft.is_known(section, name, what, self._where, place)

    def _expect(self, expect: Expect) -> Expect:
        update: dict[str, Any] = {
            "event": {
                name: value
                for name, node in expect.event.items()
                if (value := self._fact("event", name, node, self._at("expect", "event", name))) is not None
            },
            "seats": self._seats(expect.seats),
            "eligible": self._entries(Granted, "eligible", expect.eligible),
            "refused": self._entries(Refusal, "refused", expect.refused),
        }
        for key in ("acts", "idle"):
            for name in getattr(expect, key):
                self._is_known("rules", name, "rule", self._at("expect", key))
        self._check_whole(expect)
        return expect.model_copy(update=update)

    def _check_whole(self, expect: Expect) -> None:
        """Report a test that expects nothing, or two things that exclude each other."""
        if not any(getattr(expect, name) for name in type(expect).model_fields):
            self._draft.found.append(fault("E501", self._at("expect")))
        for one, other in (("eligible", "refused"), ("acts", "idle")):
            for name in sorted(set(getattr(expect, one)) & set(getattr(expect, other))):
                place = self._at("expect", other, name)
                words = {"one": say(f"tested.{one}"), "other": say(f"tested.{other}")}
                self._draft.found.append(fault("E502", place, name=name, **words))

    def _seats(self, raw: Mapping[str, Any]) -> dict[str, int]:
        typed: dict[str, int] = {}
        for duty, node in raw.items():
            self._is_known("duties", duty, "duty", self._at("expect", "seats", duty))
            try:
                typed[duty] = read_int(node)
            except PydanticCustomError as error:
                self._complain(error, node)
        return typed

    def _entries(self, model: Any, key: str, raw: Mapping[str, Any]) -> dict[str, Any]:
        typed: dict[str, Any] = {}
        for duty, node in raw.items():
            place = self._at("expect", key, duty)
            self._is_known("duties", duty, "duty", place)
            if isinstance(node, Scalar) and node.is_null:
                typed[duty] = model()
                continue
            entry, _, _ = read_entry(model, node, self._where, self._context)
            if entry is None:
                continue
            typed[duty] = entry
            rules = entry.by if isinstance(entry, Refusal) else (entry.rule,) if entry.rule else ()
            for rule in rules:
                self._is_known("rules", rule, "rule", place)
            for fact in entry.missing if isinstance(entry, Refusal) else ():
                self._check_missing(fact, place)
        return typed

    def _check_missing(self, fact: str, place: Place) -> None:
        known = {*self._draft.attributes, *(f"param.{name}" for name in self._draft.parameters)}
        if fact not in known and self._context.is_surely_unknown(fact):
            slip = self._draft.suggestions.slip(fact, known)
            self._draft.found.append(misnamed("E401", place, fact, (slip[0], None), name=cut(fact)))
