"""Officers' facts as dictionary-encoded columns (semantics §3.5); their holdings as profiles (semantics §6.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType
from typing import Any, overload

import numpy as np
import polars as pl
from numpy.typing import NDArray

from asn_flex.competency.graph import CompetencyGraph, Reach
from asn_flex.domain.attributes import Attribute, Value
from asn_flex.domain.exact import half_up
from asn_flex.domain.scenario import Scenario, cell_value
from asn_flex.eligibility.masks import Column
from asn_flex.rulebook.model import Rulebook

NOBODY = np.int32(2**31 - 1)


def encode(series: pl.Series, attribute: Attribute) -> Column:
    """Encode one typed column; empty cells take the attribute's default, or stay unknown."""
    keys = series.list.sort().list.join("\x1f") if series.dtype == pl.List(pl.String) else series
    places = keys.to_frame("key").select(pl.col("key").rank("dense").fill_null(0).cast(pl.Int32))["key"]
    ranks: NDArray[np.int32] = places.to_numpy() - np.int32(1)
    first = np.zeros(int(ranks.max(initial=-1)) + 1, dtype=np.int64)
    held = np.flatnonzero(ranks >= 0)
    first[ranks[held]] = held
    values: list[Value] = []
    for cell in series[first].to_list():
        value = cell_value(cell, attribute)
        assert value is not None  # noqa: S101 - nulls were filtered out
        values.append(value)
    if attribute.missing is not None and (ranks < 0).any():
        ranks = np.where(ranks < 0, np.int32(len(values)), ranks)
        values.append(attribute.missing)
    return Column(ranks, values)


class OfficerFacts:
    """Every fact that rules may ask of officers and their units, encoded when first asked.

    Rows are officers in order of id. `told` gives facts by name that stand as they are for everybody, in place of what
    the tables derive.
    """

    def __init__(
        self, rulebook: Rulebook, scenario: Scenario, told: Mapping[str, Value] = MappingProxyType({})
    ) -> None:
        self._told = told
        self._rulebook = rulebook
        self._scenario = scenario
        self.frame = scenario.tables.officers
        self.size = self.frame.height
        units = scenario.tables.units
        self.unit_ids: list[str] = units["id"].to_list()
        position = units.select(pl.col("id").alias("unit")).with_row_index("position")
        joined = self.frame.select("unit").join(position, on="unit", how="left", maintain_order="left")
        self.unit_of = joined["position"].to_numpy().astype(np.int32)
        self._columns: dict[str, Column] = {}
        self._available: dict[tuple[date, date], NDArray[np.bool_]] = {}

    def column(self, attribute: Attribute) -> Column:
        """Return the encoded fact of an officer, or of the officer's unit."""
        if attribute.key not in self._columns:
            if attribute.key in self._told:
                self._columns[attribute.key] = Column(np.zeros(self.size, np.int32), (self._told[attribute.key],))
            elif attribute.key == "officer.home_flooded":
                self._columns[attribute.key] = self._home_flooded()
            elif attribute.scope == "unit":
                per_unit = encode(self._scenario.tables.units[attribute.name], attribute)
                self._columns[attribute.key] = Column(per_unit.codes[self.unit_of], per_unit.values)
            else:
                self._columns[attribute.key] = encode(self.frame[attribute.name], attribute)
        return self._columns[attribute.key]

    def _home_flooded(self) -> Column:
        """Take the home area's `flooded`, with that fact's own default; unknown without a home area."""
        homes = self.column(self._rulebook.attributes["officer.home_area"])
        flooded = self._rulebook.attributes["area.flooded"]
        facts = self._scenario.area_facts
        per_home = [cell_value(facts[str(home)].get("flooded"), flooded) for home in homes.values]
        table = np.array([*(-1 if v is None else int(bool(v)) for v in per_home), -1], dtype=np.int32)
        return Column(table[homes.codes], (False, True))

    def available(self, first_day: date, last_day: date) -> NDArray[np.bool_]:
        """Whether each officer is available on every day from first to last (semantics §3.5)."""
        if (first_day, last_day) not in self._available:
            self._available[first_day, last_day] = self._is_available(first_day, last_day)
        return self._available[first_day, last_day]

    def _is_available(self, first_day: date, last_day: date) -> NDArray[np.bool_]:
        frame = self.frame
        free = frame["available"].fill_null(value=True)
        from_ = frame["available_from"].fill_null(date.min) <= first_day
        until = frame["available_until"].fill_null(date.max) >= last_day
        service = frame["service_until"].fill_null(date.max) > last_day
        result: NDArray[np.bool_] = (free & from_ & until & service).to_numpy()
        return result

    def burdens(self) -> NDArray[np.int64]:
        """Return half-up(hours_7d) per officer (semantics §8.2)."""
        column = self.column(self._rulebook.attributes["officer.hours_7d"])
        table = [half_up(v) if isinstance(v, (int, Fraction)) else 0 for v in column.values]
        return np.array([*table, 0], dtype=np.int64)[column.codes]

    def order_of_hours(self) -> NDArray[np.int64]:
        """Return the rank of every officer by the exact hours worked in the last seven days."""
        column = self.column(self._rulebook.attributes["officer.hours_7d"])
        hours = [*(Fraction(v) if isinstance(v, (int, Fraction)) else Fraction(0) for v in column.values), Fraction(0)]
        rank_of = {value: rank for rank, value in enumerate(sorted(set(hours)))}
        return np.array([rank_of[value] for value in hours], dtype=np.int64)[column.codes]


