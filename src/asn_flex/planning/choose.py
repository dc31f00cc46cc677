"""`choose` decides who goes: network, solver, proof, and back to people (semantics §8)."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from asn_flex.domain.plan import Certificate, Displaced, NetworkRecord, Plan, Shortfall, Tier
from asn_flex.domain.progress import Cancellation
from asn_flex.eligibility.match import Eligibility
from asn_flex.eligibility.misses import misses_of
from asn_flex.errors import SolverError
from asn_flex.planning.build import build_network
from asn_flex.planning.certificate import make_certificate
from asn_flex.planning.decode import Choice, decode
from asn_flex.planning.diagnostics import describe_network
from asn_flex.planning.fallback import stripped, without_broken_demands
from asn_flex.planning.flow import FlowResult, is_feasible, solve_flow, tier_costs
from asn_flex.planning.network import Network, Pins
from asn_flex.planning.objective import Objective
from asn_flex.planning.pins import read_pins, refuse_pins
from asn_flex.planning.shortfall import find_shortfalls
from asn_flex.planning.standing import bound_by_prices, carry_over, keeps_every_constraint, remaining_choices
from asn_flex.planning.teams import TeamFlow, round_counters, solve_forced
from asn_flex.planning.watch import Tell, Watch

# Who goes, and the cost in every tier.
_Found = tuple[list[Choice], list[int]]


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
    eligibility: Eligibility,
    *,
    previous: Mapping[str, str] | None = None,
    start: Plan | None = None,
    time_limit_s: float | None = None,
    cancel: Cancellation | None = None,
    progress: Tell | None = None,
) -> Outcome:
    """Decide who goes: the lexicographically best plan, with its proof.

    Parameters
    ----------
    eligibility : who may do what
    previous : officer id to demand id of the plan that is being replaced; None when it is the first
    start : the plan that is being replaced; it is kept as it is where nothing is better
    time_limit_s : seconds for the solvers; None for no limit
    cancel : once it is set, the best plan so far is taken
    progress : called with an event as each tier begins, is known better and is settled

    Raises
    ------
    CancelledError
        If it was cancelled before the first tier was solved.
    PinError
        If pins are not eligible or cannot hold together.

    References
    ----------
    docs/semantics.md §8.
    """
    deadline = None if time_limit_s is None else time.monotonic() + time_limit_s
    pins = read_pins(eligibility)
    objective = Objective(None if previous is None else len(previous))
    watch = Watch(objective, deadline, cancel, progress)
    kept = still_there(eligibility, previous or {})
    network = build_network(eligibility, pins, kept if previous is not None else None, objective)
    watch.refuse_if_cancelled()
    standing = _standing(eligibility, network, pins, start, previous or {}) if start is not None else None
    solved = _prove_standing(network, start, standing, watch) or solve_network(network, watch)
    if solved is None:
        raise refuse_pins(eligibility, pins)
    choices, costs = _best_found(eligibility, network, pins, solved, standing, previous or {})
    return Outcome(
        choices=tuple(choices),
        status="optimal" if solved.complete else "feasible",
        proof=solved.proof,
        tiers=_tiers(network, costs, _bound_by_relaxation(solved.bounds, costs, solved.least)),
        certificate=solved.certificate,
        shortfalls=find_shortfalls(eligibility, choices, pins, complete=solved.complete),
        displaced=_displaced(eligibility, previous or {}),
        network=describe_network(network, eligibility),
    )


def _best_found(
    eligibility: Eligibility,
    network: Network,
    pins: Pins,
    solved: Solved,
    standing: _Found | None,
    previous: Mapping[str, str],
) -> _Found:
    """Return who goes, and the cost per tier: the solvers' plan, the one so far, or the one to fall back on."""
    if solved.flow is None:
        assert standing is not None  # noqa: S101 - only a standing plan is proven without a flow
        return standing

    def measured(choices: list[Choice]) -> _Found:
        return choices, measure_plan(eligibility, choices, network.objective, previous)

    found = measured(decode(network, solved.flow, eligibility))
    if solved.complete and found[1] != list(tier_costs(network, solved.flow)):
        raise SolverError("the plan does not reach the value of its flow")
    if not solved.complete and solved.relaxed is not None:
        spare = stripped(eligibility, network, pins, decode(network, solved.relaxed, eligibility))
        if spare is not None:
            found = min(found, measured(spare), key=lambda f: f[1])
    # Among plans of the same value, the one that changes no ground.
    return standing if standing is not None and standing[1] <= found[1] else found


def _standing(
    eligibility: Eligibility, network: Network, pins: Pins, start: Plan, previous: Mapping[str, str]
) -> _Found | None:
    """Return what is left of the previous plan with its cost; None where it breaks a constraint by now."""
    choices = remaining_choices(eligibility, start)
    if not keeps_every_constraint(eligibility, network, pins, choices):
        return None
    return choices, measure_plan(eligibility, choices, network.objective, previous)


