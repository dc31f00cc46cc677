"""Which columns each table has, and how texts become values of the declared types (semantics §3.5, §6.1).

Conversion is columnar and exact: each *different* text of a column is read once, by the same reader that
rule files use, and mapped back. A bad text is one fault with all its rows.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, cast

import polars as pl

from asn_flex.domain.attributes import DISPLAY_ONLY, Attribute, Kind
from asn_flex.domain.columns import POLARS_TYPES
from asn_flex.domain.ids import is_id
from asn_flex.errors import Text
from asn_flex.i18n import nearest, say
from asn_flex.readwrite.findings import Findings, TextTable
from asn_flex.rulebook.compile import parse_cell, value_problem
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.scalars import shown

MOMENT = pl.Datetime("us", "UTC")
_SCIENTIFIC = re.compile(r"\d[.,]\d+[eE]\+?\d+|\d[eE]\+\d+")
_CUT_NIP = r"^\d{15}000$"
# What needs no second look: `1.98E17` and other odd ids have a letter e between digits, or another sign.
_PLAIN_IDS = r"^(?:[A-Za-z0-9_\-]+|[A-DF-Za-df-z0-9_.\-]+)$"
_ZERO = Fraction(0)
_MANY = Fraction(100_000)


@dataclass(frozen=True)
class Column:
    """One column: its type and range, whether every row needs it, and what its values name.

    `form` is a type beyond those of facts: `moment` a time, `degrees` a coordinate. `refers` is the table
    or section that defines its values; `defines` marks the column whose values are new ids.
    """

    attribute: Attribute
    required: bool = False
    refers: str = ""
    defines: bool = False
    form: str = ""

    @property
    def name(self) -> str:
        """The name in the header."""
        return self.attribute.name

    @property
    def is_id(self) -> bool:
        """Whether the values name things, so that a number may be a destroyed id."""
        return self.defines or bool(self.refers) or self.name == "nip"

    @property
    def polars_type(self) -> Any:
        """The type of the column in the typed table."""
        return {"moment": MOMENT, "degrees": pl.Float64}.get(self.form, POLARS_TYPES[self.attribute.kind])


@dataclass(frozen=True)
class TableSpec:
    """One table: its columns in canonical order, and by which of them its rows are ordered."""

    name: str
    columns: tuple[Column, ...]
    order: tuple[str, ...]
    required: bool = False

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        """Every column by its name."""
        return {column.name: column for column in self.columns}

    @cached_property
    def ids(self) -> frozenset[str]:
        """The names of the columns that hold ids."""
        return frozenset(column.name for column in self.columns if column.is_id)

    def empty(self) -> pl.DataFrame:
        """Return the table without rows."""
        types = {column.name: column.polars_type for column in self.columns}
        return pl.DataFrame(schema={**types, "row": pl.Int64})


def table_specs(rulebook: Rulebook) -> Mapping[str, TableSpec]:
    """Return every table that a scenario may have, with the columns that the rulebook declares."""
    specs = (
        TableSpec("officers", _officers(rulebook), ("id",), required=True),
        TableSpec(
            "holdings",
            _HOLDINGS,
            ("officer", "competency", "level", "valid_until", "evidence"),
            required=True,
        ),
        TableSpec("units", _units(rulebook), ("id",), required=True),
        TableSpec("areas", _areas(rulebook), ("id",), required=True),
        TableSpec("travel", _TRAVEL, ("from", "to", "minutes")),
        TableSpec("observations", _OBSERVATIONS, ("time", "kind", "area", "value", "source")),
        TableSpec("demands", _DEMANDS, ("duty", "area", "shift")),
        TableSpec("pins", _PINS, ("officer", "demand", "pin", "by", "reason")),
    )
    return {spec.name: spec for spec in specs}


def _plain(name: str, kind: Kind = "text", *, low: Fraction | None = None, high: Fraction | None = None) -> Attribute:
    return Attribute("officer", name, kind, minimum=low, maximum=high)


def _text(*names: str) -> tuple[Column, ...]:
    return tuple(Column(_plain(name)) for name in names)


def _facts(rulebook: Rulebook, scope: str, *, without: Collection[str]) -> tuple[Column, ...]:
    """Return the columns of a scope's facts by name, the built-in ones first."""
    facts = [a for a in rulebook.attributes.values() if a.scope == scope and a.name not in without]
    return tuple(
        Column(a, refers="areas" if a.kind == "area" else "") for a in sorted(facts, key=lambda a: (a.declared, a.name))
    )


