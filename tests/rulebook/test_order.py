"""The order of files and entries never matters (§5.1): same digest, same content, same findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asn_flex.errors import RulebookError
from asn_flex.rulebook.loader import build_rulebook, load_rulebook
from asn_flex.rulebook.model import Rulebook
from tests.support import CASES, REPOSITORY

from .build import LABEL, book
from .mutations import text_of, tree_of

SEVERAL = sorted(CASES.glob("*/rules.yaml"))[::9]
# Names what is wrong by more than one rule, so that the one it is reported for could depend on the order.
FAULTY: dict[str, Any] = {
    "format": "asn-flex/rules/1",
    "pack": {"id": "p", "version": '"1"'},
    "parameters": {"rest": {"values": [{"from": "2024-01-01", "value": "x"}, {"from": "2024-01-01", "value": "8"}]}},
    "competencies": {
        "a": {"implies": [{"competency": "b"}]},
        "b": {"implies": [{"competency": "c"}, {"competency": "a"}]},
        "c": {"implies": [{"competency": "a"}], "levels": "0"},
    },
    "duties": {"d1": {"class": "support", "priority": "5"}, "d2": {"class": "support"}},
    "rules": [
        {"id": f"R{i}", "kind": "limit", "must": {fact: {"gte": {"param": "rest"}}}}
        for i, fact in enumerate(["officer.rest_hours", "officer.hours_7d", "officer.birth_date", "officer.rest_hour"])
    ]
    + [
        {"id": f"A{i}", "kind": "activate", "duty": "d1", "each": "event", "seats": {"base": "1"},
         "shifts": [{"id": "pagi", "from": f'"0{6 + i % 2}:00"', "hours": "8"}]}
        for i in range(3)
    ]
    + [{"id": "S1", "kind": "escalate", "when": {"event.severity": "3"}, "set": {"severity": "4", "sevrity": "4"}}],
}  # fmt: skip


def pieces_of(tree: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """Take a rulebook apart: (section, id or None, entry)."""
    found: list[tuple[str, Any, Any]] = []
    for section, node in tree.items():
        if section == "pack":
            found.append((section, None, node))
        elif isinstance(node, dict):
            found.extend((section, key, entry) for key, entry in node.items())
        elif isinstance(node, list):
            found.extend((section, None, entry) for entry in node)
    return found


def put_together(pieces: Iterable[tuple[str, Any, Any]]) -> bytes:
    tree: dict[str, Any] = {"format": "asn-flex/rules/1"}
    for section, key, entry in pieces:
        if section == "pack":
            tree[section] = entry
        elif key is None:
            tree.setdefault(section, []).append(entry)
        else:
            tree.setdefault(section, {})[key] = entry
    return text_of(tree).encode()


@st.composite
def scattered(draw: st.DrawFn, tree: dict[str, Any]) -> dict[str, bytes]:
    """Scatter the entries of a rulebook over up to five files, in any order."""
    pieces = draw(st.permutations(pieces_of(tree)))
    homes = draw(st.lists(st.integers(0, 4), min_size=len(pieces), max_size=len(pieces)))
    files = {
        f"{home}.yaml": [p for p, h in zip(pieces, homes, strict=True) if h == home] for home in sorted(set(homes))
    }
    return {name: put_together(files[name]) for name in draw(st.permutations(sorted(files)))}


def content_of(rulebook: Rulebook) -> Rulebook:
    """The rulebook without what tells where it stood."""
    return replace(rulebook, places={}, test_places=(), files={}, warnings=())


def findings_of(rulebook: Rulebook) -> list[tuple[str, str]]:
    return sorted((d.code, d.message()) for d in rulebook.warnings)


@pytest.mark.parametrize("path", SEVERAL, ids=lambda p: p.parent.name)
@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_scattered_rulebook_is_the_same(path, data: st.DataObject) -> None:
    whole = load_rulebook(path)
    again = build_rulebook(data.draw(scattered(tree_of(path))))
    assert again.digest == whole.digest
    assert content_of(again) == content_of(whole)
    assert findings_of(again) == findings_of(whole)


@settings(max_examples=4, deadline=None)
@given(data=st.data())
def test_scattered_pack_is_the_same(data: st.DataObject) -> None:
    folder = REPOSITORY / "rules" / "tanjungbalai"
    tree: dict[str, Any] = {}
    for path in sorted(folder.rglob("*.yaml")):
        for section, node in tree_of(path).items():
            if isinstance(node, dict):
                tree.setdefault(section, {}).update(node)
            else:
                tree[section] = [*tree.get(section, []), *node] if isinstance(node, list) else node
    whole = load_rulebook(folder)
    again = build_rulebook(data.draw(scattered(tree)))
    assert again.digest == whole.digest
    assert content_of(again) == content_of(whole)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_scattered_faults_are_the_same(data: st.DataObject) -> None:
    def findings(files: dict[str, bytes]) -> list[tuple[str, str]]:
        with pytest.raises(RulebookError) as refusal:
            build_rulebook(files)
        # A shift names the other place; where that is depends on the files, of course.
        return sorted((d.code, d.message().partition("(also at")[0]) for d in refusal.value.diagnostics)

    assert findings(data.draw(scattered(FAULTY))) == findings({"0.yaml": text_of(FAULTY).encode()})


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("{tags: [a, b]}", "{tags: [a, b]} # a word", True, id="comment"),
        pytest.param("{tags: [a, b]}", "{tags: ['a', b]}", True, id="quotes_around_text"),
        pytest.param("{cluster: '5'}", "{cluster: 5}", False, id="quotes_around_a_number"),
        pytest.param("{tags: [a]}", "{tags: a}", False, id="list_of_one"),
        pytest.param("{tags: [a, b]}", "{tags: [b, a]}", False, id="order_in_a_list"),
        pytest.param("{cluster: a}", "{cluster: b}", False, id="another_word"),
    ],
)
def test_digest_covers_what_is_said_and_not_how_it_is_written(one: str, other: str, same: bool) -> None:
    def digest(extra: str) -> str:
        text, _, comment = extra.partition("}")
        inside = text.removeprefix("{")
        return book(f"duties:\n  d: {{{LABEL}, class: support, priority: 5, {inside}}}{comment}\n").digest

    assert (digest(one) == digest(other)) is same
