"""Team rules and crossing sets as a mixed-integer programme: the one module that imports HiGHS.

Columns are the flows on the arcs, and one whole-number counter per `team.include` row (semantics §8.4):

- every node: inflow + supply = outflow;
- `filled_q <= per * counter`, `counter <= included_q`, written as the edges of what whole counters allow (see
  `freed_seats`), for all seats and for the minimum alone, which makes the relaxation tight;
- a set that crosses another: the flow on its class arcs <= its cap.

With the counters fixed, nested rows are a flow again, so flows come out whole by themselves; where sets cross, the
arcs they touch are declared whole, and where a solution is not whole after all, every arc is. Tiers are solved in
order, each fixing its value as a row for the next.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import highspy
import numpy as np
from numpy.typing import NDArray

from asn_flex.errors import SolverError
from asn_flex.planning.flow import is_feasible
from asn_flex.planning.network import SINK, SOURCE, Network
from asn_flex.planning.watch import Watch

Ints = NDArray[np.int64]
# HiGHS's `kSolutionStatusFeasible`.
_FEASIBLE = 2
_MAX_SUM = 2_000_000
_BANNER = threading.Lock()
_state = {"quiet": False}


@dataclass(frozen=True)
class MipResult:
    """The best flow found; per tier the best bound on its cost, and whether it was proven optimal."""

    feasible: bool
    flow: Ints
    bounds: tuple[int | None, ...]
    proven: tuple[bool, ...] = field(default=())


def solve_mip(
    network: Network, *, watch: Watch | None = None, start: Ints | None = None, settled: int = 0
) -> MipResult:
    """Solve tier by tier; whole numbers are checked exactly.

    Parameters
    ----------
    network : with team rows or crossing sets
    watch : is told of every tier; when it is over, the best plan found so far is taken
    start : a plan that keeps every row, to be improved
    settled : how many tiers, from the first, `start` is proven best in; they are not solved again

    Notes
    -----
    First only the counters are whole: without crossing sets the flows are then whole by themselves, and with them they
    mostly are. Where they are not, the arcs that crossing sets touch are declared whole, and in the end every arc.
    """
    watch = watch if watch is not None else Watch(network.objective)
    for integer in (frozenset[int](), network.integer_arcs, frozenset(range(len(network.tails)))):
        result, whole = _solve(network, integer, watch, start, settled)
        if whole:
            return result
    raise SolverError("the solver's flows are not whole numbers")


def _solve(
    network: Network, integer: frozenset[int], watch: Watch, start: Ints | None = None, settled: int = 0
) -> tuple[MipResult, bool]:
    # Any plan to begin with, so that running out of time never leaves nothing.
    best = _nobody(network) if start is None else _with_counters(network, start)
    if best is not None and watch.is_over:
        return _untried(network, best, settled), True
    solver = _new_solver()
    _pass_model(solver, network, integer)
    if best is None:
        _, best, _ = _solve_tier(solver, network, Step((), np.zeros(len(network.tails), dtype=np.int64), 1, 0), None)
        if best is None:
            return MipResult(False, np.zeros(len(network.tails), dtype=np.int64), ()), True
    bounds: list[int | None] = [0] * len(network.objective.tiers)
    proven = [True] * len(network.objective.tiers)
    for step in merge_tiers(network):
        optimal, found, bound = step.tiers[-1] < settled, None, -np.inf
        if not optimal and not watch.is_over:
            watch.told(step.tiers[0])
            optimal, found, bound = _solve_checked(solver, network, step, watch)
        if found is not None and (optimal or _costs(step.cost, found) < _costs(step.cost, best)):
            best = found
        for position, tier in enumerate(step.tiers):
            cost = network.cost(tier)
            value = _costs(cost, best)
            leading = _whole_bound((bound - step.rest) / step.weight, value) if position == 0 else None
            bounds[tier] = value if optimal else leading
            proven[tier] = optimal
            if optimal:
                watch.told(tier, value, value)
            rows = np.flatnonzero(cost)
            coefficients = cost[rows].astype(np.float64)
            solver.addRow(-highspy.kHighsInf, float(value), len(rows), rows.astype(np.int32), coefficients)
    flow = np.rint(best[: len(network.tails)]).astype(np.int64)
    whole = bool(np.abs(best[: len(flow)] - flow).max(initial=0.0) < 1e-5) and is_feasible(network, flow)
    return MipResult(True, flow, tuple(bounds), tuple(proven)), whole


def _untried(network: Network, best: NDArray[np.float64], settled: int) -> MipResult:
    """Return a plan without any bound but those of settled tiers, and of tiers in which nothing costs."""
    flow = best[: len(network.tails)].astype(np.int64)
    costs = [network.cost(t) for t in range(len(network.objective.tiers))]
    proven = tuple(t < settled or not cost.any() for t, cost in enumerate(costs))
    return MipResult(
        True, flow, tuple(int(c @ flow) if p else None for c, p in zip(costs, proven, strict=True)), proven
    )


def _costs(cost: Ints, solution: NDArray[np.float64]) -> int:
    """Return the cost of a solution; a fraction comes from flows that are not whole, which are refused later."""
    return int(np.ceil(cost @ solution[: len(cost)] - 1e-6))


@dataclass(frozen=True)
class Step:
    """Tiers solved at once, `cost` exactly lexicographic in them: the first weighs `weight`, the rest reach `rest`."""

    tiers: tuple[int, ...]
    cost: Ints
    weight: int
    rest: int


def merge_tiers(network: Network) -> list[Step]:
    """Merge neighbouring tiers into weighted sums where those are proven equal and stay small (semantics §8.2).

    A tier weighs one more than everything below it in the sum can ever reach, so that no gain there outweighs a unit
    of it; sums that could pass `_MAX_SUM` are not made, so that HiGHS's floating numbers keep every unit apart.
    """
    steps: list[Step] = []
    most = np.minimum(network.upper, network.supply)
    for tier in range(len(network.objective.tiers)):
        cost = network.cost(tier)
        reach = int((np.abs(cost) * most).sum())
        if not reach:
            continue
        last = steps[-1] if steps else None
        if last is not None and last.tiers[-1] == tier - 1:
            weight = reach + 1
            spread = int((np.abs(last.cost) * most).sum()) * weight + reach
            if spread <= _MAX_SUM:
                rest = last.rest * weight + reach
                steps[-1] = Step((*last.tiers, tier), last.cost * weight + cost, last.weight * weight, rest)
                continue
        steps.append(Step((tier,), cost, 1, 0))
    return steps


def _solve_checked(
    solver: Any, network: Network, step: Step, watch: Watch
) -> tuple[bool, NDArray[np.float64] | None, float]:
    """Solve one step, and once more without presolve where the solution does not reach the value that was reported."""
    for presolve in ("choose", "off"):
        solver.setOptionValue("presolve", presolve)
        optimal, found, bound = _solve_tier(solver, network, step, watch)
        reported = float(solver.getInfo().objective_function_value)
        if not optimal or found is None or step.cost @ found[: len(step.cost)] < reported + 0.5:
            solver.setOptionValue("presolve", "choose")
            return optimal, found, bound
    raise SolverError("the team solver reported an optimum that its solution does not reach")


def _solve_tier(
    solver: Any, network: Network, step: Step, watch: Watch | None
) -> tuple[bool, NDArray[np.float64] | None, float]:
    """Return whether one step was solved to the end, the solution (None where there is none), and its bound."""
    columns = len(network.tails) + len(network.includes)
    full = np.concatenate([step.cost.astype(np.float64), np.zeros(len(network.includes))])
    solver.changeColsCost(columns, np.arange(columns, dtype=np.int32), full)
    if watch is not None and watch.deadline is not None:
        remaining = max(watch.deadline - time.monotonic(), 0.05)
        # HiGHS counts the time of all runs of an instance together.
        solver.setOptionValue("time_limit", solver.getRunTime() + remaining)
    # No start is handed over: with one and presolve, HiGHS 1.16 has returned the start in place of the optimum.
    _run(solver, step, watch)
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return True, None, 0.0
    optimal = status == highspy.HighsModelStatus.kOptimal
    stopped = {highspy.HighsModelStatus.kTimeLimit, highspy.HighsModelStatus.kInterrupt}
    if not optimal and status not in stopped:
        raise SolverError(f"the team solver ended with status {solver.modelStatusToString(status)}")
    info = solver.getInfo()
    found = None
    if info.primal_solution_status == _FEASIBLE:
        found = np.array(solver.getSolution().col_value, dtype=np.float64)
    return optimal, found, float(info.mip_dual_bound)


def _run(solver: Any, step: Step, watch: Watch | None) -> None:
    """Run the solver; it is stopped from within where the watch is cancelled, and tells what it knows of the step."""
    if watch is None or not step.tiers or (watch.cancel is None and watch.tell is None):
        solver.run()
        return
    raised: list[BaseException] = []
    last: list[tuple[int | None, int | None]] = [(None, None)]

    def look(event: Any) -> None:
        # INVARIANT: nothing is raised through the solver's own frames; it is stopped, and then it is raised.
        try:
            if not raised and event.callback_type == highspy.cb.HighsCallbackType.kCallbackMipInterrupt:
                known = _known(step, float(event.data_out.mip_primal_bound), float(event.data_out.mip_dual_bound))
                if known != last[0]:
                    last[0] = known
                    watch.told(step.tiers[0], *known)
            if raised or watch.is_cancelled:
                event.interrupt()
        except BaseException as error:  # noqa: BLE001 - raised again below, KeyboardInterrupt too
            raised.append(error)
            event.interrupt()

    asked = (solver.cbMipInterrupt, solver.cbSimplexInterrupt, solver.cbIpmInterrupt)
    for callback in asked:
        callback.subscribe(look)
    try:
        solver.run()
    finally:
        for callback in asked:
            callback.unsubscribe(look)
    if raised:
        raise raised[0]


def _known(step: Step, primal: float, dual: float) -> tuple[int | None, int | None]:
    """Return value and bound of the first tier of a step, as far as the solver has them."""
    value = None
    if np.isfinite(primal) and abs(primal) < _MAX_SUM * 1000:
        # What the tiers below add to the sum lies between -rest and rest; never told better than it is.
        value = int(np.floor((primal + step.rest) / step.weight + 1e-6))
    bound = None
    if np.isfinite(dual):
        bound = int(np.ceil((dual - step.rest) / step.weight - 1e-6))
        bound = bound if value is None else min(bound, value)
    return value, bound


def _whole_bound(bound: float, value: int) -> int | None:
    """Return the smallest whole cost that the solver's bound leaves possible; None where it has none."""
    if not np.isfinite(bound):
        return None
    return min(value, int(np.ceil(bound - 1e-6)))


