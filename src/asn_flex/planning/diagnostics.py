"""What a plan says of the network that was solved: how large it is, and why it is not smaller (semantics §8.4)."""

from __future__ import annotations

from asn_flex.domain.plan import NetworkRecord, RouteRecord
from asn_flex.eligibility.blocks import conditions_of
from asn_flex.eligibility.match import Eligibility
from asn_flex.planning.network import Network
from asn_flex.rulebook.conditions import Test, tests_in


def describe_network(network: Network, eligibility: Eligibility) -> NetworkRecord:
    """Return the size of a network and the reasons for its parallel, direct and whole-number arcs."""
    includes = sorted({row.rule for row in network.includes})
    crossing = sorted({item.source.rule for item in network.crossing})
    parallel = sum(1 for demand in network.demands if 0 < demand.minimum < demand.seats)
    of_way = _rules_on_the_way(eligibility)
    routes = [
        RouteRecord(what="parallel", why="minimum", count=parallel),
        RouteRecord(what="direct", why="pin", count=network.direct_arcs.get("pin", 0)),
        RouteRecord(what="direct", why="previous", count=network.direct_arcs.get("previous", 0)),
        RouteRecord(what="by_home", why="way", count=len(network.hub_nodes) if of_way else 0, rules=tuple(of_way)),
        RouteRecord(what="counter", why="include", count=len(network.includes), rules=tuple(includes)),
        RouteRecord(what="integer", why="crossing", count=len(network.integer_arcs), rules=tuple(crossing or includes)),
    ]
    return NetworkRecord(
        nodes=network.nodes,
        arcs=len(network.tails),
        classes=len(network.class_arcs),
        profiles=len(network.profile_nodes),
        hubs=len(network.hub_nodes),
        integer_columns=len(network.includes) + len(network.integer_arcs),
        routes=tuple(route for route in routes if route.count),
    )


def _rules_on_the_way(eligibility: Eligibility) -> list[str]:
    """Return the rules in force that ask about the way to a demand, so that hubs stand apart by home area."""
    screen = eligibility.screen
    states = {state.rule for kind in screen.kinds for state in kind.states}
    found = set(screen.travel_rules)
    for rule in states:
        for _, condition in conditions_of(eligibility.rulebook.by_id[rule]):
            if any(isinstance(t, Test) and t.attribute.scope == "pair" for t in tests_in(condition)):
                found.add(rule)
    return sorted(found)
