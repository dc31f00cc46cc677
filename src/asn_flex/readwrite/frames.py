"""Scenarios from frames that a caller has in memory: polars, pandas, Arrow (semantics §12.1).

A frame is written as the CSV file that a folder would hold, and read like one. So the same cells mean the
same whichever way they come, every check is made once, and a bundle holds what was planned.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

import polars as pl

from asn_flex.domain.exact import number_text
from asn_flex.errors import UsageError
from asn_flex.readwrite.cells import text_of
from asn_flex.readwrite.columns import TableSpec
from asn_flex.readwrite.findings import Findings, TextTable
from asn_flex.readwrite.settings import FORMAT
from asn_flex.readwrite.tables import Source, from_columns

# A polars, pandas or Arrow frame, or columns by name.
Frame: TypeAlias = Any


def files_of(
    frames: Mapping[str, Frame],
    heading: Mapping[str, Any],
    specs: Mapping[str, TableSpec],
    findings: Findings,
) -> dict[str, bytes]:
    """Return the files of a scenario that is given as frames, by table name and `scenario`.

    Parameters
    ----------
    frames : a frame by table name
    heading : the other keys of `scenario.yaml`, with values of Python
    specs : the tables that there may be
    findings : takes cells that cannot be written as text; as rows keep their numbers, they are told in their places

    Raises
    ------
    UsageError
        If a table is no frame, or a value cannot be written.
    """
    files: dict[str, bytes] = {}
    for name, frame in frames.items():
        header, columns = _columns(frame, name)
        table = from_columns(Source(specs[name], name), header, columns, findings)
        files[name] = _as_csv(table) if table is not None else b""
    content = {"format": FORMAT, **heading, "tables": {name: f"{name}.csv" for name in files}}
    files["scenario"] = ("\n".join(_yaml_lines(content)) + "\n").encode()
    return files


# ---- frames --------------------------------------------------------------------------------------


def _columns(frame: Any, name: str) -> tuple[list[str], list[Any]]:
    """Return the names and cells of any frame's columns; no library is imported for it."""
    if isinstance(frame, pl.LazyFrame):
        frame = frame.collect()
    elif hasattr(frame, "iloc") and hasattr(frame, "columns"):
        return [str(label) for label in frame.columns], [_pandas_cells(frame.iloc[:, i]) for i in range(frame.shape[1])]
    elif not isinstance(frame, pl.DataFrame) and hasattr(frame, "__arrow_c_stream__"):
        frame = pl.DataFrame(frame)
    elif isinstance(frame, Mapping):
        cells = [list(column) for column in frame.values()]
        if len({len(column) for column in cells}) > 1:
            raise UsageError(f"table `{name}`: its columns have different lengths")
        return [str(label) for label in frame], cells
    if not isinstance(frame, pl.DataFrame):
        raise UsageError(f"table `{name}`: give a polars, pandas or Arrow frame, or columns by name")
    return frame.columns, frame.get_columns()


def _pandas_cells(column: Any) -> list[Any]:
    """Return a pandas column's cells, None where pandas calls them missing."""
    missing = column.isna().tolist()
    return [None if empty else cell for cell, empty in zip(column.tolist(), missing, strict=True)]


def _as_csv(table: TextTable) -> bytes:
    """Write a table as CSV, row for row; the bytes do not hang on the version of polars."""
    cells = table.cells.drop("row")
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(cells.columns)
    writer.writerows(cells.iter_rows())
    return out.getvalue().encode("utf-8", "surrogatepass")


# ---- scenario.yaml -------------------------------------------------------------------------------


# What YAML breaks lines at, or does not take as it is.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")


def _yaml_lines(content: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """Write values as YAML that the strict reader takes: block mappings of JSON scalars and lists."""
    for key, entry in content.items():
        if entry is None:
            continue
        name = indent + _quoted(str(key)) + ":"
        if not isinstance(entry, Mapping):
            yield f"{name} {_flow(entry)}"
        elif entry:
            yield name
            yield from _yaml_lines(entry, indent + "  ")
        else:
            yield f"{name} {{}}"


def _quoted(text: str) -> str:
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))


def _flow(value: Any) -> str:
    if isinstance(value, (Decimal, Fraction)):
        return number_text(value)
    if isinstance(value, (str, date)):
        return _quoted(value if isinstance(value, str) else value.isoformat())
    if isinstance(value, Iterable):
        return "[" + ", ".join(sorted(_flow(item) for item in value)) + "]"
    text = text_of(value)
    if text is None:
        raise UsageError("a value of the event is no text, number, date, time, yes/no or list of these")
    return text
