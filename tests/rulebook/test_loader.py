"""All faults of all files at once, none of them twice; what is right is read as it stands (§3)."""

from __future__ import annotations

import pickle
import time
from datetime import date
from fractions import Fraction

import pytest

import asn_flex as af
from asn_flex.domain.attributes import BUILT_IN
from asn_flex.errors import Place
from asn_flex.rulebook.conditions import Parameter, Test
from asn_flex.rulebook.loader import build_rulebook, load_rulebook
from asn_flex.rulebook.schema import Cover, Limit
from tests.support import CASES, REPOSITORY

from .build import HEAD, LABEL, LIMIT, book, findings, lines


def test_faults_of_all_files_come_at_once_and_in_order_of_place() -> None:
    found = lines(
        f"rules:\n  - {{id: A, kind: limit, {LABEL}, mst: {{officer.fitt: true}}, absolute: maybe}}\n",
        b=f"duties:\n  post: {{{LABEL}, class: support, priority: 5, cluster: [], requires: [{{competency: nurs}}]}}\n",
    )
    assert found == [
        "b.yaml:3:71 E203", "b.yaml:3:99 E301",
        "rules.yaml:4:49 E201", "rules.yaml:4:55 E401", "rules.yaml:4:86 E203",
    ]  # fmt: skip


def test_names_are_not_called_unknown_while_a_file_cannot_be_read() -> None:
    text = f"rules:\n  - {{id: A, kind: limit, {LABEL}, duty: post, source: uu24, must: {{officer.swims: true}}}}\n"
    assert {line[-4:] for line in lines(text)} == {"E301", "E401"}
    assert lines(text, broken="sources: [\n") == ["broken.yaml:3:1 E102"]
    assert lines(text, other="x: {}\nduties: []\n") == ["other.yaml:2:1 E210", "other.yaml:3:9 E203"]


def test_one_slip_is_one_fault() -> None:
    # A misspelt required key is not missing as well; what stands below it is still read.
    assert lines(f"rules:\n  - {{id: A, kind: protect, {LABEL}, unit: x, kep: {{share: 0.4}}}}\n") == [
        "rules.yaml:4:60 E201", "rules.yaml:4:73 E207",
    ]  # fmt: skip
    # A misspelt `kind`, and a misspelt kind, hide nothing.
    for slip, code in (("knd: limit", "E201"), ("kind: limmit", "E204")):
        found = lines(f"rules:\n  - {{id: A, {slip}, {LABEL}, must: {{officer.fit: 1}}}}\n")
        assert [line[-4:] for line in found] == [code, "E403"]
    # A misspelt section is read as the one that was meant.
    assert lines(
        f"sorces: {{uu24: {{{LABEL}}}}}\nrules: [{{id: A, kind: limit, {LABEL}, source: uu24, must: {{}}}}]\n"
    ) == ["rules.yaml:3:1 E210"]
    # Everything that an entry lacks is one message.
    assert lines("tests:\n  - {}\n") == ["rules.yaml:4:5 E202"]


def test_fault_in_a_parameter_is_reported_once_however_many_rules_use_it() -> None:
    rules = "".join(
        f"  - {{id: R{i}, kind: limit, {LABEL}, must: {{officer.{fact}: {{gte: {{param: rest}}}}}}}}\n"
        for i, fact in enumerate(["rest_hours", "rest_hours", "hours_7d", "birth_date"])
    )
    values = "parameters:\n  rest: {values: [{from: 2024-01-01, value: x}, {from: 2025-01-01, value: y}]}\n"
    assert lines(values + "rules:\n" + rules) == ["rules.yaml:4:45 E403", "rules.yaml:4:75 E403"]


def test_entry_that_is_faulty_in_itself_exists_for_those_who_name_it() -> None:
    assert lines(
        f"competencies:\n  nurse: {{{LABEL}, levels: x}}\n  b ad: {{{LABEL}}}\n"
        f"attributes:\n  officer.swims: {{type: flag}}\n"
        f"measures:\n  river: {{observe: w, window: 1, take: max, scope: event}}\n"
        f"parameters:\n  deep: {{values: x}}\n"
        f"duties:\n  post: {{{LABEL}, class: x, priority: 5,"
        f" requires: [{{competency: nurse, level: 9}}, {{competency: b ad}}]}}\n"
        f"rules:\n"
        f"  - {{id: A, kind: limit, {LABEL}, duty: post, when: {{measure.river: {{gte: {{param: deep}}}}}},"
        f" must: {{officer.swims: true, holds: {{competency: nurse, level: 9}}}}}}\n"
        f"  - {{id: B, kind: limit, {LABEL}, duty: {{class: support}}, must: {{officer.fit: true}}}}\n"
    ) == [
        "rules.yaml:4:42 E203", "rules.yaml:5:3 E208", "rules.yaml:7:25 E206", "rules.yaml:9:31 E203",
        "rules.yaml:11:18 E203", "rules.yaml:13:40 E206", "rules.yaml:13:111 E208",
    ]  # fmt: skip


