"""What came of the tests of a rulebook: lines for people, JSON and JUnit for programs (semantics §5.12)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

from asn_flex.analysis.coverage import Coverage, RuleCoverage, can_be_idle, percent
from asn_flex.analysis.rule_tests import Failure, TestReport, TestResult
from asn_flex.errors import Lang, Text
from asn_flex.i18n import one_line, say, say_count

FORMAT = "asn-flex/tests/1"
_TRUTHS = (True, False, None)


def as_text(report: TestReport, covered: Coverage | None, lang: Lang) -> Iterator[str]:
    """Yield lines: every failing test with what was expected and found and why; the coverage; a summary."""
    for result in report.failed:
        yield f"{result.place}: {say('tested.failed', name=result.name).in_lang(lang)}"
        for failure in result.failures:
            yield from _failure(failure, lang)
    if covered is not None:
        yield from _coverage(covered, lang)
    passed = len(report.results) - len(report.failed)
    parts = (say_count("tested.passed", passed), say_count("tested.failures", len(report.failed)))
    yield ", ".join(part.in_lang(lang) for part in parts)


def _failure(failure: Failure, lang: Lang) -> Iterator[str]:
    told = say("tested.told", subject=failure.subject, expected=failure.expected, found=failure.found)
    yield f"    {told.in_lang(lang)}"
    for place, text in failure.reasons:
        yield f"      {place}: {text.in_lang(lang)}"


def _coverage(covered: Coverage, lang: Lang) -> Iterator[str]:
    """Yield the rules and entries of which something was never seen, then the shares."""
    for rule in covered.rules:
        lacking = [name for name, was_seen in _sides(rule) if not was_seen]
        for entry in rule.entries:
            lacking += [f"{entry.key} {entry.written} = {_word(v)}" for v in entry.wanted if not entry.count[v]]
        if lacking:
            yield f"{rule.place}: {say('tested.unseen', rule=rule.rule.id, what='; '.join(lacking)).in_lang(lang)}"
    for key, (part, whole) in (("tested.sides", covered.sides), ("tested.values", covered.values)):
        yield say(key, part=part, whole=whole, percent=percent(part, whole)).in_lang(lang)


def _sides(rule: RuleCoverage) -> list[tuple[str, bool]]:
    sides = [("acts", rule.acted > 0)]
    return [*sides, ("idle", rule.idle > 0)] if can_be_idle(rule.rule) else sides


def _word(truth: bool | None) -> str:
    return "unknown" if truth is None else "true" if truth else "false"


def as_json(report: TestReport, covered: Coverage | None) -> str:
    """Return the report as stable JSON, `asn-flex/tests/1`."""
    tests = [_row(result) for result in report.results]
    whole: dict[str, Any] = {"format": FORMAT, "ok": report.ok, "tests": tests}
    if covered is not None:
        whole["coverage"] = {
            "rules": [_covered(rule) for rule in covered.rules],
            "sides": dict(zip(("seen", "of"), covered.sides, strict=True)),
            "values": dict(zip(("seen", "of"), covered.values, strict=True)),
        }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _row(result: TestResult) -> dict[str, Any]:
    return {
        "name": _both(result.name),
        "file": result.place.file,
        "line": result.place.line,
        "column": result.place.column,
        "passed": result.passed,
        "failures": [
            {
                "subject": failure.subject,
                "expected": _both(failure.expected),
                "found": _both(failure.found),
                "reasons": [
                    {"file": p.file, "line": p.line, "column": p.column, "message": _both(text)}
                    for p, text in failure.reasons
                ],
            }
            for failure in result.failures
        ],
    }


def _both(text: Text) -> dict[str, str]:
    return {"id": text.id, "en": text.en}


def _covered(rule: RuleCoverage) -> dict[str, Any]:
    return {
        "rule": rule.rule.id,
        "acted": rule.acted,
        "idle": rule.idle,
        "entries": [
            {
                "key": entry.key,
                "entry": entry.written,
                **{_word(truth): entry.count[truth] for truth in _TRUTHS},
                "can_be_unknown": None in entry.wanted,
            }
            for entry in rule.entries
        ],
    }


def as_junit(report: TestReport, lang: Lang) -> str:
    """Return the report as JUnit XML, which build servers read."""
    suite = ET.Element(
        "testsuite", name=report.rulebook.pack.id, tests=str(len(report.results)), failures=str(len(report.failed)),
        errors="0", skipped="0",
    )  # fmt: skip
    for result in report.results:
        name, file = one_line(result.name.in_lang(lang)), result.place.file
        case = ET.SubElement(suite, "testcase", name=name, classname=file, file=file, line=str(result.place.line))
        if not result.passed:
            lines = [line.strip() for failure in result.failures for line in _failure(failure, lang)]
            ET.SubElement(case, "failure", message=lines[0]).text = "\n".join(lines)
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"
