"""Why a seat stays empty (§8.6)."""

from __future__ import annotations

from collections.abc import Iterable

from .choose import Problem

# What a free officer meets, in the order of §8.6.
REASONS = {"protect": "protected", "team": "team", "share": "share", "pin": "pinned"}


def reason(problem: Problem, plan: list[tuple[str, str, str]], demand: str) -> str:
    """The first cause that binds at a demand with an empty seat."""
    serving = {officer: where for officer, where, _ in plan}
    outside = [one for one, where in problem.eligible if where == demand and serving.get(one) != demand]
    free = [officer for officer in outside if officer not in serving]
    if not outside:
        return "nobody_eligible"
    if not free:
        return "all_committed"
    met = {
        fault.split()[0]
        for officer in free
        for basis in problem.eligible[officer, demand]
        for fault in problem.violations([*plan, (officer, demand, basis.rule)])
    }
    return next((named for word, named in REASONS.items() if word in met), "time_limit")


def shortfalls(problem: Problem, plan: Iterable[tuple[str, str, str]]) -> dict[str, tuple[str, int]]:
    """Demand -> (reason, missing seats) for every demand that a feasible plan does not fill."""
    plan = list(plan)
    found = {}
    for name, demand in problem.demands.items():
        missing = demand.seats - sum(where == name for _, where, _ in plan)
        if missing:
            found[name] = reason(problem, plan, name), missing
    return found
