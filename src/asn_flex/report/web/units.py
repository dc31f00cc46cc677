"""How each home unit is left: who stays, what must be kept, and how much of it is used (semantics §5.8)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from asn_flex.explain.naming import unit_name
from asn_flex.i18n import say
from asn_flex.report.web.reader import Reader, said

# Smaller units would tell a reader who may not know about other people who goes.
SMALL = 5


def units(reader: Reader) -> list[dict[str, Any]]:
    """Return every unit, those that give the largest share first.

    For readers who may not learn about other people, units of fewer than five officers are shown as one.
    """
    planned = reader.planned
    total = Counter(planned.unit_of.values())
    gone = Counter(planned.unit_of[a.officer] for a in planned.plan.assignments if a.officer in planned.unit_of)
    alone = sorted(total, key=lambda unit: (total[unit], unit))
    lumped: list[str] = []
    if not reader.view.sees_others:
        while alone and (total[alone[0]] < SMALL or 0 < sum(total[u] for u in lumped) < SMALL):
            lumped.append(alone.pop(0))
    found = [_unit(reader, unit, total[unit], gone[unit]) for unit in alone]
    found.sort(key=lambda u: (-u["gone"] / u["total"], u["id"]))
    if lumped:
        found.append({
            "id": "", "name": said(say("report.units.small", count=len(lumped))), "keep": [],
            "total": sum(total[u] for u in lumped), "gone": sum(gone[u] for u in lumped),
        })  # fmt: skip
    return found


def _unit(reader: Reader, unit: str, total: int, gone: int) -> dict[str, Any]:
    keep = []
    for item in reader.eligibility.protected:
        if item.unit == unit and item.n and not reader.view.hides(item.rule):
            used = sum(member in reader.view.assigned for member in item.members.tolist())
            keep.append([said(reader.view.title(item.rule)), item.keep, item.p - used, item.n, used >= item.cap])
    name = said(unit_name(reader.planned.scenario, unit))
    return {"id": unit, "name": name, "total": total, "gone": gone, "keep": keep}
