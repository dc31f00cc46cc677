"""Findings carry a repair only where one mend is safe, and that mend works (§12.2)."""

from __future__ import annotations

from pathlib import Path

import pytest

from asn_flex.errors import Diagnostic, Repair, RulebookError
from asn_flex.rulebook.findings import Suggestions
from asn_flex.rulebook.loader import build_rulebook

from .build import HEAD, LABEL, findings

FILES = sorted((Path(__file__).parent / "malformed").glob("*.yaml"))


def mended(text: str, repair: Repair) -> str:
    # What stands there may be several lines.
    at = sum(len(line) + 1 for line in text.split("\n")[: repair.place.line - 1]) + repair.place.column - 1
    at += not text.startswith(repair.old, at) and text[at] in "\"'"
    assert text.startswith(repair.old, at)
    return text[:at] + repair.new + text[at + len(repair.old) :]


def found_in(content: bytes) -> list[Diagnostic]:
    try:
        return list(build_rulebook({"x.yaml": content}).warnings)
    except RulebookError as error:
        return list(error.diagnostics)


def test_every_repair_of_the_malformed_files_removes_its_finding_and_brings_no_other_in_its_place() -> None:
    codes = set()
    for file in FILES:
        content = file.read_bytes()
        for diagnostic in found_in(content):
            if diagnostic.repair is not None:
                codes.add(diagnostic.code)
                after = found_in(mended(content.decode(), diagnostic.repair).encode())
                assert diagnostic.place not in {d.place for d in after}, file.name
    assert codes == {
        "E102", "E103", "E109", "E201", "E204", "E207", "E208", "E210", "E301", "E401", "E402", "E404", "E409",
    }  # fmt: skip


ROWS = [
    pytest.param("soruces: {}", "soruces", "sources", id="section"),
    pytest.param(f"rules: [{{id: A, kind: limt, {LABEL}, must: {{officer.fit: true}}}}]", "limt", "limit", id="kind"),
    pytest.param(f'rules: [{{id: A, kind: limit, {LABEL}, "mustt": {{}}}}]', "mustt", "must", id="quoted_key"),
    pytest.param("competencies: {a: {levles: 3}}", "levles", "levels", id="key"),
    pytest.param(
        f"sources: {{uu24-2007: {{{LABEL}}}}}\ncompetencies: {{a: {{{LABEL}, source: ['uu24-207#50']}}}}",
        None, None, id="digits_differ",
    ),
    pytest.param(
        f"sources: {{perda-rtrw: {{{LABEL}}}}}\ncompetencies: {{a: {{{LABEL}, source: ['perda-rtwr#5']}}}}",
        "perda-rtwr", "perda-rtrw", id="citation_keeps_its_article",
    ),
    pytest.param(f"rules: [{{id: A, kind: limit, {LABEL}, must: {{rest_hours: {{gte: 8}}}}}}]",
                 "rest_hours", "officer.rest_hours", id="fact_without_scope"),
    pytest.param(f"rules: [{{id: A, kind: prioritise, {LABEL}, add: 1, when: {{affected_people: 8}}}}]",
                 None, None, id="fact_of_two_scopes"),
    pytest.param(f"rules: [{{id: A, kind: limit, {LABEL}, must: {{event.severty: 8}}}}]",
                 None, None, id="fact_that_cannot_be_asked_there"),
    pytest.param(f"rules: [{{id: A, kind: escalate, {LABEL}, set: {{event.severty: 4}}}}]",
                 "event.severty", "event.severity", id="fact_that_is_set"),
    pytest.param(f"rules: [{{id: A, kind: escalate, {LABEL}, set: {{severity: 4}}, when: {{event.phase: respons}}}}]",
                 "respons", "response", id="value"),
    pytest.param(f"rules: [{{id: A, kind: protect, {LABEL}, unit: x, keep: {{share: 40}}}}]",
                 "40", "40%", id="percent"),
    pytest.param(f"rules: [{{id: A, kind: protect, {LABEL}, unit: x, keep: {{share: '12.5'}}}}]",
                 "12.5", "12.5%", id="quoted_percent"),
    pytest.param(f"rules: [{{id: A, kind: protect, {LABEL}, unit: x, keep: {{share: 0.4}}}}]",
                 None, None, id="parts_of_one"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "old", "new"), ROWS)
