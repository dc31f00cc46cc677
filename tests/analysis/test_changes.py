"""What an edit changes in the text, key by key, and which changes are proven to move nobody (semantics §12.6)."""
# ruff: noqa: E501 - an edit or a row of a table stands on one line

from __future__ import annotations

import pytest

from asn_flex.analysis.changes import Change, changes_between
from asn_flex.errors import Text
from asn_flex.rulebook.loader import build_rulebook

from .edits import LARGER, NO_FORBID, OLD, RULES, STRICTER, edited


def only(*changes: tuple[str, str]) -> Change:
    (found,) = changes_between(OLD, edited(*changes))
    return found


def told(change: Change) -> dict[str, tuple[list[str], list[str]]]:
    return {part.key: ([t.en for t in part.before], [t.en for t in part.after]) for part in change.parts}


def test_rulebook_against_itself_has_no_change():
    assert changes_between(OLD, edited()) == ()


def test_order_layout_comments_and_ways_of_writing_are_no_change():
    lines = RULES.splitlines()
    rules = [line for line in lines if line.startswith("  - {id")]
    turned = "\n".join(line for line in lines if line not in rules)
    turned = turned.replace("rules:", "rules:  # dibalik\n" + "\n".join(reversed(rules)))
    new = edited(
        ("min_strength: 0.5", "min_strength: 0.50"), ("kind: cover, duty: pos", "duty: [pos], kind: cover"), text=turned
    )
    assert new.digest != OLD.digest
    assert changes_between(OLD, new) == ()


@pytest.mark.parametrize(
    ("edit", "section", "name", "parts"),
    [
        pytest.param(STRICTER, "rules", "COV-1", {"min_strength": (["0.5"], ["0.8"])}, id="number"),
        pytest.param(LARGER, "rules", "ACT-1", {"seats": (["2 seats"], ["3 seats"])}, id="seats"),
        pytest.param(
            ("{officer.fit: false}", "{any: [{officer.fit: false}, {officer.renang: false}]}"), "rules", "FRB-1",
            {"who": (["fit for duty: no"], ["fit for duty: no or “Can swim”: no"])}, id="condition",
        ),
        pytest.param(
            ("kind: forbid,", "kind: forbid, effective: {from: 2025-01-01}, if_unknown: confirm,"), "rules", "FRB-1",
            {"effective": (["always"], ["from 1 Jan 2025"]), "if_unknown": (["it refuses"], ["it asks before signing"])},
            id="dates_and_unknown",
        ),
        pytest.param(
            ('source: ["uu#3"]', 'source: ["uu#3", "uu#4"]'), "rules", "ACT-1", {"source": ([], ["uu#4"])}, id="list"
        ),
        pytest.param(
            ("kind: cover, duty: pos, by", "kind: cover, by"), "rules", "COV-1",
            {"duty": (["“Health post”"], [])}, id="every_duty",
        ),
        pytest.param(
            ("value: 8, source: [uu]}", "value: 8, source: [uu]}, {from: 2027-01-01, value: 10}"), "parameters",
            "istirahat", {"values": ([], ["10 since 1 Jan 2027"])}, id="dated_value",
        ),
        pytest.param(
            ("strength: 0.7}", "strength: 0.75, level_offset: -1}"), "competencies", "bidan",
            {"substitutes": (["stands in for Nursing (rawat) with strength 0.7"],
                             ["stands in for Nursing (rawat) with strength 0.75, level −1"])}, id="edge",
        ),
        pytest.param(
            ("requires: [{competency: rawat, level: 2}]", "requires: [{competency: rawat, level: 3, strict: true}]"), "duties", "pos",
            {"requires": (["Nursing (rawat) at level 2"], ["Nursing (rawat) at level 3, strictly"])}, id="requirement",
        ),
        pytest.param(("class: support", "class: essential"), "duties", "gudang",
                     {"class": (["support"], ["essential"])}, id="class"),
        pytest.param(("window: 6h", "window: 1d"), "measures", "sungai", {"window": (["6h"], ["1d"])}, id="measure"),
        pytest.param(("type: bool, label", "type: bool, sensitive: true, label"), "attributes", "officer.renang",
                     {"sensitive": (["no"], ["yes"])}, id="attribute"),
        pytest.param(("en: Flood", "en: Flooding"), "events", "banjir", {"label": (["Flood"], ["Flooding"])}, id="event"),
        pytest.param(("{uu: {label", "{uu: {issued: 2007-04-26, label"), "sources", "uu",
                     {"issued": ([], ["26 Apr 2007"])}, id="source"),
        pytest.param(('version: "1"', 'version: "2"'), "pack", "kecil", {"version": (["1"], ["2"])}, id="pack"),
        pytest.param(("rest_hours: 9, fit", "rest_hours: 8, fit"), "tests", "Perawat boleh", {"given": ([], [])}, id="test"),
    ],
)  # fmt: skip
def test_changed_entry_says_only_the_keys_that_differ(edit, section: str, name: str, parts):
    found = only(edit)
    assert (found.section, found.id, found.kind) == (section, name, "changed")
    assert told(found) == parts


def test_added_and_removed_rules_are_sentences():
    gone = only(NO_FORBID)
    assert (gone.kind, gone.after) == ("removed", None)
    assert gone.before == Text(
        "FRB-1: melarang pegawai dengan sehat untuk bertugas: tidak", "FRB-1: refuses those with fit for duty: no"
    )
    (back,) = changes_between(edited(NO_FORBID), OLD)
    assert (back.kind, back.before, back.after) == ("added", None, gone.before)


