"""`why-not`, `shortfall`, `scarcity` and `missing-facts` as people and scripts call them (semantics §12.2)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import asn_flex as af
from asn_flex.cli import run

from .planning.world import ACTIVATE, LABEL, officer, planned

TWO = ACTIVATE | {"seats": {"base": 2}}
FIT = {"id": "FRB-01", "kind": "forbid", "label": LABEL, "who": {"officer.fit": False}}
KEEP = {"id": "PRO-01", "kind": "protect", "label": LABEL, "unit": ["u"], "keep": {"at_least": 2}}
FACTS = {"a1": "true", "a2": "true", "a3": "true", "a4": ""}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a case, its plan and its bundle: of four people one is of unknown health, and two must stay."""
    folder = tmp_path_factory.mktemp("made")
    people = [officer(name, str(10 * at)) | {"fit": fit} for at, (name, fit) in enumerate(FACTS.items())]
    planning = planned(folder, [TWO, FIT, KEEP], {"officers": people})
    planning.save_bundle(folder / "plan.zip")
    (folder / "plan.json").write_text(planning.to_json(), "utf-8")
    return folder


def told(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str]:
    code = run([str(a) for a in arguments])
    return code, capsys.readouterr().out


def sources(made: Path) -> list[list[str | Path]]:
    """The three things that a question may be about."""
    rules = ["--rules", made / "rules.yaml"]
    return [
        [made / "plan.zip"],
        [made / "plan.json", "--scenario", made / "scenario", *rules],
        [made / "scenario", *rules],
    ]


@pytest.mark.parametrize("at", [0, 1, 2], ids=["bundle", "plan", "scenario"])
def test_questions_take_a_bundle_a_plan_or_a_scenario(made: Path, at: int, capsys: pytest.CaptureFixture[str]) -> None:
    plan, *options = sources(made)[at]
    code, out = told(capsys, "why-not", plan, "a3", "d1@event", *options, "--format", "json")
    assert code == 0
    answer = json.loads(out)
    assert (answer["format"], answer["answer"]) == ("asn-flex/why-not/1", "priced")
    # a1 and a2 worked 0 and 10 hours and go; with a3 (20) in place of a2 it is 20.
    assert {t["tier"]: t["after"] - t["before"] for t in answer["price"] if t["after"] != t["before"]} == {"burden": 10}


@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_question_has_an_answer_in_words(made: Path, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = {
        ("why-not", "a4", "d1@event"): {"en": "may not take", "id": "tidak dapat ditugaskan"},
        ("shortfall", "d1@event"): {"en": "demand is full", "id": "sudah penuh"},
        ("scarcity",): {"en": "Shadow prices", "id": "Harga bayangan"},
        ("missing-facts",): {"en": "No missing fact", "id": "Tidak ada data"},
    }
    for (command, *rest), words in said.items():
        code, out = told(capsys, command, made / "plan.zip", *rest, "--lang", lang)
        assert code == 0
        assert words[lang] in " ".join(out.split())


def test_json_is_what_the_library_says(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    planning = af.open_bundle(made / "plan.zip")
    assert told(capsys, "shortfall", made / "plan.zip", "d1@event", "--format", "json")[1] == (
        planning.shortfall("d1@event").to_json()
    )
    assert told(capsys, "scarcity", made / "plan.zip", "--format", "json")[1] == planning.scarcity().to_json()
    assert told(capsys, "missing-facts", made / "plan.zip", "--format", "json")[1] == planning.missing_facts().to_json()


def test_changes_are_listed_with_their_gain(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    people = [officer(name, "0") | {"fit": "true"} for name in ("a1", "a2", "a3")]
    planned(tmp_path, [TWO, KEEP], {"officers": people})
    rules = ("--rules", tmp_path / "rules.yaml", "--lang", "en")
    code, out = told(capsys, "shortfall", tmp_path / "scenario", "d1@event", *rules, "--every")
    assert code == 0
    assert "PRO-01 x: let u keep 1 officers instead of 2" in out
    assert "+1 seat filled (here up to +1): essential +5" in out


def test_explain_with_a_demand_says_why_or_why_not(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = made / "plan.zip"
    there = told(capsys, "explain", plan, "a1", "d1@event", "--format", "json")[1]
    assert there == told(capsys, "explain", plan, "a1", "--format", "json")[1]
    not_there = told(capsys, "explain", plan, "a3", "d1@event", "--format", "json")[1]
    assert not_there == told(capsys, "why-not", plan, "a3", "d1@event", "--format", "json")[1]


@pytest.mark.parametrize(
    "arguments", [("why-not", "a9", "d1@event"), ("why-not", "a1", "d1@x"), ("shortfall", "x")], ids=lambda a: a[-1]
)
def test_what_does_not_exist_is_wrong_use(
    made: Path, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    command, *rest = arguments
    assert run([command, str(made / "plan.zip"), *rest]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_plan_that_replaced_another_is_asked_about_together_with_it(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # A traceback once: without the plan that was replaced there is no tier of disruption.
    rulebook = af.load_rulebook(made / "rules.yaml")
    first = af.read_plan(made / "plan.json")
    again = af.plan(rulebook, af.load_scenario(made / "scenario", rulebook), engine="plain", previous=first)
    (tmp_path / "again.json").write_text(again.to_json(), "utf-8")
    inputs = ["--scenario", made / "scenario", "--rules", made / "rules.yaml"]
    for command in ("why-not", "explain"):
        asked = [command, tmp_path / "again.json", "a3", "d1@event", *inputs, "--lang", "en"]
        assert run([str(a) for a in asked]) == 2
        assert "replaced another plan than the one given" in capsys.readouterr().err
        code, _ = told(capsys, *asked, "--previous", made / "plan.json")
        assert code == 0
    assert run(["why-not", str(made / "plan.json"), "a3", "d1@event", *map(str, inputs), "--previous",
                str(tmp_path / "again.json"), "--lang", "id"]) == 2  # fmt: skip
    assert "menggantikan rencana lain" in capsys.readouterr().err
