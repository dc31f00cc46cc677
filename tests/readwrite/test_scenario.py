"""Every fault of a scenario at once, each at its file, row and column (semantics §6.2)."""

# ruff: noqa: E501 - a row, its fault and its place stand on one line

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest

from asn_flex.domain.columns import POLARS_TYPES
from asn_flex.errors import ScenarioError, Text
from asn_flex.readwrite.columns import table_specs
from asn_flex.readwrite.scenario import load_scenario, scenario_from_files
from asn_flex.rulebook.loader import load_rulebook
from tests.support import CASES, FOLDERS, REPOSITORY

from .city import RULEBOOK, TABLES, YAML, faults, load, with_lines, write_city

WIB = timezone(timedelta(hours=7))


# ---- what a good scenario says -------------------------------------------------------------------


def test_the_settings_are_read_exactly(tmp_path) -> None:
    scenario = load(write_city(tmp_path))
    assert (scenario.id, scenario.label) == ("kota", Text("Banjir", "Flood"))
    assert scenario.now == datetime(2026, 11, 20, 3, tzinfo=WIB)
    assert (scenario.period.start, scenario.period.end) == (date(2026, 11, 20), date(2026, 11, 25))
    # `areas: [k1, "12.10"]` in order of id; `12.10` is an id, not a number.
    assert (scenario.event.type, scenario.event.areas, scenario.event.command_area) == (
        "flood",
        ("12.10", "k1"),
        "kota",
    )
    assert dict(scenario.event.given) == {"severity": 3}
    assert scenario.rules is None
    assert scenario.warnings == ()


def test_cells_are_typed_and_a_null_is_what_nobody_gave(tmp_path) -> None:
    officers = load(write_city(tmp_path)).tables.officers
    ani, budi, cut = officers.iter_rows(named=True)
    assert (ani["available"], budi["available"], cut["available"]) == (True, None, False)
    assert (ani["rest_hours"], budi["rest_hours"], cut["rest_hours"]) == (Decimal("7.5"), Decimal(0), Decimal(10))
    # ya / tidak / 1; the default of a missing fact is not written into the table.
    assert (ani["swims"], budi["swims"], cut["swims"]) == (True, False, True)
    assert (ani["languages"], budi["languages"]) == (["en", "id"], None)
    assert (ani["available_until"], budi["home_area"], cut["fit"]) == (date(2026, 12, 31), "12.10", None)
    assert officers["row"].to_list() == [2, 3, 4]


def test_times_without_offset_take_that_of_now(tmp_path) -> None:
    observations = load(write_city(tmp_path)).tables.observations
    # 02:00 at +07:00 is 19:00 UTC on the day before; 20:30Z stays.
    assert observations["time"].to_list() == [
        datetime(2026, 11, 19, 19, tzinfo=UTC),
        datetime(2026, 11, 19, 20, 30, tzinfo=UTC),
    ]
    assert observations["value"].to_list() == [Decimal("1.2"), Decimal("1.4")]


def test_a_demand_of_the_event_has_no_area_of_its_own(tmp_path) -> None:
    demands = load(write_city(tmp_path)).tables.demands
    assert demands.select("duty", "area", "shift").rows() == [("kitchen", None, None), ("post", "k1", "day")]


def test_every_table_has_its_columns_even_when_absent(tmp_path) -> None:
    folder = write_city(tmp_path, travel=None, observations=None, demands=None, pins=None)
    tables = load(folder).tables
    for spec in table_specs(RULEBOOK).values():
        frame: pl.DataFrame = getattr(tables, spec.name)
        assert frame.columns == [*spec.by_name, "row"]
        for column in spec.columns:
            if not column.form:
                assert frame.schema[column.name] == POLARS_TYPES[column.attribute.kind]


def test_the_views_of_the_domain_agree_with_the_tables(tmp_path) -> None:
    scenario = load(write_city(tmp_path))
    assert scenario.travel == {("k1", "12.10"): Fraction(35), ("12.10", "kota"): Fraction(25, 2)}
    assert scenario.area_tree.within("12.10", "kota")
    # An area without coordinates takes its parent's.
    assert scenario.area_tree.position("12.10") == (2.95, 99.8)
    assert scenario.unit_facts["bpbd"]["tags"] == ["front"]
    assert scenario.place_of("officers", 3).file == (tmp_path / "officers.csv").as_posix()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.name)
