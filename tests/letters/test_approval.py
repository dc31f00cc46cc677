"""Approval: a record of who approved which draft, refused where something is wrong or open (semantics §12.8)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

import asn_flex as af
from asn_flex.cli import run
from asn_flex.domain.plan import Plan
from asn_flex.readwrite.plan_json import read_plan

from ..explain.build import TABLES, plan_flood

AT = datetime(2024, 12, 5, 0, 10, tzinfo=UTC)
REASON = "air naik, ditanyakan lewat telepon"


@pytest.fixture(scope="module")
def draft(tmp_path_factory: pytest.TempPathFactory) -> af.Planning:
    """A plan with questions: nobody's rest is known."""
    officers = TABLES["officers"].replace(",10,", ",,")
    return plan_flood(tmp_path_factory.mktemp("banjir"), officers=officers)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> af.Planning:
    """A plan that leaves nothing to ask."""
    folder = tmp_path_factory.mktemp("tenang")
    (folder / "rules.yaml").write_text(
        "format: asn-flex/rules/1\npack: {id: x, version: '1'}\nevents: {banjir: {}}\n"
        "duties: {jaga: {class: support, priority: 3}}\n"
        "rules: [{id: A-1, kind: activate, duty: jaga, each: event, seats: {base: 1}}]\n",
        "utf-8",
    )
    rulebook = af.load_rulebook(folder / "rules.yaml")
    import polars as pl

    scenario = af.scenario_from_tables(
        rulebook, id="x", now=datetime.fromisoformat("2024-12-05T06:00:00+07:00"),
        event={"type": "banjir", "areas": ["kota"], "command_area": "kota"},
        period={"start": AT.date(), "end": AT.date()}, officers=pl.DataFrame({"id": ["P-1"], "unit": ["u"]}),
        holdings=pl.DataFrame(schema={"officer": pl.String, "competency": pl.String, "level": pl.Int64}),
        units=pl.DataFrame({"id": ["u"]}), areas=pl.DataFrame({"id": ["kota"]}),
    )  # fmt: skip
    return af.plan(rulebook, scenario, engine="plain")


def refusals(error: pytest.ExceptionInfo[af.PlanFileError]) -> list[str]:
    return [d.code for d in error.value.diagnostics]


def test_an_approved_plan_tells_who_when_and_of_which_draft(quiet: af.Planning) -> None:
    approved = af.approve(quiet, signer="  Rekaan\nSekda ", post="Sekda", nip="19", at=AT)
    record = approved.plan.approval
    # 00:10 in UTC is 07:10 in the plan's own offset.
    assert (record.signer, record.at, record.plan) == ("Rekaan Sekda", "2024-12-05T07:10:00+07:00", quiet.plan.id)
    assert (record.rank, record.despite, record.questions, record.findings) == (None, None, 0, ())
    assert approved.plan.state == "approved"
    assert approved.plan.id != quiet.plan.id
    assert approved.plan.as_draft() == quiet.plan
    assert quiet.plan.state == "draft"
    assert approved.verify().ok
    assert read_plan(approved.to_json()) == approved.plan


def test_open_questions_stop_an_approval_unless_a_reason_is_given(draft: af.Planning) -> None:
    questions = sum(len(a.confirm) for a in draft.assignments)
    assert questions > 0
    with pytest.raises(af.PlanFileError) as error:
        af.approve(draft, signer="Sekda", at=AT, despite="   ")
    assert refusals(error) == ["L113"]
    assert f"{questions} things" in str(error.value)
    approved = af.approve(draft, signer="Sekda", at=AT, despite=REASON)
    assert (approved.plan.approval.despite, approved.plan.approval.questions) == (REASON, questions)


def test_what_was_only_assumed_is_an_open_question(quiet: af.Planning) -> None:
    assumed = af.plan(quiet.rulebook, quiet.scenario, engine="plain", assume={"event.phase": "response"})
    with pytest.raises(af.PlanFileError) as error:
        af.approve(assumed, signer="Sekda", at=AT)
    assert refusals(error) == ["L113"]


