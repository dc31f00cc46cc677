"""What the search for changes that fill a seat keeps at hand (semantics §9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from asn_flex.domain.situation import RuleState
from asn_flex.eligibility.match import Eligibility, ProtectedSet
from asn_flex.planning.bottleneck import Bottleneck, Rows
from asn_flex.planning.changes import Change
from asn_flex.planning.offers import Offers, fresh_bases, offers_of
from asn_flex.planning.resolve import Vector
from asn_flex.rulebook.schema import AnyRule, Protect


@dataclass(frozen=True)
class Candidate:
    """A change to try: what it could bring at most per coverage tier, and how to make it.

    `family` names changes of the same sort, of which a few are enough (`enough`, where the next is only a larger step
    of the same change); `alike` counts further people with the same bound.
    """

    change: Change
    bound: Vector
    make: Callable[[], Eligibility]
    family: tuple[str, ...]
    alike: int = 0
    enough: int | None = None
    is_situation: bool = False


@dataclass(frozen=True)
class Search:
    """The bottleneck, and the demands whose bases are looked at."""

    bottleneck: Bottleneck
    demands: tuple[str, ...]
    _offers: dict[str, Offers] = field(default_factory=dict)
    _refusals: dict[tuple[int, int], dict[str, Rows]] = field(default_factory=dict)

    @property
    def eligibility(self) -> Eligibility:
        """Who may do what, as planned."""
        return self.bottleneck.problem.eligibility

    def offers(self, demand: str) -> Offers:
        """Return the bases of a demand as planned."""
        if demand not in self._offers:
            self._offers[demand] = offers_of(self.eligibility, demand)
        return self._offers[demand]

    @cached_property
    def guards(self) -> tuple[tuple[ProtectedSet, Vector], ...]:
        """The protected sets that keep somebody who could come, with what one more could bring at most."""
        bottleneck, network = self.bottleneck, self.bottleneck.problem.network
        if bottleneck.is_exact:
            sets = {(s.rule, s.unit): s for s in self.eligibility.protected}
            priced = (
                (sets[cap.rule, cap.unit or ""], bottleneck.price_of(cap))
                for cap in network.caps
                if cap.kind == "protect" and bottleneck.nodes[network.heads[cap.arc]]
            )
            return tuple((item, bound) for item, bound in priced if any(bound))
        waiting = np.zeros(self.eligibility.screen.officers.size, dtype=np.bool_)
        for demand in self.demands:
            for rows in self.offers(demand).has.values():
                waiting |= rows
        waiting &= bottleneck.held
        return tuple((item, self.any_bound) for item in bottleneck.full_sets if waiting[item.members].any())

    def guarding(self) -> Iterator[tuple[RuleState, Protect]]:
        """Yield the `protect` rules of the guards."""
        for rule_id in sorted({item.rule for item, _ in self.guards}):
            rule = self.eligibility.rulebook.by_id[rule_id]
            assert isinstance(rule, Protect)  # noqa: S101 - protected sets come from protect rules
            yield self.eligibility.situation.protections[rule_id], rule

    def states(self) -> Iterator[tuple[str, RuleState, AnyRule]]:
        """Yield the rules in force for the demands, with a demand of each state, once per rule and state."""
        seen: set[RuleState] = set()
        for demand in self.demands:
            for rule_id, state in sorted(self.eligibility.situation.in_force.get(demand, {}).items()):
                if state not in seen:
                    seen.add(state)
                    yield demand, state, self.eligibility.rulebook.by_id[rule_id]

    def rules_of(self, kind: int) -> list[tuple[RuleState, AnyRule]]:
        """Return the rules in force for a kind of demands."""
        by_id = self.eligibility.rulebook.by_id
        return [(state, by_id[state.rule]) for state in self.eligibility.screen.kinds[kind].states]

    def refusals(self, kind: int, outcome: int) -> dict[str, Rows]:
        """Return the types that each limit and forbid refuses."""
        if (kind, outcome) not in self._refusals:
            self._refusals[kind, outcome] = self.eligibility.screen.refusals(kind, outcome)
        return self._refusals[kind, outcome]

    def promising(self, changed: Eligibility, only: Rows | None = None) -> dict[int, Vector]:
        """Return the officers to whom a change opens a basis that could bring something, with the most it could.

        Parameters
        ----------
        changed : for the demands of the search, or some of them
        only : the officers to look at
        """
        best: dict[int, Vector] = {}
        teams = bool(self.bottleneck.problem.network.includes)
        for demand in self.demands:
            if demand not in changed.demands:
                continue
            fresh = fresh_bases(self.offers(demand), offers_of(changed, demand), teams=teams)
            for rule, rows in fresh.items():
                chosen = rows if only is None else rows & only
                for bound, officer in self.bottleneck.promising(chosen, demand, rule):
                    if officer not in best or bound > best[officer]:
                        best[officer] = bound
        for officer, bound in self._leaving(changed, only):
            if officer not in best or bound > best[officer]:
                best[officer] = bound
        return dict(sorted(best.items(), key=lambda item: (tuple(-b for b in item[1]), item[0])))

    def _leaving(self, changed: Eligibility, only: Rows | None) -> Iterator[tuple[int, Vector]]:
        """Yield the officers whom a change takes out of a protected set, so that it may let one more go."""
        if not changed.situation.protections:
            return
        after = {(s.rule, s.unit): s.members for s in changed.protected}
        for item, bound in self.guards:
            left = np.setdiff1d(item.members, after.get((item.rule, item.unit), item.members[:0]))
            yield from ((o, bound) for o in left.tolist() if only is None or only[o])

    @property
    def any_bound(self) -> Vector:
        """A bound for what no price bounds."""
        return (1,)
