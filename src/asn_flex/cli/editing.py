"""Commands that write rule files: `fmt`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from asn_flex import pipeline
from asn_flex.cli.options import LangArg, app
from asn_flex.i18n import say


@app.command("fmt")
def fmt_command(
    rules: Annotated[Path, typer.Argument(help="Rulebook folder or file.")],
    lang: LangArg,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit with 1 if a file would change.")] = False,
) -> None:
    """Put rule files into canonical order and layout, keeping every comment and what the rules mean."""
    done = pipeline.format_rules(rules, writes=not check)
    for name in sorted(done.changed):
        typer.echo(say("fmt.would_change" if check else "fmt.changed", file=name).in_lang(lang.value))
    for diagnostic in done.refused:
        typer.echo(diagnostic.render(lang.value), err=True)
    counts = {"changed": len(done.changed), "same": len(done.same), "refused": len(done.refused)}
    typer.echo(say("fmt.summary_check" if check else "fmt.summary", **counts).in_lang(lang.value))
    raise typer.Exit(1 if done.refused or (check and done.changed) else 0)
