"""The plain reading against the worked cases: situation and eligibility (semantics §3-§7)."""

from __future__ import annotations

from typing import Any

import pytest

from asn_flex.domain.attributes import Value
from asn_flex.domain.exact import number_text
from asn_flex.verify.compare import value_of
from asn_flex.verify.demands import Reading, read_situation
from asn_flex.verify.event import read_event
from asn_flex.verify.groups import read_people
from asn_flex.verify.pairs import pair_points, read_offer

from .cases import Case, case_names, read_case


def reading_of(case: Case) -> Reading:
    assumed: dict[str, Value] = {}
    for key, value in case.expected.get("assume", {}).items():
        attribute = case.rulebook.attributes[key]
        exact = value_of(attribute, value)
        assert exact is not None
        assumed[attribute.name] = exact
    return read_situation(read_event(case.rulebook, case.scenario, assumed))


@pytest.mark.parametrize("name", case_names("event"))
def test_event_facts_are_read_as_worked_by_hand(name: str) -> None:
    case = read_case(name)
    world = reading_of(case).world
    for key, wanted in case.expected["event"].items():
        attribute = case.rulebook.attributes[f"event.{key}"]
        exact = None if wanted is None else value_of(attribute, wanted)
        assert world.event.get(key) == exact, key


@pytest.mark.parametrize("name", case_names("demands", "rules_in_force", "possible_demands"))
def test_demands_and_rules_in_force_are_read_as_worked_by_hand(name: str) -> None:
    case = read_case(name)
    reading = reading_of(case)
    if "rules_in_force" in case.expected:
        assert list(reading.rules_in_force) == case.expected["rules_in_force"]
    if "possible_demands" in case.expected:
        assert {p.rule: list(p.missing) for p in reading.possible} == case.expected["possible_demands"]
    if "demands" in case.expected:
        wanted = case.expected["demands"]
        assert sorted(reading.demands) == sorted(wanted)
        for demand_id, fields in wanted.items():
            demand = reading.demands[demand_id]
            read: dict[str, Any] = {
                "class": demand.duty_class, "priority": demand.priority, "seats": demand.seats,
                "minimum": demand.minimum, "because": list(demand.because),
            }  # fmt: skip
            assert {k: read[k] for k in fields} == fields, demand_id


@pytest.mark.parametrize("name", case_names("eligible"))
@pytest.mark.parametrize("alone", [True, False], ids=["alone", "grouped"])
def test_every_surviving_basis_is_read_as_worked_by_hand(name: str, alone: bool) -> None:
    case = read_case(name)
    people = read_people(reading_of(case))
    found: dict[str, list[str]] = {}
    for officer in people.rows:
        for demand in people.reading.demands.values():
            way = people.way(officer, demand)
            offer = people.offer_of(officer, demand)
            if alone:
                offer = read_offer(people.alone(officer), people.contexts[demand.id], way)
            for basis in offer.bases:
                points = pair_points(people.world, offer, basis, people.rows[officer], way)
                words = [basis.rule or "standard", number_text(basis.strength), str(basis.loss), str(points)]
                words += [f"?{attribute}/{rule}" for attribute, rule in basis.questions]
                found.setdefault(f"{officer} {demand.id}", []).append(" ".join(words))
    assert {k: sorted(v) for k, v in found.items()} == {k: sorted(v) for k, v in case.expected["eligible"].items()}
