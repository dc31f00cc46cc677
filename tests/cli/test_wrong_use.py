"""What is wrong with arguments is told in two languages, with what could stand there (§12.2)."""

from __future__ import annotations

from pathlib import Path

import pytest

from asn_flex.cli import run

# Sentences of the library that reads arguments.
FOREIGN = (
    "No such",
    "Invalid value",
    "Missing",
    "Got unexpected",
    "requires an",
    "does not take",
    "Did you mean",
    "Input",
)
SLIPS = [
    pytest.param(["pln"], "no command `pln`", "tidak mengenal perintah `pln`", "`plan`", id="command"),
    pytest.param(["new", "rul"], "no command `rul`", "tidak mengenal perintah `rul`", "`rule`", id="command_below"),
    pytest.param(
        ["plan", "x", "--engin", "plain"], "no option `--engin`", "pilihan `--engin`", "`--engine`", id="option",
    ),
    pytest.param(["plan", "x", "-z"], "no option `-z`", "pilihan `-z`", "", id="short_option"),
    pytest.param(["plan", "x", "--hlep"], "no option `--hlep`", "pilihan `--hlep`", "`--help`", id="help"),
    pytest.param(["plan"], "SCENARIO is missing", "SKENARIO belum disebut", "asn-flex plan --help", id="argument"),
    pytest.param(["rules", "export", "x"], "--xlsx is missing", "--xlsx belum disebut", "", id="needed_option"),
    pytest.param(["new", "rule"], "KIND is missing", "JENIS belum disebut", "prefer", id="needed_choice"),
    pytest.param(["schema", "rule"], "`rule` for FORMAT", "`rule` untuk FORMAT", "`rules`", id="choice"),
    pytest.param(
        ["plan", "x", "--engine", "x"], "one of durable, plain", "salah satu: durable, plain", "", id="engine",
    ),
    pytest.param(["plan", "x", "--lang", "fr"], "one of id, en", "salah satu: id, en", "`fr`", id="language"),
    pytest.param(["plan", "x", "--time-limit", "0"], "at least 0.1", "sekurangnya 0.1", "`0`", id="too_small"),
    pytest.param(
        ["plan", "x", "--time-limit", "abc"], "must be a number", "harus berupa angka", "`abc`", id="no_number",
    ),
    pytest.param(["check", "x", "--today", "kemarin"], "a date such as", "berupa tanggal", "`kemarin`", id="no_date"),
    pytest.param(["plan", "x", "--rules"], "needs a value", "harus diikuti nilainya", "`--rules`", id="no_value"),
    pytest.param(
        ["plan", "x", "--quarantine=1"], "takes no value", "tidak memakai nilai", "`--quarantine`", id="value",
    ),
    pytest.param(["check", "a", "b", "c"], "`b c` is too much", "`b c` berlebih", "asn-flex check", id="too_much"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "english", "indonesian", "both"), SLIPS)
def test_slip_is_told_in_two_languages(
    arguments: list[str], english: str, indonesian: str, both: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for lang, expected in (("en", english), ("id", indonesian)):
        assert run(["--lang", lang, *arguments]) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert told.err.startswith("asn-flex:1:1: U101 ")
        assert told.err.count("\n") == 1
        assert expected in told.err
        assert both in told.err
        assert not any(word in told.err for word in FOREIGN)


def test_a_command_is_missing_where_only_options_are_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "id"]) == 0
    assert capsys.readouterr().out.startswith("Pemakaian:")


def test_what_follows_two_dashes_is_no_option(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["check", "--lang", "en", "--", "--lang"]) == 2
    assert "--lang:1:1: E101" in capsys.readouterr().err
