"""Writes tests for what no test exercises: a case in which a rule acts, one in which it does not (semantics §5.12).

The facts come from the exact search (docs/semantics.md §14), and what is expected is what the stages say; a suggested
test therefore holds as it stands. Whoever takes it over gives it a name that says what it is for.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any

import yaml

from asn_flex.analysis.acting import asks_about_duties
from asn_flex.analysis.cases import Case, case_of
from asn_flex.analysis.coverage import Coverage, can_be_idle, coverage
from asn_flex.analysis.desk import clause
from asn_flex.analysis.emergencies import opens
from asn_flex.analysis.logic import meets_cover, triggered
from asn_flex.analysis.rule_tests import run_tests
from asn_flex.analysis.solver import Formula, Lit, NotDecided, conjunction, restricted
from asn_flex.analysis.space import HERE, Space, duties_of
from asn_flex.domain.attributes import Value
from asn_flex.domain.exact import number_text
from asn_flex.errors import Text
from asn_flex.i18n import say
from asn_flex.rulebook.conditions import Holds, Test, tests_in
from asn_flex.rulebook.loader import build_rulebook
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import FORMAT, Activate, AnyRule, Cover, Forbid, Limit, Prefer, Protect, Team


def suggest(rulebook: Rulebook, today: date) -> str:
    """Return a rule file of tests for what no test has seen, as text; empty where nothing is left.

    First every rule acting and not acting, then every single test of a condition true, false and unknown; what an
    earlier suggestion shows is not suggested again.

    Parameters
    ----------
    rulebook : Rulebook
    today : the day of the tests; where a rule is not law on it, its first day
    """
    work = _Work(rulebook, today)
    for covered in work.coverage.rules:
        for acting in (True, False):
            if not work.has_seen(covered.rule.id, acting=acting):
                work.try_side(covered.rule, acting=acting)
    for covered in work.coverage.rules:
        for index, entry in enumerate(covered.entries):
            for truth in entry.wanted:
                if not work.has_come_out(covered.rule.id, index, truth):
                    work.try_entry(covered.rule, entry.entry, truth)
    return _text(work.kept) if work.kept else ""


class _Work:
    """The suggestions so far, and what the tests together with them have seen."""

    def __init__(self, rulebook: Rulebook, today: date) -> None:
        self.rulebook = rulebook
        self.today = today
        self.space = Space(rulebook)
        self.coverage = coverage(rulebook)
        self.kept: list[dict[str, Any]] = []
        self._more: list[Coverage] = []

    def has_seen(self, rule: str, *, acting: bool) -> bool:
        """Whether some test has seen a rule on one side, or there is no such side."""
        every = [r for c in (self.coverage, *self._more) for r in c.rules if r.rule.id == rule]
        if not acting and not can_be_idle(every[0].rule):
            return True
        return any((r.acted if acting else r.idle) > 0 for r in every)

    def has_come_out(self, rule: str, index: int, truth: bool | None) -> bool:
        """Whether a single test of a rule's conditions has come out so."""
        every = (r for c in (self.coverage, *self._more) for r in c.rules if r.rule.id == rule)
        return any(r.entries[index].count[truth] > 0 for r in every)

    def try_side(self, rule: AnyRule, *, acting: bool) -> None:
        """Suggest a test in which a rule acts, or does not."""
        day = self._day(rule)
        case = _case(self.space, rule, day, acting=acting)
        if case is not None:
            self._keep(_written(rule, case, day, acting=acting))

    def try_entry(self, rule: AnyRule, entry: Test | Holds, truth: bool | None) -> None:
        """Suggest a test in which a single test of a rule's conditions comes out so."""
        day, space = self._day(rule), self.space
        formulas = {True: space.true, False: space.false, None: space.unknown}
        parts = (space.scope(rule), formulas[truth](entry))
        case = _find(space, conjunction(parts), day)
        if case is None:
            return
        for acting in (True, False):
            if self._keep(_written(rule, case, day, acting=acting, about=(entry, truth))):
                return

    def _day(self, rule: AnyRule) -> date:
        return self.today if rule.effective.covers(self.today) else rule.effective.from_ or self.today

    def _keep(self, test: dict[str, Any]) -> bool:
        """Keep a test that holds; what rules make of its facts may differ from what was looked for."""
        # Beside the pack, so that it is a test of this rulebook and of no base; no rule file has such a name.
        folder = PurePosixPath(self.rulebook.place_of("pack", "pack").file).parent
        name = (folder / ".suggested.yaml").as_posix()
        whole = build_rulebook({**self.rulebook.files, name: _text([test]).encode()})
        index = next(i for i, place in enumerate(whole.test_places) if place.file == name)
        alone = replace(whole, tests=(whole.tests[index],), test_places=(whole.test_places[index],))
        if not run_tests(alone).ok:
            return False
        self.kept.append(test)
        self._more.append(coverage(alone))
        return True


def _text(tests: list[dict[str, Any]]) -> str:
    body = yaml.safe_dump(tests, sort_keys=False, allow_unicode=True, default_flow_style=None, width=115)
    return f"format: {FORMAT}\ntests:\n" + "".join(f"  {line}\n" if line else "\n" for line in body.splitlines())


