"""Is there a way to make a formula true? Exact search over finitely many cells (docs/semantics.md §14).

A formula is built of literals "variable v lies in one of these cells", with `and` and `or`; there is no `not`, for the
complement of a set of cells is a set of cells. The search narrows every variable by the literals that must hold, then
tries the cells of an open literal and the others. It is complete: what it does not find does not exist. Its effort is
bounded; past the bound it says that it does not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Union

# How many formulas one question may look at.
EFFORT = 20_000


class NotDecided(Exception):  # noqa: N818 - no error: an answer that is honest
    """The question is beyond the bound of effort."""


@dataclass(frozen=True, slots=True)
class Lit:
    """The variable lies in one of the cells of a mask (bit i: cell i)."""

    variable: int
    cells: int


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds."""

    parts: tuple[Formula, ...]


Formula = Union[Literal[True, False], Lit, And, Or]  # noqa: UP007 - it names itself
Cells = Mapping[int, int]


def conjunction(parts: Iterable[Formula]) -> Formula:
    """Return the formula that says all of the parts, as simple as can be seen at once."""
    kept: list[Formula] = []
    for part in parts:
        if part is False:
            return False
        if isinstance(part, And):
            kept.extend(part.parts)
        elif part is not True:
            kept.append(part)
    if not kept:
        return True
    return kept[0] if len(kept) == 1 else And(tuple(kept))


def disjunction(parts: Iterable[Formula]) -> Formula:
    """Return the formula that says one of the parts, as simple as can be seen at once."""
    kept: list[Formula] = []
    for part in parts:
        if part is True:
            return True
        if isinstance(part, Or):
            kept.extend(part.parts)
        elif part is not False:
            kept.append(part)
    if not kept:
        return False
    return kept[0] if len(kept) == 1 else Or(tuple(kept))


def negation(formula: Formula, full: Sequence[int]) -> Formula:
    """Return the formula that holds exactly where this one does not; `full` has the mask of all cells by variable."""
    if isinstance(formula, Lit):
        rest = full[formula.variable] & ~formula.cells
        return Lit(formula.variable, rest) if rest else False
    if isinstance(formula, And):
        return disjunction(negation(part, full) for part in formula.parts)
    if isinstance(formula, Or):
        return conjunction(negation(part, full) for part in formula.parts)
    return not formula


def variables_in(formula: Formula) -> frozenset[int]:
    """Return the variables that the formula speaks of."""
    found: set[int] = set()
    waiting = [formula]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Lit):
            found.add(item.variable)
        elif isinstance(item, (And, Or)):
            waiting.extend(item.parts)
    return frozenset(found)


def holds_at(formula: Formula, cells: Cells) -> bool:
    """Whether a formula holds where every variable lies in one known cell (each a mask of a single bit)."""
    if isinstance(formula, Lit):
        return bool(cells[formula.variable] & formula.cells)
    if isinstance(formula, And):
        return all(holds_at(part, cells) for part in formula.parts)
    if isinstance(formula, Or):
        return any(holds_at(part, cells) for part in formula.parts)
    return formula


def restricted(formula: Formula, cells: Cells) -> Formula:
    """Return what is left of a formula once some variables lie in known cells."""
    if isinstance(formula, Lit):
        if formula.variable not in cells:
            return formula
        return bool(cells[formula.variable] & formula.cells)
    if isinstance(formula, And):
        return conjunction(restricted(part, cells) for part in formula.parts)
    if isinstance(formula, Or):
        return disjunction(restricted(part, cells) for part in formula.parts)
    return formula


def solve(formula: Formula, full: Sequence[int], *, effort: int = EFFORT) -> dict[int, int] | None:
    """Return cells that make the formula true, by variable, or None where there are none.

    Variables that do not matter are left out; of one that is there every remaining cell serves.

    Raises
    ------
    NotDecided
        If the effort does not suffice.
    """
    return _Search(full, effort).run(formula, {})


class _Search:
    def __init__(self, full: Sequence[int], effort: int) -> None:
        self._full = full
        self._left = effort

    def run(self, formula: Formula, cells: dict[int, int]) -> dict[int, int] | None:
        formula = self._settle(formula, cells)
        if formula is False:
            return None
        if formula is True:
            return cells
        choice = _open_literal(formula)
        now = cells.get(choice.variable, self._full[choice.variable])
        for part in (now & choice.cells, now & ~choice.cells):
            if part:
                found = self.run(formula, {**cells, choice.variable: part})
                if found is not None:
                    return found
        return None

    def _settle(self, formula: Formula, cells: dict[int, int]) -> Formula:
        """Simplify under what is known of the cells, and narrow them by the literals that must hold."""
        while True:
            self._left -= 1
            if self._left < 0:
                raise NotDecided
            formula = self._simplify(formula, cells)
            must = [formula] if isinstance(formula, Lit) else formula.parts if isinstance(formula, And) else ()
            narrowed = False
            for part in must:
                if isinstance(part, Lit):
                    now = cells.get(part.variable, self._full[part.variable]) & part.cells
                    if not now:
                        return False
                    cells[part.variable] = now
                    narrowed = True
            if not narrowed:
                return formula

    def _simplify(self, formula: Formula, cells: Cells) -> Formula:
        if isinstance(formula, Lit):
            now = cells.get(formula.variable, self._full[formula.variable])
            here = now & formula.cells
            return False if not here else True if here == now else formula
        if isinstance(formula, And):
            return conjunction(self._simplify(part, cells) for part in formula.parts)
        if isinstance(formula, Or):
            return disjunction(self._simplify(part, cells) for part in formula.parts)
        return formula


def _open_literal(formula: Formula) -> Lit:
    """Return a literal of the smallest `or`, which is decided soonest."""
    if isinstance(formula, Lit):
        return formula
    assert isinstance(formula, (And, Or))  # noqa: S101 - settled formulas are neither true nor false
    part = min(formula.parts, key=_size) if isinstance(formula, And) else formula.parts[0]
    return _open_literal(part)


def _size(formula: Formula) -> int:
    return 1 if isinstance(formula, Lit) else sum(map(_size, formula.parts)) if isinstance(formula, (And, Or)) else 0
