"""Who goes, before and after: seats filled, people who go, stay or move, seats that stay empty (semantics §12.6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from asn_flex.domain.attributes import DUTY_CLASSES
from asn_flex.domain.plan import Plan, Shortfall


@dataclass(frozen=True)
class Filled:
    """Seats of a class and duty: how many there are and how many are filled, before and after."""

    duty_class: str
    duty: str
    seats: tuple[int, int]
    filled: tuple[int, int]


@dataclass(frozen=True)
class Move:
    """One officer whose demand differs; None where the officer stays at the home office."""

    officer: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Empty:
    """Seats of a demand that stay empty, before and after, with the reason of each plan."""

    demand: str
    missing: tuple[int, int]
    reason: tuple[str | None, str | None]


@dataclass(frozen=True)
class TierChange:
    """A tier of the objective, before and after; None where the plan has no such tier."""

    tier: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class PlanDiff:
    """What an edit does to the best plan of one scenario.

    Attributes
    ----------
    filled : seats per class and duty, of every duty that there is before or after
    moves : everybody whose demand differs between the two plans; of plans that are equally good after the edit, the
        one that keeps most people of the first
    must_move : the fewest of the first plan whose demand must differ where it is replaced by one that fills seats as
        well, whatever suits best
    empty : demands with another number of empty seats
    tiers : tiers of the objective that differ
    proven : whether both plans are proven best, so that no difference is the time limit's
    """

    filled: tuple[Filled, ...]
    moves: tuple[Move, ...]
    must_move: tuple[Move, ...]
    empty: tuple[Empty, ...]
    tiers: tuple[TierChange, ...]
    proven: bool

    @property
    def total(self) -> tuple[int, int]:
        """How many seats are filled, before and after."""
        return sum(row.filled[0] for row in self.filled), sum(row.filled[1] for row in self.filled)

    @property
    def seats(self) -> tuple[int, int]:
        """How many seats there are, before and after."""
        return sum(row.seats[0] for row in self.filled), sum(row.seats[1] for row in self.filled)

    @property
    def sent(self) -> tuple[Move, ...]:
        """Who goes now and did not before."""
        return tuple(move for move in self.moves if move.before is None)

    @property
    def home(self) -> tuple[Move, ...]:
        """Who went before and stays now."""
        return tuple(move for move in self.moves if move.after is None)

    @property
    def moved(self) -> tuple[Move, ...]:
        """Who goes elsewhere."""
        return tuple(move for move in self.moves if move.before is not None and move.after is not None)

    @property
    def is_nothing(self) -> bool:
        """Whether the two plans are alike."""
        return not (self.moves or self.empty or self.tiers or any(f.seats[0] != f.seats[1] for f in self.filled))


def compare_plans(before: Plan, after: Plan, replace: Callable[[], Plan]) -> PlanDiff:
    """Return what differs between two plans of one scenario.

    Parameters
    ----------
    before, after : the best plans by the old and the new rules
    replace : makes the best plan by the new rules that replaces the first and keeps whom it can; asked only where
        the two differ
    """
    kept = after
    if _moves(before, after):
        kept = replace()
        if _worth(kept) == _worth(after):
            # As good as the other, and nearer to what there was: its other moves would be noise.
            after = kept
    return PlanDiff(
        filled=_filled(before, after),
        moves=_moves(before, after),
        must_move=_forced(before, kept),
        empty=_empty(before, after),
        tiers=_tiers(before, after),
        proven=before.status == after.status == "optimal",
    )


def _filled(before: Plan, after: Plan) -> tuple[Filled, ...]:
    order = DUTY_CLASSES.index
    counts: dict[tuple[str, str], list[list[int]]] = {}
    for side, plan in enumerate((before, after)):
        for demand in plan.demands:
            row = counts.setdefault((demand.duty_class, demand.duty), [[0, 0], [0, 0]])
            row[0][side] += demand.seats
            row[1][side] += demand.filled
    return tuple(
        Filled(class_, duty, (seats[0], seats[1]), (filled[0], filled[1]))
        for (class_, duty), (seats, filled) in sorted(counts.items(), key=lambda c: (order(c[0][0]), c[0][1]))
    )


def _worth(plan: Plan) -> list[tuple[str, int]]:
    return [(t.tier, t.value) for t in plan.objective if t.tier != "disruption"]


def _goes(plan: Plan) -> Mapping[str, str]:
    return {item.officer: item.demand for item in plan.assignments}


def _moves(before: Plan, after: Plan) -> tuple[Move, ...]:
    was, now = _goes(before), _goes(after)
    people = sorted({*was, *now})
    return tuple(Move(p, was.get(p), now.get(p)) for p in people if was.get(p) != now.get(p))


def _forced(before: Plan, kept: Plan) -> tuple[Move, ...]:
    """Return who of the first plan cannot keep the demand; newcomers are free (semantics §8.2)."""
    return tuple(move for move in _moves(before, kept) if move.before is not None)


def _empty(before: Plan, after: Plan) -> tuple[Empty, ...]:
    was, now = ({s.demand: s for s in plan.shortfalls} for plan in (before, after))
    found = []
    for demand in sorted({*was, *now}):
        one, other = was.get(demand), now.get(demand)
        missing = _missing(one), _missing(other)
        if missing[0] != missing[1]:
            found.append(Empty(demand, missing, (_reason(one), _reason(other))))
    return tuple(found)


def _missing(item: Shortfall | None) -> int:
    return 0 if item is None else item.missing


def _reason(item: Shortfall | None) -> str | None:
    return None if item is None else item.reason


def _tiers(before: Plan, after: Plan) -> tuple[TierChange, ...]:
    was, now = dict(_worth(before)), dict(_worth(after))
    names = [*now, *(tier for tier in was if tier not in now)]
    return tuple(TierChange(n, was.get(n), now.get(n)) for n in names if was.get(n) != now.get(n))