def _officers(rulebook: Rulebook) -> tuple[Column, ...]:
    return (
        Column(_plain("id"), required=True, defines=True),
        Column(_plain("unit"), required=True, refers="units"),
        *_facts(rulebook, "officer", without={"id", "unit", "home_flooded"}),
        *_text(*DISPLAY_ONLY),
    )


def _units(rulebook: Rulebook) -> tuple[Column, ...]:
    facts = _facts(rulebook, "unit", without={"id"})
    names = () if "unit.name" in rulebook.attributes else _text("name")
    return (Column(_plain("id"), required=True, defines=True), *facts, *names)


def _areas(rulebook: Rulebook) -> tuple[Column, ...]:
    facts = _facts(rulebook, "area", without={"id"})
    taken = {column.name for column in facts}
    parent = Column(_plain("parent", "area"), refers="areas")
    places = (
        Column(_plain("lat", "number", low=Fraction(-90), high=Fraction(90)), form="degrees"),
        Column(_plain("lon", "number", low=Fraction(-180), high=Fraction(180)), form="degrees"),
    )
    first = (Column(_plain("id"), required=True, defines=True), *_text("name"), parent, *places)
    return (*(column for column in first if column.name not in taken), *facts)


_HOLDINGS = (
    Column(_plain("officer"), required=True, refers="officers"),
    Column(_plain("competency"), required=True, refers="competencies"),
    Column(_plain("level", "int", low=Fraction(1)), required=True),
    Column(_plain("evidence", "set")),
    Column(_plain("valid_until", "date")),
)
_TRAVEL = (
    Column(_plain("from", "area"), required=True, refers="areas"),
    Column(_plain("to", "area"), required=True, refers="areas"),
    Column(_plain("minutes", "number", low=_ZERO, high=_MANY), required=True),
)
_OBSERVATIONS = (
    Column(_plain("time"), required=True, form="moment"),
    *(replace(column, required=True) for column in _text("kind")),
    Column(_plain("value", "number"), required=True),
    Column(_plain("area", "area"), refers="areas"),
    *_text("source"),
)
_DEMANDS = (
    Column(_plain("duty"), required=True, refers="duties"),
    Column(_plain("area", "area"), required=True, refers="areas"),
    Column(_plain("shift"), refers="shifts"),
    Column(_plain("seats", "int", low=_ZERO, high=_MANY), required=True),
    Column(_plain("minimum", "int", low=_ZERO, high=_MANY)),
    Column(_plain("covered_elsewhere", "int", low=_ZERO, high=_MANY)),
    *_text("by"),
)
_PINS = (
    Column(_plain("officer"), required=True, refers="officers"),
    Column(_plain("demand"), required=True, refers="demands"),
    Column(Attribute("officer", "pin", "enum", values=("must", "never")), required=True),
    *_text("by", "reason"),
)


# ---- conversion ----------------------------------------------------------------------------------


def type_table(spec: TableSpec, table: TextTable, zone: tzinfo | None, findings: Findings) -> pl.DataFrame | None:
    """Return the typed table, None where a required column is missing; cells that do not fit are reported.

    Parameters
    ----------
    zone : offset that times without one take, None while `now` is unknown
    """
    missing = [c.name for c in spec.columns if c.required and c.name not in table.header]
    for name in missing:
        hint = nearest(name, [h for h in table.header if h and h not in spec.by_name])
        findings.add("S202", table.place(1, ""), hint=hint, table=spec.name, name=name)
    for label in dict.fromkeys(table.header):
        if label in table.cells.columns and label not in spec.by_name and label != "row":
            _warn_of_column(spec, table, label, findings)
    if missing:
        return None
    height = table.cells.height
    typed = [
        _type_column(column, table, zone, findings)
        if column.name in table.cells.columns
        else pl.Series(column.name, [None] * height, dtype=column.polars_type)
        for column in spec.columns
    ]
    return pl.DataFrame([*typed, table.cells["row"]])


def _warn_of_column(spec: TableSpec, table: TextTable, label: str, findings: Findings) -> None:
    place = table.place(1, label)
    if (spec.name, label) == ("officers", "home_flooded"):
        findings.add("W702", place, name=label)
        return
    hint = nearest(label, [name for name in spec.by_name if name not in table.header])
    findings.add("W701", place, hint=hint, table=spec.name, name=label)


