"""Reads a scenario: `scenario.yaml`, its tables, and everything that must hold between them (semantics §6).

Order of work, so that every fault is found at once: the file, the form of every table, the type of every
cell, then what must hold between cells. Only then is the scenario refused, or made.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from asn_flex.domain.scenario import Quarantined, Scenario, Tables
from asn_flex.errors import Diagnostic, Place, ScenarioError, Text, sort_diagnostics
from asn_flex.i18n import nearest, say
from asn_flex.readwrite.canonical import digest, in_order
from asn_flex.readwrite.columns import TableSpec, table_specs, type_table
from asn_flex.readwrite.findings import Findings, TextTable, file_problem
from asn_flex.readwrite.frames import Frame, files_of
from asn_flex.readwrite.quarantine import QUARANTINABLE, set_aside
from asn_flex.readwrite.references import EVENT_AREA, Draft, check_scenario
from asn_flex.readwrite.settings import Settings, read_settings
from asn_flex.readwrite.tables import Source, read_table
from asn_flex.rulebook.files import read_ordinary
from asn_flex.rulebook.model import Rulebook

SCENARIO_FILE = "scenario.yaml"


def load_scenario(path: str | Path, rulebook: Rulebook, *, quarantine: bool = False) -> Scenario:
    """Read and check a scenario folder.

    Parameters
    ----------
    path : the folder, or its `scenario.yaml`
    rulebook : says which competencies, duties, events and facts there are
    quarantine : set faulty officer and holding rows aside instead of refusing the scenario

    Raises
    ------
    ScenarioError
        With every fault, each at its file, row and column.

    References
    ----------
    docs/semantics.md §6.
    """
    findings = Findings()
    main = _main_file(Path(path), findings)
    if main is None:
        raise ScenarioError(findings.diagnostics())
    specs = table_specs(rulebook)
    content = _read_bytes(main, findings)
    if content is None:
        raise ScenarioError(findings.diagnostics())
    settings = read_settings(content, main.as_posix(), rulebook, tuple(specs), findings)
    files = {"scenario": content}
    names = {"scenario": main.as_posix()}
    for name, written in settings.tables.items():
        names[name] = (main.parent / written).as_posix()
        body = _read_bytes(main.parent / written.partition("#")[0], findings)
        if body is not None:
            files[name] = body
    return _assemble(settings, specs, rulebook, findings, files=files, names=names, quarantine=quarantine)


def scenario_from_files(
    files: Mapping[str, bytes], names: Mapping[str, str], rulebook: Rulebook, *, quarantine: bool = False
) -> Scenario:
    """Check a scenario whose files are given as bytes, as a bundle holds them.

    Parameters
    ----------
    files : content by table name, and `scenario` for `scenario.yaml`
    names : how messages name each file; absent ones are called as `scenario.yaml` calls them

    Raises
    ------
    ScenarioError
        With every fault.
    """
    return _read_files(files, names, rulebook, Findings(), quarantine=quarantine)


def scenario_from_tables(
    rulebook: Rulebook,
    *,
    id: str = "scenario",  # noqa: A002 - the key of scenario.yaml
    now: datetime | str,
    event: Mapping[str, Any],
    period: Mapping[str, date | str] | tuple[date | str, date | str],
    officers: Frame,
    holdings: Frame,
    units: Frame,
    areas: Frame,
    travel: Frame | None = None,
    observations: Frame | None = None,
    demands: Frame | None = None,
    pins: Frame | None = None,
    label: Text | Mapping[str, str] | str | None = None,
    quarantine: bool = False,
) -> Scenario:
    """Check a scenario whose tables are frames.

    Parameters
    ----------
    rulebook : says which competencies, duties, events and facts there are
    id, label : as in `scenario.yaml`
    now : the moment that is planned for, with its offset
    event : keys and values as in `scenario.yaml`: `type`, `areas`, `command_area`, …
    period : start and end, two dates (both included) or two times
    officers, holdings, units, areas, travel, observations, demands, pins :
        frames of polars, pandas or Arrow, or columns by name; cells may be typed or text. Missing values
        (null, NaN, NaT) are facts that nobody gave. Rows are told in messages as in a file: the first is
        row 2
    quarantine : set faulty officer and holding rows aside instead of refusing the scenario

    Raises
    ------
    ScenarioError
        With every fault.
    UsageError
        If a table is no frame, or a value cannot be written.

    References
    ----------
    docs/semantics.md §6, §12.1.
    """
    given = {
        "officers": officers, "holdings": holdings, "units": units, "areas": areas, "travel": travel,
        "observations": observations, "demands": demands, "pins": pins,
    }  # fmt: skip
    start, end = (period.get("start"), period.get("end")) if isinstance(period, Mapping) else period
    heading = {
        "id": id, "label": _label(label, id), "now": now, "event": dict(event),
        "period": {"start": start, "end": end},
    }  # fmt: skip
    findings = Findings()
    frames = {name: frame for name, frame in given.items() if frame is not None}
    files = files_of(frames, heading, table_specs(rulebook), findings)
    names = {name: name for name in files}
    return _read_files(files, names, rulebook, findings, quarantine=quarantine)


def _label(label: Text | Mapping[str, str] | str | None, name: str) -> Mapping[str, str]:
    if isinstance(label, Text):
        return {"id": label.id or label.en, "en": label.en or label.id}
    if isinstance(label, Mapping):
        return label
    return {"id": label or name, "en": label or name}


def _read_files(
    files: Mapping[str, bytes],
    names: Mapping[str, str],
    rulebook: Rulebook,
    findings: Findings,
    *,
    quarantine: bool,
) -> Scenario:
    """Check a scenario given as bytes, beside faults that are known already."""
    specs = table_specs(rulebook)
    main = names.get("scenario", SCENARIO_FILE)
    settings = read_settings(files.get("scenario", b""), main, rulebook, tuple(specs), findings)
    told = {"scenario": main} | {name: names.get(name, written) for name, written in settings.tables.items()}
    for name in settings.tables:
        if name not in files:
            findings.add("S101", Place(told[name], 1, 1), problem=say("problem.not_given"))
    return _assemble(settings, specs, rulebook, findings, files=files, names=told, quarantine=quarantine)


def _main_file(path: Path, findings: Findings) -> Path | None:
    """Return the `scenario.yaml` that a folder or file name means."""
    try:
        main = path / SCENARIO_FILE if path.is_dir() else path
        if main.is_file():
            return main
        findings.add("S101.none", Place(main.as_posix(), 1, 1))
    except OSError as error:
        findings.add("S101", Place(path.as_posix(), 1, 1), problem=file_problem(error))
    return None


def _read_bytes(path: Path, findings: Findings) -> bytes | None:
    try:
        return read_ordinary(path)
    except OSError as error:
        hint = _nearest_file(path) if isinstance(error, FileNotFoundError) else None
        findings.add("S101", Place(path.as_posix(), 1, 1), problem=file_problem(error), hint=hint)
        return None


def _nearest_file(path: Path) -> Text | None:
    try:
        return nearest(path.name, [beside.name for beside in path.parent.iterdir()])
    except OSError:
        return None


def _assemble(
    settings: Settings,
    specs: Mapping[str, TableSpec],
    rulebook: Rulebook,
    findings: Findings,
    *,
    files: Mapping[str, bytes],
    names: Mapping[str, str],
    quarantine: bool,
) -> Scenario:
    texts, typed = _read_tables(files, names, settings, specs, findings)
    draft = Draft(rulebook, specs, settings, texts, typed, findings)
    check_scenario(draft)
    aside: tuple[Quarantined, ...] = ()
    if quarantine:
        typed, aside = set_aside(draft)
    diagnostics = sort_diagnostics(findings.diagnostics(without=QUARANTINABLE if quarantine else ()))
    if any(found.is_error for found in diagnostics):
        raise ScenarioError(diagnostics)
    return _finish(draft, typed, aside, files=files, names=names, warnings=diagnostics)


def _finish(
    draft: Draft,
    typed: Mapping[str, pl.DataFrame],
    aside: tuple[Quarantined, ...],
    *,
    files: Mapping[str, bytes],
    names: Mapping[str, str],
    warnings: tuple[Diagnostic, ...],
) -> Scenario:
    """Make the scenario of parts that are free of faults."""
    settings = draft.settings
    # INVARIANT: what could not be read of scenario.yaml has been reported, so the caller has refused it.
    assert settings.id is not None  # noqa: S101 - reported above
    assert settings.label is not None  # noqa: S101 - reported above
    assert settings.now is not None  # noqa: S101 - reported above
    assert settings.event is not None  # noqa: S101 - reported above
    assert settings.period is not None  # noqa: S101 - reported above
    frames = {
        name: in_order(spec, typed[name]) if name in typed else spec.empty() for name, spec in draft.specs.items()
    }
    frames["demands"] = frames["demands"].with_columns(pl.col("area").replace(EVENT_AREA, None))
    return Scenario(
        id=settings.id,
        label=settings.label,
        now=settings.now,
        event=settings.event,
        period=settings.period,
        tables=Tables(**frames),
        digest=digest(
            names=(settings.id, settings.label),
            now=settings.now,
            event=settings.event,
            period=settings.period,
            tables=frames,
            quarantined=aside,
        ),
        quarantined=aside,
        warnings=warnings,
        files={name: files[name] for name in ("scenario", *settings.tables)},
        file_names=dict(names),
        rules=settings.rules,
    )


def _read_tables(
    files: Mapping[str, bytes],
    names: Mapping[str, str],
    settings: Settings,
    specs: Mapping[str, TableSpec],
    findings: Findings,
) -> tuple[dict[str, TextTable], dict[str, pl.DataFrame]]:
    texts: dict[str, TextTable] = {}
    typed: dict[str, pl.DataFrame] = {}
    zone = settings.now.tzinfo if settings.now is not None else None
    for name, spec in specs.items():
        if name not in settings.tables:
            if spec.required and settings.named is not None and name not in settings.named:
                findings.add("S201", Place(settings.file, 1, 1), name=name)
            continue
        if name not in files:
            continue
        table = read_table(Source(spec, names[name], settings.tables[name], files[name]), findings)
        frame = type_table(spec, table, zone, findings) if table is not None else None
        if table is not None and frame is not None:
            texts[name], typed[name] = table, frame
    return texts, typed