def test_every_case_loads_without_warning(folder) -> None:
    rulebook = load_rulebook(folder / "rules.yaml")
    assert load_scenario(folder / "scenario", rulebook).digest.startswith("sha256:")


@pytest.mark.parametrize(
    "folder", sorted((REPOSITORY / "examples").glob("*/scenario.yaml")), ids=lambda f: f.parent.name
)
def test_every_example_loads(folder) -> None:
    rules = load_scenario_rules(folder.read_text("utf-8"))
    scenario = load_scenario(folder, load_rulebook(folder.parent / rules))
    assert scenario.rules == rules


def load_scenario_rules(text: str) -> str:
    return next(line.partition(": ")[2].strip() for line in text.splitlines() if line.startswith("rules: "))


def test_cases_are_there() -> None:
    assert len(FOLDERS) > 20, CASES


# ---- one fault, one place ------------------------------------------------------------------------

A = "A-4,Dodi,,bpbd,m,k1,,,,,,,"  # a fourth officer without fault


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        # tables and columns
        pytest.param({"units": None}, ["scenario.yaml:1:1 S201"], id="required-table"),
        pytest.param({"pins": "officer,pin\n"}, ["pins.csv:1:1 S202"], id="required-column"),
        pytest.param({"officers": with_lines("officers", A.replace("A-4", "A-3"))},
                     ["officers.csv:4:1 S204", "officers.csv:5:1 S204"], id="officer-twice"),
        pytest.param({"units": with_lines("units", "bpbd,,,,,")}, ["units.csv:2:1 S204", "units.csv:4:1 S204"], id="unit-twice"),
        pytest.param({"areas": with_lines("areas", "k1,,,,,,,,")}, ["areas.csv:3:1 S204", "areas.csv:5:1 S204"], id="area-twice"),
        pytest.param({"demands": with_lines("demands", "kitchen,event,,1,,,")},
                     ["demands.csv:2:1 S205", "demands.csv:4:1 S205"], id="demand-twice"),
        pytest.param({"travel": with_lines("travel", "k1,12.10,36")}, ["travel.csv:2:3 S206", "travel.csv:4:3 S206"], id="travel-twice"),
        # cells
        pytest.param({"officers": with_lines("officers", "A-4,,,bpbd,,,mungkin,,,,,,")}, ["officers.csv:5:7 S301"], id="yes-no"),
        pytest.param({"officers": with_lines("officers", 'A-4,,,bpbd,,,,,,"7,5",,,')}, ["officers.csv:5:10 S301"], id="decimal-comma"),
        pytest.param({"officers": with_lines("officers", "A-4,,,bpbd,,,,,,1e2,,,")}, ["officers.csv:5:10 S301"], id="exponent"),
        pytest.param({"officers": with_lines("officers", "A-4,,,bpbd,,,,,,,1.5,,")}, ["officers.csv:5:11 S301"], id="half-a-day"),
        pytest.param({"officers": with_lines("officers", "A-4,,,bpbd,,,,20/11/2026,,,,,")}, ["officers.csv:5:8 S301"], id="local-date"),
        pytest.param({"officers": with_lines("officers", "A-4,,,bpbd,,,,2026-02-30,,,,,")}, ["officers.csv:5:8 S301"], id="no-such-day"),
        pytest.param({"observations": with_lines("observations", "kemarin,water_level_m,1,")}, ["observations.csv:4:1 S301"], id="time"),
        pytest.param({"observations": with_lines("observations", "0001-01-01T00:00,water_level_m,1,")},
                     ["observations.csv:4:1 S302"], id="time-out-of-range"),
        pytest.param({"officers": with_lines("officers", "A-4,,,bpbd,x,,,,,,,,")}, ["officers.csv:5:5 S302"], id="choice"),
        pytest.param({"officers": with_lines("officers", "A-4,,,bpbd,,,,,,-1,,,")}, ["officers.csv:5:10 S302"], id="below-the-least"),
        pytest.param({"demands": with_lines("demands", "post,k1,,-1,,,")}, ["demands.csv:4:4 S302"], id="negative-seats"),
        pytest.param({"travel": with_lines("travel", "k1,kota,-1")}, ["travel.csv:4:3 S302"], id="negative-minutes"),
        pytest.param({"areas": with_lines("areas", "k9,,kota,91,0,,,,")}, ["areas.csv:5:4 S302"], id="latitude"),
        pytest.param({"areas": with_lines("areas", "k9,,kota,1,181,,,,")}, ["areas.csv:5:5 S302"], id="longitude"),
        pytest.param({"pins": with_lines("pins", "A-2,kitchen@event,mungkin,Sekda,")}, ["pins.csv:4:3 S302"], id="pin"),
        pytest.param({"holdings": with_lines("holdings", "A-1,nursing,0,,")}, ["holdings.csv:5:3 S302"], id="level-0"),
        pytest.param({"officers": with_lines("officers", "Dodi S,,,bpbd,,,,,,,,,")}, ["officers.csv:5:1 S303"], id="id-with-space"),
        pytest.param({"officers": with_lines("officers", "A@4,,,bpbd,,,,,,,,,")}, ["officers.csv:5:1 S303"], id="id-with-at"),
        pytest.param({"areas": with_lines("areas", "event,,kota,,,,,,")}, ["areas.csv:5:1 S303"], id="area-named-event"),
        pytest.param({"officers": with_lines("officers", "A-4,,,,,,,,,,,,")}, ["officers.csv:5:4 S304"], id="no-unit"),
        pytest.param({"officers": with_lines("officers", ",Dodi,,bpbd,,,,,,,,,")}, ["officers.csv:5:1 S304"], id="no-id"),
        pytest.param({"holdings": with_lines("holdings", "A-1,first_aid,4,,")}, ["holdings.csv:5:3 S306"], id="beyond-the-scale"),
        pytest.param({"areas": with_lines("areas", "k9,,kota,1.5,,,,,")}, ["areas.csv:5:5 S307"], id="half-a-place"),
        pytest.param({"officers": with_lines("officers", "A-4,,,bpbd,,,,2026-12-02,2026-12-01,,,,")}, ["officers.csv:5:9 S308"], id="until-before-from"),
        # references
        pytest.param({"officers": with_lines("officers", A.replace("bpbd", "BPBD"))}, ["officers.csv:5:4 S401"], id="unknown-unit"),
        pytest.param({"officers": with_lines("officers", A.replace("k1", "12.1"))}, ["officers.csv:5:6 S401"], id="12.1-is-not-12.10"),
        pytest.param({"units": with_lines("units", "x,,,k3,,")}, ["units.csv:4:4 S401"], id="unknown-area-of-unit"),
        pytest.param({"areas": with_lines("areas", "k9,,kotta,,,,,,")}, ["areas.csv:5:3 S401"], id="unknown-parent"),
        pytest.param({"areas": with_lines("areas", "k9,,kota,,,,,,k8")}, ["areas.csv:5:9 S401"], id="unknown-area-in-declared-fact"),
        pytest.param({"holdings": with_lines("holdings", "A-9,nursing,1,,")}, ["holdings.csv:5:1 S401"], id="unknown-officer"),
        pytest.param({"holdings": with_lines("holdings", "A-1,nurse,1,,")}, ["holdings.csv:5:2 S401"], id="unknown-competency"),
        pytest.param({"travel": with_lines("travel", "k1,k2,5")}, ["travel.csv:4:2 S401"], id="unknown-end"),
        pytest.param({"observations": with_lines("observations", "2026-11-20,rain,1,k7")}, ["observations.csv:4:4 S401"], id="unknown-area-of-observation"),
        pytest.param({"demands": with_lines("demands", "dapur,k1,,1,,,")}, ["demands.csv:4:1 S401"], id="unknown-duty"),
        pytest.param({"demands": with_lines("demands", "post,k7,,1,,,")}, ["demands.csv:4:2 S401"], id="unknown-area-of-demand"),
        pytest.param({"pins": with_lines("pins", "A-9,kitchen@event,must,S,")}, ["pins.csv:4:1 S401"], id="unknown-officer-in-pin"),
        pytest.param({"pins": with_lines("pins", "A-2,dapur@event,must,S,")}, ["pins.csv:4:2 S401"], id="unknown-duty-in-pin"),
        pytest.param({"pins": with_lines("pins", "A-2,post@k7,must,S,")}, ["pins.csv:4:2 S401"], id="unknown-area-in-pin"),
        pytest.param({"areas": with_lines("areas", "a,,c,,,,,,", "b,,a,,,,,,", "c,,b,,,,,,", "d,,d,,,,,,")},
                     ["areas.csv:5:3 S402", "areas.csv:8:3 S402"], id="area-cycles"),
        pytest.param({"demands": with_lines("demands", "post,k1,nite,1,,,")}, ["demands.csv:4:3 S403"], id="unknown-shift"),
        pytest.param({"demands": with_lines("demands", "kitchen,k1,day,1,,,")}, ["demands.csv:4:3 S403"], id="duty-without-shifts"),
        pytest.param({"pins": with_lines("pins", "A-2,post@k1/nite,must,S,")}, ["pins.csv:4:2 S403"], id="unknown-shift-in-pin"),
        pytest.param({"pins": with_lines("pins", "A-2,kitchen,must,S,")}, ["pins.csv:4:2 S405"], id="no-demand-id"),
    ],
)  # fmt: skip
def test_one_fault_has_one_place(tmp_path, changed, wanted) -> None:
    assert faults(write_city(tmp_path, **changed)) == wanted


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"holdings": with_lines("holdings", "A-1,nursing,4,,", "A-1,nursing,5,,")}, id="holdings-stand-alone"),
        pytest.param({"travel": with_lines("travel", "k1,12.10,35.0", "12.10,k1,40", "k1,k1,3")}, id="same-way-same-minutes"),
        pytest.param({"officers": with_lines("officers", "A-4,,,bpbd,,,,2026-12-01,2026-12-01,,,,")}, id="one-day"),
        pytest.param({"demands": with_lines("demands", "post,k1,,2,,,", "post,k1,night,0,0,0,")}, id="with-and-without-shift"),
        pytest.param({"demands": TABLES["demands"][0] + "\n", "pins": None}, id="empty-table"),
        pytest.param({"officers": with_lines("officers", "Ä_4.x-9,,,bpbd,,,,,,.5,,1,")}, id="id-of-letters-digits-and-signs"),
        pytest.param({"areas": with_lines("areas", "k9,,kota,-90,180,,,,")}, id="edges-of-the-map"),
        pytest.param({"observations": with_lines("observations", "2026-11-20,water_level_m,-0.5,")}, id="a-day-is-its-midnight"),
        pytest.param({"holdings": with_lines("holdings", "A-2,first_aid,3,training;drill,9999-12-31")}, id="no-end"),
    ],
)  # fmt: skip
def test_what_is_no_fault(tmp_path, changed) -> None:
    load(write_city(tmp_path, **changed))