def _nobody(network: Network) -> NDArray[np.float64] | None:
    """Return the plan in which nobody goes; None where a pin forbids it."""
    if network.lower.any():
        return None
    flow = np.zeros(len(network.tails) + len(network.includes))
    flow[0] = network.supply
    return flow


def _with_counters(network: Network, flow: Ints) -> NDArray[np.float64]:
    """Return a whole flow as a solution of the programme."""
    counters = [int(flow[list(row.included)].sum()) for row in network.includes]
    return np.concatenate([flow, np.array(counters, dtype=np.int64)]).astype(np.float64)


def _new_solver() -> Any:
    """Make a solver that says nothing; HiGHS prints a banner when its first instance is made."""
    with _BANNER:
        if _state["quiet"]:
            solver = _make()
        else:
            solver = _make_quietly()
            _state["quiet"] = True
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("log_to_console", False)
    # One thread and a fixed seed: the same answer on every machine.
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", 0)
    solver.setOptionValue("mip_rel_gap", 0.0)
    # Costs are whole numbers, so a bound within one of the value proves it.
    solver.setOptionValue("mip_abs_gap", 0.9)
    return solver


def _make() -> Any:
    # highspy's own annotations stop at its constructor.
    return cast("Any", highspy.Highs)()


def _make_quietly() -> Any:
    sys.stdout.flush()
    kept = os.dup(1)
    try:
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a file descriptor is needed
            os.dup2(nowhere.fileno(), 1)
        return _make()
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _pass_model(solver: Any, network: Network, integer: frozenset[int]) -> None:
    arcs = len(network.tails)
    counters = len(network.includes)
    rows, cols, values, low, high = _rows(network)
    order = np.lexsort((rows, cols))
    model = highspy.HighsLp()
    model.num_col_ = arcs + counters
    model.num_row_ = len(low)
    model.col_cost_ = np.zeros(arcs + counters)
    model.col_lower_ = np.concatenate([network.lower, np.zeros(counters)]).astype(np.float64)
    model.col_upper_ = np.concatenate([network.upper, np.full(counters, network.supply)]).astype(np.float64)
    model.row_lower_ = low
    model.row_upper_ = high
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    starts = np.zeros(arcs + counters + 1, dtype=np.int32)
    np.add.at(starts, cols + 1, 1)
    model.a_matrix_.start_ = np.cumsum(starts).astype(np.int32)
    model.a_matrix_.index_ = rows[order].astype(np.int32)
    model.a_matrix_.value_ = values[order]
    kinds = [highspy.HighsVarType.kContinuous] * arcs + [highspy.HighsVarType.kInteger] * counters
    for arc in integer:
        kinds[arc] = highspy.HighsVarType.kInteger
    model.integrality_ = kinds
    solver.passModel(model)


