"""Which areas of a scenario an alert is about: by code, by shape, by name (semantics §6.6).

Areas have a point, perhaps only that of an area above them, so a shape is asked whether it covers the point. A name
counts where there is no shape, where an area has no point, and where the shape just misses the point of the area named.
Answers are areas without areas below them: what is observed in those, the areas above see as well (§3.6).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from asn_flex.alerts.geometry import Territory
from asn_flex.alerts.message import AlertArea
from asn_flex.alerts.names import AreaNames
from asn_flex.domain.scenario import Scenario

# How far outside a shape the point of an area may lie that the text names: a kecamatan is some kilometres wide.
NEAR_KM = 5.0
# Told where nothing matches: how far the nearest area is, if it is not in another part of the country.
_WORTH_TELLING_KM = 200.0


@dataclass(frozen=True)
class Matched:
    """The areas that an alert is about.

    Attributes
    ----------
    areas : how each was found: `code`, `polygon`, `circle` or `name`
    nearest : where none was found, the area whose point is nearest to a shape, and how far it is in kilometres
    """

    areas: dict[str, str] = field(default_factory=dict)
    nearest: tuple[str, float] | None = None


@dataclass(frozen=True)
class Places:
    """The areas of a scenario, ready to be asked about."""

    scenario: Scenario

    @cached_property
    def lowest(self) -> tuple[str, ...]:
        """Areas without areas below them, in order of id."""
        parents = set(self.scenario.area_tree.parents.values())
        return tuple(sorted(area for area in self.scenario.area_tree.parents if area not in parents))

    @cached_property
    def names(self) -> AreaNames:
        """The names of the areas."""
        return AreaNames(self.scenario)

    @cached_property
    def points(self) -> dict[str, tuple[float, float]]:
        """The point of each lowest area that has one, or whose nearest ancestor has."""
        found = {area: self.scenario.area_tree.position(area) for area in self.lowest}
        return {area: point for area, point in found.items() if point is not None}

    def below(self, area: str) -> list[str]:
        """Return the lowest areas within an area."""
        return [low for low in self.lowest if self.scenario.area_tree.within(low, area)]

    def matched(self, areas: Sequence[AlertArea]) -> Matched:
        """Return every area that one of an alert's areas is about."""
        found: dict[str, str] = {}
        for area in areas:
            found = self._matched_one(area) | found
        return Matched(dict(sorted(found.items())), None if found else self._nearest(areas))

    def _nearest(self, areas: Sequence[AlertArea]) -> tuple[str, float] | None:
        """Return the area whose point is nearest to a shape, unless it is far from all of them."""
        first = {point: low for low, point in reversed(self.points.items())}
        shapes = [Territory(area) for area in areas if area.has_shape]
        ways = [(shape.distance_km(*point), low) for shape in shapes for point, low in first.items()]
        way, low = min(ways, default=(math.inf, ""))
        return (low, way) if way <= _WORTH_TELLING_KM else None

    def _matched_one(self, area: AlertArea) -> dict[str, str]:
        found = {low: "code" for code in self._codes(area) for low in self.below(code)}
        named = self.names.named_in(area.text)
        if not area.has_shape:
            return found or {low: "name" for name in named for low in self.below(name)}
        territory = Territory(area)
        covered = {point: territory.covers(*point) for point in set(self.points.values())}
        found |= {low: how for low, point in self.points.items() if (how := covered[point]) is not None}
        for name in named:
            found = self._by_name(name, territory, found) | found
        return found

    def _codes(self, area: AlertArea) -> list[str]:
        """Return the area ids among the codes; a code of another office may look like one of ours and is not taken.

        The BPS has `1274` where the ministry's `12.74` is meant: other places. Only the very id counts.
        """
        return [
            value for name, value in area.geocodes if value in self.scenario.area_tree and "bps" not in name.lower()
        ]

    def _by_name(self, name: str, territory: Territory, found: dict[str, str]) -> dict[str, str]:
        below = self.below(name)
        placed = [low for low in below if low in self.points]
        hits = {low: "name" for low in below if low not in self.points}
        point = self.scenario.area_tree.position(name)
        missed = point is not None and not any(low in found for low in placed)
        if missed and point is not None and territory.distance_km(*point) <= NEAR_KM:
            hits |= dict.fromkeys(placed, "name")
        return hits
