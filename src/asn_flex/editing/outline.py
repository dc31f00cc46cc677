"""The entries of one rule file, as the outline of an editor shows them."""

from __future__ import annotations

from typing import NamedTuple

from asn_flex.editing.facts import label_of
from asn_flex.editing.positions import Span
from asn_flex.editing.symbols import Index, Symbol, text_of
from asn_flex.errors import Lang
from asn_flex.rulebook.tree import Map


class Item(NamedTuple):
    """One entry, or a section with its entries; `whole` reaches to the next one."""

    name: str
    detail: str
    section: str
    whole: Span
    key: Span
    items: tuple[Item, ...] = ()


def outline(index: Index, file: str, lang: Lang) -> tuple[Item, ...]:
    """Return the sections of a file with their entries; nothing of a file with a fault of form."""
    tree, positions = index.trees.get(file), index.texts.get(file)
    if tree is None or positions is None:
        return ()
    starts = [positions.span_of(tree.key_spots[key], key) for key in tree]
    ends = [*(span.start for span in starts[1:] if span is not None), len(positions.text)]
    found = []
    for section, span, end in zip(tree, starts, ends, strict=False):
        if span is not None and not text_of(tree[section]):
            items = _entries(index, file, section, Span(span.start, end), lang)
            found.append(Item(section, "", section, Span(span.start, end), span, items))
    return tuple(found)


def _entries(index: Index, file: str, section: str, within: Span, lang: Lang) -> tuple[Item, ...]:
    defined = [
        m for m in index.mentions if m.file == file and m.is_definition and m.symbol.section == section
    ]  # fmt: skip
    ends = [*(m.whole.start for m in defined[1:]), within.end]
    return tuple(
        Item(m.symbol.name, _detail(index, m.symbol, lang), section, Span(m.whole.start, end), m.whole)
        for m, end in zip(defined, ends, strict=True)
    )


def _detail(index: Index, symbol: Symbol, lang: Lang) -> str:
    entry = index.entry(symbol)
    label = label_of(entry)
    kind = text_of(entry.get("kind")) if isinstance(entry, Map) and symbol.section == "rules" else ""
    return ": ".join(part for part in (kind, label.in_lang(lang) if label is not None else "") if part)
