"""Observations become facts, to the exact number (semantics §3.6)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from asn_flex.situation import measures as measures_module
from asn_flex.situation.measures import measure_values, observation_rows

from .build import NOW, at, observation_frame, rulebook_of, scenario_of

GAUGE = (
    {"time": at("2026-11-20T02:00"), "kind": "level", "value": 9, "area": "kota"},  # 6 h ago to the second: out
    {"time": at("2026-11-20T02:00:01"), "kind": "level", "value": 3, "area": "kota"},
    {"time": at("2026-11-20T05:00"), "kind": "level", "value": "1.5", "area": "kel11"},
    {"time": at("2026-11-20T01:00+00:00"), "kind": "level", "value": 2, "area": "kec1"},  # 08:00 here: now, in
    {"time": at("2026-11-20T08:00"), "kind": "level", "value": "2.5", "area": None},
    {"time": at("2026-11-20T08:00:01"), "kind": "level", "value": 99, "area": "kota"},  # later than now: out
    {"time": at("2026-11-20T07:00"), "kind": "rain", "value": 50, "area": "kota"},
)


def values(take: str, scope: str = "event", rows: Any = GAUGE, window: str = "6h", areas: Any = ()) -> dict[Any, Any]:
    rulebook = rulebook_of(f"measures: {{m: {{observe: level, window: {window}, take: {take}, scope: {scope}}}}}\n")
    scenario = scenario_of(rulebook, observations=rows)
    return {area: value for (_, area), value in measure_values(rulebook.measures, scenario, areas).items()}


@pytest.mark.parametrize(
    ("take", "value"),
    [
        ("max", Fraction(3)),
        ("min", Fraction(3, 2)),
        ("sum", Fraction(9)),  # 3 + 1.5 + 2 + 2.5
        ("mean", Fraction(9, 4)),
        ("count", Fraction(4)),
        ("last", Fraction(5, 2)),  # two at 08:00: the larger
    ],
)
def test_each_take_of_the_window_behind_now(take: str, value: Fraction) -> None:
    assert values(take) == {None: value}


@pytest.mark.parametrize(
    ("take", "known"),
    [
        # kota: 3, 1.5 and 2; kec1: kel11's 1.5 and its own 2; kel11: 1.5; kec2: nothing. 2.5 lies nowhere.
        ("max", {"kota": Fraction(3), "kec1": Fraction(2), "kel11": Fraction(3, 2)}),
        ("sum", {"kota": Fraction(13, 2), "kec1": Fraction(7, 2), "kel11": Fraction(3, 2)}),
        ("mean", {"kota": Fraction(13, 6), "kec1": Fraction(7, 4), "kel11": Fraction(3, 2)}),
        ("last", {"kota": Fraction(2), "kec1": Fraction(2), "kel11": Fraction(3, 2)}),
        ("count", {"kota": Fraction(3), "kec1": Fraction(2), "kel11": Fraction(1), "kec2": Fraction(0)}),
    ],
)
def test_an_area_takes_its_own_and_what_lies_below_it(take: str, known: dict[str, Fraction]) -> None:
    assert values(take, "area", areas=["kota", "kec1", "kec2", "kel11"]) == known


def test_nothing_observed_is_a_count_of_zero_and_otherwise_unknown() -> None:
    assert values("count", rows=()) == {None: Fraction(0)}
    assert values("count", "area", rows=(), areas=["kec1"]) == {"kec1": Fraction(0)}
    for take in ("max", "min", "mean", "sum", "last"):
        assert values(take, rows=()) == {}
        assert values(take, "area", rows=(), areas=["kec1"]) == {}


def test_a_report_without_a_value_counts_and_nothing_else() -> None:
    rows = [{"time": NOW, "kind": "level", "value": None, "area": None}, *GAUGE[:3]]
    assert values("count", rows=rows) == {None: Fraction(3)}
    assert values("last", rows=rows) == {None: Fraction(3, 2)}


def test_windows_in_minutes_and_days() -> None:
    assert values("count", window="90min") == {None: Fraction(2)}
    assert values("count", window="2d") == {None: Fraction(5)}


def test_sums_stay_exact_where_a_column_of_decimals_would_overflow() -> None:
    # 18 digits before and 18 after the point: beyond polars' 38 digits from the 100th value on.
    huge = Decimal("999999999999999999.999999999999999999")
    rows = [{"time": NOW, "kind": "level", "value": huge, "area": "kec1"}] * 250
    assert values("sum", rows=rows) == {None: Fraction(huge) * 250}
    assert values("mean", "area", rows=rows, areas=["kota"]) == {"kota": Fraction(huge)}
    rows = [{"time": NOW, "kind": "level", "value": v, "area": None} for v in ("0.1", "0.2")]
    assert values("sum", rows=rows) == {None: Fraction(3, 10)}


def test_the_slow_exact_sum_is_the_fast_one(monkeypatch: pytest.MonkeyPatch) -> None:
    fast = [values(take, "area", areas=["kota", "kec1"]) for take in ("sum", "mean")]
    monkeypatch.setattr(measures_module, "_SAFE_TOTAL", Decimal(0))
    assert [values(take, "area", areas=["kota", "kec1"]) for take in ("sum", "mean")] == fast


@pytest.mark.parametrize(
    ("take", "scope", "area", "rows"),
    [
        ("max", "event", None, (3,)),
        ("last", "event", None, (6,)),
        ("min", "event", None, (4,)),
        ("sum", "event", None, (3, 4, 5, 6)),
        ("count", "area", "kec1", (4, 5)),
        ("mean", "area", "kec2", ()),
    ],
)
def test_a_value_names_the_rows_it_rests_on(take: str, scope: str, area: str | None, rows: tuple[int, ...]) -> None:
    rulebook = rulebook_of(f"measures: {{m: {{observe: level, window: 6h, take: {take}, scope: {scope}}}}}\n")
    assert observation_rows(rulebook.measures["m"], scenario_of(rulebook, observations=GAUGE), area) == rows


def test_the_order_of_rows_does_not_matter() -> None:
    for take in ("last", "mean", "sum"):
        assert values(take, "area", rows=GAUGE[::-1], areas=["kota", "kec1"]) == values(
            take, "area", areas=["kota", "kec1"]
        )


def test_the_frame_of_observations_is_in_utc() -> None:
    assert observation_frame(GAUGE)["time"][0] == at("2026-11-20T02:00") - timedelta(0)
