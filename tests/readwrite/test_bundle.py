"""A bundle holds all that a plan rests on, gives the same bytes, and is not trusted when it comes back."""

# ruff: noqa: E501 - a change and its refusal stand on one line

from __future__ import annotations

import io
import json
import random
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asn_flex.domain.plan import Plan, RulebookRef, ScenarioRef
from asn_flex.errors import PlanFileError, UsageError
from asn_flex.readwrite import bundle as bundles
from asn_flex.readwrite.bundle import bundle_bytes, open_bundle, read_bundle, write_bundle
from asn_flex.readwrite.scenario import load_scenario, scenario_from_tables
from asn_flex.rulebook.loader import load_rulebook
from tests.support import previous_plan

from .city import RULEBOOK, TABLES, YAML, csv_text, load, rows_of, with_lines, write_city
from .test_laws import FILES
from .test_tables import HEADING, typed_columns, workbook

from asn_flex.readwrite.scenario import scenario_from_files  # isort: skip

SCENARIO = scenario_from_files(FILES, {}, RULEBOOK)


def plan_of(scenario, rulebook=RULEBOOK) -> Plan:
    plan = previous_plan({"A-1": "post@k1/day"})
    return plan.model_copy(
        update={
            "rulebook": RulebookRef(id=rulebook.pack.id, version=rulebook.pack.version, digest=rulebook.digest),
            "scenario": ScenarioRef(id=scenario.id, digest=scenario.digest),
            "versions": {"asn_flex": "0"},
        }
    ).with_id()


PLAN = plan_of(SCENARIO)
PREVIOUS = previous_plan({"A-2": "kitchen@event"})
BYTES = bundle_bytes(PLAN, PREVIOUS, RULEBOOK, SCENARIO, {"time_limit_s": 60, "assume": {"event.phase": "alert"}})


def test_a_bundle_comes_back(tmp_path) -> None:
    path = tmp_path / "plan.zip"
    write_bundle(path, plan=PLAN, previous=PREVIOUS, rulebook=RULEBOOK, scenario=SCENARIO, options={"time_limit_s": 60})
    found = open_bundle(path)
    assert (found.plan, found.previous) == (PLAN, PREVIOUS)
    assert (found.rulebook.digest, found.scenario.digest) == (RULEBOOK.digest, SCENARIO.digest)
    assert (dict(found.options), dict(found.versions)) == ({"time_limit_s": 60, "quarantine": False}, {"asn_flex": "0"})
    # Proofs find their rows in the bundle.
    assert str(found.scenario.place_of("officers", 3)) == "scenario/officers.csv:3:1"


def test_a_first_plan_has_no_previous_one(tmp_path) -> None:
    write_bundle(tmp_path / "plan.zip", plan=PLAN, rulebook=RULEBOOK, scenario=SCENARIO)
    assert open_bundle(tmp_path / "plan.zip").previous is None


def test_the_same_content_gives_the_same_bytes_wherever_it_came_from(tmp_path) -> None:
    made = []
    for name in ("a", "b/c"):
        folder = write_city(tmp_path / name / "scenario")
        (tmp_path / name / "rules").mkdir()
        for file, content in RULEBOOK.files.items():
            (tmp_path / name / "rules" / file).write_bytes(content)
        rulebook = load_rulebook(tmp_path / name / "rules")
        scenario = load_scenario(folder, rulebook)
        made.append(bundle_bytes(plan_of(scenario, rulebook), None, rulebook, scenario, {}))
    assert made[0] == made[1]
    assert str(tmp_path).encode() not in made[0]


def test_members_have_plain_names_and_no_date() -> None:
    with zipfile.ZipFile(io.BytesIO(BYTES)) as archive:
        infos = archive.infolist()
    assert [info.filename for info in infos] == [
        "manifest.json", "plan.json", "previous.json", "rules/rules.yaml",
        *(f"scenario/{name}" for name in sorted([*(f"{t}.csv" for t in TABLES), "scenario.yaml"])),
    ]  # fmt: skip
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}


def test_a_quarantined_scenario_is_read_again_in_quarantine(tmp_path) -> None:
    officers = with_lines("officers", "A-4,,,bpbd,x,,,,,,,,")
    scenario = load(write_city(tmp_path, officers=officers), quarantine=True)
    content = bundle_bytes(plan_of(scenario), None, RULEBOOK, scenario, {})
    assert [q.officer for q in read_bundle(content, "b.zip").scenario.quarantined] == ["A-4"]


