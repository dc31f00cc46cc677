"""A rulebook in the making: raw entries with their files, what became of them, and every fault so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from asn_flex.domain.attributes import Attribute
from asn_flex.errors import Place, Text
from asn_flex.i18n import say
from asn_flex.rulebook.characters import lookalike, plainly
from asn_flex.rulebook.compile import DatedValue, LoadContext
from asn_flex.rulebook.findings import Found, Suggestions, misnamed
from asn_flex.rulebook.overlays import Layer
from asn_flex.rulebook.scalars import cut
from asn_flex.rulebook.schema import (
    HIGHEST_LEVEL,
    AttributeEntry,
    Competency,
    Duty,
    Entry,
    EventType,
    Measure,
    Pack,
    ParameterEntry,
    RuleTest,
    Source,
)
from asn_flex.rulebook.tree import Map, Node, spot_at

# Sections that are maps from id to entry.
MAPS: Mapping[str, type[Entry]] = {
    "sources": Source,
    "events": EventType,
    "attributes": AttributeEntry,
    "measures": Measure,
    "parameters": ParameterEntry,
    "competencies": Competency,
    "duties": Duty,
}
SECTIONS = ("pack", *MAPS, "rules", "tests")


@dataclass
class Draft:
    """What has been read so far.

    `raw` holds every entry that has an id of its own; `spare` those whose id is taken or is none, which are read
    for their other faults only. `left_out` names, per entry, the keys whose values were faulty.
    """

    trees: dict[str, Map] = field(default_factory=dict)
    raw: dict[tuple[str, str], tuple[Node, str]] = field(default_factory=dict)
    spare: list[tuple[str, str, Node, str]] = field(default_factory=list)
    places: dict[tuple[str, str], Place] = field(default_factory=dict)
    entries: dict[str, dict[str, Any]] = field(default_factory=lambda: {name: {} for name in (*MAPS, "rules")})
    left_out: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    pack: Pack | None = None
    # The rulebooks that were read, bases first (semantics §5.11), the rulebook of each file, and the bases' packs.
    layers: list[Layer] = field(default_factory=list)
    layer_of: dict[str, Layer] = field(default_factory=dict)
    base_packs: dict[str, tuple[Pack, Node]] = field(default_factory=dict)
    tests: list[tuple[Node, RuleTest, Place]] = field(default_factory=list)
    attributes: dict[str, Attribute] = field(default_factory=dict)
    parameters: dict[str, tuple[str | None, tuple[DatedValue, ...]]] = field(default_factory=dict)
    found: Found = field(default_factory=Found)
    suggestions: Suggestions = field(default_factory=Suggestions)
    # False where a file could not be read, so that unknown names prove nothing.
    is_complete: bool = True
    _known: LoadContext = field(default_factory=LoadContext)

    def at(self, section: str, entry: str, *path: str | int) -> Place:
        """Return the place of a part of an entry."""
        node, file = self.raw[section, entry]
        if not path:
            return self.places[section, entry]
        return Place(file, *spot_at(node, path))

    @cached_property
    def names(self) -> Mapping[str, tuple[str, ...]]:
        """The ids of every section; asked for when all files are collected.

        An entry that is faulty in itself still exists for those who name it.
        """
        found: dict[str, list[str]] = {section: [] for section in SECTIONS}
        for section, key in sorted(self.raw):
            found[section].append(key)
        return {section: tuple(keys) for section, keys in found.items()}

    @cached_property
    def _spare_names(self) -> frozenset[tuple[str, str]]:
        # An id that is none is one fault, not one more for everybody who names it.
        return frozenset((section, key) for section, key, _, _ in self.spare)

    @cached_property
    def _disguised(self) -> Mapping[tuple[str, str], tuple[str, str]]:
        """Ids in letters of another script, by what they look like."""
        return {(section, plainly(key)): (section, key) for section, key in self.raw if plainly(key) != key}

    def is_known(self, section: str, name: str, what: str, where: Text, place: Place) -> bool:
        """Whether an entry exists; reports if it does not."""
        if (section, name) in self.raw or (section, name) in self._spare_names:
            return True
        meant, disguised = plainly(name), self._disguised.get((section, name))
        if meant != name and (section, meant) in self.raw:
            self.found.append(lookalike(name, meant, place))
        elif disguised is not None:
            # Once, where it is defined: those who name it wrote what was meant.
            self.found.append(lookalike(disguised[1], name, self.places[disguised]))
        elif self.is_complete:
            slip, word = self.suggestions.slip(name, self.names[section]), say(f"word.{what}")
            self.found.append(misnamed("E301", place, name, slip, where=where, what=word, name=cut(name)))
        return False

    def settle_names(self) -> None:
        """Let what is read from now on lean on the declarations."""
        self._known = LoadContext(
            attributes=self.attributes,
            events=frozenset(self.names["events"]),
            levels={key: self.top_level(key) for key in self.names["competencies"]},
            parameters=self.parameters,
            unreadable=frozenset(self._unreadable()),
        )

    def top_level(self, competency: str) -> int:
        """Return the end of a competency's scale; of one that cannot be read, the largest that there may be."""
        entry: Competency | None = self.entries["competencies"].get(competency)
        if entry is None or "levels" in self.left_out["competencies", competency]:
            return HIGHEST_LEVEL
        return entry.levels

    def _unreadable(self) -> Iterator[str]:
        yield from (key for key in self.names["attributes"] if key not in self.attributes)
        yield from (f"measure.{key}" for key in self.names["measures"] if f"measure.{key}" not in self.attributes)
        yield from (f"param.{key}" for key in self.names["parameters"] if key not in self.parameters)

    def context(self, file: str) -> LoadContext:
        """Return what entries of a file are checked against; faults go to the draft."""
        return replace(
            self._known,
            file=file,
            found=self.found,
            suggestions=self.suggestions,
            is_complete=self.is_complete,
        )


def singular(section: str) -> str:
    """Return the word for one entry of a section, as the catalogue names it."""
    return {"competencies": "competency", "duties": "duty"}.get(section, section.removesuffix("s"))


def named(section: str, key: str) -> Text:
    """Return how messages call an entry: rule `COV-02`."""
    return say("word.named", word=say(f"word.{singular(section)}"), name=cut(key))
