"""Who may do what, before and after: pairs of officer and demand gained, lost, or resting on other grounds (§12.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from asn_flex.domain.situation import Demand
from asn_flex.eligibility.match import Eligibility

Rows = NDArray[np.bool_]


@dataclass(frozen=True)
class PairsAt:
    """Pairs at one demand: how many, and the officers of the first of them in order of id.

    `officers` is empty where the change asks about a sensitive fact: who they are would tell the fact.
    """

    demand: str
    count: int
    officers: tuple[str, ...]


@dataclass(frozen=True)
class Pairs:
    """Pairs of officer and demand, demand by demand; `people` is the number of different officers."""

    count: int = 0
    people: int = 0
    at: tuple[PairsAt, ...] = ()


@dataclass(frozen=True)
class Seats:
    """What a demand asks for."""

    seats: int
    minimum: int
    priority: int


@dataclass(frozen=True)
class DemandChange:
    """A demand that is new (`before` None), gone (`after` None), or asks for something else."""

    demand: str
    before: Seats | None
    after: Seats | None


@dataclass(frozen=True)
class Meaning:
    """What an edit means for one scenario, before anybody is sent.

    Attributes
    ----------
    gained, lost : pairs that may be now and might not before, and the other way round
    other_grounds : pairs that may be before and after, by other bases, with other points or other questions
    demands : demands that are new, gone, or have other seats, minimum or priority
    """

    gained: Pairs
    lost: Pairs
    other_grounds: Pairs
    demands: tuple[DemandChange, ...]

    @property
    def is_nothing(self) -> bool:
        """Whether nothing differs."""
        return not (self.gained.count or self.lost.count or self.other_grounds.count or self.demands)


def compare(before: Eligibility, after: Eligibility, *, most: int, hidden: bool) -> Meaning:
    """Return what differs in who may do what, and in which seats there are.

    Parameters
    ----------
    before, after : of one scenario, by the old and by the new rules
    most : officers that are named per demand
    hidden : name nobody
    """
    sides = (_Side(before), _Side(after))
    people = np.array(sorted({*before.officer_ids, *after.officer_ids}), dtype=object)
    rows = tuple(side.rows_among(people) for side in sides)
    found: dict[str, dict[str, Rows]] = {"gained": {}, "lost": {}, "other": {}}
    is_same_world = _is_same_world(before, after)
    for demand in sorted({*before.demands, *after.demands}):
        if is_same_world and _is_asked_alike(before, after, demand):
            continue
        was, now = (_eligible(side, demand, at, len(people)) for side, at in zip(sides, rows, strict=True))
        found["gained"][demand], found["lost"][demand] = now & ~was, was & ~now
        found["other"][demand] = _other_grounds(sides, rows, demand, was & now)
    shown = 0 if hidden else most
    gained, lost, other = (_pairs(found[name], people, shown) for name in ("gained", "lost", "other"))
    return Meaning(gained, lost, other, _demands(before.demands, after.demands))


def _is_same_world(before: Eligibility, after: Eligibility) -> bool:
    """Whether both sides read the same facts about the same people, and the same competencies."""
    one, other = before.rulebook, after.rulebook
    return (
        before.scenario.digest == after.scenario.digest
        and one.attributes == other.attributes
        and one.competencies == other.competencies
    )


def _is_asked_alike(before: Eligibility, after: Eligibility, demand: str) -> bool:
    """Whether everything that decides who may take a demand is the same, so that nobody need be read again."""
    one, other = before.demands.get(demand), after.demands.get(demand)
    if one is None or other is None or (one.first_day, one.last_day) != (other.first_day, other.last_day):
        return False
    states = [side.situation.in_force.get(demand, {}) for side in (before, after)]
    rules = (before.rulebook.by_id, after.rulebook.by_id)
    return (
        states[0] == states[1]
        and before.rulebook.duties[one.duty] == after.rulebook.duties[other.duty]
        and all(rules[0][name] == rules[1][name] for name in states[0])
    )


@dataclass(frozen=True)
class _Side:
    """One of the two readings, with the bases of its types of officers."""

    eligibility: Eligibility

    @cached_property
    def bases(self) -> dict[tuple[int, str], tuple[Any, ...]]:
        return {}

    def rows_among(self, people: NDArray[Any]) -> NDArray[np.int64]:
        """Return the officer's number among all people, for each officer of this side."""
        number = {officer: i for i, officer in enumerate(people.tolist())}
        return np.array([number[officer] for officer in self.eligibility.officer_ids], dtype=np.int64)

    def grounds(self, type_: int, demand: str) -> tuple[Any, ...]:
        """Return the bases of everybody of a type for a demand: officers of one type have the same."""
        if (type_, demand) not in self.bases:
            officer = self.eligibility.officer_ids[int(self.eligibility.screen.samples[type_])]
            found = self.eligibility.bases(officer, demand)
            self.bases[type_, demand] = tuple((b.rule, b.strength, b.loss, b.points, b.questions) for b in found)
        return self.bases[type_, demand]


def _eligible(side: _Side, demand: str, rows: NDArray[np.int64], size: int) -> Rows:
    found = np.zeros(size, dtype=np.bool_)
    if demand in side.eligibility.demands:
        found[rows[side.eligibility.eligible_officers(demand)]] = True
    return found


def _other_grounds(sides: tuple[_Side, ...], rows: tuple[NDArray[np.int64], ...], demand: str, both: Rows) -> Rows:
    """Return the people who may on both sides, and whose bases differ; each pair of types is read once."""
    changed = np.zeros(len(both), dtype=np.bool_)
    people = np.flatnonzero(both)
    if not len(people):
        return changed
    types = []
    for side, at in zip(sides, rows, strict=True):
        type_of = np.zeros(len(both), dtype=np.int64)
        type_of[at] = side.eligibility.screen.type_of
        types.append(type_of[people])
    kinds, which = np.unique(np.stack(types), axis=1, return_inverse=True)
    before, after = sides
    differs = np.array([before.grounds(int(a), demand) != after.grounds(int(b), demand) for a, b in kinds.T])
    changed[people] = differs[which.reshape(-1)]
    return changed


def _pairs(found: Mapping[str, Rows], people: NDArray[Any], most: int) -> Pairs:
    at = []
    anybody = np.zeros(len(people), dtype=np.bool_)
    for demand, mask in found.items():
        count = int(mask.sum())
        if count:
            at.append(PairsAt(demand, count, tuple(people[np.flatnonzero(mask)[:most]].tolist())))
            anybody |= mask
    return Pairs(sum(item.count for item in at), int(anybody.sum()), tuple(at))


def _demands(before: Mapping[str, Demand], after: Mapping[str, Demand]) -> tuple[DemandChange, ...]:
    found = []
    for demand in sorted({*before, *after}):
        was, now = (_seats(side.get(demand)) for side in (before, after))
        if was != now:
            found.append(DemandChange(demand, was, now))
    return tuple(found)


def _seats(demand: Demand | None) -> Seats | None:
    return None if demand is None else Seats(demand.seats, demand.minimum, demand.priority)
