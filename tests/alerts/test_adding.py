"""Adding alerts to a scenario: once, in any order, and never more than they say (semantics §6.6)."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
import yaml

import asn_flex as af
from asn_flex.alerts.store import FOLDER
from asn_flex.cli import run

from .build import (
    CORPUS,
    EVERYWHERE,
    RULES,
    add,
    alert_xml,
    area_xml,
    info_xml,
    load_town,
    values_of,
    write_town,
)

BMKG = [CORPUS / f"{name}.xml" for name in ("bmkg", "bmkg_update", "bmkg_cancel")]
FIRST, SECOND, LAST = (f"2.49.0.1.360.0.2026.11.20.03.12.00{n}" for n in (1, 2, 3))


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.xml"
    path.write_text(text, "utf-8")
    return path


def everything_in(town: Path) -> dict[str, bytes]:
    return {p.relative_to(town).as_posix(): p.read_bytes() for p in sorted(town.rglob("*")) if p.is_file()}


def test_bmkg_alert_update_and_cancellation_one_by_one(tmp_path) -> None:
    """Moderate (2) in the kelurahan of Selatan and in Timur; then Severe (3) in Timur only; then nothing."""
    town = write_town(tmp_path)
    done = add(town, BMKG[0])
    assert (done.added, done.withdrawn) == (6, 0)  # 3 areas, 2 kinds; two languages say the same
    severity = {(a, i): v for (k, a, i), v in values_of(town).items() if k == "alert_severity"}
    assert severity == {("12.74.01.1", FIRST): ["2"], ("12.74.01.2", FIRST): ["2"], ("12.74.06", FIRST): ["2"]}
    add(town, BMKG[1])
    severity = {(a, i): v for (k, a, i), v in values_of(town).items() if k == "alert_severity"}
    assert severity == {("12.74.01.1", SECOND): ["0"], ("12.74.01.2", SECOND): ["0"], ("12.74.06", SECOND): ["3"]}
    add(town, BMKG[2])
    severity = {(a, i): v for (k, a, i), v in values_of(town).items() if k == "alert_severity"}
    assert severity == {("12.74.01.1", SECOND): ["0"], ("12.74.01.2", SECOND): ["0"], ("12.74.06", LAST): ["0"]}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
def test_the_order_in_which_files_come_changes_no_byte(tmp_path, order) -> None:
    at_once = write_town(tmp_path)
    (tmp_path / "other").mkdir()
    one_by_one = write_town(tmp_path / "other")
    add(at_once, *BMKG)
    for index in order:
        add(one_by_one, BMKG[index])
    assert everything_in(one_by_one) == everything_in(at_once)


def test_the_same_alert_twice_adds_nothing(tmp_path) -> None:
    town = write_town(tmp_path)
    add(town, CORPUS / "valid.xml")
    before = everything_in(town)
    again = add(town, CORPUS / "valid.xml", CORPUS / "valid.xml")
    assert (again.added, again.withdrawn, again.new) == (0, 0, ())
    assert everything_in(town) == before
    assert (again.kept, len(again.standings)) == (4, 1)


def test_an_alert_never_sets_a_phase_nor_anything_but_observations(tmp_path) -> None:
    town = write_town(tmp_path)
    before = everything_in(town)
    extreme = alert_xml("A", info_xml(area_xml(polygons=(EVERYWHERE,)), severity="Extreme", response="Evacuate"))
    add(town, write(tmp_path, "a", extreme))
    after = everything_in(town)
    changed = {name for name in after if before.get(name) != after[name]}
    assert {name.partition("/")[0] for name in changed} == {"observations.csv", FOLDER}
    rulebook, scenario = load_town(town)
    assert scenario.event.given["phase"] == "alert"
    assert af.plan(rulebook, scenario, engine="plain").plan.event.phase == "alert"


def test_the_rules_see_the_alert(tmp_path) -> None:
    """ACT-01 opens a health post where the severity is 3 or more: in Timur, and after the cancellation nowhere."""
    town = write_town(tmp_path)
    add(town, *BMKG[:2])
    assert [d.id for d in af.plan(*load_town(town), engine="plain").plan.demands] == ["health_post@12.74.06"]
    add(town, BMKG[2])
    planning = af.plan(*load_town(town), engine="plain")
    assert planning.plan.demands == ()
    # 0 is known, as nothing was before the first alert.
    known = {area for name, area in planning.situation.measures if name == "alert_severity"}
    assert "12.74.06" in known


def test_a_faulty_file_changes_nothing(tmp_path) -> None:
    town = write_town(tmp_path)
    before = everything_in(town)
    with pytest.raises(af.ScenarioError) as caught:
        add(town, CORPUS / "valid.xml", CORPUS / "A104_choice.xml", CORPUS / "A102_cut.xml", tmp_path / "none.xml")
    assert {d.code for d in caught.value.diagnostics} == {"A101", "A102", "A104"}
    assert everything_in(town) == before


def test_a_table_that_takes_no_rows_keeps_no_message_either(tmp_path) -> None:
    town = write_town(tmp_path)
    scenario = (town / "scenario.yaml").read_text("utf-8")
    (town / "scenario.yaml").write_text(scenario.replace("  observations: observations.csv\n", ""), "utf-8")
    with pytest.raises(af.ScenarioError, match="A110"):
        add(town, CORPUS / "valid.xml")
    assert not (town / FOLDER).exists()


def test_one_name_for_two_messages_is_a_fault(tmp_path) -> None:
    town = write_town(tmp_path)
    add(town, write(tmp_path, "a", alert_xml("A", info_xml(area_xml("Datuk Bandar"), severity="Minor"))))
    forged = write(tmp_path, "b", alert_xml("A", info_xml(area_xml("Datuk Bandar"), severity="Extreme")))
    with pytest.raises(af.ScenarioError, match="A108"):
        add(town, forged)
    # The same words in another file are no other message.
    assert add(town, write(tmp_path, "c", (tmp_path / "a.xml").read_text("utf-8") + "\n\n")).new == ()


def test_a_broken_file_in_the_folder_is_told_and_the_others_count(tmp_path) -> None:
    town = write_town(tmp_path)
    add(town, CORPUS / "valid.xml")
    (town / FOLDER / "download.xml").write_text("<alert", "utf-8")
    (town / FOLDER / ".hidden.xml").write_text("<alert", "utf-8")
    done = add(town)
    assert [d.code for d in done.faults] == ["A102"]
    assert done.kept == 4


def test_deleting_a_message_takes_back_what_it_said(tmp_path) -> None:
    town = write_town(tmp_path)
    (kept,) = add(town, CORPUS / "valid.xml").new
    kept.unlink()
    assert add(town).withdrawn == 4
    assert values_of(town) == {}


@pytest.mark.parametrize(
    "identifier",
    ["../../scenario", "/etc/passwd", "..", "C:\\x", "a/b", "nul\u0001".replace("\u0001", "?"), "é" * 300, "=cmd|x"],
)
def test_no_identifier_leads_out_of_the_folder(tmp_path, identifier: str) -> None:
    town = write_town(tmp_path)
    (kept,) = add(town, write(tmp_path, "a", alert_xml(identifier, info_xml(area_xml("Datuk Bandar"))))).new
    assert kept.parent == town / FOLDER
    assert len(kept.name) < 90
    assert not kept.name.startswith(".")
    assert yaml.safe_load((town / "scenario.yaml").read_text("utf-8"))["id"] == "town"


def test_what_a_sender_writes_stays_in_its_cell(tmp_path) -> None:
    """Quotes, separators and the beginnings of formulas do not leave the column `source`, which begins with `CAP `."""
    town = write_town(tmp_path)
    sender = "=HYPERLINK(&quot;http://x&quot;),&#10;2026-11-20T05:00,water_level_m,9,12.74"
    add(town, write(tmp_path, "a", alert_xml("A", info_xml(area_xml("Datuk Bandar Timur")), sender=sender)))
    _, scenario = load_town(town)
    frame = scenario.tables.observations
    assert frame.filter(frame["kind"] == "water_level_m").height == 1
    assert all(s is None or s.startswith("CAP =HYPERLINK") for s in frame["source"])


def test_a_scenario_with_faulty_staff_still_takes_alerts(tmp_path) -> None:
    town = write_town(tmp_path, officers="id,unit\nani,nowhere\n", holdings="officer,competency,level\n")
    assert add(town, CORPUS / "valid.xml").added == 4


def test_a_digest_without_sources_is_what_it_was(tmp_path) -> None:
    """The column `source` is new; scenarios and bundles from before keep their digests."""
    town = write_town(tmp_path)
    _, plain = load_town(town)
    table = (town / "observations.csv").read_text("utf-8").splitlines()
    (town / "observations.csv").write_text("\n".join([f"{table[0]},source", *(f"{t}," for t in table[1:])]), "utf-8")
    assert load_town(town)[1].digest == plain.digest


# ---- the command -------------------------------------------------------------------------------------


def test_command_says_what_stands_and_where(tmp_path, capsys) -> None:
    town = write_town(tmp_path)
    assert run(["alert", *map(str, BMKG[:2]), str(CORPUS / "signed.xml"), str(town), "--lang", "en"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == (
        "At 2026-11-20T06:00+07:00: 2 of 3 alerts stand, 3 new. Observations: 8 added, 0 withdrawn, 0 as before."
    )
    assert lines[1:] == [
        f"  {FIRST} · Hujan Lebat Disertai Petir Moderate · replaced by {SECOND}",
        "  town.2 · Hujan Lebat Severe · stands · 1 area (polygon) · signed, not checked",
        f"  {SECOND} · Hujan Lebat Disertai Petir Severe · stands · 1 area (polygon)",
    ]


def test_command_speaks_json(tmp_path, capsys) -> None:
    town = write_town(tmp_path)
    assert run(["alert", str(CORPUS / "valid.xml"), str(town), "--format", "json"]) == 0
    found = yaml.safe_load(capsys.readouterr().out)
    assert found["format"] == "asn-flex/alerts/1"
    assert found["alerts"][0]["areas"] == {"12.74.01.1": "polygon", "12.74.01.2": "polygon"}


def test_command_tells_that_no_measure_asks(tmp_path, capsys) -> None:
    town = write_town(tmp_path)
    (tmp_path / "rules.yaml").write_text(RULES.replace("observe: alert_", "observe: other_"), "utf-8")
    assert run(["alert", str(CORPUS / "valid.xml"), str(town), "--lang", "id"]) == 0
    assert "tidak ada ukuran (measures) yang memakai peringatan" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["{corpus}/A103_feed.xml", "{town}"], "A103"), (["{corpus}/valid.xml"], "A111"), (["{town}/none"], "S101")],
    ids=["faulty", "no scenario", "no such folder"],
)
def test_command_refuses_in_one_line(tmp_path, capsys, arguments, code: str) -> None:
    town = write_town(tmp_path)
    told = [text.format(corpus=CORPUS, town=town) for text in arguments]
    assert run(["alert", *told]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert f" {code} " in err


def test_command_tells_a_broken_file_of_the_folder_and_goes_on(tmp_path, capsys) -> None:
    town = write_town(tmp_path)
    (town / FOLDER).mkdir()
    (town / FOLDER / "x.xml").write_text("", "utf-8")
    assert run(["alert", str(CORPUS / "valid.xml"), str(town), "--lang", "en"]) == 1
    out, err = capsys.readouterr()
    assert "4 added" in out
    assert f"{town}/{FOLDER}/x.xml:1:1: A102 the file is empty" in err


def test_a_far_alert_tells_how_far(tmp_path, capsys) -> None:
    """From 99.70 to the edge at 99.60 on 2.94° N: 0.1 × 111.19 × cos(2.94°) = 11.1 km."""
    town = write_town(tmp_path)
    west = "2.9,99.5 3.0,99.5 3.0,99.6 2.9,99.6 2.9,99.5"
    run(["alert", str(write(tmp_path, "a", alert_xml("A", info_xml(area_xml(polygons=(west,)))))), str(town)])
    assert "the nearest is `12.74.05.1`, 11.1 km away" in capsys.readouterr().out
