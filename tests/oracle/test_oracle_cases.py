"""The oracle gives what every worked case expects, and is sane on its own draws."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from .choose import PinFault
from .oracle import Result, solve, solve_case
from .reading import as_number, read_rules, read_scenario
from .situation import Conflict
from .strategies import cases, write_case

CASES = Path(__file__).parent.parent / "cases"
ERRORS = {"pins": PinFault, "conflict": Conflict}
FOLDERS = sorted(folder.parent for folder in CASES.glob("*/expected.json"))
DRAWS = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def basis_line(basis: tuple) -> str:
    rule, strength, loss, points, questions = basis
    return " ".join([rule, str(strength), str(loss), str(points), *(f"?{a}/{r}" for a, r in questions)])


def expected_basis_line(line: str) -> str:
    rule, strength, *rest = line.split()
    return " ".join([rule, str(Fraction(strength)), *rest[:2], *sorted(rest[2:])])


def plain(value):
    """Values of a fact as a JSON file would give them."""
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, (bool, str)) or value is None:
        return value
    if isinstance(value, (int, Fraction)):
        return Fraction(value)
    return str(value)


def expected_fact(found, wanted):
    """The wanted value, read as a number where the fact is one (`"2.5"` or 2.5)."""
    if isinstance(found, Fraction) and not isinstance(found, bool) and wanted is not None:
        return as_number(str(wanted))
    return wanted


def check(result: Result, expected: dict) -> None:
    """Compare every part that the case asks for."""
    for name, wanted in expected.get("event", {}).items():
        found = plain(result.event[name])
        assert found == expected_fact(found, wanted), f"event.{name}"
    for part in ("rules_in_force", "possible_demands", "tiers", "recommended", "derived_by"):
        if part in expected:
            assert getattr(result, part) == expected[part], part
    if "demands" in expected:
        found = {
            name: {key: result.demands[name].get(key) for key in wanted} if name in result.demands else None
            for name, wanted in expected["demands"].items()
        }
        for entry in found.values():
            for key in ("start", "end"):
                if entry and key in entry:
                    entry[key] = str(entry[key])
        wanted = {
            name: {key: value[:10] if key in ("start", "end") else value for key, value in entry.items()}
            for name, entry in expected["demands"].items()
        }
        assert found == wanted
        assert set(result.demands) == set(expected["demands"])
    if "eligible" in expected:
        found = {f"{o} {d}": sorted(map(basis_line, bases)) for (o, d), bases in result.eligible.items()}
        wanted = {pair: sorted(map(expected_basis_line, lines)) for pair, lines in expected["eligible"].items()}
        assert found == wanted
    if "shortfalls" in expected:
        assert {d: list(entry) for d, entry in result.shortfalls(result.plan).items()} == expected["shortfalls"]
    if "plan" in expected:
        plan = [tuple(line.split()) for line in expected["plan"]]
        assert result.feasible_value(plan) == result.tiers


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_case_comes_out_as_worked_by_hand(folder):
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    file = folder / "previous.json"
    previous = json.loads(file.read_text(encoding="utf-8")) if file.exists() else None
    if "error" in expected:
        with pytest.raises(ERRORS[expected["error"]["kind"]]) as refusal:
            solve_case(folder, previous=previous, assume=expected.get("assume"))
        assert all(name in str(refusal.value) for name in expected["error"]["names"])
    else:
        check(solve_case(folder, previous=previous, assume=expected.get("assume")), expected)


def test_there_are_cases():
    assert len(FOLDERS) >= 7


def solved(case) -> object:
    try:
        return solve(case.rules, case.scenario, case.tables, previous=case.previous, assume=case.assume)
    except (Conflict, PinFault) as refusal:
        return type(refusal), str(refusal)


@DRAWS
@given(case=cases())
def test_a_draw_has_one_answer_also_through_its_files(case, tmp_path_factory):
    folder = tmp_path_factory.mktemp("case")
    write_case(case.rules, case.scenario, case.tables, folder)
    first = solved(case)
    scenario, tables = read_scenario(folder / "scenario")
    again = solved(case._replace(rules=read_rules(folder / "rules.yaml"), scenario=scenario, tables=tables))
    assert first == again


@DRAWS
@given(case=cases())
def test_the_order_of_rules_and_rows_does_not_matter(case):
    rules = case.rules | {"rules": case.rules["rules"][::-1]}
    tables = {name: rows[::-1] for name, rows in case.tables.items()}
    first, again = solved(case), solved(case._replace(rules=rules, tables=tables))
    if isinstance(first, Result):
        assert first.tiers == again.tiers
        assert first.eligible == again.eligible
        assert first.demands == again.demands
    else:
        assert first[0] == again[0]


@DRAWS
@given(case=cases())
def test_no_plain_plan_beats_the_best(case):
    result = solved(case)
    if not isinstance(result, Result) or result.problem.count_plain() > 3000:
        return
    ranks = [result.problem.rank(plan) for plan in result.problem.plain_plans()]
    assert min(ranks) == result.problem.rank(result.plan)


@DRAWS
@given(case=cases())
def test_the_best_plan_is_feasible(case):
    result = solved(case)
    if isinstance(result, Result):
        assert result.feasible_value(result.plan) == result.tiers
