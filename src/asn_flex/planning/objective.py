"""The objective: its tiers in order, and what each counts (semantics §8.2).

Inside, every tier is a cost to make small: coverage counts as minus its gain, `disruption` as minus the officers who
keep their demand. `value_of` turns a cost back into the number that plans show.
"""

from __future__ import annotations

from dataclasses import dataclass

from asn_flex.domain.attributes import COVERAGE_TIERS


@dataclass(frozen=True)
class Objective:
    """The tiers of one planning run; `previous_size` None when it is not a replanning."""

    previous_size: int | None

    @property
    def tiers(self) -> tuple[str, ...]:
        """Names of the tiers, most important first."""
        middle = ["disruption"] if self.previous_size is not None else []
        return (*COVERAGE_TIERS, *middle, "suitability", "burden")

    def index(self, tier: str) -> int:
        """Return the position of a tier."""
        return self.tiers.index(tier)

    def value_of(self, tier: str, cost: int) -> int:
        """Return the number that plans show for a tier's cost."""
        if tier.startswith("coverage."):
            return -cost
        if tier == "disruption":
            return (self.previous_size or 0) + cost
        return cost
