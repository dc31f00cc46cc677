"""On which ground an officer takes a demand, and which holding meets each requirement (semantics §5.5, §7)."""

from __future__ import annotations

import polars as pl

from asn_flex.domain.plan import Assignment
from asn_flex.domain.proof import ProofNode
from asn_flex.domain.situation import Demand
from asn_flex.eligibility.facts import Query
from asn_flex.errors import Text
from asn_flex.explain.grounds import PersonFacts, StateFacts, way_nodes, way_of
from asn_flex.explain.naming import competency_name, day, duty_name
from asn_flex.explain.reading import condition_nodes, evidence_text
from asn_flex.explain.view import View, node
from asn_flex.i18n import say
from asn_flex.rulebook.schema import Cover, Requirement
from asn_flex.situation.facts import value_text


def basis_node(view: View, number: int, demand: Demand, assignment: Assignment) -> ProofNode:
    """Return the step of the basis: the standard or the cover rule, and every requirement of the duty.

    References
    ----------
    docs/semantics.md §5.5, §7.2, §7.3.
    """
    duty = view.rulebook.duties[demand.duty]
    place = view.rulebook.place_of("duties", demand.duty)
    rule = view.rulebook.by_id[assignment.basis.rule] if assignment.basis.rule is not None else None
    needs = [_requirement(view, number, demand, need, rule) for need in duty.requires]
    if not isinstance(rule, Cover):
        text = say("why.basis.standard", duty=duty_name(view.rulebook, demand.duty))
        children = needs or [node("note", say("why.basis.nothing_required"))]
        return node("basis", text, *children, place=place, sources=view.cited(duty.source), outcome="met")
    standard = node("requirement", say("why.basis.requires", duty=duty_name(view.rulebook, demand.duty)), *needs,
                    place=place, sources=view.cited(duty.source))  # fmt: skip
    text = _cover_text(view, rule, assignment)
    if view.hides(rule.id):
        # The ground is protected; how the officer meets the duty is not.
        return node("basis", say("why.basis.protected"), standard, outcome="met")
    facts = StateFacts(view, demand.area, demand.duty)
    when = condition_nodes(view, rule.when, facts)
    person = PersonFacts(view, number, demand.last_day, demand)
    who = condition_nodes(view, rule.who, person) if rule.who is not None else ()
    lifted = tuple(
        node("note", say("why.basis.overrides", rule=view.title(other)),
             place=None if view.hides(other) else view.rulebook.place_of("rules", other))
        for other in rule.overrides
    )  # fmt: skip
    return view.rule(rule.id, text, *when, *who, standard, *lifted, kind="basis", outcome="met")


def _cover_text(view: View, rule: Cover, assignment: Assignment) -> Text:
    form = {"substitution": "substitution", "standard": "by_standard"}.get(rule.by or "", "who")
    return say(
        f"why.basis.{form}", rule=view.title(rule.id), strength=assignment.basis.strength, hops=rule.max_hops,
        least=value_text(rule.min_strength or 0),
    )  # fmt: skip


def _requirement(view: View, number: int, demand: Demand, need: Requirement, rule: object) -> ProofNode:
    """Return the step of one requirement: met by a holding, stood in for, or waived."""
    text = requirement_text(view, need)
    hops = 0
    if isinstance(rule, Cover):
        by = view.reference(rule.id)
        if need.competency in rule.waives:
            return node("requirement", text, node("note", say("why.need.waived", rule=by)), outcome="overridden")
        if rule.by is None and not need.strict and (not rule.for_ or need.competency in rule.for_):
            own = _own_way(view, number, demand, need)
            return node(
                "requirement", text, node("note", say("why.need.stood_in", rule=by)), *own, outcome="overridden"
            )
        if rule.by == "substitution" and not need.strict:
            hops = rule.max_hops
    query = Query(need.competency, need.level, hops, need.evidence)
    found = way_of(view, number, query, demand.last_day)
    steps = way_nodes(view, number, query, demand.last_day)
    if found is not None and found[0].hops:
        text = say("why.need.substituted", need=text, strength=value_text(found[0].strength))
    return node("requirement", text, *steps, outcome="met" if found is not None else "not_met")


def _own_way(view: View, number: int, demand: Demand, need: Requirement) -> tuple[ProofNode, ...]:
    """Return what the officer holds himself of a requirement that a rule stands in for."""
    return (node("lack", has_text(view, number, need, demand)),)


def requirement_text(view: View, need: Requirement) -> Text:
    """Return a requirement in words."""
    return say(
        "why.need.strict" if need.strict else "why.need",
        competency=competency_name(view.rulebook, need.competency), level=need.level,
        evidence=evidence_text(need.evidence),
    )  # fmt: skip


def has_text(view: View, number: int, need: Requirement, demand: Demand) -> Text:
    """Say what an officer has of a requirement: nothing, too low a level, no evidence, or too short a validity."""
    name = competency_name(view.rulebook, need.competency)
    level = _best_level(view, number, need, demand)
    query = Query(need.competency, need.level, 0, need.evidence)
    if way_of(view, number, query, demand.last_day) is not None:
        return say("why.has.full", competency=name)
    officer = view.eligibility.officer_ids[number]
    rows = view.scenario.tables.holdings.filter(
        (pl.col("officer") == officer) & (pl.col("competency") == need.competency)
    )
    lapsed = rows.filter(pl.col("valid_until") < demand.last_day)["valid_until"].drop_nulls()
    if level is None and len(lapsed):
        return say("why.has.lapsed", competency=name, day=day(lapsed.max()))  # type: ignore[arg-type]
    if level is None:
        return say("why.has.none", competency=name)
    if level >= need.level:
        return say("why.has.evidence", competency=name, level=level, evidence=", ".join(need.evidence))
    return say("why.has.level", competency=name, level=level)


def _best_level(view: View, number: int, need: Requirement, demand: Demand) -> int | None:
    """Return the highest level of a competency that the officer holds in full, evidence aside."""
    for level in range(view.rulebook.competencies[need.competency].levels, 0, -1):
        if way_of(view, number, Query(need.competency, level, 0, ()), demand.last_day) is not None:
            return level
    return None
