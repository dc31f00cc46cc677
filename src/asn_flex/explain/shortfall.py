"""`shortfall` says why a demand is not full, what holds it, and what would fill a seat (semantics §9)."""

from __future__ import annotations

from collections.abc import Iterator

from asn_flex.domain.answers import MissingFacts, Scarcity, ShadowPrice, ShortfallAnswer
from asn_flex.domain.plan import Certificate, Plan
from asn_flex.domain.plan import Shortfall as Record
from asn_flex.domain.proof import Audience, ProofNode
from asn_flex.domain.situation import Demand
from asn_flex.eligibility.misses import Miss, count_misses, miss_table
from asn_flex.errors import Lang, Text
from asn_flex.explain.naming import competency_name, demand_name, join, plain, unit_name
from asn_flex.explain.remedies import fact_of, gain_of, remedy_of
from asn_flex.explain.view import View, node
from asn_flex.explain.why import open_view
from asn_flex.explain.why_not import demand_text, known_demand
from asn_flex.i18n import say, say_count
from asn_flex.planning.bottleneck import Bottleneck
from asn_flex.planning.network import Cap
from asn_flex.planning.openings import find_openings
from asn_flex.planning.relief import Relief, find_relief
from asn_flex.planning.resolve import Problem
from asn_flex.planning.scarcity import find_scarcity, relaxed_prices

# Demands of a pool told by name.
MOST_NAMED = 6


def shortfall(
    plan: Plan,
    problem: Problem,
    demand: str,
    *,
    most: int | None = 2,
    audience: Audience = "planner",
    lang: Lang = "en",
) -> ShortfallAnswer:
    """Say why a demand is not full, what holds it, and which single changes would fill a seat.

    Parameters
    ----------
    plan : the plan to explain
    problem : what it was planned from
    demand : id of a demand
    most : how many changes of one sort are enough; None tries every candidate
    audience : who reads it

    Raises
    ------
    UsageError
        If there is no such demand or audience, or the plan was made from other input.

    References
    ----------
    docs/semantics.md §9.
    """
    view = open_view(plan, problem.eligibility, audience, lang)
    wanted = known_demand(view, demand, lang)
    record = next((s for s in plan.shortfalls if s.demand == demand), None)
    filled = len(view.seated.get(demand, ()))
    text = say("short.answer", demand=demand_text(view, wanted), id=demand, filled=filled, seats=wanted.seats)
    if record is None:
        root = node("answer", text, node("note", say("short.full")))
        return ShortfallAnswer(
            plan=plan.id, demand=demand, audience=audience, missing=0, root=root, complete=True, tried=0
        )
    relief = find_relief(problem, demand, filled, most=most)
    steps = (_reason(view, record), *_cut(view, relief.bottleneck), *_lacking(view, relief.bottleneck, wanted))
    return ShortfallAnswer(
        plan=plan.id, demand=demand, audience=audience, missing=record.missing,
        root=node("answer", text, *steps, _effort(relief)),
        remedies=tuple(remedy_of(view, problem.coverage_tiers, r) for r in relief.remedies),
        complete=relief.complete, tried=relief.tried,
    )  # fmt: skip


def _reason(view: View, record: Record) -> ProofNode:
    """Return the first cause that binds, as the plan has it (semantics §8.6)."""
    detail = record.detail
    key = f"short.reason.{record.reason}"
    if record.reason == "protected":
        named = (
            say("show.in_unit", rule=view.title(r["rule"]), units=unit_name(view.scenario, r["unit"]))
            for r in detail.get("rules", ())
        )
        return node("cap", say(key, rules=join(named, "; ")), outcome="full")
    if record.reason in {"team", "share"}:
        return node("cap", say(key, rules=join((view.title(r) for r in detail.get("rules", ())), "; ")), outcome="full")
    return node("note", say(key))


def _cut(view: View, bottleneck: Bottleneck) -> Iterator[ProofNode]:
    """Tell the minimum cut: the people and demands of the pool, and the full caps on its border."""
    network = bottleneck.problem.network
    inside = [index for at, index in network.class_nodes.items() if bottleneck.nodes[at]]
    people = sum(len(network.class_members[i]) for i in inside)
    going = sum(1 for i in inside for o in network.class_members[i].tolist() if o in bottleneck.demand_of)
    others = bottleneck.demands[1:]
    steps: list[ProofNode] = []
    if others:
        named = [
            demand_name(view.rulebook, view.scenario, d.duty, None if d.at_event else d.area, d.shift)
            for d in (view.eligibility.demands[o] for o in others[:MOST_NAMED])
        ]
        more = say_count("short.pool.more", len(others) - MOST_NAMED) if len(others) > MOST_NAMED else plain("")
        steps.append(node("note", say("short.pool.shared", demands=join(named, "; "), more=more)))
    steps += [_cap(view, cap) for cap in bottleneck.border]
    steps += [
        node("cap", say("short.cut.protect", rule=view.title(s.rule), unit=unit_name(view.scenario, s.unit), cap=s.cap,
                        count=len(s.members)), outcome="full")
        for s in bottleneck.full_sets
        if not bottleneck.is_exact and any(c.source is s for c in network.crossing)
    ]  # fmt: skip
    text = say("short.pool", people=people, going=going, demands=len(bottleneck.demands))
    yield node("section", text, *steps)


