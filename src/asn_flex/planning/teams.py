"""Team rules by flows alone: what coverage forces of the counters, and a plan by rounding them (semantics §8.4).

::

    included entries ──► team (at least n_q) ──► demand q (at most per × n_q) ══► sink
    other entries ─────► caps ──────────────────────▲

With `n_q` fixed, `filled_q <= per * included_q` is a lower bound on one arc, and the network is a flow again. Two of
them are solved:

- *forced*: where no plan of the best coverage fills fewer than f seats of q, each has `ceil(f / per)` included at
  least. With only that asked, and caps counting included and other people apart, the flow is a relaxation of every plan
  of that coverage. Where it keeps all rows by itself it is the optimum; else its cost bounds the tiers after coverage.
- *rounded*: `n_q = ceil(filled_q / per)` of that flow, and no more than `per * n_q` filled. It keeps every
  `include` row. Where supervisors do not suffice, `n_q` is what can be had of them at best coverage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from asn_flex.errors import CancelledError
from asn_flex.planning.flow import FlowResult, is_feasible, solve_flow, solve_once, tier_costs
from asn_flex.planning.network import SINK, IncludeRow, Network
from asn_flex.planning.watch import Watch

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class TeamFlow:
    """The best plan that flows found (None where none), and the cost that no plan goes below, tier by tier.

    A bound is what the tiers above leave possible; `bounds` stops at the first tier without one.
    """

    flow: Ints | None
    costs: list[int]
    bounds: list[int]

    @property
    def settled(self) -> int:
        """How many tiers, from the first, are proven."""
        equal = [a == b for a, b in zip(self.costs, self.bounds, strict=False)]
        return equal.index(False) if False in equal else len(equal)


def solve_forced(network: Network, relaxed: FlowResult, watch: Watch) -> TeamFlow:
    """Find out what the best coverage forces of the counters; often that is all there is to decide.

    Parameters
    ----------
    network : with team rows
    relaxed : its flow without them, all tiers solved
    watch : when it is over, only the bounds of coverage are known
    """
    coverage = sum(t.startswith("coverage.") for t in network.objective.tiers)
    best = tier_costs(network, relaxed.flow)[:coverage]
    solved = _solve(_with_teams(network, _forced(network, relaxed, coverage), None)[0], replace(watch, tell=None))
    if solved is None:
        return TeamFlow(None, [], best)
    flow = _as_original(network, solved.flow)
    costs = tier_costs(network, flow)
    if costs[:coverage] != best:
        return TeamFlow(None, [], best)
    bounds = costs[: max(coverage, solved.solved)]
    return TeamFlow(flow, costs, bounds) if is_feasible(network, flow) else TeamFlow(None, [], bounds)


def round_counters(network: Network, flow: Ints, watch: Watch) -> Ints | None:
    """Return a plan with as many included people as the seats need that a flow fills; None where none is found.

    Parameters
    ----------
    flow : of the network, with or without its team rows
    watch : when it is over, None is returned
    """
    coverage = sum(t.startswith("coverage.") for t in network.objective.tiers)
    rounded = _rounded(network, _filled(network, flow), coverage, replace(watch, tell=None))
    return rounded if rounded is not None and is_feasible(network, rounded) else None


def _forced(network: Network, relaxed: FlowResult, coverage: int) -> dict[int, int]:
    """Return, by demand, the seats that every plan of the best coverage fills."""
    free = np.ones(len(network.tails), dtype=np.bool_)
    for tier in range(coverage):
        potential = relaxed.potentials[tier]
        reduced = network.cost(tier) + potential[network.tails] - potential[network.heads]
        free &= reduced == 0
    held = np.where(free, network.lower, relaxed.flow)
    return _filled(network, held)


def _filled(network: Network, flow: Ints) -> dict[int, int]:
    """Return the flow into the sink by demand."""
    into = np.zeros(network.nodes, dtype=np.int64)
    seats = np.flatnonzero(network.heads == SINK)
    np.add.at(into, network.tails[seats], flow[seats])
    return {index: int(into[node]) for node, index in network.demand_nodes.items()}


def _rounded(network: Network, wanted: Mapping[int, int], coverage: int, watch: Watch) -> Ints | None:
    """Return a plan with `n_q = ceil(wanted_q / per)` included people, or as many as there are; None without one."""
    counters = {row: -(-wanted[row.demand] // row.per) for row in _rows(network)}
    teams, copies = _with_teams(network, wanted, counters)
    solved = _solve(teams, watch)
    if solved is None and not watch.is_over:
        counters = _most(network, counters, coverage, watch)
        teams, copies = _with_teams(network, wanted, counters)
        solved = _solve(teams, watch)
    if solved is None:
        return None
    flow = _as_original(network, solved.flow)
    if is_feasible(network, flow):
        return flow
    # Included people fill a share as well: what they took of it is no longer open to the others.
    taken = {arc: min(int(solved.flow[copy]), int(network.upper[arc])) for arc, copy in copies.items()}
    again = _solve(_with_teams(network, wanted, counters, taken)[0], watch)
    return None if again is None else _as_original(network, again.flow)


def _most(network: Network, counters: Mapping[IncludeRow, int], coverage: int, watch: Watch) -> dict[IncludeRow, int]:
    """Return how many of the included people that are asked for can be had at the best coverage, all rows together."""
    soft, _ = _with_teams(network, {}, counters, is_open=True)
    solved = solve_flow(soft, watch=replace(watch, cancel=None))
    arcs = np.arange(len(soft.tails) - len(counters), len(soft.tails))
    live = np.ones(len(soft.tails), dtype=np.bool_)
    for tier in range(min(coverage, solved.solved)):
        potential = solved.potentials[tier]
        live &= soft.cost(tier) + potential[soft.tails] - potential[soft.heads] == 0
    # Past what is asked, one more is worth nothing: a second arc beside the first.
    rows = list(counters)
    asked = np.array([counters[row] for row in rows], dtype=np.int64)
    upper = soft.upper.copy()
    upper[arcs] = asked
    first = np.minimum(solved.flow[arcs], asked)
    wide = replace(
        soft,
        tails=np.concatenate([soft.tails, soft.tails[arcs]]),
        heads=np.concatenate([soft.heads, soft.heads[arcs]]),
        lower=np.concatenate([soft.lower, np.zeros(len(arcs), dtype=np.int64)]),
        upper=np.concatenate([upper, soft.upper[arcs]]),
    )
    flow = np.concatenate([solved.flow, solved.flow[arcs] - first])
    flow[arcs] = first
    live = np.concatenate([live, np.ones(len(arcs), dtype=np.bool_)])
    live[arcs] = True
    base = np.where(live, wide.lower, flow)
    cost = np.zeros(len(flow), dtype=np.int64)
    cost[arcs] = -1
    moving = np.flatnonzero(live)
    result = solve_once(wide, moving, base, cost[moving])
    if result is not None:
        flow = base.copy()
        flow[moving] += result
    return {row: int(flow[arc]) for row, arc in zip(rows, arcs.tolist(), strict=True)}


def _rows(network: Network) -> list[IncludeRow]:
    """Return one row per demand: where several hold, the one that asks for most people of the fewest."""
    chosen: dict[int, IncludeRow] = {}
    for row in network.includes:
        other = chosen.get(row.demand)
        if other is None or (len(row.included), row.per, row.rule) < (len(other.included), other.per, other.rule):
            chosen[row.demand] = row
    return list(chosen.values())


def _with_teams(
    network: Network,
    filled: Mapping[int, int],
    counters: Mapping[IncludeRow, int] | None,
    taken: Mapping[int, int] | None = None,
    *,
    is_open: bool = False,
) -> tuple[Network, dict[int, int]]:
    """Return the network in which included people enter by arcs of their own, and the copy of every cap for them.

    The last arcs are those of the teams, one per row.

    Parameters
    ----------
    filled : seats filled by demand, which tells how many included people they need
    counters : how many there are instead; no more seats are filled than they allow (unless `is_open`)
    taken : what included people may take of a cap, by its arc, and others not; without it each may take it all
    """
    rows = _rows(network)
    heads, upper = network.heads.copy(), network.upper.copy()
    node_of = {index: node for node, index in network.demand_nodes.items()}
    seats_of, caps_of = _seat_arcs(network), _caps_of(network)
    copies: dict[int, int] = {}
    new: list[tuple[int, int, int, int]] = []
    teams: list[tuple[int, int, int, int]] = []
    nodes = network.nodes
    for row in rows:
        inside = {node_of[row.demand]: nodes}
        least = -(-filled.get(row.demand, 0) // row.per) if counters is None else counters[row]
        teams.append((nodes, node_of[row.demand], 0 if is_open else least, network.demands[row.demand].seats))
        nodes += 1
        # Caps are made from the demand outwards.
        for arc in caps_of.get(row.demand, ()):
            inside[int(network.tails[arc])] = nodes
            most = int(network.upper[arc]) if taken is None else taken.get(arc, 0)
            upper[arc] -= most if taken is not None else 0
            copies[arc] = len(network.tails) + len(new)
            new.append((nodes, inside[int(network.heads[arc])], 0, most))
            nodes += 1
        arcs = np.array(row.included, dtype=np.int64)
        heads[arcs] = [inside[door] for door in network.heads[arcs].tolist()]
        if counters is not None and not is_open:
            room = row.per * least
            for arc in seats_of[row.demand]:
                upper[arc] = min(int(upper[arc]), room)
                room -= int(upper[arc])
    added = np.array([*new, *teams], dtype=np.int64).reshape(-1, 4)
    pad = np.zeros(len(added), dtype=np.int64)
    built = replace(
        network,
        tails=np.concatenate([network.tails, added[:, 0].astype(np.int32)]),
        heads=np.concatenate([heads, added[:, 1].astype(np.int32)]),
        lower=np.concatenate([network.lower, added[:, 2]]),
        upper=np.concatenate([upper, added[:, 3]]),
        costs={tier: np.concatenate([cost, pad]) for tier, cost in network.costs.items()},
        nodes=nodes,
    )
    return built, copies


def _seat_arcs(network: Network) -> dict[int, list[int]]:
    """Return the arcs into the sink by demand, the minimum's first."""
    found: dict[int, list[int]] = {index: [] for index in network.demand_nodes.values()}
    for arc in np.flatnonzero(network.heads == SINK).tolist():
        index = network.demand_nodes.get(int(network.tails[arc]))
        if index is not None:
            found[index].append(arc)
    return found


