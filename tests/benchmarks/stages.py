"""One plan taken apart: CPU seconds and peak memory of every stage, beside the floor of reading and one bare solve.

Run as a process of its own, so that the peak is that of one plan:

python -m tests.benchmarks.stages FOLDER [--out plan.json] [--no-verify] [--repeat 3]
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import asn_flex as af
from asn_flex.planning import assemble, choose, flow
from asn_flex.planning.flow import solve_once
from asn_flex.planning.network import Network

PLANNING = ("load", "infer", "match", "build", "solve", "decode", "count", "shortfalls", "assemble")


class Clock:
    """CPU seconds and peak memory by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.peak_mb: dict[str, int] = {}

    def __call__(self, stage: str, work: Callable[[], Any]) -> Any:
        begin = time.process_time()
        result = work()
        self.seconds[stage] = round(time.process_time() - begin, 4)
        self.peak_mb[stage] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        return result


# The stages inside `Session.plan`: where each is called from.
INSIDE = (
    (af.Session, "infer", "infer"), (af.Session, "match", "match"), (choose, "build_network", "build"),
    (choose, "solve_network", "solve"), (choose, "decode", "decode"), (choose, "measure_plan", "count"),
    (choose, "find_shortfalls", "shortfalls"), (assemble, "assemble_plan", "assemble"),
)  # fmt: skip


@contextmanager
def watched(clock: Clock) -> Iterator[list[Network]]:
    """Measure the stages inside the real `af.plan` while it runs; gives the networks that were built."""
    networks: list[Network] = []
    with pytest.MonkeyPatch.context() as patch:
        for owner, name, stage in INSIDE:
            patch.setattr(owner, name, _timed(clock, stage, getattr(owner, name), networks))
        yield networks


def _timed(clock: Clock, stage: str, work: Callable[..., Any], networks: list[Network]) -> Callable[..., Any]:
    def timed(*args: Any, **named: Any) -> Any:
        found = clock(stage, lambda: work(*args, **named))
        if isinstance(found, Network):
            networks.append(found)
        return found

    return timed


def measure(folder: Path, *, verify: bool = True, out: Path | None = None) -> dict[str, Any]:
    """Plan a folder; return what each stage took, and the whole call."""
    clock = Clock()
    rulebook = clock("rulebook", lambda: af.load_rulebook(folder / "rules.yaml"))
    session = af.Session(rulebook, engine="plain")
    begin = time.process_time()
    scenario = clock("load", lambda: af.load_scenario(folder / "scenario", rulebook))
    with watched(clock) as networks:
        planning = session.plan(scenario, time_limit_s=None)
    whole = time.process_time() - begin
    network, plan = networks[0], planning.plan
    peak = clock.peak_mb["assemble"]
    if out is not None:
        out.write_text(plan.to_json(), "utf-8")
    found: dict[str, Any] = {"verified": None}
    if verify:
        verdict = clock("verify", lambda: af.verify(plan, rulebook, scenario))
        found = {"verified": verdict.ok, "optimality": verdict.optimality}
    _floor(clock, folder, network)
    seconds = clock.seconds
    one, every = seconds["floor_read"] + seconds["floor_solve"], seconds["floor_read"] + seconds["floor_solve_tiers"]
    record = plan.network
    return found | {
        "officers": scenario.tables.officers.height, "demands": len(plan.demands),
        "rules_in_force": len(plan.rules_in_force), "assigned": len(plan.assignments), "short": len(plan.shortfalls),
        "seconds": seconds, "whole_s": round(whole, 4), "floor_s": round(one, 4), "floor_tiers_s": round(every, 4),
        "ratio": round(whole / one, 2),
        "ratio_first": round(whole / (seconds["floor_read"] + seconds["floor_first"]), 2),
        "ratio_tiers": round(whole / every, 2),
        "peak_mb": peak, "verify_peak_mb": clock.peak_mb.get("verify"),
        "network": record.model_dump(mode="json") if record is not None else None,
        "objective": {tier.tier: tier.value for tier in plan.objective}, "plan": plan.id, "proof": plan.proof,
    }  # fmt: skip


def _floor(clock: Clock, folder: Path, network: Network) -> None:
    """Measure what nobody can go below: the tables read, and the final network solved.

    The bare solve is one min-cost flow whose cost is the whole objective, in the smallest numbers that are known to be
    enough. For comparison: one of the first tier alone, which is no plan, and one for each tier.
    """
    clock("floor_read", lambda: [pl.read_parquet(file) for file in sorted((folder / "scenario").glob("*.parquet"))])
    live = np.arange(len(network.tails))
    costs = [cost for tier in range(len(network.objective.tiers)) if (cost := network.cost(tier)).any()]
    whole = flow._weighed(network, [flow._ranked(network, step) for step in flow.tiers_together(network)])[1]
    clock("floor_solve", lambda: solve_once(network, live, network.lower, whole))
    clock("floor_first", lambda: solve_once(network, live, network.lower, costs[0]) if costs else None)
    clock("floor_solve_tiers", lambda: [solve_once(network, live, network.lower, cost) for cost in costs])


def main() -> None:
    """Measure a folder; print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--no-verify", action="store_true")
    given = parser.parse_args()
    print(json.dumps(measure(given.folder, verify=not given.no_verify, out=given.out)))  # noqa: T201 - it reports


if __name__ == "__main__":
    main()
