"""What the alerts of a scenario say, for people and as JSON (semantics §6.6, §12.2)."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from asn_flex.alerts.adding import Alerted
from asn_flex.alerts.chain import Standing
from asn_flex.errors import Lang, Text
from asn_flex.i18n import one_line, say, say_count

FORMAT = "asn-flex/alerts/1"
_LONGEST = 60


def as_text(done: Alerted, lang: Lang) -> list[str]:
    """Return a line on all of them, and one for each alert with what has become of it and where it holds."""
    stand = sum(one.state == "stands" for one in done.standings)
    now = done.now.isoformat(timespec="minutes")
    told = say(
        "alerts.summary", now=now, stand=stand, all=len(done.standings), new=len(done.new),
        added=done.added, withdrawn=done.withdrawn, kept=done.kept,
    )  # fmt: skip
    lines = [told.in_lang(lang)]
    if done.standings and not done.kinds:
        lines.append(say("alerts.kinds_none").in_lang(lang))
    return [*lines, *(_line(one, done, lang) for one in done.standings)]


def _line(one: Standing, done: Alerted, lang: Lang) -> str:
    alert = one.alert
    info = next(iter(alert.infos), None)
    words = [one_line(alert.identifier)[:_LONGEST]]
    if info is not None:
        words.append(one_line(" ".join(w for w in (info.event[:_LONGEST], info.severity) if w)))
    words.append(_state(one).in_lang(lang))
    if one.state == "stands":
        words.append(_where(one, done, lang).in_lang(lang))
    if alert.is_signed:
        words.append(say("alerts.signed").in_lang(lang))
    return "  " + " · ".join(words)


def _state(one: Standing) -> Text:
    by = one.by.identifier[:_LONGEST] if one.by is not None else ""
    ended = one.ended.isoformat(timespec="minutes") if one.ended is not None else ""
    sent = one.alert.sent.isoformat(timespec="minutes")
    return say(f"alerts.state.{one.state}", by=by, ended=ended, sent=sent, status=one.alert.status)


def _where(one: Standing, done: Alerted, lang: Lang) -> Text:
    areas = done.areas_of(one.alert.key)
    if areas:
        found = Counter(areas.values())
        how = ", ".join(say(f"alerts.by.{name}").in_lang(lang) for name in sorted(found))
        return say_count("alerts.areas", len(areas), how=how)
    near = [where.nearest for where in done.matched[one.alert.key] if where.nearest is not None]
    if not near:
        return say("alerts.nowhere")
    area, way = min(near, key=lambda pair: pair[1])
    return say("alerts.nearest", area=area, km=f"{way:.1f}")


def as_json(done: Alerted) -> str:
    """Return the same as JSON, in order of sending."""
    content: dict[str, Any] = {
        "format": FORMAT,
        "now": done.now.isoformat(),
        "added": done.added,
        "withdrawn": done.withdrawn,
        "kept": done.kept,
        "kinds": list(done.kinds),
        "alerts": [_entry(one, done) for one in done.standings],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _entry(one: Standing, done: Alerted) -> dict[str, Any]:
    alert = one.alert
    return {
        "sender": alert.sender,
        "identifier": alert.identifier,
        "sent": alert.sent.isoformat(),
        "kind": alert.kind,
        "status": alert.status,
        "signed": alert.is_signed,
        "state": one.state,
        "by": str(one.by) if one.by is not None else None,
        "ended": one.ended.isoformat() if one.ended is not None else None,
        "event": next((info.event for info in alert.infos), None),
        "severity": next((info.severity for info in alert.infos), None),
        "areas": done.areas_of(alert.key),
    }
