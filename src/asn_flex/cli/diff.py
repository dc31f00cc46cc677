"""The command that compares rulebooks: `diff`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from asn_flex import pipeline
from asn_flex.cli.options import (
    EngineOption,
    LangArg,
    LangOption,
    QuarantineArg,
    app,
    echo_json,
    refuse_overwriting,
)
from asn_flex.errors import Diagnostic, RulebookError

if TYPE_CHECKING:
    from asn_flex.analysis.effects import RulebookDiff
    from asn_flex.rulebook.model import Rulebook


class DiffFormat(StrEnum):
    """Forms of a comparison."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"
    MD = "md"


@app.command("diff")
def diff_command(
    old: Annotated[Path, typer.Argument()],
    new: Annotated[Path, typer.Argument()],
    lang: LangArg,
    scenarios: Annotated[list[Path] | None, typer.Argument()] = None,
    quarantine: QuarantineArg = False,
    out: Annotated[Path | None, typer.Option()] = None,
    engine: Annotated[EngineOption, typer.Option()] = EngineOption.PLAIN,
    time_limit: Annotated[float, typer.Option(min=0.1)] = 60.0,
    exit_code: Annotated[bool, typer.Option("--exit-code")] = False,
    format_: Annotated[DiffFormat, typer.Option("--format")] = DiffFormat.TEXT,
) -> None:
    """Show what an edit of the rules changes: the text, who may do what, and the plans."""
    before, after = _both(old, new)
    read = [file for item in scenarios or () for file in (item, *(item.iterdir() if item.is_dir() else ()))]
    refuse_overwriting([out], [*before.files, *after.files, *read], lang)
    found = pipeline.diff(
        before, after, scenarios or (), time_limit_s=time_limit, engine=engine.value, quarantine=quarantine
    )
    shown = _shown(found, format_, lang)
    if out is not None:
        from asn_flex.readwrite.plan_json import write_whole  # noqa: PLC0415 - used here only

        write_whole(out, shown.encode())
    elif format_ is DiffFormat.TEXT:
        typer.echo(shown, nl=False)
    else:
        echo_json(shown)
    raise typer.Exit(1 if exit_code and found.changes else 0)


def _both(old: Path, new: Path) -> tuple[Rulebook, Rulebook]:
    """Read both rulebooks; what is wrong with either is told at once."""
    found: list[Rulebook] = []
    faults: list[Diagnostic] = []
    for path in (old, new):
        try:
            found.append(pipeline.load_rulebook(path))
        except RulebookError as error:
            faults += error.diagnostics
    if faults:
        raise RulebookError(faults)
    return found[0], found[1]


def _shown(found: RulebookDiff, form: DiffFormat, lang: LangOption) -> str:
    from asn_flex.report import difference_page  # noqa: PLC0415 - used here only
    from asn_flex.report.difference_json import as_json  # noqa: PLC0415 - used here only

    if form is DiffFormat.JSON:
        return as_json(found)
    if form is DiffFormat.HTML:
        return difference_page.as_html(found, lang.value)
    if form is DiffFormat.MD:
        return difference_page.as_markdown(found, lang.value)
    return "\n".join(difference_page.as_text(found, lang.value)) + "\n"
