"""What a condition can be, in every case there is: the exact answer against all cases of a small world."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asn_flex.analysis.logic import equivalent, some_case
from asn_flex.analysis.solver import conjunction
from asn_flex.analysis.space import Space
from asn_flex.rulebook.conditions import All, AnyOf, Condition, Not, evaluate

from .enumerated import PERSON, SITUATION, book, cases_for

LEAVES = st.one_of(SITUATION, PERSON)


def trees(leaves) -> st.SearchStrategy[Condition]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: All(tuple(parts))),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
            inner.map(Not),
        ),
        max_leaves=3,
    )


CONDITIONS = trees(LEAVES)
QUIET = settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))


@QUIET
@given(CONDITIONS)
def test_a_condition_can_be_exactly_what_some_case_makes_it(condition: Condition):
    space = Space(book(), more=(condition,))
    questions = {
        True: space.true(condition),
        False: space.false(condition),
        None: conjunction((space.not_false(condition), space.opposite(space.true(condition)))),
    }
    possible = {evaluate(condition, case) for case in cases_for(condition)}
    for truth, formula in questions.items():
        case = some_case(space, formula)
        assert (case is not None) == (truth in possible), truth
        if case is not None:
            assert case.reads(condition) is truth
            assert case.shown() is not None


@QUIET
@given(CONDITIONS, CONDITIONS)
def test_two_conditions_are_equivalent_if_no_case_tells_them_apart(first: Condition, second: Condition):
    same = all(evaluate(first, case) is evaluate(second, case) for case in cases_for(first, second))
    assert equivalent(book(), first, second) is same


@given(CONDITIONS)
def test_a_condition_is_equivalent_to_itself_said_otherwise(condition: Condition):
    assert equivalent(book(), condition, Not(Not(condition))) is True
    assert equivalent(book(), condition, All((condition, condition))) is True
