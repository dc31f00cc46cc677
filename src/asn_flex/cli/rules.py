"""Commands about rule files: `check`, `schema`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from asn_flex import pipeline
from asn_flex.cli.options import FormatArg, FormatOption, LangArg, app, echo_json, stop
from asn_flex.errors import Place
from asn_flex.i18n import fault, say


@app.command("check")
def check_command(
    rules: Annotated[Path, typer.Argument(help="Rulebook folder or file.")],
    lang: LangArg,
    format_: FormatArg = FormatOption.TEXT,
) -> None:
    """Report every fault of a rulebook, each at its place."""
    if not rules.exists():
        stop([fault("E101.none", Place(str(rules), 1, 1))], lang)
    found = pipeline.check(rules)
    errors = sum(d.is_error for d in found)
    if format_ is FormatOption.JSON:
        import json  # noqa: PLC0415 - used here only

        rows = [
            {"file": d.place.file, "line": d.place.line, "column": d.place.column, "code": d.code,
             "severity": "error" if d.is_error else "warning", "message": {"id": d.text.id, "en": d.text.en}}
            for d in found
        ]  # fmt: skip
        echo_json(json.dumps({"format": "asn-flex/check/1", "findings": rows}, ensure_ascii=False, indent=1) + "\n")
    else:
        for diagnostic in found:
            typer.echo(diagnostic.render(lang.value))
        typer.echo(say("check.summary", errors=errors, warnings=len(found) - errors).in_lang(lang.value))
    raise typer.Exit(1 if errors else 0)


class SchemaOption(StrEnum):
    """Formats that have a JSON Schema."""

    RULES = "rules"
    SCENARIO = "scenario"
    PLAN = "plan"


@app.command("schema")
def schema_command(name: Annotated[SchemaOption, typer.Argument(help="Which format.")]) -> None:
    """Print the JSON Schema of a file format, for editors and other programs."""
    from importlib.resources import files  # noqa: PLC0415 - used here only

    echo_json((files("asn_flex") / "schemas" / f"{name.value}.schema.json").read_text("utf-8"))
