"""What `scenario.yaml` may say, and the place of what it may not (semantics §6.1)."""

# ruff: noqa: E501 - a slip and its place stand on one line

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from fractions import Fraction

import pytest

from asn_flex.errors import Text

from .city import TABLES, YAML, faults, load, write_city

LISTED = "".join(f"  {name}: {name}.csv\n" for name in TABLES)
WIB = timezone(timedelta(hours=7))


def changed(*pairs: tuple[str, str]) -> str:
    text = YAML + LISTED
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text


@pytest.mark.parametrize(
    ("pair", "wanted"),
    [
        # the form of the file, in the words of rule files
        pytest.param(("format: asn-flex/scenario/1\n", ""), ["scenario.yaml:1:1 E103"], id="no-format"),
        pytest.param(("scenario/1", "scenario/9"), ["scenario.yaml:1:9 E103"], id="other-format"),
        pytest.param(("severity: 3", "severity: 3\n  severity: 4"), ["scenario.yaml:10:3 E104"], id="key-twice"),
        pytest.param(("severity: 3", "severity: &a 3"), ["scenario.yaml:9:13 E105"], id="anchor"),
        pytest.param(("event:", "event: ["), ["scenario.yaml:7:8 E102"], id="no-yaml"),
        # keys and shapes
        pytest.param(("id: kota", "id: kota\nrulez: x"), ["scenario.yaml:3:1 S110"], id="unknown-key"),
        pytest.param(("severity: 3", "severty: 3"), ["scenario.yaml:9:3 S110"], id="unknown-event-key"),
        pytest.param(("severity: 3", "days: 3"), ["scenario.yaml:9:3 S110"], id="days-are-counted"),
        pytest.param(("{start:", "{strat: x, start:"), ["scenario.yaml:10:10 S110"], id="unknown-period-key"),
        pytest.param(("label: {id:", "label: {ina:"), ["scenario.yaml:3:9 S110"], id="unknown-label-key"),
        pytest.param(("id: kota\n", ""), ["scenario.yaml:1:1 S111"], id="no-id"),
        pytest.param(("now: 2026-11-20T03:00:00+07:00\n", ""), ["scenario.yaml:1:1 S111"], id="no-now"),
        pytest.param(("  type: flood\n", ""), ["scenario.yaml:6:3 S111"], id="no-type"),
        pytest.param(('  areas: [k1, "12.10"]\n', ""), ["scenario.yaml:6:3 S111"], id="no-areas"),
        pytest.param(("  command_area: kota\n", ""), ["scenario.yaml:6:3 S111"], id="no-command-area"),
        pytest.param(("start: 2026-11-20, ", ""), ["scenario.yaml:10:9 S111"], id="no-start"),
        pytest.param(('areas: [k1, "12.10"]', "areas: []"), ["scenario.yaml:7:10 S112"], id="no-area"),
        pytest.param(("label: {id: Banjir, en: Flood}", "label: Banjir"), ["scenario.yaml:3:8 S112"], id="label-of-one-word"),
        pytest.param(("period: {start: 2026-11-20, end: 2026-11-25}", "period: 7d"), ["scenario.yaml:10:9 S112"], id="period-of-one-word"),
        pytest.param(("  pins:", "  pin:"), ["scenario.yaml:19:3 S113"], id="unknown-table"),
        # values
        pytest.param(("id: kota", "id: banjir di kota"), ["scenario.yaml:2:5 S303"], id="id-with-spaces"),
        pytest.param(("severity: 3", "severity: tinggi"), ["scenario.yaml:9:13 S301"], id="number"),
        pytest.param(("severity: 3", 'severity: "3"'), ["scenario.yaml:9:13 S301"], id="quoted-number"),
        pytest.param(("severity: 3", "severity: 6"), ["scenario.yaml:9:13 S302"], id="range"),
        pytest.param(("severity: 3", "phase: panik"), ["scenario.yaml:9:10 S302"], id="choice"),
        pytest.param(("severity: 3", "rain: -1"), ["scenario.yaml:9:9 S302"], id="declared-range"),
        pytest.param(("severity: 3", "weir_opened: ya"), ["scenario.yaml:9:16 S301"], id="yes-no"),
        pytest.param(("severity: 3", "started: kemarin"), ["scenario.yaml:9:12 S301"], id="started"),
        pytest.param(("now: 2026-11-20", "now: 0001-01-01"), ["scenario.yaml:4:6 S302"], id="now-in-year-1"),
        pytest.param(("end: 2026-11-25", "end: 2026-11-31"), ["scenario.yaml:10:34 S301"], id="no-such-day"),
        pytest.param(("start: 2026-11-20, end: 2026-11-25", "start: 0001-01-01, end: 2026-11-25"), ["scenario.yaml:10:17 S302"], id="period-in-year-1"),
        pytest.param(("severity: 3", "helpers: [[a]]"), ["scenario.yaml:9:13 S301"], id="list-in-a-list"),
        pytest.param(("severity: 3", "seen: 2026-13-01"), ["scenario.yaml:9:9 S301"], id="declared-date"),
        # references
        pytest.param(("type: flood", "type: banjir"), ["scenario.yaml:6:9 S401"], id="unknown-event"),
        pytest.param(("[k1,", "[k7,"), ["scenario.yaml:7:11 S401"], id="unknown-area"),
        pytest.param(("command_area: kota", "command_area: kotta"), ["scenario.yaml:8:17 S401"], id="unknown-command-area"),
        pytest.param(("severity: 3", "refuge: k8"), ["scenario.yaml:9:11 S401"], id="unknown-area-in-declared-fact"),
        # the whole
        pytest.param(("end: 2026-11-25", "end: 2026-11-19"), ["scenario.yaml:10:34 S501"], id="end-before-start"),
        pytest.param(("start: 2026-11-20, end: 2026-11-25", "start: 2026-11-01, end: 2026-11-19"), ["scenario.yaml:10:34 S502"], id="over"),
        pytest.param(("start: 2026-11-20, end: 2026-11-25", 'start: 2026-11-01, end: "2026-11-20T03:00"'),
                     ["scenario.yaml:10:34 S504"], id="date-and-time"),
        pytest.param(("start: 2026-11-20, end: 2026-11-25", 'start: "2026-11-20T01:00", end: "2026-11-20T03:00"'),
                     ["scenario.yaml:10:42 S502"], id="over-by-the-hour"),
        pytest.param(("start: 2026-11-20, end: 2026-11-25", 'start: "2026-11-20T05:00", end: "2026-11-20T05:00"'),
                     ["scenario.yaml:10:42 S501"], id="no-time-at-all"),
        pytest.param(("+07:00", ""), ["scenario.yaml:4:6 S503"], id="now-without-offset"),
    ],
)  # fmt: skip
def test_one_fault_has_one_place(tmp_path, pair, wanted) -> None:
    assert faults(write_city(tmp_path, yaml=changed(pair))) == wanted


