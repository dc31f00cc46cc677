"""What an edit changes for scenarios: who may do what, which seats exist, and who would go (semantics §12.6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from asn_flex.analysis.changes import Change, changes_between
from asn_flex.analysis.hybrids import Hybrids
from asn_flex.analysis.meaning import Meaning, compare
from asn_flex.analysis.plan_diff import PlanDiff, compare_plans
from asn_flex.domain.plan import Plan
from asn_flex.domain.scenario import Scenario
from asn_flex.domain.situation import Demand, Situation
from asn_flex.eligibility.match import Eligibility, match
from asn_flex.errors import Diagnostic, InputError, Text
from asn_flex.explain.naming import demand_name
from asn_flex.rulebook.model import Rulebook

# How many changes are tried one at a time; and how many officers are named where pairs are counted.
MOST_ALONE = 20
MOST_NAMED = 10


@dataclass(frozen=True)
class Stages:
    """How one rulebook makes something of a scenario.

    Parameters
    ----------
    infer : which seats exist; raises where rules contradict each other
    plan : who goes; with a previous plan, keeping whom it can; raises where pins cannot hold
    """

    infer: Callable[[Rulebook, Scenario], Situation]
    plan: Callable[[Eligibility, Plan | None], Plan]


@dataclass(frozen=True)
class Tried:
    """A scenario as a caller gave it: its name, and how to read it for a rulebook (which may raise)."""

    name: str
    read: Callable[[Rulebook], Scenario]


@dataclass(frozen=True)
class Effect:
    """What a change, or all of them, does to one scenario; `plan` is None where one of the plans cannot be made."""

    meaning: Meaning
    plan: PlanDiff | None

    @property
    def is_nothing(self) -> bool:
        """Whether nothing at all differs."""
        return self.meaning.is_nothing and self.plan is not None and self.plan.is_nothing


@dataclass(frozen=True)
class Alone:
    """The effect of one change made by itself.

    Attributes
    ----------
    change : its number among the changes
    members : the numbers of all that were made: itself, and what it cannot be loaded without
    effect : None where not even that can be loaded, or the scenario does not fit it
    faults : why the scenario does not fit
    """

    change: int
    members: tuple[int, ...]
    effect: Effect | None
    faults: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True)
class ScenarioDiff:
    """What an edit does to one scenario.

    Attributes
    ----------
    scenario : what the caller calls it
    read : the scenario as the new rulebook reads it (the old one, where the new one cannot)
    names : what people call its demands, before and after
    all_together : None where one of the rulebooks can make nothing of it
    alone : each change that can matter, made by itself, as far as they were tried
    faults_before, faults_after : what either rulebook finds wrong with it
    """

    scenario: str
    read: Scenario | None
    names: Mapping[str, Text]
    all_together: Effect | None
    alone: tuple[Alone, ...] = ()
    faults_before: tuple[Diagnostic, ...] = ()
    faults_after: tuple[Diagnostic, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether nothing differs for this scenario; what cannot be planned by either rulebook alike included."""
        if self.all_together is None or self.all_together.plan is None:
            told = [[(d.code, d.text) for d in found] for found in (self.faults_before, self.faults_after)]
            is_alike = self.all_together is None or self.all_together.meaning.is_nothing
            return is_alike and bool(told[0]) and told[0] == told[1]
        return self.all_together.is_nothing

    @property
    def interaction(self) -> tuple[int, int] | None:
        """Filled seats that the changes add by themselves, in sum, and all together; None where these are the same.

        Also None where some change was not tried by itself, or together with others.
        """
        if self.all_together is None or self.all_together.plan is None or len(self.alone) < 2:
            return None
        single = 0
        for item in self.alone:
            if item.effect is None or item.effect.plan is None or len(item.members) > 1:
                return None
            before, after = item.effect.plan.total
            single += after - before
        before, after = self.all_together.plan.total
        return (single, after - before) if single != after - before else None


@dataclass(frozen=True)
class RulebookDiff:
    """What an edit changes: in the text, for whom, and in the plans."""

    old: Rulebook
    new: Rulebook
    changes: tuple[Change, ...]
    scenarios: tuple[ScenarioDiff, ...] = ()

    @property
    def nothing_for_any_scenario(self) -> bool:
        """Whether it is proven that no scenario could tell the two rulebooks apart."""
        return not any(change.matters for change in self.changes)

    @property
    def nothing_for_these(self) -> bool:
        """Whether nothing differs for the scenarios that were tried."""
        return all(scenario.is_nothing for scenario in self.scenarios)

    @property
    def untried(self) -> int:
        """How many changes that can matter were not tried by themselves, because there are too many."""
        return max(0, sum(change.matters for change in self.changes) - MOST_ALONE)


