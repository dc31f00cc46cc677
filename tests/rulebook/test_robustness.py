"""Whatever stands in a file: diagnostics come out, in both languages, in bounded number and time; nothing is raised."""

from __future__ import annotations

import re
import time
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asn_flex.errors import Diagnostic, RulebookError
from asn_flex.rulebook.loader import build_rulebook, check_files
from asn_flex.rulebook.tree import MAX_BYTES

from ..fuzz.judge import MACHINERY
from .build import HEAD, LABEL
from .mutations import FILES, spoiled_bytes, spoiled_trees

SHORT = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
PACK = {path.as_posix(): path.read_bytes() for path in FILES if "tanjungbalai" in path.as_posix()}


def judge(files: dict[str, bytes]) -> None:
    """Read files that may be anything; whatever is found must be sayable."""
    try:
        found = build_rulebook(files).warnings
    except RulebookError as error:
        found = error.diagnostics
        assert any(d.is_error for d in found)
    times = Counter((d.place, d.code) for d in found if d.is_error)
    assert max(times.values(), default=0) < 3
    for diagnostic in found:
        assert diagnostic.place.file in files
        assert diagnostic.place.line >= 1
        assert diagnostic.place.column >= 1
        for lang in ("id", "en"):
            line = diagnostic.render(lang)
            assert len(line) < 3000
            assert not re.search("[\x00-\x1f\x7f-\x9f\u2028-\u202e\ud800-\udfff]", line)
            assert re.match(r"[^:]+:\d+:\d+: [EW]\d{3} \S", line)
            assert not MACHINERY.search(re.sub("`[^`]*`", "", diagnostic.message(lang)))


@SHORT
@given(spoiled_trees(FILES))
def test_spoiled_tree_is_judged(text: str) -> None:
    judge({"x.yaml": text.encode("utf-8", "surrogatepass")})


@SHORT
@given(spoiled_bytes(FILES))
def test_spoiled_bytes_are_judged(content: bytes) -> None:
    judge({"x.yaml": content})


@settings(SHORT, max_examples=15)
@given(st.data())
def test_pack_with_one_spoiled_file_is_judged(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([p for p in FILES if p.as_posix() in PACK]))
    judge({**PACK, path.as_posix(): data.draw(spoiled_trees([path])).encode("utf-8", "surrogatepass")})


@SHORT
@given(st.binary(max_size=200))
def test_any_bytes_are_judged(content: bytes) -> None:
    judge({"x.yaml": content})


@pytest.mark.parametrize("value", ["", "~", "{}", "[]", "0", "text", "[[]]", "{a: {}}"])
def test_value_of_any_key_may_be_nothing_or_nonsense(value: str) -> None:
    for number, path in enumerate(FILES):
        text = path.read_text("utf-8")
        values = list(re.finditer(r"(?<=[\w\"]:) [^,{}\[\]\n]+", text))
        match = values[(number * 7 + len(value)) % len(values)]
        judge({"x.yaml": f"{text[: match.start()]} {value}{text[match.end() :]}".encode()})


def fill(head: str, unit: str, size: int = MAX_BYTES - 5000) -> bytes:
    """Repeat a line, with its number, up to a size."""
    width = len(unit.format(i=100_000))
    return (head + "".join(unit.format(i=i) for i in range((size - len(head)) // width))).encode()


FLOODS = {
    "open_brackets": (HEAD + "rules: " + "[" * 4_000_000).encode(),
    "question_marks": (HEAD + "? " * 2_000_000).encode(),
    "dashes": (HEAD + "rules:\n" + "- " * 2_000_000).encode(),
    "one_scalar": (HEAD + "sources: {a: {url: " + "x" * 4_000_000 + "}}").encode(),
    "two_long_keys": (HEAD + "sources: {? " + "k" * 2_000_000 + " : {}, ? " + "l" * 2_000_000 + " : {}}").encode(),
    "open_quote": (HEAD + "x: '" + "a\n" * 2_000_000).encode(),
    "comments": (HEAD + "#\n" * 2_000_000).encode(),
    "laughs": (
        HEAD + "a: &a [x]\n" + "".join(f"l{i}: &l{i} [*l{i - 1}, *l{i - 1}]\n" for i in range(1, 60_000))
    ).encode(),
    "same_key": fill(HEAD + "sources:\n", "  a: 1\n"),
    "items": fill(HEAD + "duties:\n  d: {class: support, priority: 5, tags: [", "[],"),
    "unknown_keys": fill(HEAD + "sources:\n  a:\n", "    k{i}: 1\n", 600_000),
    "unknown_facts": fill(
        HEAD + f"rules:\n- id: R\n  kind: limit\n  {LABEL}\n  must:\n", "    officer.x{i}: 1\n", 600_000
    ),
    "unknown_sections": fill(HEAD, "s{i}: 1\n", 600_000),
    "unknown_ids": fill(HEAD + "competencies:\n", "  c{i}: {{implies: [{{competency: d{i}}}]}}\n", 600_000),
    "knot": fill(
        HEAD + "competencies:\n", "  c{i}: {{implies: [{{competency: c{i}}}, {{competency: c0}}]}}\n", 600_000
    ),
}


@pytest.mark.parametrize("name", FLOODS)
def test_flood_is_refused_or_read_in_time_and_with_few_words(name: str) -> None:
    # Not a speed claim: each of these takes minutes, or all memory, where something is not bounded.
    start = time.process_time()
    found: tuple[Diagnostic, ...] = ()
    try:
        build_rulebook({"x.yaml": FLOODS[name]})
    except RulebookError as error:
        found = error.diagnostics
    assert len(found) <= 2100
    assert sum(len(d.render()) for d in found) < 1_000_000
    assert time.process_time() - start < 30


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"# only a comment\n", b"---\n", b"---\n---\n", b"...\n", b"\xef\xbb\xbf", b"null\n", b"[]\n", b"{}\n",
     b"5\n", b"\xff\xfe", b"format:\n", b"format: [asn-flex/rules/1]\n", b"? [a]\n: b\n", b"{a: b}: c\n",
     b"pack: {}\n"],
)  # fmt: skip
def test_file_without_content_is_said_to_be_one(content: bytes, tmp_path) -> None:
    (tmp_path / "x.yaml").write_bytes(content)
    rulebook, found = check_files(tmp_path)
    assert rulebook is None
    assert found
    judge({"x.yaml": content})
