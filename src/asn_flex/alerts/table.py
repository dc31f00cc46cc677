"""Puts rows of alerts into the observations table of a scenario, and takes those out that no longer hold (§6.6).

Only rows whose `source` begins with `CAP ` are touched; every other line stays as it is, byte for byte. What is
in place already is not written again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from asn_flex.alerts.observations import MARK, Row
from asn_flex.errors import Place, ScenarioError
from asn_flex.i18n import fault
from asn_flex.rulebook.files import read_ordinary, replace_file
from asn_flex.rulebook.tree import Map, Scalar, parse_yaml

TABLE = "observations"
NEW_FILE = "observations.csv"
_COLUMNS = ("time", "kind", "value", "area", "source")


@dataclass(frozen=True)
class Merged:
    """A table with the rows of alerts in it, and how many were added, taken out and left."""

    content: bytes
    added: int
    withdrawn: int
    kept: int


@dataclass(frozen=True)
class Prepared:
    """The files that change, with their new content, and what they held when that was worked out (None: no file)."""

    merged: Merged
    files: Mapping[Path, bytes]
    before: Mapping[Path, bytes | None]

    def write(self) -> None:
        """Write the files, each in one step.

        Raises
        ------
        ScenarioError
            If one of them was changed meanwhile: somebody is saving it, and would lose what they save.
        OSError
            If one cannot be written; it is then the old one.
        """
        for path in self.files:
            if (read_ordinary(path) if path.exists() else None) != self.before[path]:
                raise ScenarioError([fault("A112", Place(path.as_posix(), 1, 1))])
        for path, content in self.files.items():
            replace_file(path, content, keeps_mode=True)


@dataclass(frozen=True)
class _Record:
    """One row of the table: its lines as they are, and its cells."""

    raw: str
    cells: Sequence[str]


def prepare(scenario: Path, rows: Sequence[Row]) -> Prepared:
    """Work out how the files of a scenario change so that its observations are these rows of alerts, and no others.

    Parameters
    ----------
    scenario : path of `scenario.yaml`
    rows : every row that alerts give now

    Raises
    ------
    ScenarioError
        If the table is no CSV file, or there is none and `scenario.yaml` does not say where tables are.
    OSError
        If a file cannot be read.
    """
    content = read_ordinary(scenario)
    tree, _ = parse_yaml(content.decode("utf-8-sig"), scenario.as_posix())
    tables = tree.get("tables") if isinstance(tree, Map) else None
    named = tables.get(TABLE) if isinstance(tables, Map) else None
    if isinstance(named, Scalar) and not named.is_null:
        file = scenario.parent / named.text.partition("#")[0]
        if PurePosixPath(file.name).suffix.lower() != ".csv":
            raise ScenarioError([fault("A109", Place(file.as_posix(), 1, 1))])
        old = read_ordinary(file)
        merged = merge(old, rows)
        return Prepared(merged, {file: merged.content} if merged.content != old else {}, {file: old})
    merged = merge(b"", rows)
    files = _first_table(scenario, content, tables, merged.content) if rows else {}
    return Prepared(merged, files, {scenario.parent / NEW_FILE: None, scenario: content})


def merge(content: bytes, rows: Sequence[Row]) -> Merged:
    """Return the table with these rows of alerts and no others."""
    mark = "\ufeff" if content.startswith(b"\xef\xbb\xbf") else ""
    text = content.decode("utf-8-sig")
    newline = "\r\n" if "\r\n" in text else "\n"
    first = text.split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    records = _records(text, delimiter) or [_Record(delimiter.join(_COLUMNS), _COLUMNS)]
    header = [cell.strip() for cell in records[0].cells]
    missing = [name for name in _COLUMNS if name not in header]
    header += missing
    at = header.index("source")
    ours = [r for r in records[1:] if len(r.cells) > at and r.cells[at].strip().startswith(MARK)]
    new = [_cells(row, header) for row in rows]
    old = [[cell.strip() for cell in record.cells] for record in ours]
    added = [cells for cells in new if cells not in old]
    if not added and len(old) == len(new):
        return Merged(content, 0, 0, len(old))
    lines = [records[0].raw + "".join(f"{delimiter}{name}" for name in missing)]
    lines += [r.raw + delimiter * len(missing) * bool(r.cells) for r in records[1:] if r not in ours]
    lines += [_line(cells, delimiter) for cells in new]
    kept = len(new) - len(added)
    body = mark + newline.join(lines) + newline
    return Merged(body.encode(), len(added), len(old) - kept, kept)


def _records(text: str, delimiter: str) -> list[_Record]:
    """Return the rows with the text that each was read from; a quoted cell may hold line breaks."""
    lines = io.StringIO(text, newline="").readlines()
    reader = csv.reader(lines, delimiter=delimiter)
    found: list[_Record] = []
    done = 0
    for cells in reader:
        raw = "".join(lines[done : reader.line_num]).rstrip("\r\n")
        found.append(_Record(raw, tuple(cells)))
        done = reader.line_num
    return found


def _cells(row: Row, header: Sequence[str]) -> list[str]:
    values = {
        "time": row.time.isoformat(timespec="seconds"), "kind": row.kind, "value": str(row.value), "area": row.area,
        "source": row.source,
    }  # fmt: skip
    return [values.get(name, "") for name in header]


def _line(cells: Sequence[str], delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="").writerow(cells)
    return out.getvalue()


def _first_table(scenario: Path, content: bytes, tables: object, body: bytes) -> Mapping[Path, bytes]:
    """Return the scenario's first observations, and `scenario.yaml` with their name in it."""
    file = scenario.parent / NEW_FILE
    if file.exists() or not isinstance(tables, Map) or not tables:
        raise ScenarioError([fault("A110", Place(scenario.as_posix(), 1, 1), name=NEW_FILE)])
    text = content.decode("utf-8-sig")
    first = next(iter(tables))
    line, column = tables.key_spots[first]
    lines = text.splitlines(keepends=True)
    head, rest = lines[line - 1][: column - 1], lines[line - 1][column - 1 :]
    entry = f"{TABLE}: {NEW_FILE}"
    own_line = not head.strip()
    lines[line - 1] = f"{head}{entry}{_break(rest)}{head}{rest}" if own_line else f"{head}{entry}, {rest}"
    changed = "".join(lines)
    if not _names_it(changed, tables, scenario):
        raise ScenarioError([fault("A110", Place(scenario.as_posix(), line, column), name=NEW_FILE)])
    mark = b"\xef\xbb\xbf" if content.startswith(b"\xef\xbb\xbf") else b""
    return {file: body, scenario: mark + changed.encode()}


def _break(line: str) -> str:
    found = re.search(r"\r?\n$", line)
    return found.group() if found is not None else "\n"


def _names_it(text: str, before: Map, scenario: Path) -> bool:
    """Whether the changed file names the new table, and every other as before."""
    tree, found = parse_yaml(text, scenario.as_posix())
    after = tree.get("tables") if isinstance(tree, Map) else None
    if found or not isinstance(after, Map):
        return False
    was = {name: node.text for name, node in before.items() if isinstance(node, Scalar)}
    now: dict[str, str] = {name: node.text for name, node in after.items() if isinstance(node, Scalar)}
    return len(was) == len(before) and now == was | {TABLE: NEW_FILE}
