"""Adds alerts to a scenario: keeps the messages, works out what stands, and writes what it says (semantics §6.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asn_flex.alerts.chain import Standing, standings
from asn_flex.alerts.match import Matched, Places
from asn_flex.alerts.message import Reference
from asn_flex.alerts.observations import matched_areas, observed_kinds, rows_of
from asn_flex.alerts.store import read_alerts, store, stored_files
from asn_flex.alerts.table import prepare
from asn_flex.domain.scenario import Scenario
from asn_flex.errors import Diagnostic, ScenarioError
from asn_flex.rulebook.model import Rulebook


@dataclass(frozen=True)
class Alerted:
    """What adding alerts to a scenario did, and what its alerts now say.

    Attributes
    ----------
    standings : what has become of each alert at the scenario's `now`, in order of sending
    matched : the areas that each block of each alert is about
    new : the files in which new messages are kept
    kinds : the kinds of observation that come from alerts and that the rulebook observes
    added, withdrawn, kept : rows of the observations table
    faults : files of the folder that cannot be read; the others count
    now : the moment that everything was worked out for
    """

    standings: tuple[Standing, ...]
    matched: dict[Reference, tuple[Matched, ...]]
    new: tuple[Path, ...]
    kinds: tuple[str, ...]
    added: int
    withdrawn: int
    kept: int
    faults: tuple[Diagnostic, ...]
    now: datetime

    @property
    def next_change(self) -> datetime | None:
        """When an alert begins or ceases to count next, as far as the messages say."""
        alerts = [one.alert for one in self.standings]
        times = [alert.sent for alert in alerts]
        times += [t for a in alerts for info in a.infos for t in (info.effective, info.expires) if t is not None]
        return min((time for time in times if time > self.now), default=None)

    def areas_of(self, key: Reference) -> dict[str, str]:
        """Return the areas that an alert is about, and how each was found."""
        areas: dict[str, str] = {}
        for where in self.matched[key]:
            areas = where.areas | areas
        return dict(sorted(areas.items()))


def add_alerts(
    files: Sequence[Path], main: Path, rulebook: Rulebook, scenario: Scenario, *, now: datetime | None = None
) -> Alerted:
    """Add alert files to a scenario and bring its observations up to date; the same files again change nothing.

    Parameters
    ----------
    files : the new files; with none of them the alerts that are there already are worked out again
    main : path of `scenario.yaml`
    rulebook : says which kinds its measures observe
    scenario : the scenario as read from there, for its areas
    now : the moment to work it out for, by default the scenario's

    Raises
    ------
    ScenarioError
        With every fault of the new files; nothing is changed then. Or if its table cannot take rows.
    OSError
        If a file cannot be written.
    """
    moment = now if now is not None else scenario.now
    known = read_alerts(stored_files(main.parent))
    given = read_alerts(files, known.alerts)
    if given.faults:
        raise ScenarioError(given.faults)
    alerts = {**known.alerts, **given.alerts}
    standing = standings(alerts.values(), moment)
    matched = matched_areas(alerts.values(), Places(scenario))
    kinds = observed_kinds(rulebook)
    rows = rows_of(standing, matched, kinds, moment)
    prepared = prepare(main, rows)
    # Messages first: if the power goes now, the next run works out the rows.
    new = store(main.parent, given)
    prepared.write()
    merged = prepared.merged
    return Alerted(
        standings=standing, matched=matched, new=new, kinds=tuple(sorted(kinds)),
        added=merged.added, withdrawn=merged.withdrawn, kept=merged.kept, faults=known.faults, now=moment,
    )  # fmt: skip
