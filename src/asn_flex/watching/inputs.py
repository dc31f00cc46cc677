"""The files that a plan rests on, and whether any of them changed (semantics §8.8).

Files are asked for size and time at each look, which works on network drives and memory sticks as well, where no
system tells of changes. What counts in the end is what they hold: a file saved without a change changes no plan.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from asn_flex.alerts.store import FOLDER, stored_files
from asn_flex.domain.scenario import Scenario
from asn_flex.readwrite.scenario import scenario_from_files
from asn_flex.rulebook.files import read_ordinary
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.tree import Map, Scalar, parse_yaml

# When each file was written and touched last, how large it is, and which it is; None where there is none.
Stamps = Mapping[Path, tuple[int, int, int, int] | None]


def stamps_of(paths: Iterable[Path]) -> Stamps:
    """Return the stamp of each file."""
    return {path: _stamp(path) for path in paths}


def _stamp(path: Path) -> tuple[int, int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def scenario_files(main: Path) -> list[Path]:
    """Return `scenario.yaml`, the tables that it names, and the alerts of its folder."""
    try:
        text = read_ordinary(main).decode("utf-8-sig", errors="replace")
    except OSError:
        return [main]
    tree, _ = parse_yaml(text, main.as_posix())
    tables = tree.get("tables") if isinstance(tree, Map) else None
    named = [n.text for n in tables.values() if isinstance(n, Scalar)] if isinstance(tables, Map) else []
    files = [main.parent / name.partition("#")[0] for name in named if name and "\0" not in name]
    return [main, *files, main.parent / FOLDER, *stored_files(main.parent)]


def rule_files(rules: Path, rulebook: Rulebook | None) -> list[Path]:
    """Return the files of a rulebook: those of its folder now, and those that it was read from."""
    found = {Path(name) for name in rulebook.files} if rulebook is not None else set()
    if rules.is_dir():
        for folder, below, names in os.walk(rules):
            below[:] = sorted(name for name in below if not name.startswith("."))
            found |= {Path(folder) / n for n in names if n.endswith((".yaml", ".yml")) and not n.startswith(".")}
    else:
        found.add(rules)
    return sorted(found)


def at_moment(scenario: Scenario, rulebook: Rulebook, now: datetime) -> Scenario:
    """Return the scenario as if its `now` were this moment; its `scenario.yaml` says so too, also in a bundle.

    Raises
    ------
    ScenarioError
        If it cannot be planned at that moment: its period is over, for one.
    """
    moment = now.astimezone(scenario.now.tzinfo).replace(second=0, microsecond=0)
    content = scenario.files["scenario"]
    mark = b"\xef\xbb\xbf" if content.startswith(b"\xef\xbb\xbf") else b""
    text = content.decode("utf-8-sig")
    tree, _ = parse_yaml(text, "scenario.yaml")
    assert isinstance(tree, Map)  # noqa: S101 - a scenario was read from it
    line, column = tree["now"].spot
    lines = text.splitlines(keepends=True)
    node = tree["now"]
    assert isinstance(node, Scalar)  # noqa: S101 - idem
    head, rest = lines[line - 1][: column - 1], lines[line - 1][column - 1 :]
    quotes = 2 if rest[:1] in {'"', "'"} else 0
    lines[line - 1] = f"{head}{moment.isoformat()}{rest[len(node.text) + quotes :]}"
    files = {**scenario.files, "scenario": mark + "".join(lines).encode()}
    aside = bool(scenario.quarantined)
    return scenario_from_files(files, scenario.file_names, rulebook, quarantine=aside)
