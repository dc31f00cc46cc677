"""The search finds what is there and nothing else: against enumeration, and against z3 (docs/semantics.md §14)."""

from __future__ import annotations

from itertools import product

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from asn_flex.analysis.solver import (
    And,
    Formula,
    Lit,
    NotDecided,
    Or,
    conjunction,
    disjunction,
    holds_at,
    negation,
    solve,
    variables_in,
)

SIZES = (2, 3, 2, 4, 1)
FULL = [(1 << size) - 1 for size in SIZES]


@st.composite
def literals(draw) -> Formula:
    variable = draw(st.integers(0, len(SIZES) - 1))
    mask = draw(st.integers(0, FULL[variable]))
    return False if not mask else True if mask == FULL[variable] else Lit(variable, mask)


FORMULAS = st.recursive(
    literals(),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(conjunction),
        st.lists(inner, max_size=4).map(disjunction),
        inner.map(lambda f: negation(f, FULL)),
    ),
    max_leaves=25,
)


def worlds():
    for cells in product(*(range(size) for size in SIZES)):
        yield {variable: 1 << cell for variable, cell in enumerate(cells)}


@settings(max_examples=400)
@given(FORMULAS)
def test_search_agrees_with_enumeration(formula: Formula):
    true_in = [world for world in worlds() if holds_at(formula, world)]
    found = solve(formula, FULL)
    assert (found is None) == (not true_in)
    if found is not None:
        # Every remaining cell of every variable serves, and variables left out may be anything.
        fitting = [w for w in worlds() if all(w[v] & mask for v, mask in found.items())]
        assert fitting
        assert all(holds_at(formula, world) for world in fitting)


@settings(max_examples=150, deadline=None)
@given(FORMULAS)
def test_search_agrees_with_z3(formula: Formula):
    numbers = [z3.Int(f"v{i}") for i in range(len(SIZES))]

    def told(part: Formula):
        if isinstance(part, Lit):
            return z3.Or([numbers[part.variable] == c for c in range(SIZES[part.variable]) if part.cells >> c & 1])
        if isinstance(part, And):
            return z3.And([told(p) for p in part.parts])
        if isinstance(part, Or):
            return z3.Or([told(p) for p in part.parts])
        return z3.BoolVal(part)

    solver = z3.Solver()
    solver.add(*(z3.And(n >= 0, n < size) for n, size in zip(numbers, SIZES, strict=True)), told(formula))
    assert (solver.check() == z3.sat) == (solve(formula, FULL) is not None)


@given(FORMULAS)
def test_negation_holds_where_the_formula_does_not(formula: Formula):
    opposite = negation(formula, FULL)
    assert all(holds_at(formula, world) is not holds_at(opposite, world) for world in worlds())
    assert variables_in(opposite) == variables_in(formula)


def pigeons(count: int) -> tuple[Formula, list[int]]:
    """One more pigeon than holes: no way, and long to prove."""
    full = [(1 << count) - 1] * (count + 1)
    apart = [
        disjunction(Lit(p, full[p] & ~(1 << hole)) for p in (one, two))
        for one in range(count + 1) for two in range(one) for hole in range(count)
    ]  # fmt: skip
    return conjunction(apart), full


def test_effort_that_does_not_suffice_is_said():
    formula, full = pigeons(7)
    with pytest.raises(NotDecided):
        solve(formula, full, effort=200)
    small, domains = pigeons(3)
    assert solve(small, domains) is None
