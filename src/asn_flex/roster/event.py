"""The sheet that tells the event, as `scenario.yaml` (semantics §6.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from asn_flex.domain.attributes import Attribute, Kind
from asn_flex.editing.scalars import in_quotes, text_value
from asn_flex.errors import Diagnostic, Note, Place
from asn_flex.i18n import fault, say
from asn_flex.readwrite.cells import text_of
from asn_flex.readwrite.columns import Column
from asn_flex.readwrite.settings import FORMAT
from asn_flex.roster.headers import Vocabulary
from asn_flex.roster.links import Naming
from asn_flex.roster.names import EVENT, NOTHING, aliases_of, clean, fold, readings, table_named
from asn_flex.roster.sheets import Sheet
from asn_flex.roster.values import Reader, id_from

# The keys of the sheet, in the order in which the empty workbook asks for them.
KEYS = ("label", "type", "areas", "command_area", "now", "started", "start", "end", "phase", "decree", "severity",
        "affected_people", "id")  # fmt: skip
REQUIRED = ("type", "areas", "end")
_MOMENTS = ("now", "started", "start", "end")


@dataclass
class Told:
    """What the sheet says: `scenario.yaml` as lines, each with the cell that it came from."""

    lines: list[tuple[str, Place]] = field(default_factory=list)
    faults: list[Diagnostic] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def content(self) -> bytes:
        """The file."""
        return "".join(f"{line}\n" for line, _ in self.lines).encode()


@dataclass(frozen=True)
class Asked:
    """What the event may be told with."""

    words: Vocabulary
    areas: Naming
    roots: Sequence[str]
    now: datetime | None
    rules: str | None
    tables: Sequence[str]
    stem: str


def find_event(sheets: Sequence[Sheet]) -> Sheet | None:
    """Return the sheet that tells the event."""
    return next((sheet for sheet in sheets if not sheet.is_hidden and table_named(sheet.name) == EVENT), None)


def tell_event(sheet: Sheet, asked: Asked) -> Told:
    """Read the sheet; what is missing or wrong is told at its cell."""
    told = Told()
    cells = _cells(sheet, asked, told)
    values = {key: _value(key, cell, place, asked, told) for key, (cell, place) in cells.items()}
    given = {key: text for key, text in values.items() if text is not None}
    start = Place(sheet.file, 1, 1)
    at = {key: place for key, (_, place) in cells.items()}
    _infer(given, set(values) - given.keys(), start, asked, told)
    for key in REQUIRED:
        if key not in given and at.get(key) not in {found.place for found in told.faults}:
            told.faults.append(fault("R107.key", at.get(key, start), name=aliases_of(EVENT, key)[1], key=key))
    if not told.faults:
        _write(given, at, start, asked, told)
    return told


def _cells(sheet: Sheet, asked: Asked, told: Told) -> dict[str, tuple[Any, Place]]:
    """Return the value beside each key, with its place."""
    names = {fold(text): key for key in KEYS for text in aliases_of(EVENT, key)}
    for attribute in _facts(asked):
        for text in (attribute.name, *(attribute.label or ())):
            names.setdefault(fold(text), attribute.name)
    found: dict[str, tuple[Any, Place]] = {}
    for number, row in enumerate(sheet.rows):
        filled = [(n, cell) for n, cell in enumerate(row) if clean(text_of(cell) or "")]
        if not filled:
            continue
        label = clean(text_of(filled[0][1]) or "")
        key = next((names[text] for text in readings(label) if text in names), None)
        place = Place(sheet.file, number + 1, filled[0][0] + 2)
        value = row[filled[0][0] + 1] if filled[0][0] + 1 < len(row) else ""
        if key is None:
            if len(filled) > 1 and number:
                told.notes.append(Note(place, say("roster.note.event_unread", name=label)))
        elif key in found:
            told.faults.append(fault("R105", place, name=label, column=key, other=str(found[key][1].line)))
        elif (number, filled[0][0] + 1) in sheet.broken:
            told.faults.append(fault("R110", place, column=key))
        else:
            found[key] = (value, place)
    return found


def _facts(asked: Asked) -> list[Attribute]:
    return [
        a for a in asked.words.rulebook.attributes.values() if a.scope == "event" and a.name not in {"type", "days"}
    ]  # fmt: skip


def _value(key: str, cell: Any, place: Place, asked: Asked, told: Told) -> str | None:
    """Return the text of a value as `scenario.yaml` has it, None where there is none or it is faulty."""
    text = clean(text_of(cell) or "")
    if text.casefold() in NOTHING:
        return None
    if key == "type":
        return _type(text, place, asked, told)
    if key in {"areas", "command_area"}:
        parts = [part.strip() for part in text.replace("\n", ";").replace("|", ";").split(";") if part.strip()]
        if key == "areas" and len(parts) == 1 and text not in asked.areas.ids:
            parts = [part.strip() for part in text.split(",") if part.strip()]
        ids = [_area(part, cell, place, asked, told) for part in parts]
        return ", ".join(i for i in ids if i is not None) or None
    attribute = next((a for a in _facts(asked) if a.name == key), None)
    kind: Kind = attribute.kind if attribute is not None and key not in _MOMENTS else "text"
    column = Column(attribute or Attribute("event", key, kind), form="moment" if key in _MOMENTS else "")
    reading = Reader(column, asked.words.rulebook, EVENT).read(cell)
    if reading.wrong is not None:
        told.faults.append(fault(reading.wrong[0], place, column=key, **reading.wrong[1]))
        return None
    if reading.note is not None:
        told.notes.append(
            Note(place, say("roster.note.word", column=key, found=text, text=reading.text or "", count=1))
        )  # fmt: skip
    return reading.text


def _type(text: str, place: Place, asked: Asked, told: Told) -> str | None:
    book = asked.words.rulebook
    names = {fold(name): entry for entry in sorted(book.events) for name in (entry, *book.label_of("events", entry))}
    if fold(text) not in names:
        options = ", ".join(f"`{entry}` ({book.label_of('events', entry).id})" for entry in sorted(book.events))
        told.faults.append(fault("R107.type", place, found=text, options=options))
        return None
    return names[fold(text)]


def _area(text: str, cell: Any, place: Place, asked: Asked, told: Told) -> str | None:
    if not isinstance(cell, str):
        told.faults.append(fault("S305.point", place, column="areas", found=text))
        return None
    found = asked.areas.ids_of(text)
    if len(found) == 1:
        return found[0]
    if found:
        told.faults.append(fault("R113", place, column="areas", found=text, options=", ".join(found[:8])))
    else:
        told.faults.append(fault("R107.area", place, found=text))
    return None


def _infer(given: dict[str, str], empty: set[str], start: Place, asked: Asked, told: Told) -> None:
    """Fill in what follows from the rest, and say so."""
    del empty
    zone = asked.now.strftime("%z") if asked.now is not None else ""
    offset = f"{zone[:3]}:{zone[3:5]}" if zone else ""
    if "now" not in given and asked.now is not None:
        given["now"] = asked.now.isoformat(timespec="minutes")
        told.notes.append(Note(start, say("roster.note.now", now=given["now"])))
    elif "now" in given:
        moment = datetime.fromisoformat(given["now"])
        if moment.tzinfo is None and offset:
            given["now"] = moment.isoformat(timespec="minutes") + offset
            told.notes.append(Note(start, say("roster.note.offset", now=given["now"])))
        elif moment.tzinfo is None:
            told.faults.append(fault("R107.offset", start, found=given["now"]))
    else:
        told.faults.append(fault("R107.key", start, name=aliases_of(EVENT, "now")[1], key="now"))
    if "start" not in given and "now" in given:
        given["start"] = given["now"][:10]
        told.notes.append(Note(start, say("roster.note.start", day=given["start"])))
    for key in ("start", "end"):
        other = given.get("end" if key == "start" else "start", "")
        if key in given and "T" in given[key] and "T" not in other:
            # One of them is a day: then both are days, first and last included.
            given[key] = given[key][:10]
    if "command_area" not in given and len(asked.roots) == 1:
        given["command_area"] = asked.roots[0]
        told.notes.append(Note(start, say("roster.note.command_area", area=asked.roots[0])))
    elif "command_area" not in given:
        told.faults.append(
            fault("R107.key", start, name=aliases_of(EVENT, "command_area")[1], key="command_area")
        )  # fmt: skip
    if "id" not in given:
        given["id"] = id_from(given.get("label", "")) or id_from(asked.stem) or "skenario"
        told.notes.append(Note(start, say("roster.note.event_id", id=given["id"])))
    else:
        given["id"] = id_from(given["id"])


def _write(given: Mapping[str, str], at: Mapping[str, Place], start: Place, asked: Asked, told: Told) -> None:
    def line(text: str, key: str = "") -> None:
        told.lines.append((text, at.get(key, start)))

    kinds = {a.name: a.kind for a in _facts(asked)}
    label = given.get("label", given["id"])
    line(f"format: {FORMAT}")
    line(f"id: {_id(given['id'])}", "id")
    line(f"label: {{id: {text_value(label, in_flow=True)}, en: {text_value(label, in_flow=True)}}}", "label")
    if asked.rules is not None:
        line(f"rules: {text_value(asked.rules, in_flow=False)}")
    line(f"now: {given['now']}", "now")
    line("event:")
    line(f"  type: {_id(given['type'])}", "type")
    areas = ", ".join(_id(area) for area in given["areas"].split(", "))
    line(f"  areas: [{areas}]", "areas")
    line(f"  command_area: {_id(given['command_area'])}", "command_area")
    for key in ("started", *sorted(kinds), "decree"):
        if key not in given or key in {"start", "end"}:
            continue
        plain = key == "started" or kinds.get(key) in {"bool", "int", "number", "date", "enum"}
        line(f"  {key}: {given[key] if plain else text_value(given[key], in_flow=False)}", key)
    line(f"period: {{start: {given['start']}, end: {given['end']}}}", "end")
    line("tables:")
    for name in asked.tables:
        line(f"  {name}: {name}.csv")


def _id(text: str) -> str:
    """Write an id: where one is expected its source text counts, so that `12.10` needs no quotes."""
    return text if text.isascii() and not text.startswith("-") else in_quotes(text)
