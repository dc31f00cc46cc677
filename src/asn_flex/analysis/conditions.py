"""Conditions that are never or always true (W401, W402; docs/semantics.md §14)."""

from __future__ import annotations

from collections.abc import Sequence

from asn_flex.analysis.desk import Desk, clause, named_question, place_of, smallest
from asn_flex.analysis.logic import entries_of
from asn_flex.analysis.solver import NotDecided, conjunction
from asn_flex.analysis.space import conditions_of
from asn_flex.errors import Text
from asn_flex.i18n import say
from asn_flex.rulebook.conditions import All, Condition
from asn_flex.rulebook.schema import AnyRule


def check_conditions(desk: Desk) -> None:
    """Report conditions that no case makes true, or that no case makes anything else."""
    for rule in desk.rulebook.rules:
        if desk.space.scope(rule) is False:
            continue  # no duty or day is left for it: no condition is to blame
        for key, condition in conditions_of(rule):
            question = "never"
            try:
                if _is_never(desk, rule, key, condition):
                    continue
                question = "always"
                _check_always(desk, rule, key, condition)
            except NotDecided:
                desk.undecided(rule, named_question(question, key=key))


def _is_never(desk: Desk, rule: AnyRule, key: str, condition: Condition) -> bool:
    """Report a condition that is never true, with the entries that contradict each other."""
    scope, space = desk.space.scope(rule), desk.space
    if desk.ask(conjunction((scope, space.true(condition))), lambda case: case.reads(condition) is True):
        return False
    entries = list(entries_of(condition))
    core = smallest(entries, lambda some: space.find(conjunction((scope, *map(space.true, some)))) is None)
    rest = [entry for entry in entries if entry is not core[-1]]
    case = None
    for kept in (rest, core[:-1]):
        # As near to the condition as a case can come: all entries but the last that contradicts.
        case = desk.ask(
            conjunction((scope, *map(space.true, kept))),
            lambda found, kept=kept: all(found.reads(e) is True for e in kept) and found.reads(condition) is not True,  # type: ignore[misc]
        )
        if case is not None:
            break
    clauses = [clause(entry) for entry in core]
    told = say("clause.one" if len(core) == 1 else "clause.together", **_clauses(clauses))
    notes = [(place_of(entry), say("clause.note", clause=clause(entry))) for entry in core[:-1]]
    desk.report("W401", place_of(core[-1]), rule=rule.id, key=key, clauses=told, case=case, notes=notes)
    return True


def _clauses(clauses: Sequence[str]) -> dict[str, str]:
    return {"clause": clauses[0]} if len(clauses) == 1 else {"clauses": ", ".join(clauses)}


def _check_always(desk: Desk, rule: AnyRule, key: str, condition: Condition) -> None:
    """Report a condition that narrows nothing, or else each of its entries that narrows nothing."""
    if _reported(desk, rule, key, condition) or not isinstance(condition, All):
        return
    for entry in condition.parts:
        _reported(desk, rule, key, entry)


def _reported(desk: Desk, rule: AnyRule, key: str, condition: Condition) -> bool:
    scope, space = desk.space.scope(rule), desk.space
    false = desk.ask(conjunction((scope, space.false(condition))), lambda case: case.reads(condition) is False)
    if false is not None:
        return False
    unknown = desk.ask(
        conjunction((scope, space.opposite(space.true(condition)))), lambda case: case.reads(condition) is None
    )
    case = desk.ask(conjunction((scope, space.true(condition))), lambda found: found.reads(condition) is True)
    told: Text | str = clause(condition)
    desk.report(
        "W402" if unknown is None else "W402.known", place_of(condition),
        rule=rule.id, key=key, clauses=told, case=case,
    )  # fmt: skip
    return True
