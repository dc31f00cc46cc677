"""What an officer lacks for a demand: requirements not met in full, and rules that refuse (semantics §8.6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asn_flex.eligibility.match import Eligibility
from asn_flex.eligibility.screen import Screen

# Of a kind and an outcome: all that can be missing, which of it each type lacks (a bit each), and how much.
Lacking = tuple[tuple["Miss", ...], NDArray[np.uint8], NDArray[np.int32]]


@dataclass(frozen=True, order=True)
class Miss:
    """One thing that stands between an officer and a demand.

    `kind` is `available`, `competency` (a requirement not met in full, with its level) or `rule` (a forbid or limit
    that refuses).
    """

    kind: str
    name: str = ""
    level: int = 0

    def to_dict(self) -> dict[str, object]:
        """Return it as it stands in a plan."""
        if self.kind == "competency":
            return {"competency": self.name, "level": self.level}
        return {"rule": self.name} if self.kind == "rule" else {"available": False}


def miss_table(eligibility: Eligibility, demand_id: str) -> list[tuple[Miss, NDArray[np.bool_]]]:
    """Return everything that can be missing for a demand, each with the officers who lack it."""
    screen = eligibility.screen
    misses: tuple[Miss, ...] = ()
    rows = np.zeros((0, screen.size), dtype=np.bool_)
    for here, (misses, bits, _) in _at(eligibility, demand_id):
        if not len(rows):
            rows = np.zeros((len(misses), screen.size), dtype=np.bool_)
        rows[:, here] = np.unpackbits(bits[:, here], axis=0, count=len(misses))
    return [(miss, row[screen.type_of]) for miss, row in zip(misses, rows, strict=True)]


def count_misses(eligibility: Eligibility, demand_id: str) -> NDArray[np.int64]:
    """Return how much each officer lacks for a demand; 0 for who may take it, on whatever ground."""
    counts = np.zeros(eligibility.screen.size, dtype=np.int64)
    for here, (_, _, found) in _at(eligibility, demand_id):
        counts[here] = found[here]
    counts[eligibility.eligible_types(demand_id)] = 0
    return counts[eligibility.screen.type_of]


def nearest_misses(eligibility: Eligibility, demand_id: str, *, most: int = 3) -> list[tuple[str, list[Miss]]]:
    """Return the officers who lack least for a demand, in order of (number of misses, id)."""
    counts = count_misses(eligibility, demand_id)
    some = np.flatnonzero(counts)
    if len(some) > most:
        some = some[counts[some] <= np.partition(counts[some], most - 1)[most - 1]]
    nearest = some[np.argsort(counts[some], kind="stable")][:most]
    return [(eligibility.officer_ids[n], misses_of(eligibility, n, demand_id)) for n in nearest.tolist()]


def misses_of(eligibility: Eligibility, number: int, demand_id: str) -> list[Miss]:
    """Return what one officer lacks for a demand."""
    screen = eligibility.screen
    kind, type_ = screen.kind_of[demand_id], int(screen.type_of[number])
    outcome = screen.outcome(kind, int(screen.home_of_type[type_]), eligibility.demands[demand_id].area)
    misses, bits, _ = _lacking(eligibility, kind, outcome)
    return [misses[i] for i in np.flatnonzero(np.unpackbits(bits[:, type_], count=len(misses))).tolist()]


def _at(eligibility: Eligibility, demand_id: str) -> Iterator[tuple[NDArray[np.bool_], Lacking]]:
    """Yield what can be missing for a demand by outcome of its pair tests, each with the types that it is about."""
    screen = eligibility.screen
    kind = screen.kind_of[demand_id]
    outcomes = screen.outcomes_at(kind, eligibility.demands[demand_id].area)[screen.home_of_type]
    for outcome in np.unique(outcomes).tolist():
        yield outcomes == outcome, _lacking(eligibility, kind, outcome)


def _lacking(eligibility: Eligibility, kind: int, outcome: int) -> Lacking:
    if (kind, outcome) not in eligibility.lacking:
        eligibility.lacking[kind, outcome] = _packed(eligibility.screen, kind, outcome)
    return eligibility.lacking[kind, outcome]


def _packed(screen: Screen, index: int, outcome: int) -> Lacking:
    """Return what can be missing for demands of a kind; which of it each type lacks, a bit each; and how much."""
    kind = screen.kinds[index]
    table = [
        (Miss("available"), ~screen.officers.available(kind.first_day, kind.last_day)[screen.samples]),
        *(
            (Miss("competency", need.competency, need.level), ~screen.meets_in_full(need, kind.last_day))
            for need in screen.rulebook.duties[kind.duty].requires
        ),
        *((Miss("rule", rule), rows) for rule, rows in sorted(screen.refusals(index, outcome).items())),
    ]
    counts = np.zeros(screen.size, dtype=np.int32)
    for _, rows in table:
        counts += rows
    return tuple(miss for miss, _ in table), np.packbits(np.stack([rows for _, rows in table]), axis=0), counts
