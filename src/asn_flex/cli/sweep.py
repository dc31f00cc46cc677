"""The command that plans many scenarios: `sweep`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from asn_flex.cli.options import (
    ARGUMENTS,
    EngineOption,
    FormatArg,
    FormatOption,
    LangArg,
    LangOption,
    QuarantineArg,
    RulesArg,
    app,
    echo_json,
    refuse_no_folder,
    refuse_overwriting,
    stop,
)
from asn_flex.cli.planning import load
from asn_flex.errors import SweepStopped
from asn_flex.i18n import fault, say

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from asn_flex.rulebook.model import Rulebook
    from asn_flex.sweep.apply import Variant
    from asn_flex.sweep.result import Sweep
    from asn_flex.sweep.work import Options

# Worker processes that die without anything having been finished are started again so many times.
_RESTARTS = 2
# Seconds for a cluster to answer.
_PATIENCE_S = 20


@app.command("sweep")
def sweep_command(
    scenario: Annotated[Path, typer.Argument()],
    lang: LangArg,
    vary: Annotated[
        list[str],
        typer.Option("--vary"),
    ],
    rules: RulesArg = None,
    quarantine: QuarantineArg = False,
    out: Annotated[Path | None, typer.Option()] = None,
    workers: Annotated[int | None, typer.Option(min=1)] = None,
    dask: Annotated[str | None, typer.Option(metavar="ADDRESS")] = None,
    chart: Annotated[Path | None, typer.Option()] = None,
    engine: Annotated[EngineOption, typer.Option()] = EngineOption.PLAIN,
    time_limit: Annotated[float, typer.Option(min=0.1)] = 60.0,
    format_: FormatArg = FormatOption.TEXT,
) -> None:
    """Plan every combination of what varies, and show how coverage changes."""
    from asn_flex.sweep.apply import vary as variants_of  # noqa: PLC0415 - heavy
    from asn_flex.sweep.grammar import count_text  # noqa: PLC0415 - heavy
    from asn_flex.sweep.run import finished  # noqa: PLC0415 - heavy
    from asn_flex.sweep.work import Options  # noqa: PLC0415 - heavy

    _check(workers, dask, chart, lang)
    rulebook, loaded = load(scenario, rules, quarantine=quarantine, lang=lang)
    variants = variants_of(rulebook, loaded, vary)
    folder = out if out is not None else Path(f"sweep-{loaded.id}")
    table = folder / "sweep.csv"
    refuse_overwriting([chart, table, folder / "sweep.parquet"], [*rulebook.files, *loaded.inputs], lang)
    options = Options(time_limit, engine.value)
    done = finished(rulebook, variants, folder, options)
    counts = " × ".join(f"{count} {name}" for name, count in count_text(variants[0].axes).items())
    told = say("sweep.begin", count=len(variants), counts=counts, done=done, folder=str(folder))
    typer.echo(told.in_lang(lang.value), err=True)
    left = len(variants) - done
    try:
        with _progress(lang) as progress:
            swept = _run(
                rulebook, variants, folder, options, workers=_workers(workers, left), dask=dask, progress=progress
            )
    except KeyboardInterrupt:
        _tell_interrupted(rulebook, variants, folder, options, lang)
        raise typer.Exit(130) from None
    _write(swept, folder, chart, lang)
    _show(swept, folder, chart, format_, lang)
    raise typer.Exit(0 if swept.ok else 1)


def _check(workers: int | None, dask: str | None, chart: Path | None, lang: LangOption) -> None:
    """Stop before anything is computed where the end would not come about."""
    if dask is not None and workers is not None:
        stop([fault("U149.both", ARGUMENTS)], lang)
    if dask is not None and find_spec("distributed") is None:
        stop([fault("U149.absent", ARGUMENTS)], lang)
    if chart is None:
        return
    if chart.suffix.lower() not in {".svg", ".html"}:
        stop([fault("U105", ARGUMENTS, problem=say("sweep.chart_name", name=str(chart)))], lang)
    if find_spec("matplotlib") is None:
        stop([fault("U105", ARGUMENTS, problem=say("sweep.absent_chart"))], lang)
    refuse_no_folder([chart], lang)


def _workers(given: int | None, left: int) -> int:
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(given if given is not None else available, left))


@contextmanager
def _progress(lang: LangOption) -> Iterator[Callable[[int, int], None]]:
    """Yield what tells how many are done: one line that changes, on a terminal only."""
    shows = sys.stderr.isatty()

    def tell(done: int, total: int) -> None:
        if shows:
            typer.echo("\r" + say("sweep.progress", done=done, count=total).in_lang(lang.value), err=True, nl=False)

    try:
        yield tell
    finally:
        if shows:
            typer.echo("", err=True)


def _run(
    rulebook: Rulebook,
    variants: Sequence[Variant],
    folder: Path,
    options: Options,
    *,
    workers: int,
    dask: str | None,
    progress: Callable[[int, int], None],
) -> Sweep:
    """Plan them; worker processes that died are started again as long as something gets finished."""
    from concurrent.futures import BrokenExecutor  # noqa: PLC0415 - used here only

    from asn_flex.sweep.run import finished, plan_many  # noqa: PLC0415 - heavy

    restarts, known = 0, -1
    while True:
        try:
            with _executor(workers, dask) as executor:
                return plan_many(
                    rulebook, variants, executor, out=folder, time_limit_s=options.time_limit_s,
                    engine=options.engine, progress=progress,
                )  # fmt: skip
        except SweepStopped as error:
            if not isinstance(error.__cause__, BrokenExecutor):
                raise
            done = finished(rulebook, variants, folder, options)
            restarts, known = (0, done) if done > known else (restarts + 1, known)
            if restarts >= _RESTARTS:
                raise


@contextmanager
def _executor(workers: int, dask: str | None) -> Iterator[Executor | None]:
    """Yield what plans: a cluster, processes of this machine, or None for this process alone."""
    if dask is not None:
        with _cluster(dask) as executor:
            yield executor
    elif workers == 1:
        yield None
    else:
        with _processes(workers) as executor:
            yield executor


@contextmanager
def _cluster(address: str) -> Iterator[Executor]:
    from distributed import Client  # noqa: PLC0415 - needs an extra

    from asn_flex.errors import InputError  # noqa: PLC0415 - used here only

    try:
        connect: Any = Client  # it ships no types
        client = connect(address, timeout=_PATIENCE_S, set_as_default=False)
    except (OSError, ValueError):
        raise InputError([fault("U149", ARGUMENTS, name=address)]) from None
    with client:
        yield client.get_executor(pure=False)


@contextmanager
def _processes(workers: int) -> Iterator[Executor]:
    """Yield worker processes; when an exception leaves, they are ended at once."""
    import multiprocessing  # noqa: PLC0415 - used here only
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - used here only

    from asn_flex.sweep.work import set_up_worker  # noqa: PLC0415 - used here only

    # `spawn`: a process forked after tables have been read would wait for ever.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=set_up_worker)
    ended = False
    try:
        yield pool
        ended = True
    finally:
        pool.shutdown(wait=ended, cancel_futures=True)
        if not ended:
            for child in multiprocessing.active_children():
                child.terminate()


def _write(swept: Sweep, folder: Path, chart: Path | None, lang: LangOption) -> None:
    """Write the whole table, for spreadsheets and for programs, and the chart."""
    import io  # noqa: PLC0415 - used here only

    from asn_flex.readwrite.plan_json import write_whole  # noqa: PLC0415 - used here only
    from asn_flex.report.swept import as_csv  # noqa: PLC0415 - used here only

    out = io.BytesIO()
    swept.to_frame().write_parquet(out)
    write_whole(folder / "sweep.parquet", out.getvalue())
    write_whole(folder / "sweep.csv", as_csv(swept))
    if chart is not None:
        swept.save_chart(chart, lang=lang.value)


def _show(swept: Sweep, folder: Path, chart: Path | None, format_: FormatOption, lang: LangOption) -> None:
    if format_ is FormatOption.JSON:
        echo_json(swept.to_json())
        return
    from asn_flex.report.swept import print_sweep  # noqa: PLC0415 - rich loads only where it shows

    print_sweep(swept, lang=lang.value, folder=folder, chart=chart)


def _tell_interrupted(
    rulebook: Rulebook, variants: Sequence[Variant], folder: Path, options: Options, lang: LangOption
) -> None:
    from asn_flex.sweep.run import finished  # noqa: PLC0415 - heavy

    done = finished(rulebook, variants, folder, options)
    told = say("sweep.interrupted", done=done, count=len(variants), folder=str(folder))
    typer.echo(told.in_lang(lang.value), err=True)
