"""The stages: infer, match, plan; and `Session`, which keeps them warm (semantics §2, §12.1)."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, NoReturn, Self

from asn_flex.errors import Diagnostic, Place, UsageError
from asn_flex.i18n import fault
from asn_flex.pipeline.common import (
    NOTHING,
    EngineName,
    Progress,
    begin,
    make_engine,
    refuse_after_fork,
    served,
    versions,
)
from asn_flex.pipeline.planned import Planning

if TYPE_CHECKING:
    from asn_flex.competency.graph import CompetencyGraph
    from asn_flex.domain.plan import Plan
    from asn_flex.domain.progress import Cancellation
    from asn_flex.domain.scenario import Scenario
    from asn_flex.domain.situation import Situation
    from asn_flex.eligibility.match import Eligibility
    from asn_flex.eligibility.unchanged import Answers
    from asn_flex.rulebook.model import Rulebook


def infer(
    rulebook: Rulebook,
    scenario: Scenario,
    *,
    engine: EngineName = "plain",
    assume: Mapping[str, object] = NOTHING,
) -> Situation:
    """Decide which facts hold, which rules are in force and which seats exist.

    Parameters
    ----------
    engine : `plain` or `durable`; both give the same answer
    assume : event facts to take as so, such as `{"event.phase": "response"}`

    Raises
    ------
    SituationConflict
        If two rules in force set one fact to different values.

    References
    ----------
    docs/semantics.md §5, §11.
    """
    with Session(rulebook, engine=engine) as session:
        return session.infer(scenario, assume=assume)


def match(rulebook: Rulebook, scenario: Scenario, situation: Situation) -> Eligibility:
    """Decide who may do what: every pair of officer and demand, with every surviving basis.

    References
    ----------
    docs/semantics.md §4, §7.
    """
    from asn_flex.eligibility import match as stage  # noqa: PLC0415 - stages load when called

    return stage.match(rulebook, scenario, situation)


def plan(
    rulebook: Rulebook,
    scenario: Scenario,
    *,
    time_limit_s: float | None = 60,
    engine: EngineName = "durable",
    previous: Plan | None = None,
    assume: Mapping[str, object] = NOTHING,
    progress: Progress | None = None,
    cancel: Cancellation | None = None,
) -> Planning:
    """Compute the best plan, with its proof.

    Parameters
    ----------
    time_limit_s : seconds for the solvers; past them the best plan found is returned, with status `feasible`
    engine : `durable` (falls back to `plain` where it cannot run, and the plan says so) or `plain`
    previous : the plan to be replaced; as many of its officers as possible keep their demand
    assume : event facts to take as so; the plan is stamped `conditional_on`
    progress : called with a `ProgressEvent` as each stage and each tier begins, and whenever a tier is known better
    cancel : a `threading.Event`, for example; once it is set, from anywhere, the best plan so far is returned, with
        status `feasible` and the bounds that are proven

    Raises
    ------
    CancelledError
        If it was cancelled before the first tier was solved; nothing is left behind.
    SituationConflict
        If two rules in force set one fact to different values.
    PinError
        If pins are not eligible or cannot hold together.

    References
    ----------
    docs/semantics.md §8.
    """
    with Session(rulebook, engine=engine) as session:
        return session.plan(
            scenario, time_limit_s=time_limit_s, previous=previous, assume=assume, progress=progress, cancel=cancel
        )


class Session:
    """Keeps the worker and the compiled rules warm between plans (web services).

    It keeps the last situation and eligibility as well: a scenario whose tables are the same where a stage looks is not
    inferred or matched again. Not tied to a thread: calls may come from several.
    """

    def __init__(self, rulebook: Rulebook, *, engine: EngineName = "durable") -> None:
        if engine not in {"durable", "plain"}:
            raise UsageError(f"unknown engine `{engine}`; there are `durable` and `plain`")
        self.rulebook = rulebook
        self._engine = make_engine(engine)
        self._graph: CompetencyGraph | None = None
        self._last: Answers | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __reduce__(self) -> NoReturn:
        # A worker and its pipes cannot be sent; a copy that quietly starts another would hide that.
        raise TypeError("a Session cannot be pickled: send the rulebook, and open a Session where it arrives")

    def close(self) -> None:
        """Stop the worker; a closed session must not be used again."""
        self._engine.close()

    def infer(self, scenario: Scenario, *, assume: Mapping[str, object] = NOTHING) -> Situation:
        """Decide which facts hold, which rules are in force and which seats exist."""
        refuse_after_fork()
        from asn_flex.situation.infer import infer as stage  # noqa: PLC0415 - stages load when called

        return stage(self.rulebook, scenario, engine=self._engine, assume=assume, fallback=True)

    def plan(
        self,
        scenario: Scenario,
        *,
        time_limit_s: float | None = 60,
        previous: Plan | None = None,
        assume: Mapping[str, object] = NOTHING,
        progress: Progress | None = None,
        cancel: Cancellation | None = None,
    ) -> Planning:
        """Compute the best plan; see `plan`."""
        eligibility = self._match(scenario, assume, progress, cancel)
        situation = eligibility.situation
        begin("plan", progress, cancel)
        from asn_flex.planning.assemble import assemble_plan  # noqa: PLC0415 - stages load when called
        from asn_flex.planning.choose import choose  # noqa: PLC0415 - stages load when called

        outcome = choose(
            eligibility,
            previous=served(previous),
            start=previous,
            time_limit_s=time_limit_s,
            cancel=cancel,
            progress=progress,
        )
        result = assemble_plan(
            eligibility,
            outcome,
            versions=versions(situation.engine),
            warnings=(*scenario.warnings, *situation.warnings, *_doubts_about(previous, self.rulebook, scenario)),
            supersedes=previous.id if previous is not None else None,
        )
        options = {"time_limit_s": time_limit_s, "quarantine": bool(scenario.quarantined)}
        return Planning(result, self.rulebook, scenario, previous=previous, options=options, _eligibility=eligibility)

    def match(self, scenario: Scenario, situation: Situation) -> Eligibility:
        """Decide who may do what, with the paths through the competency graph that were asked before."""
        from asn_flex.competency.graph import CompetencyGraph  # noqa: PLC0415 - stages load when called
        from asn_flex.eligibility import match as stage  # noqa: PLC0415 - stages load when called

        if self._graph is None:
            self._graph = CompetencyGraph(self.rulebook.competencies)
        return stage.match(self.rulebook, scenario, situation, graph=self._graph)

    def _match(
        self, scenario: Scenario, assume: Mapping[str, object], progress: Progress | None, cancel: Cancellation | None
    ) -> Eligibility:
        """Infer and match, as far as the last answers do not stand."""
        from asn_flex.eligibility.unchanged import Answers  # noqa: PLC0415 - stages load when called

        # Read once: another thread may put its own answers here meanwhile.
        last, assumed = self._last, tuple((name, type(assume[name]), assume[name]) for name in sorted(assume))
        begin("infer", progress, cancel)
        situation = last.situation_of(scenario, assumed) if last is not None else None
        if situation is None:
            situation = self.infer(scenario, assume=assume)
        begin("match", progress, cancel)
        eligibility = last.eligibility_of(scenario, situation) if last is not None else None
        if eligibility is None:
            eligibility = self.match(scenario, situation)
        # What the fallback answered is not kept: the engine may do it next time.
        if situation.engine == self._engine.name:
            self._last = Answers(scenario, assumed, situation, eligibility)
        return eligibility


def _doubts_about(previous: Plan | None, rulebook: Rulebook, scenario: Scenario) -> tuple[Diagnostic, ...]:
    """Warn where the plan to be replaced is of another scenario or rulebook: perhaps the wrong file was given."""
    if previous is None:
        return ()
    pairs = ((previous.scenario.id, scenario.id), (previous.rulebook.id, rulebook.pack.id))
    place = Place("previous", 1, 1)
    return tuple(fault("W801", place, found=found, wanted=wanted) for found, wanted in pairs if found != wanted)
