"""`why_not` says why an officer does not take a demand: all he fails, or what sending him would cost (semantics §9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from asn_flex.domain.answers import TierChange, WhyNot
from asn_flex.domain.plan import Plan
from asn_flex.domain.proof import Audience, ProofNode
from asn_flex.domain.situation import Demand
from asn_flex.eligibility.misses import misses_of
from asn_flex.errors import Lang, Text, UsageError
from asn_flex.explain.absent import lacks_node, pin_nodes
from asn_flex.explain.grounds import PersonFacts, StateFacts
from asn_flex.explain.naming import demand_name, fact_name, join
from asn_flex.explain.reading import condition_nodes
from asn_flex.explain.view import View, node
from asn_flex.explain.why import number_of, officer_row, officer_text, open_view
from asn_flex.i18n import nearest, say
from asn_flex.planning.forcing import Forced, price_of_forcing
from asn_flex.planning.resolve import Problem
from asn_flex.rulebook.conditions import evaluate
from asn_flex.rulebook.schema import Cover, Forbid, Limit, Prefer


def why_not(
    plan: Plan, problem: Problem, officer: str, demand: str, *, audience: Audience = "planner", lang: Lang = "en"
) -> WhyNot:
    """Say why an officer does not take a demand, or what it would cost to send him.

    Parameters
    ----------
    plan : the plan to explain
    problem : what it was planned from
    officer, demand : ids
    audience : who reads it
    lang : language of the error message; the answer itself holds both

    Raises
    ------
    UsageError
        If there is no such officer, demand or audience, or the plan was made from other input.

    References
    ----------
    docs/semantics.md §9.
    """
    view = open_view(plan, problem.eligibility, audience, lang)
    number = number_of(view, officer, lang)
    wanted = known_demand(view, demand, lang)
    if any((a.officer, a.demand) == (officer, demand) for a in plan.assignments):
        return _answer(view, number, wanted, "assigned", node("note", say("whynot.assigned", officer=officer)))
    eligible = bool(view.eligibility.bases(officer, demand))
    must = problem.pins.must.get(number, demand)
    held = must != demand or demand in problem.pins.never.get(number, ())
    pins = [step for where, step in pin_nodes(view, number) if where in {demand, must}] if held else []
    if not eligible or held:
        lacks = [lacks_node(view, number, wanted, misses_of(view.eligibility, number, demand))] if not eligible else []
        covers = [*_covers(view, number, wanted)] if not eligible else []
        return _answer(view, number, wanted, "refused", *pins, *lacks, *covers)
    forced = price_of_forcing(problem, number, demand)
    if forced.price is None:
        steps = [node("cap", d.text, outcome="full") for d in forced.obstacles] if view.sees_others else []
        return _answer(view, number, wanted, "impossible", node("note", say("whynot.impossible")), *steps)
    # The price is of the optimum; a plan that time cut short is not known to be one.
    return _priced(view, number, wanted, replace(forced, proven=forced.proven and plan.status == "optimal"))


def known_demand(view: View, demand: str, lang: Lang) -> Demand:
    """Return a demand of the plan; refuse one that does not arise."""
    found = view.eligibility.demands.get(demand)
    if found is None:
        text, hint = say("whynot.unknown", demand=demand), nearest(demand, view.eligibility.demands)
        raise UsageError(text.in_lang(lang) + (hint.in_lang(lang) if hint is not None else ""))
    return found


def demand_text(view: View, demand: Demand) -> Text:
    """Return a demand in words."""
    area = None if demand.at_event else demand.area
    return demand_name(view.rulebook, view.scenario, demand.duty, area, demand.shift)


def _answer(
    view: View,
    number: int,
    demand: Demand,
    answer: Literal["assigned", "refused", "priced", "impossible"],
    *steps: ProofNode,
    price: tuple[TierChange, ...] = (),
    forced: Forced | None = None,
) -> WhyNot:
    officer = view.eligibility.officer_ids[number]
    text = say(
        f"whynot.answer.{answer}", officer=officer_text(view, number), demand=demand_text(view, demand), id=demand.id
    )
    return WhyNot(
        plan=view.plan.id, officer=officer, demand=demand.id, audience=view.audience, answer=answer,
        means=forced.means if forced is not None else None, proven=forced.proven if forced is not None else None,
        price=price, root=node("answer", text, *steps, place=officer_row(view, number)),
    )  # fmt: skip


# ---- the price -----------------------------------------------------------------------------------------------------


def _priced(view: View, number: int, demand: Demand, forced: Forced) -> WhyNot:
    assert forced.price is not None  # noqa: S101 - the caller asks only where there is one
    hidden = not view.sees_values and _points_hide(view)
    price: list[TierChange] = []
    steps: list[ProofNode] = []
    for tier, added in zip(view.plan.objective, forced.price, strict=True):
        name = say(f"show.tier.{tier.tier}")
        change = -added if tier.tier.startswith("coverage.") else added
        if hidden and tier.tier == "suitability":
            # What is added would tell what the hidden parts come to.
            price.append(TierChange(tier=tier.tier, before=tier.value, after=None))
            steps.append(node("points", say("whynot.tier.hidden", tier=name), outcome="hidden"))
            continue
        price.append(TierChange(tier=tier.tier, before=tier.value, after=tier.value + change))
        if change:
            text = say(
                "whynot.tier", tier=name, before=tier.value, after=tier.value + change,
                change=f"{change:+d}",
            )  # fmt: skip
            steps.append(node("points", text, value=f"{change:+d}"))
    if not any(forced.price):
        steps.append(node("note", say("whynot.free")))
    steps.append(node("note", say(f"whynot.means.{forced.means}" if forced.proven else "whynot.means.unproven")))
    return _answer(view, number, demand, "priced", *steps, price=tuple(price), forced=forced)


def _points_hide(view: View) -> bool:
    """Whether points of a rule on a sensitive fact may be in a sum of `suitability`."""
    in_force = {rule for states in view.eligibility.situation.in_force.values() for rule in states}
    rules = (view.rulebook.by_id[rule] for rule in in_force & view.protected_rules)
    return any(isinstance(r, Prefer) or (isinstance(r, (Forbid, Limit)) and r.if_unknown == "confirm") for r in rules)


# ---- covers that do not help ---------------------------------------------------------------------------------------


def _covers(view: View, number: int, demand: Demand) -> Iterator[ProofNode]:
    """Yield every cover about the demand with what keeps it from helping the officer."""
    person = PersonFacts(view, number, demand.last_day, demand)
    for rule_id, state in sorted(view.eligibility.situation.in_force.get(demand.id, {}).items()):
        rule = view.rulebook.by_id[rule_id]
        if not isinstance(rule, Cover) or view.hides(rule_id):
            continue
        title = view.title(rule_id)
        if state.holds is None:
            missing = join(fact_name(view.rulebook, fact) for fact in state.missing)
            when = condition_nodes(view, rule.when, StateFacts(view, demand.area, demand.duty))
            yield view.rule(rule_id, say("whynot.cover.open", rule=title, missing=missing), *when, outcome="unknown")
        elif rule.who is not None and evaluate(rule.who, person) is not True:
            who = condition_nodes(view, rule.who, person)
            yield view.rule(rule_id, say("whynot.cover.who", rule=title), *who, outcome="not_met")
        else:
            # What it asks beside is among the requirements and rules above.
            yield view.rule(rule_id, say(f"whynot.cover.{rule.by or 'rest'}", rule=title), outcome="not_met")
