"""Runs the tests of a rulebook: what was expected, what came out, and why (semantics §5.12)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from asn_flex.analysis.acting import acts, asks_about_duties
from asn_flex.analysis.cases import Case
from asn_flex.analysis.given import Trial
from asn_flex.analysis.space import duties_of
from asn_flex.analysis.trial import try_out
from asn_flex.domain.exact import number_text
from asn_flex.eligibility.match import Basis
from asn_flex.eligibility.misses import misses_of
from asn_flex.errors import Place, SituationConflict, Text
from asn_flex.i18n import say, say_count
from asn_flex.rulebook.conditions import unknown_facts
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import AnyRule, Forbid, Granted, Limit, Refusal, RuleTest
from asn_flex.situation.engine import SituationEngine


@dataclass(frozen=True)
class Failure:
    """One expectation that was not met: what it was about, what was expected, what was found, and why.

    `reasons` say which rule or fact decided, each with the place of the rule.
    """

    subject: str
    expected: Text
    found: Text
    reasons: tuple[tuple[Place, Text], ...] = ()


@dataclass(frozen=True)
class TestResult:
    """What came of one test."""

    __test__ = False  # not a test class, whatever pytest thinks

    test: RuleTest
    place: Place
    failures: tuple[Failure, ...]
    trial: Trial | None

    @property
    def passed(self) -> bool:
        """Whether every expectation was met."""
        return not self.failures

    @property
    def name(self) -> Text:
        """The sentence that the test is about."""
        label = self.test.name
        return Text(label.id or label.en, label.en or label.id)

    @cached_property
    def today(self) -> date:
        """The day of the test."""
        return self.test.now.date()

    def case(self, duty: str | None) -> Case | None:
        """Return the facts as conditions read them; None where the situation could not be settled."""
        return None if self.trial is None else self.trial.case(duty)


@dataclass(frozen=True)
class TestReport:
    """What came of all tests, in order of place."""

    __test__ = False  # not a test class, whatever pytest thinks

    rulebook: Rulebook
    results: tuple[TestResult, ...]

    @property
    def ok(self) -> bool:
        """Whether all tests passed."""
        return all(result.passed for result in self.results)

    @property
    def failed(self) -> tuple[TestResult, ...]:
        """The tests that did not pass."""
        return tuple(result for result in self.results if not result.passed)


def run_tests(rulebook: Rulebook, *, engine: SituationEngine | None = None, bases: bool = False) -> TestReport:
    """Run every test of a rulebook through the stages that plans are made by.

    Parameters
    ----------
    rulebook : Rulebook
    engine : evaluates every `when`; without one, the plain engine
    bases : run the tests of the rulebooks that it extends too; what it replaces may make them fail (semantics §5.11)

    References
    ----------
    docs/semantics.md §5.12.
    """
    every = zip(rulebook.test_places, rulebook.tests, strict=True)
    pairs = sorted((pair for pair in every if bases or rulebook.is_own(pair[0])), key=lambda pair: pair[0])
    return TestReport(rulebook, tuple(_run(rulebook, test, place, engine) for place, test in pairs))


def _run(rulebook: Rulebook, test: RuleTest, place: Place, engine: SituationEngine | None) -> TestResult:
    try:
        trial = try_out(rulebook, test, engine=engine)
    except SituationConflict as error:
        found = error.diagnostics[0]
        failure = Failure("event", say("tested.settled"), say("tested.conflict"), ((found.place, found.text),))
        return TestResult(test, place, (failure,), None)
    result = TestResult(test, place, (), trial)
    return replace(result, failures=tuple(_failures(rulebook, result, trial)))


def _failures(rulebook: Rulebook, result: TestResult, trial: Trial) -> Iterator[Failure]:
    expect = result.test.expect
    yield from _event_failures(rulebook, trial, result)
    for duty, seats in sorted(expect.seats.items()):
        yield from _seat_failures(rulebook, result, trial, duty, seats)
    for duty, granted in sorted(expect.eligible.items()):
        yield from _eligible_failures(rulebook, result, trial, duty, granted)
    for duty, refusal in sorted(expect.refused.items()):
        yield from _refused_failures(rulebook, result, trial, duty, refusal)
    for key, wanted in (("acts", True), ("idle", False)):
        for rule_id in getattr(expect, key):
            if acts_in(rulebook, result, rule_id) is not wanted:
                rule = rulebook.by_id[rule_id]
                other = "idle" if wanted else "acts"
                yield Failure(
                    rule_id, say(f"tested.{key}"), say(f"tested.{other}"),
                    tuple(_reading(rulebook, result, rule.id)),
                )  # fmt: skip


def acts_in(rulebook: Rulebook, result: TestResult, rule_id: str) -> bool:
    """Whether a rule acts on the facts of a test, for some duty that it is about (those asked about, where any are)."""
    rule = rulebook.by_id[rule_id]
    if result.trial is None:
        return False
    duties: tuple[str | None, ...] = (None,)
    if asks_about_duties(rule):
        about = duties_of(rulebook, rule)
        asked = [duty for duty in about if duty in result.trial.asked]
        duties = tuple(asked or about)
    cases = (result.case(duty) for duty in duties)
    return any(case is not None and acts(rule, case) for case in cases)


def _event_failures(rulebook: Rulebook, trial: Trial, result: TestResult) -> Iterator[Failure]:
    for name, wanted in sorted(result.test.expect.event.items()):
        found = trial.event.get(name)
        if found != wanted:
            setters = [rule for rule in rulebook.escalations if name in rule.set]
            reasons = tuple(reason for rule in setters for reason in _reading(rulebook, result, rule.id))
            yield Failure(f"event.{name}", _told(wanted), _told(found), reasons)


def _told(value: object) -> Text:
    if value is None:
        return say("tested.unknown")
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, (str, date)):
        text = str(value)
    elif isinstance(value, frozenset):
        text = "[" + ", ".join(sorted(value)) + "]"
    else:
        text = number_text(value)  # type: ignore[arg-type]
    return say("tested.value", value=text)


def _seat_failures(rulebook: Rulebook, result: TestResult, trial: Trial, duty: str, wanted: int) -> Iterator[Failure]:
    """Compare the seats of every demand of a duty (of each shift); without a demand there are none."""
    demands = trial.situation.demands if trial.situation is not None else ()
    found = sorted({demand.seats for demand in demands if demand.duty == duty}) or [0]
    if found != [wanted]:
        opening = [rule for rule in rulebook.activations if rule.duty == duty]
        reasons = tuple(reason for rule in opening for reason in _reading(rulebook, result, rule.id))
        shown = [say_count("count.seats", seats) for seats in found]
        told = Text(*(", ".join(text[i] for text in shown) for i in (0, 1)))
        yield Failure(f"seats.{duty}", say_count("count.seats", wanted), told, reasons)


def _bases(trial: Trial, duty: str) -> list[tuple[Basis, ...]]:
    eligibility = trial.eligibility
    assert eligibility is not None  # noqa: S101 - the test asks about a duty
    officer = eligibility.officer_ids[0]
    return [eligibility.bases(officer, demand.id) for demand in trial.demands_of(duty)]


def _eligible_failures(
    rulebook: Rulebook, result: TestResult, trial: Trial, duty: str, granted: Granted
) -> Iterator[Failure]:
    """Compare the grounds on which the officer may take each demand of the duty with the one that is named."""
    bases = _bases(trial, duty)
    if all(any(_fits(basis, granted) for basis in offered) for offered in bases):
        return
    wanted = say("tested.on", ground=_ground(granted.rule, granted.strength, standard=granted.standard))
    offered = next(offered for offered in bases if not any(_fits(basis, granted) for basis in offered))
    if offered:
        yield Failure(f"eligible.{duty}", wanted, say("tested.on", ground=_grounds(offered)))
    else:
        yield Failure(
            f"eligible.{duty}", wanted, say("tested.refused"), tuple(_obstacles(rulebook, result, trial, duty))
        )


def _fits(basis: Basis, granted: Granted) -> bool:
    if granted.standard:
        return basis.rule is None
    if granted.rule is None:
        return True
    return basis.rule == granted.rule and (granted.strength is None or basis.strength == granted.strength)


def _ground(rule: str | None, strength: object, *, standard: bool) -> Text:
    if standard:
        return say("tested.standard")
    if rule is None:
        return say("tested.any")
    if strength is None:
        return say("tested.rule", rule=rule)
    return say("tested.strength", rule=rule, strength=number_text(strength))  # type: ignore[arg-type]


def _grounds(bases: Iterable[Basis]) -> Text:
    """Return the grounds of bases, each once."""
    told = {_ground(basis.rule, basis.strength, standard=basis.rule is None) for basis in bases}
    return Text(*(", ".join(sorted(text[i] for text in told)) for i in (0, 1)))


def _obstacles(rulebook: Rulebook, result: TestResult, trial: Trial, duty: str) -> Iterator[tuple[Place, Text]]:
    """Yield what stands between the officer and a duty: requirements not met, rules that refuse, missing facts."""
    eligibility = trial.eligibility
    assert eligibility is not None  # noqa: S101 - the test asks about a duty
    for demand in trial.demands_of(duty)[:1]:
        for miss in misses_of(eligibility, 0, demand.id):
            if miss.kind == "rule":
                yield from _reading(rulebook, result, miss.name, duty)
            else:
                key = "miss.available" if miss.kind == "available" else "miss.competency"
                yield rulebook.place_of("duties", duty), say(key, name=miss.name, level=miss.level)


def _refused_failures(
    rulebook: Rulebook, result: TestResult, trial: Trial, duty: str, refusal: Refusal
) -> Iterator[Failure]:
    """No basis is left for any demand of the duty; the rules and facts that are named are among what stops it."""
    eligibility = trial.eligibility
    assert eligibility is not None  # noqa: S101 - the test asks about a duty
    bases = [basis for offered in _bases(trial, duty) for basis in offered]
    if bases:
        yield Failure(f"refused.{duty}", say("tested.refused"), say("tested.on", ground=_grounds(bases)))
        return
    for demand in trial.demands_of(duty):
        by = {miss.name for miss in misses_of(eligibility, 0, demand.id) if miss.kind == "rule"}
        lacking = [rule for rule in refusal.by if rule not in by]
        missing = {fact for rule in by for fact in missing_for(rulebook, result, rule, duty)}
        unasked = [fact for fact in refusal.missing if fact not in missing]
        if lacking or unasked:
            wanted = say("tested.by", rules=_list(refusal.by), facts=_list(refusal.missing))
            found = say("tested.by", rules=_list(sorted(by)), facts=_list(sorted(missing)))
            reasons = tuple(reason for rule in lacking for reason in _reading(rulebook, result, rule, duty))
            yield Failure(f"refused.{duty}", wanted, found, reasons)
            return


def _list(names: object) -> str:
    return ", ".join(f"`{name}`" for name in names) or "–"  # type: ignore[attr-defined]


def missing_for(rulebook: Rulebook, result: TestResult, rule_id: str, duty: str | None) -> tuple[str, ...]:
    """Return the missing facts that leave a forbid or limit open."""
    rule, case = rulebook.by_id[rule_id], result.case(duty)
    if case is None or not isinstance(rule, (Forbid, Limit)):
        return ()
    asked = rule.who if isinstance(rule, Forbid) else rule.must
    return tuple(sorted({*unknown_facts(rule.when, case), *unknown_facts(asked, case)}))


def _reading(
    rulebook: Rulebook, result: TestResult, rule_id: str, duty: str | None = None
) -> Iterator[tuple[Place, Text]]:
    """Yield what a rule's conditions come to: true, false, or unknown with the missing facts."""
    rule = rulebook.by_id[rule_id]
    if duty is None and asks_about_duties(rule):
        about = duties_of(rulebook, rule)
        duty = next((d for d in (result.trial.asked if result.trial else ()) if d in about), next(iter(about), None))
    case = result.case(duty)
    if case is None:
        return
    place = rulebook.place_of("rules", rule_id)
    if not rule.effective.covers(result.today):
        yield from _why_not_law(rulebook, rule, result.today)
        return
    parts = [(key, getattr(rule, key, None)) for key in ("when", "who", "must")]
    told = []
    for key, condition in parts:
        if condition is None:
            continue
        truth = case.reads(condition)
        facts = _list(unknown_facts(condition, case))
        word = "true" if truth is True else "false" if truth is False else "open"
        told.append(say(f"tested.{word}", key=key, facts=facts))
    joined = Text("; ".join(t.id for t in told), "; ".join(t.en for t in told))
    yield place, say("tested.reading", rule=rule_id, parts=joined)


def _why_not_law(rulebook: Rulebook, rule: AnyRule, day: date) -> Iterator[tuple[Place, Text]]:
    """Tell that a rule is not law on a day: its dates do not hold, or which rules stand in its place, and where."""
    rivals = rulebook.replaced_by.get(rule.id, ()) if rule.effective.is_dated(day) else ()
    standing = [name for name in rivals if rulebook.by_id[name].effective.is_dated(day)]
    for name in standing:
        yield rulebook.place_of("rules", name), say("tested.replaced", rule=rule.id, other=name)
    if not standing:
        yield rulebook.place_of("rules", rule.id), say("tested.not_law", rule=rule.id)
