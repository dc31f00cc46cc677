"""The tree of areas: what lies within what, and how far two areas are apart (semantics §4.1, §6.3)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from asn_flex.domain.exact import half_up

EARTH_RADIUS_KM = 6371.0
SPEED_KM_H = 30.0


@dataclass(frozen=True)
class AreaTree:
    """Areas with parents and, for some, coordinates in degrees.

    Parameters
    ----------
    parents : mapping of area id to parent id or None
    coordinates : mapping of area id to (latitude, longitude), only where both are given
    """

    parents: Mapping[str, str | None]
    coordinates: Mapping[str, tuple[float, float]]

    def __contains__(self, area: str) -> bool:
        return area in self.parents

    def upwards(self, area: str) -> tuple[str, ...]:
        """Return the area itself, its parent, and so on to the root."""
        line: list[str] = []
        step: str | None = area
        while step is not None and step not in line:
            line.append(step)
            step = self.parents.get(step)
        return tuple(line)

    def within(self, area: str, outer: str) -> bool:
        """Whether `area` is `outer` or lies below it."""
        return outer in self.upwards(area)

    def below(self, outer: str) -> tuple[str, ...]:
        """Return `outer` and every area below it, in order of id."""
        return tuple(sorted(a for a in self.parents if self.within(a, outer)))

    def position(self, area: str) -> tuple[float, float] | None:
        """Return the coordinates of the area or of its nearest ancestor that has some."""
        for step in self.upwards(area):
            if step in self.coordinates:
                return self.coordinates[step]
        return None

    def great_circle_min(self, origin: str, target: str) -> int | None:
        """Return minutes at 30 km/h over the great circle (haversine), half-up; None without coordinates."""
        start, end = self.position(origin), self.position(target)
        if start is None or end is None:
            return None
        (lat1, lon1), (lat2, lon2) = (tuple(map(math.radians, p)) for p in (start, end))
        arc = math.sin((lat2 - lat1) / 2) ** 2
        arc += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
        distance_km = 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(arc)))
        return half_up(Fraction(distance_km * 60 / SPEED_KM_H))


def travel_min(
    areas: AreaTree, travel: Mapping[tuple[str, str], Fraction], origin: str | None, target: str
) -> int | None:
    """Return the minutes from a home area to a demand's area (semantics §6.3); None where nothing tells.

    Same area: 0; else the row of `travel`, its reverse, the great circle; in this order.
    """
    if origin is None:
        return None
    if origin == target:
        return 0
    for key in ((origin, target), (target, origin)):
        if key in travel:
            return half_up(travel[key])
    return areas.great_circle_min(origin, target)
