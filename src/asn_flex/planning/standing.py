"""Whether the previous plan still stands: its prices, laid over the new problem, may prove it without solving (§8.7).

What is left of the previous plan (assignments whose officer, demand and basis are still there) is a plan of the new
problem if it keeps every constraint. Weak duality (see `certificate`) bounds every plan of the new problem from any
prices at all, those of the previous plan included. Where the remaining plan reaches that bound in every tier, it is
optimal, and nothing needs to be solved.

A cost per tier is a row of whole numbers, and rows are compared lexicographically.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from asn_flex.domain.plan import Certificate, Plan, Price
from asn_flex.eligibility.match import Eligibility
from asn_flex.planning.decode import Choice
from asn_flex.planning.network import SINK, Cap, IncludeRow, Network, Pins
from asn_flex.planning.shortfall import counts
from asn_flex.rulebook.schema import Team

Ints = NDArray[np.int64]


def remaining_choices(eligibility: Eligibility, previous: Plan) -> list[Choice]:
    """Return the assignments of a plan that are still possible, each on its old basis, in order of officer."""
    found: list[Choice] = []
    for item in previous.assignments:
        number = eligibility.number_of.get(item.officer)
        if number is None or item.demand not in eligibility.demands:
            continue
        if any(block.rule == item.basis.rule for block, _ in eligibility.offers(number, item.demand)):
            found.append(Choice(number, item.demand, item.basis.rule))
    return sorted(found, key=lambda c: c.officer)


def keeps_every_constraint(eligibility: Eligibility, network: Network, pins: Pins, choices: Sequence[Choice]) -> bool:
    """Whether a plan of eligible assignments keeps seats, pins, protections, shares and team rules."""
    demand_of = {c.officer: c.demand for c in choices}
    at: dict[str, list[Choice]] = {d.id: [] for d in network.demands}
    for choice in choices:
        at[choice.demand].append(choice)
    return (
        len(demand_of) == len(choices)
        and all(len(at[d.id]) <= d.seats for d in network.demands)
        and all(demand_of.get(officer) == demand for officer, demand in pins.must.items())
        and not any(demand_of.get(officer) in demands for officer, demands in pins.never.items())
        and _protections_hold(eligibility, demand_of)
        and all(_used(eligibility, cap, at[cap.demand]) <= cap.limit for cap in network.caps if cap.demand is not None)
        and all(has_its_team(eligibility, network, row, at) for row in network.includes)
    )


def _protections_hold(eligibility: Eligibility, demand_of: Mapping[int, str]) -> bool:
    away = np.zeros(len(eligibility.officer_ids), dtype=np.bool_)
    away[list(demand_of)] = True
    return all(int(away[item.members].sum()) <= item.cap for item in eligibility.protected)


def _used(eligibility: Eligibility, cap: Cap, here: Sequence[Choice]) -> int:
    """Return how many of a demand's assignments count under a share or a limit of substitutes."""
    if cap.kind == "share":
        return sum(c.rule == cap.rule for c in here)
    return sum(eligibility.is_substitute(c.rule) for c in here)


def has_its_team(
    eligibility: Eligibility, network: Network, row: IncludeRow, at: Mapping[str, Sequence[Choice]]
) -> bool:
    """Whether `filled_q <= per * included_q`, with the assignments `at` each demand."""
    demand = network.demands[row.demand]
    here, team = at[demand.id], eligibility.rulebook.by_id[row.rule]
    if not here or not isinstance(team, Team):
        return True
    return len(here) <= row.per * sum(counts(eligibility, team, c.officer, demand, c.rule) for c in here)


def carry_over(certificate: Certificate, network: Network) -> Certificate:
    """Return the prices of a certificate that mean something in a network, in the order of its tiers.

    `disruption` is about other people than it was, so its prices begin at nothing.
    """
    tiers = network.objective.tiers
    known = {t: i for i, t in enumerate(certificate.tiers) if t != "disruption"}
    columns = [known.get(t) for t in tiers]

    def row(price: Sequence[int]) -> tuple[int, ...]:
        return tuple(0 if at is None or at >= len(price) else price[at] for at in columns)

    there = {(c.kind, c.rule, c.demand, c.unit) for c in network.caps}
    nothing = (0,) * len(tiers)

    def prices(kind: str, items: Iterable[Price]) -> tuple[Price, ...]:
        moved = (item.model_copy(update={"price": row(item.price)}) for item in items)
        # The price of a cap must not be negative, or it bounds nothing.
        return tuple(p for p in moved if p.price > nothing and (kind, p.rule, p.demand, p.unit) in there)

    ids = {d.id for d in network.demands}
    return Certificate(
        tiers=tiers,
        demands={d: p for d, old in certificate.demands.items() if d in ids and any(p := row(old))},
        shares=prices("share", certificate.shares),
        substitutes=prices("substitutes", certificate.substitutes),
        protections=prices("protect", certificate.protections),
    )


