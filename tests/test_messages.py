"""The catalogue is complete in both languages, and says the same with the same blanks (semantics §12.2)."""

from __future__ import annotations

import re
import string

import pytest

from asn_flex.i18n import say_count
from asn_flex.messages import counted, is_sentence, sentence

from .catalogue import LOCALE, MESSAGES, read_catalogue, read_plurals

SOURCES = sorted((LOCALE.parent).rglob("*.py"))
SAID = re.compile(r'\b(?:say|say_count|fault|misnamed|complain|report|_report|sentence)\(\s*"([a-zA-Z0-9_.]+)"')


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_sentences():
    assert set(read_catalogue("id")) == set(read_catalogue("en"))


@pytest.mark.parametrize("lang", ["id", "en"])
def test_sentences_are_written_and_stand_in_order_of_name(lang: str):
    found = read_catalogue(lang)
    assert [key for key, text in found.items() if not text.strip()] == []
    assert list(found) == sorted(found)


def test_translations_fill_the_same_blanks():
    told = {key: text for key, text in MESSAGES.items() if not key.startswith("schema.")}
    assert {key for key, text in told.items() if blanks(text.id) != blanks(text.en)} == set()


def test_every_sentence_that_code_names_exists():
    named = {key for file in SOURCES for key in SAID.findall(file.read_text(encoding="utf-8"))}
    assert len(named) > 300
    assert {key for key in named if key not in MESSAGES} == set()


def test_the_installed_catalogue_is_that_of_the_checkout():
    plurals = read_plurals()
    spoken = {key: counted(key, 5) if key in plurals else sentence(key) for key in MESSAGES}
    assert {key for key, text in MESSAGES.items() if spoken[key] != text} == set(), "run `python hatch_build.py`"


def test_unknown_sentence_is_no_sentence():
    assert not is_sentence("")
    assert not is_sentence("E101.nonsense")
    with pytest.raises(KeyError):
        sentence("E101.nonsense")


def test_no_module_holds_a_sentence_of_its_own():
    """Only the catalogue speaks to people: no module writes both languages into its code."""
    pattern = re.compile(r'\bText\(\s*f?"[^"{}]*[a-z]{2}[^"{}]*",\s*f?"')
    assert [file.name for file in SOURCES if pattern.search(file.read_text(encoding="utf-8"))] == []


def test_numbers_have_forms_where_the_language_has_them():
    assert say_count("check.errors", 1).en == "1 error"
    assert say_count("check.errors", 0).en == "0 errors"
    assert say_count("check.errors", 1).id == "1 galat"
    with pytest.raises(KeyError):
        counted("E101", 2)
