"""A city in which every duty asks for supervisors and lets a share of stand-ins in: team rules at scale (§8.4).

python -m tests.benchmarks.teams FOLDER --officers 100000 --demands 1000
"""

from __future__ import annotations

import argparse
from pathlib import Path

from .city import DUTIES, LABEL, write_city


def write_teams(folder: Path, *, officers: int, demands: int, rules: int = 200, per: int = 4, seed: int = 7) -> Path:
    """Write a city with, on every demand, one supervisor for every `per` people and a share of stand-ins."""
    write_city(folder, officers=officers, demands=demands, rules=rules, seed=seed)
    more = []
    for i in range(DUTIES):
        head = f"label: {LABEL}, source: [s], duty: d{i:02d}"
        who = "{officer.position_class: pengawas, officer.employment: pns}"
        more.append(f"  - {{id: SUP-{i:02d}, kind: team, {head}, include: {{who: {who}, per: {per}}}}}")
        stand_in = f"{{officer.employment: pns, holds: {{competency: k{2 * i:02d}, level: 3}}}}"
        more.append(f"  - {{id: STD-{i:02d}, kind: cover, {head}, who: {stand_in}, strength: 0.5, max_share: 40%}}")
    path = folder / "rules.yaml"
    path.write_text(path.read_text("utf-8") + "\n".join(more) + "\n", "utf-8")
    return folder


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--officers", type=int, default=10_000)
    parser.add_argument("--demands", type=int, default=300)
    given = parser.parse_args()
    write_teams(given.folder, officers=given.officers, demands=given.demands)
