"""How long planning takes, as ratios against the bare min-cost-flow solve of the same network in the same run.

python -m pytest tests/benchmarks --benchmark-only -o addopts= -s
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import asn_flex as af
from asn_flex.planning.build import build_network
from asn_flex.planning.flow import solve_once
from asn_flex.planning.network import Pins
from asn_flex.planning.objective import Objective

from .city import write_city

EXAMPLE = Path(__file__).parents[2] / "examples" / "tanjungbalai_flood"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """10 000 officers × 300 demands × 200 rules, without team rules."""
    return write_city(tmp_path_factory.mktemp("city"), officers=10_000, demands=300, rules=200)


def clock(work: Callable[[], object], times: int = 5) -> float:
    """Return the median of a few runs, in seconds."""
    found = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        found.append(time.perf_counter() - begin)
    return sorted(found)[len(found) // 2]


def test_city_plans_in_few_times_its_bare_solve(city: Path, benchmark) -> None:
    rulebook = af.load_rulebook(city / "rules.yaml")
    scenario = af.load_scenario(city / "scenario", rulebook)
    eligibility = af.match(rulebook, scenario, af.infer(rulebook, scenario))
    network = build_network(eligibility, Pins(), None, Objective(None))
    live = np.arange(len(network.tails))
    costs = [network.cost(t) for t in range(len(network.objective.tiers))]
    bare_first = clock(lambda: solve_once(network, live, network.lower, costs[1]))
    bare_all = clock(lambda: [solve_once(network, live, network.lower, c) for c in costs if c.any()])
    reading = clock(lambda: af.load_scenario(city / "scenario", rulebook))
    planning = benchmark.pedantic(lambda: af.plan(rulebook, scenario, engine="plain"), rounds=5, warmup_rounds=1)
    spent = benchmark.stats.stats.median
    benchmark.extra_info.update(
        arcs=len(network.tails),
        nodes=network.nodes,
        bare_solve_s=round(bare_first, 4),
        bare_solve_of_every_tier_s=round(bare_all, 4),
        reading_s=round(reading, 4),
        plan_s=round(spent, 4),
        ratio_to_bare_solve_plus_reading=round((spent + reading) / (bare_first + reading), 2),
        ratio_to_bare_solves_of_every_tier=round(spent / bare_all, 2),
    )
    print(benchmark.extra_info)  # noqa: T201 - a benchmark reports
    assert planning.status == "optimal"
    assert planning.plan.proof == "certificate"


def test_example_library_call(benchmark) -> None:
    rulebook = af.load_rulebook(EXAMPLE.parents[1] / "rules" / "tanjungbalai")

    def work() -> af.Planning:
        return af.plan(rulebook, af.load_scenario(EXAMPLE, rulebook), engine="plain")

    assert benchmark.pedantic(work, rounds=5, warmup_rounds=1).status == "optimal"
