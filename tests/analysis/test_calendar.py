"""Dates at the ends of the calendar: no case lies outside of it (docs/semantics.md §14)."""

from __future__ import annotations

import pytest

from asn_flex import pipeline
from asn_flex.errors import Diagnostic

BOOK = """format: asn-flex/rules/1
pack: {id: p, version: "1"}
events: {flood: {label: {id: a, en: b}}}
rules:
  - {id: A, kind: forbid, label: {id: a, en: b}, who: {officer.fit: false}, effective: PERIOD}
"""
TEST = (
    "tests: [{name: {en: x}, now: 2026-11-20T03:00:00+07:00, given: {event: {type: flood, days: DAYS}},"
    " expect: {idle: [A]}}]\n"
)


def codes(found: list[Diagnostic]) -> set[str]:
    return {d.code for d in found}


@pytest.mark.parametrize(
    "period",
    ["{from: 0001-01-01, until: 2030-01-01}", "{from: 0001-01-01}", "{from: 9999-12-31}", "{until: 0001-01-02}"],
)
def test_rule_may_begin_and_end_with_the_calendar(period: str):
    """A rule from 0001-01-01 with an end stopped check with a traceback."""
    assert codes(pipeline.check_files({"a.yaml": BOOK.replace("PERIOD", period).encode()})) <= {"W510"}


def test_days_that_leave_the_calendar_are_refused():
    """A test with a hundred million days stopped check with a traceback."""
    text = BOOK.replace("PERIOD", "{}") + TEST
    (found,) = [d for d in pipeline.check_files({"a.yaml": text.replace("DAYS", "100000000").encode()}) if d.is_error]
    assert (found.code, found.place.line) == ("E404", 6)
    assert "-36500 and 36500" in found.message()
    assert not [d for d in pipeline.check_files({"a.yaml": text.replace("DAYS", "36500").encode()}) if d.is_error]


def test_rule_that_no_duty_is_left_for_has_no_condition_to_blame():
    """A rulebook without duties was told that `officer.fit: false` can never be."""
    found = pipeline.check_files({"a.yaml": BOOK.replace("PERIOD", "{}").encode()})
    assert codes(found) == set()
