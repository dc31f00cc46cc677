"""One rule test through the stages that make plans (semantics §5.12)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from asn_flex.analysis.given import Trial, area_of, measures_of
from asn_flex.analysis.given_tables import by_hand, scenario_of
from asn_flex.analysis.space import duties_of
from asn_flex.eligibility.match import match
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import AnyRule, DemandRule, Protect, RuleTest
from asn_flex.situation.engine import SituationEngine
from asn_flex.situation.infer import infer


def try_out(rulebook: Rulebook, test: RuleTest, *, engine: SituationEngine | None = None) -> Trial:
    """Run the stages on the facts of a test.

    Raises
    ------
    SituationConflict
        If rules in force set one fact to different values.
    """
    asked = tuple(sorted({*test.expect.eligible, *test.expect.refused}))
    scenario = scenario_of(rulebook, test)
    measures = measures_of(rulebook, test.given)
    situation = infer(rulebook, scenario, engine=engine, measures=measures)
    trial = Trial(rulebook, test.given, scenario.today, situation.event, situation.measures, situation, None, asked)
    named = [rulebook.by_id[rule] for rule in (*test.expect.acts, *test.expect.idle)]
    judged = {*asked, *(duty for rule in named for duty in _put_in_for(rulebook, rule, asked))}
    if not judged and not any(isinstance(rule, Protect) for rule in named):
        return trial
    there = {demand.duty for demand in situation.demands}
    added = by_hand(sorted(judged - there), area_of(test.given))
    opened = replace(scenario, tables=replace(scenario.tables, demands=added))
    told = {f"pair.{name}": value for name, value in test.given.pair.items()}
    if "home_flooded" in test.given.officer:
        told["officer.home_flooded"] = test.given.officer["home_flooded"]
    again = infer(rulebook, opened, engine=engine, measures=measures) if judged - there else situation
    return replace(trial, eligibility=match(rulebook, opened, again, told=told))


def _put_in_for(rulebook: Rulebook, rule: AnyRule, asked: Collection[str]) -> tuple[str, ...]:
    """Return the duties that must be there for a rule to show whether it acts: its own, where the test asks of none."""
    if not isinstance(rule, DemandRule):
        return ()
    about = duties_of(rulebook, rule)
    return () if any(duty in asked for duty in about) else about
