"""What a sweep tells of one plan: one row of plain numbers (semantics §12.7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from asn_flex.domain.attributes import COVERAGE_TIERS
from asn_flex.domain.plan import Plan, ShortfallReason
from asn_flex.errors import Text

REASONS: tuple[str, ...] = get_args(ShortfallReason)
# Columns of a result in their order; `str`, `int` or `float`.
COLUMNS: Mapping[str, type] = {
    "status": str,
    "severity": int,
    "phase": str,
    "demands": int,
    "seats": int,
    "filled": int,
    "people": int,
    "covering": int,
    "questions": int,
    "shortfalls": int,
    "missing": int,
    **{f"missing.{reason}": int for reason in REASONS},
    **dict.fromkeys(COVERAGE_TIERS, int),
    **{f"{tier}.of": int for tier in COVERAGE_TIERS},
    "suitability": int,
    "burden": int,
    "plan": str,
    "problem": str,
    "problem_id": str,
}


def row_of(plan: Plan) -> dict[str, Any]:
    """Return what a sweep keeps of a plan.

    `coverage.X` is the tier's value and `coverage.X.of` what it would be with every seat filled, so that plans with
    different demands can be compared.
    """
    tiers = {tier.tier: tier.value for tier in plan.objective}
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    row |= {
        "status": plan.status,
        "severity": plan.event.severity,
        "phase": plan.event.phase,
        "demands": len(plan.demands),
        "seats": sum(d.seats for d in plan.demands),
        "filled": sum(d.filled for d in plan.demands),
        "people": len({a.officer for a in plan.assignments}),
        "covering": sum(a.basis.kind == "cover" for a in plan.assignments),
        "questions": sum(len(a.confirm) for a in plan.assignments),
        "shortfalls": len(plan.shortfalls),
        "missing": sum(s.missing for s in plan.shortfalls),
        "suitability": tiers.get("suitability"),
        "burden": tiers.get("burden"),
        "plan": plan.id,
    }
    row |= {f"missing.{reason}": sum(s.missing for s in plan.shortfalls if s.reason == reason) for reason in REASONS}
    for tier in COVERAGE_TIERS:
        row[tier] = tiers.get(tier)
        row[f"{tier}.of"] = _best(plan, tier)
    return row


def _best(plan: Plan, tier: str) -> int:
    """Return the tier's value if every seat were filled: Σ priority × seats, or × the minimum."""
    duty_class, _, minimum = tier.removeprefix("coverage.").partition(".")
    of_class = (d for d in plan.demands if d.duty_class == duty_class)
    return sum(d.priority * (min(d.minimum, d.seats) if minimum else d.seats) for d in of_class)


def row_of_failure(status: str, text: Text) -> dict[str, Any]:
    """Return the row of a scenario without a plan: `refused` (its input) or `failed` (the planning)."""
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    return row | {"status": status, "problem": text.en, "problem_id": text.id}
