"""Many plans: the same rows in order over any executor, and nothing finished is planned twice (semantics §12.7)."""

from __future__ import annotations

import json
import multiprocessing
import os
import pickle
import signal
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import asn_flex as af
from asn_flex.errors import Text
from asn_flex.sweep import store as store_module
from asn_flex.sweep import work
from asn_flex.sweep.run import plan_many
from asn_flex.sweep.store import key_of
from asn_flex.sweep.work import Base, Options, set_up_worker

from ..support import CASES, load_case
from .towns import expected, quickstart, variants

SPAWN = multiprocessing.get_context("spawn")


def pool(workers: int = 2) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=SPAWN, initializer=set_up_worker)


def files_of(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in (folder / "scenarios").iterdir()}


# ---- results -------------------------------------------------------------------------------------


def test_row_says_what_the_plan_says() -> None:
    rulebook, scenario = quickstart()
    plan = af.plan(rulebook, scenario, engine="plain").plan
    (row,) = af.plan_many(rulebook, [scenario]).rows
    tiers = {tier.tier: tier.value for tier in plan.objective}
    assert (row["scenario"], row["status"], row["plan"]) == ("quickstart", "optimal", plan.id)
    assert (row["filled"], row["people"]) == (len(plan.assignments), len(plan.assignments))
    assert row["missing"] == sum(row[name] for name in row if name.startswith("missing."))
    assert row["missing"] == row["seats"] - row["filled"]
    assert {name: row[name] for name in tiers} == tiers
    # The best is by hand: every seat filled is worth its demand's priority.
    essential = sum(d.priority * d.seats for d in plan.demands if d.duty_class == "essential")
    assert row["coverage.essential.of"] == essential > row["coverage.essential"]


def test_frame_has_one_row_a_scenario_with_typed_columns() -> None:
    frame = expected().to_frame()
    assert frame.height == 8
    assert frame.columns[:4] == ["scenario", "event.severity", "officer.absent", "officer.absent.seed"]
    assert frame.schema["event.severity"] == pl.Int64
    assert frame.schema["officer.absent"] == pl.Float64
    assert frame["event.severity"].to_list() == [3, 3, 3, 3, 4, 4, 4, 4]
    assert frame["officer.absent"].to_list() == [0.0, 0.0, 0.5, 0.5] * 2
    # Half of the staff absent cannot fill more seats than all of them.
    assert (frame["filled"].to_numpy()[2:4] <= frame["filled"].to_numpy()[0]).all()


def test_json_keeps_exact_numbers_as_text() -> None:
    content = json.loads(expected().to_json())
    assert content["format"] == "asn-flex/sweep/1"
    assert content["varied"] == ["event.severity", "officer.absent", "officer.absent.seed"]
    assert [row["officer.absent"] for row in content["rows"][:4]] == ["0", "0", "0.5", "0.5"]
    assert content["scenarios"] == [{"id": "quickstart", "digest": quickstart()[1].digest}]


def test_scenarios_given_one_by_one_keep_their_order() -> None:
    rulebook, scenario = quickstart()
    others = [replace(scenario, id=name, digest=f"sha256:{name}") for name in ("c", "a", "b")]
    with ThreadPoolExecutor(3) as executor:
        found = af.plan_many(rulebook, others, executor)
    assert [row["scenario"] for row in found.rows] == ["c", "a", "b"]


def test_scenario_that_cannot_be_planned_is_a_row_and_stops_no_other() -> None:
    # SIT-01 and SIT-02 disagree (cases/s5_2_conflict_given).
    rulebook, scenario = load_case(CASES / "s5_2_conflict_given")
    found = af.plan_many(rulebook, af.vary(rulebook, scenario, ["event.severity=3,4"]))
    assert [row["status"] for row in found.rows] == ["refused", "refused"]
    assert "SIT-01" in found.rows[0]["problem"]
    assert found.rows[0]["problem"] != found.rows[0]["problem_id"]
    assert not found.ok
    assert expected().ok


# ---- executors -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make", [pytest.param(lambda: ThreadPoolExecutor(3), id="threads"), pytest.param(pool, id="processes")]
)
def test_every_executor_gives_the_same_rows_in_the_same_order(make: object) -> None:
    with make() as executor:  # type: ignore[operator]
        assert isinstance(executor, Executor)
        assert af.plan_many(quickstart()[0], variants(), executor).rows == expected().rows


