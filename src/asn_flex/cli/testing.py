"""The command about rule tests: `test`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from asn_flex import pipeline
from asn_flex.cli.options import EngineOption, FormatArg, FormatOption, LangArg, app, echo_json, refuse_overwriting


@app.command("test")
def run_rule_tests(
    rules: Annotated[Path, typer.Argument(help="Rulebook folder or file.")],
    lang: LangArg,
    only: Annotated[str, typer.Option("--only", "-k", help="Run the tests whose name or file has this in it.")] = "",
    coverage: Annotated[bool, typer.Option("--coverage", help="Tell what no test exercises.")] = False,
    junit: Annotated[Path | None, typer.Option(help="Write the results as JUnit XML.")] = None,
    suggest: Annotated[bool, typer.Option("--suggest", help="Print tests for what no test exercises.")] = False,
    engine: Annotated[EngineOption, typer.Option(help="Inference engine; both decide alike.")] = EngineOption.PLAIN,
    format_: FormatArg = FormatOption.TEXT,
) -> None:
    """Run the tests of a rulebook."""
    from asn_flex.report import tested  # noqa: PLC0415 - used here only

    rulebook = pipeline.load_rulebook(rules)
    if suggest:
        from asn_flex.analysis.suggest import suggest as write  # noqa: PLC0415 - used here only

        typer.echo(write(rulebook, datetime.now().astimezone().date()), nl=False)
        return
    refuse_overwriting([junit], [*rulebook.files], lang)
    report = pipeline.run_tests(rulebook, engine=engine.value, only=only)
    covered = None
    if coverage:
        from asn_flex.analysis.coverage import coverage as count  # noqa: PLC0415 - used here only

        covered = count(rulebook)
    if junit is not None:
        from asn_flex.readwrite.plan_json import write_whole  # noqa: PLC0415 - used here only

        write_whole(junit, tested.as_junit(report, lang.value).encode())
    if format_ is FormatOption.JSON:
        echo_json(tested.as_json(report, covered))
    else:
        for line in tested.as_text(report, covered, lang.value):
            typer.echo(line)
    raise typer.Exit(0 if report.ok else 1)
