"""What `scenario.yaml` says: the event, the moment, the period, and where the tables are (semantics §6.1).

Every fault is reported at its line; what could be read is returned all the same, so that the tables are
checked too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import TypeVar

from pydantic_core import PydanticCustomError

from asn_flex.domain.attributes import Attribute, Value
from asn_flex.domain.scenario import Event, Period
from asn_flex.errors import Diagnostic, Place, Text
from asn_flex.i18n import fault, nearest, say
from asn_flex.readwrite.columns import is_sensible
from asn_flex.readwrite.findings import Findings
from asn_flex.readwrite.tables import SUFFIXES
from asn_flex.rulebook.compile import LoadContext, parse_cell, read_value
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.scalars import read_id, read_moment, read_text, shown
from asn_flex.rulebook.tree import Map, Node, Scalar, Seq, Spot, parse_yaml

FORMAT = "asn-flex/scenario/1"
KEYS = ("format", "id", "label", "now", "event", "period", "rules", "tables")
EVENT_KEYS = ("type", "areas", "command_area", "started", "decree")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
# Faults of a value as rule files tell them, and as scenarios do.
_CODES = {"E203": "S301", "E403": "S301", "E206": "S302", "E404": "S302", "E208": "S303"}
T = TypeVar("T")


@dataclass
class Settings:
    """What could be read of `scenario.yaml`; what is None is faulty and reported.

    `tables` is table name to the file as written, `named` also the tables whose file cannot be taken (None where
    the file has no `tables`), `area_spots` every area that the file names and where.
    """

    file: str
    id: str | None = None
    label: Text | None = None
    now: datetime | None = None
    event: Event | None = None
    period: Period | None = None
    rules: str | None = None
    tables: dict[str, str] = field(default_factory=dict)
    named: set[str] | None = None
    area_spots: list[tuple[str, Place]] = field(default_factory=list)


@dataclass
class _Reader:
    """The tree that is being read, with what it is checked against."""

    settings: Settings
    rulebook: Rulebook
    findings: Findings

    def at(self, spot: Spot) -> Place:
        return Place(self.settings.file, *spot)

    def report(self, key: str, spot: Spot, *, hint: Text | None = None, **values: object) -> None:
        self.findings.add(key, self.at(spot), hint=hint, **values)

    def take(self, reader: Callable[[Node], T], raw: Node, name: str) -> T | None:
        """Read one value; report what is wrong with it in the words of scenarios."""
        try:
            return reader(raw)
        except PydanticCustomError as error:
            texts = error.context or {}
            code = _CODES.get(error.type, "S301")
            text = Text(f"`{name}`: {texts['id']}", f"`{name}`: {texts['en']}")
            self.findings.other.append(Diagnostic(self.at(raw.spot), code, text))
            return None

    def part(self, parent: Map, key: str, where: str, kind: type[T], wanted: str) -> T | None:
        """Return a part of the right shape, or None; nothing and a wrong shape are reported."""
        node = parent.get(key)
        if node is None or (isinstance(node, Scalar) and node.is_null):
            spot = parent.key_spots[key] if node is not None else parent.spot
            self.report("S111", spot, where=where, name=key)
            return None
        if not isinstance(node, kind):
            self.report("S112", node.spot, name=key, found=shown(node), wanted=say(wanted))
            return None
        return node

    def refuse_unknown(self, node: Map, known: tuple[str, ...], where: str) -> None:
        for key in node:
            if key not in known:
                hint = nearest(key, [k for k in known if k not in node])
                self.report("S110", node.key_spots[key], name=key, where=where, hint=hint)


def read_settings(
    content: bytes, file: str, rulebook: Rulebook, table_names: tuple[str, ...], findings: Findings
) -> Settings:
    """Read `scenario.yaml`.

    Parameters
    ----------
    content : the bytes of the file
    file : how messages name it
    rulebook : declares the event types and facts
    table_names : the tables that a scenario may have
    findings : takes every fault

    References
    ----------
    docs/semantics.md §6.1, §3.3.
    """
    settings = Settings(file)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        findings.add("S103", Place(file, content.count(b"\n", 0, error.start) + 1, 1))
        return settings
    tree, found = parse_yaml(text, file)
    findings.other.extend(found)
    if not isinstance(tree, Map):
        if not found:
            findings.other.append(fault("E107", Place(file, *(tree.spot if tree is not None else (1, 1)))))
        return settings
    reader = _Reader(settings, rulebook, findings)
    if not _has_format(tree, reader):
        return settings
    reader.refuse_unknown(tree, KEYS, "scenario.yaml")
    _read_names(tree, reader)
    _read_now(tree, reader)
    _read_event(tree, reader)
    _read_period(tree, reader)
    _read_tables(tree, table_names, reader)
    return settings


def _has_format(tree: Map, reader: _Reader) -> bool:
    given = tree.get("format")
    if given is None or next(iter(tree)) != "format":
        spot = tree.key_spots["format"] if given is not None else tree.spot
        reader.report("E103", spot, format=FORMAT)
        return given is not None
    if not isinstance(given, Scalar) or given.text != FORMAT:
        reader.report("E103.other", given.spot, found=shown(given).strip("`"), format=FORMAT)
        return False
    return True


def _read_names(tree: Map, reader: _Reader) -> None:
    settings = reader.settings
    raw = reader.part(tree, "id", "scenario.yaml", Scalar, "shape.text")
    settings.id = reader.take(read_id, raw, "id") if raw is not None else None
    if "rules" in tree:
        settings.rules = reader.take(read_text, tree["rules"], "rules")
    label = tree.get("label")
    texts = {"id": settings.id or "", "en": settings.id or ""}
    if label is not None:
        if isinstance(label, Map):
            reader.refuse_unknown(label, ("id", "en"), "label")
            texts = {k: reader.take(read_text, label[k], "label") or "" for k in ("id", "en") if k in label}
        else:
            reader.report("S112", label.spot, name="label", found=shown(label), wanted=say("shape.label"))
    settings.label = Text(texts.get("id") or texts.get("en", ""), texts.get("en") or texts.get("id", ""))


def _read_now(tree: Map, reader: _Reader) -> None:
    raw = reader.part(tree, "now", "scenario.yaml", Scalar, "shape.moment")
    if raw is None:
        return
    moment = _moment(raw, "now", reader)
    if moment is not None and moment.tzinfo is None:
        reader.report("S503", raw.spot, found=raw.text)
    else:
        reader.settings.now = moment


def _moment(raw: Node, name: str, reader: _Reader) -> datetime | None:
    """Read a time; one without offset takes now's, or stays without while `now` is unknown."""
    try:
        moment: datetime | None = datetime.fromisoformat(raw.text) if isinstance(raw, Scalar) else None
    except ValueError:
        moment = None
    if moment is None:
        moment = reader.take(read_moment, raw, name)
    if moment is None:
        return None
    if not is_sensible(moment):
        reader.report("S302", raw.spot, column=name, found=shown(raw), wanted=say("range.years"))
        return None
    now = reader.settings.now
    if now is None:
        return moment
    return moment.astimezone(now.tzinfo) if moment.tzinfo is not None else moment.replace(tzinfo=now.tzinfo)


