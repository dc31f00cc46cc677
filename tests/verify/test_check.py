"""The verdict as a whole: replanning, time limits, solver proofs, quarantine, assumptions (semantics §10)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import asn_flex as af
from asn_flex.domain.plan import BasisRecord, Plan
from asn_flex.verify import Verification, verify

from ..support import CASES, FOLDERS, load_case, plan_case, previous_plan
from .town import TOWN, certified, changed, codes, consistent, opinion, rebased, remade, standard, town, town_plan

BEFORE = {"A": "desk@kec1", "B": "desk@kec1", "M2": "post@kec1", "V3": "move@event", "Z9": "desk@kec1", "C": "sing@x"}


def replanned() -> tuple[Plan, Plan]:
    rulebook, scenario = town()
    before = previous_plan(BEFORE)
    return af.plan(rulebook, scenario, engine="plain", previous=before).plan, before


def test_replanned_plan_stands_beside_the_plan_it_supersedes() -> None:
    plan, before = replanned()
    result = opinion(plan, before)
    assert [str(f) for f in result.findings] == []
    assert result.optimality == "proven"
    # M2 keeps the post. A or B keeps the desk, not both: C is needed at `move`, and PRO-01 lets two go. V3 is beyond
    # LIM-01, Z9 is gone, C's demand is gone: 6 - 2 = 4.
    assert {t.tier: t.value for t in plan.objective}["disruption"] == 4
    assert [(d.officer, d.demand) for d in plan.displaced] == [
        ("C", "sing@x"), ("V3", "move@event"), ("Z9", "desk@kec1"),
    ]  # fmt: skip


def test_replanned_plan_needs_the_plan_it_supersedes() -> None:
    plan, _ = replanned()
    assert "V104" in codes(opinion(plan))


def test_replanned_plan_is_refused_beside_another_previous_plan() -> None:
    plan, _ = replanned()
    assert "V104" in codes(opinion(plan, previous_plan({**BEFORE, "D": "desk@kec1"})))


def test_previous_plan_that_was_edited_is_refused() -> None:
    plan, before = replanned()
    assert codes(opinion(plan, before.model_copy(update={"engine": "durable"}))) == {"V104"}


def test_displaced_officer_left_out_is_refused() -> None:
    plan, before = replanned()
    assert codes(opinion(remade(plan, displaced=plan.displaced[1:]), before)) == {"V414"}


def test_moving_somebody_without_need_is_refused() -> None:
    plan, before = replanned()
    # M2 and M1 change places: as many seats, one officer less who stays.
    swapped = tuple(
        a.model_copy(update={"officer": {"M1": "M2", "M2": "M1"}.get(a.officer, a.officer)}) for a in plan.assignments
    )
    values = {"disruption": 5}
    objective = tuple(
        t.model_copy(update={"value": values.get(t.tier, t.value), "bound": values.get(t.tier, t.value)})
        for t in plan.objective
    )
    worse = remade(plan, assignments=tuple(sorted(swapped, key=lambda a: a.officer)), objective=objective)
    assert "V507" in codes(opinion(worse, before))


def test_feasible_plan_claims_nothing_but_is_checked() -> None:
    best = town_plan()
    loose = tuple(
        t.model_copy(update={"bound": t.bound + (1 if t.tier.startswith("coverage.") else -1)}) for t in best.objective
    )
    result = opinion(remade(best, status="feasible", proof="solver", objective=loose))
    assert (result.ok, result.optimality) == (True, "not_claimed")


@pytest.mark.parametrize(("tier", "step"), [("coverage.support", -1), ("burden", 1)], ids=["coverage", "cost"])
def test_feasible_plan_beyond_its_own_bound_is_refused(tier: str, step: int) -> None:
    best = town_plan()
    crossed = tuple(t.model_copy(update={"bound": t.bound + step}) if t.tier == tier else t for t in best.objective)
    assert codes(opinion(remade(best, status="feasible", objective=crossed))) == {"V503"}


def test_time_limit_is_a_reason_only_where_the_plan_is_not_optimal() -> None:
    plan = consistent(town_plan(), drop=("C",))
    # Without C the unit is not full any more: B could take the desk, but W, kept away by a pin, comes first in §8.6.
    causes = {"move@event": "time_limit", "desk@kec1": "pinned"}
    reasons = tuple(s.model_copy(update={"reason": causes.get(s.demand, s.reason)}) for s in plan.shortfalls)
    stopped = remade(plan, status="feasible", proof="solver", shortfalls=reasons)
    assert (opinion(stopped).ok, opinion(stopped).optimality) == (True, "not_claimed")
    assert "V509" in codes(opinion(remade(stopped, status="optimal")))


def test_proof_by_the_solver_alone_is_said_and_no_fault() -> None:
    plan = certified(town_plan(), demands={}, shares=(), protections=(), tiers=())
    result = opinion(remade(plan, proof="solver"))
    assert (result.ok, result.optimality) == (True, "not_independently_proven")


def test_certificate_that_proves_counts_whatever_the_plan_calls_it() -> None:
    assert opinion(remade(town_plan(), proof="solver")).optimality == "proven"


def case_plan(name: str) -> tuple[Plan, af.Rulebook, af.Scenario]:
    rulebook, scenario = load_case(CASES / name)
    return plan_case(CASES / name).plan, rulebook, scenario


def test_include_that_is_broken_is_refused() -> None:
    plan, rulebook, scenario = case_plan("s5_9_include_everybody")
    rule, demand = next(
        (r.id, d.id) for r in rulebook.teams if r.include is not None for d in plan.demands if d.id in plan.to_json()
    )
    broken = []
    for assignment in plan.assignments:
        rest = tuple(a for a in plan.assignments if a != assignment)
        result = verify(remade(plan, assignments=rest), rulebook, scenario)
        broken += [f.en for f in (d.text for d in result.findings if d.code == "V405")]
    assert any(rule in text for text in broken), demand


def test_too_many_substitutes_are_refused() -> None:
    plan, rulebook, scenario = case_plan("s5_9_max_substitutes")
    caps = {t.id for t in rulebook.teams if t.max_substitutes is not None}
    covers = [a for a in plan.assignments if a.basis.kind == "cover"]
    more = tuple(a.model_copy(update={"officer": f"{a.officer}{i}"}) for a in covers for i in range(6))
    result = verify(remade(plan, assignments=(*plan.assignments, *more)), rulebook, scenario)
    assert any(d.code == "V406" and any(c in d.text.en for c in caps) for d in result.findings)


def with_rows(folder: Path, **rows: str) -> Path:
    shutil.copytree(TOWN, folder)
    for table, row in rows.items():
        file = folder / "scenario" / f"{table}.csv"
        file.write_text(file.read_text("utf-8") + row + "\n", encoding="utf-8")
    return folder


def test_officers_set_aside_count_in_n_and_cannot_be_assigned(tmp_path: Path) -> None:
    # E's hours are no number: set aside. setda has n = 5, p = 4, k = ceil(2.5) = 3: only one may go, C; A stays.
    folder = with_rows(tmp_path / "town", officers="E,setda,pns,kec1,,true,,many")
    rulebook, scenario = load_case(folder, quarantine=True)
    plan = af.plan(rulebook, scenario, engine="plain").plan
    assert [a.officer for a in plan.assignments if a.officer in "ABCDE"] == ["C"]
    assert verify(plan, rulebook, scenario).ok
    with_a = consistent(plan, add=(standard("A", "desk@kec1"),))
    assert "V403" in codes(verify(with_a, rulebook, scenario))
    with_e = consistent(plan, add=(standard("E", "desk@kec1"),))
    assert "V302" in codes(verify(with_e, rulebook, scenario))


def test_plan_on_an_assumption_is_read_on_that_assumption() -> None:
    rulebook, scenario = town()
    plan = af.plan(rulebook, scenario, engine="plain", assume={"event.phase": "response"}).plan
    assert plan.conditional_on == {"event.phase": "response"}
    assert verify(plan, rulebook, scenario).ok
    forgotten = remade(plan, conditional_on={})
    assert {"V201", "V205", "V208"} <= codes(verify(forgotten, rulebook, scenario))


@pytest.mark.parametrize("folder", FOLDERS[::9], ids=lambda folder: folder.name)
def test_plan_of_another_town_is_refused_without_a_crash(folder: Path) -> None:
    rulebook, scenario = load_case(folder)
    result = verify(town_plan(), rulebook, scenario)
    assert {"V101", "V102"} <= codes(result)


def test_rules_that_disagree_are_named() -> None:
    rulebook, scenario = load_case(CASES / "s5_2_conflict")
    found = [f.text.en for f in verify(town_plan(), rulebook, scenario).findings if f.code == "V209"]
    assert len(found) == 1
    assert "SIT-01, SIT-02" in found[0]


def test_verdict_as_data_says_everything_in_both_languages() -> None:
    result: Verification = opinion(changed(town_plan(), "V3", points=19))
    data = json.loads(json.dumps(result.to_dict()))
    assert data["ok"] is False
    assert [f["code"] for f in data["findings"]] == ["V310"]
    assert set(data["findings"][0]["message"]) == {"id", "en"}
    assert data["checked"]["demands"] == 3
    assert str(result.findings[0]).startswith("plan:1:1: V310 ")


def test_basis_of_the_full_standard_by_a_cover_that_overrides_is_read_too() -> None:
    plan, rulebook, scenario = case_plan("s5_5_by_standard")
    officer = next(a.officer for a in plan.assignments if a.basis.rule is not None)
    bare = rebased(plan, officer, kind="standard", rule=None)
    assert "V306" in codes(verify(bare, rulebook, scenario))


def test_mutating_any_number_of_an_assignment_is_seen() -> None:
    plan = town_plan()
    for assignment in plan.assignments:
        for field in ("loss", "points"):
            worse = changed(plan, assignment.officer, **{field: getattr(assignment, field) + 1})
            assert not opinion(worse).ok
        other = BasisRecord(kind="cover", rule="COV-01", strength="0.7")
        assert not opinion(changed(plan, assignment.officer, basis=other)).ok


WITH_SHORTFALLS = [f for f in FOLDERS if "shortfalls" in json.loads((f / "expected.json").read_text("utf-8"))]


@pytest.mark.parametrize("folder", WITH_SHORTFALLS, ids=lambda folder: folder.name)
def test_reason_of_a_shortfall_is_worked_out_again(folder: Path) -> None:
    rulebook, scenario = load_case(folder)
    plan, previous = plan_case(folder).plan, None
    file = folder / "previous.json"
    if file.exists():
        previous = previous_plan(json.loads(file.read_text("utf-8")))
    assert verify(plan, rulebook, scenario, previous).ok
    for index, shortfall in enumerate(plan.shortfalls):
        for reason in {"nobody_eligible", "all_committed", "protected", "team", "share", "pinned"} - {shortfall.reason}:
            told = list(plan.shortfalls)
            told[index] = shortfall.model_copy(update={"reason": reason})
            assert codes(verify(remade(plan, shortfalls=tuple(told)), rulebook, scenario, previous)) == {"V413"}
