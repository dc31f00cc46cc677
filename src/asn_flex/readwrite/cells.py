"""Cells that have types of their own (workbooks, parquet, frames) as canonical text (semantics §6.1, §6.2).

A spreadsheet keeps numbers as 64-bit floating point: of an 18-digit NIP it destroys the last digits without
a word, and `12.10` becomes `12.1`. So a column of ids takes text and small whole numbers only.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

DESTROYED_DIGITS = 15


@dataclass(frozen=True)
class IdProblem:
    """Why typed cells of a column cannot be taken; `rows` counts from 0."""

    key: str
    found: str
    rows: tuple[int, ...]


def texts_of(column: Iterable[Any], *, is_id: bool) -> tuple[list[str | None], list[IdProblem]]:
    """Return the cells of a column as text, and what cannot be taken.

    Examples
    --------
    >>> texts_of([7.0, True, None, "x"], is_id=False)[0]
    ['7', 'true', None, 'x']
    >>> texts_of([1.98001012010011e17], is_id=True)[1][0].key
    'S305.digits'
    """
    texts: list[str | None] = []
    faulty: dict[tuple[str, str], list[int]] = defaultdict(list)
    known: dict[tuple[type, Any], tuple[str | None, str | None]] = {}
    for index, cell in enumerate(column):
        kind = type(cell)
        if kind is str or cell is None:
            texts.append(cell)
            continue
        if kind in _REPEATABLE:
            seen = known.get((kind, cell))
            text, key = seen if seen is not None else known.setdefault((kind, cell), _taken(cell, is_id=is_id))
        else:
            text, key = _taken(cell, is_id=is_id)
        if key is not None:
            faulty[key, text or ""].append(index)
        texts.append(text if key is None else None)
    return texts, [IdProblem(key, found, tuple(rows)) for (key, found), rows in faulty.items()]


_REPEATABLE = frozenset({bool, int, float, date, datetime, Decimal})


def _taken(cell: Any, *, is_id: bool) -> tuple[str | None, str | None]:
    """Return a cell's text, and the key of what is wrong with it."""
    text = text_of(cell)
    if text is None:
        return None, "S109"
    return text, _id_problem(cell, text) if is_id else None


def _id_problem(cell: object, text: str) -> str | None:
    if not text:
        return None
    if isinstance(cell, (bool, date, time, timedelta)):
        return "S305.kind"
    if isinstance(cell, (list, tuple, set, frozenset)):
        return None
    if not text.lstrip("-").isdigit():
        return "S305.point"
    return "S305.digits" if len(text.lstrip("-")) >= DESTROYED_DIGITS else None


def text_of(cell: Any) -> str | None:  # noqa: PLR0911 - one return per type of cell
    """Return the canonical text of a typed cell: empty for a missing one, None for what no cell can be.

    Dates and times are ISO 8601 (midnight without offset is the date), numbers plain decimals, yes and no
    `true` and `false`, lists their parts joined with `|`.
    """
    if cell is None or cell is _nothing(cell):
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        return _decimal_text(Decimal(repr(float(cell))))
    if isinstance(cell, Decimal):
        return _decimal_text(cell)
    if isinstance(cell, datetime):
        at_midnight = cell.time() == time(0) and cell.tzinfo is None
        return cell.date().isoformat() if at_midnight else cell.isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, (list, tuple, set, frozenset)):
        return _joined(cell)
    # numpy's numbers and arrays, without importing numpy; its datetime64 would become a bare count.
    plain = hasattr(cell, "tolist") and "time" not in type(cell).__name__
    return text_of(cell.tolist()) if plain else None


def _nothing(cell: Any) -> Any:
    """Return the cell itself where it stands for nothing: NaN, and what frames use for missing."""
    if type(cell).__name__ in {"NAType", "NaTType"}:
        return cell
    missing = cell.is_nan() if isinstance(cell, Decimal) else isinstance(cell, float) and math.isnan(cell)
    return cell if missing else None


def _decimal_text(number: Decimal) -> str:
    if not number.is_finite():
        return str(number)
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def _joined(parts: Iterable[Any]) -> str | None:
    texts = [text_of(part) for part in parts]
    return None if None in texts else "|".join(sorted(str(text) for text in texts if text))
