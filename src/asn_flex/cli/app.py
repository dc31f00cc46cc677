"""Runs a command: finds the language, calls the command, and turns whatever went wrong into lines and an exit code."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from typing import Annotated, cast

import typer

from asn_flex._version import __version__
from asn_flex.cli.help import command_line
from asn_flex.cli.options import ARGUMENTS, LangArg, LangOption, app, speaking, terminal_language
from asn_flex.cli.wrong_use import plainly, told
from asn_flex.errors import AsnFlexError, Diagnostic, InputError, Place, SweepStopped, UsageError
from asn_flex.i18n import fault

# typer carries click with it under a name that depends on its version; its public names lead to the same classes.
_WrongUse = cast("type[typer.BadParameter]", typer.BadParameter.__mro__[1])


def _print_version(value: bool) -> None:
    if value:
        typer.echo(f"asn-flex {__version__}")
        raise typer.Exit


@app.callback()
def root(
    lang: LangArg,
    version: Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True)] = False,
) -> None:
    """Who may cover which emergency duty, and who should go: rules, a competency graph, proven plans."""
    # The language is found before anything is read (`_language_in`), so that it may stand anywhere.
    del lang, version


def _language_in(arguments: Sequence[str]) -> tuple[LangOption, list[str]]:
    """Take `--lang` out of the arguments, wherever it stands; what is no language stays, to be refused."""
    found, rest = terminal_language(), list(arguments)
    known = {option.value: option for option in LangOption}
    index = 0
    while index < len(rest) and rest[index] != "--":
        item, following = rest[index], "".join(rest[index + 1 : index + 2])
        if item == "--lang" and following in known:
            found = known[following]
            del rest[index : index + 2]
        elif item.startswith("--lang=") and item.removeprefix("--lang=") in known:
            found = known[item.removeprefix("--lang=")]
            del rest[index]
        else:
            index += 1
    return found, rest


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
    lang, rest = _language_in(arguments)
    with speaking(lang):
        return _run(rest, lang)


def _run(arguments: list[str], lang: LangOption) -> int:
    try:
        result = command_line().main(arguments or ["--help"], prog_name="asn-flex", standalone_mode=False)
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
        if type(error).__name__ == "NoArgsIsHelpError":
            # A word for several commands, by itself.
            typer.echo(str(error), err=True)
            return 2
        for diagnostic in _told(error, arguments):
            typer.echo(diagnostic.render(lang.value), err=True)
        return 2
    return result if isinstance(result, int) else 0


def _told(error: Exception, arguments: Sequence[str]) -> Sequence[Diagnostic]:
    """Return what an error says, as lines for people."""
    if isinstance(error, InputError):
        return error.diagnostics
    if isinstance(error, (SweepStopped, UsageError)):
        return [fault("U105", ARGUMENTS, problem=error.text)]
    if isinstance(error, AsnFlexError):
        return [fault("X102", ARGUMENTS, problem=plainly(str(error)))]
    if isinstance(error, OSError):
        place = Place(str(error.filename or "asn-flex"), 1, 1)
        return [fault("X101", place, problem=error.strerror or "?")]
    return [told(error, arguments)]
