"""How long a command takes to start: processor time of a fresh interpreter, as a ratio to `python -c pass`.

`python -m pytest tests/benchmarks/test_startup.py` shows the ratios under `extra_info`, with `--benchmark-json FILE` in
the file. Byte code is written on the first run, as an installation has it.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

RULES = Path(__file__).parents[2] / "rules" / "tanjungbalai"
ROUNDS = 9

resource = pytest.importorskip("resource", reason="processor time of child processes")


def processor_s(*arguments: str) -> float:
    """Return the processor seconds of one run of this interpreter."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], capture_output=True, check=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["-c", "import asn_flex"], id="import"),
        pytest.param(["-m", "asn_flex", "--help"], id="help"),
        pytest.param(["-m", "asn_flex", "check", str(RULES)], id="check"),
    ],
)
def test_start(benchmark, arguments: list[str]):
    processor_s(*arguments)
    taken: list[float] = []
    floor: list[float] = []

    def once() -> None:
        # In turns, so that whatever else the machine does falls on both.
        floor.append(processor_s("-c", "pass"))
        taken.append(processor_s(*arguments))

    benchmark.pedantic(once, rounds=ROUNDS, iterations=1)
    benchmark.extra_info["processor_ms"] = round(1000 * statistics.median(taken), 1)
    benchmark.extra_info["pass_ms"] = round(1000 * statistics.median(floor), 1)
    benchmark.extra_info["ratio_to_pass"] = round(statistics.median(taken) / statistics.median(floor), 1)
