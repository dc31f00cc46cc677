"""Findings of `check` as a SARIF 2.1.0 log, for tools that collect findings of many linters (semantics §12.2)."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from asn_flex._version import __version__
from asn_flex.errors import Diagnostic, Lang, Place, Repair
from asn_flex.i18n import say
from asn_flex.report.source import Sources
from asn_flex.rulebook.pages import page_of

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_DRIVE = re.compile(r"[A-Za-z]:/")
_LONGEST_LINE = 1000


def as_sarif(found: Sequence[Diagnostic], files: Mapping[str, bytes], lang: Lang) -> str:
    """Return a SARIF 2.1.0 log in one language.

    Parameters
    ----------
    found : the findings, in order of place
    files : the bytes that were checked, by the name that places use
    """
    codes = sorted({diagnostic.code for diagnostic in found})
    index = {code: number for number, code in enumerate(codes)}
    sources = Sources(files)
    driver = {
        "name": "asn-flex",
        "semanticVersion": __version__,
        "language": lang,
        "rules": [_rule(code, lang) for code in codes],
    }
    seen: Counter[str] = Counter()
    run = {
        "tool": {"driver": driver},
        "language": lang,
        "columnKind": "unicodeCodePoints",
        "results": [_result(diagnostic, index, sources, seen, lang) for diagnostic in found],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=1) + "\n"


def _rule(code: str, lang: Lang) -> dict[str, Any]:
    """Describe a code by its page."""
    rule: dict[str, Any] = {"id": code, "defaultConfiguration": {"level": _level(code)}}
    page = page_of(code)
    if page is not None:
        markdown = page.as_markdown(lang)
        rule["shortDescription"] = {"text": page.title.in_lang(lang)}
        rule["fullDescription"] = {"text": page.meaning.in_lang(lang)}
        rule["help"] = {"text": markdown.replace("```yaml\n", "").replace("```", ""), "markdown": markdown}
    return rule


def _level(code: str) -> str:
    return "warning" if code.startswith("W") else "error"


def _result(
    diagnostic: Diagnostic, index: Mapping[str, int], sources: Sources, seen: Counter[str], lang: Lang
) -> dict[str, Any]:
    text = diagnostic.message(lang)
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": index[diagnostic.code],
        "level": _level(diagnostic.code),
        "locations": [_location(diagnostic, sources)],
        "partialFingerprints": {"finding/v1": _fingerprint(diagnostic, sources, seen)},
    }
    if diagnostic.witness:
        facts = "; ".join(f"{name} = {value}" for name, value in diagnostic.witness)
        text = f"{text}\n{say('check.witness', facts=facts).in_lang(lang)}"
        result["properties"] = {"witness": dict(diagnostic.witness)}
    result["message"] = {"text": text}
    if diagnostic.notes:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": _spot(note.place), "message": {"text": note.text.in_lang(lang)}}
            for number, note in enumerate(diagnostic.notes, 1)
        ]
    if diagnostic.repair is not None:
        result["fixes"] = [_fix(diagnostic.repair, sources, lang)]
    return result


def _location(diagnostic: Diagnostic, sources: Sources) -> dict[str, Any]:
    place, line = diagnostic.place, sources.line(diagnostic.place)
    spot = _spot(place)
    spot["region"]["endColumn"] = place.column + sources.length(diagnostic)
    if 0 < len(line) <= _LONGEST_LINE:
        spot["contextRegion"] = {"startLine": place.line, "endLine": place.line, "snippet": {"text": line}}
    return {"physicalLocation": spot}


def _spot(place: Place) -> dict[str, Any]:
    region = {"startLine": place.line, "startColumn": place.column}
    return {"artifactLocation": _artifact(place.file), "region": region}


def _artifact(file: str) -> dict[str, Any]:
    """Return a file as SARIF names it: relative to where the check ran, or by its whole URI."""
    path = quote(file, safe="/:")
    if file.startswith("/"):
        return {"uri": f"file://{path}"}
    if _DRIVE.match(file):
        return {"uri": f"file:///{path}"}
    # A colon before the first slash would read as a scheme.
    return {"uri": quote(file, safe="/"), "uriBaseId": "%SRCROOT%"}


def _fingerprint(diagnostic: Diagnostic, sources: Sources, seen: Counter[str]) -> str:
    """Return what stays the same when lines move: file, code, what the line says, and which of several it is."""
    said = " ".join(sources.line(diagnostic.place)[:_LONGEST_LINE].split())
    content = "\0".join((diagnostic.place.file, diagnostic.code, said))
    seen[content] += 1
    return hashlib.sha256(f"{content}\0{seen[content]}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _fix(repair: Repair, sources: Sources, lang: Lang) -> dict[str, Any]:
    place = sources.written(repair.place, repair.old)
    region = {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.line,
        "endColumn": place.column + len(repair.old),
    }
    change = {
        "artifactLocation": _artifact(repair.place.file),
        "replacements": [{"deletedRegion": region, "insertedContent": {"text": repair.new}}],
    }
    text = say("check.repair", old=repair.old, new=repair.new).in_lang(lang)
    return {"description": {"text": text}, "artifactChanges": [change]}
