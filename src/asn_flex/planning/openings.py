"""Missing facts by the seats that they would open, each confirmed and solved again (semantics §9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from asn_flex.domain.attributes import Attribute, Value
from asn_flex.domain.situation import RuleState
from asn_flex.errors import InputError
from asn_flex.planning.bottleneck import Bottleneck
from asn_flex.planning.changes import with_event_fact, with_fact
from asn_flex.planning.pins import read_pins
from asn_flex.planning.relief import gained
from asn_flex.planning.resolve import Optimum, Problem, Vector
from asn_flex.planning.search import Search
from asn_flex.planning.teaching import left_open, may_settle, open_facts, unknown_to
from asn_flex.planning.values import telling_values
from asn_flex.rulebook.conditions import Test, tests_in
from asn_flex.rulebook.schema import AnyRule


@dataclass(frozen=True)
class Opening:
    """A fact with the value that opens seats, those of whom it would have to be confirmed, and the gain if it were."""

    fact: str
    value: Value
    asked: tuple[str, ...]
    gain: Vector
    seats: int


def find_openings(problem: Problem) -> tuple[tuple[Opening, ...], tuple[str, ...]]:
    """Return the missing facts that would open seats, the most first; and those that cannot be tried, by name."""
    optimum = problem.best_coverage()
    # INVARIANT: the plan that is explained kept the pins.
    assert optimum is not None  # noqa: S101 - see the invariant
    bottleneck = Bottleneck(problem, None, optimum)
    search = Search(bottleneck, _worth_asking(bottleneck))
    found: dict[tuple[str, tuple[str, ...]], Opening] = {}
    for opening in (*_of_people(search, optimum), *_of_situation(search, optimum)):
        # Of several values of one fact, the one that opens most.
        key = (opening.fact, opening.asked if opening.fact.startswith("area.") else ())
        if key not in found or opening.gain > found[key].gain:
            found[key] = opening
    ranked = sorted(found.values(), key=lambda o: (tuple(-g for g in o.gain), o.fact, o.asked))
    missing = {fact for _, state, _ in _open_states(search) for fact in state.missing}
    missing |= {fact for p in problem.eligibility.situation.possible for fact in p.missing}
    untold = {f for f in missing if not f.startswith(("event.", "area."))}
    untold |= {f for p in problem.eligibility.situation.possible for f in p.missing if f.startswith("area.")}
    return tuple(ranked), tuple(sorted(untold))


def _worth_asking(bottleneck: Bottleneck) -> tuple[str, ...]:
    """Return the demands that one more could bring something at: by their price, or without prices, with free seats."""
    demands = bottleneck.problem.eligibility.situation.demands
    if bottleneck.is_exact:
        return tuple(d.id for d in demands if bottleneck.is_priced(d.id))
    return tuple(d.id for d in demands if bottleneck.optimum.filled[d.id] < d.seats)


def _of_people(search: Search, before: Optimum) -> Iterator[Opening]:
    """Yield the facts of officers and units."""
    eligibility, problem = search.eligibility, search.bottleneck.problem
    facts = eligibility.screen.officers
    for item in open_facts(search):
        missing = unknown_to(search, item.attribute)
        if not missing.any():
            continue
        seen: set[tuple[int, ...]] = set()
        for value in item.values(search):
            changed = with_fact(eligibility, item.attribute, value, None, only=search.demands)
            hopeful = search.promising(changed, missing)
            if not hopeful or tuple(hopeful) in seen:
                # Nobody, or those of another value that does the same.
                continue
            seen.add(tuple(hopeful))
            asked = [eligibility.officer_ids[o] for o in hopeful]
            if item.attribute.scope == "unit":
                asked = list(dict.fromkeys(facts.unit_ids[int(facts.unit_of[o])] for o in hopeful))
            changed = with_fact(eligibility, item.attribute, value, asked)
            after = problem.with_eligibility(changed).best_coverage()
            if after is not None and opens(before, after):
                yield _opening(item.attribute.key, value, tuple(asked), before, after)


def _of_situation(search: Search, before: Optimum) -> Iterator[Opening]:
    """Yield the facts of the event and of areas that leave rules open, or demands possible."""
    eligibility, problem = search.eligibility, search.bottleneck.problem
    seen: set[tuple[str, str | None, Value]] = set()
    for area, state, rule in _open_states(search):
        tests = [t for t in tests_in(rule.when) if isinstance(t, Test)]
        for fact in state.missing:
            attribute = eligibility.rulebook.attributes.get(fact)
            if attribute is None or attribute.scope not in {"event", "area"}:
                continue
            where = area if attribute.scope == "area" else None
            if attribute.scope == "area" and where is None:
                continue
            for value in telling_values(attribute, tests, eligibility.scenario.today):
                if (fact, where, value) in seen or not may_settle(rule, fact, value, eligibility.screen.reading):
                    continue
                seen.add((fact, where, value))
                after = _resolved(problem, attribute, value, where)
                if after is not None and opens(before, after):
                    yield _opening(fact, value, () if where is None else (where,), before, after)


def _open_states(search: Search) -> Iterator[tuple[str | None, RuleState, AnyRule]]:
    demands = search.eligibility.demands
    for demand, state, rule in left_open(search):
        yield demands[demand].area, state, rule
    for possible in search.eligibility.situation.possible:
        activation = search.eligibility.rulebook.by_id[possible.rule]
        yield None, RuleState(possible.rule, None, possible.missing), activation


def _resolved(problem: Problem, attribute: Attribute, value: Value, area: str | None) -> Optimum | None:
    before = problem.eligibility
    try:
        changed = (
            with_event_fact(before, attribute, value) if area is None else with_fact(before, attribute, value, [area])
        )
        return replace(problem.with_eligibility(changed), pins=read_pins(changed)).best_coverage()
    except InputError:
        # The fact brings rules into conflict, or takes away what a pin needs.
        return None


def opens(before: Optimum, after: Optimum) -> bool:
    """Whether more seats are filled, and coverage is better."""
    more = sum(after.filled.values()) > sum(before.filled.values())
    return more and gained(before, after) > (0,) * len(before.costs)


def _opening(fact: str, value: Value, asked: tuple[str, ...], before: Optimum, after: Optimum) -> Opening:
    seats = sum(after.filled.values()) - sum(before.filled.values())
    return Opening(fact, value, asked, gained(before, after), seats)