def _read_period(tree: Map, reader: _Reader) -> None:
    raw = reader.part(tree, "period", "scenario.yaml", Map, "shape.map")
    if raw is None:
        return
    reader.refuse_unknown(raw, ("start", "end"), "period")
    nodes = [reader.part(raw, key, "period", Scalar, "shape.moment") for key in ("start", "end")]
    ends = [
        _day_or_moment(n, f"period.{key}", reader)
        for n, key in zip(nodes, ("start", "end"), strict=True)
        if n is not None
    ]
    start, end = (*ends, None, None)[:2]
    now = reader.settings.now
    if start is None or end is None or now is None:
        return
    spot = raw["end"].spot
    if isinstance(start, datetime) != isinstance(end, datetime):
        reader.report("S504", spot)
    elif end < start or (isinstance(start, datetime) and end == start):
        reader.report("S501", spot, start=_told(start), end=_told(end))
    else:
        period = Period(start, end)
        over = end <= now if isinstance(end, datetime) else end < now.date()
        if over:
            reader.report("S502", spot, end=_told(end), now=_told(now))
        reader.settings.period = period


def _told(moment: date) -> str:
    return moment.isoformat()


def _day_or_moment(raw: Scalar, name: str, reader: _Reader) -> date | None:
    if not _DATE.fullmatch(raw.text):
        return _moment(raw, name, reader)
    try:
        day = date.fromisoformat(raw.text)
    except ValueError:
        reader.report("S301", raw.spot, column=name, found=shown(raw), wanted=say("cell.date"))
        return None
    if not is_sensible(day):
        reader.report("S302", raw.spot, column=name, found=shown(raw), wanted=say("range.years"))
        return None
    return day


# ---- the event -----------------------------------------------------------------------------------


