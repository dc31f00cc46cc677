"""The desk plans anew when what it rests on changes, keeps every plan, and lets the last good one stand (§8.8)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import asn_flex as af
from asn_flex.alerts.store import FOLDER
from asn_flex.watching.desk import Desk, Step, WatchOptions
from asn_flex.watching.telling import as_lines

from ..alerts.build import CORPUS, SCENARIO, moment
from .build import OFFICERS, RIVER, RULES, put, write_town

PLAIN = WatchOptions(engine="plain")
ACCIDENT = "X101"


@pytest.fixture
def town(tmp_path: Path) -> Path:
    return write_town(tmp_path)


def desk_for(town: Path, options: WatchOptions = PLAIN) -> Desk:
    return Desk(town, town.parent / "rules.yaml", town / "plans", options)


def news(desk: Desk) -> Step | None:
    """Look until a change has been seen twice."""
    first = desk.look()
    return first if first is not None else desk.look()


def plans(town: Path) -> list[str]:
    return sorted(p.name for p in (town / "plans").iterdir())


def goes(step: Step | None) -> dict[str, str]:
    assert step is not None
    assert step.planning is not None
    return {a.officer: a.demand for a in step.planning.assignments}


def test_first_look_plans_and_keeps(town) -> None:
    with desk_for(town) as desk:
        step = desk.look(waits=False)
        assert goes(step) == {"ani": "health_post@event"}
        assert step.kept == town / "plans" / plans(town)[0]
        assert plans(town)[0].startswith("plan-0001-")
        assert af.open_bundle(step.kept).plan == step.planning.plan
        assert desk.look() is None


def test_a_change_is_believed_when_it_is_seen_twice(town) -> None:
    with desk_for(town) as desk:
        desk.look(waits=False)
        put(town / "officers.csv", OFFICERS.replace("ani,dinkes,true", "ani,dinkes,false"))
        assert desk.look() is None
        put(town / "officers.csv", OFFICERS.replace("ani,dinkes,true", "ani,dinkes,false").replace("budi", "bona"))
        assert desk.look() is None
        assert goes(desk.look()) == {"bona": "health_post@event"}


def test_a_new_plan_supersedes_the_last_and_moves_as_few_as_it_can(town) -> None:
    """`citra` comes to have fewer hours than `ani`, yet `ani` stays; when `ani` is unfit she is displaced."""
    with desk_for(town) as desk:
        first = desk.look(waits=False)
        put(town / "officers.csv", "id,unit,fit,hours_7d\nani,dinkes,true,40\nbudi,dinkes,true,9\n")
        second = news(desk)
        assert goes(second) == {"ani": "health_post@event"}
        assert second.planning.plan.supersedes == first.planning.plan.id
        put(town / "officers.csv", "id,unit,fit,hours_7d\nani,dinkes,false,40\nbudi,dinkes,true,9\n")
        third = news(desk)
        assert goes(third) == {"budi": "health_post@event"}
        assert third.planning.plan.supersedes == second.planning.plan.id
        assert [d.reason for d in third.planning.plan.displaced] == ["refused"]
    assert [name[:10] for name in plans(town)] == ["plan-0001-", "plan-0002-", "plan-0003-"]
    for name in plans(town):
        kept = af.open_bundle(town / "plans" / name)
        assert kept.plan.state == "draft"
        assert kept.verify().ok


def test_a_file_saved_without_a_change_makes_no_plan(town) -> None:
    with desk_for(town) as desk:
        desk.look(waits=False)
        put(town / "officers.csv", OFFICERS)
        put(town / "areas.csv", (town / "areas.csv").read_text("utf-8"))
        assert news(desk) is None
    assert len(plans(town)) == 1


def test_a_half_saved_table_is_told_once_and_the_plan_stands(town) -> None:
    with desk_for(town) as desk:
        first = desk.look(waits=False)
        put(town / "officers.csv", OFFICERS[:-9])
        step = news(desk)
        assert (step.planning, step.kept) == (None, first.kept)
        assert {d.code for d in step.faults} == {"S105"}
        put(town / "officers.csv", OFFICERS[:-9] + "\n")
        assert news(desk) is None
        put(town / "officers.csv", OFFICERS)
        mended = news(desk)
        assert (mended.planning, mended.faults, mended.kept) == (None, (), first.kept)
    assert len(plans(town)) == 1


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("officers.csv", "", "S104"),
        ("scenario.yaml", SCENARIO.partition("period:")[0], "S111"),
        ("scenario.yaml", "{", "E102"),
        ("holdings.csv", "officer,competency,level\nnobody,nursing,3\n", "S401"),
        ("../rules.yaml", RULES[:-30], "E102"),
        ("pins", None, "P"),
    ],
    ids=["empty", "yaml cut", "no yaml", "unknown officer", "rules cut", "pins"],
)
def test_whatever_is_wrong_stops_nothing_but_the_next_plan(town, name, content, code) -> None:
    with desk_for(town) as desk:
        desk.look(waits=False)
        if content is None:
            (town / "pins.csv").write_text("officer,demand,pin,by,reason\nani,health_post@12.74.06,must,x,y\n", "utf-8")
            put(town / "scenario.yaml", SCENARIO + "  pins: pins.csv\n")
        else:
            put(town / name, content)
        step = news(desk)
        assert step.planning is None
        assert any(d.code.startswith(code) for d in step.faults), step.faults
        assert desk.look() is None
        put(town / "scenario.yaml", SCENARIO)
        put(town.parent / "rules.yaml", RULES)
        for table, text in (("officers", OFFICERS), ("holdings", "officer,competency,level\nani,nursing,3\n")):
            put(town / f"{table}.csv", text)
        assert news(desk).faults == ()


def test_rising_water_is_told_with_the_rule_that_saw_it(town) -> None:
    with desk_for(town) as desk:
        desk.look(waits=False)
        put(town / "observations.csv", RIVER + "2026-11-20T05:50,water_level_m,2.4,12.74.05\n")
        step = news(desk)
        lines = as_lines(step, "en")
    assert len(lines) == 5
    assert lines[0] == "[2026-11-20T06:00:00+07:00] changed: observations +1"
    assert lines[1] == "situation: severity ? → 4 (SIT-01); now in force SIT-01"
    assert lines[2] == "people: 1 stay, 0 move, 0 new, 0 go home"
    assert lines[3] == "seats filled: 1 of 1 (before: 1 of 1); none is empty"
    first = plans(town)[0].partition("-")[2][5:13]
    assert lines[4] == f"kept: {step.kept} (draft, optimal, supersedes {first})"


def test_who_is_moved_is_told_with_the_reason_in_both_languages(town) -> None:
    with desk_for(town) as desk:
        desk.look(waits=False)
        put(town / "officers.csv", OFFICERS.replace("ani,dinkes,true", "ani,dinkes,false"))
        step = news(desk)
    english, indonesian = as_lines(step, "en"), as_lines(step, "id")
    assert english[0].endswith("changed: officers ani (fit)")
    assert english[2] == (
        "people: 0 stay, 0 move, 1 new, 1 go home: ani health_post@event → home office (refused by FRB-01), "
        "budi home office → health_post@event"
    )
    assert indonesian[2].startswith("pegawai: 0 tetap, 0 pindah, 1 baru, 1 pulang: ani health_post@event → kantor asal")
    assert max(len(english), len(indonesian)) <= 5


def test_an_alert_that_is_dropped_into_the_folder_opens_a_post(town) -> None:
    """Severe in Selatan: its two kelurahan get a post each."""
    with desk_for(town) as desk:
        desk.look(waits=False)
        (town / FOLDER).mkdir()
        shutil.copy(CORPUS / "valid.xml", town / FOLDER / "download.xml")
        step = news(desk)
        assert {d.id for d in step.planning.plan.demands} == {
            "health_post@12.74.01.1", "health_post@12.74.01.2", "health_post@event",
        }  # fmt: skip
        assert "1 alert stands (Hujan Lebat)" in as_lines(step, "en")[0]
        assert news(desk) is None
        (town / FOLDER / "broken.xml").write_text("<alert", "utf-8")
        told = news(desk)
        assert (told.planning, [d.code for d in told.faults]) == (None, ["A102"])
        (town / FOLDER / "download.xml").unlink()
        assert goes(news(desk)) == {"ani": "health_post@event"}


def test_changed_rules_are_read_again(town) -> None:
    with desk_for(town) as desk:
        desk.look(waits=False)
        put(town.parent / "rules.yaml", RULES.replace("each: event, seats: {base: 1}", "each: event, seats: {base: 2}"))
        step = news(desk)
        assert len(goes(step)) == 2
        assert as_lines(step, "en")[0].endswith("changed: rules")
        assert "seats health_post@event 1 → 2" in as_lines(step, "en")[1]


def test_a_desk_that_begins_again_goes_on_from_the_last_plan(town) -> None:
    with desk_for(town) as desk:
        first = desk.look(waits=False)
    with desk_for(town) as desk:
        assert desk.kept == first.kept
        assert desk.look(waits=False) is None
        put(town / "officers.csv", OFFICERS.replace("ani,dinkes,true", "ani,dinkes,false"))
        assert news(desk).planning.plan.supersedes == first.planning.plan.id


def test_a_damaged_plan_is_told_and_the_one_before_it_stands(town) -> None:
    with desk_for(town) as desk:
        first = desk.look(waits=False)
        put(town / "officers.csv", OFFICERS.replace("ani,dinkes,true", "ani,dinkes,false"))
        second = news(desk)
    second.kept.write_bytes(second.kept.read_bytes()[:-200])
    with desk_for(town) as desk:
        assert desk.kept == first.kept
        step = desk.look(waits=False)
        assert [d.code for d in step.faults] == ["F202"]
        assert step.planning.plan.supersedes == first.planning.plan.id
        assert step.kept.name.startswith("plan-0003-")


def test_a_plan_that_cannot_be_kept_is_told_to_nobody_until_it_can(town) -> None:
    with desk_for(town) as desk:
        desk.look(waits=False)
        kept = desk.kept
        shutil.move(town / "plans", town / "elsewhere")
        put(town / "officers.csv", OFFICERS.replace("ani,dinkes,true", "ani,dinkes,false"))
        step = news(desk)
        assert (step.planning, step.kept, [d.code for d in step.faults]) == (None, kept, ["F105"])
        assert desk.look() is None
        shutil.move(town / "elsewhere", town / "plans")
        step = desk.look()
        assert goes(step) == {"budi": "health_post@event"}
        assert step.faults == ()
    assert len(plans(town)) == 2


def test_a_previous_plan_is_replaced_where_none_is_kept(town) -> None:
    with desk_for(town) as desk:
        before = desk.look(waits=False).planning.plan
    shutil.rmtree(town / "plans")
    put(town / "officers.csv", OFFICERS + "abu,dinkes,true\n")
    with desk_for(town, WatchOptions(engine="plain", previous=before)) as desk:
        step = desk.look(waits=False)
    assert step.planning.plan.supersedes == before.id
    assert goes(step) == {"ani": "health_post@event"}
    assert len(as_lines(step, "en")) == 5


def test_an_assumption_is_no_change_when_the_desk_begins_again(town) -> None:
    options = WatchOptions(engine="plain", assume={"event.severity": "3"})
    with desk_for(town, options) as desk:
        assert desk.look(waits=False).planning.plan.conditional_on == {"event.severity": 3}
    with desk_for(town, options) as desk:
        assert desk.look(waits=False) is None
    with desk_for(town) as desk:
        assert desk.look(waits=False).planning.plan.conditional_on == {}


def test_what_is_from_after_now_is_told_not_to_count(town) -> None:
    put(town / "observations.csv", RIVER + "2026-11-20T06:30,water_level_m,2.4,12.74.05\n")
    with desk_for(town) as desk:
        step = desk.look(waits=False)
    assert step.later == 1
    assert "1 observation after `now` does not count yet" in as_lines(step, "en")[0]


class Clock:
    """A clock that is set by hand."""

    def __init__(self, now: str) -> None:
        self.now = moment(now)

    def __call__(self):
        return self.now


def test_with_a_clock_new_readings_count_and_time_alone_makes_no_plan(town) -> None:
    clock = Clock("2026-11-20T06:31:40+07:00")
    with desk_for(town, WatchOptions(engine="plain", clock=clock)) as desk:
        step = desk.look(waits=False)
        assert step.planning.plan.now == "2026-11-20T06:31:00+07:00"
        clock.now = moment("2026-11-20T06:40:00+07:00")
        put(town / "officers.csv", OFFICERS)
        assert news(desk) is None
        put(town / "observations.csv", RIVER + "2026-11-20T06:39,water_level_m,2.4,12.74.05\n")
        step = news(desk)
        assert (step.later, step.planning.plan.event.severity) == (0, 4)
        assert af.open_bundle(step.kept).verify().ok
    assert "now: 2026-11-20T06:00:00+07:00" in (town / "scenario.yaml").read_text("utf-8")


def test_with_a_clock_an_alert_ends_when_it_expires(town) -> None:
    """valid.xml expires at 12:00."""
    clock = Clock("2026-11-20T11:00:00+07:00")
    (town / FOLDER).mkdir()
    shutil.copy(CORPUS / "valid.xml", town / FOLDER)
    with desk_for(town, WatchOptions(engine="plain", clock=clock)) as desk:
        assert len(desk.look(waits=False).planning.plan.demands) == 3
        clock.now = moment("2026-11-20T11:59:00+07:00")
        assert news(desk) is None
        clock.now = moment("2026-11-20T12:00:00+07:00")
        assert {d.id for d in news(desk).planning.plan.demands} == {"health_post@event"}
