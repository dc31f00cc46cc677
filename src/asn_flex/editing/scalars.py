"""How one value is written: without quotes where it reads back the same, else in double quotes (semantics §3.3).

Quotes matter to the reader of rule files: `12.10` and `"12.10"` are two values, `yes` and `"yes"` are one.
"""

from __future__ import annotations

import re

from asn_flex.rulebook.tree import Scalar

# What YAML takes for something else at the beginning of a value; `-` only where nothing follows it directly.
_OPENING = frozenset("?:,[]{}#&*!|>'\"%@`=")
_FLOW_SIGNS = re.compile(r"[,\[\]{}]")
_SPOT = (1, 1)
# What other readers of YAML take for a truth value, a time of day or nothing.
_OTHERS = re.compile(
    r"(?i:yes|no|on|off|y|n|true|false|null|~)|[-+]?[0-9]+(:[0-5]?[0-9])+(\.[0-9]*)?|[-+]?[0-9][0-9_]*"
)
# A sentence: sooner or later somebody writes a colon into it.
_SENTENCE = re.compile(r".* .*[.!?]")
# Where quotes stay: signs of YAML, the end of a sentence, and what begins like a number.
_GUARDED = re.compile(r"[,\[\]{}#:&*!|>'\"%@`\\]|[.!?]$|^[-+.0-9]")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}


def reads_plain(text: str, *, in_flow: bool) -> bool:
    """Whether a text without quotes is read back letter by letter (as a number or truth value, perhaps)."""
    if not text or text != text.strip() or not all(c == " " or c.isprintable() for c in text):
        return False
    if text[0] in _OPENING or text.startswith(("---", "...")) or text == "<<":
        return False
    if text[0] == "-" and (len(text) == 1 or text[1] in " ,[]{}"):
        return False
    if ": " in text or " #" in text or text.endswith(":"):
        return False
    return not (in_flow and _FLOW_SIGNS.search(text))


def reads_as_text(text: str) -> bool:
    """Whether a text without quotes is text to asn-flex: neither number nor truth value nor nothing."""
    bare = Scalar(text, plain=True, spot=_SPOT)
    return bare.as_bool is None and bare.as_number_text is None and not bare.is_null


def harmless(text: str) -> bool:
    """Whether quotes around a text guard against nothing that a later edit or another program could do to it."""
    return (
        reads_plain(text, in_flow=True)
        and reads_as_text(text)
        and _GUARDED.search(text) is None
        and _OTHERS.fullmatch(text) is None
    )


def in_quotes(text: str) -> str:
    """Write a text in double quotes, in one line; what cannot be seen is written as an escape."""
    return '"' + "".join(_ESCAPES.get(c) or (c if c == " " or c.isprintable() else _escape(c)) for c in text) + '"'


def _escape(character: str) -> str:
    number = ord(character)
    if number <= 0xFF:
        return f"\\x{number:02X}"
    return f"\\u{number:04X}" if number <= 0xFFFF else f"\\U{number:08X}"


def text_value(text: str, *, in_flow: bool) -> str:
    """Write a value that is text: in quotes where it would be read as something else, here or by other programs."""
    wants_quotes = _OTHERS.fullmatch(text) or "#" in text or _SENTENCE.fullmatch(text)
    if wants_quotes or not reads_as_text(text) or not reads_plain(text, in_flow=in_flow):
        return in_quotes(text)
    return text


def scalar_value(scalar: Scalar, *, in_flow: bool) -> str:
    """Write a value as it was: in quotes if it had them, or if it cannot stand without them here."""
    if scalar.plain and (not scalar.text or reads_plain(scalar.text, in_flow=in_flow)):
        return scalar.text
    return in_quotes(scalar.text)


def key_text(key: str, *, in_flow: bool) -> str:
    """Write a key; it is a name, whatever it looks like."""
    return key if reads_plain(key, in_flow=in_flow) else in_quotes(key)
