"""Who may, read again: one officer, one demand, every basis that survives (semantics §4.3, §5.5, §7.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

from asn_flex.domain.exact import half_up
from asn_flex.domain.situation import Demand, RuleState
from asn_flex.rulebook.conditions import ALWAYS, Condition, evaluate, tests_in, unknown_facts
from asn_flex.rulebook.conditions import Test as AttributeTest
from asn_flex.rulebook.schema import Cover, Duty, Forbid, Limit, Prefer, Protect, Requirement, Team
from asn_flex.verify.competence import Holdings, Path
from asn_flex.verify.facts import OfOfficer, Way, World, officer_value

OfficerRule = Cover | Forbid | Limit | Team | Prefer | Protect
Ask = tuple[str, str]  # attribute and rule


def condition_of(rule: OfficerRule) -> Condition:
    """Return what a rule asks about officers; true where it asks nothing."""
    if isinstance(rule, Limit):
        return rule.must
    if isinstance(rule, Team):
        return (rule.include.who if rule.include is not None else None) or ALWAYS
    return rule.who or ALWAYS


@dataclass(frozen=True)
class Context:
    """What demands have in common for the question who may: the duty, the rules in force, and the days.

    `states` holds the cover, forbid, limit, team and prefer rules in force, in order of id.
    """

    world: World
    duty_id: str
    states: tuple[RuleState, ...]
    first_day: date
    last_day: date

    @cached_property
    def duty(self) -> Duty:
        """The duty."""
        return self.world.rulebook.duties[self.duty_id]

    def _rules(self, kind: Any) -> list[tuple[Any, RuleState]]:
        rules = self.world.rulebook.by_id
        return [(rules[s.rule], s) for s in self.states if isinstance(rules[s.rule], kind)]

    @cached_property
    def covers(self) -> tuple[Cover, ...]:
        """Cover rules in force."""
        return tuple(rule for rule, _ in self._rules(Cover))

    @cached_property
    def stops(self) -> list[tuple[Forbid | Limit, RuleState]]:
        """Forbid and limit rules in force."""
        return self._rules((Forbid, Limit))

    @cached_property
    def preferences(self) -> list[tuple[Prefer, RuleState]]:
        """Prefer rules in force."""
        return self._rules(Prefer)

    @cached_property
    def teams(self) -> tuple[Team, ...]:
        """Team rules in force."""
        return tuple(rule for rule, _ in self._rules(Team))


@dataclass(frozen=True, slots=True)
class Basis:
    """A surviving ground for an assignment.

    `rule` is None for the full standard; `substitutes` tells the covers by `who` and by substitution; `paths`
    holds requirement, level and path, in order of requirement; `loss` is the quality loss in permille
    (semantics §7.4); `questions` what must be confirmed, and `confirm_points` what the questions weigh.
    """

    rule: str | None
    strength: Fraction
    substitutes: bool
    paths: tuple[tuple[str, int, Path], ...]
    loss: int = 0
    questions: tuple[Ask, ...] = ()
    confirm_points: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """Every basis of a pair; empty where the officer is not available or everything is stopped.

    `points` are those of the `prefer` rules with points; `minimise` lists the others that apply; `stopped`
    tells the rules that stop each basis that does not survive.
    """

    bases: tuple[Basis, ...]
    points: int
    minimise: tuple[str, ...]
    stopped: Mapping[str | None, tuple[str, ...]]

    def basis(self, rule: str | None) -> Basis | None:
        """Return the surviving basis on a rule (None: the standard)."""
        return next((b for b in self.bases if b.rule == rule), None)


NO_OFFER = Offer((), 0, (), {})


@dataclass
class Person:
    """One officer, or several alike, as conditions ask about them; answers are kept."""

    world: World
    row: Mapping[str, Any]
    holdings: Holdings
    _answers: dict[tuple[str, date, Way | None], bool | None] = field(default_factory=dict)

    def answer(self, rule: OfficerRule, day: date, way: Way | None) -> bool | None:
        """Return what the rule's question about officers comes to: True, False, or None for unknown."""
        asks_way = self.world.asks_way
        if rule.id not in asks_way:
            asks_way[rule.id] = asks_pair(condition_of(rule))
        key = (rule.id, day, way if asks_way[rule.id] else None)
        if key not in self._answers:
            self._answers[key] = evaluate(condition_of(rule), self.facts(day, way))
        return self._answers[key]

    def facts(self, day: date, way: Way | None) -> OfOfficer:
        """Return the facts that conditions read."""
        return OfOfficer(self.world, self.row, self.holdings, day, way)

    def is_available(self, first: date, last: date) -> bool:
        """Whether the officer is there on all the days (semantics §3.5)."""
        since, until = self.row["available_from"], self.row["available_until"]
        leaves = self.row["service_until"]
        return (
            self.row["available"] is not False
            and (since is None or since <= first)
            and (until is None or until >= last)
            and (leaves is None or last < leaves)
        )


