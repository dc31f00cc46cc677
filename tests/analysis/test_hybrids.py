"""Rulebooks between the old and the new one: made of raw entries, loaded like any other (semantics §12.6)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asn_flex.analysis.changes import changes_between
from asn_flex.analysis.hybrids import Hybrids, _emit
from asn_flex.analysis.shapes import shape
from asn_flex.errors import RulebookError
from asn_flex.rulebook.loader import build_rulebook, load_rulebook
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.tree import Map, Node, Scalar, Seq, parse_yaml

from ..support import REPOSITORY
from .edits import LARGER, NO_FORBID, OLD, RULES, STRICTER, edited

NEW_COMPETENCY = ("  bidan: {", "  obat: {label: {id: Farmasi, en: Pharmacy}}\n  bidan: {")
NEEDS_IT = (
    "  - {id: LIM-1",
    "  - {id: FRB-2, kind: forbid, who: {holds: {competency: obat}}, source: [perda]}\n  - {id: LIM-1",
)
NEW_SOURCE = ("{uu: {", "{perda: {label: {id: Perda, en: By-law}}, uu: {")


def between(new: Rulebook, old: Rulebook = OLD) -> Hybrids:
    return Hybrids(old, new, changes_between(old, new))


def ids(hybrids: Hybrids, members: tuple[int, ...]) -> list[str]:
    return [hybrids.changes[i].id for i in members]


def test_one_change_alone_leaves_the_rest_as_it_was():
    hybrids = between(edited(STRICTER, LARGER))
    made = hybrids.alone([c.id for c in hybrids.changes].index("COV-1"))
    assert made is not None
    members, rulebook = made
    assert ids(hybrids, members) == ["COV-1"]
    assert [c.id for c in changes_between(OLD, rulebook) if c.section == "rules"] == ["COV-1"]


def test_changed_parameter_reaches_the_rules_that_read_it():
    new = edited(("value: 8, source", "value: 9, source"))
    made = between(new).alone(0)
    assert made is not None
    assert made[1].by_id["LIM-1"] == new.by_id["LIM-1"] != OLD.by_id["LIM-1"]


def test_rule_brings_what_it_cannot_be_loaded_without():
    hybrids = between(edited(NEW_COMPETENCY, NEEDS_IT, NEW_SOURCE, STRICTER))
    made = hybrids.alone([c.id for c in hybrids.changes].index("FRB-2"))
    assert made is not None
    assert ids(hybrids, made[0]) == ["FRB-2", "obat", "perda"]


def test_removed_entry_takes_along_the_rules_that_named_it():
    old = edited(NEW_COMPETENCY, NEEDS_IT, NEW_SOURCE)
    hybrids = between(edited(STRICTER), old)
    made = hybrids.alone([c.id for c in hybrids.changes].index("obat"))
    assert made is not None
    assert ids(hybrids, made[0]) == ["FRB-2", "obat", "perda"]


def test_rules_that_would_set_each_other_off_for_ever_are_never_tried():
    """Turning two escalations around passes through a circle, which the loader refuses (a bug of the first version)."""

    facts = ("attributes: {", "attributes: {event.a: {type: bool}, event.b: {type: bool}, event.c: {type: bool}, ")
    old = edited(
        facts,
        ("  - {id: LIM-1", "  - {id: S-1, kind: escalate, when: {event.a: true}, set: {b: true}}\n  - {id: LIM-1"),
    )
    new = edited(
        facts,
        ("  - {id: LIM-1", "  - {id: S-2, kind: escalate, when: {event.b: true}, set: {a: true}}\n  - {id: LIM-1"),
    )
    hybrids = between(new, old)
    assert [c.id for c in hybrids.changes] == ["S-1", "S-2"]
    with pytest.raises(RulebookError, match="E303"):
        hybrids.made((1,))
    assert hybrids.alone(1) is None


def test_file_of_a_new_entry_is_its_counterpart_and_tests_are_left_out():
    files = {"lama/a.yaml": RULES.encode(), "lama/sub/b.yaml": b"format: asn-flex/rules/1\n"}
    more = b"format: asn-flex/rules/1\nrules: [{id: FRB-9, kind: forbid, who: {officer.renang: false}}]\n"
    old = build_rulebook(files)
    new = build_rulebook({"baru/a.yaml": RULES.encode(), "baru/sub/b.yaml": more})
    made = between(new, old).made((0,))
    assert made.place_of("rules", "FRB-9").file == "lama/sub/b.yaml"
    assert made.tests == ()


def test_all_changes_together_make_the_new_rulebook():
    old = build_rulebook(
        {p.as_posix(): p.read_bytes() for p in (REPOSITORY / "rules" / "tanjungbalai").rglob("*.yaml")}
    )
    files = dict(old.files)
    name = next(name for name in files if name.endswith("aturan/40_pengganti.yaml"))
    files[name] = files[name].replace(b"min_strength: 0.5", b"min_strength: 0.7")
    new = build_rulebook(files)
    hybrids = between(new, old)
    made = hybrids.made(tuple(range(len(hybrids.changes))))
    assert len(hybrids.changes) == 3
    assert [c.section for c in changes_between(made, new)] == ["tests"] * len(new.tests)


def test_removed_rule_may_be_named_by_a_test():
    named = ("expect: {eligible: {pos: {standard: true}}}", "expect: {refused: {pos: {by: [FRB-1]}}}")
    old = edited(named, ("rest_hours: 9, fit: true", "rest_hours: 9, fit: false"))
    hybrids = between(edited(NO_FORBID), old)
    assert hybrids.alone([c.id for c in hybrids.changes].index("FRB-1")) is not None


# ---- a tree written and read again ---------------------------------------------------------------------------------

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SCALARS = st.builds(lambda text: Scalar(text, plain=False, spot=(1, 1)), TEXTS) | st.sampled_from(
    [
        Scalar(text, plain=True, spot=(1, 1))
        for text in ("1", "0.50", "12.10", "010", "true", "~", "40%", "2024-01-01", "a b")
    ]
)


def seq(items: list[Node]) -> Seq:
    found = Seq((1, 1))
    found.extend(items)
    return found


def mapping(items: dict[str, Node]) -> Map:
    found = Map((1, 1))
    found.update(items)
    return found


TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3).map(seq) | st.dictionaries(TEXTS, inner, max_size=3).map(mapping),
    max_leaves=8,
)


def meaning(node: Node) -> object:
    """Return a tree as the loader takes it: text is text, whether in quotes or not."""
    if isinstance(node, Map):
        return {key: meaning(value) for key, value in node.items()}
    if isinstance(node, Seq):
        return [meaning(item) for item in node]
    has_meaning = node.plain and (node.as_bool is not None or node.as_number_text is not None or node.is_null)
    return (node.text or "~", has_meaning)


@given(tree=TREES)
def test_written_tree_reads_as_the_same_tree(tree: Node):
    again, found = parse_yaml(_emit(mapping({"format": tree})), "x.yaml")
    assert found == []
    assert isinstance(again, Map)
    assert meaning(again["format"]) == meaning(tree)


def test_change_of_a_base_and_of_what_replaces_it_are_made_where_they_stand():
    """An overlay's rulebook holds the files of its bases; a rule of one layer stays there (semantics §5.11)."""
    old = load_rulebook(REPOSITORY / "examples" / "overlay" / "kota")
    files = {
        name: content.replace(b"rest_hours: {gte: 8}", b"rest_hours: {gte: 9}").replace(b"{gte: 6}", b"{gte: 7}")
        for name, content in old.files.items()
    }
    new = build_rulebook(files)
    hybrids = between(new, old)
    assert [c.id for c in hybrids.changes] == ["K-BTS-01", "N-BTS-01"]
    both = hybrids.made((0, 1))
    assert [shape(rule) for rule in both.rules] == [shape(rule) for rule in new.rules]
    alone = hybrids.alone(1)
    assert alone is not None
    assert alone[0] == (1,)
    assert shape(alone[1].by_id["K-BTS-01"]) == shape(old.by_id["K-BTS-01"])
    assert shape(alone[1].by_id["N-BTS-01"]) == shape(new.by_id["N-BTS-01"])
    assert alone[1].by_id["N-BTS-01"].effective.gaps == old.by_id["N-BTS-01"].effective.gaps != ()
