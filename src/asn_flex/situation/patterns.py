"""Conditions as patterns of the durable_rules subset: clauses of plain comparisons (semantics §4.3, §11).

A condition becomes two sets of clauses in negation normal form: `yes` (it is true where one of them holds) and `no`
(it is false where one of them holds). Unknown facts are not asserted, so neither holds where they leave it open: that
is Kleene's logic. Each clause is one pattern: no `$or`, no negation, no join. What it compares is a *property*: a
number or date, a text, or a flag (a bool, `known`, a member of a list, of a kind of event, of an area).

Where clauses would grow too many, a part of the condition is settled first, as a condition of its own on a lower
level, and enters as a flag.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from asn_flex.domain.attributes import ORDERED, Attribute, Value
from asn_flex.errors import NOWHERE
from asn_flex.rulebook.conditions import AnyOf, Condition, Holds, Not, Operator, Test, operand_at
from asn_flex.situation.engine import Program, Truth

MAX_CLAUSES = 12
MAX_PROPERTIES = 16

Relation = Literal["eq", "ne", "gt", "gte", "lt", "lte"]
_OPPOSITE: dict[Relation, Relation] = {
    "eq": "ne", "ne": "eq", "gt": "lte", "lte": "gt", "gte": "lt", "lt": "gte",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Property:
    """Something that patterns compare.

    `source` is a fact compared as it is (`number` for what has an order, `text`), a condition that becomes a flag by
    the scalar evaluator, or the number of a part that the engine settles one level lower.
    """

    kind: Literal["number", "text", "flag"]
    source: Attribute | Condition | int


@dataclass(frozen=True, slots=True)
class Comparison:
    """`property relation value`, the property by its number. Flags are compared with True and False, by `eq`."""

    number: int
    relation: Relation
    value: Value

    @property
    def opposite(self) -> Comparison:
        """What is true where this is false, and false where this is true."""
        if isinstance(self.value, bool):
            return replace(self, value=not self.value)
        return replace(self, relation=_OPPOSITE[self.relation])


Clause = frozenset[Comparison]


@dataclass(frozen=True, slots=True)
class Form:
    """When a condition is true, and when it is false: where any of the clauses holds."""

    yes: tuple[Clause, ...]
    no: tuple[Clause, ...]

    @property
    def fixed(self) -> tuple[Truth] | None:
        """The truth of a condition that no fact can change; None where facts decide."""
        if frozenset() in self.yes:
            return (True,)
        if frozenset() in self.no:
            return (False,)
        return (None,) if not self.yes and not self.no else None

    @property
    def negated(self) -> Form:
        """The form of the negation."""
        return Form(self.no, self.yes)

    @property
    def properties(self) -> frozenset[int]:
        """The numbers of all properties that the clauses compare."""
        return frozenset(c.number for clause in (*self.yes, *self.no) for c in clause)

    @property
    def is_small(self) -> bool:
        """Whether the engine takes it as it is."""
        few = max(len(self.yes), len(self.no)) <= MAX_CLAUSES
        return few and len(self.properties) <= MAX_PROPERTIES


_TRUE = Form((frozenset(),), ())
_NEVER = Form((), ())


@dataclass(frozen=True, slots=True)
class Settled:
    """One condition that the engine settles: its form, its level, and whether its falsehood matters."""

    form: Form
    level: int
    three_valued: bool


@dataclass(frozen=True, slots=True)
class Patterns:
    """A program in patterns: each rule's condition by number, or its fixed truth; equal conditions stand once."""

    properties: tuple[Property, ...]
    conditions: tuple[Settled, ...]
    by_rule: dict[str, int | tuple[Truth]]

    def parts_of(self, number: int) -> list[int]:
        """Return the conditions, one level lower or more, that a condition rests on."""
        sources = (self.properties[p].source for p in self.conditions[number].form.properties)
        return [source for source in sources if isinstance(source, int)]


def compile_program(program: Program) -> Patterns:
    """Turn a program into patterns; the same program gives the same patterns."""
    compiler = _Compiler(program.today)
    by_rule: dict[str, int | tuple[Truth]] = {}
    for rule, asked in program.conditions.items():
        form = compiler.form(asked.condition)
        by_rule[rule] = form.fixed or compiler.settle(form, three_valued=asked.three_valued)
    return Patterns(tuple(compiler.properties), tuple(compiler.conditions), by_rule)


