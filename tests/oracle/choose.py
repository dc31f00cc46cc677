"""Who goes (§5.8, §5.9, §8.1, §8.2): judge a plan, and find the lexicographic optimum.

A plan is a list of (officer, demand, rule or `standard`).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from .conditions import evaluate, in_force
from .match import Basis, Matcher
from .reading import as_int, as_list, as_number, half_up
from .situation import CLASSES, Demand, Situation
from .world import View, World

Plan = list[tuple[str, str, str]]


class PinFault(Exception):  # noqa: N818 (the word of §6.1)
    """A `must` that is not eligible, or pins that cannot hold together."""


@dataclass(frozen=True)
class Include:
    """filled <= per x (assigned officers among `leaders`; with `qualified` on the full standard only)."""

    rule: str
    per: int
    qualified: bool
    leaders: frozenset[str]


@dataclass(frozen=True)
class Protect:
    """At most `cap` of `officers` are assigned."""

    rule: str
    unit: str
    officers: frozenset[str]
    cap: int


@dataclass
class Problem:
    """All that the choice depends on, as plain numbers and names."""

    demands: dict[str, Demand]
    eligible: dict[tuple[str, str], list[Basis]]
    hours: dict[str, int]
    previous: dict[str, str] | None
    protects: list[Protect] = field(default_factory=list)
    includes: dict[str, list[Include]] = field(default_factory=dict)
    substitutes: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    shares: dict[str, dict[str, int]] = field(default_factory=dict)
    must: set[tuple[str, str]] = field(default_factory=set)
    never: set[tuple[str, str]] = field(default_factory=set)

    # --- one demand ---

    def faults_at(self, demand: str, crew: dict[str, Basis]) -> list[str]:
        """What is wrong with these officers on these bases at one demand."""
        found = []
        filled = len(crew)
        if filled > self.demands[demand].seats:
            found.append(f"seats {demand}")
        for include in self.includes.get(demand, []):
            leads = [o for o, basis in crew.items() if o in include.leaders]
            if include.qualified:
                leads = [o for o in leads if crew[o].is_qualified]
            if filled > include.per * len(leads):
                found.append(f"team {include.rule} {demand}")
        without_standard = sum(not basis.is_qualified for basis in crew.values())
        found += [f"team {rule} {demand}" for rule, cap in self.substitutes.get(demand, []) if without_standard > cap]
        for rule, cap in self.shares.get(demand, {}).items():
            if sum(basis.rule == rule for basis in crew.values()) > cap:
                found.append(f"share {rule} {demand}")
        return found

    def faults_of_all(self, serving: dict[str, str]) -> list[str]:
        """What is wrong with officer -> demand over all demands together."""
        found = [
            f"protect {one.rule} {one.unit}"
            for one in self.protects
            if sum(officer in one.officers for officer in serving) > one.cap
        ]
        found += [f"pin must {officer} {demand}" for officer, demand in self.must if serving.get(officer) != demand]
        return found + [
            f"pin never {officer} {demand}" for officer, demand in serving.items() if (officer, demand) in self.never
        ]

    def basis(self, officer: str, demand: str, rule: str) -> Basis | None:
        """The surviving basis of that name."""
        return next((one for one in self.eligible.get((officer, demand), []) if one.rule == rule), None)

    # --- a whole plan ---

    def violations(self, plan: Iterable[tuple[str, str, str]]) -> list[str]:
        """Everything that is wrong with a plan, sorted; nothing if it is feasible."""
        found, serving, crews = [], {}, {}
        for officer, demand, rule in plan:
            basis = self.basis(officer, demand, rule)
            if officer in serving:
                found.append(f"twice {officer}")
            elif basis is None:
                found.append(f"not eligible {officer} {demand} {rule}")
            else:
                serving[officer] = demand
                crews.setdefault(demand, {})[officer] = basis
        for demand, crew in crews.items():
            found += self.faults_at(demand, crew)
        return sorted(found + self.faults_of_all(serving))

    def tiers(self, plan: Iterable[tuple[str, str, str]]) -> dict[str, int]:
        """The value of each tier (§8.2); the plan is taken to be feasible."""
        plan = list(plan)
        serving = {officer: demand for officer, demand, _ in plan}
        filled = {name: sum(demand == name for demand in serving.values()) for name in self.demands}
        values = {}
        for cls in CLASSES:
            demands = [one for one in self.demands.values() if one.cls == cls]
            values[f"coverage.{cls}.minimum"] = sum(d.priority * min(filled[d.id], d.minimum) for d in demands)
            values[f"coverage.{cls}"] = sum(d.priority * filled[d.id] for d in demands)
        if self.previous is not None:
            values["disruption"] = sum(serving.get(officer) != demand for officer, demand in self.previous.items())
        values["suitability"] = sum(self.basis(*one).cost for one in plan)
        values["burden"] = sum(self.hours[officer] for officer in serving)
        return values

    def feasible_value(self, plan: Iterable[tuple[str, str, str]]) -> dict[str, int] | list[str]:
        """The tiers of a feasible plan, else the list of what is wrong with it."""
        plan = list(plan)
        return self.violations(plan) or self.tiers(plan)

    # --- the optimum ---

    def crews(self, demand: str) -> Iterator[tuple[frozenset[str], Plan]]:
        """Every set of officers that can work at the demand together, with its cheapest bases.

        Given who goes where, the bases of one demand touch nothing outside it but the sum `suitability`: so
        the cheapest feasible choice per demand is the best.
        """
        officers = sorted(o for o, d in self.eligible if d == demand and (o, d) not in self.never)
        for size in range(min(len(officers), self.demands[demand].seats) + 1):
            for crew in itertools.combinations(officers, size):
                best = None
                for bases in itertools.product(*(self.eligible[officer, demand] for officer in crew)):
                    cost = sum(basis.cost for basis in bases)
                    if (best is None or cost < best[0]) and not self.faults_at(
                        demand, dict(zip(crew, bases, strict=True))
                    ):
                        best = cost, [(o, demand, basis.rule) for o, basis in zip(crew, bases, strict=True)]
                if best is not None:
                    yield frozenset(crew), best[1]

    def rank(self, plan: Plan) -> tuple[int, ...]:
        """The tiers as a tuple to be made least."""
        return tuple(-value if name.startswith("coverage") else value for name, value in self.tiers(plan).items())

    def best_plan(self) -> Plan:
        """An optimal plan; a `PinFault` if there is none."""
        plan = self.search()
        if plan is None:
            raise PinFault(f"the pins cannot hold together: {', '.join(self.blamed())}")
        return plan

    def blamed(self) -> list[str]:
        """The pinned officers, and the rules each of which alone stands in the way."""
        found = []
        for rule in sorted(self.rules_of_caps()):
            freed = replace(
                self,
                protects=[one for one in self.protects if one.rule != rule],
                includes={d: [one for one in some if one.rule != rule] for d, some in self.includes.items()},
                substitutes={d: [one for one in some if one[0] != rule] for d, some in self.substitutes.items()},
                shares={d: {r: cap for r, cap in some.items() if r != rule} for d, some in self.shares.items()},
            )
            if freed.search() is not None:
                found.append(rule)
        return sorted(officer for officer, _ in self.must) + found

    def rules_of_caps(self) -> set[str]:
        """Every rule that caps something."""
        return (
            {one.rule for one in self.protects}
            | {one.rule for some in self.includes.values() for one in some}
            | {rule for some in self.substitutes.values() for rule, _ in some}
            | {rule for some in self.shares.values() for rule in some}
        )

    def search(self) -> Plan | None:
        """An optimal plan, None if no plan is feasible.

        Demand by demand, the best plan so far for each set of officers used: what is still possible then, and
        what the rest adds to every tier, depends on that set only. Protect and pins are judged at the end.
        """
        best: dict[frozenset[str], tuple[tuple[int, ...], Plan]] = {frozenset(): (self.rank([]), [])}
        for demand in self.demands:
            crews = list(self.crews(demand))
            after: dict[frozenset[str], tuple[tuple[int, ...], Plan]] = {}
            held = {officer for officer, where in self.must if where == demand}
            for used, (_, plan) in best.items():
                for crew, taken in crews:
                    if held <= crew and not used & crew:
                        longer = plan + taken
                        rank = self.rank(longer)
                        key = used | crew
                        if key not in after or rank < after[key][0]:
                            after[key] = rank, longer
            best = after
        good = [entry for entry in best.values() if not self.violations(entry[1])]
        return sorted(min(good)[1]) if good else None

    def plain_plans(self) -> Iterator[Plan]:
        """Every feasible plan, by plain enumeration of what each officer may do (slow: a check only)."""
        officers = sorted({officer for officer, _ in self.eligible})
        choices = []
        for officer in officers:
            pairs = [(d, basis.rule) for (o, d), bases in self.eligible.items() if o == officer for basis in bases]
            choices.append([None, *pairs])
        for chosen in itertools.product(*choices):
            plan = [(o, *choice) for o, choice in zip(officers, chosen, strict=True) if choice is not None]
            if not self.violations(plan):
                yield plan

    def count_plain(self) -> int:
        """How many combinations `plain_plans` goes through."""
        officers = {officer for officer, _ in self.eligible}
        return math.prod(1 + sum(len(b) for (o, _), b in self.eligible.items() if o == officer) for officer in officers)


# --- from the rules to the problem ---


def protects(world: World, situation: Situation) -> list[Protect]:
    """The caps of the protect rules in force (§5.8)."""
    found, days = [], world.period_days()
    view = View(world, situation.event, days[-1])
    for rule in world.rules_of("protect"):
        for unit in sorted(world.units):
            if not protects_unit(rule, unit, world) or not in_force(rule, view, days).truth:
                continue
            situation.rules_in_force.add(rule["id"])
            own = [o for o, row in world.officers.items() if world.cell("officer", row, "unit") == unit]
            them = frozenset(o for o in own if evaluate(rule.get("who"), view.of(o)).truth is not False)
            present = sum(world.is_available(officer, days) for officer in them)
            keep = math.ceil(as_number(rule["keep"].get("share", "0%")) * len(them))
            keep = max(keep, as_int(rule["keep"].get("at_least", "0")))
            found.append(Protect(rule["id"], unit, them, max(0, present - keep)))
    return found


def protects_unit(rule: dict, unit: str, world: World) -> bool:
    """Whether the unit is one of the rule's; an unknown service class falls under every class."""
    wanted, row = rule["unit"], world.units[unit]
    if isinstance(wanted, dict):
        if "tag" in wanted:
            return wanted["tag"] in world.cell("unit", row, "tags")
        return world.cell("unit", row, "service_class") in (wanted["service_class"], None)
    return unit in as_list(wanted)


