"""The command `import`: from a roster to a scenario."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from asn_flex import pipeline
from asn_flex.cli.options import (
    FormatArg,
    FormatOption,
    LangArg,
    LangOption,
    QuarantineArg,
    RulesArg,
    app,
    echo_json,
    program_name,
    refuse_overwriting,
    stop,
)
from asn_flex.errors import Diagnostic, Note, Place
from asn_flex.i18n import fault, say

if TYPE_CHECKING:
    from asn_flex.roster.importing import RosterImport

# More faults than a screen takes; the copy holds all of them.
_SHOWN = 40


@app.command("import")
def import_command(
    roster: Annotated[Path, typer.Argument()],
    out: Annotated[Path, typer.Argument()],
    lang: LangArg,
    rules: RulesArg = None,
    checked: Annotated[Path | None, typer.Option("--checked")] = None,
    quarantine: QuarantineArg = False,
    format_: FormatArg = FormatOption.TEXT,
) -> None:
    """Read a roster as clerks keep it, say what was understood, and write a scenario; faults come back in a copy."""
    if rules is None:
        rules = pipeline.rules_of(out) if (out / "scenario.yaml").is_file() else None
        if rules is None:
            stop([fault("U103", Place(str(out), 1, 1))], lang)
    copy = checked if checked is not None else out / f"{roster.stem}.periksa.xlsx"
    refuse_overwriting([copy], [roster], lang)
    rulebook = pipeline.load_rulebook(rules)
    result = pipeline.import_roster(
        roster, rulebook, scenario=out, now=datetime.now().astimezone(), rules=_from(out, rules)
    )  # fmt: skip
    writes = result.ok or (quarantine and not result.is_fatal)
    read = [*result.book.workbooks, *result.book.encodings, *rulebook.files]
    refuse_overwriting([copy], [*read, *(out / name for name in ("scenario.yaml", *result.files))], lang)
    if writes:
        refuse_overwriting([out / name for name in result.files], read, lang)
        result.write(out, quarantine=quarantine)
    if format_ is FormatOption.JSON:
        echo_json(_json(result))
    else:
        _tell(result, out, copy, lang, writes=writes)
    if result.faults:
        # Last: the faults are told even where the copy cannot be written (a full disk, no openpyxl).
        _write_copy(result, copy, lang)
    raise typer.Exit(0 if result.ok else 1)


def _from(out: Path, rules: Path) -> str:
    """Return the way from the scenario's folder to the rulebook, with `/` everywhere."""
    try:
        return Path(os.path.relpath(rules.resolve(), out.resolve())).as_posix()
    except ValueError:
        # On another drive.
        return rules.resolve().as_posix()


def _write_copy(result: RosterImport, copy: Path, lang: LangOption) -> None:
    from asn_flex.readwrite.plan_json import write_whole  # noqa: PLC0415 - used here only

    try:
        copy.absolute().parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        stop([fault("X101", Place(str(copy), 1, 1), problem=error.strerror or "?")], lang)
    write_whole(copy, result.marked())


def _tell(result: RosterImport, out: Path, copy: Path, lang: LangOption, *, writes: bool) -> None:
    """Say what was understood on standard output, and what is wrong on standard error."""
    for note in result.understood:
        typer.echo(f"{note.place}: {note.text.in_lang(lang.value)}")
    for found in (*result.warnings[:_SHOWN], *result.faults[:_SHOWN]):
        typer.echo(found.render(lang.value), err=True)
    if len(result.faults) > _SHOWN:
        typer.echo(say("roster.more", count=len(result.faults) - _SHOWN).in_lang(lang.value), err=True)
    if result.faults:
        typer.echo(say("roster.faults", count=len(result.faults), file=str(copy)).in_lang(lang.value), err=True)
    counts = ", ".join(
        f"{say(f'roster.table.{name}').in_lang(lang.value)} {count}" for name, count in result.counts.items()
    )
    typer.echo(say("roster.counts", counts=counts or "-").in_lang(lang.value))
    if writes:
        typer.echo(say("roster.written", folder=str(out)).in_lang(lang.value))
        more = " --quarantine" if result.faults else ""
        typer.echo(f"  {program_name()} plan {out}{more}")
    else:
        typer.echo(say("roster.not_written").in_lang(lang.value))


def _json(result: RosterImport) -> str:
    import json  # noqa: PLC0415 - used here only

    content = {
        "format": "asn-flex/import/1",
        "understood": [_placed(note) for note in result.understood],
        "faults": [_placed(found) for found in result.faults],
        "warnings": [_placed(found) for found in result.warnings],
        "rows": dict(sorted(result.counts.items())),
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _placed(told: Note | Diagnostic) -> dict[str, object]:
    code = {"code": told.code} if isinstance(told, Diagnostic) else {}
    place = told.place
    return {"file": place.file, "line": place.line, "column": place.column, **code, "message": told.text._asdict()}
