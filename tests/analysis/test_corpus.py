"""Each doubt that `check` has about a rulebook that loads: a file that gives it, at its place, and its clean twin.

Files of `corpus/` are called `CODE_what.yaml`, or `CODE.variant_what.yaml`; what must come out stands at their end.
Each is checked beside `base.yaml`, which is clean by itself.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from asn_flex import pipeline
from asn_flex.errors import Diagnostic

from ..catalogue import MESSAGES

FOLDER = Path(__file__).parent / "corpus"
FILES = sorted(f for f in FOLDER.glob("W*.yaml") if not f.name.endswith(".clean.yaml"))
EXPECTED = re.compile(r"^# expect (\d+:\d+) ([EW]\d{3})(?: (\S+))?$", re.MULTILINE)
TODAY = date(2026, 6, 1)
# No situation or officer belongs to these: they are about names, days and numbers of seats.
WITHOUT_WITNESS = re.compile(r"W30[2-8]|W40[578]|W50|W90|E")


def check(file: Path) -> list[Diagnostic]:
    files = {name.name: name.read_bytes() for name in (FOLDER / "base.yaml", file)}
    return pipeline.check_files(files, today=TODAY)


def test_the_base_is_clean():
    assert check(FOLDER / "base.yaml") == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_dubious_file_is_reported_at_its_place(file: Path):
    found = check(file)
    expected = EXPECTED.findall(file.read_text(encoding="utf-8"))
    places = [(f"{d.place.line}:{d.place.column}", d.code, d.place.file) for d in found]
    assert places == [(spot, code, name or file.name) for spot, code, name in expected]
    assert file.stem.split("_")[0] in MESSAGES
    for diagnostic in found:
        assert bool(diagnostic.witness) is (WITHOUT_WITNESS.match(diagnostic.code) is None), diagnostic.code


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_clean_twin_is_clean(file: Path):
    assert check(file.with_suffix(".clean.yaml")) == []


def test_every_doubt_has_a_file():
    # W31: the loader has these doubts, of rulebooks that extend others (tests/rulebook/malformed).
    codes = {key.split(".")[0] for key in MESSAGES if re.match(r"W(30|4|505|506|507|508|90)", key)}
    # W400 is about questions beyond the bound, which no small file asks (tests/analysis/test_desk.py).
    assert codes - {f.stem.split("_")[0].split(".")[0] for f in FILES} == {"W400"}
