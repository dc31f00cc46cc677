"""A sweep on a real Dask cluster on this machine (semantics §12.7)."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import asn_flex as af
from asn_flex.cli import run

from .towns import QUICKSTART, expected, quickstart, variants

distributed = pytest.importorskip("distributed")
# What the cluster warns of is its own.
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as running:
        yield running


def test_cluster_gives_the_same_rows_in_the_same_order(cluster: Any) -> None:
    with distributed.Client(cluster) as client:
        assert af.plan_many(quickstart()[0], variants(), client.get_executor()).rows == expected().rows


def test_worker_killed_in_the_middle_loses_no_result(cluster: Any, tmp_path: Path) -> None:
    with distributed.Client(cluster) as client:
        many = af.vary(*quickstart(), ["officer.absent=50%:seed=1..40"])
        killed: list[int] = []

        def kill(done: int, count: int) -> None:
            # In the middle: some are finished, others have been handed out to the worker.
            if done >= 5 and not killed:
                killed.append(min(client.run(os.getpid).values()))
                os.kill(killed[0], signal.SIGKILL)

        found = af.plan_many(quickstart()[0], many, client.get_executor(pure=False), out=tmp_path, progress=kill)
        client.wait_for_workers(2, timeout=60)
        assert killed[0] not in client.run(os.getpid).values()
    assert found.rows == af.plan_many(quickstart()[0], many).rows
    assert len(list((tmp_path / "scenarios").iterdir())) == 40


def test_command_plans_on_a_cluster(cluster: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    arguments = ["sweep", str(QUICKSTART), "--vary", "event.severity=3,4", "--out", str(tmp_path), "--lang", "en"]
    assert run([*arguments, "--dask", cluster.scheduler_address]) == 0
    assert "Scenarios with a plan: 2 of 2" in capfd.readouterr().out


def test_cluster_out_of_reach_is_one_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asn_flex.cli.sweep._PATIENCE_S", 1)
    arguments = ["sweep", str(QUICKSTART), "--vary", "event.severity=3,4", "--out", str(tmp_path), "--lang", "en"]
    assert run([*arguments, "--dask", "tcp://127.0.0.1:9"]) == 2
    assert "U149 the Dask cluster `tcp://127.0.0.1:9` cannot be reached" in capfd.readouterr().err


def test_scenario_that_kills_every_worker_fails_and_the_others_go_on(
    cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Last, since it wears the cluster out: a task is given up when more workers than `allowed-failures` died of it.
    rulebook, scenario = quickstart()
    with distributed.Client(cluster) as client:
        executor = client.get_executor(pure=False)
        submit = executor.submit

        def deadly(function: Any, base: Any, changes: Any, *rest: Any) -> Any:
            if changes and changes[0].seed == 2:
                return submit(_die)
            return submit(function, base, changes, *rest)

        monkeypatch.setattr(executor, "submit", deadly)
        found = af.plan_many(rulebook, af.vary(rulebook, scenario, ["officer.absent=50%:seed=1..3"]), executor)
    assert [row["status"] for row in found.rows] == ["optimal", "failed", "optimal"]
    assert "died" in found.rows[1]["problem"]


def _die() -> None:
    os._exit(1)
