"""What alerts say becomes observations of the kinds that measures observe, and nothing else (semantics §6.6)."""

from __future__ import annotations

import pytest

from asn_flex.alerts.chain import standings
from asn_flex.alerts.match import Places
from asn_flex.alerts.observations import matched_areas, observed_kinds, rows_of

from .build import (
    NOW,
    SELATAN,
    TIMUR,
    alert_xml,
    area_xml,
    info_xml,
    load_town,
    moment,
    read,
    ref,
    write_town,
)

EAST = area_xml(polygons=(TIMUR,))
SOUTH = area_xml(polygons=(SELATAN,))
SEVERITY = frozenset({"alert_severity"})


@pytest.fixture(scope="module")
def places(tmp_path_factory) -> Places:
    return Places(load_town(write_town(tmp_path_factory.mktemp("places")))[1])


def rows(places: Places, *texts: str, kinds=SEVERITY, now: str = NOW) -> list[tuple[str, str, int, str]]:
    """Return (time of day, kind without `alert_`, value, area)."""
    alerts = [read(text) for text in texts]
    at = moment(now)
    found = rows_of(standings(alerts, at), matched_areas(alerts, places), kinds, at)
    return [(f"{row.time:%H:%M}", row.kind.removeprefix("alert_"), row.value, row.area) for row in found]


@pytest.mark.parametrize(("word", "value"), [("Minor", 1), ("Moderate", 2), ("Severe", 3), ("Extreme", 4)], ids=str)
def test_severity_is_a_number(places, word: str, value: int) -> None:
    assert rows(places, alert_xml("A", info_xml(EAST, severity=word))) == [("03:00", "severity", value, "12.74.06")]


def test_unknown_says_nothing(places) -> None:
    assert rows(places, alert_xml("A", info_xml(EAST, severity="Unknown"))) == []


def test_all_scales_and_categories_that_are_observed_are_written(places) -> None:
    """Immediate is 3, Likely is 3."""
    kinds = {"alert_severity.geo", "alert_severity.met", "alert_urgency", "alert_certainty.met"}
    assert rows(places, alert_xml("A", info_xml(EAST)), kinds=kinds) == [
        ("03:00", "certainty.met", 3, "12.74.06"),
        ("03:00", "severity.met", 3, "12.74.06"),
        ("03:00", "urgency", 3, "12.74.06"),
    ]


def test_only_kinds_that_a_measure_observes_are_wanted(tmp_path) -> None:
    rulebook, _ = load_town(write_town(tmp_path))
    assert observed_kinds(rulebook) == {"alert_severity", "alert_severity.met"}


def test_an_alert_counts_from_when_it_takes_effect(places) -> None:
    text = alert_xml("A", info_xml(EAST, effective="2026-11-20T08:00:00+07:00"))
    assert rows(places, text) == [("08:00", "severity", 3, "12.74.06")]


def test_one_message_in_two_languages_is_said_once(places) -> None:
    text = alert_xml("A", info_xml(EAST, language="id"), info_xml(EAST, language="en", event="Heavy Rain"))
    assert rows(places, text) == [("03:00", "severity", 3, "12.74.06")]


def test_blocks_keep_their_own_areas(places) -> None:
    text = alert_xml("A", info_xml(EAST, severity="Severe"), info_xml(SOUTH, severity="Minor"))
    assert rows(places, text) == [
        ("03:00", "severity", 1, "12.74.01.1"), ("03:00", "severity", 1, "12.74.01.2"),
        ("03:00", "severity", 3, "12.74.06"),
    ]  # fmt: skip


def test_an_expired_block_is_zero_from_then_on(places) -> None:
    text = alert_xml("A", info_xml(EAST, expires="2026-11-20T05:00:00+07:00"))
    assert rows(places, text, now="2026-11-20T04:59:00+07:00") == [("03:00", "severity", 3, "12.74.06")]
    assert rows(places, text, now="2026-11-20T05:00:00+07:00") == [("05:00", "severity", 0, "12.74.06")]


def test_a_cancelled_alert_is_zero_from_then_on(places) -> None:
    cancel = alert_xml("C", kind="Cancel", sent="2026-11-20T05:30:00+07:00", references=ref("A"))
    assert rows(places, alert_xml("A", info_xml(EAST)), cancel) == [("05:30", "severity", 0, "12.74.06")]


def test_an_update_lets_go_of_the_areas_that_it_no_longer_names(places) -> None:
    first = alert_xml("A", info_xml(EAST, SOUTH))
    update = alert_xml("B", info_xml(EAST, severity="Minor"), kind="Update", sent="2026-11-20T04:00:00+07:00",
                       references=ref("A"))  # fmt: skip
    assert rows(places, first, update) == [
        ("04:00", "severity", 0, "12.74.01.1"), ("04:00", "severity", 0, "12.74.01.2"),
        ("04:00", "severity", 1, "12.74.06"),
    ]  # fmt: skip


def test_another_alert_that_stands_there_keeps_its_value(places) -> None:
    quake = alert_xml("Q", info_xml(EAST, severity="Extreme", category="Geo"), sender="usgs")
    cancel = alert_xml("C", kind="Cancel", sent="2026-11-20T05:30:00+07:00", references=ref("A"))
    kinds = {"alert_severity", "alert_severity.met"}
    assert rows(places, alert_xml("A", info_xml(EAST)), quake, cancel, kinds=kinds) == [
        ("03:00", "severity", 4, "12.74.06"),
        ("05:30", "severity.met", 0, "12.74.06"),
    ]


def test_all_clear_is_zero(places) -> None:
    assert rows(places, alert_xml("A", info_xml(EAST, response="AllClear"))) == [("03:00", "severity", 0, "12.74.06")]


def test_an_exercise_is_not_written(places) -> None:
    assert rows(places, alert_xml("A", info_xml(EAST), status="Exercise")) == []
