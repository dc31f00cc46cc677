"""The shipped JSON Schemas are those of the models, accept what asn-flex accepts, and mark slips (§12.2)."""

# ruff: noqa: E501 - a slip and its name stand on one line

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from asn_flex.domain.attributes import BUILT_IN
from asn_flex.readwrite import settings
from asn_flex.readwrite.columns import table_specs
from asn_flex.rulebook import json_schema
from asn_flex.rulebook.loader import SECTIONS, load_rulebook
from asn_flex.rulebook.schema import KINDS, RESERVED_KINDS
from asn_flex.rulebook.tree import Map, Scalar, Seq, parse_yaml

ROOT = Path(__file__).parent.parent
RULE_FILES = sorted([*ROOT.glob("rules/**/*.yaml"), *ROOT.glob("tests/cases/*/rules.yaml")])
SCENARIO_FILES = sorted([*ROOT.glob("examples/*/scenario.yaml"), *ROOT.glob("tests/cases/*/scenario/scenario.yaml")])


def shipped(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((files("asn_flex") / "schemas" / f"{name}.schema.json").read_text("utf-8")))


VALIDATORS = {name: shipped(name) for name in json_schema.SCHEMAS}


def as_json(node):
    """A YAML tree as an editor sees it: scalars by YAML 1.2."""
    if isinstance(node, Map):
        return {key: as_json(value) for key, value in node.items()}
    if isinstance(node, Seq):
        return [as_json(item) for item in node]
    assert isinstance(node, Scalar)
    if node.is_null:
        return None
    if node.as_bool is not None:
        return node.as_bool
    if node.as_int is not None:
        return node.as_int
    return float(node.as_number_text) if node.as_number_text is not None else node.text


def read(text: str):
    tree, found = parse_yaml(text, "x.yaml")
    assert not found
    return as_json(tree)


def slips(name: str, text: str) -> list[str]:
    return [f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in VALIDATORS[name].iter_errors(read(text))]


@pytest.mark.parametrize("name", json_schema.SCHEMAS)
def test_shipped_schema_is_the_generated_one(name):
    """After a change of the models: `python -c "from asn_flex.rulebook.json_schema import *; write_schemas()"`."""
    shipped_text = (files("asn_flex") / "schemas" / f"{name}.schema.json").read_text("utf-8")
    assert shipped_text == json_schema.schema_text(name)


def test_write_schemas_writes_what_is_shipped(tmp_path):
    json_schema.write_schemas(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"{n}.schema.json" for n in sorted(json_schema.SCHEMAS)]


@pytest.mark.parametrize("path", json_schema.COPIES)
def test_copy_beside_the_shipped_rules_is_the_generated_schema(path):
    assert (ROOT / path).read_text("utf-8") == json_schema.schema_text(json_schema.COPIES[path])


def test_write_schemas_writes_the_copies_of_a_checkout(tmp_path):
    (tmp_path / "schemas").mkdir()
    for path in json_schema.COPIES:
        (tmp_path / path).parent.mkdir(exist_ok=True)
    json_schema.write_schemas(tmp_path / "schemas", checkout=tmp_path)
    assert {path: (tmp_path / path).read_text("utf-8") for path in json_schema.COPIES} == {
        path: json_schema.schema_text(name) for path, name in json_schema.COPIES.items()
    }


@pytest.mark.parametrize("name", json_schema.SCHEMAS)
def test_schema_is_sound_and_every_reference_leads_somewhere(name):
    schema = json.loads(json_schema.schema_text(name))
    Draft202012Validator.check_schema(schema)
    used = {part for part in json_schema.schema_text(name).split('"') if part.startswith("#/$defs/")}
    assert used <= {f"#/$defs/{key}" for key in schema["$defs"]}


