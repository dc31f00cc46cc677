"""How many seats a duty can have, and shares that come to nothing (W405, W408; semantics §5.3, §5.5, §5.8, §5.9)."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor, lcm

from asn_flex.analysis.desk import Desk
from asn_flex.domain.exact import number_text
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import Cover, Protect, Seats, Team


def most_seats(rulebook: Rulebook, duty: str) -> int | None:
    """Return the most seats that rules can give one demand of a duty; None where nothing bounds them."""
    found = 0
    for rule in rulebook.activations:
        if rule.duty != duty:
            continue
        seats = rule.seats
        grows = seats.per is not None and seats.per.add > 0
        if grows and seats.max is None:
            attribute = rulebook.attributes[seats.per.fact] if seats.per is not None else None
            if attribute is None or attribute.maximum is None:
                return None
            found = max(found, seats.at(attribute.maximum))
        else:
            found = max(found, seats.max if grows and seats.max is not None else seats.at(None))
    return found


def never_fewer(rulebook: Rulebook, seats: Seats, other: Seats) -> bool:
    """Whether `other` gives at least the seats and the minimum of `seats`, whatever the facts they count by."""
    if other.minimum < seats.minimum:
        return False
    if seats.per == other.per:
        return other.base >= seats.base and (other.max is None or (seats.max is not None and other.max >= seats.max))
    for side in (seats, other):
        low = rulebook.attributes[side.per.fact].minimum if side.per is not None else Fraction(0)
        if low is None or low < 0:
            return False  # a fact below 0 takes seats away; nobody should lean on that
    if seats.per is None or seats.per.add == 0:
        return other.at(None) >= seats.at(None)
    if other.per is None or other.per.add == 0:
        return seats.max is not None and other.at(None) >= seats.max
    return other.per.fact == seats.per.fact and _never_below(seats, other)


def _never_below(seats: Seats, other: Seats) -> bool:
    """Compare two staircases over the same fact at every step of one period, and their slopes beyond."""
    assert seats.per is not None  # noqa: S101 - the caller looked
    assert other.per is not None  # noqa: S101 - the caller looked
    one, two = Fraction(seats.per.each), Fraction(other.per.each)
    scale = lcm(one.denominator, two.denominator)
    period = Fraction(lcm(int(one * scale), int(two * scale)), scale)
    rises = seats.per.add / one <= other.per.add / two
    if not rises and seats.max is None:
        return False
    end = period
    if seats.max is not None:
        # Past the value where the lower staircase has reached its top only the other one can still rise.
        end = max(end, one * ceil(Fraction(max(seats.max - seats.base, 0), seats.per.add)))
    steps = floor(end / one)
    if steps > _MOST_STEPS:
        return False
    # The lower staircase rises just above each multiple; there the other is at its least.
    points = [one * k + Fraction(1, 10**9) for k in range(steps + 1)]
    return other.base >= seats.base and all(other.at(v) >= seats.at(v) for v in points)


_MOST_STEPS = 10_000


def check_shares(desk: Desk) -> None:
    """Report shares that never come to a seat, and keeps and shares that cannot both hold."""
    for rule in desk.rulebook.rules:
        if isinstance(rule, Cover) and rule.max_share is not None:
            _check_share(desk, rule, "max_share", rule.max_share)
        elif isinstance(rule, Team) and rule.max_substitutes is not None:
            _check_share(desk, rule, "max_substitutes", rule.max_substitutes)
        elif isinstance(rule, Protect) and rule.keep.share == 1:
            desk.report("W408.keep", desk.place("rules", rule.id), rule=rule.id)


def _check_share(desk: Desk, rule: Cover | Team, key: str, share: Fraction) -> None:
    most: dict[str, int] = {}
    for duty in desk.space.duties_of(rule):
        seats = most_seats(desk.rulebook, duty)
        if seats is None:
            return
        if seats:
            most[duty] = seats
    if not most:
        return
    # The duty with the most seats: what does not come to a seat there does nowhere.
    duty = max(sorted(most), key=most.__getitem__)
    shown = f"{number_text(share * 100)}%"
    # A team without any substitutes can be meant; a cover without a seat is none.
    is_meant = share == 0 and isinstance(rule, Team)
    comes_to_nothing = not rule.at_least and not is_meant and floor(share * most[duty]) < 1
    if comes_to_nothing or rule.at_least >= most[duty]:
        desk.report(
            "W405" if comes_to_nothing else "W408.share", desk.place("rules", rule.id),
            rule=rule.id, key=key, share=shown, duty=duty, most=most[duty], at_least=rule.at_least,
        )  # fmt: skip
