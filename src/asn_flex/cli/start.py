"""The command `init`: a small rulebook and scenario to begin with."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from asn_flex import pipeline
from asn_flex.cli.options import (
    ARGUMENTS,
    LangArg,
    LangOption,
    RulesArg,
    ScenarioArg,
    app,
    program_name,
    refuse_no_folder,
    stop,
)
from asn_flex.errors import Place
from asn_flex.i18n import fault, say

# What to type next: the command, its arguments, and what it is for.
_STEPS = (
    ("check", "{rules}", "init.next.check"),
    ("test", "{rules}", "init.next.test"),
    ("plan", "{scenario}", "init.next.plan"),
    ("fmt", "{rules}", "init.next.fmt"),
    ("diff", "{rules} {edited} {scenario}", "init.next.diff"),
    ("rules", "export {rules} --xlsx {table}", "init.next.export"),
)


@app.command("init")
def init_command(
    lang: LangArg,
    folder: Annotated[Path | None, typer.Argument()] = None,
    roster: Annotated[Path | None, typer.Option("--roster")] = None,
    rules: RulesArg = None,
    scenario: ScenarioArg = None,
) -> None:
    """Write a small commented rulebook with tests and a scenario to begin with, or an empty roster."""
    if roster is not None:
        _empty_roster(folder, roster, rules, scenario, lang)
        return
    if folder is None:
        stop([fault("R121", ARGUMENTS)], lang)
    pipeline.init(folder)
    paths = {
        "rules": folder / "aturan", "scenario": folder / "skenario", "edited": folder / "aturan-baru",
        "table": folder / "tabel.xlsx",
    }  # fmt: skip
    named = {name: shlex.quote(str(path)) for name, path in paths.items()}
    typer.echo(say("init.done", folder=str(folder)).in_lang(lang.value))
    known = {command.name for command in app.registered_commands} | {group.name for group in app.registered_groups}
    for command, arguments, what in _STEPS:
        if command in known:
            typer.echo(f"  # {say(what).in_lang(lang.value)}")
            typer.echo(f"  {program_name()} {command} {arguments.format_map(named)}")


def _empty_roster(
    folder: Path | None, roster: Path, rules: Path | None, scenario: Path | None, lang: LangOption
) -> None:
    """Write an empty workbook for a roster; one that is there already is left alone."""
    if folder is not None:
        stop([fault("R121.both", ARGUMENTS)], lang)
    if rules is None:
        rules = pipeline.rules_of(scenario) if scenario is not None else None
        if rules is None:
            stop([fault("R122", ARGUMENTS)], lang)
    if roster.exists():
        stop([fault("T130", Place(str(roster), 1, 1), name=roster.as_posix())], lang)
    refuse_no_folder([roster], lang)
    pipeline.init_roster(roster, pipeline.load_rulebook(rules), scenario=scenario)
    typer.echo(say("roster.blank.done", file=str(roster)).in_lang(lang.value))
    named = {"roster": shlex.quote(str(roster)), "rules": shlex.quote(str(rules))}
    typer.echo(f"  {program_name()} import {named['roster']} skenario --rules {named['rules']}")
