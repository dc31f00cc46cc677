"""Renames an id in all files of a rulebook, or says why not."""

from __future__ import annotations

from collections.abc import Mapping

from asn_flex.domain.ids import is_id
from asn_flex.editing.positions import Span
from asn_flex.editing.symbols import Index, Mention, Symbol
from asn_flex.errors import Diagnostic, RulebookError, UsageError
from asn_flex.i18n import say
from asn_flex.rulebook.lines import place_in
from asn_flex.rulebook.loader import build_rulebook

Edits = Mapping[str, list[tuple[Span, str]]]


def renamable(index: Index, file: str, offset: int) -> Mention:
    """Return the mention at a place, if it is of an id that a file defines.

    Raises
    ------
    UsageError
        If there is nothing to rename.
    """
    mention = index.at(file, offset)
    if mention is None or index.definition(mention.symbol) is None:
        raise UsageError(say("U133"))
    return mention


def rename(index: Index, mention: Mention, new: str) -> Edits:
    """Return the edits of every file that give an id another name.

    Parameters
    ----------
    new : the name; of a fact with its scope or without

    Raises
    ------
    UsageError
        If the name is none, is taken, or a file has a fault of form, so that not every use is known.
    """
    symbol = mention.symbol
    broken = sorted(index.texts.keys() - index.trees.keys())
    if broken:
        raise UsageError(say("U134", name=symbol.name, file=broken[0]))
    name = _bare(symbol, new.strip())
    if not is_id(name) or (symbol.section == "attributes" and "." in name):
        raise UsageError(say("U131", name=new))
    wanted = Symbol(symbol.section, _whole(symbol, name))
    if wanted == symbol:
        return {}
    _refuse_taken(index, wanted)
    edits: dict[str, list[tuple[Span, str]]] = {}
    for found in index.of(symbol):
        edits.setdefault(found.file, []).append((found.name, name))
    _try(index, edits, name)
    return edits


def _bare(symbol: Symbol, new: str) -> str:
    """Return the name without the scope that it has anyway."""
    if symbol.section == "attributes":
        return new.removeprefix(f"{symbol.name.partition('.')[0]}.")
    prefix = {"measures": "measure.", "parameters": "param."}.get(symbol.section, "")
    return new.removeprefix(prefix) if prefix else new


def _whole(symbol: Symbol, name: str) -> str:
    return f"{symbol.name.partition('.')[0]}.{name}" if symbol.section == "attributes" else name


def _refuse_taken(index: Index, wanted: Symbol) -> None:
    taken = index.definition(wanted)
    if taken is not None:
        first = place_in(index.texts[taken.file].text, taken.file, taken.name.start)
        raise UsageError(say("U132", name=wanted.name, first=first))


def _try(index: Index, edits: Edits, name: str) -> None:
    """Refuse edits that bring faults which were not there (`null` as a name, a fact that is built in)."""
    before = {(d.code, d.place.file) for d in _faults({n: p.text for n, p in index.texts.items()})}
    after = {n: applied(p.text, edits.get(n, [])) for n, p in index.texts.items()}
    for found in _faults(after):
        if (found.code, found.place.file) not in before:
            raise UsageError(say("U134.breaks", name=name, problem=found.text))


def _faults(texts: Mapping[str, str]) -> list[Diagnostic]:
    try:
        build_rulebook({name: text.encode("utf-8", "replace") for name, text in texts.items()})
    except RulebookError as error:
        return [d for d in error.diagnostics if d.is_error]
    return []


def applied(text: str, edits: list[tuple[Span, str]]) -> str:
    """Return a text with stretches of it replaced."""
    for span, new in sorted(edits, reverse=True):
        text = text[: span.start] + new + text[span.end :]
    return text