def diff(
    old: Rulebook, new: Rulebook, scenarios: Sequence[Tried], stages: Stages, *, named: int = MOST_NAMED
) -> RulebookDiff:
    """Compare two rulebooks, and what they make of scenarios.

    Parameters
    ----------
    named : officers that are named per demand where pairs are counted
    """
    changes = changes_between(old, new)
    comparison = _Comparison(Hybrids(old, new, changes), stages, named)
    return RulebookDiff(old, new, changes, tuple(comparison.of(item) for item in scenarios))


@dataclass(frozen=True)
class _Made:
    """What one rulebook makes of a scenario; no plan where pins cannot hold."""

    eligibility: Eligibility
    plan: Plan | None
    faults: tuple[Diagnostic, ...] = ()


@dataclass
class _Comparison:
    """The work of `diff` for many scenarios; hybrids are loaded once for all of them."""

    hybrids: Hybrids
    stages: Stages
    named: int
    loaded: dict[int, tuple[tuple[int, ...], Rulebook] | None] = field(default_factory=dict)

    @cached_property
    def matter(self) -> list[int]:
        """The changes that can matter, as many as are tried by themselves."""
        return [i for i, change in enumerate(self.hybrids.changes) if change.matters][:MOST_ALONE]

    def of(self, item: Tried) -> ScenarioDiff:
        """Compare what the rulebooks make of one scenario."""
        before, wrong_before = self._make(self.hybrids.old, item)
        after, wrong_after = self._make(self.hybrids.new, item)
        sides = [made.eligibility for made in (before, after) if made is not None]
        read = sides[-1].scenario if sides else None
        names = {demand.id: _named(side, demand) for side in sides for demand in side.situation.demands}
        if before is None or after is None:
            return ScenarioDiff(item.name, read, names, None, (), wrong_before, wrong_after)
        hidden = any(change.protected and change.matters for change in self.hybrids.changes)
        whole = self._effect(before, after, hidden=hidden)
        alone = self._alone(item, before, whole)
        return ScenarioDiff(item.name, read, names, whole, alone, wrong_before, wrong_after)

    def _alone(self, item: Tried, before: _Made, whole: Effect) -> tuple[Alone, ...]:
        if len(self.matter) == 1:
            # Nothing else can have an effect.
            return (Alone(self.matter[0], (self.matter[0],), whole),)
        found = []
        for index in self.matter:
            if index not in self.loaded:
                self.loaded[index] = self.hybrids.alone(index)
            entry = self.loaded[index]
            if entry is None:
                found.append(Alone(index, (), None))
                continue
            members, rulebook = entry
            made, wrong = self._make(rulebook, item)
            hidden = any(self.hybrids.changes[i].protected for i in members)
            effect = None if made is None else self._effect(before, made, hidden=hidden)
            found.append(Alone(index, members, effect, wrong))
        return tuple(found)

    def _make(self, rulebook: Rulebook, item: Tried) -> tuple[_Made | None, tuple[Diagnostic, ...]]:
        try:
            scenario = item.read(rulebook)
            eligibility = match(rulebook, scenario, self.stages.infer(rulebook, scenario))
        except InputError as error:
            return None, error.diagnostics
        try:
            return _Made(eligibility, self.stages.plan(eligibility, None)), ()
        except InputError as error:
            return _Made(eligibility, None, error.diagnostics), error.diagnostics

    def _effect(self, before: _Made, after: _Made, *, hidden: bool) -> Effect:
        meaning = compare(before.eligibility, after.eligibility, most=self.named, hidden=hidden)
        if before.plan is None or after.plan is None:
            return Effect(meaning, None)
        first = before.plan
        return Effect(meaning, compare_plans(first, after.plan, lambda: self.stages.plan(after.eligibility, first)))


def _named(side: Eligibility, demand: Demand) -> Text:
    area = None if demand.at_event else demand.area
    return demand_name(side.rulebook, side.scenario, demand.duty, area, demand.shift)
