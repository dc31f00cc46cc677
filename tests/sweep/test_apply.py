"""A scenario with changes is what a planner would have written into its files (semantics §12.7)."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import asn_flex as af
from asn_flex.sweep.apply import absent_officers, with_changes
from asn_flex.sweep.grammar import read_variations

from ..support import CASES, load_case
from .towns import quickstart, with_parameters


def changed(*texts: str) -> af.Scenario:
    rulebook, scenario = quickstart()
    (variant,) = af.vary(rulebook, scenario, texts)
    return variant.apply(rulebook)[1]


def absent(share: str, seed: int, officers: list[str]) -> set[str]:
    (axis,) = read_variations([f"officer.absent={share}:seed={seed}"], *quickstart())
    return set(absent_officers(officers, axis.changes[0]))


IDS = [f"A-{number}" for number in range(40)]


@settings(deadline=None)  # the first example reads the files
@given(st.integers(0, 1000), st.integers(0, 20), st.integers(0, 20), st.randoms(use_true_random=False))
def test_larger_share_of_a_seed_contains_the_smaller_whatever_the_order_of_rows(
    seed: int, one: int, other: int, order: random.Random
) -> None:
    low, high = sorted((one, other))
    shuffled = order.sample(IDS, len(IDS))
    small, large = absent(f"{5 * low}%", seed, IDS), absent(f"{5 * high}%", seed, shuffled)
    assert small <= large
    # 40 officers: 5 % are two of them.
    assert (len(small), len(large)) == (2 * low, 2 * high)


@settings(deadline=None)
@given(st.integers(0, 1000), st.integers(0, 20))
def test_officer_who_joins_changes_at_most_one_absence(seed: int, share: int) -> None:
    before, after = absent(f"{5 * share}%", seed, IDS), absent(f"{5 * share}%", seed, [*IDS, "B-1"])
    assert len(before - after) <= 1


def test_seeds_draw_different_officers() -> None:
    assert len({frozenset(absent("50%", seed, IDS)) for seed in range(10)}) == 10


def test_share_is_rounded_half_up() -> None:
    # 5 % of 30 officers is 1.5: two; 10 % of 4 is 0.4: nobody.
    assert len(absent("5%", 1, IDS[:30])) == 2
    assert absent("10%", 1, IDS[:4]) == set()


def test_absent_officers_are_not_available_and_nobody_else_changes() -> None:
    _, scenario = quickstart()
    made = changed("officer.absent=50%:seed=3")
    gone = absent("50%", 3, scenario.tables.officers["id"].to_list())
    available = dict(zip(made.tables.officers["id"], made.tables.officers["available"], strict=True))
    assert {officer for officer, value in available.items() if value is False} == gone
    assert made.tables.officers.drop("available").equals(scenario.tables.officers.drop("available"))


def test_absence_can_be_drawn_in_one_unit() -> None:
    officers = changed("officer.absent@arsip=100%").tables.officers
    away = set(officers.filter(pl.col("available").eq(other=False))["unit"])
    assert away == {"arsip"}
    assert officers.filter(pl.col("unit") == "arsip")["available"].to_list() == [False] * 4


def test_nobody_is_held_to_a_pin_when_drawn_absent() -> None:
    rulebook, scenario = load_case(CASES / "s6_1_pins")
    held = scenario.tables.pins.filter(pl.col("pin") == "must")
    assert held.height > 0
    (variant,) = af.vary(rulebook, scenario, ["officer.absent=100%"])
    assert variant.apply(rulebook)[1].tables.pins.filter(pl.col("pin") == "must").is_empty()
    assert af.plan_many(rulebook, [variant]).rows[0]["filled"] == 0


def test_facts_of_the_event_are_set_and_unset() -> None:
    assert changed("event.severity=5").event.given["severity"] == 5
    assert "severity" not in changed("event.severity=unknown").event.given


def test_facts_of_rows_are_set_for_the_named_rows_only() -> None:
    _, scenario = quickstart()
    made = changed("area.depth_cm@hulu=12.5", "unit.tags@rsud=b|a", "officer.available_until@A-1=2024-12-05")
    assert {a: str(row["depth_cm"]) for a, row in made.area_facts.items() if row["depth_cm"] is not None} == {
        "hulu": "12.500000000000000000"
    }
    assert made.unit_facts["rsud"]["tags"] == ["a", "b"]
    assert made.unit_facts["arsip"] == scenario.unit_facts["arsip"]
    until = dict(zip(made.tables.officers["id"], made.tables.officers["available_until"], strict=True))
    assert (until["A-1"], until["A-2"]) == (date(2024, 12, 5), None)


def test_digest_is_the_one_of_the_content() -> None:
    _, scenario = quickstart()
    assert with_changes(scenario, ()) is scenario
    same = changed("event.severity=3")
    # 3 is what the scenario says already.
    assert same.digest == scenario.digest
    assert len({changed(f"event.severity={n}").digest for n in range(1, 6)}) == 5
    assert changed("area.flooded@hulu=true").digest != scenario.digest


def test_base_stays_as_it_is() -> None:
    _, scenario = quickstart()
    before = scenario.tables.officers.clone()
    changed("officer.absent=100%", "event.severity=5")
    assert scenario.tables.officers.equals(before)
    assert scenario.event.given["severity"] == 3


def test_changed_scenario_plans_as_one_that_was_written_so() -> None:
    rulebook, scenario = quickstart()
    (variant,) = af.vary(rulebook, scenario, ["area.flooded@hulu=true"])
    planned = af.plan(*variant.apply(rulebook), engine="plain")
    written = scenario.tables.areas.with_columns(flooded=pl.col("flooded") | (pl.col("id") == "hulu"))
    by_hand = replace(scenario, tables=replace(scenario.tables, areas=written), digest=planned.scenario.digest)
    assert planned.to_json() == af.plan(rulebook, by_hand, engine="plain").to_json()
    assert planned.verify().ok


def test_parameter_takes_its_value_in_every_rule_that_asks_it() -> None:
    # By hand (cases/s3_4_parameters): ACT-04 makes d4 where the severity, 3, is `tingkat`; FRB-01 keeps from d1 whoever
    # rested less than `jam`: A 7 h, B 8 h, C unknown.
    rulebook, scenario = with_parameters()
    found = af.plan_many(rulebook, af.vary(rulebook, scenario, ["param.tingkat=3,4", "param.jam=8,9"])).to_frame()
    assert found.select("param.tingkat", "param.jam", "demands", "filled").rows() == [
        (3, 8, 4, 2), (3, 9, 4, 1), (4, 8, 3, 1), (4, 9, 3, 0),
    ]  # fmt: skip


def test_rulebook_with_another_parameter_is_another_rulebook() -> None:
    rulebook, scenario = with_parameters()
    variants = af.vary(rulebook, scenario, ["param.jam=8,9"])
    digests = {variant.apply(rulebook)[0].digest for variant in variants}
    assert len(digests | {rulebook.digest}) == 3


def test_planned_variant_of_a_parameter_cannot_be_bundled_either(tmp_path: object) -> None:
    # A bundle of the old files would open as an altered one.
    rulebook, scenario = with_parameters()
    (variant,) = af.vary(rulebook, scenario, ["param.jam=9"])
    with pytest.raises(af.UsageError, match="a bundle needs the files"):
        af.plan(*variant.apply(rulebook), engine="plain").save_bundle(f"{tmp_path}/plan.zip")


def test_planned_variant_cannot_be_bundled_with_the_files_of_its_base(tmp_path: object) -> None:
    rulebook, scenario = quickstart()
    (variant,) = af.vary(rulebook, scenario, ["event.severity=5"])
    with pytest.raises(af.UsageError, match="a bundle needs the files"):
        af.plan(*variant.apply(rulebook), engine="plain").save_bundle(f"{tmp_path}/plan.zip")
