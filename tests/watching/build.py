"""The flooded town that the desk looks after: a health post wherever the severity of alerts or the water says so."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from queue import Empty, Queue
from typing import Self

from ..alerts.build import RULES as ALERT_RULES
from ..alerts.build import write_town as write_alert_town
from ..support import REPOSITORY

RULES = ALERT_RULES.replace(
    "rules:\n",
    "rules:\n"
    "  - {id: ACT-02, kind: activate, duty: health_post, each: event, seats: {base: 1}}\n"
    "  - {id: FRB-01, kind: forbid, who: {officer.fit: false}}\n"
    "  - {id: SIT-01, kind: escalate, when: {measure.river_m: {gte: 2}}, set: {severity: 4}}\n",
).replace("measures:\n", "measures:\n  river_m: {observe: water_level_m, window: 6h, take: max, scope: event}\n")
OFFICERS = "id,unit,fit\nani,dinkes,true\nbudi,dinkes,true\ncitra,dinkes,true\n"
RIVER = "time,kind,value,area\n2026-11-20T05:00,water_level_m,1.2,12.74.05\n"


def write_town(folder: Path) -> Path:
    town = write_alert_town(folder, officers=OFFICERS, observations=RIVER)
    (folder / "rules.yaml").write_text(RULES, "utf-8")
    return town


def put(path: Path, text: str) -> None:
    """Save as careful programs do: beside, then renamed."""
    beside = path.with_name(f"~{path.name}")
    beside.write_text(text, "utf-8")
    beside.replace(path)


class Watcher:
    """A real `asn-flex watch`, whose lines are waited for."""

    def __init__(self, town: Path, *options: str) -> None:
        command = [sys.executable, "-m", "asn_flex", "watch", str(town), "--every", "0.1", "--engine", "plain",
                   "--lang", "en", *options]  # fmt: skip
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(REPOSITORY / "src")}
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment
        )
        self.lines: Queue[str] = Queue()
        self.told: list[str] = []
        self._threads = [
            threading.Thread(target=self._read, args=(stream,), daemon=True)
            for stream in (self.process.stdout, self.process.stderr)
        ]
        for thread in self._threads:
            thread.start()

    def _read(self, stream) -> None:
        for line in stream:
            self.lines.put(line.rstrip("\n"))

    def until(self, part: str, seconds: float = 300) -> str:
        """Return the next line with this text in it; all lines before it are kept in `told`."""
        while True:
            try:
                line = self.lines.get(timeout=seconds)
            except Empty:
                raise AssertionError(f"no line with {part!r} after:\n" + "\n".join(self.told)) from None
            self.told.append(line)
            if part in line:
                return line

    def end(self, number: int) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        code = self.process.wait(300)
        for thread in self._threads:
            thread.join(10)
        while not self.lines.empty():
            self.told.append(self.lines.get())
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(300)
        for thread in self._threads:
            thread.join(10)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
