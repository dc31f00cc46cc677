"""The command `init`: a small rulebook and scenario to begin with."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from asn_flex import pipeline
from asn_flex.cli.options import LangArg, app, program_name
from asn_flex.i18n import say

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
    folder: Annotated[Path, typer.Argument()],
    lang: LangArg,
) -> None:
    """Write a small commented rulebook with tests, and a scenario with tables, to begin with."""
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
