"""Why a rule is in force: each test of its `when` with its value, down to the rows behind it (semantics §9).

A trace is read off a finished situation; nothing is inferred again but the truth of each test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from asn_flex.domain.attributes import Value
from asn_flex.domain.scenario import Scenario
from asn_flex.domain.situation import Situation
from asn_flex.errors import NOWHERE, Place, UsageError
from asn_flex.i18n import nearest, say
from asn_flex.rulebook.conditions import (
    All,
    AnyOf,
    Condition,
    Holds,
    Not,
    Parameter,
    Test,
    evaluate,
    evaluate_test,
    unknown_facts,
)
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import Activate
from asn_flex.situation.facts import FactSource, SituationFacts
from asn_flex.situation.measures import observation_rows
from asn_flex.situation.program import readings_of

# Where a value comes from: the scenario, `--assume`, escalate rules, a declared default, observations, a table,
# the rulebook (facts of duties), or nowhere.
Origin = Literal["given", "assumed", "derived", "default", "measured", "table", "rulebook", "unknown"]


@dataclass(frozen=True, slots=True)
class TestTrace:
    """One test: what it asked, what is known, and what came of it.

    `operand` is the value that the fact was compared with (that of the parameter `param` where one is asked; None
    where it has none yet); `derived_by` the rules whose value stands; `table` and `rows` what the value was read from.
    """

    __test__ = False  # not a test class, whatever pytest thinks

    attribute: str
    operator: str
    operand: Value | tuple[Value, ...] | None
    param: str | None
    value: Value | None
    truth: bool | None
    origin: Origin
    derived_by: tuple[str, ...] = ()
    table: str | None = None
    rows: tuple[int, ...] = ()
    sensitive: bool = False
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class GroupTrace:
    """Parts that hold together (`all`), in part (`any`), or not (`not`)."""

    form: Literal["all", "any", "not"]
    truth: bool | None
    parts: tuple[GroupTrace | TestTrace, ...]
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """Why a rule's `when` holds, does not, or stays open, in one scope."""

    rule: str
    demand: str | None
    area: str | None
    duty: str | None
    truth: bool | None
    missing: tuple[str, ...]
    when: GroupTrace | TestTrace


def explain_rule(
    rulebook: Rulebook,
    scenario: Scenario,
    situation: Situation,
    rule_id: str,
    demand_id: str | None = None,
    *,
    area: str | None = None,
) -> RuleTrace:
    """Return each test of a rule's `when` with its value and truth, in the scope of a demand or of the event.

    Parameters
    ----------
    rulebook, scenario, situation : what `infer` took and gave
    rule_id : the rule
    demand_id : the demand in whose area and for whose duty it is asked; without one, the event
    area : the area instead of the demand's, such as that of a demand that stays possible

    Raises
    ------
    UsageError
        If there is no such rule, demand or area.

    References
    ----------
    docs/semantics.md §3.6, §4.3, §9.
    """
    rule = rulebook.by_id.get(rule_id)
    if rule is None:
        raise _unknown("situation.no_rule", rule_id, list(rulebook.by_id))
    demand = situation.demand(demand_id) if demand_id is not None else None
    if demand_id is not None and demand is None:
        raise _unknown("situation.no_demand", demand_id, [d.id for d in situation.demands])
    if area is not None and area not in scenario.area_facts:
        raise _unknown("situation.no_area", area, list(scenario.area_facts))
    duty = demand.duty if demand is not None else rule.duty if isinstance(rule, Activate) else None
    where = area if area is not None else demand.area if demand is not None else None
    key = readings_of(rulebook)[rule.id].key(where, duty)
    facts = FactSource(rulebook, scenario, situation.event, situation.measures).about(*key)
    tracer = _Tracer(rulebook, scenario, situation, facts)
    return RuleTrace(
        rule=rule.id,
        demand=demand_id,
        area=key[0],
        duty=key[1],
        truth=evaluate(rule.when, facts),
        missing=unknown_facts(rule.when, facts),
        when=tracer.trace(rule.when),
    )


def _unknown(key: str, name: str, known: list[str]) -> UsageError:
    hint = nearest(name, known)
    return UsageError(say(key, name=name).en + (hint.en if hint is not None else ""))


class _Tracer:
    """Follows a condition in one scope."""

    def __init__(self, rulebook: Rulebook, scenario: Scenario, situation: Situation, facts: SituationFacts) -> None:
        self._rulebook = rulebook
        self._scenario = scenario
        self._situation = situation
        self._facts = facts

    def trace(self, condition: Condition) -> GroupTrace | TestTrace:
        """Return the trace of a condition with that of its parts."""
        if isinstance(condition, Test):
            return self._test(condition)
        truth = evaluate(condition, self._facts)
        if isinstance(condition, Not):
            return GroupTrace("not", truth, (self.trace(condition.part),), condition.place)
        if isinstance(condition, (All, AnyOf)):
            parts = tuple(self.trace(part) for part in condition.parts)
            return GroupTrace("all" if isinstance(condition, All) else "any", truth, parts, condition.place)
        return self._holds(condition, truth)

    def _holds(self, condition: Holds, truth: bool | None) -> TestTrace:
        # INVARIANT: the loader refuses `holds` in a `when`; a rulebook built in code may still have it.
        return TestTrace(
            "holds", "eq", condition.competency, None, None, truth, origin="unknown", place=condition.place
        )

    def _test(self, test: Test) -> TestTrace:
        operand, param = test.operand, None
        if isinstance(operand, Parameter):
            param = operand.name
            operand = operand.at(self._facts.today)  # type: ignore[assignment]
        value = self._facts.value(test.attribute)
        origin, table, rows = self._origin(test, value)
        return TestTrace(
            attribute=test.attribute.key,
            operator=test.operator,
            operand=operand,  # type: ignore[arg-type]
            param=param,
            value=value,
            truth=evaluate_test(test, self._facts),
            origin=origin,
            derived_by=self._situation.derived_by.get(test.attribute.name, ()) if origin == "derived" else (),
            table=table,
            rows=rows,
            sensitive=test.attribute.sensitive,
            place=test.place,
        )

    def _origin(self, test: Test, value: Value | None) -> tuple[Origin, str | None, tuple[int, ...]]:
        attribute, area = test.attribute, self._facts.area
        if attribute.scope == "measure":
            measure = self._rulebook.measures[attribute.name]
            rows = observation_rows(measure, self._scenario, area if attribute.area_bound else None)
            return ("unknown" if value is None else "measured"), "observations", rows
        if value is None:
            return "unknown", None, ()
        if attribute.scope == "area" and area is not None:
            row = self._scenario.area_facts[area]
            if row.get(attribute.name) is None:
                return "default", None, ()
            return "table", "areas", (row["row"],)
        if attribute.scope == "event":
            return self._event_origin(attribute.name), None, ()
        return "rulebook", None, ()

    def _event_origin(self, name: str) -> Origin:
        if name in self._situation.derived_by:
            return "derived"
        if f"event.{name}" in self._situation.assumed:
            return "assumed"
        is_given = name in {"type", "days"} or name in self._scenario.event.given
        return "given" if is_given else "default"
