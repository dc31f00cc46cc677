"""Plans to JSON and back (semantics §12.3).

A plan that comes back is either the plan that was written, byte for byte of its content, or it is refused
with the place of what is wrong. Writing is all or nothing: a plan file is never seen half written.
"""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from asn_flex.domain.plan import FORMAT, Plan
from asn_flex.errors import Diagnostic, Place, PlanFileError
from asn_flex.i18n import fault
from asn_flex.readwrite.findings import file_problem
from asn_flex.rulebook.files import read_ordinary, replace_file
from asn_flex.rulebook.tree import Node, parse_yaml, spot_at

MEMORY = "<plan>"
# Far beyond any plan; keeps a hostile file from filling the memory.
MAX_BYTES = 2 * 1024**3


def read_plan(source: str | bytes | Path) -> Plan:
    """Read a plan from a file, or from JSON text.

    Parameters
    ----------
    source : a path, or JSON text (which begins with `{`), or its bytes

    Raises
    ------
    PlanFileError
        If it cannot be read, is no plan, or was altered after it was made.

    References
    ----------
    docs/semantics.md §12.3.
    """
    if isinstance(source, bytes):
        return plan_from_bytes(source, MEMORY)
    if isinstance(source, str) and source.lstrip().startswith("{"):
        return plan_from_bytes(source.encode("utf-8", "surrogatepass"), MEMORY)
    path = Path(source)
    name = path.as_posix()
    try:
        content = read_ordinary(path, MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise PlanFileError([fault("F101", Place(name, 1, 1), problem=file_problem(error))]) from None
    if len(content) > MAX_BYTES:
        raise PlanFileError([fault("F101.size", Place(name, 1, 1))])
    return plan_from_bytes(content, name)


def plan_from_bytes(content: bytes, name: str) -> Plan:
    """Read a plan from bytes; `name` is how messages call the file."""
    try:
        text = content.decode("utf-8-sig")
        data = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PlanFileError([fault("F102.utf8", Place(name, line, 1))]) from None
    except json.JSONDecodeError as error:
        place = Place(name, error.lineno, error.colno)
        raise PlanFileError([fault("F102", place, problem=error.msg)]) from None
    except (RecursionError, ValueError):
        raise PlanFileError([fault("F102.content", Place(name, 1, 1))]) from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        found = data.get("format", "-") if isinstance(data, dict) else "-"
        raise PlanFileError([fault("F103.format", Place(name, 1, 1), found=str(found)[:60], format=FORMAT)])
    try:
        plan = Plan.from_json(text)
    except ValidationError as error:
        tree, _ = parse_yaml(text, name)
        raise PlanFileError([_misfit(problem, tree, name) for problem in error.errors(include_url=False)]) from None
    if plan.content_hash() != plan.id:
        tree, _ = parse_yaml(text, name)
        raise PlanFileError([fault("F104", Place(name, *spot_at(tree, ("id",))))])
    if plan.approval is not None and plan.as_draft().id != plan.approval.plan:
        tree, _ = parse_yaml(text, name)
        raise PlanFileError([fault("L110", Place(name, *spot_at(tree, ("approval",))))])
    return plan


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _no_constant(_: str) -> None:
    raise ValueError


def _misfit(problem: Any, tree: Node | None, name: str) -> Diagnostic:
    """Tell where a plan does not fit its schema; JSON is YAML, whose reader knows the place of everything."""
    path = tuple(problem["loc"])
    key = {"missing": "F103.missing", "extra_forbidden": "F103.unknown"}.get(problem["type"], "F103")
    return fault(key, Place(name, *spot_at(tree, path)), path=".".join(map(str, path)) or "-")


def write_plan(plan: Plan, path: str | Path) -> None:
    """Write a plan as JSON; the file is either the old one or the whole new one.

    Raises
    ------
    PlanFileError
        If it cannot be written.
    """
    write_whole(Path(path), plan.to_json().encode())


def write_whole(path: Path, content: bytes) -> None:
    """Write a file in one step: into a new file beside it, which then takes its name.

    Raises
    ------
    PlanFileError
        If it cannot be written.
    """
    try:
        # Through links, so that a link stays one; and never in place of a folder, a device or a pipe.
        target = path.resolve()
        if target.exists() and not target.is_file():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        replace_file(target, content)
    except (OSError, ValueError) as error:
        problem = file_problem(error)
        raise PlanFileError([fault("F105", Place(path.as_posix(), 1, 1), problem=problem)]) from None
