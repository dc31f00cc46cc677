"""Rule tests: each expectation met and missed, with the reason; coverage; suggestions that hold (semantics §5.12)."""
# ruff: noqa: E501 - a row of a table stands on one line

from __future__ import annotations

import dataclasses
import json
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import asn_flex as af
from asn_flex.analysis.coverage import coverage, percent, untested
from asn_flex.analysis.rule_tests import run_tests
from asn_flex.analysis.suggest import suggest
from asn_flex.cli import run
from asn_flex.errors import RulebookError
from asn_flex.report import tested
from asn_flex.rulebook.loader import build_rulebook
from asn_flex.situation.durable import DurableEngine

ROOT = Path(__file__).parents[2]
SHIPPED = [ROOT / "rules" / "tanjungbalai", ROOT / "examples" / "quickstart" / "rules.yaml"]
BOOK = """format: asn-flex/rules/1
pack: {id: t, version: "1"}
events: {flood: {}, quake: {}}
attributes: {event.wet: {type: bool}}
measures: {river: {observe: level, window: 6h, take: max, scope: event}}
competencies:
  nursing: {}
  clerk: {substitutes: [{for: nursing, strength: 0.6}]}
duties:
  post: {class: essential, priority: 5, requires: [{competency: nursing, level: 2}]}
  desk: {class: support, priority: 2, requires: [{competency: clerk}]}
rules:
  - {id: ESC, kind: escalate, when: {measure.river: {gte: 3}}, set: {severity: 4}}
  - {id: ACT, kind: activate, duty: post, each: event, when: {event.severity: {gte: 3}}, seats: {base: 2}}
  - {id: COV, kind: cover, duty: post, by: substitution, min_strength: 0.5}
  - {id: FRB, kind: forbid, duty: post, who: {officer.fit: false}}
  - {id: LIM, kind: limit, must: {pair.travel_min: {lte: 30}}}
  - {id: PRF, kind: prefer, when: {event.wet: true}, who: {officer.willing: true}, points: -5}
  - {id: PRO, kind: protect, unit: hall, keep: {at_least: 1}}
"""
NURSE = "officer: {holdings: [{competency: nursing, level: 3}], fit: true}, pair: {travel_min: 10}"
CLERK = "officer: {holdings: [{competency: clerk, level: 2}], fit: true}, pair: {travel_min: 10}"


def book(given: str, expect: str):
    test = f"{{name: {{en: x}}, now: 2026-11-20T03:00:00+07:00, given: {{{given}}}, expect: {{{expect}}}}}"
    return build_rulebook({"t.yaml": (BOOK + f"tests:\n  - {test}\n").encode()})


FLOOD = "event: {type: flood}"
HIGH = "event: {type: flood}, measure: {river: 3.5}"


