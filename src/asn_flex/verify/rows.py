"""The tables of officers and holdings, looked up by officer without a Python object for everybody (semantics §10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from asn_flex.verify.competence import Holding, read_holding


class OfficerRows(Mapping[str, Mapping[str, Any]]):
    """The officers' rows by id, in order of id; a row is made when it is asked for."""

    def __init__(self, officers: pl.DataFrame) -> None:
        self.frame = officers.sort("id")

    @cached_property
    def ids(self) -> list[str]:
        """Officers in order of id."""
        ids: list[str] = self.frame["id"].to_list()
        return ids

    @cached_property
    def number(self) -> Mapping[str, int]:
        """The position of each officer in `ids`."""
        return {officer: i for i, officer in enumerate(self.ids)}

    def __getitem__(self, officer: str) -> Mapping[str, Any]:
        return self.frame.row(self.number[officer], named=True)

    def read(self, numbers: Sequence[int]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield ids and rows of many officers, which is quicker than one by one."""
        for row in self.frame[list(numbers)].iter_rows(named=True):
            yield row["id"], row

    def __contains__(self, officer: object) -> bool:
        return officer in self.number

    def __iter__(self) -> Iterator[str]:
        return iter(self.ids)

    def __len__(self) -> int:
        return self.frame.height


class HoldingRows:
    """The holdings in order of officer: which officer, and which of the different kinds of row.

    `owner` and `kind` run along the rows, without repetition; `kinds` are the different holdings.
    """

    def __init__(self, holdings: pl.DataFrame, officers: OfficerRows) -> None:
        content = ["competency", "level", "evidence", "valid_until"]
        keyed = holdings.select(
            "officer", *content, pl.col("evidence").list.sort().list.join("\0").fill_null("").alias("proof")
        )
        by = ["competency", "level", "proof", "valid_until"]
        different = keyed.unique(by, keep="any").sort(by, nulls_last=False).with_row_index("kind")
        self.kinds = [read_holding(row) for row in different.select(content).iter_rows(named=True)]
        numbers = officers.frame.select(pl.col("id").alias("officer")).with_row_index("owner")
        rows = keyed.join(different.select(*by, "kind"), on=by, how="inner", nulls_equal=True).join(
            numbers, on="officer", how="inner"
        )
        owner = rows["owner"].to_numpy().astype(np.int64)
        key = np.unique(owner * max(1, len(self.kinds)) + rows["kind"].to_numpy().astype(np.int64))
        self.owner: NDArray[np.int32] = (key // max(1, len(self.kinds))).astype(np.int32)
        self.kind: NDArray[np.int32] = (key % max(1, len(self.kinds))).astype(np.int32)
        self._starts = np.searchsorted(self.owner, np.arange(len(officers) + 1, dtype=np.int32))

    def of(self, number: int) -> tuple[Holding, ...]:
        """Return what one officer holds."""
        return tuple(self.kinds[kind] for kind in self.kind[self._starts[number] : self._starts[number + 1]].tolist())
