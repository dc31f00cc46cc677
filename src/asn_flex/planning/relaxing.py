"""Rules that could be relaxed, each by the least that helps: caps of units and demands, covers, limits and forbids.

Rules marked `absolute` are never proposed: no order may lift them (semantics §5.6, §9).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import partial

from asn_flex.domain.attributes import ORDERED, Value
from asn_flex.eligibility.blocks import conditions_of
from asn_flex.eligibility.masks import truth_of
from asn_flex.eligibility.match import Eligibility, ProtectedSet
from asn_flex.planning.changes import Change, Kind, lower_protection, with_rule, without_rule
from asn_flex.planning.network import Cap
from asn_flex.planning.resolve import Vector
from asn_flex.planning.search import Candidate, Search
from asn_flex.planning.values import beside
from asn_flex.rulebook.conditions import All, AnyOf, Condition, Not, Test, operand_at, tests_in
from asn_flex.rulebook.schema import Cover, Forbid, Keep, Limit, Protect, Team

# Thresholds tried per rule, the nearest first.
MOST_STEPS = 2
# Thresholds looked at for that.
MOST_TRIED = 9
_EASED = frozenset({"gt", "gte", "lt", "lte"})
_NEARLY_NOTHING = Fraction(1, 10**9)


# ---- caps ----------------------------------------------------------------------------------------------------------


def cap_candidates(search: Search) -> Iterator[Candidate]:
    """Yield caps that could be raised: of units, shares and substitutes, and of team rules."""
    for item, bound in search.guards:
        yield from _lowered(search, item, bound)
    yield from _shares(search)
    if not search.bottleneck.is_exact:
        yield from _includes(search)


def _lowered(search: Search, item: ProtectedSet, bound: Vector) -> Iterator[Candidate]:
    """Lower a protection so that one more may go: in this unit alone, and as a rule for all its units."""
    by = max(1, item.keep - item.p + 1)
    if by > item.keep:
        return
    alone = Change(
        "protection", rule=item.rule, unit=item.unit, before=item.keep, after=item.keep - by, size=Fraction(by)
    )
    make = partial(lower_protection, search.eligibility, item.rule, item.unit, by)
    yield Candidate(alone, bound, make, ("protection",))
    rule = search.eligibility.rulebook.by_id[item.rule]
    assert isinstance(rule, Protect)  # noqa: S101 - protected sets come from protect rules
    wanted = item.keep - by
    share, least = rule.keep.share, rule.keep.at_least
    of_share = 0 if share is None else -((-share * item.n).__floor__())
    before: Fraction
    then: Fraction
    if share is not None and of_share > wanted and (least or 0) <= wanted:
        name, before, then = "share", share, Fraction(wanted, item.n)
    elif least is not None and least > wanted and of_share <= wanted:
        name, before, then = "at_least", Fraction(least), Fraction(wanted)
    else:
        return
    kept = rule.keep.model_copy(update={name: then if name == "share" else wanted})
    change = Change("keep", rule=rule.id, unit=item.unit, fact=name, before=before, after=then, size=before - then)
    yield Candidate(change, bound, partial(_with_keep, search.eligibility, rule, kept), ("keep", rule.id))


def _with_keep(eligibility: Eligibility, rule: Protect, kept: Keep) -> Eligibility:
    return with_rule(eligibility, rule.model_copy(update={"keep": kept}))


def _shares(search: Search) -> Iterator[Candidate]:
    """Raise a share so that one more seat of a demand may be filled under it."""
    bottleneck, network = search.bottleneck, search.bottleneck.problem.network
    eligibility = search.eligibility
    done: set[tuple[str, Fraction]] = set()
    for cap in network.caps:
        if cap.demand not in search.demands or not bottleneck.nodes[network.heads[cap.arc]]:
            continue
        full = bottleneck.optimum.flow[cap.arc] >= cap.limit
        rule = eligibility.rulebook.by_id[cap.rule]
        seats = eligibility.demands[cap.demand or ""].seats
        raised = Fraction(cap.limit + 1, seats)
        bound = bottleneck.price_of(cap) if bottleneck.is_exact else _waiting(search, cap)
        if not any(bound) or not full or raised > 1 or (cap.rule, raised) in done:
            continue
        done.add((cap.rule, raised))
        if isinstance(rule, Cover) and rule.max_share is not None:
            key, before = "max_share", rule.max_share
        elif isinstance(rule, Team) and rule.max_substitutes is not None:
            key, before = "max_substitutes", rule.max_substitutes
        else:
            continue
        kind: Kind = "share" if key == "max_share" else "substitutes"
        change = Change(
            kind, rule=rule.id, where=cap.demand, before=before, after=raised, size=raised - before
        )  # fmt: skip
        make = partial(with_rule, eligibility, rule.model_copy(update={key: raised}))
        yield Candidate(change, bound, make, (kind, rule.id))


def _waiting(search: Search, cap: Cap) -> Vector:
    """Return what the best of those who wait under a full share could bring; nothing where nobody waits."""
    rules = [cap.rule] if cap.kind == "share" else list(search.offers(cap.demand or "").has)
    best: list[Vector] = [(0,)]
    for rule in rules:
        rows = search.offers(cap.demand or "").has.get(rule)
        if rows is not None and (cap.kind == "share" or search.eligibility.is_substitute(rule)):
            best.extend(bound for bound, _ in search.bottleneck.promising(rows, cap.demand or "", rule)[:1])
    return max(best)


def _includes(search: Search) -> Iterator[Candidate]:
    """Let one leader answer for more people, so that one more may come."""
    network, flow = search.bottleneck.problem.network, search.bottleneck.optimum.flow
    for row in network.includes:
        if network.demands[row.demand].id != search.bottleneck.demand:
            continue
        filled, included = int(flow[list(row.entries)].sum()), int(flow[list(row.included)].sum())
        rule = search.eligibility.rulebook.by_id[row.rule]
        if not included or filled + 1 <= row.per * included or not isinstance(rule, Team) or rule.include is None:
            continue
        per = -(-(filled + 1) // included)
        change = Change("include", rule=rule.id, before=row.per, after=per, size=Fraction(per - row.per))
        changed = rule.model_copy(update={"include": rule.include.model_copy(update={"per": per})})
        yield Candidate(change, search.any_bound, partial(with_rule, search.eligibility, changed), ("include",))


# ---- rules about pairs ---------------------------------------------------------------------------------------------


def rule_candidates(search: Search) -> Iterator[Candidate]:
    """Yield covers that could be widened, and limits and forbids that could be eased or set aside."""
    done: set[str] = set()
    for _, state, rule in search.states():
        if rule.id in done:
            continue
        if isinstance(rule, Cover) and rule.by == "substitution" and state.holds:
            done.add(rule.id)
            yield from _wider_covers(search, rule)
        elif isinstance(rule, (Limit, Forbid)) and not rule.absolute:
            done.add(rule.id)
            yield from _eased(search, rule)


def _wider_covers(search: Search, rule: Cover) -> Iterator[Candidate]:
    """Accept a weaker substitute, or one hop more."""
    least = rule.min_strength or Fraction(0)
    loose = with_rule(
        search.eligibility, rule.model_copy(update={"min_strength": _NEARLY_NOTHING}), only=search.demands
    )
    found: dict[Fraction, Vector] = {}
    for officer, bound in search.promising(loose).items():
        for demand in loose.demands:
            for basis in loose.bases(loose.officer_ids[officer], demand):
                if basis.rule == rule.id and basis.strength < least:
                    found[basis.strength] = max(bound, found.get(basis.strength, bound))
    for strength in sorted(found, reverse=True)[:MOST_STEPS]:
        change = Change(
            "cover", rule=rule.id, fact="min_strength", before=least, after=strength, size=least - strength
        )  # fmt: skip
        make = partial(with_rule, search.eligibility, rule.model_copy(update={"min_strength": strength}))
        yield Candidate(change, found[strength], make, ("cover", rule.id, "min_strength"), enough=1)
    if rule.max_hops < 10:
        longer = rule.model_copy(update={"max_hops": rule.max_hops + 1})
        hopeful = search.promising(with_rule(search.eligibility, longer, only=search.demands))
        if hopeful:
            change = Change(
                "cover", rule=rule.id, fact="max_hops", before=rule.max_hops, after=rule.max_hops + 1, size=Fraction(1)
            )  # fmt: skip
            make = partial(with_rule, search.eligibility, longer)
            yield Candidate(change, max(hopeful.values()), make, ("cover", rule.id, "max_hops"))


def _eased(search: Search, rule: Limit | Forbid) -> Iterator[Candidate]:
    """Move the threshold of a test by the least that lets somebody through; else set the rule aside."""
    if not _refuses_alone(search, rule.id):
        return
    hopeful = search.promising(without_rule(search.eligibility, rule.id, only=search.demands))
    if not hopeful:
        return
    kind: Kind = "limit" if isinstance(rule, Limit) else "forbid"
    for test in _thresholds(rule):
        now = operand_at(test, search.eligibility.scenario.today)
        passed = 0
        for size, operand in _steps(search, test, [*hopeful]):
            eased = _with_operand(rule, test, operand)
            through = search.promising(with_rule(search.eligibility, eased, only=search.demands))
            if through:
                change = Change(
                    kind, rule=rule.id, fact=test.attribute.key, after=operand, size=size,
                    before=None if isinstance(now, tuple) else now,
                )  # fmt: skip
                make = partial(with_rule, search.eligibility, eased)
                yield Candidate(change, max(through.values()), make, (kind, rule.id, test.attribute.key), enough=1)
                passed += 1
            if passed >= MOST_STEPS:
                break
    # Setting a rule aside is the largest change of it; it ranks behind every threshold.
    aside = Change(kind, rule=rule.id, size=Fraction(10**9))
    yield Candidate(aside, max(hopeful.values()), partial(without_rule, search.eligibility, rule.id), (kind, rule.id))


def _refuses_alone(search: Search, rule: str) -> bool:
    """Whether a rule refuses somebody, of the demands of the search, whom no other rule refuses."""
    screen = search.eligibility.screen
    for kind in sorted({screen.kind_of[d] for d in search.demands}):
        for outcome in range(len(screen.outcomes[kind])):
            refused = search.refusals(kind, outcome)
            if rule not in refused:
                continue
            alone = refused[rule].copy()
            lifting = any(isinstance(r, Cover) and r.overrides for _, r in search.rules_of(kind))
            for other, rows in refused.items():
                if other != rule and not lifting:
                    alone &= ~rows
            if alone.any():
                return True
    return False


def _thresholds(rule: Limit | Forbid) -> Iterator[Test]:
    for _, condition in conditions_of(rule):
        for test in tests_in(condition):
            if isinstance(test, Test) and test.attribute.kind in ORDERED and test.operator in _EASED:
                yield test


def _steps(search: Search, test: Test, officers: list[int]) -> list[tuple[Fraction, Value]]:
    """Return thresholds that could let some of the officers through, nearest first, with their distance.

    The value of an officer, or one beside it, is the least threshold at which the test comes out the other way for him.
    """
    reading = search.eligibility.screen.reading
    now = operand_at(test, reading.today)
    found: set[tuple[Fraction, Value]] = set()
    if now is None or isinstance(now, tuple):
        return []
    for value in _values(search, test, officers):
        for operand in beside(value):
            size = _distance(now, operand)
            if size and truth_of(_moved(test, operand), value, reading) != truth_of(test, value, reading):
                found.add((size, operand))
    return sorted(found, key=lambda step: (step[0], str(step[1])))[:MOST_TRIED]


def _moved(test: Test, operand: Value) -> Test:
    return Test(test.attribute, test.operator, operand, test.compare, test.place)


def _distance(now: Value, then: Value) -> Fraction:
    if isinstance(now, date) and isinstance(then, date):
        return Fraction(abs((then - now).days))
    if isinstance(now, (int, Fraction)) and isinstance(then, (int, Fraction)):
        return abs(Fraction(then) - Fraction(now))
    return Fraction(0)


def _values(search: Search, test: Test, officers: list[int]) -> set[Value]:
    """Return what some officers have where a test asks."""
    screen = search.eligibility.screen
    found: set[Value] = set()
    if test.attribute.scope == "pair":
        for demand in search.demands:
            area = search.eligibility.demands[demand].area
            for home in sorted({int(screen.pairs.home_of[o]) for o in officers}):
                value = screen.pairs.value(test.attribute.name, home, area)
                if value is not None:
                    found.add(value)
        return found
    column = screen.officers.column(test.attribute)
    return {column.values[code] for code in column.codes[officers].tolist() if code >= 0}


def _with_operand(rule: Limit | Forbid, test: Test, operand: Value) -> Limit | Forbid:
    """Return the rule with another threshold in one of its tests."""
    key = "must" if isinstance(rule, Limit) else "who"
    return rule.model_copy(update={key: _replaced(getattr(rule, key), test, operand)})


def _replaced(condition: Condition, test: Test, operand: Value) -> Condition:
    if condition is test:
        return _moved(test, operand)
    if isinstance(condition, Not):
        return Not(_replaced(condition.part, test, operand), condition.place)
    if isinstance(condition, (All, AnyOf)):
        return type(condition)(tuple(_replaced(p, test, operand) for p in condition.parts), condition.place)
    return condition
