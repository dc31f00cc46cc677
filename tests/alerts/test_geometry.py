"""What lies inside a shape does not depend on how the shape is written (semantics §6.6)."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from asn_flex.alerts.geometry import Territory, haversine_km
from asn_flex.alerts.message import AlertArea, Circle, Ring

# On a grid, so that points lie on edges and corners too, and sums are exact.
steps = st.integers(-12, 12)
corners = st.lists(st.tuples(steps, steps), min_size=3, max_size=9)
points = st.tuples(steps, steps)
lats, lons = st.floats(-89, 89), st.floats(-180, 180)


def ring_of(places: list[tuple[int, int]]) -> Ring:
    closed = [*places, places[0]]
    return tuple((lat / 4, lon / 4) for lat, lon in closed)


def covers(ring: Ring, point: tuple[float, float]) -> bool:
    return Territory(AlertArea("", polygons=(ring,))).covers(*point) == "polygon"


def inside(places: list[tuple[int, int]], point: tuple[int, int]) -> bool:
    """The plain reading: on an edge, or an odd number of edges crossed by a ray; in whole numbers."""
    y, x = point
    odd = False
    for (y1, x1), (y2, x2) in zip(places, [*places[1:], places[0]], strict=True):
        cross = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
        if cross == 0 and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
            return True
        if (y1 > y) != (y2 > y) and Fraction((x2 - x1) * (y - y1), y2 - y1) + x1 > x:
            odd = not odd
    return odd


@settings(deadline=None)
@given(corners, points)
def test_a_polygon_covers_what_a_ray_says_also_where_it_crosses_itself(places, point) -> None:
    assert covers(ring_of(places), (point[0] / 4, point[1] / 4)) == inside(places, point)


@settings(deadline=None)
@given(corners, points, st.integers(0, 8), st.booleans())
def test_where_a_ring_begins_and_which_way_it_runs_does_not_matter(places, point, turn, backwards) -> None:
    at = (point[0] / 4, point[1] / 4)
    turned = [*places[turn % len(places) :], *places[: turn % len(places)]]
    assert covers(ring_of(turned[::-1] if backwards else turned), at) == covers(ring_of(places), at)


@settings(deadline=None)
@given(corners, points, st.integers(-180, 179))
def test_the_date_line_is_a_line_like_any_other(places, point, shift) -> None:
    """The same shape elsewhere along its parallel covers the same point, moved as far."""

    def moved(lon: float) -> float:
        return (lon + shift + 180) % 360 - 180

    ring = ring_of(places)
    elsewhere = tuple((lat, moved(lon)) for lat, lon in ring)
    assert covers(elsewhere, (point[0] / 4, moved(point[1] / 4))) == covers(ring, (point[0] / 4, point[1] / 4))


@settings(deadline=None)
@given(lats, lons, lats, lons, st.floats(0, 20_000), st.floats(0, 5_000))
def test_a_larger_circle_covers_what_a_smaller_one_does(lat, lon, lat2, lon2, radius, more) -> None:
    small, large = (Territory(AlertArea("", circles=(Circle(lat, lon, r),))) for r in (radius, radius + more))
    if small.covers(lat2, lon2):
        assert large.covers(lat2, lon2) == "circle"
    assert small.covers(lat, lon) == "circle"


@settings(deadline=None)
@given(lats, lons, lats, lons)
def test_a_circle_reaches_as_far_as_its_radius(lat, lon, lat2, lon2) -> None:
    way = haversine_km(lat, lon, lat2, lon2)
    assume(way > 0.01)
    assert Territory(AlertArea("", circles=(Circle(lat, lon, way * 1.001),))).covers(lat2, lon2)
    near = Territory(AlertArea("", circles=(Circle(lat, lon, way * 0.999),)))
    assert near.covers(lat2, lon2) is None
    assert near.distance_km(lat2, lon2) == pytest.approx(way * 0.001, rel=0.01, abs=1e-6)


@settings(deadline=None)
@given(corners, points)
def test_the_way_to_a_shape_is_nothing_exactly_inside_it(places, point) -> None:
    territory = Territory(AlertArea("", polygons=(ring_of(places),)))
    at = (point[0] / 4, point[1] / 4)
    assert (territory.distance_km(*at) == 0) == (territory.covers(*at) is not None)


@settings(deadline=None)
@given(lats, lons, lats, lons)
def test_the_way_there_is_as_long_as_the_way_back(lat, lon, lat2, lon2) -> None:
    assert haversine_km(lat, lon, lat2, lon2) == pytest.approx(haversine_km(lat2, lon2, lat, lon))
    assert haversine_km(lat, lon, lat2, lon2) <= math.pi * 6371 + 1e-6


def test_the_way_to_an_edge_is_in_kilometres() -> None:
    """0.01° of latitude are 6371 × π / 180 / 100 = 1.112 km; of longitude on 60° N half as much."""
    box = ((60.0, 10.0), (61.0, 10.0), (61.0, 11.0), (60.0, 11.0), (60.0, 10.0))
    territory = Territory(AlertArea("", polygons=(box,)))
    assert territory.distance_km(59.99, 10.5) == pytest.approx(1.112, abs=0.001)
    assert territory.distance_km(60.5, 9.99) == pytest.approx(1.112 * math.cos(math.radians(60.5)), abs=0.001)


def test_a_shape_of_two_hundred_thousand_crossing_corners_is_asked_like_any_other() -> None:
    """A star whose edges all cross: mending it would take every pair of edges."""
    count = 200_000
    star = [(math.sin(i * 2.399963) * 2, 100 + math.cos(i * 2.399963) * 2) for i in range(count)]
    territory = Territory(AlertArea("", polygons=((*star, star[0]),)))
    assert territory.covers(40.0, 100.0) is None
