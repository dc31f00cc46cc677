"""What the command line says of itself, in the language of the caller: help pages from the catalogue (§12.2).

The sentence of a command is `help.COMMAND`, with `_` between the words of its name (`help.new_rule`, `help.asn_flex`
for the program itself); that of an argument or option `help.COMMAND.PARAMETER`, or `help.any.PARAMETER` where it means
the same everywhere. `arg.PARAMETER` is how an argument is called. A parameter is named as in Python, without the `_` at
its end. `tests/cli/test_help.py` lists what is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from asn_flex.cli.options import ARGUMENTS, app, language
from asn_flex.errors import InputError, Text
from asn_flex.i18n import fault, nearest, say
from asn_flex.messages import is_sentence, sentence

PROGRAM = "asn_flex"
# Parameters that the program adds to every command by itself.
_ADDED = "help"


def command_line() -> TyperGroup:
    """Return the whole command line, which speaks the language of the caller."""
    _adopt(app)
    found = typer.main.get_command(app)
    assert isinstance(found, TyperGroup)  # noqa: S101 - there are several commands
    return found


def _adopt(branch: typer.Typer) -> None:
    branch.info.cls = SpokenGroup
    for command in branch.registered_commands:
        command.cls = SpokenCommand
    for group in branch.registered_groups:
        group.cls = SpokenGroup
        if group.typer_instance is not None:
            _adopt(group.typer_instance)


class SpokenCommand(TyperCommand):
    """A command whose help, and what it refuses, come from the catalogue."""

    # What is too much is refused below, in our own words.
    allow_extra_args = True

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Refuse arguments that mean nothing."""
        rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            raise InputError([fault("U101.extra", ARGUMENTS, found=" ".join(rest), command=path_of(ctx))])
        return rest

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the page of the command."""
        write_help(self, ctx, formatter)


class SpokenGroup(TyperGroup):
    """Commands under one word, whose help comes from the catalogue."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Find the command, or tell which one was probably meant."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            hint = nearest(args[0], self.commands)
            names = ", ".join(self.list_commands(ctx))
            where = path_of(ctx)
            raise InputError([fault("U101.command", ARGUMENTS, found=args[0], names=names, program=where, hint=hint)])
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the page of the group."""
        write_help(self, ctx, formatter)


def path_of(ctx: Any) -> str:
    """Return the words that lead to a command, as they are typed."""
    words: list[str] = []
    step = ctx
    while step is not None:
        words.insert(0, step.info_name or "asn-flex")
        step = step.parent
    return " ".join(words)


def write_help(command: Any, ctx: Any, formatter: Any) -> None:
    """Write usage, what the command does, its arguments and options, and the commands below it."""
    key = "_".join(path_of(ctx).replace("-", "_").split(" ")[1:]) or PROGRAM
    arguments = [p for p in command.params if p.param_type_name == "argument" and not p.hidden]
    usage = [f"[{_word('cli.options')}]", *(_as_used(p) for p in arguments)]
    commands = getattr(command, "commands", {})
    if commands:
        usage.append(_word("cli.command"))
    formatter.write_usage(path_of(ctx), " ".join(usage), prefix=f"{_word('cli.usage')}: ")
    formatter.write_paragraph()
    with formatter.indentation():
        formatter.write_text(_said(help_of(key, command)))
    options = [p for p in command.get_params(ctx) if p.param_type_name == "option" and not p.hidden]
    sections = (
        ("cli.arguments", [(_named(p), _told(key, p)) for p in arguments]),
        ("cli.options_title", [(_option(p), _told(key, p)) for p in options]),
        ("cli.commands", [(n, _said(help_of(_below(key, n), c))) for n, c in commands.items() if not c.hidden]),
    )
    for title, rows in sections:
        if rows:
            with formatter.section(_word(title)):
                formatter.write_dl(rows, col_max=28)


def keys_of(command: Any, key: str = PROGRAM) -> Iterator[tuple[str, str]]:
    """Yield the names of the sentences that a command and all below it need, each with the name that would do as well.

    The second is the same one where there is no other.
    """
    yield f"help.{key}", f"help.{key}"
    for parameter in command.params:
        name = _plain(parameter)
        yield f"help.{key}.{name}", f"help.any.{name}"
        if parameter.param_type_name == "argument":
            yield f"arg.{name}", f"arg.{name}"
    for name, below in getattr(command, "commands", {}).items():
        yield from keys_of(below, _below(key, name))


def _below(key: str, name: str) -> str:
    name = name.replace("-", "_")
    return name if key == PROGRAM else f"{key}_{name}"


def help_of(key: str, command: Any) -> Text:
    """Return what a command does; in its programmer's words where the catalogue has none yet."""
    return say(f"help.{key}") if is_sentence(f"help.{key}") else Text(*(" ".join((command.help or "").split()),) * 2)


def _told(key: str, parameter: Any) -> str:
    """Return what a parameter is for, and in brackets its default, or that it must be given."""
    name = _plain(parameter)
    keys = (f"help.{key}.{name}", f"help.any.{name}")
    found = next((k for k in keys if is_sentence(k)), None)
    text = _said(sentence(found)) if found is not None else parameter.help or ""
    more = []
    if parameter.required:
        more.append(_word("cli.required"))
    default = _default(parameter)
    if default:
        more.append(_said(say("cli.default", value=default)))
    return f"{text}  [{'; '.join(more)}]" if more else text


def _default(parameter: Any) -> str:
    value = parameter.default
    if value is None or isinstance(value, bool) or callable(value) or value in ((), []) or not parameter.show_default:
        return ""
    value = getattr(value, "value", value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _plain(parameter: Any) -> str:
    return str(parameter.name).rstrip("_")


def _as_used(argument: Any) -> str:
    name = _named(argument)
    return name if argument.required else f"[{name}]"


def _named(argument: Any) -> str:
    name = name_of(argument)
    return f"{name}…" if argument.nargs != 1 else name


def name_of(parameter: Any) -> str:
    """Return how messages call a parameter: an option as it is typed, an argument by its name in the help."""
    if parameter.param_type_name == "option":
        return str(parameter.opts[0])
    key = f"arg.{_plain(parameter)}"
    return _said(sentence(key)) if is_sentence(key) else _plain(parameter).upper()


def _option(option: Any) -> str:
    names = ", ".join(option.opts)
    return names if option.is_flag or _plain(option) == _ADDED else f"{names} {_value(option)}"


def _value(option: Any) -> str:
    choices = choices_of(option)
    return "|".join(choices) if choices else _word(f"cli.value.{kind_of(option)}")


def choices_of(parameter: Any) -> Sequence[str]:
    """Return the values among which a parameter lets choose; none where it takes others."""
    described = getattr(parameter, "type_descriptor", None) or getattr(parameter, "type", None)
    return [str(getattr(choice, "value", choice)) for choice in getattr(described, "choices", None) or ()]


def kind_of(parameter: Any) -> str:
    """Return what a parameter takes: path, number, date or text."""
    described = getattr(parameter, "type_descriptor", None) or getattr(parameter, "type", None)
    if getattr(described, "is_path", False):
        return "path"
    kind = getattr(described, "annotation", None) or getattr(described, "name", "")
    shown = getattr(kind, "__name__", str(kind)).lower()
    words = {"path": "path", "float": "number", "int": "number", "date": "date"}
    return next((word for part, word in words.items() if part in shown), "text")


def _word(key: str) -> str:
    return _said(sentence(key))


def _said(text: Text) -> str:
    return text.in_lang(language().value)
