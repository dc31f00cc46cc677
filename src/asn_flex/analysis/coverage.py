"""How much of a rulebook its tests exercise (W510; semantics §5.12).

A test exercises a rule about officers where it asks about a duty of the rule (`eligible`, `refused`), or names the rule
(`acts`, `idle`); every other rule where its facts can be read. Per rule it counts the tests in which it acted and in
which it did not; per single test of its conditions, how often it came out true, false and unknown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from asn_flex.analysis.acting import acts, asks_about_duties, asks_about_people, can_be_unknown, entries_in
from asn_flex.analysis.cases import Case
from asn_flex.analysis.desk import clause
from asn_flex.analysis.given import Trial, facts_of
from asn_flex.analysis.space import duties_of
from asn_flex.errors import Diagnostic, Place, SituationConflict
from asn_flex.i18n import fault, say
from asn_flex.rulebook.conditions import Holds, Test, evaluate
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import AnyRule, RuleTest


@dataclass
class EntryCoverage:
    """How often a single test of a condition came out true, false and unknown; `wanted` is what it can come out as."""

    key: str
    entry: Test | Holds
    wanted: tuple[bool | None, ...]
    count: Counter[bool | None] = field(default_factory=Counter)

    @property
    def written(self) -> str:
        """The entry as it would be written in one line."""
        return clause(self.entry).strip("`")


@dataclass
class RuleCoverage:
    """How often a rule acted, how often it did not, and what its entries came out as; `about` is its duties."""

    rule: AnyRule
    place: Place
    entries: tuple[EntryCoverage, ...]
    about: tuple[str, ...] = ()
    acted: int = 0
    idle: int = 0

    @property
    def both_ways(self) -> bool:
        """Whether some test saw it act, and another saw it not act; a rule without conditions always acts."""
        return self.acted > 0 and (self.idle > 0 or not can_be_idle(self.rule))


@dataclass(frozen=True)
class Coverage:
    """The coverage of every rule, in order of id."""

    rules: tuple[RuleCoverage, ...]

    @property
    def sides(self) -> tuple[int, int]:
        """How many sides of rules were seen, of how many there are."""
        seen = sum((r.acted > 0) + (r.idle > 0 and can_be_idle(r.rule)) for r in self.rules)
        return seen, sum(1 + can_be_idle(r.rule) for r in self.rules)

    @property
    def values(self) -> tuple[int, int]:
        """How many values of single entries were seen, of how many there are."""
        entries = [entry for rule in self.rules for entry in rule.entries]
        return sum(entry.count[v] > 0 for entry in entries for v in entry.wanted), sum(len(e.wanted) for e in entries)


def can_be_idle(rule: AnyRule) -> bool:
    """Whether facts can keep a rule from acting."""
    return bool(rule_has_conditions(rule))


def rule_has_conditions(rule: AnyRule) -> bool:
    """Whether a rule asks anything: of facts, of what officers hold, or of their unit."""
    return next(entries_in(rule), None) is not None or getattr(rule, "by", None) is not None or hasattr(rule, "unit")


def percent(part: int, whole: int) -> str:
    """Return a share with one digit, never rounded up: 100 only where nothing is left."""
    if not whole:
        return "100%"
    tenths = 1000 * part // whole
    return f"{tenths // 10}%" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}%"


def coverage(rulebook: Rulebook, trials: Iterable[tuple[RuleTest, Trial]] | None = None) -> Coverage:
    """Count what the tests of a rulebook exercise.

    Parameters
    ----------
    trials : tests that were run already, with what came of them; by default the facts of all tests are settled

    References
    ----------
    docs/semantics.md §5.12.
    """
    found = {
        rule.id: RuleCoverage(
            rule, rulebook.place_of("rules", rule.id),
            tuple(EntryCoverage(key, entry, _values_of(rulebook, entry)) for key, entry in entries_in(rule)),
            tuple(duties_of(rulebook, rule)) if asks_about_duties(rule) else (),
        )
        for rule in rulebook.rules
        # The rules of a base are for the tests of that base.
        if rulebook.is_own(rulebook.place_of("rules", rule.id))
    }  # fmt: skip
    for test, trial in trials if trials is not None else _settled(rulebook):
        cases: dict[str | None, Case] = {}
        for covered in found.values():
            _count(covered, test, trial, cases)
    return Coverage(tuple(found.values()))


def _values_of(rulebook: Rulebook, entry: Test | Holds) -> tuple[bool | None, ...]:
    return (True, False, None) if can_be_unknown(rulebook, entry) else (True, False)


def _settled(rulebook: Rulebook) -> Iterator[tuple[RuleTest, Trial]]:
    for test in rulebook.own_tests:
        try:
            yield test, facts_of(rulebook, test)
        except SituationConflict:
            continue  # the test itself fails, and says so


def _count(covered: RuleCoverage, test: RuleTest, trial: Trial, cases: dict[str | None, Case]) -> None:
    duties = _exercised(covered, test, trial)
    acted = False
    for duty in duties:
        if duty not in cases:
            cases[duty] = trial.case(duty)
        case = cases[duty]
        acted = acted or acts(covered.rule, case)
        for entry in covered.entries:
            entry.count[evaluate(entry.entry, case)] += 1
    if duties:
        covered.acted += acted
        covered.idle += not acted


def _exercised(covered: RuleCoverage, test: RuleTest, trial: Trial) -> Sequence[str | None]:
    """Return the duties for which a test exercises a rule: none, or None itself for rules about no duty."""
    rule, about = covered.rule, covered.about
    is_named = rule.id in {*test.expect.acts, *test.expect.idle}
    asked = [duty for duty in about if duty in trial.asked]
    if asks_about_people(rule) and not asked and not is_named and not (trial.asked and not about):
        return ()
    return (asked or about) if asks_about_duties(rule) else (None,)


def untested(rulebook: Rulebook) -> list[Diagnostic]:
    """Return a warning for every rule that no test exercises both ways, if the rulebook has tests."""
    if not rulebook.tests:
        return []
    found = []
    for covered in coverage(rulebook).rules:
        if not covered.both_ways:
            side = "W510.acts" if not covered.acted else "W510.idle"
            if not covered.acted and not covered.idle:
                side = "W510"
            found.append(fault(side, covered.place, rule=covered.rule.id, command=say("tested.suggest")))
    return found
