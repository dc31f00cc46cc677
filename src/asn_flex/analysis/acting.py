"""Whether a rule acts on the facts of a test, and what its conditions come to (semantics §4.3, §5.12).

To act is: to derive or recommend (`escalate`), to open (`activate`), to add (`prioritise`), to be met (`cover`), to
refuse or to ask (`forbid`, `limit`), to count the officer (`protect`, `team`), to weigh (`prefer`).

Here it is read from the facts alone, on the day of the test; `observed` tells it from what the stages made of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from asn_flex.analysis.cases import Case
from asn_flex.analysis.competence import Question, question_of
from asn_flex.analysis.space import conditions_of
from asn_flex.rulebook.conditions import Holds, Test, tests_in
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import (
    Activate,
    AnyRule,
    Cover,
    Escalate,
    Forbid,
    Limit,
    Prefer,
    Prioritise,
    Protect,
    Team,
)

Truth = bool | None


def asks_about_people(rule: AnyRule) -> bool:
    """Whether the rule is about an officer, so that only a test which asks about one exercises it."""
    return not isinstance(rule, (Escalate, Activate, Prioritise))


def asks_about_duties(rule: AnyRule) -> bool:
    """Whether the rule is about single duties."""
    return hasattr(rule, "duty")


def acts(rule: AnyRule, case: Case) -> bool:
    """Whether a rule acts in a case; its duty, if it is about one, is that of the case."""
    if not rule.effective.covers(case.today) or (isinstance(rule, Activate) and not opens_seats(rule, case)):
        return False
    return would_act(rule, case)


def would_act(rule: AnyRule, case: Case) -> bool:  # noqa: PLR0911 - one for each kind of rule
    """Whether the conditions of a rule make it act in a case, were it law then (semantics §4.3)."""
    when = case.reads(rule.when)
    if isinstance(rule, (Escalate, Activate, Prioritise)):
        return when is True
    if isinstance(rule, Cover):
        return when is True and case.reads(rule.who) is True and _is_met(rule, case)
    if isinstance(rule, Forbid):
        return when is not False and case.reads(rule.who) is not False
    if isinstance(rule, Limit):
        return when is not False and case.reads(rule.must) is not True
    if isinstance(rule, Protect):
        return when is not False and case.reads(rule.who) is not False and _protects(rule, case)
    if isinstance(rule, Team):
        counted = rule.include is None or case.reads(rule.include.who) is True
        return when is not False and counted
    return _weighs(rule, case, when)


def would_refuse(rule: Forbid | Limit, case: Case) -> bool:
    """Whether a forbid or limit refuses in a case; one that only asks refuses where nothing is unknown (§4.4)."""
    if rule.if_unknown != "confirm":
        return would_act(rule, case)
    released = case.reads(rule.who) is not True if isinstance(rule, Forbid) else case.reads(rule.must) is not False
    return case.reads(rule.when) is True and not released


def opens_seats(rule: Activate, case: Case) -> bool:
    """Whether the area has the level that the rule is about, and at least one seat comes of it (semantics §5.3)."""
    attributes, seats = case.rulebook.attributes, rule.seats
    if rule.level is not None and case.value(attributes["area.level"]) != rule.level:
        return False
    value = case.value(attributes[seats.per.fact]) if seats.per is not None else None
    return seats.at(value if isinstance(value, (int, Fraction)) else None) >= 1


def _weighs(rule: Prefer, case: Case, when: Truth) -> bool:
    who = case.reads(rule.who)
    return (when is not False and who is not False) if rule.costs else (when is True and who is True)


def _protects(rule: Protect, case: Case) -> bool:
    attributes = case.rulebook.attributes
    tags = case.value(attributes["unit.tags"])
    service = case.value(attributes["unit.service_class"])
    known = tags if isinstance(tags, frozenset) else frozenset()
    return rule.unit.matches(str(case.value(attributes["unit.id"])), None if service is None else str(service), known)


def _is_met(rule: Cover, case: Case) -> bool:
    """Whether the officer has what a cover asks for besides its conditions (semantics §5.5)."""
    if case.duty is None:
        return False
    needs = case.rulebook.duties[case.duty].requires
    rest = [need for need in needs if need.competency not in rule.waives]
    in_full = [case.meets(question_of(need)) for need in needs]
    if rule.by == "standard":
        return all(in_full)
    if rule.by is None:
        return all(
            case.meets(question_of(need))
            for need in rest
            if need.strict or (rule.for_ and need.competency not in rule.for_)
        )
    if not needs or (len(rest) == len(needs) and all(in_full)):
        return False
    least = rule.min_strength if rule.min_strength is not None else question_of(needs[0]).min_strength
    return all(
        case.meets(
            question_of(need)
            if need.strict
            else Question(need.competency, need.level, need.evidence, rule.max_hops, least)
        )
        for need in rest
    )


def entries_in(rule: AnyRule) -> Iterator[tuple[str, Test | Holds]]:
    """Yield every single test of a rule's conditions, with the key it stands under."""
    for key, condition in conditions_of(rule):
        for test in tests_in(condition):
            yield key, test


def can_be_unknown(rulebook: Rulebook, entry: Test | Holds) -> bool:
    """Whether a single test can come out unknown; what counts observations is 0 without any (semantics §3.6)."""
    if not isinstance(entry, Test) or entry.operator == "known" or not entry.attribute.may_be_unknown:
        return False
    return entry.attribute.scope != "measure" or rulebook.measures[entry.attribute.name].take != "count"
