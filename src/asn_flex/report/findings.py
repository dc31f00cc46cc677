"""Findings of `check` as people and programs read them: text with the source line, JSON, GitHub (semantics §12.2)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TextIO

from rich.text import Text as Line

from asn_flex.errors import Diagnostic, Lang, Place
from asn_flex.i18n import one_line, say, say_count
from asn_flex.report.console import Sheet, clean, make_console
from asn_flex.report.source import Sources
from asn_flex.rulebook.pages import page_codes

FORMAT = "asn-flex/check/1"
# Of a line that nobody's terminal cuts.
_WIDEST, _NARROWEST = 160, 40


def print_findings(
    found: Sequence[Diagnostic], files: Mapping[str, bytes], *, lang: Lang, stream: TextIO | None = None
) -> None:
    """Show each finding with the line of the file that it is about, other places, its mend and its witness; a summary.

    The first line of a finding is `file:line:column: CODE message`; what belongs to it is set in below.

    Parameters
    ----------
    found : the findings, in order of place
    files : the bytes that were checked, by the name that places use
    """
    sheet = Sheet(make_console(stream), lang)
    sources = Sources(files)
    for diagnostic in found:
        sheet.raw(_headline(diagnostic, lang), indent=0)
        _show_quote(sheet, diagnostic, sources)
        for text in _additions(diagnostic, lang):
            sheet.raw(f"= {text}", indent=4)
        sheet.blank()
    if found:
        worst = next((d for d in found if d.is_error), found[0])
        if worst.code in page_codes():
            sheet.raw(sheet.say("check.explain", code=worst.code), indent=0, style="dim")
    errors = sum(d.is_error for d in found)
    parts = (say_count("check.errors", errors), say_count("check.warnings", len(found) - errors))
    sheet.raw(", ".join(sheet.word(part) for part in parts), indent=0, style="bold")
    sheet.print()


def _headline(diagnostic: Diagnostic, lang: Lang) -> Line:
    colour = "bold red" if diagnostic.is_error else "bold yellow"
    return Line.assemble(
        (clean(str(diagnostic.place)), "bold"), ": ", (diagnostic.code, colour), " ", clean(diagnostic.message(lang))
    )


def _show_quote(sheet: Sheet, diagnostic: Diagnostic, sources: Sources) -> None:
    """Show the line of the file, and carets below the place, whatever width its letters have."""
    number = str(diagnostic.place.line)
    console = sheet.console
    room = (max(_NARROWEST, console.width) if console.is_terminal else _WIDEST) - len(number) - 5
    quote = sources.quote(diagnostic, width=room, encoding=console.encoding)
    if quote is None:
        return
    colour = "red" if diagnostic.is_error else "yellow"
    sheet.raw(Line.assemble((f"{number} | ", "dim"), quote.text))
    marks = (" " * quote.before + "^" * quote.marked, colour)
    sheet.raw(Line.assemble((f"{' ' * len(number)} | ", "dim"), marks))


def _additions(diagnostic: Diagnostic, lang: Lang) -> Iterator[str]:
    """Yield what belongs to a finding beside its sentence: the mend, other places, the witness."""
    if diagnostic.repair is not None and diagnostic.repair.old and diagnostic.repair.new:
        old, new = one_line(diagnostic.repair.old), one_line(diagnostic.repair.new)
        yield say("check.repair", old=old, new=new).in_lang(lang)
    for note in diagnostic.notes:
        yield f"{note.place}: {note.text.in_lang(lang)}"
    if diagnostic.witness:
        facts = "; ".join(f"{name} = {value}" for name, value in diagnostic.witness)
        yield say("check.witness", facts=facts).in_lang(lang)


def as_json(found: Sequence[Diagnostic], files: Mapping[str, bytes]) -> str:
    """Return the findings as stable JSON, `asn-flex/check/1`; lines and columns count from 1, in Unicode letters."""
    sources = Sources(files)
    rows = [_row(diagnostic, sources) for diagnostic in found]
    return json.dumps({"format": FORMAT, "findings": rows}, ensure_ascii=False, indent=1) + "\n"


def _row(diagnostic: Diagnostic, sources: Sources) -> dict[str, Any]:
    row: dict[str, Any] = {
        **_spot(diagnostic.place),
        "end_column": diagnostic.place.column + sources.length(diagnostic),
        "code": diagnostic.code,
        "severity": "error" if diagnostic.is_error else "warning",
        "message": {"id": diagnostic.text.id, "en": diagnostic.text.en},
    }
    if diagnostic.code in page_codes():
        # In the installed package, as in the repository; `check --explain` prints it.
        row["page"] = f"asn_flex/findings/{diagnostic.code}.md"
    if diagnostic.notes:
        row["notes"] = [{**_spot(n.place), "message": {"id": n.text.id, "en": n.text.en}} for n in diagnostic.notes]
    if diagnostic.repair is not None:
        repair = diagnostic.repair
        row["repair"] = {**_spot(repair.place), "old": repair.old, "new": repair.new}
    if diagnostic.witness:
        row["witness"] = dict(diagnostic.witness)
    return row


def _spot(place: Place) -> dict[str, Any]:
    return {"file": place.file, "line": place.line, "column": place.column}


def as_github(found: Sequence[Diagnostic], files: Mapping[str, bytes], lang: Lang) -> Iterator[str]:
    """Yield workflow commands, which GitHub shows beside the lines of a change."""
    sources = Sources(files)
    for diagnostic in found:
        kind, place = "error" if diagnostic.is_error else "warning", diagnostic.place
        properties = {
            "file": place.file,
            "line": place.line,
            "endLine": place.line,
            "col": place.column,
            # The last letter here, not the one after it.
            "endColumn": place.column + sources.length(diagnostic) - 1,
            "title": diagnostic.code,
        }
        told = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
        message = "\n".join((diagnostic.message(lang), *_additions(diagnostic, lang)))
        yield f"::{kind} {told}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
