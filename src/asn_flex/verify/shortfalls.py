"""Seats that stay empty, and why, worked out again (semantics §8.6)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from asn_flex.domain.plan import Plan
from asn_flex.domain.situation import Demand
from asn_flex.i18n import say_count
from asn_flex.rulebook.schema import Team
from asn_flex.verify.candidates import Standing
from asn_flex.verify.columns import Flags, Ints
from asn_flex.verify.findings import Findings
from asn_flex.verify.limits import Limits, Tally
from asn_flex.verify.people import People
from asn_flex.verify.recount import count_included

# The causes among free eligible officers, in the order in which the first that applies is named.
_CAUSES = ("protected", "team", "share", "pinned", "time_limit")


def check_shortfalls(plan: Plan, people: People, limits: Limits, counted: Tally, found: Findings) -> None:
    """Compare `filled` and the shortfalls: one per demand that is not full, with the first binding cause."""
    records = {record.id: record for record in plan.demands}
    stated = {shortfall.demand: shortfall for shortfall in plan.shortfalls}
    if len(stated) != len(plan.shortfalls):
        found.add("V411.twice")
    for demand_id in sorted(stated.keys() - people.reading.demands.keys()):
        found.add("V411", demand=demand_id)
    sent = _Sent(people, limits, counted)
    short = 0
    for demand in people.reading.demands.values():
        filled, shortfall = counted.filled(demand.id), stated.get(demand.id)
        if demand.id in records:
            found.differs("V409", records[demand.id].filled, filled, demand=demand.id)
        missing = max(0, demand.seats - filled)
        short += missing > 0
        if shortfall is None or not missing:
            if missing:
                found.add("V410", demand=demand.id, missing=say_count("count.people", missing))
            elif shortfall is not None:
                found.add("V411", demand=demand.id)
            continue
        found.differs("V412", shortfall.missing, missing, demand=demand.id)
        reason = _Causes(people, limits, counted, demand, sent).first()
        found.differs("V413", shortfall.reason, reason, demand=demand.id)
        if reason == "time_limit" and plan.status == "optimal":
            found.add("V509", demand=demand.id)
    found.checked["shortfalls"] = short


class _Sent:
    """The plan by officer's number: who serves where, and whom a full protect stops."""

    def __init__(self, people: People, limits: Limits, counted: Tally) -> None:
        size, number = len(people.rows), people.rows.number
        self.position = {demand: index for index, demand in enumerate(people.reading.demands)}
        self.demand: Ints = np.full(size, -1, dtype=np.int64)
        for officer, demand in counted.demand_of.items():
            if officer in number:
                # A demand that nobody knows is still one that takes the officer away.
                self.demand[number[officer]] = self.position.get(demand, len(self.position))
        self.protected: Flags = np.zeros(size, dtype=np.bool_)
        for key, protect_set in limits.protections.items():
            if counted.taken.get(key, 0) >= protect_set.cap:
                self.protected[protect_set.numbers] = True
        self.pinned = {number[officer] for officer in limits.must if officer in number}


class _Causes:
    """Why nobody more goes to one demand."""

    def __init__(self, people: People, limits: Limits, counted: Tally, demand: Demand, sent: _Sent) -> None:
        self.people, self.limits, self.counted, self.demand, self.sent = people, limits, counted, demand, sent
        self.included = {
            rule: count_included(people, rule, demand.id, counted) for rule, at in limits.includes if at == demand.id
        }
        self.candidates = people.candidates(people.contexts[demand.id])
        never = {o for o, demands in limits.never.items() if demand.id in demands}
        self.held = sent.pinned | {people.rows.number[o] for o in never if o in people.rows}

    def first(self) -> str:
        """Return the first cause that applies, in the order of semantics §8.6."""
        here = self.sent.position[self.demand.id]
        outside = False
        stopped: set[str] = set()
        for outcome, standing, rows in self.candidates.at(self.demand):
            serving = self.sent.demand[self.candidates.officers[rows]]
            outside = outside or bool((serving != here).any())
            free = rows[serving == -1]
            if len(free):
                stopped.update(self._causes(outcome, standing, free))
        if not outside:
            return "nobody_eligible"
        return next((cause for cause in _CAUSES if cause in stopped), "all_committed")

    def _causes(self, outcome: int, standing: Standing, free: Ints) -> Iterator[str]:
        """Yield what stops any of these free officers, who could all serve on one basis."""
        officers = self.candidates.officers[free]
        if self.sent.protected[officers].any():
            yield "protected"
        if any(self._team_stops(team, outcome, standing, free) for team in self.candidates.context.teams):
            yield "team"
        if self._share_stops(standing.rule):
            yield "share"
        if not self.held.isdisjoint(officers.tolist()):
            yield "pinned"
        yield "time_limit"

    def _team_stops(self, team: Team, outcome: int, standing: Standing, free: Ints) -> bool:
        demand = self.demand
        cap = self.limits.substitutes.get((team.id, demand.id))
        if standing.substitutes and cap is not None and self.counted.substitutes.get(demand.id, 0) >= cap:
            return True
        if team.include is None:
            return False
        counts = self.candidates.says_yes(team, outcome)[free]
        if team.include.qualified and standing.substitutes:
            counts = np.zeros(len(free), dtype=np.bool_)
        filled, inside = self.counted.filled(demand.id) + 1, self.included[team.id]
        without, with_one = team.include.per * inside, team.include.per * (inside + 1)
        return bool((filled > without and not counts.all()) or (filled > with_one and counts.any()))

    def _share_stops(self, rule: str | None) -> bool:
        if rule is None:
            return False
        cap = self.limits.shares.get((rule, self.demand.id))
        return cap is not None and self.counted.on_rule.get((rule, self.demand.id), 0) >= cap
