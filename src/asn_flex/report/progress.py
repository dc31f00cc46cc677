"""Progress on stderr, for anything that takes more than a second: a bar on a terminal, else a line per stage."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from asn_flex.domain.progress import ProgressEvent
from asn_flex.errors import Lang
from asn_flex.i18n import say
from asn_flex.report.console import clean, make_console

DELAY_S = 1.0


@contextmanager
def shown_progress(lang: Lang) -> Iterator[Callable[[ProgressEvent], None]]:
    """Yield a function to be told of progress; nothing is shown of what is done within a second."""
    display = _Bar(lang) if sys.stderr.isatty() else _Lines(lang)
    try:
        yield display.tell
    finally:
        display.close()


class _Lines:
    """Names each stage that takes over a second, in a line of its own."""

    def __init__(self, lang: Lang) -> None:
        self._lang: Lang = lang
        self._timer: threading.Timer | None = None

    def tell(self, event: ProgressEvent) -> None:
        if event.tier is not None:
            return
        self.close()
        self._timer = _later(self._announce, event)

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _announce(self, event: ProgressEvent) -> None:
        print(_stage(event, self._lang), file=sys.stderr, flush=True)  # noqa: T201 - this is its purpose


class _Bar:
    """One line that says the stage and the tier, with a bar over the tiers; it is gone when the work is done."""

    def __init__(self, lang: Lang) -> None:
        self._lang: Lang = lang
        columns = (TextColumn("{task.description}"), BarColumn(bar_width=20), TimeElapsedColumn())
        self._progress = Progress(*columns, console=make_console(sys.stderr), transient=True)
        self._task = self._progress.add_task("", total=None)
        self._lock = threading.Lock()
        self._closed = False
        self._timer = _later(self._start)

    def tell(self, event: ProgressEvent) -> None:
        if event.tier is None:
            self._progress.update(self._task, description=_stage(event, self._lang), total=None, completed=0)
        else:
            settled = event.number if event.gap == 0 else event.number - 1
            self._progress.update(
                self._task, description=tier_line(event, self._lang), total=event.count, completed=settled
            )

    def close(self) -> None:
        self._timer.cancel()
        with self._lock:
            self._closed = True
            self._progress.stop()

    def _start(self) -> None:
        with self._lock:
            if not self._closed:
                self._progress.start()


def tier_line(event: ProgressEvent, lang: Lang) -> str:
    """Return what a bar says of a tier: which one it is, and how far its value may be from the best."""
    name = say(f"show.tier.{event.tier}").in_lang(lang)
    key = "progress.gap" if event.gap else "progress.tier"
    gap, value = event.gap or 0, event.value or 0
    return clean(say(key, number=event.number, count=event.count, tier=name, value=value, gap=gap).in_lang(lang))


def _stage(event: ProgressEvent, lang: Lang) -> str:
    return say(f"progress.{event.stage}").in_lang(lang)


def _later(work: Callable[..., None], *arguments: object) -> threading.Timer:
    timer = threading.Timer(DELAY_S, work, arguments)
    timer.daemon = True
    timer.start()
    return timer
