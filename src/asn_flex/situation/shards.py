"""Shards: conditions that ask the same properties, as one small ruleset with one kind of fact (semantics §11).

The limits come from the source of durable_rules 2.0.28: it follows at most 64 branches at once (beyond, error 303),
links at most 512 tests and 256 rules below one (beyond, memory is overwritten), and a fresh `sid` costs time and 13 kB
for each pattern of its ruleset. Texts and numbers of a scenario never reach it: numbers and dates go in as ranks among
the constants of their shard, texts as codes, so that everything it compares is a small whole number or a flag.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from asn_flex.domain.attributes import Attribute, Value
from asn_flex.errors import EngineError
from asn_flex.rulebook.conditions import Facts, evaluate
from asn_flex.situation.engine import Truth
from asn_flex.situation.patterns import Clause, Comparison, Patterns, Property, Settled, used_properties

MAX_PATTERNS = 48
# The names of a fact beside its properties, and the alias that patterns give it.
RESERVED = ("t", "id", "sid", "$s", "f")

Term = tuple[str, str, int | str]  # property name, comparison, constant
Fact = tuple[tuple[str, int | str], ...]  # property names with what is known
_PREFIX = {"number": "n", "text": "s", "flag": "b"}


@dataclass(frozen=True, slots=True)
class Column:
    """One property of a shard's facts: its name, and the constants that the shard compares it with, in order."""

    name: str
    property: Property
    constants: tuple[Any, ...]

    def encode(self, facts: Facts, parts: Mapping[int, Truth]) -> int | str | None:
        """Return what a fact carries; None where it is unknown.

        A number is 2·i + 1 if it equals the i-th constant, 2·i if it lies before it and after the one before.
        """
        source = self.property.source
        if self.property.kind == "flag":
            truth = parts[source] if isinstance(source, int) else evaluate(source, facts)  # type: ignore[arg-type]
            return None if truth is None else _flag(truth)
        value = facts.value(source) if isinstance(source, Attribute) else None
        if value is None:
            return None
        if self.property.kind == "text":
            return self.constants.index(value) + 1 if value in self.constants else 0
        return self.rank(value)

    def rank(self, value: Any) -> int:
        """Return the rank of a number or date among the constants."""
        index = bisect_left(self.constants, value)
        equal = index < len(self.constants) and self.constants[index] == value
        return 2 * index + 1 if equal else 2 * index

    def term(self, comparison: Comparison) -> Term:
        """Return a comparison as the worker takes it."""
        if self.property.kind == "flag":
            return self.name, "eq", _flag(comparison.value is True)
        if self.property.kind == "text":
            code = self.constants.index(comparison.value) + 1
            return self.name, "eq" if comparison.relation == "eq" else "neq", code
        rank = self.rank(comparison.value)
        return {
            "eq": (self.name, "eq", rank),
            "ne": (self.name, "neq", rank),
            "gt": (self.name, "gte", rank + 1),
            "gte": (self.name, "gte", rank),
            "lt": (self.name, "lte", rank - 1),
            "lte": (self.name, "lte", rank),
        }[comparison.relation]


def _flag(truth: bool) -> str:
    return "true" if truth else "false"


@dataclass(frozen=True, eq=False)
class Shard:
    """One ruleset: patterns, and the condition and the sign that each of them settles."""

    level: int
    columns: tuple[Column, ...]
    patterns: tuple[tuple[Term, ...], ...]
    settles: tuple[tuple[int, bool], ...]
    conditions: frozenset[int]

    def encode(self, facts: Facts, parts: Mapping[int, Truth]) -> Fact:
        """Return the known facts of a scope that this shard asks."""
        pairs = ((column.name, column.encode(facts, parts)) for column in self.columns)
        return tuple((name, value) for name, value in pairs if value is not None)

    def decode(self, hits: Iterable[int]) -> dict[int, Truth]:
        """Return the truth of every condition, given the patterns that a fact matched."""
        found: dict[int, Truth] = dict.fromkeys(self.conditions)
        found.update(self.settles[hit] for hit in hits)
        return found

    def contradicts(self, hits: Iterable[int]) -> bool:
        """Whether the matches make a condition both true and false: the engine cannot be trusted then."""
        signs = {self.settles[hit] for hit in hits}
        return any((number, not sign) in signs for number, sign in signs)


def make_shards(patterns: Patterns) -> tuple[Shard, ...]:
    """Part the conditions into shards, level by level."""
    alike: dict[tuple[int, frozenset[int]], list[int]] = {}
    for number, settled in enumerate(patterns.conditions):
        alike.setdefault((settled.level, settled.form.properties), []).append(number)
    shards: list[Shard] = []
    for (level, _), numbers in alike.items():
        batch: list[int] = []
        count = 0
        for number in numbers:
            more = len(_clauses(patterns.conditions[number]))
            if batch and count + more > MAX_PATTERNS:
                shards.append(_shard(patterns, level, batch))
                batch, count = [], 0
            batch.append(number)
            count += more
        shards.append(_shard(patterns, level, batch))
    return tuple(sorted(shards, key=lambda shard: shard.level))


def _clauses(settled: Settled) -> list[tuple[Clause, bool]]:
    """Return the clauses that make a condition true, and those that make it false where that matters."""
    yes = [(clause, True) for clause in settled.form.yes]
    return yes + ([(clause, False) for clause in settled.form.no] if settled.three_valued else [])


def _shard(patterns: Patterns, level: int, numbers: Sequence[int]) -> Shard:
    clauses = [(n, clause, sign) for n in numbers for clause, sign in _clauses(patterns.conditions[n])]
    columns: dict[int, Column] = {}
    for position, number in enumerate(used_properties(patterns.conditions[n] for n in numbers)):
        found = patterns.properties[number]
        constants = {c.value for _, clause, _ in clauses for c in clause if c.number == number}
        ordered: tuple[Value, ...] = () if found.kind == "flag" else tuple(sorted(constants))
        columns[number] = Column(f"{_PREFIX[found.kind]}{position}", found, ordered)
    check_names([*RESERVED, *(column.name for column in columns.values())])
    terms = [tuple(sorted(columns[c.number].term(c) for c in clause)) for _, clause, _ in clauses]
    return Shard(
        level=level,
        columns=tuple(columns.values()),
        patterns=tuple(terms),
        settles=tuple((number, sign) for number, _, sign in clauses),
        conditions=frozenset(numbers),
    )


def check_names(names: Iterable[str]) -> None:
    """Refuse names that durable_rules cannot tell apart: it compares their 32-bit hashes only.

    Raises
    ------
    EngineError
        If two names have one hash.
    """
    for one, other in combinations(sorted(set(names)), 2):
        if fnv1_hash(one) == fnv1_hash(other):
            raise EngineError(f"durable_rules cannot tell the names `{one}` and `{other}` apart (one hash)")


def fnv1_hash(name: str) -> int:
    """Return the 32-bit FNV hash that durable_rules takes of a name."""
    found = 0x811C9DC5
    for byte in name.encode():
        found = ((found ^ byte) * 16777619) & 0xFFFFFFFF
    return found