@dataclass(frozen=True, order=True)
class Query:
    """What a rule or duty asks of holdings: a competency, a level, the most hops, and kinds of evidence."""

    competency: str
    level: int
    max_hops: int
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class HoldingKind:
    """Holdings that are alike: same competency, level and evidence."""

    competency: str
    level: int
    evidence: frozenset[str]


class Contents(Sequence[tuple[int, ...]]):
    """The kinds of holding of every profile, one row after the other; `ends` tells where each one ends."""

    def __init__(self, parts: pl.Series) -> None:
        self.kinds: NDArray[np.int64] = parts.explode().drop_nulls().to_numpy().astype(np.int64)
        self.ends: NDArray[np.int64] = np.cumsum(parts.list.len().to_numpy().astype(np.int64))

    def __len__(self) -> int:
        return len(self.ends)

    @overload
    def __getitem__(self, index: int) -> tuple[int, ...]: ...
    @overload
    def __getitem__(self, index: slice) -> list[tuple[int, ...]]: ...
    def __getitem__(self, index: int | slice) -> tuple[int, ...] | list[tuple[int, ...]]:
        if isinstance(index, slice):
            return [self[i] for i in range(len(self))[index]]
        at = range(len(self))[index]
        return tuple(self.kinds[self.ends[at - 1] if at else 0 : self.ends[at]].tolist())