def bound_by_prices(network: Network, certificate: Certificate) -> list[int]:
    """Return a cost per tier that no plan goes below, whatever the prices are (weak duality; see `certificate`).

    Parameters
    ----------
    certificate : prices in the order of the network's tiers
    """
    cost = np.stack([network.cost(t) for t in range(len(network.objective.tiers))], axis=1)
    price_at = _cap_prices(network, certificate)
    # The least cost from a node to the sink, when seats and caps must be paid for.
    onwards = np.zeros((network.nodes, cost.shape[1]), dtype=np.int64)
    total = np.zeros(cost.shape[1], dtype=np.int64)
    seat_price = np.zeros_like(onwards)
    for node, index in network.demand_nodes.items():
        seat_price[node] = certificate.demands.get(network.demands[index].id, (0,) * cost.shape[1])
    onwards -= seat_price
    into_sink = np.flatnonzero((network.heads == SINK) & np.isin(network.tails, list(network.demand_nodes)))
    total += _at_most_nothing(cost[into_sink] + seat_price[network.tails[into_sink]], network.upper[into_sink])
    for cap in network.caps:
        price = price_at[cap.arc]
        total -= price * cap.limit
        if cap.demand is not None:
            # Caps are made from the demand outwards, so what lies behind one is settled before it.
            onwards[network.tails[cap.arc]] = onwards[network.heads[cap.arc]] + price
    for nodes in (list(network.hub_nodes), list(network.profile_nodes), list(network.class_nodes)):
        _settle(network, cost, onwards, np.array(sorted(nodes), dtype=np.int64))
    paid = np.zeros_like(onwards)
    for cap in network.caps:
        if cap.kind == "protect":
            paid[network.heads[cap.arc]] = paid[network.tails[cap.arc]] + price_at[cap.arc]
    arcs = network.class_arcs
    if len(arcs):
        whole = cost[arcs] + onwards[network.heads[arcs]] + paid[network.tails[arcs]]
        total += (whole * network.lower[arcs][:, None]).sum(axis=0)
        total += _at_most_nothing(whole, network.upper[arcs] - network.lower[arcs])
    return [int(value) for value in total]


def _cap_prices(network: Network, certificate: Certificate) -> dict[int, Ints]:
    """Return the price of every cap, by arc."""
    kinds = {
        "share": certificate.shares,
        "substitutes": certificate.substitutes,
        "protect": certificate.protections,
    }
    priced = {
        (kind, p.rule, p.demand, p.unit): np.array(p.price, dtype=np.int64)
        for kind, items in kinds.items()
        for p in items
    }
    nothing = np.zeros(len(network.objective.tiers), dtype=np.int64)
    return {cap.arc: priced.get((cap.kind, cap.rule, cap.demand, cap.unit), nothing) for cap in network.caps}


def _settle(network: Network, cost: Ints, onwards: Ints, nodes: Ints) -> None:
    """Set the least cost onwards of nodes whose successors are settled."""
    out = np.flatnonzero(np.isin(network.tails, nodes))
    out = out[np.argsort(network.tails[out], kind="stable")]
    rows = cost[out] + onwards[network.heads[out]]
    tails = network.tails[out]
    for tier in range(cost.shape[1]):
        _, starts, group = np.unique(tails, return_index=True, return_inverse=True)
        if len(starts) == len(tails):
            break
        best = rows[:, tier] == np.minimum.reduceat(rows[:, tier], starts)[group]
        rows, tails = rows[best], tails[best]
    ends, firsts = np.unique(tails, return_index=True)
    onwards[ends] = rows[firsts]


def _at_most_nothing(rows: Ints, times: Ints) -> Ints:
    """Sum the rows that are lexicographically below zero, each so many times."""
    first = np.argmax(rows != 0, axis=1)
    negative = rows[np.arange(len(rows)), first] < 0
    result: Ints = (rows[negative] * times[negative][:, None]).sum(axis=0)
    return result
