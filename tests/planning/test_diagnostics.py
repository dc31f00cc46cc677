"""The plan says how large its network was and why; plans made before it did keep their id (semantics §8.4, §12.3)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import asn_flex as af
from asn_flex.domain.plan import NetworkRecord, Plan

from ..support import REPOSITORY, previous_plan
from .world import ACTIVATE, LABEL, PREFER, officer, pin, planned

# Two seats, of which one is the minimum: two parallel arcs.
TWO = ACTIVATE | {"seats": {"base": 2, "minimum": 1}}
INCLUDE = {"id": "TEA-01", "kind": "team", "label": LABEL, "include": {"who": {"officer.id": "a"}, "per": 2}}
OFFICERS = [officer("a", "1"), officer("b", "2")]


def record(folder: Path, rules: list[dict], tables: dict[str, list[dict]]) -> NetworkRecord:
    found = planned(folder, rules, tables).plan.network
    assert found is not None
    return found


def routes(folder: Path, rules: list[dict], tables: dict[str, list[dict]]) -> set[tuple[str, str, int, tuple]]:
    return {(r.what, r.why, r.count, r.rules) for r in record(folder, rules, tables).routes}


def test_plain_demand_needs_no_reason(tmp_path: Path) -> None:
    found = record(tmp_path, [ACTIVATE], {"officers": OFFICERS})
    # Source, sink, demand, one hub, one profile, and two classes, whose hours differ.
    assert (found.nodes, found.classes, found.profiles, found.hubs) == (7, 2, 1, 1)
    # Nobody, demand, profile to hub, hub to demand, and two for each class.
    assert (found.arcs, found.integer_columns, found.routes) == (8, 0, ())


def test_minimum_below_the_seats_makes_parallel_arcs(tmp_path: Path) -> None:
    assert routes(tmp_path, [TWO], {"officers": OFFICERS}) == {("parallel", "minimum", 1, ())}


def test_rule_about_the_way_parts_hubs_by_home(tmp_path: Path) -> None:
    assert routes(tmp_path, [ACTIVATE, PREFER], {"officers": OFFICERS}) == {("by_home", "way", 1, ("PRF-01",))}


def test_include_that_does_not_count_everybody_needs_a_counter(tmp_path: Path) -> None:
    found = record(tmp_path, [ACTIVATE, INCLUDE], {"officers": OFFICERS})
    assert [(r.what, r.why, r.count, r.rules) for r in found.routes] == [("counter", "include", 1, ("TEA-01",))]
    assert found.integer_columns == 1


def test_pin_leads_straight_to_the_demand(tmp_path: Path) -> None:
    pins = [pin("b", "d1@event", "must")]
    assert routes(tmp_path, [ACTIVATE], {"officers": OFFICERS, "pins": pins}) == {("direct", "pin", 1, ())}


def test_previous_plan_leads_straight_to_the_demand(tmp_path: Path) -> None:
    first = planned(tmp_path, [ACTIVATE], {"officers": OFFICERS})
    again = af.plan(first.rulebook, first.scenario, engine="plain", previous=previous_plan({"b": "d1@event"}))
    assert again.plan.network is not None
    assert [(r.what, r.why, r.count) for r in again.plan.network.routes] == [("direct", "previous", 1)]


def test_plan_made_before_networks_were_told_keeps_its_id() -> None:
    old = previous_plan({"a": "d1@event"})
    assert "network" not in json.loads(old.to_json())
    assert Plan.from_json(old.to_json()).content_hash() == old.id


@pytest.mark.parametrize("name", ["quickstart"])
def test_network_survives_a_file(name: str) -> None:
    folder = REPOSITORY / "examples" / name
    rulebook = af.load_rulebook(folder / "rules.yaml")
    plan = af.plan(rulebook, af.load_scenario(folder, rulebook), engine="plain").plan
    again = Plan.from_json(plan.to_json())
    assert again.network == plan.network is not None
    assert again.content_hash() == plan.id
