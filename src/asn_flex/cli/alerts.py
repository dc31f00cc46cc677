"""The command about alerts: `alert`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from asn_flex import pipeline
from asn_flex.cli.options import FormatArg, FormatOption, LangArg, RulesArg, app, echo_json, stop
from asn_flex.cli.planning import find_rules
from asn_flex.errors import Place
from asn_flex.i18n import fault


@app.command("alert")
def alert_command(
    paths: Annotated[list[Path], typer.Argument()],
    lang: LangArg,
    rules: RulesArg = None,
    format_: FormatArg = FormatOption.TEXT,
) -> None:
    """Read CAP 1.2 alerts and add them to a scenario as observations."""
    from asn_flex.alerts import telling  # noqa: PLC0415 - used here only

    # The scenario stands last, as the target of `cp` does.
    *files, scenario = paths
    if scenario.suffix.lower() in {".xml", ".cap"}:
        stop([fault("A111", Place(str(scenario), 1, 1), name=str(scenario))], lang)
    rulebook = pipeline.load_rulebook(find_rules(scenario, rules, lang=lang))
    done = pipeline.add_alerts(files, scenario, rulebook)
    for diagnostic in done.faults:
        typer.echo(diagnostic.render(lang.value), err=True)
    if format_ is FormatOption.JSON:
        echo_json(telling.as_json(done))
    else:
        for line in telling.as_text(done, lang.value):
            typer.echo(line)
    raise typer.Exit(1 if done.faults else 0)
