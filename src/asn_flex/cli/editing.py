"""Commands that write rule files: `fmt`, `fix`, `new rule`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from asn_flex import pipeline
from asn_flex.cli.options import LangArg, LangOption, app, program_name
from asn_flex.errors import Diagnostic
from asn_flex.i18n import say, say_count

# Of what was mended, so many characters.
_SHOWN = 60


@app.command("fmt")
def fmt_command(
    rules: Annotated[Path, typer.Argument()],
    lang: LangArg,
    check: Annotated[bool, typer.Option("--check")] = False,
) -> None:
    """Put rule files into canonical order and layout, keeping every comment and what the rules mean."""
    done = pipeline.format_rules(rules, writes=not check)
    for name in sorted(done.changed):
        typer.echo(say("fmt.would_change" if check else "fmt.changed", file=name).in_lang(lang.value))
    for diagnostic in done.refused:
        typer.echo(diagnostic.render(lang.value), err=True)
    key, changed = "fmt.summary_check" if check else "fmt.summary", say_count("count.files", len(done.changed))
    summary = say(key, changed=changed, same=len(done.same), refused=len(done.refused))
    typer.echo(summary.in_lang(lang.value))
    raise typer.Exit(1 if done.refused or (check and done.changed) else 0)


@app.command("fix")
def fix_command(
    rules: Annotated[Path, typer.Argument()],
    lang: LangArg,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
) -> None:
    """Mend the findings that have one safe repair, then tell what is left."""
    done = pipeline.fix_rules(rules, writes=not dry_run)
    if dry_run:
        for name, content in sorted(done.changed.items()):
            typer.echo(_diff(name, content), nl=False)
    else:
        for diagnostic in done.done:
            typer.echo(_step(diagnostic, lang))
    for diagnostic in done.taken_back:
        typer.echo(diagnostic.render(lang.value), err=True)
    for diagnostic in done.left:
        typer.echo(diagnostic.render(lang.value), err=dry_run)
    errors = sum(d.is_error for d in done.left)
    summary = say(
        "fix.summary_dry" if dry_run else "fix.summary",
        done=say_count("count.findings", len(done.done)), files=say_count("count.files", len(done.changed)),
        errors=say_count("check.errors", errors), warnings=say_count("check.warnings", len(done.left) - errors),
    )  # fmt: skip
    typer.echo(summary.in_lang(lang.value), err=dry_run)
    raise typer.Exit(1 if errors else 0)


def _step(diagnostic: Diagnostic, lang: LangOption) -> str:
    repair = diagnostic.repair
    assert repair is not None  # noqa: S101 - what was mended had a mend
    key = "fix.done" if repair.old and repair.new else "fix.done_new" if repair.new else "fix.done_gone"
    place, code = str(repair.place), diagnostic.code
    return say(key, place=place, code=code, old=_short(repair.old), new=_short(repair.new)).in_lang(lang.value)


def _short(text: str) -> str:
    """Return a text that may be many lines as one short line."""
    line = text.strip("\n").replace("\r", "").replace("\n", "⏎").replace("\t", "⇥")
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


def _diff(name: str, content: bytes) -> str:
    """Return what changes in a file, as `diff -u` shows it."""
    import difflib  # noqa: PLC0415 - used here only

    old = Path(name).read_bytes().decode("utf-8-sig").splitlines(keepends=True)
    new = content.decode("utf-8-sig").splitlines(keepends=True)
    lines = difflib.unified_diff(old, new, f"{name} (before)", f"{name} (after)")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


class KindOption(StrEnum):
    """Kinds of rules."""

    ESCALATE = "escalate"
    ACTIVATE = "activate"
    PRIORITISE = "prioritise"
    COVER = "cover"
    FORBID = "forbid"
    LIMIT = "limit"
    PROTECT = "protect"
    TEAM = "team"
    PREFER = "prefer"


new_app = typer.Typer(no_args_is_help=True)
app.add_typer(new_app, name="new")


@new_app.command("rule")
def new_rule_command(
    kind: Annotated[KindOption, typer.Argument()],
    rules: Annotated[Path, typer.Argument()],
    lang: LangArg,
    id_: Annotated[str | None, typer.Option("--id")] = None,
    duty: Annotated[list[str] | None, typer.Option("--duty")] = None,
) -> None:
    """Add a commented skeleton of a rule and of its test; it is not in force before you have filled it in."""
    added = pipeline.new_rule(rules, kind.value, id_=id_, duties=duty or (), lang=lang.value)
    told = say("new.done", id=added.id, rule=str(added.rule), test=str(added.test))
    typer.echo(told.in_lang(lang.value))
    typer.echo(say("new.next", command=f"{program_name()} check {rules}").in_lang(lang.value))
