"""Laws of rule tests over random rulebooks: what the oracle says passes, anything else fails (semantics §5.12)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import asn_flex as af
from asn_flex.analysis.acting import acts, asks_about_duties
from asn_flex.analysis.observed import acted
from asn_flex.analysis.rule_tests import run_tests
from asn_flex.analysis.space import duties_of
from asn_flex.analysis.trial import try_out
from asn_flex.domain.exact import number_text
from asn_flex.rulebook.loader import build_rulebook

from ..oracle.draw_rules import draw_rules
from ..oracle.drawing import LABEL, Dice, Plain, write_case, yaml_text
from ..oracle.oracle import solve_case
from ..oracle.situation import Conflict
from ..oracle.strategies import draw_areas, draw_officer, draw_scenario

LAWS = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True, database=None)
NOW = "2024-12-10T08:00:00+07:00"
DAY = {"start": "2024-12-10", "end": "2024-12-10"}
YES_NO = {"true": True, "ya": True, "1": True, "false": False, "tidak": False}
SETS = {"bahasa", "tags", "evidence"}
NUMBERS = {"depth_cm", "population", "affected_people", "rest_hours", "hours_7d", "deployed_days_90d", "beban", "level"}


def cell(name: str, text: str) -> object:
    """A table cell as a test would state it."""
    if name in SETS:
        return text.split("|")
    if name in NUMBERS and text.replace(".", "").isdigit():
        return Decimal(text)
    return YES_NO.get(text, Plain(text))


def facts(row: Mapping[str, str], *, without: tuple[str, ...] = ()) -> dict:
    return {name: cell(name, text) for name, text in row.items() if text != "" and name not in without}


class World:
    """One area, unit and officer: as tables for the oracle, as `given` for a test."""

    def __init__(self, seed: int) -> None:
        dice = Dice(seed)
        area = draw_areas(dice)[0] | {"parent": "", "lat": "", "lon": ""}
        name = area["id"]
        self.rules = draw_rules(dice, [Plain(name)])
        self.scenario = draw_scenario(dice, [name]) | {"period": DAY, "now": NOW}
        unit = {
            "id": "u1",
            "service_class": dice.cell(25, ["essential", "administrative", "support"]),
            "area": dice.cell(30, [name]),
            "tags": dice.cell(40, ["posko", "posko|gudang"]),
            "beban": dice.cell(40, ["1", "2.5", "7"]),
        }
        officer = draw_officer(dice, "A", ["u1"], [name])
        holdings = [
            {
                "officer": "A",
                "competency": competency,
                "level": str(dice.number(1, self.rules["competencies"][competency].get("levels", 5))),
                "evidence": dice.cell(50, ["sertifikat", "latihan", "latihan|sertifikat"]),
                "valid_until": dice.cell(80, ["2024-12-09", "2024-12-10", "2025-06-01"]),
            }
            for competency in dice.some(self.rules["competencies"], dice.one([1, 2, 3]))
        ]
        self.tables = {"areas": [area], "units": [unit], "officers": [officer]}
        if holdings:
            self.tables["holdings"] = holdings
        event = dict(self.scenario["event"])
        started = event.pop("started", None)
        if started is not None:
            event["days"] = (datetime.fromisoformat(NOW) - datetime.fromisoformat(started)).days
        self.given = {
            "event": {k: v for k, v in event.items() if k not in {"areas", "command_area"}},
            "area": facts(area, without=("name", "parent", "lat", "lon")),
            "officer": facts(officer) | {"holdings": [facts(row, without=("officer",)) for row in holdings]},
            "unit": facts(unit),
        }
        self.measures = {
            name: dice.one([1, 2, Decimal("2.5"), 3]) for name in dice.some(["air", "laporan", "air_area"], 0, 3)
        }

    def rulebook(self, expect: dict, **more: object) -> af.Rulebook:
        test = {"name": LABEL, "now": NOW, "given": self.given | more, "expect": expect}
        return build_rulebook({"r.yaml": yaml_text(self.rules | {"tests": [test]}).encode()})

    def write(self, folder: Path) -> Path:
        return write_case(self.rules, self.scenario, self.tables, folder)


def expectations(world: World, folder: Path) -> dict:
    """What the oracle says of every duty that has a demand: its seats, and who may take it on what ground."""
    result = solve_case(world.write(folder))
    seats: dict[str, int] = dict.fromkeys(world.rules["duties"], 0)
    for demand in result.demands:
        seats.pop(demand.partition("@")[0], None)
    seats |= {demand: entry["seats"] for demand, entry in result.demands.items()}
    grounds: dict[str, list[set]] = {}
    for demand in result.demands:
        bases = result.eligible.get(("A", demand), [])
        grounds.setdefault(demand.partition("@")[0], []).append({(rule, strength) for rule, strength, *_ in bases})
    eligible, refused = {}, {}
    for duty, offered in grounds.items():
        common = set.intersection(*offered)
        if common:
            rule, strength = min(common, key=lambda base: str(base[0]))
            given_rule = {"rule": rule, "strength": Decimal(number_text(strength))}
            eligible[duty] = {"standard": True} if rule in {None, "standard"} else given_rule
        elif not any(offered):
            refused[duty] = {}
    parts = {"seats": seats, "eligible": eligible, "refused": refused}
    return {key: part for key, part in parts.items() if part}


@LAWS
@given(seed=st.integers(0, 2**40))
def test_what_the_oracle_says_of_a_test_passes_and_the_opposite_fails(seed: int, tmp_path_factory) -> None:
    world = World(seed)
    try:
        expect = expectations(world, tmp_path_factory.mktemp("case"))
    except Conflict:
        (result,) = run_tests(world.rulebook({"seats": {"d1": 0}})).results
        assert [f.subject for f in result.failures] == ["event"]
        return
    report = run_tests(world.rulebook(expect))
    assert report.ok, [(f.subject, f.expected.en, f.found.en) for f in report.results[0].failures]
    for demand, seats in expect.get("seats", {}).items():
        (result,) = run_tests(world.rulebook({"seats": {demand: seats + 1}})).results
        assert [f.subject for f in result.failures] == [f"seats.{demand}"]
    swapped = {"refused": {duty: {} for duty in expect.get("eligible", {})},
               "eligible": {duty: {} for duty in expect.get("refused", {})}}  # fmt: skip
    if any(swapped.values()):
        (result,) = run_tests(world.rulebook({key: part for key, part in swapped.items() if part})).results
        assert {f.subject for f in result.failures} == {
            f"{key}.{duty}" for key, part in swapped.items() for duty in part
        }


@LAWS
@given(seed=st.integers(0, 2**40))
def test_reading_of_acting_from_facts_alone_agrees_with_the_stages(seed: int) -> None:
    world = World(seed)
    # From facts alone the day is that of the test; only the stages know of shifts that end the next morning.
    for rule in world.rules["rules"]:
        rule.pop("shifts", None)
    ids = [rule["id"] for rule in world.rules["rules"]]
    rulebook = world.rulebook({"acts": ids}, measure=world.measures)
    try:
        trial = try_out(rulebook, rulebook.tests[0])
    except af.SituationConflict:
        return
    for rule in rulebook.rules:
        duties = duties_of(rulebook, rule) if asks_about_duties(rule) else (None,)
        from_facts = any(acts(rule, trial.case(duty)) for duty in duties)
        assert from_facts is acted(trial, rule), (rule.id, seed)


@pytest.mark.parametrize("seed", range(12))
def test_engines_agree_on_random_tests(seed: int) -> None:
    world = World(seed)
    rulebook = world.rulebook({"acts": [rule["id"] for rule in world.rules["rules"]]}, measure=world.measures)
    found = {
        name: [[(f.subject, f.found) for f in r.failures] for r in af.run_tests(rulebook, engine=name).results]
        for name in ("plain", "durable")
    }
    assert found["plain"] == found["durable"]
