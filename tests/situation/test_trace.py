"""A rule's `when` is followed down to the rows behind it (semantics §9)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from asn_flex.errors import UsageError
from asn_flex.rulebook.model import Rulebook
from asn_flex.situation.infer import infer
from asn_flex.situation.trace import GroupTrace, RuleTrace, TestTrace, explain_rule

from .build import at, rules_of, scenario_of

MORE = """
measures:
  river_m: {observe: level, window: 6h, take: max, scope: event}
  reports: {observe: report, window: 6h, take: count, scope: area}
parameters: {danger: {values: [{from: 2026-01-01, value: 2.5}]}, later: {values: [{from: 2027-01-01, value: 5}]}}
attributes:
  event.over: {type: bool, missing: false}
  event.secret: {type: bool, sensitive: true}
"""
FORBID = "kind: forbid, who: {officer.fit: false}"
DEEP, LOCAL = "{area.depth_cm: {gte: 50}}", "duty.class: essential"
RULES = (
    "id: S1, kind: escalate, when: {measure.river_m: {gte: {param: danger}}}, set: {over: true}",
    "id: A1, kind: activate, duty: d1, each: area, seats: {base: 1}, when: {measure.reports: {gte: 1}}",
    f"id: F1, {FORBID}, when: {{any: [{DEEP}, {{event.phase: response}}], not: {{event.over: false}}, {LOCAL}}}",
    f"id: F2, {FORBID}, when: {{event.severity: {{gte: {{param: later}}}}, event.secret: true}}",
)
OBSERVED = (
    {"time": at("2026-11-20T07:00"), "kind": "level", "value": "2.4", "area": "kota"},
    {"time": at("2026-11-20T07:30"), "kind": "level", "value": "2.6", "area": "kota"},
    {"time": at("2026-11-20T07:40"), "kind": "report", "value": None, "area": "kel11"},
)
AREAS = (
    {"id": "kota"},
    {"id": "kec1", "parent": "kota", "depth_cm": Decimal(40)},
    {"id": "kec2", "parent": "kota"},
    {"id": "kel11", "parent": "kec1"},
)


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return rules_of(*RULES, more=MORE)


def explain(rulebook: Rulebook, rule: str, demand: str | None = None, area: str | None = None) -> RuleTrace:
    scenario = scenario_of(rulebook, observations=OBSERVED, area_rows=AREAS, event={"severity": 4})
    situation = infer(rulebook, scenario, assume={"event.secret": True})
    return explain_rule(rulebook, scenario, situation, rule, demand, area=area)


def test_a_measure_names_its_rows_and_a_parameter_its_value(rulebook: Rulebook) -> None:
    trace = explain(rulebook, "S1")
    assert (trace.truth, trace.area, trace.duty, trace.missing) == (True, None, None, ())
    when = trace.when
    assert isinstance(when, TestTrace)
    assert (when.attribute, when.operator, when.operand, when.param) == (
        "measure.river_m", "gte", Fraction(5, 2), "danger",
    )  # fmt: skip
    assert (when.value, when.origin, when.table, when.rows) == (Fraction(13, 5), "measured", "observations", (3,))
    assert when.place.line > 1


def test_a_measure_of_an_area_names_the_rows_of_that_area(rulebook: Rulebook) -> None:
    when = explain(rulebook, "A1", "d1@kec1").when
    assert isinstance(when, TestTrace)
    assert (when.value, when.rows, when.truth) == (1, (4,), True)
    when = explain(rulebook, "A1", area="kec2").when
    assert isinstance(when, TestTrace)
    assert (when.value, when.rows, when.truth) == (0, (), False)


def test_groups_tests_and_their_truths(rulebook: Rulebook) -> None:
    trace = explain(rulebook, "F1", "d1@kec1")
    assert (trace.truth, trace.area, trace.duty, trace.missing) == (None, "kec1", "d1", ("event.phase",))
    assert isinstance(trace.when, GroupTrace)
    either, negated, duty = trace.when.parts
    assert isinstance(either, GroupTrace)
    assert isinstance(negated, GroupTrace)
    assert isinstance(duty, TestTrace)
    assert [(part.form, part.truth) for part in (trace.when, either, negated)] == [
        ("all", None), ("any", None), ("not", True),
    ]  # fmt: skip
    depth, phase = either.parts
    assert isinstance(depth, TestTrace)
    assert isinstance(phase, TestTrace)
    assert (depth.truth, depth.value, depth.table, depth.rows) == (False, 40, "areas", (3,))
    assert (phase.truth, phase.value, phase.origin) == (None, None, "unknown")
    over = negated.parts[0]
    assert isinstance(over, TestTrace)
    assert (over.truth, over.origin, over.derived_by) == (False, "derived", ("S1",))
    assert (duty.truth, duty.value, duty.origin) == (True, "essential", "rulebook")


def test_given_assumed_sensitive_and_a_parameter_without_a_value(rulebook: Rulebook) -> None:
    trace = explain(rulebook, "F2")
    assert trace.missing == ("param.later",)
    assert isinstance(trace.when, GroupTrace)
    severity, secret = trace.when.parts
    assert isinstance(severity, TestTrace)
    assert isinstance(secret, TestTrace)
    assert (severity.truth, severity.value, severity.origin, severity.operand) == (None, 4, "given", None)
    assert (secret.truth, secret.origin, secret.sensitive) == (True, "assumed", True)


def test_defaults_are_called_so(rulebook: Rulebook) -> None:
    dry = rules_of("id: A1, kind: activate, duty: d1, each: area, seats: {base: 1}, when: {area.flooded: false}")
    scenario = scenario_of(dry)
    when = explain_rule(dry, scenario, infer(dry, scenario), "A1", "d1@kec1").when
    assert isinstance(when, TestTrace)
    assert (when.value, when.origin, when.rows) == (False, "default", ())


def test_a_trace_agrees_with_the_state_of_every_rule(rulebook: Rulebook) -> None:
    scenario = scenario_of(rulebook, observations=OBSERVED, area_rows=AREAS, event={"severity": 4})
    situation = infer(rulebook, scenario)
    for demand, states in situation.in_force.items():
        for rule, state in states.items():
            trace = explain_rule(rulebook, scenario, situation, rule, demand)
            assert (trace.truth, trace.missing) == (state.holds, state.missing)


@pytest.mark.parametrize(
    ("rule", "demand", "area", "problem"),
    [
        ("S9", None, None, "no rule `S9`"),
        ("F1", "d1@kec9", None, "no demand `d1@kec9`.*did you mean `d1@kec1`"),
        ("F1", None, "kec9", "no area `kec9`"),
    ],
)
def test_what_does_not_exist_is_refused(
    rulebook: Rulebook, rule: str, demand: str | None, area: str | None, problem: str
) -> None:
    with pytest.raises(UsageError, match=problem):
        explain(rulebook, rule, demand, area)
