"""Writes a plan down: everything that `infer`, `match` and `choose` decided, as `asn-flex/plan/1` (semantics §12.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from asn_flex.domain.attributes import Value
from asn_flex.domain.exact import number_text
from asn_flex.domain.plan import (
    Assignment,
    BasisRecord,
    DemandRecord,
    EventRecord,
    Notice,
    PathRecord,
    Plan,
    PlanValue,
    PossibleRecord,
    QuarantinedRecord,
    Question,
    RulebookRef,
    ScenarioRef,
)
from asn_flex.domain.situation import Situation
from asn_flex.eligibility.match import Eligibility
from asn_flex.errors import Diagnostic
from asn_flex.planning.choose import Outcome
from asn_flex.planning.decode import Choice
from asn_flex.rulebook.model import Rulebook


def assemble_plan(
    eligibility: Eligibility,
    outcome: Outcome,
    *,
    versions: Mapping[str, str],
    warnings: tuple[Diagnostic, ...],
    supersedes: str | None,
) -> Plan:
    """Return the plan, with its id."""
    rulebook, scenario, situation = eligibility.rulebook, eligibility.scenario, eligibility.situation
    filled = Counter(choice.demand for choice in outcome.choices)
    notices = sorted({(w.code, w.text.en, w.text.id) for w in warnings})
    plan = Plan(
        now=scenario.now.isoformat(),
        engine=situation.engine,
        versions=dict(sorted(versions.items())),
        rulebook=RulebookRef(id=rulebook.pack.id, version=rulebook.pack.version, digest=rulebook.digest),
        scenario=ScenarioRef(id=scenario.id, digest=scenario.digest),
        supersedes=supersedes,
        conditional_on={key: plain(value) for key, value in sorted(situation.assumed.items())},
        status=outcome.status,
        proof=outcome.proof,
        objective=outcome.tiers,
        event=event_record(rulebook, situation),
        rules_in_force=situation.rules_in_force,
        demands=demand_records(situation, filled),
        possible_demands=tuple(PossibleRecord(rule=p.rule, missing=p.missing) for p in situation.possible),
        assignments=tuple(
            sorted((_assignment(eligibility, c) for c in outcome.choices), key=lambda a: (a.officer, a.demand))
        ),
        shortfalls=outcome.shortfalls,
        displaced=outcome.displaced,
        warnings=tuple(Notice(code=c, message=en, message_id=other) for c, en, other in notices),
        quarantined=tuple(
            sorted(
                (
                    QuarantinedRecord(table=q.table, officer=q.officer, problem=q.problem.en)
                    for q in scenario.quarantined
                ),
                key=lambda q: (q.table, q.officer or "", q.problem),
            )
        ),
        certificate=outcome.certificate,
        network=outcome.network,
    )
    return plan.with_id()


def plain(value: Value) -> PlanValue:
    """Return an exact value as it stands in JSON: whole numbers stay, other numbers become decimal text."""
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else number_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return sorted(value) if isinstance(value, frozenset) else value


def event_record(rulebook: Rulebook, situation: Situation) -> EventRecord:
    """Return the event as the plan saw it; values of sensitive facts stay out (semantics §3.5)."""
    hidden = {a.name for a in rulebook.attributes.values() if a.scope == "event" and a.sensitive}
    apart = hidden | {"type", "severity", "phase"}
    facts = {k: plain(v) for k, v in sorted(situation.event.items()) if k not in apart}
    severity, phase = situation.event.get("severity"), situation.event.get("phase")
    return EventRecord(
        type=str(situation.event["type"]),
        severity=severity if isinstance(severity, int) else None,
        phase=phase if isinstance(phase, str) else None,
        facts=facts,
        derived_by=dict(sorted(situation.derived_by.items())),
        recommended={
            k: tuple(plain(v) for v in values) for k, values in sorted(situation.recommended.items()) if k not in hidden
        },
    )


def demand_records(situation: Situation, filled: Mapping[str, int]) -> tuple[DemandRecord, ...]:
    """Return the demands with the seats that are filled."""
    return tuple(
        DemandRecord(
            id=d.id, duty=d.duty, area=None if d.at_event else d.area, shift=d.shift, start=d.start, end=d.end,
            duty_class=d.duty_class, priority=d.priority, seats=d.seats, minimum=d.minimum,
            filled=filled.get(d.id, 0), because=d.because,
        )
        for d in situation.demands
    )  # fmt: skip


def _assignment(eligibility: Eligibility, choice: Choice) -> Assignment:
    demand = eligibility.demands[choice.demand]
    basis = eligibility.basis_of(choice.officer, choice.demand, choice.rule)
    paths = tuple(
        PathRecord(
            requires=p.requirement.competency, level=p.requirement.level, strength=number_text(p.reach.strength),
            via=p.reach.via,
        )
        for p in eligibility.paths(choice.officer, demand, choice.rule)
    )  # fmt: skip
    return Assignment(
        officer=eligibility.screen.officers.frame["id"][choice.officer],
        demand=choice.demand,
        loss=basis.loss,
        points=basis.points,
        confirm=tuple(
            sorted((Question(attribute=f, rule=r) for f, r in basis.questions), key=lambda q: (q.attribute, q.rule))
        ),
        basis=BasisRecord(
            kind="standard" if choice.rule is None else "cover",
            rule=choice.rule,
            strength=number_text(basis.strength),
            paths=tuple(sorted(paths, key=lambda p: p.requires)),
        ),
    )
