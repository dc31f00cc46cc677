"""A proof as data: `asn-flex/proof/1`, a tree from an assignment down to file lines and table rows (semantics §9).

Every node says one thing, in both languages, and where it stands. The tree is already cut to its audience: what an
audience may not see is not in it. Nodes keep the order in which a reader follows the argument, and nothing in it
depends on the order of rows or files.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict

from asn_flex.errors import Lang, Text

PROOF_FORMAT = "asn-flex/proof/1"
Audience = Literal["planner", "officer", "public", "signer", "auditor"]
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
# What a node is about; a reader of JSON may rely on these words.
NodeKind = Literal[
    "answer", "section", "demand", "rule", "test", "fact", "observation", "seats", "priority", "basis",
    "requirement", "competency", "holding", "check", "points", "cap", "pin", "question", "lack", "note",
]  # fmt: skip
# How a node turned out: true, false, unknown; or what a rule did.
Outcome = Literal[
    "true", "false", "unknown", "released", "overridden", "asks", "stops", "met", "not_met", "applies", "full",
    "free", "hidden",
]  # fmt: skip


class Part(BaseModel):
    """Base of every part of a proof: immutable and strict."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Part):
    """One sentence in both languages."""

    id: str
    en: str

    def in_lang(self, lang: Lang) -> str:
        """Return the sentence in a language, or in the other one where it is empty."""
        return Text(self.id, self.en).in_lang(lang)


class Cited(Part):
    """A law or order that a rule rests on; `cite` as the rule file has it (`uu24-2007#50`)."""

    cite: str
    label: Words
    url: str | None = None


class ProofNode(Part):
    """One step of a proof.

    Parameters
    ----------
    kind : what it is about
    text : the step in words
    rule : the rule it is about
    place : where it stands, `file:line:column` (`file:row:1` for a row of a table)
    sources : the laws and orders that the rule cites
    value : the known value that was read, as a rule file would write it
    outcome : how it turned out
    children : what it rests on, in the order of the argument
    """

    kind: NodeKind
    text: Words
    rule: str | None = None
    place: str | None = None
    sources: tuple[Cited, ...] = ()
    value: str | None = None
    outcome: Outcome | None = None
    children: tuple[ProofNode, ...] = ()

    def walk(self) -> Iterator[ProofNode]:
        """Yield the node and everything below it, top down."""
        yield self
        for child in self.children:
            yield from child.walk()

    def to_dict(self) -> dict[str, Any]:
        """Return plain data without what is absent."""
        found: dict[str, Any] = {"kind": self.kind, "text": {"id": self.text.id, "en": self.text.en}}
        for key in ("rule", "place", "value", "outcome"):
            value = getattr(self, key)
            if value is not None:
                found[key] = value
        if self.sources:
            found["source"] = [
                {"cite": s.cite, "label": {"id": s.label.id, "en": s.label.en}}
                | ({"url": s.url} if s.url is not None else {})
                for s in self.sources
            ]
        if self.children:
            found["children"] = [child.to_dict() for child in self.children]
        return found


class Proof(Part):
    """Why an officer goes where, or nowhere, as one audience may see it.

    `demand` is None where the officer has no assignment. `plan` is the id of the plan that is explained.
    """

    plan: str
    officer: str
    demand: str | None
    audience: Audience
    root: ProofNode

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, `asn-flex/proof/1`."""
        return {
            "format": PROOF_FORMAT,
            "plan": self.plan,
            "officer": self.officer,
            "demand": self.demand,
            "audience": self.audience,
            "proof": self.root.to_dict(),
        }

    def to_json(self, *, indent: int | None = 1) -> str:
        """Return the stable JSON text, with a newline at its end."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent) + "\n"
