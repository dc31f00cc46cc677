"""The command that compares rulebooks: `diff`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from asn_flex import pipeline
from asn_flex.cli.options import LangArg, app, echo_json, refuse_overwriting


class DiffFormat(StrEnum):
    """Forms of a comparison."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"
    MD = "md"


@app.command("diff")
def diff_command(
    old: Annotated[Path, typer.Argument(help="Rulebook before the edit.")],
    new: Annotated[Path, typer.Argument(help="Rulebook after the edit.")],
    lang: LangArg,
    scenarios: Annotated[list[Path] | None, typer.Argument(help="Scenario folders to try both on.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write it into a file.")] = None,
    time_limit: Annotated[float, typer.Option(min=0.1, help="Seconds for the solvers, for each plan.")] = 60.0,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 1 where anything changed.")] = False,
    format_: Annotated[
        DiffFormat, typer.Option("--format", help="text, json, or one page to print: html, md.")
    ] = DiffFormat.TEXT,
) -> None:
    """Show what an edit of the rules changes: the text, who may do what, and the plans."""
    from asn_flex.report import difference  # noqa: PLC0415 - used here only

    before, after = pipeline.load_rulebook(old), pipeline.load_rulebook(new)
    refuse_overwriting([out], [*before.files, *after.files], lang)
    found = pipeline.diff(before, after, scenarios or (), time_limit_s=time_limit)
    if format_ is DiffFormat.JSON:
        shown = difference.as_json(found)
    elif format_ is DiffFormat.HTML:
        shown = difference.as_html(found, lang.value)
    elif format_ is DiffFormat.MD:
        shown = difference.as_markdown(found, lang.value)
    else:
        shown = "\n".join(difference.as_text(found, lang.value)) + "\n"
    if out is not None:
        from asn_flex.readwrite.plan_json import write_whole  # noqa: PLC0415 - used here only

        write_whole(out, shown.encode())
    elif format_ is DiffFormat.TEXT:
        typer.echo(shown, nl=False)
    else:
        echo_json(shown)
    raise typer.Exit(1 if exit_code and found.changes else 0)
