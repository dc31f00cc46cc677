"""The benchmarks still run: on a small town, with the plan proven and the peers at the same optimum."""

from __future__ import annotations

from pathlib import Path

import pytest

from .benchmarks.chart import write_chart
from .benchmarks.peers import PEERS
from .benchmarks.places import Place, write_place
from .benchmarks.plain import plain_network, read_place
from .benchmarks.stages import PLANNING, measure
from .benchmarks.tables import markdown

# HiGHS keeps the number of threads that the first of its runs in a process had: as a peer it needs one of its own.
QUICK = ("SimpleMinCostFlow", "SimpleMinCostFlow at once", "networkx")


@pytest.mark.parametrize("change", [{}, {"distinct": True}, {"sensors": True}, {"shortage": True}])
def test_a_town_is_measured_and_peers_find_its_optimum(change: dict[str, bool], tmp_path: Path) -> None:
    folder = write_place(tmp_path / "town", Place(80, 15, rules=40, **change))
    found = measure(folder)
    assert found["verified"]
    assert found["optimality"] == "proven"
    assert set(PLANNING) < set(found["seconds"])
    assert found["whole_s"] >= sum(found["seconds"][stage] for stage in PLANNING) * 0.9
    network = plain_network(read_place(folder))
    for name in QUICK:
        values = PEERS[name](network, 60)
        assert values is not None
        tiers = network.objective.tiers
        assert {t: network.objective.value_of(t, v) for t, v in zip(tiers, values, strict=True)} == found["objective"]
    results = {"sizes": {"town": found}, "peers": {}}
    assert "80 × 15" in markdown(results)
    assert write_chart(results).startswith("<svg")
