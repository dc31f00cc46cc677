"""What one reader of a proof may see, and the making of its nodes (semantics §9).

| audience | sensitive facts | other people |
|---|---|---|
| planner | which fact and rule, never the value, the test or its outcome | yes |
| officer, public | "a protected ground": neither fact nor rule | no |
| signer, auditor | everything | yes |

`public` does not see the values of an officer's own facts either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from asn_flex.domain.attributes import Attribute
from asn_flex.domain.plan import Plan
from asn_flex.domain.proof import Audience, Cited, NodeKind, Outcome, ProofNode, Words
from asn_flex.domain.scenario import Scenario
from asn_flex.eligibility.match import Eligibility
from asn_flex.errors import NOWHERE, Place, Text
from asn_flex.explain.naming import day, plain, rule_title
from asn_flex.i18n import say
from asn_flex.rulebook.conditions import Condition, Test, tests_in
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import AnyRule, Cover, Prefer
from asn_flex.situation.facts import FactSource
from asn_flex.situation.program import conditions_of

PERSONAL = frozenset({"officer", "pair"})


def node(
    kind: NodeKind,
    text: Text,
    *children: ProofNode,
    rule: str | None = None,
    place: Place | None = None,
    sources: tuple[Cited, ...] = (),
    value: str | None = None,
    outcome: Outcome | None = None,
) -> ProofNode:
    """Make one step of a proof."""
    return ProofNode(
        kind=kind, text=Words(id=text.id, en=text.en), rule=rule,
        place=None if place is None or place == NOWHERE else str(place),
        sources=sources, value=value, outcome=outcome, children=children,
    )  # fmt: skip


def outcome_of(truth: bool | None) -> Outcome:
    """Return a truth value as the outcome of a step."""
    return "unknown" if truth is None else "true" if truth else "false"


@dataclass
class View:
    """A plan and what explains it, as one audience may see it; `told` keeps what a proof has derived already."""

    plan: Plan
    eligibility: Eligibility
    audience: Audience
    told: set[str] = field(default_factory=set)

    @property
    def rulebook(self) -> Rulebook:
        """The rulebook that the plan rests on."""
        return self.eligibility.rulebook

    @property
    def scenario(self) -> Scenario:
        """The scenario that was planned."""
        return self.eligibility.scenario

    @property
    def sees_values(self) -> bool:
        """Whether the values of sensitive facts are shown."""
        return self.audience in {"signer", "auditor"}

    @property
    def sees_grounds(self) -> bool:
        """Whether the reader learns which sensitive fact and rule decided."""
        return self.audience not in {"officer", "public"}

    @property
    def sees_others(self) -> bool:
        """Whether the reader learns anything about other people."""
        return self.audience not in {"officer", "public"}

    def sees(self, attribute: Attribute) -> bool:
        """Whether the value of a fact is shown."""
        if attribute.sensitive:
            return self.sees_values
        return self.audience != "public" or attribute.scope not in PERSONAL

    @cached_property
    def facts(self) -> FactSource:
        """The facts of the event and its areas."""
        situation = self.eligibility.situation
        return FactSource(self.rulebook, self.scenario, situation.event, situation.measures)

    # ---- rules ---------------------------------------------------------------------------------------------------

    @cached_property
    def protected_rules(self) -> frozenset[str]:
        """The rules that ask about a sensitive fact, or lift one that does."""
        return protected_rules(self.rulebook)

    def hides(self, rule_id: str) -> bool:
        """Whether the reader may not even learn which rule it is."""
        return not self.sees_grounds and rule_id in self.protected_rules

    def rule(
        self,
        rule_id: str,
        text: Text,
        *children: ProofNode,
        kind: NodeKind = "rule",
        outcome: Outcome | None = None,
    ) -> ProofNode:
        """Make the step of a rule: its line, its sources, from when to when it is law, and what follows."""
        if self.hides(rule_id):
            return self.protected(outcome)
        found = self.rulebook.by_id[rule_id]
        law = found.effective
        if law.from_ is not None or law.until is not None:
            children = (node("note", _effective(law.from_, law.until)), *children)
        children = (*self._replacing(found), *children)
        return node(
            kind, text, *children, rule=rule_id, place=self.rulebook.place_of("rules", rule_id),
            sources=self.cited(found.source), outcome=outcome,
        )  # fmt: skip

    def _replacing(self, rule: AnyRule) -> Iterator[ProofNode]:
        """Tell which rule a rule stands in the place of, or yields to, with the place of that other rule."""
        pairs = [("why.law.replaces", name) for name in rule.replaces]
        pairs += [("why.law.replaced", name) for name in self.rulebook.replaced_by.get(rule.id, ())]
        for key, name in pairs:
            if not self.hides(name):
                told = say(key, rule=name, label=self.rulebook.label_of("rules", name))
                yield node("note", told, place=self.rulebook.place_of("rules", name))

    def protected(self, outcome: Outcome | None = None) -> ProofNode:
        """Make the step that stands for everything about a protected ground."""
        return node("check", say("why.protected"), outcome=outcome)

    def title(self, rule_id: str) -> Text:
        """Return a rule's id and label, or `a protected ground`."""
        return say("why.protected") if self.hides(rule_id) else rule_title(self.rulebook, rule_id)

    def reference(self, rule_id: str) -> Text:
        """Return a rule's id, where its label stands elsewhere in the proof, or `a protected ground`."""
        return say("why.protected") if self.hides(rule_id) else plain(rule_id)

    def cited(self, sources: Iterable[str]) -> tuple[Cited, ...]:
        """Return the laws and orders cited, with what people call them."""
        found = []
        for cite in sources:
            key, _, article = cite.partition("#")
            label = self.rulebook.label_of("sources", key)
            suffix = say("why.article", article=article) if article else plain("")
            entry = self.rulebook.sources.get(key)
            found.append(
                Cited(
                    cite=cite,
                    label=Words(id=f"{label.id}{suffix.id}", en=f"{label.en}{suffix.en}"),
                    url=entry.url if entry is not None else None,
                )
            )
        return tuple(found)

    # ---- places --------------------------------------------------------------------------------------------------

    def row(self, table: str, row: object) -> Place | None:
        """Return the place of a row of a table."""
        return self.scenario.place_of(table, row) if isinstance(row, int) else None

    def given(self, key: str) -> Place:
        """Return the line of `scenario.yaml` that gives a key, or its first line."""
        content = self.scenario.files.get("scenario", b"").decode("utf-8", "replace")
        wanted = re.compile(rf"(?:^\s*|[{{,]\s*){re.escape(key)}\s*:")
        for number, line in enumerate(content.splitlines(), 1):
            if wanted.search(line.split("#", 1)[0]):
                return self.scenario.place_of("scenario", number)
        return self.scenario.place_of("scenario", 1)

    @cached_property
    def seated(self) -> dict[str, list[str]]:
        """The officers of every demand that has some."""
        found: dict[str, list[str]] = {}
        for item in self.plan.assignments:
            found.setdefault(item.demand, []).append(item.officer)
        return found

    @cached_property
    def assigned(self) -> frozenset[int]:
        """The numbers of everybody who goes."""
        numbers = self.eligibility.number_of
        return frozenset(numbers[a.officer] for a in self.plan.assignments if a.officer in numbers)