def asks_pair(condition: Condition) -> bool:
    """Whether a condition asks about the way to the demand."""
    return any(isinstance(t, AttributeTest) and t.attribute.scope == "pair" for t in tests_in(condition))


def read_offer(person: Person, context: Context, way: Way) -> Offer:
    """Return every basis on which a person may take demands of a context.

    References
    ----------
    docs/semantics.md §7.3.
    """
    if not person.is_available(context.first_day, context.last_day):
        return NO_OFFER
    grounds = list(_grounds(person, context, way))
    if not grounds:
        return NO_OFFER
    verdicts = [_verdict(person, context, way, rule, state) for rule, state in context.stops]
    surviving, stopped = [], {}
    for ground in grounds:
        lifted = () if ground.rule is None else _cover(context, ground.rule).overrides
        against = tuple(v.rule for v in verdicts if v.stops and v.rule not in lifted)
        if against:
            stopped[ground.rule] = against
            continue
        asked = [v for v in verdicts if v.asks and v.rule not in lifted]
        questions = tuple(sorted({(fact, v.rule) for v in asked for fact in v.asks}))
        weight = sum(v.confirm_points * len(v.asks) for v in asked)
        loss = half_up(1000 * (1 - ground.strength))
        surviving.append(replace(ground, loss=loss, questions=questions, confirm_points=weight))
    points, minimise = _preferences(person, context, way) if surviving else (0, ())
    return Offer(tuple(surviving), points, minimise, stopped)


def _cover(context: Context, rule: str) -> Cover:
    return next(cover for cover in context.covers if cover.id == rule)


def _full_path(person: Person, need: Requirement, day: date) -> Path | None:
    return person.holdings.reach(need.competency, need.level, 0, need.evidence, day)


def _grounds(person: Person, context: Context, way: Way) -> Iterator[Basis]:
    """Yield the standard, then every cover whose terms the person meets, before anything stops them."""
    needs = sorted(context.duty.requires, key=lambda need: need.competency)
    full = {need.competency: _full_path(person, need, context.last_day) for need in needs}
    met = {need.competency: path for need in needs if (path := full[need.competency]) is not None}
    standard = Basis(None, Fraction(1), False, _listed(needs, met)) if len(met) == len(needs) else None
    if standard is not None:
        yield standard
    for rule in context.covers:
        if person.answer(rule, context.last_day, way) is not True:
            continue
        if rule.by == "standard":
            if standard is not None:
                yield Basis(rule.id, Fraction(1), False, standard.paths)
        elif rule.by == "substitution":
            yield from _by_substitution(person, context, rule, needs)
        else:
            yield from _by_who(rule, needs, met)


def _listed(needs: list[Requirement], paths: Mapping[str, Path]) -> tuple[tuple[str, int, Path], ...]:
    return tuple((n.competency, n.level, paths[n.competency]) for n in needs if n.competency in paths)


