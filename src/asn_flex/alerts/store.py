"""The alerts of a scenario: files in its folder `alerts`, one message each (semantics §6.6).

What they say together is worked out anew each time. So a cancellation may come before its alert, a message may be given
twice, and deleting a file takes back what it said.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from asn_flex.alerts.message import Alert, Reference
from asn_flex.alerts.read import read_alert
from asn_flex.alerts.xml import MAX_BYTES
from asn_flex.errors import Diagnostic, Place
from asn_flex.i18n import fault
from asn_flex.readwrite.findings import file_problem
from asn_flex.rulebook.files import read_ordinary, replace_file

FOLDER = "alerts"
SUFFIXES = frozenset({".xml", ".cap"})
# A year of one city's alerts is some hundreds.
MAX_FILES = 5000
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Given:
    """Alert files as they were read: messages by what they are called, their bytes, and the faults of others."""

    alerts: Mapping[Reference, Alert]
    contents: Mapping[Reference, bytes]
    faults: tuple[Diagnostic, ...]


def read_alerts(files: Iterable[Path], known: Mapping[Reference, Alert] | None = None) -> Given:
    """Read alert files; a message that comes twice counts once, and one that says two things is a fault.

    Parameters
    ----------
    files : paths of the files
    known : messages that are there already
    """
    alerts: dict[Reference, Alert] = {}
    contents: dict[Reference, bytes] = {}
    faults: list[Diagnostic] = []
    for path in files:
        name = path.as_posix()
        try:
            content = read_ordinary(path, MAX_BYTES + 1)
        except OSError as error:
            faults.append(fault("A101", Place(name, 1, 1), problem=file_problem(error)))
            continue
        alert, found = read_alert(content, name)
        faults += found
        if alert is None:
            continue
        other = alerts.get(alert.key) or (known or {}).get(alert.key)
        if other is not None and not alert.says_the_same_as(other):
            faults.append(fault("A108", Place(name, 1, 1), name=str(alert.key), other=other.file))
        elif other is None:
            alerts[alert.key], contents[alert.key] = alert, content
    return Given(alerts, contents, tuple(faults))


def stored_files(scenario_folder: Path) -> list[Path]:
    """Return the alert files of a scenario, in order of name; unfinished downloads and hidden files are passed over."""
    folder = scenario_folder / FOLDER
    if not folder.is_dir():
        return []
    found = [p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES and not p.name.startswith((".", "~"))]
    return sorted(found)[:MAX_FILES]


def store(scenario_folder: Path, given: Given) -> tuple[Path, ...]:
    """Keep messages in the scenario's folder, each under a name made of its own; return the new files.

    Raises
    ------
    OSError
        If one cannot be written.
    """
    folder = scenario_folder / FOLDER
    if given.alerts:
        folder.mkdir(exist_ok=True)
    written: list[Path] = []
    for key, content in sorted(given.contents.items()):
        path = folder / _name_of(key)
        replace_file(path, content)
        written.append(path)
    return tuple(written)


def _name_of(key: Reference) -> str:
    """Return a file name that leads nowhere else, whatever a sender wrote, and that no other message has."""
    readable = _UNSAFE.sub("-", key.identifier).strip(".-")[:60] or "alert"
    return f"{readable}-{hashlib.sha256(str(key).encode()).hexdigest()[:8]}.xml"
