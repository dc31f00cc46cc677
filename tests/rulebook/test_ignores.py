"""Comments that ignore warnings: where they count, how they are written, and what is wrong with them (§12.2)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asn_flex.errors import Diagnostic, Place, RulebookError, Text
from asn_flex.rulebook.ignores import apply_ignores
from asn_flex.rulebook.loader import build_rulebook

from .build import HEAD

MARK = "# asn-flex: ignore W502 because x"


def parted(text: str, found: list[tuple[int, str]], **options) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """What stays and what is ignored, as lines and codes, of findings at lines of a file."""
    diagnostics = [Diagnostic(Place("r.yaml", line, 3), code, Text("a", "b")) for line, code in found]
    kept, ignored = apply_ignores(diagnostics, {"r.yaml": text.encode()}, **options)
    return [(d.place.line, d.code) for d in kept], [(d.place.line, d.code) for d in ignored]


# `!` ends each line at which the entry has a W502 that is ignored, `?` one that is not.
PLACES = [
    pytest.param(f"rules:\n  {MARK}\n  - id: A !\n    kind: limit\n  - id: B ?\n", id="right_above"),
    pytest.param(f"rules:\n  # a remark\n  {MARK}\n  # another\n  - id: A !\n", id="among_remarks_above"),
    pytest.param(f"rules:\n  {MARK}\n\n  - id: A ?\n", id="above_with_an_empty_line_between"),
    pytest.param(f"rules:\n  - id: A !  {MARK}\n  - id: B ?\n", id="on_the_first_line"),
    pytest.param(f"rules:\n  - id: A !\n    {MARK}\n    kind: limit !\n  - id: B ?\n", id="inside"),
    pytest.param(f"rules:\n  - id: A !\n    kind: limit  {MARK}\n  - id: B ?\n", id="on_the_last_line"),
    pytest.param(f"rules:\n  - id: A !\n    kind: limit\n    {MARK}\n\n  - id: B ?\n", id="below_but_set_in"),
    pytest.param(f"rules:\n  - id: A ?\n    kind: limit\n  {MARK}\n  - id: B !\n", id="between_two_rules"),
    pytest.param(f"rules:\n  {MARK}\n  -\n    id: A !\n", id="above_a_dash_alone"),
    pytest.param(f"{MARK}\nrules:\n  - id: A ?\n", id="above_the_section"),
    pytest.param(f"rules:\n  - id: A ?\n{MARK}\n", id="at_the_end_of_the_file"),
    pytest.param(f"duties:\n  {MARK}\n  a: {{priority: 1}} !\n  b: {{priority: 1}} ?\n", id="above_an_entry"),
    pytest.param(f"duties:\n  a: !\n    tags:\n      - x  {MARK}\n    priority: 1 !\n  b: {{}} ?\n", id="deep_inside"),
    pytest.param(f"duties: {{a: {{}}, b: {{}}}} !  {MARK}\n", id="two_entries_on_one_line"),
    pytest.param(f"duties:\n  a: {{ !\n    tags: [x,  {MARK}\n      y]}} !\n  b: {{}} ?\n", id="inside_brackets"),
    pytest.param(f"pack:\n  id: p !\n  version: '1'  {MARK}\nrules:\n  - id: A ?\n", id="in_the_pack"),
    pytest.param(f"rules:\n  - id: A !\n    note: |  {MARK}\n      text\n  - id: B ?\n", id="after_the_sign_of_a_text"),
    pytest.param(f"rules:\n  - id: A !\n    note: |\n      text\n    {MARK}\n    kind: x\n", id="below_a_text"),
    # What is written inside a text is no comment.
    pytest.param(f"rules:\n  - id: A ?\n    note: |\n      {MARK}\n    kind: x\n", id="inside_a_text"),
    pytest.param(f"rules:\n  - id: A ?\n    note: >-\n      a\n      {MARK}\n", id="inside_a_folded_text"),
    pytest.param(f"rules:\n  - id: A ?\n    note: 'a {MARK}'\n", id="inside_quotes"),
    pytest.param(f'rules:\n  - id: A ?\n    note: "a\n      {MARK}\n      b"\n', id="inside_quotes_over_lines"),
    pytest.param(f"rules:\n  - id: A ?\n    note: x{MARK}\n", id="no_space_before"),
    pytest.param(f"rules:\n  - id: A ?\n    kind: x  # see {MARK}\n", id="inside_another_comment"),
    pytest.param(f"rules:\n  - id: A !\n    note: 'it''s # so'  {MARK}\n", id="after_a_text_with_a_hash"),
]  # fmt: skip


@pytest.mark.parametrize("marked", PLACES)
def test_comment_is_about_the_entry_that_it_stands_at(marked: str) -> None:
    lines = marked.split("\n")
    found = [(n, "W502") for n, line in enumerate(lines, 1) if re.search(r" [!?]", line)]
    wanted = [(n, "W502") for n, line in enumerate(lines, 1) if re.search(r" !", line)]
    text = re.sub(r" [!?]", "", marked)
    kept, ignored = parted(text, found)
    assert ignored == wanted
    assert [entry for entry in kept if entry[1] == "W502"] == [entry for entry in found if entry not in wanted]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_ends_of_lines_and_a_byte_order_mark_change_nothing(end: str) -> None:
    text = "\ufeff" + f"rules:\n  {MARK}\n  - id: A\n".replace("\n", end)
    assert parted(text, [(3, "W502")]) == ([], [(3, "W502")])


# Of a file whose rule, at line 3, has W404, W502 and E301.
WRITTEN = [
    pytest.param("ignore W502 because it is a sketch", ["W502"], None, id="because"),
    pytest.param("ignore W502 karena masih rancangan", ["W502"], None, id="karena"),
    pytest.param("abaikan W502 karena masih rancangan", ["W502"], None, id="abaikan"),
    pytest.param("IGNORE w502 BECAUSE it is a sketch", ["W502"], None, id="any_case"),
    pytest.param("ignore W502, W404 because both", ["W404", "W502"], None, id="two_codes"),
    pytest.param("ignore W502,W404,W502 karena dua", ["W404", "W502"], None, id="without_spaces_and_twice"),
    pytest.param("ignore W502 because because", ["W502"], None, id="reason_is_any_word"),
    pytest.param("ignore W502", [], "W902", id="no_reason"),
    pytest.param("ignore W502 because", [], "W902", id="empty_reason"),
    pytest.param("ignore W502 because …", [], "W902", id="reason_without_a_word"),
    pytest.param("ignore W502 becausewhy", [], "W902", id="because_is_a_word_of_its_own"),
    pytest.param("ignore because it is so", [], "W902", id="no_code"),
    pytest.param("ignore W5O2 because it is so", [], "W902", id="letter_o_for_zero"),
    pytest.param("ignore W502 W404 because both", [], "W902", id="no_comma"),
    pytest.param("ignore W502, because x", [], "W902", id="comma_without_a_code"),
    pytest.param("W502 because x", [], "W902", id="no_ignore"),
    pytest.param("ignores W502 because x", [], "W902", id="other_word"),
    pytest.param("", [], "W902", id="nothing"),
    pytest.param("ignore E301 because later", [], "W903", id="error"),
    pytest.param("ignore E301, W502 because later", ["W502"], "W903", id="error_beside_a_warning"),
    pytest.param("ignore W403 because elsewhere", [], "W901", id="not_found"),
    pytest.param("ignore W502, W403 because of both", ["W502"], "W901", id="one_of_two_not_found"),
    pytest.param("ignore W901 because x", [], "W901", id="ignores_are_not_ignored"),
]


@pytest.mark.parametrize(("written", "ignored", "complaint"), WRITTEN)
def test_comment_is_read_or_told_what_is_wrong_with_it(written: str, ignored: list[str], complaint: str | None) -> None:
    text = f"rules:\n  # asn-flex: {written}\n  - id: A\n"
    codes = ["E301", "W404", "W502"]
    kept, gone = parted(text, [(3, code) for code in codes], is_everything=True)
    assert gone == [(3, code) for code in ignored]
    told = [(2, complaint)] if complaint else []
    assert kept == told + [(3, code) for code in codes if code not in ignored]


def test_comment_at_no_entry_is_told_that_it_ignores_nothing() -> None:
    assert parted(f"rules:\n  - id: A\n\n{MARK}\n", [(2, "W502")]) == ([(2, "W502"), (4, "W901")], [])


def test_unused_comment_is_told_only_where_every_check_was_made() -> None:
    text = f"rules:\n  {MARK}\n  - id: A\n"
    assert parted(text, []) == ([], [])
    assert parted(text, [], is_everything=True) == ([(2, "W901")], [])
    assert parted(text, [], is_everything=True, not_asked={"W502"}) == ([], [])


def test_comment_is_about_its_own_file_only() -> None:
    text = f"rules:\n  {MARK}\n  - id: A\n".encode()
    other = Diagnostic(Place("b.yaml", 3, 3), "W502", Text("a", "b"))
    kept, ignored = apply_ignores([other], {"a.yaml": text, "b.yaml": b"rules:\n\n  - id: A\n"})
    assert (kept, ignored) == ((other,), ())


@pytest.mark.parametrize(
    "content", [b"rules: [\n", b"rules:\n  - id: \xff\n", b"\x00", b"a: &x *x\n", b"- " * 40, b"a: b\n---\nc: d\n", b""]
)  # fmt: skip
def test_file_that_cannot_be_read_ignores_nothing_and_stops_nothing(content: bytes) -> None:
    one = Diagnostic(Place("r.yaml", 1, 1), "E102", Text("a", "b"))
    assert apply_ignores([one], {"r.yaml": content + MARK.encode()})[0][0] == one


@given(
    st.lists(
        st.sampled_from(["a: 1", "  x: 'a # b'", MARK, f"  {MARK}", "- y", '"', "'", "|", "  z: |", "#", "[", "]"])
    )
)
def test_no_file_makes_findings_vanish_that_no_comment_names(lines: list[str]) -> None:
    text = "\n".join(lines)
    found = [(n, code) for n in range(1, len(lines) + 1) for code in ("E301", "W404")]
    kept, ignored = parted(text, found)
    assert [entry for entry in kept if entry[1] in {"E301", "W404"}] == found
    assert ignored == []


def test_loaded_rulebook_warns_of_nothing_that_is_ignored_and_knows_it_all_the_same() -> None:
    text = HEAD + "events:\n  # asn-flex: ignore W503, W502 because x\n  flood: {}\n  quake: {}\n"
    rulebook = build_rulebook({"r.yaml": text.encode()})
    # That W502 is not there is for `check` to say, which looks for everything.
    assert [(d.place.line, d.code) for d in rulebook.warnings] == [(6, "W503")]
    assert [(d.place.line, d.code) for d in rulebook.ignored] == [(5, "W503")]


def test_comment_that_ignores_an_error_is_told_beside_the_error() -> None:
    text = HEAD + "events:\n  # asn-flex: ignore E201 because x\n  flood: {labl: {id: a, en: b}}\n"
    with pytest.raises(RulebookError) as refusal:
        build_rulebook({"r.yaml": text.encode()})
    assert [(d.place.line, d.code) for d in refusal.value.diagnostics] == [(4, "W903"), (5, "E201")]
