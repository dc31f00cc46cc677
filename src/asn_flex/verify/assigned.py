"""Every assignment read again, officer by officer (semantics §7, §10)."""

from __future__ import annotations

from dataclasses import dataclass, field

from asn_flex.domain.exact import number_text, parse_number
from asn_flex.domain.plan import Assignment, Plan
from asn_flex.domain.situation import Demand
from asn_flex.rulebook.schema import Cover
from asn_flex.verify.bases import Basis
from asn_flex.verify.findings import Findings
from asn_flex.verify.pairs import Offer, pair_points, read_offer
from asn_flex.verify.people import People


@dataclass
class Worth:
    """What the assignments are worth by the plain reading: loss and points by (officer, demand)."""

    cost: dict[tuple[str, str], int] = field(default_factory=dict)


def check_assignments(plan: Plan, people: People, found: Findings) -> Worth:
    """Read every assigned pair on its own; return the costs that were found.

    Where a pair cannot be read, the plan's own numbers stand, so that one fault is not told twice.
    """
    worth = Worth()
    # All at once, which is quicker than one by one.
    people.persons([people.rows.number[a.officer] for a in plan.assignments if a.officer in people.rows])
    quarantined = {q.officer for q in people.world.scenario.quarantined if q.table == "officers"}
    for assignment in plan.assignments:
        officer, demand_id = assignment.officer, assignment.demand
        worth.cost[officer, demand_id] = assignment.loss + assignment.points
        demand = people.reading.demands.get(demand_id)
        if officer not in people.rows:
            found.add("V302" if officer in quarantined else "V301", officer=officer)
        elif demand is None:
            found.add("V303", officer=officer, demand=demand_id)
        else:
            cost = _check_pair(assignment, demand, people, found)
            if cost is not None:
                worth.cost[officer, demand_id] = cost
    found.checked["assignments"] = len(plan.assignments)
    return worth


def _check_pair(assignment: Assignment, demand: Demand, people: People, found: Findings) -> int | None:
    who = {"officer": assignment.officer, "demand": assignment.demand}
    person = people.alone(assignment.officer)
    if not person.is_available(demand.first_day, demand.last_day):
        found.add("V304", **who)
        return None
    rule = assignment.basis.rule
    if (assignment.basis.kind == "standard") != (rule is None):
        found.add("V312", **who, kind=assignment.basis.kind, rule=rule or "–")
        return None
    way = people.way(assignment.officer, demand)
    offer = read_offer(person, people.contexts[demand.id], way)
    basis = offer.basis(rule)
    if basis is None:
        _refuse(rule, offer, people, found, who)
        return None
    points = pair_points(people.world, offer, basis, person.row, way)
    _check_numbers(assignment, basis, points, found, who)
    return basis.loss + points


def _refuse(rule: str | None, offer: Offer, people: People, found: Findings, who: dict[str, str]) -> None:
    if rule in offer.stopped:
        found.add("V306", **who, rules=", ".join(offer.stopped[rule]))
    elif rule is None:
        found.add("V305.standard", **who)
    elif not isinstance(people.world.rulebook.by_id.get(rule), Cover):
        found.add("V305.no_cover", **who, rule=rule)
    else:
        found.add("V305", **who, rule=rule)


def _check_numbers(assignment: Assignment, basis: Basis, points: int, found: Findings, who: dict[str, str]) -> None:
    said = assignment.basis
    if said.strength != number_text(basis.strength) and parse_number(said.strength) != basis.strength:
        found.differs("V307", said.strength, number_text(basis.strength), **who)
    paths = sorted((p.requires, p.level, p.strength, p.via) for p in said.paths)
    read = sorted((need, level, number_text(path.strength), path.via) for need, level, path in basis.paths)
    found.differs("V308", _spelled(paths), _spelled(read), **who)
    found.differs("V309", assignment.loss, basis.loss, **who)
    found.differs("V310", assignment.points, points, **who)
    asked = sorted((q.attribute, q.rule) for q in assignment.confirm)
    found.differs("V311", _asked(asked), _asked(sorted(basis.questions)), **who)


def _spelled(paths: list[tuple[str, int, str, tuple[str, ...]]]) -> list[str]:
    return [f"{need} {level}: {' → '.join(via)} ({strength})" for need, level, strength, via in paths]


def _asked(questions: list[tuple[str, str]]) -> list[str]:
    return [f"{attribute} ({rule})" for attribute, rule in questions]
