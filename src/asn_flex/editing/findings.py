"""What the linter says, at the positions of an editor, and the mends that it knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from lsprotocol import types

from asn_flex.editing.positions import Positions, Span
from asn_flex.errors import Diagnostic, Lang, Place
from asn_flex.i18n import say

# Findings about what serves nothing: editors show them faint.
_FAINT = frozenset({"W303", "W305", "W306", "W307", "W308"})


def range_of(positions: Positions, span: Span) -> types.Range:
    """Return a stretch of text as the protocol says it."""
    start, end = positions.position_of(span.start), positions.position_of(span.end)
    return types.Range(types.Position(*start), types.Position(*end))


def as_diagnostic(
    found: Diagnostic, texts: Mapping[str, Positions], lang: Lang, uri_of: Callable[[str], str]
) -> types.Diagnostic:
    """Return a finding as editors show it: the word it is about, the sentence, other places, the witness."""
    message = found.message(lang)
    if found.witness:
        facts = "; ".join(f"{name} = {value}" for name, value in found.witness)
        message += f"\n{say('check.witness', facts=facts).in_lang(lang)}"
    related = [
        types.DiagnosticRelatedInformation(
            types.Location(uri_of(note.place.file), _word(note.place, texts)), note.text.in_lang(lang)
        )
        for note in found.notes
    ]
    return types.Diagnostic(
        range=_word(found.place, texts),
        message=message,
        severity=types.DiagnosticSeverity.Error if found.is_error else types.DiagnosticSeverity.Warning,
        code=found.code,
        source="asn-flex",
        related_information=related or None,
        tags=[types.DiagnosticTag.Unnecessary] if found.code in _FAINT else None,
    )


def _word(place: Place, texts: Mapping[str, Positions]) -> types.Range:
    positions = texts.get(place.file)
    if positions is None:
        start = types.Position(max(place.line - 1, 0), max(place.column - 1, 0))
        return types.Range(start, start)
    return range_of(positions, positions.word_at((place.line, place.column)))


def mends(found: Diagnostic, positions: Positions, lang: Lang) -> Iterator[tuple[str, types.TextEdit]]:
    """Yield the title and edit of the safe mend, where its old text still stands at its place."""
    repair = found.repair
    if repair is None:
        return
    spot = (repair.place.line, repair.place.column)
    span = positions.span_of(spot, repair.old)
    if span is not None:
        key = "lsp.insert" if not repair.old else "lsp.mend" if repair.new else "lsp.delete"
        title = say(key, old=repair.old, new=repair.new).in_lang(lang)
        yield title, types.TextEdit(range_of(positions, span), repair.new)
