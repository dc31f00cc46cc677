"""Cancelled at any moment, planning leaves the best plan so far with true bounds, or nothing (semantics §8.5)."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings

import asn_flex as af

from ..oracle.strategies import Case, cases, write_case
from ..support import FOLDERS, REPOSITORY, load_case
from .world import ACTIVATE, LABEL, officer, pin, planned

LED = {"id": "TEA-01", "kind": "team", "label": LABEL, "include": {"who": {"officer.id": "a3"}, "per": 2}}
WORLDS = {
    "s8_2_lexicographic": "a flow",
    "s5_9_includes_overlap": "includes that cross",
    "s5_8_crossing": "protections that cross",
    "s5_9_include_qualified": "counters",
}


def cancelled_after(count: int, rulebook: af.Rulebook, scenario: af.Scenario, **options) -> tuple[af.Planning, list]:
    """Plan, and cancel from within the callback once so many events were told."""
    told: list[af.ProgressEvent] = []
    cancel = threading.Event()

    def progress(event: af.ProgressEvent) -> None:
        told.append(event)
        if len(told) == count:
            cancel.set()

    return af.plan(rulebook, scenario, engine="plain", progress=progress, cancel=cancel, **options), told


def check_every_moment(rulebook: af.Rulebook, scenario: af.Scenario, **options) -> set[str]:
    """Cancel after every event in turn; return the statuses of the plans that came of it."""
    best, events = cancelled_after(0, rulebook, scenario, **options)
    assert best.status == "optimal"
    found: set[str] = set()
    for count in range(1, len(events) + 1):
        first = next((i for i, e in enumerate(events) if e.tier is not None), len(events))
        try:
            planning, _ = cancelled_after(count, rulebook, scenario, **options)
        except af.CancelledError:
            # Only before the first tier was begun is there no plan.
            assert count <= first
            continue
        assert count > first
        found.add(planning.status)
        assert [str(f) for f in planning.verify().findings] == []
        check_bounds(planning, best)
    return found


def check_bounds(planning: af.Planning, best: af.Planning) -> None:
    """As long as every tier above is at its best, a bound is not beyond what the best plan reaches."""
    for tier, optimum in zip(planning.objective, best.objective, strict=True):
        more = tier.tier.startswith("coverage.")
        assert tier.value <= tier.bound if more else tier.bound <= tier.value
        assert tier.bound >= optimum.value if more else tier.bound <= optimum.value
        if tier.value != optimum.value:
            assert planning.status == "feasible"
            return


@pytest.mark.parametrize("name", WORLDS, ids=list(WORLDS.values()))
def test_cancelled_after_any_event_the_plan_verifies_and_its_bounds_hold(name: str) -> None:
    rulebook, scenario = load_case(next(f for f in FOLDERS if f.name == name))
    assert check_every_moment(rulebook, scenario)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(case=cases())
def test_random_cases_can_be_cancelled_after_any_event(case: Case, tmp_path_factory) -> None:
    folder = tmp_path_factory.mktemp("case")
    write_case(case.rules, case.scenario, case.tables, folder)
    rulebook, scenario = load_case(folder)
    try:
        af.plan(rulebook, scenario, engine="plain", assume=case.assume)
    except (af.SituationConflict, af.PinError):
        assume(False)
    check_every_moment(rulebook, scenario, assume=case.assume)


def test_replanning_can_be_cancelled_after_any_event(tmp_path: Path) -> None:
    tables = {"officers": [officer(name, "10") for name in ("a1", "a2", "a3")]}
    first = planned(tmp_path / "before", [ACTIVATE], tables)
    planned(tmp_path / "after", [ACTIVATE | {"seats": {"base": 3}}, LED], tables)
    rulebook, scenario = load_case(tmp_path / "after")
    assert check_every_moment(rulebook, scenario, previous=first.plan) == {"feasible", "optimal"}


def test_a_team_that_is_not_made_up_yet_stays_at_home(tmp_path: Path) -> None:
    """Every three go in the flow, and TEA-01 lets a3 lead two: cancelled before HiGHS, the demand is left empty."""
    tables = {"officers": [officer(name, "10") for name in ("a1", "a2", "a3")]}
    planned(tmp_path, [ACTIVATE | {"seats": {"base": 3}}, LED], tables)
    rulebook, scenario = load_case(tmp_path)
    # infer, match, plan, and two events or one for each tier until the flow has settled the last.
    _, events = cancelled_after(0, rulebook, scenario)
    last = next(i for i, e in enumerate(events, 1) if e.tier == "burden" and e.gap == 0)
    planning, _ = cancelled_after(last, rulebook, scenario)
    assert planning.assignments == ()
    assert planning.status == "feasible"
    assert planning.verify().ok


def test_pinned_people_of_a_broken_team_still_go(tmp_path: Path) -> None:
    """What cannot be stripped is solved for after all: a1 must go, and only a3 can lead."""
    tables = {"officers": [officer(n, "10") for n in ("a1", "a2", "a3")], "pins": [pin("a1", "d1@event", "must")]}
    planned(tmp_path, [ACTIVATE | {"seats": {"base": 3}}, LED], tables)
    rulebook, scenario = load_case(tmp_path)
    planning, _ = cancelled_after(4, rulebook, scenario)
    assert {"a1", "a3"} <= {a.officer for a in planning.assignments}
    assert planning.verify().ok


def test_cancelled_from_another_thread_before_it_begins_nothing_is_made() -> None:
    rulebook = af.load_rulebook(REPOSITORY / "rules" / "tanjungbalai")
    scenario = af.load_scenario(REPOSITORY / "examples" / "tanjungbalai_flood", rulebook)
    cancel = threading.Event()
    thread = threading.Thread(target=cancel.set)
    thread.start()
    thread.join()
    with pytest.raises(af.CancelledError):
        af.plan(rulebook, scenario, engine="plain", cancel=cancel)


def test_the_team_solver_is_stopped_from_within() -> None:
    """The example needs HiGHS; cancelled at its first word about a tier, no later tier is begun."""
    rulebook = af.load_rulebook(REPOSITORY / "rules" / "tanjungbalai")
    scenario = af.load_scenario(REPOSITORY / "examples" / "tanjungbalai_flood", rulebook)
    told: list[af.ProgressEvent] = []
    cancel = threading.Event()

    def progress(event: af.ProgressEvent) -> None:
        told.append(event)
        # Tiers are told once by the flow and then again, from the first, by the programme.
        if event.tier is not None and event.number < max(e.number for e in told):
            cancel.set()

    planning = af.plan(rulebook, scenario, engine="plain", progress=progress, cancel=cancel)
    assert cancel.is_set()
    assert planning.status == "feasible"
    assert len(planning.assignments) > 100
    assert [str(f) for f in planning.verify().findings] == []


def test_what_a_callback_raises_comes_out_of_the_team_solver() -> None:
    rulebook, scenario = load_case(next(f for f in FOLDERS if f.name == "s5_9_includes_overlap"))

    class EnoughError(Exception):
        pass

    events: list[af.ProgressEvent] = []
    af.plan(rulebook, scenario, engine="plain", progress=events.append)
    for count in range(1, len(events) + 1):
        told: list[af.ProgressEvent] = []

        def progress(event: af.ProgressEvent, told=told, count=count) -> None:
            told.append(event)
            if len(told) == count:
                raise EnoughError

        with pytest.raises(EnoughError):
            af.plan(rulebook, scenario, engine="plain", progress=progress)
