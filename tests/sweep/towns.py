"""The small worlds that tests of sweeps share: the quickstart (two wards), and a case with parameters."""

from __future__ import annotations

import functools

import asn_flex as af
from asn_flex.sweep.result import Sweep

from ..support import CASES, REPOSITORY, load_case

QUICKSTART = REPOSITORY / "examples" / "quickstart"
# 2 × 2 × 2 scenarios.
VARIED = ("event.severity=3,4", "officer.absent=0%,50%:seed=1,2")


@functools.cache
def quickstart() -> tuple[af.Rulebook, af.Scenario]:
    rulebook = af.load_rulebook(QUICKSTART / "rules.yaml")
    return rulebook, af.load_scenario(QUICKSTART, rulebook)


@functools.cache
def with_parameters() -> tuple[af.Rulebook, af.Scenario]:
    return load_case(CASES / "s3_4_parameters")


def variants() -> tuple[af.Variant, ...]:
    return af.vary(*quickstart(), VARIED)


@functools.cache
def expected() -> Sweep:
    """What the variants come to, planned here one after the other."""
    return af.plan_many(quickstart()[0], variants())
