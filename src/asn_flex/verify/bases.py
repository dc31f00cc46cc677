"""On what grounds an officer may take a duty, before anything stops them (semantics §5.5, §7.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

from asn_flex.domain.exact import half_up
from asn_flex.domain.situation import Demand, RuleState
from asn_flex.rulebook.schema import Cover, Duty, Forbid, Limit, Prefer, Requirement, Team
from asn_flex.verify.competence import Holdings, Path
from asn_flex.verify.facts import World

Ask = tuple[str, str]  # attribute and rule


@dataclass(frozen=True, eq=False)
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
    def needs(self) -> tuple[Requirement, ...]:
        """What the duty requires, by competency."""
        return tuple(sorted(self.duty.requires, key=lambda need: need.competency))

    @cached_property
    def covers(self) -> tuple[Cover, ...]:
        """Cover rules in force."""
        return tuple(rule for rule, _ in self._rules(Cover))

    @cached_property
    def cover_of(self) -> Mapping[str | None, Cover]:
        """Cover rules in force by id."""
        return {rule.id: rule for rule in self.covers}

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


def context_of(world: World, demand: Demand, states: tuple[RuleState, ...]) -> Context:
    """Return the context of a demand."""
    return Context(world, demand.duty, states, demand.first_day, demand.last_day)


def grounds(holdings: Holdings, context: Context) -> Iterator[Basis]:
    """Yield the standard, then every cover, whose demands on competence are met; `who` is not asked yet."""
    met = {
        need.competency: path
        for need in context.needs
        if (path := holdings.reach(need.competency, need.level, 0, need.evidence, context.last_day)) is not None
    }
    standard = None
    if len(met) == len(context.needs):
        standard = _basis(None, Fraction(1), context.needs, met, substitutes=False)
        yield standard
    for rule in context.covers:
        if rule.by == "standard":
            if standard is not None:
                yield _basis(rule.id, Fraction(1), context.needs, met, substitutes=False)
        elif rule.by == "substitution":
            yield from _by_substitution(holdings, context, rule)
        else:
            yield from _by_who(rule, context.needs, met)


def _basis(
    rule: str | None,
    strength: Fraction,
    needs: tuple[Requirement, ...],
    paths: Mapping[str, Path],
    *,
    substitutes: bool,
) -> Basis:
    listed = tuple((n.competency, n.level, paths[n.competency]) for n in needs)
    return Basis(rule, strength, substitutes, listed, half_up(1000 * (1 - strength)))


def _by_who(rule: Cover, needs: tuple[Requirement, ...], met: Mapping[str, Path]) -> Iterator[Basis]:
    """Yield a cover by `who`: it stands in for what it names (or all but the strict), the rest is met."""
    rest = []
    for need in needs:
        named = need.competency in rule.for_ or not rule.for_
        stands_in = named and not need.strict
        if need.competency not in rule.waives and not stands_in:
            rest.append(need)
    if rule.strength is not None and all(need.competency in met for need in rest):
        yield _basis(rule.id, rule.strength, tuple(rest), met, substitutes=True)


def _by_substitution(holdings: Holdings, context: Context, rule: Cover) -> Iterator[Basis]:
    """Yield a cover by substitution: every requirement by a path, one at least over a hop (or waived)."""
    rest = tuple(need for need in context.needs if need.competency not in rule.waives)
    paths: dict[str, Path] = {}
    for need in rest:
        hops = 0 if need.strict else rule.max_hops
        path = holdings.reach(need.competency, need.level, hops, need.evidence, context.last_day)
        if path is None:
            return
        paths[need.competency] = path
    if len(rest) == len(context.needs) and not any(path.hops for path in paths.values()):
        return
    strength = min((path.strength for path in paths.values()), default=Fraction(1))
    if rule.min_strength is None or strength >= rule.min_strength:
        yield _basis(rule.id, strength, rest, paths, substitutes=True)
