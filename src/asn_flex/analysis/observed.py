"""Which rules acted in a rule test, as the stages themselves tell it (semantics §5.12).

`acting` reads the same from the facts alone, for analyses that cannot wait for the stages; a law compares the two.
"""

from __future__ import annotations

from collections.abc import Iterable

from asn_flex.analysis.acting import opens_seats
from asn_flex.analysis.given import Trial
from asn_flex.analysis.space import duties_of
from asn_flex.domain.situation import Demand
from asn_flex.eligibility.masks import FALSE, TRUE
from asn_flex.eligibility.match import Eligibility
from asn_flex.rulebook.schema import (
    Activate,
    AnyRule,
    Cover,
    Escalate,
    Forbid,
    Limit,
    Prefer,
    Prioritise,
    Protect,
    Team,
)

# The one officer of a test is the only one of his type.
_HIM = 0


def acted(trial: Trial, rule: AnyRule) -> bool:
    """Whether a rule acted: for some demand of its duties that the test asks about, or of all where it asks of none."""
    situation, eligibility = trial.situation, trial.eligibility
    assert situation is not None  # noqa: S101 - the stages were run
    if isinstance(rule, Escalate):
        return rule.id in situation.rules_in_force
    if isinstance(rule, Activate):
        # `because` also names rules in force that gave no seat of their own to a demand which others opened.
        named = any(rule.id in demand.because for demand in situation.demands)
        return named and opens_seats(rule, trial.case(rule.duty))
    about = duties_of(trial.rulebook, rule)
    if not about and not isinstance(rule, Protect):
        # A rulebook without duties: there is nothing that the rule could act on.
        return False
    assert eligibility is not None  # noqa: S101 - the test names the rule, so its duties were put in
    if isinstance(rule, Protect):
        counted = eligibility.screen.protected(rule)[eligibility.screen.type_of[_HIM]]
        return rule.id in eligibility.situation.rules_in_force and bool(counted)
    asked = [duty for duty in about if duty in trial.asked] or about
    return any(_acted_for(eligibility, rule, demand) for demand in _demands(trial, asked))


def _demands(trial: Trial, duties: Iterable[str]) -> Iterable[Demand]:
    return (demand for duty in duties for demand in trial.demands_of(duty))


def _acted_for(eligibility: Eligibility, rule: AnyRule, demand: Demand) -> bool:
    situation, screen = eligibility.situation, eligibility.screen
    if isinstance(rule, Prioritise):
        return rule.id in situation.priorities[demand.id]
    state = situation.in_force[demand.id].get(rule.id)
    if state is None:
        return False
    kind, him = screen.kind_of[demand.id], int(screen.type_of[_HIM])
    outcome = screen.outcome(kind, int(screen.home_of_type[him]), demand.area)
    if isinstance(rule, Cover):
        return state.holds is True and bool(screen.met(kind, outcome)[rule.id][him])
    if isinstance(rule, (Forbid, Limit)):
        asked = screen.asks(kind, outcome).get(rule.id)
        return bool(screen.refusals(kind, outcome)[rule.id][him]) or (asked is not None and bool(asked[him]))
    if isinstance(rule, Team):
        who = rule.include.who if rule.include is not None else None
        return who is None or int(screen.reads(kind, outcome, who)[him]) == TRUE
    assert isinstance(rule, Prefer)  # noqa: S101 - the last kind of rule about demands
    truth = TRUE if rule.who is None else int(screen.reads(kind, outcome, rule.who)[him])
    return truth != FALSE if rule.costs else truth == TRUE and state.holds is True
