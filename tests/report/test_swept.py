"""A sweep on the terminal: as wide as it is, no longer than anybody reads, nothing hidden (semantics §12.7)."""

from __future__ import annotations

import io
from fractions import Fraction

import pytest

from asn_flex.report.swept import MOST_LINES, MOST_PROBLEMS, as_csv, print_sweep

from .test_sweep_chart import Swept, drawn


def shown(swept: Swept, monkeypatch: pytest.MonkeyPatch, *, columns: int = 120) -> list[str]:
    monkeypatch.setenv("COLUMNS", str(columns))
    stream = io.StringIO()
    print_sweep(swept, lang="en", stream=stream)
    return stream.getvalue().splitlines()


@pytest.mark.parametrize("columns", [60, 80, 100, 200])
def test_no_line_is_wider_than_the_terminal(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    swept = drawn(("event.severity", "officer.absent", "officer.absent.seed"), (3, Fraction(1, 20), 1))
    lines = shown(swept, monkeypatch, columns=columns)
    assert max(map(len, lines)) <= columns
    # The first tier and the empty seats are always there.
    (row,) = [line for line in lines if line.lstrip().startswith("3 ")]
    assert row.split()[:3] == ["3", "5%", "50%"]
    assert row.split()[-1] == "3"


def test_long_sweep_shows_the_first_lines_and_says_where_the_rest_is(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown(drawn(("event.affected_people",), *((n,) for n in range(MOST_LINES + 7))), monkeypatch)
    assert sum("50%" in line for line in lines) == MOST_LINES
    assert any("lines left out: 7; sweep.csv has them all" in line for line in lines)


def test_scenarios_without_a_plan_are_told_first_ones_first(monkeypatch: pytest.MonkeyPatch) -> None:
    swept = drawn(("event.severity",), *((n,) for n in range(MOST_PROBLEMS + 2)))
    rows = tuple(row | {"plan": None, "problem": "it cannot", "problem_id": "tidak bisa"} for row in swept.rows)
    lines = shown(Swept(swept.varied, rows), monkeypatch)
    assert sum("it cannot" in line for line in lines) == MOST_PROBLEMS
    assert any("other scenarios without a plan: 2" in line for line in lines)
    assert any("Scenarios with a plan: 0 of 7" in line for line in lines)


def test_plans_that_stopped_at_the_time_limit_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    swept = drawn(("event.severity",), (3,), (4,))
    limited = Swept(swept.varied, (swept.rows[0] | {"status": "feasible"}, swept.rows[1]))
    assert any("coverage may not be the best: 1" in line for line in shown(limited, monkeypatch))
    assert not any("time limit" in line for line in shown(swept, monkeypatch))


def test_settled_fact_is_told_only_where_it_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    # Every plan of `drawn` has settled severity 3.
    lines = shown(drawn(("event.severity",), (2,), (3,), (None,)), monkeypatch)
    assert [line for line in lines if "the rules make" in line] == [
        "event.severity: the rules make 3 of 2", "event.severity: the rules make 3 of ?",
    ]  # fmt: skip


def test_scenarios_given_one_by_one_are_lines_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert any(line.split()[:2] == ["s", "50%"] for line in shown(drawn((), ()), monkeypatch))


def test_csv_writes_values_as_they_are_varied() -> None:
    swept = drawn(("officer.absent", "area.flooded@x", "unit.tags@y"), (Fraction(1, 8), True, frozenset({"b", "a"})))
    head, row = as_csv(swept).decode().splitlines()
    assert head.startswith("scenario,officer.absent,area.flooded@x,unit.tags@y,")
    assert row.startswith("s,12.5%,true,a|b,")
