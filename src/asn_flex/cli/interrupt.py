"""Ctrl-C while a plan is computed: where there can be a plan it is taken, else the command stops at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import typer

from asn_flex.domain.progress import ProgressEvent
from asn_flex.errors import Lang
from asn_flex.i18n import say

# How a shell tells that a command was interrupted.
INTERRUPTED = 130


class Interruption:
    """Knows which stage runs, and whether somebody pressed Ctrl-C in it; a `Cancellation` for the planner."""

    def __init__(self, lang: Lang) -> None:
        self._lang: Lang = lang
        self._wanted = False
        self._stage = "read"

    def follow(self, event: ProgressEvent) -> None:
        """Take note of the stage that begins."""
        self._stage = event.stage

    def is_set(self) -> bool:
        """Whether the best plan so far is wanted now."""
        return self._wanted

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """Stop at once where nothing is to be saved, or where it is pressed again; else ask for the plan so far."""
        del number, frame
        if self._stage == "write":
            # Files are written whole, and soon.
            return
        if self._stage != "plan" or self._wanted:
            raise KeyboardInterrupt
        self._wanted = True
        typer.echo(say("interrupted.again").in_lang(self._lang), err=True)


@contextmanager
def interruption(lang: Lang) -> Iterator[Interruption]:
    """Let Ctrl-C ask for the best plan so far, instead of ending the process, while the block runs."""
    found = Interruption(lang)
    if threading.current_thread() is not threading.main_thread():
        # Only the main thread may handle signals; who runs commands in another one has a way of his own.
        yield found
        return
    before = signal.signal(signal.SIGINT, found.on_signal)
    try:
        yield found
    finally:
        signal.signal(signal.SIGINT, before)
