"""The example of agency software under load: fifty planners at once, no wrong answer, no lost plan."""

from __future__ import annotations

import csv
import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import asn_flex as af

from ..support import REPOSITORY

httpx = pytest.importorskip("httpx", reason="httpx is not installed")
pytest.importorskip("fastapi", reason="FastAPI is not installed")
pytest.importorskip("uvicorn", reason="uvicorn is not installed")
pytest.importorskip("sqlalchemy", reason="SQLAlchemy is not installed")

EXAMPLES = REPOSITORY / "examples"
QUICKSTART = EXAMPLES / "quickstart"
PLANNERS = 50


@contextmanager
def service(database: str, log: Path) -> Iterator[tuple[Any, subprocess.Popen[bytes]]]:
    """Run the service as its reader would; give a client and the process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"DATABASE_URL": database, "PYTHONPATH": str(REPOSITORY / "src")}
    command = [sys.executable, "-m", "uvicorn", "app:app", "--port", str(port), "--log-level", "warning"]
    with log.open("ab") as out:
        process = subprocess.Popen(command, cwd=EXAMPLES / "service", env=environment, stdout=out, stderr=out)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=300) as client:
            for _ in range(600):
                try:
                    client.get("/plans")
                    break
                except httpx.TransportError:
                    assert process.poll() is None, log.read_text()
                    time.sleep(0.1)
            yield client, process
    finally:
        process.terminate()
        process.wait(60)


def staff(number: int) -> str:
    """Return the officers' table as one planner has it: the hours of one officer differ."""
    rows = list(csv.DictReader(io.StringIO((QUICKSTART / "officers.csv").read_text("utf-8"))))
    rows[number % len(rows)]["hours_7d"] = str(number)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def planned_here(number: int, folder: Path) -> str:
    """Return the id of the plan that the library makes of that table."""
    folder.mkdir()
    for file in QUICKSTART.iterdir():
        if file.suffix in {".csv", ".yaml"}:
            (folder / file.name).write_bytes(file.read_bytes())
    (folder / "officers.csv").write_text(staff(number), "utf-8")
    rulebook = af.load_rulebook(QUICKSTART / "rules.yaml")
    return af.plan(rulebook, af.load_scenario(folder, rulebook)).plan.id


def test_fifty_planners_get_their_own_plans_and_none_is_lost(tmp_path: Path) -> None:
    database, log = f"sqlite:///{tmp_path / 'plans.db'}", tmp_path / "log.txt"
    with service(database, log) as (client, process):

        def ask(number: int) -> dict[str, Any]:
            answer = client.post("/plans", json={"scenario": "quickstart", "tables": {"officers": staff(number)}})
            assert answer.status_code == 201, answer.text
            found: dict[str, Any] = answer.json()
            assert client.get(f"/plans/{found['id']}").json() == found
            return found

        with ThreadPoolExecutor(PLANNERS) as planners:
            plans = list(planners.map(ask, range(PLANNERS)))
        # The power goes away right after the last answer.
        process.send_signal(signal.SIGKILL)
        process.wait(60)

    for number in (0, 7, 23, 49):
        assert plans[number]["id"] == planned_here(number, tmp_path / str(number))
    assert len({plan["id"] for plan in plans}) > PLANNERS // 2

    with service(database, log) as (client, _):
        kept = client.get("/plans").json()
        assert {row["id"] for row in kept} == {plan["id"] for plan in plans}
        first = plans[0]
        assert client.get(f"/plans/{first['id']}").json() == first
        assert client.get(f"/plans/{first['id']}/verification").json() == {
            "ok": True, "optimality": "proven", "findings": [],
        }  # fmt: skip
        officer = first["assignments"][0]["officer"]
        why = client.get(f"/plans/{first['id']}/why/{officer}").json()
        assert why["officer"] == officer
        assert why["audience"] == "officer"
        again = client.post("/plans", json={"scenario": "quickstart", "previous": first["id"]}).json()
        assert again["supersedes"] == first["id"]
    assert log.read_text() == ""


def test_what_cannot_be_planned_is_told_and_never_an_error_of_the_service(tmp_path: Path) -> None:
    with service(f"sqlite:///{tmp_path / 'plans.db'}", tmp_path / "log.txt") as (client, _):
        wishes: list[tuple[int, dict[str, Any]]] = [
            (404, {"scenario": "nowhere"}),
            (404, {"scenario": "../quickstart"}),
            (404, {"scenario": "quickstart", "previous": "sha256:0"}),
            (404, {"scenario": "quickstart", "previous": "\0"}),
            (422, {"scenario": "quickstart", "tables": {"../officers": ""}}),
            (422, {"scenario": "quickstart", "tables": {"officers": "id\nA\n"}}),
            (422, {"scenario": "quickstart", "tables": {"officers": "\0"}}),
            (422, {"scenario": "quickstart", "wish": 1}),
            (422, {"scenario": "quickstart", "time_limit_s": -1}),
        ]
        for status, wish in wishes:
            assert client.post("/plans", json=wish).status_code == status, wish
        # JSON that Python reads and no answer can repeat.
        for body in (
            '{"scenario": "quickstart", "time_limit_s": NaN}',
            '{"scenario": "quickstart", "time_limit_s": 1e999}',
            r'{"scenario": "\ud800"}',
            r'{"scenario": "quickstart", "previous": "\ud800"}',
            r'{"scenario": "quickstart", "tables": {"officers": "id\ud800"}}',
            r'{"scenario": "quickstart", "tables": {"\ud800": ""}}',
            r'{"scenario": "quickstart", "\ud800": ""}',
        ):
            answer = client.post("/plans", content=body, headers={"Content-Type": "application/json"})
            assert answer.status_code == 422, body
        told = client.post("/plans", json={"scenario": "quickstart", "tables": {"officers": "id\nA\n"}}).json()
        assert all(fault["code"] and fault["text"]["id"] and fault["text"]["en"] for fault in told["faults"])
        assert told["faults"][0]["place"].startswith("officers.csv:")
        assert client.get("/plans").json() == []
        made = client.post("/plans", json={"scenario": "quickstart"}).json()
        assert client.get(f"/plans/{made['id']}/why/nobody").status_code == 422
        assert client.get("/plans/x/why/nobody").status_code == 404
    assert (tmp_path / "log.txt").read_text() == ""