@pytest.mark.parametrize(
    ("given", "expect"),
    [
        pytest.param(HIGH, "event: {severity: 4}", id="event"),
        pytest.param(HIGH, "seats: {post: 2, desk: 0}", id="seats"),
        pytest.param(f"{HIGH}, {NURSE}", "eligible: {post: {standard: true}}", id="standard"),
        pytest.param(f"{HIGH}, {CLERK}", "eligible: {post: {rule: COV, strength: 0.6}}", id="cover"),
        pytest.param(f"{HIGH}, {CLERK}", "eligible: {post: {}}", id="any_ground"),
        # Nothing opens the desk here; the pair is judged all the same.
        pytest.param(f"{FLOOD}, {CLERK}", "eligible: {desk: {standard: true}}, seats: {desk: 0}", id="not_opened"),
        pytest.param(f"{HIGH}, officer: {{fit: false}}", "refused: {post: {by: [FRB, LIM]}}", id="refused_by"),
        pytest.param(f"{HIGH}, {NURSE.replace('fit: true', 'grade: x')}", "refused: {post: {missing: [officer.fit]}}", id="missing"),
        pytest.param(f"{HIGH}, officer: {{}}", "refused: {post: {}}", id="no_competency"),
        pytest.param(f"event: {{type: flood, wet: true}}, {NURSE.replace('fit: true', 'willing: true')}", "acts: [PRF], idle: [ESC]", id="acts"),
        pytest.param(f"{FLOOD}, unit: {{id: hall}}", "acts: [PRO]", id="protects"),
        pytest.param(f"{FLOOD}, officer: {{unit: desk}}", "idle: [PRO]", id="other_unit"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("engine", ["plain", "durable"])
def test_expectation_that_is_met_passes(given: str, expect: str, engine: str):
    report = af.run_tests(book(given, expect), engine=engine)
    assert report.ok, [f.found.en for r in report.results for f in r.failures]


@pytest.mark.parametrize(
    ("given", "expect", "found", "reason"),
    [
        pytest.param(HIGH, "event: {severity: 3}", "`4`", "rule `ESC`: `when` is true, by `measure.river: {gte: 3}` with `3.5`", id="event"),
        pytest.param(FLOOD, "event: {severity: 4}", "unknown", "`measure.river` is missing", id="event_unknown"),
        pytest.param(FLOOD, "seats: {post: 2}", "0 seats", "`event.severity` is missing", id="seats"),
        pytest.param(f"{HIGH}, {CLERK}", "eligible: {post: {standard: true}}", "COV (strength 0.6)", "", id="standard"),
        pytest.param(f"{HIGH}, {CLERK}", "eligible: {post: {rule: COV, strength: 0.7}}", "0.6", "", id="strength"),
        pytest.param(f"{HIGH}, {NURSE.replace('10', '99')}", "eligible: {post: {}}", "refused", "rule `LIM`", id="limit"),
        pytest.param(f"{HIGH}, pair: {{travel_min: 1}}, officer: {{fit: true}}", "eligible: {post: {}}", "refused", "lacks competency `nursing`", id="lacks"),
        pytest.param(f"{HIGH}, {NURSE}", "refused: {post: {}}", "the full standard", "", id="refused"),
        pytest.param(f"{HIGH}, officer: {{fit: true}}", "refused: {post: {by: [FRB]}}", "`LIM`", "rule `FRB`: `who` is false, by `officer.fit: false` with `true`", id="by"),
        pytest.param(FLOOD, "acts: [ESC]", "idle", "`when` is unknown", id="acts"),
    ],
)  # fmt: skip
def test_expectation_that_is_missed_fails_with_its_reason(given: str, expect: str, found: str, reason: str):
    report = run_tests(book(given, expect))
    (failure,) = report.results[0].failures
    assert found in failure.found.en
    assert not reason or any(reason in text.en for _, text in failure.reasons)
    for place, _ in failure.reasons:
        assert (place.file, place.line > 5) == ("t.yaml", True)
    text = "\n".join(tested.as_text(report, None, "id"))
    assert text.splitlines()[0].startswith("t.yaml:21:5: uji gagal: x")


@pytest.mark.parametrize("expect", ["eligible: {post: {rule: COV}}", "refused: {post: {}}"])
def test_ground_that_was_found_is_told_in_both_languages(expect: str):
    (failure,) = run_tests(book(f"{HIGH}, {NURSE}", expect)).results[0].failures
    assert failure.found == ("boleh, atas dasar: standar penuh", "eligible, on: the full standard")


def test_rules_that_contradict_each_other_fail_the_test():
    more = "  - {id: A1, kind: escalate, set: {wet: true}}\n  - {id: A2, kind: escalate, set: {wet: false}}\n"
    text = (
        BOOK
        + more
        + "tests: [{name: {en: x}, now: 2026-11-20T03:00:00+07:00, given: {event: {type: flood}}, expect: {seats: {post: 0}}}]\n"
    )
    report = run_tests(build_rulebook({"t.yaml": text.encode()}))
    assert "A1" in report.failed[0].failures[0].reasons[0][1].en


def test_only_some_tests_are_run_by_name_or_file_and_never_none():
    rulebook = af.load_rulebook(SHIPPED[0])
    assert len(af.run_tests(rulebook, only="90_preferensi").results) == 17
    (result,) = af.run_tests(rulebook, only="RIVER AT ONCE").results
    assert result.name.en == "Tide and river at once become severity 4"
    with pytest.raises(af.UsageError, match="no test"):
        af.run_tests(rulebook, only="tsunami")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_shipped_rulebook_is_tested_through_and_through(path: Path):
    rulebook = af.load_rulebook(path)
    assert run_tests(rulebook).ok
    covered = coverage(rulebook)
    assert covered.sides[0] == covered.sides[1]
    assert covered.values[0] == covered.values[1]
    assert untested(rulebook) == []
    assert suggest(rulebook, date(2026, 11, 20)) == ""


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_both_engines_agree_on_the_shipped_tests(path: Path):
    rulebook = af.load_rulebook(path)
    # Every sixth test, of whatever rule: all of them take the engine more than a minute.
    some = dataclasses.replace(rulebook, tests=rulebook.tests[::6], test_places=rulebook.test_places[::6])
    with DurableEngine() as engine:
        report = run_tests(some, engine=engine)
    assert report.ok
    assert len(report.results) == len(some.tests) > 0


def test_suggested_tests_load_hold_and_leave_nothing_untested():
    plain = build_rulebook({"t.yaml": BOOK.encode()})
    assert untested(plain) == []  # a rulebook without any test is a sketch
    text = suggest(plain, date(2026, 11, 20))
    whole = build_rulebook({"t.yaml": BOOK.encode(), "more.yaml": text.encode()})
    assert run_tests(whole).ok
    assert untested(whole) == []
    assert coverage(whole).values[0] == coverage(whole).values[1]


def test_an_expired_holding_neither_meets_nor_covers():
    """A cover once acted on a holding that had ended, while the same test's eligibility denied it."""
    expired = CLERK.replace("level: 2", "level: 2, valid_until: 2026-11-19")
    assert run_tests(book(f"{HIGH}, {expired}", "refused: {post: {}}, idle: [COV]")).ok
    assert run_tests(book(f"{HIGH}, {expired.replace('19', '20')}", "eligible: {post: {}}, acts: [COV]")).ok


def test_missing_fact_may_also_keep_a_cover_closed():
    text = BOOK.replace("by: substitution, min_strength: 0.5", "who: {officer.willing: true}, strength: 0.5")
    test = f"{{name: {{en: x}}, now: 2026-11-20T03:00:00+07:00, given: {{{HIGH}, {CLERK}}}, expect: {{%s}}}}"
    for expect, ok in (
        ("refused: {post: {missing: [officer.willing]}}", True),
        ("refused: {post: {missing: [officer.fit]}}", False),
    ):
        assert run_tests(build_rulebook({"t.yaml": f"{text}tests:\n  - {test % expect}\n".encode()})).ok is ok


def test_seats_may_be_asked_of_one_demand():
    turn = "shifts: [{id: day, from: '07:00', hours: 8}]"
    more = f"  - {{id: A2, kind: activate, duty: post, each: area, seats: {{base: 3}}, {turn}}}\n"
    test = "{name: {en: x}, now: 2026-11-20T03:00:00+07:00, given: {%s, area: {id: kel}}, expect: {seats: {%s}}}"
    for expect, found in (
        ("post@event: 2, post@kel/day: 3", ""),
        ("post: 2", "2 seats (`post@event`), 3 seats (`post@kel/day`)"),
    ):
        text = f"{BOOK}{more}tests:\n  - {test % (HIGH, expect)}\n"
        (result,) = run_tests(build_rulebook({"t.yaml": text.encode()})).results
        assert [f.found.en for f in result.failures] == ([found] if found else [])


def test_reasons_and_grounds_are_told_in_the_reader_s_language():
    (result,) = run_tests(book(f"{HIGH}, {CLERK}", "eligible: {post: {standard: true}}")).results
    (failure,) = result.failures
    assert failure.expected.id == "boleh, atas dasar: standar penuh"
    assert failure.found.id == "boleh, atas dasar: COV (kekuatan 0.6)"
    refused = run_tests(book(f"{HIGH}, {NURSE}", "refused: {post: {by: [FRB]}}")).results[0].failures[0]
    assert (refused.expected.id, refused.found.id) == ("ditolak oleh `FRB`", "boleh, atas dasar: standar penuh")


def test_coverage_counts_what_acted_and_what_did_not():
    found = {r.rule.id: r for r in coverage(book(f"{HIGH}, {NURSE}", "eligible: {post: {}}")).rules}
    assert {key: (r.acted, r.idle) for key, r in found.items()} == {
        "ACT": (1, 0), "COV": (0, 1), "ESC": (1, 0), "FRB": (0, 1), "LIM": (0, 1), "PRF": (0, 1), "PRO": (0, 1),
    }  # fmt: skip
    (entry,) = found["FRB"].entries
    assert (entry.written, dict(entry.count)) == ("officer.fit: false", {False: 1})
    assert entry.wanted == (True, False, None)
    codes = {d.code for d in untested(book(HIGH, "seats: {post: 2}"))}
    assert codes == {"W510"}


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(0, 3, "0%"), (1, 3, "33.3%"), (2, 3, "66.6%"), (2999, 3000, "99.9%"), (3, 3, "100%"), (0, 0, "100%")],
)
def test_share_is_never_rounded_up(part: int, whole: int, shown: str):
    assert percent(part, whole) == shown


def test_command_prints_json_and_writes_junit(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    rules, junit = tmp_path / "t.yaml", tmp_path / "j.xml"
    test = "{name: {id: satu, en: one}, now: 2026-11-20T03:00:00+07:00, given: {event: {type: flood}}, expect: {seats: {post: 1}}}"
    rules.write_text(f"{BOOK}tests: [{test}]\n", encoding="utf-8")
    assert run(["test", str(rules), "--coverage", "--junit", str(junit), "--format", "json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["format"], answer["ok"], answer["tests"][0]["name"]["id"]) == ("asn-flex/tests/1", False, "satu")
    assert answer["coverage"]["rules"][0]["rule"] == "ACT"
    suite = ET.parse(junit).getroot()[0]  # noqa: S314 - our own file
    assert (suite.get("tests"), suite.get("failures"), suite[0].get("line")) == ("1", "1", "20")
    assert "expected 1 seat, found 0 seats" in (suite[0][0].text or "")
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("given", "expect", "code", "says"),
    [
        pytest.param(FLOOD, "", "E501", "expects nothing", id="nothing"),
        pytest.param(FLOOD, "eligible: {post: {}}, refused: {post: {}}", "E502", "eligible and refused", id="both"),
        pytest.param(FLOOD, "acts: [ESC], idle: [ESC]", "E502", "acting and idle", id="acts_and_idle"),
        pytest.param("officer: {fit: true}", "seats: {post: 2}", "E503", "kind of event", id="no_event_type"),
        pytest.param("event: {type: flod}", "seats: {post: 2}", "E404", "did you mean `flood`", id="event_type"),
        pytest.param("event: {type: flood, severty: 3}", "seats: {post: 2}", "E401", "did you mean `severity`", id="fact"),
        pytest.param("event: {type: flood, severity: 9}", "seats: {post: 2}", "E404", "between 1 and 5", id="range"),
        pytest.param(f"{FLOOD}, measure: {{rivr: 3}}", "seats: {post: 2}", "E401", "did you mean `river`", id="measure"),
        pytest.param(f"{FLOOD}, officer: {{holdings: [{{competency: nursng, level: 1}}]}}", "seats: {post: 2}", "E301", "`nursing`", id="competency"),
        pytest.param(f"{FLOOD}, officer: {{holdings: [{{competency: nursing, level: 7}}]}}", "seats: {post: 2}", "E308", "scale", id="level"),
        pytest.param(FLOOD, "seats: {pst: 2}", "E301", "did you mean `post`", id="duty"),
        pytest.param(FLOOD, "acts: [ESK]", "E301", "did you mean `ESC`", id="rule"),
        pytest.param(FLOOD, "refused: {post: {by: [FRBB]}}", "E301", "did you mean `FRB`", id="refused_by"),
        pytest.param(FLOOD, "refused: {post: {missing: [officer.fti]}}", "E401", "did you mean", id="missing"),
        pytest.param(FLOOD, "eligible: {post: {standart: true}}", "E201", "did you mean `standard`", id="key"),
        pytest.param(FLOOD, "seats: {post: many}", "E203", "whole number", id="seats"),
    ],
)  # fmt: skip
def test_test_that_names_what_is_not_there_is_an_error(given: str, expect: str, code: str, says: str):
    with pytest.raises(RulebookError) as caught:
        book(given, expect)
    (found,) = [d for d in caught.value.diagnostics if d.is_error]
    assert (found.code, found.place.line) == (code, 21)
    assert says in found.message()


@pytest.mark.parametrize("kind", ["forbid, who: {officer.fit: false}", "limit, must: {officer.fit: true}"])
def test_rule_of_a_rulebook_without_duties_acts_on_nothing(kind: str):
    # A traceback once: nothing had been put in that it could act on.
    text = f"""format: asn-flex/rules/1
pack: {{id: p, version: "1", label: {{id: x, en: x}}}}
events: {{flood: {{label: {{id: x, en: x}}}}}}
rules: [{{id: A, kind: {kind}}}]
tests: [{{name: {{en: x}}, now: 2026-11-20T03:00:00+07:00, given: {{event: {{type: flood}}}}, expect: {{%s: [A]}}}}]
"""
    assert run_tests(build_rulebook({"t.yaml": (text % "idle").encode()})).ok
    (failed,) = run_tests(build_rulebook({"t.yaml": (text % "acts").encode()})).failed
    assert [f.found.en for f in failed.failures] == ["idle"]


def test_refusal_that_turned_out_a_question_says_so():
    asking = "rules:\n  - {id: F1, kind: forbid, who: {officer.willing: false}, if_unknown: confirm}\n"
    given = f"name: {{en: x}}, now: 2026-11-20T03:00:00+07:00, given: {{{HIGH}, {CLERK}}}"
    test = f"{{{given}, expect: {{refused: {{post: {{by: [F1]}}}}}}}}"
    text = f"{BOOK.replace('rules:', asking.rstrip(), 1)}tests:\n  - {test}\n"
    (result,) = run_tests(build_rulebook({"t.yaml": text.encode()})).results
    told = [text.en for failure in result.failures for _, text in failure.reasons]
    assert any("`if_unknown: confirm`" in text for text in told)
