"""Seats that stay empty, and why, worked out again (semantics §8.6)."""

from __future__ import annotations

from asn_flex.domain.plan import Plan
from asn_flex.domain.situation import Demand
from asn_flex.i18n import say_count
from asn_flex.rulebook.schema import Team
from asn_flex.verify.bases import Basis
from asn_flex.verify.findings import Findings
from asn_flex.verify.limits import Limits, Tally, included
from asn_flex.verify.pairs import Offer
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
        reason = _Causes(people, limits, counted, demand).first()
        found.differs("V413", shortfall.reason, reason, demand=demand.id)
        if reason == "time_limit" and plan.status == "optimal":
            found.add("V509", demand=demand.id)
    found.checked["shortfalls"] = short


class _Causes:
    """Why nobody more goes to one demand."""

    def __init__(self, people: People, limits: Limits, counted: Tally, demand: Demand) -> None:
        self.people, self.limits, self.counted, self.demand = people, limits, counted, demand
        self.included = {
            rule: count_included(people, rule, demand.id, counted) for rule, at in limits.includes if at == demand.id
        }

    def first(self) -> str:
        """Return the first cause that applies, in the order of semantics §8.6."""
        outside, best = 0, len(_CAUSES)
        for officer, offer in self.people.eligible_for(self.demand):
            serving = self.counted.demand_of.get(officer)
            if serving == self.demand.id:
                continue
            outside += 1
            if serving is None:
                best = min(best, _CAUSES.index(self._cause(officer, offer)))
                if best == 0:
                    break
        if not outside:
            return "nobody_eligible"
        return _CAUSES[best] if best < len(_CAUSES) else "all_committed"

    def _cause(self, officer: str, offer: Offer) -> str:
        """Return the first cause, in the order of §8.6, that one free officer meets on any basis."""
        for protect_set in self.limits.sets_of.get(officer, ()):
            if self.counted.taken.get((protect_set.rule, protect_set.unit), 0) >= protect_set.cap:
                return "protected"
        if any(self._team_stops(officer, basis) for basis in offer.bases):
            return "team"
        if any(self._share_stops(basis) for basis in offer.bases):
            return "share"
        if self.demand.id in self.limits.never.get(officer, frozenset()) or officer in self.limits.must:
            return "pinned"
        return "time_limit"

    def _team_stops(self, officer: str, basis: Basis) -> bool:
        demand = self.demand
        used = self.counted.substitutes.get(demand.id, 0)
        for team in self.people.contexts[demand.id].teams:
            cap = self.limits.substitutes.get((team.id, demand.id))
            if basis.substitutes and cap is not None and used >= cap:
                return True
            if team.include is not None and not self._include_allows(team, officer, basis):
                return True
        return False

    def _include_allows(self, team: Team, officer: str, basis: Basis) -> bool:
        per = team.include.per if team.include is not None else 0
        more = included(self.people, team, self.demand, officer, substitutes=basis.substitutes)
        return self.counted.filled(self.demand.id) + 1 <= per * (self.included[team.id] + more)

    def _share_stops(self, basis: Basis) -> bool:
        if basis.rule is None:
            return False
        cap = self.limits.shares.get((basis.rule, self.demand.id))
        return cap is not None and self.counted.on_rule.get((basis.rule, self.demand.id), 0) >= cap
