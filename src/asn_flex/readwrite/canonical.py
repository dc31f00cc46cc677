"""The canonical order and digest of a scenario: same content, same bytes (semantics §8.3, §12.3).

Rows, columns and files may come in any order: what counts is what they say. Row numbers and file names do
not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import polars as pl

from asn_flex.domain.attributes import Value
from asn_flex.domain.exact import number_text
from asn_flex.domain.scenario import Event, Period, Quarantined
from asn_flex.errors import Text
from asn_flex.readwrite.columns import TableSpec


def in_order(spec: TableSpec, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows in canonical order: by id, or by every column of `order`, equal ones by row."""
    keys = [
        pl.col(name).list.join("|") if frame.schema[name] == pl.List(pl.String) else pl.col(name)
        for name in spec.order
    ]
    return frame.sort([*keys, pl.col("row")], nulls_last=False)


def digest(
    *,
    names: tuple[str, Text],
    now: datetime,
    event: Event,
    period: Period,
    tables: Mapping[str, pl.DataFrame],
    quarantined: tuple[Quarantined, ...],
) -> str:
    """Return the hash of a scenario's content."""
    content = {
        "id": names[0],
        "label": list(names[1]),
        "now": now.isoformat(),
        "period": [period.start.isoformat(), period.end.isoformat()],
        "event": _event(event),
        "quarantined": [[q.table, q.officer, q.unit, list(q.problem)] for q in quarantined],
    }
    total = hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode())
    for name, frame in sorted(tables.items()):
        total.update(f"\n{name}\n".encode())
        for block in _canonical_rows(frame):
            total.update(block)
    return "sha256:" + total.hexdigest()


def _event(event: Event) -> Mapping[str, Any]:
    return {
        "type": event.type,
        "areas": list(event.areas),
        "command_area": event.command_area,
        "started": event.started.isoformat() if event.started is not None else None,
        "decree": event.decree,
        "given": {name: plain(value) for name, value in sorted(event.given.items())},
    }


def plain(value: Value) -> Any:
    """Return a fact as JSON has it: exact numbers as text, dates in ISO 8601, sets as sorted lists."""
    if isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, Fraction)):
        return number_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return sorted(value)


def _canonical_rows(frame: pl.DataFrame) -> list[bytes]:
    """Return the rows as unambiguous bytes: each cell as `length:text`, an empty one as `-`.

    Columns in which nobody gave anything are left out, so that an absent column is an empty one.
    """
    names = [
        name for name in sorted(frame.columns) if name != "row" and frame[name].null_count() < frame.height
    ]
    cells = [_cell_text(pl.col(name), frame.schema[name]) for name in names]
    framed = [
        pl.when(cell.is_null())
        .then(pl.lit("-"))
        .otherwise(pl.concat_str(cell.str.len_bytes(), pl.lit(":"), cell))
        for cell in cells
    ]
    blocks = [f"{' '.join(names)}\n{frame.height}\n".encode()]
    for part in frame.iter_slices(100_000) if names else ():
        lines = part.select(pl.concat_str(framed, separator=" ").alias("line"))["line"]
        blocks.append(("\n".join(lines.to_list()) + "\n").encode())
    return blocks


def _cell_text(column: pl.Expr, kind: pl.DataType) -> pl.Expr:  # noqa: PLR0911 - one return per type
    """Return a column as text that does not hang on how a version of polars prints it."""
    if kind == pl.Boolean:
        return pl.when(column).then(pl.lit("true")).when(~column).then(pl.lit("false"))
    if isinstance(kind, pl.Decimal):
        return column.cast(pl.String).str.replace(r"(\.\d*?)0+$", "$1").str.replace(r"\.$", "")
    if kind == pl.Float64:
        return column.map_elements(repr, return_dtype=pl.String)
    if isinstance(kind, pl.Datetime):
        return column.dt.epoch("us").cast(pl.String)
    if kind == pl.Date:
        return column.dt.to_string("%Y-%m-%d")
    if isinstance(kind, pl.List):
        return column.list.join("|")
    return column.cast(pl.String)