class Holdings:
    """Who holds what on a given last day, as profiles: officers with the same valid holdings share one."""

    def __init__(self, scenario: Scenario, graph: CompetencyGraph) -> None:
        self.graph = graph
        self.officers = scenario.tables.officers["id"]
        frame = scenario.tables.holdings.with_columns(
            key=pl.col("evidence").list.sort().list.join("\x1f").fill_null("")
        )
        kinds = frame.select("competency", "level", "key").unique().sort("competency", "level", "key")
        self.kinds = [HoldingKind(c, lv, frozenset(k.split("\x1f")) - {""}) for c, lv, k in kinds.iter_rows()]
        self._rows = frame.join(
            kinds.with_row_index("kind"), on=["competency", "level", "key"], how="left", maintain_order="left"
        ).select("officer", "kind", "valid_until")
        self._profiles: dict[date, tuple[NDArray[np.int32], Contents]] = {}
        self._ranks: dict[tuple[Query, date], NDArray[np.int32]] = {}
        self._flats: dict[date, tuple[NDArray[np.int64], NDArray[np.int64]]] = {}
        self._orders: dict[Query, list[tuple[Reach, int]]] = {}
        self._leads: dict[int, Mapping[str, list[int]]] = {}

    def profiles(self, last_day: date) -> tuple[NDArray[np.int32], Contents]:
        """Return each officer's profile and, per profile, the kinds held on that day."""
        if last_day not in self._profiles:
            valid = self._rows.filter(pl.col("valid_until").is_null() | (pl.col("valid_until") >= last_day))
            held = valid.group_by("officer").agg(pl.col("kind").unique().sort())
            held = held.with_columns(key=pl.col("kind").cast(pl.List(pl.String)).list.join(","))
            all_officers = self.officers.to_frame("officer").join(held, on="officer", how="left", maintain_order="left")
            keys = all_officers["key"].fill_null("")
            names = keys.unique().sort().alias("key").to_frame().with_row_index("code")
            codes = keys.alias("key").to_frame().join(names, on="key", how="left", maintain_order="left")["code"]
            parts = names["key"].replace("", None).str.split(",").cast(pl.List(pl.Int64)).fill_null([])
            self._profiles[last_day] = (codes.to_numpy().astype(np.int32), Contents(parts))
        return self._profiles[last_day]

    def _flat(self, last_day: date) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the kinds of all profiles in one row, and where each begins; a last, empty kind ends each."""
        if last_day not in self._flats:
            contents = self.profiles(last_day)[1]
            lengths = np.diff(contents.ends, prepend=0)
            ends = np.cumsum(lengths + 1)
            flat = np.full(int(ends[-1]) if len(ends) else 0, len(self.kinds), dtype=np.int64)
            held = np.ones(len(flat), dtype=np.bool_)
            held[ends - 1] = False
            flat[held] = contents.kinds
            self._flats[last_day] = (flat, ends - lengths - 1)
        return self._flats[last_day]

    def worth(self, query: Query, last_day: date) -> NDArray[np.int32]:
        """Return, per officer, how well the query is met: 0 best, equal for equal strength, `NOBODY` for not at all."""
        ranks = self.profile_ranks(query, last_day)
        steps = [0]
        losses = self.losses(query)
        for before, after in pairwise(losses):
            steps.append(steps[-1] + (after != before))
        table = np.array([*steps[: len(losses)], NOBODY], dtype=np.int32)
        return table[np.minimum(ranks, len(losses))][self.profiles(last_day)[0]]

    def order(self, query: Query) -> list[tuple[Reach, int]]:
        """Return the ways to meet a query, best first: the path and the kind of holding that starts it."""
        if query not in self._orders:
            found: list[tuple[Reach, int]] = []
            for index in self._leading(query.max_hops).get(query.competency, ()):
                kind = self.kinds[index]
                if query.evidence and not kind.evidence & set(query.evidence):
                    continue
                reach = self.graph.reach((kind.competency, kind.level), query.competency, query.level, query.max_hops)
                if reach is not None:
                    found.append((reach, index))
            self._orders[query] = sorted(found)
        return self._orders[query]

    def _leading(self, max_hops: int) -> Mapping[str, list[int]]:
        """Return, per competency, the kinds of holding that lead to it at any level."""
        if max_hops not in self._leads:
            leads: dict[str, list[int]] = {}
            for index, kind in enumerate(self.kinds):
                reached = self.graph.closure((kind.competency, kind.level), max_hops)
                for competency in {node[0] for node in reached}:
                    leads.setdefault(competency, []).append(index)
            self._leads[max_hops] = leads
        return self._leads[max_hops]

    def profile_ranks(self, query: Query, last_day: date) -> NDArray[np.int32]:
        """Return, per profile, the rank of its best way to meet the query in `order`; `NOBODY` where none does."""
        key = (query, last_day)
        if key not in self._ranks:
            rank_of_kind = np.full(len(self.kinds) + 1, NOBODY, dtype=np.int32)
            for rank, (_, kind) in enumerate(self.order(query)):
                rank_of_kind[kind] = rank
            flat, starts = self._flat(last_day)
            self._ranks[key] = np.minimum.reduceat(rank_of_kind[flat], starts)
        return self._ranks[key]

    def losses(self, query: Query) -> list[Fraction]:
        """Return 1 − strength for every rank of a query."""
        return [reach.loss for reach, _ in self.order(query)]


def rows_of(columns: Sequence[NDArray[np.integer[Any]]], size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Group rows that agree in every column: return each row's group, and the first row of each group."""
    codes = np.zeros(size, dtype=np.int64)
    radix = 1
    for column in columns:
        part = column.astype(np.int64)
        part = part - (part.min() if size else 0)
        span = int(part.max()) + 1 if size else 1
        if span > size + 1:
            part, span = _numbered(part, span)
        if radix * span > _DENSE * (size + 1):
            codes, radix = _numbered(codes, radix)
        # INVARIANT: radix is above every code, and both it and the span are at most size + 1.
        codes = codes * span + part
        radix *= span
    groups, count = _numbered(codes, radix)
    first = np.zeros(count, dtype=np.int64)
    # Where a group is written more than once, the last stays: the first of its rows.
    first[groups[::-1]] = np.arange(size - 1, -1, -1)
    return groups, first


# How many times more codes than rows there may be for codes to be counted rather than sorted.
_DENSE = 16


def _numbered(codes: NDArray[np.int64], radix: int) -> tuple[NDArray[np.int64], int]:
    """Return the number of each code below `radix`, in their order and without gaps, and how many numbers there are."""
    if radix > _DENSE * (len(codes) + 1):
        different, numbers = np.unique(codes, return_inverse=True)
        return numbers.astype(np.int64), len(different)
    found = np.zeros(radix, dtype=np.bool_)
    found[codes] = True
    rank = np.cumsum(found, dtype=np.int64) - 1
    return rank[codes], int(rank[-1]) + 1
