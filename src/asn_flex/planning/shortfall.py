"""Why seats stay empty: the first binding cause of each demand that is not full (semantics §8.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from asn_flex.domain.plan import Shortfall
from asn_flex.domain.situation import Demand
from asn_flex.eligibility.match import Eligibility, ProtectedSet
from asn_flex.eligibility.misses import nearest_misses
from asn_flex.errors import SolverError
from asn_flex.planning.decode import Choice
from asn_flex.planning.network import Pins
from asn_flex.planning.rows import share_cap
from asn_flex.rulebook.schema import Cover, Team

Cause = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class _Filled:
    """The plan as shortfalls look at it."""

    by_demand: Mapping[str, Sequence[Choice]]
    position: Mapping[str, int]
    # Per officer, the position of the demand served; −1 for nobody's.
    serving: NDArray[np.int64]
    full: Sequence[ProtectedSet]


def find_shortfalls(
    eligibility: Eligibility, choices: Sequence[Choice], pins: Pins, *, complete: bool
) -> tuple[Shortfall, ...]:
    """Return one shortfall per demand that is not full, in order of id.

    Parameters
    ----------
    choices : the plan
    complete : whether the plan is proven optimal; otherwise `time_limit` is the last cause
    """
    by_demand: dict[str, list[Choice]] = {}
    for choice in choices:
        by_demand.setdefault(choice.demand, []).append(choice)
    position = {d.id: i for i, d in enumerate(eligibility.situation.demands)}
    serving = np.full(eligibility.screen.officers.size, -1, dtype=np.int64)
    serving[[c.officer for c in choices]] = [position[c.demand] for c in choices]
    full = [s for s in eligibility.protected if (serving[s.members] >= 0).sum() >= s.cap]
    filled = _Filled(by_demand, position, serving, full)
    found: list[Shortfall] = []
    for demand in eligibility.situation.demands:
        missing = demand.seats - len(by_demand.get(demand.id, ()))
        if missing > 0:
            reason, detail = _cause(eligibility, filled, pins, demand, complete=complete)
            found.append(Shortfall(demand=demand.id, missing=missing, reason=reason, detail=detail))
    return tuple(found)


def _cause(eligibility: Eligibility, filled: _Filled, pins: Pins, demand: Demand, *, complete: bool) -> Cause:
    eligible = eligibility.eligible_officers(demand.id)
    serving = filled.serving[eligible]
    outside = serving != filled.position[demand.id]
    if not outside.any():
        nearest = [
            {"officer": officer, "lacks": [m.to_dict() for m in lacks]}
            for officer, lacks in nearest_misses(eligibility, demand.id)
        ]
        return "nobody_eligible", {"nearest": nearest}
    free = eligible[serving < 0].tolist()
    if not free:
        demands = eligibility.situation.demands
        return "all_committed", {"demands": sorted(demands[i].id for i in np.unique(serving[outside]).tolist())}
    for find in (_protected, _team, _share):
        cause = find(eligibility, filled, demand, free)
        if cause is not None:
            return cause
    held = [eligibility.officer_ids[o] for o in free if demand.id in pins.never.get(o, ())]
    if held:
        return "pinned", {"officers": held}
    if complete:
        raise SolverError(f"demand `{demand.id}` has a seat that nothing keeps empty in a plan proven best")
    return "time_limit", {}


def _protected(eligibility: Eligibility, filled: _Filled, demand: Demand, free: list[int]) -> Cause | None:
    """Find the full protects that stop one of the free officers."""
    del demand
    waiting = np.zeros(eligibility.screen.officers.size, dtype=np.bool_)
    waiting[free] = True
    full = [item for item in filled.full if waiting[item.members].any()]
    rules = [{"rule": s.rule, "unit": s.unit} for s in sorted(full, key=lambda s: (s.rule, s.unit))]
    return ("protected", {"rules": rules}) if rules else None


def _team(eligibility: Eligibility, filled: _Filled, demand: Demand, free: list[int]) -> Cause | None:
    """Find the team rules that stop one of the free officers on one of their bases."""
    by_id = eligibility.rulebook.by_id
    taken = filled.by_demand.get(demand.id, ())
    offers = list(eligibility.offers_among(free, demand.id))
    rules: set[str] = set()
    for rule_id in sorted(eligibility.situation.in_force.get(demand.id, {})):
        team = by_id[rule_id]
        if not isinstance(team, Team):
            continue
        if team.max_substitutes is not None:
            cap = share_cap(team.max_substitutes, demand.seats, team.at_least)
            used = sum(eligibility.is_substitute(c.rule) for c in taken)
            if used >= cap and any(eligibility.is_substitute(block.rule) for block, _ in offers):
                rules.add(rule_id)
        if team.include is not None:
            included = sum(counts(eligibility, team, c.officer, demand, c.rule) for c in taken)
            bit = _bit_of(eligibility, team, demand)
            for block, rows in offers:
                least = included + int((block.include[rows] >> bit & 1).min())
                if len(taken) + 1 > team.include.per * least:
                    rules.add(rule_id)
    return ("team", {"rules": sorted(rules)}) if rules else None


def _share(eligibility: Eligibility, filled: _Filled, demand: Demand, free: list[int]) -> Cause | None:
    """Find the full `max_share`s that stop one of the free officers on one of their bases."""
    taken = filled.by_demand.get(demand.id, ())
    rules: set[str] = set()
    offered = {block.rule for block, _ in eligibility.offers_among(free, demand.id)}
    for rule_id in sorted(rule for rule in offered if rule is not None):
        rule = eligibility.rulebook.by_id[rule_id]
        if isinstance(rule, Cover) and rule.max_share is not None:
            cap = share_cap(rule.max_share, demand.seats, rule.at_least)
            if sum(c.rule == rule_id for c in taken) >= cap:
                rules.add(rule_id)
    return ("share", {"rules": sorted(rules)}) if rules else None


def _bit_of(eligibility: Eligibility, team: Team, demand: Demand) -> int:
    """Return the place of a `team.include` rule among the bits of `Block.include`."""
    screen = eligibility.screen
    return [r.id for r in screen.includes(screen.kinds[screen.kind_of[demand.id]])].index(team.id)


def counts(eligibility: Eligibility, team: Team, officer: int, demand: Demand, rule_id: str | None) -> bool:
    """Whether `team.include` counts an officer on a basis."""
    bit = _bit_of(eligibility, team, demand)
    for block, at in eligibility.offers(officer, demand.id):
        if block.rule == rule_id:
            return bool(int(block.include[at]) >> bit & 1)
    return False
