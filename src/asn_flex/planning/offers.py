"""Who has which basis for a demand, as columns over all officers; and what changes open (semantics §9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asn_flex.eligibility.match import Eligibility

Rows = NDArray[np.bool_]


@dataclass(frozen=True)
class Offers:
    """For one demand, per basis (None is the full standard), who has it and whom team rules count on it."""

    has: Mapping[str | None, Rows]
    include: Mapping[str | None, NDArray[np.int64]]


def offers_of(eligibility: Eligibility, demand: str) -> Offers:
    """Return every basis of a demand with the officers who have it."""
    screen = eligibility.screen
    kind = screen.kind_of[demand]
    area = eligibility.demands[demand].area
    has: dict[str | None, Rows] = {}
    include: dict[str | None, NDArray[np.int64]] = {}
    for outcome in range(len(screen.outcomes[kind])):
        blocks = eligibility.blocks_for(kind, outcome)
        if not blocks:
            continue
        here = np.ones(screen.size, dtype=np.bool_)
        if screen.pair_tests[kind]:
            fits = [screen.outcome(kind, home, area) == outcome for home in range(len(screen.pairs.homes))]
            here = np.array(fits, dtype=np.bool_)[screen.home_of_type]
        for block in blocks:
            types = np.zeros(screen.size, dtype=np.bool_)
            types[block.types[here[block.types]]] = True
            bits = np.zeros(screen.size, dtype=np.int64)
            bits[block.types] = block.include
            has[block.rule] = has.get(block.rule, False) | types[screen.type_of]
            include[block.rule] = include.get(block.rule, 0) | np.where(types, bits, 0)[screen.type_of]
    return Offers(has, include)


def fresh_bases(before: Offers, after: Offers, *, teams: bool) -> dict[str | None, Rows]:
    """Return, per basis, the officers who have it only afterwards.

    Parameters
    ----------
    teams : whether a basis is new as well where a team rule counts the officer on it only afterwards
    """
    found: dict[str | None, Rows] = {}
    for rule, rows in after.has.items():
        fresh = rows & ~before.has.get(rule, np.zeros(len(rows), dtype=np.bool_))
        if teams:
            more = after.include[rule] & ~before.include.get(rule, np.zeros(len(rows), dtype=np.int64))
            fresh |= rows & (more != 0)
        if fresh.any():
            found[rule] = fresh
    return found
