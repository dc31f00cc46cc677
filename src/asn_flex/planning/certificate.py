"""Turns the potentials of a flow into the certificate of a plan: prices of seats and caps (semantics §8.5, §10).

By weak duality, for any prices at all (caps' prices not below zero), no plan can gain more than

    Σ_d [m_d·(r1_d − v_d)⁺ + (s_d − m_d)·(r2_d − v_d)⁺] + Σ_caps limit·price + Σ_o max(0, max over (d, basis) of
    v_d + gain − prices of the caps on the way)

with all vectors over tiers compared lexicographically. The prices of an optimal flow reach that bound, so whoever
recomputes both sides has the proof; officers need no prices of their own.
"""

from __future__ import annotations

from asn_flex.domain.plan import Certificate, Price
from asn_flex.planning.flow import FlowResult
from asn_flex.planning.network import Network


def make_certificate(network: Network, result: FlowResult) -> Certificate:
    """Return the prices that prove a flow optimal."""
    tiers = network.objective.tiers
    seats: dict[str, tuple[int, ...]] = {}
    for node, index in network.demand_nodes.items():
        price = tuple(int(p[node]) for p in result.potentials)
        if any(price):
            seats[network.demands[index].id] = price
    prices: dict[str, list[Price]] = {"share": [], "substitutes": [], "protect": []}
    for cap in network.caps:
        tail, head = int(network.tails[cap.arc]), int(network.heads[cap.arc])
        price = tuple(int(p[head] - p[tail]) for p in result.potentials)
        if price > (0,) * len(price):
            prices[cap.kind].append(Price(rule=cap.rule, demand=cap.demand, unit=cap.unit, price=price))
    ordered = {
        kind: tuple(sorted(found, key=lambda p: (p.rule, p.demand or "", p.unit or "")))
        for kind, found in prices.items()
    }
    return Certificate(
        tiers=tiers,
        demands=dict(sorted(seats.items())),
        shares=ordered["share"],
        substitutes=ordered["substitutes"],
        protections=ordered["protect"],
    )
