"""How long `check` takes by the number of rules, beside reading the rulebook alone (the peer in the same run)."""

from __future__ import annotations

import pytest

from asn_flex import pipeline
from asn_flex.rulebook.loader import build_rulebook

from .rulebook import big_rulebook


@pytest.mark.parametrize("rules", [500, 1000, 2000, 5000])
@pytest.mark.parametrize("what", ["read", "check"])
def test_rules(benchmark, rules: int, what: str):
    files = {"big.yaml": big_rulebook(rules)}
    run = build_rulebook if what == "read" else pipeline.check_files
    benchmark.pedantic(run, args=(files,), rounds=3, iterations=1)
