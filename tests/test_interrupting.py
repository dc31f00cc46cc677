"""Ctrl-C in a running `asn-flex plan`: a real process gets a real signal at a chosen moment (semantics §12.2)."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import asn_flex as af

from .support import REPOSITORY

EXAMPLE = REPOSITORY / "examples" / "tanjungbalai_flood"
RULES = REPOSITORY / "rules" / "tanjungbalai"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of a terminal")

# The command as it is, in a process that sends itself SIGINT when it is told of the given events for the first time.
DRIVER = """
import os, signal, sys
from asn_flex import pipeline
from asn_flex.cli import run

moments = sys.argv[1].split(",")
planning = pipeline.plan

def plan(*arguments, progress, **options):
    def told(event):
        progress(event)
        name = f"{event.stage}:{event.number}" if event.tier else event.stage
        if name in moments:
            moments.remove(name)
            os.kill(os.getpid(), signal.SIGINT)
    return planning(*arguments, progress=told, **options)

pipeline.plan = plan
sys.exit(run(sys.argv[2:]))
"""


def interrupted(moments: str, folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    outputs = ["--out", str(folder / "plan.json"), "--bundle", str(folder / "plan.zip")]
    command = [sys.executable, "-c", DRIVER, moments, "plan", str(EXAMPLE), "--rules", str(RULES), *outputs]
    command += ["--engine", "plain", "--lang", "en", *more]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)


@pytest.mark.parametrize("moment", ["infer", "match"])
def test_before_there_is_a_plan_nothing_is_written(moment: str, tmp_path: Path) -> None:
    done = interrupted(moment, tmp_path)
    assert done.returncode == 130
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1] == "asn-flex:1:1: X103 interrupted before there was a plan; no file was written"
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_past_the_first_tier_the_best_plan_so_far_is_written_whole(tmp_path: Path) -> None:
    done = interrupted("plan:2", tmp_path, "--format", "json")
    assert done.returncode == 130
    assert "Press Ctrl-C again" in done.stderr
    assert "X104" in done.stderr.splitlines()[-1]
    assert {f.name for f in tmp_path.iterdir()} == {"plan.json", "plan.zip"}
    planning = af.open_bundle(tmp_path / "plan.zip")
    assert planning.status == "feasible"
    assert json.loads(done.stdout) == json.loads((tmp_path / "plan.json").read_text("utf-8"))
    assert [str(f) for f in planning.verify().findings] == []


def test_pressed_again_it_stops_without_a_plan(tmp_path: Path) -> None:
    done = interrupted("plan:2,plan:3", tmp_path)
    # The flow of a tier that has begun ends first; what comes after it is not begun, so the second may come late.
    assert done.returncode == 130
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob(".*"))


def test_pressed_twice_at_once_it_stops_without_a_plan(tmp_path: Path) -> None:
    done = interrupted("plan:1,plan:1", tmp_path)
    assert done.returncode == 130
    assert "X103" in done.stderr.splitlines()[-1]
    assert list(tmp_path.iterdir()) == []


def test_a_signal_from_outside_ends_it_with_whole_files_or_none(tmp_path: Path) -> None:
    """The signal comes at whatever moment the machine is at, once the process says that it computes."""
    command = [sys.executable, "-m", "asn_flex", "plan", str(EXAMPLE), "--rules", str(RULES), "--lang", "en"]
    command += ["--out", str(tmp_path / "plan.json"), "--engine", "plain"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        # The first line comes once a stage takes over a second; on a fast machine it may end before.
        first = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=600)
    assert process.returncode in ({130, 0} if first else {0})
    assert "Traceback" not in rest
    files = list(tmp_path.iterdir())
    assert files == ([tmp_path / "plan.json"] if files else [])
    if files:
        assert af.read_plan(files[0]).assignments


def test_a_terminal_shows_a_bar_and_a_pipe_does_not(tmp_path: Path) -> None:
    parent, child = pty.openpty()
    command = [sys.executable, "-m", "asn_flex", "plan", str(EXAMPLE), "--rules", str(RULES), "--lang", "en"]
    command += ["--engine", "plain", "--format", "json"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=child, env=os.environ | {"TERM": "xterm"}) as done:
        os.close(child)
        shown = b""
        while True:
            try:
                part = os.read(parent, 4096)
            except OSError:
                break
            if not part:
                break
            shown += part
    os.close(parent)
    assert done.returncode == 0
    # It is shown after a second only, and taken away at the end: nothing is left but what erases it.
    assert not shown or b"\x1b[" in shown
    piped = subprocess.run(command, capture_output=True, timeout=600, check=False)
    assert b"\x1b[" not in piped.stderr