def test_order_of_scenarios_decides_the_order_of_rows_only() -> None:
    turned = af.plan_many(quickstart()[0], variants()[::-1])
    assert turned.rows == expected().rows[::-1]


def test_progress_counts_every_scenario() -> None:
    told: list[tuple[int, int]] = []
    af.plan_many(quickstart()[0], variants(), progress=lambda done, count: told.append((done, count)))
    assert told[0] == (0, 8)
    assert told[-1] == (8, 8)
    assert told == sorted(told)


def test_killed_process_stops_the_sweep_and_loses_nothing_finished(tmp_path: Path) -> None:
    rulebook = quickstart()[0]
    with pool() as executor:

        def kill(done: int, count: int) -> None:
            if done == 2:
                os.kill(next(iter(executor._processes)), signal.SIGKILL)

        with pytest.raises(af.SweepStopped, match="what was finished is kept"):
            af.plan_many(rulebook, variants(), executor, out=tmp_path, progress=kill)
    before = files_of(tmp_path)
    assert 2 <= len(before) < 8
    assert af.plan_many(rulebook, variants(), out=tmp_path).rows == expected().rows
    assert before.items() <= files_of(tmp_path).items()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_forked_processes_are_refused_instead_of_waited_for() -> None:
    quickstart()
    with (
        ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as executor,
        pytest.raises(af.UsageError, match="spawn"),
    ):
        af.plan_many(quickstart()[0], variants()[:1], executor)


def test_worker_of_another_version_is_refused() -> None:
    rulebook, scenario = quickstart()
    base = Base.of(rulebook, scenario)
    with pytest.raises(af.SweepStopped, match="install the same versions"):
        work.plan_one(base, (), Options(60, "plain"), {"asn_flex": "0"})


def test_few_bytes_are_in_flight_at_a_time() -> None:
    rulebook = quickstart()[0]
    most = 0

    class Watched(ThreadPoolExecutor):
        waiting = 0

        def submit(self, *arguments, **options):  # type: ignore[no-untyped-def]
            nonlocal most
            future = super().submit(*arguments, **options)
            Watched.waiting += 1
            most = max(most, Watched.waiting)
            return future

    def finished_one(done: int, count: int) -> None:
        Watched.waiting -= done > 0

    many = af.vary(*quickstart(), ["officer.absent=50%:seed=1..300"])
    with Watched(2) as executor:
        af.plan_many(rulebook, many, executor, progress=finished_one)
    assert most == 256


# ---- what is kept --------------------------------------------------------------------------------


def test_finished_results_are_taken_instead_of_planned_again(tmp_path: Path) -> None:
    rulebook = quickstart()[0]
    af.plan_many(rulebook, variants()[:5], out=tmp_path)
    before = files_of(tmp_path)
    told: list[int] = []
    again = af.plan_many(rulebook, variants(), out=tmp_path, progress=lambda done, _: told.append(done))
    assert told[0] == 5
    assert again.rows == expected().rows
    assert before.items() <= files_of(tmp_path).items()
    assert len(files_of(tmp_path)) == 8


def test_each_result_is_a_parquet_file_that_says_what_it_is(tmp_path: Path) -> None:
    af.plan_many(quickstart()[0], variants()[7:], out=tmp_path)
    (path,) = (tmp_path / "scenarios").iterdir()
    frame = pl.read_parquet(path)
    assert frame["key"].to_list() == [path.stem]
    assert frame["variation"].to_list() == ["event.severity=4 officer.absent=50%:seed=2"]
    assert frame["filled"].to_list() == [expected().rows[7]["filled"]]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda path: path.write_bytes(path.read_bytes()[:100]), id="cut short"),
        pytest.param(lambda path: path.write_bytes(b""), id="empty"),
        pytest.param(lambda path: pl.DataFrame({"key": [path.stem]}).write_parquet(path), id="other columns"),
        pytest.param(lambda path: path.write_bytes(max(path.parent.iterdir()).read_bytes()), id="of another"),
    ],
)
def test_damaged_result_is_planned_again(tmp_path: Path, damage) -> None:  # type: ignore[no-untyped-def]
    rulebook = quickstart()[0]
    af.plan_many(rulebook, variants()[:2], out=tmp_path)
    first = min((tmp_path / "scenarios").iterdir())
    damage(first)
    assert af.plan_many(rulebook, variants()[:2], out=tmp_path).rows == expected().rows[:2]
    assert pl.read_parquet(first)["key"].to_list() == [first.stem]


