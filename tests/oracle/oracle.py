"""The oracle: the whole answer for a small rulebook and scenario, by brute force and from DESIGN alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from .choose import Plan, Problem, pose
from .reading import read_rules, read_scenario, textual
from .shortfalls import shortfalls
from .situation import Situation, infer
from .world import World


@dataclass
class Result:
    """What comes out, as plain data.

    `eligible` maps (officer, demand) to every surviving basis: (rule or `standard`, strength, loss, points,
    questions), a question being (attribute, rule). `plan` is one optimal plan of (officer, demand, rule or
    `standard`); another plan is optimal as well if `feasible_value` gives the same `tiers`.
    """

    event: dict
    derived_by: dict[str, list[str]]
    recommended: dict[str, list]
    rules_in_force: list[str]
    demands: dict[str, dict]
    possible_demands: dict[str, list[str]]
    eligible: dict[tuple[str, str], list[tuple[str, Fraction, int, int, list[tuple[str, str]]]]]
    tiers: dict[str, int]
    plan: Plan
    problem: Problem = field(repr=False, compare=False)

    def feasible_value(self, assignments: Iterable[tuple[str, str, str]]) -> dict[str, int] | list[str]:
        """The tiers of a plan of (officer, demand, rule or `standard` or None), or all it violates."""
        return self.problem.feasible_value((o, d, rule or "standard") for o, d, rule in assignments)

    def shortfalls(self, assignments: Iterable[tuple[str, str, str]]) -> dict[str, tuple[str, int]]:
        """Demand -> (reason, missing seats) of an optimal plan (§8.6)."""
        return shortfalls(self.problem, ((o, d, rule or "standard") for o, d, rule in assignments))


def solve(
    rules: dict,
    scenario: dict,
    tables: dict[str, list[dict]],
    *,
    previous: dict[str, str] | None = None,
    assume: dict[str, object] | None = None,
) -> Result:
    """The answer for a rulebook, a scenario and its tables.

    Parameters
    ----------
    rules, scenario, tables
        As `read_rules` and `read_scenario` give them, or drawn: scalars may be text or plain exact values.
    previous
        officer -> demand of the plan that is replanned; None for a first plan.
    assume
        Event attribute (`event.phase`) -> value that stands instead of the given one.

    Raises
    ------
    Conflict
        Rules set one fact to different values.
    PinFault
        A `must` is not eligible, or the pins cannot hold together.
    Fault
        Anything else that cannot be planned.
    """
    world = World(rules, scenario, tables)
    situation = infer(world, textual(assume or {}))
    problem = pose(world, situation, previous)
    plan = problem.best_plan()
    return result_of(situation, problem, plan)


def result_of(situation: Situation, problem: Problem, plan: Plan) -> Result:
    """Lay everything out as plain data."""
    eligible = {
        pair: [(b.rule, b.strength, b.loss, b.points, list(b.questions)) for b in bases]
        for pair, bases in sorted(problem.eligible.items())
    }
    demands = {
        name: {
            "class": demand.cls,
            "priority": demand.priority,
            "seats": demand.seats,
            "minimum": demand.minimum,
            "because": list(demand.because),
            "start": demand.days[0],
            "end": demand.days[-1],
        }
        for name, demand in situation.demands.items()
    }
    return Result(
        situation.event,
        situation.derived_by,
        situation.recommended,
        sorted(situation.rules_in_force),
        demands,
        situation.possible_demands,
        eligible,
        problem.tiers(plan),
        plan,
        problem,
    )


def solve_case(folder, *, previous: dict[str, str] | None = None, assume: dict[str, object] | None = None) -> Result:
    """The answer for a case folder with `rules.yaml` (or a folder `rules`) and `scenario/`."""
    folder = Path(folder)
    rules = read_rules(folder / "rules.yaml" if (folder / "rules.yaml").exists() else folder / "rules")
    scenario, tables = read_scenario(folder / "scenario")
    return solve(rules, scenario, tables, previous=previous, assume=assume)
