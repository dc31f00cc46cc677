"""Conditions as patterns of the durable_rules subset: clauses of plain comparisons, small enough (semantics §11).

A condition becomes two sets of clauses in negation normal form: `yes` (it is true where one of them holds) and `no`
(it is false where one of them holds); unknown facts are not asserted, so neither holds where they leave it open.
Each clause is one pattern: no `$or`, no negation, no join. What a clause compares is a *property*: the rank of a
number or date among the constants of its shard, the code of a text, or a flag (a bool, `known`, membership).

Conditions that ask the same properties make up a *shard*: one ruleset, one kind of fact. The limits come from the
engine's source: it follows at most 64 branches at once, links at most 512 tests below one, and every ruleset costs
time and memory with each of its patterns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from asn_flex.domain.attributes import ORDERED, Attribute, Value
from asn_flex.errors import NOWHERE, EngineError
from asn_flex.rulebook.conditions import (
    All,
    AnyOf,
    Condition,
    Facts,
    Holds,
    Not,
    Parameter,
    Test,
    evaluate,
)

MAX_CLAUSES = 12
MAX_PROPERTIES = 16
MAX_PATTERNS = 48
# What a fact carries beside its properties, and the alias that patterns give it.
RESERVED = ("t", "id", "sid", "$s", "f")

Comparison = Literal["eq", "neq", "gte", "lte"]
# `n` rank of a number or date, `s` code of a text, `b` flag
Kind = Literal["n", "s", "b"]
Term = tuple[str, str, int | str]  # property name, comparison, constant: the form that the worker takes


@dataclass(frozen=True, slots=True)
class Property:
    """Something that a pattern compares: a fact as it is (`n`, `s`), or whether a condition holds (`b`).

    `source` is the attribute, the condition that the scalar evaluator settles, or the number of a part that the
    engine settles one level lower.
    """

    kind: Kind
    source: Attribute | Condition | int


@dataclass(frozen=True, slots=True)
class Literal_:
    """`property comparison value`; `above` and `below` mark strict order."""

    property: Property
    comparison: Literal["eq", "ne", "gt", "gte", "lt", "lte"]
    value: Value


Clause = frozenset[Literal_]


@dataclass(frozen=True, slots=True)
class Form:
    """When a condition is true, and when it is false: any of the clauses."""

    yes: tuple[Clause, ...]
    no: tuple[Clause, ...]