def rows_with(table: TextTable, column: str, texts: Iterable[str]) -> Mapping[str, list[int]]:
    """Return the rows of each of these texts of a column."""
    texts = list(texts)
    if not texts:
        return {}
    wanted = pl.Series(column, texts, dtype=pl.String)
    frame = table.cells.select(pl.col(column).alias("text"), pl.col("row").alias("at"))
    grouped = frame.filter(pl.col("text").is_in(wanted.implode())).group_by("text", maintain_order=True).agg("at")
    return dict(grouped.iter_rows())


def _type_column(column: Column, table: TextTable, zone: tzinfo | None, findings: Findings) -> pl.Series:
    texts = table.cells[column.name]
    if column.required:
        empty = table.cells.filter(pl.col(column.name).is_null())["row"]
        rows = sorted(set(empty) - findings.spoiled(table.name, column.name))
        if rows:
            findings.cell(table, column.name, "S304", rows)
    if column.is_id:
        _check_ids(column, table, findings)
        return texts
    if column.attribute.kind == "text" and not column.form:
        return texts
    return _map_texts(column, table, zone, findings)


def _check_ids(column: Column, table: TextTable, findings: Findings) -> None:
    """Report ids that a spreadsheet has destroyed, and new ids that are none."""
    texts = table.cells[column.name]
    odd = texts.filter(~texts.str.contains(_PLAIN_IDS)).unique().to_list()
    # `1E5` may be an id that somebody gave; with a point or a plus it is a number that lost its digits.
    bad = {text: "S305.digits" for text in odd if _SCIENTIFIC.fullmatch(text)}
    if column.defines:
        bad |= {text: "S303" for text in odd if text not in bad and not is_id(text)}
    for text, rows in rows_with(table, column.name, bad).items():
        findings.cell(table, column.name, bad[text], rows, found=shown(text).strip("`"))
    if column.name == "nip" or column.defines:
        cut = texts.filter(texts.str.contains(_CUT_NIP)).unique().to_list()
        for text, rows in rows_with(table, column.name, cut).items():
            findings.cell(table, column.name, "W703", rows, found=text)


def _map_texts(column: Column, table: TextTable, zone: tzinfo | None, findings: Findings) -> pl.Series:
    texts = table.cells[column.name]
    different = sorted(texts.drop_nulls().unique().to_list())
    values: list[Any] = []
    bad: dict[str, tuple[str, Text, Sequence[str]]] = {}
    for text in different:
        value, problem = _read(column, text, zone)
        values.append(value)
        if problem is not None:
            bad[text] = problem
    for text, rows in rows_with(table, column.name, bad).items():
        key, wanted, options = bad[text]
        findings.cell(
            table, column.name, key, rows, known=options or None, sensitive=column.attribute.sensitive,
            found=shown(text), wanted=wanted, name=text,
        )  # fmt: skip
    mapping = pl.DataFrame(
        [pl.Series("text", different, dtype=pl.String), pl.Series("value", values, dtype=column.polars_type)]
    )
    found = texts.to_frame("text").join(mapping, on="text", how="left", maintain_order="left")
    return found["value"].alias(column.name)


def _read(column: Column, text: str, zone: tzinfo | None) -> tuple[Any, tuple[str, Text, Sequence[str]] | None]:
    """Read one text of a column; return the value for the typed table, or what is wrong with it."""
    attribute = column.attribute
    if column.form == "moment":
        return _read_moment(text, zone)
    value = parse_cell(attribute, text)
    if value is None:
        return None, ("S301", say(f"cell.{attribute.kind}"), ())
    problem = value_problem(attribute, value)
    if problem is not None:
        wanted, options = problem
        return None, ("S302", wanted, options)
    if isinstance(value, frozenset):
        return sorted(value), None
    if column.form == "degrees":
        return float(cast("Fraction", value)), None
    return Decimal(text) if attribute.kind == "number" else value, None


def _read_moment(text: str, zone: tzinfo | None) -> tuple[datetime | None, tuple[str, Text, Sequence[str]] | None]:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None, ("S301", say("cell.moment"), ())
    if not is_sensible(moment):
        return None, ("S302", say("range.years"), ())
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone or UTC)
    return moment.astimezone(UTC), None


def is_sensible(moment: date) -> bool:
    """Whether a date or time lies where computing with it cannot leave the calendar."""
    return 1900 <= moment.year <= 2199
