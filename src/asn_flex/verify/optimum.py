"""Is there no better plan? The certificate's prices, put to every eligible pair (semantics §8.5, §10).

Weak duality. Give every seat of demand d a price v_d, and every capped set a price that is not negative.
Whatever a plan assigns, its gain is at most

    Σ_d [m_d (r1_d − v_d)⁺ + (s_d − m_d) (r2_d − v_d)⁺]  +  Σ cap × price
    + Σ_o max(0, max over eligible (d, b) of v_d + gain(o, d, b) − prices of the sets that o, d, b fall into)

with r1 the priority in the tiers `minimum` and coverage, r2 in coverage only, m_d = min(minimum, seats). All
these are vectors, one number per tier, compared lexicographically; the argument only needs a total order that
addition keeps. A plan whose gain equals the bound is therefore optimal, whoever computed the prices. Leaving
constraints out (team.include) only makes the bound larger, so that equality still proves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from asn_flex.domain.plan import Certificate, Plan, Price
from asn_flex.domain.situation import Demand
from asn_flex.verify.bases import Context
from asn_flex.verify.candidates import Candidates
from asn_flex.verify.columns import alike
from asn_flex.verify.findings import Findings, Optimality
from asn_flex.verify.limits import Limits, RuleAt, is_substitute
from asn_flex.verify.objective import Objective
from asn_flex.verify.pairs import pair_points
from asn_flex.verify.people import People

# Whole numbers of any size, one for each officer, home or area.
Options = NDArray[Any]


@dataclass(frozen=True)
class Scale:
    """Vectors of tiers as one whole number each, which compares and adds as the vectors do.

    # INVARIANT: every component of every sum stays below 2^(bits − 1): 96 bits hold any cost, 64 more any
    # number of seats, officers and prices, and prices wider than 96 bits widen the scale.
    """

    size: int
    bits: int

    @property
    def beyond(self) -> int:
        """A number whose negative is less than anything that a vector can come to."""
        return 1 << (self.bits * (self.size + 1))

    def encode(self, vector: Iterable[int]) -> int:
        """Return the vector as one number, the first tier weighing most."""
        total = 0
        for component in vector:
            total = (total << self.bits) + component
        return total

    def unit(self, tier: int) -> int:
        """Return the number that stands for 1 in one tier."""
        return 1 << (self.bits * (self.size - 1 - tier))

    def decode(self, number: int) -> tuple[int, ...]:
        """Return the vector again."""
        half, parts = 1 << (self.bits - 1), []
        for _ in range(self.size):
            low = (number + half) % (1 << self.bits) - half
            parts.append(low)
            number = (number - low) >> self.bits
        return tuple(reversed(parts))


@dataclass
class Prices:
    """The certificate's prices, encoded; what is absent costs nothing."""

    scale: Scale
    demands: dict[str, int]
    shares: dict[RuleAt, int]
    substitutes: dict[RuleAt, int]
    protections: dict[RuleAt, int]
    substitutes_at: dict[str, int] = field(default_factory=dict)


def check_optimality(plan: Plan, people: People, limits: Limits, objective: Objective, found: Findings) -> Optimality:
    """Return whether the plan is proven the best, with a finding where its certificate does not prove it."""
    if plan.status != "optimal":
        return "not_claimed"
    tiers = tuple(t.tier for t in plan.objective)
    if tiers != objective.tiers:
        return "not_independently_proven"
    prices = _read_prices(plan, people, limits, tiers, found)
    if prices is None:
        return "not_independently_proven"
    scale = prices.scale
    bound, gain = _Bound(people, limits, objective, prices).total(found), scale.encode(objective.gains)
    if bound == gain:
        return "proven"
    if bound < gain:
        found.add("V508", **_first_difference(tiers, scale.decode(bound), objective.gains))
    elif plan.proof == "certificate":
        found.add("V507", **_first_difference(tiers, scale.decode(bound), objective.gains))
    return "not_independently_proven"


def _first_difference(tiers: tuple[str, ...], bound: tuple[int, ...], gain: tuple[int, ...]) -> dict[str, object]:
    tier, most, has = next((t, b, g) for t, b, g in zip(tiers, bound, gain, strict=True) if b != g)
    return {"tier": tier, "bound": most, "gain": has}


