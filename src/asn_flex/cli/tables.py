"""Commands about decision tables: `rules export`, `rules import`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from asn_flex import pipeline
from asn_flex.cli.options import (
    LangArg,
    LangOption,
    app,
    refuse_no_folder,
    refuse_overwriting,
    stop,
)
from asn_flex.errors import Place
from asn_flex.i18n import fault, say, say_count

if TYPE_CHECKING:
    from asn_flex.editing.table_import import TablesImport

tables_app = typer.Typer(name="rules", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(tables_app, name="rules")


@tables_app.command("export")
def export_command(
    rules: Annotated[Path, typer.Argument()],
    xlsx: Annotated[Path, typer.Option("--xlsx")],
    lang: LangArg,
) -> None:
    """Write cover, forbid, limit and prefer rules as decision tables: a row a rule, a column a fact or key."""
    _needs(rules, lang)
    refuse_no_folder([xlsx], lang)
    from asn_flex.rulebook.files import read_rule_files  # noqa: PLC0415 - used here only

    # Any file of the rulebook, and of its bases, is input; whatever else stands at the target is replaced.
    refuse_overwriting([xlsx], [rules, *read_rule_files(rules)[0]], lang)
    count = pipeline.export_tables(rules, xlsx)
    typer.echo(say_count("tables.export.done", count, name=str(xlsx)).in_lang(lang.value))


@tables_app.command("import")
def import_command(
    workbook: Annotated[Path, typer.Argument()],
    rules: Annotated[Path, typer.Argument()],
    lang: LangArg,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    delete_missing: Annotated[bool, typer.Option("--delete-missing")] = False,
) -> None:
    """Bring an edited workbook back into the rule files; nothing is written if anything is wrong."""
    _needs(workbook, lang)
    _needs(rules, lang)
    result = pipeline.import_tables(workbook, rules, delete_missing=delete_missing)
    _tell(result, lang)
    if dry_run:
        typer.echo(result.diff(), nl=False)
        typer.echo(say("tables.import.dry").in_lang(lang.value))
        return
    result.write()
    for name in result.files:
        typer.echo(say("tables.import.written", name=name).in_lang(lang.value))


def _needs(path: Path, lang: LangOption) -> None:
    if not path.exists():
        stop([fault("E101", Place(str(path), 1, 1), problem=say("problem.absent"))], lang)


def _tell(result: TablesImport, lang: LangOption) -> None:
    """Say what the tables change, and what they leave."""
    lines = [say("tables.import.stale")] if result.is_stale else []
    lines += [
        say("tables.import.changed", name=rule, columns=", ".join(columns))
        for rule, columns in sorted(result.changed.items())
    ]
    lines += [say("tables.import.added", name=rule) for rule in result.added]
    lines += [say("tables.import.removed", name=rule) for rule in result.removed]
    if not result.files:
        lines.append(say("tables.import.nothing"))
    if result.missing:
        lines.append(say("tables.import.missing", names=", ".join(result.missing)))
    if result.gone:
        lines.append(say("tables.import.gone", names=", ".join(result.gone)))
    for line in lines:
        typer.echo(line.in_lang(lang.value))
