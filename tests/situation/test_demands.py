"""Which seats exist: by rules, by hand, in shifts; and what stays possible (semantics §5.3, §5.4, §6.1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from asn_flex.domain.situation import Demand, Situation
from asn_flex.situation.durable import DurableEngine
from asn_flex.situation.engine import SituationEngine
from asn_flex.situation.infer import infer
from asn_flex.situation.plain import PlainEngine

from .build import at, rules_of, scenario_of
from .known import DURABLE

MEASURES = "measures: {n: {observe: report, window: 6h, take: count, scope: area}}\n"


@pytest.fixture(params=["plain", "durable"], scope="module")
def engine(request: pytest.FixtureRequest) -> Iterator[SituationEngine]:
    if request.param == "durable" and not DURABLE:
        pytest.skip("durable_rules cannot be imported here")
    with DurableEngine() if request.param == "durable" else PlainEngine() as made:
        yield made


def situation_of(engine: SituationEngine, *rules: str, **scenario: Any) -> Situation:
    rulebook = rules_of(*rules, more=MEASURES)
    return infer(rulebook, scenario_of(rulebook, **scenario), engine=engine)


def made(situation: Situation) -> dict[str, Demand]:
    return {demand.id: demand for demand in situation.demands}


def act(rule: str, more: str = "", duty: str = "d1", each: str = "event", seats: str = "{base: 1}") -> str:
    return f"id: {rule}, kind: activate, duty: {duty}, each: {each}, seats: {seats}{', ' if more else ''}{more}"


AREAS = (
    {"id": "kota", "level": "kota"},
    {"id": "kec1", "parent": "kota", "level": "kecamatan", "flooded": True, "affected_people": 101},
    {"id": "kec2", "parent": "kota", "level": "kecamatan", "depth_cm": Decimal(60)},
    {"id": "kel11", "parent": "kec1", "level": "kelurahan", "flooded": True},
    {"id": "kel12", "parent": "kec1", "level": "kelurahan"},
    {"id": "kel21", "parent": "kec2", "level": "kelurahan", "flooded": True},
)


# ---- where -----------------------------------------------------------------------------------------------------------


def test_each_event_makes_one_demand_at_the_command_area(engine: SituationEngine) -> None:
    (demand,) = situation_of(engine, act("A1"), area_rows=AREAS).demands
    assert (demand.id, demand.area, demand.at_event) == ("d1@event", "kota", True)
    assert (demand.duty_class, demand.priority, demand.seats, demand.minimum) == ("essential", 5, 1, 1)
    assert (demand.because, demand.shift) == (("A1",), None)


def test_each_area_without_level_takes_the_areas_as_listed(engine: SituationEngine) -> None:
    situation = situation_of(engine, act("A1", each="area"), area_rows=AREAS, areas=["kel11", "kec2", "kec2"])
    assert list(made(situation)) == ["d1@kec2", "d1@kel11"]
    assert not situation.demands[0].at_event


def test_each_area_of_a_level_takes_all_of_it_within_the_areas_of_the_event(engine: SituationEngine) -> None:
    rule = act("A1", "level: kelurahan, when: {area.flooded: true}", each="area")
    assert list(made(situation_of(engine, rule, area_rows=AREAS, areas=["kec1"]))) == ["d1@kel11"]
    assert list(made(situation_of(engine, rule, area_rows=AREAS, areas=["kota"]))) == ["d1@kel11", "d1@kel21"]
    assert made(situation_of(engine, rule, area_rows=AREAS, areas=["kel12"])) == {}


def test_a_measure_of_an_area_is_its_own(engine: SituationEngine) -> None:
    rule = act("A1", "when: {measure.n: {gte: 1}}", each="area")
    seen = [{"time": at("2026-11-20T07:00"), "kind": "report", "value": None, "area": "kel21"}]
    assert list(made(situation_of(engine, rule, area_rows=AREAS, observations=seen))) == ["d1@kec2"]


def test_a_rule_may_ask_about_its_own_duty(engine: SituationEngine) -> None:
    rules = act("A1", "when: {duty.tags: {has: [malam]}}"), act("A2", "when: {duty.tags: {has: [malam]}}", duty="d3")
    assert list(made(situation_of(engine, *rules))) == ["d1@event"]


# ---- how many --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seats", "people", "number"),
    [
        pytest.param("{base: 2, per: {fact: event.affected_people, each: 100, add: 3}}", 100, 5, id="one begun"),
        pytest.param("{base: 2, per: {fact: event.affected_people, each: 100, add: 3}}", 101, 8, id="two begun"),
        pytest.param("{base: 2, per: {fact: event.affected_people, each: 100, add: 3}}", 0, 2, id="none"),
        pytest.param("{base: 2, per: {fact: event.affected_people, each: 100, add: 3}, max: 7}", 101, 7, id="most"),
        pytest.param("{base: 2, per: {fact: event.affected_people, each: 0.1, add: 1}}", 3, 32, id="exact tenths"),
        pytest.param("{base: 0, per: {fact: event.affected_people, each: 100, add: 3}}", 0, None, id="no seat"),
        pytest.param("{base: 3, max: 0}", 0, None, id="at most none"),
    ],
)
def test_seats_are_base_and_add_for_each_begun_part(
    engine: SituationEngine, seats: str, people: int, number: int | None
) -> None:
    situation = situation_of(engine, act("A1", seats=seats), event={"affected_people": people})
    assert [d.seats for d in situation.demands] == ([] if number is None else [number])
    assert situation.rules_in_force == (() if number is None else ("A1",))
    assert situation.warnings == ()


def test_an_unknown_value_leaves_the_base_with_one_warning_for_the_rule(engine: SituationEngine) -> None:
    seats = "{base: 2, per: {fact: area.affected_people, each: 100, add: 3}}"
    situation = situation_of(
        engine, act("A1", "level: kelurahan", each="area", seats=seats), area_rows=AREAS, areas=["kota"]
    )
    assert {d.seats for d in situation.demands} == {2}
    (warning,) = situation.warnings
    assert warning.code == "W602"
    assert all(name in warning.message("en") for name in ("`A1`", "`area.affected_people`", "`d1@kel11`", "`d1@kel21`"))


def test_a_warning_about_many_demands_names_five_and_their_number(engine: SituationEngine) -> None:
    areas = [{"id": "kota"}, *({"id": f"k{n}", "parent": "kota", "level": "k"} for n in range(8))]
    seats = "{base: 1, per: {fact: area.population, each: 100, add: 1}}"
    rule = act("A1", "level: k", each="area", seats=seats)
    (warning,) = situation_of(engine, rule, area_rows=areas, areas=["kota"]).warnings
    assert "`d1@k4`, … (8)" in warning.message("en")


def test_of_several_rules_the_largest_seats_and_the_largest_minimum_stand(engine: SituationEngine) -> None:
    rules = (
        act("A1", seats="{base: 4, minimum: 1}"),
        act("A2", seats="{base: 1, minimum: 3}"),
        act("A3", seats="{base: 0}"),
        act("A4", "when: {event.severity: 5}", seats="{base: 9}"),
    )
    (demand,) = situation_of(engine, *rules, event={"severity": 4}).demands
    assert (demand.seats, demand.minimum, demand.because) == (4, 3, ("A1", "A2", "A3"))


def test_a_minimum_beyond_the_seats_is_not_cut(engine: SituationEngine) -> None:
    (demand,) = situation_of(engine, act("A1", seats="{base: 2, minimum: 5}")).demands
    assert (demand.seats, demand.minimum) == (2, 5)


# ---- when ------------------------------------------------------------------------------------------------------------


def test_without_shifts_a_demand_runs_the_rest_of_the_period(engine: SituationEngine) -> None:
    (demand,) = situation_of(engine, act("A1"), period=(date(2026, 11, 18), date(2026, 11, 22))).demands
    assert (demand.first_day, demand.last_day) == (date(2026, 11, 20), date(2026, 11, 22))
    assert (demand.start, demand.end) == ("2026-11-20", "2026-11-22")


def test_a_period_given_by_times_keeps_them_and_an_end_at_midnight_counts_to_the_day_before(
    engine: SituationEngine,
) -> None:
    (demand,) = situation_of(engine, act("A1"), period=(at("2026-11-20T10:00"), at("2026-11-23T00:00"))).demands
    assert (demand.first_day, demand.last_day) == (date(2026, 11, 20), date(2026, 11, 22))
    assert (demand.start, demand.end) == ("2026-11-20T10:00:00+07:00", "2026-11-23T00:00:00+07:00")
    (demand,) = situation_of(engine, act("A1"), period=(at("2026-11-18T10:00"), at("2026-11-22T01:00"))).demands
    assert (demand.start, demand.last_day) == ("2026-11-20T00:00:00+07:00", date(2026, 11, 22))


@pytest.mark.parametrize(
    ("turn", "last_day", "end"),
    [
        pytest.param('from: "07:00", hours: 8', 22, "2026-11-22T15:00:00+07:00", id="by day"),
        pytest.param('from: "23:00", hours: 8', 23, "2026-11-23T07:00:00+07:00", id="over midnight"),
        pytest.param('from: "16:00", hours: 8', 22, "2026-11-23T00:00:00+07:00", id="until midnight"),
        pytest.param('from: "00:00", hours: 24', 22, "2026-11-23T00:00:00+07:00", id="all day"),
        pytest.param('from: "16:00", hours: 8.5', 23, "2026-11-23T00:30:00+07:00", id="half an hour over"),
    ],
)
def test_a_shift_is_a_demand_whose_last_day_is_that_of_its_last_turn(
    engine: SituationEngine, turn: str, last_day: int, end: str
) -> None:
    (demand,) = situation_of(engine, act("A1", f"shifts: [{{id: jaga, {turn}}}]", each="area"), areas=["kec1"]).demands
    assert (demand.id, demand.shift) == ("d1@kec1/jaga", "jaga")
    assert (demand.first_day, demand.last_day, demand.end) == (date(2026, 11, 20), date(2026, 11, last_day), end)
    assert demand.start.startswith("2026-11-20T")


def test_each_shift_of_each_area_is_a_demand(engine: SituationEngine) -> None:
    shifts = 'shifts: [{id: pagi, from: "07:00", hours: 8}, {id: malam, from: "23:00", hours: 8}]'
    found = made(situation_of(engine, act("A1", shifts, each="area"), act("A2", each="area")))
    assert list(found) == ["d1@kec1", "d1@kec1/malam", "d1@kec1/pagi", "d1@kec2", "d1@kec2/malam", "d1@kec2/pagi"]
    assert found["d1@kec1"].because == ("A2",)


def test_a_rule_that_ends_within_the_last_night_makes_the_day_shift_only(engine: SituationEngine) -> None:
    shifts = 'shifts: [{id: pagi, from: "07:00", hours: 8}, {id: malam, from: "23:00", hours: 8}]'
    situation = situation_of(engine, act("A1", shifts + ", effective: {until: 2026-11-23}"))
    assert list(made(situation)) == ["d1@event/pagi"]


def test_a_rule_that_is_not_law_is_neither_in_force_nor_possible(engine: SituationEngine) -> None:
    rule = act("A1", "when: {event.phase: response}, effective: {until: 2026-11-22}")
    situation = situation_of(engine, rule)
    assert (situation.demands, situation.possible, situation.rules_in_force) == ((), (), ())


# ---- possible --------------------------------------------------------------------------------------------------------


def test_an_unknown_when_makes_nothing_but_stays_possible_with_what_is_missing(engine: SituationEngine) -> None:
    rules = (
        act("A2", "when: {event.phase: response, event.severity: {gte: 3}}"),
        act("A1", "when: {event.phase: response, event.type: gempa}"),  # false: an earthquake it is not
        act("A3", "when: {area.depth_cm: {gte: 50}, measure.n: {gte: 0}}", each="area"),  # true in kec2, open in kec1
    )
    situation = situation_of(engine, *rules, area_rows=AREAS)
    assert list(made(situation)) == ["d1@kec2"]
    assert [(p.rule, p.missing) for p in situation.possible] == [
        ("A2", ("event.phase", "event.severity")),
        ("A3", ("area.depth_cm",)),
    ]


def test_possible_names_a_parameter_without_a_value(engine: SituationEngine) -> None:
    rulebook = rules_of(
        act("A1", "when: {event.affected_people: {gte: {param: many}}}"),
        more="parameters: {many: {values: [{from: 2027-01-01, value: 5}]}}\n",
    )
    situation = infer(rulebook, scenario_of(rulebook), engine=engine)
    assert situation.possible[0].missing == ("event.affected_people", "param.many")
    (warning,) = situation.warnings
    assert warning.code == "W601"
    assert all(text in warning.message("id") for text in ("`many`", "2027-01-01", "2026-11-20", "`A1`"))


# ---- by hand ---------------------------------------------------------------------------------------------------------


def test_a_demand_by_hand_stands_without_any_rule(engine: SituationEngine) -> None:
    rows = [{"duty": "d2", "area": "kel11", "seats": 3}, {"duty": "d3", "area": None, "seats": 1, "minimum": 0}]
    found = made(situation_of(engine, act("A1"), area_rows=AREAS, demands=rows))
    assert list(found) == ["d1@event", "d2@kel11", "d3@event"]
    by_hand = found["d2@kel11"]
    assert (by_hand.seats, by_hand.minimum, by_hand.because, by_hand.priority) == (3, 1, (), 8)
    assert (found["d3@event"].minimum, found["d3@event"].area) == (0, "kota")


@pytest.mark.parametrize(
    ("row", "seats", "minimum"),
    [
        pytest.param({"seats": 2}, 2, 3, id="seats replaced"),
        pytest.param({"minimum": 1}, 6, 1, id="minimum replaced"),
        pytest.param({"covered_elsewhere": 2}, 4, 1, id="covered elsewhere"),
        pytest.param({"covered_elsewhere": 5}, 1, 0, id="not below zero"),
        pytest.param({"seats": 9, "minimum": 2, "covered_elsewhere": 1}, 8, 1, id="all"),
        pytest.param({"covered_elsewhere": 6}, None, None, id="no seat left"),
        pytest.param({"seats": 0}, None, None, id="called off"),
    ],
)
def test_a_demand_by_hand_changes_that_of_the_rules(
    engine: SituationEngine, row: dict[str, int], seats: int | None, minimum: int | None
) -> None:
    rule = act("A1", seats="{base: 6, minimum: 3}")
    situation = situation_of(engine, rule, demands=[{"duty": "d1", "area": None, **row}])
    if seats is None:
        assert (situation.demands, situation.rules_in_force) == ((), ())
    else:
        (demand,) = situation.demands
        assert (demand.seats, demand.minimum, demand.because) == (seats, minimum, ("A1",))


def test_a_demand_by_hand_names_its_shift(engine: SituationEngine) -> None:
    rule = act("A1", 'shifts: [{id: malam, from: "23:00", hours: 8}], when: {event.severity: 5}')
    rows = [{"duty": "d1", "area": "kec1", "shift": "malam", "seats": 2}, {"duty": "d1", "area": "kec1", "seats": 1}]
    found = made(situation_of(engine, rule, event={"severity": 1}, demands=rows))
    assert list(found) == ["d1@kec1", "d1@kec1/malam"]
    assert found["d1@kec1/malam"].last_day == date(2026, 11, 23)
    assert found["d1@kec1"].last_day == date(2026, 11, 22)


# ---- priorities ------------------------------------------------------------------------------------------------------


def raise_(rule: str, add: int, more: str = "") -> str:
    return f"id: {rule}, kind: prioritise, add: {add}{', ' if more else ''}{more}"


@pytest.mark.parametrize(
    ("adds", "priority"),
    [
        pytest.param((2,), 7, id="raised"),
        pytest.param((-3,), 2, id="lowered"),
        pytest.param((8, -2), 9, id="clamped once at the end"),  # 5 + 8 - 2 = 11, not min(13, 9) - 2
        pytest.param((-8, 2), 1, id="clamped below"),
    ],
)
def test_a_priority_is_that_of_the_duty_and_all_adds(
    engine: SituationEngine, adds: tuple[int, ...], priority: int
) -> None:
    situation = situation_of(engine, act("A1"), *(raise_(f"P{n}", add) for n, add in enumerate(adds)))
    assert situation.demands[0].priority == priority
    assert situation.priorities == {"d1@event": tuple(f"P{n}" for n in range(len(adds)))}
    assert situation.in_force == {"d1@event": {}}


def test_a_priority_rises_where_the_when_is_true_only(engine: SituationEngine) -> None:
    rules = (
        act("A1", each="area"),
        raise_("P1", 1, "when: {area.depth_cm: {gte: 50}}"),  # kec1 unknown, kec2 true
        raise_("P2", 2, "when: {area.flooded: true}"),  # kec1 true, kec2 false by default
        raise_("P3", 3, "duty: d2"),
    )
    situation = situation_of(engine, *rules, area_rows=AREAS)
    assert {d.id: d.priority for d in situation.demands} == {"d1@kec1": 7, "d1@kec2": 6}
    assert situation.rules_in_force == ("A1", "P1", "P2")


def test_fractions_of_people_do_not_exist_but_declared_numbers_do(engine: SituationEngine) -> None:
    rulebook = rules_of(
        act("A1", seats="{base: 0, per: {fact: event.load, each: 0.5, add: 1}}"),
        more="attributes: {event.load: {type: number}}\n",
    )
    for load, seats in ((Fraction(1, 2), 1), (Fraction(501, 1000), 2), (Fraction(-3), None)):
        situation = infer(rulebook, scenario_of(rulebook, event={"load": load}), engine=engine)
        assert [d.seats for d in situation.demands] == ([] if seats is None else [seats])
