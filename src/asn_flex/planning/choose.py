"""`choose` decides who goes: network, solver, proof, and back to people (semantics §8)."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from asn_flex.domain.plan import Certificate, Displaced, NetworkRecord, Shortfall, Tier
from asn_flex.eligibility.match import Eligibility
from asn_flex.eligibility.misses import misses_of
from asn_flex.errors import SolverError
from asn_flex.planning.build import build_network
from asn_flex.planning.certificate import make_certificate
from asn_flex.planning.decode import Choice, decode
from asn_flex.planning.diagnostics import describe_network
from asn_flex.planning.flow import exceeds, is_feasible, solve_flow, tier_costs
from asn_flex.planning.network import Network
from asn_flex.planning.objective import Objective
from asn_flex.planning.pins import read_pins, refuse_pins
from asn_flex.planning.shortfall import find_shortfalls


@dataclass(frozen=True)
class Outcome:
    """What `choose` decides."""

    choices: tuple[Choice, ...]
    status: str
    proof: str
    tiers: tuple[Tier, ...]
    certificate: Certificate
    shortfalls: tuple[Shortfall, ...]
    displaced: tuple[Displaced, ...]
    network: NetworkRecord


def choose(
    eligibility: Eligibility, *, previous: Mapping[str, str] | None = None, time_limit_s: float | None = None
) -> Outcome:
    """Decide who goes: the lexicographically best plan, with its proof.

    Parameters
    ----------
    eligibility : who may do what
    previous : officer id to demand id of the plan that is being replaced; None when it is the first
    time_limit_s : seconds for the solvers; None for no limit

    Raises
    ------
    PinError
        If pins are not eligible or cannot hold together.

    References
    ----------
    docs/semantics.md §8.
    """
    deadline = None if time_limit_s is None else time.monotonic() + time_limit_s
    pins = read_pins(eligibility)
    objective = Objective(None if previous is None else len(previous))
    kept = _still_there(eligibility, previous or {})
    network = build_network(eligibility, pins, kept if previous is not None else None, objective)
    solved = _solve(network, deadline)
    if solved is None:
        raise refuse_pins(eligibility, pins)
    choices = decode(network, solved.flow, eligibility)
    costs = measure_plan(eligibility, choices, objective, previous or {})
    if solved.complete and costs != list(tier_costs(network, solved.flow)):
        raise SolverError("the plan does not reach the value of its flow")
    return Outcome(
        choices=tuple(choices),
        status="optimal" if solved.complete else "feasible",
        proof=solved.proof,
        tiers=_tiers(network, costs, solved.bounds),
        certificate=solved.certificate,
        shortfalls=find_shortfalls(eligibility, choices, pins, complete=solved.complete),
        displaced=_displaced(eligibility, previous or {}),
        network=describe_network(network, eligibility),
    )


@dataclass(frozen=True)
class _Solved:
    flow: NDArray[np.int64]
    complete: bool
    bounds: list[int | None]
    certificate: Certificate
    proof: str


def _solve(network: Network, deadline: float | None) -> _Solved | None:
    """Solve as a flow, and where team rules or crossing sets bind, as a mixed-integer programme; None: infeasible.

    Without those rows the network is a flow whose optimum nothing can beat. Where it keeps the rows by itself, or
    where the programme reaches the same value, its prices prove the plan.
    """
    relaxed = solve_flow(network, deadline=deadline)
    if not relaxed.feasible:
        return None
    best = tier_costs(network, relaxed.flow)
    complete = relaxed.solved == len(network.objective.tiers)
    certificate = make_certificate(network, relaxed) if complete else Certificate()
    if network.is_flow or is_feasible(network, relaxed.flow):
        bounds = [cost if t < relaxed.solved else None for t, cost in enumerate(best)]
        return _Solved(relaxed.flow, complete, bounds, certificate, "certificate" if complete else "solver")
    from asn_flex.planning.mip import solve_mip  # noqa: PLC0415 - HiGHS loads only where team rules need it

    mixed = solve_mip(network, deadline=deadline)
    if not mixed.feasible:
        return None
    flow, done = mixed.flow, all(mixed.proven)
    costs = tier_costs(network, flow)
    if done and costs != list(mixed.bounds):
        raise SolverError("the whole flow does not reach the optimum that the team solver reported")
    if complete and costs == best:
        return _Solved(flow, True, [*best], certificate, "certificate")
    bounds = list(mixed.bounds)
    if not done:
        spare = _without_broken_demands(network, relaxed.flow)
        if spare is not None and tier_costs(network, spare) < costs:
            flow, costs = spare, tier_costs(network, spare)
        _bound_by_relaxation(bounds, costs, best[: relaxed.solved])
    return _Solved(flow, done, bounds, Certificate(), "solver")


def _without_broken_demands(network: Network, flow: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """Return the best flow that leaves the demands empty whose team rows it would break; None where that fails.

    The plan to fall back on when the time is over before the programme has found a better one.
    """
    upper = network.upper.copy()
    while True:
        broken = [row for row in network.includes if exceeds(row, flow)]
        if not broken:
            return flow if is_feasible(network, flow) else None
        for row in broken:
            upper[list(row.entries)] = 0
        again = solve_flow(replace(network, upper=upper))
        if not again.feasible:
            return None
        flow = again.flow


def _bound_by_relaxation(bounds: list[int | None], costs: list[int], best: list[int]) -> None:
    """Take the relaxed flow's optimum as the bound of a tier that has none, as far as all tiers above are equal."""
    for tier, least in enumerate(best):
        if bounds[tier] is None:
            bounds[tier] = least
        if costs[tier] != least:
            return


