"""Replanning keeps what can be kept, and keeps it all where nothing changed (semantics §8.7)."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import asn_flex as af
from asn_flex.domain.plan import Certificate, Plan, Price
from asn_flex.planning import choose as choosing
from asn_flex.planning.build import build_network
from asn_flex.planning.network import Cap
from asn_flex.planning.objective import Objective
from asn_flex.planning.pins import read_pins
from asn_flex.planning.standing import bound_by_prices, carry_over

from ..oracle.choose import PinFault
from ..oracle.oracle import solve_case
from ..oracle.situation import Conflict
from ..oracle.strategies import Case, cases, write_case
from ..support import REPOSITORY, load_case
from .world import ACTIVATE, officer, planned

LAWS = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)


def plan_of(folder: Path, case: Case, previous: Plan | None = None) -> af.Planning:
    rulebook, scenario = load_case(folder)
    return af.plan(rulebook, scenario, engine="plain", assume=case.assume, previous=previous)


def first_plan(folder: Path, case: Case) -> Plan:
    write_case(case.rules, case.scenario, case.tables, folder)
    try:
        return plan_of(folder, case).plan
    except (af.SituationConflict, af.PinError):
        assume(False)
        raise


def without_names(plan: Plan) -> dict:
    """Everything that must not change: all but the ids, and the tier that only replanning has, its prices and arcs."""
    content = plan.model_dump(mode="json", exclude={"id", "supersedes", "proof", "certificate", "network"})
    content["objective"] = [tier for tier in content["objective"] if tier["tier"] != "disruption"]
    return content


@LAWS
@given(case=cases())
def test_a_plan_replanned_on_the_same_input_is_the_same_plan(case: Case, tmp_path_factory) -> None:
    folder = tmp_path_factory.mktemp("case")
    first = first_plan(folder, case)
    second = plan_of(folder, case, first).plan
    assert second.supersedes == first.id
    assert without_names(second) == without_names(first)
    assert {t.tier: t.value for t in second.objective}["disruption"] == 0
    # Kept as it is, a plan with teams may be proven by prices that none found before.
    assert second.proof in {first.proof, "certificate"}
    if first.proof == "certificate":
        # The prices are the old ones, with nothing in the new tier.
        at = second.certificate.tiers.index("disruption")
        for demand, price in second.certificate.demands.items():
            assert price[at] == 0
            assert price[:at] + price[at + 1 :] == first.certificate.demands[demand]
        third = plan_of(folder, case, second).plan
        assert third.model_copy(update={"id": "", "supersedes": None}) == second.model_copy(
            update={"id": "", "supersedes": None}
        )


def changed(case: Case, data: st.DataObject) -> Case:
    """Return a case in which one thing changed: an officer, a rule, the seats or the severity."""
    rules, scenario, tables = copy.deepcopy((case.rules, case.scenario, case.tables))
    what = data.draw(st.sampled_from(["officer", "rule", "seats", "severity", "hours"]))
    if what in {"officer", "hours"}:
        assume(tables["officers"])
        row = data.draw(st.sampled_from(tables["officers"]))
        if what == "hours":
            row["hours_7d"] = "33"
        else:
            tables["officers"].remove(row)
            for name in ("holdings", "pins"):
                tables[name] = [r for r in tables.get(name, ()) if r["officer"] != row["id"]]
    elif what == "severity":
        scenario["event"]["severity"] = data.draw(st.integers(1, 5))
    else:
        wanted = [r for r in rules["rules"] if what == "rule" or r["kind"] == "activate"]
        assume(wanted)
        rule = data.draw(st.sampled_from(wanted))
        if what == "rule":
            rules["rules"].remove(rule)
        else:
            rule["seats"] = {"base": data.draw(st.integers(1, 4))}
    return case._replace(rules=rules, scenario=scenario, tables={k: v for k, v in tables.items() if v})


@settings(LAWS, max_examples=60)
@given(case=cases(), data=st.data())
def test_nobody_moves_unless_a_higher_tier_gains(case: Case, data: st.DataObject, tmp_path_factory) -> None:
    """The brute force finds the fewest officers that must move; whatever proves the plan, it moves no more."""
    first = first_plan(tmp_path_factory.mktemp("before"), case)
    after = changed(case, data)
    folder = tmp_path_factory.mktemp("after")
    write_case(after.rules, after.scenario, after.tables, folder)
    try:
        rulebook, scenario = load_case(folder)
        mapping = {a.officer: a.demand for a in first.assignments}
        result = solve_case(folder, previous=mapping, assume=case.assume)
    except (af.RulebookError, af.ScenarioError, Conflict, PinFault):
        assume(False)
        raise
    planning = af.plan(rulebook, scenario, engine="plain", assume=case.assume, previous=first)
    assert {t.tier: t.value for t in planning.objective} == result.tiers
    assert all(t.value == t.bound for t in planning.objective)
    verdict = planning.verify()
    assert [str(f) for f in verdict.findings] == []
    assert verdict.optimality == ("proven" if planning.plan.proof == "certificate" else "not_independently_proven")


@LAWS
@given(case=cases(), data=st.data())
def test_no_prices_bound_below_what_they_may(case: Case, data: st.DataObject, tmp_path_factory) -> None:
    """Any prices at all give a bound that the best plan does not go below (semantics §10)."""
    folder = tmp_path_factory.mktemp("case")
    plan = first_plan(folder, case)
    rulebook, scenario = load_case(folder)
    situation = af.infer(rulebook, scenario, assume=case.assume)
    eligibility = af.match(rulebook, scenario, situation)
    objective = Objective(None)
    network = build_network(eligibility, read_pins(eligibility), None, objective)
    size = len(objective.tiers)

    def row(least: int) -> tuple[int, ...]:
        values = data.draw(st.lists(st.integers(least, 9), min_size=size, max_size=size))
        return tuple(values)

    def prices(kind: str) -> tuple[Price, ...]:
        found = [c for c in network.caps if c.kind == kind]
        return tuple(Price(rule=c.rule, demand=c.demand, unit=c.unit, price=row(0)) for c in found)

    drawn = Certificate(
        tiers=objective.tiers, demands={d.id: row(-9) for d in network.demands}, shares=prices("share"),
        substitutes=prices("substitutes"), protections=prices("protect"),
    )  # fmt: skip
    best = [-t.value if t.tier.startswith("coverage.") else t.value for t in plan.objective]
    assert bound_by_prices(network, drawn) <= best
    if plan.proof == "certificate":
        assert bound_by_prices(network, plan.certificate) == best


@pytest.fixture
def solves(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts the calls of the solver, which still runs."""
    counted: list[int] = []
    solve = choosing.solve_network

    def counting(*arguments, **options):
        counted.append(1)
        return solve(*arguments, **options)

    monkeypatch.setattr(choosing, "solve_network", counting)
    return counted


