"""Commands about plans: `plan`, `verify`, `explain`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from asn_flex import pipeline
from asn_flex.cli.options import (
    ARGUMENTS,
    AudienceOption,
    EngineOption,
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
from asn_flex.errors import Place
from asn_flex.i18n import fault, say

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
    previous: Annotated[Path | None, typer.Option()] = None,
    assume: Annotated[list[str] | None, typer.Option()] = None,
    quarantine: QuarantineArg = False,
    out: Annotated[Path | None, typer.Option()] = None,
    bundle: Annotated[Path | None, typer.Option()] = None,
    html: Annotated[Path | None, typer.Option()] = None,
    engine: Annotated[EngineOption, typer.Option()] = EngineOption.DURABLE,
    time_limit: Annotated[float, typer.Option(min=0.1)] = 60.0,
    format_: FormatArg = FormatOption.TEXT,
) -> None:
    """Compute the best plan, with its proof."""
    from asn_flex.report.progress import stage_progress  # noqa: PLC0415 - rich loads only where it shows

    for target in (out, bundle, html):
        if target is not None and not target.absolute().parent.is_dir():
            problem = say("problem.no_folder", name=str(target.parent))
            stop([fault("X101", Place(str(target), 1, 1), problem=problem)], lang)
    with stage_progress(lang.value) as progress:
        progress("read")
        rulebook, loaded = load(scenario, rules, quarantine=quarantine, lang=lang)
        before = read_plan(previous) if previous is not None else None
        refuse_overwriting([out, bundle, html], [previous, *rulebook.files, *loaded.file_names.values()], lang)
        planning = pipeline.plan(
            rulebook, loaded, time_limit_s=time_limit, engine=engine.value, previous=before,
            assume=assumptions(assume or [], lang), progress=progress,
        )  # fmt: skip
        progress("write")
        if out is not None:
            from asn_flex.readwrite.plan_json import write_plan  # noqa: PLC0415 - used here only

            write_plan(planning.plan, out)
        if bundle is not None:
            planning.save_bundle(bundle)
        if html is not None:
            planning.save_html(html, lang=lang.value)
    if format_ is FormatOption.JSON:
        echo_json(planning.to_json())
        return
    from asn_flex.report.text import print_plan  # noqa: PLC0415 - rich loads only where it shows

    print_plan(
        planning, lang=lang.value, scenario_path=scenario, out=out, bundle=bundle, html=html, rules=rules,
        previous=previous, program=program_name(),
    )  # fmt: skip


@app.command("verify")
def verify_command(
    plan: Annotated[Path, typer.Argument()],
    lang: LangArg,
    rules: RulesArg = None,
    scenario: Annotated[Path | None, typer.Option("--scenario")] = None,
    previous: Annotated[Path | None, typer.Option()] = None,
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
    plan: Annotated[Path, typer.Argument()],
    officer: Annotated[str, typer.Argument()],
    lang: LangArg,
    rules: RulesArg = None,
    scenario: Annotated[Path | None, typer.Option("--scenario")] = None,
    audience: Annotated[AudienceOption, typer.Option()] = AudienceOption.PLANNER,
    quarantine: QuarantineArg = False,
    format_: FormatArg = FormatOption.TEXT,
) -> None:
    """Show why an officer goes where: basis, competency, rules and facts, down to file lines and table rows."""
    planning = open_planning(plan, rules, scenario, None, quarantine=quarantine, lang=lang)
    proof = planning.why(officer, audience=audience.value, lang=lang.value)
    if format_ is FormatOption.JSON:
        echo_json(proof.to_json())
        return
    from asn_flex.report.text import print_proof  # noqa: PLC0415 - rich loads only where it shows

    print_proof(proof, lang=lang.value)


def load(scenario: Path, rules: Path | None, *, quarantine: bool, lang: LangOption) -> tuple[Rulebook, Scenario]:
    """Read a scenario with the rulebook that is given, or that it names itself."""
    if rules is None:
        rules = pipeline.rules_of(scenario)
        if rules is None:
            stop([fault("U103", Place(str(scenario), 1, 1))], lang)
    rulebook = pipeline.load_rulebook(rules)
    return rulebook, pipeline.load_scenario(scenario, rulebook, quarantine=quarantine)


def read_plan(path: Path) -> Plan:
    """Read a plan, alone or from its bundle."""
    return pipeline.open_bundle(path).plan if path.suffix.lower() == ".zip" else pipeline.read_plan(path)


def open_planning(
    plan: Path, rules: Path | None, scenario: Path | None, previous: Path | None, *, quarantine: bool, lang: LangOption
) -> Planning:
    """Open a bundle, or a plan with its rulebook and scenario."""
    if plan.suffix.lower() == ".zip":
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
