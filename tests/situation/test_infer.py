"""Which rules are in force, for which demand, and what leaves them open (semantics §4.3, §4.4, §5.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import asn_flex as af
from asn_flex.domain.situation import RuleState, Situation
from asn_flex.errors import SituationConflict
from asn_flex.situation.durable import DurableEngine
from asn_flex.situation.engine import Answers, Program, Scope, SituationEngine
from asn_flex.situation.infer import infer
from asn_flex.situation.plain import PlainEngine

from ..support import FOLDERS, REPOSITORY, load_case
from .build import rules_of, scenario_of
from .known import DURABLE, needs_durable


@pytest.fixture(scope="module")
def durable() -> Iterator[DurableEngine]:
    with DurableEngine() as made:
        yield made


@pytest.fixture(params=["plain", "durable"], scope="module")
def engine(request: pytest.FixtureRequest) -> SituationEngine:
    if request.param == "durable" and not DURABLE:
        pytest.skip("durable_rules cannot be imported here")
    return request.getfixturevalue("durable") if request.param == "durable" else PlainEngine()


ACT = "id: A1, kind: activate, duty: d1, each: area, seats: {base: 1}"
PERMISSIVE = {
    "cover": "id: R1, kind: cover, who: {officer.fit: true}, strength: 0.5",
    "prefer a bonus": "id: R1, kind: prefer, who: {officer.fit: true}, points: -5",
}
RESTRICTIVE = {
    "forbid": "id: R1, kind: forbid, who: {officer.fit: false}",
    "limit": "id: R1, kind: limit, must: {officer.fit: true}",
    "team": "id: R1, kind: team, include: {per: 3}",
    "prefer a cost": "id: R1, kind: prefer, who: {officer.fit: true}, points: 5",
    "prefer to minimise": "id: R1, kind: prefer, minimise: pair.travel_min, weight: 1, if_unknown: 9",
}
EVERY = {**PERMISSIVE, **RESTRICTIVE}
OPEN = RuleState("R1", None, ("event.phase",))
HOLDS = RuleState("R1", holds=True)


def states(engine: SituationEngine, rule: str, event: dict[str, Any] | None = None, **more: Any) -> Any:
    rulebook = rules_of(ACT, rule)
    situation = infer(rulebook, scenario_of(rulebook, event=event, areas=["kec1"], **more), engine=engine)
    return situation.in_force["d1@kec1"], situation.rules_in_force


@pytest.mark.parametrize("rule", EVERY.values(), ids=EVERY)
def test_a_rule_is_in_force_where_its_when_is_true(engine: SituationEngine, rule: str) -> None:
    assert states(engine, f"{rule}, when: {{event.phase: response}}", {"phase": "response"}) == (
        {"R1": HOLDS},
        ("A1", "R1"),
    )
    assert states(engine, rule) == ({"R1": HOLDS}, ("A1", "R1"))


@pytest.mark.parametrize("rule", EVERY.values(), ids=EVERY)
def test_a_rule_is_out_of_force_where_its_when_is_false(engine: SituationEngine, rule: str) -> None:
    assert states(engine, f"{rule}, when: {{event.phase: response}}", {"phase": "alert"}) == ({}, ("A1",))


@pytest.mark.parametrize("rule", PERMISSIVE.values(), ids=PERMISSIVE)
def test_an_unknown_when_never_helps(engine: SituationEngine, rule: str) -> None:
    assert states(engine, f"{rule}, when: {{event.phase: response}}") == ({}, ("A1",))


@pytest.mark.parametrize("rule", RESTRICTIVE.values(), ids=RESTRICTIVE)
def test_an_unknown_when_restricts_and_names_what_is_missing(engine: SituationEngine, rule: str) -> None:
    assert states(engine, f"{rule}, when: {{event.phase: response}}") == ({"R1": OPEN}, ("A1", "R1"))
    # A part that is decided is not asked about.
    when = "any: [{event.phase: response}, {event.type: gempa, event.severity: 5}]"
    assert states(engine, f"{rule}, when: {{{when}}}")[0] == {"R1": OPEN}


@pytest.mark.parametrize("rule", EVERY.values(), ids=EVERY)
@pytest.mark.parametrize(
    ("effective", "all_days", "some_days"),
    [
        pytest.param("{from: 2026-11-20, until: 2026-11-23}", True, True, id="all"),
        pytest.param("{from: 2026-11-22}", False, True, id="the last"),
        pytest.param("{until: 2026-11-21}", False, True, id="the first"),
        pytest.param("{from: 2026-11-21, until: 2026-11-22}", False, True, id="the middle"),
        pytest.param("{from: 2026-11-23}", False, False, id="after"),
        pytest.param("{until: 2026-11-20}", False, False, id="before"),
    ],
)
def test_permissive_rules_must_be_law_on_all_days_and_restrictive_on_any(
    engine: SituationEngine, rule: str, effective: str, all_days: bool, some_days: bool
) -> None:
    expected = all_days if rule in PERMISSIVE.values() else some_days
    assert bool(states(engine, f"{rule}, effective: {effective}")[0]) is expected


@pytest.mark.parametrize(
    ("duty", "applies"),
    [("d1", True), ("[d2, d1]", True), ("d2", False), ("{class: essential}", True), ("{class: support}", False),
     ("{tag: medis}", True), ("{tag: laut}", False)],
)  # fmt: skip
def test_a_rule_is_about_the_duties_it_selects(engine: SituationEngine, duty: str, applies: bool) -> None:
    for rule in EVERY.values():
        assert bool(states(engine, f"{rule}, duty: {duty}")[0]) is applies


def test_a_rule_is_settled_for_each_area_and_duty_by_itself(engine: SituationEngine) -> None:
    rulebook = rules_of(
        ACT,
        "id: A2, kind: activate, duty: d2, each: area, seats: {base: 1}",
        "id: A3, kind: activate, duty: d1, each: event, seats: {base: 1}",
        "id: R1, kind: forbid, who: {officer.fit: false}, when: {area.depth_cm: {gte: 50}, duty.class: essential}",
        "id: R2, kind: forbid, who: {officer.fit: false}, when: {area.id: {within: kec1}}",
        "id: R3, kind: forbid, who: {officer.fit: false}, when: {duty.priority: {gt: 5}}",
    )
    areas = (
        {"id": "kota", "depth_cm": Decimal(10)},
        {"id": "kec1", "parent": "kota"},
        {"id": "kec2", "parent": "kota", "depth_cm": Decimal(60)},
    )
    situation = infer(rulebook, scenario_of(rulebook, area_rows=areas), engine=engine)
    found = {d: {r: s.holds for r, s in rules.items()} for d, rules in situation.in_force.items()}
    assert found == {
        "d1@event": {},  # at the command area, kota: 10 cm
        "d1@kec1": {"R1": None, "R2": True},
        "d1@kec2": {"R1": True},
        "d2@kec1": {"R2": True, "R3": True},
        "d2@kec2": {"R3": True},
    }
    assert situation.in_force["d1@kec1"]["R1"].missing == ("area.depth_cm",)
    assert list(situation.in_force) == sorted(situation.in_force)


def protections(engine: SituationEngine, more: str, units: Sequence[dict[str, Any]], **scenario: Any) -> Situation:
    rulebook = rules_of(f"id: P1, kind: protect, keep: {{at_least: 2}}, {more}")
    return infer(rulebook, scenario_of(rulebook, unit_rows=units, **scenario), engine=engine)


UNIT = ({"id": "rsud", "service_class": "essential", "tags": ["igd"]},)


@pytest.mark.parametrize(
    ("unit", "protected"),
    [("rsud", True), ("{tag: igd}", True), ("{service_class: essential}", True), ("dinkes", False),
     ("{service_class: support}", False), ("{tag: x}", False)],
)  # fmt: skip
def test_a_protect_rule_is_in_force_for_units(engine: SituationEngine, unit: str, protected: bool) -> None:
    situation = protections(engine, f"unit: {unit}", UNIT)
    assert situation.protections == {"P1": RuleState("P1", holds=True)}
    assert situation.rules_in_force == (("P1",) if protected else ())


def test_a_unit_of_unknown_class_falls_under_every_class(engine: SituationEngine) -> None:
    assert protections(engine, "unit: {service_class: support}", ({"id": "x"},)).rules_in_force == ("P1",)


def test_a_protect_rule_restricts_where_its_when_is_open(engine: SituationEngine) -> None:
    when = "unit: rsud, when: {event.severity: {lt: 4}}"
    assert protections(engine, when, UNIT, event={"severity": 4}).protections == {}
    assert protections(engine, when, UNIT).protections == {"P1": RuleState("P1", None, ("event.severity",))}
    assert protections(engine, "unit: rsud, effective: {from: 2026-11-23}", UNIT).protections == {}
    assert list(protections(engine, "unit: rsud, effective: {from: 2026-11-22}", UNIT).protections) == ["P1"]


def test_a_parameter_that_only_a_condition_about_people_asks_is_warned_about(engine: SituationEngine) -> None:
    more = "parameters: {p: {values: [{from: 2027-01-01, value: 8}]}, q: {values: [{from: 2027-01-01, value: 8}]}}\n"
    rules = (
        "id: R1, kind: limit, must: {officer.rest_hours: {gte: {param: p}}}",
        "id: R2, kind: team, include: {per: 3, who: {officer.hours_7d: {lt: {param: q}}}}",
        "id: R3, kind: forbid, who: {officer.hours_7d: {lt: {param: q}}}",
    )
    rulebook = rules_of(*rules, more=more)
    situation = infer(rulebook, scenario_of(rulebook), engine=engine)
    assert [w.code for w in situation.warnings] == ["W601", "W601"]
    assert ["`p`" in situation.warnings[0].message("en"), "`q`" in situation.warnings[1].message("en")] == [True, True]


class Counting(PlainEngine):
    """Notes how often each rule is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def evaluate(self, program: Program, scopes: Sequence[Scope]) -> list[Answers]:
        self.asked += [rule for scope in scopes for rule in scope.rules]
        return super().evaluate(program, scopes)


