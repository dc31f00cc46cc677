"""The sentences of the catalogue in both languages, read from gettext files (`locale/*/LC_MESSAGES/asn_flex.po`).

A sentence is known by its key, not by its English text, so that no language is the original of the other; a test
refuses a key that one of them lacks.
"""

from __future__ import annotations

from gettext import GNUTranslations
from importlib.resources import files

from asn_flex.errors import Text


def _read(lang: str) -> GNUTranslations:
    with (files("asn_flex") / "locale" / lang / "LC_MESSAGES" / "asn_flex.mo").open("rb") as stream:
        return GNUTranslations(stream)


_INDONESIAN, _ENGLISH = _read("id"), _read("en")


def is_sentence(key: str) -> bool:
    """Whether the catalogue has a sentence of that name."""
    return bool(key) and _ENGLISH.gettext(key) != key


def counted(key: str, count: int) -> Text:
    """Return the sentence `key` in the form that goes with a number, in both languages, with its blanks still open.

    Raises
    ------
    KeyError
        If the catalogue has no such sentence with forms for numbers.
    """
    found = Text(_INDONESIAN.ngettext(key, key, count), _ENGLISH.ngettext(key, key, count))
    if key in found:
        raise KeyError(key)
    return found


def sentence(key: str) -> Text:
    """Return the sentence `key` in both languages, with its blanks still open.

    Raises
    ------
    KeyError
        If the catalogue has no such sentence: a defect, found by the tests.
    """
    if not is_sentence(key):
        raise KeyError(key)
    return Text(_INDONESIAN.gettext(key), _ENGLISH.gettext(key))
