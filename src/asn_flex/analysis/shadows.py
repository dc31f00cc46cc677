"""Rules that change nothing, because another does the same or more wherever they act (W403; docs/semantics.md §14).

`other` covers `rule` if in every case in which `rule` acts `other` acts too, and at least as strongly. Of two rules
that cover each other the one with the greater id is reported, so that one of them stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from asn_flex.analysis.acting import would_act
from asn_flex.analysis.cases import Case
from asn_flex.analysis.desk import Desk, named_question
from asn_flex.analysis.logic import meets_cover, triggered
from asn_flex.analysis.seats import never_fewer
from asn_flex.analysis.solver import Formula, NotDecided, conjunction, disjunction, restricted, variables_in
from asn_flex.analysis.space import Space
from asn_flex.i18n import say
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import Activate, AnyRule, Cover, Escalate, Forbid, Limit, Protect, Team

# How many pairs of a group are compared, which grow with the square of the rules: those of 5000, some seconds.
_MOST_COMPARED = 25_000_000


@dataclass
class _Actor:
    """A rule with the formula of the cases in which it acts, and one such case."""

    rule: AnyRule
    acts: Formula
    example: dict[int, int] | None = None
    variables: frozenset[int] = field(default_factory=frozenset)


def check_shadows(desk: Desk) -> None:
    """Report every rule that another covers."""
    for group in _groups(desk):
        actors = {rule.id: _actor(desk.space, rule) for rule in group}
        compared = 0
        for number, actor in enumerate(actors.values()):
            if compared > _MOST_COMPARED:
                rule = actor.rule.id
                desk.report("W400.many", desk.place("rules", rule), rule=rule, count=len(group) - number)
                break
            for other in _rivals(desk.space, actor, actors):
                compared += 1
                if _may_cover(desk.space, actor, other) and _is_covered(desk, actor, other):
                    break


def _rivals(space: Space, actor: _Actor, actors: Mapping[str, _Actor]) -> Iterator[_Actor]:
    """Yield the rules that are about the duty of an example in which the rule acts: no other can cover it."""
    if not hasattr(actor.rule, "duty") or actor.example is None:
        yield from (other for other in actors.values() if other is not actor)
        return
    duties = space.duties_of(actor.rule)
    number = space.variable(("duty",), len(space.rulebook.duties))
    mask = actor.example.get(number)
    duty = duties[0] if mask is None else tuple(space.rulebook.duties)[(mask & -mask).bit_length() - 1]
    for rule in space.about.get(duty, ()):
        if rule.id in actors and rule is not actor.rule:
            yield actors[rule.id]


def _groups(desk: Desk) -> Iterator[list[AnyRule]]:
    """Yield rules that could cover one another: of one kind (forbid and limit count as one), about one subject."""
    groups: dict[tuple[Hashable, ...], list[AnyRule]] = defaultdict(list)
    for rule in desk.rulebook.rules:
        if isinstance(rule, (Forbid, Limit)):
            groups["stop",].append(rule)
        elif isinstance(rule, Cover):
            groups["cover", rule.by or "who"].append(rule)
        elif isinstance(rule, Activate):
            groups["activate", rule.duty, rule.each, rule.level, frozenset(rule.shifts)].append(rule)
        elif isinstance(rule, Escalate) and rule.set and not rule.recommend:
            groups["escalate", *sorted(rule.set)].append(rule)
        elif isinstance(rule, Team):
            groups["team", rule.include is None, rule.max_substitutes is None].append(rule)
        elif isinstance(rule, Protect):
            groups["protect", rule.unit, rule.who].append(rule)
    yield from (group for group in groups.values() if len(group) > 1)


def _actor(space: Space, rule: AnyRule) -> _Actor:
    acts = conjunction((space.scope(rule), _acts(space, rule)))
    try:
        example = space.find(acts)
    except NotDecided:
        example = {}
    return _Actor(rule, acts, example, variables_in(acts))


def _acts(space: Space, rule: AnyRule) -> Formula:
    if isinstance(rule, (Forbid, Limit)):
        return triggered(space, rule)[1]
    if isinstance(rule, Cover):
        duties = space.rulebook.duties
        return disjunction(
            conjunction((space.duty_is((duty,)), meets_cover(space, rule, duties[duty])))
            for duty in space.duties_of(rule)
            if duty in duties
        )
    return space.true(rule.when) if rule.permissive else space.not_false(rule.when)


def _may_cover(space: Space, actor: _Actor, other: _Actor) -> bool:
    """Whether it is worth asking: `other` acts in the example of `actor`, or the example does not tell.

    Facts that are tied to no other and that the example leaves open may be anything: with them in their last cell, and
    in their first, `other` must act as well.
    """
    if actor.example is None or not _is_as_strong(space.rulebook, actor.rule, other.rule):
        return False
    free = [n for n in other.variables - actor.example.keys() if not space.is_tied(n)]
    known = {number: mask & -mask for number, mask in actor.example.items()}
    first = dict.fromkeys(free, 1)
    last = {number: 1 << (space.full[number].bit_length() - 1) for number in free}
    return all(restricted(other.acts, known | cells) is not False for cells in (first, last))


def _is_covered(desk: Desk, actor: _Actor, other: _Actor) -> bool:
    """Report `actor` where `other` covers it; return whether it did."""
    rule, space = actor.rule, desk.space
    try:
        if space.find(conjunction((actor.acts, space.opposite(other.acts)))) is not None:
            return False
        if other.rule.id > rule.id and _is_as_strong(desk.rulebook, other.rule, rule):
            back = space.find(conjunction((other.acts, space.opposite(actor.acts))))
            if back is None:
                return False
        case = desk.ask(actor.acts, lambda found: _is_seen(rule, found) and _is_seen(other.rule, found))
    except NotDecided:
        desk.undecided(rule, named_question("shadow", other=other.rule.id))
        return False
    notes = [(desk.place("rules", other.rule.id), say("W403.note"))]
    desk.report("W403", desk.place("rules", rule.id), rule=rule.id, other=other.rule.id, case=case, notes=notes)
    return True


def _is_seen(rule: AnyRule, case: Case) -> bool:
    """Whether the plain evaluator sees a rule act, as far as `_acts` says; of whom the two are about is the same."""
    if isinstance(rule, (Forbid, Limit, Cover)):
        return would_act(rule, case)
    when = case.reads(rule.when)
    return when is True if rule.permissive else when is not False


def _is_as_strong(rulebook: Rulebook, rule: Any, other: Any) -> bool:
    """Whether `other` does at least what `rule` does, wherever both act."""
    if (rule.effective.from_ is None and other.effective.from_ is not None) or (
        rule.effective.from_ is not None
        and other.effective.from_ is not None
        and other.effective.from_ > rule.effective.from_
    ):
        return False
    if isinstance(rule, (Forbid, Limit)):
        return _stops_as_much(rule, other)
    if isinstance(rule, Activate):
        return never_fewer(rulebook, rule.seats, other.seats)
    for kind, compare in _COMPARE.items():
        if isinstance(rule, kind):
            return bool(compare(rule, other))
    return False


def _stops_as_much(rule: Any, other: Any) -> bool:
    if rule.absolute and not other.absolute:
        return False
    if rule.if_unknown == other.if_unknown == "confirm":
        return bool(other.confirm_points == rule.confirm_points)
    return bool(other.if_unknown == "refuse")


def _covers_as_much(rule: Any, other: Any) -> bool:
    if other.max_share is not None and not (
        rule.max_share is not None and other.max_share >= rule.max_share and other.at_least >= rule.at_least
    ):
        return False
    if not set(rule.overrides) <= set(other.overrides) or not set(rule.waives) <= set(other.waives):
        return False
    if rule.by is None:
        return bool(other.strength >= rule.strength)
    return True


def _keeps_as_much(rule: Any, other: Any) -> bool:
    return (other.keep.share or 0) >= (rule.keep.share or 0) and (other.keep.at_least or 0) >= (rule.keep.at_least or 0)


def _binds_as_much(rule: Any, other: Any) -> bool:
    if rule.include is not None and not (
        other.include.who == rule.include.who
        and other.include.per <= rule.include.per
        and (other.include.qualified or not rule.include.qualified)
    ):
        return False
    return rule.max_substitutes is None or (
        other.max_substitutes <= rule.max_substitutes and other.at_least <= rule.at_least
    )


def _sets_as_much(rule: Any, other: Any) -> bool:
    return all(
        other.set[name] == value
        or (isinstance(value, (int, Fraction)) and not isinstance(value, bool) and other.set[name] >= value)
        for name, value in rule.set.items()
    )


_COMPARE: dict[Any, Any] = {
    Cover: _covers_as_much,
    Protect: _keeps_as_much,
    Team: _binds_as_much,
    Escalate: _sets_as_much,
}
