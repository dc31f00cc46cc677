"""Shadow prices of demands, units and competencies, read from a certificate (semantics §8.5, §9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from asn_flex.domain.plan import Certificate
from asn_flex.eligibility.match import Eligibility
from asn_flex.planning.certificate import make_certificate
from asn_flex.planning.resolve import Problem, Vector


@dataclass(frozen=True)
class Scarce:
    """What one more of something would bring at most, per tier; a competency's price is that of the demand `where`."""

    kind: Literal["demand", "unit", "competency"]
    name: str
    price: Vector
    rule: str | None = None
    where: str | None = None


def relaxed_prices(problem: Problem) -> Certificate:
    """Return the prices of the flow without team rules and crossing sets."""
    return make_certificate(problem.network, problem.relaxed)


def find_scarcity(eligibility: Eligibility, certificate: Certificate) -> tuple[Scarce, ...]:
    """Return the price of every demand, protected unit and competency asked for, the dearest of each kind first.

    Parameters
    ----------
    eligibility : what was planned
    certificate : prices that are not empty
    """
    nothing = (0,) * len(certificate.tiers)
    found = [*_demands(eligibility, certificate, nothing), *_units(eligibility, certificate, nothing)]
    found += _competencies(eligibility, certificate, nothing)
    order = ("demand", "unit", "competency")
    return tuple(sorted(found, key=lambda s: (order.index(s.kind), tuple(-p for p in s.price), s.name, s.rule or "")))


def _demands(eligibility: Eligibility, certificate: Certificate, nothing: Vector) -> Iterator[Scarce]:
    for demand in eligibility.situation.demands:
        yield Scarce("demand", demand.id, max(certificate.demands.get(demand.id, nothing), nothing))


def _units(eligibility: Eligibility, certificate: Certificate, nothing: Vector) -> Iterator[Scarce]:
    prices = {(p.rule, p.unit): p.price for p in certificate.protections}
    for item in eligibility.protected:
        yield Scarce("unit", item.unit, prices.get((item.rule, item.unit), nothing), rule=item.rule)


def _competencies(eligibility: Eligibility, certificate: Certificate, nothing: Vector) -> Iterator[Scarce]:
    """One more free officer with what a demand asks is worth its seat; a competency as much as its dearest demand."""
    best: dict[str, tuple[Vector, str]] = {}
    for demand in eligibility.situation.demands:
        price = max(certificate.demands.get(demand.id, nothing), nothing)
        for need in eligibility.rulebook.duties[demand.duty].requires:
            if need.competency not in best or price > best[need.competency][0]:
                best[need.competency] = (price, demand.id)
    for competency, (price, demand_id) in best.items():
        yield Scarce("competency", competency, price, where=demand_id)
