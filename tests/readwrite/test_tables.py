"""Whatever the format, the same cells are the same scenario; and what a format destroys is refused."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import openpyxl
import polars as pl
import pytest

from asn_flex.domain.scenario import Scenario
from asn_flex.errors import ScenarioError, Text, UsageError
from asn_flex.readwrite.cells import text_of
from asn_flex.readwrite.scenario import load_scenario, scenario_from_tables

from .city import RULEBOOK, TABLES, YAML, csv_text, faults, load, rows_of, with_lines, write_city

EVENT = {"type": "flood", "areas": ["k1", "12.10"], "command_area": "kota", "severity": 3}
HEADING = {
    "id": "kota",
    "label": {"id": "Banjir", "en": "Flood"},
    "now": "2026-11-20T03:00:00+07:00",
    "event": EVENT,
    "period": (date(2026, 11, 20), date(2026, 11, 25)),
}


@pytest.fixture(scope="module")
def digest(tmp_path_factory) -> str:
    return load(write_city(tmp_path_factory.mktemp("city"))).digest


def typed(name: str, cell: str, column: str) -> object:
    """What a careful person would type into a cell: numbers, dates, yes/no and text by the column's type."""
    if cell == "":
        return None
    if column in {"available", "flooded"}:
        return cell == "true"
    if column == "swims":
        return cell in {"ya", "1"}
    if column in {"rest_hours", "deployed_days_90d", "level", "backlog", "lat", "lon", "depth_cm", "minutes", "value",
                  "seats", "minimum", "covered_elsewhere"} and (name, column) != ("areas", "level"):  # fmt: skip
        return int(cell) if cell.isdigit() else float(cell)
    if column in {"available_from", "available_until", "valid_until"}:
        return date.fromisoformat(cell)
    return cell


def typed_columns(name: str) -> dict[str, list[object]]:
    header, *rows = rows_of(name)
    return {column: [typed(name, row[i], column) for row in rows] for i, column in enumerate(header)}


def workbook(name: str, sheet: str = "Data") -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    columns = typed_columns(name)
    page.append(list(columns))
    for row in zip(*columns.values(), strict=True):
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda rows: csv_text(rows).encode(), id="comma"),
        pytest.param(lambda rows: csv_text(rows, delimiter=";").encode(), id="semicolon"),
        pytest.param(lambda rows: csv_text(rows).encode("utf-8-sig"), id="byte-order-mark"),
        pytest.param(lambda rows: csv_text(rows, newline="\r\n").encode(), id="windows-lines"),
        pytest.param(lambda rows: csv_text(rows).rstrip("\n").encode(), id="no-last-newline"),
        pytest.param(lambda rows: csv_text(rows, delimiter=";", newline="\r\n").encode("utf-8-sig"), id="excel"),
        pytest.param(lambda rows: csv_text([[f" {c} " for c in row] for row in rows]).encode(), id="spaces"),
        pytest.param(
            lambda rows: "".join(",".join(f'"{c}"' for c in row) + "\n" for row in rows).encode(), id="quoted"
        ),
        pytest.param(lambda rows: csv_text([rows[0], [], *rows[1:], []]).encode(), id="empty-lines"),
        pytest.param(lambda rows: csv_text([[*row, "", ""] for row in rows]).encode(), id="empty-columns"),
        pytest.param(lambda rows: csv_text([[*reversed(row)] for row in rows]).encode(), id="columns-reversed"),
        pytest.param(lambda rows: csv_text([rows[0], *rows[:0:-1]]).encode(), id="rows-reversed"),
    ],
)
def test_csv_variants_are_one_scenario(tmp_path, digest, write) -> None:
    folder = write_city(tmp_path, **{name: write(rows_of(name)) for name in TABLES})
    assert load(folder).digest == digest


def yaml_with(suffix: str) -> str:
    return YAML + "".join(f"  {name}: {name}{suffix}\n" for name in TABLES)


def test_xlsx_is_the_same_scenario(tmp_path, digest) -> None:
    write_city(tmp_path, yaml=yaml_with(".xlsx"))
    for name in TABLES:
        (tmp_path / f"{name}.xlsx").write_bytes(workbook(name))
    assert load(tmp_path).digest == digest


def test_a_workbook_with_all_sheets_is_the_same_scenario(tmp_path, digest) -> None:
    book = openpyxl.Workbook()
    book.active.append(["a note that is no table"])
    for name in TABLES:
        page = book.create_sheet(name)
        for row in [list(typed_columns(name)), *zip(*typed_columns(name).values(), strict=True)]:
            page.append(row)
    write_city(tmp_path, yaml=YAML + "".join(f"  {name}: kota.xlsx#{name}\n" for name in TABLES))
    book.save(tmp_path / "kota.xlsx")
    assert load(tmp_path).digest == digest