def test_every_fault_is_told_at_once(tmp_path) -> None:
    folder = write_city(
        tmp_path,
        yaml=YAML.replace("kota\nlabel", "ko ta\nlabel").replace("flood", "banjir")
        + "".join(f"  {name}: {name}.csv\n" for name in TABLES),
        officers=with_lines("officers", "A-3,Dodi,,bpdb,q,,,,,x,,,"),
        units="name,tags\nBPBD,\n",
        holdings=with_lines("holdings", "A-7,nurse,9,,"),
        demands=with_lines("demands", "dapur,k7,,-1,,,"),
    )
    # The unit `bpdb` cannot be judged: the table of units has no ids.
    assert faults(folder) == [
        "demands.csv:4:1 S401", "demands.csv:4:2 S401", "demands.csv:4:4 S302",
        "holdings.csv:5:1 S401", "holdings.csv:5:2 S401",
        "officers.csv:4:1 S204", "officers.csv:5:1 S204", "officers.csv:5:5 S302", "officers.csv:5:10 S301",
        "scenario.yaml:2:5 S303", "scenario.yaml:6:9 S401", "units.csv:1:1 S202",
    ]  # fmt: skip


def test_a_message_says_what_is_wrong_and_what_was_meant(tmp_path) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(write_city(tmp_path, holdings=with_lines("holdings", "A-1,nursin,1,,")))
    (found,) = caught.value.diagnostics
    assert found.message("en") == "`competency`: competency `nursin` is not in the rulebook; did you mean `nursing`?"
    assert found.message("id") == "`competency`: kompetensi `nursin` tidak ada di kitab aturan; maksud Anda `nursing`?"


