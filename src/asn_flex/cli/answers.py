"""Commands that answer questions about a plan: `why-not`, `shortfall`, `scarcity`, `missing-facts`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from asn_flex import pipeline
from asn_flex.cli.options import (
    AudienceArg,
    AudienceOption,
    FormatArg,
    FormatOption,
    LangArg,
    LangOption,
    PlanArg,
    PreviousArg,
    QuarantineArg,
    RulesArg,
    ScenarioArg,
    app,
    echo_json,
)
from asn_flex.cli.planning import load, open_planning, read_plan

if TYPE_CHECKING:
    from asn_flex.domain.answers import Answer
    from asn_flex.pipeline import Planning

DemandArg = Annotated[str, typer.Argument()]
TimeArg = Annotated[float, typer.Option(min=0.1)]


@app.command("why-not")
def why_not_command(
    plan: PlanArg,
    officer: Annotated[str, typer.Argument()],
    demand: DemandArg,
    lang: LangArg,
    rules: RulesArg = None,
    scenario: ScenarioArg = None,
    previous: PreviousArg = None,
    audience: AudienceArg = AudienceOption.PLANNER,
    quarantine: QuarantineArg = False,
    time_limit: TimeArg = 60.0,
    format_: FormatArg = FormatOption.TEXT,
) -> None:
    """Show every condition that keeps an officer from a demand, or what sending him all the same would cost."""
    planning = planned(plan, rules, scenario, previous, quarantine=quarantine, lang=lang, time_limit=time_limit)
    answer = planning.why_not(
        officer, demand, audience=audience.value, lang=lang.value, time_limit_s=time_limit
    )  # fmt: skip
    show(answer, format_, lang)


@app.command("shortfall")
def shortfall_command(
    plan: PlanArg,
    demand: DemandArg,
    lang: LangArg,
    rules: RulesArg = None,
    scenario: ScenarioArg = None,
    previous: PreviousArg = None,
    audience: AudienceArg = AudienceOption.PLANNER,
    every: Annotated[bool, typer.Option("--every")] = False,
    quarantine: QuarantineArg = False,
    time_limit: TimeArg = 60.0,
    format_: FormatArg = FormatOption.TEXT,
) -> None:
    """Show why a demand is not full, what holds it, and the smallest single changes that would fill a seat."""
    planning = planned(plan, rules, scenario, previous, quarantine=quarantine, lang=lang, time_limit=time_limit)
    answer = planning.shortfall(
        demand, most=None if every else 2, audience=audience.value, lang=lang.value, time_limit_s=time_limit
    )
    show(answer, format_, lang)


@app.command("scarcity")
def scarcity_command(
    plan: PlanArg,
    lang: LangArg,
    rules: RulesArg = None,
    scenario: ScenarioArg = None,
    previous: PreviousArg = None,
    quarantine: QuarantineArg = False,
    time_limit: TimeArg = 60.0,
    format_: FormatArg = FormatOption.TEXT,
) -> None:
    """Show which demands, units and competencies are scarce: what one more would bring at most."""
    planning = planned(plan, rules, scenario, previous, quarantine=quarantine, lang=lang, time_limit=time_limit)
    answer = planning.scarcity(lang=lang.value)
    show(answer, format_, lang)


@app.command("missing-facts")
def missing_facts_command(
    plan: PlanArg,
    lang: LangArg,
    rules: RulesArg = None,
    scenario: ScenarioArg = None,
    previous: PreviousArg = None,
    audience: AudienceArg = AudienceOption.PLANNER,
    quarantine: QuarantineArg = False,
    time_limit: TimeArg = 60.0,
    format_: FormatArg = FormatOption.TEXT,
) -> None:
    """Show the missing facts that would open seats if they were confirmed, those first that open most."""
    planning = planned(plan, rules, scenario, previous, quarantine=quarantine, lang=lang, time_limit=time_limit)
    answer = planning.missing_facts(audience=audience.value, lang=lang.value, time_limit_s=time_limit)
    show(answer, format_, lang)


def show(answer: Answer, format_: FormatOption, lang: LangOption) -> None:
    """Print an answer."""
    if format_ is FormatOption.JSON:
        echo_json(answer.to_json())
        return
    from asn_flex.report.answers import print_answer  # noqa: PLC0415 - rich loads only where it shows

    print_answer(answer, lang=lang.value)


def planned(
    plan: Path,
    rules: Path | None,
    scenario: Path | None,
    previous: Path | None,
    *,
    quarantine: bool,
    lang: LangOption,
    time_limit: float,
) -> Planning:
    """Open a bundle or a plan with its input; plan first where a scenario is named instead."""
    if not plan.is_dir() and plan.name != "scenario.yaml":
        return open_planning(plan, rules, scenario, previous, quarantine=quarantine, lang=lang)
    rulebook, loaded = load(plan, rules, quarantine=quarantine, lang=lang)
    before = read_plan(previous) if previous is not None else None
    return pipeline.plan(rulebook, loaded, engine="plain", previous=before, time_limit_s=time_limit)
