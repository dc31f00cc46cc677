"""Progress on stderr, for anything that takes more than a second."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from asn_flex.errors import Lang
from asn_flex.i18n import say

DELAY_S = 1.0


@contextmanager
def stage_progress(lang: Lang) -> Iterator[Callable[[str], None]]:
    """Yield a function to be told which stage begins; a stage is named on stderr once it takes over a second."""
    timers: list[threading.Timer] = []

    def stop() -> None:
        if timers:
            timers.pop().cancel()

    def begin(stage: str) -> None:
        stop()
        timer = threading.Timer(DELAY_S, _announce, (stage, lang))
        timer.daemon = True
        timers.append(timer)
        timer.start()

    try:
        yield begin
    finally:
        stop()


def _announce(stage: str, lang: Lang) -> None:
    print(say(f"progress.{stage}").in_lang(lang), file=sys.stderr, flush=True)  # noqa: T201 - this is its purpose
