"""Rows of alerts come into a table and leave it; what people wrote stays as it is (semantics §6.6)."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asn_flex.alerts.observations import Row
from asn_flex.alerts.table import merge, prepare
from asn_flex.errors import ScenarioError

from .build import SCENARIO, moment, write_town

ROW = Row(moment("2026-11-20T03:00:00+07:00"), "alert_severity", 3, "k1", "CAP a,b,2026-11-20T03:00:00+07:00")
LINE = '2026-11-20T03:00:00+07:00,alert_severity,3,k1,"CAP a,b,2026-11-20T03:00:00+07:00"'


def test_a_table_without_the_column_gets_it() -> None:
    done = merge(b"time,kind,value,area\n2026-11-20T05:00,rain,1,k1\n", [ROW])
    assert done.content.decode() == f"time,kind,value,area,source\n2026-11-20T05:00,rain,1,k1,\n{LINE}\n"
    assert (done.added, done.withdrawn, done.kept) == (1, 0, 0)


def test_the_form_of_the_file_is_kept() -> None:
    old = '\ufefftime;kind;value;area;note\r\n2026-11-20T05:00;"a;b\r\nc";1;k1; x \r\n'.encode()
    text = merge(old, [ROW]).content.decode()
    assert text.startswith('\ufefftime;kind;value;area;note;source\r\n2026-11-20T05:00;"a;b\r\nc";1;k1; x ;\r\n')
    assert text.endswith("2026-11-20T03:00:00+07:00;alert_severity;3;k1;;CAP a,b,2026-11-20T03:00:00+07:00\r\n")


def test_a_last_line_without_an_end_gets_one() -> None:
    assert merge(b"time,kind,value,area,source\n1,rain,1,k1,", [ROW]).content.decode().splitlines()[2] == LINE


def test_columns_may_stand_in_another_order() -> None:
    done = merge(b"source,area,value,kind,time\n", [ROW])
    (row,) = csv.DictReader(io.StringIO(done.content.decode()))
    assert row == {"source": ROW.source, "area": "k1", "value": "3", "kind": "alert_severity", "time": LINE[:25]}


def test_rows_that_no_longer_hold_leave_and_those_of_people_stay() -> None:
    first = merge(b"time,kind,value,area,source\n1,rain,1,k1,Ibu CAP\n", [ROW])
    again = merge(first.content, [ROW._replace(area="k2")])
    assert (again.added, again.withdrawn, again.kept) == (1, 1, 0)
    last = merge(again.content, [])
    assert (last.added, last.withdrawn, last.kept) == (0, 1, 0)
    assert last.content == b"time,kind,value,area,source\n1,rain,1,k1,Ibu CAP\n"


def test_what_is_there_already_is_not_written_again() -> None:
    first = merge(b"time,kind,value,area\n", [ROW])
    again = merge(first.content, [ROW])
    assert again.content is first.content
    assert (again.added, again.withdrawn, again.kept) == (0, 0, 1)


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=8)
records = st.lists(st.tuples(cells, cells, cells, cells), max_size=6)
areas = st.lists(st.sampled_from(["k1", "k2", "k3"]), max_size=3, unique=True)


@settings(deadline=None)
@given(records, areas, areas, st.sampled_from(",;"))
def test_what_people_wrote_survives_any_alerts(people, one, other, delimiter) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerows([("time", "kind", "value", "area"), *people])
    table = out.getvalue().encode()
    for some in (one, other, one, []):
        table = merge(table, sorted(ROW._replace(area=a) for a in some)).content
        found = list(csv.reader(io.StringIO(table.decode(), newline=""), delimiter=delimiter))
        ours = [cells[3] for cells in found[1:] if cells and cells[-1].startswith("CAP ")]
        assert ours == sorted(some)
        theirs = [tuple(cells[:4]) for cells in found[1:] if cells and not cells[-1].startswith("CAP ")]
        assert theirs == people


def test_the_first_table_is_made_and_named(tmp_path) -> None:
    town = write_town(tmp_path)
    main = town / "scenario.yaml"
    main.write_text(SCENARIO.replace("  observations: observations.csv\n", ""), "utf-8")
    (town / "observations.csv").unlink()
    prepare(main, [ROW]).write()
    assert "tables:\n  observations: observations.csv\n  officers: officers.csv\n" in main.read_text("utf-8")
    assert (town / "observations.csv").read_text("utf-8") == f"time,kind,value,area,source\n{LINE}\n"


def test_the_first_table_is_named_within_braces_too(tmp_path) -> None:
    town = write_town(tmp_path)
    main = town / "scenario.yaml"
    head = SCENARIO.partition("tables:")[0]
    main.write_text(f"{head}tables: {{officers: officers.csv}}  # semua\n", "utf-8")
    (town / "observations.csv").unlink()
    prepare(main, [ROW]).write()
    assert "tables: {observations: observations.csv, officers: officers.csv}  # semua\n" in main.read_text("utf-8")


def test_a_file_of_that_name_is_not_taken_over(tmp_path) -> None:
    town = write_town(tmp_path)
    main = town / "scenario.yaml"
    main.write_text(SCENARIO.replace("  observations: observations.csv\n", ""), "utf-8")
    with pytest.raises(ScenarioError, match="A110"):
        prepare(main, [ROW])


def test_a_table_that_somebody_is_saving_is_not_taken_from_them(tmp_path) -> None:
    town = write_town(tmp_path)
    prepared = prepare(town / "scenario.yaml", [ROW._replace(area="12.74.06")])
    (town / "observations.csv").write_text("time,kind,value,area\n", "utf-8")
    with pytest.raises(ScenarioError, match="A112"):
        prepared.write()
    assert (town / "observations.csv").read_text("utf-8") == "time,kind,value,area\n"


def test_nothing_to_write_makes_no_table(tmp_path) -> None:
    town = write_town(tmp_path)
    main = town / "scenario.yaml"
    main.write_text(SCENARIO.replace("  observations: observations.csv\n", ""), "utf-8")
    assert prepare(main, []).files == {}


def test_a_workbook_is_left_to_its_owner(tmp_path) -> None:
    town = write_town(tmp_path)
    main = town / "scenario.yaml"
    main.write_text(SCENARIO.replace("observations.csv", "kota.xlsx#observations"), "utf-8")
    with pytest.raises(ScenarioError, match="A109"):
        prepare(main, [ROW])