def test_parquet_is_the_same_scenario(tmp_path, digest) -> None:
    write_city(tmp_path, yaml=yaml_with(".parquet"))
    for name in TABLES:
        pl.DataFrame(typed_columns(name), strict=False).write_parquet(tmp_path / f"{name}.parquet")
    assert load(tmp_path).digest == digest


def as_pandas(name: str):
    return pytest.importorskip("pandas").DataFrame(typed_columns(name))


def as_arrow(name: str):
    return pytest.importorskip("pyarrow").table(typed_columns(name))


class Stream:
    """Any table that only speaks the Arrow C stream interface."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda name: pl.DataFrame(typed_columns(name), strict=False), id="polars"),
        pytest.param(lambda name: pl.LazyFrame(typed_columns(name), strict=False), id="polars-lazy"),
        pytest.param(lambda name: Stream(pl.DataFrame(typed_columns(name), strict=False)), id="arrow-stream"),
        pytest.param(as_pandas, id="pandas"),
        pytest.param(as_arrow, id="pyarrow"),
        pytest.param(typed_columns, id="columns-by-name"),
        pytest.param(
            lambda name: {c: [row[i] for row in rows_of(name)[1:]] for i, c in enumerate(rows_of(name)[0])}, id="texts"
        ),
    ],
)
def test_frames_are_the_same_scenario(digest, make) -> None:
    scenario = scenario_from_tables(RULEBOOK, **HEADING, **{name: make(name) for name in TABLES})
    assert scenario.digest == digest


def test_frames_carry_files_that_load_to_the_same_scenario(tmp_path, digest) -> None:
    scenario = scenario_from_tables(RULEBOOK, **HEADING, **{name: typed_columns(name) for name in TABLES})
    for name, content in scenario.files.items():
        (tmp_path / ("scenario.yaml" if name == "scenario" else f"{name}.csv")).write_bytes(content)
    assert load(tmp_path).digest == digest


def test_sets_in_frames_may_be_lists(digest) -> None:
    officers = pl.DataFrame(typed_columns("officers"), strict=False)
    officers = officers.with_columns(pl.col("languages").str.split("|"))
    tables = {name: typed_columns(name) for name in TABLES} | {"officers": officers}
    assert scenario_from_tables(RULEBOOK, **HEADING, **tables).digest == digest


def test_the_event_may_hold_values_of_python() -> None:
    wib = timezone(timedelta(hours=7))
    event = EVENT | {
        "severity": np.int64(3), "started": datetime(2026, 11, 18, tzinfo=UTC), "phase": None, "rain": Decimal("12.50"),
        "helpers": {"tni", "pmi"}, "weir_opened": True, "seen": date(2026, 11, 19),
        "decree": "SK 7\u2028/2026 \U0001f600",
        "refuge": "12.10", "affected_people": float("nan"),
    }  # fmt: skip
    heading = HEADING | {
        "now": datetime(2026, 11, 20, 3, tzinfo=wib),
        "event": event,
        "label": "Banjir",
        "period": {"start": datetime(2026, 11, 20, 6), "end": datetime(2026, 11, 21, tzinfo=wib)},
    }
    scenario = scenario_from_tables(RULEBOOK, **heading, **{name: typed_columns(name) for name in TABLES})
    assert scenario.label == Text("Banjir", "Banjir")
    assert scenario.event.decree == event["decree"]
    assert dict(scenario.event.given) == {
        "severity": 3, "rain": Fraction(25, 2), "helpers": frozenset({"tni", "pmi"}), "weir_opened": True,
        "seen": date(2026, 11, 19), "refuge": "12.10",
    }  # fmt: skip
    assert scenario.period.first_day == scenario.period.last_day == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        pytest.param({"now": "2026-11-20T03:00"}, "S503", id="no-offset"),
        pytest.param({"event": {}}, "S111", id="no-event"),
        pytest.param({"period": {}}, "S111", id="no-period"),
        pytest.param({"id": "half \ud800"}, "E102", id="half-a-character"),
        pytest.param({"label": Text("", "Flood"), "id": "a b"}, "S303", id="no-id"),
    ],
)
def test_settings_of_frames_are_checked_like_a_file(changed, wanted) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario_from_tables(RULEBOOK, **(HEADING | changed), **{name: typed_columns(name) for name in TABLES})
    assert {d.place.file for d in caught.value.diagnostics} == {"scenario"}
    assert wanted in {d.code for d in caught.value.diagnostics}


def test_a_value_that_no_file_can_hold_is_wrong_use() -> None:
    heading = HEADING | {"event": EVENT | {"rain": object()}}
    with pytest.raises(UsageError, match="a value of the event"):
        scenario_from_tables(RULEBOOK, **heading, **{name: typed_columns(name) for name in TABLES})


def test_a_frame_without_columns_is_an_empty_file() -> None:
    tables = {name: typed_columns(name) for name in TABLES} | {"units": pl.DataFrame()}
    with pytest.raises(ScenarioError) as caught:
        scenario_from_tables(RULEBOOK, **HEADING, **tables)
    assert [(str(d.place), d.code) for d in caught.value.diagnostics] == [("units:1:1", "S104")]


def test_what_is_no_frame_is_wrong_use() -> None:
    tables = {name: typed_columns(name) for name in TABLES}
    with pytest.raises(UsageError, match="officers"):
        scenario_from_tables(RULEBOOK, **HEADING, **(tables | {"officers": 7}))
    with pytest.raises(UsageError, match="different lengths"):
        scenario_from_tables(RULEBOOK, **HEADING, **(tables | {"units": {"id": ["a"], "area": []}}))


def test_faults_of_frames_are_told_by_table_row_and_column() -> None:
    tables = {name: typed_columns(name) for name in TABLES}
    tables["officers"]["unit"][1] = "bpdb"
    with pytest.raises(ScenarioError) as caught:
        scenario_from_tables(RULEBOOK, **HEADING, **tables)
    # The second row of the frame is row 3 of a spreadsheet; `unit` is its fourth column.
    assert [str(d) for d in caught.value.diagnostics] == [
        "officers:3:4: S401 `unit`: unit `bpdb` is not in table units; did you mean `bpbd`?"
    ]


# ---- ids that a spreadsheet destroys -------------------------------------------------------------


def city_with_officers_sheet(tmp_path: Path, rows: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    listed = "".join(f"  {n}: {n}.csv\n" for n in TABLES if n not in {"officers", "holdings", "pins"})
    write_city(
        tmp_path,
        holdings="officer,competency,level\n",
        yaml=YAML + listed + "  holdings: holdings.csv\n  officers: o.xlsx\n",
    )
    book.save(tmp_path / "o.xlsx")
    return tmp_path


def test_a_nip_typed_as_number_is_refused_and_never_rounded(tmp_path) -> None:
    # Excel keeps 198001012010011001 as 1.98001012010011e+17, which reads back as …008 or …000.
    folder = city_with_officers_sheet(tmp_path, [["id", "nip", "unit"], ["A-1", 198001012010011001, "bpbd"]])
    assert faults(folder) == ["o.xlsx:2:2 S305"]


def test_a_nip_typed_as_text_keeps_every_digit(tmp_path) -> None:
    folder = city_with_officers_sheet(tmp_path, [["id", "nip", "unit"], ["A-1", "198001012010011001", "bpbd"]])
    assert load(folder).tables.officers["nip"].to_list() == ["198001012010011001"]


def test_a_small_whole_number_is_its_text(tmp_path) -> None:
    folder = city_with_officers_sheet(tmp_path, [["id", "unit"], [17, "bpbd"], [99999999999999, "bpbd"]])
    assert load(folder).tables.officers["id"].to_list() == ["17", "99999999999999"]


@pytest.mark.parametrize(
    ("row", "place"),
    [
        pytest.param(["A-1", "bpbd", 12.1], "o.xlsx:2:3 S305", id="area 12.10 read as 12.1"),
        pytest.param([True, "bpbd", "k1"], "o.xlsx:2:1 S305", id="yes/no"),
        pytest.param([datetime(2026, 3, 1), "bpbd", "k1"], "o.xlsx:2:1 S305", id="MAR1 read as a date"),
        pytest.param([100000000000000, "bpbd", "k1"], "o.xlsx:2:1 S305", id="15 digits"),
    ],
)
def test_ids_that_a_spreadsheet_changed_are_refused_once(tmp_path, row, place) -> None:
    folder = city_with_officers_sheet(tmp_path, [["id", "unit", "home_area"], row])
    assert faults(folder) == [place]


def test_whole_ids_of_15_digits_are_refused_in_parquet_too(tmp_path) -> None:
    write_city(tmp_path, holdings="officer,competency,level\n")
    yaml = (tmp_path / "scenario.yaml").read_text().replace("officers.csv", "officers.parquet")
    (tmp_path / "scenario.yaml").write_text(yaml.replace("  pins: pins.csv\n", ""))
    frame = pl.DataFrame({"id": [1, 198001012010011001], "unit": ["bpbd", "bpbd"]})
    frame.write_parquet(tmp_path / "officers.parquet")
    assert faults(tmp_path) == ["officers.parquet:3:1 S305"]


def test_text_with_nul_in_parquet_is_refused(tmp_path) -> None:
    write_city(tmp_path, holdings="officer,competency,level\n", pins=None)
    yaml = (tmp_path / "scenario.yaml").read_text().replace("units.csv", "units.parquet")
    (tmp_path / "scenario.yaml").write_text(yaml)
    pl.DataFrame({"id": ["bpbd", "setda"], "name": ["a", "b\0c"]}).write_parquet(tmp_path / "units.parquet")
    assert faults(tmp_path) == ["units.parquet:1:2 S103"]


def test_scientific_notation_in_csv_is_a_destroyed_id(tmp_path) -> None:
    officers = with_lines("officers", "A-4,Dodi,1.98001E+17,bpbd,m,,,,,,,,")
    assert faults(write_city(tmp_path, officers=officers)) == ["officers.csv:5:3 S305"]


def test_a_nip_that_ends_in_000_is_doubted(tmp_path) -> None:
    officers = with_lines("officers", "A-4,Dodi,198001012010011000,bpbd,m,,,,,,,,")
    warnings = load(write_city(tmp_path, officers=officers)).warnings
    assert [(d.code, d.place.line, d.place.column) for d in warnings] == [("W703", 5, 3)]


# ---- canonical text --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        pytest.param(Decimal("sNaN"), "", id="signalling-nan"),
        pytest.param(float("inf"), "Infinity", id="no-number"),
        pytest.param(np.float32(0.5), "0.5", id="numpy-number"),
        pytest.param(np.array([2, 1]), "1|2", id="numpy-array"),
        pytest.param(np.datetime64("2026-01-02"), None, id="numpy-time"),
        pytest.param(time(7, 30), "07:30:00", id="time-of-day"),
        pytest.param(7.0, "7", id="whole float"),
        pytest.param(0.1, "0.1", id="decimal float"),
        pytest.param(1e21, "1000000000000000000000", id="large float"),
        pytest.param(-0.0, "0", id="minus zero"),
        pytest.param(Decimal("1.50"), "1.5", id="decimal"),
        pytest.param(float("nan"), "", id="nan"),
        pytest.param(date(2026, 1, 2), "2026-01-02", id="date"),
        pytest.param(datetime(2026, 1, 2), "2026-01-02", id="midnight"),
        pytest.param(datetime(2026, 1, 2, 3, 4), "2026-01-02T03:04:00", id="time"),
        pytest.param(["b", "a", None], "a|b", id="list"),
        pytest.param(b"x", None, id="bytes"),
    ],
)
def test_typed_cells_have_one_text(cell, text) -> None:
    assert text_of(cell) == text


def test_cells_that_are_no_value_are_refused() -> None:
    tables = {name: typed_columns(name) for name in TABLES}
    tables["officers"]["rest_hours"] = [1, {"a": 1}, 2]
    with pytest.raises(ScenarioError) as caught:
        scenario_from_tables(RULEBOOK, **HEADING, **tables)
    assert [str(d.place) for d in caught.value.diagnostics if d.code == "S109"] == ["officers:3:10"]


# ---- form ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        pytest.param(b"", ["officers.csv:1:1 S104"], id="empty"),
        pytest.param(b"\nid,unit\n", ["officers.csv:1:1 S104"], id="header-not-first"),
        pytest.param(b"id\tunit\nA\tbpbd\n", ["officers.csv:1:1 S104"], id="tabs"),
        pytest.param("id,unit\nÄ,bpbd\n".encode("latin-1"), ["officers.csv:2:1 S103"], id="latin-1"),
        pytest.param("id,unit\nA,bpbd\n".encode("utf-16"), ["officers.csv:1:1 S103"], id="utf-16"),
        pytest.param(b"id,unit\nA,bp\0bd\n", ["officers.csv:2:1 S103"], id="nul"),
        pytest.param(b"id,unit\nA-1,bpbd,x\nA-2\n", ["officers.csv:2:3 S105", "officers.csv:3:2 S105"], id="ragged"),
        pytest.param(b'id,unit\n"A-1,bpbd\n', ["officers.csv:2:1 S106"], id="open-quote"),
        pytest.param(b'id,unit\n"A"-1,bpbd\n', ["officers.csv:2:1 S106"], id="text-after-quote"),
        pytest.param(b"id,unit\n" + b"A" * 200_000 + b",bpbd\nB\n", ["officers.csv:2:1 S106"], id="too-long"),
        pytest.param(b"id,unit,unit\n", ["officers.csv:1:3 S203"], id="column-twice"),
        pytest.param(b"id,unit,\nA-1,bpbd,x\n", ["officers.csv:1:3 S104"], id="value-without-column"),
        pytest.param(b"name\n", ["officers.csv:1:1 S202", "officers.csv:1:1 S202"], id="columns-missing"),
    ],
)  # fmt: skip
def test_form_of_csv(tmp_path, content, wanted) -> None:
    folder = write_city(tmp_path, officers=content, holdings="officer,competency,level\n", pins=None)
    assert faults(folder) == wanted


def test_a_header_alone_is_an_empty_table(tmp_path) -> None:
    folder = write_city(tmp_path, officers="id,unit\n", holdings="officer,competency,level", pins=None)
    tables = load(folder).tables
    assert (tables.officers.height, tables.holdings.height) == (0, 0)


def test_rows_are_counted_as_a_spreadsheet_does(tmp_path) -> None:
    # A cell over two lines is one row; an empty line is a row.
    text = 'id,unit,post\nA-1,bpbd,"one\ntwo"\n\nA-2,bpdb,\n'
    folder = write_city(tmp_path, officers=text, holdings="officer,competency,level\n", pins=None)
    assert faults(folder) == ["officers.csv:4:2 S401"]


def test_many_ragged_rows_are_told_once(tmp_path) -> None:
    text = "id,unit\n" + "A,bpbd,x\n" * 1000
    folder = write_city(tmp_path, officers=text, holdings="officer,competency,level\n", pins=None)
    with pytest.raises(ScenarioError, match="the same in 999 more rows"):
        load(folder)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        pytest.param("o.xlsx", b"PK\x03\x04 no", "S107", id="xlsx-damaged"),
        pytest.param("o.xlsx#Gaji", None, "S107", id="xlsx-no-such-sheet"),
        pytest.param("o.parquet", b"PAR1 no", "S108", id="parquet-damaged"),
        pytest.param("o.xls", b"", "S102", id="unknown-kind"),
        pytest.param("../o.csv", b"", "S102", id="outside"),
        pytest.param("/etc/o.csv", b"", "S102", id="absolute"),
        pytest.param("C:/o.csv", b"", "S102", id="drive"),
        pytest.param("oficers.csv", None, "S101", id="no-such-file"),
    ],
)
def test_files_that_cannot_be_tables(tmp_path, name, content, code) -> None:
    write_city(tmp_path / "city", holdings="officer,competency,level\n", pins=None)
    yaml = (tmp_path / "city" / "scenario.yaml").read_text().replace("officers: officers.csv", f"officers: {name}")
    (tmp_path / "city" / "scenario.yaml").write_text(yaml)
    body = workbook("officers") if content is None else content
    if "/" not in name and name != "oficers.csv":
        (tmp_path / "city" / name.partition("#")[0]).write_bytes(body)
    assert [f.split()[1] for f in faults(tmp_path / "city")] == [code]


def test_a_missing_file_names_the_nearest_one(tmp_path) -> None:
    folder = write_city(tmp_path)
    (folder / "units.csv").rename(folder / "unit.csv")
    with pytest.raises(ScenarioError, match=r"did you mean `unit\.csv`"):
        load(folder)


def test_a_stray_cell_in_the_last_corner_is_refused_before_it_costs_memory(tmp_path) -> None:
    folder = city_with_officers_sheet(tmp_path, [["id", "unit"], ["A-1", "bpbd"]])
    book = openpyxl.load_workbook(folder / "o.xlsx")
    book.active["XFD1048576"] = 1
    book.save(folder / "o.xlsx")
    assert faults(folder) == ["o.xlsx:1048576:16384 S107"]


def test_a_folder_without_scenario_is_refused(tmp_path) -> None:
    for path in (tmp_path, tmp_path / "nowhere", "a\0b", "x" * 5000):
        with pytest.raises(ScenarioError, match="S101"):
            load_scenario(path, RULEBOOK)


def test_the_scenario_file_itself_may_be_given(tmp_path, digest) -> None:
    scenario: Scenario = load_scenario(write_city(tmp_path) / "scenario.yaml", RULEBOOK)
    assert scenario.digest == digest
