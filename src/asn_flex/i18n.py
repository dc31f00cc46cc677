"""The message catalogue: every sentence that asn-flex says, in Indonesian and English.

A message says what is wrong, where it matters and what to do; input stands in backticks; no Python type names.
Keys are finding codes, with a variant after a dot where one code has several sentences. `docs/semantics.md` lists
the families: E1 form of a file, E2 entries, E3 references, E4 conditions, S scenario, R rosters, P pins, C conflict,
F plan files.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from asn_flex.errors import Diagnostic, Place, Text
from asn_flex.messages import counted, sentence


def say(key: str, /, **values: object) -> Text:
    """Fill the sentence `key` with values, in both languages.

    A value that is itself a `Text` is filled in its own language.

    Raises
    ------
    KeyError
        If the catalogue has no such sentence, or a value is missing: a defect, found by the tests.
    """
    template = sentence(key)
    return Text(*(template[i].format_map(_in_language(values, i)) for i in (0, 1)))


def say_count(key: str, /, count: int, **values: object) -> Text:
    """Fill the sentence `key` in the form that goes with `count`, which is filled in as well."""
    template = counted(key, count)
    return Text(*(template[i].format_map(_in_language({**values, "count": count}, i)) for i in (0, 1)))


# What would break a line of output, or turn it around for the eye: controls, line separators, direction marks.
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
_LONGEST = 1000
# Comparing names costs the product of their lengths.
_LONGEST_NAME = 80


def _in_language(values: dict[str, object], index: int) -> dict[str, object]:
    chosen = {k: (v[index] or v[1 - index]) if isinstance(v, Text) else v for k, v in values.items()}
    return {k: one_line(v) if isinstance(v, str) else v for k, v in chosen.items()}


def one_line(value: str) -> str:
    """Return text that can stand in one line: what cannot be seen is written as an escape, and length is bounded."""
    if len(value) > _LONGEST:
        value = f"{value[:_LONGEST]}…"
    return visible(value)


def visible(value: str) -> str:
    """Return text in which what cannot be seen, or would break the line, is written as an escape."""
    return _INVISIBLE.sub(lambda found: ascii(found.group())[1:-1], value)


def with_hint(text: Text, hint: Text | None) -> Text:
    """Return a sentence with another part behind it."""
    return text if hint is None else Text(text.id + hint.id, text.en + hint.en)


def fault(key: str, place: Place, /, *, hint: Text | None = None, **values: object) -> Diagnostic:
    """Make the diagnostic with the code before the dot of `key`; `hint` is added to the sentence."""
    text = with_hint(say(key, **values), hint)
    if not place.file.isascii() or not place.file.isprintable():
        place = place._replace(file=visible(place.file))
    return Diagnostic(place, key.split(".", 1)[0], text)


def nearest(name: str, known: Iterable[str]) -> Text | None:
    """Return `; did you mean …?` with the nearest known name, or None where nothing is near."""
    found = closest(name, known)
    return say("hint.nearest", name=found) if found is not None else None


def closest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that `name` was probably meant to be, or None."""
    if len(name) > _LONGEST_NAME:
        return None
    options = sorted({o for o in known if len(o) <= _LONGEST_NAME})
    match = difflib.get_close_matches(name, options, n=1, cutoff=0.6)
    if not match:
        folded = name.casefold()
        match = [o for o in options if o.casefold() == folded or o.split(".")[-1] == name]
    return match[0] if match else None