def test_a_scenario_of_frames_is_bundled_as_csv() -> None:
    scenario = scenario_from_tables(RULEBOOK, **HEADING, **{name: typed_columns(name) for name in TABLES})
    found = read_bundle(bundle_bytes(plan_of(scenario), None, RULEBOOK, scenario, {}), "b.zip")
    assert found.scenario.digest == SCENARIO.digest


def test_workbooks_are_bundled_as_they_are(tmp_path) -> None:
    write_city(tmp_path, yaml=YAML + "".join(f"  {name}: staff/{name}.xlsx#Data\n" for name in TABLES))
    (tmp_path / "staff").mkdir()
    for name in TABLES:
        (tmp_path / "staff" / f"{name}.xlsx").write_bytes(workbook(name))
    scenario = load(tmp_path)
    found = read_bundle(bundle_bytes(plan_of(scenario), None, RULEBOOK, scenario, {}), "b.zip")
    assert found.scenario.digest == SCENARIO.digest


def test_very_repetitive_content_is_no_zip_bomb() -> None:
    rows = rows_of("travel") + [["k1", "12.10", "35"]] * 50_000
    scenario = scenario_from_files(FILES | {"travel": csv_text(rows).encode()}, {}, RULEBOOK)
    content = bundle_bytes(plan_of(scenario), None, RULEBOOK, scenario, {})
    assert read_bundle(content, "b.zip").scenario.tables.travel.height == 50_002


def test_what_does_not_belong_together_is_not_bundled(tmp_path) -> None:
    other = scenario_from_files(FILES | {"units": b"id\nbpbd\nsetda\n"}, {}, RULEBOOK)
    with pytest.raises(UsageError, match="another rulebook or scenario"):
        write_bundle(tmp_path / "b.zip", plan=PLAN, rulebook=RULEBOOK, scenario=other)
    with pytest.raises(UsageError, match="needs the files"):
        write_bundle(tmp_path / "b.zip", plan=PLAN, rulebook=replace(RULEBOOK, files={}), scenario=SCENARIO)
    with pytest.raises(UsageError, match="JSON values"):
        write_bundle(
            tmp_path / "b.zip", plan=PLAN, rulebook=RULEBOOK, scenario=SCENARIO, options={"when": date(2026, 1, 1)}
        )
    assert list(tmp_path.iterdir()) == []


# ---- bundles from elsewhere ------------------------------------------------------------------------------


