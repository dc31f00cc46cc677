"""Commands about what a plan turns into: `approve`, `letters`."""

from __future__ import annotations

import shlex
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from asn_flex import pipeline
from asn_flex.cli.editing import new_app
from asn_flex.cli.options import (
    ARGUMENTS,
    LangArg,
    LangOption,
    PlanArg,
    PreviousArg,
    QuarantineArg,
    RulesArg,
    ScenarioArg,
    app,
    program_name,
    refuse_no_folder,
    refuse_overwriting,
    stop,
)
from asn_flex.cli.planning import open_planning
from asn_flex.i18n import fault, say


class ByOption(StrEnum):
    """What one order is for."""

    DEMAND = "demand"
    UNIT = "unit"


@app.command("letters")
def letters_command(
    plan: PlanArg,
    folder: Annotated[Path, typer.Argument()],
    lang: LangArg,
    by: Annotated[ByOption, typer.Option()] = ByOption.DEMAND,
    settings: Annotated[Path | None, typer.Option()] = None,
    templates: Annotated[Path | None, typer.Option()] = None,
    no_pdf: Annotated[bool, typer.Option("--no-pdf")] = False,
    rules: RulesArg = None,
    scenario: ScenarioArg = None,
    quarantine: QuarantineArg = False,
) -> None:
    """Write orders, notices, roll call, workbook and calendars into a new folder."""
    planning = open_planning(plan, rules, scenario, None, quarantine=quarantine, lang=lang)
    done = pipeline.write_letters(
        planning, folder, by=by.value, lang=lang.value, settings=settings, templates=templates, pdf=not no_pdf
    )
    told = say("letters.done", orders=done.orders, notices=done.notices, files=len(done.files), folder=str(folder))
    typer.echo(told.in_lang(lang.value))
    if done.unfilled:
        typer.echo(say("letters.unfilled", keys=", ".join(done.unfilled)).in_lang(lang.value))
    if done.draft:
        typer.echo(say("letters.draft").in_lang(lang.value))


@new_app.command("letters")
def new_letters_command(
    folder: Annotated[Path, typer.Argument()],
    lang: LangArg,
) -> None:
    """Write the templates of letters and a file of settings into a new folder, to be edited."""
    pipeline.write_letter_templates(folder, lang=lang.value)
    typer.echo(say("letters.templates", folder=str(folder), name=shlex.quote(str(folder))).in_lang(lang.value))


@app.command("approve")
def approve_command(
    plan: PlanArg,
    lang: LangArg,
    signer: Annotated[str, typer.Option()],
    out: Annotated[Path, typer.Option()],
    post: Annotated[str | None, typer.Option()] = None,
    rank: Annotated[str | None, typer.Option()] = None,
    nip: Annotated[str | None, typer.Option()] = None,
    at: Annotated[str | None, typer.Option()] = None,
    despite: Annotated[str | None, typer.Option()] = None,
    rules: RulesArg = None,
    scenario: ScenarioArg = None,
    previous: PreviousArg = None,
    quarantine: QuarantineArg = False,
) -> None:
    """Record the approval of a plan in a new plan file or bundle."""
    from asn_flex.readwrite.plan_json import write_plan  # noqa: PLC0415 - used here only

    refuse_no_folder([out], lang)
    when = _moment(at, lang) if at is not None else datetime.now().astimezone()
    planning = open_planning(plan, rules, scenario, previous, quarantine=quarantine, lang=lang)
    read = [plan, previous, *planning.rulebook.files, *planning.scenario.inputs]
    refuse_overwriting([out], read, lang)
    approved = pipeline.approve(planning, signer=signer, post=post, rank=rank, nip=nip, at=when, despite=despite)
    if out.suffix.lower() == ".zip":
        approved.save_bundle(out)
    else:
        write_plan(approved.plan, out)
    _tell_approval(approved, out=out, rules=rules, scenario=scenario, lang=lang)


def _tell_approval(
    approved: pipeline.Planning, *, out: Path, rules: Path | None, scenario: Path | None, lang: LangOption
) -> None:
    record = approved.plan.approval
    assert record is not None  # noqa: S101 - it was approved just now
    typer.echo(say("approve.done", signer=record.signer, at=record.at, file=str(out)).in_lang(lang.value))
    if record.despite is not None:
        told = say("approve.despite", questions=record.questions, findings=len(record.findings), reason=record.despite)
        typer.echo(told.in_lang(lang.value))
    words = [program_name(), "letters", shlex.quote(str(out)), "surat"]
    if out.suffix.lower() != ".zip":
        words += [w for name, path in (("--rules", rules), ("--scenario", scenario)) if path is not None
                  for w in (name, shlex.quote(str(path)))]  # fmt: skip
    typer.echo(say("approve.next", command=" ".join(words)).in_lang(lang.value))


def _moment(text: str, lang: LangOption) -> datetime:
    """Read a moment of the arguments; one without offset is refused where it is used."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        stop([fault("L114", ARGUMENTS, found=text)], lang)
