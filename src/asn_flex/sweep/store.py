"""Finished results of a sweep: one Parquet file a scenario, named by what decides it (semantics §12.7)."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from asn_flex.domain.scenario import Scenario
from asn_flex.readwrite.plan_json import write_whole
from asn_flex.rulebook.model import Rulebook
from asn_flex.sweep.changes import Change
from asn_flex.sweep.rows import COLUMNS
from asn_flex.sweep.work import Options

FORMAT = "asn-flex/sweep/1"
FOLDER = "scenarios"
_TYPES: Mapping[type, Any] = {str: pl.String, int: pl.Int64, float: pl.Float64}
SCHEMA: Mapping[str, Any] = {name: _TYPES[kind] for name, kind in COLUMNS.items()}
_STORED = {"key": pl.String, "variation": pl.String, **SCHEMA}


def key_of(
    rulebook: Rulebook, scenario: Scenario, changes: Sequence[Change], options: Options, versions: Mapping[str, str]
) -> str:
    """Return the name of a result: another rule, fact, variation, version or option is another result."""
    content = {
        "format": FORMAT,
        "versions": dict(versions),
        "rulebook": rulebook.digest,
        "scenario": scenario.digest,
        "variation": sorted(map(str, changes)),
        "time_limit_s": options.time_limit_s,
        "engine": options.engine,
        "columns": list(COLUMNS),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


class Store:
    """The folder of finished results; None keeps them in memory only."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder / FOLDER if folder is not None else None

    def prepare(self) -> None:
        """Make the folder.

        Raises
        ------
        OSError
            If it cannot be made.
        """
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)

    def read(self, key: str) -> dict[str, Any] | None:
        """Return a finished result, or None where there is none; a damaged file counts as none."""
        if self._folder is None:
            return None
        path = self._folder / f"{key}.parquet"
        try:
            frame = pl.read_parquet(io.BytesIO(path.read_bytes()))
        except (OSError, pl.exceptions.PolarsError):
            return None
        if frame.schema != pl.Schema(_STORED) or frame["key"].to_list() != [key]:
            return None
        return {name: frame[name][0] for name in COLUMNS}

    def write(self, key: str, changes: Sequence[Change], row: Mapping[str, Any]) -> None:
        """Keep a finished result: written under another name first, then renamed.

        Raises
        ------
        PlanFileError
            If it cannot be written.
        """
        if self._folder is None:
            return
        content = {"key": key, "variation": " ".join(map(str, changes)), **row}
        out = io.BytesIO()
        pl.DataFrame([content], schema=_STORED).write_parquet(out)
        write_whole(self._folder / f"{key}.parquet", out.getvalue())
