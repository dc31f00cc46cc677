"""What happened, what follows from it, and where every fact comes from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from asn_flex.domain.attributes import Attribute, Value
from asn_flex.errors import Text
from asn_flex.explain.grounds import StateFacts
from asn_flex.explain.naming import area_name, duty_name, fact_name, join, moment, plain, rule_title, span
from asn_flex.explain.reading import condition_nodes
from asn_flex.i18n import say
from asn_flex.report.moves import measures_of
from asn_flex.report.web.reader import Reader, Said, said
from asn_flex.rulebook.schema import Activate, Escalate


def head(reader: Reader) -> dict[str, Any]:
    """Return what the plan is about, and what it takes as so."""
    planned = reader.planned
    plan, event, scenario = planned.plan, planned.plan.event, planned.scenario
    label = scenario.label if scenario.label.id or scenario.label.en else plain(scenario.id)
    period = scenario.period
    days = span(period.first_day_from(scenario.today).isoformat(), period.last_day.isoformat())
    about = [
        planned.rulebook.label_of("events", event.type),
        say("show.no_severity") if event.severity is None else say("show.severity", value=event.severity),
        say("show.no_phase") if event.phase is None else reader.value("event.phase", event.phase),
        *([plain(scenario.event.decree)] if scenario.event.decree else []),
    ]
    return {
        "title": said(label),
        "about": said(join(about, " · ")),
        "days": said(days),
        "now": said(moment(datetime.fromisoformat(plan.now))),
        "id": plan.id,
        "state": plan.state,
        "supersedes": plan.supersedes,
        "conditional": said(join(_assumptions(reader))) if plan.conditional_on else None,
        "recommended": list(_recommended(reader)),
        "command": said(area_name(scenario, scenario.event.command_area)),
    }


def _assumptions(reader: Reader) -> Iterator[Text]:
    for key, value in sorted(reader.planned.plan.conditional_on.items()):
        shown = reader.value(key, value)
        yield Text(*(f"{name} = {part}" for name, part in zip(reader.planned.fact(key), shown, strict=True)))


def _recommended(reader: Reader) -> Iterator[dict[str, Any]]:
    plan, rulebook = reader.planned.plan, reader.planned.rulebook
    for name, values in sorted(plan.event.recommended.items()):
        key = f"event.{name}"
        for value in values:
            rules = [
                rule
                for rule_id in reader.rules(plan.rules_in_force)
                if isinstance(rule := rulebook.by_id.get(rule_id), Escalate) and rule.recommend.get(name) == value
            ]
            text = say("show.recommended", fact=reader.planned.fact(key), value=reader.value(key, value),
                       rules=", ".join(rule.id for rule in rules))  # fmt: skip
            steps = [_recommending(reader, rule) for rule in rules]
            yield {"text": said(text), "proof": [number for kept in steps for number in kept]}


def _recommending(reader: Reader, rule: Escalate) -> list[int]:
    view = reader.fresh()
    title = view.title(rule.id)
    return reader.keep([view.rule(rule.id, title, *condition_nodes(view, rule.when, StateFacts(view)),
                                  outcome="applies")])  # fmt: skip


def facts(reader: Reader) -> list[dict[str, Any]]:
    """Return every known fact of the event and every measure of it, with what each rests on."""
    situation, rulebook = reader.planning.situation, reader.planned.rulebook
    found: list[dict[str, Any]] = []
    for name in sorted(situation.event, key=lambda n: (n != "severity", n != "phase", n)):
        attribute = rulebook.attributes.get(f"event.{name}")
        # What the head says already.
        if attribute is not None and name != "type":
            found.append(_fact(reader, attribute, None, situation.event[name]))
    for (name, area), number in sorted(situation.measures.items(), key=lambda m: (m[0][1] or "", m[0][0])):
        attribute = rulebook.attributes.get(f"measure.{name}")
        # Most areas have no report at all; what counts is where there are some.
        if attribute is not None and (area is None or number):
            found.append(_fact(reader, attribute, area, number))
    return found


def _fact(reader: Reader, attribute: Attribute, area: str | None, value: Value) -> dict[str, Any]:
    view = reader.fresh()
    name = fact_name(reader.planned.rulebook, attribute.key)
    steps = StateFacts(view, area).grounds(attribute) if view.sees(attribute) else ()
    if attribute.scope == "measure" and view.sees(attribute):
        # `grounds` asks by the area of a demand; a measure of the whole event has none.
        steps = StateFacts(view, area if attribute.area_bound else None).grounds(attribute)
    rules = reader.rules(reader.planning.situation.derived_by.get(attribute.name, ()))
    given = reader.planned.scenario.event.given.get(attribute.name) if attribute.scope == "event" else None
    return {
        "name": said(name),
        "key": attribute.key,
        "where": said(area_name(reader.planned.scenario, area)) if area is not None else "",
        "value": said(reader.value(attribute.key, value)),
        "rules": rules if attribute.scope == "event" else [],
        "given": said(reader.value(attribute.key, given)) if rules and given is not None else "",
        "proof": reader.keep(steps),
    }


def priorities(reader: Reader) -> list[dict[str, Any]]:
    """Return which rules changed a priority, where, on which reports, from what to what."""
    situation, rulebook, scenario = reader.planning.situation, reader.planned.rulebook, reader.planned.scenario
    rules = {rule.id: rule for rule in rulebook.priorities}
    found: dict[str, list[list[Any]]] = {}
    for demand in situation.demands:
        for rule_id in reader.rules(situation.priorities.get(demand.id, ())):
            rule = rules[rule_id]
            values = [
                reader.value(test.attribute.key, situation.measures.get(
                    (test.attribute.name, demand.area if test.attribute.area_bound else None)))
                for test in measures_of(rule)
            ]  # fmt: skip
            row = [
                said(area_name(scenario, demand.area)), said(join(values)), said(duty_name(rulebook, demand.duty)),
                rulebook.duties[demand.duty].priority, demand.priority,
            ]  # fmt: skip
            if row not in found.setdefault(rule_id, []):
                found[rule_id].append(row)
    return [
        {"rule": said(rule_title(rulebook, rule_id)), "add": rules[rule_id].add, "rows": found[rule_id],
         "asked": said(join(reader.planned.fact(t.attribute.key) for t in measures_of(rules[rule_id])))}
        for rule_id in sorted(found, key=lambda r: (not measures_of(rules[r]), r))
    ]  # fmt: skip


def possible(reader: Reader) -> list[dict[str, Said | list[Said]]]:
    """Return the demands that unknown facts leave open."""
    rulebook = reader.planned.rulebook
    found: list[dict[str, Said | list[Said]]] = []
    for item in reader.planned.plan.possible_demands:
        rule = rulebook.by_id.get(item.rule)
        if isinstance(rule, Activate) and not reader.view.hides(item.rule):
            missing: list[Said] = [
                said(Text(*(f"{name} ({key})" for name in reader.planned.fact(key)))) for key in item.missing
            ]
            found.append({
                "duty": said(reader.planned.duty(rule.duty)),
                "rule": said(rule_title(rulebook, item.rule)),
                "missing": missing,
            })  # fmt: skip
    return found
