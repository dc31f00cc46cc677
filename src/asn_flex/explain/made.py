"""The part of a planning that whatever is written from a plan reads: report, letters and pictures."""

from __future__ import annotations

from typing import Protocol

from asn_flex.domain.plan import Plan
from asn_flex.domain.scenario import Scenario
from asn_flex.rulebook.model import Rulebook


class Made(Protocol):
    """A plan with what it was made from; `asn_flex.Planning` is one."""

    @property
    def plan(self) -> Plan:
        """The plan as data."""

    @property
    def rulebook(self) -> Rulebook:
        """Its rulebook."""

    @property
    def scenario(self) -> Scenario:
        """Its scenario."""
