"""Findings of `check` as people and programs read them: text with the source line, JSON, GitHub, SARIF (§12.2)."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from asn_flex._version import __version__
from asn_flex.errors import Diagnostic, Lang, Place
from asn_flex.i18n import one_line, say, say_count
from asn_flex.rulebook.tree import lines_of

FORMAT = "asn-flex/check/1"
_WIDEST = 160
_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def as_text(found: Sequence[Diagnostic], files: Mapping[str, bytes], lang: Lang) -> Iterator[str]:
    """Yield lines: each finding, the line of the file that it is about, other places, and its witness; a summary.

    The first line of a finding is `file:line:column: CODE message`; what belongs to it is set in below.
    """
    sources = {name: lines_of(content.decode("utf-8-sig", "replace")) for name, content in files.items()}
    for diagnostic in found:
        yield diagnostic.render(lang)
        yield from _quoted(diagnostic.place, sources)
        if diagnostic.repair is not None and diagnostic.repair.old:
            old, new = one_line(diagnostic.repair.old), one_line(diagnostic.repair.new)
            yield f"    = {say('check.repair', old=old, new=new).in_lang(lang)}"
        for note in diagnostic.notes:
            yield f"    = {note.place}: {note.text.in_lang(lang)}"
        if diagnostic.witness:
            facts = "; ".join(f"{name} = {value}" for name, value in diagnostic.witness)
            yield f"    = {say('check.witness', facts=facts).in_lang(lang)}"
    errors = sum(d.is_error for d in found)
    parts = (say_count("check.errors", errors), say_count("check.warnings", len(found) - errors))
    yield ", ".join(part.in_lang(lang) for part in parts)


def _quoted(place: Place, sources: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield the line of the file and a caret below the place, whatever width its characters have."""
    lines = sources.get(place.file, ())
    if not 1 <= place.line <= len(lines) or not lines[place.line - 1].strip():
        return
    line = lines[place.line - 1]
    start = max(0, place.column - 1 - _WIDEST // 2) if len(line) > _WIDEST else 0
    shown = one_line(line[start : start + _WIDEST].replace("\t", " "))
    before = one_line(line[start : place.column - 1].replace("\t", " "))
    number = str(place.line)
    yield f"  {number} | {shown}"
    yield f"  {' ' * len(number)} | {' ' * _width(before)}^"


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def as_json(found: Sequence[Diagnostic]) -> str:
    """Return the findings as stable JSON, `asn-flex/check/1`."""
    rows = [_row(diagnostic) for diagnostic in found]
    return json.dumps({"format": FORMAT, "findings": rows}, ensure_ascii=False, indent=1) + "\n"


def _row(diagnostic: Diagnostic) -> dict[str, Any]:
    row: dict[str, Any] = {
        **_spot(diagnostic.place),
        "code": diagnostic.code,
        "severity": "error" if diagnostic.is_error else "warning",
        "message": {"id": diagnostic.text.id, "en": diagnostic.text.en},
    }
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


def as_github(found: Sequence[Diagnostic], lang: Lang) -> Iterator[str]:
    """Yield workflow commands, which GitHub shows beside the lines of a change."""
    for diagnostic in found:
        kind, place = "error" if diagnostic.is_error else "warning", diagnostic.place
        file = _escaped(place.file, property_=True)
        title = _escaped(diagnostic.code, property_=True)
        message = _escaped(diagnostic.message(lang))
        yield f"::{kind} file={file},line={place.line},col={place.column},title={title}::{message}"


def _escaped(text: str, *, property_: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if property_ else text


def as_sarif(found: Sequence[Diagnostic], lang: Lang) -> str:
    """Return a SARIF 2.1.0 log, for tools that collect findings of many linters."""
    codes = sorted({diagnostic.code for diagnostic in found})
    index = {code: number for number, code in enumerate(codes)}
    driver = {
        "name": "asn-flex",
        "semanticVersion": __version__,
        "language": lang,
        "rules": [_sarif_rule(code, found, lang) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(diagnostic, index, lang) for diagnostic in found],
    }
    log = {"$schema": _SARIF, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=1) + "\n"


def _sarif_rule(code: str, found: Sequence[Diagnostic], lang: Lang) -> dict[str, Any]:
    example = next(diagnostic for diagnostic in found if diagnostic.code == code)
    level = "error" if example.is_error else "warning"
    help_ = say("check.help", code=code).in_lang(lang)
    return {"id": code, "defaultConfiguration": {"level": level}, "help": {"text": help_}}


def _sarif_result(diagnostic: Diagnostic, index: Mapping[str, int], lang: Lang) -> dict[str, Any]:
    text = diagnostic.message(lang)
    if diagnostic.witness:
        facts = "; ".join(f"{name} = {value}" for name, value in diagnostic.witness)
        text = f"{text}\n{say('check.witness', facts=facts).in_lang(lang)}"
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": index[diagnostic.code],
        "level": "error" if diagnostic.is_error else "warning",
        "message": {"text": text},
        "locations": [_sarif_location(diagnostic.place)],
    }
    if diagnostic.notes:
        result["relatedLocations"] = [
            {**_sarif_location(note.place), "message": {"text": note.text.in_lang(lang)}} for note in diagnostic.notes
        ]
    if diagnostic.repair is not None:
        repair = diagnostic.repair
        region = {**_region(repair.place), "endColumn": repair.place.column + len(repair.old)}
        change = {
            "artifactLocation": _artifact(repair.place.file),
            "replacements": [{"deletedRegion": region, "insertedContent": {"text": repair.new}}],
        }
        result["fixes"] = [{"artifactChanges": [change]}]
    return result


def _sarif_location(place: Place) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": _artifact(place.file), "region": _region(place)}}


def _artifact(file: str) -> dict[str, Any]:
    from urllib.parse import quote  # noqa: PLC0415 - used here only

    return {"uri": quote(file, safe="/:")}


def _region(place: Place) -> dict[str, Any]:
    return {"startLine": place.line, "startColumn": place.column}
