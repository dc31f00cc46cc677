"""The outline of a file, as editors show it."""

from __future__ import annotations

from pathlib import Path

import pytest

from asn_flex.editing.outline import Item, outline
from asn_flex.editing.symbols import Index, index_of
from asn_flex.rulebook.files import read_rule_files
from tests.support import REPOSITORY

BOOKS = ["rules/tanjungbalai", "examples/quickstart/rules.yaml"]


def shipped(name: str) -> Index:
    root = REPOSITORY / name
    files, _ = read_rule_files(root)
    base = root if root.is_dir() else root.parent
    return index_of({Path(file).relative_to(base).as_posix(): content for file, content in files.items()})


def text_in(index: Index, file: str, item: Item) -> tuple[str, str]:
    text = index.texts[file].text
    return text[slice(*item.whole)], text[slice(*item.key)]


def test_rules_stand_below_their_section_with_kind_and_label():
    index = shipped("rules/tanjungbalai")
    file = "aturan/50_larangan.yaml"
    (rules,) = outline(index, file, "en")
    assert rules.name == "rules"
    assert [item.name for item in rules.items] == [f"FRB-0{number}" for number in range(1, 10)]
    assert rules.items[0].detail == "forbid: Nobody unfit is sent into the field"
    whole, key = text_in(index, file, rules.items[0])
    assert key == "FRB-01"
    assert whole.startswith("id: FRB-01")
    # The dash of the next rule is no part of it.
    assert not whole.endswith("-")


def test_tests_are_named_by_their_sentence_in_the_language():
    (tests,) = outline(shipped("rules/tanjungbalai"), "uji/00_pokok.yaml", "id")
    assert tests.name == "tests"
    assert len(tests.items) > 1
    assert all(item.name not in {"", "?"} for item in tests.items)


@pytest.mark.parametrize("book", BOOKS)
def test_every_entry_of_every_file_is_in_the_outline_and_lies_within_its_section(book):
    # A bug once: a section without ids of its own, such as `pack` or `tests`, ended the answer with an error.
    index = shipped(book)
    for file in index.trees:
        sections = outline(index, file, "en")
        assert [s.name for s in sections] == [s for s in index.trees[file] if s != "format"]
        for section in sections:
            for item in section.items:
                assert section.whole.start <= item.whole.start <= item.key.start
                assert item.key.end <= item.whole.end <= section.whole.end
        defined = {m.symbol.name for m in index.mentions if m.file == file and m.is_definition}
        assert defined <= {item.name for section in sections for item in section.items}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("format: asn-flex/rules/1\n", [], id="a format alone"),
        pytest.param("rules:\n", [], id="a section that is still empty"),
        pytest.param("rules: []\nsources: {}\n", ["rules", "sources"], id="sections without entries"),
        pytest.param("rules: [x, {kind: team}]\n", ["rules"], id="entries that are none"),
        pytest.param("rules: [{id: A}\n", [], id="a file that does not parse"),
    ],
)
def test_half_written_files_have_an_outline_as_well(text, names):
    assert [item.name for item in outline(index_of({"a.yaml": text.encode()}), "a.yaml", "en")] == names
