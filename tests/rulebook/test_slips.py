"""Slips of form are mended only where one mend is safe (§12.2)."""

from __future__ import annotations

import pytest

from asn_flex.errors import Place, RulebookError
from asn_flex.rulebook.loader import build_rulebook
from asn_flex.rulebook.slips import position_of

HEAD = "format: asn-flex/rules/1\n"


def repairs(text: str) -> list[tuple[str, int, int, str, str]]:
    """Every repair of a finding of form: code, line, column, what stands there, what should."""
    try:
        build_rulebook({"f.yaml": text.encode()})
    except RulebookError as error:
        found = error.diagnostics
    else:
        found = ()
    return [(d.code, *d.repair.place[1:], *d.repair[1:]) for d in found if d.code.startswith("E1") and d.repair]


FORMAT = "format: asn-flex/rules/1"
LATE = "rules: []\nformat: asn-flex/rules/1  # x\n"
AT_SIGN = ("E102", 2, 7, "@semua petugas", '"@semua petugas"')
IN_BRACES = ("E102", 2, 13, "Hujan: lebat, angin", '"Hujan: lebat, angin"')


def case(name: str, text: str, *wanted: object) -> object:
    return pytest.param(text, wanted, id=name)


MENDED = [
    case("colon", f"{HEAD}k:\n  note: Hujan: reda  # x\n", "E102", 3, 9, "Hujan: reda", '"Hujan: reda"'),
    case("quotes", f'{HEAD}k:\n  - note: a "b": c\\d\n', "E102", 3, 11, 'a "b": c\\d', '"a \\"b\\": c\\\\d"'),
    case("colon at the end", f"{HEAD}k: {{}}\nlabel: x:\n", "E102", 3, 8, "x:", '"x:"'),
    case("label in braces", f"{HEAD}label: {{id: Hujan: lebat, angin, en: Rain}}\n", *IN_BRACES),
    case("other language", f"{HEAD}label: {{id: a, en: b: c}}\r\n", "E102", 2, 20, "b: c", '"b: c"'),
    case("at sign", f"{HEAD}note: @semua petugas\n", *AT_SIGN),
    case("per cent sign", f"{HEAD}label: {{id: 50 x, en: %x}}\n", "E102", 2, 23, "%x", '"%x"'),
    case("tabs", f"{HEAD}rules:\n\t- id: A\n\t  k: l\n", "E102", 3, 1, "\t- id: A\n\t  ", "  - id: A\n    "),
    # Only a tab four columns wide puts `kind` below `id`.
    case("tab among spaces", f"{HEAD}rules:\n  - id: A\n\tkind: limit\n", "E102", 4, 1, "\t", "    "),
    case("invisible character", f'{HEAD}note: "a\x07"\n', "E102", 2, 9, "\x07", ""),
    case("mark of a second document", f"{HEAD}rules: []\n---\n", "E107", 3, 1, "---", ""),
    case("no format", "# head\nrules: []\n", "E103", 2, 1, "", HEAD),
    case("late", f"{LATE}pack: {{}}\n", "E103", 1, 1, LATE, f"{FORMAT}  # x\nrules: []\n"),
    case("last", f"rules: []\n{FORMAT}", "E103", 1, 1, f"rules: []\n{FORMAT}", f"{FORMAT}\nrules: []\n"),
    case("misspelt", "fromat: asn-flex/rules/1\nrules: []\n", "E103", 1, 1, "fromat", "format"),
]


@pytest.mark.parametrize(("text", "wanted"), MENDED)
def test_one_safe_mend_is_offered(text: str, wanted: tuple[str, int, int, str, str]) -> None:
    assert repairs(text) == [wanted]


UNSAFE = [
    # A condition without its braces: in quotes it would be text.
    pytest.param(f"{HEAD}k:\n  when: area.flooded: true\n", id="condition without braces"),
    pytest.param(f"{HEAD}k:\n  note: first: second\n    third\n", id="text goes on below"),
    pytest.param(f"{HEAD}label: {{id: a: b, kota: c, en: d}}\n", id="a key that labels do not have"),
    pytest.param(f"{HEAD}k: {{id: a: b, en: d}}\n", id="not a label"),
    pytest.param(f"{HEAD}note: 'a' b: c\n", id="quotes end too early"),
    pytest.param(f"{HEAD}k: *x\n", id="alias"),
    # With a tab of 2 the second entry is beside `a`, with 4 below it; both can be read.
    pytest.param(f"{HEAD}k:\n  a:\n\tb:\n", id="tab with two readings"),
    pytest.param(f"{HEAD}rules: [\n", id="bracket"),
    pytest.param(f"{HEAD}rules: []\n---\n{HEAD}rules: []\n", id="two documents that repeat a key"),
    pytest.param("{pack: {}}\n", id="no format in braces"),
    pytest.param("services: {}\n", id="another program's file"),
    pytest.param("format: asn-flex/rules/9\nrules: []\n", id="another version"),
]


@pytest.mark.parametrize("text", UNSAFE)
def test_no_mend_is_offered_where_several_would_do(text: str) -> None:
    with pytest.raises(RulebookError):
        build_rulebook({"f.yaml": text.encode()})
    assert repairs(text) == []


def test_tab_that_cannot_be_told_has_both_readings() -> None:
    # The row above rests on this: both widths can be read, and they say different things.
    text = f"{HEAD}k:\n  a:\n\tb:\n"
    readings = {width: build_tree(text.expandtabs(width)) for width in (2, 4)}
    assert readings[2] != readings[4]


def build_tree(text: str) -> object:
    from asn_flex.rulebook.tree import parse_yaml

    tree, found = parse_yaml(text, "f")
    assert found == []
    return tree


@pytest.mark.parametrize(
    ("line", "column", "position"),
    [
        pytest.param(1, 1, 0, id="beginning"),
        pytest.param(2, 2, 4, id="behind CRLF"),
        pytest.param(3, 1, 6, id="behind CR"),
        pytest.param(4, 1, None, id="line that is not there"),
        pytest.param(3, 9, None, id="column that is not there"),
    ],
)
def test_places_are_found_as_the_reader_counts_them(line: int, column: int, position: int | None) -> None:
    assert position_of("a\r\nbc\rd", Place("f", line, column)) == position


def test_a_large_file_is_not_tried_out() -> None:
    text = f"{HEAD}note: a: b\n"
    assert repairs(text) == [("E102", 2, 7, "a: b", '"a: b"')]
    assert repairs(text + "# " + "x" * 256 * 1024) == []
