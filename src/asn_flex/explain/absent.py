"""Why an officer has no assignment: what he may do and what holds him, or what he lacks (semantics §8.6, §9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from asn_flex.domain.attributes import DUTY_CLASSES
from asn_flex.domain.proof import ProofNode
from asn_flex.domain.situation import Demand
from asn_flex.eligibility.match import Basis
from asn_flex.eligibility.misses import Miss, misses_of
from asn_flex.explain.basis import has_text, requirement_text
from asn_flex.explain.caps import protections, teams
from asn_flex.explain.checks import availability_node, verdict_node, verdicts
from asn_flex.explain.naming import demand_name, duty_name
from asn_flex.explain.view import View, node
from asn_flex.i18n import say

# Duties told in full, and demands of one duty; the others are counted.
MOST_DUTIES = 8
MOST_DEMANDS = 3
MOST_NEAREST = 4


def absent_nodes(view: View, number: int) -> list[ProofNode]:
    """Return the steps that say why an officer goes nowhere.

    References
    ----------
    docs/semantics.md §7.3, §8.6.
    """
    officer = view.eligibility.officer_ids[number]
    grounds = {d.id: view.eligibility.bases(officer, d.id) for d in view.eligibility.situation.demands}
    may = sorted((d for d in view.eligibility.situation.demands if grounds[d.id]), key=_rank)
    full = [cap.step for cap in protections(view, number) if cap.is_full]
    steps: list[ProofNode] = []
    if full and may:
        steps.append(node("section", say("why.absent.unit"), *full))
    if may:
        by_duty: dict[str, list[Demand]] = {}
        for demand in may:
            by_duty.setdefault(demand.duty, []).append(demand)
        told = [_duty(view, number, demands, grounds) for demands in list(by_duty.values())[:MOST_DUTIES]]
        if len(by_duty) > MOST_DUTIES:
            told.append(node("note", say("why.more.duties", count=len(by_duty) - MOST_DUTIES)))
        steps.append(node("section", say("why.absent.may", count=len(may)), *told))
    else:
        steps.append(node("section", say("why.absent.may_nothing"), *_nearest(view, number)))
    return steps


def _rank(demand: Demand) -> tuple[int, int, str]:
    return DUTY_CLASSES.index(demand.duty_class), -demand.priority, demand.id


def _duty(view: View, number: int, demands: Sequence[Demand], grounds: dict[str, tuple[Basis, ...]]) -> ProofNode:
    # A seat that stays empty says more than one that is taken.
    ordered = sorted(demands, key=lambda d: (len(view.seated.get(d.id, ())) >= d.seats, _rank(d)))
    told = [_held_back(view, number, demand, grounds[demand.id]) for demand in ordered[:MOST_DEMANDS]]
    if len(ordered) > MOST_DEMANDS:
        told.append(node("note", say("why.more.demands", count=len(ordered) - MOST_DEMANDS)))
    duty = demands[0].duty
    text = say("why.absent.duty", duty=duty_name(view.rulebook, duty), count=len(demands))
    return node("demand", text, *told, place=view.rulebook.place_of("duties", duty))


def _held_back(view: View, number: int, demand: Demand, bases: tuple[Basis, ...]) -> ProofNode:
    """Say what holds an eligible officer back from one demand."""
    best = min(bases, key=lambda b: (b.loss + b.points, b.rule or ""))
    seated = view.seated.get(demand.id, ())
    name = demand_name(
        view.rulebook, view.scenario, demand.duty, None if demand.at_event else demand.area, demand.shift
    )
    steps: list[ProofNode] = [*_pins(view, number, demand)]
    if len(seated) >= demand.seats:
        steps.append(_taken(view, demand, best))
        return node(
            "demand", say("why.absent.full", demand=name, id=demand.id, seats=demand.seats), *steps, outcome="full"
        )
    full = [cap for cap in protections(view, number) if cap.is_full]
    blocked = [[c for c in teams(view, number, demand, b.rule, joining=True) if c.is_full] for b in bases]
    if full:
        steps += [node("note", say("why.absent.protected", rule=view.title(cap.rule)), outcome="full") for cap in full]
    elif all(blocked):
        steps += _distinct(cap.step for caps in blocked for cap in caps)
    elif not steps:
        key = "why.absent.unproven" if view.plan.status == "feasible" else "why.absent.elsewhere"
        steps.append(node("note", say(key)))
    text = say("why.absent.free", demand=name, id=demand.id, free=demand.seats - len(seated))
    return node("demand", text, *steps, outcome="free")


def _distinct(steps: Iterable[ProofNode]) -> list[ProofNode]:
    return list({step.model_dump_json(): step for step in steps}.values())


def _taken(view: View, demand: Demand, best: Basis) -> ProofNode:
    """Compare what the officer would weigh with those who are seated."""
    if not view.sees_others:
        return node("note", say("why.taken"))
    weights = [a.loss + a.points for a in view.plan.assignments if a.demand == demand.id]
    text = say("why.taken.weights", own=best.loss + best.points, low=min(weights), high=max(weights))
    others = ", ".join(sorted(view.seated[demand.id])[:6]) + ("…" if len(weights) > 6 else "")
    return node("points", text, node("note", say("why.taken.by", officers=others)))


def _pins(view: View, number: int, demand: Demand) -> list[ProofNode]:
    return [step for pinned, step in pin_nodes(view, number) if pinned == demand.id]


def pin_nodes(view: View, number: int) -> list[tuple[str, ProofNode]]:
    """Return every pin of an officer, each with its demand (semantics §6.1)."""
    officer = view.eligibility.officer_ids[number]
    found: list[tuple[str, ProofNode]] = []
    for row in view.scenario.tables.pins.iter_rows(named=True):
        if row["officer"] != officer:
            continue
        text = say(f"why.pin.{row['pin']}", demand=row["demand"])
        # Who decided, and why, may be about other people.
        said = [say("why.pin.by", by=row["by"])] if row["by"] and view.sees_others else []
        said += [say("why.pin.reason", reason=row["reason"])] if row["reason"] and view.sees_others else []
        steps = [node("note", part) for part in said]
        found.append((row["demand"], node("pin", text, *steps, place=view.row("pins", row["row"]))))
    return sorted(found, key=lambda item: (item[0], item[1].text.en))


# ---- what is lacking -----------------------------------------------------------------------------------------------


def _nearest(view: View, number: int) -> list[ProofNode]:
    """Return the demands that the officer is nearest to, one per duty, with what he lacks."""
    best: dict[str, tuple[int, tuple[int, int, str], Demand, list[Miss]]] = {}
    for demand in view.eligibility.situation.demands:
        lacks = misses_of(view.eligibility, number, demand.id)
        entry = (len(lacks), _rank(demand), demand, lacks)
        if demand.duty not in best or entry[:2] < best[demand.duty][:2]:
            best[demand.duty] = entry
    ordered = sorted(best.values(), key=lambda entry: entry[:2])
    return [lacks_node(view, number, demand, lacks) for _, _, demand, lacks in ordered[:MOST_NEAREST]]


def lacks_node(view: View, number: int, demand: Demand, lacks: Sequence[Miss]) -> ProofNode:
    """Return the step of what an officer lacks for a demand: every condition that he fails."""
    duty = view.rulebook.duties[demand.duty]
    needs = {need.competency: need for need in duty.requires}
    refused = {v.rule: v for v in verdicts(view, number, demand, frozenset()) if v.outcome == "stops"}
    steps: list[ProofNode] = []
    hidden = False
    for miss in lacks:
        if miss.kind == "available":
            steps.append(availability_node(view, number, demand))
        elif miss.kind == "competency":
            need = needs[miss.name]
            has = has_text(view, number, need, demand)
            steps.append(node("lack", requirement_text(view, need), node("lack", has), outcome="not_met"))
        elif view.hides(miss.name):
            hidden = True
        else:
            steps.append(verdict_node(view, number, demand, refused[miss.name]))
    if hidden:
        steps.append(view.protected("stops"))
    name = demand_name(
        view.rulebook, view.scenario, demand.duty, None if demand.at_event else demand.area, demand.shift
    )
    place = view.rulebook.place_of("duties", demand.duty)
    return node("demand", say("why.absent.lacks", demand=name, id=demand.id), *steps, place=place, outcome="not_met")
