"""The rows that make a flow a mixed-integer programme: team rules, and where their sets cross (semantics §8.4)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction

from asn_flex.domain.situation import Demand
from asn_flex.eligibility.match import Eligibility
from asn_flex.planning.network import CrossingSet, Entry, IncludeRow


def include_rows(eligibility: Eligibility, demands: Sequence[Demand], entries: Iterable[Entry]) -> list[IncludeRow]:
    """Write `filled_q <= per * included_q`, where entries that are not included exist."""
    screen = eligibility.screen
    if not any(screen.includes(kind) for kind in screen.kinds):
        return []
    by_demand: dict[int, list[Entry]] = {}
    for entry in entries:
        by_demand.setdefault(entry.demand, []).append(entry)
    rows: list[IncludeRow] = []
    for demand, into in sorted(by_demand.items()):
        kind = screen.kinds[screen.kind_of[demands[demand].id]]
        for bit, rule in enumerate(screen.includes(kind)):
            assert rule.include is not None  # noqa: S101 - `includes` picks only such rules
            included = tuple(e.arc for e in into if e.include >> bit & 1)
            if len(included) < len(into):
                arcs = tuple(e.arc for e in into)
                rows.append(IncludeRow(rule.id, demand, rule.include.per, arcs, included))
    return rows


def integer_arcs(
    entries: Iterable[Entry],
    includes: Sequence[IncludeRow],
    crossing: Sequence[CrossingSet],
    capped: Collection[tuple[int, str | None]],
) -> frozenset[int]:
    """Return the arcs that must be whole: class arcs of crossing sets, and entries of a demand whose sets cross.

    Parameters
    ----------
    capped : (demand, rule) of every `max_share` that can bind, and (demand, None) of every `max_substitutes`
    """
    found: set[int] = set()
    for item in crossing:
        found.update(item.arcs)
    sets_of: dict[int, list[set[int]]] = {}
    for row in includes:
        sets_of.setdefault(row.demand, []).append(set(row.included))
    by_demand: dict[int, list[Entry]] = {demand: [] for demand in sets_of}
    for entry in entries if sets_of else ():
        if entry.demand in by_demand:
            by_demand[entry.demand].append(entry)
    for demand, sets in sets_of.items():
        into = by_demand[demand]
        caps = [{e.arc for e in into if e.rule == rule} for at, rule in capped if at == demand and rule is not None]
        if (demand, None) in capped:
            caps.append({e.arc for e in into if e.substitute})
        if any_cross([*sets, *caps]):
            found.update(e.arc for e in into)
    return frozenset(found)


def any_cross(sets: Sequence[set[int]]) -> bool:
    """Whether two of the sets overlap without one lying in the other."""
    return any(a & b and not (a <= b or b <= a) for i, a in enumerate(sets) for b in sets[:i])


def share_cap(share: Fraction, seats: int, at_least: int) -> int:
    """Return the seats that a share allows: floor(share × seats), or `at_least` if that is more."""
    return max((share * seats).__floor__(), at_least)
