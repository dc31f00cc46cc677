"""The facts of a rule test: as a tiny scenario, and as the case that conditions read (semantics §5.12).

One area, one unit, one officer. What the test gives goes into the tables; measures and facts about the way, which
tables would derive, are told to the stages as they are. A duty that no rule opens but that the test asks about is put
in by hand, as a planner would, after the seats have been counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import polars as pl

from asn_flex.analysis.cases import Case
from asn_flex.analysis.competence import Answers, Held
from asn_flex.domain.attributes import DISPLAY_ONLY, Value
from asn_flex.domain.exact import number_text
from asn_flex.domain.scenario import POLARS_TYPES, Event, Period, Scenario, Tables
from asn_flex.domain.situation import Demand, Situation
from asn_flex.errors import Text
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import Given, GivenHolding, RuleTest
from asn_flex.situation.derive import given_facts, settle_event
from asn_flex.situation.measures import measure_values
from asn_flex.situation.plain import PlainEngine
from asn_flex.situation.program import program_of

if TYPE_CHECKING:
    from asn_flex.eligibility.match import Eligibility

OFFICER, UNIT, AREA = "officer", "unit", "area"


@dataclass(frozen=True)
class Trial:
    """What the stages make of a test's facts.

    Attributes
    ----------
    event, measures : the facts that come of it, by name and by (name, area)
    situation : as the rules alone make it; None where only facts were asked for
    eligibility : with the duties put in that the test asks about or names rules of; None where there are none
    asked : the duties that the test asks about
    """

    rulebook: Rulebook
    given: Given
    today: date
    event: Mapping[str, Value]
    measures: Mapping[tuple[str, str | None], Fraction]
    situation: Situation | None
    eligibility: Eligibility | None
    asked: tuple[str, ...]

    def demands_of(self, duty: str) -> tuple[Demand, ...]:
        """Return the demands of a duty, in order of id; of one asked about there is at least one."""
        source = self.situation if self.eligibility is None else self.eligibility.situation
        return () if source is None else tuple(demand for demand in source.demands if demand.duty == duty)

    def case(self, duty: str | None) -> Case:
        """Return the facts as conditions read them, for one duty or none."""
        rulebook, given = self.rulebook, self.given
        facts: dict[str, Value | None] = {f"event.{name}": v for name, v in self.event.items()}
        for scope in ("officer", "unit", "area", "pair"):
            facts |= {f"{scope}.{n}": v for n, v in getattr(given, scope).items() if n not in {"holdings", "within"}}
        area = area_of(given)
        for (name, where), value in self.measures.items():
            if where in {None, area}:
                facts[f"measure.{name}"] = value
        facts["area.id"], facts["unit.id"] = area, unit_of(given)
        facts.setdefault("officer.id", OFFICER)
        chain = (area, *given.area.get("within", ()))
        lies_in = {name: frozenset(chain[index:]) for index, name in enumerate(chain)}
        facts = _from_home(rulebook, facts) | facts
        return Case(
            rulebook, self.today, facts, duty, held_in(given, self.today), lies_in, Answers(rulebook.competencies)
        )


def _from_home(rulebook: Rulebook, facts: Mapping[str, Value | None]) -> dict[str, Value | None]:
    """Return what follows from the home area and the demand's (semantics §3.5, §6.3), without coordinates or ways."""
    home, area = facts.get("officer.home_area"), facts["area.id"]
    if home is None:
        return {}
    here = facts.get("area.flooded", rulebook.attributes["area.flooded"].missing)
    return {
        "pair.same_area": home == area,
        "pair.travel_min": 0 if home == area else None,
        "officer.home_flooded": here if home == area else rulebook.attributes["area.flooded"].missing,
    }


def area_of(given: Given) -> str:
    """Return the area of the test."""
    return str(given.area.get("id", AREA))


def unit_of(given: Given) -> str:
    """Return the officer's unit in the test."""
    return str(given.unit.get("id", given.officer.get("unit", UNIT)))


def held_in(given: Given, today: date) -> tuple[Held, ...]:
    """Return the holdings of the test that are valid on its day, one for each kind of evidence."""
    holdings: tuple[GivenHolding, ...] = given.officer.get("holdings", ())
    valid = (h for h in holdings if h.valid_until is None or h.valid_until >= today)
    return tuple(Held(h.competency, h.level, kind) for h in valid for kind in ("", *h.evidence))


def facts_of(rulebook: Rulebook, test: RuleTest) -> Trial:
    """Settle the facts of a test and no more: neither demands nor who may take them.

    Raises
    ------
    SituationConflict
        If rules in force set one fact to different values.
    """
    scenario = scenario_of(rulebook, test)
    area = area_of(test.given)
    counted: dict[tuple[str, str | None], Fraction] = measure_values(rulebook.measures, scenario, [area])
    measures = counted | measures_of(rulebook, test.given)
    settled = settle_event(
        rulebook, scenario, engine=PlainEngine(), program=program_of(rulebook, scenario.today),
        measures=measures, given=given_facts(scenario, {}),
    )  # fmt: skip
    asked = tuple(sorted({*test.expect.eligible, *test.expect.refused}))
    return Trial(rulebook, test.given, scenario.today, settled.facts, measures, None, None, asked)


