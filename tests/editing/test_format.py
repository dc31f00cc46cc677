"""`fmt` changes how a rule file looks, never what it says, and loses no comment (§12.2)."""

from __future__ import annotations

import random
import re
import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asn_flex.editing.format import format_files, format_text
from asn_flex.editing.pieces import take_apart
from asn_flex.rulebook.loader import build_rulebook
from asn_flex.rulebook.tree import Map, parse_yaml
from tests.rulebook.mutations import FILES
from tests.support import CASES, REPOSITORY

from .scribble import Hand

SHIPPED = [
    *sorted((REPOSITORY / "rules").rglob("*.yaml")),
    *sorted((REPOSITORY / "src" / "asn_flex" / "templates").rglob("aturan/*.yaml")),
    REPOSITORY / "examples" / "quickstart" / "rules.yaml",
]
RULEBOOKS = sorted(path for path in CASES.glob("*/rules.yaml") if "extends:" not in path.read_text("utf-8"))


def tree_of(path: Path) -> Map:
    tree, found = parse_yaml(path.read_text("utf-8"), path.name)
    assert not found
    assert isinstance(tree, Map)
    return tree


def formatted(text: str) -> str:
    made = format_text(textwrap.dedent(text), "f.yaml")
    assert made is not None
    return made


TREES = {path: tree_of(path) for path in FILES}
hands = st.tuples(st.sampled_from(FILES), st.integers(0, 2**32))


def comments_in(text: str) -> list[str]:
    return take_apart(text).comments


@settings(deadline=None)
@given(hands, st.booleans())
def test_whatever_hand_wrote_it_nothing_is_lost_and_once_is_enough(drawn: tuple[Path, int], shuffles: bool) -> None:
    path, seed = drawn
    hand = Hand(random.Random(seed), shuffles=shuffles)
    text = hand.file(TREES[path])
    made = format_text(text, "f")
    assert made is not None, text
    # Every comment once, whatever became of its line.
    assert sorted(comments_in(made)) == sorted(hand.comments)
    assert format_text(made, "f") == made
    assert all(line == line.rstrip() and "\t" not in line for line in made.split("\n"))
    assert made.endswith("\n")
    assert not made.endswith("\n\n")


@settings(deadline=None)
@given(st.sampled_from(RULEBOOKS), st.integers(0, 2**32))
def test_a_rulebook_keeps_its_digest(path: Path, seed: int) -> None:
    text = Hand(random.Random(seed), shuffles=True).file(TREES[path]).encode()
    files = {"rules.yaml": text}
    done = format_files(files)
    assert done.refused == ()
    assert build_rulebook({**files, **done.changed}).digest == build_rulebook(files).digest
    assert build_rulebook({"rules.yaml": path.read_bytes()}).digest == build_rulebook(files).digest


@settings(deadline=None)
@given(hands, st.booleans())
def test_comments_stay_with_what_they_are_about(drawn: tuple[Path, int], shuffles: bool) -> None:
    path, seed = drawn
    hand = Hand(random.Random(seed), shuffles=shuffles, is_wild=False)
    text = hand.file(TREES[path])
    made = format_text(text, "f")
    assert made is not None, text
    lines = made.split("\n")
    for index, line in enumerate(lines):
        if found := re.search(r"# \d+ (above|end) (\S+)", line):
            where, about = found.groups()
            said = line[: found.start()]
            if where == "above":
                # The next line that is no comment is about it; a dash stands before the first key of an item.
                rest = lines[index + 1 :]
                said = next(later for later in rest if later.strip() and not later.strip().startswith("#"))
                assert said.strip().removeprefix("- ").startswith(about) or (about == "-" and said.strip()[0] == "-")
            elif said.strip():
                assert said.strip().removeprefix("- ").startswith(f"{about}:") or (
                    about == "-" and said.strip().startswith("-")
                )
            else:
                # The comment of a list item in braces that became a block moves above its dash.
                assert about == "-"


@settings(deadline=None)
@given(st.sampled_from(SHIPPED), st.integers(0, 2**32))
def test_where_no_key_moves_no_comment_does(path: Path, seed: int) -> None:
    made = format_text(path.read_text("utf-8"), "f")
    assert made is not None
    tree, _ = parse_yaml(made, "f")
    assert isinstance(tree, Map)
    hand = Hand(random.Random(seed), is_wild=False)
    again = format_text(hand.file(tree), "f")
    assert again is not None
    assert comments_in(again) == hand.comments


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: str(p.relative_to(REPOSITORY)))
def test_shipped_files_are_in_canonical_form(path: Path) -> None:
    text = path.read_text("utf-8")
    assert format_text(text, path.name) == text


