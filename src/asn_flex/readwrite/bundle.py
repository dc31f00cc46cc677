"""Bundles: a plan with all that it rests on, in one zip (semantics §10).

Years later a plan can be verified and explained from its bundle alone. The same content gives the same
bytes. A bundle from elsewhere is not trusted: members are listed, sized and hashed in its manifest, read
within fixed bounds and never written to disk, and the rulebook and scenario are checked anew.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from asn_flex.domain.plan import Plan
from asn_flex.domain.scenario import Scenario
from asn_flex.errors import (
    Diagnostic,
    InputError,
    Place,
    PlanFileError,
    RulebookError,
    ScenarioError,
    Text,
    UsageError,
)
from asn_flex.i18n import fault
from asn_flex.readwrite.findings import file_problem
from asn_flex.readwrite.plan_json import plan_from_bytes, write_whole
from asn_flex.readwrite.scenario import scenario_from_files
from asn_flex.readwrite.tables import BAD_ZIP
from asn_flex.rulebook.files import read_ordinary
from asn_flex.rulebook.loader import build_rulebook
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.overlays import absolute, ways_to_bases

FORMAT = "asn-flex/bundle/1"
MANIFEST = "manifest.json"
MAX_MEMBERS = 10_000
MAX_MANIFEST = 16 * 1024**2
MAX_TOTAL = 4 * 1024**3
# Deflate cannot do better than about 1032 to 1; real tables stay far below.
MAX_RATIO = 200
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Bundle:
    """A plan with what it rests on, as read back and checked.

    `options` holds what the plan was asked for, `quarantine` among it; `versions` the programs that made it.
    """

    plan: Plan
    previous: Plan | None
    rulebook: Rulebook
    scenario: Scenario
    options: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)


# ---- writing -------------------------------------------------------------------------------------


def write_bundle(
    path: str | Path,
    *,
    plan: Plan,
    rulebook: Rulebook,
    scenario: Scenario,
    previous: Plan | None = None,
    options: Mapping[str, Any] | None = None,
) -> None:
    """Write a bundle; the same content gives the same bytes.

    Parameters
    ----------
    path : the zip file; either the old one or the whole new one is there afterwards
    plan, rulebook, scenario : the plan, and what it was made of
    previous : the plan that it replaces (semantics §8.7)
    options : what the plan was asked for, as JSON values; `quarantine` is needed to read the scenario again

    Raises
    ------
    PlanFileError
        If it cannot be written.
    UsageError
        If plan, rulebook and scenario do not belong together, or do not carry their files.

    References
    ----------
    docs/semantics.md §10.
    """
    write_whole(Path(path), bundle_bytes(plan, previous, rulebook, scenario, options or {}))


def bundle_bytes(
    plan: Plan, previous: Plan | None, rulebook: Rulebook, scenario: Scenario, options: Mapping[str, Any]
) -> bytes:
    """Return the bundle as bytes."""
    if plan.rulebook.digest != rulebook.digest or plan.scenario.digest != scenario.digest:
        raise UsageError("the plan was made with another rulebook or scenario, so they cannot be bundled")
    if not rulebook.files or "scenario" not in scenario.files:
        raise UsageError("a bundle needs the files of the rulebook and of the scenario; load them from files or tables")
    options = {**options, "quarantine": bool(options.get("quarantine", bool(scenario.quarantined)))}
    members = {"plan.json": plan.to_json().encode()}
    if previous is not None:
        members["previous.json"] = previous.to_json().encode()
    members |= {f"rules/{name}": content for name, content in _short_names(rulebook).items()}
    tables = {name: _member_of(name, scenario) for name in scenario.files}
    members |= {member: scenario.files[name] for name, member in tables.items()}
    manifest = {
        "format": FORMAT,
        "plan": plan.id,
        "previous": previous.id if previous is not None else None,
        "rulebook": rulebook.digest,
        "scenario": scenario.digest,
        "versions": dict(plan.versions),
        "options": options,
        "tables": tables,
        "members": {name: {"size": len(c), "sha256": _sha256(c)} for name, c in sorted(members.items())},
    }
    try:
        members[MANIFEST] = (json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()
    except TypeError:
        raise UsageError(
            "options of a bundle must be JSON values: text, numbers, true/false, lists, mappings"
        ) from None
    return _zip(members)


def _zip(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in sorted(members.items()):
            info = zipfile.ZipInfo(name, _EPOCH)
            # INVARIANT: nothing of the machine gets in (time, system, permissions).
            info.create_system = 3
            info.external_attr = 0o644 << 16
            # Very repetitive content would look like a zip bomb when read back, so it is stored as it is.
            packed = zlib.compress(content, 6)
            few = len(content) > MAX_RATIO // 2 * len(packed)
            info.compress_type = zipfile.ZIP_STORED if few else zipfile.ZIP_DEFLATED
            archive.writestr(info, content, compresslevel=None if few else 6)
    return out.getvalue()


def _short_names(rulebook: Rulebook) -> Mapping[str, bytes]:
    """Name rule files relative to the folder that they share: a bundle tells nothing of the machine.

    Paths from a rulebook to its bases still lead there, because every folder that they go through is kept.
    """
    files = rulebook.files
    parts = [PurePosixPath(absolute(name) if rulebook.bases else name).parts for name in files]
    ways = [PurePosixPath(way).parts for way in ways_to_bases(rulebook)]
    shared = 0
    while all(len(p) > shared + 1 and p[shared] == parts[0][shared] for p in parts) and all(
        len(way) > shared and way[shared] == parts[0][shared] for way in ways
    ):
        shared += 1
    return {"/".join(p[shared:]): content for p, content in zip(parts, files.values(), strict=True)}


def _member_of(name: str, scenario: Scenario) -> str:
    if name == "scenario":
        return "scenario/scenario.yaml"
    told = scenario.file_names.get(name, name).partition("#")[0]
    suffix = PurePosixPath(told).suffix.lower() or ".csv"
    return f"scenario/{name}{suffix}"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


# ---- reading -------------------------------------------------------------------------------------


def open_bundle(path: str | Path) -> Bundle:
    """Read a bundle back and check it.

    Raises
    ------
    PlanFileError
        If it is no bundle, was altered, is damaged or hostile; one line says why.

    References
    ----------
    docs/semantics.md §10.
    """
    name = Path(path).as_posix()
    try:
        content = read_ordinary(Path(path))
    except (OSError, ValueError) as error:
        raise _refused("F201", name, problem=file_problem(error)) from None
    return read_bundle(content, name)


def read_bundle(content: bytes, name: str) -> Bundle:
    """Read a bundle from bytes; `name` is how messages call the file."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            manifest, members = _members(archive, name)
    except (*BAD_ZIP, OSError):
        raise _refused("F202", name) from None
    plan = plan_from_bytes(members["plan.json"], f"{name}/plan.json")
    raw_previous = members.get("previous.json")
    previous = plan_from_bytes(raw_previous, f"{name}/previous.json") if raw_previous is not None else None
    rulebook = _rulebook(members, name)
    scenario = _scenario(manifest, members, rulebook, name)
    told = {
        "plan": (manifest["plan"], plan.id),
        "previous": (manifest["previous"], previous.id if previous is not None else None),
        "rulebook": (manifest["rulebook"], rulebook.digest),
        "scenario": (manifest["scenario"], scenario.digest),
        "plan.rulebook": (plan.rulebook.digest, rulebook.digest),
        "plan.scenario": (plan.scenario.digest, scenario.digest),
    }
    for what, (wanted, found) in told.items():
        if wanted != found:
            raise _refused("F206", name, what=what)
    return Bundle(plan, previous, rulebook, scenario, manifest["options"], manifest["versions"])


