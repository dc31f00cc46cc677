"""The parts of the screen: kinds of demands, blocks of offers, and what rules and duties ask of holdings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from asn_flex.domain.attributes import Value
from asn_flex.domain.exact import half_up
from asn_flex.domain.situation import RuleState
from asn_flex.eligibility.facts import Query
from asn_flex.errors import SolverError
from asn_flex.rulebook.conditions import Condition, Holds, tests_in
from asn_flex.rulebook.schema import Cover, Forbid, Limit, Prefer, Protect, Requirement, Team

# Rules that one block can tell apart, one bit each; and points that sums of costs can carry.
MOST_BITS = 62
MOST_POINTS = 10**12
Rows = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class DemandKind:
    """Demands that treat every officer alike, but for the way to them."""

    duty: str
    states: tuple[RuleState, ...]
    first_day: date
    last_day: date


@dataclass(frozen=True)
class Block:
    """One basis of one kind, for one outcome of the pair tests: the types that it suits, and what it costs them.

    `rule` None is the full standard. `travel` marks, per type, which `minimise` rules on pair facts apply (a bit per
    rule of `Screen.travel_rules`); `include` which `team.include` rules of the kind count the officer.
    """

    kind: int
    outcome: int
    rule: str | None
    types: Ints
    loss: Ints
    points: Ints
    travel: Ints
    include: Ints


def conditions_of(rule: object) -> Iterable[tuple[str, Condition]]:
    """Yield the conditions about officers in a rule, by key."""
    if isinstance(rule, (Cover, Forbid, Prefer, Protect)) and rule.who is not None:
        yield "who", rule.who
    if isinstance(rule, Limit):
        yield "must", rule.must
    if isinstance(rule, Team) and rule.include is not None and rule.include.who is not None:
        yield "include", rule.include.who


def fit_bits(count: int, what: str) -> None:
    """Refuse more rules than a block's bits can carry, rather than plan without some of them."""
    if count > MOST_BITS:
        raise SolverError(f"{count} {what} are more than the {MOST_BITS} that can be planned with at once")


def weigh(rule: Prefer, value: Value) -> int:
    """Return half-up(weight × value), the points of `minimise` (semantics §5.10)."""
    # INVARIANT: the loader lets `minimise` name numbers only.
    number = value if isinstance(value, (int, Fraction)) else 0
    return half_up((rule.weight or Fraction(0)) * number)


def quality_loss(loss: Fraction) -> int:
    """Return half-up(1000 × (1 − strength)), in permille (semantics §7.4)."""
    return half_up(1000 * loss)


def in_full(need: Requirement) -> Query:
    """Return what meets a requirement without substitution."""
    return Query(need.competency, need.level, 0, need.evidence)


def through(need: Requirement, rule: Cover) -> Query:
    """Return what meets a requirement with the substitutions that a cover allows."""
    return Query(need.competency, need.level, rule.max_hops, need.evidence)


def held_in(rule: object) -> Iterable[Query]:
    """Yield what the conditions of a rule ask of holdings."""
    for _, condition in conditions_of(rule):
        for test in tests_in(condition):
            if isinstance(test, Holds):
                yield Query(test.competency, test.level, 0, test.evidence)