def test_a_rule_is_asked_once_for_what_it_asks_about_and_never_once_per_demand() -> None:
    shifts = 'shifts: [{id: a, from: "07:00", hours: 8}, {id: b, from: "15:00", hours: 8}]'
    rulebook = rules_of(
        *(f"id: A-{d}, kind: activate, duty: {d}, each: area, seats: {{base: 1}}, {shifts}" for d in ("d1", "d2")),
        "id: R-event, kind: forbid, who: {officer.fit: false}, when: {event.severity: 3}",
        "id: R-area, kind: forbid, who: {officer.fit: false}, when: {area.flooded: true}",
        "id: R-duty, kind: forbid, who: {officer.fit: false}, when: {duty.class: support}",
        "id: R-both, kind: forbid, who: {officer.fit: false}, when: {area.flooded: true, duty.class: support}",
        "id: R-other, kind: forbid, duty: d3, who: {officer.fit: false}",
    )
    engine = Counting()
    situation = infer(rulebook, scenario_of(rulebook), engine=engine)
    assert len(situation.demands) == 8  # 2 duties, 2 areas, 2 shifts
    counts = {rule: engine.asked.count(rule) for rule in rulebook.by_id}
    assert counts == {"A-d1": 1, "A-d2": 1, "R-event": 1, "R-area": 2, "R-duty": 2, "R-both": 4, "R-other": 0}


@needs_durable
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_both_engines_see_a_worked_case_alike(durable: DurableEngine, folder: Path) -> None:
    rulebook, scenario = load_case(folder)
    outcomes: list[object] = []
    for engine in (PlainEngine(), durable):
        try:
            outcomes.append({**vars(infer(rulebook, scenario, engine=engine)), "engine": ""})
        except SituationConflict as conflict:
            outcomes.append(conflict.diagnostics)
    assert outcomes[0] == outcomes[1]


@needs_durable
def test_both_engines_see_the_example_alike(durable: DurableEngine) -> None:
    rulebook = af.load_rulebook(REPOSITORY / "rules" / "tanjungbalai")
    scenario = af.load_scenario(REPOSITORY / "examples" / "tanjungbalai_flood", rulebook)
    for assume in ({}, {"event.phase": "recovery"}, {"event.severity": 5, "event.days": 9}):
        plain = infer(rulebook, scenario, assume=assume)
        assert vars(infer(rulebook, scenario, engine=durable, assume=assume)) == {**vars(plain), "engine": "durable"}
    assert plain.demands