def test_a_plan_that_does_not_verify_is_refused_unless_a_reason_is_given(quiet: af.Planning) -> None:
    wrong = quiet.plan.model_copy(update={"rules_in_force": ()}).with_id()
    planning = af.Planning(wrong, quiet.rulebook, quiet.scenario)
    with pytest.raises(af.PlanFileError) as error:
        af.approve(planning, signer="Sekda", at=AT)
    assert refusals(error) == ["L112"]
    assert af.approve(planning, signer="Sekda", at=AT, despite=REASON).plan.approval.findings == ("V207",)


def test_an_approved_plan_is_not_approved_again(quiet: af.Planning) -> None:
    approved = af.approve(quiet, signer="Sekda", at=AT)
    with pytest.raises(af.PlanFileError) as error:
        af.approve(approved, signer="Wali Kota", at=AT, despite=REASON)
    assert refusals(error) == ["L111"]


@pytest.mark.parametrize(
    ("signer", "at"),
    [
        pytest.param(" \t", AT, id="no-name"),
        pytest.param("Sekda", AT.replace(tzinfo=None), id="no-offset"),
    ],
)
def test_a_signer_has_a_name_and_a_moment_an_offset(quiet: af.Planning, signer: str, at: datetime) -> None:
    with pytest.raises(af.UsageError):
        af.approve(quiet, signer=signer, at=at)


def test_an_approval_moved_to_another_plan_is_refused(quiet: af.Planning, draft: af.Planning) -> None:
    record = af.approve(quiet, signer="Sekda", at=AT).plan.approval
    forged = draft.plan.model_copy(update={"state": "approved", "approval": record}).with_id()
    with pytest.raises(af.PlanFileError) as error:
        read_plan(forged.to_json())
    assert refusals(error) == ["L110"]


@pytest.mark.parametrize("change", [{"state": "approved"}, {"approval": {"signer": "x", "at": "x", "plan": "x"}}])
def test_a_state_without_approval_or_the_other_way_round_is_no_plan(quiet: af.Planning, change: dict) -> None:
    data = json.loads(quiet.to_json()) | change
    with pytest.raises(af.PlanFileError) as error:
        read_plan(json.dumps(data))
    assert refusals(error) == ["F103"]


def test_a_draft_is_written_as_before_approval_existed(quiet: af.Planning) -> None:
    """Ids of plans that were stored by earlier versions stay valid."""
    assert "approval" not in json.loads(quiet.to_json())
    assert Plan.from_json(quiet.to_json()).content_hash() == quiet.plan.id


def test_command_writes_a_plan_or_a_bundle_and_says_what_it_recorded(
    draft: af.Planning, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle, out, alone = tmp_path / "plan.zip", tmp_path / "approved.zip", tmp_path / "approved.json"
    draft.save_bundle(bundle)
    told = ["--signer", "Sekda", "--at", "2024-12-05T07:10+07:00", "--lang", "id"]
    assert run(["approve", str(bundle), "--out", str(out), *told]) == 2
    assert not out.exists()
    assert "L113" in capsys.readouterr().err
    assert run(["approve", str(bundle), "--out", str(out), *told, "--despite", REASON]) == 0
    assert run(["approve", str(bundle), "--out", str(alone), *told, "--despite", REASON]) == 0
    assert REASON in capsys.readouterr().out
    assert af.open_bundle(out).plan == read_plan(alone)
    assert af.open_bundle(out).plan.approval.at == "2024-12-05T07:10:00+07:00"
    assert run(["approve", str(bundle), "--out", str(bundle), *told, "--despite", REASON]) == 2
    assert run(["approve", str(bundle), "--out", str(out), "--signer", "S", "--at", "kemarin"]) == 2
    assert "L114" in capsys.readouterr().err
