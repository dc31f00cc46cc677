"""Characters that deceive the eye: what is refused anywhere, what in ids, and what labels may hold (§3.3)."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asn_flex.errors import RulebookError
from asn_flex.rulebook.characters import (
    _HIDDEN,
    _SAME_LOOK,
    hidden_in,
    misspelt_letters,
    plainly,
    skeleton,
    strange_letters,
    twins,
    without_hidden,
)
from asn_flex.rulebook.lines import lines_of
from asn_flex.rulebook.loader import build_rulebook
from asn_flex.rulebook.tree import LOADER

from .build import HEAD, LABEL, findings, lines

PLACE = ("f", 1, 1)
# Signs of Arabic, Syriac and Kaithi numbers, and joiners of hieroglyphs: format characters that are seen.
SEEN = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x13430, 0x13440)}
# Other categories, but nothing to see.
FILLERS = {0x85, 0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2065, 0x3164, 0xFFA0}


def test_hidden_are_all_format_characters_and_separators_that_nobody_sees() -> None:
    every = map(chr, range(sys.maxunicode + 1))
    expected = {c for c in every if unicodedata.category(c) in {"Cf", "Zl", "Zp"} and ord(c) not in SEEN}
    assert {c for c in map(chr, range(sys.maxunicode + 1)) if _HIDDEN.match(c)} == expected | set(map(chr, FILLERS))


def test_table_of_lookalikes_leads_from_other_letters_to_plain_ones() -> None:
    for letters, plains in _SAME_LOOK:
        assert len(letters) == len(plains)
        assert all(c.isalnum() and not c.isascii() for c in letters)
        assert plains.isascii()
        assert plains.isalnum()
    every = [c for letters, _ in _SAME_LOOK for c in letters]
    assert len(every) == len(set(every))


@pytest.mark.parametrize(
    ("text", "places"),
    [
        pytest.param("plain text", [], id="plain"),
        pytest.param("a\u200bb", ["1:2"], id="zero_width_space"),
        pytest.param("x\n# \u202etxt", ["2:3"], id="in_a_comment"),
        pytest.param("x\r\ny\u2066\r\n\u2069", ["2:2", "3:1"], id="windows_ends_of_lines"),
        pytest.param("x\u2028y\u200b", ["1:2", "1:4"], id="lines_are_counted_as_editors_count_them"),
        pytest.param("soft\xadhyphen", ["1:5"], id="soft_hyphen"),
        pytest.param("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", [], id="persian_needs_its_joiner"),
        pytest.param("\u0915\u094d\u200d\u0937", [], id="devanagari_needs_its_joiner"),
        pytest.param("\U0001f469\u200d\U0001f692", [], id="picture_of_a_firefighter"),
        pytest.param("\u2764\ufe0f\u200d\U0001f525", [], id="picture_with_a_selector"),
        pytest.param("ban\u200djir", ["1:4"], id="joiner_between_latin_letters"),
        pytest.param("\u0430\u200c\u0431", ["1:2"], id="joiner_between_cyrillic_letters"),
        pytest.param("\u200d", ["1:1"], id="joiner_of_nothing"),
        pytest.param("a \u200c", ["1:3"], id="joiner_after_a_space"),
        pytest.param("\u062f\u0627\u067e\u0648\u0631\u200f (\u0661)", [], id="mark_behind_an_arabic_letter"),
        pytest.param("(A)\u200e \u062f", [], id="mark_before_an_arabic_letter"),
        pytest.param("\u062f\u202e", ["1:2"], id="override_behind_an_arabic_letter"),
        pytest.param("\u0661\u200f", ["1:2"], id="mark_behind_a_digit"),
        pytest.param("p1\u200f, label: \u062f", ["1:3"], id="mark_far_from_any_arabic_letter"),
        pytest.param("\u0627\u0644\u0645\u062f\u064a\u0646\u0629 \u0661\u0662", [], id="arabic_without_marks"),
    ],
)
def test_hidden_characters_are_found_at_their_places(text: str, places: list[str]) -> None:
    found = hidden_in(text, "f")
    assert [f"{d.place.line}:{d.place.column}" for d in found] == places
    assert {d.code for d in found} <= {"E109"}
    assert hidden_in(without_hidden(text), "f") == []
    for d in found:
        assert d.repair is not None
        line = lines_of(text)[d.place.line - 1]
        assert (line + "\u2028")[d.place.column - 1] == d.repair.old or d.repair.old == "\x85"


def test_finding_names_the_code_point_and_shows_nothing_hidden() -> None:
    (one,) = hidden_in("\u202e", "f")
    assert "U+202E (RIGHT-TO-LEFT OVERRIDE)" in one.message("id")
    assert one.message("en").isprintable()
    assert "NEXT LINE" in hidden_in("\x85", "f")[0].message()


def test_a_file_full_of_hidden_characters_gets_a_bounded_answer() -> None:
    assert len(hidden_in("\u200b" * 10_000, "f")) == 100


@settings(deadline=None)
@given(st.text(max_size=40))
def test_text_without_what_is_hidden_has_nothing_hidden(text: str) -> None:
    cleaned = without_hidden(text)
    assert hidden_in(cleaned, "f") == [] or any(c in text for c in "\u200c\u200d\u200e\u200f\u061c")
    if not hidden_in(text, "f"):
        assert cleaned == text


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        pytest.param("tri\u0430ge", "triage", id="cyrillic_a"),
        pytest.param("C\u039fV-01", "COV-01", id="greek_o"),
        pytest.param("\uff23OV", "COV", id="wide_letter"),
        pytest.param("\uff23\uff2f\uff36-1", "COV-1", id="wide_letters_only"),
        pytest.param("officer.sw\u0456ms", "officer.swims", id="attribute"),
        pytest.param("r\u212bk", "r\u00c5k", id="sign_for_a_letter"),
    ],
)
def test_id_with_a_letter_that_looks_like_another_is_refused(word: str, meant: str) -> None:
    from asn_flex.errors import Place

    found = misspelt_letters(word, Place(*PLACE))
    assert found is not None
    assert found[1] == meant
    assert found[0].repair is not None
    assert (found[0].repair.old, found[0].repair.new) == (word, meant)


@pytest.mark.parametrize(
    "word",
    [
        pytest.param("triage", id="plain"),
        pytest.param("\u043f\u043e\u0436\u0430\u0440", id="cyrillic_word"),
        pytest.param("\u0441\u043e\u0440", id="cyrillic_word_that_looks_latin"),
        pytest.param("caf\u00e9", id="accent"),
        pytest.param("p\u0127", id="latin_letter_of_malta"),
        pytest.param("pos_\u6551\u52a9", id="latin_and_han"),
        pytest.param("pos_\u0436", id="cyrillic_letter_that_looks_like_none"),
        pytest.param("\u0430 b", id="no_id"),
        pytest.param("m\u00b2", id="square_metre"),
        pytest.param("H\u2082O", id="letter_below_the_line"),
        pytest.param("\u0430-1", id="digits_are_of_every_script"),
    ],
)
def test_words_of_one_script_are_left_alone(word: str) -> None:
    from asn_flex.errors import Place

    assert misspelt_letters(word, Place(*PLACE)) is None


def test_strange_letters_are_named_once() -> None:
    assert strange_letters("\u0430b\u0430") == ("`\u0430` (U+0430 CYRILLIC SMALL LETTER A)",)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("COV-01", "COV-O1", True, id="zero_and_o"),
        pytest.param("A1", "Al", True, id="one_and_l"),
        pytest.param("AI", "Al", True, id="i_and_l"),
        pytest.param("modem", "modern", True, id="m_and_rn"),
        pytest.param("cop", "\u0441\u043e\u0440", True, id="latin_and_cyrillic"),
        pytest.param("COV-01", "cov-01", False, id="great_and_small"),
        pytest.param("COV-01", "COV-02", False, id="another_number"),
        pytest.param("a.b", "a_b", False, id="dot_and_line"),
    ],
)
def test_skeletons_are_what_the_eye_sees(one: str, other: str, same: bool) -> None:
    assert (skeleton(one) == skeleton(other)) is same


def test_twins_are_told_of_the_first() -> None:
    assert list(twins(["A0", "AO", "B", "\u0410O"])) == [("AO", "A0"), ("\u0410O", "A0")]


@settings(deadline=None)
@given(st.text(max_size=20))
def test_plain_form_is_settled(word: str) -> None:
    assert plainly(plainly(word)) == plainly(word)


def test_labels_may_be_in_any_script() -> None:
    label = "{id: \u041f\u043e\u0436\u0430\u0440\u0430b, en: \u7dca\u6025}"
    assert findings(f"events: {{b: {{label: {label}}}}}\n") == []


def test_the_one_that_stands_later_is_told() -> None:
    text = f"events:\n  rob_O1: {{{LABEL}}}\n  rob_01: {{{LABEL}}}\n"
    assert lines(text) == ["rules.yaml:5:3 W109"]
    assert "rules.yaml:4:3" in findings(text)[0].message()


def test_ids_of_different_sections_are_not_compared() -> None:
    assert lines(f"events: {{a0: {{{LABEL}}}}}\nsources: {{aO: {{{LABEL}}}}}\n") == []


def test_a_key_that_would_then_stand_twice_is_one_finding() -> None:
    assert [d.code for d in findings(f"events: {{b: {{{LABEL}, l\u0430bel: x}}}}\n")] == ["E109"]


@pytest.mark.skipif(LOADER.__name__ != "CSafeLoader", reason="the pure reader refuses more by itself")
def test_an_escape_is_seen_by_everybody_and_stays() -> None:
    text = 'events: {b: {label: {id: "a\\u202e \u00e9", en: b}}}\n'
    assert findings(text) == []
    from .build import book

    assert book(text).events["b"].label.id == "a\u202e \u00e9"


def test_an_id_in_other_letters_is_told_once_where_it_is_defined() -> None:
    """It is written with a Cyrillic r and a digit, so that nothing in it is Latin; two rules cite it in Latin."""
    text = (
        f"sources: {{\u04401: {{{LABEL}}}}}\nparameters:\n"
        f"  a: {{{LABEL}, values: [{{from: 2026-01-01, value: 1, source: [p1]}}]}}\n"
        f"  b: {{{LABEL}, values: [{{from: 2026-01-01, value: 1, source: [p1#2]}}]}}\n"
    )
    (one,) = findings(text)
    assert (one.code, f"{one.place.line}:{one.place.column}") == ("E109", "3:11")
    assert one.repair is not None
    assert (one.repair.old, one.repair.new) == ("\u04401", "p1")


def test_each_slip_is_one_finding_also_where_the_name_is_used() -> None:
    text = (
        f"competencies: {{tri\u0430ge: {{{LABEL}}}, nur\u200bse: {{{LABEL}}}}}\n"
        f"duties: {{d: {{{LABEL}, class: support, priority: 1,\n"
        "  requires: [{competency: triage}, {competency: nurse}]}}\n"
    )
    assert [d.code for d in findings(text)] == ["E109", "E109"]
    assert HEAD.isascii()


def test_units_of_rules_and_tests_are_ids_and_those_of_measured_facts_are_not() -> None:
    # `µm` and the like are what people read; `unit` of a rule names an office.
    measured = "parameters: {lebar: {unit: \u00b5m, values: [{from: 2024-01-01, value: 1}]}}\n"
    assert [d.code for d in findings(measured)] == []
    rule = f"rules: [{{id: P, kind: protect, {LABEL}, unit: d\u0430mkar, keep: {{share: 50%}}}}]\n"
    assert "E109" in [d.code for d in findings(rule)]
    test = (
        "tests: [{name: {id: a, en: b}, now: 2024-01-01T00:00:00+07:00, "
        "given: {unit: {id: d\u0430mkar}}, expect: {event: {severity: 2}}}]\n"
    )
    assert "E109" in [d.code for d in findings(test)]


def test_name_of_a_file_is_shown_with_its_hidden_characters_written_out() -> None:
    with pytest.raises(RulebookError) as raised:
        build_rulebook({"x\u202e.yaml": (HEAD + "rules: []\n# \u202e\n").encode()})
    (one,) = (d for d in raised.value.diagnostics if d.code == "E109")
    assert one.place.file.isprintable()