def test_a_file_that_is_no_mapping_is_refused(tmp_path) -> None:
    for text in ("", "- a\n", "kota\n"):
        assert faults(write_city(tmp_path, yaml=text)) == ["scenario.yaml:1:1 E107"]


def test_the_last_day_is_still_in_the_period(tmp_path) -> None:
    text = changed(("start: 2026-11-20, end: 2026-11-25", "start: 2026-11-01, end: 2026-11-20"))
    assert load(write_city(tmp_path, yaml=text)).period.last_day.day == 20


def test_a_period_by_times_is_told_in_the_offset_of_now(tmp_path) -> None:
    text = changed(("start: 2026-11-20, end: 2026-11-25", 'start: "2026-11-20T06:00", end: "2026-11-20T17:00Z"'))
    period = load(write_city(tmp_path, yaml=text)).period
    # 17:00 UTC is 00:00 of the 21st at +07:00, which counts to the 20th.
    assert (period.start, period.end) == (datetime(2026, 11, 20, 6, tzinfo=WIB), datetime(2026, 11, 21, tzinfo=WIB))
    assert (period.by_times, period.last_day.day) == (True, 20)


def test_facts_of_the_event_have_their_types(tmp_path) -> None:
    facts = """phase: alert
  weir_opened: true
  rain: 12.50
  helpers: [tni, pmi]
  refuge: 12.10
  decree: SK 7/2026
  started: 2026-11-18T01:00
  severity: null"""
    text = changed(("severity: 3", facts))
    event = load(write_city(tmp_path, yaml=text)).event
    single = load(write_city(tmp_path / "one", yaml=text.replace("[tni, pmi]", "tni|pmi"))).event
    assert single == event
    assert dict(event.given) == {
        "helpers": frozenset({"tni", "pmi"}),
        "phase": "alert",
        "rain": Fraction(25, 2),
        "refuge": "12.10",
        "weir_opened": True,
    }
    assert (event.decree, event.started) == ("SK 7/2026", datetime(2026, 11, 18, 1, tzinfo=WIB))


def test_a_label_in_one_language_stands_for_both(tmp_path) -> None:
    text = changed(("{id: Banjir, en: Flood}", "{id: Banjir}"))
    assert load(write_city(tmp_path, yaml=text)).label == Text("Banjir", "Banjir")
    text = changed(("label: {id: Banjir, en: Flood}\n", ""))
    assert load(write_city(tmp_path, yaml=text)).label == Text("kota", "kota")


def test_one_area_needs_no_list(tmp_path) -> None:
    text = changed(('areas: [k1, "12.10"]', "areas: 12.10"))
    assert load(write_city(tmp_path, yaml=text)).event.areas == ("12.10",)


def test_an_optional_table_may_be_named_and_left_empty(tmp_path) -> None:
    text = changed(("  pins: pins.csv", "  pins:"))
    assert load(write_city(tmp_path, yaml=text)).tables.pins.height == 0


def test_rules_are_kept_as_written(tmp_path) -> None:
    text = changed(("id: kota", "id: kota\nrules: ../rules"))
    assert load(write_city(tmp_path, yaml=text)).rules == "../rules"
