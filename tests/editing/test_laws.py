"""What holds of editing help for every rulebook, every place and every half-typed text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asn_flex.editing.completion import complete, meaning_of
from asn_flex.editing.cursor import cursor_at
from asn_flex.editing.hover import hover_text
from asn_flex.editing.outline import outline
from asn_flex.editing.positions import Positions
from asn_flex.editing.rename import applied, rename
from asn_flex.editing.symbols import Index, Indexer, Mention, index_of
from asn_flex.rulebook.files import read_rule_files
from asn_flex.rulebook.loader import build_rulebook
from asn_flex.rulebook.tree import Map, parse_yaml
from tests.support import CASES, REPOSITORY

BOOKS = [REPOSITORY / "rules" / "tanjungbalai", REPOSITORY / "examples/quickstart/rules.yaml",
         *sorted(CASES.glob("*/rules.yaml"))]  # fmt: skip
QUICKSTART = (REPOSITORY / "examples/quickstart/rules.yaml").read_text("utf-8")


def read(path: Path) -> Index:
    return index_of(read_rule_files(path)[0])


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.parent.name if path.suffix else path.name)
def test_every_name_is_offered_where_it_stands(path):
    """Two ways lead to a place: the index reads trees, completion reads lines. They must agree."""
    index = read(path)
    uses = [m for m in index.mentions if not m.is_definition]
    assert uses or path.parent.parent == CASES
    for mention in uses:
        positions = index.texts[mention.file]
        written = positions.text[slice(*mention.whole)]
        cursor = cursor_at(positions, mention.whole.start)
        offered = {offer.text for offer in complete(index, cursor)}
        # A use may say more, as the article of a source. A key is not offered twice: beside `log` may stand one of its
        # demands, `log@event/pagi`.
        there = offered | (set(cursor.siblings) if "@" in written else set())
        assert there & {written, written.partition("#")[0], mention.symbol.name}, (mention, written)


def one_of_each(index: Index) -> list[Mention]:
    """Return a definition of each section, one that is used most."""
    found: dict[str, Mention] = {}
    for mention in sorted(index.mentions, key=lambda m: -len(index.of(m.symbol))):
        if mention.is_definition:
            found.setdefault(mention.symbol.section, mention)
    return list(found.values())


SHIPPED = read(BOOKS[0])


@pytest.mark.parametrize("mention", one_of_each(SHIPPED), ids=lambda m: m.symbol.section)
def test_renamed_and_renamed_back_every_byte_is_as_it_was(mention):
    old = SHIPPED.texts[mention.file].text[slice(*mention.name)]
    before = {name: positions.text for name, positions in SHIPPED.texts.items()}
    edits = rename(SHIPPED, mention, "nama_lain")
    after = {name: applied(text, edits.get(name, [])) for name, text in before.items()}
    assert sum(map(len, edits.values())) == len(SHIPPED.of(mention.symbol)) > 1
    renamed = index_of({name: text.encode() for name, text in after.items()})
    digests = [build_rulebook({n: t.encode() for n, t in texts.items()}).digest for texts in (before, after)]
    assert digests[0] != digests[1]
    again = next(m for m in renamed.mentions if m.is_definition and m.symbol.section == mention.symbol.section
                 and m.symbol.name.endswith("nama_lain"))  # fmt: skip
    back = rename(renamed, again, old)
    assert {name: applied(text, back.get(name, [])) for name, text in after.items()} == before


TEXTS = st.text(alphabet="ab é😀\n\r\t\u2028\x85:", max_size=40)


@given(TEXTS, st.sampled_from(["utf-8", "utf-16", "utf-32"]), st.data())
def test_an_offset_is_found_again_by_its_position(text: str, encoding: str, data: st.DataObject) -> None:
    positions = Positions(text, encoding)
    offset = data.draw(st.integers(0, len(text)))
    if text[offset - 1 : offset + 1] == "\r\n":
        return  # between the two no editor can stand
    assert positions.offset_at(positions.position_of(offset)) == offset


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_spots_of_the_reader_lead_to_their_keys_whatever_ends_a_line(end: str) -> None:
    text = end.join(["# é😀", "a: 1", "sources:", "  key: {}", ""])
    positions = Positions(text)
    tree, _ = parse_yaml(text, "x.yaml")
    assert isinstance(tree, Map)
    sources = tree["sources"]
    assert isinstance(sources, Map)
    start = positions.offset_of(sources.key_spots["key"])
    assert text[start : start + 3] == "key"


INDEXER = Indexer()


def ask_everything(text: str, offset: int) -> None:
    """Ask whatever an editor may ask about a place."""
    index = INDEXER.index({"a.yaml": text.encode("utf-8", "replace")})
    positions = index.texts["a.yaml"]
    offset = min(offset, len(positions.text))
    cursor = cursor_at(positions, offset)
    assert cursor.span.start <= offset <= cursor.span.end <= len(positions.text)
    complete(index, cursor)
    meaning_of(index, cursor_at(positions, cursor.span.end), positions.text[slice(*cursor.span)])
    mention = index.at("a.yaml", offset)
    if mention is not None:
        hover_text(index, None, mention, "id")
    outline(index, "a.yaml", "id")


@settings(deadline=None)
@given(st.integers(0, len(QUICKSTART)))
def test_a_file_cut_off_anywhere_can_be_asked_about(end: int) -> None:
    ask_everything(QUICKSTART[:end], end)


@settings(deadline=None)
@given(st.integers(0, len(QUICKSTART)), st.text(alphabet=" \n\r\t{}[],:\"'#-&*?|>@é😀\x00a", max_size=6), st.data())
def test_half_typed_nonsense_can_be_asked_about(place: int, typed: str, data: st.DataObject) -> None:
    text = QUICKSTART[:place] + typed + QUICKSTART[place:]
    ask_everything(text, data.draw(st.integers(0, len(text))))
