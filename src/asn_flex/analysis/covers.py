"""Covers that never help, and overrides that never meet what they lift (W404, W301; docs/semantics.md §14)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from asn_flex.analysis.acting import would_act, would_refuse
from asn_flex.analysis.desk import Desk, listed, named_question, smallest
from asn_flex.analysis.logic import Stop, is_available, meets_cover, refuses, stops_of, triggered
from asn_flex.analysis.solver import Formula, NotDecided, conjunction, disjunction
from asn_flex.i18n import say
from asn_flex.rulebook.schema import Cover, Forbid, Limit


def check_covers(desk: Desk) -> None:
    """Report dead covers and idle overrides."""
    for rule in desk.rulebook.covers:
        try:
            _check_dead(desk, rule)
        except NotDecided:
            desk.undecided(rule, named_question("dead"))
        for target in rule.overrides:
            stop = desk.rulebook.by_id.get(target)
            if isinstance(stop, (Forbid, Limit)):
                try:
                    _check_override(desk, rule, stop)
                except NotDecided:
                    desk.undecided(rule, named_question("override", target=target))


def _met(desk: Desk, rule: Cover, duties: Sequence[str]) -> Formula:
    """Return the formula that an available officer meets the cover for one of the duties."""
    space = desk.space
    for_each = (
        conjunction((space.duty_is((duty,)), meets_cover(space, rule, desk.rulebook.duties[duty]))) for duty in duties
    )
    return conjunction((space.standing(rule), is_available(space), disjunction(for_each)))


def _refused(desk: Desk, stop: Stop) -> Formula:
    return conjunction((desk.space.scope(stop), refuses(desk.space, stop)))


def _check_dead(desk: Desk, rule: Cover) -> None:
    """Report a cover that is refused wherever it is met, in every duty it is about."""
    space = desk.space
    duties = desk.space.duties_of(rule)
    met = _met(desk, rule, duties)
    if space.find(met) is None:
        _check_unmet(desk, rule, duties)
        return
    stops = {s.id: s for duty in duties for s in stops_of(space, duty) if s.id not in rule.overrides}
    free = {key: space.opposite(_refused(desk, stop)) for key, stop in stops.items()}

    def leave_nobody(some: Iterable[Stop]) -> bool:
        return space.find(conjunction((met, *(free[stop.id] for stop in some)))) is None

    if not stops or not leave_nobody(stops.values()):
        return
    blame = smallest(stops.values(), leave_nobody)
    case = desk.ask(met, lambda found: would_act(rule, found) and any(would_refuse(stop, found) for stop in blame))
    notes = [(desk.place("rules", stop.id), say("W404.note")) for stop in blame]
    names = listed(stop.id for stop in blame)
    desk.report("W404", desk.place("rules", rule.id), rule=rule.id, stops=names, case=case, notes=notes)


def _check_unmet(desk: Desk, rule: Cover, duties: Sequence[str]) -> None:
    """Report a cover that nobody can meet although its conditions can be true: no way leads to what duties require."""
    space = desk.space
    asked = conjunction((space.scope(rule), space.true(rule.when), space.true(rule.who)))
    case = desk.ask(asked, lambda found: found.reads(rule.when) is True and found.reads(rule.who) is True)
    if case is not None:
        desk.report("W404.unmet", desk.place("rules", rule.id), rule=rule.id, duties=listed(duties), case=case)


def _check_override(desk: Desk, rule: Cover, stop: Stop) -> None:
    """Report an override of a rule that refuses nobody who meets the cover."""
    duties = [duty for duty in desk.space.duties_of(rule) if duty in desk.space.duties_of(stop)]
    surely_or_asks = conjunction((desk.space.scope(stop), triggered(desk.space, stop)[1]))
    if duties and desk.space.find(conjunction((_met(desk, rule, duties), surely_or_asks))) is not None:
        return
    case = desk.ask(_met(desk, rule, desk.space.duties_of(rule)), lambda found: would_act(rule, found))
    place = desk.place("rules", rule.id)
    notes = [(desk.place("rules", stop.id), say("W404.note"))] if duties else []
    desk.report("W301", place, rule=rule.id, target=stop.id, case=case, notes=notes)
