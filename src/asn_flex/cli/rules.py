"""Commands about rule files: `check`, `schema`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from asn_flex import pipeline
from asn_flex.cli.options import ARGUMENTS, LangArg, LangOption, app, echo_json, stop
from asn_flex.errors import Diagnostic, Place
from asn_flex.i18n import fault, nearest


class CheckFormat(StrEnum):
    """Forms of the findings of `check`."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"


@app.command("check")
def check_command(
    lang: LangArg,
    rules: Annotated[Path | None, typer.Argument()] = None,
    format_: Annotated[CheckFormat, typer.Option("--format")] = CheckFormat.TEXT,
    today: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
    strict: Annotated[bool, typer.Option("--strict")] = False,
    explain: Annotated[str | None, typer.Option("--explain", metavar="CODE")] = None,
) -> None:
    """Report every fault and doubt of a rulebook, each at its place."""
    if explain is not None:
        _explain(explain, format_, lang)
        return
    if rules is None:
        stop([fault("U135", ARGUMENTS)], lang)
    from asn_flex.rulebook.files import read_rule_files  # noqa: PLC0415 - used here only

    if not rules.exists():
        stop([fault("E101.none", Place(str(rules), 1, 1))], lang)
    files, unreadable = read_rule_files(rules)
    day = today.date() if today is not None else datetime.now().astimezone().date()
    found = pipeline.check_files(files, unreadable, today=day)
    _report(found, files, format_, lang)
    raise typer.Exit(1 if any(d.is_error or strict for d in found) else 0)


def _report(found: Sequence[Diagnostic], files: Mapping[str, bytes], format_: CheckFormat, lang: LangOption) -> None:
    """Print findings in one of their forms."""
    from asn_flex.report import findings  # noqa: PLC0415 - used here only

    if format_ is CheckFormat.JSON:
        echo_json(findings.as_json(found, files))
    elif format_ is CheckFormat.SARIF:
        from asn_flex.report.sarif import as_sarif  # noqa: PLC0415 - used here only

        echo_json(as_sarif(found, files, lang.value))
    elif format_ is CheckFormat.GITHUB:
        echo_json("".join(f"{line}\n" for line in findings.as_github(found, files, lang.value)))
    else:
        findings.print_findings(found, files, lang=lang.value)


def _explain(code: str, format_: CheckFormat, lang: LangOption) -> None:
    """Print the page of a finding's code."""
    from asn_flex.report.page import page_as_json, print_page  # noqa: PLC0415 - used here only
    from asn_flex.rulebook.pages import page_codes, page_of  # noqa: PLC0415 - used here only

    page = page_of(code.upper())
    if page is None:
        stop([fault("U136", ARGUMENTS, code=code, hint=nearest(code.upper(), page_codes()))], lang)
    if format_ is CheckFormat.JSON:
        echo_json(page_as_json(page))
    else:
        print_page(page, lang=lang.value)


class SchemaOption(StrEnum):
    """Formats that have a JSON Schema."""

    RULES = "rules"
    SCENARIO = "scenario"
    PLAN = "plan"


@app.command("schema")
def schema_command(name: SchemaOption, lang: LangArg) -> None:
    """Print the JSON Schema of a file format, for editors and other programs."""
    del lang  # a schema speaks both languages
    from importlib.resources import files  # noqa: PLC0415 - used here only

    echo_json((files("asn_flex") / "schemas" / f"{name.value}.schema.json").read_text("utf-8"))
