"""The facts of a rule test: settled, and as the case that conditions read (semantics §5.12).

One area, one unit, one officer. What the test gives goes into tables only where officers are matched
(`asn_flex.analysis.given_tables`); measures and facts about the way, which tables would derive, are told to the stages
as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from asn_flex.analysis.cases import Case
from asn_flex.analysis.competence import Answers, Held
from asn_flex.domain.areas import AreaTree
from asn_flex.domain.attributes import Value
from asn_flex.domain.scenario import Event, Period
from asn_flex.domain.situation import Demand, Situation
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import Given, GivenHolding, RuleTest
from asn_flex.situation.derive import given_facts, settle_event
from asn_flex.situation.facts import unobserved
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
    setting = setting_of(rulebook, test)
    measures = unobserved(rulebook.measures, [area_of(test.given)]) | measures_of(rulebook, test.given)
    settled = settle_event(
        rulebook, setting, engine=PlainEngine(), program=program_of(rulebook, setting.today),
        measures=measures, given=given_facts(setting, {}),
    )  # fmt: skip
    asked = tuple(sorted({*test.expect.eligible, *test.expect.refused}))
    return Trial(rulebook, test.given, setting.today, settled.facts, measures, None, None, asked)


def measures_of(rulebook: Rulebook, given: Given) -> dict[tuple[str, str | None], Fraction]:
    """Return the measures of a test by name and area."""
    area = area_of(given)
    return {
        (name, area if rulebook.measures[name].scope == "area" else None): Fraction(value)
        for name, value in given.measure.items()
    }


@dataclass(frozen=True)
class TrialSetting:
    """The event of a rule test and the areas around it."""

    now: datetime
    event: Event
    period: Period
    area_facts: Mapping[str, Mapping[str, Any]]

    @property
    def today(self) -> date:
        """The date of `now`."""
        return self.now.date()

    @cached_property
    def area_tree(self) -> AreaTree:
        """What lies within what; a test knows no coordinates."""
        return AreaTree(parents={area: row["parent"] for area, row in self.area_facts.items()}, coordinates={})


def setting_of(rulebook: Rulebook, test: RuleTest) -> TrialSetting:
    """Return the event, the day and the areas of a test."""
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
    return TrialSetting(now, event, Period(now.date(), now.date()), _area_facts(rulebook, given))


def _area_facts(rulebook: Rulebook, given: Given) -> dict[str, dict[str, Any]]:
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
    return {key: {**(facts if key == area else {}), "id": key, "parent": parent} for key, parent in parents.items()}
