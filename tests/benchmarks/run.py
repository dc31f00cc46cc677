"""The benchmarks in one command: places, peers, growth and worst cases, as JSON, Markdown and a chart.

python -m tests.benchmarks.run --out build/benchmarks [--sizes town,city,province,nation,country]
    [--parts sizes,peers,growth,worst] [--limit 120] [--repeat 3] [--peers SimpleMinCostFlow,HiGHS]

Every measurement is a process of its own. Seconds are CPU seconds, so that other work on the machine does not count.
`results.json` keeps what was measured before for the parts that are not run again; a peer that gives no proven optimum
within the limit is told as such, and one that took more than a tenth of it a size smaller is not run.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from .chart import write_chart
from .peers import PEERS
from .places import Place, write_place
from .tables import markdown

SIZES = {
    "town": Place(300, 30),
    "city": Place(10_000, 300),
    "province": Place(100_000, 1_000, rules=300),
    "nation": Place(1_000_000, 2_000, rules=500),
    # As large, but with four times the pairs who may: few competencies, held by many.
    "dense": Place(100_000, 1_000, rules=300, competencies=10),
    # Everybody in the civil service of Indonesia; planned, not verified.
    "country": Place(5_000_000, 5_000, rules=500),
}
BASE = SIZES["city"]
GROWTH = {
    "officers": [replace(BASE, officers=n) for n in (2_500, 5_000, 10_000, 20_000, 40_000)],
    "demands": [replace(BASE, demands=n) for n in (75, 150, 300, 600, 1_200)],
    "rules": [replace(BASE, rules=n) for n in (100, 200, 400, 800, 1_600)],
    "competencies": [replace(BASE, competencies=n) for n in (20, 40, 80, 160)],
    "areas": [replace(BASE, duties=n) for n in (30, 15, 6, 3)],
}
WORST = {
    "all officers different": replace(BASE, distinct=True),
    "every area its own sensor": replace(BASE, sensors=True),
    "5 000 rules": replace(BASE, rules=5_000),
    "shortage": replace(BASE, shortage=True),
    "crossing protects": replace(BASE, crossing=True),
    "team rules": replace(BASE, teams=True),
}


def run(arguments: list[str], limit: float) -> dict[str, Any]:
    """Run one measurement; return its JSON, or why there is none."""
    command = [sys.executable, "-m", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return {"failed": f"no answer within {limit:g} s"}
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or ["?"])[-1][:200]}
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def stages(folder: Path, place: Place, limit: float, repeat: int = 1) -> dict[str, Any]:
    """Generate a place and measure every stage of planning it; of several runs, the one of median length."""
    write_place(folder, place)
    large = ["--no-verify"] if place.officers > SIZES["nation"].officers else []
    found = [run(["tests.benchmarks.stages", str(folder), *large], limit) for _ in range(repeat)]
    failed = [one for one in found if "failed" in one]
    return failed[0] if failed else sorted(found, key=lambda one: one["whole_s"])[len(found) // 2] | {"runs": repeat}


def compare(
    folder: Path, ours: dict[str, Any], before: dict[str, Any] | None, names: list[str], limit: float
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Run every peer on a place, and compare its optimum with ours; `before` is what they took a size smaller."""
    for name in names:
        earlier = (before or {}).get(name)
        if earlier is not None and (earlier.get("objective") is None or earlier["seconds"] > limit / 10):
            yield name, {"failed": "not run: too slow a size smaller"}
            continue
        found = run(["tests.benchmarks.peers", name, str(folder), "--limit", str(limit)], 2 * limit + 120)
        if found.get("objective") is not None:
            found["same_optimum"] = found["objective"] == ours["objective"]
        yield name, found
        show(f"{name}: {found.get('seconds', found.get('failed'))}")


def measure(
    parts: list[str],
    sizes: list[str],
    peers: list[str],
    results: dict[str, Any],
    save: Any,
    *,
    limit: float,
    repeat: int,
) -> None:
    """Run the parts that were asked for, saving after each measurement."""
    before: dict[str, Any] | None = None
    with tempfile.TemporaryDirectory() as temporary:
        for size in sizes:
            folder = Path(temporary) / size
            if {"sizes", "peers"} & set(parts):
                results.setdefault("sizes", {})[size] = stages(folder, SIZES[size], 60 * limit, repeat)
                save()
                show(f"{size}: {results['sizes'][size].get('whole_s', results['sizes'][size])}")
            if "peers" in parts and size not in {"nation", "country"}:
                for name, found in compare(folder, results["sizes"][size], before, peers, limit):
                    results.setdefault("peers", {}).setdefault(size, {})[name] = found
                    save()
                before = results["peers"][size]
        for part, cases in (("growth", GROWTH), ("worst", {"worst": WORST})):
            if part not in parts:
                continue
            for axis, places in cases.items():
                named = places.items() if isinstance(places, dict) else [(str(value(axis, p)), p) for p in places]
                for name, place in named:
                    folder = Path(temporary) / f"{axis}-{name}".replace(" ", "-")
                    where = results.setdefault(part, {}) if part == "worst" else results.setdefault(
                        part, {}).setdefault(axis, {})  # fmt: skip
                    where[name] = stages(folder, place, 10 * limit)
                    save()
                    show(f"{axis} {name}: {where[name].get('whole_s', where[name])}")


def value(axis: str, place: Place) -> int:
    """Return where a place lies on an axis of growth."""
    found: int = getattr(place, axis)
    return found


def show(text: str) -> None:
    """Say how far the work has come."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - a benchmark reports


def main() -> None:
    """Run the benchmarks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--sizes", default="town,city,province,nation")
    parser.add_argument("--parts", default="sizes,peers,growth,worst")
    parser.add_argument("--limit", type=float, default=120, help="seconds for a peer")
    parser.add_argument("--repeat", type=int, default=1, help="runs of each size; the median one counts")
    parser.add_argument("--peers", default=",".join(PEERS))
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    file = given.out / "results.json"
    results: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    results["machine"] = {"python": platform.python_version(), "processor": platform.machine(), "limit_s": given.limit}

    def save() -> None:
        file.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n", "utf-8")
        (given.out / "results.md").write_text(markdown(results), "utf-8")
        (given.out / "chart.svg").write_text(write_chart(results), "utf-8")

    measure(
        given.parts.split(","), [s for s in given.sizes.split(",") if s], given.peers.split(","), results, save,
        limit=given.limit, repeat=given.repeat,
    )  # fmt: skip
    save()


if __name__ == "__main__":
    main()
