"""Officers who are alike are taken in order of (hours_7d, id), for demands in order of id (semantics §8.3)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import asn_flex as af

from ..oracle.drawing import write_case as write
from ..oracle.strategies import Case, cases
from ..support import load_case
from .world import ACTIVATE, PREFER, officer, pin, who_goes

CLONES = ("X1", "X2", "X3")


def cloned(case: Case, source: dict, hours: list[str]) -> dict[str, list[dict]]:
    """Return the tables with three clones of an officer, alike in everything but their hours."""
    tables = {name: [dict(row) for row in rows] for name, rows in case.tables.items()}
    for clone, worked in zip(CLONES, hours, strict=True):
        tables["officers"].append(source | {"id": clone, "hours_7d": worked})
        for name in ("holdings", "pins"):
            own = [r for r in tables.get(name, ()) if r["officer"] == source["id"] and r.get("pin") != "must"]
            if name in tables:
                tables[name] += [row | {"officer": clone} for row in own]
    return tables


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(case=cases(), data=st.data())
def test_clones_go_in_order_of_hours_and_id(case: Case, data: st.DataObject, tmp_path_factory) -> None:
    assume(case.tables["officers"] and "hours_7d" not in str(case.rules))
    source = data.draw(st.sampled_from(case.tables["officers"]))
    hours = data.draw(st.lists(st.sampled_from(["10", "10.2", "10.3", "10.4", "12"]), min_size=3, max_size=3))
    folder = tmp_path_factory.mktemp("case")
    write(case.rules, case.scenario, cloned(case, source, hours), folder)
    rulebook, scenario = load_case(folder)
    try:
        plan = af.plan(rulebook, scenario, engine="plain", assume=case.assume).plan
    except (af.SituationConflict, af.PinError):
        return
    order = [clone for _, clone in sorted(zip(map(float, hours), CLONES, strict=True))]
    went = {a.officer: a.demand for a in plan.assignments if a.officer in CLONES}
    assert list(went) == sorted(order[: len(went)])
    places = [went[clone] for clone in order if clone in went]
    assert places == sorted(places)


def test_officers_with_the_same_never_pins_are_alike(tmp_path: Path) -> None:
    second = ACTIVATE | {"id": "ACT-02", "each": "area"}
    tables = {
        "officers": [officer("a1", "10.4"), officer("a2", "10.2"), officer("a3", "10.3")],
        "pins": [pin(name, "d1@k1", "never") for name in ("a1", "a2", "a3")],
    }
    # 10.2, 10.3 and 10.4 all weigh 10 in `burden`; the only seat they may take goes to 10.2.
    assert who_goes(tmp_path, [ACTIVATE, second], tables) == [("a2", "d1@event")]


@pytest.mark.parametrize("swapped", [False, True], ids=["k2 first", "k3 first"])
def test_homes_that_no_rule_tells_apart_do_not_decide(swapped: bool, tmp_path: Path) -> None:
    homes = ("k3", "k2") if swapped else ("k2", "k3")
    tables = {
        "officers": [officer("a1", "10.4", homes[0]), officer("a2", "10.2", homes[1])],
        "travel": [{"from": home, "to": "k1", "minutes": "10"} for home in ("k2", "k3")],
    }
    assert who_goes(tmp_path, [ACTIVATE, PREFER], tables) == [("a2", "d1@event")]


def test_two_officers_pinned_to_one_demand_both_go(tmp_path: Path) -> None:
    wide = ACTIVATE | {"seats": {"base": 3}}
    tables = {
        "officers": [officer("a1", "10"), officer("a2", "10"), officer("a3", "40")],
        "pins": [pin("a1", "d1@event", "must"), pin("a3", "d1@event", "must")],
    }
    assert who_goes(tmp_path, [wide], tables) == [("a1", "d1@event"), ("a2", "d1@event"), ("a3", "d1@event")]
