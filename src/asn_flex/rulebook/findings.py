"""What is found while rule files are read: each fault once, in bounded number, with hints at bounded effort."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import SupportsIndex

from asn_flex.errors import Diagnostic, Place, Text, sort_diagnostics
from asn_flex.i18n import closest, fault, say
from asn_flex.rulebook.tree import MAX_FAULTS

# How many known names may be compared while one rulebook is read; a second or two at most.
_EFFORT = 100_000
_MOST_NAMES = 12


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

    def hint(self, name: str, known: Collection[str]) -> Text | None:
        """Return `; did you mean …?`, or None where nothing is near."""
        found = self.closest(name, known)
        return say("hint.nearest", name=found) if found is not None else None


def listed(names: Collection[str]) -> str:
    """Return names as a list that stays readable when there are thousands."""
    shown = list(names)[:_MOST_NAMES]
    return ", ".join(shown) + (f", … ({len(names)})" if len(names) > len(shown) else "")
