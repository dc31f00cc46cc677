"""The command that writes the report: `report`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from asn_flex.cli.options import (
    AudienceArg,
    AudienceOption,
    LangArg,
    PlanArg,
    PreviousArg,
    QuarantineArg,
    RulesArg,
    ScenarioArg,
    app,
    refuse_no_folder,
    refuse_overwriting,
)
from asn_flex.cli.planning import open_planning


class ProofsOption(StrEnum):
    """Whose proof trees are in the file."""

    ALL = "all"
    ASSIGNED = "assigned"
    NONE = "none"


@app.command("report")
def report_command(
    plan: PlanArg,
    lang: LangArg,
    out: Annotated[Path, typer.Option()],
    rules: RulesArg = None,
    scenario: ScenarioArg = None,
    previous: PreviousArg = None,
    quarantine: QuarantineArg = False,
    audience: AudienceArg = AudienceOption.PLANNER,
    officer: Annotated[str | None, typer.Option()] = None,
    proofs: Annotated[ProofsOption | None, typer.Option()] = None,
    remedies: Annotated[int | None, typer.Option(min=0)] = None,
) -> None:
    """Write a plan as one HTML file for people to read, without a network."""
    refuse_no_folder([out], lang)
    refuse_overwriting([out], [plan, previous, rules], lang)
    planning = open_planning(plan, rules, scenario, previous, quarantine=quarantine, lang=lang)
    refuse_overwriting([out], [*planning.rulebook.files, *planning.scenario.inputs], lang)
    planning.save_html(
        out,
        lang=lang.value,
        audience=audience.value,
        officer=officer,
        proofs=proofs.value if proofs else None,
        remedies=remedies,
    )
