"""Help pages speak the language of the caller, and every command, argument and option has its sentence (§12.2)."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from asn_flex.cli import run
from asn_flex.cli.help import command_line, keys_of
from asn_flex.messages import is_sentence, sentence

from ..catalogue import MESSAGES

CLI = Path(__file__).parents[2] / "src" / "asn_flex" / "cli"
# Words of the library that draws help pages, and of Python.
FOREIGN = re.compile(
    r"\b(Usage|Options|Arguments|Commands|OPTIONS|COMMAND|ARGS|required|default|Show this|list\[|float|TEXT|path)\b"
)


def commands() -> list[list[str]]:
    """Every command, as the words that lead to it."""

    def below(command, words: list[str]) -> list[list[str]]:
        return [words, *(w for name, c in getattr(command, "commands", {}).items() for w in below(c, [*words, name]))]

    return below(command_line(), [])


COMMANDS = [pytest.param(words, id="_".join(words) or "asn_flex") for words in commands()]


def test_every_command_argument_and_option_has_a_sentence() -> None:
    """What is missing is listed: add `help.COMMAND.PARAMETER` (or `help.any.PARAMETER`) to both catalogues."""
    missing = [key for key, other in keys_of(command_line()) if not is_sentence(key) and not is_sentence(other)]
    assert missing == []


def test_no_help_sentence_is_left_over() -> None:
    used = {key for pair in keys_of(command_line()) for key in pair} | {"help.any.help"}
    assert {key for key in MESSAGES if key.startswith(("help.", "arg."))} - used == set()


def test_a_shared_sentence_serves_several_commands() -> None:
    pairs = list(keys_of(command_line()))
    for key in (k for k in MESSAGES if k.startswith("help.any.")):
        served = [own for own, shared in pairs if shared == key and not is_sentence(own)]
        assert len(served) > 1 or key == "help.any.help", key


def test_decorators_hold_no_help_in_one_language() -> None:
    """Typer would show it, but to speakers of English only."""
    found = [
        f"{file.name}:{node.lineno}"
        for file in CLI.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.keyword) and node.arg in {"help", "short_help", "epilog"}
    ]
    assert found == []


@pytest.mark.parametrize("words", COMMANDS)
def test_page_is_all_in_one_language(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*words, "--lang", "id", "--help"]) == 0
    indonesian = capsys.readouterr().out
    assert run([*words, "--help", "--lang=en"]) == 0
    english = capsys.readouterr().out
    assert indonesian.startswith("Pemakaian: asn-flex")
    assert english.startswith("Usage: asn-flex")
    assert FOREIGN.findall(indonesian) == []
    key = "_".join(words).replace("-", "_") or "asn_flex"
    for page, text in zip((indonesian, english), sentence(f"help.{key}"), strict=True):
        assert " ".join(text.split()) in " ".join(page.split())
    assert "None" not in indonesian + english


def test_page_tells_what_must_be_given_and_what_stands_else(capsys: pytest.CaptureFixture[str]) -> None:
    run(["plan", "--help", "--lang", "id"])
    page = " ".join(capsys.readouterr().out.split())
    assert "Pemakaian: asn-flex plan [PILIHAN] SKENARIO " in page
    assert "scenario.yaml di dalamnya. [wajib]" in page
    assert "--engine durable|plain" in page
    assert "[bawaan: durable]" in page
    assert "--time-limit ANGKA" in page
    assert "[bawaan: 60]" in page
    assert "--quarantine Sisihkan" in page


def test_an_argument_that_may_be_left_out_or_repeated_shows_it(capsys: pytest.CaptureFixture[str]) -> None:
    run(["diff", "--help", "--lang", "en"])
    assert "asn-flex diff [OPTIONS] OLD NEW [SCENARIO…]" in capsys.readouterr().out


@pytest.mark.parametrize("where", [("--lang", "id", "plan", "--help"), ("plan", "--lang=id", "--help")])
def test_language_may_stand_before_and_after_the_command(
    where: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(where) == 0
    assert capsys.readouterr().out.startswith("Pemakaian: asn-flex plan")


def test_language_of_the_terminal_counts_where_none_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", "id_ID.UTF-8")
    assert run(["check", "--help"]) == 0
    assert capsys.readouterr().out.startswith("Pemakaian:")
    assert run([]) == 0
    assert "Perintah:" in capsys.readouterr().out
    assert run(["--lang", "en", "check", "--help"]) == 0
    assert capsys.readouterr().out.startswith("Usage:")


def test_language_before_the_command_reaches_what_the_command_says(capsys: pytest.CaptureFixture[str]) -> None:
    book = Path(__file__).parents[2] / "examples" / "overlay" / "nasional"
    assert run(["--lang", "id", "test", str(book)]) == 0
    assert "uji lulus" in capsys.readouterr().out


def test_a_word_for_several_commands_shows_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["new", "--lang", "id"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "Perintah:\n  rule     Tambahkan kerangka" in told.err
