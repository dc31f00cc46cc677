"""Other solvers and models on the same instance with the same objective, each in a process of its own with a limit.

python -m tests.benchmarks.peers NAME FOLDER [--limit SECONDS]

Every peer reads the plain model (an arc for each officer, demand and basis) and solves its tiers one after the other,
most important first, each with the value of those before as a row; it prints seconds and the value of every tier.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from asn_flex.planning.flow import solve_flow, tier_costs
from asn_flex.planning.network import SINK, SOURCE, Network

from ..planning.plainly import tier_after_tier
from .plain import plain_network, read_place

Result = list[int] | None


def priced(network: Network) -> Iterator[tuple[int, np.ndarray]]:
    """Yield the tiers that cost anything."""
    for tier in range(len(network.objective.tiers)):
        cost = network.cost(tier)
        if cost.any():
            yield tier, cost


def balance(network: Network) -> np.ndarray:
    """Return what each node sends out more than it takes in."""
    supply = np.zeros(network.nodes, dtype=np.int64)
    supply[SOURCE], supply[SINK] = network.supply, -network.supply
    return supply


def ortools_flow(network: Network, limit: float) -> Result:
    """Solve it with SimpleMinCostFlow, tier by tier over the optimal face: the plain way to be lexicographic."""
    flow = tier_after_tier(network, limit)
    return None if flow is None else tier_costs(network, flow)


def ortools_at_once(network: Network, limit: float) -> Result:
    """Solve it with SimpleMinCostFlow, all tiers at once and proven afterwards, as asn-flex does on its own network."""
    del limit
    return tier_costs(network, solve_flow(network).flow)


def highs_lp(network: Network, limit: float) -> Result:
    """Solve it with HiGHS as a linear programme; its vertices are whole."""
    import highspy

    deadline = time.monotonic() + limit
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 2)
    model = highspy.HighsLp()
    arcs = len(network.tails)
    model.num_col_, model.num_row_ = arcs, network.nodes
    model.col_cost_ = np.zeros(arcs)
    model.col_lower_, model.col_upper_ = np.zeros(arcs), network.upper.astype(np.float64)
    supply = balance(network).astype(np.float64)
    model.row_lower_ = model.row_upper_ = supply
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.arange(0, 2 * arcs + 1, 2, dtype=np.int32)
    model.a_matrix_.index_ = np.stack([network.tails, network.heads], axis=1).reshape(-1).astype(np.int32)
    model.a_matrix_.value_ = np.tile([1.0, -1.0], arcs)
    solver.passModel(model)
    values = [0] * len(network.objective.tiers)
    for tier, cost in priced(network):
        solver.changeColsCost(arcs, np.arange(arcs, dtype=np.int32), cost.astype(np.float64))
        solver.setOptionValue("time_limit", max(0.1, solver.getRunTime() + deadline - time.monotonic()))
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        values[tier] = round(solver.getObjectiveValue())
        used = np.flatnonzero(cost).astype(np.int32)
        solver.addRow(-highspy.kHighsInf, float(values[tier]), len(used), used, cost[used].astype(np.float64))
    return values


def cp_sat(network: Network, limit: float) -> Result:
    """Solve it with CP-SAT, one whole number for each arc."""
    from ortools.sat.python import cp_model

    deadline = time.monotonic() + limit
    model = cp_model.CpModel()
    flows = [model.new_int_var(0, int(most), "") for most in np.minimum(network.upper, network.supply)]
    out: dict[int, list[Any]] = {}
    into: dict[int, list[Any]] = {}
    for flow, tail, head in zip(flows, network.tails.tolist(), network.heads.tolist(), strict=True):
        out.setdefault(tail, []).append(flow)
        into.setdefault(head, []).append(flow)
    for node, supply in enumerate(balance(network).tolist()):
        model.add(sum(out.get(node, [])) - sum(into.get(node, [])) == supply)
    values = [0] * len(network.objective.tiers)
    for tier, cost in priced(network):
        used = np.flatnonzero(cost).tolist()
        total = cp_model.LinearExpr.weighted_sum([flows[a] for a in used], cost[used].tolist())
        model.minimize(total)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 2
        solver.parameters.max_time_in_seconds = max(0.1, deadline - time.monotonic())
        if solver.solve(model) != cp_model.OPTIMAL:
            return None
        values[tier] = round(solver.objective_value)
        model.add(total <= values[tier])
    return values


def networkx_simplex(network: Network, limit: float) -> Result:
    """Solve it with networkx's network simplex, all tiers in one weight of Python's whole numbers."""
    del limit
    import networkx as nx

    graph = nx.MultiDiGraph()
    for node, supply in enumerate(balance(network).tolist()):
        graph.add_node(node, demand=-supply)
    weights = [0] * len(network.tails)
    for _, cost in priced(network):
        # More than any tier can come to in all, so that the sum compares as the tiers do.
        step = 2 * int(np.abs(cost) @ np.minimum(network.upper, network.supply)) + 1
        weights = [w * step + c for w, c in zip(weights, cost.tolist(), strict=True)]
    for tail, head, most, weight in zip(
        network.tails.tolist(), network.heads.tolist(), network.upper.tolist(), weights, strict=True
    ):
        graph.add_edge(tail, head, capacity=most, weight=weight)
    _, flows = nx.network_simplex(graph)
    values = [0] * len(network.objective.tiers)
    keys: dict[tuple[int, int], int] = {}
    for arc, ends in enumerate(zip(network.tails.tolist(), network.heads.tolist(), strict=True)):
        key = keys.get(ends, 0)
        keys[ends] = key + 1
        for tier, cost in network.costs.items():
            values[tier] += int(cost[arc]) * flows[ends[0]][ends[1]][key]
    return values


def pulp_cbc(network: Network, limit: float) -> Result:
    """Solve it with PuLP and CBC."""
    import pulp

    deadline = time.monotonic() + limit
    problem = pulp.LpProblem("plan", pulp.LpMinimize)
    flows = [
        pulp.LpVariable(f"x{arc}", 0, int(most)) for arc, most in enumerate(np.minimum(network.upper, network.supply))
    ]
    out: dict[int, list[Any]] = {}
    into: dict[int, list[Any]] = {}
    for flow, tail, head in zip(flows, network.tails.tolist(), network.heads.tolist(), strict=True):
        out.setdefault(tail, []).append(flow)
        into.setdefault(head, []).append(flow)
    for node, supply in enumerate(balance(network).tolist()):
        problem += pulp.lpSum(out.get(node, [])) - pulp.lpSum(into.get(node, [])) == supply
    values = [0] * len(network.objective.tiers)
    for tier, cost in priced(network):
        total = pulp.lpSum(int(cost[a]) * flows[a] for a in np.flatnonzero(cost).tolist())
        problem.setObjective(total)
        left = max(1, int(deadline - time.monotonic()))
        if problem.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=left, threads=2)) != pulp.LpStatusOptimal:
            return None
        if time.monotonic() > deadline:
            return None
        values[tier] = round(pulp.value(total))
        problem += total <= values[tier]
    return values


def clingo_asp(network: Network, limit: float) -> Result:
    """Solve it as an answer-set programme: levels of `#minimize` are the tiers."""
    import clingo

    deadline = time.monotonic() + limit
    tails, heads, upper = network.tails.tolist(), network.heads.tolist(), network.upper.tolist()
    inner = {node for node in heads if node not in (SOURCE, SINK)}
    # Officers choose a pair (an arc of capacity one out of an officer's node); everything below is counting.
    lines = [f"arc({a},{t},{h},{min(u, network.supply)})." for a, (t, h, u) in enumerate(zip(tails, heads, upper)) if a]  # noqa: B905
    lines += [f"inner({node})." for node in sorted(inner)]
    levels = list(priced(network))
    for tier, cost in levels:
        lines += [f"cost({tier},{a},{int(cost[a])})." for a in np.flatnonzero(cost).tolist()]
    lines += [
        "{ unit(A,1..C) } :- arc(A,_,_,C).",
        "unit(A,N) :- unit(A,N+1), N > 0.",
        ":- inner(V), #sum { 1,A,N : unit(A,N), arc(A,V,_,_); -1,A,N : unit(A,N), arc(A,_,V,_) } != 0.",
        *(f"#minimize {{ W@{99 - tier},A,N : unit(A,N), cost({tier},A,W) }}." for tier, _ in levels),
    ]
    control = clingo.Control(["--opt-strategy=usc", "--parallel-mode=2"])
    control.add("base", [], "\n".join(lines))
    control.ground([("base", [])])
    best: list[int] = []
    with control.solve(on_model=lambda m: best.__setitem__(slice(None), m.cost), async_=True) as handle:
        done = handle.wait(max(0.1, deadline - time.monotonic()))
        if not done:
            handle.cancel()
            return None
        if not handle.get().exhausted:
            return None
    values = [0] * len(network.objective.tiers)
    for (tier, _), value in zip(levels, best, strict=True):
        values[tier] = int(value)
    return values


def greedy(network: Network, limit: float) -> Result:
    """Fill the most important seats first, each with the cheapest officer left whom the caps allow; no optimum."""
    del limit
    flow = np.zeros(len(network.tails), dtype=np.int64)
    room = network.upper.copy()
    onward: dict[int, int] = {}
    parent: dict[int, int] = {}
    doors: dict[int, list[int]] = {}
    suitability, burden = network.cost(len(network.objective.tiers) - 2), network.cost(len(network.objective.tiers) - 1)
    seats: dict[int, list[int]] = {}
    demand_nodes = set(network.demand_nodes)
    tails, heads = network.tails.tolist(), network.heads.tolist()
    for arc in range(1, len(tails)):
        if heads[arc] == SINK:
            seats.setdefault(tails[arc], []).append(arc)
        elif burden[arc] or heads[arc] not in demand_nodes:
            parent[heads[arc]] = arc
    inner = demand_nodes | {network.tails[cap.arc] for cap in network.caps if cap.kind != "protect"}
    for arc in range(1, len(tails)):
        if tails[arc] in inner and heads[arc] != SINK:
            onward[tails[arc]] = arc
            parent.pop(heads[arc], None)
    for arc in range(1, len(tails)):
        if heads[arc] in inner and tails[arc] not in inner:
            at = heads[arc]
            while at in onward:
                at = heads[onward[at]]
            doors.setdefault(at, []).append(arc)

    def price(arc: int) -> tuple[int, int]:
        return int(suitability[arc]), int(burden[parent[tails[arc]]])

    order = sorted((tuple(int(network.cost(t)[arc]) for t in range(6)), arc) for arcs in seats.values() for arc in arcs)
    queues = {demand: iter(sorted(arcs, key=price)) for demand, arcs in doors.items()}
    for _, seat in order:
        for entry in queues.get(tails[seat], iter(())):
            way = [seat, entry]
            at = heads[entry]
            while at in onward:
                way.append(onward[at])
                at = heads[onward[at]]
            at = tails[entry]
            while at != SOURCE:
                way.append(parent[at])
                at = tails[parent[at]]
            if (room[way] > 0).all():
                room[way] -= 1
                flow[way] += 1
                if not room[seat]:
                    break
    return tier_costs(network, flow)


PEERS: dict[str, Callable[[Network, float], Result]] = {
    "SimpleMinCostFlow": ortools_flow, "SimpleMinCostFlow at once": ortools_at_once, "CP-SAT": cp_sat,
    "HiGHS": highs_lp, "networkx": networkx_simplex, "PuLP-CBC": pulp_cbc, "clingo": clingo_asp, "greedy": greedy,
}  # fmt: skip


def main() -> None:
    """Run one peer; print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=sorted(PEERS))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=float, default=120)
    given = parser.parse_args()
    eligibility = read_place(given.folder)
    begin = _cpu()
    network = plain_network(eligibility)
    built = _cpu() - begin
    values = PEERS[given.name](network, given.limit)
    print(  # noqa: T201 - it reports
        json.dumps(
            {
                "peer": given.name, "seconds": round(_cpu() - begin, 3), "build_s": round(built, 3),
                "objective": None if values is None else {
                    tier: network.objective.value_of(tier, value)
                    for tier, value in zip(network.objective.tiers, values, strict=True)
                },
                "arcs": len(network.tails), "nodes": network.nodes,
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }
        )
    )  # fmt: skip


def _cpu() -> float:
    """CPU seconds of this process and of those it has waited for."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


if __name__ == "__main__":
    main()
