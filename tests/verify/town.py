"""A planned town, and ways to tamper with its plan so that only one thing is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import asn_flex as af
from asn_flex.domain.plan import Assignment, BasisRecord, Certificate, Plan
from asn_flex.verify import Verification, verify

from ..support import load_case

TOWN = Path(__file__).parent / "town"
Change = Callable[[Plan], Plan]


@cache
def town() -> tuple[af.Rulebook, af.Scenario]:
    return load_case(TOWN)


@cache
def town_plan() -> Plan:
    rulebook, scenario = town()
    return af.plan(rulebook, scenario, engine="plain").plan


def opinion(plan: Plan, previous: Plan | None = None) -> Verification:
    return verify(plan, *town(), previous)


def codes(result: Verification) -> set[str]:
    return {finding.code for finding in result.findings}


def remade(plan: Plan, **update: Any) -> Plan:
    """Change parts of a plan and give it the id of its new content."""
    return plan.model_copy(update=update).with_id()


def changed(plan: Plan, officer: str, **update: Any) -> Plan:
    """Change an officer's assignment."""
    return remade(
        plan,
        assignments=tuple(a.model_copy(update=update) if a.officer == officer else a for a in plan.assignments),
    )


def rebased(plan: Plan, officer: str, **update: Any) -> Plan:
    """Change the basis of an officer's assignment."""
    basis = next(a.basis for a in plan.assignments if a.officer == officer)
    return changed(plan, officer, basis=basis.model_copy(update=update))


def standard(officer: str, demand: str, *, points: int = 0) -> Assignment:
    basis = BasisRecord(kind="standard", rule=None, strength="1")
    return Assignment(officer=officer, demand=demand, loss=0, points=points, basis=basis)


def consistent(plan: Plan, *, drop: Iterable[str] = (), add: Iterable[Assignment] = ()) -> Plan:
    """Take officers out and put others in, with `filled`, shortfalls and tiers as they then are.

    The reasons of shortfalls, the bounds of coverage and the certificate stay as the planner wrote them.
    """
    staying = [a for a in plan.assignments if a.officer not in set(drop)]
    assigned = tuple(sorted((*staying, *add), key=lambda a: a.officer))
    filled = {d.id: sum(a.demand == d.id for a in assigned) for d in plan.demands}
    demands = tuple(d.model_copy(update={"filled": filled[d.id]}) for d in plan.demands)
    reasons = {s.demand: s for s in plan.shortfalls}
    spare = plan.shortfalls[0]
    shortfalls = tuple(
        reasons.get(d.id, spare).model_copy(update={"demand": d.id, "missing": d.seats - d.filled})
        for d in demands
        if d.filled < d.seats
    )
    rows = {row["id"]: row for row in town()[1].tables.officers.iter_rows(named=True)}
    values = {
        "suitability": sum(a.loss + a.points for a in assigned),
        "burden": sum(int(rows[a.officer]["hours_7d"] or 0) if a.officer in rows else 0 for a in assigned),
    }
    for duty_class in ("life_safety", "essential", "support"):
        mine = [d for d in demands if d.duty_class == duty_class]
        values[f"coverage.{duty_class}"] = sum(d.priority * d.filled for d in mine)
        values[f"coverage.{duty_class}.minimum"] = sum(d.priority * min(d.filled, d.minimum) for d in mine)
    objective = tuple(t.model_copy(update={"value": values[t.tier], "bound": values[t.tier]}) for t in plan.objective)
    return remade(plan, assignments=assigned, demands=demands, shortfalls=shortfalls, objective=objective)


def certified(plan: Plan, **update: Any) -> Plan:
    """Change parts of the certificate."""
    certificate: Certificate = plan.certificate.model_copy(update=update)
    return remade(plan, certificate=certificate)
