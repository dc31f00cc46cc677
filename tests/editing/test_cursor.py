"""Where the cursor stands; `|` marks it."""

from __future__ import annotations

import pytest

from asn_flex.editing.cursor import Cursor, cursor_at
from asn_flex.editing.positions import Positions


def at(marked: str) -> Cursor:
    offset = marked.index("|")
    return cursor_at(Positions(marked.replace("|", "", 1)), offset)


RULE = "rules:\n  - id: R1\n    kind: cover\n"


@pytest.mark.parametrize(
    ("text", "path", "key", "typed"),
    [
        pytest.param("ru|", (), None, "ru", id="section"),
        pytest.param("rules:\n  - |", ("rules", "-"), None, "", id="first key of a rule"),
        pytest.param("rules:\n- id: R1\n  ki|", ("rules", "-"), None, "ki", id="list at the indentation of its key"),
        pytest.param("rules:\n  - kind: co|", ("rules", "-"), "kind", "co", id="value"),
        pytest.param(RULE + "    du|", ("rules", "-"), None, "du", id="next key"),
        pytest.param(RULE + "    duty: |", ("rules", "-"), "duty", "", id="empty value"),
        pytest.param(RULE + "    duty: [a, b|", ("rules", "-", "duty", "-"), None, "b", id="item of a flow list"),
        pytest.param(RULE + "    duty:\n      - b|", ("rules", "-", "duty", "-"), None, "b", id="item of a block list"),
        pytest.param(RULE + "    who: {officer.|", ("rules", "-", "who"), None, "officer.", id="fact"),
        pytest.param(RULE + "    who: {officer.fit: tr|", ("rules", "-", "who"), "officer.fit", "tr", id="its value"),
        pytest.param(
            RULE + "    who: {officer.rest_hours: {g|", ("rules", "-", "who", "officer.rest_hours"), None, "g",
            id="operator",
        ),
        pytest.param(
            RULE + "    who: {officer.rest_hours: {gte: {param: r|}}}",
            ("rules", "-", "who", "officer.rest_hours", "gte"), "param", "r", id="parameter",
        ),
        pytest.param(
            RULE + "    when:\n      any:\n        - event.t|", ("rules", "-", "when", "any", "-"), None, "event.t",
            id="block condition",
        ),
        pytest.param(
            RULE + "    when:\n      any:\n        - {event.type: b|", ("rules", "-", "when", "any", "-"), "event.type",
            "b", id="flow in block",
        ),
        pytest.param(
            RULE + "    who: {officer.fit: true,\n          off|", ("rules", "-", "who"), None, "off",
            id="flow over two lines",
        ),
        pytest.param("rules:\n  - {id: R1, kind: cover, du|", ("rules", "-"), None, "du", id="rule on one line"),
        pytest.param("duties:\n  d:\n    requires:\n      - {competency: |", ("duties", "d", "requires", "-"),
            "competency", "", id="requirement"),
        pytest.param("duties:\n  d: {class: |", ("duties", "d"), "class", "", id="flow entry"),
        pytest.param("competencies:\n  a: {implies: [{competency: x|", ("competencies", "a", "implies", "-"),
            "competency", "x", id="flow in flow"),
        pytest.param(RULE + "  # who\n    # more\n    when: {|}", ("rules", "-", "when"), None, "", id="comments"),
        pytest.param(RULE + "    source: [|\n  - id: R2", ("rules", "-", "source", "-"), None, "", id="open bracket"),
    ],
)  # fmt: skip
def test_path(text, path, key, typed):
    found = at(text)
    assert (found.path, found.key, found.typed) == (path, key, typed)


def test_kind_is_known_wherever_it_stands_in_the_rule():
    assert at("rules:\n  - id: R1\n    |\n    kind: limit\n  - id: R2\n    kind: team").rule["kind"] == "limit"
    assert at("rules:\n  - {id: R1, kind: limit, |}").rule["kind"] == "limit"
    assert at("rules:\n  - {id: R1, |, kind: limit}").rule["kind"] == "limit"


def test_siblings_are_those_of_the_same_mapping():
    found = at("rules:\n  - id: R0\n    by: x\n  - id: R1\n    kind: cover\n    when:\n      a: 1\n    |\n  - duty: d")
    assert sorted(found.siblings) == ["id", "kind", "when"]
    assert sorted(at("duties:\n  d: {class: support, |}").siblings) == ["class"]


def test_the_word_behind_the_cursor_is_replaced_as_well():
    found = at("rules:\n  - kind: co|ver\n")
    assert (found.span.start, found.span.end) == (17, 22)
