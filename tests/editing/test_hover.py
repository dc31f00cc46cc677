"""What hover says: label, law, type and range, where a name is used, and what words mean."""

from __future__ import annotations

import pytest

from asn_flex.editing.completion import meaning_of
from asn_flex.editing.cursor import cursor_at
from asn_flex.editing.hover import hover_text, is_known
from asn_flex.editing.symbols import Symbol
from asn_flex.rulebook.loader import build_rulebook

from .test_outline import shipped

INDEX = shipped("rules/tanjungbalai")


def said(symbol: Symbol, *, is_sound: bool = True) -> str:
    mention = INDEX.of(symbol)[0]
    rulebook = build_rulebook({n: p.text.encode() for n, p in INDEX.texts.items()}) if is_sound else None
    return hover_text(INDEX, rulebook, mention, "en").replace("\\", "")


def test_rule_is_read_aloud_and_its_users_are_named():
    text = said(Symbol("rules", "FRB-03"))
    assert "After 14 days of duty in 90 it is somebody else's turn" in text
    assert "FRB-03: refuses those with" in text
    assert "`COV-09`" in text
    assert "uji/50_larangan.yaml:" in text


def test_rule_of_a_rulebook_with_errors_tells_its_kind_and_sources():
    text = said(Symbol("rules", "FRB-07"), is_sound=False)
    assert "forbid" in text
    assert "uu30-2014#14, se-bkn1-2021, contoh-kebijakan" in text


def test_users_of_what_everybody_uses_are_cut_short():
    text = said(Symbol("sources", "contoh-kebijakan"))
    assert text.count("`, `") == 7
    assert "… (+" in text


def test_fact_tells_type_unit_and_range():
    text = said(Symbol("attributes", "officer.boat_hours"))
    for fragment in ("Hours at the helm of a boat", "number (h)", "at least 0", "`PRF-11`"):
        assert fragment in text


@pytest.mark.parametrize(
    ("symbol", "known"),
    [
        (Symbol("attributes", "officer.fit"), True),
        (Symbol("measures", "river_m"), True),
        (Symbol("rules", "FRB-01"), True),
        (Symbol("attributes", "officer.fitt"), False),
        (Symbol("duties", "nonsense"), False),
    ],
)
def test_unknown_name_has_nothing_to_say(symbol, known):
    assert is_known(INDEX, symbol) is known


@pytest.mark.parametrize(
    ("marked", "fragment"),
    [
        pytest.param("wh|o: {officer.affected: true}", "Condition on the officer", id="key"),
        pytest.param("kind: for|bid\n    label: {id: Yang tidak", "Refuses whoever", id="kind"),
        pytest.param("absolu|te: true\n    if_unknown: confirm\n\n", "No cover may override it", id="flag"),
        pytest.param("deployed_days_90d: {gt|e: 14}", "At least", id="operator"),
        pytest.param("duty: {cla|ss: life_safety}", "Every duty of this class", id="selector"),
        pytest.param("duty: {class: life_saf|ety}", "filled first", id="class"),
        pytest.param("officer.employment: pppk_pa|rt_time", "part-time civil servant", id="value of a fact"),
        pytest.param("officer.sex: |f}", "female", id="value in brackets"),
    ],
)  # fmt: skip
def test_keys_operators_and_values_tell_what_they_mean(marked, fragment):
    positions = INDEX.texts["aturan/50_larangan.yaml"]
    piece = marked.replace("|", "")
    assert piece in positions.text, piece
    offset = positions.text.index(piece) + marked.index("|")
    span = cursor_at(positions, offset).span
    meaning = meaning_of(INDEX, cursor_at(positions, span.end), positions.text[slice(*span)])
    assert meaning is not None
    assert fragment in meaning.en
    assert meaning.id != meaning.en
