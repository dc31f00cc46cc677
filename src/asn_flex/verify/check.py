"""The second opinion on a plan (semantics §10)."""

from __future__ import annotations

from asn_flex.domain.plan import Plan
from asn_flex.domain.scenario import Scenario
from asn_flex.rulebook.model import Rulebook
from asn_flex.verify.assigned import check_assignments
from asn_flex.verify.compare import check_identity, check_situation, read_assumptions
from asn_flex.verify.demands import read_situation
from asn_flex.verify.event import read_event
from asn_flex.verify.findings import Findings, Verification
from asn_flex.verify.groups import read_people
from asn_flex.verify.limits import read_limits, tally
from asn_flex.verify.objective import check_objective, read_objective
from asn_flex.verify.optimum import check_optimality
from asn_flex.verify.recount import check_constraints, check_displaced
from asn_flex.verify.shortfalls import check_shortfalls


def verify(plan: Plan, rulebook: Rulebook, scenario: Scenario, previous: Plan | None = None) -> Verification:
    """Read a plan again, plainly, and say whether it stands.

    Uses nothing but the loaded rulebook and scenario and the scalar evaluator of conditions: the situation is
    inferred again, every assigned pair re-evaluated, every constraint recounted, the objective added up, and
    optimality checked from the certificate against every eligible pair.

    Parameters
    ----------
    plan : Plan
        Fresh or read back from JSON.
    rulebook : Rulebook
    scenario : Scenario
        As planned, with the same rows set aside where it was read with `quarantine`.
    previous : Plan, optional
        The plan that this one supersedes; needed where it names one.

    Returns
    -------
    Verification
        Never raises for a plan that is wrong: what is wrong is a finding.

    References
    ----------
    docs/semantics.md §10.
    """
    found = Findings()
    check_identity(plan, rulebook, scenario, previous, found)
    assumed = read_assumptions(plan, rulebook, found)
    reading = read_situation(read_event(rulebook, scenario, assumed))
    check_situation(plan, reading, found)
    people = read_people(reading)
    limits = read_limits(people)
    worth = check_assignments(plan, people, found)
    counted = tally(plan, people, limits)
    check_constraints(plan, people, limits, counted, found)
    check_shortfalls(plan, people, limits, counted, found)
    check_displaced(plan, people, previous, found)
    objective = read_objective(people, counted, worth, previous)
    check_objective(plan, objective, found)
    return found.verdict(check_optimality(plan, people, limits, objective, found))
