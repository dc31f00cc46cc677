"""Where edits land in the text of a file; every expected text is written by hand."""

from __future__ import annotations

import pytest

from asn_flex.editing.splice import Splicer, child_of
from asn_flex.editing.table_cells import made_map
from asn_flex.rulebook.tree import Map, parse_yaml

ORDER = ("id", "label", "note", "who", "points")


def tree(text: str):
    found, faults = parse_yaml(text, "x")
    assert not faults
    return found


def changed(text: str, new: str) -> str:
    """The text after its first rule was made to say `new`."""
    splicer = Splicer(text)
    old, wanted = tree(text)["rules"][0], tree(new)
    splicer.change(child_of(splicer.root, "rules").value[0], old, wanted, ORDER)
    after = splicer.result()
    assert tree(after)["rules"][0] == wanted
    return after


@pytest.mark.parametrize(
    ("text", "new", "after"),
    [
        pytest.param("rules:\n- id: A\n  who: {a: 1}", "{id: A, who: {a: 2}}", "rules:\n- id: A\n  who: {a: 2}",
                     id="no line end, no indent"),
        pytest.param("rules:\n- id: A\n  who: {a: 1}", "{id: A, who: {a: 1}, points: 3}",
                     "rules:\n- id: A\n  who: {a: 1}\n  points: 3", id="new key behind the last line"),
        pytest.param("rules:\n  - id: A\n    points: 1 # p\n", "{id: A, who: {a: 1}, points: 1}",
                     "rules:\n  - id: A\n    who: {a: 1}\n    points: 1 # p\n", id="new key in its order"),
        pytest.param("rules:\n  - points: 1 # p\n    id: A\n", "{id: A}", "rules:\n  - id: A\n",
                     id="key behind the dash removed"),
        pytest.param("rules:\n  - id: A\n    who: {a: 1, # one\n      b: 2}\n", "{id: A, who: {b: 2}}",
                     "rules:\n  - id: A\n    # one\n    who: {b: 2}\n", id="comment in braces moves up"),
        pytest.param("rules:\n  - id: A\n    who: {a: \"x # y\", b: 'it''s'}  # c\n",
                     "{id: A, who: {a: z, b: \"it's\"}}",
                     "rules:\n  - id: A\n    who: {a: z, b: 'it''s'}  # c\n", id="a sign in quotes is no comment"),
        pytest.param("rules:\n  - id: A\n    note: |\n      one\n      two\n\n  - id: B\n", "{id: A, note: three}",
                     "rules:\n  - id: A\n    note: three\n\n  - id: B\n", id="block text replaced"),
        pytest.param("rules:\n  - id: A\n    note: >-\n      one\n      two\n\n  - id: B\n",
                     '{id: A, note: "one two", points: 1}',
                     "rules:\n  - id: A\n    note: >-\n      one\n      two\n    points: 1\n\n  - id: B\n",
                     id="new key behind block text"),
        pytest.param("rules:\n  - id: A\n    label:   # both\n      id: x\n      en: y\n", "{id: A, label: {id: x}}",
                     "rules:\n  - id: A\n    label:   # both\n      id: x\n", id="key of a block removed"),
        pytest.param("rules:\n  - id: A\n    who:\n      any:\n        - a: 1   # one\n        - b: 2\n    points: 1\n",
                     "{id: A, who: {any: [{a: 1}]}, points: 1}",
                     "rules:\n  - id: A\n    who:\n      # one\n      any: [{a: 1}]\n    points: 1\n",
                     id="list replaced"),
        pytest.param("rules:\n  - id: A\n    points:\n  - id: B\n", "{id: A, points: 2}",
                     "rules:\n  - id: A\n    points: 2\n  - id: B\n", id="empty value filled"),
        pytest.param("rules: [{id: A, points: 1}, {id: B}]\n", "{id: A, points: 2, who: {a: 1}}",
                     "rules: [{id: A, who: {a: 1}, points: 2}, {id: B}]\n", id="all in one line"),
        pytest.param("rules:\n  - id: A\n    label: {id: é😀, en: y}   # Ω\n", "{id: A, label: {id: é😀, en: z}}",
                     "rules:\n  - id: A\n    label: {id: é😀, en: z}   # Ω\n", id="letters of more than one byte"),
    ],
)  # fmt: skip
def test_only_the_keys_that_differ_are_written(text: str, new: str, after: str):
    assert changed(text, new) == after


@pytest.mark.parametrize(
    ("text", "gone", "after"),
    [
        ("rules:\n  # a\n  - id: A\n\n  # b\n  - id: B # x\n    points: 1\n\n  - id: C\n", [1],
         "rules:\n  # a\n  - id: A\n\n  # b\n  - id: C\n"),
        ("rules:\n  - id: A\n  - id: B\n# end\n", [0, 1], "rules:\n# end\n"),
        ("rules:\n  -\n    id: A\n  -   id: B\n", [0], "rules:\n  -   id: B\n"),
        ("rules: [{id: A}, {id: B}, {id: C}]\n", [0, 2], "rules: [{id: B}]\n"),
    ],
)  # fmt: skip
def test_removed_items_take_nothing_with_them(text: str, gone: list[int], after: str):
    splicer = Splicer(text)
    splicer.remove_items(child_of(splicer.root, "rules"), gone)
    assert splicer.result() == after


NEW = tree("{id: N, points: 1}")


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("rules:\n- id: A # a\n- id: B # b", "rules:\n- id: A # a\n- id: B # b\n- id: N\n  points: 1"),
        (
            "rules:\n  - id: A\n\n  - id: B\n\n# end\n",
            "rules:\n  - id: A\n\n  - id: B\n\n  - id: N\n    points: 1\n\n# end\n",
        ),
        ("rules: [{id: A}]\n", "rules: [{id: A}, {id: N, points: 1}]\n"),
        ("rules:\ntests: []\n", "rules:\n  - id: N\n    points: 1\ntests: []\n"),
        ("rules: []   # none yet\n", "rules:    # none yet\n  - id: N\n    points: 1\n"),
        ("pack: {id: x}", "pack: {id: x}\n\nrules:\n  - id: N\n    points: 1\n"),
    ],
)
def test_new_items_stand_behind_the_last_one(text: str, after: str):
    splicer = Splicer(text)
    rules = child_of(splicer.root, "rules")
    assert isinstance(NEW, Map)
    if rules is not None and rules.value:
        splicer.append_items(rules, [NEW])
    else:
        splicer.start_list("rules", [NEW])
    assert splicer.result() == after
    assert tree(after)["rules"][-1] == NEW


def test_nothing_differs_nothing_is_written():
    text = "rules:\n  - {id: A,   points: 1}\n"
    splicer = Splicer(text)
    same = made_map(dict(tree(text)["rules"][0]))
    splicer.change(child_of(splicer.root, "rules").value[0], tree(text)["rules"][0], same, ORDER)
    assert splicer.edits == []
