"""What commands share: the application, options that mean the same everywhere, and how a command stops."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from asn_flex.errors import Diagnostic, Place
from asn_flex.i18n import fault, say

app = typer.Typer(
    name="asn-flex",
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


def terminal_language() -> LangOption:
    """Return the language that the terminal is set to (POSIX: the first of these that is set), else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return LangOption.ID if value.partition("_")[0].partition(".")[0] == "id" else LangOption.EN
    return LangOption.EN


_LANGUAGE: ContextVar[LangOption | None] = ContextVar("language", default=None)


def language() -> LangOption:
    """Return the language of this call: that of `--lang`, wherever it stands, else of the terminal."""
    return _LANGUAGE.get() or terminal_language()


@contextmanager
def speaking(lang: LangOption) -> Iterator[None]:
    """Let everything that this call says be in one language."""
    token = _LANGUAGE.set(lang)
    try:
        yield
    finally:
        _LANGUAGE.reset(token)


LangArg = Annotated[
    LangOption,
    typer.Option(
        "--lang",
        default_factory=language,
        show_default=False,
    ),
]
FormatArg = Annotated[FormatOption, typer.Option("--format")]
PlanArg = Annotated[Path, typer.Argument()]
RulesArg = Annotated[Path | None, typer.Option("--rules")]
ScenarioArg = Annotated[Path | None, typer.Option("--scenario")]
PreviousArg = Annotated[Path | None, typer.Option()]
AudienceArg = Annotated[AudienceOption, typer.Option()]
QuarantineArg = Annotated[bool, typer.Option("--quarantine")]


ARGUMENTS = Place("asn-flex", 1, 1)


def echo_json(text: str) -> None:
    """Print JSON as it is."""
    # JSON is UTF-8 by its standard, whatever the terminal speaks.
    typer.echo(text.encode("utf-8") if hasattr(sys.stdout, "buffer") else text, nl=False)


def stop(found: Sequence[Diagnostic], lang: LangOption) -> NoReturn:
    """End the command with exit code 2, saying why on stderr."""
    for diagnostic in found:
        typer.echo(diagnostic.render(lang.value), err=True)
    raise typer.Exit(2)


def refuse_no_folder(targets: Sequence[Path | None], lang: LangOption) -> None:
    """Stop before anything is computed where the folder of an output does not exist."""
    for target in targets:
        if target is not None and not target.absolute().parent.is_dir():
            problem = say("problem.no_folder", name=str(target.parent))
            stop([fault("X101", Place(str(target), 1, 1), problem=problem)], lang)


def refuse_overwriting(targets: Sequence[Path | None], read: Sequence[Path | str | None], lang: LangOption) -> None:
    """Stop before anything is computed where an output would replace an input or another output."""
    taken = {Path(path).resolve() for path in read if path is not None}
    for target in targets:
        if target is None:
            continue
        if target.resolve() in taken:
            stop([fault("U106", Place(str(target), 1, 1))], lang)
        taken.add(target.resolve())


def program_name() -> str:
    """Return how this shell called the command, so that the commands it is told to type next really run."""
    called = Path(sys.argv[0])
    if called.name == "__main__.py":
        return shlex.join([sys.executable, "-m", "asn_flex"])
    if called.stem != "asn-flex" or shutil.which(called.name) is not None:
        return "asn-flex"
    return shlex.quote(sys.argv[0])
