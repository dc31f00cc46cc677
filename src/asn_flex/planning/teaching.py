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
from asn_flex.eligibility.masks import Reading
from asn_flex.planning.bottleneck import Rows
from asn_flex.planning.changes import Change, with_event_fact, with_fact, with_holdings
from asn_flex.planning.resolve import Vector
from asn_flex.planning.search import Candidate, Search
from asn_flex.planning.values import telling_values, truth_alone
from asn_flex.rulebook.conditions import Test, tests_in
from asn_flex.rulebook.schema import Activate, AnyRule, Cover, Forbid, Limit, Protect, Team

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
                evidence=" / ".join(sorted(query.evidence)) or None, size=Fraction(gaps[officer]),
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
    rules: tuple[AnyRule, ...]

    def values(self, search: Search) -> tuple[Value, ...]:
        """Return the values that may release somebody from one of the rules."""
        reading = search.eligibility.screen.reading
        return tuple(
            value
            for value in telling_values(self.attribute, self.tests, reading.today)
            if any(may_release(rule, self.attribute.key, value, reading) for rule in self.rules)
        )


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
    return tuple(Open(attributes[key], tuple(tests), tuple(asking)) for key, tests in sorted(found.items()))


def may_release(rule: AnyRule, key: str, value: Value, reading: Reading) -> bool:
    """Whether a rule that asks a fact about officers may let somebody through once it has a value."""
    if isinstance(rule, Protect) and rule.unit.service_class is not None and key == "unit.service_class":
        return value != rule.unit.service_class
    for _, condition in conditions_of(rule):
        if any(isinstance(t, Test) and t.attribute.key == key for t in tests_in(condition)):
            stops = isinstance(rule, (Forbid, Protect))
            if truth_alone(condition, key, value, reading) is not stops:
                return True
    return False


def may_settle(rule: AnyRule, key: str, value: Value, reading: Reading) -> bool:
    """Whether a rule whose `when` is open may let somebody in once a fact has a value."""
    permissive = isinstance(rule, (Cover, Activate))
    return truth_alone(rule.when, key, value, reading) is not (not permissive)


def _stands_in_table(attribute: Attribute) -> bool:
    return attribute.scope == "unit" or (attribute.scope == "officer" and attribute.key != "officer.home_flooded")


def unknown_to(search: Search, attribute: Attribute) -> Rows:
    """Return the officers of whom, or of whose unit, a fact is unknown."""
    found: Rows = search.eligibility.screen.officers.column(attribute).codes < 0
    return found


def fact_candidates(search: Search) -> Iterator[Candidate]:
    """Yield the facts of one officer, or of one unit, whose confirmation could let somebody in."""
    for item in open_facts(search):
        missing = unknown_to(search, item.attribute)
        if not missing.any():
            continue
        for value in item.values(search):
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
                if (fact, area, value) not in seen and may_settle(rule, fact, value, search.eligibility.screen.reading):
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