def measures_of(rulebook: Rulebook, given: Given) -> dict[tuple[str, str | None], Fraction]:
    """Return the measures of a test by name and area."""
    area = area_of(given)
    return {
        (name, area if rulebook.measures[name].scope == "area" else None): Fraction(value)
        for name, value in given.measure.items()
    }


def by_hand(duties: Iterable[str], area: str) -> pl.DataFrame:
    """Return a table of demands by hand, one for each duty."""
    rows = [
        {"duty": duty, "area": area, "shift": None, "seats": 1, "minimum": None, "covered_elsewhere": None, "by": None}
        for duty in duties
    ]
    return pl.DataFrame(rows, schema=_DEMANDS) if rows else pl.DataFrame(schema=_DEMANDS)


_DEMANDS: Any = {
    "duty": pl.String, "area": pl.String, "shift": pl.String, "seats": pl.Int64, "minimum": pl.Int64,
    "covered_elsewhere": pl.Int64, "by": pl.String, "row": pl.Int64,
}  # fmt: skip


_TRAVEL: Any = {"from": pl.String, "to": pl.String, "minutes": POLARS_TYPES["number"], "row": pl.Int64}
_PINS: Any = dict.fromkeys(("officer", "demand", "pin", "by", "reason"), pl.String) | {"row": pl.Int64}


def scenario_of(rulebook: Rulebook, test: RuleTest) -> Scenario:
    """Return the facts of a test as a scenario with one area, one unit and one officer."""
    given, now = test.given, test.now
    days = given.event.get("days")
    area = area_of(given)
    event = Event(
        type=str(given.event.get("type", next(iter(rulebook.events), ""))),
        areas=(area,),
        command_area=area,
        started=now - timedelta(days=int(days)) if days is not None else None,
        decree=None,
        given={name: value for name, value in given.event.items() if name not in {"type", "days"}},
    )
    tables = Tables(
        officers=_officers(rulebook, given),
        holdings=_holdings(given),
        units=_table(rulebook, "unit", [{**given.unit, "id": unit_of(given)}], {"name": pl.String}),
        areas=_areas(rulebook, given),
        travel=pl.DataFrame(schema=_TRAVEL),
        observations=pl.DataFrame(
            schema={"time": pl.Datetime("us", "UTC"), "kind": pl.String, "value": POLARS_TYPES["number"],
                    "area": pl.String, "row": pl.Int64}
        ),
        demands=pl.DataFrame(schema=_DEMANDS),
        pins=pl.DataFrame(schema=_PINS),
    )  # fmt: skip
    day = now.date()
    return Scenario(
        id="test", label=Text("", ""), now=now, event=event, period=Period(day, day), tables=tables, digest=""
    )


def _table(rulebook: Rulebook, scope: str, rows: Sequence[Mapping[str, Any]], more: Mapping[str, Any]) -> pl.DataFrame:
    """Return a typed table of the facts of one scope."""
    schema: dict[str, Any] = {
        a.name: POLARS_TYPES[a.kind]
        for a in rulebook.attributes.values()
        if a.scope == scope and a.name != "home_flooded"
    }
    schema |= dict(more) | {"row": pl.Int64}
    cells = [{name: _cell(row.get(name)) for name in schema} for row in rows]
    return pl.DataFrame(cells, schema=schema)


def _cell(value: Any) -> Any:
    if isinstance(value, Fraction):
        return Decimal(number_text(value))
    return sorted(value) if isinstance(value, frozenset) else value


def _officers(rulebook: Rulebook, given: Given) -> pl.DataFrame:
    row = {**given.officer, "unit": unit_of(given)}
    row.setdefault("id", OFFICER)
    row = {name: Decimal(value) if isinstance(value, int) and not isinstance(value, bool)
           and rulebook.attributes[f"officer.{name}"].kind == "number" else value
           for name, value in row.items() if name != "holdings"}  # fmt: skip
    return _table(rulebook, "officer", [row], dict.fromkeys(DISPLAY_ONLY, pl.String))


def _holdings(given: Given) -> pl.DataFrame:
    held: tuple[GivenHolding, ...] = given.officer.get("holdings", ())
    officer = str(given.officer.get("id", OFFICER))
    rows = [
        {"officer": officer, "competency": h.competency, "level": h.level, "evidence": sorted(h.evidence),
         "valid_until": h.valid_until, "row": None}
        for h in held
    ]  # fmt: skip
    schema: Any = {
        "officer": pl.String, "competency": pl.String, "level": pl.Int64, "evidence": pl.List(pl.String),
        "valid_until": pl.Date, "row": pl.Int64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema)


def _areas(rulebook: Rulebook, given: Given) -> pl.DataFrame:
    """Return the area of the test, those around it, and every other area that the test names."""
    area = area_of(given)
    chain = [area, *given.area.get("within", ())]
    parents: dict[str, str | None] = dict(zip(chain, (*chain[1:], None), strict=True))
    for scope in ("officer", "unit"):
        for name, value in getattr(given, scope).items():
            attribute = rulebook.attributes.get(f"{scope}.{name}")
            if attribute is not None and attribute.kind == "area":
                parents.setdefault(str(value), None)
    facts = {name: value for name, value in given.area.items() if name != "within"}
    rows = [{**(facts if key == area else {}), "id": key, "parent": parent} for key, parent in sorted(parents.items())]
    more = {"name": pl.String, "parent": pl.String, "lat": pl.Float64, "lon": pl.Float64}
    return _table(rulebook, "area", rows, more)