def protected_rules(rulebook: Rulebook) -> frozenset[str]:
    """Return the rules that ask about a sensitive fact, or lift one that does (semantics §9)."""
    asking = {rule.id for rule in rulebook.rules if _asks_sensitive(rulebook, rule)}
    lifting = {rule.id for rule in rulebook.covers if asking.intersection(rule.overrides)}
    return frozenset(asking | lifting)


def _asks_sensitive(rulebook: Rulebook, rule: AnyRule) -> bool:
    if any(any(sensitive_facts(condition)) for condition in conditions_of(rule)):
        return True
    minimised = rule.minimise if isinstance(rule, Prefer) else None
    return minimised is not None and rulebook.attributes[minimised].sensitive


def sensitive_facts(condition: Condition) -> tuple[str, ...]:
    """Return the sensitive facts that a condition asks, in the order written."""
    asked = (t.attribute for t in tests_in(condition) if isinstance(t, Test))
    return tuple(dict.fromkeys(a.key for a in asked if a.sensitive))


def lifted_by(rule: AnyRule | None) -> frozenset[str]:
    """Return the forbid and limit rules that do not stop a basis."""
    return frozenset(rule.overrides) if isinstance(rule, Cover) else frozenset()


def _effective(start: date | None, until: date | None) -> Text:
    if start is not None and until is not None:
        return say("why.law.between", start=day(start), until=day(until))
    if start is not None:
        return say("why.law.from", start=day(start))
    assert until is not None  # noqa: S101 - the caller asks only where one is given
    return say("why.law.until", until=day(until))
