"""One alert as immutable values, free of XML: what `read` makes, and everything else of this package works on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class Reference(NamedTuple):
    """What names one message for good: its sender, identifier and moment (CAP 1.2, `references`)."""

    sender: str
    identifier: str
    sent: datetime

    def __str__(self) -> str:
        return f"{self.sender},{self.identifier},{self.sent.isoformat(timespec='seconds')}"


class Circle(NamedTuple):
    """Everything within so many kilometres of a point; degrees of latitude and longitude."""

    lat: float
    lon: float
    radius_km: float


Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class AlertArea:
    """Where an alert holds: the union of its polygons and circles, and what it is called.

    `polygons` are closed rings of (latitude, longitude); `geocodes` pairs of the code's name and value.
    """

    text: str
    polygons: tuple[Ring, ...] = ()
    circles: tuple[Circle, ...] = ()
    geocodes: tuple[tuple[str, str], ...] = ()

    @property
    def has_shape(self) -> bool:
        """Whether the area is drawn, not only named."""
        return bool(self.polygons or self.circles)


@dataclass(frozen=True, slots=True)
class Info:
    """One block of an alert: what is expected, how bad, how sure, from when to when, and where.

    Several blocks often say the same in several languages. `categories`, `urgency`, `severity` and `certainty` are
    words of CAP (`Met`, `Immediate`, `Severe`, `Likely`).
    """

    language: str
    categories: tuple[str, ...]
    event: str
    urgency: str
    severity: str
    certainty: str
    effective: datetime | None
    expires: datetime | None
    headline: str
    is_all_clear: bool
    areas: tuple[AlertArea, ...]


@dataclass(frozen=True, slots=True)
class Alert:
    """A message: who sent it when, what kind it is, which earlier ones it is about, and what it says.

    `status` is `Actual`, `Exercise`, `System`, `Test` or `Draft`; `kind` is CAP's `msgType`. A signature is noted,
    not checked.
    """

    file: str
    sender: str
    identifier: str
    sent: datetime
    status: str
    kind: str
    references: tuple[Reference, ...] = ()
    infos: tuple[Info, ...] = ()
    is_signed: bool = False

    @property
    def key(self) -> Reference:
        """What other messages call this one."""
        return Reference(self.sender, self.identifier, self.sent)

    def says_the_same_as(self, other: Alert) -> bool:
        """Whether two messages differ in nothing but their files."""
        mine = (self.key, self.status, self.kind, self.references, self.infos)
        return mine == (other.key, other.status, other.kind, other.references, other.infos)
