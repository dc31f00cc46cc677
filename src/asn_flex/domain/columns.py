"""The type of a table's column, by the kind of fact in it.

Apart from the scenario, so that what reads no table (`check`) does without polars.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

POLARS_TYPES: Mapping[str, Any] = {
    "text": pl.String,
    "enum": pl.String,
    "area": pl.String,
    "bool": pl.Boolean,
    "date": pl.Date,
    "int": pl.Int64,
    "number": pl.Decimal(38, 18),
    "set": pl.List(pl.String),
}
