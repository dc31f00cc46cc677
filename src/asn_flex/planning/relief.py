"""The smallest single changes that would fill a seat, each proven by solving again (semantics §9).

Candidates come from the pool of the demand (`bottleneck`) and from prices: by weak duality a new basis, or one more on
a cap, brings at most what its reduced cost says, so whatever the prices leave out can bring nothing. What they leave in
is made and solved again; only what really gains is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from asn_flex.errors import InputError
from asn_flex.planning.bottleneck import Bottleneck
from asn_flex.planning.changes import Change
from asn_flex.planning.pins import read_pins
from asn_flex.planning.relaxing import cap_candidates, rule_candidates
from asn_flex.planning.resolve import Optimum, Problem, Vector
from asn_flex.planning.search import Candidate, Search
from asn_flex.planning.teaching import fact_candidates, state_candidates, training_candidates

# With team rules every trial is a mixed-integer programme, and in a province a large flow: so few are made.
MOST_TRIALS = 4
# Above so many officers only bases of the demand itself are looked at, not those of all demands that share its people.
MOST_WIDE = 20_000


@dataclass(frozen=True)
class Remedy:
    """A change that was solved: seats' worth gained per coverage tier, seats gained in all and at the demand."""

    change: Change
    gain: Vector
    seats: int
    here: int
    alike: int


@dataclass(frozen=True)
class Relief:
    """What was found for a demand.

    Parameters
    ----------
    bottleneck : what keeps it empty
    remedies : the most worth first
    complete : whether every change of the kinds asked was either tried or proven useless by prices
    tried : how many changes were solved
    """

    bottleneck: Bottleneck
    remedies: tuple[Remedy, ...]
    complete: bool
    tried: int


def find_relief(problem: Problem, demand: str, filled: int, *, most: int | None = 2) -> Relief:
    """Find the single changes that would fill a seat of a demand.

    Parameters
    ----------
    problem : the problem that was planned; its pins hold together
    demand : id of a demand
    filled : how many of its seats the plan fills
    most : how many remedies of one sort are enough; None tries every candidate
    """
    is_flow = problem.network.is_flow
    optimum = problem.best_coverage(demand, seats="fewest")
    # INVARIANT: the plan that is explained kept the pins.
    assert optimum is not None  # noqa: S101 - see the invariant
    bottleneck = Bottleneck(problem, demand, optimum)
    if filled >= problem.eligibility.demands[demand].seats:
        return Relief(bottleneck, (), True, 0)
    wide = is_flow and (most is None or problem.eligibility.screen.officers.size <= MOST_WIDE)
    search = Search(bottleneck, bottleneck.demands if wide else (demand,))
    limit = MOST_TRIALS if most is not None and not wide else None
    found, tried, skipped = _try_all(search, filled, most, limit)
    whole = wide and optimum.proven and not skipped and not _moves_protected(problem)
    return Relief(bottleneck, tuple(sorted(_least(found), key=_rank)), whole, tried)


def _moves_protected(problem: Problem) -> bool:
    """Whether a training or fact can change who counts for a protection, beside what it opens: no price bounds both."""
    by_id = problem.eligibility.rulebook.by_id
    return any(getattr(by_id[rule], "who", None) is not None for rule in problem.eligibility.situation.protections)


def _least(found: list[Remedy]) -> list[Remedy]:
    """Leave out a rule set aside where moving a threshold of it is enough."""
    eased = {r.change.rule for r in found if r.change.kind in {"limit", "forbid"} and r.change.fact is not None}
    return [r for r in found if r.change.fact is not None or r.change.rule not in eased]


def _rank(remedy: Remedy) -> tuple[object, ...]:
    return tuple(-g for g in remedy.gain), -remedy.here, remedy.change.size, remedy.change.key


def _candidates(search: Search) -> Iterator[Candidate]:
    """Yield every candidate, of each family the most promising first."""
    for source in (cap_candidates, rule_candidates, training_candidates, fact_candidates, state_candidates):
        yield from source(search)


def _try_all(search: Search, filled: int, most: int | None, limit: int | None) -> tuple[list[Remedy], int, int]:
    """Solve candidates, the most promising of each family first; return remedies, and how many were tried and not."""
    families: dict[tuple[str, ...], list[Candidate]] = {}
    for candidate in _candidates(search):
        families.setdefault(candidate.family, []).append(candidate)
    found: list[Remedy] = []
    helped: Counter[tuple[str, ...]] = Counter()
    tried = skipped = 0
    # In turns, and of every kind first one family, so that a limit leaves something of each.
    kinds: Counter[str] = Counter()
    order: dict[tuple[str, ...], int] = {}
    for family in families:
        order[family] = kinds[family[0]]
        kinds[family[0]] += 1
    for turn in range(max(map(len, families.values()), default=0)):
        for family in sorted(families, key=lambda name: order[name]):
            group = families[family]
            if turn >= len(group) or (group[turn].enough is not None and helped[family] >= (group[turn].enough or 0)):
                # What follows in the family is only a larger step of the same change.
                continue
            over = limit is not None and tried >= limit
            if over or (most is not None and (helped[family] >= most or turn - helped[family] >= 2 * most)):
                skipped += 1
                continue
            tried += 1
            remedy = _solve(search.bottleneck, group[turn], search.demands[0], filled)
            if remedy is not None:
                helped[family] += 1
                found.append(remedy)
    return found, tried, skipped


def _solve(bottleneck: Bottleneck, candidate: Candidate, demand: str, filled: int) -> Remedy | None:
    """Solve the problem that a change leads to; None where it gains nothing, or cannot fill a seat of the demand."""
    problem, before = bottleneck.problem, bottleneck.optimum
    try:
        changed = candidate.make()
        after_problem = problem.with_eligibility(changed)
        if candidate.is_situation:
            after_problem = replace(after_problem, pins=read_pins(changed))
    except InputError:
        # The fact brings rules into conflict, or takes away what a pin needs: no way to fill a seat.
        return None
    if demand not in changed.demands:
        return None
    after = after_problem.best_coverage(demand, seats="most")
    if after is None or gained(before, after) <= (0,) * len(before.costs) or after.filled[demand] <= filled:
        return None
    seats = sum(after.filled.values()) - sum(before.filled.values())
    # Demands of equal worth can take turns, so not every seat that could be filled here is a seat gained.
    here = min(after.filled[demand] - filled, max(seats, 1))
    return Remedy(candidate.change, gained(before, after), seats, here, candidate.alike)


def gained(before: Optimum, after: Optimum) -> Vector:
    """Return what is gained per coverage tier."""
    return tuple(now - then for now, then in zip(before.costs, after.costs, strict=True))
