"""People who could learn something, and missing facts that could be confirmed, to fill a seat (semantics §9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import polars as pl

from asn_flex.domain.attributes import Attribute, Value
from asn_flex.domain.situation import RuleState
from asn_flex.eligibility.blocks import conditions_of, held_in, in_full
from asn_flex.eligibility.facts import Query
from asn_flex.planning.bottleneck import Rows
from asn_flex.planning.changes import Change, with_event_fact, with_fact, with_holdings
from asn_flex.planning.resolve import Vector
from asn_flex.planning.search import Candidate, Search
from asn_flex.planning.values import telling_values
from asn_flex.rulebook.conditions import Test, tests_in
from asn_flex.rulebook.schema import AnyRule, Cover, Forbid, Limit, Protect, Team

# ---- competencies --------------------------------------------------------------------------------------------------


def training_candidates(search: Search) -> Iterator[Candidate]:
    """Yield who could learn what a duty requires, or what a rule in force asks of holdings."""
    levels = _levels(search)
    for query in sorted(_queries(search)):
        ids = search.eligibility.officer_ids
        hopeful = search.promising(with_holdings(search.eligibility, ids, query, only=search.demands))
        counts = _alike(search, hopeful)
        # Among those who could bring the same, the one who has least to learn.
        gaps = {o: max(query.level - levels.get((ids[o], query.competency), 0), 0) for o in hopeful}
        for officer, bound in sorted(
            hopeful.items(), key=lambda item: (tuple(-b for b in item[1]), gaps[item[0]], item[0])
        ):
            held = levels.get((ids[officer], query.competency), 0)
            change = Change(
                "training", officer=ids[officer], competency=query.competency, before=held or None, after=query.level,
                size=Fraction(gaps[officer]),
            )  # fmt: skip
            make = partial(with_holdings, search.eligibility, [ids[officer]], query)
            family = ("training", query.competency, str(query.level))
            yield Candidate(change, bound, make, family, alike=counts[bound] - 1)


def _queries(search: Search) -> set[Query]:
    """Return what duties and rules ask of holdings, as a training could give it."""
    duties = search.eligibility.rulebook.duties
    found = {in_full(need) for d in search.demands for need in duties[search.eligibility.demands[d].duty].requires}
    for _, state, rule in search.states():
        if isinstance(rule, (Cover, Limit)) and (state.holds or isinstance(rule, Limit)):
            found.update(held_in(rule))
    for _, protect in search.guarding():
        found.update(held_in(protect))
    return found


def _levels(search: Search) -> dict[tuple[str, str], int]:
    """Return the highest level of every holding, by officer and competency."""
    table = search.eligibility.scenario.tables.holdings
    top = table.group_by("officer", "competency").agg(pl.col("level").max())
    return {(officer, competency): level for officer, competency, level in top.iter_rows()}


def _alike(search: Search, hopeful: Mapping[int, Vector]) -> dict[Vector, int]:
    """Count who has the same bound; without prices nobody is known to be alike."""
    if not search.bottleneck.is_exact:
        return dict.fromkeys(hopeful.values(), 1)
    found: dict[Vector, int] = {}
    for bound in hopeful.values():
        found[bound] = found.get(bound, 0) + 1
    return found


# ---- facts of officers and units -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Open:
    """A fact that rules ask of officers or their units, and that some of them lack, with the tests that ask it."""

    attribute: Attribute
    tests: tuple[Test, ...]


def open_facts(search: Search) -> tuple[Open, ...]:
    """Return the facts that can keep somebody from a demand while they are unknown, in order of name."""
    found: dict[str, list[Test]] = {}
    asking: list[AnyRule] = []
    for _, state, rule in search.states():
        refuses = isinstance(rule, (Forbid, Limit)) and rule.if_unknown == "refuse"
        if not refuses and not (isinstance(rule, Cover) and state.holds):
            continue
        asking.append(rule)
    for _, protect in search.guarding():
        asking.append(protect)
        if protect.unit.service_class is not None:
            # A unit of unknown class falls under the rules of every class.
            found["unit.service_class"] = []
    for rule in asking:
        for _, condition in conditions_of(rule):
            for test in tests_in(condition):
                if isinstance(test, Test) and test.attribute.may_be_unknown and _stands_in_table(test.attribute):
                    found.setdefault(test.attribute.key, []).append(test)
    attributes = search.eligibility.rulebook.attributes
    return tuple(Open(attributes[key], tuple(tests)) for key, tests in sorted(found.items()))


def _stands_in_table(attribute: Attribute) -> bool:
    return attribute.scope == "unit" or (attribute.scope == "officer" and attribute.key != "officer.home_flooded")


def unknown_to(search: Search, attribute: Attribute) -> Rows:
    """Return the officers of whom, or of whose unit, a fact is unknown."""
    found: Rows = search.eligibility.screen.officers.column(attribute).codes < 0
    return found


def fact_candidates(search: Search) -> Iterator[Candidate]:
    """Yield the facts of one officer, or of one unit, whose confirmation could let somebody in."""
    today = search.eligibility.scenario.today
    for item in open_facts(search):
        missing = unknown_to(search, item.attribute)
        if not missing.any():
            continue
        for value in telling_values(item.attribute, item.tests, today):
            changed = with_fact(search.eligibility, item.attribute, value, None, only=search.demands)
            yield from _confirmed(search, item.attribute, value, search.promising(changed, missing))


def _confirmed(
    search: Search, attribute: Attribute, value: Value, hopeful: Mapping[int, Vector]
) -> Iterator[Candidate]:
    ids, facts = search.eligibility.officer_ids, search.eligibility.screen.officers
    counts = _alike(search, hopeful)
    units: dict[str, Vector] = {}
    for officer, bound in hopeful.items():
        if attribute.scope == "unit":
            unit = facts.unit_ids[int(facts.unit_of[officer])]
            units.setdefault(unit, bound)
            continue
        change = Change("fact", officer=ids[officer], fact=attribute.key, after=value)
        make = partial(with_fact, search.eligibility, attribute, value, [ids[officer]])
        yield Candidate(change, bound, make, ("fact", attribute.key), alike=counts[bound] - 1)
    for unit, bound in units.items():
        change = Change("fact", fact=attribute.key, where=unit, after=value)
        make = partial(with_fact, search.eligibility, attribute, value, [unit])
        yield Candidate(change, bound, make, ("fact", attribute.key))


# ---- facts of the situation ----------------------------------------------------------------------------------------


def state_candidates(search: Search) -> Iterator[Candidate]:
    """Yield the facts of the event or an area that leave a rule about the demands open."""
    rulebook, today = search.eligibility.rulebook, search.eligibility.scenario.today
    seen: set[tuple[str, str | None, Value]] = set()
    for demand, state, rule in left_open(search):
        tests = [t for t in tests_in(rule.when) if isinstance(t, Test)]
        for fact in state.missing:
            attribute = rulebook.attributes.get(fact)
            if attribute is None or attribute.scope not in {"event", "area"}:
                continue
            area = search.eligibility.demands[demand].area if attribute.scope == "area" else None
            for value in telling_values(attribute, tests, today):
                if (fact, area, value) not in seen:
                    seen.add((fact, area, value))
                    yield situation_candidate(search, attribute, area, value)


def left_open(search: Search) -> Iterator[tuple[str, RuleState, Cover | Forbid | Limit | Team | Protect]]:
    """Yield the rules that keep people away only because a fact of their `when` is missing, with a demand each."""
    for demand, state, rule in search.states():
        refuses = isinstance(rule, (Forbid, Limit)) and rule.if_unknown == "refuse"
        if state.holds is None and (refuses or isinstance(rule, (Cover, Team))):
            assert isinstance(rule, (Cover, Forbid, Limit, Team))  # noqa: S101 - narrows the type
            yield demand, state, rule
    for state, protect in search.guarding():
        if state.holds is None:
            yield search.demands[0], state, protect


def situation_candidate(search: Search, attribute: Attribute, area: str | None, value: Value) -> Candidate:
    """Return the candidate of a fact of the event (`area` None) or of an area."""
    change = Change("fact", fact=attribute.key, where=area, after=value)
    make = (
        partial(with_event_fact, search.eligibility, attribute, value)
        if area is None
        else partial(with_fact, search.eligibility, attribute, value, [area])
    )
    return Candidate(change, search.any_bound, make, ("fact", attribute.key, area or ""), is_situation=True)
