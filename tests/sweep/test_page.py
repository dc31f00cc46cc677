"""Everything that docs/sweeps.md tells planners to write can be read against the shipped example."""

from __future__ import annotations

import re

import pytest

import asn_flex as af

from ..support import REPOSITORY

PAGE = (REPOSITORY / "docs" / "sweeps.md").read_text("utf-8")
TEXTS = sorted(set(re.findall(r"--vary ([^\s`]*=[^\s`]+)", PAGE)) - {"FACT=VALUES"})


@pytest.fixture(scope="module")
def example() -> tuple[af.Rulebook, af.Scenario]:
    rulebook = af.load_rulebook(REPOSITORY / "rules" / "tanjungbalai")
    return rulebook, af.load_scenario(REPOSITORY / "examples" / "tanjungbalai_flood", rulebook)


def test_page_shows_how_to_write() -> None:
    assert len(TEXTS) >= 10


@pytest.mark.parametrize("text", TEXTS)
def test_what_the_page_shows_can_be_written(text: str, example: tuple[af.Rulebook, af.Scenario]) -> None:
    assert af.vary(*example, [text])


def test_page_counts_as_the_command_does(example: tuple[af.Rulebook, af.Scenario]) -> None:
    assert "3 × 6 × 20 = 360" in PAGE
    assert len(af.vary(*example, ["event.severity=3..5", "officer.absent=5%..30%:seed=1..20"])) == 360


def test_range_that_the_page_calls_refused_is_refused(example: tuple[af.Rulebook, af.Scenario]) -> None:
    assert "`5%..12%` is refused" in PAGE
    with pytest.raises(af.VariationError, match="U144"):
        af.vary(*example, ["officer.absent=5%..12%"])
