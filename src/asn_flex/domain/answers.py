"""Answers to "why not", "what would it take" and "what is scarce" as data (semantics §9).

Like proofs they are already cut to their audience: what an audience may not see is not in them.
"""

from __future__ import annotations

import json
from typing import Any, Literal

from asn_flex.domain.proof import Audience, Part, ProofNode, Words

WHY_NOT_FORMAT = "asn-flex/why-not/1"
SHORTFALL_FORMAT = "asn-flex/shortfall/1"
SCARCITY_FORMAT = "asn-flex/scarcity/1"
FACTS_FORMAT = "asn-flex/missing-facts/1"
# How a number was found: from the plan's prices, or by solving again.
Means = Literal["certificate", "solved"]
# Where prices come from: the plan's certificate, or the flow without team rules and crossing sets.
PriceSource = Literal["certificate", "relaxation"]
Cell = bool | int | str | list[str]


class Answer(Part):
    """Base of the answers."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        raise NotImplementedError

    def to_json(self, *, indent: int | None = 1) -> str:
        """Return the stable JSON text, with a newline at its end."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent) + "\n"


def _words(text: Words) -> dict[str, str]:
    return {"id": text.id, "en": text.en}


class TierChange(Part):
    """What one tier would be instead; `after` None is kept back from the audience."""

    tier: str
    before: int
    after: int | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {"tier": self.tier, "before": self.before, "after": self.after}


class WhyNot(Answer):
    """Why an officer does not take a demand, or what sending him would cost.

    Parameters
    ----------
    answer : `assigned` (he goes there), `refused` (`root` holds every failed condition), `priced`, or `impossible`
        (he is eligible, but pins and caps leave no plan that holds the pair)
    means, proven : how the price was found, and whether it is proven; None without a price
    price : every tier as it is and as it would be with the pair forced
    root : the answer in words
    """

    plan: str
    officer: str
    demand: str
    audience: Audience
    answer: Literal["assigned", "refused", "priced", "impossible"]
    means: Means | None = None
    proven: bool | None = None
    price: tuple[TierChange, ...] = ()
    root: ProofNode

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, `asn-flex/why-not/1`."""
        return {
            "format": WHY_NOT_FORMAT, "plan": self.plan, "officer": self.officer, "demand": self.demand,
            "audience": self.audience, "answer": self.answer, "means": self.means, "proven": self.proven,
            "price": [t.to_dict() for t in self.price], "because": self.root.to_dict(),
        }  # fmt: skip


class Remedy(Part):
    """A single change that was made and solved again, and what it gains.

    Parameters
    ----------
    kind : `protection`, `keep`, `share`, `substitutes`, `include`, `cover`, `limit`, `forbid`, `training` or `fact`
    text : the change in words
    rule, unit, officer, competency, evidence, fact, where : what it is about, as far as the audience may know
    before, after : what is changed
    gain : tier to gain, in the tiers of coverage that change
    seats, here : how many more seats are filled in all, and up to how many at the demand
    alike : further people with whom it would be the same by the plan's prices; not solved
    """

    kind: str
    text: Words
    rule: str | None = None
    unit: str | None = None
    officer: str | None = None
    competency: str | None = None
    evidence: str | None = None
    fact: str | None = None
    where: str | None = None
    before: Cell | None = None
    after: Cell | None = None
    gain: dict[str, int]
    seats: int
    here: int
    alike: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return plain data without what is absent."""
        found: dict[str, Any] = {"kind": self.kind, "text": _words(self.text)}
        for key in ("rule", "unit", "officer", "competency", "evidence", "fact", "where", "before", "after"):
            value = getattr(self, key)
            if value is not None:
                found[key] = value
        return {**found, "gain": self.gain, "seats": self.seats, "here": self.here, "alike": self.alike}


class ShortfallAnswer(Answer):
    """Why a demand is not full, what holds it, and the single changes that would fill a seat.

    Parameters
    ----------
    missing : its empty seats
    remedies : the most worth first
    complete : whether every change of the kinds asked was tried, or is proven useless by the plan's prices
    tried : how many changes were solved
    root : reasons and bottleneck in words
    """

    plan: str
    demand: str
    audience: Audience
    missing: int
    root: ProofNode
    remedies: tuple[Remedy, ...] = ()
    complete: bool
    tried: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, `asn-flex/shortfall/1`."""
        return {
            "format": SHORTFALL_FORMAT, "plan": self.plan, "demand": self.demand, "audience": self.audience,
            "missing": self.missing, "because": self.root.to_dict(),
            "remedies": [r.to_dict() for r in self.remedies], "complete": self.complete, "tried": self.tried,
        }  # fmt: skip


class ShadowPrice(Part):
    """What one more of something would bring at most: tier to gain; nothing where it is not scarce.

    `kind` is `demand` (one more officer who may serve there), `unit` (one more whom a `protect` rule lets go) or
    `competency` (one more free officer with what the demands that require it ask; `where` is the dearest of them).
    """

    kind: Literal["demand", "unit", "competency"]
    name: str
    rule: str | None = None
    where: str | None = None
    price: dict[str, int]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data without what is absent."""
        found: dict[str, Any] = {"kind": self.kind, "name": self.name}
        found |= {key: value for key in ("rule", "where") if (value := getattr(self, key)) is not None}
        return {**found, "price": self.price}


class Scarcity(Answer):
    """What is scarce, the dearest first of every kind; `source` says what the prices are worth."""

    plan: str
    source: PriceSource
    prices: tuple[ShadowPrice, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, `asn-flex/scarcity/1`."""
        prices = [p.to_dict() for p in self.prices]
        return {"format": SCARCITY_FORMAT, "plan": self.plan, "source": self.source, "prices": prices}


class MissingFact(Part):
    """A missing fact, the value that would open seats, and how many, were it confirmed for all of `asked`.

    `asked` are officers or units (or the area) of whom it is unknown and who could gain by it; empty for the event.
    """

    fact: str
    text: Words
    value: Cell | None
    asked: tuple[str, ...]
    count: int
    gain: dict[str, int]
    seats: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "fact": self.fact, "text": _words(self.text), "value": self.value, "asked": list(self.asked),
            "count": self.count, "gain": self.gain, "seats": self.seats,
        }  # fmt: skip


class MissingFacts(Answer):
    """Missing facts, those first that would open the most; `untold` facts cannot be tried (measures, for one)."""

    plan: str
    audience: Audience
    facts: tuple[MissingFact, ...]
    untold: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, `asn-flex/missing-facts/1`."""
        return {
            "format": FACTS_FORMAT, "plan": self.plan, "audience": self.audience,
            "facts": [f.to_dict() for f in self.facts], "untold": list(self.untold),
        }  # fmt: skip
