"""Why an officer is sent, in one sentence that the officer may read (semantics §9, audience `officer`)."""

from __future__ import annotations

from asn_flex.domain.plan import Assignment, DemandRecord
from asn_flex.errors import Text
from asn_flex.explain.naming import duty_name, join, plain
from asn_flex.explain.view import sensitive_facts
from asn_flex.i18n import say
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import Cover
from asn_flex.situation.program import conditions_of


def protected_rules(rulebook: Rulebook) -> frozenset[str]:
    """Return the rules that ask about a sensitive fact, or lift one that does."""
    asking = {rule.id for rule in rulebook.rules if any(sensitive_facts(c) for c in conditions_of(rule))}
    return frozenset(asking | {rule.id for rule in rulebook.covers if asking.intersection(rule.overrides)})


def ground(
    rulebook: Rulebook, assignment: Assignment, demand: DemandRecord, protected: frozenset[str], *, is_pinned: bool
) -> Text:
    """Return the sentence that tells an officer on which ground the duty may be given to them.

    References
    ----------
    docs/semantics.md §5.5, §7.3, §12.8.
    """
    told = _sentence(rulebook, assignment, demand, protected)
    return say("letter.why.pinned", ground=told) if is_pinned else say("letter.why.plain", ground=told)


def _sentence(rulebook: Rulebook, assignment: Assignment, demand: DemandRecord, protected: frozenset[str]) -> Text:
    duty = duty_name(rulebook, demand.duty)
    rule = rulebook.by_id.get(assignment.basis.rule or "")
    if not isinstance(rule, Cover):
        needs = rulebook.duties[demand.duty].requires
        if not needs:
            return say("letter.why.nothing_required")
        listed = join(
            say("letter.why.level", competency=rulebook.label_of("competencies", n.competency), level=n.level)
            for n in needs
        )
        return say("letter.why.standard", needs=listed)
    if rule.id in protected:
        return say("letter.why.protected")
    label = rulebook.label_of("rules", rule.id)
    if rule.by == "standard":
        return say("letter.why.by_standard", duty=duty, rule=label)
    if rule.by == "substitution":
        paths = [path for path in assignment.basis.paths if path.strength != "1"]
        ways = [
            say("letter.why.instead", holds=rulebook.label_of("competencies", p.via[0]),
                needs=rulebook.label_of("competencies", p.requires))
            for p in paths if p.via
        ]  # fmt: skip
        return say("letter.why.substitution", ways=join(dict.fromkeys(ways)) if ways else plain(duty.id), rule=label)
    return say("letter.why.who", duty=duty, rule=label)
