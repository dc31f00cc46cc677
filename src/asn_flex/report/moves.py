"""Who leaves which office, what citizens changed, what was set aside, and who was displaced."""

from __future__ import annotations

import re
from collections import Counter

from asn_flex.domain.situation import Demand
from asn_flex.explain.naming import area_name, demand_name, duty_name, rule_title, unit_name, value_name
from asn_flex.report.console import NARROW, Sheet, bar, fit, percent
from asn_flex.report.planned import Planned
from asn_flex.report.summary import short_id
from asn_flex.rulebook.conditions import Test, tests_in
from asn_flex.rulebook.schema import Prioritise


def show_units(sheet: Sheet, planned: Planned) -> None:
    """Show how many officers leave each office, and which share of it they are."""
    total = Counter(planned.unit_of.values())
    moved = Counter(planned.unit_of[a.officer] for a in planned.plan.assignments if a.officer in planned.unit_of)
    if not moved:
        return
    sheet.heading(sheet.say("show.units"))
    size = 0 if sheet.width < NARROW else min(20, sheet.width - 58)
    name_size = max(12, min(44, sheet.width - size - 26))
    for unit, count in sorted(moved.items(), key=lambda u: (-u[1], u[0])):
        name = sheet.word(unit_name(planned.scenario, unit))
        numbers = sheet.say("show.units.line", moved=count, total=total[unit])
        cells = [(name, name_size, "")]
        if size > 0:
            cells.append((bar(count, total[unit], size), size + 1, "cyan"))
        cells += [(numbers, -12, ""), (percent(count, total[unit]), -5, "bold")]
        sheet.columns(cells)


def show_priorities(sheet: Sheet, planned: Planned) -> None:
    """Show which rules changed a priority, where, and on which reports of citizens and other facts."""
    situation = planned.planning.situation
    changed: dict[str, list[Demand]] = {}
    for demand in situation.demands:
        for changing in situation.priorities.get(demand.id, ()):
            changed.setdefault(changing, []).append(demand)
    if not changed:
        return
    sheet.heading(sheet.say("show.citizens"))
    rules = {r.id: r for r in planned.rulebook.priorities}
    for rule_id in sorted(changed, key=lambda r: (not measures_of(rules[r]), r)):
        rule = rules[rule_id]
        asked = ", ".join(sheet.word(planned.fact(t.attribute.key)) for t in measures_of(rule))
        title = f"{sheet.word(rule_title(planned.rulebook, rule_id))} ({rule.add:+d})"
        sheet.bullet(title + (f" – {asked}" if asked else ""), style="bold")
        _by_place(sheet, planned, rule, changed[rule_id])


def measures_of(rule: Prioritise) -> tuple[Test, ...]:
    """Return the tests on measures in a rule's `when`, each measure once."""
    tests = (t for t in tests_in(rule.when) if isinstance(t, Test) and t.attribute.scope == "measure")
    return tuple({t.attribute.key: t for t in tests if not t.attribute.sensitive}.values())


def _by_place(sheet: Sheet, planned: Planned, rule: Prioritise, demands: list[Demand]) -> None:
    """List areas with the measured values, and the duties with their priority before and after all rules."""
    places: dict[str, dict[str, int]] = {}
    for demand in demands:
        places.setdefault(demand.area, {})[demand.duty] = demand.priority
    if len({d.duty for d in demands}) == 1:
        duty = demands[0].duty
        own = planned.rulebook.duties[duty].priority
        parts = [f"{_place(sheet, planned, rule, area)} {own}→{found[duty]}" for area, found in sorted(places.items())]
        sheet.line(f"{sheet.word(duty_name(planned.rulebook, duty))}: {'; '.join(parts)}", indent=4, hang=2)
        return
    for area, found in sorted(places.items()):
        names = ", ".join(
            f"{sheet.word(duty_name(planned.rulebook, duty))} {planned.rulebook.duties[duty].priority}→{after}"
            for duty, after in found.items()
        )
        sheet.line(f"{_place(sheet, planned, rule, area)}: {names}", indent=4, hang=2)


def _place(sheet: Sheet, planned: Planned, rule: Prioritise, area: str) -> str:
    values = []
    for test in measures_of(rule):
        value = planned.planning.situation.measures.get(
            (test.attribute.name, area if test.attribute.area_bound else None)
        )
        values.append(sheet.word(value_name(planned.rulebook, test.attribute, value, planned.scenario)))
    return sheet.word(area_name(planned.scenario, area)) + (f" ({', '.join(values)})" if values else "")


def show_set_aside(sheet: Sheet, planned: Planned) -> None:
    """List the rows that were quarantined, each at its place."""
    if not planned.scenario.quarantined:
        return
    sheet.heading(f"{sheet.say('show.quarantined')} ({len(planned.scenario.quarantined)})")
    sensitive = {a.name for a in planned.rulebook.attributes.values() if a.sensitive}
    for item in planned.scenario.quarantined:
        place = planned.scenario.place_of(item.table, item.row)
        problem = sheet.word(item.problem)
        # A fault quotes the cell: what stands in a sensitive column stays there.
        if sensitive & set(re.findall(r"`([^`]*)`", item.problem.en)):
            problem = sheet.say("show.quarantined.hidden")
        sheet.bullet(f"{place.file}:{place.line} {item.officer or '?'}: {problem}")


def show_warnings(sheet: Sheet, planned: Planned) -> None:
    """List the warnings of the plan."""
    if not planned.plan.warnings:
        return
    sheet.heading(f"{sheet.say('show.warnings')} ({len(planned.plan.warnings)})")
    for notice in planned.plan.warnings:
        text = notice.message_id if sheet.lang == "id" and notice.message_id else notice.message
        sheet.bullet(f"{notice.code} {sheet.word(text)}", style="yellow")


def show_displaced(sheet: Sheet, planned: Planned) -> None:
    """Say what the plan replaces, and whose assignment could not be kept."""
    plan, previous = planned.plan, planned.planning.previous
    if plan.supersedes is None:
        return
    sheet.heading(sheet.say("show.displaced"))
    if previous is not None:
        before = {a.officer: a.demand for a in previous.assignments}
        after = {a.officer: a.demand for a in plan.assignments}
        kept = sum(after.get(officer) == demand for officer, demand in before.items())
        text = sheet.say("show.displaced.supersedes", id=short_id(plan.supersedes), kept=kept,
                         changed=len(before) - kept, new=len(after.keys() - before.keys()))  # fmt: skip
        sheet.line(text, indent=2)
    for item in plan.displaced:
        rules = ", ".join(item.rules)
        reason = sheet.say(f"show.displaced.{item.reason}", rules=rules)
        sheet.bullet(f"{item.officer}: {_demand(sheet, planned, item.demand)} – {reason}")


def _demand(sheet: Sheet, planned: Planned, demand_id: str) -> str:
    duty, _, rest = demand_id.partition("@")
    area, _, shift = rest.partition("/")
    if duty not in planned.rulebook.duties:
        return sheet.word(demand_id)
    name = demand_name(planned.rulebook, planned.scenario, duty, None if area == "event" else area, shift or None)
    return fit(sheet.word(name), 60)
