"""From a rulebook and a scenario to the situation: facts, rules in force, seats (semantics §2, §4.3, §5).

The steps: measures, the event's facts, the demands, and then every other rule's `when`, once for each area
and duty that it asks about, never once per demand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from asn_flex.domain.scenario import Scenario
from asn_flex.domain.situation import Demand, RuleState, Situation
from asn_flex.errors import Diagnostic, EngineError
from asn_flex.i18n import fault
from asn_flex.rulebook.conditions import Parameter, Test, tests_in, unknown_facts
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import AnyRule, DemandRule, Prioritise, Protect
from asn_flex.situation.demands import Spans, Where, activate, ask, demand_areas
from asn_flex.situation.derive import assumed_facts, given_facts, settle_event
from asn_flex.situation.engine import Answers, Program, SituationEngine
from asn_flex.situation.facts import FactSource, Measures
from asn_flex.situation.measures import measure_values
from asn_flex.situation.plain import PlainEngine
from asn_flex.situation.program import (
    Reading,
    conditions_of,
    is_permissive,
    program_of,
    readings_of,
)

_NOTHING: Mapping[str, object] = MappingProxyType({})
_NO_MEASURES: Measures = MappingProxyType({})
# The scope of rules that ask about nothing but the event.
EVENT: Where = (None, None)
# What makes two demands alike for every `when`: duty, area, first and last day.
Kind = tuple[str, str, date, date]


def infer(
    rulebook: Rulebook,
    scenario: Scenario,
    *,
    engine: SituationEngine | None = None,
    assume: Mapping[str, object] = _NOTHING,
    measures: Measures = _NO_MEASURES,
    fallback: bool = False,
) -> Situation:
    """Decide what is so at `now`, which rules are in force, and which seats exist.

    Parameters
    ----------
    rulebook : Rulebook
    scenario : Scenario
        Checked against this rulebook.
    engine : SituationEngine, optional
        Evaluates every `when`; without one, the plain engine.
    assume : mapping of event attribute (`event.phase`) to value
        Taken in place of the given values.
    measures : mapping of (name, area id or None) to value
        Taken in place of what observations come to; a rule test states measures, not observations (semantics §5.12).
    fallback : bool
        Whether the plain engine takes over where the engine fails; the situation then says so with a warning.

    Returns
    -------
    Situation

    Raises
    ------
    SituationConflict
        If rules in force set one fact to different values.
    UsageError
        If something assumed is no event attribute, or not a value of it.
    EngineError
        If the engine fails and there is no fallback.

    References
    ----------
    docs/semantics.md §3.6, §4.3, §5.2, §5.3, §5.4, §11.
    """
    chosen = engine if engine is not None else PlainEngine()
    try:
        return _Inference(rulebook, scenario, chosen).run(assume, measures)
    except EngineError as error:
        if not fallback or chosen.name == PlainEngine.name:
            raise
        situation = _Inference(rulebook, scenario, PlainEngine()).run(assume, measures)
        place = rulebook.place_of("pack", "pack")
        warning = fault("W603", place, engine=chosen.name, problem=str(error))
        return replace(situation, warnings=(*situation.warnings, warning))


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The rules about one duty that are law on the same days: in order of id, and by what they ask."""

    rules: tuple[tuple[str, Reading], ...]
    by_reading: Mapping[Reading, tuple[str, ...]]


def is_law(rule: AnyRule, first: date, last: date, *, permissive: bool) -> bool:
    """Whether a rule is effective on every day from first to last (permissive), or on any (restrictive)."""
    return rule.effective.covers_all(first, last) if permissive else rule.effective.covers_any(first, last)


