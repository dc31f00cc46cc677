"""What loads when: the heavy packages come in with planning, not with help or a check (semantics §12.1)."""

from __future__ import annotations

import subprocess
import sys

import pytest

from .support import REPOSITORY

HEAVY = (
    "dask", "distributed", "durable", "highspy", "matplotlib", "networkx", "numpy", "openpyxl", "ortools", "pandas",
    "polars", "pygls", "python_calamine",
)  # fmt: skip
RULES = str(REPOSITORY / "rules" / "tanjungbalai")
QUICKSTART = str(REPOSITORY / "examples" / "quickstart")


def loaded_by(code: str) -> set[str]:
    """Run code in a fresh interpreter and return which heavy packages it has loaded."""
    told = f"{code}\nimport sys\nprint('LOADED', *(m for m in {HEAVY!r} if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split()[1:])


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("import asn_flex", id="import"),
        pytest.param("import asn_flex, asn_flex.cli", id="command line"),
        pytest.param(f"import asn_flex; asn_flex.load_rulebook({RULES!r})", id="load_rulebook"),
        pytest.param(f"import asn_flex; asn_flex.check({RULES!r})", id="check"),
        *(
            pytest.param(f"from asn_flex.cli import run; run({arguments!r})", id=" ".join(arguments[:2]))
            for arguments in (
                ["--help"],
                ["--version"],
                ["plan", "--help"],
                ["diff", "--help"],
                ["sweep", "--help"],
                ["check", RULES],
                ["check", RULES, "--format", "sarif"],
                ["check", "--explain", "W404"],
                ["fmt", "--check", RULES],
                ["schema", "plan"],
            )
        ),
    ],
)
def test_nothing_heavy_loads_before_planning(code: str) -> None:
    assert loaded_by(code) == set()


def test_planning_loads_what_it_needs() -> None:
    # The check above can fail: the same question after a plan finds the tables and the solver.
    code = f"from asn_flex.cli import run; run(['plan', {QUICKSTART!r}, '--engine', 'plain'])"
    assert {"polars", "numpy", "ortools"} <= loaded_by(code)
    assert not {"dask", "matplotlib", "openpyxl", "pygls", "pandas"} & loaded_by(code)
