"""An honest plan stands; a plan with one thing wrong is refused with that thing's own code (semantics §10)."""

from __future__ import annotations

import pytest

from asn_flex.domain.plan import Assignment, BasisRecord, Displaced, Plan, Price, QuarantinedRecord, Question

from .town import (
    Change,
    certified,
    changed,
    codes,
    consistent,
    opinion,
    rebased,
    remade,
    standard,
    town_plan,
)

POST, MOVE, DESK = "post@kec1", "move@event", "desk@kec1"


def demand_changed(plan: Plan, demand: str, **update: object) -> Plan:
    return remade(plan, demands=tuple(d.model_copy(update=update) if d.id == demand else d for d in plan.demands))


def shortfall_changed(plan: Plan, demand: str, **update: object) -> Plan:
    return remade(
        plan, shortfalls=tuple(s.model_copy(update=update) if s.demand == demand else s for s in plan.shortfalls)
    )


def shortfall_added(plan: Plan, demand: str) -> Plan:
    return remade(plan, shortfalls=(*plan.shortfalls, plan.shortfalls[0].model_copy(update={"demand": demand})))


def tier_changed(plan: Plan, tier: str, **update: object) -> Plan:
    return remade(plan, objective=tuple(t.model_copy(update=update) if t.tier == tier else t for t in plan.objective))


def event_changed(plan: Plan, **update: object) -> Plan:
    return remade(plan, event=plan.event.model_copy(update=update))


def path_changed(plan: Plan) -> Plan:
    path = next(a for a in plan.assignments if a.officer == "M1").basis.paths[0]
    return rebased(plan, "M1", paths=(path.model_copy(update={"via": ("nursing",)}),))


def priced(plan: Plan, demand: str, tier: int, step: int) -> Plan:
    prices = dict(plan.certificate.demands)
    vector = list(prices.get(demand, (0,) * len(plan.objective)))
    vector[tier] += step
    return certified(plan, demands={**prices, demand: tuple(vector)})


COVERING = Assignment(
    officer="N1", demand=MOVE, loss=600, points=20,
    basis=BasisRecord(kind="cover", rule="COV-02", strength="0.4"),
)  # fmt: skip