def test_there_are_files_to_check():
    assert len(RULE_FILES) > 80
    assert len(SCENARIO_FILES) > 70


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_rule_file_is_accepted(path):
    assert slips("rules", path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", SCENARIO_FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_scenario_is_accepted(path):
    assert slips("scenario", path.read_text("utf-8")) == []


HEAD = "format: asn-flex/rules/1\n"
RULE = HEAD + "rules:\n  - "
ACCEPTED = [
    pytest.param(HEAD + "rules:\n", id="a section left empty"),
    pytest.param(RULE + "{id: 12, kind: forbid, duty: 7.10, who: {officer.home_area: 12.10}}", id="ids written as numbers"),
    pytest.param(RULE + "{id: a, kind: forbid, who: {officer.swims: false, unit.tags: {has: [x]}}}", id="a declared fact"),
    pytest.param(RULE + "{id: a, kind: limit, must: {not: {any: [{holds: {competency: m}}, {pair.travel_min: {lte: {param: p}}}]}}}", id="a nested condition"),
    pytest.param(RULE + "{id: a, kind: cover, by: substitution, min_strength: 0.5, max_share: 40%, at_least: 1}", id="a share with its floor"),
    pytest.param(RULE + "{id: a, kind: escalate, set: {severity: 4, event.weir: true}}", id="facts set with and without scope"),
    pytest.param(RULE + "{id: a, kind: protect, unit: {tag: counter}, keep: {at_least: 2}}", id="units by tag"),
    pytest.param(RULE + "{id: a, kind: activate, duty: d, each: area, level: kota, seats: {base: 1}, shifts: [{id: x, from: 22:30, hours: 7.5}]}", id="a plain clock time"),
    pytest.param(HEAD + "attributes: {officer.x: {type: set, missing: [a]}}", id="a set as default"),
    pytest.param(HEAD + "pack: {id: a, version: 2026.1}", id="a version that looks like a number"),
]  # fmt: skip
REFUSED = [
    pytest.param("{}", id="no format"),
    pytest.param("format: asn-flex/rules/2\n", id="another format"),
    pytest.param(HEAD + "rulez: []", id="misspelt section"),
    pytest.param(HEAD + "duties: {d: {class: essential, priority: 5, require: []}}", id="misspelt key of an entry"),
    pytest.param(HEAD + "duties: {d: {class: urgent, priority: 5}}", id="class outside the choice"),
    pytest.param(HEAD + "duties: {d: {class: support, priority: 10}}", id="priority above 9"),
    pytest.param(HEAD + "attributes: {person.x: {type: bool}}", id="a fact of no scope"),
    pytest.param(HEAD + "pack: {id: a, version: '1', extend: b}", id="a misspelt key of the pack"),
    pytest.param(RULE + "{id: a, kind: forbid, wo: {officer.fit: false}}", id="misspelt key of a rule"),
    pytest.param(RULE + "{id: a, kind: forbid}", id="forbid without who"),
    pytest.param(RULE + "{id: a, kind: forbit, who: {}}", id="misspelt kind"),
    pytest.param(RULE + "{kind: forbid, who: {}}", id="rule without id"),
    pytest.param(RULE + "{id: a b, kind: forbid, who: {}}", id="id with a space"),
    pytest.param(RULE + "{id: a, kind: forbid, who: {event.severity: 3}}", id="who asks about the event"),
    pytest.param(RULE + "{id: a, kind: forbid, when: {officer.fit: true}, who: {}}", id="when asks about the officer"),
    pytest.param(RULE + "{id: a, kind: forbid, who: {officer.sex: w}}", id="value outside the choice"),
    pytest.param(RULE + "{id: a, kind: forbid, who: {officer.fit: {gt: true}}}", id="operator that does not fit"),
    pytest.param(RULE + "{id: a, kind: forbid, who: {officer.rest_hours: {les: 8}}}", id="misspelt operator"),
    pytest.param(RULE + "{id: a, kind: forbid, who: {any: []}}", id="any of nothing"),
    pytest.param(RULE + "{id: a, kind: cover, who: {}}", id="cover by who without strength"),
    pytest.param(RULE + "{id: a, kind: cover, by: substitution}", id="substitution without min_strength"),
    pytest.param(RULE + "{id: a, kind: cover, by: standard, overrides: [x], effective: {until: 2027-01-01}}", id="override without source"),
    pytest.param(RULE + "{id: a, kind: cover, who: {}, strength: 0.5, max_share: 0.4}", id="share not as a percentage"),
    pytest.param(RULE + "{id: a, kind: prefer, who: {}, points: 0}", id="points that change nothing"),
    pytest.param(RULE + "{id: a, kind: prefer, who: {}, points: 1, minimise: pair.travel_min, weight: 1}", id="prefer in two forms"),
    pytest.param(RULE + "{id: a, kind: team}", id="team that asks nothing"),
    pytest.param(RULE + "{id: a, kind: protect, unit: u, keep: {}}", id="keep nothing"),
    pytest.param(RULE + "{id: a, kind: protect, unit: u, who: {pair.same_area: true}, keep: {at_least: 1}}", id="protect asks about the way"),
    pytest.param(RULE + "{id: a, kind: escalate, when: {area.flooded: true}, set: {severity: 3}}", id="escalate asks about an area"),
    pytest.param(RULE + "{id: a, kind: escalate, set: {phase: response}}", id="a rule decrees the phase"),
    pytest.param(RULE + "{id: a, kind: activate, duty: d, each: event, level: kota, seats: {}}", id="a level for the event"),
]  # fmt: skip


@pytest.mark.parametrize("text", ACCEPTED)
def test_rule_file_is_accepted(text):
    assert slips("rules", text) == []


@pytest.mark.parametrize("text", REFUSED)
def test_slip_in_a_rule_file_is_marked(text):
    assert slips("rules", text) != []


@pytest.mark.parametrize("kind", RESERVED_KINDS)
def test_reserved_kind_is_refused(kind):
    assert slips("rules", f"{RULE}{{id: a, kind: {kind}}}") != []


def test_slip_is_told_about_its_own_kind_only():
    messages = slips("rules", RULE + "{id: a, kind: limit, must: {}, wen: {}}")
    assert len(messages) == 1
    assert "'wen'" in messages[0]


SCENARIO = """
format: asn-flex/scenario/1
id: s
now: 2024-12-10T08:00:00+07:00
event: {type: flood, areas: [12.10], command_area: 12.1, severity: 3, weir_opened: true}
period: {start: 2024-12-10, end: 2024-12-17}
tables: {officers: officers.csv, holdings: book.xlsx#holdings}
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("now:", "nou:", id="misspelt key"),
        pytest.param("+07:00", "", id="now without offset"),
        pytest.param("period: {start", "period: {begin", id="misspelt key of the period"),
        pytest.param("officers: officers.csv", "officer: officers.csv", id="misspelt table"),
        pytest.param("officers.csv", "officers.docx", id="a table in an unknown format"),
        pytest.param("severity: 3", "severity: 6", id="severity beyond 5"),
        pytest.param("severity: 3", "days: 3", id="days are counted, not given"),
    ],
)
def test_slip_in_a_scenario_is_marked(old, new):
    assert slips("scenario", SCENARIO) == []
    assert slips("scenario", SCENARIO.replace(old, new)) != []


def test_scenario_schema_has_the_keys_and_tables_of_the_reader():
    schema = json_schema.scenario_schema()
    assert set(schema["properties"]) == set(settings.KEYS)
    assert set(settings.EVENT_KEYS) <= set(schema["properties"]["event"]["properties"])
    rulebook = load_rulebook(ROOT / "tests/cases/s6_1_csv/rules.yaml")
    assert tuple(schema["properties"]["tables"]["properties"]) == tuple(table_specs(rulebook))
    assert json_schema.SCENARIO_FORMAT == settings.FORMAT


def test_rules_schema_knows_every_section_kind_and_built_in_fact():
    schema = json_schema.rules_schema()
    assert set(schema["properties"]) == {"format", *SECTIONS}
    assert tuple(schema["$defs"]["rule"]["properties"]["kind"]["enum"]) == KINDS
    assert {a.key for a in BUILT_IN} <= set(schema["$defs"])


def test_every_key_of_a_rule_file_is_described_in_both_languages():
    schema = json_schema.rules_schema()
    undescribed = [
        f"{name}.{key}"
        for name, body in schema["$defs"].items()
        if name[0].isupper()
        for key, value in body.get("properties", {}).items()
        if " / " not in value.get("description", "")
    ]
    assert undescribed == []


def test_every_choice_of_a_rule_file_is_described_in_both_languages():
    undescribed, choices = [], 0
    waiting = [json_schema.rules_schema()]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            waiting.extend(node.values())
            if isinstance(node.get("enum"), list) and "not" not in node:
                choices += 1
                told = node.get("enumDescriptions", [])
                if len(told) != len(node["enum"]) or not all(" / " in one for one in told):
                    undescribed.append(node["enum"])
        elif isinstance(node, list):
            waiting.extend(node)
    assert choices > 20
    # What may not be set is a choice of none.
    assert [one for one in undescribed if one != ["days", "phase", "type"]] == []


def test_snippets_are_accepted_once_their_gaps_are_filled():
    import re

    from asn_flex.rulebook.json_snippets import rule_snippets, snippet_of_test

    def filled(node):
        if isinstance(node, dict):
            return {filled(key): filled(value) for key, value in node.items()}
        if isinstance(node, list):
            return [filled(item) for item in node]
        if not isinstance(node, str):
            return node
        text = re.sub(r"\$\{\d+:(.*)\}", r"\1", re.sub(r"\$\d+", "fit", node))
        return as_json(parse_yaml(text, "x.yaml")[0])

    for snippet in rule_snippets():
        rule = filled(snippet["body"])
        if "gte" in str(rule):
            rule = json.loads(json.dumps(rule).replace('"fit"}', "3}"))
        found = VALIDATORS["rules"].iter_errors({"format": "asn-flex/rules/1", "rules": [rule]})
        assert [e.message for e in found] == [], snippet["label"]
    test = filled(snippet_of_test()["body"])
    assert [*VALIDATORS["rules"].iter_errors({"format": "asn-flex/rules/1", "tests": [test]})] == []
