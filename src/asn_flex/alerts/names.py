"""Which areas a text names: `Kec. Datuk Bandar Timur dan Tanjung Balai Selatan` (semantics §6.6).

Names are compared letter by letter without case, spaces and signs (`Tanjung Balai` is `Tanjungbalai`), the longest
first: who says `Datuk Bandar Timur` does not mean `Datuk Bandar`, also where no such area is known.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from asn_flex.domain.scenario import Scenario

# Words for the level of an area, and how they are shortened.
_LEVELS: Mapping[str, str] = {
    "kab": "kabupaten", "kec": "kecamatan", "kel": "kelurahan", "prov": "provinsi", "propinsi": "provinsi",
    "city": "kota", "regency": "kabupaten", "district": "kecamatan", "subdistrict": "kecamatan", "distrik": "kecamatan",
    "province": "provinsi", "village": "desa",
} | {name: name for name in ("kota", "kabupaten", "kecamatan", "kelurahan", "desa", "provinsi")}  # fmt: skip
# What turns a name into that of a neighbour, and follows it without a sign between.
_PARTS = frozenset({
    "timur", "barat", "utara", "selatan", "tengah", "tenggara", "hulu", "hilir", "atas", "bawah", "baru", "lama",
    "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10",
    "east", "west", "north", "south",
})  # fmt: skip
_WORD = re.compile(r"[^\W_]+")
# What parts two names from each other; a full stop may shorten a word (`Kec.`).
_BREAK = re.compile(r"[,;:/|()\n\r\t\-–—+&]")
# So many words make a name, and so many letters of a description are read: the rest is prose.
_LONGEST_NAME = 8
MAX_LETTERS = 20_000


class _Word(NamedTuple):
    text: str
    is_last: bool


class AreaNames:
    """The names of a scenario's areas, to be found in texts."""

    def __init__(self, scenario: Scenario) -> None:
        self._tree = scenario.area_tree
        self._levels: dict[str, str] = {}
        self._called: dict[str, set[str]] = defaultdict(set)
        for area, row in scenario.area_facts.items():
            words = [word.text for word in _words(str(row["name"] or ""))]
            level = _LEVELS.get(str(row.get("level") or "").casefold(), "")
            self._levels[area] = level
            if len(words) > 1 and _LEVELS.get(words[0]) == level != "":
                self._called["".join(words[1:])].add(area)
            if words:
                self._called["".join(words)].add(area)

    def named_in(self, text: str) -> frozenset[str]:
        """Return the areas that a text names; one that contains another named area is taken as its address."""
        words = _words(text[:MAX_LETTERS])
        hits: list[frozenset[str]] = []
        index = 0
        while index < len(words):
            size, areas = self._longest_at(words, index)
            if areas:
                hits.append(areas)
            index += max(1, size)
        return self._settled(hits)

    def _longest_at(self, words: list[_Word], start: int) -> tuple[int, frozenset[str]]:
        """Return how many words the longest name here takes, and the areas of that name."""
        most = next((n for n, word in enumerate(words[start : start + _LONGEST_NAME], 1) if word.is_last), None)
        for size in range(most or min(_LONGEST_NAME, len(words) - start), 0, -1):
            areas = self._called.get("".join(word.text for word in words[start : start + size]))
            if areas is None:
                continue
            following = words[start + size].text if start + size < len(words) else ""
            if following in _PARTS and not words[start + size - 1].is_last:
                return size + 1, frozenset()
            return size, self._of_level(areas, words[start - 1].text if start else "")
        return 1, frozenset()

    def _of_level(self, areas: set[str], word: str) -> frozenset[str]:
        """Return the areas whose level is the one said right before the name; all where none is."""
        level = _LEVELS.get(word, "")
        fitting = {area for area in areas if level and self._levels[area] == level}
        return frozenset(fitting or areas)

    def _settled(self, hits: list[frozenset[str]]) -> frozenset[str]:
        """Let addresses decide between areas of one name, and then leave them out."""
        named = frozenset().union(*hits)
        chosen: set[str] = set()
        for areas in hits:
            addressed = {a for a in areas if any(up in named for up in self._tree.upwards(a)[1:])}
            chosen |= addressed if addressed and len(areas) > 1 else areas
        return frozenset(a for a in chosen if not any(a != b and self._tree.within(b, a) for b in chosen))


def _words(text: str) -> list[_Word]:
    """Return the words of a text in one spelling, each with whether a sign parts it from the next."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    found = list(_WORD.finditer(plain))
    ends = [*(match.start() for match in found[1:]), len(plain)] if found else []
    return [
        _Word(match.group(), _BREAK.search(plain, match.end(), end) is not None)
        for match, end in zip(found, ends, strict=True)
    ]
