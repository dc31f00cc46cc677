"""The plain model: every officer by every demand and basis, an arc each; what everybody would write first.

It has the same seats, caps, protections and tiers as the planner's network, so that the optimum must be the same.
Places for peers have neither pins nor `team.include` nor crossing protections, which plain flows cannot say.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import asn_flex as af
from asn_flex.eligibility.match import Eligibility
from asn_flex.planning.build import _Builder, build_network
from asn_flex.planning.network import SOURCE, Network, Pins
from asn_flex.planning.objective import Objective


def read_place(folder: Path) -> Eligibility:
    """Load a place and decide who may do what."""
    rulebook = af.load_rulebook(folder / "rules.yaml")
    scenario = af.load_scenario(folder / "scenario", rulebook)
    return af.match(rulebook, scenario, af.infer(rulebook, scenario, engine="plain"))


def plain_network(eligibility: Eligibility) -> Network:
    """Return the officer-by-demand network."""
    objective = Objective(None)
    base = build_network(eligibility, Pins(), None, objective)
    if not base.is_flow:
        raise ValueError("peers compare pure flows only")
    made = _Builder(eligibility, Pins(), {}, objective)
    # The arc for nobody, the demands and their caps are the same in both models.
    made.arcs.add(SOURCE, 1, made.free)
    made._add_demands()
    made._add_caps()
    size = eligibility.screen.officers.size
    officers = made.arcs.add_nodes(size)
    parents = np.full(size, SOURCE, dtype=np.int64)
    for item in sorted(eligibility.protected, key=lambda s: (-len(s.members), s.unit, s.rule)):
        if item.cap < len(item.members):
            node = made.arcs.node()
            made.arcs.add(int(parents[item.members[0]]), node, item.cap)
            parents[item.members] = node
    own = made.arcs.add(parents, officers, 1)
    made.arcs.charge(objective.index("burden"), own, eligibility.screen.officers.burdens())
    for tails, heads, costs in _pairs(eligibility, made, officers):
        arcs = made.arcs.add(tails, heads, 1)
        made.arcs.charge(objective.index("suitability"), arcs, costs)
    tails, heads, lower, upper = made.arcs.columns()
    return replace(
        base, tails=tails.astype(np.int32), heads=heads.astype(np.int32), lower=lower, upper=upper,
        costs=made.arcs.costs(), nodes=made.arcs.nodes, supply=size + 1,
    )  # fmt: skip


def _pairs(
    eligibility: Eligibility, made: _Builder, officers: NDArray[np.int64]
) -> list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]]:
    """Return an arc for every officer, demand and surviving basis."""
    screen = eligibility.screen
    home = screen.home_of_type[screen.type_of]
    found = []
    for block in screen.blocks:
        row = np.searchsorted(block.types, screen.type_of)
        row[row == len(block.types)] = 0
        members = np.flatnonzero(block.types[row] == screen.type_of)
        cost = (block.loss + block.points)[row[members]]
        travel = block.travel[row[members]]
        for index, demand in enumerate(made.demands):
            if screen.kind_of[demand.id] != block.kind:
                continue
            fits = screen.outcomes_at(block.kind, demand.area)[home[members]] == block.outcome
            way = np.zeros(len(members), dtype=np.int64)
            for bits in np.unique(travel).tolist():
                way[travel == bits] = screen.points_at(bits, demand.area)[home[members[travel == bits]]]
            chosen = members[fits]
            door = np.full(len(chosen), made.doors[index, block.rule], dtype=np.int64)
            found.append((officers[chosen], door, (cost + way)[fits]))
    return found
