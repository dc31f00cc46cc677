"""The rulebook as one immutable value: every entry of every file, and where it stands (semantics §3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import Any, TypeVar

from asn_flex.domain.attributes import Attribute
from asn_flex.errors import NOWHERE, Diagnostic, Lang, Place, Text
from asn_flex.rulebook.schema import (
    Activate,
    AnyRule,
    Competency,
    Cover,
    Duty,
    Escalate,
    EventType,
    Forbid,
    Limit,
    Measure,
    Pack,
    ParameterEntry,
    Prefer,
    Prioritise,
    Protect,
    RuleTest,
    Source,
    Team,
)

R = TypeVar("R", bound=AnyRule)


@dataclass(frozen=True)
class Rulebook:
    """A checked rulebook.

    Maps and rules are in order of id, so that neither the order of files nor of entries matters. `digest` covers
    the meaning of the files (their canonical content), `files` holds their bytes for bundles and proofs. `warnings`
    leaves out what comments in the files ignore; that stands in `ignored`.
    """

    pack: Pack
    sources: Mapping[str, Source]
    events: Mapping[str, EventType]
    attributes: Mapping[str, Attribute]
    measures: Mapping[str, Measure]
    parameters: Mapping[str, ParameterEntry]
    competencies: Mapping[str, Competency]
    duties: Mapping[str, Duty]
    rules: tuple[AnyRule, ...]
    tests: tuple[RuleTest, ...]
    # Where each test stands.
    test_places: tuple[Place, ...]
    places: Mapping[tuple[str, str], Place]
    digest: str
    files: Mapping[str, bytes]
    # Of an overlay, the pack of every file: its own, or that of a base that it extends (semantics §5.11).
    packs: Mapping[str, Pack] = field(default_factory=dict)
    warnings: tuple[Diagnostic, ...] = field(default=())
    ignored: tuple[Diagnostic, ...] = field(default=())

    def plot(self, *, lang: Lang = "id") -> Any:
        """Return a picture of the competency graph that shows itself in a notebook and saves itself as SVG or PNG.

        The `Picture` of `asn_flex.pictures`; drawing it needs matplotlib (the extra `chart`).
        """
        # Pictures lie above the rules (semantics §13): they are looked up when somebody asks, and by nothing else.
        return import_module("asn_flex.pictures").picture_of_rulebook(self, lang)

    @cached_property
    def by_id(self) -> Mapping[str, AnyRule]:
        """Every rule by its id."""
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def own_tests(self) -> tuple[RuleTest, ...]:
        """The tests of the rulebook itself; those of its bases speak of the law as it is without the overlay."""
        return tuple(test for test, place in zip(self.tests, self.test_places, strict=True) if self.is_own(place))

    @property
    def bases(self) -> tuple[Pack, ...]:
        """The packs of the rulebooks that this one extends, however far, in order of id."""
        found = {pack.id: pack for pack in self.packs.values() if pack.id != self.pack.id}
        return tuple(found[key] for key in sorted(found))

    def is_own(self, place: Place) -> bool:
        """Whether something stands in the rulebook itself, and not in a base that it extends."""
        return self.owns(place.file)

    def owns(self, file: str) -> bool:
        """Whether a file is one of the rulebook itself, and not of a base that it extends."""
        pack = self.packs.get(file)
        return pack is None or pack.id == self.pack.id

    @cached_property
    def replaced_by(self) -> Mapping[str, tuple[str, ...]]:
        """The rules that stand in the place of a rule of a base while they are law, by its id (semantics §5.11)."""
        found: dict[str, list[str]] = {}
        for rule in self.rules:
            for name in rule.replaces:
                found.setdefault(name, []).append(rule.id)
        return {name: tuple(rules) for name, rules in found.items()}

    def of_kind(self, kind: type[R]) -> tuple[R, ...]:
        """Return the rules of one kind, in order of id."""
        return tuple(rule for rule in self.rules if isinstance(rule, kind))

    @cached_property
    def escalations(self) -> tuple[Escalate, ...]:
        """Rules that derive event facts."""
        return self.of_kind(Escalate)

    @cached_property
    def activations(self) -> tuple[Activate, ...]:
        """Rules that make demands."""
        return self.of_kind(Activate)

    @cached_property
    def priorities(self) -> tuple[Prioritise, ...]:
        """Rules that raise or lower priorities."""
        return self.of_kind(Prioritise)

    @cached_property
    def covers(self) -> tuple[Cover, ...]:
        """Rules that widen who may do a duty."""
        return self.of_kind(Cover)

    @cached_property
    def stops(self) -> tuple[Forbid | Limit, ...]:
        """Rules that refuse pairs, in order of id."""
        return tuple(r for r in self.rules if isinstance(r, (Forbid, Limit)))

    @cached_property
    def protections(self) -> tuple[Protect, ...]:
        """Rules that keep officers in their units."""
        return self.of_kind(Protect)

    @cached_property
    def teams(self) -> tuple[Team, ...]:
        """Rules about how teams are made up."""
        return self.of_kind(Team)

    @cached_property
    def preferences(self) -> tuple[Prefer, ...]:
        """Rules that make assignments dearer or cheaper."""
        return self.of_kind(Prefer)

    def place_of(self, section: str, entry: str) -> Place:
        """Return where an entry stands (`rules`, `duties`, …), or nowhere if it was built in code."""
        return self.places.get((section, entry), NOWHERE)

    def is_a(self, kind: str, ancestor: str) -> bool:
        """Whether an event type is another or below it."""
        step: str | None = kind
        while step is not None:
            if step == ancestor:
                return True
            entry = self.events.get(step)
            step = entry.is_a if entry is not None else None
        return False

    def label_of(self, section: str, entry: str) -> Text:
        """Return the label of an entry, or its id where it has none."""
        found: object = None
        if section == "rules":
            found = self.by_id.get(entry)
        elif section == "attributes":
            attribute = self.attributes.get(entry)
            return (attribute.label if attribute is not None else None) or Text(entry, entry)
        else:
            found = getattr(self, section).get(entry)
        label = getattr(found, "label", None)
        if label is None or not (label.id or label.en):
            return Text(entry, entry)
        return Text(label.id or label.en, label.en or label.id)