def freed_seats(per: int, seats: int) -> list[tuple[int, int]]:
    """Return lines `slope * counter + start` whose minimum, at whole counters, is min(per × counter, seats).

    They are the edges of that function's concave hull, so the relaxation loses nothing between whole counters.

    Examples
    --------
    >>> freed_seats(8, 3), freed_seats(4, 6)
    ([(3, 0)], [(4, 0), (2, 2)])
    """
    whole, rest = divmod(seats, per)
    if whole == 0:
        return [(rest, 0)]
    return [(per, 0)] + ([(rest, whole * (per - rest))] if rest else [])


def _rows(
    network: Network,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the matrix as triplets, and the bounds of its rows."""
    arcs = np.arange(len(network.tails), dtype=np.int64)
    row_parts: list[NDArray[np.int64]] = [network.tails.astype(np.int64), network.heads.astype(np.int64)]
    col_parts: list[NDArray[np.int64]] = [arcs, arcs]
    value_parts: list[NDArray[np.float64]] = [np.ones(len(arcs)), -np.ones(len(arcs))]
    supply = np.zeros(network.nodes)
    supply[SOURCE], supply[SINK] = network.supply, -network.supply
    low, high = [supply], [supply]
    row = network.nodes

    def add(columns: Sequence[int], values: Sequence[float], most: float) -> None:
        nonlocal row
        row_parts.append(np.full(len(columns), row, dtype=np.int64))
        col_parts.append(np.asarray(columns, dtype=np.int64))
        value_parts.append(np.asarray(values, dtype=np.float64))
        low.append(np.array([-highspy.kHighsInf]))
        high.append(np.array([most]))
        row += 1

    for index, item in enumerate(network.includes):
        counter = len(arcs) + index
        first = network.minimum_arcs.get(item.demand)
        for slope, start in freed_seats(item.per, network.demands[item.demand].seats):
            add([*item.entries, counter], [1.0] * len(item.entries) + [-float(slope)], float(start))
        if first is not None:
            for slope, start in freed_seats(item.per, int(network.upper[first])):
                add([first, counter], [1.0, -float(slope)], float(start))
        add([*item.included, counter], [-1.0] * len(item.included) + [1.0], 0.0)
    for crossing in network.crossing:
        add(crossing.arcs, [1.0] * len(crossing.arcs), float(crossing.source.cap))
    return (
        np.concatenate(row_parts),
        np.concatenate(col_parts),
        np.concatenate(value_parts),
        np.concatenate(low),
        np.concatenate(high),
    )
