"""What is found while rule files are read: each fault once, in bounded number, with hints at bounded effort."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import SupportsIndex

from asn_flex.errors import Diagnostic, Place, Repair, Text, sort_diagnostics
from asn_flex.i18n import closest, fault, say
from asn_flex.rulebook.tree import MAX_FAULTS

# How many known names may be compared while one rulebook is read; a second or two at most.
_EFFORT = 100_000
_MOST_NAMES = 12
# How alike a slip and the name that is put in its place must be.
_SURE = 0.7


class Found(list[Diagnostic]):
    """Diagnostics without repetition; past `MAX_FAULTS` errors (or warnings) it says so and takes no more.

    Errors and warnings are counted apart, so that no number of warnings can hide an error.
    """

    def __init__(self) -> None:
        super().__init__()
        self._seen: set[tuple[Place, str, Text]] = set()
        self._count = {True: 0, False: 0}

    @property
    def is_full(self) -> bool:
        """Whether further errors would not be taken, so that looking for them is useless."""
        return self._count[True] > MAX_FAULTS

    def append(self, item: Diagnostic, /) -> None:
        """Add a diagnostic, unless it is there or there are too many."""
        key = (item.place, item.code, item.text)
        if key in self._seen or self._count[item.is_error] > MAX_FAULTS:
            return
        self._count[item.is_error] += 1
        if self._count[item.is_error] > MAX_FAULTS:
            item = fault("E108" if item.is_error else "W504", item.place, limit=MAX_FAULTS)
        self._seen.add(key)
        super().append(item)

    def extend(self, items: Iterable[Diagnostic], /) -> None:
        """Add each of several diagnostics."""
        for item in items:
            self.append(item)

    def insert(self, index: SupportsIndex, item: Diagnostic, /) -> None:
        """Add a diagnostic; the place in the list does not matter, for they are sorted in the end."""
        del index
        self.append(item)

    def settled(self) -> tuple[Diagnostic, ...]:
        """Return what people see, in order of place.

        Where the form of the file is wrong, nothing else is said about the same place: one slip, one message.
        """
        malformed = {d.place for d in self if d.code.startswith("E1")}
        return sort_diagnostics(d for d in self if d.code.startswith(("E1", "W")) or d.place not in malformed)


def with_few_warnings(found: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Return findings, in order of place, with the first `MAX_FAULTS` warnings only, and say that there are more.

    For warnings of several makers, which `Found` cannot count together.
    """
    warnings = [d for d in found if not d.is_error and d.code != "W504"]
    if len(warnings) <= MAX_FAULTS:
        return list(found)
    last = warnings[MAX_FAULTS].place
    kept = [d for d in found if d.is_error or (d.code != "W504" and d.place < last)]
    return list(sort_diagnostics((*kept, fault("W504", last, limit=MAX_FAULTS))))


class Suggestions:
    """Finds the name that was probably meant, until the effort is spent: thousands of slips must not take minutes."""

    def __init__(self) -> None:
        self._left = _EFFORT

    def closest(self, name: str, known: Collection[str]) -> str | None:
        """Return the known name nearest to `name`, or None."""
        cost = len(known) + 1
        if cost > self._left:
            return None
        self._left -= cost
        return closest(name, known)

    def slip(self, name: str, known: Collection[str]) -> tuple[str | None, str | None]:
        """Return the nearest known name, and again where it may safely be put in: nothing else can have been meant.

        Not safe: another name that is as near, a fact without its scope that several scopes have, and names that
        differ in their digits, for `FRB-01` and `FRB-02` are two rules and no slip of the pen.
        """
        meant = self.closest(name, known)
        if meant is None or self._left < len(known):
            return meant, None
        self._left -= len(known)
        rivals = [o for o in known if o != meant]
        near = difflib.get_close_matches(name, [o for o in rivals if len(o) <= 2 * len(name)], n=1, cutoff=_SURE)
        likeness = _likeness(name, meant)
        is_sure = (
            (likeness >= _SURE or meant.casefold() == name.casefold() or meant.endswith(f".{name}"))
            and all(_likeness(name, rival) < likeness for rival in near)
            and not any(rival.endswith(f".{name}") for rival in rivals)
            and re.findall(r"\d+", name) == re.findall(r"\d+", meant)
        )
        return meant, meant if is_sure else None


def _likeness(name: str, other: str) -> float:
    # That both are facts of an officer, say, makes two names no more alike.
    scope, dot, rest = name.partition(".")
    if dot and other.startswith(scope + dot):
        name, other = rest, other.removeprefix(scope + dot)
    # In the order in which `get_close_matches` compares, for the ratio is not symmetric.
    return difflib.SequenceMatcher(None, other, name).ratio()


def misnamed(
    key: str, place: Place, old: str, slip: tuple[str | None, str | None], /, *, hint: Text | None = None,
    **values: object,
) -> Diagnostic:  # fmt: skip
    """Make the fault about a name `old` that nothing has: with the nearest one, and its repair where that is safe.

    `slip` is what `Suggestions.slip` found; `hint` is said where nothing is near.
    """
    meant, repair = slip
    found = fault(key, place, hint=say("hint.nearest", name=meant) if meant is not None else hint, **values)
    return found if repair is None else replace(found, repair=Repair(place, old, repair))


def listed(names: Collection[str]) -> str:
    """Return names as a list that stays readable when there are thousands."""
    shown = list(names)[:_MOST_NAMES]
    return ", ".join(shown) + (f", … ({len(names)})" if len(names) > len(shown) else "")
