"""Valid rulebooks, and ways to spoil them: the trees behind the property tests of this folder."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from asn_flex.rulebook.tree import Map, Node, Scalar, Seq, parse_yaml
from tests.support import CASES, REPOSITORY

FILES = sorted(CASES.glob("*/rules.yaml")) + sorted((REPOSITORY / "rules" / "tanjungbalai").rglob("*.yaml"))
BARE = re.compile(r"[\w.%:+#/~<-]*\w|[-+.\w]+|")
# What a person, a program or a prank may put where something else belongs.
ODD_VALUES = (
    "", "~", "null", "true", "no", "0", "-1", "5", "0.5", "1e400", "-.inf", ".nan", ".inf", "0x1F", "0o17", "9" * 5000,
    "0." + "1" * 400, "99999999999999999999", "40%", "140%", "-5%", "%", "2024-01-01", "2024-02-30", "9999-12-31",
    "0000-00-00", "07:00", "25:00", "2024-01-01T00:00:00+07:00", "0001-01-01T00:00:00+14:00", "6h", "99999999d",
    "flood", "a" * 5000, "officer.fit", "event.severity", "٣", "é", "=", "<<", "*x", "&x", "!!python/name:os.system",
)  # fmt: skip


def text_of(node: Any) -> str:
    """Write a tree as one line of YAML; a list of pairs is a mapping that may hold a key twice."""
    if isinstance(node, list):
        return "[" + ", ".join(map(text_of, node)) + "]"
    if isinstance(node, dict):
        return "{" + ", ".join(f"{_key(k)}: {text_of(v)}" for k, v in node.items()) + "}"
    if isinstance(node, tuple):
        return "{" + ", ".join(f"{_key(k)}: {text_of(v)}" for k, v in node) + "}"
    return str(node)


def _key(key: Any) -> str:
    return text_of(key) if not isinstance(key, str) else json.dumps(key)


def plain_tree(node: Node | None) -> Any:
    """Return a tree of dicts, lists and scalars as they are written."""
    if isinstance(node, Map):
        return {key: plain_tree(value) for key, value in node.items()}
    if isinstance(node, Seq):
        return [plain_tree(item) for item in node]
    assert isinstance(node, Scalar)
    return node.text if node.plain and BARE.fullmatch(node.text) else json.dumps(node.text, ensure_ascii=False)


def tree_of(path: Path) -> Any:
    tree, found = parse_yaml(path.read_text("utf-8"), path.name)
    assert not found
    return plain_tree(tree)


def paths_in(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every way from the root to a part of the tree, the root excepted."""
    found: list[tuple[Any, ...]] = []
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, child in items:
        found.append((*path, step))
        found.extend(paths_in(child, (*path, step)))
    return found


def part(node: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        node = node[step]
    return node


scalars = st.sampled_from(ODD_VALUES) | st.text(max_size=20).map(lambda t: json.dumps(t, ensure_ascii=False))
nodes = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def spoiled_trees(draw: st.DrawFn, paths: list[Path]) -> str:
    """Draw a rule file, spoil it in one to four ways, and write it."""
    tree = tree_of(draw(st.sampled_from(paths)))
    for _ in range(draw(st.integers(1, 4))):
        ways = paths_in(tree)
        if not ways:
            break
        path = draw(st.sampled_from(ways))
        parent, step = part(tree, path[:-1]), path[-1]
        kind = draw(st.sampled_from(("drop", "value", "rename", "twice", "move", "wrap", "empty")))
        if kind == "drop":
            del parent[step]
        elif kind == "value":
            parent[step] = draw(nodes)
        elif kind == "empty":
            parent[step] = draw(st.sampled_from(("", {}, [], "~")))
        elif kind == "wrap":
            parent[step] = draw(st.sampled_from(([parent[step]], {"x": parent[step]})))
        elif kind == "move":
            # A copy: a part moved into itself would have no end.
            parent[step] = deepcopy(part(tree, draw(st.sampled_from(ways))))
        elif kind == "twice" and isinstance(parent, list):
            parent.append(parent[step])
        elif kind == "rename" and isinstance(parent, dict) and isinstance(step, str):
            letters = draw(st.text("abcdefgh_.@ \n", min_size=0, max_size=2))
            parent[step[:-1] + letters] = parent.pop(step)
    return text_of(tree)


@st.composite
def spoiled_bytes(draw: st.DrawFn, paths: list[Path]) -> bytes:
    """Draw a rule file and spoil its bytes: cut, insert, replace, turn the ends of lines, add marks."""
    content = draw(st.sampled_from(paths)).read_bytes()[:6000]
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(content)))
        junk = draw(
            st.sampled_from(
                (b"\t", b"\0", b"\x07", b"\xff", b"\xe9", b"\xc2\x85", b"\xe2\x80\xa8", b"---\n", b"&a ", b"*a",
                 b"!!x ", b"{", b"}", b"[", b"]", b"'", b'"', b": ", b"- ", b"#", b"\n", b"? ", b"|", b">", b"%", b"@",
                 b"<<: ")
            )
            | st.binary(max_size=8)
        )  # fmt: skip
        kind = draw(st.sampled_from(("cut", "insert", "replace", "crlf", "bom", "tail")))
        if kind == "cut":
            content = content[:at]
        elif kind == "insert":
            content = content[:at] + junk + content[at:]
        elif kind == "replace":
            content = content[:at] + junk + content[at + len(junk) :]
        elif kind == "crlf":
            content = content.replace(b"\n", b"\r\n")
        elif kind == "bom":
            content = b"\xef\xbb\xbf" + content
        else:
            content = content[at:]
    return content
