"""The settings of letters: what an agency says once, with every fault at its place (semantics §12.8)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import asn_flex as af
from asn_flex.letters.approval import Signer
from asn_flex.letters.settings import LetterSettings, number_text, read_settings, settings_text

from .build import SETTINGS

HEAD = "format: asn-flex/letters/1\n"


def read(folder: Path, text: str) -> LetterSettings:
    path = folder / "surat.yaml"
    path.write_text(text, "utf-8")
    return read_settings(path, is_known={"pos", "pos@event"}.__contains__)


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(af.InputError) as error:
        read(folder, text)
    return [f"{d.place.line}:{d.place.column} {d.code}" for d in error.value.diagnostics]


def test_all_of_it_is_read(tmp_path: Path) -> None:
    found = read(tmp_path, SETTINGS)
    assert (found.agency, found.city, found.first_number) == ("PEMERINTAH KOTA CONTOH", "Contoh", 41)
    assert found.signer == Signer("Rekaan Sekda", "Sekretaris Daerah", "Pembina", "190000000000000001")
    assert found.report_to == {"*": "Posko utama", "pos": "Koordinator kesehatan"}
    assert (found.objection_to, found.objection_hours) == ("BKPSDM", 24)
    assert (found.basis, found.copies) == (("Perwali tambahan",), ("Wali Kota", "Inspektur"))


def test_nothing_has_to_be_given(tmp_path: Path) -> None:
    assert read(tmp_path, HEAD) == LetterSettings()
    assert read(tmp_path, HEAD + "agency:\nsigner:\n") == LetterSettings()


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_file_to_fill_in_is_empty_settings_and_each_line_works(tmp_path: Path, lang) -> None:
    text = settings_text(lang)
    assert read(tmp_path, text) == LetterSettings()
    # What looks like `# key: example` is one; its comment above has spaces before any colon.
    filled = re.sub(r"(?m)^# ([a-z_]+: )", r"\1", text)
    found = read(tmp_path, filled)
    assert found.number == "800.1.11.1/{n}/SETDA/{month}/{year}"
    assert found.signer is not None
    assert found.objection_hours == 24


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("agency: x\n", ["1:1 L103"], id="no-format"),
        pytest.param("format: asn-flex/plan/1\n", ["1:1 L103"], id="other-format"),
        pytest.param("[1]", ["1:1 L103"], id="no-map"),
        pytest.param(HEAD + "agncy: x\n", ["2:1 L101"], id="unknown-key"),
        pytest.param(HEAD + "signer: {nama: x}\n", ["2:10 L101"], id="unknown-part"),
        pytest.param(
            HEAD + "agency: [x]\ncopies: x\nfirst_number: 0\n", ["2:9 L102", "3:9 L102", "4:15 L102"], id="kinds"
        ),
        pytest.param(HEAD + "objection: {hours: besok}\n", ["2:20 L102"], id="hours"),
        pytest.param(HEAD + "signer: Sekda\n", ["2:9 L102"], id="no-mapping"),
        pytest.param(HEAD + "number: '{n.__class__}'\n", ["2:9 L102"], id="pattern"),
        pytest.param(HEAD + "report_to: {'*': a, dapur: b, pos@event: c}\n", ["2:21 L104"], id="no-such-duty"),
    ],
)
def test_a_fault_is_told_at_its_place(tmp_path: Path, text: str, wanted: list[str]) -> None:
    assert faults(tmp_path, text) == wanted


def test_yaml_that_is_none_and_a_file_that_is_not_there_are_told(tmp_path: Path) -> None:
    assert faults(tmp_path, "a: [\n")[0].split()[1].startswith("E1")
    with pytest.raises(af.InputError, match="L103"):
        read_settings(tmp_path / "tidak-ada.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"a: \xff")
    with pytest.raises(af.InputError, match="L103"):
        read_settings(tmp_path / "latin.yaml")


@pytest.mark.parametrize(
    ("pattern", "index", "wanted"),
    [
        pytest.param("800/{n}/X/{month}/{year}", 0, "800/41/X/XII/2024", id="all"),
        pytest.param("{n}", 9, "50", id="counts"),
        pytest.param("tanpa", 3, "tanpa", id="none"),
        pytest.param("{n.__class__} {0}", 0, "{n.__class__} {0}", id="reaches-nowhere"),
    ],
)
def test_numbers_are_counted_from_the_first(pattern: str, index: int, wanted: str) -> None:
    settings = LetterSettings(number=pattern, first_number=41)
    assert number_text(settings, index, month=12, year=2024) == wanted


def test_without_a_pattern_there_is_no_number() -> None:
    assert number_text(LetterSettings(), 0, month=1, year=2024) is None
