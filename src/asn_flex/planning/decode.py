"""From flows back to people: who of each class goes where, always the same way (semantics §8.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from asn_flex.eligibility.match import Eligibility
from asn_flex.planning.network import Network

A = TypeVar("A")
B = TypeVar("B")


class Choice(NamedTuple):
    """One officer (by number), the demand and the basis (`rule` None is the full standard)."""

    officer: int
    demand: str
    rule: str | None


def decode(network: Network, flow: NDArray[np.int64], eligibility: Eligibility) -> list[Choice]:
    """Return who goes where.

    Flows are taken apart node by node, in order of number; officers who are alike but for their hours are then taken
    in order of (hours_7d, id), for demands in order of id.
    """
    chosen = _units_per_class(network, flow)
    order = eligibility.screen.officers.order_of_hours()
    groups: dict[int, tuple[list[int], list[tuple[str, str]]]] = {}
    for index, units in sorted(chosen.items()):
        members = network.class_members[index]
        if len(units) < len(members):
            members = members[np.lexsort((members, order[members]))[: len(units)]]
        officers, places = groups.setdefault(int(network.class_alike[index]), ([], []))
        officers.extend(members.tolist())
        places.extend(units)
    result: list[Choice] = []
    for officers, places in groups.values():
        officers.sort(key=lambda o: (order[o], o))
        places.sort()
        # INVARIANT: officers of one group have the same offers, so any of them may take any of these places.
        result.extend(Choice(o, d, r or None) for o, (d, r) in zip(officers, places, strict=True))
    return sorted((_plainest(eligibility, c) for c in result), key=lambda c: c.officer)


def _plainest(eligibility: Eligibility, choice: Choice) -> Choice:
    """Take the full standard where it costs the same as the chosen cover: no exception is used without need.

    That can only help: the standard falls under no share, is no substitute, and counts wherever a cover counts.
    """
    if choice.rule is None:
        return choice
    cost = {rule: sum(parts) for rule, parts in eligibility.costs_of(choice.officer, choice.demand).items()}
    return choice._replace(rule=None) if cost.get(None) == cost[choice.rule] else choice


def _units_per_class(network: Network, flow: NDArray[np.int64]) -> dict[int, list[tuple[str, str]]]:
    """Return the places that each class fills, one (demand, rule or "") per officer."""
    carrying = np.flatnonzero(flow)
    entry_at = network.entries.on(carrying)
    into_profile: dict[int, list[tuple[int, int]]] = {}
    into_hub: dict[int, list[tuple[int, int]]] = {}
    out_of_hub: dict[int, list[tuple[tuple[str, str], int]]] = {}
    chosen: dict[int, list[tuple[str, str]]] = {}
    for arc in carrying.tolist():
        tail, head, amount = int(network.tails[arc]), int(network.heads[arc]), int(flow[arc])
        if arc in entry_at:
            entry = entry_at[arc]
            place = (network.demands[entry.demand].id, entry.rule or "")
            if tail in network.hub_nodes:
                out_of_hub.setdefault(tail, []).append((place, amount))
            else:
                chosen.setdefault(network.class_nodes[tail], []).extend([place] * amount)
        elif head in network.hub_nodes:
            into_hub.setdefault(head, []).append((tail, amount))
        elif head in network.profile_nodes:
            into_profile.setdefault(head, []).append((network.class_nodes[tail], amount))
    out_of_profile: dict[int, list[tuple[tuple[str, str], int]]] = {}
    for hub, sources in sorted(into_hub.items()):
        for profile, place, amount in share_out(sorted(sources), sorted(out_of_hub.get(hub, ()))):
            out_of_profile.setdefault(profile, []).append((place, amount))
    for profile, classes in sorted(into_profile.items()):
        for index, place, amount in share_out(sorted(classes), sorted(out_of_profile.get(profile, ()))):
            chosen.setdefault(index, []).extend([place] * amount)
    return chosen


def share_out(givers: Iterable[tuple[A, int]], takers: Iterable[tuple[B, int]]) -> Iterator[tuple[A, B, int]]:
    """Match amounts in the order given (the north-west corner rule).

    Examples
    --------
    >>> list(share_out([("a", 2), ("b", 1)], [("x", 1), ("y", 2)]))
    [('a', 'x', 1), ('a', 'y', 1), ('b', 'y', 1)]
    """
    waiting = list(takers)
    at = 0
    used = 0
    for giver, amount in givers:
        left = amount
        while left:
            taker, wanted = waiting[at]
            step = min(left, wanted - used)
            if step:
                yield giver, taker, step
            left -= step
            used += step
            if used == wanted:
                at, used = at + 1, 0