class _Inference:
    """One run over one rulebook and scenario."""

    def __init__(self, rulebook: Rulebook, scenario: Scenario, engine: SituationEngine) -> None:
        self.rulebook = rulebook
        self.scenario = scenario
        self.engine = engine
        self.readings = readings_of(rulebook)
        self.program: Program = program_of(rulebook, scenario.today)

    def run(self, assume: Mapping[str, object], told: Measures) -> Situation:
        """Take the steps of inference in order."""
        rulebook, scenario = self.rulebook, self.scenario
        assumed = assumed_facts(rulebook, scenario, assume)
        measures = {**measure_values(rulebook.measures, scenario, demand_areas(rulebook, scenario)), **told}
        event = settle_event(
            rulebook, scenario, engine=self.engine, program=self.program,
            measures=measures, given=given_facts(scenario, assumed),
        )  # fmt: skip
        source = FactSource(rulebook, scenario, event.facts, measures)
        activated = activate(
            source, scenario, engine=self.engine, program=self.program, readings=self.readings,
            spans=Spans(rulebook, scenario),
        )  # fmt: skip
        states, protections = self._states(source, activated.demands)
        priorities, in_force = self._split(states)
        demands = tuple(self._prioritised(d, priorities[d.id]) for d in activated.demands)
        return Situation(
            event=event.facts,
            measures=measures,
            derived_by=event.derived_by,
            recommended=event.recommended,
            demands=demands,
            possible=activated.possible,
            in_force=in_force,
            priorities=priorities,
            protections=protections,
            rules_in_force=self._all_in_force(event.in_force, demands, states, protections),
            engine=self.engine.name,
            assumed=assumed,
            warnings=(*self._parameter_warnings(), *activated.warnings),
        )

    def _states(
        self, source: FactSource, demands: Iterable[Demand]
    ) -> tuple[dict[str, Mapping[str, RuleState]], dict[str, RuleState]]:
        """Settle every rule about demands or units; by demand id, and of `protect` rules by rule id."""
        kinds = {d.id: (d.duty, d.area, d.first_day, d.last_day) for d in demands}
        chosen = self._rules_by_kind(kinds.values())
        wanted: dict[Where, dict[str, None]] = {}
        for (duty, area, _, _), rules in chosen.items():
            for reading, ids in rules.by_reading.items():
                wanted.setdefault(reading.key(area, duty), {}).update(dict.fromkeys(ids))
        protects = self._protects_that_are_law()
        for rule in protects:
            wanted.setdefault(EVENT, {})[rule.id] = None
        scopes = {key: tuple(rules) for key, rules in wanted.items()}
        truths = ask(source, scopes, engine=self.engine, program=self.program)
        known = {where: self._in_force(source, where, found) for where, found in truths.items()}
        by_kind: dict[Kind, Mapping[str, RuleState]] = {}
        for kind, rules in chosen.items():
            here = {reading: known[reading.key(kind[1], kind[0])] for reading in rules.by_reading}
            by_kind[kind] = {rule: here[r][rule] for rule, r in rules.rules if rule in here[r]}
        of_event = known.get(EVENT, {})
        protections = {rule.id: of_event[rule.id] for rule in protects if rule.id in of_event}
        return {demand: by_kind[kind] for demand, kind in kinds.items()}, protections

    def _rules_by_kind(self, kinds: Iterable[Kind]) -> dict[Kind, _Chosen]:
        """Return the rules that are about the duty and law on the days, for each kind of demand."""
        known: dict[tuple[str, date, date], _Chosen] = {}
        found: dict[Kind, _Chosen] = {}
        for kind in sorted(set(kinds)):
            duty, _, first, last = kind
            if (duty, first, last) not in known:
                known[duty, first, last] = self._choose(duty, first, last)
            found[kind] = known[duty, first, last]
        return found

    def _choose(self, duty: str, first: date, last: date) -> _Chosen:
        entry = self.rulebook.duties[duty]
        by_reading: dict[Reading, list[str]] = {}
        rules: list[tuple[str, Reading]] = []
        for rule in self.rulebook.rules:
            if not isinstance(rule, DemandRule) or not (rule.duty is None or rule.duty.matches(duty, entry)):
                continue
            if is_law(rule, first, last, permissive=is_permissive(rule)):
                reading = self.readings[rule.id]
                rules.append((rule.id, reading))
                by_reading.setdefault(reading, []).append(rule.id)
        return _Chosen(tuple(rules), {reading: tuple(ids) for reading, ids in by_reading.items()})

    def _in_force(self, source: FactSource, where: Where, found: Answers) -> dict[str, RuleState]:
        """Return the states of the rules that are not out of force in that scope."""
        states: dict[str, RuleState] = {}
        for rule, truth in found.items():
            if truth:
                states[rule] = RuleState(rule, truth)
            elif truth is None:
                missing = unknown_facts(self.rulebook.by_id[rule].when, source.about(*where))
                states[rule] = RuleState(rule, None, missing)
        return states

    def _protects_that_are_law(self) -> list[Protect]:
        period = self.scenario.period
        first, last = period.first_day_from(self.scenario.today), period.last_day
        return [rule for rule in self.rulebook.protections if is_law(rule, first, last, permissive=False)]

    def _split(
        self, states: Mapping[str, Mapping[str, RuleState]]
    ) -> tuple[dict[str, tuple[str, ...]], dict[str, Mapping[str, RuleState]]]:
        """Part the `prioritise` rules in force from the others; demands that are alike share one mapping."""
        raises = {rule.id for rule in self.rulebook.priorities}
        parted: dict[int, tuple[tuple[str, ...], Mapping[str, RuleState]]] = {}
        for found in states.values():
            if id(found) not in parted:
                adds = tuple(rule for rule in found if rule in raises)
                parted[id(found)] = adds, {rule: state for rule, state in found.items() if rule not in raises}
        priorities = {demand: parted[id(found)][0] for demand, found in states.items()}
        in_force = {demand: parted[id(found)][1] for demand, found in states.items()}
        return priorities, in_force

    def _prioritised(self, demand: Demand, adds: Iterable[str]) -> Demand:
        """Add to the duty's priority and clamp once, to 1..9 (semantics §5.4)."""
        total = demand.priority
        for rule_id in adds:
            rule = self.rulebook.by_id[rule_id]
            total += rule.add if isinstance(rule, Prioritise) else 0
        return replace(demand, priority=min(9, max(1, total)))

    def _all_in_force(
        self,
        of_event: set[str],
        demands: Iterable[Demand],
        states: Mapping[str, Mapping[str, RuleState]],
        protections: Mapping[str, RuleState],
    ) -> tuple[str, ...]:
        found = {*of_event}
        for demand in demands:
            found.update(demand.because)
        for rules in {id(s): s for s in states.values()}.values():
            found.update(rules)
        found.update(rule for rule in protections if self._protects_a_unit(rule))
        return tuple(sorted(found))

    def _protects_a_unit(self, rule_id: str) -> bool:
        rule = self.rulebook.by_id[rule_id]
        return isinstance(rule, Protect) and any(
            rule.unit.matches(unit, row["service_class"], frozenset(row["tags"] or ()))
            for unit, row in self.scenario.unit_facts.items()
        )

    def _parameter_warnings(self) -> list[Diagnostic]:
        """Warn once for each parameter that a rule asks for and that has no value yet (semantics §3.4)."""
        early: dict[str, tuple[str, date]] = {}
        today = self.scenario.today
        if all(any(v.from_ <= today for v in entry.values) for entry in self.rulebook.parameters.values()):
            return []
        for rule in self.rulebook.rules:
            for condition in conditions_of(rule):
                for test in tests_in(condition):
                    operand = test.operand if isinstance(test, Test) else None
                    if isinstance(operand, Parameter) and operand.at(self.scenario.today) is None:
                        first = min(start for start, _ in operand.dated)
                        early.setdefault(operand.name, (rule.id, first))
        return [
            fault("W601", self.rulebook.place_of("parameters", name), param=name, rule=rule, first=first,
                  today=self.scenario.today)
            for name, (rule, first) in sorted(early.items())
        ]  # fmt: skip
