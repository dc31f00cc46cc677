"""Pins: decisions that the plan respects, and why some cannot hold (semantics §6.1)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from asn_flex.domain.scenario import Scenario
from asn_flex.eligibility.match import Eligibility
from asn_flex.eligibility.misses import Miss, misses_of
from asn_flex.errors import Diagnostic, PinError, Place, Text
from asn_flex.i18n import fault, nearest, say, say_count
from asn_flex.planning.network import Pins
from asn_flex.planning.rows import share_cap
from asn_flex.rulebook.schema import Cover, Team


def read_pins(eligibility: Eligibility) -> Pins:
    """Check every pin by itself and return them.

    Raises
    ------
    PinError
        Naming the rule for each `must` that is not eligible, and each pin that contradicts another.
    """
    scenario = eligibility.scenario
    must: dict[int, str] = {}
    never: dict[int, set[str]] = {}
    found: list[Diagnostic] = []
    rows = sorted(
        scenario.tables.pins.select("officer", "demand", "pin", "row").iter_rows(), key=lambda r: (r[0], r[1], r[2])
    )
    for officer, demand, pin, row in rows:
        place = scenario.place_of("pins", row)
        number = eligibility.number_of.get(officer)
        if number is None:
            found.append(fault("P102", place, officer=officer))
        elif demand not in eligibility.demands:
            # A `never` for a demand that does not arise holds by itself.
            if pin == "must":
                found.append(fault("P101", place, demand=demand, hint=nearest(demand, eligibility.demands)))
        elif pin == "never":
            never.setdefault(number, set()).add(demand)
        elif number in must and must[number] != demand:
            found.append(fault("P103", place, officer=officer, first=must[number], second=demand))
        else:
            must[number] = demand
    for number, demand in sorted(must.items()):
        officer = eligibility.officer_ids[number]
        place = _place(scenario, officer, demand)
        if not eligibility.bases(officer, demand):
            lacks = misses_of(eligibility, number, demand)
            found.append(fault("P104", place, officer=officer, demand=demand, lacks=describe_misses(lacks)))
        if demand in never.get(number, ()):
            found.append(fault("P105", place, officer=officer, demand=demand))
    if found:
        raise PinError(found)
    return Pins(must, {n: frozenset(d) for n, d in sorted(never.items())})


def describe_misses(lacks: Iterable[Miss]) -> Text:
    """Say in words what an officer lacks."""
    parts: list[Text] = []
    for miss in lacks:
        if miss.kind == "available":
            parts.append(say("miss.available"))
        elif miss.kind == "competency":
            parts.append(say("miss.competency", name=miss.name, level=miss.level))
        else:
            parts.append(say("miss.rule", name=miss.name))
    return Text("; ".join(p.id for p in parts), "; ".join(p.en for p in parts))


def refuse_pins(eligibility: Eligibility, pins: Pins) -> PinError:
    """Say why pins that are each possible cannot hold together."""
    scenario = eligibility.scenario
    found: list[Diagnostic] = []
    by_demand: dict[str, list[int]] = {}
    for number, demand in sorted(pins.must.items()):
        by_demand.setdefault(demand, []).append(number)
    for demand_id, numbers in sorted(by_demand.items()):
        officers = [eligibility.officer_ids[n] for n in numbers]
        place = _place(scenario, officers[0], demand_id)
        seats = eligibility.demands[demand_id].seats
        if len(numbers) > seats:
            found.append(
                fault("P106", place, demand=demand_id, officers=_names(officers), seats=say_count("count.seats", seats))
            )
        else:
            found.extend(_caps_exceeded(eligibility, demand_id, officers, place))
    for item in eligibility.protected:
        pinned = sorted(n for n in item.members.tolist() if n in pins.must)
        if len(pinned) > item.cap:
            officer = eligibility.officer_ids[pinned[0]]
            place = _place(scenario, officer, pins.must[pinned[0]])
            names = _names([eligibility.officer_ids[n] for n in pinned])
            found.append(fault("P107", place, rule=item.rule, unit=item.unit, officers=names, cap=item.cap))
    if not found:
        number, demand_id = min(pins.must.items())
        place = _place(scenario, eligibility.officer_ids[number], demand_id)
        teams = sorted(
            {r for d in by_demand for r in eligibility.situation.in_force.get(d, {})}
            & {t.id for t in eligibility.rulebook.teams}
        )
        names = _names(eligibility.officer_ids[n] for n in sorted(pins.must))
        found.append(fault("P108", place, officers=names, rules=_names(teams) or "-"))
    return PinError(found)


def _caps_exceeded(eligibility: Eligibility, demand_id: str, officers: list[str], place: Place) -> list[Diagnostic]:
    """Report shares and substitute limits that the pins of one demand exceed by themselves."""
    demand = eligibility.demands[demand_id]
    by_id = eligibility.rulebook.by_id
    grounds = [{b.rule for b in eligibility.bases(o, demand_id)} for o in officers]
    found: list[Diagnostic] = []
    for rule_id in sorted(eligibility.situation.in_force.get(demand_id, {})):
        rule = by_id[rule_id]
        if isinstance(rule, Cover) and rule.max_share is not None:
            limit = share_cap(rule.max_share, demand.seats, rule.at_least)
            bound = [o for o, g in zip(officers, grounds, strict=True) if g == {rule_id}]
        elif isinstance(rule, Team) and rule.max_substitutes is not None:
            limit = share_cap(rule.max_substitutes or Fraction(0), demand.seats, rule.at_least)
            only = [all(eligibility.is_substitute(r) for r in g) for g in grounds]
            bound = [o for o, substitute in zip(officers, only, strict=True) if substitute]
        else:
            continue
        if len(bound) > limit:
            found.append(fault("P109", place, rule=rule_id, demand=demand_id, officers=_names(bound), cap=limit))
    return found


def _names(officers: Iterable[str]) -> str:
    return ", ".join(f"`{o}`" for o in officers)


def _place(scenario: Scenario, officer: str, demand: str) -> Place:
    for pinned, where, row in scenario.tables.pins.select("officer", "demand", "row").iter_rows():
        if (pinned, where) == (officer, demand):
            return scenario.place_of("pins", row)
    return scenario.place_of("pins", 1)
