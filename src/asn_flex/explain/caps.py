"""What an assignment counts under: protections, team rules, shares, and how full each is (semantics §5.5-§5.9)."""

from __future__ import annotations

from dataclasses import dataclass

from asn_flex.domain.plan import Assignment
from asn_flex.domain.proof import Outcome, ProofNode
from asn_flex.domain.situation import Demand
from asn_flex.eligibility.match import ProtectedSet
from asn_flex.explain.grounds import PersonFacts, StateFacts
from asn_flex.explain.naming import unit_name
from asn_flex.explain.reading import condition_nodes
from asn_flex.explain.view import View, node
from asn_flex.i18n import say
from asn_flex.planning.rows import share_cap
from asn_flex.planning.shortfall import counts
from asn_flex.rulebook.schema import Cover, Protect, Team


@dataclass(frozen=True)
class Cap:
    """A cap that the officer counts, or would count, under."""

    rule: str
    is_full: bool
    step: ProofNode


def caps_node(view: View, number: int, demand: Demand, assignment: Assignment) -> ProofNode:
    """Return the step of every protection, team rule and share that the assignment counts under."""
    found = [*protections(view, number), *teams(view, number, demand, assignment.basis.rule)]
    steps = [cap.step for cap in found]
    if not steps:
        steps = [node("note", say("why.caps.none"))]
    return node("section", say("why.section.caps"), *steps)


def protections(view: View, number: int) -> list[Cap]:
    """Return the protect rules that count the officer in his unit."""
    return [_protection(view, number, item) for item in view.eligibility.protected if number in item.members]


def _protection(view: View, number: int, item: ProtectedSet) -> Cap:
    rule = view.rulebook.by_id[item.rule]
    assert isinstance(rule, Protect)  # noqa: S101 - protected sets come from protect rules
    used = sum(member in view.assigned for member in item.members.tolist())
    is_full = used >= item.cap
    text = say("why.protect", rule=view.title(item.rule), unit=unit_name(view.scenario, item.unit), keep=item.keep,
               n=item.n, p=item.p, used=used, cap=item.cap)  # fmt: skip
    when = condition_nodes(view, rule.when, StateFacts(view))
    last_day = view.eligibility.screen.period[1]
    who = () if rule.who is None else condition_nodes(view, rule.who, PersonFacts(view, number, last_day))
    facts = view.scenario.unit_facts[item.unit]
    unit = node(
        "fact", say("why.row.unit", unit=unit_name(view.scenario, item.unit)), place=view.row("units", facts["row"])
    )
    step = view.rule(item.rule, text, unit, *when, *who, kind="cap", outcome="full" if is_full else "free")
    return Cap(item.rule, is_full, step)


def teams(view: View, number: int, demand: Demand, basis: str | None, *, joining: bool = False) -> list[Cap]:
    """Return the team rules and the share that a basis counts under; `joining`: the officer is not seated yet."""
    found: list[Cap] = []
    for rule_id in sorted(view.eligibility.situation.in_force.get(demand.id, {})):
        rule = view.rulebook.by_id[rule_id]
        if isinstance(rule, Team):
            if rule.include is not None:
                found.append(_include(view, number, demand, rule, basis, joining=joining))
            if rule.max_substitutes is not None and view.eligibility.is_substitute(basis):
                cap = share_cap(rule.max_substitutes, demand.seats, rule.at_least)
                used = sum(view.eligibility.is_substitute(b) for b in _bases(view, demand))
                found.append(_share(view, rule_id, "why.team.substitutes", used, cap))
        elif isinstance(rule, Cover) and rule.max_share is not None and rule_id == basis:
            cap = share_cap(rule.max_share, demand.seats, rule.at_least)
            found.append(_share(view, rule_id, "why.share", sum(b == rule_id for b in _bases(view, demand)), cap))
    return found


def _bases(view: View, demand: Demand) -> list[str | None]:
    return [a.basis.rule for a in view.plan.assignments if a.demand == demand.id]


def _share(view: View, rule_id: str, key: str, used: int, cap: int) -> Cap:
    text = say(key, rule=view.title(rule_id), used=used, cap=cap)
    step = view.rule(rule_id, text, kind="cap", outcome="full" if used >= cap else "free")
    return Cap(rule_id, used >= cap, step)


def _include(view: View, number: int, demand: Demand, rule: Team, basis: str | None, *, joining: bool) -> Cap:
    """Read `filled <= per * included` for the plan, or for the plan with the officer in it."""
    include = rule.include
    assert include is not None  # noqa: S101 - the caller asks only where there is one
    numbers = view.eligibility.number_of
    here = [a for a in view.plan.assignments if a.demand == demand.id and a.officer in numbers]
    included = sum(counts(view.eligibility, rule, numbers[a.officer], demand, a.basis.rule) for a in here)
    himself = counts(view.eligibility, rule, number, demand, basis)
    is_full = len(here) + joining > include.per * (included + (himself and joining))
    text = say("why.team.include", rule=view.title(rule.id), per=include.per, included=included, filled=len(here),
               most=include.per * included)  # fmt: skip
    his = say("why.team.counts" if himself else "why.team.counts_not")
    kept_back = rule.id in view.protected_rules and not view.sees_values
    steps = () if kept_back else (node("note", his),)
    outcome: Outcome = "full" if is_full else "free"
    return Cap(rule.id, is_full, view.rule(rule.id, text, *steps, kind="cap", outcome=outcome))
