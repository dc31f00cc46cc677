"""The worked cases, read with the real readers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asn_flex.domain.scenario import Scenario
from asn_flex.readwrite.scenario import load_scenario
from asn_flex.rulebook.loader import load_rulebook
from asn_flex.rulebook.model import Rulebook

CASES = Path(__file__).parent.parent / "cases"


@dataclass(frozen=True)
class Case:
    """One folder of tests/cases."""

    name: str
    rulebook: Rulebook
    scenario: Scenario
    expected: dict[str, Any]


def case_names(*keys: str) -> list[str]:
    """Return the cases whose expectations name one of the keys."""
    names = []
    for folder in sorted(CASES.iterdir()):
        file = folder / "expected.json"
        if file.exists() and any(key in json.loads(file.read_text(encoding="utf-8")) for key in keys):
            names.append(folder.name)
    return names


def read_case(name: str) -> Case:
    """Read a case."""
    folder = CASES / name
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    rulebook = load_rulebook(folder / "rules.yaml")
    scenario = load_scenario(folder / "scenario", rulebook, quarantine=bool(expected.get("quarantine")))
    return Case(name, rulebook, scenario, expected)
