"""Duties that nobody may take in some event, duties that anybody fits, and rules that bite for everybody.

W406, W407, W409; docs/semantics.md §14.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from asn_flex.analysis.cases import Case, case_of
from asn_flex.analysis.desk import Desk, listed, named_question
from asn_flex.analysis.logic import is_eligible, refuses, stops_of
from asn_flex.analysis.solver import (
    Formula,
    Lit,
    NotDecided,
    conjunction,
    disjunction,
    restricted,
    variables_in,
)
from asn_flex.analysis.space import Space
from asn_flex.i18n import say
from asn_flex.rulebook.conditions import ALWAYS, Test, tests_in
from asn_flex.rulebook.schema import Activate, Cover, Forbid, Limit

# How many officers may be tried against the events of one duty.
_MOST_OFFICERS = 60
_OF_PEOPLE = ("officer.", "unit.", "pair.", "holds")


def check_duties(desk: Desk) -> None:
    """Report life-safety duties without anybody, and activated duties without any requirement."""
    opened: dict[str, list[Activate]] = {}
    for rule in desk.rulebook.activations:
        opened.setdefault(rule.duty, []).append(rule)
    for key, rules in opened.items():
        duty = desk.rulebook.duties.get(key)
        if duty is None:
            continue
        if not duty.requires and not any(isinstance(rule, Cover) for rule in desk.space.about[key]):
            names = listed(rule.id for rule in rules)
            desk.report("W407", desk.place("duties", key), duty=key, rules=names)
        if duty.class_ == "life_safety":
            try:
                _check_nobody(desk, key, rules)
            except NotDecided:
                desk.report("W400.duty", desk.place("duties", key), duty=key, question=named_question("nobody"))


def _check_nobody(desk: Desk, duty: str, rules: list[Activate]) -> None:
    """Look for an event in which the duty opens and no officer, whoever it be, may take it.

    By turns: find an event that no officer tried so far fits, then an officer for it. An event without an officer is
    the finding; when no event is left there is none.
    """
    space = desk.space
    eligible = is_eligible(space, duty)
    opening = conjunction((space.duty_is((duty,)), disjunction(opens(space, rule) for rule in rules)))
    events = conjunction((opening, _escalated(space), space.since(_from_when(desk))))
    for _ in range(_MOST_OFFICERS):
        event = space.find(events)
        if event is None:
            return
        here = conjunction(
            Lit(number, mask & -mask) for number, mask in event.items() if not _is_of_people(space, number)
        )
        pair = space.find(conjunction((eligible, here)))
        if pair is None:
            _report_nobody(desk, duty, rules, case_of(space, event))
            return
        officer = {n: m & -m for n, m in pair.items() if _is_of_people(space, n)}
        fitting = restricted(conjunction((eligible, space.world(eligible))), officer)
        events = conjunction((events, space.opposite(_without_people(space, fitting))))
    raise NotDecided


def _from_when(desk: Desk) -> date | None:
    """Return the day from which events count: today, or else when every parameter has a value."""
    firsts = [min(value.from_ for value in entry.values) for entry in desk.rulebook.parameters.values()]
    return desk.today if desk.today is not None else max(firsts, default=None)


def _is_of_people(space: Space, number: int) -> bool:
    return space.names[number][0].startswith(_OF_PEOPLE)


def _without_people(space: Space, formula: Formula) -> Formula:
    """Return a formula about the event only: other facts of people lie in their first cell, one of many choices."""
    rest = {n: space.full[n] & -space.full[n] for n in variables_in(formula) if _is_of_people(space, n)}
    return restricted(formula, rest)


def opens(space: Space, rule: Activate) -> Formula:
    """Return the formula that a rule makes a demand of at least one seat."""
    parts = [space.standing(rule), space.true(rule.when)]
    if rule.seats.at(None) < 1:
        if rule.seats.per is None or not rule.seats.per.add:
            return False
        attribute = space.rulebook.attributes[rule.seats.per.fact]
        cells = space.cells_for(attribute)
        parts.append(space.lit((attribute.key,), cells.count, cells.where("gt", 0)))
    return conjunction(parts)


def _escalated(space: Space) -> Formula:
    """Return that every escalation has had its say: numbers that rules raise are at least as high (semantics §5.2)."""
    parts: list[Formula] = []
    for rule in space.rulebook.escalations:
        for name, value in rule.set.items():
            attribute = space.rulebook.attributes[f"event.{name}"]
            if attribute.kind not in {"int", "number"}:
                continue
            cells = space.cells_for(attribute)
            raised = space.lit((attribute.key,), cells.count, cells.where("gte", value))
            silent = space.opposite(conjunction((space.standing(rule), space.true(rule.when))))
            parts.append(disjunction((silent, raised)))
    return conjunction(parts)


def _report_nobody(desk: Desk, duty: str, rules: list[Activate], case: Case) -> None:
    opening = [rule.id for rule in rules if case.reads(rule.when) is True]
    if not opening:
        raise NotDecided
    event = replace(case, facts={k: v for k, v in case.facts.items() if not k.startswith(_OF_PEOPLE)}, held=())
    stops = [
        stop for stop in stops_of(desk.space, duty)
        if case.reads(stop.when) is not False and _refuses_all(desk, duty, stop)
    ] or list(stops_of(desk.space, duty))  # fmt: skip
    notes = [(desk.place("rules", stop.id), say("W404.note")) for stop in stops[:5]]
    desk.report(
        "W406", desk.place("duties", duty), duty=duty, rules=listed(opening),
        stops=listed(stop.id for stop in stops), case=event, notes=notes,
    )  # fmt: skip


def _refuses_all(desk: Desk, duty: str, stop: Forbid | Limit) -> bool:
    space = desk.space
    free = conjunction((space.duty_is((duty,)), space.opposite(refuses(space, _in_force(stop)))))
    return space.find(free) is None


def _in_force(stop: Forbid | Limit) -> Forbid | Limit:
    """Return the rule as it is where its `when` holds."""
    return stop.model_copy(update={"when": ALWAYS})


def check_bites(desk: Desk) -> None:
    """Report a forbid or limit that unknown facts in its `when` turn on for everybody whose own facts are missing."""
    for rule in desk.rulebook.stops:
        asked = {
            t.attribute.key: t.attribute
            for t in tests_in(rule.when)
            if isinstance(t, Test) and t.attribute.may_be_unknown
        }
        if rule.if_unknown == "confirm" or not asked:
            continue
        try:
            _check_bite(desk, rule)
        except NotDecided:
            desk.undecided(rule, named_question("bites"))


def _check_bite(desk: Desk, rule: Forbid | Limit) -> None:
    space = desk.space
    asked_of_people = rule.who if isinstance(rule, Forbid) else rule.must
    blank = conjunction(
        space.opposite(space.known(t.attribute))
        for t in tests_in(asked_of_people)
        if isinstance(t, Test) and t.attribute.may_be_unknown
    )
    case = desk.ask(
        conjunction((space.scope(rule), space.unknown(rule.when), space.unknown(asked_of_people), blank)),
        lambda found: found.reads(rule.when) is None and found.reads(asked_of_people) is None,
    )
    if case is None:
        return
    asked = [t.attribute for t in tests_in(rule.when) if isinstance(t, Test)]
    missing = listed({attribute.key for attribute in asked if case.value(attribute) is None})
    desk.report("W409", desk.place("rules", rule.id), rule=rule.id, missing=missing, case=case)
