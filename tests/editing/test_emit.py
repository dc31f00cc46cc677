"""Entries become text that reads back as the same entry, laid out as the shipped rule files are."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asn_flex.editing.emit import WIDTH, entry_text, flow, rule_text
from asn_flex.errors import Place
from asn_flex.rulebook.characters import misspelt_letters
from asn_flex.rulebook.tree import Map, Node, Scalar, Seq, parse_yaml

SPOT = (1, 1)
AWKWARD = [
    "yes", "NO", "12.10", "0.7", "010", "0x1F", "1e3", "null", "~", "true", "07:00", "2024-12-05", "a: b", "a #b",
    "a#b", "a:b", "- a", "-5", "-", "--- x", "...", "? a", ":a", "<<", "=", "[a", "a, b", "{a}", "*a", "&a", "!a", "%a",
    "@a", "`a", "'a", '"a', "a'b", 'a"b', "a\\b", " a", "a ", "", "a\nb", "a\tb", "\u00a0", "\u2028", "\u0085",
    "\ufeff", "\U0001f30a", "a\u202eb", "50%", "III/a", "uu30-2014#14", "\0", "\x1b", "Kalimat. Titik.",
]  # fmt: skip


def is_plain_possible(text: str) -> bool:
    """Whether the reader itself takes the text, without quotes, for one plain value, in both styles."""
    for line in (f"- {text}\n", f"[{text}]\n", f"{{{text}: 1}}\n", f"{text}: 1\n"):
        tree, found = parse_yaml(line, "f")
        if found or tree is None or len(tree) != 1:
            return False
        if "1" in line.rpartition(":")[2]:
            if not isinstance(tree, Map) or list(tree) != [text]:
                return False
        elif list(tree) != [Scalar(text, plain=True, spot=SPOT)]:
            return False
    return True


def is_writable(text: str) -> bool:
    """Whether the reader takes the text at all: no halves of characters, no words of two scripts (E109)."""
    return not any("\ud800" <= c <= "\udfff" for c in text) and misspelt_letters(text, Place("f", 1, 1)) is None


texts = st.one_of(st.sampled_from(AWKWARD), st.text(max_size=12).filter(is_writable))
scalars = st.one_of(
    texts.map(lambda t: Scalar(t, plain=False, spot=SPOT)),
    texts.filter(is_plain_possible).map(lambda t: Scalar(t, plain=True, spot=SPOT)),
    st.just(Scalar("", plain=True, spot=SPOT)),
)


def as_map(pairs: dict[str, Node]) -> Map:
    made = Map(SPOT)
    made.update(pairs)
    return made


def as_seq(items: list[Node]) -> Seq:
    made = Seq(SPOT)
    made.extend(items)
    return made


trees = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(as_seq),
        st.dictionaries(texts, inner, max_size=4).map(as_map),
    ),
    max_leaves=20,
)
maps = st.dictionaries(texts, trees, min_size=1, max_size=5).map(as_map)


def said(node: Node) -> object:
    """Return what an entry says: quotes count where a value would be no text without them."""
    if isinstance(node, Map):
        return {key: said(inner) for key, inner in node.items()}
    if isinstance(node, Seq):
        return [said(inner) for inner in node]
    is_bare = node.plain and not Scalar(node.text, plain=False, spot=SPOT).is_text_anyway
    return (node.text, is_bare)


def read(text: str) -> Node:
    tree, found = parse_yaml(text, "f.yaml")
    assert found == []
    assert tree is not None
    return tree


@given(maps, st.sampled_from([0, 2, 4]))
def test_a_rule_reads_back_as_it_was(entry: Map, indent: int) -> None:
    assert said(read(rule_text(entry, indent=indent))) == [said(entry)]


@given(texts, trees, st.sampled_from([0, 2, 4]))
def test_an_entry_reads_back_as_it_was(key: str, entry: Node, indent: int) -> None:
    assert said(read(entry_text(key, entry, indent=indent))) == {key: said(entry)}


@given(trees)
def test_a_line_reads_back_as_it_was(entry: Node) -> None:
    try:
        line = flow(entry)
    except ValueError:
        # An empty value between commas: only a block can hold it.
        return
    assert "\n" not in line
    assert said(read(f"k: {line}\n")) == {"k": said(entry)}


@given(
    st.recursive(
        st.one_of(texts, st.booleans(), st.integers()),
        lambda i: st.one_of(st.lists(i, max_size=3), st.dictionaries(texts, i, max_size=3)),
        max_leaves=10,
    )
)
def test_plain_values_keep_their_types(value: object) -> None:
    def typed(node: Node) -> object:
        if isinstance(node, Map):
            return {key: typed(inner) for key, inner in node.items()}
        if isinstance(node, Seq):
            return [typed(item) for item in node]
        if node.as_bool is not None:
            return node.as_bool
        return node.text if node.as_int is None else node.as_int

    assert typed(read(entry_text("k", value))["k"]) == value  # type: ignore[arg-type, call-overload, index]


@given(maps)
def test_no_line_ends_in_a_space_or_holds_a_tab(entry: Map) -> None:
    for line in rule_text(entry).split("\n"):
        assert line == line.rstrip(" ")
        assert "\t" not in line


def test_a_rule_is_laid_out_as_in_the_shipped_files() -> None:
    rule = {
        "id": "ACT-01",
        "kind": "activate",
        "label": {"id": "Posko aktif, siang dan malam", "en": "The command post opens"},
        "source": ["uu30-2014#14", "contoh-kebijakan"],
        "note": "Dari hukum. Bukan contoh.",
        "when": {"any": [{"area.flooded": True}, {"area.affected_people": {"gte": 500}}]},
        "seats": {"base": 4, "minimum": 2},
        "shifts": [{"id": "pagi", "from": "07:00", "hours": 8}],
        "share": "50%",
        "empty": [],
    }
    assert rule_text(rule) == textwrap.indent(
        textwrap.dedent(
            """\
            - id: ACT-01
              kind: activate
              label: {id: "Posko aktif, siang dan malam", en: The command post opens}
              source: ["uu30-2014#14", contoh-kebijakan]
              note: "Dari hukum. Bukan contoh."
              when: {any: [{area.flooded: true}, {area.affected_people: {gte: 500}}]}
              seats: {base: 4, minimum: 2}
              shifts: [{id: pagi, from: "07:00", hours: 8}]
              share: 50%
              empty: []
            """
        ),
        "  ",
    )


def test_what_does_not_fit_the_line_becomes_a_block() -> None:
    # 2 + 2 + 6 + 2 + … : `label` alone is longer than the line; `id` and `en` then stand below it.
    long = "x" * 60
    assert rule_text({"label": {"id": long, "en": long}}) == f"  - label:\n      id: {long}\n      en: {long}\n"
    fitting = "x" * (WIDTH - len("    k: {a: }"))
    assert rule_text({"j": 1, "k": {"a": fitting}}) == f"  - j: 1\n    k: {{a: {fitting}}}\n"
    assert rule_text({"j": 1, "k": {"a": fitting + "x"}}) == f"  - j: 1\n    k:\n      a: {fitting}x\n"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        pytest.param("yes", '"yes"', id="truth value to other programs"),
        pytest.param("12.10", '"12.10"', id="looks like a number"),
        pytest.param("null", '"null"', id="looks like nothing"),
        pytest.param("07:00", '"07:00"', id="time of day"),
        pytest.param("2024-12-05", "2024-12-05", id="date"),
        pytest.param("a: b", '"a: b"', id="colon"),
        pytest.param("a #b", '"a #b"', id="looks like a comment"),
        pytest.param("Citizens' reports", "Citizens' reports", id="apostrophe"),
        pytest.param("40%", "40%", id="share"),
        pytest.param("COV-01", "COV-01", id="id"),
        pytest.param("a\nb", '"a\\nb"', id="two lines"),
        pytest.param("", '""', id="empty"),
    ],
)
def test_text_has_quotes_only_where_needed(text: str, written: str) -> None:
    assert entry_text("k", text) == f"  k: {written}\n"


def test_a_value_that_was_read_keeps_its_quotes_and_their_absence() -> None:
    area = {"within": Scalar("12.10", plain=True, spot=SPOT), "id": Scalar("12.10", plain=False, spot=SPOT)}
    assert flow(area) == '{within: 12.10, id: "12.10"}'
