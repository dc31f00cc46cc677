"""Small rulebooks for the tests of this folder, written as the files that people write."""

from __future__ import annotations

from asn_flex.errors import Diagnostic, RulebookError
from asn_flex.rulebook.loader import build_rulebook
from asn_flex.rulebook.model import Rulebook

FIRST_LINE = "format: asn-flex/rules/1\n"
HEAD = FIRST_LINE + 'pack: {id: p, version: "1"}\n'
LABEL = "label: {id: a, en: b}"
LIMIT = f"{{id: LIM, kind: limit, {LABEL}, must: {{officer.fit: true}}}}"


def book(text: str, **more: str) -> Rulebook:
    """Read a rulebook of one file, `text` below the head, and of further files named by keyword."""
    files = {"rules.yaml": (HEAD + text).encode()}
    for name, content in more.items():
        files[f"{name}.yaml"] = (FIRST_LINE + content).encode()
    return build_rulebook(files)


def findings(text: str, **more: str) -> list[Diagnostic]:
    """Return every finding of such a rulebook."""
    try:
        return list(book(text, **more).warnings)
    except RulebookError as error:
        return list(error.diagnostics)


def lines(text: str, **more: str) -> list[str]:
    """Return the findings as `file:line:column CODE`."""
    return [f"{d.place} {d.code}" for d in findings(text, **more)]
