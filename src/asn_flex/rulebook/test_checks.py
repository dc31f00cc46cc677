"""Rule tests against the rulebook that they are about: every name, type and range in them (semantics §5.12).

A test that names what does not exist must never pass by accident, so each such slip is an error of the rulebook, at
its own place. What is left carries the types of its facts, as rules do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from asn_flex.domain.attributes import DISPLAY_ONLY, Attribute, Value
from asn_flex.errors import Text
from asn_flex.i18n import say
from asn_flex.rulebook.compile import LoadContext, read_value, read_with
from asn_flex.rulebook.draft import Draft
from asn_flex.rulebook.entries import read_entry
from asn_flex.rulebook.findings import listed, misnamed
from asn_flex.rulebook.scalars import WANTED, as_list, cut, read_id, shown
from asn_flex.rulebook.schema import (
    Activate,
    AnyRule,
    Cover,
    DutySelector,
    Entry,
    Forbid,
    GivenHolding,
    Granted,
    Limit,
    Refusal,
    RuleTest,
)
from asn_flex.rulebook.tree import Map, Node, Scalar, Seq, Spot, spot_at

GIVEN_SCOPES = ("event", "area", "officer", "unit", "pair", "measure")
# Dates near the ends of the calendar leave no room for windows and night shifts.
_YEARS = range(1900, 2900)
_MOST_DAYS = 36_500
_MOST_SEATS = 100_000


def settle_tests(draft: Draft) -> None:
    """Give the facts and expectations of every test their types, and report every slip in them.

    References
    ----------
    docs/semantics.md §5.12.
    """
    settled = []
    for node, test, place in draft.tests:
        if draft.found.is_full:
            return
        settled.append((node, _Reader(draft, test, node, draft.context(place.file)).settle(), place))
    draft.tests = settled


class _Reader:
    """Reads one test."""

    def __init__(self, draft: Draft, test: RuleTest, node: Node, context: LoadContext) -> None:
        self.draft = draft
        self.test = test
        assert isinstance(node, Map)  # noqa: S101 - nothing else becomes a test
        self.node = node
        self.given = _part(node, "given")
        self.expect = _part(node, "expect")
        self.context = context
        self.rules: Mapping[str, AnyRule] = draft.entries["rules"]
        # Where a rule could not be read, nothing can be said about what it makes of a test.
        self.rules_are_known = draft.is_complete and len(self.rules) == len(draft.names["rules"])

    def settle(self) -> RuleTest:
        """Return the test with values of their own types."""
        given = {scope: self._facts(scope, _part(self.given, scope)) for scope in GIVEN_SCOPES}
        self._check_name()
        self._check_event(given["event"])
        self._check_unit(given)
        eligible = self._entries("eligible", Granted)
        refused = self._entries("refused", Refusal)
        seats = self._seats(given["area"].get("id"))
        event = self._facts("event", _part(self.expect, "event"), expected=True)
        self._check_grants(eligible)
        self._check_refusals(refused)
        self._check_acts()
        self._check_sense()
        expect = self.test.expect.model_copy(
            update={"event": event, "seats": seats, "eligible": eligible, "refused": refused}
        )
        return self.test.model_copy(update={"given": self.test.given.model_copy(update=given), "expect": expect})

    def _report(self, key: str, spot: Spot, /, *, hint: Text | None = None, **values: object) -> None:
        self.context.report(key, spot, hint=hint, **values)

    def _misnamed(self, key: str, spot: Spot, old: str, known: Collection[str], *, name: str) -> None:
        """Report a name that nothing has, with the nearest one and, where that is safe, its repair."""
        slip = self.draft.suggestions.slip(old, known)
        self.context.found.append(misnamed(key, self.context.at(spot), old, slip, name=name))

    def _check_name(self) -> None:
        """Warn where the name lacks one of the pack's languages."""
        for lang in self.draft.pack.languages if self.draft.pack is not None else ():
            if not getattr(self.test.name, lang):
                self._report("W501", spot_at(self.node, ("name",)), where=say("word.tests"), lang=lang)

    # ---- facts ---------------------------------------------------------------------------------------------------

    def _facts(self, scope: str, tree: Map, *, expected: bool = False) -> dict[str, Any]:
        """Return the facts of a scope by plain name; `officer` may hold holdings, `area` say within what it lies."""
        typed: dict[str, Any] = {}
        for name, raw in tree.items():
            plain, spot = name.removeprefix(f"{scope}."), tree.key_spots[name]
            if plain != name and plain in tree:
                first = self.context.at(tree.key_spots[plain])
                self._report("E104", spot, key=cut(name), first=first)
            elif not expected and (scope, name) == ("officer", "holdings"):
                typed[name] = self._holdings(raw)
            elif not expected and (scope, name) == ("area", "within"):
                typed[name] = self._ids(raw)
            else:
                value = self._fact(scope, plain, raw, spot)
                if value is not None:
                    typed[plain] = value
        return typed

    def _fact(self, scope: str, name: str, raw: Node, spot: Spot) -> Value | None:
        attribute: Attribute | None = self.draft.attributes.get(f"{scope}.{name}")
        if attribute is not None:
            return self._value(attribute, raw)
        if scope == "officer" and name in DISPLAY_ONLY:
            self._report("E504.display", spot, name=name)
        elif self.context.is_surely_unknown(f"{scope}.{name}"):
            options = [a.name for a in self.draft.attributes.values() if a.scope == scope]
            options += {"officer": ["holdings"], "area": ["within"]}.get(scope, [])
            key = "E401.measure" if scope == "measure" else "E401"
            self._misnamed(key, spot, name, options, name=cut(f"{scope}.{name}"))
        return None

    def _value(self, attribute: Attribute, raw: Node) -> Value | None:
        if attribute.kind == "set":
            items = as_list(raw)
            if not isinstance(items, Seq):
                self._report("E403", raw.spot, found=shown(raw), name=attribute.key, wanted=WANTED["list"])
                return None
            values = [read_value(attribute, item, self.context) for item in items]
            return frozenset(str(v) for v in values if v is not None)
        if attribute.key in {"officer.id", "officer.unit", "unit.id"}:
            return read_with(read_id, raw, self.context)
        return read_value(attribute, raw, self.context)

    def _ids(self, raw: Node) -> tuple[str, ...]:
        items = as_list(raw)
        found = [self._id(item) for item in (items if isinstance(items, Seq) else [raw])]
        return tuple(name for name in found if name is not None)

    def _id(self, raw: Node) -> str | None:
        value = read_value(self.draft.attributes["area.id"], raw, self.context)
        return None if value is None else str(value)

    def _holdings(self, raw: Node) -> tuple[GivenHolding, ...]:
        if not isinstance(raw, Seq):
            self._report("E203", raw.spot, found=shown(raw), wanted=WANTED["list"])
            return ()
        found: list[GivenHolding] = []
        for item in raw:
            held, node, _ = read_entry(GivenHolding, item, say("word.holding"), self.context)
            if held is None or not isinstance(node, Map):
                continue
            found.append(held)
            if self._is_known("competencies", held.competency, "competency", spot_at(node, ("competency",))):
                top = self.draft.top_level(held.competency)
                if held.level > top:
                    spot = spot_at(node, ("level",))
                    self._report("E308", spot, level=held.level, competency=held.competency, levels=top)
        return tuple(found)

    def _check_event(self, event: Mapping[str, Any]) -> None:
        """Ask for the kind of event, and refuse moments and counts of days that leave the calendar."""
        given = _part(self.given, "event")
        if not {"type", "event.type"} & given.keys() and self.draft.names["events"]:
            self._report("E503", self.node.key_spots.get("given", self.node.spot))
        now = self.test.now
        if now.year not in _YEARS:
            wanted = say("range.between", low=f"{_YEARS[0]}-01-01", high=f"{_YEARS[-1]}-12-31")
            self._report("E206", spot_at(self.node, ("now",)), found=f"`{now.isoformat()}`", wanted=wanted)
        days = event.get("days")
        if days is not None and abs(days) > _MOST_DAYS:
            wanted = say("range.between", low=-_MOST_DAYS, high=_MOST_DAYS)
            spot = spot_at(given, ("days",))
            self._report("E404", spot, found=f"`{days}`", name="event.days", wanted=wanted)

    def _check_unit(self, given: Mapping[str, Mapping[str, Any]]) -> None:
        """Refuse an officer of one unit in a test about another."""
        of_officer, of_unit = given["officer"].get("unit"), given["unit"].get("id")
        if of_officer is not None and of_unit is not None and of_officer != of_unit:
            spot = spot_at(self.given, ("officer", "unit"))
            self._report("E504.unit", spot, found=cut(of_officer), other=cut(of_unit))

    # ---- expectations --------------------------------------------------------------------------------------------

    def _is_known(self, section: str, name: str, what: str, spot: Spot) -> bool:
        """Whether an entry exists; reports if it does not."""
        return self.draft.is_known(section, name, what, say("word.tests"), self.context.at(spot))

    def _asks(self, section: str) -> Iterator[tuple[str, Node]]:
        """Yield the duties that a part of the expectations names, and what it says of each."""
        tree = _part(self.expect, section)
        for key, raw in tree.items():
            if self._is_known("duties", key, "duty", tree.key_spots[key]):
                yield key, raw

    def _check_demand(self, key: str, area: str | None, spot: Spot) -> bool:
        """Whether `duty@place` or `duty@place/shift` can be a demand of the test; reports if it cannot."""
        duty, _, rest = key.partition("@")
        place, _, shift = rest.partition("/")
        if not self._is_known("duties", duty, "duty", spot):
            return False
        places = ["event", *([area] if area is not None else [])]
        opening = [r for r in self.rules.values() if isinstance(r, Activate) and r.duty == duty]
        shifts = sorted({turn.id for rule in opening for turn in rule.shifts})
        if place not in places:
            self._report("E505", spot, place=cut(place), known=listed(places))
        elif shift and shift not in shifts and self.rules_are_known:
            meant = self.draft.suggestions.closest(shift, shifts)
            hint = say("hint.nearest", name=meant) if meant is not None else None
            self._report("E505.shift", spot, shift=cut(shift), duty=duty, hint=hint)
        elif not shift and opening and all(rule.shifts for rule in opening):
            known = listed([f"{duty}@{place}/{name}" for name in shifts])
            self._report("E505.shifts", spot, duty=duty, known=known)
        else:
            return True
        return False

    def _entries(self, section: str, model: type[Entry]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, raw in self._asks(section):
            if isinstance(raw, Scalar) and raw.is_null:
                found[key] = model()
                continue
            where = say("word.expected", part=f"{section}.{key}")
            entry, _, _ = read_entry(model, raw, where, self.context)
            if entry is not None:
                found[key] = entry
        return found

    def _seats(self, area: str | None) -> dict[str, int]:
        found: dict[str, int] = {}
        tree = _part(self.expect, "seats")
        for key, raw in tree.items():
            spot = tree.key_spots[key]
            if not (self._check_demand(key, area, spot) if "@" in key else self._is_known("duties", key, "duty", spot)):
                continue
            seats = raw.as_int if isinstance(raw, Scalar) else None
            if seats is None:
                self._report("E203", raw.spot, found=shown(raw), wanted=WANTED["int"])
            elif not 0 <= seats <= _MOST_SEATS:
                self._report("E206", raw.spot, found=shown(raw), wanted=say("range.count", low=0, high=_MOST_SEATS))
            else:
                found[key] = seats
        return found

    def _check_grants(self, eligible: Mapping[str, Granted]) -> None:
        for key, granted in eligible.items():
            spot = spot_at(self.expect, ("eligible", key, "rule"))
            if granted.rule is not None:
                self._check_rule(granted.rule, key, (Cover,), "cover", spot)
            if granted.standard and (granted.rule is not None or granted.strength not in {None, 1}):
                self._report("E504.ground", spot_at(self.expect, ("eligible", key, "standard")), duty=key)
            elif granted.strength is not None and granted.rule is None and not granted.standard:
                self._report("E202", spot, where=say("word.expected", part=f"eligible.{key}"), key="rule")

    def _check_refusals(self, refused: Mapping[str, Refusal]) -> None:
        for key, refusal in refused.items():
            for index, name in enumerate(refusal.by):
                spot = spot_at(self.expect, ("refused", key, "by", index))
                self._check_rule(name, key, (Forbid, Limit), "forbid, limit", spot)
            for index, name in enumerate(refusal.missing):
                self._check_missing(name, spot_at(self.expect, ("refused", key, "missing", index)))

    def _check_missing(self, name: str, spot: Spot) -> None:
        attribute = self.draft.attributes.get(name)
        known = {*self.draft.attributes, *(f"param.{key}" for key in self.draft.names["parameters"])}
        if name not in known and self.context.is_surely_unknown(name):
            self._misnamed("E401", spot, name, known, name=cut(name))
        elif attribute is not None and not attribute.may_be_unknown:
            self._report("E504.known", spot, name=name)

    def _check_rule(self, name: str, duty: str, kinds: tuple[type, ...], wanted: str, spot: Spot) -> None:
        """Refuse a rule that does not exist, or can never be the reason that it is said to be."""
        if not self._is_known("rules", name, "rule", spot):
            return
        rule, entry = self.rules.get(name), self.draft.entries["duties"].get(duty)
        selector = getattr(rule, "duty", None)
        # A rule about a duty that is not there is one fault, and told already.
        unreadable = isinstance(selector, DutySelector) and not set(selector.ids) <= set(self.draft.names["duties"])
        if rule is None or unreadable:
            return
        if not isinstance(rule, kinds):
            self._report("E504.kind", spot, rule=name, kind=rule.kind, wanted=wanted)
        elif isinstance(selector, DutySelector) and entry is not None and not selector.matches(duty, entry):
            self._report("E504.duty", spot, rule=name, duty=duty)

    def _check_acts(self) -> None:
        for key in ("acts", "idle"):
            for index, name in enumerate(getattr(self.test.expect, key)):
                self._is_known("rules", name, "rule", spot_at(self.expect, (key, index)))

    def _check_sense(self) -> None:
        """Refuse a test that expects nothing, or two things that cannot both come true."""
        if not any(isinstance(part, Scalar) or part for part in self.expect.values()):
            self._report("E501", self.node.key_spots.get("expect", self.node.spot))
        eligible = _part(self.expect, "eligible")
        for key, spot in _part(self.expect, "refused").key_spots.items():
            if key in eligible:
                words = {"one": say("tested.eligible"), "other": say("tested.refused")}
                self._report("E502", spot, name=cut(key), **words)
        for index, name in enumerate(self.test.expect.idle):
            if name in self.test.expect.acts:
                words = {"one": say("tested.acts"), "other": say("tested.idle")}
                self._report("E502", spot_at(self.expect, ("idle", index)), name=cut(name), **words)


def _part(node: Map, key: str) -> Map:
    part = node.get(key)
    return part if isinstance(part, Map) else Map((1, 1))
