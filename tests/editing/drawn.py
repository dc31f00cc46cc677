"""Drawn rulebooks as files, for the laws of decision tables."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from tests.oracle.draw_rules import draw_rules
from tests.oracle.drawing import Dice, yaml_text

AREAS = ["12", "12.10", "12.100", "12.1"]
seeds = st.integers(0, 2**32 - 1)


def drawn_rules(seed: int) -> dict:
    """A valid rulebook as plain values."""
    return draw_rules(Dice(seed), AREAS)


def written(rules: dict, folder: Path, name: str = "rules.yaml") -> Path:
    """The rulebook as a file in a folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(yaml_text(rules), encoding="utf-8")
    return folder