def test_the_same_wrong_value_many_times_is_told_once(tmp_path) -> None:
    lines = [f"B-{i},,,bpdb,,,,,,,,," for i in range(500)]
    with pytest.raises(ScenarioError) as caught:
        load(write_city(tmp_path, officers=with_lines("officers", *lines)))
    (found,) = caught.value.diagnostics
    assert str(found.place).endswith("officers.csv:5:4")
    assert "the same in 499 more rows" in found.message()


def test_twenty_wrong_values_are_told_row_by_row(tmp_path) -> None:
    lines = [f"B-{i},,,bpdb,,,,,,,,," for i in range(20)]
    assert len(faults(write_city(tmp_path, officers=with_lines("officers", *lines)))) == 20


def test_different_wrong_values_are_all_told(tmp_path) -> None:
    lines = [f"B-{i},,,x{i},,,,,,,,," for i in range(100)]
    assert len(faults(write_city(tmp_path, officers=with_lines("officers", *lines)))) == 100


# ---- warnings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "place", "code"),
    [
        pytest.param({"units": "id,tag\nbpbd,x\nsetda,\n"}, "units.csv:1:2", "W701", id="unknown-column"),
        pytest.param({"officers": "id,unit,home_flooded\nA-1,bpbd,true\nA-2,bpbd,\nA-3,bpbd,\n"}, "officers.csv:1:3", "W702", id="derived"),
        pytest.param({"travel": "from,to,minutes,row\nk1,kota,3,1\n"}, "travel.csv:1:4", "W704", id="our-own-name"),
        pytest.param({"observations": with_lines("observations", "2026-11-20,watr_level_m,1,")}, "observations.csv:4:2", "W705", id="no-measure"),
        pytest.param({"pins": with_lines("pins", "A-2,kitchen@event,must,,")}, "pins.csv:4:4", "W706", id="unsigned-pin"),
    ],
)  # fmt: skip
def test_warnings_do_not_stop_a_scenario(tmp_path, changed, place, code) -> None:
    (found,) = load(write_city(tmp_path, **changed)).warnings
    assert (str(found.place), found.code) == (f"{tmp_path.as_posix()}/{place}", code)