class _Compiler:
    """Numbers properties and conditions while forms are built."""

    def __init__(self, today: date) -> None:
        self._today = today
        self.properties: list[Property] = []
        self.conditions: list[Settled] = []
        self._numbers: dict[object, int] = {}
        self._known: dict[tuple[frozenset[Clause], frozenset[Clause]], int] = {}

    def settle(self, form: Form, *, three_valued: bool) -> int:
        """Return the number of the condition; equal ones share it."""
        key = (frozenset(form.yes), frozenset(form.no))
        number = self._known.setdefault(key, len(self.conditions))
        if number == len(self.conditions):
            self.conditions.append(Settled(form, self._level(form), three_valued))
        elif three_valued:
            self.conditions[number] = replace(self.conditions[number], three_valued=True)
        return number

    def _level(self, form: Form) -> int:
        """Return 0, or one more than the highest part that the form rests on."""
        sources = (self.properties[number].source for number in form.properties)
        return max((self.conditions[s].level + 1 for s in sources if isinstance(s, int)), default=0)

    def form(self, condition: Condition) -> Form:
        """Return the form of a condition, with parts settled apart where it would grow too large."""
        if isinstance(condition, Test):
            return self._test(condition)
        if isinstance(condition, Holds):
            return self._flag(replace(condition, place=NOWHERE))
        if isinstance(condition, Not):
            return self.form(condition.part).negated
        parts = [self.form(part) for part in condition.parts]
        if isinstance(condition, AnyOf):
            return self._all([part.negated for part in parts]).negated
        return self._all(parts)

    def _all(self, parts: Sequence[Form]) -> Form:
        """Join parts of which every one must hold, in halves, so that levels grow with the logarithm only."""
        if not parts:
            return _TRUE
        if len(parts) == 1:
            return parts[0]
        middle = len(parts) // 2
        left, right = self._all(parts[:middle]), self._all(parts[middle:])
        joined = _both(left, right)
        if joined.is_small:
            return joined
        # The larger half goes first; both, if that is not enough: two flags are always small.
        left_is_larger = _size(left) >= _size(right)
        one = _both(self._part(left), right) if left_is_larger else _both(left, self._part(right))
        return one if one.is_small else _both(self._part(left), self._part(right))

    def _part(self, form: Form) -> Form:
        """Settle a form as a condition of its own; return the flag that stands for it."""
        if form.fixed is not None or _size(form) <= 2:
            return form
        return self._boolean(self._number("flag", self.settle(form, three_valued=True)))

    def _test(self, test: Test) -> Form:
        operand = operand_at(test, self._today)
        if operand is None:
            return _NEVER
        plain = replace(test, operand=operand, place=NOWHERE)
        if test.operator in {"has", "has_any"} and isinstance(operand, tuple):
            tags = [self._flag(replace(plain, operator="has", operand=(tag,))) for tag in operand]
            return self._all(tags) if test.operator == "has" else self._all([t.negated for t in tags]).negated
        if test.operator == "known":
            flag = self._flag(replace(plain, operand=True))
            return flag if operand else flag.negated
        if test.attribute.kind == "bool":
            flag = self._flag(replace(plain, operator="eq", operand=True))
            return flag if (test.operator == "eq") is operand else flag.negated
        return self._comparison(plain)

    def _comparison(self, test: Test) -> Form:
        operator, operand = test.operator, test.operand
        if operator in {"in", "not_in"} and isinstance(operand, tuple) and len(operand) == 1:
            operator, operand = "eq" if operator == "in" else "ne", operand[0]
        kind = test.attribute.kind
        if operator in {"in", "not_in", "within"} or test.compare != "equal":
            positive: dict[Operator, Operator] = {"ne": "eq", "not_in": "in"}
            flag = self._flag(replace(test, operator=positive.get(operator, operator), operand=operand))
            return flag.negated if operator in positive else flag
        number = self._number("number" if kind in ORDERED else "text", test.attribute)
        # INVARIANT: what is left compares one fact with one value.
        comparison = Comparison(number, operator, operand)  # type: ignore[arg-type]
        return Form((frozenset({comparison}),), (frozenset({comparison.opposite}),))

    def _flag(self, condition: Condition) -> Form:
        return self._boolean(self._number("flag", condition))

    def _boolean(self, number: int) -> Form:
        yes = Comparison(number, "eq", value=True)
        return Form((frozenset({yes}),), (frozenset({yes.opposite}),))

    def _number(self, kind: Literal["number", "text", "flag"], source: Attribute | Condition | int) -> int:
        key = source.key if isinstance(source, Attribute) else source
        number = self._numbers.setdefault((kind, key), len(self.properties))
        if number == len(self.properties):
            self.properties.append(Property(kind, source))
        return number


def _size(form: Form) -> int:
    return sum(len(clause) for clause in (*form.yes, *form.no))


def _both(left: Form, right: Form) -> Form:
    """Join two forms that must both hold: every `yes` with every `yes`, any `no`."""
    products = (one | other for one in left.yes for other in right.yes)
    return Form(_absorbed(products), _absorbed((*left.no, *right.no)))


def _absorbed(clauses: Iterable[Clause]) -> tuple[Clause, ...]:
    """Drop clauses that cannot hold and clauses that a weaker one makes needless; keep the order."""
    possible = list(dict.fromkeys(clause for clause in clauses if not _is_contradiction(clause)))
    return tuple(c for c in possible if not any(other < c for other in possible))


def _is_contradiction(clause: Clause) -> bool:
    return any(c.opposite in clause for c in clause)


def used_properties(conditions: Iterable[Settled]) -> Iterator[int]:
    """Yield the numbers of the properties that the conditions compare, in order and once."""
    yield from sorted({number for settled in conditions for number in settled.form.properties})
