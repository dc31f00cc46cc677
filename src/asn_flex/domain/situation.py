"""The situation at `now`: facts given and derived, rules in force, and the seats that exist (semantics §2, §5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from asn_flex.domain.attributes import Value
from asn_flex.errors import Diagnostic


@dataclass(frozen=True, slots=True)
class RuleState:
    """Whether a rule's `when` holds: True, or None where unknown facts (`missing`) leave it open.

    A rule whose `when` is false, or that is not law on the days that count, has no state.
    """

    rule: str
    holds: bool | None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Demand:
    """One duty in one area (and shift), with its seats (semantics §5.3).

    `area` is always an area id: of `duty@event` the event's command area. `first_day`..`last_day` are the days that
    count for availability and holdings; `start` and `end` are what people read (dates, or times with offset).
    """

    id: str
    duty: str
    area: str
    at_event: bool
    shift: str | None
    first_day: date
    last_day: date
    start: str
    end: str
    duty_class: str
    priority: int
    seats: int
    minimum: int
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PossibleDemand:
    """An `activate` rule that unknown facts leave open."""

    rule: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Situation:
    """What `infer` decides.

    Parameters
    ----------
    event : known event facts by name (without `event.`), `type` and `days` included
    measures : known measures by (name, area id), with area None for measures of the whole event
    derived_by : event fact to the rules whose value stands
    recommended : event fact to the recommended values, sorted
    demands : in order of id
    in_force : demand id to the states of the cover, forbid, limit, team and prefer rules about it, by rule id
    priorities : demand id to the `prioritise` rules in force for it
    protections : states of the `protect` rules that are not out of force, by rule id
    rules_in_force : every rule in force for the event or for at least one demand or unit
    engine : `durable` or `plain`
    assumed : facts taken as so (`--assume`), by full name
    """

    event: Mapping[str, Value]
    measures: Mapping[tuple[str, str | None], Fraction]
    derived_by: Mapping[str, tuple[str, ...]]
    recommended: Mapping[str, tuple[Value, ...]]
    demands: tuple[Demand, ...]
    possible: tuple[PossibleDemand, ...]
    in_force: Mapping[str, Mapping[str, RuleState]]
    priorities: Mapping[str, tuple[str, ...]]
    protections: Mapping[str, RuleState]
    rules_in_force: tuple[str, ...]
    engine: str
    assumed: Mapping[str, Value]
    warnings: tuple[Diagnostic, ...] = ()

    def demand(self, demand_id: str) -> Demand | None:
        """Return the demand with that id."""
        return next((d for d in self.demands if d.id == demand_id), None)
