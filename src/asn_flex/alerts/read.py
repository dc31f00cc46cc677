"""Makes alerts of valid XML: times, polygons, circles and references, each fault at its line (semantics §6.6)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from asn_flex.alerts.message import Alert, AlertArea, Circle, Info, Reference, Ring
from asn_flex.alerts.xml import NAMESPACE, read_xml
from asn_flex.errors import Diagnostic, Place
from asn_flex.i18n import fault

# Corners of all polygons of a message; the outline of a whole country has fewer.
MAX_CORNERS = 200_000
# Half the way around the earth.
MAX_RADIUS_KM = 20_040.0
_FIRST_YEAR, _LAST_YEAR = 1900, 2199


def read_alert(content: bytes, file: str) -> tuple[Alert | None, list[Diagnostic]]:
    """Return the alert in a file, or every fault of the file.

    Parameters
    ----------
    content : the bytes of the file
    file : how messages name it

    Raises
    ------
    UsageError
        If lxml is not installed (the extra `alerts`).

    References
    ----------
    docs/semantics.md §6.6; OASIS Common Alerting Protocol 1.2.
    """
    root, is_signed, found = read_xml(content, file)
    if root is None:
        return None, found
    reader = _Reader(file)
    alert = reader.alert(root, is_signed=is_signed)
    return (alert, []) if not reader.found else (None, reader.found)


@dataclass
class _Reader:
    """The file that is being read, with the faults found so far."""

    file: str
    found: list[Diagnostic] = field(default_factory=list)
    corners: int = 0

    def report(self, key: str, node: Any, **values: object) -> None:
        self.found.append(fault(key, Place(self.file, node.sourceline or 1, 1), hint=None, **values))

    def alert(self, root: Any, *, is_signed: bool) -> Alert:
        sent = self.moment(root, "sent")
        # A faulty `sent` refuses the file; any moment does until then.
        return Alert(
            file=self.file,
            sender=self.needed(root, "sender"),
            identifier=self.needed(root, "identifier"),
            sent=sent if sent is not None else datetime.fromisoformat("1900-01-01T00:00:00+00:00"),
            status=_text(root, "status"),
            kind=_text(root, "msgType"),
            references=self.references(root),
            infos=tuple(self.info(node) for node in _all(root, "info")),
            is_signed=is_signed,
        )

    def needed(self, parent: Any, name: str) -> str:
        text = _text(parent, name)
        if not text:
            self.report("A104.empty", _all(parent, name)[0], name=name)
        return text

    def moment(self, parent: Any, name: str) -> datetime | None:
        nodes = _all(parent, name)
        if not nodes:
            return None
        text = (nodes[0].text or "").strip()
        moment = _moment(text)
        if moment is None:
            self.report("A104.form", nodes[0], name=name, found=text)
        return moment

    def references(self, root: Any) -> tuple[Reference, ...]:
        found: list[Reference] = []
        for node in _all(root, "references"):
            for item in (node.text or "").split():
                sender, _, rest = item.partition(",")
                identifier, _, sent = rest.rpartition(",")
                moment = _moment(sent)
                if not sender or not identifier or moment is None:
                    self.report("A107", node, found=item)
                else:
                    found.append(Reference(sender, identifier, moment))
        return tuple(sorted(set(found)))

    def info(self, node: Any) -> Info:
        return Info(
            language=_text(node, "language") or "en-US",
            categories=tuple(dict.fromkeys(_texts(node, "category"))),
            event=_text(node, "event"),
            urgency=_text(node, "urgency"),
            severity=_text(node, "severity"),
            certainty=_text(node, "certainty"),
            effective=self.moment(node, "effective"),
            expires=self.moment(node, "expires"),
            headline=_text(node, "headline"),
            is_all_clear="AllClear" in _texts(node, "responseType"),
            areas=tuple(self.area(area) for area in _all(node, "area")),
        )

    def area(self, node: Any) -> AlertArea:
        polygons = (self.polygon(item) for item in _all(node, "polygon"))
        circles = (self.circle(item) for item in _all(node, "circle"))
        return AlertArea(
            text=_text(node, "areaDesc"),
            polygons=tuple(ring for ring in polygons if ring),
            circles=tuple(circle for circle in circles if circle is not None),
            geocodes=tuple((_text(item, "valueName"), _text(item, "value")) for item in _all(node, "geocode")),
        )

    def polygon(self, node: Any) -> Ring:
        """Return a closed ring; the empty one where there is none to be had."""
        pairs = (node.text or "").split()
        if not pairs:
            # BMKG and others leave the element empty where they have no polygon.
            return ()
        self.corners += len(pairs)
        if self.corners > MAX_CORNERS:
            if self.corners - len(pairs) <= MAX_CORNERS:
                self.report("A105.many", node, limit=MAX_CORNERS)
            return ()
        ring = tuple(self.point(pair, node, "A105") for pair in pairs)
        points = tuple(point for point in ring if point is not None)
        if len(points) < len(ring):
            return ()
        if points[0] != points[-1]:
            points += points[:1]
        if len(points) < 4:
            self.report("A105.corners", node, found=len(points))
            return ()
        return points

    def circle(self, node: Any) -> Circle | None:
        text = (node.text or "").strip()
        if not text:
            return None
        pair, _, rest = text.partition(" ")
        point = self.point(pair, node, "A106")
        radius = _number(rest.strip())
        if point is None:
            return None
        if radius is None or not 0 <= radius <= MAX_RADIUS_KM:
            self.report("A106", node, found=text)
            return None
        return Circle(*point, radius)

    def point(self, pair: str, node: Any, code: str) -> tuple[float, float] | None:
        parts = [_number(part) for part in pair.split(",")]
        if len(parts) != 2 or parts[0] is None or parts[1] is None:
            self._once(code, node, found=pair)
            return None
        lat, lon = parts[0], parts[1]
        if abs(lat) > 90 or abs(lon) > 180:
            key = f"{code}.swapped" if abs(lon) <= 90 and abs(lat) <= 180 else f"{code}.range"
            self._once(key, node, found=pair)
            return None
        return lat, lon

    def _once(self, key: str, node: Any, **values: object) -> None:
        """Report the first bad corner of an element: the others are mostly bad in the same way."""
        place = Place(self.file, node.sourceline or 1, 1)
        if not any(d.place == place and d.code == key.split(".", 1)[0] for d in self.found):
            self.found.append(fault(key, place, hint=None, **values))


def _all(parent: Any, name: str) -> list[Any]:
    found: list[Any] = parent.findall(f"{{{NAMESPACE}}}{name}")
    return found


def _texts(parent: Any, name: str) -> list[str]:
    return [" ".join((node.text or "").split()) for node in _all(parent, name)]


def _text(parent: Any, name: str) -> str:
    return next(iter(_texts(parent, name)), "")


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _moment(text: str) -> datetime | None:
    """Return a time with its offset; the schema has asked for the form already."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None or not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return None
    return moment
