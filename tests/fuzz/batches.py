"""The inputs of a fuzz run, in batches: each batch is made from the run's seed and its own number alone."""

from __future__ import annotations

import random
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.oracle.draw_rules import draw_rules
from tests.oracle.drawing import Dice, Plain, yaml_text

from . import grammar, mutate

SIZE = 500
# Which kind of input a batch holds, by its number.
KINDS = ("grammar", "file", "sound", "file", "pack", "grammar", "sound", "file")
# How many inputs a batch holds of a kind, as a part of its size: a whole rulebook takes as long as ten files, and a
# spoiled file, which seldom gets to the analyses, a tenth of a sound one.
_SHARE = {"pack": 0.2, "file": 4}

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
    make = _MAKERS[kind_of(number)]
    for _ in range(int(size * _SHARE.get(kind_of(number), 1))):
        take(make(dice))


def sound_book(dice: random.Random) -> dict[str, bytes]:
    """A valid rulebook, now and then with a few lines spoiled: the analyses only see rulebooks without errors."""
    book = draw_rules(Dice(dice.getrandbits(40)), [Plain(area) for area in ("kota", "12.10")])
    text = yaml_text(book).encode()
    return {"x.yaml": mutate.spoiled_lines(dice, text) if dice.random() < 0.3 else text}


_MAKERS = {"file": mutate.spoiled_file, "pack": mutate.spoiled_pack, "sound": sound_book}


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
