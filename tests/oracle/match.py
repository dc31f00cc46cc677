"""Who may (§5.5-§5.7, §5.10, §7): the surviving bases of a pair, with loss, points and questions."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from .conditions import all_of, evaluate, in_force, opposite, selects
from .reading import as_int, as_list, as_number, half_up
from .situation import Demand, Situation
from .world import View, World

STANDARD = "standard"


@dataclass(frozen=True)
class Basis:
    """One ground on which an officer may take a demand; `form` is standard, who or substitution."""

    rule: str
    form: str
    strength: Fraction
    loss: int
    points: int
    questions: tuple[tuple[str, str], ...]

    @property
    def is_qualified(self) -> bool:
        """Whether it rests on the full standard (§5.9)."""
        return self.form == STANDARD

    @property
    def cost(self) -> int:
        """What it weighs in `suitability`."""
        return self.loss + self.points


class Matcher:
    """The rules in force for one demand, and the bases of any officer for it."""

    def __init__(self, world: World, situation: Situation, demand: Demand) -> None:
        self.world, self.demand = world, demand
        self.days = list(demand.days)
        self.view = View(world, situation.event, self.days[-1], demand.area, demand.duty)
        self.rules = [
            rule
            for rule in world.rules_of("cover", "forbid", "limit", "team", "prefer")
            if selects(rule, demand.duty, world) and in_force(rule, self.view, self.days).truth
        ]
        situation.rules_in_force |= {rule["id"] for rule in self.rules}

    def of_kind(self, *kinds: str) -> list[dict]:
        """The rules of these kinds in force here."""
        return [rule for rule in self.rules if rule["kind"] in kinds]

    def bases(self, officer: str) -> list[Basis]:
        """Every surviving basis: the standard first, then by rule."""
        if not self.world.is_available(officer, self.days):
            return []
        view = self.view.of(officer)
        found = []
        for rule, form, strength in self.grounds(view):
            questions = self.questions(view, as_list((rule or {}).get("overrides")))
            if questions is not None:
                loss = half_up(1000 * (1 - strength))
                points = self.points(view) + self.question_points(questions)
                found.append(Basis(rule["id"] if rule else STANDARD, form, strength, loss, points, questions))
        return found

    def grounds(self, view: View) -> list[tuple[dict | None, str, Fraction]]:
        """(rule or None, form, strength) of every basis whose terms the officer meets (§7.3)."""
        requires = as_list(self.world.duties[self.demand.duty].get("requires"))
        is_standard = all(reached(view, one, 0) is not None for one in requires)
        found: list[tuple[dict | None, str, Fraction]] = [(None, STANDARD, Fraction(1))] if is_standard else []
        for rule in self.of_kind("cover"):
            if evaluate(rule.get("who"), view).truth is not True:
                continue
            if rule.get("by") == "standard":
                strength = Fraction(1) if is_standard else None
            elif rule.get("by") == "substitution":
                strength = by_substitution(rule, requires, view)
            else:
                strength = as_number(rule["strength"]) if stands_in(rule, requires, view) else None
            if strength is not None:
                found.append((rule, rule.get("by", "who"), strength))
        return found

    def stopping(self, officer: str) -> list[str]:
        """The forbids and limits that stop a basis which overrides none of them."""
        view = self.view.of(officer)
        others = {
            rule["id"]: [one["id"] for one in self.rules if one is not rule] for rule in self.of_kind("forbid", "limit")
        }
        return sorted(rule for rule, rest in others.items() if self.questions(view, rest) is None)

    def questions(self, view: View, overrides: list[str]) -> tuple[tuple[str, str], ...] | None:
        """What must be asked about the pair on this basis; None if a forbid or limit stops it (§4.4)."""
        asked: set[tuple[str, str]] = set()
        for rule in self.of_kind("forbid", "limit"):
            if rule["id"] in overrides:
                continue
            when = evaluate(rule.get("when"), view)
            if rule["kind"] == "forbid":
                stop = all_of(when, evaluate(rule.get("who"), view))
            else:
                stop = all_of(when, opposite(evaluate(rule["must"], view)))
            if stop.truth or (stop.truth is None and rule.get("if_unknown") != "confirm"):
                return None
            asked |= {(attribute, rule["id"]) for attribute in stop.missing}
        return tuple(sorted(asked))

    def question_points(self, questions: tuple[tuple[str, str], ...]) -> int:
        """The weight of the questions, each its rule's `confirm_points`."""
        weight = {rule["id"]: as_int(rule.get("confirm_points", "200")) for rule in self.rules}
        return sum(weight[rule] for _, rule in questions)

    def points(self, view: View) -> int:
        """The points of the prefer rules (§5.10)."""
        total = 0
        for rule in self.of_kind("prefer"):
            applies = all_of(evaluate(rule.get("when"), view), evaluate(rule.get("who"), view)).truth
            if "minimise" in rule:
                value = view.fact(rule["minimise"])
                if applies is not False:
                    weight = as_number(rule.get("weight", "1"))
                    total += as_int(rule["if_unknown"]) if value is None else half_up(weight * value)
            elif applies or (applies is None and as_int(rule["points"]) > 0):
                total += as_int(rule["points"])
        return total


def reached(view: View, requirement: dict, hops: int) -> Fraction | None:
    """The strength with which the officer reaches one requirement of a duty."""
    level, evidence = as_int(requirement.get("level", "1")), as_list(requirement.get("evidence"))
    return view.reach(requirement["competency"], level, evidence, hops)


def is_strict(requirement: dict) -> bool:
    """Whether the requirement admits nothing in its stead."""
    return requirement.get("strict") == "true"


def stands_in(rule: dict, requires: list[dict], view: View) -> bool:
    """Whether an officer who meets `who` takes the duty on this rule (§5.5)."""
    for one in requires:
        if one["competency"] in as_list(rule.get("waives")):
            continue
        named = not rule.get("for") or one["competency"] in as_list(rule["for"])
        if (is_strict(one) or not named) and reached(view, one, 0) is None:
            return False
    return True


def by_substitution(rule: dict, requires: list[dict], view: View) -> Fraction | None:
    """The strength of a cover by substitution, None if the officer does not meet its terms."""
    strengths, hopped = [Fraction(1)], False
    for one in requires:
        if one["competency"] in as_list(rule.get("waives")):
            hopped = True
            continue
        hops = 0 if is_strict(one) else as_int(rule.get("max_hops", "1"))
        strength = reached(view, one, hops)
        if strength is None:
            return None
        hopped = hopped or reached(view, one, 0) is None
        strengths.append(strength)
    strength = min(strengths)
    return strength if hopped and strength >= as_number(rule["min_strength"]) else None