def test_rule_of_another_kind_is_told_whole():
    found = only(("FRB-1, kind: forbid, who:", "FRB-1, kind: limit, must:"))
    assert found.keys == ("kind",)
    assert found.before is not None
    assert found.after is not None
    assert found.after.en == "FRB-1: lets only those with fit for duty: no go"


def test_changes_come_rules_first_in_order_of_id():
    found = changes_between(OLD, edited(STRICTER, LARGER, ("en: Flood", "en: Flooding")))
    assert [(c.section, c.id) for c in found] == [("rules", "ACT-1"), ("rules", "COV-1"), ("events", "banjir")]


MATTERS = {
    "threshold": (STRICTER, True),
    "label": (("label: {id: Gudang, en: Warehouse}", "label: {id: Gudang, en: Depot}"), False),
    "source": (('source: ["uu#3"]', "source: [uu]"), False),
    "test": (("rest_hours: 9, fit", "rest_hours: 8, fit"), False),
    "version": (('version: "1"', 'version: "2"'), False),
    "sensitive": (("type: bool, label", "type: bool, sensitive: true, label"), False),
    "parameter that a rule reads": (("value: 8, source", "value: 9, source"), True),
    "measure that no rule reads": (("window: 6h", "window: 1d"), False),
    # A table with a column `renang` could be read before, and not any more.
    "fact that no rule reads": (("type: bool, label", "type: text, label"), True),
    "same condition, said otherwise": (
        ("must: {officer.rest_hours: {gte: {param: istirahat}}}", "must: {not: {officer.rest_hours: {lt: {param: istirahat}}}}"),
        False,
    ),
    "condition that only looks the same": (
        # Unknown hours are refused by both; but `known` is never unknown, and this one lets them pass.
        ("must: {officer.rest_hours: {gte: {param: istirahat}}}",
         "must: {any: [{officer.rest_hours: {gte: {param: istirahat}}}, {officer.rest_hours: {known: false}}]}"),
        True,
    ),
    "same condition, absorbed": (
        ("{officer.fit: false}", "{any: [{officer.fit: false}, {officer.fit: false, officer.renang: true}]}"), False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MATTERS)
def test_change_matters_unless_it_is_proven_not_to(name: str):
    edit, matters = MATTERS[name]
    assert only(edit).matters is matters


def test_same_truth_is_no_proof_where_what_is_asked_depends_on_how_it_is_written():
    """Both refuse the same people; but where swimming is unknown too, the second also asks about it."""
    asking = ("FRB-1, kind: forbid,", "FRB-1, kind: forbid, if_unknown: confirm,")
    absorbed = ("{officer.fit: false}", "{any: [{officer.fit: false}, {officer.fit: false, officer.renang: true}]}")
    (found,) = changes_between(edited(asking), edited(asking, absorbed))
    assert found.matters


def test_values_that_read_alike_are_not_taken_as_the_same():
    """`in: ["a, b"]` is one value and `in: [a, b]` are two, though both print as `a, b`."""
    one, two = (
        ("{officer.fit: false}", '{officer.grade: {in: ["a, b"]}}'),
        ("{officer.fit: false}", "{officer.grade: {in: [a, b]}}"),
    )
    (found,) = changes_between(edited(one), edited(two))
    assert (found.keys, found.matters) == (("who",), True)


def test_fact_that_decides_a_rule_tells_its_readers():
    assert only(("value: 8, source", "value: 9, source")).used_by == ("LIM-1",)


def test_rule_that_asks_a_protected_fact_is_marked():
    # `fit` is sensitive (semantics §3.5); so is a cover that lifts the rule which asks it.
    assert only(NO_FORBID).protected
    assert not only(STRICTER).protected
    lifted = (
        "  - {id: COV-2, kind: cover, by: standard, overrides: [FRB-1], source: [uu], effective: {until: 2030-01-01}}\n"
    )
    assert only(("  - {id: LIM-1", f"{lifted}  - {{id: LIM-1")).protected


def test_parameter_that_a_rule_about_a_protected_fact_reads_is_marked():
    # Whom another threshold concerns tells whose distance it is.
    text = RULES.replace(
        "kind: limit, must: {officer.rest_hours: {gte: {param: istirahat}}}",
        "kind: forbid, who: {officer.fit: false, officer.rest_hours: {lt: {param: istirahat}}}",
    )
    changed = ("value: 8, source", "value: 9, source")
    (found,) = changes_between(edited(text=text), edited(changed, text=text))
    assert (found.section, found.protected) == ("parameters", True)
    assert not only(changed).protected


def test_two_tests_of_one_name_are_two():
    twice = RULES + RULES.partition("tests:\n")[2].replace("rest_hours: 9", "rest_hours: 12")
    new = build_rulebook({"rules.yaml": twice.encode()})
    (found,) = changes_between(OLD, new)
    assert (found.section, found.kind) == ("tests", "added")


@pytest.mark.parametrize(("before", "after", "shown"), [
    ("who: {officer.fit: false}", "who: {not: {officer.fit: true}}",
     ("`officer.fit: false`", "`not: {officer.fit: true}`")),
    ("must: {officer.rest_hours: {gte: {param: istirahat}}}",
     "must: {not: {officer.rest_hours: {lt: {param: istirahat}}}}",
     ("`officer.rest_hours: {gte: {param: istirahat}}`", "`not: {officer.rest_hours: {lt: {param: istirahat}}}`")),
])  # fmt: skip
def test_condition_that_reads_alike_is_shown_as_it_is_written(before: str, after: str, shown: tuple[str, str]):
    (found,) = changes_between(OLD, edited((before, after)))
    (part,) = found.parts
    assert (part.before[0].en, part.after[0].en) == shown