def test_an_unused_kind_is_told_once_with_the_nearest_name(tmp_path) -> None:
    rows = [f"2026-11-20T0{i}:00,watr_level_m,1," for i in range(3)]
    (found,) = load(write_city(tmp_path, observations=with_lines("observations", *rows))).warnings
    assert "did you mean `water_level_m`?" in found.message()


# ---- bytes in memory -----------------------------------------------------------------------------


def test_files_in_memory_are_read_like_a_folder(tmp_path) -> None:
    scenario = load(write_city(tmp_path))
    again = scenario_from_files(scenario.files, {}, RULEBOOK)
    assert again.digest == scenario.digest
    assert again.file_names["officers"] == "officers.csv"


def test_a_file_that_was_not_given_is_a_fault(tmp_path) -> None:
    files = dict(load(write_city(tmp_path)).files)
    del files["units"]
    with pytest.raises(ScenarioError, match=r"^units\.csv:1:1: S101"):
        scenario_from_files(files, {}, RULEBOOK)


@pytest.mark.parametrize(
    ("make", "says"), [(os.mkfifo, "not an ordinary file"), (os.mkdir, "a folder")], ids=["pipe", "folder"]
)
def test_table_that_is_no_file_is_a_fault_and_is_not_waited_for(tmp_path, make, says) -> None:
    """A pipe in place of a table was waited for without end."""
    city = write_city(tmp_path)
    (city / "officers.csv").unlink()
    make(city / "officers.csv")
    with pytest.raises(ScenarioError) as caught:
        load(city)
    assert any(d.code == "S101" and says in d.message() for d in caught.value.diagnostics)