def _caps_of(network: Network) -> dict[int, list[int]]:
    """Return the arcs of a demand's caps, from the demand outwards."""
    index_of = {d.id: i for i, d in enumerate(network.demands)}
    found: dict[int, list[int]] = {}
    for cap in network.caps:
        if cap.demand is not None:
            found.setdefault(index_of[cap.demand], []).append(cap.arc)
    return found


def _solve(network: Network, watch: Watch) -> FlowResult | None:
    """Solve a network; None where pins or supervisors do not fit, or the time is over."""
    if watch.is_over:
        return None
    try:
        solved = solve_flow(network, watch=watch)
    except CancelledError:
        # The caller has a plan already.
        return None
    return solved if solved.feasible else None


def _as_original(network: Network, flow: Ints) -> Ints:
    """Return a flow with teams as one of the network without them: included people pass the caps again."""
    result = flow[: len(network.tails)].copy()
    # From the outermost cap inwards: what enters one is counted before what it leads to.
    for cap in reversed(network.caps):
        if cap.demand is not None:
            result[cap.arc] = 0
    into = np.zeros(network.nodes, dtype=np.int64)
    np.add.at(into, network.heads, result)
    for cap in reversed(network.caps):
        if cap.demand is not None:
            amount = into[network.tails[cap.arc]]
            result[cap.arc] = amount
            into[network.heads[cap.arc]] += amount
    return result
