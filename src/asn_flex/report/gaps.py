"""What is missing: seats that stay empty and why, questions to ask, and demands that unknown facts leave open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from asn_flex.domain.attributes import Attribute
from asn_flex.domain.exact import number_text
from asn_flex.domain.plan import Shortfall
from asn_flex.errors import Text
from asn_flex.explain.naming import competency_name, duty_name, join, rule_title, unit_name
from asn_flex.i18n import say
from asn_flex.report.console import Sheet
from asn_flex.report.planned import Planned, quoted_list
from asn_flex.report.summary import Typed
from asn_flex.rulebook.conditions import Condition, Parameter, Test, tests_in
from asn_flex.rulebook.schema import Activate
from asn_flex.situation.facts import value_text

MOST_OFFICERS = 60
MOST_PLACES = 8


def show_shortfalls(sheet: Sheet, planned: Planned) -> None:
    """Say why seats stay empty, once for the places of a duty that share a reason."""
    if not planned.plan.demands:
        return
    sheet.heading(sheet.say("show.shortfalls"))
    if not planned.plan.shortfalls:
        sheet.line(sheet.say("show.shortfall.none"), indent=2, style="green")
        return
    groups: dict[tuple[str, str], list[Shortfall]] = {}
    for item in planned.plan.shortfalls:
        duty = planned.demands[item.demand].duty
        groups.setdefault((duty, _signature(planned, item)), []).append(item)
    order = list(planned.by_duty)
    for (duty, _), items in sorted(groups.items(), key=lambda g: (order.index(g[0][0]), g[1][0].reason, g[0][1])):
        _group(sheet, planned, duty, items)


def _signature(planned: Planned, item: Shortfall) -> str:
    """Return what makes two shortfalls of a duty tell the same story."""
    if item.reason == "all_committed":
        duties = sorted({planned.demands[d].duty for d in item.detail.get("demands", ()) if d in planned.demands})
        return f"{item.reason} {duties}"
    return f"{item.reason} {sorted(item.detail.items(), key=str)}"


def _group(sheet: Sheet, planned: Planned, duty: str, items: Sequence[Shortfall]) -> None:
    missing = sum(i.missing for i in items)
    places: dict[str, int] = {}
    for item in items:
        demand = planned.demands[item.demand]
        name = sheet.word(planned.place(demand)) + (f" {demand.shift}" if demand.shift is not None else "")
        places[name] = places.get(name, 0) + item.missing
    shown, more = quoted_list((f"{name} −{count}" for name, count in places.items()), MOST_PLACES)
    if more:
        shown += f", {sheet.say('show.more', count=more)}"
    sheet.bullet(f"{sheet.word(planned.duty(duty))} −{missing}: {shown}", style="bold")
    sheet.line(sheet.word(_reason(planned, items)), indent=4)
    if items[0].reason == "nobody_eligible":
        for near in items[0].detail.get("nearest", ()):
            text = sheet.say("show.nearest", officer=near["officer"], lacks=_lacks(planned, near["lacks"]))
            sheet.bullet(text, indent=4, sign="·")


def _reason(planned: Planned, items: Sequence[Shortfall]) -> Text:
    item = items[0]
    detail, key = item.detail, f"show.reason.{item.reason}"
    if item.reason == "all_committed":
        found = {planned.demands[d].duty for i in items for d in i.detail.get("demands", ()) if d in planned.demands}
        return say(key, duties=join(duty_name(planned.rulebook, d) for d in planned.by_duty if d in found))
    if item.reason == "protected":
        return say(key, rules=join(_protections(planned, detail.get("rules", ())), "; "))
    if item.reason in {"team", "share"}:
        return say(key, rules=join((rule_title(planned.rulebook, r) for r in detail.get("rules", ())), "; "))
    if item.reason == "pinned":
        officers = detail.get("officers", ())
        return say(key, officers=", ".join(officers)) if officers else say("show.reason.pinned.none")
    return say(key)


def _protections(planned: Planned, rules: Iterable[dict[str, str]]) -> Iterable[Text]:
    units: dict[str, list[Text]] = {}
    for item in rules:
        units.setdefault(item["rule"], []).append(unit_name(planned.scenario, item["unit"]))
    for rule, names in units.items():
        yield say("show.in_unit", rule=rule_title(planned.rulebook, rule), units=join(names))


def _lacks(planned: Planned, lacks: Iterable[dict[str, Any]]) -> Text:
    return join((_lack(planned, item) for item in lacks), "; ")


def _lack(planned: Planned, item: dict[str, Any]) -> Text:
    if "competency" in item:
        name = competency_name(planned.rulebook, item["competency"])
        return say("show.lacks.competency", competency=name, level=item["level"])
    if "rule" in item:
        return say("show.lacks.rule", rule=rule_title(planned.rulebook, item["rule"]))
    return say("show.lacks.available")


# ---- questions -----------------------------------------------------------------------------------------------------


def show_questions(sheet: Sheet, planned: Planned) -> None:
    """List who must be asked what before the plan is signed, and which rule asks."""
    asked: dict[tuple[str, str], list[str]] = {}
    for item in planned.plan.assignments:
        for question in item.confirm:
            asked.setdefault((question.attribute, question.rule), []).append(item.officer)
    if not asked:
        return
    sheet.heading(sheet.say("show.questions"))
    for (key, rule), officers in sorted(asked.items(), key=lambda q: (-len(q[1]), q[0])):
        text = sheet.say("show.question", fact=planned.fact(key), key=key, rule=rule_title(planned.rulebook, rule))
        sheet.bullet(text, style="bold")
        shown, more = quoted_list(officers, MOST_OFFICERS)
        if more:
            shown += f", {sheet.say('show.more', count=more)}"
        sheet.line(f"{len(officers)}: {shown}", indent=4)


# ---- possible demands ------------------------------------------------------------------------------------------------


def show_possible(sheet: Sheet, planned: Planned, typed: Typed) -> None:
    """List the demands that unknown facts leave open, and how to see what they would change."""
    if not planned.plan.possible_demands:
        return
    sheet.heading(sheet.say("show.possible"))
    for item in planned.plan.possible_demands:
        rule = planned.rulebook.by_id.get(item.rule)
        if not isinstance(rule, Activate):
            continue
        text = sheet.say(
            "show.possible.line", duty=planned.duty(rule.duty), rule=rule_title(planned.rulebook, item.rule)
        )
        sheet.bullet(text, style="bold")
        facts = join(Text(*(f"{name} ({key})" for name in planned.fact(key))) for key in item.missing)
        sheet.line(sheet.say("show.possible.missing", facts=facts), indent=4)
        values = {key: _supposed(planned, rule.when, key) for key in item.missing if key.startswith("event.")}
        if values and len(values) == len(item.missing) and all(v is not None for v in values.values()):
            options = [part for key, value in values.items() for part in ("--assume", f"{key}={value}")]
            sheet.raw(typed.plan_again(*options), indent=4, style="green")
        for key in item.missing:
            if not key.startswith("event."):
                sheet.line(_where_to_write(sheet, planned, key), indent=4)


def _where_to_write(sheet: Sheet, planned: Planned, key: str) -> str:
    """Say where a fact that cannot be assumed is to be written."""
    scope, _, name = key.partition(".")
    if scope == "measure":
        return sheet.say("show.possible.measure", kind=planned.rulebook.measures[name].observe)
    return sheet.say("show.possible.param" if scope == "param" else "show.possible.area", name=name)


def _supposed(planned: Planned, condition: Condition, key: str) -> str | None:
    """Return a value of a fact under which the first test about it would hold; None where none is at hand."""
    for test in tests_in(condition):
        if not isinstance(test, Test) or test.attribute.key != key or test.attribute.sensitive:
            continue
        operand = test.operand
        if isinstance(operand, Parameter):
            operand = operand.at(planned.scenario.today) or ()
        first = operand[0] if isinstance(operand, tuple) and operand else operand
        if isinstance(first, tuple):
            return None
        if test.operator in {"eq", "in", "gte", "lte", "within", "has_any"}:
            return value_text(first)
        if test.operator in {"ne", "not_in"}:
            return _other(test.attribute, operand if isinstance(operand, tuple) else (operand,))
        if test.operator in {"gt", "lt"} and isinstance(first, int):
            return number_text(first + (1 if test.operator == "gt" else -1))
    return None


def _other(attribute: Attribute, refused: tuple[object, ...]) -> str | None:
    if attribute.kind == "bool":
        return "false" if True in refused else "true"
    return next((v for v in attribute.values if v not in refused), None)
