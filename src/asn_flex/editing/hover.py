"""What an editor shows of an id: its label in both languages, what it is, its law, and where it is used."""

from __future__ import annotations

from collections.abc import Iterator

from asn_flex.domain.exact import number_text
from asn_flex.editing.facts import fact_label, facts_of, label_of, type_of
from asn_flex.editing.symbols import Index, Mention, Symbol, text_of
from asn_flex.errors import Lang, Text
from asn_flex.explain.sentences import rule_sentence
from asn_flex.i18n import say, say_count
from asn_flex.rulebook.draft import singular
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.tree import Map, Scalar, Seq

_MOST_PLACES = 8


def hover_text(index: Index, rulebook: Rulebook | None, mention: Mention, lang: Lang) -> str:
    """Return what is known about the id at a place, as Markdown.

    Parameters
    ----------
    rulebook : the last state without errors, to read rules aloud; None where there was none
    """
    symbol = mention.symbol
    lines = [f"**{_title(symbol)}**"]
    label = _label(index, symbol)
    if label is not None:
        lines += [_plain(label.id)] if label.id == label.en else [_plain(label.id), _plain(label.en)]
    lines += [_plain(text.in_lang(lang)) for text in _details(index, rulebook, symbol)]
    uses = sum(not found.is_definition for found in index.of(symbol))
    used = say_count("lsp.used", uses) if uses else say("lsp.unused")
    lines.append(f"*{used.in_lang(lang)}*" + (f": {_places(index, symbol)}" if uses else ""))
    return "\n\n".join(lines)


def is_known(index: Index, symbol: Symbol) -> bool:
    """Whether there is something to say about an id: it is defined, or built in."""
    key = f"measure.{symbol.name}" if symbol.section == "measures" else symbol.name
    is_fact = symbol.section in {"attributes", "measures"} and key in facts_of(index)
    return is_fact or index.entry(symbol) is not None


def word_text(word: str, meaning: Text) -> str:
    """Return what a key, an operator or a value means, as Markdown."""
    said = dict.fromkeys(_plain(part) for part in meaning if part)
    return "\n\n".join([f"**`{word}`**", *said])


def _title(symbol: Symbol) -> str:
    word = say(f"word.{singular(symbol.section)}")
    return f"`{symbol.name}`" + f" · {word.id} / {word.en}"


def _plain(text: str) -> str:
    """Return text that Markdown leaves as it is."""
    return "".join(f"\\{c}" if c in "\\*_[]<>#|" else c for c in text)


def _places(index: Index, symbol: Symbol) -> str:
    """Return who uses an id: the entries in which it stands, and the lines of tests."""
    shown: dict[str, None] = {}
    for found in index.of(symbol):
        if not found.is_definition:
            shown[_place(index, found)] = None
    more = f", … (+{len(shown) - _MOST_PLACES})" if len(shown) > _MOST_PLACES else ""
    return ", ".join(list(shown)[:_MOST_PLACES]) + more


def _place(index: Index, mention: Mention) -> str:
    tree, positions = index.trees.get(mention.file), index.texts[mention.file]
    tests = tree.get("tests") if tree is not None else None
    if not (isinstance(tests, Seq) and positions.offset_of(tests.spot) <= mention.whole.start):
        owner = index.owner_of(mention)
        if owner is not None:
            return f"`{owner.symbol.name}`"
    return f"{mention.file}:{positions.line_of(mention.whole.start) + 1}"


def _label(index: Index, symbol: Symbol) -> Text | None:
    facts = facts_of(index)
    key = f"measure.{symbol.name}" if symbol.section == "measures" else symbol.name
    if symbol.section in {"attributes", "measures"} and key in facts:
        return fact_label(facts[key])
    return label_of(index.entry(symbol))


def _details(index: Index, rulebook: Rulebook | None, symbol: Symbol) -> Iterator[Text]:
    entry = index.entry(symbol)
    if symbol.section in {"attributes", "measures"}:
        yield from _fact_details(index, rulebook, symbol)
    elif symbol.section == "rules" and rulebook is not None and symbol.name in rulebook.by_id:
        yield rule_sentence(rulebook, rulebook.by_id[symbol.name])
    elif symbol.section == "rules" and entry is not None:
        # Not read yet, or faulty: what stands there can be said all the same.
        yield _same(text_of(entry.get("kind")) or "?")
        yield from _sources(entry)
    if entry is None:
        return
    if symbol.section == "sources":
        yield from (_same(text_of(entry.get(key))) for key in ("url", "issued") if text_of(entry.get(key)))
    elif symbol.section == "competencies":
        yield say("lsp.levels", levels=text_of(entry.get("levels")) or "5")
    elif symbol.section == "events" and text_of(entry.get("is_a")):
        yield _same(f"is_a: {text_of(entry.get('is_a'))}")
    elif symbol.section == "duties":
        yield from _duty_details(index, entry)
    elif symbol.section == "parameters":
        yield from _parameter_details(entry)
    if symbol.section != "rules":
        yield from _sources(entry)


def _fact_details(index: Index, rulebook: Rulebook | None, symbol: Symbol) -> Iterator[Text]:
    key = f"measure.{symbol.name}" if symbol.section == "measures" else symbol.name
    known = rulebook.attributes.get(key) if rulebook is not None else None
    attribute = known or facts_of(index).get(key)
    if attribute is None:
        return
    yield type_of(attribute)
    low, high = attribute.minimum, attribute.maximum
    if low is not None and high is not None:
        yield say("lsp.range", low=number_text(low), high=number_text(high))
    elif low is not None:
        yield say("lsp.at_least", low=number_text(low))
    elif high is not None:
        yield say("lsp.at_most", high=number_text(high))
    if attribute.sensitive:
        yield say("lsp.sensitive")
    if not attribute.declared:
        yield say("lsp.built_in")


def _duty_details(index: Index, entry: Map) -> Iterator[Text]:
    yield _same(f"class: {text_of(entry.get('class'))}, priority: {text_of(entry.get('priority'))}")
    required = entry.get("requires")
    for item in required if isinstance(required, Seq) else ():
        if isinstance(item, Map):
            name = text_of(item.get("competency"))
            label = label_of(index.entry(Symbol("competencies", name))) or _same(name)
            yield say("lsp.requires", name=label, level=text_of(item.get("level")) or "1")


def _parameter_details(entry: Map) -> Iterator[Text]:
    unit, values = text_of(entry.get("unit")), entry.get("values")
    for item in values if isinstance(values, Seq) else ():
        if isinstance(item, Map):
            value = f"{text_of(item.get('value'))} {unit}".strip()
            yield say("lsp.since", date=text_of(item.get("from")), value=value)
            yield from _sources(item)


def _sources(entry: Map) -> Iterator[Text]:
    given = entry.get("source")
    items = given if isinstance(given, Seq) else [given] if isinstance(given, Scalar) else []
    named = ", ".join(text_of(item) for item in items)
    if named:
        yield say("lsp.source", source=named)


def _same(text: str) -> Text:
    return Text(text, text)