def _read_event(tree: Map, reader: _Reader) -> None:
    raw = reader.part(tree, "event", "scenario.yaml", Map, "shape.map")
    if raw is None:
        return
    facts = {
        a.name: a for a in reader.rulebook.attributes.values() if a.scope == "event" and a.name not in {"type", "days"}
    }
    for key in raw:
        if key == "days":
            reader.report("S110.days", raw.key_spots[key])
        elif key not in EVENT_KEYS and key not in facts:
            hint = nearest(key, [k for k in (*EVENT_KEYS, *facts) if k not in raw])
            reader.report("S110", raw.key_spots[key], name=key, where="event", hint=hint)
    kind = _event_type(raw, reader)
    areas = _event_areas(raw, reader)
    command = reader.part(raw, "command_area", "event", Scalar, "shape.text")
    command_area = _area(command, "event.command_area", reader) if command is not None else None
    started = _optional(raw, "started")
    decree = _optional(raw, "decree")
    given = {name: _fact(facts[name], raw[name], reader) for name in sorted(facts) if _optional(raw, name) is not None}
    if kind is not None and areas and command_area is not None:
        reader.settings.event = Event(
            type=kind,
            areas=areas,
            command_area=command_area,
            started=_moment(started, "event.started", reader) if started is not None else None,
            decree=reader.take(read_text, decree, "event.decree") if decree is not None else None,
            given={name: value for name, value in given.items() if value is not None},
        )


def _optional(raw: Map, key: str) -> Node | None:
    node = raw.get(key)
    return None if isinstance(node, Scalar) and node.is_null else node


def _event_type(raw: Map, reader: _Reader) -> str | None:
    node = reader.part(raw, "type", "event", Scalar, "shape.text")
    kind = reader.take(read_id, node, "event.type") if node is not None else None
    if node is not None and kind is not None and kind not in reader.rulebook.events:
        hint = nearest(kind, reader.rulebook.events)
        reader.report(
            "S401",
            node.spot,
            column="event.type",
            what=say("word.event"),
            name=kind,
            where=say("where.rulebook"),
            hint=hint,
        )
        return None
    return kind


def _event_areas(raw: Map, reader: _Reader) -> tuple[str, ...]:
    """Return the areas of the event, each once, in order of id."""
    node = raw.get("areas")
    if isinstance(node, Scalar) and not node.is_null:
        one = _area(node, "event.areas", reader)
        return (one,) if one is not None else ()
    listed = reader.part(raw, "areas", "event", Seq, "shape.areas")
    if listed is None:
        return ()
    if not listed:
        reader.report("S112", listed.spot, name="areas", found="`[]`", wanted=say("shape.areas"))
    areas = [_area(item, "event.areas", reader) for item in listed]
    return tuple(sorted({area for area in areas if area is not None}))


def _area(raw: Node, name: str, reader: _Reader) -> str | None:
    area = reader.take(read_id, raw, name)
    if area is not None:
        reader.settings.area_spots.append((area, reader.at(raw.spot)))
    return area


def _fact(attribute: Attribute, raw: Node, reader: _Reader) -> Value | None:
    if attribute.kind == "area":
        return _area(raw, attribute.key, reader)
    if attribute.kind == "set":
        if isinstance(raw, Seq):
            texts = [reader.take(read_text, item, attribute.key) for item in raw]
            return frozenset(text for text in texts if text is not None)
        whole = reader.take(read_text, raw, attribute.key)
        return parse_cell(attribute, whole) if whole is not None else None
    context = LoadContext(file=reader.settings.file, events=frozenset(reader.rulebook.events))
    value = read_value(attribute, raw, context)
    for found in context.found:
        reader.findings.other.append(Diagnostic(found.place, _CODES.get(found.code, "S301"), found.text))
    return value


# ---- the tables ----------------------------------------------------------------------------------


def _read_tables(tree: Map, table_names: tuple[str, ...], reader: _Reader) -> None:
    raw = reader.part(tree, "tables", "scenario.yaml", Map, "shape.tables")
    if raw is None:
        return
    reader.settings.named = named = set()
    for name, node in raw.items():
        spot = raw.key_spots[name]
        if name not in table_names:
            hint = nearest(name, [t for t in table_names if t not in raw])
            reader.report("S113", spot, name=name, known=", ".join(table_names), hint=hint)
            continue
        if isinstance(node, Scalar) and node.is_null:
            continue
        named.add(name)
        path = reader.take(read_text, node, f"tables.{name}")
        if path is not None and _is_portable(path, node.spot, reader):
            reader.settings.tables[name] = path


def _is_portable(path: str, spot: Spot, reader: _Reader) -> bool:
    """Whether a table lies within the scenario's folder and has a known format; bundles need both."""
    name = path.partition("#")[0]
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts or "\\" in name or re.match(r"[A-Za-z]:", name) or "\0" in name:
        reader.report("S102", spot, name=path)
        return False
    if pure.suffix.lower() not in SUFFIXES:
        reader.report("S102.kind", spot, name=path, known=", ".join(SUFFIXES))
        return False
    return True
