"""The inputs of a fuzz run, in batches: each batch is made from the run's seed and its own number alone."""

from __future__ import annotations

import random
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, given, seed, settings

from . import grammar, mutate

SIZE = 500
# Which kind of input a batch holds, by its number.
KINDS = ("grammar", "file", "grammar", "file", "pack", "file", "grammar", "file")

Take = Callable[[dict[str, bytes]], None]


def kind_of(number: int) -> str:
    """Return what a batch is made of."""
    return KINDS[number % len(KINDS)]


def throw(run_seed: int, number: int, take: Take, size: int = SIZE) -> None:
    """Make the inputs of one batch and hand each to `take`."""
    own = run_seed * 1_000_003 + number
    if kind_of(number) == "grammar":
        _draw(own, take, size)
        return
    dice = random.Random(own)
    make = mutate.spoiled_pack if kind_of(number) == "pack" else mutate.spoiled_file
    # A whole rulebook takes as long as ten files.
    for _ in range(size if kind_of(number) == "file" else size // 5):
        take(make(dice))


def _draw(own: int, take: Take, size: int) -> None:
    @seed(own)
    @settings(
        max_examples=size, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(grammar.documents())
    def drawn(files: dict[str, bytes]) -> None:
        take(files)

    drawn()
