"""What of the last answers still holds for another scenario: stages whose tables are the same say the same again.

`infer` asks nothing of officers, and `match` nothing of pins; so a planner who pins somebody needs neither again, and
one who loses an officer needs no inference.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from asn_flex.domain.scenario import Scenario
from asn_flex.domain.situation import Situation
from asn_flex.eligibility.match import Eligibility

# The tables that decide the situation, and those that decide as well who may do what. Rows carry their numbers, so
# that equal tables tell equal places.
_OF_SITUATION = ("units", "areas", "observations", "demands")
_OF_OFFICERS = ("officers", "holdings", "travel")


@dataclass(frozen=True)
class Answers:
    """The last scenario, what was assumed about it, and the answers of `infer` and `match`."""

    scenario: Scenario
    assumed: tuple[object, ...]
    situation: Situation
    eligibility: Eligibility

    def situation_of(self, scenario: Scenario, assumed: tuple[object, ...]) -> Situation | None:
        """Return the situation where it is the same; None where it must be inferred."""
        old = self.scenario
        if old is scenario and self.assumed == assumed:
            return self.situation
        same = (
            self.assumed == assumed
            and (old.now, old.event, old.period) == (scenario.now, scenario.event, scenario.period)
            and old.now.utcoffset() == scenario.now.utcoffset()
            and old.file_names == scenario.file_names
            and _equal(old, scenario, _OF_SITUATION)
        )
        return self.situation if same else None

    def eligibility_of(self, scenario: Scenario, situation: Situation) -> Eligibility | None:
        """Return who may do what where it is the same; None where it must be matched."""
        if situation is not self.situation:
            return None
        old = self.scenario
        if old is scenario:
            return self.eligibility
        same = old.quarantined == scenario.quarantined and _equal(old, scenario, _OF_OFFICERS)
        return replace(self.eligibility, scenario=scenario) if same else None


def _equal(one: Scenario, other: Scenario, tables: tuple[str, ...]) -> bool:
    return all(getattr(one.tables, t).equals(getattr(other.tables, t)) for t in tables)
