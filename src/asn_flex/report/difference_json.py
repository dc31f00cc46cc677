"""What an edit changes as stable JSON, `asn-flex/diff/1` (semantics §12.6)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from asn_flex.analysis.changes import Change, Part
from asn_flex.analysis.effects import Alone, Effect, RulebookDiff, ScenarioDiff
from asn_flex.analysis.meaning import Pairs, Seats
from asn_flex.analysis.plan_diff import Move, PlanDiff
from asn_flex.errors import Diagnostic, Text
from asn_flex.rulebook.model import Rulebook

FORMAT = "asn-flex/diff/1"


def as_json(found: RulebookDiff) -> str:
    """Return the comparison as stable JSON; lists are in order of id, scenarios as they were given."""
    whole = {
        "format": FORMAT,
        "old": _rulebook(found.old),
        "new": _rulebook(found.new),
        "nothing_for_any_scenario": found.nothing_for_any_scenario,
        "nothing_for_these_scenarios": bool(found.scenarios) and found.nothing_for_these,
        "changes": [_change(change) for change in found.changes],
        "scenarios": [_scenario(found, item) for item in found.scenarios],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _rulebook(rulebook: Rulebook) -> dict[str, str]:
    return {"id": rulebook.pack.id, "version": rulebook.pack.version, "digest": rulebook.digest}


def _both(text: Text | None) -> dict[str, str] | None:
    return None if text is None else {"id": text.id, "en": text.en}


def _change(change: Change) -> dict[str, Any]:
    return {
        "section": change.section, "id": change.id, "kind": change.kind, "label": _both(change.label),
        "matters": change.matters, "keys": [_part(part) for part in change.parts], "before": _both(change.before),
        "after": _both(change.after), "used_by": list(change.used_by),
        "sources": list(change.sources),
    }  # fmt: skip


def _part(part: Part) -> dict[str, Any]:
    return {
        "key": part.key, "whole": part.whole, "before": [_both(t) for t in part.before],
        "after": [_both(t) for t in part.after],
    }  # fmt: skip


def _scenario(found: RulebookDiff, item: ScenarioDiff) -> dict[str, Any]:
    read = item.read
    return {
        "scenario": item.scenario,
        "id": None if read is None else read.id,
        "digest": None if read is None else read.digest,
        "faults": {"old": _faults(item.faults_before), "new": _faults(item.faults_after)},
        "nothing": item.is_nothing,
        "all_together": _effect(item.all_together),
        "alone": [_alone(found.changes, alone) for alone in item.alone],
        "interaction": _interaction(item.interaction),
    }


def _interaction(sums: tuple[int, int] | None) -> dict[str, int] | None:
    return None if sums is None else {"single": sums[0], "together": sums[1]}


def _faults(faults: Sequence[Diagnostic]) -> list[dict[str, Any]]:
    return [{"place": str(d.place), "code": d.code, "message": _both(d.text)} for d in faults]


def _alone(changes: Sequence[Change], alone: Alone) -> dict[str, Any]:
    return {
        "change": _key(changes[alone.change]), "with": [_key(changes[i]) for i in alone.members if i != alone.change],
        "can_be_loaded": bool(alone.members), "faults": _faults(alone.faults),
        "effect": _effect(alone.effect, named=False),
    }  # fmt: skip


def _key(change: Change) -> dict[str, str]:
    return {"section": change.section, "id": change.id}


def _effect(effect: Effect | None, *, named: bool = True) -> dict[str, Any] | None:
    if effect is None:
        return None
    meaning = effect.meaning
    return {
        "gained": _pairs(meaning.gained),
        "lost": _pairs(meaning.lost),
        "other_grounds": _pairs(meaning.other_grounds),
        "demands": [
            {"demand": d.demand, "before": _seats(d.before), "after": _seats(d.after)} for d in meaning.demands
        ],
        "plan": None if effect.plan is None else _plan(effect.plan, named=named),
    }


def _pairs(pairs: Pairs) -> dict[str, Any]:
    at = [{"demand": item.demand, "pairs": item.count, "officers": list(item.officers)} for item in pairs.at]
    return {"pairs": pairs.count, "officers": pairs.people, "demands": at}


def _seats(seats: Seats | None) -> dict[str, int] | None:
    return None if seats is None else {"seats": seats.seats, "minimum": seats.minimum, "priority": seats.priority}


def _plan(plan: PlanDiff, *, named: bool) -> dict[str, Any]:
    """Return what differs in the plan; who moves by one change alone is counted, not named: its rule may tell why."""
    return {
        "proven": plan.proven,
        "filled": [
            {"class": f.duty_class, "duty": f.duty, "seats": list(f.seats), "filled": list(f.filled)}
            for f in plan.filled
        ],
        "moves": _moves(plan) if not named else [_move(move) for move in plan.moves],
        **({"must_move": [_move(move) for move in plan.must_move]} if named else {}),
        "shortfalls": [{"demand": e.demand, "missing": list(e.missing), "reason": list(e.reason)} for e in plan.empty],
        "tiers": [{"tier": t.tier, "before": t.before, "after": t.after} for t in plan.tiers],
    }


def _moves(plan: PlanDiff) -> dict[str, int]:
    return {
        "sent": len(plan.sent), "home": len(plan.home), "moved": len(plan.moved), "must_move": len(plan.must_move)
    }  # fmt: skip


def _move(move: Move) -> dict[str, str | None]:
    return {"officer": move.officer, "before": move.before, "after": move.after}
