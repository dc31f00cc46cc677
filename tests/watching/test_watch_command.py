"""`asn-flex watch` as a process: real files change, it is asked to end, it is killed in the middle (semantics §8.8)."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import asn_flex as af
from asn_flex.alerts.store import FOLDER
from asn_flex.cli import run

from ..alerts.build import CORPUS
from .build import OFFICERS, Watcher, put, write_town

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


@pytest.fixture
def town(tmp_path: Path) -> Path:
    return write_town(tmp_path)


def kept_in(town: Path) -> list[Path]:
    return sorted((town / "plans").glob("plan-*.zip"))


def test_a_night_at_the_desk(town) -> None:
    with Watcher(town) as watcher:
        watcher.until("Watching ")
        put(town / "officers.csv", OFFICERS[:-9])
        watcher.until("Still in force")
        put(town / "officers.csv", OFFICERS)
        watcher.until("All input is right again")
        put(town / "officers.csv", OFFICERS.replace("ani,dinkes,true", "ani,dinkes,false"))
        assert "ani health_post@event → home office (refused by FRB-01)" in watcher.until("people:")
        watcher.until("kept:")
        # At once, so that nobody looks at half a file.
        arriving = town.parent / "arriving"
        arriving.mkdir()
        shutil.copy(CORPUS / "valid.xml", arriving)
        arriving.rename(town / FOLDER)
        watcher.until("1 alert stands")
        watcher.until("kept:")
        assert watcher.end(signal.SIGINT) == 0
    assert watcher.told[-1].startswith("Ended. The plan that stands: ")
    assert sum("S105" in line for line in watcher.told) == 1
    assert not any("Traceback" in line for line in watcher.told)
    found = [af.open_bundle(path).plan for path in kept_in(town)]
    assert [plan.supersedes for plan in found] == [None, *(plan.id for plan in found[:-1])]


def test_a_service_manager_ends_it_as_politely(town) -> None:
    with Watcher(town) as watcher:
        watcher.until("Watching ")
        assert watcher.end(signal.SIGTERM) == 0
    assert watcher.told[-1].startswith("Ended. ")


@pytest.mark.parametrize("delay", [0.0, 0.15, 0.4])
def test_killed_in_the_middle_it_loses_no_finished_plan(town, delay: float) -> None:
    """Every plan that was told is whole; a kill leaves at most a hidden file, and the next run goes on from there."""
    with Watcher(town) as watcher:
        watcher.until("Watching ")
        for round_ in range(2):
            put(town / "officers.csv", OFFICERS + f"new{round_},dinkes,true\n")
            watcher.until("kept:")
        put(town / "officers.csv", OFFICERS.replace("ani,dinkes,true", "ani,dinkes,false"))
        time.sleep(delay)
        watcher.end(signal.SIGKILL)
    told = [line.split()[1] for line in watcher.told if line.startswith("kept:")]
    assert len(told) >= 3
    kept = kept_in(town)
    assert {Path(name) for name in told} <= set(kept)
    for path in kept:
        assert af.open_bundle(path).verify().ok
    strangers = [p.name for p in (town / "plans").iterdir() if p not in kept]
    assert all(name.startswith(".") for name in strangers)
    assert run(["watch", str(town), "--once", "--engine", "plain"]) == 0
    last = af.open_bundle(kept_in(town)[-1])
    assert [a.officer for a in last.assignments] == ["budi"]
    assert last.plan.supersedes in {af.open_bundle(path).plan.id for path in kept}


def test_a_kill_while_the_bundle_is_written_leaves_the_plans_before(town) -> None:
    """The process dies by itself just before the rename, which no delay can hit for certain."""
    assert run(["watch", str(town), "--once", "--engine", "plain"]) == 0
    put(town / "officers.csv", OFFICERS.replace("ani,dinkes,true", "ani,dinkes,false"))
    program = (
        "import os, signal; from pathlib import Path; from asn_flex.cli import run\n"
        "real = Path.replace\n"
        "def dying(self, target):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "Path.replace = dying\n"
        f"run(['watch', {str(town)!r}, '--once', '--engine', 'plain'])\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == -signal.SIGKILL
    assert len(kept_in(town)) == 1
    assert len(list((town / "plans").glob(".plan-0002*.tmp"))) == 1
    assert run(["watch", str(town), "--once", "--engine", "plain"]) == 0
    assert [af.open_bundle(path).verify().ok for path in kept_in(town)] == [True, True]


def test_once_looks_once(town, capsys) -> None:
    assert run(["watch", str(town), "--once", "--engine", "plain", "--lang", "en"]) == 0
    assert "first plan" in capsys.readouterr().out
    assert run(["watch", str(town), "--once", "--engine", "plain"]) == 0
    assert capsys.readouterr().out == ""
    put(town / "officers.csv", "")
    assert run(["watch", str(town), "--once", "--engine", "plain", "--lang", "en"]) == 2
    told = capsys.readouterr().err.splitlines()
    assert "S104" in told[0]
    assert told[-1].startswith("Still in force: ")


def test_without_any_plan_it_says_so(town, capsys) -> None:
    put(town / "officers.csv", "")
    assert run(["watch", str(town), "--once", "--engine", "plain", "--lang", "en"]) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("There is no plan yet")


def test_many_faults_are_counted_and_those_of_form_come_first(town, capsys) -> None:
    put(town / "holdings.csv", "officer,competency,level\n" + "".join(f"x{n},nursing,3\n" for n in range(9)))
    put(town / "units.csv", "id,name\ndinkes\n")
    assert run(["watch", str(town), "--once", "--engine", "plain", "--lang", "en"]) == 2
    told = capsys.readouterr().err.splitlines()
    assert " S105 " in told[0]
    assert told[5].startswith("and ")
    assert len(told) == 7


def test_plans_may_be_kept_elsewhere(town, tmp_path) -> None:
    elsewhere = tmp_path / "usb" / "rencana"
    assert run(["watch", str(town), "--once", "--engine", "plain", "--plans", str(elsewhere)]) == 0
    (kept,) = elsewhere.iterdir()
    assert run(["verify", str(kept)]) == 0
    assert not (town / "plans").exists()