def remade(change=None, *, manifest=None, extra=()) -> bytes:
    """The bundle with changed members (None drops one), manifest or extra members; digests as they were."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(BYTES)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = (change or {}).get(name, old.read(name))
            if name == "manifest.json" and manifest is not None:
                data = json.loads(content)
                manifest(data)
                content = json.dumps(data).encode()
            if content is not None:
                new.writestr(name, content)
        for name, content in extra:
            new.writestr(name, content)
    return out.getvalue()


def refusal(content: bytes) -> str:
    with pytest.raises(PlanFileError) as caught:
        read_bundle(content, "b.zip")
    (found,) = caught.value.diagnostics
    assert "\n" not in str(found)
    assert found.message("id")
    return str(found)


def resealed(member: str, content: bytes):
    """A bundle whose member was replaced together with its digest in the manifest."""

    def seal(data):
        data["members"][member] = {"size": len(content), "sha256": bundles._sha256(content)}

    return remade({member: content}, manifest=seal)


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        pytest.param(b"", "F202 the file is no sound zip", id="empty"),
        pytest.param(b"PK\x03\x04" + b"x" * 100, "F202 ", id="not-a-zip"),
        pytest.param(BYTES[:-200], "F202 ", id="cut-short"),
        pytest.param(BYTES[: len(BYTES) // 2], "F202 ", id="half"),
        pytest.param(remade({"manifest.json": None}), "F204 member `manifest.json` is missing", id="no-manifest"),
        pytest.param(remade({"manifest.json": b"{"}), "F204 the manifest of the bundle is damaged", id="bad-manifest"),
        pytest.param(remade({"manifest.json": b'{"format": "x"}'}), "F204 this zip is no bundle", id="other-format"),
        pytest.param(remade(manifest=lambda d: d.pop("members")), "F204 the manifest", id="no-members"),
        pytest.param(remade(manifest=lambda d: d["members"].update(x=1)), "F204 the manifest", id="odd-member"),
        pytest.param(remade(manifest=lambda d: d["members"].update({"plan.json": {"size": -1, "sha256": ""}})), "F204 the manifest", id="minus-one"),
        pytest.param(remade(manifest=lambda d: d["tables"].update(units="x")), "F204 member `x` is missing", id="odd-table"),
        pytest.param(remade({"plan.json": None}), "F204 member `plan.json` is missing", id="no-plan"),
        pytest.param(remade({"scenario/units.csv": None}), "F204 member `scenario/units.csv` is missing", id="no-table"),
        pytest.param(remade({"scenario/units.csv": b"id\n"}), "F205 the content of `scenario/units.csv`", id="other-content"),
        pytest.param(remade(extra=[("x.py", b"")]), "F203 member `x.py` is not in the manifest", id="stranger"),
        pytest.param(remade(extra=[("../x", b"")]), "F203 member `../x` is no plain relative path", id="up"),
        pytest.param(remade(extra=[("/etc/x", b"")]), "F203 member `/etc/x` is no plain", id="absolute"),
        pytest.param(remade(extra=[("C:/x", b"")]), "F203 member `C:/x` is no plain", id="drive"),
        pytest.param(remade(extra=[("a\\b", b"")]), "F203 ", id="backslash"),
        pytest.param(remade(manifest=lambda d: d.update(scenario="sha256:0")), "F206 the digest of `scenario`", id="other-scenario"),
        pytest.param(remade(manifest=lambda d: d.update(plan="sha256:0")), "F206 the digest of `plan`", id="other-plan"),
        pytest.param(remade(manifest=lambda d: d.update(previous=None)), "F206 the digest of `previous`", id="no-previous"),
        pytest.param(resealed("scenario/units.csv", b"id\nbpbd\nsetda\n"), "F206 the digest of `scenario`", id="resealed-table"),
        pytest.param(resealed("scenario/units.csv", b"id\n"), "F207 a file in the bundle cannot be used: scenario/", id="resealed-fault"),
        pytest.param(resealed("rules/rules.yaml", b"format: x\n"), "F207 a file in the bundle cannot be used: rules/", id="resealed-rules"),
        pytest.param(resealed("plan.json", PREVIOUS.to_json().encode()), "F206 the digest of `plan`", id="resealed-plan"),
        pytest.param(resealed("plan.json", b"{}"), "b.zip/plan.json:1:1: F103", id="resealed-no-plan"),
    ],
)  # fmt: skip
def test_what_is_refused(content, wanted) -> None:
    assert wanted in refusal(content)


def test_a_name_twice_is_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = remade(extra=[("plan.json", b"{}")])
    assert "F203 the zip has too many members, or a name twice" in refusal(content)


def test_a_zip_bomb_is_refused_unpacked() -> None:
    content = b"0" * 50_000_000
    assert "F203 member `plan.json` is larger" in refusal(remade({"plan.json": content}))
    # Listed as such in the manifest, it still unpacks to more than tables ever do.
    assert "F203 member `plan.json` is larger" in refusal(resealed("plan.json", content))


def test_a_member_that_unpacks_to_more_than_its_header_says_is_refused() -> None:
    content = bytearray(remade({"plan.json": PLAN.to_json().encode() + b" " * 5000}))
    size = len(PLAN.to_json().encode()) + 5000
    content = bytes(content).replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert refusal(content).startswith("b.zip:1:1: F20")


def test_an_encrypted_member_is_refused() -> None:
    content = bytearray(remade())
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        at = content.index(mark) + (6 if mark == b"PK\x03\x04" else 8)
        content[at] |= 1
    assert "F202" in refusal(bytes(content))


def test_a_path_that_is_no_file_is_refused(tmp_path) -> None:
    for path in (tmp_path, tmp_path / "none.zip", Path("a\0b")):
        with pytest.raises(PlanFileError, match="F201"):
            open_bundle(path)


@given(st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_a_damaged_bundle_is_refused_or_the_same(chance: random.Random) -> None:
    content = bytearray(BYTES)
    for _ in range(chance.randint(1, 3)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    if chance.random() < 0.2:
        del content[chance.randrange(len(content)) :]
    try:
        found = read_bundle(bytes(content), "b.zip")
    except PlanFileError:
        return
    assert (found.plan, found.previous, found.scenario.digest) == (PLAN, PREVIOUS, SCENARIO.digest)
