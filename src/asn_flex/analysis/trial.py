"""One rule test through the stages that make plans (semantics §5.12)."""

from __future__ import annotations

from dataclasses import replace

from asn_flex.analysis.given import Trial, area_of, measures_of
from asn_flex.analysis.given_tables import by_hand, scenario_of
from asn_flex.eligibility.match import match
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import RuleTest
from asn_flex.situation.engine import SituationEngine
from asn_flex.situation.infer import infer


def try_out(rulebook: Rulebook, test: RuleTest, *, engine: SituationEngine | None = None) -> Trial:
    """Run the stages on the facts of a test.

    Raises
    ------
    SituationConflict
        If rules in force set one fact to different values.
    """
    expect = test.expect
    asked = tuple(sorted({*expect.eligible, *expect.refused}))
    scenario = scenario_of(rulebook, test)
    area = area_of(test.given)
    measures = measures_of(rulebook, test.given)
    situation = infer(rulebook, scenario, engine=engine, measures=measures)
    if not asked:
        facts = (situation.event, situation.measures)
        return Trial(rulebook, test.given, scenario.today, *facts, situation, None, asked)
    there = {demand.duty for demand in situation.demands}
    added = by_hand([duty for duty in asked if duty not in there], area)
    opened = replace(scenario, tables=replace(scenario.tables, demands=added))
    told = {f"pair.{name}": value for name, value in test.given.pair.items()}
    if "home_flooded" in test.given.officer:
        told["officer.home_flooded"] = test.given.officer["home_flooded"]
    again = infer(rulebook, opened, engine=engine, measures=measures)
    eligibility = match(rulebook, opened, again, told=told)
    facts = (situation.event, situation.measures)
    return Trial(rulebook, test.given, scenario.today, *facts, situation, eligibility, asked)
