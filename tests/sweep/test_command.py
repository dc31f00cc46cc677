"""`asn-flex sweep` as a planner drives it: what it says before, meanwhile and after, and how it is taken up (§12.2)."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from asn_flex.cli import run

from ..support import CASES, REPOSITORY
from .towns import QUICKSTART, VARIED, expected

VARY = [part for text in VARIED for part in ("--vary", text)]
ERROR_LINE = re.compile(r"[^:]+:\d+:\d+: [A-Z]\d{3} \S")


def sweep(out: Path, *more: str, lang: str = "en") -> int:
    return run(["sweep", str(QUICKSTART), *VARY, "--workers", "1", "--out", str(out), "--lang", lang, *more])


def test_count_is_said_before_it_begins_and_results_after(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert sweep(tmp_path) == 0
    told = capfd.readouterr()
    counts = "2 event.severity × 2 officer.absent × 2 officer.absent.seed"
    assert told.err.startswith(f"Scenarios: 8 ({counts}); finished already in {tmp_path}: 0")
    assert "Scenarios with a plan: 8 of 8" in told.out
    # A long path goes over several lines.
    assert f"{tmp_path}/sweep.csv" in "".join(told.out.split())
    # Four lines: seeds are put together.
    assert len(re.findall(r"^ +[34] +(?:0%|50%) ", told.out, flags=re.MULTILINE)) == 4


def test_tables_hold_every_scenario(tmp_path: Path) -> None:
    assert sweep(tmp_path) == 0
    with (tmp_path / "sweep.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(r["event.severity"], r["officer.absent"], r["officer.absent.seed"]) for r in rows[:3]] == [
        ("3", "0%", "1"), ("3", "0%", "2"), ("3", "50%", "1"),
    ]  # fmt: skip
    assert [int(r["filled"]) for r in rows] == [row["filled"] for row in expected().rows]
    assert pl.read_parquet(tmp_path / "sweep.parquet").equals(expected().to_frame())


def test_json_is_the_same_for_one_process_and_for_two(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert sweep(tmp_path / "one", "--format", "json") == 0
    one = capfd.readouterr().out
    arguments = ["sweep", str(QUICKSTART), *VARY, "--workers", "2", "--out", str(tmp_path / "two"), "--format", "json"]
    assert run(arguments) == 0
    assert capfd.readouterr().out == one == expected().to_json()
    assert json.loads(one)["format"] == "asn-flex/sweep/1"


def test_second_run_plans_nothing_again(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert sweep(tmp_path) == 0
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "scenarios").iterdir()}
    first = capfd.readouterr()
    assert sweep(tmp_path) == 0
    second = capfd.readouterr()
    assert f"finished already in {tmp_path}: 8" in second.err
    assert second.out == first.out
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "scenarios").iterdir()} == before


def test_folder_is_named_after_the_scenario_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["sweep", str(QUICKSTART), "--vary", "event.severity=3", "--workers", "1"]) == 0
    assert (tmp_path / "sweep-quickstart" / "sweep.csv").is_file()


def test_scenario_without_a_plan_is_told_and_exits_with_1(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    case = CASES / "s5_2_conflict_given"
    arguments = ["sweep", str(case / "scenario"), "--rules", str(case / "rules.yaml"), "--vary", "event.severity=3,4"]
    assert run([*arguments, "--workers", "1", "--out", str(tmp_path), "--lang", "en"]) == 1
    told = capfd.readouterr().out
    assert "Scenarios with a plan: 0 of 2" in told
    assert "event.severity=3: " in told
    assert "SIT-01" in told


def test_varied_fact_that_rules_settle_otherwise_is_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    # The measurements of the example raise the severity to 4, whatever was reported (its SIT-05).
    example = REPOSITORY / "examples" / "tanjungbalai_flood"
    arguments = ["sweep", str(example), "--vary", "event.severity=2,5", "--workers", "1", "--out", str(tmp_path)]
    assert run([*arguments, "--lang", "en"]) == 0
    told = capfd.readouterr().out
    assert "event.severity: the rules make 4 of 2" in told
    assert "make 4 of 5" not in told


WRONG = [
    pytest.param(["--vary", "event.severity=2..9"], "--vary:1:19: U143", id="value"),
    pytest.param(["--vary", "event.phase=alert", "--vary", "x"], "--vary:2:1: U140", id="form"),
    pytest.param([], "U101", id="nothing varies"),
    pytest.param(["--vary", "event.severity=3", "--chart", "x.png"], "U105", id="chart"),
    pytest.param(["--vary", "event.severity=3", "--chart", "nowhere/x.svg"], "X101", id="no folder"),
    pytest.param(["--vary", "event.severity=3", "--workers", "0"], "U101", id="no worker"),
    pytest.param(["--vary", "event.severity=3", "--workers", "1", "--dask", "tcp://x:1"], "U149", id="both"),
]


@pytest.mark.parametrize(("arguments", "wanted"), WRONG)
@pytest.mark.parametrize("lang", ["id", "en"])
def test_wrong_use_is_one_line_and_leaves_nothing(
    arguments: list[str], wanted: str, lang: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert run(["sweep", str(QUICKSTART), *arguments, "--out", str(out), "--lang", lang]) == 2
    told = capfd.readouterr()
    (line,) = told.err.splitlines()
    assert ERROR_LINE.match(line)
    assert wanted in line
    assert told.out == ""
    assert not out.exists()


def test_folder_that_cannot_be_made_is_one_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert sweep(tmp_path / "file" / "out") == 2
    assert re.search(r"^.*: X101 ", capfd.readouterr().err, flags=re.MULTILINE)


def test_output_never_replaces_the_input(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "scenario"
    shutil.copytree(QUICKSTART, copy)
    rules = copy / "rules.svg"
    (copy / "rules.yaml").rename(rules)
    code = run(["sweep", str(copy), "--rules", str(rules), "--vary", "event.severity=3", "--chart", str(rules)])
    assert code == 2
    assert "U106" in capfd.readouterr().err
    assert rules.read_bytes() == (QUICKSTART / "rules.yaml").read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="signals of a terminal")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_interrupted_sweep_keeps_what_is_finished_says_how_to_go_on_and_does(tmp_path: Path, workers: str) -> None:
    command = [
        sys.executable, "-m", "asn_flex", "sweep", str(QUICKSTART), "--vary", "officer.absent=50%:seed=1..120",
        "--workers", workers, "--out", str(tmp_path), "--lang", "en",
    ]  # fmt: skip
    started = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    folder = tmp_path / "scenarios"
    while started.poll() is None and not (folder.is_dir() and sum(1 for _ in folder.glob("*.parquet")) >= 3):
        time.sleep(0.02)
    # As a terminal does it: to the command and to its workers.
    os.killpg(started.pid, signal.SIGINT)
    out, err = started.communicate(timeout=120)
    assert started.returncode == 130, err
    assert "Traceback" not in err
    kept = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert 3 <= len(kept) < 120
    assert all(name.endswith(".parquet") for name in kept)
    assert f"Stopped: {len(kept)} of 120 scenarios finished" in err
    assert "Run the same command again" in err
    assert out == ""
    again = subprocess.run([*command, "--format", "json"], capture_output=True, text=True, check=True)
    assert f"finished already in {tmp_path}: {len(kept)}" in again.stderr
    assert len(json.loads(again.stdout)["rows"]) == 120
    assert kept.items() <= {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}.items()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_command_starts_workers_again_when_one_is_killed(tmp_path: Path) -> None:
    command = [
        sys.executable, "-m", "asn_flex", "sweep", str(QUICKSTART), "--vary", "officer.absent=50%:seed=1..40",
        "--workers", "2", "--out", str(tmp_path), "--format", "json", "--lang", "en",
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
        folder = tmp_path / "scenarios"
        while started.poll() is None and not (folder.is_dir() and sum(1 for _ in folder.glob("*.parquet")) >= 3):
            time.sleep(0.02)
        children = Path(f"/proc/{started.pid}/task/{started.pid}/children")
        if not children.exists():
            started.kill()
            pytest.skip("no way here to tell the workers of a process")
        workers = [pid for pid in map(int, children.read_text().split()) if "spawn_main" in _command_of(pid)]
        os.kill(workers[0], signal.SIGKILL)
        out, err = started.communicate(timeout=240)
    assert started.returncode == 0, err
    assert [row["status"] for row in json.loads(out)["rows"]] == ["optimal"] * 40


def _command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().decode()


def test_table_of_results_never_replaces_a_table_of_the_scenario(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    city = tmp_path / "city"
    shutil.copytree(QUICKSTART, city)
    pl.read_csv(city / "officers.csv", infer_schema=False).write_parquet(city / "sweep.parquet")
    main = city / "scenario.yaml"
    main.write_text(main.read_text("utf-8").replace("officers.csv", "sweep.parquet"), "utf-8")
    before = (city / "sweep.parquet").read_bytes()
    assert run(["sweep", str(city), *VARY, "--workers", "1", "--out", str(city), "--lang", "en"]) == 2
    assert "U106" in capfd.readouterr().err
    assert (city / "sweep.parquet").read_bytes() == before
