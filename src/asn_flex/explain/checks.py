"""Which forbid and limit rules were checked, and what the assignment weighs (semantics §5.6, §5.7, §5.10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from asn_flex.domain.plan import Assignment
from asn_flex.domain.proof import Outcome, ProofNode
from asn_flex.domain.situation import Demand, RuleState
from asn_flex.eligibility.blocks import weigh
from asn_flex.errors import Text
from asn_flex.explain.grounds import PersonFacts, StateFacts
from asn_flex.explain.naming import day, fact_name, join, plain, value_name
from asn_flex.explain.reading import condition_nodes
from asn_flex.explain.view import View, lifted_by, node, sensitive_facts
from asn_flex.i18n import say
from asn_flex.rulebook.conditions import Condition, evaluate, unknown_facts
from asn_flex.rulebook.schema import Forbid, Limit, Prefer


def _and(left: bool | None, right: bool | None) -> bool | None:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


@dataclass(frozen=True)
class Verdict:
    """What one forbid or limit rule says of a pair: whether it stops it, and the missing facts that leave it open."""

    rule: str
    outcome: Outcome
    missing: tuple[str, ...] = ()


def verdicts(view: View, number: int, demand: Demand, lifted: frozenset[str]) -> list[Verdict]:
    """Return the verdict of every forbid and limit rule in force for a demand, in order of id."""
    person = PersonFacts(view, number, demand.last_day, demand)
    found: list[Verdict] = []
    for rule_id, state in sorted(view.eligibility.situation.in_force.get(demand.id, {}).items()):
        rule = view.rulebook.by_id[rule_id]
        if isinstance(rule, (Forbid, Limit)):
            found.append(_verdict(rule, state, person, lifted))
    return found


def _verdict(rule: Forbid | Limit, state: RuleState, person: PersonFacts, lifted: frozenset[str]) -> Verdict:
    asked = condition_of(rule)
    truth = evaluate(asked, person)
    about = truth if isinstance(rule, Forbid) else None if truth is None else not truth
    trigger = _and(state.holds, about)
    missing = tuple(sorted({*state.missing, *unknown_facts(asked, person)})) if trigger is None else ()
    if trigger is False:
        return Verdict(rule.id, "released")
    if rule.id in lifted:
        return Verdict(rule.id, "overridden")
    if trigger is None and rule.if_unknown == "confirm":
        return Verdict(rule.id, "asks", missing)
    return Verdict(rule.id, "stops", missing)


def condition_of(rule: Forbid | Limit) -> Condition:
    """Return what the rule asks about the officer."""
    return rule.who if isinstance(rule, Forbid) else rule.must


def checks_node(view: View, number: int, demand: Demand, assignment: Assignment) -> ProofNode:
    """Return the step of everything that could have stopped the assignment: availability, forbids, limits."""
    rule = view.rulebook.by_id[assignment.basis.rule] if assignment.basis.rule is not None else None
    steps = [availability_node(view, number, demand)]
    found = verdicts(view, number, demand, lifted_by(rule))
    hidden = [v for v in found if view.hides(v.rule)]
    steps += [verdict_node(view, number, demand, v, assignment.basis.rule) for v in found if v not in hidden]
    if hidden:
        asks = any(v.outcome == "asks" for v in hidden)
        steps.append(view.protected("asks" if asks else "released"))
    return node("section", say("why.section.checks"), *steps)


def verdict_node(view: View, number: int, demand: Demand, verdict: Verdict, basis: str | None = None) -> ProofNode:
    """Return the step of one forbid or limit rule."""
    rule = view.rulebook.by_id[verdict.rule]
    assert isinstance(rule, (Forbid, Limit))  # noqa: S101 - verdicts are about such rules only
    missing = join(fact_name(view.rulebook, key) for key in verdict.missing)
    by = view.reference(basis) if basis is not None else plain("")
    text = say(f"why.check.{verdict.outcome}", rule=view.title(rule.id), by=by)
    if verdict.missing and verdict.outcome == "stops":
        text = say("why.check.stops.unknown", rule=view.title(rule.id), missing=missing)
    when = condition_nodes(view, rule.when, StateFacts(view, demand.area, demand.duty))
    who = condition_nodes(view, condition_of(rule), PersonFacts(view, number, demand.last_day, demand))
    asked = tuple(
        node("question", say("why.asks", fact=fact_name(view.rulebook, key), key=key, points=rule.confirm_points))
        for key in (verdict.missing if verdict.outcome == "asks" else ())
    )
    return view.rule(rule.id, text, *when, *who, *asked, kind="check", outcome=verdict.outcome)


def availability_node(view: View, number: int, demand: Demand) -> ProofNode:
    """Return the step that says whether the officer is available on the days of the demand (semantics §3.5)."""
    row = view.scenario.tables.officers.row(number, named=True)
    free = bool(view.eligibility.screen.officers.available(demand.first_day, demand.last_day)[number])
    days = {"first": day(demand.first_day), "last": day(demand.last_day)}
    text = say("why.available" if free else "why.unavailable", **days)
    steps = [] if free or view.audience == "public" else [node("fact", t) for t in _why_absent(row, demand)]
    return node("check", text, *steps, place=view.row("officers", row["row"]), outcome="met" if free else "stops")


def _why_absent(row: dict[str, Any], demand: Demand) -> list[Text]:
    found: list[Text] = []
    if row["available"] is False:
        found.append(say("why.absent.available"))
    start, until, service = row["available_from"], row["available_until"], row["service_until"]
    if start is not None and start > demand.first_day:
        found.append(say("why.absent.from", day=day(start)))
    if until is not None and until < demand.last_day:
        found.append(say("why.absent.until", day=day(until)))
    if service is not None and service <= demand.last_day:
        found.append(say("why.absent.service", day=day(service)))
    return found


# ---- points ------------------------------------------------------------------------------------------------------


def points_node(view: View, number: int, demand: Demand, assignment: Assignment) -> ProofNode:
    """Return the step of what the assignment weighs in `suitability`: quality loss, preferences, questions.

    References
    ----------
    docs/semantics.md §5.10, §7.4, §8.2.
    """
    strength = assignment.basis.strength
    steps = [node("points", say("why.loss", loss=assignment.loss, strength=strength), value=str(assignment.loss))]
    kept_back = told_apart = False
    for rule_id, state in sorted(view.eligibility.situation.in_force.get(demand.id, {}).items()):
        rule = view.rulebook.by_id[rule_id]
        if not isinstance(rule, Prefer):
            continue
        if view.hides(rule_id):
            kept_back = True
            continue
        step = _preference(view, number, demand, rule, state)
        if step is not None:
            steps.append(step)
            told_apart = told_apart or step.outcome == "hidden"
    for question in assignment.confirm:
        asking = view.rulebook.by_id[question.rule]
        kept_back = kept_back or view.hides(question.rule)
        if isinstance(asking, (Forbid, Limit)) and not view.hides(question.rule):
            text = say("why.points.question", rule=view.title(question.rule), points=asking.confirm_points,
                       fact=fact_name(view.rulebook, question.attribute))  # fmt: skip
            steps.append(node("points", text, rule=question.rule, value=str(asking.confirm_points)))
    if kept_back or told_apart:
        # The total would tell what the hidden parts come to.
        unnamed = (view.protected("hidden"),) if kept_back else ()
        return node("section", say("why.section.points"), *steps, *unnamed)
    total = assignment.loss + assignment.points
    text = say("why.section.points.total", total=total, loss=assignment.loss, points=assignment.points)
    return node("section", text, *steps, value=str(total))


def _preference(view: View, number: int, demand: Demand, rule: Prefer, state: RuleState) -> ProofNode | None:
    """Return the step of a `prefer` rule that applies; of one on a sensitive fact always, without how it came out."""
    title = view.title(rule.id)
    minimised = view.rulebook.attributes[rule.minimise] if rule.minimise is not None else None
    asked = sensitive_facts(rule.who) if rule.who is not None else ()
    if minimised is not None and minimised.sensitive:
        asked = (*asked, minimised.key)
    if asked and not view.sees_values:
        facts = join(plain(key) for key in asked)
        return view.rule(rule.id, say("why.points.sensitive", rule=title, facts=facts), kind="points", outcome="hidden")
    person = PersonFacts(view, number, demand.last_day, demand)
    trigger = _and(state.holds, True if rule.who is None else evaluate(rule.who, person))
    if trigger is False or (trigger is None and not rule.costs):
        return None
    steps = condition_nodes(view, rule.who, person) if rule.who is not None else ()
    if minimised is None:
        points = rule.points or 0
        text = say("why.points.rule", rule=title, points=f"{points:+d}")
    else:
        value = person.value(minimised)
        points = (rule.if_unknown or 0) if value is None else weigh(rule, value)
        shown = value_name(view.rulebook, minimised, value, view.scenario)
        if not view.sees(minimised):
            return view.rule(rule.id, say("why.points.personal", rule=title), kind="points", outcome="hidden")
        steps = (*steps, *person.grounds(minimised))
        name = fact_name(view.rulebook, minimised.key)
        text = say("why.points.minimise", rule=title, points=f"{points:+d}", fact=name, value=shown)
    return view.rule(rule.id, text, *steps, kind="points", outcome="applies")