def cap(share: str, rule: dict, seats: int) -> int:
    """floor(share x seats), or `at_least` if that is more."""
    return max(math.floor(as_number(share) * seats), as_int(rule.get("at_least", "0")))


def add_caps(problem: Problem, matcher: Matcher) -> None:
    """The team rules and shares of one demand (§5.5, §5.9)."""
    demand, world = matcher.demand, matcher.world
    for rule in matcher.of_kind("team"):
        include = rule.get("include")
        if include:
            leaders = frozenset(
                o for o in world.officers if evaluate(include.get("who"), matcher.view.of(o)).truth is True
            )
            qualified = include.get("qualified") == "true"
            entry = Include(rule["id"], as_int(include["per"]), qualified, leaders)
            problem.includes.setdefault(demand.id, []).append(entry)
        if rule.get("max_substitutes"):
            entry = rule["id"], cap(rule["max_substitutes"], rule, demand.seats)
            problem.substitutes.setdefault(demand.id, []).append(entry)
    for rule in matcher.of_kind("cover"):
        if rule.get("max_share"):
            problem.shares.setdefault(demand.id, {})[rule["id"]] = cap(rule["max_share"], rule, demand.seats)


def add_pins(problem: Problem, world: World, situation: Situation) -> None:
    """The pins; a `must` has to be eligible and alone of its officer."""
    for row in world.table("pins"):
        pair = row["officer"], row["demand"]
        (problem.must if row["pin"] == "must" else problem.never).add(pair)
    for officer, demand in sorted(problem.must):
        if not problem.eligible.get((officer, demand)):
            there = demand in situation.demands and officer in world.officers
            rules = Matcher(world, situation, situation.demands[demand]).stopping(officer) if there else []
            raise PinFault(f"{officer} is not eligible for {demand}: {', '.join(rules)}")
        if (officer, demand) in problem.never:
            raise PinFault(f"{officer} must and must not go to {demand}")
        if sum(officer == other for other, _ in problem.must) > 1:
            raise PinFault(f"{officer} must go to two demands")


def pose(world: World, situation: Situation, previous: dict[str, str] | None) -> Problem:
    """The problem of a situation, with the pins checked one by one."""
    hours = {o: half_up(world.cell("officer", row, "hours_7d")) for o, row in world.officers.items()}
    problem = Problem(situation.demands, {}, hours, previous)
    for demand in situation.demands.values():
        matcher = Matcher(world, situation, demand)
        for officer in world.officers:
            bases = matcher.bases(officer)
            if bases:
                problem.eligible[officer, demand.id] = bases
        add_caps(problem, matcher)
    problem.protects = protects(world, situation)
    add_pins(problem, world, situation)
    return problem
