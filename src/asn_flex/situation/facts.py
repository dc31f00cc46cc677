"""What a `when` may ask: facts of the event, an area and a duty, with defaults (semantics §3.5, §4.2)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from asn_flex.domain.areas import AreaTree
from asn_flex.domain.attributes import Attribute, Value
from asn_flex.domain.exact import number_text
from asn_flex.domain.scenario import Setting, cell_value
from asn_flex.rulebook.conditions import Holds
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import Measure

Measures = Mapping[tuple[str, str | None], Fraction]


@dataclass(frozen=True, slots=True)
class SituationFacts:
    """Everything known about the event, or about the event and an area, a duty, or both.

    Parameters
    ----------
    today : date
        The date of `now`, for dated parameters.
    event : mapping
        Known event facts by name, without `event.`.
    measures : mapping
        Known measures by (name, area id), with area None for measures of the whole event.
    area, row : the area's id, and its facts by name; None and empty where no area is asked about.
    duty : facts of the duty by name; empty where no duty is asked about.
    """

    today: date
    event: Mapping[str, Value]
    measures: Measures
    tree: AreaTree
    rulebook: Rulebook
    area: str | None = None
    row: Mapping[str, Value | None] = field(default_factory=dict)
    duty: Mapping[str, Value] = field(default_factory=dict)

    def value(self, attribute: Attribute) -> Value | None:
        """Return the fact, or None where it is unknown."""
        scope = attribute.scope
        if scope == "event":
            return self.event.get(attribute.name)
        if scope == "measure":
            return self.measures.get((attribute.name, self.area if attribute.area_bound else None))
        if scope == "area":
            return self.row.get(attribute.name)
        return self.duty.get(attribute.name) if scope == "duty" else None

    def holds(self, wanted: Holds) -> bool:  # noqa: ARG002 - the protocol's argument
        """Return False: a `when` never asks about a person (the loader refuses `holds` there)."""
        return False

    def is_a(self, kind: str, ancestor: str) -> bool:
        """Return whether an event type is another or below it."""
        return self.rulebook.is_a(kind, ancestor)

    def within(self, area: str, outer: str) -> bool:
        """Return whether an area is another or lies below it."""
        return self.tree.within(area, outer)


class FactSource:
    """Makes the facts of scopes out of a settled event; each area's row is read once."""

    def __init__(self, rulebook: Rulebook, scenario: Setting, event: Mapping[str, Value], measures: Measures) -> None:
        self.rulebook = rulebook
        self.scenario = scenario
        self.event = event
        self.measures = measures
        self._areas: dict[str, Mapping[str, Value | None]] = {}
        self._duties: dict[str, Mapping[str, Value]] = {}

    def about(self, area: str | None = None, duty: str | None = None) -> SituationFacts:
        """Return the facts of the event, and of the area and the duty where they are given."""
        return SituationFacts(
            today=self.scenario.today,
            event=self.event,
            measures=self.measures,
            tree=self.scenario.area_tree,
            rulebook=self.rulebook,
            area=area,
            row=self._area(area) if area is not None else {},
            duty=self._duty(duty) if duty is not None else {},
        )

    def _area(self, area: str) -> Mapping[str, Value | None]:
        if area not in self._areas:
            row = self.scenario.area_facts.get(area, {})
            known = [a for a in self.rulebook.attributes.values() if a.scope == "area"]
            self._areas[area] = {a.name: cell_value(row.get(a.name), a) for a in known}
        return self._areas[area]

    def _duty(self, duty: str) -> Mapping[str, Value]:
        if duty not in self._duties:
            self._duties[duty] = duty_facts(self.rulebook, duty)
        return self._duties[duty]


def unobserved(measures: Mapping[str, Measure], areas: Collection[str]) -> dict[tuple[str, str | None], Fraction]:
    """Return what measures come to where nothing was observed: a count is 0, everything else unknown (§3.6)."""
    return {
        (name, area): Fraction(0)
        for name, measure in measures.items()
        if measure.take == "count"
        for area in (sorted(set(areas)) if measure.scope == "area" else [None])
    }


def duty_facts(rulebook: Rulebook, duty_id: str) -> Mapping[str, Value]:
    """Return what rules may ask about a duty (semantics §3.5); the priority is its own."""
    duty = rulebook.duties[duty_id]
    return {"id": duty_id, "class": duty.class_, "tags": frozenset(duty.tags), "priority": duty.priority}


def value_text(value: Value | None) -> str:
    """Return a value as a rule file would write it; `?` for unknown."""
    if value is None:
        return "?"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, Fraction)):
        return number_text(value)
    if isinstance(value, frozenset):
        return f"[{', '.join(sorted(value))}]"
    return str(value)
