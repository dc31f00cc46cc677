"""Every constraint counted again (semantics §8.1)."""

from __future__ import annotations

from collections import Counter

from asn_flex.domain.plan import Plan
from asn_flex.i18n import say_count
from asn_flex.rulebook.schema import Team
from asn_flex.verify.findings import Findings
from asn_flex.verify.limits import Limits, Tally, included, is_substitute
from asn_flex.verify.people import People


def check_constraints(plan: Plan, people: People, limits: Limits, counted: Tally, found: Findings) -> None:
    """Recount every constraint; a table of contents of what a plan must keep."""
    _one_demand_per_officer(plan, found)
    _seats(people, counted, found)
    _protect(limits, counted, found)
    _max_share(limits, counted, found)
    _max_substitutes(limits, counted, found)
    _include(people, limits, counted, found)
    _pins(limits, counted, found)
    found.checked["limits"] = limits.count()


def _one_demand_per_officer(plan: Plan, found: Findings) -> None:
    """Check Σ_d x_(o,d) ≤ 1."""
    for officer, times in sorted(Counter(a.officer for a in plan.assignments).items()):
        if times > 1:
            found.add("V401", officer=officer, times=times)


def _seats(people: People, counted: Tally, found: Findings) -> None:
    """Check filled_d ≤ seats_d."""
    for demand in people.reading.demands.values():
        filled = counted.filled(demand.id)
        if filled > demand.seats:
            told, seats = say_count("count.people", filled), say_count("count.seats", demand.seats)
            found.add("V402", demand=demand.id, filled=told, seats=seats)


def _protect(limits: Limits, counted: Tally, found: Findings) -> None:
    """Check taken_(r,u) ≤ max(0, p − k), over the officers of the unit whom the rule counts."""
    for key, protect_set in limits.protections.items():
        taken = counted.taken.get(key, 0)
        if taken > protect_set.cap:
            found.add("V403", rule=key[0], unit=key[1], taken=taken, cap=protect_set.cap)


def _max_share(limits: Limits, counted: Tally, found: Findings) -> None:
    """Check used_(r,d) ≤ max(floor(share × seats), at_least), over the assigned on cover r."""
    for key, cap in limits.shares.items():
        used = counted.on_rule.get(key, 0)
        if used > cap:
            found.add("V404", rule=key[0], demand=key[1], used=used, cap=cap)


def _max_substitutes(limits: Limits, counted: Tally, found: Findings) -> None:
    """Check substitutes_d ≤ max(floor(share × seats), at_least), over `who` and `substitution` covers."""
    for (rule, demand), cap in limits.substitutes.items():
        used = counted.substitutes.get(demand, 0)
        if used > cap:
            found.add("V406", rule=rule, demand=demand, used=used, cap=cap)


def _include(people: People, limits: Limits, counted: Tally, found: Findings) -> None:
    """Check filled_q ≤ per × included_q."""
    for (rule, demand), include in limits.includes.items():
        filled, inside = counted.filled(demand), count_included(people, rule, demand, counted)
        if filled > include.per * inside:
            found.add("V405", rule=rule, demand=demand, filled=filled, inside=inside, per=include.per)


def count_included(people: People, rule_id: str, demand_id: str, counted: Tally) -> int:
    """Return how many of a demand's officers `team.include` counts."""
    rule = people.world.rulebook.by_id[rule_id]
    demand = people.reading.demands[demand_id]
    if not isinstance(rule, Team):
        return 0
    return sum(
        included(people, rule, demand, a.officer, substitutes=is_substitute(people, a.basis.rule))
        for a in counted.by_demand.get(demand_id, ())
    )


def _pins(limits: Limits, counted: Tally, found: Findings) -> None:
    """Check that `must` and `never` are kept."""
    for officer, demands in sorted(limits.must.items()):
        for demand in sorted(demands):
            if counted.demand_of.get(officer) != demand:
                found.add("V407", officer=officer, demand=demand)
    for officer, demands in sorted(limits.never.items()):
        if counted.demand_of.get(officer) in demands:
            found.add("V408", officer=officer, demand=counted.demand_of[officer])


def check_displaced(plan: Plan, people: People, previous: Plan | None, found: Findings) -> None:
    """Compare the officers whose previous assignment can no longer be: gone, or not eligible any more (§8.7)."""
    listed = sorted((d.officer, d.demand) for d in plan.displaced)
    read = [
        (a.officer, a.demand)
        for a in (previous.assignments if previous is not None else ())
        if not _still_eligible(people, a.officer, a.demand)
    ]
    found.differs("V414", _spelled(listed), _spelled(sorted(read)))


def _still_eligible(people: People, officer: str, demand_id: str) -> bool:
    demand = people.reading.demands.get(demand_id)
    return demand is not None and officer in people.rows and bool(people.offer_of(officer, demand).bases)


def _spelled(pairs: list[tuple[str, str]]) -> list[str]:
    return [f"{officer} {demand}" for officer, demand in pairs]
