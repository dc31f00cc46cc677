"""What is offered where; `|` marks the cursor."""

from __future__ import annotations

from pathlib import Path

import pytest

from asn_flex.editing.completion import complete
from asn_flex.editing.cursor import cursor_at
from asn_flex.editing.positions import Positions
from asn_flex.editing.symbols import Indexer
from asn_flex.rulebook.schema import KINDS

ROOT = Path(__file__).parent.parent.parent
BOOK = b"""\
format: asn-flex/rules/1
sources: {law: {label: {en: Law}}}
events: {flood: {}, storm: {}}
competencies: {first_aid: {}, nursing: {}}
duties: {guard: {class: support, priority: 1}, cook: {class: support, priority: 2}}
attributes: {officer.swims: {type: bool}, event.tide_high: {type: bool}, officer.langs: {type: set}}
measures: {river_m: {observe: r, window: 6h, take: max, scope: event}}
parameters: {rest_min_h: {values: [{from: 2025-01-01, value: 8}]}}
rules: [{id: R1, kind: forbid, who: {officer.swims: false}}]
"""


def offered(marked: str) -> list[str]:
    offset = marked.index("|")
    text = marked.replace("|", "", 1)
    index = Indexer().index({"book.yaml": BOOK, "typed.yaml": text.encode()})
    return [offer.text for offer in complete(index, cursor_at(Positions(text), offset))]


RULE = "rules:\n  - id: R2\n"
COVER = RULE + "    kind: cover\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(RULE + "    kind: |", " ".join(KINDS), id="kinds"),
        pytest.param("duties:\n  d: {class: |}", "life_safety essential support", id="classes"),
        pytest.param(COVER + "    by: |", "substitution standard", id="forms of cover"),
        pytest.param(COVER + "    duty: [|", "cook guard", id="duties"),
        pytest.param(COVER + "    overrides: [|", "R1 R2", id="rules"),
        pytest.param(COVER + "    source:\n      - |", "law", id="sources"),
        pytest.param(COVER + "    for: |", "first_aid nursing", id="competencies"),
        pytest.param("duties:\n  d:\n    requires:\n      - competency: f|", "first_aid nursing", id="requirement"),
        pytest.param("events:\n  rob: {is_a: |", "flood rob storm", id="event types"),
        pytest.param(COVER + "    when: {event.type: |", "flood storm", id="values of event.type"),
        pytest.param(COVER + "    when: {event.type: {in: [fl|", "flood storm", id="list of event types"),
        pytest.param(COVER + "    who: {officer.swims: |", "true false", id="bool"),
        pytest.param(COVER + "    who: {officer.sex: |", "f m", id="enum"),
        pytest.param(COVER + "    who: {officer.swims: {|", "eq ne known", id="operators of a bool"),
        pytest.param(COVER + "    who: {officer.langs: {|", "has has_any known", id="operators of a set"),
        pytest.param(
            COVER + "    who: {officer.rest_hours: {|", "eq ne in not_in known gt gte lt lte param", id="of a number"
        ),
        pytest.param(COVER + "    who: {officer.rest_hours: {gte: {|", "param", id="parameter key"),
        pytest.param(COVER + "    who: {officer.rest_hours: {gte: {param: |", "rest_min_h", id="parameters"),
        pytest.param(COVER + "    who: {holds: {|", "competency level evidence", id="keys of holds"),
        pytest.param(COVER + "    who: {holds: {competency: |", "first_aid nursing", id="competency held"),
        pytest.param("tests:\n  - expect:\n      acts: [|", "R1", id="rules of a test"),
        pytest.param("tests:\n  - expect:\n      seats: {|", "cook guard", id="duties of a test"),
        pytest.param("tests:\n  - given:\n      measure: {|", "river_m", id="measures of a test"),
    ],
)  # fmt: skip
def test_exactly_what_fits_is_offered(text, expected):
    # `rob` and `R2` are being typed, but only where the file parses are they known.
    assert set(offered(text)) in [set(expected.split()), set(expected.split()) - {"rob", "R2"}]


def test_when_asks_about_the_situation_and_who_about_the_officer():
    when, who = offered(COVER + "    when: {|"), offered(COVER + "    who: {|")
    assert {"event.tide_high", "measure.river_m", "area.flooded", "duty.id", "all", "any", "not"} <= set(when)
    assert {"officer.swims", "unit.area", "pair.travel_min", "holds"} <= set(who)
    assert not any(name.startswith(("officer.", "unit.", "pair.", "holds")) for name in when)
    assert not any(name.startswith(("event.", "measure.", "area.", "duty.")) for name in who)


def test_no_area_is_asked_where_none_is_known():
    rule = RULE + "    kind: activate\n    each: event\n    when: {|"
    assert not any(name.startswith("area.") for name in offered(rule))
    assert any(name.startswith("area.") for name in offered(rule.replace("each: event", "each: area")))


def test_keys_are_those_of_the_kind_and_not_yet_there():
    assert {"by", "max_hops", "duty"} <= set(offered(COVER + "    |"))
    assert not {"must", "kind", "id", "points"} & set(offered(COVER + "    |"))
    assert "must" in offered(RULE + "    kind: limit\n    |")


def test_sections_are_offered_at_the_top():
    assert {"rules", "duties", "pack", "tests"} <= set(offered("format: asn-flex/rules/1\nru|"))
    assert "format" not in offered("format: asn-flex/rules/1\nru|")


def test_what_is_minimised_is_a_number_of_the_pair_or_officer():
    names = offered(RULE + "    kind: prefer\n    minimise: |")
    assert {"pair.travel_min", "officer.rest_hours"} <= set(names)
    assert not {"officer.swims", "measure.river_m"} & set(names)


@pytest.mark.parametrize("name", ["40_pengganti.yaml", "20_aktivasi.yaml"])
def test_something_is_told_wherever_a_file_ends(name):
    """Half a file, cut anywhere, is what a server sees while somebody types."""
    text = (ROOT / "rules/tanjungbalai/aturan" / name).read_text("utf-8")
    indexer = Indexer()
    for end in range(0, len(text), 61):
        half = text[:end]
        index = indexer.index({"book.yaml": BOOK, "typed.yaml": half.encode()})
        cursor = cursor_at(Positions(half), end)
        assert cursor.span.end == end
        assert len({offer.text for offer in complete(index, cursor)}) == len(complete(index, cursor))


def test_only_rules_that_can_be_overridden_are_offered():
    text = (
        "rules:\n  - {id: R3, kind: limit, must: {officer.fit: true}}\n"
        "  - {id: R4, kind: limit, absolute: true, must: {officer.fit: true}}\n"
        "  - id: R5\n    kind: cover\n    overrides: [|]\n"
    )
    assert offered(text) == ["R1", "R3"]


def test_only_parameters_in_a_unit_that_fits_are_offered():
    # Rest is counted in hours, a depth in centimetres; what has no unit may be either.
    text = (
        "parameters: {deep: {unit: cm, values: []}, long: {unit: h, values: []}, plain: {values: []}}\n"
        "rules:\n  - id: R5\n    kind: limit\n    must: {officer.rest_hours: {gte: {param: |}}}\n"
    )
    assert offered(text) == ["long", "plain", "rest_min_h"]


def test_rule_that_begins_is_not_of_the_kind_of_the_one_above() -> None:
    above = "format: asn-flex/rules/1\nrules:\n  - id: A\n    kind: protect\n    unit: u\n  - |\n"
    assert {"id", "kind"} <= set(offered(above))
    # Of whatever kind, for none is chosen yet.
    assert {"duty", "must", "seats", "keep"} <= set(offered(above))
