"""Laws of reading: order never matters, cells come back, the two CSV readers agree, bad files never crash."""

from __future__ import annotations

import csv
import io
import random
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asn_flex.domain.exact import number_text
from asn_flex.errors import ScenarioError
from asn_flex.readwrite import tables
from asn_flex.readwrite.cells import text_of
from asn_flex.readwrite.columns import table_specs
from asn_flex.readwrite.findings import Findings
from asn_flex.readwrite.scenario import scenario_from_files, scenario_from_tables
from asn_flex.readwrite.tables import Source, read_table

from .city import RULEBOOK, TABLES, YAML, csv_text, load, rows_of, write_city

LISTED = "".join(f"  {name}: {name}.csv\n" for name in TABLES)
FILES = {"scenario": (YAML + LISTED).encode()} | {name: csv_text(rows_of(name)).encode() for name in TABLES}
DIGEST = scenario_from_files(FILES, {}, RULEBOOK).digest


def test_the_digest_is_the_same_for_every_version_of_python_and_polars() -> None:
    # Plans and bundles of years ago carry digests: whoever changes this constant makes them unverifiable.
    assert DIGEST == "sha256:4e0741cb7ad77b1bc0d4f236326730dce8ef49ef986145dab511ea14f6b97ced"


@given(st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None)
def test_shuffled_rows_columns_and_tables_are_the_same_scenario(chance: random.Random) -> None:
    files = {}
    for name in chance.sample(sorted(TABLES), len(TABLES)):
        header, *rows = rows_of(name)
        columns = chance.sample(range(len(header)), len(header))
        chance.shuffle(rows)
        files[name] = csv_text([[row[i] for i in columns] for row in (header, *rows)]).encode()
    files["scenario"] = (YAML + "".join(f"  {name}: {name}.csv\n" for name in files)).encode()
    shuffled = scenario_from_files(files, {}, RULEBOOK)
    assert shuffled.digest == DIGEST
    plain = scenario_from_files(FILES, {}, RULEBOOK)
    for name in TABLES:
        assert getattr(shuffled.tables, name).drop("row").equals(getattr(plain.tables, name).drop("row"))


@given(st.sampled_from(sorted(TABLES)), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_another_cell_is_another_digest(name: str, chance: random.Random) -> None:
    rows = rows_of(name)
    row, column = chance.randrange(1, len(rows)), chance.randrange(len(rows[0]))
    old = rows[row][column]
    rows[row][column] = "" if old else "17"
    try:
        changed = scenario_from_files(FILES | {name: csv_text(rows).encode()}, {}, RULEBOOK)
    except ScenarioError:
        return
    assert changed.digest != DIGEST


def test_a_line_break_in_a_cell_is_no_new_cell() -> None:
    digests = set()
    for names in (["a\nb", "c"], ["a", "b\nc"], ["a", "b"], ["a\\nb", "c"]):
        rows = [["id", "name"], ["bpbd", names[0]], ["setda", names[1]]]
        digests.add(scenario_from_files(FILES | {"units": csv_text(rows).encode()}, {}, RULEBOOK).digest)
    assert len(digests) == 4


# ---- cells ---------------------------------------------------------------------------------------------

NUMBERS = st.decimals(min_value=0, max_value=10**12, places=6, allow_nan=False, allow_infinity=False)
WORDS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=("Cs",)), max_size=12
)  # fmt: skip


@given(st.lists(st.tuples(WORDS, NUMBERS, st.dates(), st.booleans()), min_size=1, max_size=8))
@settings(max_examples=50, deadline=None)
def test_cells_come_back_as_they_were_given(cells: list[tuple[str, Decimal, date, bool]]) -> None:
    officers = {
        "id": [f"A-{i}" for i in range(len(cells))],
        "unit": ["bpbd"] * len(cells),
        "post": [word for word, *_ in cells],
        "rest_hours": [number for _, number, *_ in cells],
        "birth_date": [day for *_, day, _ in cells],
        "swims": [fact for *_, fact in cells],
    }
    scenario = scenario_from_tables(
        RULEBOOK, now="2026-11-20T03:00:00+07:00", event={"type": "flood", "areas": ["k"], "command_area": "k"},
        period=(date(2026, 11, 20), date(2026, 11, 21)), officers=officers, units={"id": ["bpbd"]}, areas={"id": ["k"]},
        holdings={"officer": [], "competency": [], "level": []},
    )  # fmt: skip
    frame = scenario.tables.officers.sort("row")
    assert frame["rest_hours"].to_list() == officers["rest_hours"]
    assert frame["birth_date"].to_list() == officers["birth_date"]
    assert frame["swims"].to_list() == officers["swims"]
    # Spaces around a cell do not belong to it; a cell of nothing else is empty.
    trimmed = pl.Series(officers["post"], dtype=pl.String).str.strip_chars().replace("", None)
    assert frame["post"].to_list() == trimmed.to_list()


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15))
def test_the_text_of_a_decimal_is_the_decimal(number: Decimal) -> None:
    text = text_of(number)
    assert text is not None
    assert Fraction(text) == Fraction(number)


@given(st.integers(-(10**12), 10**12), st.integers(0, 6))
def test_the_text_of_a_float_that_is_a_short_decimal_is_that_decimal(whole: int, places: int) -> None:
    exact = Fraction(whole, 10**places)
    assert text_of(float(exact)) == number_text(exact)