def _read_prices(plan: Plan, people: People, limits: Limits, tiers: tuple[str, ...], found: Findings) -> Prices | None:
    """Check that prices are of things that exist, one number per tier, and, of caps, not negative."""
    certificate = plan.certificate
    faults = list(_faults(certificate, people, limits, tiers))
    for key, values in faults:
        found.add(key, **values)
    if faults:
        return None
    widest = max((abs(n).bit_length() for vector in _vectors(certificate) for n in vector), default=0)
    scale = Scale(len(tiers), 64 + max(96, widest))
    prices = Prices(
        scale,
        {demand: scale.encode(vector) for demand, vector in certificate.demands.items()},
        {(p.rule, p.demand or ""): scale.encode(p.price) for p in certificate.shares},
        {(p.rule, p.demand or ""): scale.encode(p.price) for p in certificate.substitutes},
        {(p.rule, p.unit or ""): scale.encode(p.price) for p in certificate.protections},
    )
    for (_, demand), price in prices.substitutes.items():
        prices.substitutes_at[demand] = prices.substitutes_at.get(demand, 0) + price
    return prices


def _vectors(certificate: Certificate) -> Iterator[tuple[int, ...]]:
    yield from certificate.demands.values()
    for price in (*certificate.shares, *certificate.substitutes, *certificate.protections):
        yield price.price


def _faults(
    certificate: Certificate, people: People, limits: Limits, tiers: tuple[str, ...]
) -> Iterator[tuple[str, dict[str, object]]]:
    empty = not certificate.tiers and not any(True for _ in _vectors(certificate))
    if certificate.tiers != tiers and not empty:
        yield "V505.tiers", {}
    if any(len(vector) != len(tiers) for vector in _vectors(certificate)):
        yield "V505.length", {"tiers": len(tiers)}
    for demand in sorted(certificate.demands.keys() - people.reading.demands.keys()):
        yield "V505.demand", {"demand": demand}
    capped: tuple[tuple[tuple[Price, ...], Mapping[RuleAt, object], bool], ...] = (
        (certificate.shares, limits.shares, False),
        (certificate.substitutes, limits.substitutes, False),
        (certificate.protections, limits.protections, True),
    )
    for prices, caps, in_unit in capped:
        seen = set()
        for price in prices:
            at = (price.unit if in_unit else price.demand) or ""
            if (price.rule, at) not in caps or (price.rule, at) in seen:
                yield "V505.cap", {"rule": price.rule, "at": at}
            seen.add((price.rule, at))
            if next((n for n in price.price if n), 0) < 0:
                yield "V506", {"rule": price.rule, "at": at}