def test_only_a_safe_mend_is_offered(text: str, old: str | None, new: str | None) -> None:
    (one,) = [d for d in findings(text + "\n") if d.is_error]
    if old is None:
        assert one.repair is None
        return
    assert one.repair == Repair(one.place, old, new or "")
    assert [d for d in found_in(mended(HEAD + text + "\n", one.repair).encode()) if d.is_error] == []


def test_nothing_is_sure_where_two_names_are_as_near() -> None:
    # `cat` differs in one letter from each of them.
    assert Suggestions().slip("cat", ["bat", "hat"]) == ("hat", None)
    assert Suggestions().slip("FRB-10", ["FRB-01", "LIM-02"]) == ("FRB-01", None)
    assert Suggestions().slip("Response", ["response"]) == ("response", "response")
    assert Suggestions().slip("x", []) == (None, None)


def test_dash_of_a_word_processor_is_mended_wherever_an_id_stands():
    duty = f"duties: {{d: {{class: support, priority: 1, {LABEL}}}}}\n"
    kind = f"kind: activate, {LABEL}, duty: d, each: area, seats: {{base: 1}}"
    rule = f"rules: [{{id: A, {kind}, when: {{area.id: k\u20131}}}}]"
    given = "now: 2024-01-01T00:00:00+07:00, given: {officer: {unit: u\u20131}}"
    test = f"tests: [{{name: {{id: a, en: b}}, {given}, expect: {{event: {{severity: 2}}}}}}]"
    for text, mended_id in ((HEAD + duty + rule, "k-1"), (HEAD + duty + test, "u-1")):
        repairs = [d.repair for d in found_in(text.encode()) if d.code == "E208"]
        assert [r.new for r in repairs if r is not None] == [mended_id]


def test_fact_of_a_pair_in_a_protection_has_one_finding():
    rule = f"id: P, kind: protect, {LABEL}, unit: u, keep: {{share: 50%}}, when: {{pair.same_area: true}}"
    text = f"{HEAD}rules: [{{{rule}}}]\n"
    assert [d.code for d in found_in(text.encode()) if d.is_error] == ["E402"]


@pytest.mark.parametrize(("word", "meant"), [("min", "gte"), ("maks", "lte"), ("maximum", "lte")])
def test_least_and_most_are_never_mended_to_in(word: str, meant: str):
    # `min` is as near to `in` as a slip of the pen, and "at least" is not "one of".
    rule = f"id: L, kind: limit, {LABEL}, must: {{officer.rest_hours: {{{word}: 8}}}}"
    found = [d for d in found_in(f"{HEAD}rules: [{{{rule}}}]\n".encode()) if d.is_error]
    assert [(d.code, d.repair and d.repair.new) for d in found] == [("E201", meant)]


def test_misspelt_id_of_a_rule_is_one_finding_for_all_who_name_it():
    cover = f"idd: C, kind: forbid, {LABEL}, who: {{officer.fit: false}}"
    lifts = "by: standard, overrides: [C], source: [s], effective: {until: 2030-01-01}"
    other = f"id: D, kind: cover, {LABEL}, duty: d, {lifts}"
    text = (
        f"{HEAD}sources: {{s: {{{LABEL}}}}}\nduties: {{d: {{class: support, priority: 1, {LABEL}}}}}\n"
        f"rules: [{{{cover}}}, {{{other}}}]\n"
    )
    assert [(d.code, d.repair and d.repair.new) for d in found_in(text.encode()) if d.is_error] == [("E201", "id")]
