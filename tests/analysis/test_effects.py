"""What an edit changes: in the text, for whom, and in the plans (semantics §12.6)."""
# ruff: noqa: E501 - a row of a table stands on one line

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import asn_flex as af
from asn_flex.analysis.changes import changes_between, with_change
from asn_flex.cli import run
from asn_flex.report import difference
from asn_flex.rulebook.loader import build_rulebook

ROOT = Path(__file__).parents[2]
QUICKSTART = ROOT / "examples" / "quickstart"
RULES = (QUICKSTART / "rules.yaml").read_text(encoding="utf-8")


def edited(*changes: tuple[str, str]) -> af.Rulebook:
    text = RULES
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    return build_rulebook({"rules.yaml": text.encode()})


OLD = edited()
REST = ("officer.rest_hours: {gte: 8}", "officer.rest_hours: {gte: 20}")


def compared(new: af.Rulebook) -> af.RulebookDiff:
    return af.diff(OLD, new, [QUICKSTART])


def test_rulebook_against_itself_changes_nothing_for_any_scenario():
    found = compared(edited())
    assert found.changes == ()
    assert found.nothing_for_any_scenario
    assert found.nothing_for_these
    assert found.scenarios[0].all_together is not None
    assert found.scenarios[0].all_together.is_nothing


@pytest.mark.parametrize(
    ("change", "matters"),
    [
        pytest.param(("id: Istirahat delapan jam", "id: Istirahat"), False, id="label"),
        pytest.param(REST, True, id="threshold"),
        # Said otherwise, and proven to be the same.
        pytest.param(("must: {officer.rest_hours: {gte: 8}}", "must: {not: {officer.rest_hours: {lt: 8}}}"), False, id="same_condition"),
    ],
)  # fmt: skip
def test_change_matters_unless_it_is_proven_not_to(change: tuple[str, str], matters: bool):
    (found,) = changes_between(OLD, edited(change))
    assert (found.section, found.id, found.kind, found.matters) == ("rules", "LIM-01", "changed", matters)


def test_pairs_gained_and_lost_are_those_of_the_stages():
    new = edited(REST)
    found = compared(new).scenarios[0].all_together

    def pairs(rulebook: af.Rulebook) -> set[tuple[str, str]]:
        scenario = af.load_scenario(QUICKSTART, rulebook)
        frame = af.match(rulebook, scenario, af.infer(rulebook, scenario)).pairs()
        return set(frame.select("officer", "demand").iter_rows())

    assert found is not None
    assert set(found.lost) == pairs(OLD) - pairs(new) != set()
    assert set(found.gained) == pairs(new) - pairs(OLD)
    back = af.diff(new, OLD, [QUICKSTART]).scenarios[0].all_together
    assert back is not None
    assert (back.gained, back.lost, back.filled) == (found.lost, found.gained, found.filled[::-1])


def test_changes_are_tried_one_at_a_time_and_all_together():
    new = edited(REST, ("kind: prioritise", "kind: prioritise\n    note: x"), ("seats: {base: 1", "seats: {base: 2"))
    found = compared(new)
    assert [(c.id, c.matters) for c in found.changes] == [("ACT-01", True), ("LIM-01", True), ("PRI-01", False)]
    alone = found.scenarios[0].alone
    assert sorted(alone) == [0, 1]
    assert alone[0].demands != ()
    assert alone[0].lost == ()
    assert alone[1].demands == ()
    assert alone[1].lost != ()


def test_changed_parameter_carries_the_rules_that_read_it():
    book = """format: asn-flex/rules/1
pack: {id: p, version: "1"}
parameters: {rest: {values: [{from: 2024-01-01, value: 8}]}}
rules: [{id: LIM, kind: limit, must: {officer.rest_hours: {gte: {param: rest}}}}]
"""
    old = build_rulebook({"a.yaml": book.encode()})
    new = build_rulebook({"a.yaml": book.replace("value: 8", "value: 9").encode()})
    (change,) = changes_between(old, new)
    assert (change.section, change.id) == ("parameters", "rest")
    assert "9 from 2024-01-01" in (change.after.en if change.after else "")
    assert with_change(old, new, change).by_id["LIM"] == new.by_id["LIM"] != old.by_id["LIM"]


def test_scenario_that_does_not_fit_tells_its_faults_and_stops_no_other():
    without_tests = RULES.partition("\ntests:\n")[0]
    new = build_rulebook({"rules.yaml": without_tests.replace("  records: {", "  archives: {").encode()})
    found = af.diff(OLD, new, [QUICKSTART, QUICKSTART])
    assert [bool(s.faults) for s in found.scenarios] == [True, True]
    assert "records" in found.scenarios[0].faults[0].message()
    assert not found.nothing_for_these


def test_pages_say_what_the_numbers_say(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    rules = tmp_path / "rules.yaml"
    rules.write_text(RULES.replace(*REST), encoding="utf-8")
    before, out = str(QUICKSTART / "rules.yaml"), tmp_path / "page.html"
    assert run(["diff", before, str(rules), str(QUICKSTART), "--format", "json", "--exit-code"]) == 1
    answer = json.loads(capsys.readouterr().out)
    lost = answer["scenarios"][0]["all_together"]["lost"]
    assert (answer["format"], answer["changes"][0]["id"], bool(lost)) == ("asn-flex/diff/1", "LIM-01", True)
    assert run(["diff", before, str(rules), str(QUICKSTART), "--lang", "id"]) == 0
    text = capsys.readouterr().out
    assert f"{len(lost)} pasangan tidak lagi boleh" in text
    assert run(["diff", before, str(rules), str(QUICKSTART), "--format", "html", "--out", str(out)]) == 0
    page = out.read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "<script" not in page
    assert "LIM-01" in page
    assert run(["diff", before, before, "--format", "md"]) == 0
    assert "The two rulebooks say the same." in capsys.readouterr().out
    assert run(["diff", before, str(tmp_path / "none")]) == 2


def test_markup_in_labels_is_shown_and_not_obeyed():
    new = edited(("id: Istirahat delapan jam", 'id: "<b>x</b> *y*"'), REST)
    found = af.diff(OLD, replace(new), [])
    assert "<b>x</b>" not in difference.as_html(found, "id")
    assert "\\*" in difference.as_markdown(found, "id") or "<b>" not in difference.as_markdown(found, "id")
