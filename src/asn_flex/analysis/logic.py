"""What rules do, as formulas; and whether two conditions say the same (docs/semantics.md §14).

The readings are those of semantics §4.3 (unknown never helps to send somebody), §5.5 to §5.7 and §7.3.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from asn_flex.analysis.cases import Case, case_of
from asn_flex.analysis.competence import Question, question_of
from asn_flex.analysis.solver import EFFORT, Formula, NotDecided, conjunction, disjunction
from asn_flex.analysis.space import Space
from asn_flex.rulebook.conditions import ALWAYS, All, Condition
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import Cover, Duty, Forbid, Limit, Requirement

Stop = Forbid | Limit


def equivalent(rulebook: Rulebook, first: Condition, second: Condition) -> bool | None:
    """Return whether two conditions are true in the same cases and false in the same cases; None where undecided.

    Parameters
    ----------
    rulebook : the rulebook that declares the facts, duties and competencies of both

    References
    ----------
    docs/semantics.md §14.
    """
    space = Space(rulebook, more=(first, second))
    pairs = ((space.true(first), space.true(second)), (space.false(first), space.false(second)))
    try:
        for one, other in pairs:
            for inside, outside in ((one, other), (other, one)):
                if space.find(conjunction((inside, space.opposite(outside)))) is not None:
                    return False
    except NotDecided:
        return None
    return True


def triggered(space: Space, rule: Stop) -> tuple[Formula, Formula]:
    """Return when a forbid or limit surely stops, and when it is not surely released (semantics §4.3, §4.4)."""
    if isinstance(rule, Forbid):
        surely = conjunction((space.true(rule.when), space.true(rule.who)))
        perhaps = conjunction((space.not_false(rule.when), space.not_false(rule.who)))
    else:
        surely = conjunction((space.true(rule.when), space.false(rule.must)))
        perhaps = conjunction((space.not_false(rule.when), space.opposite(space.true(rule.must))))
    return surely, perhaps


def refuses(space: Space, rule: Stop) -> Formula:
    """Return when a forbid or limit refuses a pair; one that asks where it is undecided leaves the pair eligible."""
    surely, perhaps = triggered(space, rule)
    return surely if rule.if_unknown == "confirm" else perhaps


def stops_of(space: Space, duty: str) -> tuple[Stop, ...]:
    """Return the forbid and limit rules about a duty."""
    return tuple(rule for rule in space.about.get(duty, ()) if isinstance(rule, (Forbid, Limit)))


def in_full(space: Space, need: Requirement) -> Formula:
    """Return the formula that the officer meets a requirement in full."""
    return space.asks(question_of(need))


def meets_standard(space: Space, duty: Duty) -> Formula:
    """Return the formula that the officer meets every requirement of a duty in full."""
    return conjunction(in_full(space, need) for need in duty.requires)


def meets_cover(space: Space, rule: Cover, duty: Duty) -> Formula:
    """Return the formula that the officer meets what a cover rule asks for a duty (semantics §5.5)."""
    if rule.by == "standard":
        competent = meets_standard(space, duty)
    elif rule.by == "substitution":
        competent = _through_substitutes(space, rule, duty)
    else:
        rest = [
            need for need in duty.requires
            if need.competency not in rule.waives and (need.strict or (rule.for_ and need.competency not in rule.for_))
        ]  # fmt: skip
        competent = conjunction(in_full(space, need) for need in rest)
    return conjunction((space.true(rule.when), space.true(rule.who), competent))


def _through_substitutes(space: Space, rule: Cover, duty: Duty) -> Formula:
    rest = [need for need in duty.requires if need.competency not in rule.waives]
    if not duty.requires:
        return False
    met = [
        in_full(space, need) if need.strict else space.asks(
            Question(need.competency, need.level, need.evidence, rule.max_hops, rule.min_strength or Fraction(0))
        )
        for need in rest
    ]  # fmt: skip
    # One hop at least, or a requirement waived: else it is the full standard.
    hop = True if len(rest) < len(duty.requires) else space.opposite(conjunction(in_full(space, n) for n in rest))
    return conjunction((*met, hop))


def is_available(space: Space) -> Formula:
    """Return the formula that the officer is not marked as unavailable (semantics §3.5)."""
    attribute = space.rulebook.attributes["officer.available"]
    cells = space.cells_for(attribute)
    return space.lit((attribute.key,), cells.count, cells.where("eq", True))


def is_eligible(space: Space, duty_id: str) -> Formula:
    """Return the formula that the officer may take the duty on some basis (semantics §7.3)."""
    duty = space.rulebook.duties[duty_id]
    stops = stops_of(space, duty_id)
    bases: list[Formula] = [conjunction((meets_standard(space, duty), *_released(space, stops, ())))]
    for rule in space.about.get(duty_id, ()):
        if isinstance(rule, Cover):
            met = conjunction((space.standing(rule), meets_cover(space, rule, duty)))
            bases.append(conjunction((met, *_released(space, stops, rule.overrides))))
    return conjunction((space.duty_is((duty_id,)), is_available(space), disjunction(bases)))


def _released(space: Space, stops: Iterable[Stop], overridden: Iterable[str]) -> list[Formula]:
    lifted = set(overridden)
    return [
        space.opposite(conjunction((space.standing(rule), refuses(space, rule))))
        for rule in stops
        if rule.id not in lifted
    ]


def some_case(space: Space, formula: Formula, *, effort: int = EFFORT) -> Case | None:
    """Return a possible case in which a formula holds, or None where there is none.

    Raises
    ------
    NotDecided
        If the question is beyond the bound of effort.
    """
    cells = space.find(formula, effort=effort)
    return None if cells is None else case_of(space, cells)


def entries_of(condition: Condition) -> tuple[Condition, ...]:
    """Return what a condition says one by one, as its reader sees it: the entries of its mapping."""
    return condition.parts if isinstance(condition, All) and condition != ALWAYS else (condition,)
