"""What an edit changes for scenarios: who may, which seats, who goes; alone and all together (semantics §12.6)."""
# ruff: noqa: E501 - an edit stands on one line

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

import asn_flex as af
from asn_flex.analysis.effects import Effect, ScenarioDiff
from asn_flex.analysis.meaning import Pairs
from asn_flex.analysis.plan_diff import Move
from asn_flex.domain.scenario import Scenario
from asn_flex.rulebook.model import Rulebook

from ..support import REPOSITORY
from .edits import LARGER, NO_FORBID, OLD, STRICTER, edited, flood

ADD = "  - {id: LIM-1"


def compared(new: Rulebook, scenario: Scenario | None = None, *, old: Rulebook = OLD) -> ScenarioDiff:
    (found,) = af.diff(old, new, [flood(old) if scenario is None else scenario]).scenarios
    return found


def effect(found: ScenarioDiff) -> Effect:
    assert found.all_together is not None
    return found.all_together


def pairs(found: Pairs) -> list[str]:
    return [f"{officer} {at.demand}" for at in found.at for officer in at.officers]


def alone(found: ScenarioDiff, changes: Sequence[object]) -> dict[str, tuple[int, int]]:
    told = {}
    for item in found.alone:
        assert item.effect is not None
        assert item.effect.plan is not None
        told[changes[item.change].id] = item.effect.plan.total  # type: ignore[attr-defined]
    return told


def test_rulebook_against_itself_changes_nothing_for_any_scenario():
    found = af.diff(OLD, edited(), [flood()])
    assert found.changes == ()
    assert found.nothing_for_any_scenario
    assert found.nothing_for_these
    assert effect(found.scenarios[0]).is_nothing


def test_stricter_cover_loses_the_stand_in():
    # Budi stands in with 0.7 only; Ani and Dwi fill both seats anyway, so nobody moves.
    found = effect(compared(edited(STRICTER)))
    assert pairs(found.meaning.lost) == ["budi pos@event"]
    assert (found.meaning.gained.count, found.meaning.other_grounds.count, found.meaning.demands) == (0, 0, ())
    assert found.plan is not None
    assert found.plan.is_nothing


def test_more_seats_take_the_stand_in_along():
    # A third seat at the post goes to Budi; the warehouse had Budi or nobody better: Citra is not fit, so it is empty.
    found = effect(compared(edited(LARGER)))
    (demand,) = found.meaning.demands
    assert (demand.demand, demand.before and demand.before.seats, demand.after and demand.after.seats) == (
        "pos@event",
        2,
        3,
    )
    assert found.meaning.lost.count == found.meaning.gained.count == 0
    plan = found.plan
    assert plan is not None
    assert plan.moves == (Move("budi", "gudang@event", "pos@event"),)
    assert plan.must_move == plan.moves
    assert [(e.demand, e.missing, e.reason) for e in plan.empty] == [("gudang@event", (0, 1), (None, "all_committed"))]
    assert [(f.duty, f.seats, f.filled) for f in plan.filled] == [("pos", (2, 3), (2, 3)), ("gudang", (1, 1), (1, 0))]
    assert (plan.seats, plan.total) == ((3, 4), (3, 3))
    # Priority 5 for a third seat at the post, 3 for the one in the warehouse.
    tiers = {t.tier: (t.before, t.after) for t in plan.tiers}
    assert (tiers["coverage.life_safety"], tiers["coverage.support"]) == ((10, 15), (3, 0))


def test_removed_prohibition_lets_people_go_who_are_counted_but_not_named():
    """Who is gained by a rule about `fit` are exactly those who are not fit, which nobody is told (semantics §9)."""
    found = effect(compared(edited(NO_FORBID, LARGER)))
    assert (found.meaning.gained.count, found.meaning.gained.people) == (1, 1)
    assert pairs(found.meaning.gained) == []
    # Without Citra the warehouse would stay empty.
    assert found.plan is not None
    assert found.plan.sent == (Move("citra", None, "gudang@event"),)


