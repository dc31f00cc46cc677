"""The command line: arguments and exit codes, nothing else (semantics §12.2).

Exit codes: 0 fine; 1 findings (of `check` and `verify`); 2 wrong use, or input that stops a command.
Findings of `check` go to stdout; whatever else goes wrong goes to stderr. Each begins `file:line:column: CODE message`.
"""

from __future__ import annotations

import io
import os
import shlex
import shutil
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, cast

import typer

from asn_flex import pipeline
from asn_flex._version import __version__
from asn_flex.errors import AsnFlexError, Diagnostic, InputError, Lang, Place, UsageError
from asn_flex.i18n import fault, say

if TYPE_CHECKING:
    from asn_flex.domain.plan import Plan
    from asn_flex.domain.scenario import Scenario
    from asn_flex.pipeline import Planning
    from asn_flex.rulebook.model import Rulebook

# typer carries click with it under a name that depends on its version; its public names lead to the same classes.
_WrongUse = cast("type[typer.BadParameter]", typer.BadParameter.__mro__[1])

app = typer.Typer(
    name="asn-flex",
    help="Who may cover which emergency duty, and who should go: rules, a competency graph, proven plans.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class LangOption(StrEnum):
    """Languages of messages and labels."""

    ID = "id"
    EN = "en"


class FormatOption(StrEnum):
    """Forms of output."""

    TEXT = "text"
    JSON = "json"


class EngineOption(StrEnum):
    """Inference engines."""

    DURABLE = "durable"
    PLAIN = "plain"


class AudienceOption(StrEnum):
    """Who reads an explanation, which decides what it shows."""

    PLANNER = "planner"
    OFFICER = "officer"
    PUBLIC = "public"
    SIGNER = "signer"
    AUDITOR = "auditor"


LangArg = Annotated[LangOption, typer.Option("--lang", help="Language of messages and labels.")]
FormatArg = Annotated[FormatOption, typer.Option("--format", help="text for people, json for programs.")]
RulesArg = Annotated[
    Path | None, typer.Option("--rules", help="Rulebook folder or file; by default the scenario's `rules:`.")
]
QuarantineArg = Annotated[
    bool, typer.Option("--quarantine", help="Set faulty officer and holding rows aside instead of stopping.")
]


def _print_version(value: bool) -> None:
    if value:
        typer.echo(f"asn-flex {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    """Who may cover which emergency duty, and who should go: rules, a competency graph, proven plans."""
    del version


@app.command("plan")
def plan_command(
    scenario: Annotated[Path, typer.Argument(help="Scenario folder, or its scenario.yaml.")],
    rules: RulesArg = None,
    previous: Annotated[Path | None, typer.Option(help="Plan or bundle to be replaced; keeps who can be kept.")] = None,
    assume: Annotated[list[str] | None, typer.Option(help="Take an event fact as so: event.phase=response.")] = None,
    quarantine: QuarantineArg = False,
    out: Annotated[Path | None, typer.Option(help="Write the plan as JSON.")] = None,
    bundle: Annotated[Path | None, typer.Option(help="Write plan and input into a zip, to verify later.")] = None,
    engine: Annotated[EngineOption, typer.Option(help="Inference engine; both decide alike.")] = EngineOption.DURABLE,
    time_limit: Annotated[float, typer.Option(min=0.1, help="Seconds for the solvers.")] = 60.0,
    lang: LangArg = LangOption.EN,
    format_: FormatArg = FormatOption.TEXT,
) -> None:
    """Compute the best plan, with its proof."""
    from asn_flex.report.progress import stage_progress  # noqa: PLC0415 - rich loads only where it shows

    for target in (out, bundle):
        if target is not None and not target.absolute().parent.is_dir():
            problem = say("problem.no_folder", name=str(target.parent))
            _stop([fault("X101", Place(str(target), 1, 1), problem=problem)], lang)
    with stage_progress(lang.value) as progress:
        progress("read")
        rulebook, loaded = _load(scenario, rules, quarantine=quarantine, lang=lang)
        before = _read_plan(previous) if previous is not None else None
        _refuse_overwriting([out, bundle], [previous, *rulebook.files, *loaded.file_names.values()], lang)
        planning = pipeline.plan(
            rulebook, loaded, time_limit_s=time_limit, engine=engine.value, previous=before,
            assume=_assumptions(assume or [], lang), progress=progress,
        )  # fmt: skip
        progress("write")
        if out is not None:
            from asn_flex.readwrite.plan_json import write_plan  # noqa: PLC0415 - used here only

            write_plan(planning.plan, out)
        if bundle is not None:
            planning.save_bundle(bundle)
    if format_ is FormatOption.JSON:
        _echo_json(planning.to_json())
        return
    from asn_flex.report.text import print_plan  # noqa: PLC0415 - rich loads only where it shows

    print_plan(
        planning, lang=lang.value, scenario_path=scenario, out=out, bundle=bundle, rules=rules, previous=previous,
        program=_program(),
    )  # fmt: skip


@app.command("check")
def check_command(
    rules: Annotated[Path, typer.Argument(help="Rulebook folder or file.")],
    lang: LangArg = LangOption.EN,
    format_: FormatArg = FormatOption.TEXT,
) -> None:
    """Report every fault of a rulebook, each at its place."""
    if not rules.exists():
        _stop([fault("E101.none", Place(str(rules), 1, 1))], lang)
    found = pipeline.check(rules)
    errors = sum(d.is_error for d in found)
    if format_ is FormatOption.JSON:
        import json  # noqa: PLC0415 - used here only

        rows = [
            {"file": d.place.file, "line": d.place.line, "column": d.place.column, "code": d.code,
             "severity": "error" if d.is_error else "warning", "message": {"id": d.text.id, "en": d.text.en}}
            for d in found
        ]  # fmt: skip
        _echo_json(json.dumps({"format": "asn-flex/check/1", "findings": rows}, ensure_ascii=False, indent=1) + "\n")
    else:
        for diagnostic in found:
            typer.echo(diagnostic.render(lang.value))
        typer.echo(say("check.summary", errors=errors, warnings=len(found) - errors).in_lang(lang.value))
    raise typer.Exit(1 if errors else 0)


@app.command("verify")
def verify_command(
    plan: Annotated[Path, typer.Argument(help="Bundle, or plan.json with --rules and --scenario.")],
    rules: RulesArg = None,
    scenario: Annotated[Path | None, typer.Option("--scenario", help="Scenario folder.")] = None,
    previous: Annotated[Path | None, typer.Option(help="The plan that this one replaced.")] = None,
    quarantine: QuarantineArg = False,
    lang: LangArg = LangOption.EN,
    format_: FormatArg = FormatOption.TEXT,
) -> None:
    """Check a plan by a second opinion: every pair, every constraint, and the proof of the optimum."""
    planning = _open(plan, rules, scenario, previous, quarantine=quarantine, lang=lang)
    result = planning.verify()
    if format_ is FormatOption.JSON:
        import json  # noqa: PLC0415 - used here only

        _echo_json(json.dumps(result.to_dict(), ensure_ascii=False, indent=1) + "\n")
    else:
        from asn_flex.report.text import print_verification  # noqa: PLC0415 - rich loads only where it shows

        print_verification(result, planning.plan, lang=lang.value)
    raise typer.Exit(0 if result.ok else 1)


@app.command("explain")
def explain_command(
    plan: Annotated[Path, typer.Argument(help="Bundle, or plan.json with --rules and --scenario.")],
    officer: Annotated[str, typer.Argument(help="Id of an officer.")],
    rules: RulesArg = None,
    scenario: Annotated[Path | None, typer.Option("--scenario", help="Scenario folder.")] = None,
    audience: Annotated[AudienceOption, typer.Option(help="Who reads it.")] = AudienceOption.PLANNER,
    quarantine: QuarantineArg = False,
    lang: LangArg = LangOption.EN,
    format_: FormatArg = FormatOption.TEXT,
) -> None:
    """Show why an officer goes where: basis, competency, rules and facts, down to file lines and table rows."""
    planning = _open(plan, rules, scenario, None, quarantine=quarantine, lang=lang)
    proof = planning.why(officer, audience=audience.value, lang=lang.value)
    if format_ is FormatOption.JSON:
        _echo_json(proof.to_json())
        return
    from asn_flex.report.text import print_proof  # noqa: PLC0415 - rich loads only where it shows

    print_proof(proof, lang=lang.value)


class SchemaOption(StrEnum):
    """Formats that have a JSON Schema."""

    RULES = "rules"
    SCENARIO = "scenario"
    PLAN = "plan"


@app.command("schema")
def schema_command(name: Annotated[SchemaOption, typer.Argument(help="Which format.")]) -> None:
    """Print the JSON Schema of a file format, for editors and other programs."""
    from importlib.resources import files  # noqa: PLC0415 - used here only

    _echo_json((files("asn_flex") / "schemas" / f"{name.value}.schema.json").read_text("utf-8"))


def _load(scenario: Path, rules: Path | None, *, quarantine: bool, lang: LangOption) -> tuple[Rulebook, Scenario]:
    if rules is None:
        rules = pipeline.rules_of(scenario)
        if rules is None:
            _stop([fault("U103", Place(str(scenario), 1, 1))], lang)
    rulebook = pipeline.load_rulebook(rules)
    return rulebook, pipeline.load_scenario(scenario, rulebook, quarantine=quarantine)


def _read_plan(path: Path) -> Plan:
    return pipeline.open_bundle(path).plan if path.suffix.lower() == ".zip" else pipeline.read_plan(path)


def _open(
    plan: Path, rules: Path | None, scenario: Path | None, previous: Path | None, *, quarantine: bool, lang: LangOption
) -> Planning:
    """Open a bundle, or a plan with its rulebook and scenario."""
    if plan.suffix.lower() == ".zip":
        return pipeline.open_bundle(plan)
    if scenario is None:
        _stop([fault("U104", Place(str(plan), 1, 1))], lang)
    rulebook, loaded = _load(scenario, rules, quarantine=quarantine, lang=lang)
    before = _read_plan(previous) if previous is not None else None
    return pipeline.Planning(pipeline.read_plan(plan), rulebook, loaded, previous=before)


def _assumptions(items: Sequence[str], lang: LangOption) -> dict[str, object]:
    found: dict[str, object] = {}
    for item in items:
        key, sign, value = item.partition("=")
        if not sign or not key or not value:
            _stop([fault("U102", _ARGUMENTS, found=item)], lang)
        if key.strip() in found:
            _stop([fault("U107", _ARGUMENTS, name=key.strip())], lang)
        found[key.strip()] = value.strip()
    return found


def _refuse_overwriting(targets: Sequence[Path | None], read: Sequence[Path | str | None], lang: LangOption) -> None:
    """Stop before anything is computed where an output would replace an input or another output."""
    taken = {Path(path).resolve() for path in read if path is not None}
    for target in targets:
        if target is None:
            continue
        if target.resolve() in taken:
            _stop([fault("U106", Place(str(target), 1, 1))], lang)
        taken.add(target.resolve())


def _program() -> str:
    """Return how this shell called the command, so that the commands it is told to type next really run."""
    called = Path(sys.argv[0])
    if called.name == "__main__.py":
        return shlex.join([sys.executable, "-m", "asn_flex"])
    if called.stem != "asn-flex" or shutil.which(called.name) is not None:
        return "asn-flex"
    return shlex.quote(sys.argv[0])


_ARGUMENTS = Place("asn-flex", 1, 1)


def _echo_json(text: str) -> None:
    # JSON is UTF-8 by its standard, whatever the terminal speaks.
    typer.echo(text.encode("utf-8") if hasattr(sys.stdout, "buffer") else text, nl=False)


def _stop(found: Sequence[Diagnostic], lang: LangOption) -> NoReturn:
    for diagnostic in found:
        typer.echo(diagnostic.render(lang.value), err=True)
    raise typer.Exit(2)


def _lang_of(arguments: Sequence[str]) -> Lang:
    """Find the language before the arguments are parsed, for messages about the arguments themselves."""
    for index, item in enumerate(arguments):
        if item == "--lang=id" or (item == "--lang" and list(arguments[index + 1 : index + 2]) == ["id"]):
            return "id"
    return "en"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; never shows a traceback for bad input."""
    # A service may start it with its streams closed.
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - stays open to the end
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - stays open to the end
    given = list(sys.argv[1:] if arguments is None else arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal without `→` shows an escape instead of a traceback.
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(run(given))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    lang = _lang_of(arguments)
    try:
        result = app(list(arguments) or ["--help"], prog_name="asn-flex", standalone_mode=False)
    except typer.Exit as error:
        return error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return 130
    except (BrokenPipeError, SystemExit):
        # The reader (`head`, a pager) has left, which is the one thing that typer itself exits for: there is nothing
        # more to say, and nothing to flush at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (AsnFlexError, OSError, _WrongUse) as error:
        for diagnostic in _told(error):
            typer.echo(diagnostic.render(lang), err=True)
        return 2
    return result if isinstance(result, int) else 0


def _told(error: Exception) -> Sequence[Diagnostic]:
    """Return what an error says, as lines for people."""
    if isinstance(error, InputError):
        return error.diagnostics
    if isinstance(error, UsageError):
        return [fault("U105", _ARGUMENTS, problem=error.text)]
    if isinstance(error, AsnFlexError):
        return [fault("X102", _ARGUMENTS, problem=_plainly(str(error)))]
    if isinstance(error, OSError):
        place = Place(str(error.filename or "asn-flex"), 1, 1)
        return [fault("X101", place, problem=error.strerror or "?")]
    message = error.format_message() if isinstance(error, _WrongUse) else str(error)
    return [fault("U101", _ARGUMENTS, problem=_plainly(message))]


def _plainly(message: str) -> str:
    """Return a sentence of another library in one line, and without the words of its machinery."""
    text = " ".join(message.split()).rstrip(".")
    return text.replace("Value error, ", "").replace("Input should be", "must be")
