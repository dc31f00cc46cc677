"""The use cases from end to end, on the shipped examples."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from importlib.metadata import distribution
from pathlib import Path

import pytest

import asn_flex as af
from asn_flex.situation.durable import durable_available

from .support import REPOSITORY

EXAMPLE = REPOSITORY / "examples" / "tanjungbalai_flood"
QUICKSTART = REPOSITORY / "examples" / "quickstart"
needs_durable = pytest.mark.skipif(not durable_available(), reason="durable_rules cannot be imported here")


@pytest.fixture(scope="module")
def rulebook() -> af.Rulebook:
    return af.load_rulebook(REPOSITORY / "rules" / "tanjungbalai")


@pytest.fixture(scope="module")
def scenario(rulebook: af.Rulebook) -> af.Scenario:
    return af.load_scenario(EXAMPLE, rulebook)


@pytest.fixture(scope="module")
def planning(rulebook: af.Rulebook, scenario: af.Scenario) -> af.Planning:
    return af.plan(rulebook, scenario, engine="plain")


@pytest.fixture
def quickstart() -> tuple[af.Rulebook, af.Scenario]:
    book = af.load_rulebook(QUICKSTART / "rules.yaml")
    return book, af.load_scenario(QUICKSTART, book)


def without_engine(plan: af.Plan) -> dict[str, object]:
    return {k: v for k, v in json.loads(plan.to_json()).items() if k not in {"id", "engine", "versions"}}


def file_names_apart(text: str) -> str:
    return re.sub(r'"[^"]*?([^/"]+:\d+:\d+)"', r'"\1"', text)


def test_plan_of_the_example_is_optimal_and_passes_the_second_opinion(planning: af.Planning) -> None:
    assert planning.status == "optimal"
    assert all(t.value == t.bound for t in planning.objective)
    verdict = planning.verify()
    assert [str(f) for f in verdict.findings] == []


def test_plan_of_the_example_shows_every_mechanism(planning: af.Planning) -> None:
    plan = planning.plan
    by_id = planning.rulebook.by_id
    grounds = {by_id[a.basis.rule].by or "who" for a in plan.assignments if a.basis.rule is not None}  # type: ignore[union-attr]
    assert grounds == {"who", "substitution", "standard"}
    assert {"nobody_eligible", "all_committed", "protected", "team"} <= {s.reason for s in plan.shortfalls}
    assert any(a.confirm for a in plan.assignments)
    raised = {d.id: d.priority for d in plan.demands if d.priority > planning.rulebook.duties[d.duty].priority}
    reports = {r.id for r in planning.rulebook.priorities if "measure" in str(r.when)}
    assert any(set(planning.situation.priorities[d]) & reports for d in raised)
    assert plan.event.recommended
    assert plan.event.derived_by
    assert plan.possible_demands


@needs_durable
def test_both_engines_plan_the_example_alike(
    rulebook: af.Rulebook, scenario: af.Scenario, planning: af.Planning
) -> None:
    durable = af.plan(rulebook, scenario, engine="durable")
    assert durable.plan.engine == "durable"
    assert without_engine(durable.plan) == without_engine(planning.plan)


def test_session_plans_again_and_from_several_threads(quickstart: tuple[af.Rulebook, af.Scenario]) -> None:
    book, scene = quickstart
    found: list[str] = []
    with af.Session(book) as session:
        first = session.plan(scene).to_json()
        threads = [threading.Thread(target=lambda: found.append(session.plan(scene).to_json())) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [first] * 4


def test_bundle_gives_the_same_plan_and_verdict(quickstart: tuple[af.Rulebook, af.Scenario], tmp_path: Path) -> None:
    planning = af.plan(*quickstart, engine="plain")
    planning.save_bundle(tmp_path / "plan.zip")
    again = af.open_bundle(tmp_path / "plan.zip")
    assert again.to_json() == planning.to_json()
    assert again.verify().ok
    officer = planning.assignments[0].officer
    # Files are named as they were given; in a bundle, by their place in it.
    assert file_names_apart(again.why(officer).to_json()) == file_names_apart(planning.why(officer).to_json())


def test_replanning_keeps_everybody_where_nothing_changed(quickstart: tuple[af.Rulebook, af.Scenario]) -> None:
    book, scene = quickstart
    first = af.plan(book, scene, engine="plain")
    second = af.plan(book, scene, engine="plain", previous=first.plan)
    assert second.plan.supersedes == first.plan.id
    assert {t.tier: t.value for t in second.objective}["disruption"] == 0
    assert [(a.officer, a.demand) for a in second.assignments] == [(a.officer, a.demand) for a in first.assignments]
    assert second.verify().ok


def test_assumption_is_stamped_on_the_plan(rulebook: af.Rulebook, scenario: af.Scenario) -> None:
    planning = af.plan(rulebook, scenario, engine="plain", assume={"event.phase": "response"})
    assert planning.plan.conditional_on == {"event.phase": "response"}
    assert planning.plan.event.phase == "response"
    assert planning.verify().ok


def test_frame_has_a_row_per_assignment(planning: af.Planning) -> None:
    frame = planning.to_frame()
    assert frame.height == len(planning.assignments)
    assert frame["officer"].to_list() == [a.officer for a in planning.assignments]


def test_stages_are_told_in_order(quickstart: tuple[af.Rulebook, af.Scenario]) -> None:
    told: list[af.ProgressEvent] = []
    planning = af.plan(*quickstart, engine="plain", progress=told.append)
    assert [e.stage for e in told if e.tier is None] == ["infer", "match", "plan"]
    settled = {e.tier: e.value for e in told if e.gap == 0}
    assert settled == {t.tier: t.value for t in planning.objective}


def test_unknown_engine_is_refused(quickstart: tuple[af.Rulebook, af.Scenario]) -> None:
    with pytest.raises(af.UsageError, match="`swift`"):
        af.plan(*quickstart, engine="swift")  # type: ignore[arg-type]


def test_wheel_carries_packs_and_schemas() -> None:
    installed = distribution("asn-flex")
    if '"editable": true' in (installed.read_text("direct_url.json") or ""):
        pytest.skip("an editable installation has no wheel")
    names = {str(f) for f in installed.files or ()}
    rules = {f.relative_to(REPOSITORY / "rules") for f in (REPOSITORY / "rules").rglob("*.yaml")}
    assert {f"asn_flex/packs/{f.as_posix()}" for f in rules} <= names
    assert {f"asn_flex/schemas/{name}.schema.json" for name in ("rules", "scenario", "plan")} <= names
    assert "asn_flex/py.typed" in names


def test_plan_keeps_sensitive_event_facts_to_itself(tmp_path: Path) -> None:
    rules = (QUICKSTART / "rules.yaml").read_text("utf-8")
    extra = "attributes:\n  event.informant: {type: text, sensitive: true}\n"
    assert "\nattributes:" not in rules
    (tmp_path / "rules.yaml").write_text(rules.replace("\nrules:", f"\n{extra}rules:", 1), "utf-8")
    book = af.load_rulebook(tmp_path / "rules.yaml")
    for file in QUICKSTART.glob("*.csv"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    text = (QUICKSTART / "scenario.yaml").read_text("utf-8")
    (tmp_path / "scenario.yaml").write_text(
        re.sub(r"(?m)^(event:\s*\{?)", r"\1informant: Pak-X, ", text, count=1), "utf-8"
    )
    planning = af.plan(book, af.load_scenario(tmp_path, book), engine="plain")
    assert planning.situation.event["informant"] == "Pak-X"
    assert "Pak-X" not in planning.to_json()
    assert planning.verify().ok


def test_previous_plan_of_another_city_is_doubted(
    quickstart: tuple[af.Rulebook, af.Scenario], planning: af.Planning
) -> None:
    replaced = af.plan(*quickstart, engine="plain", previous=planning.plan)
    assert [w.code for w in replaced.warnings] == ["W801", "W801"]
    assert "tanjungbalai" in replaced.warnings[0].message
    again = af.plan(*quickstart, engine="plain", previous=replaced.plan)
    assert not again.warnings


FORKED = """
import multiprocessing, sys
import asn_flex as af
book = af.load_rulebook(sys.argv[1] + "/rules.yaml")
scene = af.load_scenario(sys.argv[1], book)
def child(queue):
    try:
        af.plan(book, scene)
    except af.UsageError as error:
        queue.put(str(error))
context = multiprocessing.get_context("fork")
queue = context.Queue()
process = context.Process(target=child, args=(queue,), daemon=True)
process.start()
print(queue.get(timeout=30))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_child_forked_after_tables_were_read_stops_with_a_sentence() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORKED, str(QUICKSTART)], capture_output=True, text=True, timeout=60, check=True
    )
    assert "`spawn`" in done.stdout
