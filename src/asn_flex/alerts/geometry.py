"""Whether a point lies where an alert holds, and how far away else (semantics §6.6).

A point is inside a polygon if a ray from it crosses the outline an odd number of times, or if it lies on the outline;
that is also the answer where an outline crosses itself, and it costs no more than the outline is long. Longitudes are
unrolled along the outline, so that a polygon may lie across the date line.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from asn_flex.alerts.message import AlertArea, Circle, Ring
from asn_flex.domain.areas import EARTH_RADIUS_KM
from asn_flex.errors import UsageError
from asn_flex.i18n import say

_KM_PER_DEGREE = math.pi * EARTH_RADIUS_KM / 180
# The rounding of a haversine; a point on the rim of a circle is inside.
_RIM_KM = 1e-9


def needs_shapely() -> Any:
    """Return shapely.

    Raises
    ------
    UsageError
        If shapely is not installed.
    """
    try:
        import shapely  # noqa: PLC0415 - an extra, and alerts only
    except ImportError:
        raise UsageError(say("alerts.no_library", name="shapely")) from None
    return shapely


def unrolled(ring: Ring) -> list[tuple[float, float]]:
    """Return the ring as (x, y) in degrees; no step along it goes more than half around the earth."""
    points: list[tuple[float, float]] = []
    turns = 0.0
    for index, (lat, lon) in enumerate(ring):
        if index:
            step = lon - ring[index - 1][1]
            turns += -360.0 if step > 180 else 360.0 if step < -180 else 0.0
        points.append((lon + turns, lat))
    return points


class Territory:
    """The polygons and circles of an alert's area."""

    def __init__(self, area: AlertArea) -> None:
        self._shapely = needs_shapely()
        self._polygons = [self._shapely.Polygon(unrolled(ring)) for ring in area.polygons]
        for polygon in self._polygons:
            self._shapely.prepare(polygon)
        self._circles = area.circles

    def covers(self, lat: float, lon: float) -> str | None:
        """Return what covers the point, `polygon` or `circle`; None where nothing does."""
        for polygon in self._polygons:
            if any(self._shapely.intersects_xy(polygon, x, lat) for x in _turns(lon)):
                return "polygon"
        if any(haversine_km(lat, lon, c.lat, c.lon) <= c.radius_km + _RIM_KM for c in self._circles):
            return "circle"
        return None

    def distance_km(self, lat: float, lon: float) -> float:
        """Return the way to the nearest edge, 0 inside; good to a percent or so within a hundred kilometres."""
        if self.covers(lat, lon) is not None:
            return 0.0
        ways = [self._way_to(polygon, lat, x) for polygon in self._polygons for x in _turns(lon)]
        ways += [_way_to_circle(circle, lat, lon) for circle in self._circles]
        return min(ways, default=math.inf)

    def _way_to(self, polygon: Any, lat: float, lon: float) -> float:
        """Return the way on a plane that touches the earth at the point."""
        shrink = math.cos(math.radians(lat))

        def flat(corners: Any) -> Any:
            return (corners - (lon, lat)) * (_KM_PER_DEGREE * shrink, _KM_PER_DEGREE)

        outline = self._shapely.transform(polygon.exterior, flat)
        return float(self._shapely.distance(outline, self._shapely.Point(0, 0)))


def _turns(lon: float) -> Sequence[float]:
    return (lon, lon - 360.0, lon + 360.0)


def _way_to_circle(circle: Circle, lat: float, lon: float) -> float:
    return max(0.0, haversine_km(lat, lon, circle.lat, circle.lon) - circle.radius_km)


def haversine_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Return the great-circle distance in kilometres, on a sphere of 6371 km."""
    a1, a2 = math.radians(lat1), math.radians(lat2)
    arc = math.sin((a2 - a1) / 2) ** 2
    arc += math.cos(a1) * math.cos(a2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(arc)))
