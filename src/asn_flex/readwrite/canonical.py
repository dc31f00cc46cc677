"""The canonical order and digest of a scenario: same content, same bytes (semantics §8.3, §12.3).

Rows, columns and files may come in any order: what counts is what they say. Row numbers and file names do
not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from asn_flex.domain.attributes import Value
from asn_flex.domain.exact import number_text
from asn_flex.domain.scenario import Event, Period, Quarantined
from asn_flex.errors import Text
from asn_flex.readwrite.columns import TableSpec

_BLOCK = 200_000


def in_order(spec: TableSpec, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows in canonical order: by id, or by every column of `order`, equal ones by row."""
    keys = [
        pl.col(name).list.join("|") if frame.schema[name] == pl.List(pl.String) else pl.col(name) for name in spec.order
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
        for block in _canonical_columns(frame):
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


def _canonical_columns(frame: pl.DataFrame) -> Iterator[bytes]:
    r"""Yield the table as unambiguous bytes, column by column: one cell a line, an empty one as `\0`.

    Columns in which nobody gave anything are left out, so that an absent column is an empty one. No cell holds
    a `\0` of its own (the readers refuse it), so it also marks the line breaks within cells.
    """
    yield f"{frame.height}\n".encode()
    for name in sorted(frame.columns):
        column = frame[name]
        if name == "row" or column.null_count() == frame.height:
            continue
        yield f"{name}\n".encode()
        texts = _texts(column).fill_null("\0")
        for start in range(0, frame.height, _BLOCK):
            cells = texts.slice(start, _BLOCK).str.replace_all("\n", "\0n", literal=True)
            yield f"{cells.str.join(chr(10)).item()}\n".encode()


def _texts(column: pl.Series) -> pl.Series:  # noqa: PLR0911 - one return per type of column
    """Return a column as text that does not hang on how a version of polars prints it."""
    kind = column.dtype
    if kind == pl.String:
        return column
    if kind == pl.List(pl.String):
        return column.list.join("|")
    if kind == pl.Date:
        return column.dt.to_string("%Y-%m-%d")
    if isinstance(kind, pl.Datetime):
        return column.dt.epoch("us").cast(pl.String)
    if kind == pl.Float64:
        return pl.Series(column.name, [None if value is None else repr(value) for value in column], dtype=pl.String)
    printed = column.cast(pl.String)
    if not isinstance(kind, pl.Decimal):
        return printed
    different = printed.drop_nulls().unique(maintain_order=True)
    texts = [number_text(Decimal(text)) for text in different.to_list()]
    mapping = pl.DataFrame([different.alias("printed"), pl.Series("text", texts, dtype=pl.String)])
    return printed.to_frame("printed").join(mapping, on="printed", how="left", maintain_order="left")["text"]
