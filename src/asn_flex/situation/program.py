"""Which rule's `when` is asked when and where (semantics §4.2, §5.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from asn_flex.rulebook.conditions import Condition, Test, attributes_in, tests_in
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import Activate, AnyRule, Escalate, Prefer
from asn_flex.situation.engine import Asked, Program


@dataclass(frozen=True, slots=True)
class Reading:
    """What a rule's `when` really asks about: whether an area or a duty makes a difference."""

    asks_area: bool
    asks_duty: bool

    def key(self, area: str | None, duty: str | None) -> tuple[str | None, str | None]:
        """Return the area and duty that matter, each None where the rule does not ask."""
        return (area if self.asks_area else None), (duty if self.asks_duty else None)


def is_permissive(rule: AnyRule) -> bool:
    """Whether the rule acts only where its condition is true (semantics §4.3)."""
    return not rule.costs if isinstance(rule, Prefer) else rule.permissive


def escalation_strata(rulebook: Rulebook) -> tuple[tuple[Escalate, ...], ...]:
    """Order the escalate rules: each after every rule that may set a fact it reads (semantics §5.2)."""
    setters: dict[str, list[Escalate]] = {}
    reads: dict[str, list[str]] = {}
    for rule in rulebook.escalations:
        for name in rule.set:
            setters.setdefault(name, []).append(rule)
        asked = attributes_in(rule.when)
        reads[rule.id] = sorted(key.removeprefix("event.") for key in asked if key.startswith("event."))
    depth: dict[str, int] = {}
    waiting = [rule.id for rule in rulebook.escalations]
    while waiting:
        ready = []
        for rule_id in waiting:
            below = [s.id for name in reads[rule_id] for s in setters.get(name, ())]
            if all(b in depth for b in below):
                ready.append((rule_id, 1 + max((depth[b] for b in below), default=-1)))
        # INVARIANT: the loader refuses circles among event facts, so something is always ready.
        depth.update(ready)
        waiting = [rule_id for rule_id in waiting if rule_id not in depth]
    count = 1 + max(depth.values(), default=-1)
    return tuple(tuple(r for r in rulebook.escalations if depth[r.id] == level) for level in range(count))


def readings_of(rulebook: Rulebook) -> Mapping[str, Reading]:
    """Return what each rule asks about, by rule id."""
    found: dict[str, Reading] = {}
    for rule in rulebook.rules:
        asked = [t.attribute for t in tests_in(rule.when) if isinstance(t, Test)]
        found[rule.id] = Reading(
            asks_area=any(a.area_bound for a in asked), asks_duty=any(a.scope == "duty" for a in asked)
        )
    return found


def program_of(rulebook: Rulebook, today: date) -> Program:
    """Return every rule's `when` as an engine is asked for it."""
    conditions: dict[str, Asked] = {}
    for rule in rulebook.rules:
        three_valued = isinstance(rule, Activate) or not is_permissive(rule)
        conditions[rule.id] = Asked(rule.when, three_valued=three_valued)
    return Program(conditions, today)


def conditions_of(rule: AnyRule) -> Iterator[Condition]:
    """Yield every condition of a rule: `when`, and what it asks about officers."""
    yield rule.when
    for name in ("who", "must"):
        condition = getattr(rule, name, None)
        if condition is not None:
            yield condition
    include = getattr(rule, "include", None)
    if include is not None and include.who is not None:
        yield include.who
