"""What rules say about the event: derived, given, assumed, defaulted (semantics §3.5, §4.4, §5.2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from asn_flex.domain.situation import Situation
from asn_flex.errors import SituationConflict, UsageError
from asn_flex.situation.derive import assumed_facts
from asn_flex.situation.durable import DurableEngine
from asn_flex.situation.engine import SituationEngine
from asn_flex.situation.infer import infer
from asn_flex.situation.plain import PlainEngine

from .build import NOW, at, rules_of, scenario_of
from .known import DURABLE

FACTS = """
attributes:
  event.broken: {type: bool, missing: false}
  event.post: {type: enum, values: [siap, penuh]}
  event.rain: {type: number}
  event.since: {type: date}
  event.where: {type: area}
  event.tags: {type: set}
  event.code: {type: text}
"""


@pytest.fixture(params=["plain", "durable"], scope="module")
def engine(request: pytest.FixtureRequest) -> Iterator[SituationEngine]:
    if request.param == "durable" and not DURABLE:
        pytest.skip("durable_rules cannot be imported here")
    with DurableEngine() if request.param == "durable" else PlainEngine() as made:
        yield made


def settle(engine: SituationEngine, *rules: str, assume: Any = (), **scenario: Any) -> Situation:
    rulebook = rules_of(*rules, more=FACTS)
    return infer(rulebook, scenario_of(rulebook, **scenario), engine=engine, assume=dict(assume))


def escalate(rule: str, when: str, what: str, more: str = "") -> str:
    return f"id: {rule}, kind: escalate, when: {{{when}}}, set: {{{what}}}{more}"


ALL = escalate("S1", "", "severity: 3"), escalate("S2", "", "severity: 4")


def test_the_largest_number_wins_the_given_one_included(engine: SituationEngine) -> None:
    situation = settle(engine, *ALL, event={"severity": 2})
    assert (situation.event["severity"], situation.derived_by) == (4, {"severity": ("S2",)})
    situation = settle(engine, *ALL, event={"severity": 5})
    assert (situation.event["severity"], situation.derived_by) == (5, {})
    situation = settle(engine, *ALL, event={"severity": 4})
    assert (situation.event["severity"], situation.derived_by) == (4, {})


def test_every_rule_whose_value_stands_is_named(engine: SituationEngine) -> None:
    situation = settle(engine, *ALL, escalate("S3", "", "severity: 4"))
    assert situation.derived_by == {"severity": ("S2", "S3")}
    assert situation.rules_in_force == ("S1", "S2", "S3")


@pytest.mark.parametrize(
    ("given", "truth", "in_force"),
    [
        pytest.param({"rain": Fraction(150)}, True, ("S1",), id="true"),
        pytest.param({"rain": Fraction(50)}, False, (), id="false"),
        pytest.param({}, False, (), id="unknown"),
    ],
)
def test_a_rule_sets_only_where_its_when_is_true(
    engine: SituationEngine, given: dict[str, Any], truth: bool, in_force: tuple[str, ...]
) -> None:
    situation = settle(engine, escalate("S1", "event.rain: {gt: 100}", "broken: true"), event=given)
    assert (situation.event["broken"], situation.rules_in_force) == (truth, in_force)


def test_rules_build_on_what_others_set_whatever_their_ids(engine: SituationEngine) -> None:
    chain = (
        escalate("C1", "event.severity: {gte: 4}", "post: penuh"),
        escalate("C2", "event.broken: true", "severity: 4"),
        escalate("C3", "event.rain: {gt: 100}", "broken: true"),
    )
    situation = settle(engine, *chain, event={"rain": Fraction(101)})
    assert situation.event == {"broken": True, "post": "penuh", "rain": 101, "severity": 4, "type": "rob"}
    assert situation.derived_by == {"broken": ("C3",), "post": ("C1",), "severity": ("C2",)}


def test_a_default_comes_after_the_rules_and_before_whoever_reads_it(engine: SituationEngine) -> None:
    rules = (
        escalate("C1", "event.broken: false", "severity: 5"),
        escalate("C2", "event.rain: {gt: 100}", "broken: true"),
    )
    assert settle(engine, *rules).event == {"broken": False, "severity": 5, "type": "rob"}
    assert "severity" not in settle(engine, *rules, event={"rain": Fraction(101)}).event


def test_rules_that_disagree_are_named_with_their_places_even_if_a_value_is_given(engine: SituationEngine) -> None:
    rules = escalate("S1", "", "post: siap"), escalate("S2", "", "post: penuh")
    for given in ({}, {"post": "siap"}):
        with pytest.raises(SituationConflict) as refusal:
            settle(engine, *rules, event=given)
        (found,) = refusal.value.diagnostics
        other = found.place._replace(line=found.place.line - 1)  # each rule stands on a line of its own
        for lang in ("id", "en"):
            message = found.message(lang)
            assert found.code == "C101"
            assert all(part in message for part in ("`S1`", "`S2`", "`event.post`", str(other), "siap", "penuh"))


def test_all_facts_in_conflict_are_reported_together(engine: SituationEngine) -> None:
    rules = escalate("S1", "", "post: siap, code: a"), escalate("S2", "", "post: penuh, code: b")
    with pytest.raises(SituationConflict) as refusal:
        settle(engine, *rules)
    assert len(refusal.value.diagnostics) == 2


def test_agreeing_rules_stand_and_a_given_value_stands_before_them(engine: SituationEngine) -> None:
    rules = escalate("S1", "", "post: siap"), escalate("S2", "", "post: siap")
    situation = settle(engine, *rules)
    assert (situation.event["post"], situation.derived_by) == ("siap", {"post": ("S1", "S2")})
    situation = settle(engine, *rules, event={"post": "penuh"})
    assert (situation.event["post"], situation.derived_by) == ("penuh", {})


def test_a_recommendation_changes_nothing(engine: SituationEngine) -> None:
    rules = (
        "id: S1, kind: escalate, recommend: {phase: response, severity: 4}",
        "id: S2, kind: escalate, recommend: {phase: alert}",
        "id: S3, kind: escalate, when: {event.phase: response}, set: {severity: 5}",
    )
    situation = settle(engine, *rules)
    assert situation.recommended == {"phase": ("alert", "response"), "severity": (4,)}
    assert situation.event == {"broken": False, "type": "rob"}
    assert situation.rules_in_force == ("S1", "S2")


@pytest.mark.parametrize(
    ("effective", "holds"),
    [
        pytest.param("{from: 2026-11-20, until: 2026-11-23}", True, id="every day"),
        pytest.param("{from: 2026-11-21}", False, id="not the first day"),
        pytest.param("{until: 2026-11-22}", False, id="not the last day"),
    ],
)
def test_a_rule_must_be_law_on_every_day_of_the_period(engine: SituationEngine, effective: str, holds: bool) -> None:
    situation = settle(engine, escalate("S1", "", "severity: 4", f", effective: {effective}"))
    assert ("severity" in situation.event) is holds


@pytest.mark.parametrize(
    ("started", "days"),
    [("2026-11-17T08:00", 3), ("2026-11-17T08:00:01", 2), ("2026-11-20T08:00", 0), ("2026-11-20T09:00", -1)],
)
def test_days_are_whole_spans_of_24_hours_since_the_start(engine: SituationEngine, started: str, days: int) -> None:
    assert settle(engine, started=at(started)).event["days"] == days
    assert "days" not in settle(engine).event


# ---- assumptions -----------------------------------------------------------------------------------------------------


def test_what_is_assumed_stands_in_the_place_of_what_is_given(engine: SituationEngine) -> None:
    rules = escalate("S1", "event.phase: response", "severity: 3")
    assume = {"event.phase": "response", "event.severity": 2, "event.broken": "ya"}
    situation = settle(engine, rules, assume=assume, event={"phase": "alert", "severity": 5})
    assert situation.event == {"broken": True, "phase": "response", "severity": 3, "type": "rob"}
    assert situation.assumed == {"event.broken": True, "event.phase": "response", "event.severity": 2}
    assert situation.derived_by == {"severity": ("S1",)}


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("event.severity", "4", 4),
        ("event.severity", Fraction(4), 4),
        ("event.rain", "1.5", Fraction(3, 2)),
        ("event.rain", 0.1, Fraction(1, 10)),
        ("event.rain", Decimal("2.50"), Fraction(5, 2)),
        ("event.rain", Fraction(1, 3), Fraction(1, 3)),
        ("event.broken", False, False),
        ("event.broken", " true ", True),
        ("event.since", date(2026, 1, 1), date(2026, 1, 1)),
        ("event.since", "2026-01-01", date(2026, 1, 1)),
        ("event.type", "banjir", "banjir"),
        ("event.where", "kec1", "kec1"),
        ("event.tags", ["a", "b"], frozenset("ab")),
        ("event.tags", "a;b", frozenset("ab")),
        ("event.days", "7", 7),
    ],
)
def test_values_are_read_in_the_type_of_the_fact(name: str, raw: object, value: object) -> None:
    rulebook = rules_of(*ALL, more=FACTS)
    found = assumed_facts(rulebook, scenario_of(rulebook), {name: raw})
    assert found == {name: value}
    assert type(found[name]) is type(value)


@pytest.mark.parametrize(
    ("name", "raw", "problem"),
    [
        ("event.phas", "response", "cannot be assumed; did you mean `event.phase`"),
        ("phase", "response", "did you mean `event.phase`"),
        ("area.flooded", "true", "no fact of the event"),
        ("event.phase", "respons", "one of alert, response, recovery; did you mean `response`"),
        ("event.severity", 9, "between 1 and 5"),
        ("event.severity", "four", "whole number"),
        ("event.severity", True, "whole number"),
        ("event.severity", 2.5, "whole number"),
        ("event.severity", Fraction(5, 2), "whole number"),
        ("event.rain", float("nan"), "number"),
        ("event.type", "longsor", "one of banjir, bencana"),
        ("event.where", "kec9", "not in the table areas; did you mean `kec2`"),
        ("event.since", NOW, "date"),
        ("event.since", "20-11-2026", "date"),
        ("event.tags", [1], "set"),
        ("event.code", "  ", "text"),
        ("event.code", None, "text"),
        ("event.code", 5, "text"),
    ],
)
def test_an_assumption_that_means_nothing_is_refused(name: str, raw: object, problem: str) -> None:
    rulebook = rules_of(*ALL, more=FACTS)
    with pytest.raises(UsageError, match=problem):
        assumed_facts(rulebook, scenario_of(rulebook), {name: raw})