def test_a_plan_that_its_old_prices_prove_is_not_solved_again(tmp_path: Path, solves: list[int]) -> None:
    """a2 (40 hours) stays at home in both; that she leaves the service changes nothing that the prices say."""
    both = {"officers": [officer("a1", "10"), officer("a2", "40")]}
    first = planned(tmp_path / "before", [ACTIVATE], both)
    assert len(solves) == 1
    planned(tmp_path / "after", [ACTIVATE], {"officers": both["officers"][:1]})
    del solves[:]
    again = af.plan(*load_case(tmp_path / "after"), engine="plain", previous=first.plan)
    assert solves == []
    assert [(a.officer, a.demand) for a in again.assignments] == [("a1", "d1@event")]
    assert again.verify().optimality == "proven"


def test_a_plan_that_can_be_better_is_solved_again(tmp_path: Path, solves: list[int]) -> None:
    """The second seat is free for a2, so the old plan is no longer the best one."""
    tables = {"officers": [officer("a1", "10"), officer("a2", "40")]}
    first = planned(tmp_path / "before", [ACTIVATE], tables)
    planned(tmp_path / "after", [ACTIVATE | {"seats": {"base": 2}}], tables)
    del solves[:]
    again = af.plan(*load_case(tmp_path / "after"), engine="plain", previous=first.plan)
    assert solves == [1]
    assert len(again.assignments) == 2


def test_a_forged_plan_is_not_taken_for_proven(tmp_path: Path) -> None:
    """Its prices are those of the best plan, but a2 goes, who worked longer: the prices do not prove that."""
    tables = {"officers": [officer("a1", "10"), officer("a2", "40")]}
    first = planned(tmp_path, [ACTIVATE], tables).plan
    (best,) = first.assignments
    forged = first.model_copy(update={"assignments": (best.model_copy(update={"officer": "a2"}),)}).with_id()
    again = af.plan(*load_case(tmp_path), engine="plain", previous=forged)
    # a2 stays, as the tier before asks; and the proof is about her.
    assert [a.officer for a in again.assignments] == ["a2"]
    assert again.verify().optimality == "proven"


def test_without_time_the_old_plan_is_kept_where_nothing_better_is_found() -> None:
    rulebook = af.load_rulebook(REPOSITORY / "rules" / "tanjungbalai")
    scenario = af.load_scenario(REPOSITORY / "examples" / "tanjungbalai_flood", rulebook)
    first = af.plan(rulebook, scenario, engine="plain")
    again = af.plan(rulebook, scenario, engine="plain", previous=first.plan, time_limit_s=0.0)
    assert again.assignments == first.assignments
    assert [str(f) for f in again.verify().findings] == []


def test_a_session_infers_and_matches_only_what_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pins concern neither stage, officers only the second; the plans are those of a fresh session."""
    two = [officer("a1", "10"), officer("a2", "40")]
    pins = [{"officer": "a2", "demand": "d1@event", "pin": "must", "by": "x", "reason": "x"}]
    worlds = [{"officers": two}, {"officers": two, "pins": pins}, {"officers": two[1:]}]
    fresh = [planned(tmp_path / str(i), [ACTIVATE], tables).plan for i, tables in enumerate(worlds)]
    rulebook, _ = load_case(tmp_path / "0")
    scenarios = [af.load_scenario(tmp_path / str(i) / "scenario", rulebook) for i in range(3)]
    same_place = [
        # The same files on another day stand at the same place.
        type(s)(**{**{k: getattr(s, k) for k in s.__dataclass_fields__}, "file_names": scenarios[0].file_names})
        for s in scenarios
    ]
    called: list[str] = []
    with af.Session(rulebook, engine="plain") as session:
        infer, match = session.infer, session.match
        monkeypatch.setattr(session, "infer", lambda *a, **o: (called.append("infer"), infer(*a, **o))[1])
        monkeypatch.setattr(session, "match", lambda *a, **o: (called.append("match"), match(*a, **o))[1])
        found = [session.plan(s).plan for s in same_place]
    assert called == ["infer", "match", "match"]
    assert found == fresh


def test_prices_of_a_cap_that_went_lexicographically_below_zero_are_dropped() -> None:
    """Without the tier `disruption` (1) the rest of the price (-5) would bound nothing."""

    class Little:
        objective = Objective(0)
        caps = (Cap("protect", "PRO-01", None, "u", 0, 1),)
        demands = ()

    tiers = Little.objective.tiers
    price = tuple(1 if t == "disruption" else -5 if t == "suitability" else 0 for t in tiers)
    old = Certificate(tiers=tiers, protections=(Price(rule="PRO-01", unit="u", price=price),))
    assert carry_over(old, Little()).protections == ()
