"""The message catalogue: every sentence that asn-flex says, in Indonesian and English.

A message says what is wrong, where it matters and what to do; input stands in backticks; no Python type names.
Keys are finding codes, with a variant after a dot where one code has several sentences. `docs/semantics.md` lists
the families: E1 form of a file, E2 entries, E3 references, E4 conditions, S scenario, P pins, C conflict, F plan files.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from asn_flex.errors import Diagnostic, Place, Text
from asn_flex.messages import MESSAGES


def say(key: str, /, **values: object) -> Text:
    """Fill the sentence `key` with values, in both languages.

    A value that is itself a `Text` is filled in its own language.

    Raises
    ------
    KeyError
        If the catalogue has no such sentence, or a value is missing: a defect, found by the tests.
    """
    template = MESSAGES[key]
    return Text(*(template[i].format_map(_in_language(values, i)) for i in (0, 1)))


def _in_language(values: dict[str, object], index: int) -> dict[str, object]:
    return {k: v[index] or v[1 - index] if isinstance(v, Text) else v for k, v in values.items()}


def fault(key: str, place: Place, /, *, hint: Text | None = None, **values: object) -> Diagnostic:
    """Make the diagnostic with the code before the dot of `key`; `hint` is added to the sentence."""
    text = say(key, **values)
    if hint is not None:
        text = Text(*(f"{body}{more}" for body, more in zip(text, hint, strict=True)))
    return Diagnostic(place, key.split(".", 1)[0], text)


def nearest(name: str, known: Iterable[str]) -> Text | None:
    """Return `; did you mean …?` with the nearest known name, or None where nothing is near."""
    options = sorted(set(known))
    match = difflib.get_close_matches(name, options, n=1, cutoff=0.6)
    if not match:
        folded = {o.casefold(): o for o in reversed(options)}
        match = [folded[name.casefold()]] if name.casefold() in folded else []
    if not match:
        tails = [o for o in options if o.split(".")[-1] == name]
        match = tails[:1]
    return say("hint.nearest", name=match[0]) if match else None