# ---- CSV -----------------------------------------------------------------------------------------------

# A lone carriage return outside quotes ends a row, and Python's own writer forgets to quote it.
CELL = st.text(st.sampled_from("ab ,;\"'\n\t#01é"), max_size=5)
SPEC = table_specs(RULEBOOK)["officers"]


@given(
    st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=6), st.sampled_from(",;"), st.sampled_from(["\n", "\r\n"])
)
@settings(max_examples=150, deadline=None)
def test_what_a_csv_writer_writes_is_read_back(rows: list[list[str]], delimiter: str, newline: str) -> None:
    content = csv_text([["id", "unit", "name"], *rows], delimiter, newline).encode()
    table = read_table(Source(SPEC, "o.csv", "o.csv", content), Findings())
    assert table is not None
    stripped = [[pl.Series([cell]).str.strip_chars().to_list()[0] or None for cell in row] for row in rows]
    wanted = [(*row, number) for number, row in enumerate(stripped, start=2) if any(row)]
    assert table.cells.rows() == wanted


@given(
    st.lists(st.lists(st.text(st.sampled_from("ab #1é'\t"), max_size=4), min_size=2, max_size=4), max_size=6),
    st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_the_fast_reader_agrees_with_the_exact_one(rows: list[list[str]], end: bool) -> None:
    text = "\n".join(",".join(row) for row in [["id", "unit", "name"], *rows]) + ("\n" if end else "")
    source = Source(SPEC, "o.csv", "o.csv", text.encode())
    fast, exact = Findings(), Findings()
    first = read_table(source, fast)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "_is_plain", lambda *_: False)
        second = read_table(source, exact)
    assert first is not None
    assert second is not None
    assert first.cells.equals(second.cells)
    assert fast.other == exact.other


# ---- bad files -----------------------------------------------------------------------------------------


def mutate(content: bytes, chance: random.Random) -> bytes:
    """Damage a file as editors, spreadsheets and disks do."""
    body = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(body) + 1)
        kind = chance.randrange(5)
        if kind == 0 and body:
            body[at % len(body)] = chance.randrange(256)
        elif kind == 1:
            del body[at : at + chance.randint(1, 12)]
        elif kind == 2:
            body[at:at] = chance.choice(
                [b'"', b",", b";", b"\n", b"\r", b"{", b"- ", b": ", b"1e9", b"\xef\xbb\xbf", b"k1", b"0001-01-01"]
            )
        elif kind == 3:
            start = chance.randrange(len(body) + 1)
            body[at:at] = body[start : start + 20]
        else:
            lines = bytes(body).split(b"\n")
            chance.shuffle(lines)
            body = bytearray(b"\n".join(lines))
    return bytes(body)


ODD = (
    "9" * 19, "9" * 40, "-0", "+1", "1.", ".5", "-.5", "١٢", "1e400", "nan", "inf", "1,5", "2024-W01-1", "0001-01-01",
    "9999-12-31", "9999-12-31T23:59:59Z", "2026-11-20T03:00:00+07:00:30", "24:00", "event", "@", "/", "a@b/c",
    "post@event/day", "|", ";", "#", "true", "TIDAK", "k1", "12.10", "12.1", "A-1", "bpbd", "nursing", "must", "\ufeff",
    "1.98E+17", "198001012010011000", "\U0001f600", "\u2028", "x" * 500, "{}", "${x}", "%s", "\\n", "null", "None",
)  # fmt: skip


def with_odd_cells(name: str, chance: random.Random) -> bytes:
    """Write a table with a few cells that people and machines get wrong."""
    rows = rows_of(name)
    for _ in range(chance.randint(1, 4)):
        rows[chance.randrange(1, len(rows))][chance.randrange(len(rows[0]))] = chance.choice(ODD)
    return csv_text(rows).encode()


@given(st.sampled_from(sorted(FILES)), st.booleans(), st.booleans(), st.randoms(use_true_random=False))
@settings(max_examples=250, deadline=None)
def test_a_damaged_file_is_refused_or_read_and_never_crashes(
    name: str, cells: bool, quarantine: bool, chance: random.Random
) -> None:
    bad = with_odd_cells(name, chance) if cells and name in TABLES else mutate(FILES[name], chance)
    try:
        told = scenario_from_files(FILES | {name: bad}, {}, RULEBOOK, quarantine=quarantine).warnings
    except ScenarioError as error:
        told = error.diagnostics
        assert told
    for found in told:
        assert found.place.line >= 1
        assert found.message("id")
        assert "class '" not in found.message("en")


def test_a_table_of_a_hundred_thousand_faults_stays_readable(tmp_path: Path) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["id", "unit", "home_area", "sex", "rest_hours"])
    writer.writerows([f"A-{i}", "bpdb", "k7", "x", "7,5"] for i in range(100_000))
    folder = write_city(tmp_path, officers=out.getvalue(), holdings="officer,competency,level\n", pins=None)
    with pytest.raises(ScenarioError) as caught:
        load(folder)
    assert [d.code for d in caught.value.diagnostics] == ["S401", "S401", "S302", "S301"]
    assert all("99999" in d.message() for d in caught.value.diagnostics)
