"""Characters that deceive the eye: what cannot be seen, and letters that look like others (semantics §3.3).

After the ideas of Unicode TR 36 and TS 39, kept small: invisible format characters and direction marks anywhere in a
rule file, but for those that a script needs; in ids and keys, letters of other scripts that look like Latin ones.
Labels may be in any script.

References
----------
Unicode Technical Standard #39, Unicode Security Mechanisms. https://www.unicode.org/reports/tr39/
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from asn_flex.domain.ids import is_id
from asn_flex.errors import Diagnostic, Place, Repair
from asn_flex.i18n import fault
from asn_flex.rulebook.lines import place_in

# Format characters (category Cf), line and paragraph separators, and fillers that show as nothing; but not those
# that are seen (signs of Arabic, Syriac and Kaithi numbers, joiners of hieroglyphs).
_HIDDEN = re.compile(
    "[\x85\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f]"
)
_JOINERS = "\u200c\u200d"
# Left-to-right, right-to-left and Arabic letter mark: they set brackets and digits right beside Arabic letters.
_MARKS = "\u200e\u200f\u061c"
_NEARBY = 3
# First words of the names of letters that need no joiner between them.
_JOINED_BY_NOTHING = frozenset(
    {"LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "GEORGIAN", "FULLWIDTH", "COMBINING", "MODIFIER", "MICRO", "FEMININE",
     "MASCULINE", "HANGUL", "CJK", "HIRAGANA", "KATAKANA"}
)  # fmt: skip
_MOST = 100

# Letters that look like a Latin letter or a digit in usual type (from confusables.txt of TS 39).
_SAME_LOOK: tuple[tuple[str, str], ...] = (
    ("авԁеɡһіјӏոорԛѕсԏуԝх", "aBdeghijlnopqsctywx"),
    ("АВЕЅІЈКМНОРСТУХԚԜЗӀ", "ABESIJKMHOPCTYXQW3I"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"),
    ("αγικνορυχ", "ayikvopux"),
    ("օսհցՏԼՕ", "ouhgSLO"),
    ("ɑıⅼ", "ail"),
)
_LOOKS_LIKE = {
    ord(letter): plain for letters, plains in _SAME_LOOK for letter, plain in zip(letters, plains, strict=True)
}
_ANOTHER_FORM = ("<wide>", "<narrow>", "<font>", "<compat>")
# What the eye confuses among the letters and digits of one keyboard.
_NEAR = str.maketrans({"0": "O", "1": "l", "I": "l", "m": "rn"})


def hidden_in(text: str, file: str) -> list[Diagnostic]:
    """Report characters that cannot be seen, each at its place; at most a hundred."""
    # Most files are plain.
    if text.isascii():
        return []
    found = islice((match for match in _HIDDEN.finditer(text) if not _is_needed(text, match.start())), _MOST)
    return [_hidden(match.group(), place_in(text, file, match.start())) for match in found]


def _hidden(character: str, place: Place) -> Diagnostic:
    name = unicodedata.name(character, "NEXT LINE" if character == "\x85" else "?")
    return replace(
        fault("E109", place, character=f"U+{ord(character):04X}", name=name), repair=Repair(place, character, "")
    )


def without_hidden(text: str) -> str:
    """Return text without what cannot be seen, to read on as it was meant."""
    if text.isascii():
        return text
    return _HIDDEN.sub(lambda match: match.group() if _is_needed(text, match.start()) else "", text)


def _is_needed(text: str, at: int) -> bool:
    """Whether what cannot be seen does its work where it stands."""
    if text[at] in _MARKS:
        nearby = text[max(at - _NEARBY, 0) : at] + text[at + 1 : at + 1 + _NEARBY]
        return any(letter.isalpha() and unicodedata.bidirectional(letter) in {"R", "AL"} for letter in nearby)
    return _joins(text, at)


def _joins(text: str, at: int) -> bool:
    """Whether a joiner does its work: in a script that is written with joiners, or between the parts of a picture."""
    if text[at] not in _JOINERS or at == 0:
        return False
    before, after = text[at - 1], text[at + 1 : at + 2]
    if after and unicodedata.category(after) == "So":
        return unicodedata.category(before) in {"So", "Sk", "Mn"}
    script = unicodedata.name(before, "").partition(" ")[0]
    return unicodedata.category(before)[0] in "LM" and script not in _JOINED_BY_NOTHING | {"VARIATION"}


def plainly(word: str) -> str:
    """Return a word in the letters that it looks like: wide or styled letters as usual ones, lookalikes as Latin."""
    if word.isascii():
        return word
    return "".join(map(_plain, word)).translate(_LOOKS_LIKE)


def _plain(letter: str) -> str:
    """Return a letter in its usual form; one above or below the line (`m²`) or in a circle stays, for it is seen."""
    drawn = unicodedata.decomposition(letter).startswith(_ANOTHER_FORM)
    return unicodedata.normalize("NFKC", letter) if drawn else letter


def skeleton(word: str) -> str:
    """Return what the eye sees of a word: two words of one skeleton are easily taken for each other.

    Examples
    --------
    >>> skeleton("COV-O1") == skeleton("COV-01") == skeleton("СОV-01")
    True
    """
    return plainly(word).translate(_NEAR)


def strange_letters(word: str) -> tuple[str, ...]:
    """Return the letters of a word that look like others, each once, as `U+0430 CYRILLIC SMALL LETTER A`."""
    strange = dict.fromkeys(c for c in word if plainly(c) != c and plainly(c).isascii())
    return tuple(f"`{c}` (U+{ord(c):04X} {unicodedata.name(c, '?')})" for c in strange)


def misspelt_letters(word: str, place: Place) -> tuple[Diagnostic, str] | None:
    """Report an id or key that mixes Latin letters with letters that look like them; return it with what was meant."""
    if word.isascii() or not is_id(word):
        return None
    composed = unicodedata.normalize("NFC", word)
    if composed != word:
        return replace(fault("E109.composed", place, word=word), repair=Repair(place, word, composed)), composed
    strange = strange_letters(word)
    # Wide and styled letters are Latin ones already.
    if not strange or not any(_plain(c).isascii() and c.isalpha() for c in word):
        return None
    return lookalike(word, plainly(word), place), plainly(word)


def lookalike(word: str, meant: str, place: Place) -> Diagnostic:
    """Report a word that is written with letters of another script."""
    letters = ", ".join(strange_letters(word))
    one = fault("E109.letter", place, word=word, letters=letters, meant=meant)
    return replace(one, repair=Repair(place, word, meant))


def twins(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield every word with an earlier one that looks the same."""
    first: dict[str, str] = {}
    for word in words:
        known = first.setdefault(skeleton(word), word)
        if known != word:
            yield word, known
