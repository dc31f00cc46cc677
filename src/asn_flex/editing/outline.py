"""The entries of one rule file, as the outline of an editor shows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from asn_flex.editing.facts import label_of
from asn_flex.editing.positions import Positions, Span
from asn_flex.editing.symbols import Index, text_of
from asn_flex.errors import Lang, Text
from asn_flex.rulebook.tree import Map, Node, Scalar, Seq, Spot


class Item(NamedTuple):
    """One entry, or a section with its entries; `whole` reaches to the next one."""

    name: str
    detail: str
    section: str
    whole: Span
    key: Span
    items: tuple[Item, ...] = ()


class _Entry(NamedTuple):
    """An entry before it is known where the next one begins; `key` is where its name stands."""

    name: str
    detail: str
    begin: Spot
    key: Spot
    node: Node


def outline(index: Index, file: str, lang: Lang) -> tuple[Item, ...]:
    """Return the sections of a file with their entries; nothing of a file with a fault of form."""
    tree, positions = index.trees.get(file), index.texts.get(file)
    if tree is None or positions is None:
        return ()
    sections = [_Entry(key, "", tree.key_spots[key], tree.key_spots[key], node) for key, node in tree.items()]
    found = []
    for section, whole in _with_ends(sections, positions, len(positions.text)):
        if not isinstance(section.node, Scalar):
            inside = _with_ends(_entries(section.name, section.node, lang), positions, whole.end)
            items = tuple(_item(entry, section.name, span, positions) for entry, span in inside)
            found.append(_item(section, section.name, whole, positions)._replace(items=items))
    return tuple(found)


def _with_ends(entries: list[_Entry], positions: Positions, end: int) -> Iterator[tuple[_Entry, Span]]:
    """Yield each entry with what it takes up: to where the next one begins."""
    ordered = sorted(entries, key=lambda entry: entry.begin)
    starts = [positions.offset_of(entry.begin) for entry in ordered]
    for entry, start, following in zip(ordered, starts, [*starts, end][1:], strict=True):
        # Behind it may stand the dash of the next item.
        yield entry, Span(start, start + len(positions.text[start:following].rstrip(" \t\r\n-")))


def _item(entry: _Entry, section: str, whole: Span, positions: Positions) -> Item:
    key = positions.word_at(entry.key)
    # An editor refuses a name that does not lie within the entry.
    within = Span(max(key.start, whole.start), max(min(key.end, whole.end), whole.start))
    return Item(entry.name, entry.detail, section, whole, within)


def _entries(section: str, node: Node, lang: Lang) -> list[_Entry]:
    if section == "pack":
        return []
    if isinstance(node, Map):
        return [
            _Entry(key, _said(label_of(entry if isinstance(entry, Map) else None), lang), spot, spot, entry)
            for key, entry in node.items()
            for spot in (node.key_spots[key],)
        ]
    found = []
    for item in node if isinstance(node, Seq) else ():
        if isinstance(item, Map):
            name = item.get("id" if section == "rules" else "name")
            title = text_of(name) or _said(_text(name), lang) or "?"
            detail = ": ".join(filter(None, (text_of(item.get("kind")), _said(label_of(item), lang))))
            found.append(_Entry(title, detail, item.spot, getattr(name, "spot", item.spot), item))
    return found


def _text(node: Node | None) -> Text | None:
    return Text(text_of(node.get("id")), text_of(node.get("en"))) if isinstance(node, Map) else None


def _said(label: Text | None, lang: Lang) -> str:
    return label.in_lang(lang) if label is not None else ""
