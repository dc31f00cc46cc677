"""Law: on random small cases the library agrees, tier by tier and pair by pair, with a brute force of the text.

The oracle in `tests/oracle` shares no code with the library: it reads the same files with its own loader and tries
every assignment.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import asn_flex as af
from asn_flex.domain.exact import number_text

from .oracle.choose import PinFault
from .oracle.oracle import Result, solve_case
from .oracle.situation import Conflict
from .oracle.strategies import cases, write_case
from .support import load_case, previous_plan

LAWS = settings(
    max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True, database=None
)


def planned(folder: Path, previous: Mapping[str, str] | None, assume: Mapping[str, object]) -> af.Planning:
    rulebook, scenario = load_case(folder)
    before = previous_plan(previous) if previous is not None else None
    return af.plan(rulebook, scenario, engine="plain", previous=before, assume=assume)


def library_pairs(planning: af.Planning) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for officer, demand, rule, strength, loss, points, confirm in planning.eligibility.pairs().iter_rows():
        line = f"{rule or 'standard'} {strength} {loss} {points} {sorted(confirm)}"
        found.setdefault((officer, demand), []).append(line)
    return {pair: sorted(lines) for pair, lines in found.items()}


def oracle_pairs(result: Result) -> dict[tuple[str, str], list[str]]:
    return {
        pair: sorted(
            f"{rule} {number_text(strength)} {loss} {points} {sorted(f'{a}/{r}' for a, r in questions)}"
            for rule, strength, loss, points, questions in bases
        )
        for pair, bases in result.eligible.items()
    }


@LAWS
@given(case=cases())
def test_library_agrees_with_brute_force(case, tmp_path_factory) -> None:
    folder = tmp_path_factory.mktemp("case")
    write_case(case.rules, case.scenario, case.tables, folder)
    try:
        result = solve_case(folder, previous=case.previous, assume=case.assume)
    except (Conflict, PinFault) as refusal:
        wanted = af.SituationConflict if isinstance(refusal, Conflict) else af.PinError
        with pytest.raises(wanted):
            planned(folder, case.previous, case.assume)
        return
    planning = planned(folder, case.previous, case.assume)
    plan = planning.plan
    assert {d.id: (d.duty_class, d.priority, d.seats, d.minimum, list(d.because)) for d in plan.demands} == {
        name: (d["class"], d["priority"], d["seats"], d["minimum"], list(d["because"]))
        for name, d in result.demands.items()
    }
    assert {p.rule: list(p.missing) for p in plan.possible_demands} == result.possible_demands
    assert library_pairs(planning) == oracle_pairs(result)
    assert {t.tier: t.value for t in plan.objective} == result.tiers
    assert plan.status == "optimal"
    assert all(t.value == t.bound for t in plan.objective)
    assert list(plan.rules_in_force) == result.rules_in_force
    chosen = [(a.officer, a.demand, a.basis.rule or "standard") for a in plan.assignments]
    assert result.feasible_value(chosen) == result.tiers
    assert {f.demand: (f.reason, f.missing) for f in plan.shortfalls} == result.shortfalls(chosen)
    verdict = planning.verify()
    assert [str(f) for f in verdict.findings] == []
    # A plan that nothing could beat, whatever its team rules, is proven even where no certificate is claimed.
    assert verdict.optimality == "proven" or (plan.proof, verdict.optimality) == ("solver", "not_independently_proven")
    again = af.Plan.from_json(plan.to_json())
    assert again == plan
    assert again.to_json() == plan.to_json()
    assert again.content_hash() == plan.id


@settings(LAWS, max_examples=40)
@given(case=cases(), shuffler=st.randoms(use_true_random=False))
def test_order_of_rows_and_files_changes_no_byte(case, shuffler, tmp_path_factory) -> None:
    folder, other = tmp_path_factory.mktemp("case"), tmp_path_factory.mktemp("shuffled")
    write_case(case.rules, case.scenario, case.tables, folder)
    tables = {name: shuffler.sample(rows, len(rows)) for name, rows in case.tables.items()}
    rules = case.rules | {"rules": shuffler.sample(case.rules["rules"], len(case.rules["rules"]))}
    write_case(rules, case.scenario, tables, other)
    try:
        plan = planned(folder, case.previous, case.assume).plan
    except (af.SituationConflict, af.PinError):
        return
    assert planned(other, case.previous, case.assume).plan.to_json() == plan.to_json()
