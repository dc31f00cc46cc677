from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asn_flex.editing.emit import flow
from asn_flex.editing.table_cells import CellError, list_text, read_list, read_test, read_yaml, test_text
from asn_flex.rulebook.tree import Map, Seq, parse_yaml

# pytest would take the function for a test of its own.
shown = test_text
del test_text


def node(text: str):
    tree, found = parse_yaml(f"x: {text}\n", "x.yaml")
    assert isinstance(tree, Map), found
    return tree["x"]


BOTH_WAYS = [
    ("true", "true"),
    ("3", "3"),
    ("response", "response"),
    ("12.10", "12.10"),
    ("{gte: 4}", ">= 4"),
    ("{ne: banjir}", "!= banjir"),
    ("{lt: 0.5}", "< 0.5"),
    ("{gt: 2026-11-20}", "> 2026-11-20"),
    ("{in: [alert, response]}", "in alert, response"),
    ("{not_in: [a]}", "not in a"),
    ("{has: [kewilayahan]}", "has kewilayahan"),
    ("{has_any: [a, b]}", "has any a, b"),
    ("{within: 12.74}", "within 12.74"),
    ("{known: true}", "known"),
    ("{known: false}", "unknown"),
    ("{known: true, eq: false}", "known; false"),
    ("{gte: 2, lte: 5}", ">= 2; <= 5"),
    ("{gte: {param: rest_min_h}}", ">= {param: rest_min_h}"),
    ("{param: rest_min_h}", "{param: rest_min_h}"),
    ('"5"', '"5"'),
    ('"a, b"', '"a, b"'),
    ("known", '"known"'),
    ("in step", '"in step"'),
    ('{in: ["a, b", c]}', 'in "a, b", c'),
    ("-4", "-4"),
    ("III/a", "III/a"),
]


@pytest.mark.parametrize(("yaml", "cell"), BOTH_WAYS)
def test_test_reads_as_an_analyst_says_it_and_back(yaml: str, cell: str):
    assert shown(node(yaml)) == cell
    assert flow(read_test(cell)) == flow(node(yaml)) or read_test(cell).text == node(yaml).text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (">=4", "{gte: 4}"),
        ("≥ 4", "{gte: 4}"),
        ("<> banjir", "{ne: banjir}"),
        ("IN alert,response", "{in: [alert, response]}"),
        ("has_any a,b", "{has_any: [a, b]}"),
        ("KNOWN", "{known: true}"),
        ("= 4", "4"),
        (">= { param : rest_min_h }", "{gte: {param: rest_min_h}}"),
        ("in “a, b”, c", '{in: ["a, b", c]}'),
    ],
)
def test_what_people_type_is_understood(typed: str, meant: str):
    assert flow(read_test(typed)) == meant


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("alert, response", "in a, b"),
        (">= 0,7", "point"),
        (">=", "missing"),
        ("in a,, b", "missing"),
        (">= 2; >= 5", "twice"),
        (";", "no test"),
        ('"a', "quotes"),
        ("{any: [a]}", "quotes"),
    ],
)
def test_what_is_no_test_is_told_with_what_would_be_right(typed: str, told: str):
    with pytest.raises(CellError) as caught:
        read_test(typed)
    assert told in caught.value.text.en


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


@given(st.lists(texts, min_size=1, max_size=4))
def test_any_list_of_texts_comes_back(items: list[str]):
    tree = node(flow(items))
    assert isinstance(tree, Seq)
    back = read_list(list_text(tree))
    assert [(x.text, x.plain or x.is_text_anyway) for x in back] == [
        (x.text, x.plain or x.is_text_anyway) for x in tree
    ]


@given(texts, st.sampled_from(["eq", "ne", "gte"]))
def test_any_text_comes_back_behind_any_operator(text: str, operator: str):
    tree = node(flow({operator: text, "known": True}))
    back = read_test(shown(tree) or "")
    assert isinstance(back, Map)
    assert back[operator].text == tree[operator].text
    assert back["known"].as_bool is True


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("{officer.fit: }", "a value is missing"),
        ("{any: [{officer.fit: true}, ]", "bracket"),
        ("{not: [~]}", "a value is missing"),
        ("&a {x: *a}", "anchor"),
        ("# only a comment", "a value is missing"),
    ],
)
def test_yaml_of_a_cell_is_read_as_strictly_as_that_of_a_file(typed: str, told: str):
    with pytest.raises(CellError) as caught:
        read_yaml(typed)
    assert told in caught.value.text.en