def test_stopped_sweep_leaves_no_half_written_file(tmp_path: Path) -> None:
    def stop(done: int, count: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        af.plan_many(quickstart()[0], variants(), out=tmp_path, progress=stop)
    names = [path.name for path in (tmp_path / "scenarios").iterdir()]
    assert len(names) == 3
    assert all(name.endswith(".parquet") for name in names)


def test_whatever_decides_a_result_is_in_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    rulebook, scenario = quickstart()
    variant = variants()[0]
    versions, options = {"asn_flex": "1", "ortools": "9"}, Options(60, "plain")

    def key(**other: object) -> str:
        given = {"rulebook": rulebook, "scenario": scenario, "changes": variant.changes, "options": options,
                 "versions": versions} | other  # fmt: skip
        return key_of(**given)  # type: ignore[arg-type]

    others = [
        key(rulebook=replace(rulebook, digest="sha256:0")),
        key(scenario=replace(scenario, digest="sha256:0")),
        key(changes=variants()[1].changes),
        key(changes=()),
        key(options=Options(61, "plain")),
        key(options=Options(60, "durable")),
        key(versions={"asn_flex": "2", "ortools": "9"}),
        key(versions={"asn_flex": "1", "ortools": "10"}),
    ]
    assert len({key(), *others}) == 1 + len(others)
    # The order in which facts are varied changes no scenario.
    assert key(changes=variant.changes[::-1]) == key()
    monkeypatch.setattr(store_module, "FORMAT", "asn-flex/sweep/2")
    assert key() not in others


def test_edited_rulebook_takes_no_old_result(tmp_path: Path) -> None:
    rulebook = quickstart()[0]
    af.plan_many(rulebook, variants()[:1], out=tmp_path)
    edited = replace(rulebook, digest="sha256:edited")
    told: list[int] = []
    af.plan_many(edited, variants()[:1], out=tmp_path, progress=lambda done, _: told.append(done))
    assert told == [0, 1]


def test_failure_of_asn_flex_is_told_and_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from asn_flex import pipeline

    def fails(*_: object, **__: object) -> None:
        raise af.SolverError("a defect")

    rulebook = quickstart()[0]
    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "plan", fails)
        found = plan_many(rulebook, variants()[:1], out=tmp_path)
    assert (found.rows[0]["status"], found.rows[0]["problem"]) == ("failed", "a defect")
    assert plan_many(rulebook, variants()[:1], out=tmp_path).rows == expected().rows[:1]


def test_scenarios_that_say_the_same_are_planned_once(tmp_path: Path) -> None:
    rulebook, scenario = quickstart()
    found = af.plan_many(rulebook, [scenario, scenario], out=tmp_path)
    assert len(found.rows) == 2
    assert len(files_of(tmp_path)) == 1


def sent(value: Any) -> Any:
    """Return a value as another process gets it."""
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - what it has just written


# ---- what is sent --------------------------------------------------------------------------------


def test_rulebook_and_scenario_are_the_same_after_pickling() -> None:
    rulebook, scenario = quickstart()
    scenario.area_tree  # noqa: B018 - fills what is computed once
    book, scene = sent((rulebook, scenario))
    assert book == rulebook
    assert (scene.digest, scene.event, scene.files) == (scenario.digest, scenario.event, scenario.files)
    for field in fields(scenario.tables):
        assert getattr(scene.tables, field.name).equals(getattr(scenario.tables, field.name))
    assert af.plan(book, scene, engine="plain").to_json() == af.plan(rulebook, scenario, engine="plain").to_json()


def test_what_is_computed_from_tables_is_not_sent() -> None:
    scenario = quickstart()[1]
    scenario.area_tree  # noqa: B018 - fills what is computed once
    assert set(sent(scenario).__dict__) == {field.name for field in fields(scenario)}


@pytest.mark.parametrize("engine", ["plain", "durable"])
def test_session_cannot_be_sent(engine: str) -> None:
    with af.Session(quickstart()[0], engine=engine) as session, pytest.raises(TypeError, match="send the rulebook"):
        pickle.dumps(session)


def test_stopped_sweep_pickles() -> None:
    error = sent(af.SweepStopped(Text("berhenti", "stopped")))
    assert error.text == Text("berhenti", "stopped")
