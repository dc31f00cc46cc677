"""Why a demand exists, with how many seats, at which priority (semantics §5.3, §5.4, §6.1, §9)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from asn_flex.domain.proof import ProofNode
from asn_flex.domain.situation import Demand
from asn_flex.errors import Text
from asn_flex.explain.grounds import StateFacts
from asn_flex.explain.naming import duty_name, fact_name, plain, value_name
from asn_flex.explain.reading import condition_nodes
from asn_flex.explain.view import View, node
from asn_flex.i18n import say, say_count
from asn_flex.rulebook.schema import Activate, Prioritise
from asn_flex.situation.facts import value_text


def demand_node(view: View, demand: Demand) -> ProofNode:
    """Return the step that says why the demand exists.

    References
    ----------
    docs/semantics.md §5.2-§5.4, §6.1.
    """
    children = [_activation(view, demand, rule_id) for rule_id in demand.because]
    children += _by_hand(view, demand)
    filled = len(view.seated.get(demand.id, ()))
    seats = say("why.seats", seats=say_count("count.seats", demand.seats), minimum=demand.minimum, filled=filled)
    children.append(node("seats", seats, value=str(demand.seats)))
    children.append(_priority(view, demand))
    return node("demand", say("why.section.demand"), *children)


def _place_facts(view: View, demand: Demand) -> StateFacts:
    return StateFacts(view, demand.area, demand.duty)


def _activation(view: View, demand: Demand, rule_id: str) -> ProofNode:
    rule = view.rulebook.by_id[rule_id]
    assert isinstance(rule, Activate)  # noqa: S101 - `because` names activate rules only
    facts = StateFacts(view, None if demand.at_event else demand.area, demand.duty)
    tests = condition_nodes(view, rule.when, facts)
    text = say("why.activates", rule=view.title(rule_id))
    return view.rule(rule_id, text, *tests, _count(view, rule, facts), outcome="applies")


def _count(view: View, rule: Activate, facts: StateFacts) -> ProofNode:
    """Say how the rule counts its seats: base + add × ceil(value ÷ each), at most max."""
    seats, per, parts = rule.seats.base, rule.seats.per, plain(str(rule.seats.base))
    grounds: tuple[ProofNode, ...] = ()
    if per is not None:
        attribute = view.rulebook.attributes[per.fact]
        value = facts.value(attribute)
        shown = value_name(view.rulebook, attribute, value, view.scenario)
        if not view.sees(attribute):
            shown = say("value.hidden")
        else:
            grounds = facts.grounds(attribute)
        name = fact_name(view.rulebook, per.fact)
        if isinstance(value, (int, Fraction)):
            seats += per.add * -(-Fraction(value) // per.each)
            key = "why.count.per"
        else:
            key = "why.count.unknown"
        parts = say(key, base=rule.seats.base, add=per.add, fact=name, value=shown, each=value_text(per.each))
    most = plain("")
    if rule.seats.max is not None and seats > rule.seats.max:
        seats, most = rule.seats.max, say("why.count.max", most=rule.seats.max)
    text = say("why.count", seats=say_count("count.seats", seats), parts=parts, most=most, minimum=rule.seats.minimum)
    return node("seats", text, *grounds, value=str(seats))


def _by_hand(view: View, demand: Demand) -> list[ProofNode]:
    """Return the rows of the table `demands` about the demand."""
    wanted = (demand.duty, None if demand.at_event else demand.area, demand.shift)
    return [
        node("demand", _row_text(view, row), place=view.row("demands", row["row"]))
        for row in view.scenario.tables.demands.iter_rows(named=True)
        if (row["duty"], row["area"], row["shift"]) == wanted
    ]


def _row_text(view: View, row: Mapping[str, Any]) -> Text:
    parts = [
        say(f"why.by_hand.{name}", value=row[name])
        for name in ("seats", "minimum", "covered_elsewhere")
        if row[name] is not None
    ]
    by = say("why.by_hand.by", by=row["by"]) if row["by"] and view.sees_others else plain("")
    return Text(*("; ".join(p[i] for p in (say("why.by_hand", by=by), *parts)) for i in (0, 1)))


def _priority(view: View, demand: Demand) -> ProofNode:
    """Say what the priority is made of: the duty's own, and every `prioritise` rule in force."""
    own = view.rulebook.duties[demand.duty].priority
    place = view.rulebook.place_of("duties", demand.duty)
    text = say("why.priority.duty", duty=duty_name(view.rulebook, demand.duty), own=own)
    steps = [node("priority", text, place=place, value=str(own))]
    total = own
    for rule_id in view.eligibility.situation.priorities.get(demand.id, ()):
        rule = view.rulebook.by_id[rule_id]
        assert isinstance(rule, Prioritise)  # noqa: S101 - `priorities` names such rules only
        total += rule.add
        tests = condition_nodes(view, rule.when, _place_facts(view, demand))
        text = say("why.priority.rule", rule=view.title(rule_id), add=f"{rule.add:+d}")
        steps.append(view.rule(rule_id, text, *tests, outcome="applies"))
    key = "why.priority" if total == demand.priority else "why.priority.clamped"
    class_ = say(f"value.duty.class.{demand.duty_class}")
    text = say(key, priority=demand.priority, class_=class_, total=total)
    return node("priority", text, *steps, value=str(demand.priority))
