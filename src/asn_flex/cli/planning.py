"""Commands about plans: `plan`, `verify`, `explain`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from asn_flex import pipeline
from asn_flex.cli.options import (
    ARGUMENTS,
    AudienceArg,
    AudienceOption,
    EngineOption,
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
    program_name,
    refuse_no_folder,
    refuse_overwriting,
    stop,
)
from asn_flex.errors import CancelledError, Place
from asn_flex.i18n import fault

if TYPE_CHECKING:
    from asn_flex.domain.plan import Plan
    from asn_flex.domain.scenario import Scenario
    from asn_flex.pipeline import Planning
    from asn_flex.rulebook.model import Rulebook


@app.command("plan")
def plan_command(
    scenario: Annotated[Path, typer.Argument()],
    lang: LangArg,
    rules: RulesArg = None,
    previous: PreviousArg = None,
    assume: Annotated[list[str] | None, typer.Option()] = None,
    quarantine: QuarantineArg = False,
    out: Annotated[Path | None, typer.Option()] = None,
    bundle: Annotated[Path | None, typer.Option()] = None,
    html: Annotated[Path | None, typer.Option()] = None,
    engine: Annotated[EngineOption, typer.Option()] = EngineOption.DURABLE,
    time_limit: Annotated[float, typer.Option(min=0.1)] = 60.0,
    format_: FormatArg = FormatOption.TEXT,
) -> None:
    """Compute the best plan, with its proof. Ctrl-C takes the best plan so far; pressed again it stops."""
    from asn_flex.cli.interrupt import INTERRUPTED, interruption  # noqa: PLC0415 - used here only
    from asn_flex.domain.progress import ProgressEvent  # noqa: PLC0415 - used here only
    from asn_flex.report.progress import shown_progress  # noqa: PLC0415 - rich loads only where it shows

    refuse_no_folder([out, bundle, html], lang)
    with _whole_or_nothing(lang), interruption(lang.value) as stop_here, shown_progress(lang.value) as show:

        def progress(event: ProgressEvent) -> None:
            stop_here.follow(event)
            show(event)

        progress(ProgressEvent("read"))
        rulebook, loaded = load(scenario, rules, quarantine=quarantine, lang=lang)
        before = read_plan(previous) if previous is not None else None
        refuse_overwriting([out, bundle, html], [previous, *rulebook.files, *loaded.inputs], lang)
        planning = pipeline.plan(
            rulebook, loaded, time_limit_s=time_limit, engine=engine.value, previous=before,
            assume=assumptions(assume or [], lang), progress=progress, cancel=stop_here,
        )  # fmt: skip
        progress(ProgressEvent("write"))
        if out is not None:
            from asn_flex.readwrite.plan_json import write_plan  # noqa: PLC0415 - used here only

            write_plan(planning.plan, out)
        if bundle is not None:
            planning.save_bundle(bundle)
        if html is not None:
            planning.save_html(html, lang=lang.value)
    if format_ is FormatOption.JSON:
        echo_json(planning.to_json())
    else:
        from asn_flex.report.text import print_plan  # noqa: PLC0415 - rich loads only where it shows

        print_plan(
            planning, lang=lang.value, scenario_path=scenario, out=out, bundle=bundle, html=html, rules=rules,
            previous=previous, program=program_name(),
        )  # fmt: skip
    if stop_here.is_set() and planning.status != "optimal":
        typer.echo(fault("X104", ARGUMENTS).render(lang.value), err=True)
        raise typer.Exit(INTERRUPTED)


@contextmanager
def _whole_or_nothing(lang: LangOption) -> Iterator[None]:
    """Say that nothing was written where the command is interrupted before there is a plan."""
    try:
        yield
    except (CancelledError, KeyboardInterrupt):
        from asn_flex.cli.interrupt import INTERRUPTED  # noqa: PLC0415 - used here only

        typer.echo(fault("X103", ARGUMENTS).render(lang.value), err=True)
        raise typer.Exit(INTERRUPTED) from None


@app.command("verify")
def verify_command(
    plan: PlanArg,
    lang: LangArg,
    rules: RulesArg = None,
    scenario: ScenarioArg = None,
    previous: PreviousArg = None,
    quarantine: QuarantineArg = False,
    format_: FormatArg = FormatOption.TEXT,
) -> None:
    """Check a plan by a second opinion: every pair, every constraint, and the proof of the optimum."""
    planning = open_planning(plan, rules, scenario, previous, quarantine=quarantine, lang=lang)
    result = planning.verify()
    if format_ is FormatOption.JSON:
        import json  # noqa: PLC0415 - used here only

        echo_json(json.dumps(result.to_dict(), ensure_ascii=False, indent=1) + "\n")
    else:
        from asn_flex.report.text import print_verification  # noqa: PLC0415 - rich loads only where it shows

        print_verification(result, planning.plan, lang=lang.value)
    raise typer.Exit(0 if result.ok else 1)


@app.command("explain")
def explain_command(
    plan: PlanArg,
    officer: Annotated[str, typer.Argument()],
    lang: LangArg,
    demand: Annotated[str | None, typer.Argument()] = None,
    rules: RulesArg = None,
    scenario: ScenarioArg = None,
    previous: PreviousArg = None,
    audience: AudienceArg = AudienceOption.PLANNER,
    quarantine: QuarantineArg = False,
    format_: FormatArg = FormatOption.TEXT,
) -> None:
    """Show why an officer goes where: basis, competency, rules and facts, down to file lines and table rows."""
    planning = open_planning(plan, rules, scenario, previous, quarantine=quarantine, lang=lang)
    if demand is not None and (officer, demand) not in {(a.officer, a.demand) for a in planning.assignments}:
        from asn_flex.cli.answers import show  # noqa: PLC0415 - it imports this module

        show(planning.why_not(officer, demand, audience=audience.value, lang=lang.value), format_, lang)
        return
    proof = planning.why(officer, audience=audience.value, lang=lang.value)
    if format_ is FormatOption.JSON:
        echo_json(proof.to_json())
        return
    from asn_flex.report.text import print_proof  # noqa: PLC0415 - rich loads only where it shows

    print_proof(proof, lang=lang.value)


def load(scenario: Path, rules: Path | None, *, quarantine: bool, lang: LangOption) -> tuple[Rulebook, Scenario]:
    """Read a scenario with the rulebook that is given, or that it names itself."""
    rulebook = pipeline.load_rulebook(find_rules(scenario, rules, lang=lang))
    return rulebook, pipeline.load_scenario(scenario, rulebook, quarantine=quarantine)


def find_rules(scenario: Path, rules: Path | None, *, lang: LangOption) -> Path:
    """Return the rulebook that is given, or that the scenario names itself."""
    found = rules if rules is not None else pipeline.rules_of(scenario)
    if found is None:
        stop([fault("U103", Place(str(scenario), 1, 1))], lang)
    return found


def read_plan(path: Path) -> Plan:
    """Read a plan, alone or from its bundle."""
    return pipeline.open_bundle(path).plan if path.suffix.lower() == ".zip" else pipeline.read_plan(path)


def open_planning(
    plan: Path, rules: Path | None, scenario: Path | None, previous: Path | None, *, quarantine: bool, lang: LangOption
) -> Planning:
    """Open a bundle, or a plan with its rulebook and scenario."""
    if plan.suffix.lower() == ".zip":
        given = {"--rules": rules, "--scenario": scenario, "--previous": previous}
        told = [name for name, path in given.items() if path is not None]
        if told:
            stop([fault("U104.bundle", Place(str(plan), 1, 1), options=", ".join(told))], lang)
        return pipeline.open_bundle(plan)
    if scenario is None:
        stop([fault("U104", Place(str(plan), 1, 1))], lang)
    rulebook, loaded = load(scenario, rules, quarantine=quarantine, lang=lang)
    before = read_plan(previous) if previous is not None else None
    return pipeline.Planning(pipeline.read_plan(plan), rulebook, loaded, previous=before)


def assumptions(items: Sequence[str], lang: LangOption) -> dict[str, object]:
    """Read `event.phase=response` from the arguments."""
    found: dict[str, object] = {}
    for item in items:
        key, sign, value = item.partition("=")
        if not sign or not key or not value:
            stop([fault("U102", ARGUMENTS, found=item)], lang)
        if key.strip() in found:
            stop([fault("U107", ARGUMENTS, name=key.strip())], lang)
        found[key.strip()] = value.strip()
    return found
