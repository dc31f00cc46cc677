"""SARIF logs are valid by the official schema, and tell everything that a finding holds (semantics §12.2).

`sarif-2.1.0-rtm.5.json` is the JSON Schema of OASIS, as the npm package `@microsoft/jest-sarif` carries it.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from asn_flex import pipeline
from asn_flex.errors import Diagnostic, Lang, Note, Place, Repair, Text
from asn_flex.report.sarif import as_sarif
from asn_flex.rulebook.files import read_rule_files

from ..support import REPOSITORY

HERE = Path(__file__).parent
TEXT = Text("kalimat", "sentence")


@cache
def schema() -> Draft4Validator:
    return Draft4Validator(
        json.loads((HERE / "sarif-2.1.0-rtm.5.json").read_text("utf-8")), format_checker=Draft4Validator.FORMAT_CHECKER
    )


def log_of(found: list[Diagnostic], files: dict[str, bytes], lang: Lang = "en") -> dict[str, Any]:
    log: dict[str, Any] = json.loads(as_sarif(found, files, lang))
    assert [f"{list(e.absolute_path)}: {e.message}" for e in schema().iter_errors(log)] == []
    return log


def result_of(diagnostic: Diagnostic, content: bytes, lang: Lang = "en") -> dict[str, Any]:
    (result,) = log_of([diagnostic], {diagnostic.place.file: content}, lang)["runs"][0]["results"]
    return result


def test_the_schema_refuses_what_is_no_sarif() -> None:
    assert not schema().is_valid({"version": "2.1.0", "runs": [{"results": []}]})


def test_everything_that_the_malformed_corpus_gives_is_valid() -> None:
    files, unreadable = read_rule_files(REPOSITORY / "tests" / "rulebook" / "malformed")
    found = pipeline.check_files(files, unreadable)
    for lang in ("id", "en"):
        (run,) = log_of(found, files, lang)["runs"]
        assert len(run["results"]) == len(found) > 150
        rules = run["tool"]["driver"]["rules"]
        assert [rules[r["ruleIndex"]]["id"] for r in run["results"]] == [d.code for d in found]
        # The page of every code is its help, in one language.
        assert all(rule["help"]["markdown"].startswith(f"# {rule['id']} · ") for rule in rules)
        assert run["tool"]["driver"]["language"] == lang


def test_nothing_found_is_a_log_without_results() -> None:
    (run,) = log_of([], {})["runs"]
    assert run["results"] == []


def test_place_ends_after_the_name_and_columns_count_unicode_letters() -> None:
    # `𝟙` is one letter of Unicode, and two units of UTF-16.
    content = "𝟙: duty, evacuaton, x".encode()
    result = result_of(Diagnostic(Place("a b/r.yaml", 1, 10), "E301", TEXT), content, "id")
    (location,) = result["locations"]
    place = location["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "a%20b/r.yaml", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 1, "startColumn": 10, "endColumn": 19}
    assert place["contextRegion"]["snippet"]["text"] == "𝟙: duty, evacuaton, x"
    assert result["message"]["text"] == "kalimat"
    assert result["level"] == "error"


@pytest.mark.parametrize(
    ("file", "artifact"),
    [
        pytest.param("/srv/r s.yaml", {"uri": "file:///srv/r%20s.yaml"}, id="whole_path"),
        pytest.param("C:/aturan/r.yaml", {"uri": "file:///C:/aturan/r.yaml"}, id="drive"),
        pytest.param("x:y/r.yaml", {"uri": "x%3Ay/r.yaml", "uriBaseId": "%SRCROOT%"}, id="colon_is_no_scheme"),
        pytest.param("../r.yaml", {"uri": "../r.yaml", "uriBaseId": "%SRCROOT%"}, id="folder_above"),
        pytest.param("banjir–é.yaml", {"uri": "banjir%E2%80%93%C3%A9.yaml", "uriBaseId": "%SRCROOT%"}, id="letters"),
    ],
)
def test_files_are_named_by_valid_uris(file: str, artifact: dict[str, str]) -> None:
    result = result_of(Diagnostic(Place(file, 1, 1), "E301", TEXT), b"x")
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == artifact


def test_other_places_witness_and_mend_are_told() -> None:
    place = Place("r.yaml", 1, 7)
    one = Diagnostic(
        place, "W404", TEXT, witness=(("event.severity", "4"),), repair=Repair(place, "evacuaton", "evacuation"),
        notes=(Note(Place("b.yaml", 3, 5), Text("di sana", "there")),),
    )  # fmt: skip
    result = result_of(one, b"duty: evacuaton")
    assert result["message"]["text"] == "sentence\nfor example: event.severity = 4"
    assert result["properties"] == {"witness": {"event.severity": "4"}}
    (other,) = result["relatedLocations"]
    assert other["message"]["text"] == "there"
    assert other["physicalLocation"]["region"] == {"startLine": 3, "startColumn": 5}
    (replacement,) = result["fixes"][0]["artifactChanges"][0]["replacements"]
    assert replacement == {
        "deletedRegion": {"startLine": 1, "startColumn": 7, "endLine": 1, "endColumn": 16},
        "insertedContent": {"text": "evacuation"},
    }


def test_mend_of_a_text_in_quotes_leaves_the_quotes() -> None:
    place = Place("r.yaml", 1, 7)
    one = Diagnostic(place, "E301", TEXT, repair=Repair(place, "evacuaton", "evacuation"))
    (replacement,) = result_of(one, b'duty: "evacuaton"')["fixes"][0]["artifactChanges"][0]["replacements"]
    assert replacement["deletedRegion"] == {"startLine": 1, "startColumn": 8, "endLine": 1, "endColumn": 17}


def fingerprints(lines: list[str], places: list[int]) -> list[str]:
    found = [Diagnostic(Place("r.yaml", line, 1), "W502", TEXT) for line in places]
    results = log_of(found, {"r.yaml": "\n".join(lines).encode()})["runs"][0]["results"]
    return [result["partialFingerprints"]["finding/v1"] for result in results]


def test_fingerprint_stays_when_lines_move_and_tells_equal_lines_apart() -> None:
    before = fingerprints(["- id: A", "- id: B", "- id: A"], [1, 2, 3])
    after = fingerprints(["# new", "", "  - id:  A", "- id: B", "- id: A"], [3, 4, 5])
    assert before == after
    assert len(set(before)) == 3
    assert fingerprints(["- id: C"], [1])[0] not in before
