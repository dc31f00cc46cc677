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

from asn_flex.domain.plan import Certificate, Plan, Price
from asn_flex.domain.situation import Demand
from asn_flex.rulebook.schema import Prefer
from asn_flex.verify.bases import Context
from asn_flex.verify.facts import Way
from asn_flex.verify.findings import Findings, Optimality
from asn_flex.verify.limits import Limits, RuleAt, is_substitute
from asn_flex.verify.objective import Objective
from asn_flex.verify.pairs import Offer, minimise_points
from asn_flex.verify.people import Group, People, View


@dataclass(frozen=True)
class Scale:
    """Vectors of tiers as one whole number each, which compares and adds as the vectors do.

    # INVARIANT: every component of every sum stays below 2^(bits − 1): 96 bits hold any cost, 64 more any
    # number of seats, officers and prices, and prices wider than 96 bits widen the scale.
    """

    size: int
    bits: int

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


@dataclass(frozen=True, slots=True)
class _Slot:
    """Demands that look the same and are equally far from one home area, with the best price of each basis."""

    way: Way
    best: dict[str | None, int]


class _Bound:
    """The right-hand side of weak duality."""

    def __init__(self, people: People, limits: Limits, objective: Objective, prices: Prices) -> None:
        self.people, self.limits, self.objective, self.prices = people, limits, objective, prices
        tiers, unit = objective.tiers, prices.scale.unit
        self.tiers = {tier: unit(index) for index, tier in enumerate(tiers)}
        self.rules = people.world.rulebook.by_id
        self.of_pair = frozenset(
            rule.id
            for rule in people.world.rulebook.preferences
            if rule.minimise is not None and rule.minimise.startswith("pair.")
        )
        self.slots_of: dict[str | None, dict[View, list[_Slot]]] = {}
        self.points: dict[tuple[str, Way], int] = {}
        self.pairs = 0

    def total(self, found: Findings) -> int:
        """Return the bound, encoded."""
        total = sum(self._seats(demand) for demand in self.people.reading.demands.values())
        total += sum(self.limits.shares[key] * price for key, price in self.prices.shares.items())
        total += sum(self.limits.substitutes[key] * price for key, price in self.prices.substitutes.items())
        total += sum(self.limits.protections[key].cap * price for key, price in self.prices.protections.items())
        for group in self.people.groups:
            for home, officers in group.by_home.items():
                total += self._officers(group, home, officers)
        found.checked["officers"] = len(self.people.rows)
        found.checked["groups"] = len(self.people.groups)
        found.checked["eligible_pairs"] = self.pairs
        return total

    def _seats(self, demand: Demand) -> int:
        """Return m (r1 − v)⁺ + (s − m) (r2 − v)⁺."""
        coverage = demand.priority * self.tiers[f"coverage.{demand.duty_class}"]
        least = demand.priority * self.tiers[f"coverage.{demand.duty_class}.minimum"]
        price = self.prices.demands.get(demand.id, 0)
        m = min(demand.minimum, demand.seats)
        return m * max(0, coverage + least - price) + (demand.seats - m) * max(0, coverage - price)

    def _officers(self, group: Group, home: str | None, officers: list[str]) -> int:
        """Sum, over officers alike, the best that each could bring, priced."""
        frontier = self._frontier(group, home, len(officers))
        total = 0
        for officer in officers:
            if officer in self.limits.must or officer in self.limits.never:
                options, free = self._pinned_options(officer)
            else:
                options, free = [v - self._own_points(rules, officer) for rules, v in frontier.items()], True
                options.extend(self._kept_options(officer))
            own = self._own_cost(officer)
            values = [value - own for value in options] + ([0] if free else [])
            total += max(values, default=0)
        return total

    def _own_cost(self, officer: str) -> int:
        """Return what an officer costs wherever they go: hours, and prices of the sets that protect them."""
        cost = self.people.hours(officer) * self.tiers["burden"]
        for protect_set in self.limits.sets_of.get(officer, ()):
            cost += self.prices.protections.get((protect_set.rule, protect_set.unit), 0)
        return cost

    def _own_points(self, rules: tuple[str, ...], officer: str) -> int:
        row = self.people.rows[officer]
        total = 0
        for rule_id in rules:
            rule = self.rules[rule_id]
            if isinstance(rule, Prefer):
                total += minimise_points(self.people.world, rule, row, None)
        return total * self.tiers["suitability"]

    def _frontier(self, group: Group, home: str | None, size: int) -> dict[tuple[str, ...], int]:
        """Return the best priced option by the `minimise` rules that then apply to each officer."""
        best: dict[tuple[str, ...], int] = {}
        slots = self._slots(home)
        for view, offer in self.people.open_to(group, home):
            self.pairs += size
            costs = [(b.rule, self._cost(b.loss + b.confirm_points)) for b in offer.bases]
            for slot in slots[view]:
                rules, shared = self._split(offer, slot.way)
                value = max(slot.best[rule] - cost for rule, cost in costs) - self._cost(offer.points + shared)
                if rules not in best or value > best[rules]:
                    best[rules] = value
        return best

    def _cost(self, points: int) -> int:
        return points * self.tiers["suitability"]

    def _split(self, offer: Offer, way: Way) -> tuple[tuple[str, ...], int]:
        """Part the `minimise` rules: those about the officer, and the points of those about the way."""
        if not offer.minimise:
            return (), 0
        own = tuple(rule for rule in offer.minimise if rule not in self.of_pair)
        return own, sum(self._way_points(rule, way) for rule in offer.minimise if rule in self.of_pair)

    def _way_points(self, rule_id: str, way: Way) -> int:
        key = (rule_id, way)
        if key not in self.points:
            rule = self.rules[rule_id]
            self.points[key] = minimise_points(self.people.world, rule, {}, way) if isinstance(rule, Prefer) else 0
        return self.points[key]

    def _slots(self, home: str | None) -> dict[View, list[_Slot]]:
        if home not in self.slots_of:
            slots: dict[View, dict[int | None, _Slot]] = {}
            for demand in self.people.reading.demands.values():
                way = self.people.way_from(home, demand.area)[0]
                minutes = way.travel_min if self.of_pair else None
                like = slots.setdefault(self.people.view(home, demand), {})
                slot = like.setdefault(minutes, _Slot(way, {}))
                for rule, price in self._basis_prices(demand, self.people.contexts[demand.id]):
                    if rule not in slot.best or price > slot.best[rule]:
                        slot.best[rule] = price
            self.slots_of[home] = {view: list(like.values()) for view, like in slots.items()}
        return self.slots_of[home]

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
        rules, shared = self._split(offer, way)
        prices = dict(self._basis_prices(demand, people.contexts[demand.id]))
        kept = self.tiers.get("disruption", 0) if self.objective.previous.get(officer) == demand.id else 0
        base = kept - self._cost(offer.points + shared) - self._own_points(rules, officer)
        return [base + prices[b.rule] - self._cost(b.loss + b.confirm_points) for b in offer.bases]

    def _kept_options(self, officer: str) -> list[int]:
        """Return what the officer brings where they were before."""
        demand = self.people.reading.demands.get(self.objective.previous.get(officer, ""))
        return self._at(officer, demand) if demand is not None else []

    def _pinned_options(self, officer: str) -> tuple[list[int], bool]:
        """Return the options that pins leave, and whether the officer may stay home."""
        demands = self.people.reading.demands
        must = self.limits.must.get(officer, frozenset())
        never = self.limits.never.get(officer, frozenset())
        allowed = [d for d in demands.values() if d.id not in never and (not must or d.id in must)]
        return [value for demand in allowed for value in self._at(officer, demand)], not must
