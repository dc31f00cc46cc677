"""One cell to the text that a scenario's table holds, and how it was understood (semantics §6.5).

What has one meaning is written as a scenario writes it; what could mean two things is refused with both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from asn_flex.domain.ids import is_id
from asn_flex.errors import Text
from asn_flex.i18n import say
from asn_flex.readwrite.cells import text_of, texts_of
from asn_flex.readwrite.columns import Column
from asn_flex.roster.names import NOTHING, VALUE_NAMES, clean, fold
from asn_flex.rulebook.model import Rulebook

MONTHS: Mapping[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan", "februari pebruari february feb peb", "maret march mar", "april apr", "mei may",
            "juni june jun", "juli july jul", "agustus august agu agt agust aug ags", "september sep sept",
            "oktober october okt oct", "november nopember nov nop", "desember december des dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_DAY_FIRST = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})")
_IN_WORDS = re.compile(r"(?:[a-z]+,?\s+)?(\d{1,2})[\s\-]+([a-z]+)\.?[\s\-]+(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{1,2})")
_SHORT_YEAR = re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2}")
_CLOCK = re.compile(
    r"(?:(?:jam|pukul|pkl)\.?\s*)?(\d{1,2})[:.](\d{2})(?::(\d{2}))?\s*(wib|wita|wit|[+-]\d{2}:\d{2}|z)?"
)
ZONES: Mapping[str, str] = {"wib": "+07:00", "wita": "+08:00", "wit": "+09:00", "z": "+00:00"}
_GROUPED = re.compile(r"[-+]?[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*")
_COMMA = re.compile(r"[-+]?\d+,\d+")
_BOTH_SIGNS = re.compile(r"[-+]?\d{1,3}(?:\.\d{3})+,\d+")
_LEVEL = re.compile(r"(?:tingkat|level|lvl|tk)\s*(\d+)")
# A spreadsheet program takes text that begins so for a formula; a telephone number or a plain number harms nobody.
_FORMULA = re.compile(r"[=@\t\r]|[+\-](?![\d\s()./\-]*$)")
_AT_MOST_BYTES = 2_000


@dataclass(frozen=True)
class Reading:
    """How a cell was read: its text (None where it is empty), what was assumed, or what is wrong.

    `note` names an assumption that is said once for a column, with a count and an example. `wrong` is the key of a
    fault and its values; `text` is then what stands in the cell.
    """

    text: str | None
    note: str | None = None
    wrong: tuple[str, Mapping[str, Any]] | None = None


@dataclass
class Reader:
    """Reads the cells of one column; equal cells are read once."""

    column: Column
    rulebook: Rulebook
    table: str
    _known: dict[tuple[type, Any], Reading] = field(default_factory=dict)

    def read(self, cell: Any) -> Reading:
        """Read one cell."""
        key = (type(cell), cell)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._read(cell)
        return found

    def _read(self, cell: Any) -> Reading:
        typed = not isinstance(cell, str)
        text = clean(text_of(cell) or "")
        if text.casefold() in NOTHING:
            return Reading(None, "nothing" if text else None)
        if typed and self._is_named:
            _, problems = texts_of([cell], is_id=True)
            if problems:
                return Reading(problems[0].found, wrong=(problems[0].key, {"found": problems[0].found}))
        if isinstance(cell, (date, datetime, time, timedelta)) and self._kind not in {"date", "moment"}:
            return self._refused(text, "kind")
        if len(text) > _AT_MOST_BYTES:
            return self._refused(text[:40] + "…", "long")
        return self._by_kind(text.removeprefix("'") if not typed else text, typed=typed)

    @property
    def _is_named(self) -> bool:
        return self.column.is_id or self.column.name in {"nip", "phone", "officer"}

    @property
    def _kind(self) -> str:
        return self.column.form or self.column.attribute.kind

    def _by_kind(self, text: str, *, typed: bool) -> Reading:
        if self.column.name == "nip":
            return _nip(text)
        if self.column.refers or self.column.defines:
            return Reading(" ".join(text.split()))
        if (self.table, self.column.name) == ("holdings", "level"):
            return self._level(text)
        readers: dict[str, Callable[[str], Reading]] = {
            "bool": self._yes_no, "date": self._date, "moment": self._moment, "enum": self._choice, "set": self._set,
            "int": self._whole, "number": self._number, "degrees": self._number,
        }  # fmt: skip
        reader = readers.get(self._kind)
        if reader is not None and not (typed and self._kind in {"number", "degrees"}):
            return reader(text)
        return self._safe(text)

    def _refused(self, text: str, form: str, **values: object) -> Reading:
        told = {"found": text, "wanted": self.wanted, **values}
        return Reading(text, wrong=(f"R111.{form}" if form else "R111", told))

    @cached_property
    def wanted(self) -> Text:
        """What the column takes, in words."""
        kind = "text" if self._kind == "area" else self._kind
        if kind == "enum":
            return say("roster.wanted.enum", values=", ".join(f"`{v}`" for v in self.column.attribute.values))
        return say(f"roster.wanted.{kind}")

    def _safe(self, text: str) -> Reading:
        text = " ".join(text.split())
        if _FORMULA.match(text):
            return Reading(text, wrong=("R112", {"found": text}))
        return Reading(text)

    # ---- yes and no, choices, sets ---------------------------------------------------------------

    def _yes_no(self, text: str) -> Reading:
        found = _named("yes_no", text)
        if found is None and text.casefold() in {"true", "false"}:
            return Reading(text.casefold())
        if found is None:
            return self._refused(text, "")
        return Reading(found, None if fold(text) in {"ya", "tidak", "1", "0", "true", "false"} else f"yes_no.{found}")

    def _choice(self, text: str) -> Reading:
        values = {fold(value): value for value in self.column.attribute.values}
        found = values.get(fold(text))
        if found is not None:
            return Reading(found)
        found = _named(self.column.name, text)
        if found is None or found not in self.column.attribute.values:
            return self._refused(text, "")
        return Reading(found, f"value.{found}")

    def _set(self, text: str) -> Reading:
        parts = [" ".join(part.split()) for part in re.split(r"[;|,\n]", text) if part.strip()]
        notes: list[str] = []
        for number, part in enumerate(parts):
            if _FORMULA.match(part):
                return Reading(text, wrong=("R112", {"found": part}))
            found = _named("evidence", part) if self.column.name == "evidence" else None
            if found is not None and part != found:
                parts[number] = found
                notes.append(f"value.{found}")
        return Reading("|".join(sorted(set(parts))) or None, notes[0] if notes else None)

    def _level(self, text: str) -> Reading:
        found = _named("level", text)
        if found is not None and found != text:
            return Reading(found, f"level.{found}")
        written = _LEVEL.fullmatch(fold(text))
        digits = written[1] if written is not None else text
        if re.fullmatch(r"\d{1,4}", digits):
            return Reading(str(int(digits)))
        return self._refused(text, "level")

    # ---- numbers ---------------------------------------------------------------------------------

    def _whole(self, text: str) -> Reading:
        grouped = _GROUPED.fullmatch(text)
        if grouped is not None:
            return Reading(text.replace(grouped[1], ""), "thousands")
        if re.fullmatch(r"[-+]?\d{1,18}(?:\.0+)?", text):
            return Reading(text.partition(".")[0].removeprefix("+"))
        return self._refused(text, "")

    def _number(self, text: str) -> Reading:
        if _BOTH_SIGNS.fullmatch(text):
            return Reading(text.replace(".", "").replace(",", "."), "comma")
        if _COMMA.fullmatch(text):
            if _GROUPED.fullmatch(text) and self._kind != "degrees":
                return self._refused(text, "comma", whole=text.replace(",", ""), part=text.replace(",", "."))
            return Reading(text.replace(",", "."), "comma")
        return Reading(text) if re.fullmatch(r"[-+]?\d{1,18}(?:\.\d+)?", text) else self._refused(text, "")

    # ---- dates and times -------------------------------------------------------------------------

    def _date(self, text: str) -> Reading:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}T00:00:00", text):
            text = text[:10]
        return self._day(text)

    def _day(self, text: str) -> Reading:
        low = text.casefold().strip()
        first = _YEAR_FIRST.fullmatch(low)
        if first is not None:
            year, month, day = (int(part) for part in first.groups())
            return self._calendar(text, year, month, day, note=None)
        first = _DAY_FIRST.fullmatch(low)
        if first is not None:
            day, month, year = (int(part) for part in first.groups())
            return self._calendar(text, year, month, day, note="day_first")
        spoken = _IN_WORDS.fullmatch(low)
        if spoken is not None and spoken[2] in MONTHS:
            return self._calendar(text, int(spoken[3]), MONTHS[spoken[2]], int(spoken[1]), note="day_words")
        if _SHORT_YEAR.fullmatch(low):
            return self._refused(text, "year")
        return self._refused(text, "serial" if re.fullmatch(r"\d{5}(?:\.\d+)?", low) else "")

    def _calendar(self, text: str, year: int, month: int, day: int, *, note: str | None) -> Reading:
        try:
            found = date(year, month, day)
        except ValueError:
            form = "month_first" if note == "day_first" and month > 12 >= day and month <= 31 else "calendar"
            return self._refused(text, form)
        return Reading(found.isoformat(), note)

    def _moment(self, text: str) -> Reading:
        low = text.casefold().replace(",", " ").strip()
        try:
            return Reading(datetime.fromisoformat(text).isoformat(timespec="minutes"))
        except ValueError:
            pass
        whole = re.fullmatch(r"(.+?)[\st]+" + _CLOCK.pattern, low)
        day = self._day(whole[1].strip() if whole is not None else low)
        if day.wrong is not None:
            return self._refused(text, day.wrong[0].partition(".")[2])
        if whole is None:
            return Reading(day.text, day.note)
        hour, minute, second, zone = whole.group(2), whole.group(3), whole.group(4), whole.group(5)
        offset = ZONES.get(zone, zone) if zone else ""
        try:
            clock = time(int(hour), int(minute), int(second or 0))
        except ValueError:
            return self._refused(text, "")
        return Reading(
            f"{day.text}T{clock.isoformat('seconds' if second else 'minutes')}{offset}", day.note or "moment"
        )


def _named(kind: str, text: str) -> str | None:
    """Return the value that a word means."""
    folded = fold(text) or text.strip()
    for value, words in VALUE_NAMES.get(kind, {}).items():
        if folded == fold(value) or folded in words:
            return value
    return None


def _nip(text: str) -> Reading:
    bare = re.sub(r"[\s.'’`\-]", "", text)
    if bare.isdigit():
        return Reading(bare, "nip_signs" if bare != text else None)
    return (
        Reading(" ".join(text.split())) if not _FORMULA.match(text) else Reading(text, wrong=("R112", {"found": text}))
    )


def id_from(text: str) -> str:
    """Return an id made of a name: its words in lower case, joined with hyphens."""
    bare = " ".join(text.split())
    return bare if is_id(bare) else fold(text).replace(" ", "-")
