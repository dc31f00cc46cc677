"""A quarantine sets faulty officers and holdings aside, and nothing else (semantics §6.2)."""

from __future__ import annotations

import pytest

from asn_flex.errors import ScenarioError

from .city import faults, load, with_lines, write_city


def aside(folder) -> list[tuple[str, int, str | None, str | None]]:
    return [(q.table, q.row, q.officer, q.unit) for q in load(folder, quarantine=True).quarantined]


def test_without_faults_nothing_is_set_aside(tmp_path) -> None:
    folder = write_city(tmp_path)
    assert load(folder, quarantine=True).quarantined == ()
    assert load(folder, quarantine=True).digest == load(folder).digest


def test_a_faulty_officer_is_set_aside_with_his_holdings_and_known_unit(tmp_path) -> None:
    folder = write_city(
        tmp_path,
        officers=with_lines("officers", "A-4,,,setda,x,,,,,,,,"),
        holdings=with_lines("holdings", "A-4,nursing,5,,"),
    )
    assert faults(folder) == ["officers.csv:5:5 S302"]
    assert aside(folder) == [("officers", 5, "A-4", "setda")]
    tables = load(folder, quarantine=True).tables
    assert tables.officers["id"].to_list() == ["A-1", "A-2", "A-3"]
    assert "A-4" not in tables.holdings["officer"].to_list()


def test_an_officer_given_twice_is_set_aside_in_every_row(tmp_path) -> None:
    folder = write_city(tmp_path, officers=with_lines("officers", "A-3,,,bpbd,,,,,,,,,"), pins=None)
    assert aside(folder) == [("officers", 5, "A-3", "bpbd"), ("officers", 4, "A-3", "setda")]
    assert load(folder, quarantine=True).tables.officers["id"].to_list() == ["A-1", "A-2"]


def test_a_faulty_holding_leaves_its_officer_in_play(tmp_path) -> None:
    folder = write_city(tmp_path, holdings=with_lines("holdings", "A-2,nursing,9,,", "A-2,first_aid,1,,"))
    assert aside(folder) == [("holdings", 5, "A-2", "bpbd")]
    tables = load(folder, quarantine=True).tables
    assert tables.officers["id"].to_list() == ["A-1", "A-2", "A-3"]
    assert tables.holdings.filter(officer="A-2")["competency"].to_list() == ["first_aid", "nursing"]


def test_what_a_row_does_not_tell_is_unknown(tmp_path) -> None:
    folder = write_city(
        tmp_path,
        officers=with_lines("officers", ",Dodi,,bpbd,,,,,,,,,", "A-5,,,bpdb,,,,,,,,,"),
        holdings=with_lines("holdings", "A-9,nursing,1,,", ",nursing,1,,"),
    )
    assert aside(folder) == [
        ("holdings", 6, None, None),
        ("holdings", 5, "A-9", None),
        ("officers", 5, None, "bpbd"),
        ("officers", 6, "A-5", None),
    ]


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        pytest.param({"units": with_lines("units", "x,,,k3,,")}, ["units.csv:4:4 S401"], id="unit"),
        pytest.param({"pins": with_lines("pins", "A-9,kitchen@event,must,S,")}, ["pins.csv:4:1 S401"], id="pin"),
        pytest.param({"officers": "id,name\nA-1,x\n"}, ["officers.csv:1:1 S202"], id="column"),
        pytest.param({"officers": with_lines("officers", "A-4,bpbd")}, ["officers.csv:5:3 S105"], id="ragged-row"),
        pytest.param(
            {"officers": with_lines("officers", "A-1,,,bpbd,x,,,,,,,,", row=2)}, ["pins.csv:2:1 S404"], id="pin-on-him"
        ),
    ],
)
def test_every_other_fault_stays_fatal(tmp_path, changed, wanted) -> None:
    assert faults(write_city(tmp_path, **changed), quarantine=True) == wanted


def test_the_problem_tells_every_fault_of_the_row_in_both_languages(tmp_path) -> None:
    folder = write_city(tmp_path, officers=with_lines("officers", "A-4,,,bpbd,x,,,,,-3,,,"))
    (one,) = load(folder, quarantine=True).quarantined
    assert one.problem.en == (
        "`rest_hours`: `-3` is impossible; it must be at least 0; "
        "`sex`: its value (protected) is impossible; it must be one of f, m"
    )
    assert "`rest_hours`: `-3` tidak mungkin" in one.problem.id


def test_a_sensitive_value_is_told_to_whoever_loads_and_not_to_the_plan(tmp_path) -> None:
    officers = "id,unit,hiv\nA-1,bpbd,positif\nA-2,bpbd,\nA-3,setda,\n"
    folder = write_city(tmp_path, officers=officers, pins=None)
    with pytest.raises(ScenarioError, match="positif"):
        load(folder)
    (one,) = load(folder, quarantine=True).quarantined
    assert "positif" not in one.problem.en + one.problem.id


def test_what_is_set_aside_is_part_of_the_digest_but_its_row_is_not(tmp_path) -> None:
    line = "A-4,,,bpbd,x,,,,,,,,"
    last = load(write_city(tmp_path / "last", officers=with_lines("officers", line)), quarantine=True)
    first = with_lines("officers").split("\n", 1)
    first_csv = f"{first[0]}\n{line}\n{first[1]}"
    early = load(write_city(tmp_path / "early", officers=first_csv), quarantine=True)
    without = load(write_city(tmp_path / "without"))
    assert last.quarantined[0].row != early.quarantined[0].row
    assert last.digest == early.digest != without.digest