def test_what_is_gained_one_way_is_lost_the_other_way():
    new = edited(STRICTER, LARGER, ("value: 8, source", "value: 10.5, source"))
    there, back = effect(compared(new)), effect(compared(OLD, old=new, scenario=flood(new)))
    assert pairs(there.meaning.lost) == pairs(back.meaning.gained) != []
    assert pairs(there.meaning.gained) == pairs(back.meaning.lost)
    assert [(d.demand, d.before, d.after) for d in there.meaning.demands] == [
        (d.demand, d.after, d.before) for d in back.meaning.demands
    ]
    assert there.plan is not None
    assert back.plan is not None
    assert there.plan.total == back.plan.total[::-1]
    assert {e.demand: e.missing for e in there.plan.empty} == {e.demand: e.missing[::-1] for e in back.plan.empty}


def test_questions_and_points_are_other_grounds():
    asking = edited(("kind: forbid, who", "kind: prefer, points: 5, who"))
    found = effect(compared(asking)).meaning
    # Citra, refused so far, may now do both duties but the post, which she has nothing for; the others are fit.
    assert (found.gained.count, found.lost.count) == (1, 0)
    dearer = edited(
        (ADD, "  - {id: PRF-1, kind: prefer, duty: pos, who: {officer.rest_hours: {gte: 10}}, points: 7}\n" + ADD)
    )
    assert pairs(effect(compared(dearer)).meaning.other_grounds) == ["ani pos@event", "budi pos@event", "dwi pos@event"]


def test_rule_that_concerns_nobody_moves_nobody():
    """The planner may take other officers of equal worth when rules ask more of them; that is no effect of the edit."""
    scenario = flood(officers={
        "id": [f"o{i}" for i in range(6)], "unit": ["dinkes"] * 6, "fit": ["true"] * 6, "rest_hours": ["10"] * 6,
        "hours_7d": ["0"] * 6, "grade": ["III/b", "III/a", "III/b", "III/a", "III/b", "III/a"],
    }, holdings={"officer": [], "competency": [], "level": []})  # fmt: skip
    rule = "  - {id: PRF-1, kind: prefer, duty: pos, who: {officer.grade: III/a}, points: -1}\n"
    found = af.diff(OLD, edited((ADD, rule + ADD)), [scenario])
    assert found.changes[0].matters
    assert not found.nothing_for_any_scenario
    assert found.nothing_for_these


def test_changes_are_made_one_at_a_time_and_interactions_are_told():
    # Alone the seat is filled by Budi (+0: the warehouse loses him), alone the cover changes nothing; together the seat
    # stays empty and Budi stays in the warehouse.
    new = edited(STRICTER, LARGER, NO_FORBID)
    comparison = af.diff(OLD, new, [flood()])
    (found,) = comparison.scenarios
    # OLD fills 3; LARGER 3 of 4; STRICTER 3; without FRB-1 3 (Citra could take the warehouse, but it is taken).
    assert alone(found, comparison.changes) == {"ACT-1": (3, 3), "COV-1": (3, 3), "FRB-1": (3, 3)}
    assert found.interaction is None
    wider = edited(LARGER, NO_FORBID)
    comparison = af.diff(OLD, wider, [flood()])
    # Together: Ani, Dwi, Budi at the post, Citra in the warehouse: 4.
    assert alone(comparison.scenarios[0], comparison.changes) == {"ACT-1": (3, 3), "FRB-1": (3, 3)}
    assert comparison.scenarios[0].interaction == (0, 1)


def test_one_change_alone_is_all_together():
    found = compared(edited(STRICTER))
    assert [(a.change, a.members, a.effect) for a in found.alone] == [(0, (0,), found.all_together)]


def test_changes_proven_harmless_are_not_tried():
    comparison = af.diff(OLD, edited(STRICTER, ('version: "1"', 'version: "2"')), [flood()])
    assert [comparison.changes[a.change].id for a in comparison.scenarios[0].alone] == ["COV-1"]


