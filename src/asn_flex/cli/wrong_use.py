"""Arguments that mean nothing, told in our own words: what is wrong, what could stand there, what was probably meant.

The library that reads arguments has one class of error for each kind of slip, and English sentences; only the classes
are used.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from asn_flex.cli.help import choices_of, kind_of, name_of, path_of
from asn_flex.cli.options import ARGUMENTS
from asn_flex.errors import Diagnostic, Text
from asn_flex.i18n import fault, nearest, say


def told(error: Any, arguments: Sequence[str]) -> Diagnostic:
    """Return what an error about these arguments says."""
    if type(error).__name__ == "BadOptionUsage":
        # An option without the value that it needs, or with one that it does not take.
        is_flag = any(argument.startswith(f"{error.option_name}=") for argument in arguments)
        return fault("U101.needs_none" if is_flag else "U101.needs_value", ARGUMENTS, name=error.option_name)
    tell = {
        "NoSuchOption": _no_such_option,
        "MissingParameter": _missing,
        "BadParameter": _bad_value,
    }.get(type(error).__name__)
    if tell is not None:
        return tell(error)
    if getattr(getattr(error, "ctx", None), "command", None) is not None and hasattr(error.ctx.command, "commands"):
        names = ", ".join(error.ctx.command.commands)
        return fault("U101.no_command", ARGUMENTS, program=path_of(error.ctx), names=names)
    return fault("U101", ARGUMENTS, problem=plainly(error.format_message()))


def plainly(message: str) -> str:
    """Return a sentence of another library in one line, and without the words of its machinery."""
    text = " ".join(message.split()).rstrip(".")
    return text.replace("Value error, ", "").replace("Input should be", "must be")


def _no_such_option(error: Any) -> Diagnostic:
    known = [option for parameter in _parameters(error) for option in parameter.opts if option.startswith("--")]
    command = path_of(error.ctx) if error.ctx is not None else "asn-flex"
    hint = nearest(error.option_name, [*known, "--help"])
    return fault("U101.option", ARGUMENTS, found=error.option_name, command=command, hint=hint)


def _missing(error: Any) -> Diagnostic:
    parameter = error.param
    choices = choices_of(parameter)
    if choices:
        return fault("U101.missing_choice", ARGUMENTS, name=name_of(parameter), choices=", ".join(choices))
    return fault("U101.missing", ARGUMENTS, name=name_of(parameter), command=path_of(error.ctx))


def _parameters(error: Any) -> list[Any]:
    command = getattr(getattr(error, "ctx", None), "command", None)
    return list(command.params) if command is not None else []


def _bad_value(error: Any) -> Diagnostic:
    parameter = error.param
    if parameter is None:
        return fault("U101", ARGUMENTS, problem=plainly(error.format_message()))
    name, value, choices = name_of(parameter), _value_of(error), choices_of(parameter)
    if choices:
        hint = nearest(value, choices)
        return fault("U101.choice", ARGUMENTS, name=name, value=value, choices=", ".join(choices), hint=hint)
    if kind_of(parameter) == "number":
        return fault("U101.number", ARGUMENTS, name=name, value=value, range=_range(parameter))
    if kind_of(parameter) == "date":
        return fault("U101.date", ARGUMENTS, name=name, value=value)
    return fault("U101", ARGUMENTS, problem=plainly(error.format_message()))


def _value_of(error: Any) -> str:
    """Return the value that was refused, as it was typed, where the error knows it."""
    cause = error.__cause__
    problems = cause.errors() if hasattr(cause, "errors") else []
    return str(problems[0]["input"]) if problems else "?"


def _range(parameter: Any) -> Text:
    low, high = parameter.min, parameter.max
    if low is not None and high is not None:
        return say("cli.from_to", low=low, high=high)
    if low is not None:
        return say("cli.at_least", low=low)
    return say("cli.at_most", high=high) if high is not None else Text("", "")
