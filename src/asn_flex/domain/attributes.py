"""The facts that rules may ask about: built in, declared and measured (semantics §3.5, §3.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from asn_flex.errors import Text

Scope = Literal["officer", "unit", "event", "area", "duty", "measure", "pair"]
Kind = Literal["bool", "int", "number", "text", "enum", "date", "area", "set"]
# A known value of an attribute; `None` stands for unknown everywhere.
Value = bool | int | Fraction | str | date | frozenset[str]

ORDERED: frozenset[Kind] = frozenset({"int", "number", "date"})
NUMERIC: frozenset[Kind] = frozenset({"int", "number"})


@dataclass(frozen=True, slots=True)
class Attribute:
    """One fact: `scope.name`, its type, and what a missing value means.

    `missing` None means that the fact is unknown where nothing is given. `area_bound` marks a fact that exists
    only where an area is known (`area.*`, measures of `scope: area`).
    """

    scope: Scope
    name: str
    kind: Kind
    values: tuple[str, ...] = ()
    unit: str | None = None
    minimum: Fraction | None = None
    maximum: Fraction | None = None
    missing: Value | None = None
    sensitive: bool = False
    declared: bool = False
    always_known: bool = False
    area_bound: bool = False
    label: Text | None = None

    @property
    def key(self) -> str:
        """The name that conditions use, `scope.name`."""
        return f"{self.scope}.{self.name}"

    @property
    def may_be_unknown(self) -> bool:
        """Whether a test on it can be unknown."""
        return self.missing is None and not self.always_known


_ZERO = Fraction(0)
_EMPLOYMENT = ("pns", "pppk", "pppk_part_time", "cpns")
_POSITION = ("jpt", "administrator", "pengawas", "pelaksana", "fungsional")
PHASES = ("alert", "response", "recovery")
SERVICE_CLASSES = ("essential", "support", "administrative")
DUTY_CLASSES = ("life_safety", "essential", "support")
# The tiers of the objective that count seats, most important first (semantics §8.2).
COVERAGE_TIERS = tuple(f"coverage.{c}{part}" for c in DUTY_CLASSES for part in (".minimum", ""))

BUILT_IN: tuple[Attribute, ...] = (
    Attribute("officer", "id", "text", always_known=True),
    Attribute("officer", "unit", "text", always_known=True),
    Attribute("officer", "employment", "enum", values=_EMPLOYMENT),
    Attribute("officer", "grade", "text"),
    Attribute("officer", "position_class", "enum", values=_POSITION),
    Attribute("officer", "sex", "enum", values=("f", "m"), sensitive=True),
    Attribute("officer", "birth_date", "date"),
    Attribute("officer", "service_until", "date"),
    Attribute("officer", "home_area", "area"),
    Attribute("officer", "work_area", "area"),
    Attribute("officer", "available", "bool", missing=True),
    Attribute("officer", "available_from", "date"),
    Attribute("officer", "available_until", "date"),
    Attribute("officer", "fit", "bool", sensitive=True),
    Attribute("officer", "affected", "bool", sensitive=True),
    Attribute("officer", "willing", "bool"),
    Attribute("officer", "rest_hours", "number", unit="h", minimum=_ZERO),
    Attribute("officer", "hours_7d", "number", unit="h", minimum=_ZERO, missing=Fraction(0)),
    Attribute("officer", "deployed_days_90d", "int", minimum=_ZERO, missing=0),
    Attribute("officer", "home_flooded", "bool"),
    Attribute("unit", "id", "text", always_known=True),
    Attribute("unit", "service_class", "enum", values=SERVICE_CLASSES),
    Attribute("unit", "area", "area"),
    Attribute("unit", "tags", "set", missing=frozenset()),
    Attribute("event", "type", "text", always_known=True),
    Attribute("event", "severity", "int", minimum=Fraction(1), maximum=Fraction(5)),
    Attribute("event", "phase", "enum", values=PHASES),
    Attribute("event", "affected_people", "int", minimum=_ZERO),
    Attribute("event", "days", "int"),
    Attribute("area", "id", "area", always_known=True, area_bound=True),
    Attribute("area", "level", "text", area_bound=True),
    Attribute("area", "flooded", "bool", missing=False, area_bound=True),
    Attribute("area", "depth_cm", "number", unit="cm", minimum=_ZERO, area_bound=True),
    Attribute("area", "population", "int", minimum=_ZERO, area_bound=True),
    Attribute("area", "affected_people", "int", minimum=_ZERO, area_bound=True),
    Attribute("duty", "id", "text", always_known=True),
    Attribute("duty", "class", "enum", values=DUTY_CLASSES, always_known=True),
    Attribute("duty", "tags", "set", missing=frozenset()),
    Attribute("duty", "priority", "int", minimum=Fraction(1), maximum=Fraction(9), always_known=True),
    Attribute("pair", "travel_min", "int", unit="min", minimum=_ZERO),
    Attribute("pair", "same_area", "bool"),
)

# Facts of officers that people read and no rule may ask (semantics §3.5).
DISPLAY_ONLY: tuple[str, ...] = ("name", "nip", "rank", "post", "phone")
# Event facts that a rule may not set: they are given (or, `days`, counted).
NOT_SETTABLE: frozenset[str] = frozenset({"type", "days", "phase"})
DECLARABLE: tuple[Scope, ...] = ("officer", "unit", "event", "area")