def test_order_of_scenarios_matters_for_their_listing_only():
    new = edited(STRICTER, LARGER)
    larger = flood(name="banjir-2", officers={
        "id": ["budi", "dwi"], "unit": ["dinkes"] * 2, "fit": ["true"] * 2, "rest_hours": ["10", "10"],
    }, holdings={"officer": ["budi"], "competency": ["bidan"], "level": [2]})  # fmt: skip
    one = af.diff(OLD, new, [flood(), larger]).scenarios
    other = af.diff(OLD, new, [larger, flood()]).scenarios
    assert [s.scenario for s in one] == ["banjir-1", "banjir-2"]
    assert [s.all_together for s in one] == [s.all_together for s in reversed(other)]
    assert [s.alone for s in one] == [s.alone for s in reversed(other)]


# ---- scenarios that do not fit -----------------------------------------------------------------------------------------


def test_scenario_that_the_new_rules_cannot_read_tells_it_and_stops_no_other():
    gone = edited(
        ("  bidan: {label: {id: Kebidanan, en: Midwifery}, substitutes: [{for: rawat, strength: 0.7}]}\n", "")
    )
    fits = flood(holdings={"officer": ["ani", "dwi"], "competency": ["rawat", "rawat"], "level": [3, 2]})
    comparison = af.diff(OLD, gone, [flood(), fits])
    unfit, other = comparison.scenarios
    assert unfit.all_together is None
    assert unfit.faults_before == ()
    assert [d.code for d in unfit.faults_after] == ["S401"]
    assert "bidan" in unfit.faults_after[0].message()
    assert effect(other).is_nothing
    assert not comparison.nothing_for_these


def test_rules_that_contradict_each_other_are_a_fault_of_that_side():
    fact = ("attributes: {", "attributes: {event.posko: {type: enum, values: [siap, penuh]}, ")
    one = "  - {id: SIT-1, kind: escalate, set: {posko: siap}}\n"
    two = "  - {id: SIT-2, kind: escalate, set: {posko: penuh}}\n"
    old, new = edited(fact, (ADD, one + ADD)), edited(fact, (ADD, one + two + ADD))
    found = compared(new, flood(old), old=old)
    assert (found.faults_before, [d.code for d in found.faults_after]) == ((), ["C101"])
    back = compared(old, flood(new), old=new)
    assert ([d.code for d in back.faults_before], back.faults_after) == (["C101"], ())


def test_pins_that_cannot_hold_leave_the_plan_out_but_not_who_may():
    pins = {"officer": ["budi"], "demand": ["pos@event"], "pin": ["must"], "by": ["x"], "reason": ["y"]}
    found = compared(edited(STRICTER), flood(pins=pins))
    assert found.faults_after[0].code.startswith("P")
    assert effect(found).plan is None
    assert pairs(effect(found).meaning.lost) == ["budi pos@event"]
    assert not found.is_nothing


def test_scenario_that_fits_neither_in_the_same_way_is_no_difference():
    pins = {"officer": ["citra"], "demand": ["pos@event"], "pin": ["must"], "by": ["x"], "reason": ["y"]}
    found = compared(edited(("priority: 3}", "priority: 3, cluster: x}")), flood(pins=pins))
    assert [d.code for d in found.faults_before] == [d.code for d in found.faults_after] != []
    assert found.is_nothing


def test_paths_and_values_of_scenarios_give_the_same(tmp_path: Path):
    folder = REPOSITORY / "examples" / "quickstart"
    old = af.load_rulebook(folder / "rules.yaml")
    text = (folder / "rules.yaml").read_bytes().replace(b"{gte: 8}", b"{gte: 20}")
    (tmp_path / "rules.yaml").write_bytes(text)
    new = af.load_rulebook(tmp_path / "rules.yaml")
    by_path = af.diff(old, new, [folder]).scenarios[0]
    by_value = af.diff(old, new, [af.load_scenario(folder, old)]).scenarios[0]
    assert by_path.all_together == by_value.all_together
    assert effect(by_path).meaning.lost.count > 0


@pytest.mark.parametrize("engine", ["plain", "durable"])
def test_both_engines_tell_the_same(engine: str):
    found = af.diff(OLD, edited(STRICTER, LARGER), [flood()], engine=engine)
    assert pairs(effect(found.scenarios[0]).meaning.lost) == ["budi pos@event"]
