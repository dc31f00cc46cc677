"""Makes an input that breaks a law as small as it can, so that people see what breaks it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

P = TypeVar("P")
_MOST_TRIALS = 1500


def smallest(files: dict[str, bytes], breaks: Callable[[dict[str, bytes]], bool]) -> dict[str, bytes]:
    """Return an input that still breaks the law, with files, lines, then bytes taken out as long as it does."""
    trials = 0

    def still(one: dict[str, bytes]) -> bool:
        nonlocal trials
        trials += 1
        return trials <= _MOST_TRIALS and breaks(one)

    kept = dict(_fewer(list(files.items()), lambda items: still(dict(items))))
    for name in list(kept):
        for pieces in (lambda text: text.splitlines(keepends=True), lambda text: [bytes([b]) for b in text]):

            def with_pieces(some: list[bytes], name: str = name) -> bool:
                return still({**kept, name: b"".join(some)})

            kept[name] = b"".join(_fewer(pieces(kept[name]), with_pieces))
    return kept


def _fewer(pieces: list[P], still: Callable[[list[P]], bool]) -> list[P]:
    """Take out ever smaller runs of pieces."""
    length = max(1, len(pieces) // 2)
    while True:
        at = 0
        while at < len(pieces):
            rest = pieces[:at] + pieces[at + length :]
            if rest and still(rest):
                pieces = rest
            else:
                at += length
        if length == 1:
            return pieces
        length = max(1, length // 2)
