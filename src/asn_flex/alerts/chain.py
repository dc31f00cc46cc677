"""Which alerts stand at a moment: what updates and cancellations name no longer does (semantics §6.6).

An `Update` takes the place of the messages that it names, a `Cancel` ends them, and with them what has taken their
place since. Only the sender of a message can do that, and only later. The order in which files come does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from asn_flex.alerts.message import Alert, Info, Reference

State = Literal["stands", "replaced", "cancelled", "expired", "over", "later", "not_actual", "cancels", "no_news"]
_TAKES_PLACE = frozenset({"Update", "Cancel"})
_SILENT_KINDS: Mapping[str, State] = {"Ack": "no_news", "Error": "no_news", "Cancel": "cancels"}


@dataclass(frozen=True, slots=True)
class Standing:
    """What has become of one alert at a moment.

    Attributes
    ----------
    state : `stands`; `replaced` or `cancelled` (`by` says by which message); `expired`; `over` (it says that the danger
        has passed); `later` (sent after the moment); `not_actual` (an exercise, test or draft); `cancels` (it says no
        more than that others are cancelled); `no_news` (an acknowledgement or error)
    ended : when it ceased to stand, where it did
    """

    alert: Alert
    state: State
    by: Reference | None = None
    ended: datetime | None = None

    def infos_at(self, now: datetime) -> tuple[Info, ...]:
        """Return the blocks that stand at the moment."""
        if self.state != "stands":
            return ()
        return tuple(info for info in self.alert.infos if not _has_ended(info, now))


def standings(alerts: Iterable[Alert], now: datetime) -> tuple[Standing, ...]:
    """Return what has become of every alert at `now`, in order of sending."""
    ordered = sorted(alerts, key=lambda alert: (alert.sent, alert.sender, alert.identifier))
    counting = [a for a in ordered if a.status == "Actual" and a.sent <= now]
    ended = _ended(counting)
    return tuple(_standing(alert, ended, now) for alert in ordered)


def _ended(alerts: Iterable[Alert]) -> Mapping[Reference, Alert]:
    """Return the message that ended each message, by what is called."""
    ended: dict[Reference, Alert] = {}
    for alert in alerts:
        if alert.kind not in _TAKES_PLACE:
            continue
        waiting = [r for r in alert.references if r.sender == alert.sender and r.sent < alert.sent]
        done: set[Reference] = set()
        while waiting:
            target = waiting.pop()
            if target in done:
                continue
            done.add(target)
            successor = ended.setdefault(target, alert)
            # Who cancels the first of a chain cancels what it has become.
            if alert.kind == "Cancel" and successor is not alert and successor.kind == "Update":
                waiting.append(successor.key)
    return ended


def _standing(alert: Alert, ended: Mapping[Reference, Alert], now: datetime) -> Standing:
    silent = _silence(alert, now)
    if silent is not None:
        return Standing(alert, silent)
    successor = ended.get(alert.key)
    if successor is not None:
        state: State = "cancelled" if successor.kind == "Cancel" else "replaced"
        return Standing(alert, state, by=successor.key, ended=successor.sent)
    if alert.infos and all(_has_ended(info, now) for info in alert.infos):
        return Standing(alert, "expired", ended=max(info.expires for info in alert.infos if info.expires is not None))
    if alert.infos and all(info.is_all_clear for info in alert.infos):
        return Standing(alert, "over", ended=alert.sent)
    return Standing(alert, "stands")


def _silence(alert: Alert, now: datetime) -> State | None:
    """Return why an alert says nothing by itself, whatever other messages say."""
    if alert.status != "Actual":
        return "not_actual"
    if alert.sent > now:
        return "later"
    return _SILENT_KINDS.get(alert.kind)


def _has_ended(info: Info, now: datetime) -> bool:
    return info.expires is not None and info.expires <= now
