"""`fix` mends what has one safe mend, to the end, and takes back what does not help (§12.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asn_flex.editing.mending import findings_of, mend_files
from asn_flex.errors import Diagnostic, Place, Repair
from asn_flex.i18n import fault
from tests.support import REPOSITORY

RULES = (REPOSITORY / "examples" / "quickstart" / "rules.yaml").read_text("utf-8")
MALFORMED = sorted((Path(__file__).parent.parent / "rulebook" / "malformed").glob("*.yaml"))

# What a newcomer's hand does to the quickstart rulebook, and the code of what it becomes.
SLIPS = {
    "E103": ("format: asn-flex/rules/1\n", ""),
    "E102 colon": ("{id: Arsiparis membantu", "{id: Arsip: membantu"),
    "E102 tab": ("    kind: limit\n", "\tkind: limit\n"),
    "E301": ("    duty: kitchen\n    by", "    duty: kithcen\n    by"),
    "E207": ("share: 50%", "share: 50"),
    "E401": ("officer.rest_hours: {", "officer.rest_hour: {"),
    "E201": ("    effective", "    efective")
    if "    effective" in RULES
    else ("    min_strength:", "    min_strenght:"),
    "E204": ("kind: prioritise", "kind: prioritse"),
    "E210": ("\nduties:", "\ndutys:"),
}


def spoilt(names: Sequence[str]) -> str:
    text = RULES
    for name in names:
        old, new = SLIPS[name]
        assert old in text
        text = text.replace(old, new, 1)
    return text


@pytest.mark.parametrize("name", SLIPS)
def test_each_slip_is_one_finding_and_one_mend(name: str) -> None:
    files = {"rules.yaml": spoilt([name]).encode()}
    assert [d.code for d in findings_of(files)] == [name[:4]]
    done = mend_files(files)
    assert [d.code for d in done.done] == [name[:4]]
    assert [d for d in done.left if d.is_error] == []
    assert done.taken_back == []
    assert done.changed.keys() == {"rules.yaml"}


@settings(deadline=None, max_examples=30)
@given(st.lists(st.sampled_from(list(SLIPS)), min_size=1, unique=True), st.booleans(), st.booleans())
def test_slips_are_mended_together_whatever_the_line_ends(names: list[str], crlf: bool, mark: bool) -> None:
    text, wanted = spoilt(names), spoilt([])
    if crlf:
        text, wanted = text.replace("\n", "\r\n"), wanted.replace("\n", "\r\n")
    start = b"\xef\xbb\xbf" if mark else b""
    done = mend_files({"rules.yaml": start + text.encode()})
    assert [d for d in done.left if d.is_error] == []
    assert sorted(d.code for d in done.done) == sorted(name[:4] for name in names)
    made = done.changed["rules.yaml"]
    assert made.startswith(start)
    lines = made.removeprefix(start).decode().splitlines(keepends=True)
    # A line put in or put in quotes again; everything else is the shipped file, line end by line end.
    assert [x for x in lines if x not in wanted.splitlines(keepends=True)] == [
        x for x in lines if x.lstrip().startswith('label: {id: "Arsip: membantu')
    ]
    assert ("\r\n" in made.decode()) == crlf
    assert made.count(b"\n") == made.count(b"\r\n") or not crlf


@pytest.mark.parametrize("path", MALFORMED, ids=lambda p: p.stem)
def test_no_malformed_file_gets_worse(path: Path) -> None:
    files = {path.name: path.read_bytes()}
    before = [d for d in findings_of(files) if d.is_error]
    done = mend_files(files)
    assert done.taken_back == []
    # Nothing that could be mended is left, and running it again changes nothing.
    assert [d for d in done.left if d.repair] == []
    assert mend_files({**files, **done.changed}).changed == {}
    if done.done and not any(d.code.startswith("E1") for d in before):
        assert len([d for d in done.left if d.is_error]) < len(before)
    if not done.done:
        assert done.changed == {}


def test_a_mend_that_does_not_help_is_taken_back() -> None:
    files = {"f": b"one two\n"}
    useless = replace(fault("E210", Place("f", 1, 1), key="one"), repair=Repair(Place("f", 1, 1), "one", "uno"))
    done = mend_files(files, check=lambda _: [useless])
    assert done.changed == {}
    assert done.done == []
    assert [d.code for d in done.taken_back] == ["U114"]
    assert done.left == (useless,)


def test_a_mend_that_brings_another_error_is_taken_back_and_the_others_stay() -> None:
    files = {"f": b"one\ntwo\n"}

    def check(contents: Mapping[str, bytes]) -> list[Diagnostic]:
        found = []
        for line, (word, new) in enumerate((("one", "uno"), ("two", "due")), 1):
            if word.encode() in contents["f"]:
                place = Place("f", line, 1)
                found.append(replace(fault("E210", place, key=word), repair=Repair(place, word, new)))
        if b"due" in contents["f"]:
            found.append(fault("E202", Place("f", 2, 1), where="x", key="y"))
        return found

    done = mend_files(files, check=check)
    assert done.changed == {"f": b"uno\ntwo\n"}
    assert [d.repair.old for d in done.done if d.repair] == ["one"]
    assert [d.place.line for d in done.taken_back] == [2]


@pytest.mark.parametrize(
    ("text", "old", "new", "wanted"),
    [
        pytest.param("k: one", "one", "two", "k: two", id="plain"),
        pytest.param('k: "one"', "one", "two", 'k: "two"', id="in quotes"),
        pytest.param("k: 'one'", "one", "two", "k: 'two'", id="in single quotes"),
        pytest.param("k: other", "one", "two", None, id="something else stands there"),
        pytest.param('k: "ones"', "one", "two", None, id="in quotes, and longer"),
    ],
)
def test_what_stands_there_is_replaced(text: str, old: str, new: str, wanted: str | None) -> None:
    finding = replace(fault("E210", Place("f", 1, 4), key="x"), repair=Repair(Place("f", 1, 4), old, new))

    def check(contents: Mapping[str, bytes]) -> list[Diagnostic]:
        return [finding] if contents["f"].decode() == text else []

    done = mend_files({"f": text.encode()}, check=check)
    assert done.changed == ({} if wanted is None else {"f": wanted.encode()})


def test_closed_files_stay() -> None:
    files = {"rules.yaml": spoilt(["E207"]).encode()}
    done = mend_files(files, closed=["rules.yaml"])
    assert done.changed == {}
    assert [d.code for d in done.left] == ["E207"]


def test_mends_that_undo_each_other_come_to_an_end() -> None:
    def check(contents: Mapping[str, bytes]) -> list[Diagnostic]:
        old, new = ("a", "b") if contents["f"] == b"a" else ("b", "a")
        place = Place("f", 1, 1)
        return [replace(fault("W502", place, rule=old), repair=Repair(place, old, new))]

    done = mend_files({"f": b"a"}, check=check)
    assert done.changed in ({}, {"f": b"b"})
    assert len(done.done) <= 100
