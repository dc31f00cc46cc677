"""Who may, read again: one officer, one demand, every basis that survives (semantics §4.3, §5.5, §7.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any

from asn_flex.domain.exact import half_up
from asn_flex.domain.situation import RuleState
from asn_flex.rulebook.conditions import ALWAYS, Condition, Holds, evaluate, tests_in, unknown_facts
from asn_flex.rulebook.schema import Cover, Forbid, Limit, Prefer, Protect, Team
from asn_flex.verify.bases import Basis, Context, grounds
from asn_flex.verify.competence import Holdings
from asn_flex.verify.facts import Asked, OfOfficer, Way, World, officer_value

OfficerRule = Cover | Forbid | Limit | Team | Prefer | Protect


def condition_of(rule: OfficerRule) -> Condition:
    """Return what a rule asks about officers; true where it asks nothing."""
    if isinstance(rule, Limit):
        return rule.must
    if isinstance(rule, Team):
        return (rule.include.who if rule.include is not None else None) or ALWAYS
    return rule.who or ALWAYS


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
    """One officer as conditions ask about them; answers are kept."""

    world: World
    row: Mapping[str, Any]
    holdings: Holdings
    _grounds: dict[Context, tuple[Basis, ...]] = field(default_factory=dict)
    _answers: dict[tuple[str, date, Way | None], bool | None] = field(default_factory=dict)

    def grounds(self, context: Context) -> tuple[Basis, ...]:
        """Return the bases whose demands on competence are met."""
        if context not in self._grounds:
            self._grounds[context] = tuple(grounds(self.holdings, context))
        return self._grounds[context]

    def answer(self, rule: OfficerRule, day: date, way: Way | None) -> bool | None:
        """Return what the rule's question about officers comes to: True, False, or None for unknown."""
        key = (rule.id, day, way if asked_by(self.world, rule).way else None)
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


def asked_by(world: World, rule: OfficerRule) -> Asked:
    """Return what a rule asks about officers."""
    if rule.id not in world.asked_by:
        tests = list(tests_in(condition_of(rule)))
        facts = {t.attribute.key for t in tests if not isinstance(t, Holds)}
        of_way = {key for key in facts if key.startswith("pair.")}
        held = frozenset(t.competency for t in tests if isinstance(t, Holds))
        world.asked_by[rule.id] = Asked(tuple(sorted(facts - of_way)), held, bool(of_way))
    return world.asked_by[rule.id]


def read_offer(person: Person, context: Context, way: Way) -> Offer:
    """Return every basis on which a person may take demands of a context.

    References
    ----------
    docs/semantics.md §7.3.
    """
    if not person.is_available(context.first_day, context.last_day):
        return NO_OFFER
    met = [
        ground
        for ground in person.grounds(context)
        if ground.rule is None or person.answer(context.cover_of[ground.rule], context.last_day, way) is True
    ]
    if not met:
        return NO_OFFER
    verdicts = [verdict_of(person, context, way, rule, state) for rule, state in context.stops]
    surviving, stopped = [], {}
    for ground in met:
        lifted = () if ground.rule is None else context.cover_of[ground.rule].overrides
        against = tuple(v.rule for v in verdicts if v.stops and v.rule not in lifted)
        if against:
            stopped[ground.rule] = against
            continue
        asked = [v for v in verdicts if v.asks and v.rule not in lifted]
        questions = tuple(sorted({(fact, v.rule) for v in asked for fact in v.asks}))
        weight = sum(v.confirm_points * len(v.asks) for v in asked)
        surviving.append(replace(ground, questions=questions, confirm_points=weight) if asked else ground)
    points, minimise = _preferences(person, context, way) if surviving else (0, ())
    return Offer(tuple(surviving), points, minimise, stopped)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a forbid or limit rule says of a pair: it stops it, or asks for facts to be confirmed."""

    rule: str
    stops: bool
    asks: tuple[str, ...]
    confirm_points: int


def verdict_of(person: Person, context: Context, way: Way, rule: Forbid | Limit, state: RuleState) -> Verdict:
    """Read `when` and `who` (or not `must`): unknown stops or asks (semantics §4.4)."""
    answer = person.answer(rule, context.last_day, way)
    against = answer if isinstance(rule, Forbid) or answer is None else not answer
    if against is False:
        return Verdict(rule.id, False, (), 0)
    if (against is True and state.holds is True) or rule.if_unknown == "refuse":
        return Verdict(rule.id, True, (), 0)
    asks = set(state.missing)
    if answer is None:
        asks.update(unknown_facts(condition_of(rule), person.facts(context.last_day, way)))
    return Verdict(rule.id, False, tuple(sorted(asks)), rule.confirm_points)


def _preferences(person: Person, context: Context, way: Way) -> tuple[int, tuple[str, ...]]:
    """Sum the points that apply, and name the `minimise` rules that do (semantics §5.10)."""
    applied = [rule for rule, state in context.preferences if applies(person, rule, state, context.last_day, way)]
    return sum(rule.points or 0 for rule in applied), tuple(r.id for r in applied if r.minimise is not None)


def applies(person: Person, rule: Prefer, state: RuleState, day: date, way: Way) -> bool:
    """Whether a preference applies: a cost unless it does not hold, a bonus only where it holds."""
    answer = person.answer(rule, day, way)
    if rule.minimise is None and (rule.points or 0) <= 0:
        return answer is True and state.holds is True
    return answer is not False


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
