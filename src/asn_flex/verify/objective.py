"""The objective added up again, tier by tier (semantics §8.2)."""

from __future__ import annotations

from dataclasses import dataclass

from asn_flex.domain.attributes import DUTY_CLASSES
from asn_flex.domain.plan import Plan
from asn_flex.verify.assigned import Worth
from asn_flex.verify.findings import Findings
from asn_flex.verify.limits import Tally
from asn_flex.verify.people import People

MORE_IS_BETTER = "coverage."


def tier_names(*, replanning: bool) -> tuple[str, ...]:
    """Return the tiers in order; `disruption` only when replanning.

    Examples
    --------
    >>> tier_names(replanning=False)[-3:]
    ('coverage.support', 'suitability', 'burden')
    """
    coverage = [f"coverage.{c}{end}" for c in DUTY_CLASSES for end in (".minimum", "")]
    return (*coverage, *(("disruption",) if replanning else ()), "suitability", "burden")


@dataclass(frozen=True)
class Objective:
    """The value of each tier by the plain reading, and the same as gains (costs counted as minus).

    `previous` holds the demand of every officer of the previous plan; empty where there is none.
    """

    values: dict[str, int]
    gains: tuple[int, ...]
    previous: dict[str, str]

    @property
    def tiers(self) -> tuple[str, ...]:
        """The names of the tiers, in order."""
        return tuple(self.values)


def read_objective(people: People, counted: Tally, worth: Worth, previous: Plan | None) -> Objective:
    """Add up every tier from the assignments."""
    before = {a.officer: a.demand for a in previous.assignments} if previous is not None else {}
    values = dict.fromkeys(tier_names(replanning=previous is not None), 0)
    for demand in people.reading.demands.values():
        filled, tier = counted.filled(demand.id), f"coverage.{demand.duty_class}"
        values[f"{tier}.minimum"] += demand.priority * min(filled, demand.minimum)
        values[tier] += demand.priority * filled
    kept = sum(1 for officer, demand in before.items() if counted.demand_of.get(officer) == demand)
    if previous is not None:
        values["disruption"] = len(before) - kept
    values["suitability"] = sum(worth.cost[pair] for pair in counted.demand_of.items())
    values["burden"] = sum(people.hours(o) for o in counted.demand_of if o in people.rows)
    gains = {tier: value if tier.startswith(MORE_IS_BETTER) else -value for tier, value in values.items()}
    if previous is not None:
        gains["disruption"] = kept
    return Objective(values, tuple(gains.values()), before)


def check_objective(plan: Plan, objective: Objective, found: Findings) -> None:
    """Compare the plan's tiers: names and order, values, and bounds that do not contradict them."""
    found.differs("V501", tuple(t.tier for t in plan.objective), objective.tiers)
    for tier in plan.objective:
        if tier.tier not in objective.values:
            continue
        found.differs("V502", tier.value, objective.values[tier.tier], tier=tier.tier)
        if plan.status == "optimal":
            if tier.bound != tier.value:
                found.add("V504", tier=tier.tier, value=tier.value, bound=tier.bound)
        elif (tier.value > tier.bound) is tier.tier.startswith(MORE_IS_BETTER) and tier.value != tier.bound:
            found.add("V503", tier=tier.tier, value=tier.value, bound=tier.bound)