def _by_who(rule: Cover, needs: list[Requirement], met: Mapping[str, Path]) -> Iterator[Basis]:
    """Yield a cover by `who`: it stands in for what it names (or all but the strict), the rest is met."""
    rest = []
    for need in needs:
        named = need.competency in rule.for_ or not rule.for_
        stands_in = named and not need.strict
        if need.competency not in rule.waives and not stands_in:
            rest.append(need)
    if rule.strength is not None and all(need.competency in met for need in rest):
        yield Basis(rule.id, rule.strength, True, _listed(rest, met))


def _by_substitution(
    person: Person, context: Context, rule: Cover, needs: list[Requirement]
) -> Iterator[Basis]:
    """Yield a cover by substitution: every requirement by a path, one at least over a hop (or waived)."""
    rest = [need for need in needs if need.competency not in rule.waives]
    paths: dict[str, Path] = {}
    for need in rest:
        hops = 0 if need.strict else rule.max_hops
        path = person.holdings.reach(need.competency, need.level, hops, need.evidence, context.last_day)
        if path is None:
            return
        paths[need.competency] = path
    strength = min((path.strength for path in paths.values()), default=Fraction(1))
    if len(rest) == len(needs) and not any(path.hops for path in paths.values()):
        return
    if rule.min_strength is None or strength >= rule.min_strength:
        yield Basis(rule.id, strength, True, _listed(rest, paths))


@dataclass(frozen=True, slots=True)
class _Verdict:
    rule: str
    stops: bool
    asks: tuple[str, ...]
    confirm_points: int


def _verdict(person: Person, context: Context, way: Way, rule: Forbid | Limit, state: RuleState) -> _Verdict:
    """Read `when` and `who` (or not `must`): unknown stops or asks (semantics §4.4)."""
    answer = person.answer(rule, context.last_day, way)
    against = answer if isinstance(rule, Forbid) or answer is None else not answer
    if against is False:
        return _Verdict(rule.id, False, (), 0)
    if (against is True and state.holds is True) or rule.if_unknown == "refuse":
        return _Verdict(rule.id, True, (), 0)
    asks = set(state.missing)
    if answer is None:
        asks.update(unknown_facts(condition_of(rule), person.facts(context.last_day, way)))
    return _Verdict(rule.id, False, tuple(sorted(asks)), rule.confirm_points)


def _preferences(person: Person, context: Context, way: Way) -> tuple[int, tuple[str, ...]]:
    """Sum the points that apply, and name the `minimise` rules that do (semantics §5.10)."""
    points, minimise = 0, []
    for rule, state in context.preferences:
        answer = person.answer(rule, context.last_day, way)
        if rule.minimise is not None:
            if answer is not False:
                minimise.append(rule.id)
        elif rule.points is not None:
            applies = answer is not False if rule.points > 0 else answer is True and state.holds is True
            points += rule.points if applies else 0
    return points, tuple(minimise)


def minimise_points(world: World, rule: Prefer, row: Mapping[str, Any], way: Way | None) -> int:
    """Return half-up(weight × value) of a `minimise` rule, or its `if_unknown` points."""
    attribute = world.rulebook.attributes[rule.minimise or ""]
    if attribute.scope == "pair":
        value = None if way is None else way.travel_min
    elif attribute.scope == "unit":
        value = world.unit_value(row["unit"], attribute)  # type: ignore[assignment]
    else:
        value = officer_value(world, row, attribute)  # type: ignore[assignment]
    if value is None:
        return rule.if_unknown or 0
    return half_up((rule.weight or Fraction(0)) * Fraction(value))


def pair_points(world: World, offer: Offer, basis: Basis, row: Mapping[str, Any], way: Way) -> int:
    """Return all the points of an assignment: preferences and questions (semantics §5.10, §4.4)."""
    rules = world.rulebook.by_id
    total = offer.points + basis.confirm_points
    for rule_id in offer.minimise:
        rule = rules[rule_id]
        if isinstance(rule, Prefer):
            total += minimise_points(world, rule, row, way)
    return total


def context_of(world: World, demand: Demand, states: tuple[RuleState, ...]) -> Context:
    """Return the context of a demand."""
    return Context(world, demand.duty, states, demand.first_day, demand.last_day)
