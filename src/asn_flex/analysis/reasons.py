"""Why a rule did what it did in a test: which single tests decided, on which facts (semantics §5.12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from asn_flex.analysis.acting import asks_about_duties
from asn_flex.analysis.cases import Case
from asn_flex.analysis.desk import clause
from asn_flex.analysis.given import Trial
from asn_flex.analysis.space import conditions_of, duties_of
from asn_flex.domain.attributes import Value
from asn_flex.domain.exact import number_text
from asn_flex.eligibility.misses import misses_of
from asn_flex.errors import Place, Text
from asn_flex.explain.naming import join
from asn_flex.i18n import say
from asn_flex.rulebook.conditions import AnyOf, Condition, Holds, Not, Parameter, Test, evaluate, unknown_facts
from asn_flex.rulebook.schema import Activate, AnyRule, Cover, Forbid, Limit, Protect

Reason = tuple[Place, Text]


def told(value: object) -> Text:
    """Return a value as a message quotes it."""
    return say("tested.unknown") if value is None else say("tested.value", value=written(value))


def written(value: object) -> str:
    """Return a known value as a rule file would write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, date)):
        return str(value)
    if isinstance(value, (frozenset, tuple)):
        return "[" + ", ".join(sorted(written(item) for item in value)) + "]"
    return number_text(value)  # type: ignore[arg-type]


def deciding(condition: Condition, case: Case) -> Iterator[Test | Holds]:
    """Yield the single tests that make a condition what it is: those that came out so, in the parts that decided."""
    if isinstance(condition, (Test, Holds)):
        yield condition
    elif isinstance(condition, Not):
        yield from deciding(condition.part, case)
    else:
        # `any` is false, and `all` is true, only by all of its parts; otherwise those decide that came out the same.
        truth = evaluate(condition, case)
        decided_by_all = truth is (not isinstance(condition, AnyOf))
        for part in condition.parts:
            if decided_by_all or evaluate(part, case) is truth:
                yield from deciding(part, case)


def reading(trial: Trial, rule: AnyRule, duty: str | None = None) -> Iterator[Reason]:
    """Yield what a rule's conditions come to in a test, and by which of their single tests.

    Without a duty, a rule about duties is read for one that the test asks about, or else its first.
    """
    place = trial.rulebook.place_of("rules", rule.id)
    case = trial.case(duty or _duty_of(trial, rule))
    if not rule.effective.covers(trial.today):
        yield from _why_not_law(trial, rule)
        return
    parts = [_part(key, condition, case) for key, condition in conditions_of(rule)]
    parts += [_elsewhere(rule, case)] if isinstance(rule, (Activate, Protect)) else []
    kept = [part for part in parts if part is not None]
    unknown = any(evaluate(condition, case) is None for _, condition in conditions_of(rule))
    if unknown and isinstance(rule, (Forbid, Limit)) and rule.if_unknown == "confirm":
        kept.append(say("tested.asks"))
    if not kept:
        kept = [say("tested.no_conditions")]
    yield place, say("tested.reading", rule=rule.id, parts=join(kept, "; "))


def _duty_of(trial: Trial, rule: AnyRule) -> str | None:
    """Return the duty that a rule is read for: one that the test asks about, or else its first."""
    about = duties_of(trial.rulebook, rule) if asks_about_duties(rule) else ()
    return next((duty for duty in about if duty in trial.asked), next(iter(about), None))


def _why_not_law(trial: Trial, rule: AnyRule) -> Iterator[Reason]:
    """Yield why a rule is not law on the day of a test: its dates, or which rules stand in its place (§5.11)."""
    rulebook, day = trial.rulebook, trial.today
    rivals = rulebook.replaced_by.get(rule.id, ()) if rule.effective.is_dated(day) else ()
    standing = [name for name in rivals if rulebook.by_id[name].effective.is_dated(day)]
    for name in standing:
        yield rulebook.place_of("rules", name), say("tested.replaced", rule=rule.id, other=name)
    if not standing:
        yield rulebook.place_of("rules", rule.id), say("tested.not_law", rule=rule.id)


def _part(key: str, condition: Condition, case: Case) -> Text | None:
    truth = evaluate(condition, case)
    tests = list(dict.fromkeys(deciding(condition, case)))
    if not tests:
        return None
    if truth is None:
        facts = ", ".join(f"`{name}`" for name in unknown_facts(condition, case))
        return say("tested.open", key=key, facts=facts)
    because = join(_test(test, case) for test in tests)
    return say("tested.true" if truth else "tested.false", key=key, because=because)


def _test(test: Test | Holds, case: Case) -> Text:
    """Return a single test as it is written, with what it was read on."""
    if isinstance(test, Holds):
        return say("tested.held" if case.holds(test) else "tested.not_held", entry=clause(test))
    operand = test.operand.at(case.today) if isinstance(test.operand, Parameter) else None
    limit = say("tested.limit", value=written(operand)) if operand is not None else Text("", "")
    return say("tested.entry", entry=clause(test), limit=limit, value=told(case.value(test.attribute)))


def _elsewhere(rule: Activate | Protect, case: Case) -> Text | None:
    """Say where a rule is about another level of area, or other units."""
    attributes = case.rulebook.attributes
    if isinstance(rule, Activate):
        level: Value | None = case.value(attributes["area.level"])
        if rule.level is not None and rule.level != level:
            return say("tested.level", wanted=rule.level, value=told(level))
        return None
    tags, service = case.value(attributes["unit.tags"]), case.value(attributes["unit.service_class"])
    unit = str(case.value(attributes["unit.id"]))
    known = tags if isinstance(tags, frozenset) else frozenset()
    if rule.unit.matches(unit, None if service is None else str(service), known):
        return None
    return say("tested.unit", unit=unit)


def obstacles(trial: Trial, duty: str) -> Iterator[Reason]:
    """Yield what stands between the officer and a duty: competence, rules that refuse, covers that do not open."""
    rulebook, eligibility = trial.rulebook, trial.eligibility
    assert eligibility is not None  # noqa: S101 - the test asks about the duty
    for demand in trial.demands_of(duty)[:1]:
        place = rulebook.place_of("duties", duty)
        for miss in misses_of(eligibility, 0, demand.id):
            if miss.kind == "rule":
                yield from reading(trial, rulebook.by_id[miss.name], duty)
            else:
                key = "miss.available" if miss.kind == "available" else "miss.competency"
                yield place, say(key, name=miss.name, level=miss.level)


def cover_reading(trial: Trial, rule: Cover, duty: str | None = None) -> Iterator[Reason]:
    """Yield why a cover gives no ground: its conditions, or, where they hold, requirements that it leaves open."""
    case = trial.case(duty or _duty_of(trial, rule))
    yield from reading(trial, rule, duty)
    if case.reads(rule.when) is True and case.reads(rule.who) is True:
        yield trial.rulebook.place_of("rules", rule.id), say("tested.cover_needs", rule=rule.id)


def missing_for(trial: Trial, rule: AnyRule, duty: str) -> tuple[str, ...]:
    """Return the missing facts that leave a rule about a duty open."""
    case = trial.case(duty)
    conditions = [condition for _, condition in conditions_of(rule)]
    return tuple(sorted({fact for condition in conditions for fact in unknown_facts(condition, case)}))
