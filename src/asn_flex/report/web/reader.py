"""What one reader of the report may be told, and how texts and proofs are kept for the page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from asn_flex.domain.answers import ShortfallAnswer
from asn_flex.domain.attributes import Attribute, Value
from asn_flex.domain.plan import DemandRecord, Plan, PlanValue
from asn_flex.domain.proof import Audience, Proof, ProofNode
from asn_flex.eligibility.match import Eligibility
from asn_flex.errors import Lang, Text
from asn_flex.explain.naming import demand_name, plain, value_name
from asn_flex.explain.view import View
from asn_flex.i18n import say, visible
from asn_flex.report.planned import Planned, Planning
from asn_flex.report.web.proofs import ProofTable
from asn_flex.rulebook.compile import parse_cell

# A sentence as the page has it: one text where both languages say the same.
Said = str | list[str]


class Explained(Planning, Protocol):
    """A planning that can also say who may do what, and why; `asn_flex.Planning` is one."""

    @property
    def eligibility(self) -> Eligibility:
        """Who may do what."""

    @property
    def previous(self) -> Plan | None:
        """The plan that was replaced, if it is there."""

    def why(self, officer: str, *, audience: Audience = "planner", lang: Lang = "en") -> Proof:
        """Return the proof of an officer's assignment."""

    def shortfall(self, demand: str, *, audience: Audience = "planner") -> ShortfallAnswer:
        """Return what would fill a seat of a demand."""


@dataclass
class Reader:
    """A planning as one audience is told it.

    Parameters
    ----------
    planning : the plan with what explains it
    audience : who reads; what they may not see is never asked for
    officer : the one officer that the reader is, for the audience `officer`
    remedies : for how many sorts of empty seats it is solved what would fill one
    """

    planning: Explained
    audience: Audience
    officer: str | None = None
    remedies: int = 0
    proofs: ProofTable = field(default_factory=ProofTable)

    @cached_property
    def planned(self) -> Planned:
        """The planning, asked the way a report asks it."""
        return Planned(self.planning)

    @property
    def eligibility(self) -> Eligibility:
        """Who may do what."""
        return self.planning.eligibility

    @cached_property
    def view(self) -> View:
        """What the audience may see."""
        return self.fresh()

    def fresh(self) -> View:
        """Return a view that has told nothing yet, for a proof of its own."""
        return View(self.planning.plan, self.planning.eligibility, self.audience)

    def keep(self, nodes: Iterable[ProofNode]) -> list[int]:
        """Keep proofs for the page; return their numbers."""
        return [self.proofs.add(node) for node in nodes]

    def demand(self, demand: DemandRecord) -> Text:
        """Return a demand in words."""
        return demand_name(self.planned.rulebook, self.planned.scenario, demand.duty, demand.area, demand.shift)

    def value(self, key: str, value: PlanValue | Value | None) -> Text:
        """Return the value of a fact as the audience may see it."""
        attribute = self.planned.rulebook.attributes.get(key)
        if attribute is None:
            return plain(str(value))
        if not self.view.sees(attribute):
            return say("value.hidden")
        return value_name(self.planned.rulebook, attribute, _exact(attribute, value), self.planned.scenario)

    def rules(self, rules: Iterable[str]) -> list[str]:
        """Return the ids of rules that the audience may know of."""
        return [rule for rule in rules if not self.view.hides(rule)]


def _exact(attribute: Attribute, value: PlanValue | Value | None) -> Value | None:
    if isinstance(value, list):
        return frozenset(value)
    return parse_cell(attribute, value) if isinstance(value, str) and attribute.kind != "set" else value


def said(text: Text) -> Said:
    """Return a sentence as the page has it."""
    first, second = (visible(part) for part in (text.id or text.en, text.en or text.id))
    return first if first == second else [first, second]


def shown(text: Any) -> str:
    """Return what a table holds as text that can be shown; empty where there is none."""
    return "" if text is None else visible(str(text))


WEB = re.compile(r"https?://", re.IGNORECASE)