def _prove_standing(network: Network, start: Plan | None, standing: _Found | None, watch: Watch) -> Solved | None:
    """Return the proof that what is left of the previous plan is optimal, where its own prices give it."""
    if start is None or standing is None or not start.certificate.tiers:
        return None
    prices = carry_over(start.certificate, network)
    bounds = bound_by_prices(network, prices)
    if bounds != standing[1]:
        return None
    for tier, cost in enumerate(bounds):
        watch.told(tier, cost, cost)
    return Solved(None, True, [*bounds], prices, "certificate")


@dataclass(frozen=True)
class Solved:
    """A whole flow, whether every tier is proven best, and by what."""

    # None where the previous plan stands as it is.
    flow: NDArray[np.int64] | None
    complete: bool
    bounds: list[int | None]
    certificate: Certificate
    proof: str
    # Where the programme was not solved to the end: the flow without its rows, and its costs as far as it is solved.
    relaxed: NDArray[np.int64] | None = None
    least: Sequence[int] = ()


def solve_network(network: Network, watch: Watch) -> Solved | None:
    """Solve as a flow, and where team rules or crossing sets bind, as a mixed-integer programme; None: infeasible.

    Without those rows the network is a flow whose optimum nothing can beat. Where it keeps the rows by itself, or
    where the programme reaches the same value, its prices prove the plan.
    """
    relaxed = solve_flow(network, watch=watch)
    if not relaxed.feasible:
        return None
    best = tier_costs(network, relaxed.flow)
    complete = relaxed.solved == len(network.objective.tiers)
    certificate = make_certificate(network, relaxed) if complete else Certificate()
    if network.is_flow or is_feasible(network, relaxed.flow):
        bounds = [cost if t < relaxed.solved else None for t, cost in enumerate(best)]
        return Solved(relaxed.flow, complete, bounds, certificate, "certificate" if complete else "solver")
    solved = _solve_with_teams(network, relaxed, watch)
    if solved is not None and solved.complete and complete and solved.bounds == best:
        return replace(solved, certificate=certificate, proof="certificate")
    return solved


def _solve_with_teams(network: Network, relaxed: FlowResult, watch: Watch) -> Solved | None:
    """Solve by what coverage forces of the counters, and where that is not all, as a programme; None: infeasible."""
    least = tier_costs(network, relaxed.flow)[: relaxed.solved]
    start = TeamFlow(None, [], [])
    if relaxed.solved == len(network.objective.tiers) and network.includes and not watch.is_over:
        start = solve_forced(network, relaxed, watch)
        if start.flow is None:
            rounded = round_counters(network, relaxed.flow, watch)
            start = TeamFlow(rounded, [] if rounded is None else tier_costs(network, rounded), start.bounds)
        for tier, cost in enumerate(start.costs):
            watch.told(tier, cost, start.bounds[tier] if tier < len(start.bounds) else None)
        if start.flow is not None and start.settled == len(network.objective.tiers):
            return Solved(start.flow, True, [*start.costs], Certificate(), "solver")
        least = start.bounds
    from asn_flex.planning.mip import solve_mip  # noqa: PLC0415 - HiGHS loads only where team rules need it

    mixed = solve_mip(network, watch=watch, start=start.flow, settled=start.settled)
    if not mixed.feasible:
        return None
    flow, done = mixed.flow, all(mixed.proven)
    if done and tier_costs(network, flow) != list(mixed.bounds):
        raise SolverError("the whole flow does not reach the optimum that the team solver reported")
    if not done and start.flow is None and not watch.is_cancelled:
        flow = _best_spare(network, relaxed, flow, watch)
    return Solved(flow, done, list(mixed.bounds), Certificate(), "solver", relaxed.flow, least)


def _best_spare(network: Network, relaxed: FlowResult, flow: NDArray[np.int64], watch: Watch) -> NDArray[np.int64]:
    """Return the best of what the programme found in its time and of the flows to fall back on."""
    # They take their own time, some flows' worth, but for who asks to stop.
    whole = relaxed if relaxed.solved == len(network.objective.tiers) else solve_flow(network)
    rounded = round_counters(network, whole.flow, replace(watch, deadline=None)) if network.includes else None
    spare = rounded if rounded is not None else without_broken_demands(network, whole.flow)
    return flow if spare is None else min(flow, spare, key=lambda f: tier_costs(network, f))


def _bound_by_relaxation(bounds: list[int | None], costs: list[int], best: Sequence[int]) -> list[int | None]:
    """Take the relaxed flow's optimum as the bound of a tier that has none, as far as all tiers above are equal."""
    found = list(bounds)
    for tier, least in enumerate(best):
        if found[tier] is None:
            found[tier] = least
        if costs[tier] != least:
            break
    return found


def still_there(eligibility: Eligibility, previous: Mapping[str, str]) -> dict[int, str]:
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
        costs["suitability"] += sum(eligibility.costs_of(choice.officer, choice.demand)[choice.rule])
        costs["burden"] += int(burdens[choice.officer])
        if "disruption" in costs and previous.get(eligibility.officer_ids[choice.officer]) == choice.demand:
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