WRONG: dict[str, tuple[Change, set[str]]] = {
    # -- whose plan it is
    "other_rulebook": (
        lambda p: remade(p, rulebook=p.rulebook.model_copy(update={"digest": "sha256:0"})), {"V101"}),
    "other_rulebook_version": (
        lambda p: remade(p, rulebook=p.rulebook.model_copy(update={"version": "2"})), {"V101"}),
    "other_scenario": (
        lambda p: remade(p, scenario=p.scenario.model_copy(update={"digest": "sha256:0"})), {"V102"}),
    "edited_after_it_was_made": (lambda p: p.model_copy(update={"engine": "durable"}), {"V103"}),
    "supersedes_a_plan_not_given": (lambda p: remade(p, supersedes="sha256:1"), {"V104"}),
    "another_moment": (lambda p: remade(p, now="2026-11-20T04:00:00+07:00"), {"V105"}),
    "assumes_what_is_no_event_fact": (lambda p: remade(p, conditional_on={"officer.fit": True}), {"V106"}),
    "assumes_what_it_did_not_use": (
        lambda p: remade(p, conditional_on={"event.phase": "recovery"}), {"V201", "V208"}),
    "hides_a_quarantined_row": (
        lambda p: remade(p, quarantined=(QuarantinedRecord(table="officers", officer="A", problem="x"),)), {"V107"}),
    # -- the situation (codes V2)
    "wrong_severity": (lambda p: event_changed(p, severity=3), {"V201"}),
    "wrong_event_fact": (lambda p: event_changed(p, facts={**p.event.facts, "affected_people": 501}), {"V201"}),
    "unknown_event_fact": (lambda p: event_changed(p, facts={**p.event.facts, "mood": "calm"}), {"V201"}),
    "wrong_derivation": (lambda p: event_changed(p, derived_by={}), {"V202"}),
    "no_recommendation": (lambda p: event_changed(p, recommended={}), {"V203"}),
    "missing_demand": (
        lambda p: remade(
            consistent(p, drop=("V1", "C")), demands=tuple(d for d in p.demands if d.id != MOVE)),
        {"V204", "V407", "V413", "V507"}),
    "invented_demand": (
        lambda p: remade(p, demands=(*p.demands, p.demands[0].model_copy(update={"id": "desk@kec2"}))), {"V205"}),
    "demand_twice": (lambda p: remade(p, demands=(*p.demands, p.demands[0])), {"V205"}),
    "wrong_priority": (lambda p: demand_changed(p, POST, priority=6), {"V206"}),
    "wrong_because": (lambda p: demand_changed(p, POST, because=("ACT-02",)), {"V206"}),
    "wrong_end": (lambda p: demand_changed(p, POST, end="2026-11-25"), {"V206"}),
    "a_rule_left_out": (
        lambda p: remade(p, rules_in_force=tuple(r for r in p.rules_in_force if r != "FRB-02")), {"V207"}),
    "possible_demand_left_out": (lambda p: remade(p, possible_demands=()), {"V208"}),
    "possible_demand_for_another_fact": (
        lambda p: remade(
            p, possible_demands=(p.possible_demands[0].model_copy(update={"missing": ("event.days",)}),)),
        {"V208"}),
    # -- pairs (codes V3)
    "unknown_officer": (
        lambda p: consistent(p, drop=("V3",), add=(standard("Z9", DESK, points=20),)), {"V301", "V508"}),
    "unknown_demand": (
        lambda p: consistent(p, drop=("V3",), add=(standard("V3", "sing@kec1", points=20),)),
        {"V303", "V507"}),
    "officer_on_leave": (lambda p: consistent(p, drop=("V3",), add=(standard("X", DESK),)), {"V304", "V508"}),
    "ineligible_by_competence": (
        lambda p: consistent(p, drop=("M2",), add=(standard("M2", POST, points=41),)), {"V305", "V508"}),
    "basis_that_is_no_cover": (lambda p: rebased(p, "M1", rule="PRF-01"), {"V305"}),
    "cover_of_another_duty": (lambda p: rebased(p, "M1", rule="COV-02"), {"V305"}),
    "wrong_basis": (lambda p: rebased(p, "M1", kind="standard", rule=None), {"V305"}),
    "kind_without_its_rule": (lambda p: rebased(p, "M1", kind="standard"), {"V312"}),
    "forbidden_officer": (
        lambda p: consistent(p, drop=("V2", "C"), add=(standard("V2", MOVE), standard("C", DESK, points=20))),
        {"V306"}),
    "officer_beyond_a_limit": (
        lambda p: consistent(p, drop=("V3", "C"), add=(standard("V3", MOVE), standard("C", DESK, points=20))),
        {"V306"}),
    "wrong_strength": (lambda p: rebased(p, "M1", strength="0.8"), {"V307"}),
    "strength_in_words": (lambda p: rebased(p, "M1", strength="strong"), {"V307"}),
    "wrong_path": (path_changed, {"V308"}),
    "no_path": (lambda p: rebased(p, "M1", paths=()), {"V308"}),
    "wrong_loss": (lambda p: changed(p, "M1", loss=299), {"V309"}),
    "wrong_points": (lambda p: changed(p, "V3", points=19), {"V310"}),
    "question_left_out": (lambda p: changed(p, "U", confirm=()), {"V311"}),
    "question_by_another_rule": (
        lambda p: changed(p, "U", confirm=(Question(attribute="officer.fit", rule="FRB-02"),)), {"V311"}),
    # -- constraints (codes V4)
    "officer_assigned_twice": (
        lambda p: remade(p, assignments=(*p.assignments, standard("A", POST))), {"V305", "V401"}),
    "seat_overfilled": (
        lambda p: consistent(p, drop=("N1",), add=(COVERING,)), {"V402", "V507"}),
    "one_too_many_of_a_unit": (lambda p: consistent(p, add=(standard("D", DESK),)), {"V403", "V508"}),
    "share_exceeded": (
        lambda p: consistent(
            p, drop=("M2",),
            add=(next(a for a in p.assignments if a.officer == "M1").model_copy(
                update={"officer": "M2", "points": 41}),)),
        {"V404", "V508"}),
    "must_pin_left_out": (lambda p: consistent(p, drop=("V1",)), {"V407", "V413", "V507"}),
    "never_pin_broken": (lambda p: consistent(p, add=(standard("W", DESK),)), {"V408", "V508"}),
    "wrong_filled": (lambda p: demand_changed(p, DESK, filled=6), {"V409"}),
    "shortfall_left_out": (lambda p: remade(p, shortfalls=p.shortfalls[:1]), {"V410"}),
    "shortfall_where_none_is": (lambda p: shortfall_added(p, MOVE), {"V411"}),
    "shortfall_of_an_unknown_demand": (lambda p: shortfall_added(p, "x@y"), {"V411"}),
    "shortfall_twice": (lambda p: remade(p, shortfalls=(*p.shortfalls, p.shortfalls[0])), {"V411"}),
    "shortfall_of_another_size": (lambda p: shortfall_changed(p, DESK, missing=2), {"V412"}),
    "wrong_reason": (lambda p: shortfall_changed(p, DESK, reason="team"), {"V413"}),
    "nobody_displaced": (
        lambda p: remade(p, displaced=(Displaced(officer="A", demand=DESK, reason="refused"),)), {"V414"}),
    # -- objective and optimality (codes V5)
    "tier_left_out": (lambda p: remade(p, objective=p.objective[:-1]), {"V501"}),
    "tiers_in_another_order": (lambda p: remade(p, objective=p.objective[::-1]), {"V501"}),
    "wrong_value": (lambda p: tier_changed(p, "burden", value=81, bound=81), {"V502"}),
    "optimal_below_its_bound": (lambda p: tier_changed(p, "burden", bound=81), {"V504"}),
    "worse_in_the_last_tier": (lambda p: consistent(p, drop=("A",), add=(standard("D", DESK),)), {"V507"}),
    "worse_in_suitability": (lambda p: consistent(p, drop=("A",), add=(standard("B", DESK, points=7),)), {"V507"}),
    "seat_left_empty": (lambda p: consistent(p, drop=("V3",)), {"V507"}),
    "seat_left_empty_for_no_reason": (lambda p: consistent(p, drop=("C",)), {"V413", "V507", "V509"}),
    "certificate_of_other_tiers": (lambda p: certified(p, tiers=p.certificate.tiers[:-1]), {"V505"}),
    "certificate_price_too_short": (lambda p: certified(p, demands={POST: (1,)}), {"V505"}),
    "certificate_of_an_unknown_demand": (
        lambda p: certified(p, demands={**p.certificate.demands, "x@y": (0,) * 8}), {"V505"}),
    "certificate_of_an_unknown_cap": (
        lambda p: certified(p, protections=(Price(rule="PRO-01", unit="dishub", price=(0,) * 8),)), {"V505"}),
    "certificate_price_twice": (lambda p: certified(p, shares=p.certificate.shares * 2), {"V505"}),
    "certificate_price_negative": (
        lambda p: certified(p, shares=(Price(rule="COV-01", demand=POST, price=(0, 0, 0, 0, 0, 0, 0, -1)),)), {"V506"}),
    "certificate_price_raised": (lambda p: priced(p, DESK, 0, 1), {"V507"}),
    "certificate_price_lowered": (lambda p: priced(p, POST, 6, -50), {"V507"}),
    "certificate_emptied": (lambda p: certified(p, demands={}, shares=(), protections=()), {"V507"}),
}  # fmt: skip


def test_untouched_plan_stands() -> None:
    result = opinion(town_plan())
    assert [str(f) for f in result.findings] == []
    assert result.ok
    assert result.optimality == "proven"
    assert result.checked["assignments"] == 9
    assert result.checked["officers"] == 13


def test_plan_read_back_from_json_stands() -> None:
    result = opinion(Plan.from_json(town_plan().to_json()))
    assert (result.ok, result.optimality) == (True, "proven")


@pytest.mark.parametrize("name", WRONG)
def test_plan_with_one_thing_wrong_is_refused_with_its_own_code(name: str) -> None:
    change, expected = WRONG[name]
    result = opinion(Plan.from_json(change(town_plan()).to_json()))
    assert codes(result) == expected, [str(f) for f in result.findings]
    assert not result.ok
