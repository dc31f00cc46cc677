"""The index of ids, on the shipped rulebooks."""

from __future__ import annotations

from pathlib import Path

import pytest

from asn_flex.editing.rename import applied, rename
from asn_flex.editing.symbols import Symbol, index_of
from asn_flex.errors import UsageError
from asn_flex.rulebook.files import read_rule_files
from asn_flex.rulebook.loader import build_rulebook

ROOT = Path(__file__).parent.parent.parent
BOOKS = ["rules/tanjungbalai", "examples/quickstart/rules.yaml"]


def files_of(name: str) -> dict[str, bytes]:
    return read_rule_files(ROOT / name)[0]


def as_bytes(texts: dict[str, str]) -> dict[str, bytes]:
    return {name: text.encode() for name, text in texts.items()}


@pytest.mark.parametrize("name", BOOKS)
def test_no_use_is_missed(name):
    """With every id renamed at once the rulebook still loads: a use that was missed would name nothing."""
    index = index_of(files_of(name))
    edits: dict[str, list] = {file: [] for file in index.texts}
    for mention in index.mentions:
        if index.definition(mention.symbol) is not None:
            old = index.texts[mention.file].text[slice(*mention.name)]
            edits[mention.file].append((mention.name, f"{old}_baru"))
    changed = {file: applied(positions.text, edits[file]) for file, positions in index.texts.items()}
    before, after = build_rulebook(files_of(name)), build_rulebook(as_bytes(changed))
    assert [f"{rule.id}_baru" for rule in before.rules] == [rule.id for rule in after.rules]
    assert [f"{key}_baru" for key in before.measures] == list(after.measures)
    assert sum(len(of) for of in edits.values()) > 100 if "tanjung" in name else True


@pytest.mark.parametrize("name", BOOKS)
def test_every_mention_stands_where_the_index_says(name):
    index = index_of(files_of(name))
    for mention in index.mentions:
        text = index.texts[mention.file].text
        assert text[slice(*mention.name)] == mention.symbol.name.removeprefix(
            f"{mention.symbol.name.partition('.')[0]}." if mention.symbol.section == "attributes" else ""
        )


BOOK = """\
format: asn-flex/rules/1
pack: {id: p, version: "1", languages: [en]}
sources: {"law-1": {label: {en: Law}}}
competencies: {a: {}, b: {implies: [{competency: a}]}}
duties: {d: {class: support, priority: 1, requires: [{competency: a}], source: ["law-1#5"]}}
attributes: {officer.swims: {type: bool}}
rules:
  - {id: R1, kind: forbid, source: [law-1], who: {officer.swims: false}}
  - {id: R2, kind: activate, source: [law-1], duty: d, each: event, seats: {base: 1}}
"""


def renamed(symbol: Symbol, new: str, text: str = BOOK) -> str:
    index = index_of({"r.yaml": text.encode()})
    mention = index.definition(symbol)
    assert mention is not None
    return applied(text, rename(index, mention, new)["r.yaml"])


def test_a_source_is_renamed_before_the_article_and_within_quotes():
    new = renamed(Symbol("sources", "law-1"), "uu24-2007")
    assert new == BOOK.replace("law-1", "uu24-2007")


def test_a_fact_keeps_its_scope():
    expected = BOOK.replace("officer.swims", "officer.dives")
    assert renamed(Symbol("attributes", "officer.swims"), "dives") == expected
    assert renamed(Symbol("attributes", "officer.swims"), "officer.dives") == expected


@pytest.mark.parametrize(
    ("symbol", "new", "code"),
    [
        pytest.param(Symbol("competencies", "a"), "b", "taken already, at r.yaml:4:23", id="taken"),
        pytest.param(Symbol("competencies", "a"), "a b", "`a b` cannot be an id", id="no id"),
        pytest.param(Symbol("competencies", "a"), "", "`` cannot be an id", id="nothing"),
        pytest.param(Symbol("attributes", "officer.swims"), "fit", "would break the rulebook", id="built in"),
        pytest.param(Symbol("attributes", "officer.swims"), "unit.swims", "cannot be an id", id="another scope"),
        pytest.param(Symbol("duties", "d"), "null", "would break the rulebook", id="reads as nothing"),
    ],
)
def test_a_name_that_cannot_be_is_refused(symbol, new, code):
    with pytest.raises(UsageError, match=code.replace(".", r"\.")):
        renamed(symbol, new)


def test_nothing_is_renamed_while_a_file_cannot_be_read():
    index = index_of({"r.yaml": BOOK.encode(), "s.yaml": b"rules: [{"})
    mention = index.definition(Symbol("duties", "d"))
    assert mention is not None
    with pytest.raises(UsageError, match=r"because s\.yaml has a fault of form"):
        rename(index, mention, "e")