def _refused(key: str, name: str, **values: str | Text) -> PlanFileError:
    return PlanFileError([fault(key, Place(name, 1, 1), hint=None, **values)])


def _members(archive: zipfile.ZipFile, name: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the manifest, and the content of every member that it lists, within bounds and unaltered."""
    infos = {info.filename: info for info in archive.infolist()}
    if len(infos) != len(archive.infolist()) or len(infos) > MAX_MEMBERS:
        raise _refused("F203.members", name)
    for member in infos:
        if not _is_safe(member):
            raise _refused("F203.path", name, member=member[:80])
    if MANIFEST not in infos:
        raise _refused("F204", name, member=MANIFEST)
    manifest = _manifest(_bounded(archive, infos[MANIFEST], MAX_MANIFEST, name), name)
    listed = manifest["members"]
    for member in ("plan.json", *sorted(listed)):
        if member not in infos or member not in listed:
            raise _refused("F204", name, member=member[:80])
    strangers = sorted(infos.keys() - listed.keys() - {MANIFEST})
    if strangers:
        raise _refused("F203.stranger", name, member=strangers[0][:80])
    left = MAX_TOTAL
    members: dict[str, bytes] = {}
    for member, entry in sorted(listed.items()):
        content = _bounded(archive, infos[member], min(left, entry["size"]), name)
        left -= len(content)
        if len(content) != entry["size"] or _sha256(content) != entry["sha256"]:
            raise _refused("F205", name, member=member)
        members[member] = content
    return manifest, members


def _is_safe(member: str) -> bool:
    """Whether a member's name is a plain relative path."""
    parts = member.split("/")
    odd = any(part in {"", ".", ".."} for part in parts)
    return not (odd or "\\" in member or ":" in parts[0] or "\0" in member)


def _bounded(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int, name: str) -> bytes:
    """Read a member, but never more than `limit` bytes, whatever its header says."""
    if info.file_size > limit or info.file_size > MAX_RATIO * max(info.compress_size, 1024):
        raise _refused("F203.size", name, member=info.filename[:80])
    with archive.open(info) as stream:
        content = stream.read(limit + 1)
    if len(content) > limit:
        raise _refused("F203.size", name, member=info.filename[:80])
    return content


def _manifest(content: bytes, name: str) -> dict[str, Any]:
    """Read the manifest and check its shape, so that what follows can rely on it."""
    try:
        found = json.loads(content.decode())
    except (ValueError, RecursionError):
        raise _refused("F204.manifest", name) from None
    shapes: dict[str, type | tuple[type, ...]] = {
        "plan": str, "previous": (str, type(None)), "rulebook": str, "scenario": str,
        "versions": dict, "options": dict, "tables": dict, "members": dict,
    }  # fmt: skip
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise _refused("F204.format", name, format=FORMAT)
    if any(key not in found or not isinstance(found[key], kind) for key, kind in shapes.items()):
        raise _refused("F204.manifest", name)
    for entry in found["members"].values():
        sound = isinstance(entry, dict) and isinstance(entry.get("sha256"), str)
        if not sound or not isinstance(entry.get("size"), int) or not 0 <= entry["size"] <= MAX_TOTAL:
            raise _refused("F204.manifest", name)
    for member in found["tables"].values():
        if not isinstance(member, str) or member not in found["members"]:
            raise _refused("F204", name, member=str(member)[:80])
    return found


def _rulebook(members: Mapping[str, bytes], name: str) -> Rulebook:
    files = {member: content for member, content in members.items() if member.startswith("rules/")}
    try:
        return build_rulebook(files)
    except RulebookError as error:
        raise _refused("F207", name, problem=_first(error)) from None


def _scenario(manifest: Mapping[str, Any], members: Mapping[str, bytes], rulebook: Rulebook, name: str) -> Scenario:
    tables: Mapping[str, str] = manifest["tables"]
    files = {table: members[member] for table, member in tables.items()}
    try:
        return scenario_from_files(files, tables, rulebook, quarantine=manifest["options"].get("quarantine") is True)
    except ScenarioError as error:
        raise _refused("F207", name, problem=_first(error)) from None


def _first(error: InputError) -> Text:
    """Tell the first error of a file inside the bundle, with its place."""
    first: Diagnostic | None = next((d for d in error.diagnostics if d.is_error), None)
    return Text(*(first.render(lang) for lang in ("id", "en"))) if first is not None else Text("-", "-")