def _cap(view: View, cap: Cap) -> ProofNode:
    rule = view.title(cap.rule)
    if cap.kind == "protect":
        held = next(s for s in view.eligibility.protected if (s.rule, s.unit) == (cap.rule, cap.unit))
        unit = unit_name(view.scenario, cap.unit or "")
        text = say("short.cut.protect", rule=rule, unit=unit, cap=cap.limit, count=len(held.members))
    else:
        found = view.eligibility.demands[cap.demand or ""]
        text = say(f"short.cut.{cap.kind}", rule=rule, cap=cap.limit, demand=demand_text(view, found))
    return node("cap", text, outcome="full", rule=None if view.hides(cap.rule) else cap.rule)


def _lacking(view: View, bottleneck: Bottleneck, demand: Demand) -> Iterator[ProofNode]:
    """Tell what alone keeps people who are free from the demand: which competency, which rule."""
    eligibility = view.eligibility
    table = miss_table(eligibility, demand.id)
    free = count_misses(eligibility, demand.id) == 1
    free[[*bottleneck.demand_of]] = False
    free &= ~bottleneck.held
    told = sorted(
        ((int((rows & free).sum()), miss) for miss, rows in table), key=lambda item: (-item[0], item[1])
    )  # fmt: skip
    steps: list[ProofNode] = []
    hidden = 0
    for count, miss in told:
        if not count:
            continue
        if miss.kind == "rule" and view.hides(miss.name):
            hidden += count
            continue
        steps.append(node("lack", _miss(view, miss, count), outcome="not_met"))
    if hidden:
        steps.append(node("lack", say_count("short.lack.protected", hidden), outcome="stops"))
    if steps:
        yield node("section", say("short.lacking"), *steps)


def _miss(view: View, miss: Miss, count: int) -> Text:
    if miss.kind == "competency":
        name = competency_name(view.rulebook, miss.name)
        return say_count("short.lack.competency", count, competency=name, level=miss.level)
    if miss.kind == "rule":
        rule = view.rulebook.by_id[miss.name]
        key = "short.lack.absolute" if getattr(rule, "absolute", False) else "short.lack.rule"
        return say_count(key, count, rule=view.title(miss.name))
    return say_count("short.lack.available", count)


def _effort(relief: Relief) -> ProofNode:
    key = "short.tried.complete" if relief.complete else "short.tried.some"
    return node("note", say_count(key, relief.tried))


# ---- the plan as a whole -------------------------------------------------------------------------------------------


def scarcity(plan: Plan, problem: Problem, *, lang: Lang = "en") -> Scarcity:
    """Return the shadow price of every demand, protected unit and competency that demands require.

    From the plan's certificate; where the plan is proven by the solver alone, from the flow without team rules and
    crossing sets, whose prices bound nothing (`source` says which).

    References
    ----------
    docs/semantics.md §9.
    """
    open_view(plan, problem.eligibility, "planner", lang)
    own = bool(plan.certificate.tiers)
    certificate: Certificate = plan.certificate if own else relaxed_prices(problem)
    prices = tuple(
        ShadowPrice(kind=s.kind, name=s.name, rule=s.rule, where=s.where, price=gain_of(certificate.tiers, s.price))
        for s in find_scarcity(problem.eligibility, certificate)
    )
    return Scarcity(plan=plan.id, source="certificate" if own else "relaxation", prices=prices)


def missing_facts(plan: Plan, problem: Problem, *, audience: Audience = "planner", lang: Lang = "en") -> MissingFacts:
    """Return the missing facts that would open seats, those first that open most; each was confirmed and solved.

    References
    ----------
    docs/semantics.md §9.
    """
    view = open_view(plan, problem.eligibility, audience, lang)
    openings, untold = find_openings(problem)
    found = (fact_of(view, problem.coverage_tiers, opening) for opening in openings)
    return MissingFacts(plan=plan.id, audience=audience, facts=tuple(f for f in found if f is not None), untold=untold)
