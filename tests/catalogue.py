"""The sentences of the catalogue as the checkout has them, for tests that go through all of them."""

from __future__ import annotations

from pathlib import Path

from babel.messages.pofile import read_po

from asn_flex.errors import Text

LOCALE = Path(__file__).parent.parent / "src" / "asn_flex" / "locale"


def read_catalogue(lang: str) -> dict[str, str]:
    with (LOCALE / lang / "LC_MESSAGES" / "asn_flex.po").open("rb") as stream:
        found = {}
        for message in read_po(stream):
            if message.id:
                # A sentence with forms for numbers is known by the first; the last is the common one.
                is_plural = isinstance(message.id, tuple)
                found[message.id[0] if is_plural else message.id] = message.string[-1] if is_plural else message.string
        return found


def read_plurals() -> set[str]:
    """Sentences with forms for numbers."""
    with (LOCALE / "en" / "LC_MESSAGES" / "asn_flex.po").open("rb") as stream:
        return {message.id[0] for message in read_po(stream) if isinstance(message.id, tuple)}


_INDONESIAN, _ENGLISH = read_catalogue("id"), read_catalogue("en")
MESSAGES = {key: Text(_INDONESIAN.get(key, ""), text) for key, text in _ENGLISH.items()}
