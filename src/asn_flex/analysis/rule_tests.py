"""Runs the tests of a rulebook: what was expected, what came out, and why (semantics §5.12)."""

from __future__ import annotations

from dataclasses import dataclass

from asn_flex.analysis.expectations import Failure, failures_of
from asn_flex.analysis.given import Trial
from asn_flex.analysis.trial import try_out
from asn_flex.errors import Place, SituationConflict, Text, UsageError
from asn_flex.i18n import say
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import RuleTest
from asn_flex.situation.engine import SituationEngine

__all__ = ["Failure", "TestReport", "TestResult", "run_tests"]


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


def run_tests(rulebook: Rulebook, *, engine: SituationEngine | None = None, only: str = "") -> TestReport:
    """Run every test of a rulebook through the stages that plans are made by.

    Parameters
    ----------
    rulebook : Rulebook
    engine : evaluates every `when`; without one, the plain engine
    only : runs the tests alone whose name or file has this text in it, in whatever case

    Raises
    ------
    UsageError
        If `only` leaves no test, for then nothing would be proven.

    References
    ----------
    docs/semantics.md §5.12.
    """
    pairs = sorted(zip(rulebook.test_places, rulebook.tests, strict=True), key=lambda pair: pair[0])
    wanted = only.casefold()
    told = ((place, test, (test.name.id, test.name.en, place.file)) for place, test in pairs)
    chosen = [(place, test) for place, test, texts in told if any(wanted in text.casefold() for text in texts)]
    if wanted and not chosen:
        raise UsageError(say("tested.none", only=only))
    return TestReport(rulebook, tuple(_run(rulebook, test, place, engine) for place, test in chosen))


def _run(rulebook: Rulebook, test: RuleTest, place: Place, engine: SituationEngine | None) -> TestResult:
    try:
        trial = try_out(rulebook, test, engine=engine)
    except SituationConflict as error:
        found = error.diagnostics[0]
        failure = Failure("event", say("tested.settled"), say("tested.conflict"), ((found.place, found.text),))
        return TestResult(test, place, (failure,), None)
    return TestResult(test, place, tuple(failures_of(test, trial)), trial)
