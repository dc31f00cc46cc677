"""Single changes to what was planned: a rule relaxed, an officer trained, a protection lowered, a fact confirmed.

A change knows how to make the problem that it leads to; nothing is estimated from it (semantics §9).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

import polars as pl

from asn_flex.domain.attributes import Attribute, Value
from asn_flex.domain.columns import POLARS_TYPES
from asn_flex.domain.situation import RuleState, Situation
from asn_flex.eligibility.facts import Query
from asn_flex.eligibility.match import Eligibility, match, match_again
from asn_flex.rulebook.schema import AnyRule
from asn_flex.situation.infer import infer

Kind = Literal["protection", "keep", "share", "substitutes", "include", "cover", "limit", "forbid", "training", "fact"]


@dataclass(frozen=True)
class Change:
    """One change, named by what it is about; `before` and `after` are what is changed, exact.

    Parameters
    ----------
    kind : what is changed
    rule : the rule relaxed, or whose protection is lowered
    unit : the unit of a protection
    officer : whom it is about (training, facts of an officer)
    competency : what the officer learns, to level `after`
    evidence : the kinds of evidence of which the holding must have one
    fact : the fact confirmed, or that the relaxed test of a rule asks
    where : id of the unit or area that a fact is about
    before, after : the value now (None: nothing, unknown) and the value then (None: the rule is set aside)
    size : how large the change is, for ranking changes of one kind
    """

    kind: Kind
    rule: str | None = None
    unit: str | None = None
    officer: str | None = None
    competency: str | None = None
    evidence: str | None = None
    fact: str | None = None
    where: str | None = None
    before: Value | None = None
    after: Value | None = None
    size: Fraction = Fraction(0)

    @property
    def key(self) -> tuple[str, ...]:
        """An order of changes that depends on nothing but what they are."""
        parts = (self.rule, self.unit, self.officer, self.competency, self.evidence, self.fact, self.where, self.after)
        return (self.kind, *("" if p is None else str(p) for p in parts))


# ---- caps of units -------------------------------------------------------------------------------------------------


def lower_protection(eligibility: Eligibility, rule: str, unit: str, by: int) -> Eligibility:
    """Let `by` more officers of one unit go than one `protect` rule lets."""
    return replace(
        eligibility,
        protected=tuple(
            replace(s, keep=s.keep - by) if (s.rule, s.unit) == (rule, unit) else s for s in eligibility.protected
        ),
    )


# ---- rules ---------------------------------------------------------------------------------------------------------


def with_rule(eligibility: Eligibility, rule: AnyRule, *, only: Iterable[str] | None = None) -> Eligibility:
    """Read everything again with one rule in place of the one of the same id; `when` must be the same."""
    book = eligibility.rulebook
    changed = replace(book, rules=tuple(rule if r.id == rule.id else r for r in book.rules))
    return match_again(eligibility, rulebook=changed, situation=_for(eligibility.situation, only))


def without_rule(eligibility: Eligibility, rule: str, *, only: Iterable[str] | None = None) -> Eligibility:
    """Read everything again as if a rule about demands were not in force."""
    situation = _for(eligibility.situation, only)
    # Demands that are alike share one mapping, and stay alike.
    thinned: dict[int, Mapping[str, RuleState]] = {}
    for states in situation.in_force.values():
        if id(states) not in thinned:
            thinned[id(states)] = {r: s for r, s in states.items() if r != rule}
    in_force = {demand: thinned[id(states)] for demand, states in situation.in_force.items()}
    return match_again(eligibility, situation=replace(situation, in_force=in_force))


def _for(situation: Situation, only: Iterable[str] | None, *, protects: bool = False) -> Situation:
    """Return the situation with some of its demands, and with the rules that protect units if they are needed."""
    if only is None:
        return situation
    wanted = frozenset(only)
    some = tuple(d for d in situation.demands if d.id in wanted)
    return replace(situation, demands=some, protections=situation.protections if protects else {})


# ---- people --------------------------------------------------------------------------------------------------------


def with_holdings(
    eligibility: Eligibility, officers: Sequence[str], query: Query, *, only: Iterable[str] | None = None
) -> Eligibility:
    """Read everything again as if officers held a competency at a level, with evidence that counts, for good."""
    scenario = eligibility.scenario
    table = scenario.tables.holdings
    columns: dict[str, Any] = dict.fromkeys(table.columns)
    columns |= {
        "competency": query.competency,
        "level": query.level,
        "evidence": [*query.evidence[:1]],
        "row": 0,
    }
    rows = {name: [value] * len(officers) for name, value in columns.items()} | {"officer": list(officers)}
    more = pl.DataFrame(rows, schema=table.schema)
    changed = replace(scenario, tables=replace(scenario.tables, holdings=pl.concat([table, more])))
    return match_again(eligibility, scenario=changed, situation=_for(eligibility.situation, only, protects=True))


def with_fact(
    eligibility: Eligibility,
    attribute: Attribute,
    value: Value,
    ids: Iterable[str] | None,
    *,
    only: Iterable[str] | None = None,
) -> Eligibility:
    """Read everything again with a fact of officers, units or areas where it is unknown; `ids` None for all of them."""
    scenario = eligibility.scenario
    name = {"officer": "officers", "unit": "units", "area": "areas"}[attribute.scope]
    table: pl.DataFrame = getattr(scenario.tables, name)
    missing = pl.col(attribute.name).is_null()
    if ids is not None:
        missing &= pl.col("id").is_in(list(ids))
    cell = pl.lit(_cell(value), dtype=POLARS_TYPES[attribute.kind])
    table = table.with_columns(pl.when(missing).then(cell).otherwise(pl.col(attribute.name)).alias(attribute.name))
    changed = replace(scenario, tables=replace(scenario.tables, **{name: table}))
    if attribute.scope != "area":
        return match_again(eligibility, scenario=changed, situation=_for(eligibility.situation, only, protects=True))
    situation = infer(eligibility.rulebook, changed, assume=eligibility.situation.assumed)
    return match(eligibility.rulebook, changed, _for(situation, only))


def with_event_fact(eligibility: Eligibility, attribute: Attribute, value: Value) -> Eligibility:
    """Infer and read everything again with a fact of the event taken as so."""
    assumed = {**eligibility.situation.assumed, attribute.key: value}
    situation = infer(eligibility.rulebook, eligibility.scenario, assume=assumed)
    return match(eligibility.rulebook, eligibility.scenario, situation)


def _cell(value: Value) -> Any:
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    if isinstance(value, frozenset):
        return sorted(value)
    return value