ROWS = [
    pytest.param(
        "format: asn-flex/rules/1\nrules:\n- kind: limit\n  must: {officer.fit: true}   # fit\n  id: L\n",
        "format: asn-flex/rules/1\nrules:\n  - id: L\n    kind: limit\n    must: {officer.fit: true}   # fit\n",
        id="keys in order, lists two columns in, sections apart",
    ),
    pytest.param(
        "format: f\nrules:\n\n  - kind: limit\n    # about the id\n    id: L\n",
        "format: f\nrules:\n\n  # about the id\n  - id: L\n    kind: limit\n",
        id="a comment above what becomes the first key stands above the dash",
    ),
    pytest.param(
        "format: f\n# about the file\nrules: []\n\n# about the pack\npack: {version: '1', id: p}\n",
        'format: f\n# about the file\n\n# about the pack\npack: {id: p, version: "1"}\n\nrules: []\n',
        id="sections in order, the head of the file stays",
    ),
    pytest.param(
        "format: f\nduties:\n    d:   # the duty\n        tags: [ a,b ,\n                c ]\n    # the end\n",
        "format: f\nduties:\n  d:   # the duty\n    tags: [a, b, c]\n  # the end\n",
        id="braces and brackets in one line",
    ),
    pytest.param(
        "format: f\nduties:\n  d: {tags: [a, # first\n   b], # both\n   class: support}\n",
        "format: f\nduties:\n  d:\n    class: support\n    tags:  # both\n      - a  # first\n      - b\n",
        id="braces with comments become a block",
    ),
    pytest.param(
        "format: f\nnote: |  # kept\n      two\n        lines\n\n\nother: >-\n  folded\n  text\n# end",
        "format: f\nnote: |  # kept\n      two\n        lines\n\n\nother: >-\n  folded\n  text\n# end\n",
        id="text of several lines is left alone",
    ),
    pytest.param(
        "format: f\nrules:\n- id: A\n  note: |\n    two\n     lines\n",
        "format: f\nrules:\n  - id: A\n    note: |\n      two\n       lines\n",
        id="text of several lines moves with its key",
    ),
    pytest.param(
        "format: f\nk: first\n  second\nl: 'it''s'\nm: 'plain words'\nn: \"12.10\"\no: 'C:\\x'\n",
        'format: f\nk: first second\n\nl: "it\'s"\n\nm: plain words\n\nn: "12.10"\n\no: \'C:\\x\'\n',
        id="quotes only where they guard something",
    ),
    pytest.param(
        "format: f\nduties:\n  d: {class: support}      # one\n                           # and more of it\n  e: {}\n",
        "format: f\nduties:\n  d: {class: support}      # one\n                           # and more of it\n  e: {}\n",
        id="a comment that goes on below stays together",
    ),
    pytest.param(
        "format: f\nsources:\n  # none yet\nrules:\n  - {id: A}\n    # about A\n  # about B\n  - {id: B}\n",
        "format: f\nsources:\n  # none yet\n\nrules:\n  - {id: A}\n    # about A\n  # about B\n  - {id: B}\n",
        id="comments further in belong to what is above",
    ),
    pytest.param(
        "%YAML 1.1\n---   # start\nformat: f\n...\n# end\n", "%YAML 1.1\n---   # start\nformat: f\n# end\n", id="marks"
    ),
    pytest.param('{"format": "f", "rules": [{"id": "A"}]}', "format: f\nrules: [{id: A}]\n", id="JSON"),
    pytest.param("format: f\r\nrules:\r\n  - id: A  # x\r\n", "format: f\nrules:\n  - id: A  # x\n", id="CRLF"),
    pytest.param("\n\nformat: f\n\n\n\n\nrules: []\n\n\n", "format: f\n\n\nrules: []\n", id="empty lines"),
    pytest.param(
        "format: f\nrules:\n  - # why\n    id: A\n", "format: f\nrules:\n  # why\n  - id: A\n", id="behind a dash"
    ),
    pytest.param(
        "format: f\nk: [[a, b], [c]]\nl:\n- - a\n  - b\n",
        "format: f\nk: [[a, b], [c]]\n\nl:\n  - - a\n    - b\n",
        id="lists in lists",
    ),
    pytest.param("format: f\nk: |+\n  a\n\nl: 1\n", 'format: f\nk: "a\\n\\n"\n\nl: 1\n', id="keeps empty lines"),
    pytest.param("format: f\nk: [a: b, {c}]\n", "format: f\nk:\n  - {a: b}\n  - c:\n", id="pairs without braces"),
]


@pytest.mark.parametrize(("text", "wanted"), ROWS)
def test_canonical_form(text: str, wanted: str) -> None:
    made = format_text(text, "f.yaml")
    assert made == wanted
    assert format_text(made, "f.yaml") == made


def test_what_does_not_fit_the_line_becomes_a_block() -> None:
    # `  l: {id: …, en: …}` has 17 characters around its two texts: 51 + 52 fit 120 columns, one more does not.
    fits = f"format: f\n\nlabel:\n  l: {{id: {'a' * 51}, en: {'b' * 52}}}\n"
    assert format_text(fits, "f") == fits
    wide = format_text(fits.replace("aaa", "aaaa", 1), "f")
    assert wide == f"format: f\n\nlabel:\n  l:\n    id: {'a' * 52}\n    en: {'b' * 52}\n"