def test_rest_of_a_faulty_entry_is_compared_with_the_other_entries() -> None:
    # The cluster is wrong, and so is one of the two competencies; the cover's form is judged as well.
    assert lines(
        f"duties:\n  post: {{{LABEL}, class: support, priority: 5, cluster: [],"
        f" requires: [{{competency: a}}, {{level: x}}]}}\n"
        f"rules:\n  - {{id: C, kind: cover, {LABEL}, duty: nowhere, by: substitution, strength: high}}\n"
    ) == [
        "rules.yaml:4:71 E203", "rules.yaml:4:99 E301", "rules.yaml:4:103 E202", "rules.yaml:4:111 E203",
        "rules.yaml:6:55 E301", "rules.yaml:6:68 E209", "rules.yaml:6:92 E203",
    ]  # fmt: skip


def test_id_that_is_taken_names_both_files() -> None:
    found = findings(f"rules:\n  - {LIMIT}\n", z=f"rules:\n  - {LIMIT.replace('true', 'maybe')}\n")
    assert [(str(d.place), d.code) for d in found] == [("z.yaml:3:10", "E302"), ("z.yaml:3:71", "E403")]
    assert "first at rules.yaml:4:10" in found[0].message("en")
    assert "pertama di rules.yaml:4:10" in found[0].message("id")
    found = findings("", z='pack: {id: q, version: "2"}\n')
    assert [(str(d.place), d.code) for d in found] == [("z.yaml:2:1", "E302")]
    assert "rules.yaml:2:1" in found[0].message()


def test_fault_of_form_silences_what_follows_from_it_at_the_same_place() -> None:
    text = "sources:\n  a: {label: *x}\n  b: {label: {id: a, en: b}, issued: !!int 5}\n  c: &y 5\n  <<: {}\n"
    assert lines(text) == [
        "rules.yaml:4:14 E105", "rules.yaml:5:38 E105", "rules.yaml:6:6 E105", "rules.yaml:7:3 E105",
    ]  # fmt: skip


def test_id_or_area_is_the_source_text_of_a_plain_scalar() -> None:
    rulebook = book(
        f"competencies:\n  12.10: {{{LABEL}}}\n  0x10: {{{LABEL}}}\n  NO: {{{LABEL}, levels: 010}}\n"
        f"duties:\n  1e3: {{{LABEL}, class: support, priority: 05, requires: [{{competency: 12.10}}]}}\n"
        f"rules:\n  - {{id: 007, kind: limit, {LABEL}, duty: 1e3, must: {{officer.home_area: {{within: 12.10}}}}}}\n"
    )
    assert list(rulebook.competencies) == ["0x10", "12.10", "NO"]
    assert (rulebook.duties["1e3"].priority, rulebook.competencies["NO"].levels) == (5, 10)
    (rule,) = rulebook.rules
    assert isinstance(rule, Limit)
    assert (rule.id, rule.must.operand) == ("007", "12.10")


def test_numbers_are_exact_decimals() -> None:
    rulebook = book(
        f"competencies:\n  a: {{{LABEL}}}\n  b: {{{LABEL}, substitutes: [{{for: a, strength: 0.1}}]}}\n"
        f"rules:\n  - {{id: C, kind: cover, {LABEL}, by: substitution, min_strength: 0.3, max_share: 33.3%}}\n"
    )
    assert rulebook.competencies["b"].substitutes[0].strength == Fraction(1, 10)
    (rule,) = rulebook.rules
    assert isinstance(rule, Cover)
    assert (rule.min_strength, rule.max_share) == (Fraction(3, 10), Fraction(333, 1000))


def test_parameter_values_take_the_type_of_the_fact_and_the_order_of_their_dates() -> None:
    rulebook = book(
        "parameters:\n  rest: {values: [{from: 2025-01-01, value: 10}, {from: 2024-01-01, value: 8.5}]}\n"
        f"rules:\n  - {{id: A, kind: limit, {LABEL}, must: {{officer.rest_hours: {{gte: {{param: rest}}}}}}}}\n"
    )
    (rule,) = rulebook.rules
    assert isinstance(rule, Limit)
    assert isinstance(rule.must, Test)
    operand = rule.must.operand
    assert isinstance(operand, Parameter)
    days = [date(2023, 12, 31), date(2024, 1, 1), date(2024, 12, 31), date(2025, 1, 1)]
    assert [operand.at(day) for day in days] == [None, Fraction(17, 2), Fraction(17, 2), 10]


