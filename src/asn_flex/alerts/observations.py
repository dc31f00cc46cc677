"""What alerts say, as observations of the kinds that the rulebook's measures observe (semantics §6.6).

=====================  =====================================================================
kind                   value
=====================  =====================================================================
`alert_severity`       1 Minor, 2 Moderate, 3 Severe, 4 Extreme
`alert_urgency`        0 Past, 1 Future, 2 Expected, 3 Immediate
`alert_certainty`      1 Unlikely, 2 Possible, 3 Likely, 4 Observed
=====================  =====================================================================

Each also for one category of CAP, as `alert_severity.met`. `Unknown` says nothing. Where an alert stood and none does
any more, the value is 0 from then on. An alert never says more than this: no phase, no depth, no flooded area.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from asn_flex.alerts.chain import Standing
from asn_flex.alerts.match import Matched, Places
from asn_flex.alerts.message import Alert, Info, Reference
from asn_flex.rulebook.model import Rulebook

SCALES: Mapping[str, Mapping[str, int]] = {
    "severity": {"Minor": 1, "Moderate": 2, "Severe": 3, "Extreme": 4},
    "urgency": {"Past": 0, "Future": 1, "Expected": 2, "Immediate": 3},
    "certainty": {"Unlikely": 1, "Possible": 2, "Likely": 3, "Observed": 4},
}
CATEGORIES = (
    "Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other",
)  # fmt: skip
# INVARIANT: rows whose source begins so are ours, and of nobody else.
MARK = "CAP "


class Row(NamedTuple):
    """One row of the observations table."""

    time: datetime
    kind: str
    value: int
    area: str
    source: str


def observed_kinds(rulebook: Rulebook) -> frozenset[str]:
    """Return the kinds of observation that come from alerts and that a measure of the rulebook observes."""
    names = {f"alert_{scale}" for scale in SCALES}
    names |= {f"{name}.{category.lower()}" for name in names for category in CATEGORIES}
    return frozenset(measure.observe for measure in rulebook.measures.values()) & names


def source_of(reference: Reference) -> str:
    """Return what stands in the column `source` of an alert's rows."""
    return MARK + str(reference)


def rows_of(
    standing: Iterable[Standing],
    matched: Mapping[Reference, Sequence[Matched]],
    kinds: Collection[str],
    now: datetime,
) -> tuple[Row, ...]:
    """Return every row that the alerts give at `now`, in order.

    Parameters
    ----------
    standing : what has become of each alert
    matched : the areas that each block of each alert is about
    kinds : the kinds that are wanted
    """
    found: set[Row] = set()
    ended: dict[tuple[str, str], Row] = {}
    for one in standing:
        current = one.infos_at(now)
        for info, where in zip(one.alert.infos, matched[one.alert.key], strict=True):
            if info in current and not info.is_all_clear:
                found |= set(_rows(one.alert, info, where.areas, kinds))
            for row in _last_rows(one, info, where.areas, kinds, now):
                ended[row.kind, row.area] = max(row, ended.get((row.kind, row.area), row))
    stands = {(row.kind, row.area) for row in found}
    found |= {row for place, row in ended.items() if place not in stands}
    return tuple(sorted(found))


def _rows(alert: Alert, info: Info, areas: Iterable[str], kinds: Collection[str]) -> Iterable[Row]:
    time = info.effective if info.effective is not None else alert.sent
    for scale, word in (("severity", info.severity), ("urgency", info.urgency), ("certainty", info.certainty)):
        value = SCALES[scale].get(word)
        if value is None:
            continue
        for kind in _kinds(scale, info):
            if kind in kinds:
                yield from (Row(time, kind, value, area, source_of(alert.key)) for area in areas)


def _last_rows(
    standing: Standing, info: Info, areas: Iterable[str], kinds: Collection[str], now: datetime
) -> Iterable[Row]:
    """Return the zeros from when a block of an alert ceased to stand."""
    if standing.state in {"later", "not_actual", "cancels", "no_news"}:
        return
    alert, when, source = standing.alert, standing.ended, standing.by
    if info.expires is not None and info.expires <= now and (when is None or info.expires < when):
        when, source = info.expires, None
    if info.is_all_clear and when is None:
        when = info.effective if info.effective is not None else alert.sent
    if when is None:
        return
    for kind in sorted({kind for scale in SCALES for kind in _kinds(scale, info)} & set(kinds)):
        yield from (Row(when, kind, 0, area, source_of(source or alert.key)) for area in areas)


def _kinds(scale: str, info: Info) -> tuple[str, ...]:
    name = f"alert_{scale}"
    return (name, *(f"{name}.{category.lower()}" for category in info.categories))


def matched_areas(alerts: Iterable[Alert], places: Places) -> dict[Reference, tuple[Matched, ...]]:
    """Return which areas each block of each alert is about."""
    return {alert.key: tuple(places.matched(info.areas) for info in alert.infos) for alert in alerts}