class _Bound:
    """The right-hand side of weak duality."""

    def __init__(self, people: People, limits: Limits, objective: Objective, prices: Prices) -> None:
        self.people, self.limits, self.objective, self.prices = people, limits, objective, prices
        tiers, unit = objective.tiers, prices.scale.unit
        self.tiers = {tier: unit(index) for index, tier in enumerate(tiers)}
        self.rules = people.world.rulebook.by_id
        self.pairs = self.groups = 0

    def total(self, found: Findings) -> int:
        """Return the bound, encoded."""
        total = sum(self._seats(demand) for demand in self.people.reading.demands.values())
        total += sum(self.limits.shares[key] * price for key, price in self.prices.shares.items())
        total += sum(self.limits.substitutes[key] * price for key, price in self.prices.substitutes.items())
        total += sum(self.limits.protections[key].cap * price for key, price in self.prices.protections.items())
        total += self._officers()
        found.checked["officers"] = len(self.people.rows)
        found.checked["groups"] = self.groups
        found.checked["eligible_pairs"] = self.pairs
        return total

    def _seats(self, demand: Demand) -> int:
        """Return m (r1 − v)⁺ + (s − m) (r2 − v)⁺."""
        coverage = demand.priority * self.tiers[f"coverage.{demand.duty_class}"]
        least = demand.priority * self.tiers[f"coverage.{demand.duty_class}.minimum"]
        price = self.prices.demands.get(demand.id, 0)
        m = min(demand.minimum, demand.seats)
        return m * max(0, coverage + least - price) + (demand.seats - m) * max(0, coverage - price)

    def _officers(self) -> int:
        """Sum, over everybody, the best that each could bring, priced."""
        people = self.people
        best = np.full(len(people.rows), -self.prices.scale.beyond, dtype=object)
        for context in dict.fromkeys(people.contexts.values()):
            candidates = people.candidates(context)
            for outcome in candidates.outcomes:
                self._raise(best, candidates, outcome)
        for officer, before in self.objective.previous.items():
            demand = people.reading.demands.get(before)
            if demand is not None and officer in people.rows:
                number = people.rows.number[officer]
                best[number] = max([best[number], *self._at(officer, demand)])
        values = np.maximum(best - self._own_cost(), 0)
        for officer in self.limits.must.keys() | self.limits.never.keys():
            if officer in people.rows:
                values[people.rows.number[officer]] = self._pinned(officer)
        return int(values.sum())

    def _raise(self, best: Options, candidates: Candidates, outcome: int) -> None:
        """Raise the best of every candidate by what the demands with one outcome of the way offer."""
        seen = (candidates.outcome == outcome).any(axis=0)
        at_home = np.zeros(len(candidates.homes), dtype=np.int64)
        for demand in candidates.demands:
            at_home += candidates.outcome[candidates.areas.index(demand.area)] == outcome
        eligible = np.zeros(len(candidates.officers), dtype=np.bool_)
        for standing in candidates.standings(outcome):
            sees = seen[candidates.home[standing.rows]]
            rows, cost, pattern = standing.rows[sees], standing.cost[sees], standing.pattern[sees]
            eligible[rows] = True
            groups, firsts = alike([candidates.home[rows], pattern, cost], len(rows))
            self.groups += len(firsts)
            peaks = {p: self._peaks(candidates, outcome, standing.rule, p) for p in np.unique(pattern).tolist()}
            values = np.empty(len(firsts), dtype=object)
            for group, first in enumerate(firsts.tolist()):
                peak = peaks[int(pattern[first])][candidates.home[rows[first]]]
                values[group] = peak - self._cost(int(cost[first]))
            officers = candidates.officers[rows]
            best[officers] = np.maximum(best[officers], values[groups])
        self.pairs += int(at_home[candidates.home[eligible]].sum())

    def _peaks(self, candidates: Candidates, outcome: int, rule: str | None, pattern: int) -> Options:
        """Return per home the best price of a basis over the demands with that outcome, less the points of the way."""
        lowest = -self.prices.scale.beyond
        price = np.full(len(candidates.areas), lowest, dtype=object)
        for demand in candidates.demands:
            at = candidates.areas.index(demand.area)
            price[at] = max(price[at], dict(self._basis_prices(demand, candidates.context))[rule])
        values = np.repeat(price[:, None], len(candidates.homes), axis=1)
        for prefer in candidates.patterns[pattern]:
            values = values - candidates.way_points(prefer) * self.tiers["suitability"]
        peaks: Options = np.where(candidates.outcome == outcome, values, lowest).max(axis=0, initial=lowest)
        return peaks

    def _own_cost(self) -> Options:
        """Return what every officer costs wherever they go: hours, and prices of the sets that protect them."""
        codes, cells = self.people.columns.column("hours_7d")
        table = np.empty(len(cells), dtype=object)
        table[:] = [self.people.whole_hours(cell) * self.tiers["burden"] for cell in cells]
        cost: Options = table[codes]
        for key, price in self.prices.protections.items():
            cost[self.limits.protections[key].numbers] += price
        return cost

    def _cost(self, points: int) -> int:
        return points * self.tiers["suitability"]

    def _basis_prices(self, demand: Demand, context: Context) -> Iterator[tuple[str | None, int]]:
        """Yield v_d less the price of the share at d and, for a substitute, of team rules at d."""
        price = self.prices.demands.get(demand.id, 0)
        yield None, price
        for cover in context.covers:
            less = self.prices.shares.get((cover.id, demand.id), 0)
            if is_substitute(self.people, cover.id):
                less += self.prices.substitutes_at.get(demand.id, 0)
            yield cover.id, price - less

    def _at(self, officer: str, demand: Demand) -> list[int]:
        """Return the priced options of one officer at one demand."""
        people = self.people
        offer, way = people.offer_of(officer, demand), people.way(officer, demand)
        prices = dict(self._basis_prices(demand, people.contexts[demand.id]))
        kept = self.tiers.get("disruption", 0) if self.objective.previous.get(officer) == demand.id else 0
        row = people.alone(officer).row
        return [
            kept + prices[b.rule] - self._cost(b.loss + pair_points(people.world, offer, b, row, way))
            for b in offer.bases
        ]

    def _pinned(self, officer: str) -> int:
        """Return the best that pins leave to an officer, priced; nothing where they may stay home and better do."""
        must = self.limits.must.get(officer, frozenset())
        never = self.limits.never.get(officer, frozenset())
        allowed = [d for d in self.people.reading.demands.values() if d.id not in never and (not must or d.id in must)]
        number = self.people.rows.number[officer]
        own = self.people.hours(officer) * self.tiers["burden"] + sum(
            price for key, price in self.prices.protections.items() if number in self.limits.protections[key].numbers
        )
        values = [value - own for demand in allowed for value in self._at(officer, demand)]
        return max(values if must else [*values, 0], default=0)