def _case(space: Space, rule: AnyRule, day: date, *, acting: bool) -> Case | None:
    """Return a case in which a rule acts for one of its duties, or for none; None where none was found."""
    duties: tuple[str | None, ...] = duties_of(space.rulebook, rule) if asks_about_duties(rule) else (None,)
    for_each = {duty: _for_duty(space, _acting(space, rule, duty), duty) for duty in duties}
    tries = list(for_each.values()) if acting else [conjunction(map(space.opposite, for_each.values()))]
    for formula in tries:
        case = _find(space, formula, day)
        if case is not None:
            return case
    return None


def _find(space: Space, formula: Formula, day: date) -> Case | None:
    """Return a case of a day in which a formula holds; None where there is none, or it is not decided."""
    try:
        # After the last day of the calendar there is none.
        ends = space.before(day + timedelta(days=1)) if day < date.max else True
        cells = space.find(conjunction((formula, space.since(day), ends)))
    except NotDecided:
        return None
    return None if cells is None else replace(case_of(space, cells), today=day)


def _for_duty(space: Space, formula: Formula, duty: str | None) -> Formula:
    """Return what is left of a formula for one duty."""
    if duty is None:
        return formula
    literal = space.duty_is((duty,))
    return restricted(formula, {literal.variable: literal.cells}) if isinstance(literal, Lit) else formula


def _acting(space: Space, rule: AnyRule, duty: str | None) -> Formula:  # noqa: PLR0911 - one for each kind of rule
    """Return the formula that a rule acts, as `acting.acts` reads it."""
    if isinstance(rule, Cover) and duty is not None:
        return meets_cover(space, rule, space.rulebook.duties[duty])
    if isinstance(rule, (Forbid, Limit)):
        return triggered(space, rule)[1]
    if isinstance(rule, Prefer) and not rule.costs:
        return conjunction((space.true(rule.when), space.true(rule.who)))
    if isinstance(rule, Prefer):
        return conjunction((space.not_false(rule.when), space.not_false(rule.who)))
    if isinstance(rule, Activate):
        return conjunction((opens(space, rule), _at_level(space, rule)))
    if isinstance(rule, Protect):
        unit = _unit(space, rule)
        return conjunction((space.not_false(rule.when), space.not_false(rule.who), unit))
    if isinstance(rule, Team):
        who = rule.include.who if rule.include is not None else None
        return conjunction((space.not_false(rule.when), space.true(who)))
    return space.true(rule.when)


def _at_level(space: Space, rule: Activate) -> Formula:
    attribute = space.rulebook.attributes["area.level"]
    if rule.level is None:
        return True
    cells = space.cells_for(attribute)
    return space.lit((attribute.key,), cells.count, cells.where("eq", rule.level))


def _unit(space: Space, rule: Protect) -> Formula:
    """Return the formula that the unit is one that the rule protects, as far as rules name units at all."""
    selector = rule.unit
    if selector.tag is not None:
        return space.flag(("unit.tags", "has", selector.tag))
    attribute = space.rulebook.attributes["unit.id" if selector.ids else "unit.service_class"]
    cells = space.cells_for(attribute)
    wanted = selector.ids or (str(selector.service_class),)
    return space.lit((attribute.key,), cells.count, cells.where("in", wanted))


def _written(
    rule: AnyRule, case: Case, day: date, *, acting: bool, about: tuple[Test | Holds, bool | None] | None = None
) -> dict[str, Any]:
    given: dict[str, dict[str, Any]] = {}
    for key, value in sorted(case.facts.items()):
        scope, _, name = key.partition(".")
        if value is not None:
            given.setdefault(scope, {})[name] = _plain(value, case, key)
    if case.rulebook.events:
        given.setdefault("event", {}).setdefault("type", _usual_event(case.rulebook))
    area = case.facts.get(HERE)
    if isinstance(area, str):
        outer = sorted(case.lies_in.get(area, ()))
        given["area"]["id"] = outer[0] if len(outer) == 1 else "a"
        if len(outer) > 1:
            given["area"]["within"] = outer
    if case.held:
        given.setdefault("officer", {})["holdings"] = [
            {"competency": h.competency, "level": h.level, **({"evidence": [h.evidence]} if h.evidence else {})}
            for h in case.held
        ]
    expect: dict[str, Any] = {("acts" if acting else "idle"): [rule.id]}
    label = rule.label.text if rule.label is not None else Text("…", "…")
    key = "suggested.acts" if acting else "suggested.idle"
    if about is not None:
        key = {True: "suggested.true", False: "suggested.false", None: "suggested.unknown"}[about[1]]
    told = say(key, rule=rule.id, label=label, entry=clause(about[0]).strip("`") if about is not None else "")
    names = {"id": told.id, "en": told.en}
    return {"name": names, "now": f"{day.isoformat()}T06:00:00+07:00", "given": given, "expect": expect}


def _usual_event(rulebook: Rulebook) -> str:
    """Return the kind of event that most rules are about."""
    named = Counter(
        str(kind)
        for rule in rulebook.rules
        for test in tests_in(rule.when)
        if isinstance(test, Test) and test.attribute.key == "event.type"
        for kind in (test.operand if isinstance(test.operand, tuple) else (test.operand,))
    )
    return max(sorted(rulebook.events), key=lambda kind: named[kind])


def _plain(value: Value, case: Case, key: str) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, Fraction)):
        return int(value) if Fraction(value).denominator == 1 else float(number_text(value))
    if isinstance(value, str) and value.startswith("<"):
        outer = sorted(case.lies_in.get(value, ()))
        return outer[0] if outer else key.rpartition(".")[2]
    return value
