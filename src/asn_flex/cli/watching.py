"""The command that looks after a scenario: `watch`."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from asn_flex.cli.options import EngineOption, LangArg, LangOption, PreviousArg, QuarantineArg, RulesArg, app
from asn_flex.cli.planning import assumptions, find_rules, read_plan
from asn_flex.errors import Text
from asn_flex.i18n import say, say_count

if TYPE_CHECKING:
    from asn_flex.watching.desk import Desk, Step

# Where plans are kept unless another folder is named, below the scenario's.
PLANS = "plans"
# So many faults are told at once; `plan` tells all of them.
_FAULTS = 5


@app.command("watch")
def watch_command(
    scenario: Annotated[Path, typer.Argument()],
    lang: LangArg,
    rules: RulesArg = None,
    plans: Annotated[Path | None, typer.Option()] = None,
    previous: PreviousArg = None,
    assume: Annotated[list[str] | None, typer.Option()] = None,
    quarantine: QuarantineArg = False,
    clock: Annotated[bool, typer.Option("--clock")] = False,
    every: Annotated[float, typer.Option(min=0.1, max=3600)] = 2.0,
    once: Annotated[bool, typer.Option("--once")] = False,
    engine: Annotated[EngineOption, typer.Option()] = EngineOption.DURABLE,
    time_limit: Annotated[float, typer.Option(min=0.1)] = 60.0,
) -> None:
    """Look after a scenario: plan anew when tables or alerts change, say why, and keep every plan."""
    from asn_flex.watching.desk import Desk, WatchOptions  # noqa: PLC0415 - used here only

    folder = scenario if scenario.is_dir() else scenario.parent
    options = WatchOptions(
        engine=engine.value, time_limit_s=time_limit, quarantine=quarantine,
        assume=assumptions(assume or [], lang), previous=read_plan(previous) if previous is not None else None,
        clock=_now if clock else None,
    )  # fmt: skip
    found = find_rules(scenario, rules, lang=lang)
    with Desk(scenario, found, plans if plans is not None else folder / PLANS, options) as desk, _politely():
        try:
            _serve(desk, scenario, lang, every=every, once=once)
        except KeyboardInterrupt:
            typer.echo(_last_words(desk).in_lang(lang.value))


def _serve(desk: Desk, scenario: Path, lang: LangOption, *, every: float, once: bool) -> None:
    step = desk.look(waits=False)
    _tell(step, lang)
    if once:
        raise typer.Exit(2 if step is not None and step.planning is None and step.faults else 0)
    if step is None:
        typer.echo(say("watch.stands", file=str(desk.kept)).in_lang(lang.value))
    typer.echo(say("watch.begins", scenario=str(scenario), seconds=f"{every:g}").in_lang(lang.value))
    while True:
        sys.stdout.flush()
        time.sleep(every)
        _tell(desk.look(), lang)


def _tell(step: Step | None, lang: LangOption) -> None:
    if step is None:
        return
    # A table that lost its end makes faults in others: the form of files (S1) comes first.
    for diagnostic in sorted(step.faults, key=lambda d: (d.code, d.place))[:_FAULTS]:
        typer.echo(diagnostic.render(lang.value), err=True)
    if len(step.faults) > _FAULTS:
        typer.echo(say_count("watch.more_faults", len(step.faults) - _FAULTS).in_lang(lang.value), err=True)
    if step.planning is not None:
        from asn_flex.watching.telling import as_lines  # noqa: PLC0415 - used here only

        for line in as_lines(step, lang.value):
            typer.echo(line)
    elif step.kept is not None:
        key = "watch.stands" if step.faults else "watch.mended"
        typer.echo(say(key, file=str(step.kept)).in_lang(lang.value), err=bool(step.faults))
    elif step.faults:
        typer.echo(say("watch.no_plan").in_lang(lang.value), err=True)


def _last_words(desk: Desk) -> Text:
    return say("watch.ends", file=str(desk.kept)) if desk.kept is not None else say("watch.ends_without")


def _now() -> datetime:
    return datetime.now().astimezone()


@contextmanager
def _politely() -> Iterator[None]:
    """End at a request to terminate as at Ctrl-C; services are stopped so."""

    def stop(number: int, frame: object) -> NoReturn:
        del number, frame
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
