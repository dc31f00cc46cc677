"""Laws: every change that is told really gains what it says, and on tiny worlds none is left out (semantics §9)."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import HealthCheck, assume, given, settings

import asn_flex as af
from asn_flex.planning.relief import find_relief
from asn_flex.planning.resolve import Problem

from ..oracle.choose import PinFault, pose
from ..oracle.choose import Problem as Oracle
from ..oracle.situation import Conflict, infer
from ..oracle.strategies import Case, cases, write_case
from ..oracle.world import World
from ..support import load_case

LAWS = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
Found = tuple[tuple[int, ...], int]


@dataclass
class Wishful(Oracle):
    """A problem in which, among the plans of best coverage, the one that fills most of `wish` is best."""

    wish: str = ""

    def tiers(self, plan) -> dict[str, int]:
        plan = list(plan)
        values = {t: v for t, v in super().tiers(plan).items() if t.startswith("coverage")}
        return values | {"coverage.wish": sum(demand == self.wish for _, demand, _ in plan)}


def best(oracle: Oracle, demand: str) -> Found | None:
    """The best coverage, and the most seats of the demand with it."""
    wishful = Wishful(**{name: getattr(oracle, name) for name in Oracle.__dataclass_fields__}, wish=demand)
    plan = wishful.search()
    if plan is None:
        return None
    *coverage, filled = wishful.tiers(plan).values()
    return tuple(coverage), filled


def posed(case: Case, tables: dict[str, Any]) -> Oracle:
    world = World(case.rules, case.scenario, tables)
    return pose(world, infer(world, case.assume), case.previous)


def trained(case: Case, oracle: Oracle) -> Iterator[tuple[tuple[str, ...], Oracle]]:
    """Every officer, trained in everything that a duty with a demand requires."""
    needs = {
        (need["competency"], int(need.get("level", "1")), tuple(sorted(need.get("evidence") or ())))
        for demand in oracle.demands.values()
        for need in case.rules["duties"][demand.duty].get("requires") or ()
    }
    for row in case.tables["officers"]:
        for competency, level, evidence in sorted(needs):
            tables = copy.deepcopy(case.tables)
            tables.setdefault("holdings", []).append(
                {"officer": row["id"], "competency": competency, "level": str(level), "evidence": "".join(evidence[:1])}
            )
            yield ("training", row["id"], competency, str(level), " / ".join(evidence)), posed(case, tables)


def lowered(oracle: Oracle) -> Iterator[tuple[tuple[str, ...], Oracle]]:
    """Every protection, with one more who may go."""
    for at, item in enumerate(oracle.protects):
        protects = [*oracle.protects]
        protects[at] = replace(item, cap=item.cap + 1)
        yield ("protection", item.rule, item.unit), replace(oracle, protects=protects)


def confirmed(case: Case) -> Iterator[tuple[tuple[str, ...], Oracle]]:
    """Every empty cell of a yes-or-no fact of an officer, as yes and as no."""
    for at, row in enumerate(case.tables["officers"]):
        for fact in ("fit", "affected", "willing"):
            for value in ("true", "false") if row.get(fact) == "" else ():
                tables = copy.deepcopy(case.tables)
                tables["officers"][at][fact] = value
                yield ("fact", row["id"], f"officer.{fact}", str(value == "true")), posed(case, tables)


def told_key(change) -> tuple[str, ...]:
    if change.kind == "training":
        return "training", change.officer, change.competency, str(change.after), change.evidence or ""
    if change.kind == "protection":
        return "protection", change.rule, change.unit
    return "fact", change.officer, change.fact, str(change.after)


def less_is_enough(key: tuple[str, ...], told) -> bool:
    """Whether a training is told that asks for less: a lower level, or no evidence."""
    kind, *about = key
    return kind == "training" and any(
        t[0] == "training" and t[1:3] == tuple(about[:2]) and int(t[3]) <= int(about[2]) and t[4] in {"", about[3]}
        for t in told
    )


@LAWS
@given(case=cases())
def test_remedies_gain_what_they_say_and_none_is_left_out(case: Case, tmp_path_factory) -> None:
    try:
        oracle = posed(case, case.tables)
        oracle.best_plan()
    except (Conflict, PinFault):
        assume(False)
        return
    folder = tmp_path_factory.mktemp("case")
    write_case(case.rules, case.scenario, case.tables, folder)
    rulebook, scenario = load_case(folder)
    planning = af.plan(rulebook, scenario, engine="plain", assume=case.assume)
    problem = Problem.of(planning.eligibility)
    short = [d for d in planning.plan.demands if d.filled < d.seats][:2]
    assume(short)
    changes = [*trained(case, oracle), *lowered(oracle), *confirmed(case)]
    for demand in short:
        now = best(oracle, demand.id)
        relief = find_relief(problem, demand.id, demand.filled, most=None)
        told = {told_key(r.change): r for r in relief.remedies if r.change.kind in {"training", "protection"}
                or (r.change.kind == "fact" and r.change.officer)}  # fmt: skip
        for key, changed in changes:
            after = best(changed, demand.id)
            gain = tuple(a - b for a, b in zip(after[0], now[0], strict=True))
            helps = gain > (0,) * len(gain) and after[1] > demand.filled
            if key in told:
                assert helps, key
                assert told[key].gain == gain, key
            elif not less_is_enough(key, told):
                # Where demands of equal worth take turns, the seat could be filled without any change: what gains
                # elsewhere is no remedy for this one.
                assert not helps or after[1] <= now[1] or not relief.complete, key
        moves = any(problem.eligibility.rulebook.by_id[r].who for r in problem.eligibility.situation.protections)
        assert relief.complete == (problem.network.is_flow and not moves)