def _still_there(eligibility: Eligibility, previous: Mapping[str, str]) -> dict[int, str]:
    """Return the previous assignments whose officer and demand still exist."""
    return {
        eligibility.number_of[officer]: demand
        for officer, demand in sorted(previous.items())
        if officer in eligibility.number_of and demand in eligibility.demands
    }


def measure_plan(
    eligibility: Eligibility, choices: Sequence[Choice], objective: Objective, previous: Mapping[str, str]
) -> list[int]:
    """Return the cost of a plan in every tier, counted from its assignments (semantics §8.2)."""
    costs = dict.fromkeys(objective.tiers, 0)
    filled = Counter(choice.demand for choice in choices)
    for demand in eligibility.situation.demands:
        tier = f"coverage.{demand.duty_class}"
        costs[tier] -= demand.priority * filled[demand.id]
        costs[f"{tier}.minimum"] -= demand.priority * min(filled[demand.id], demand.minimum)
    burdens = eligibility.screen.officers.burdens()
    for choice in choices:
        officer = eligibility.officer_ids[choice.officer]
        basis = next(b for b in eligibility.bases(officer, choice.demand) if b.rule == choice.rule)
        costs["suitability"] += basis.loss + basis.points
        costs["burden"] += int(burdens[choice.officer])
        if "disruption" in costs and previous.get(officer) == choice.demand:
            costs["disruption"] -= 1
    return list(costs.values())


def _tiers(network: Network, costs: Sequence[int], bounds: list[int | None]) -> tuple[Tier, ...]:
    objective = network.objective
    found: list[Tier] = []
    for index, name in enumerate(objective.tiers):
        bound = bounds[index]
        least = _trivial_bound(network, index) if bound is None else min(bound, costs[index])
        value = objective.value_of(name, costs[index])
        found.append(Tier(tier=name, value=value, bound=objective.value_of(name, least)))
    return tuple(found)


def _trivial_bound(network: Network, tier: int) -> int:
    """Return a cost that no plan can go below."""
    cost = network.cost(tier).clip(max=0)
    name = network.objective.tiers[tier]
    if name.startswith("coverage."):
        return int((cost * network.upper).sum())
    if name == "disruption":
        return -(network.objective.previous_size or 0)
    # Suitability and burden: one officer a seat, over at most two arcs that cost something.
    seats = min(network.supply - 1, sum(d.seats for d in network.demands))
    return 2 * int(cost.min(initial=0)) * seats


def _displaced(eligibility: Eligibility, previous: Mapping[str, str]) -> tuple[Displaced, ...]:
    """List the officers whose previous assignment is no longer eligible, with the reason (semantics §8.7)."""
    found: list[Displaced] = []
    for officer, demand in sorted(previous.items()):
        number = eligibility.number_of.get(officer)
        if number is None:
            found.append(Displaced(officer=officer, demand=demand, reason="officer_gone"))
        elif demand not in eligibility.demands:
            found.append(Displaced(officer=officer, demand=demand, reason="demand_gone"))
        elif not eligibility.bases(officer, demand):
            lacks = misses_of(eligibility, number, demand)
            rules = tuple(sorted(m.name for m in lacks if m.kind == "rule"))
            absent = any(m.kind == "available" for m in lacks)
            reason = "unavailable" if absent else "refused" if rules else "competency"
            found.append(Displaced(officer=officer, demand=demand, reason=reason, rules=rules))
    return tuple(found)