def test_missing_of_a_set_may_be_one_word() -> None:
    rulebook = book(
        "attributes:\n  officer.speaks: {type: set, missing: batak}\n  unit.x: {type: set, missing: [a, b]}\n"
    )
    assert rulebook.attributes["officer.speaks"].missing == frozenset({"batak"})
    assert rulebook.attributes["unit.x"].missing == frozenset({"a", "b"})
    assert lines("attributes:\n  officer.speaks: {type: set, missing: {a: b}}\n") == ["rules.yaml:4:40 E403"]


@pytest.mark.parametrize("folder", [CASES / "s5_8_crossing" / "rules.yaml", REPOSITORY / "rules" / "tanjungbalai"])
def test_rulebook_goes_through_a_process_pool(folder) -> None:
    rulebook = load_rulebook(folder)
    again = pickle.loads(pickle.dumps(rulebook))  # noqa: S301 - our own bytes
    assert again == rulebook
    assert (again.digest, again.by_id.keys()) == (rulebook.digest, rulebook.by_id.keys())
    assert again.place_of("rules", rulebook.rules[0].id) == rulebook.place_of("rules", rulebook.rules[0].id)


def test_exceptions_go_through_a_process_pool() -> None:
    with pytest.raises(af.RulebookError) as refusal:
        book("sources: 5\n")
    for error in (
        refusal.value, af.ScenarioError(refusal.value.diagnostics), af.SituationConflict([]), af.PinError([]),
        af.PlanFileError(refusal.value.diagnostics), af.UsageError("what"),
        af.EngineError("died"), af.SolverError("no"),
    ):  # fmt: skip
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
        assert type(again) is type(error)
        assert str(again) == str(error)
        assert getattr(again, "diagnostics", None) == getattr(error, "diagnostics", None)


def test_text_of_the_error_holds_every_fault() -> None:
    with pytest.raises(af.RulebookError) as refusal:
        book("sources: 5\nevents: 6\n")
    assert str(refusal.value).splitlines() == [d.render() for d in refusal.value.diagnostics]
    assert len(refusal.value.diagnostics) == 2


def test_check_never_raises(tmp_path) -> None:
    assert [d.code for d in af.check(tmp_path / "absent")] == ["E101"]
    assert [d.code for d in af.check("\0")] == ["E101"]
    assert [d.code for d in af.check("x" * 5000)] == ["E101"]


def test_built_in_facts_are_in_every_rulebook() -> None:
    assert set(book("").attributes) == {a.key for a in BUILT_IN}


def test_entry_without_a_place_is_nowhere() -> None:
    assert book("").place_of("rules", "X") == Place("<memory>", 1, 1)


def test_thousands_of_unknown_names_cost_seconds_at_most() -> None:
    # Not a speed claim: without a bound on hints this takes an hour.
    start = time.process_time()
    rules = "".join(f"  - {{id: R{i}, kind: limit, duty: dx{i}, must: {{officer.fit: true}}}}\n" for i in range(4000))
    duties = "".join(f"  d{i}: {{class: support, priority: 5}}\n" for i in range(4000))
    assert {line[-4:] for line in lines("duties:\n" + duties + "rules:\n" + rules)} >= {"E108", "E301"}
    assert time.process_time() - start < 30


def test_large_knot_of_implications_is_one_short_message() -> None:
    knot = "".join(f"  c{i}: {{{LABEL}, implies: [{{competency: c{(i + 1) % 900}}}]}}\n" for i in range(900))
    (found,) = findings("competencies:\n" + knot)
    assert found.code == "E303"
    assert len(found.message()) < 300
    # Everybody implies everybody: shortest circle through the smallest id.
    tangle = "".join(
        f"  c{i}: {{{LABEL}, implies: [{', '.join(f'{{competency: c{k}}}' for k in range(60) if k != i)}]}}\n"
        for i in range(60)
    )
    (found,) = findings("competencies:\n" + tangle)
    assert "`c0` → `c1` → `c0`" in found.message()


def test_files_of_a_bundle_are_read_from_bytes() -> None:
    path = REPOSITORY / "rules" / "tanjungbalai"
    files = {p.relative_to(path).as_posix(): p.read_bytes() for p in path.rglob("*.yaml")}
    assert build_rulebook(files).digest == load_rulebook(path).digest
    assert build_rulebook(dict(reversed(files.items()))).digest == load_rulebook(path).digest


def test_head_of_these_tests_is_a_rulebook() -> None:
    assert lines("") == []
    assert HEAD.startswith("format")
