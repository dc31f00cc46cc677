"""`Planning`: a plan with what explains it, read back, checked, approved and turned into letters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from asn_flex.errors import Lang, UsageError
from asn_flex.i18n import say
from asn_flex.pipeline.common import Audience, served

if TYPE_CHECKING:
    import polars as pl

    from asn_flex.domain.answers import MissingFacts, Scarcity, ShortfallAnswer, WhyNot
    from asn_flex.domain.plan import Assignment, Plan, PossibleRecord, Shortfall, Tier
    from asn_flex.domain.proof import Proof
    from asn_flex.domain.scenario import Scenario
    from asn_flex.domain.situation import Situation
    from asn_flex.eligibility.match import Eligibility
    from asn_flex.letters.folder import Written
    from asn_flex.pictures import Picture
    from asn_flex.planning.resolve import Problem
    from asn_flex.rulebook.model import Rulebook
    from asn_flex.verify import Verification


@dataclass(frozen=True)
class Planning:
    """A plan with what explains it: rulebook, scenario, situation, eligibility."""

    plan: Plan
    rulebook: Rulebook
    scenario: Scenario
    previous: Plan | None = None
    options: Mapping[str, object] = field(default_factory=dict)
    _eligibility: Eligibility | None = None

    @cached_property
    def eligibility(self) -> Eligibility:
        """Who may do what; computed again where the plan was read back."""
        if self._eligibility is not None:
            return self._eligibility
        from asn_flex.pipeline.session import infer, match  # noqa: PLC0415 - a session makes plannings

        situation = infer(self.rulebook, self.scenario, assume=self.plan.conditional_on)
        return match(self.rulebook, self.scenario, situation)

    @property
    def situation(self) -> Situation:
        """Facts, rules in force and seats."""
        return self.eligibility.situation

    @property
    def assignments(self) -> tuple[Assignment, ...]:
        """Who goes where, in order of officer."""
        return self.plan.assignments

    @property
    def shortfalls(self) -> tuple[Shortfall, ...]:
        """Seats that stay empty, with the reason."""
        return self.plan.shortfalls

    @property
    def objective(self) -> tuple[Tier, ...]:
        """The tiers, most important first."""
        return self.plan.objective

    @property
    def status(self) -> str:
        """`optimal` or `feasible`."""
        return self.plan.status

    @property
    def warnings(self) -> tuple[Any, ...]:
        """What the planner should know."""
        return self.plan.warnings

    @property
    def possible_demands(self) -> tuple[PossibleRecord, ...]:
        """Rules that unknown facts keep from making demands."""
        return self.plan.possible_demands

    def to_json(self) -> str:
        """Return the plan as stable JSON."""
        return self.plan.to_json()

    def to_frame(self) -> pl.DataFrame:
        """Return the assignments as a polars frame, one row per officer."""
        import polars as pl  # noqa: PLC0415 - heavy, and used here only

        rows = [
            (a.officer, a.demand, a.basis.kind, a.basis.rule, a.basis.strength, a.loss, a.points,
             [f"{q.attribute}/{q.rule}" for q in a.confirm])
            for a in self.plan.assignments
        ]  # fmt: skip
        schema: dict[str, Any] = {
            "officer": pl.String, "demand": pl.String, "basis": pl.String, "rule": pl.String,
            "strength": pl.String, "loss": pl.Int64, "points": pl.Int64, "confirm": pl.List(pl.String),
        }  # fmt: skip
        return pl.DataFrame(rows, schema=schema, orient="row")

    def why(self, officer: str, *, audience: Audience = "planner", lang: Lang = "en") -> Proof:
        """Return the proof tree of an officer's assignment.

        Raises
        ------
        UsageError
            If the scenario has no such officer.
        """
        from asn_flex.explain.why import why  # noqa: PLC0415 - stages load when called

        return why(self.plan, self.eligibility, officer, audience=audience, lang=lang)

    @cached_property
    def _problem(self) -> Problem:
        """What was planned, to be solved again with something changed."""
        from asn_flex.planning.resolve import Problem  # noqa: PLC0415 - stages load when called

        return Problem.of(self.eligibility, served(self.previous))

    def _asked(self, time_limit_s: float | None, lang: Lang) -> Problem:
        """Return what was planned, for a question; the plan that it replaced belongs to it."""
        if self.plan.supersedes != (None if self.previous is None else self.previous.id):
            raise UsageError(say("why.other_previous").in_lang(lang))
        return self._problem.within(time_limit_s)

    def why_not(
        self,
        officer: str,
        demand: str,
        *,
        audience: Audience = "planner",
        lang: Lang = "en",
        time_limit_s: float | None = 60,
    ) -> WhyNot:
        """Say why an officer does not take a demand: every condition he fails, or the exact price of sending him.

        Parameters
        ----------
        officer, demand : ids
        audience : who reads it
        time_limit_s : seconds for each plan that has to be solved again

        Raises
        ------
        UsageError
            If there is no such officer or demand.

        References
        ----------
        docs/semantics.md §9.
        """
        from asn_flex.explain.why_not import why_not  # noqa: PLC0415 - stages load when called

        return why_not(self.plan, self._asked(time_limit_s, lang), officer, demand, audience=audience, lang=lang)

    def shortfall(
        self,
        demand: str,
        *,
        most: int | None = 2,
        audience: Audience = "planner",
        lang: Lang = "en",
        time_limit_s: float | None = 60,
    ) -> ShortfallAnswer:
        """Say why a demand is not full, what holds it, and which single changes would fill a seat, each solved.

        Parameters
        ----------
        demand : id of a demand
        most : how many changes of one sort are enough; None tries every one that could help
        audience : who reads it
        time_limit_s : seconds for each plan that has to be solved again

        Raises
        ------
        UsageError
            If there is no such demand.

        References
        ----------
        docs/semantics.md §9.
        """
        from asn_flex.explain.shortfall import shortfall  # noqa: PLC0415 - stages load when called

        return shortfall(self.plan, self._asked(time_limit_s, lang), demand, most=most, audience=audience, lang=lang)

    def scarcity(self, *, lang: Lang = "en") -> Scarcity:
        """Return what one more of every demand's people, unit's people and competency would bring at most.

        References
        ----------
        docs/semantics.md §9.
        """
        from asn_flex.explain.shortfall import scarcity  # noqa: PLC0415 - stages load when called

        return scarcity(self.plan, self._asked(None, lang), lang=lang)

    def missing_facts(
        self, *, audience: Audience = "planner", lang: Lang = "en", time_limit_s: float | None = 60
    ) -> MissingFacts:
        """Return the missing facts that would open seats, those first that would open most, each solved.

        References
        ----------
        docs/semantics.md §9.
        """
        from asn_flex.explain.shortfall import missing_facts  # noqa: PLC0415 - stages load when called

        return missing_facts(self.plan, self._asked(time_limit_s, lang), audience=audience, lang=lang)

    def verify(self) -> Verification:
        """Check the plan by the second opinion."""
        return verify(self.plan, self.rulebook, self.scenario, previous=self.previous)

    def to_html(
        self,
        *,
        lang: Lang = "id",
        audience: Audience = "planner",
        officer: str | None = None,
        proofs: Literal["all", "assigned", "none"] | None = None,
        remedies: int | None = None,
    ) -> str:
        """Return the report: one HTML file with everything in it, in both languages, cut to its audience.

        Parameters
        ----------
        lang : the language that it opens in
        audience : who reads it; what they may not see is not in the file
        officer : the officer whom the report is for, with the audience `officer`
        proofs : whose proofs are in the file; by default everybody's up to 1000 officers, else of those who go
        remedies : for how many sorts of empty seats it is solved what would fill one; by default 3 up to 1000 officers

        Raises
        ------
        UsageError
            If the audience `officer` is not told which officer, or the scenario has no such officer.

        References
        ----------
        docs/semantics.md §9, §12.2.
        """
        from asn_flex.report.web.page import report_html  # noqa: PLC0415 - stages load when called

        return report_html(self, lang=lang, audience=audience, officer=officer, proofs=proofs, remedies=remedies)

    def save_html(
        self,
        path: str | Path,
        *,
        lang: Lang = "id",
        audience: Audience = "planner",
        officer: str | None = None,
        proofs: Literal["all", "assigned", "none"] | None = None,
        remedies: int | None = None,
    ) -> None:
        """Write the report (see `to_html`); the file is either the old one or the whole new one.

        Raises
        ------
        PlanFileError
            If it cannot be written.
        """
        from asn_flex.readwrite.plan_json import write_whole  # noqa: PLC0415 - stages load when called

        page = self.to_html(lang=lang, audience=audience, officer=officer, proofs=proofs, remedies=remedies)
        write_whole(Path(path), page.encode())

    def plot(self, kind: Literal["coverage", "moves", "map", "graph"] = "coverage", *, lang: Lang = "id") -> Picture:
        """Return a picture that shows itself in a notebook and saves itself as SVG or PNG; nobody's name is in it.

        Parameters
        ----------
        kind : `coverage` (seats by duty), `moves` (from unit to duty), `map` (seats by area) or `graph` (competencies,
            and which substitutions the plan uses)
        lang : the language of its words

        Raises
        ------
        UsageError
            If there is no such kind; when it is drawn, if matplotlib is not installed (the extra `chart`).

        References
        ----------
        docs/semantics.md §12.1.
        """
        from asn_flex.pictures import picture_of_plan  # noqa: PLC0415 - stages load when called

        return picture_of_plan(self, kind, lang)

    def save_bundle(self, path: str | Path) -> None:
        """Write plan, previous plan, rulebook, scenario, options, versions and digests into one zip."""
        from asn_flex.readwrite.bundle import write_bundle  # noqa: PLC0415 - stages load when called

        write_bundle(
            path, plan=self.plan, previous=self.previous, rulebook=self.rulebook, scenario=self.scenario,
            options=self.options,
        )  # fmt: skip


def open_bundle(path: str | Path) -> Planning:
    """Read a bundle back.

    Raises
    ------
    PlanFileError
        If it is not a bundle, was cut short, or does not agree with its digests.
    """
    from asn_flex.readwrite.bundle import open_bundle as stage  # noqa: PLC0415 - stages load when called

    bundle = stage(path)
    return Planning(bundle.plan, bundle.rulebook, bundle.scenario, previous=bundle.previous, options=bundle.options)


def verify(plan: Plan, rulebook: Rulebook, scenario: Scenario, previous: Plan | None = None) -> Verification:
    """Check a plan by a second opinion that shares nothing with the planner but the loaded models.

    References
    ----------
    docs/semantics.md §10.
    """
    from asn_flex.verify import verify as stage  # noqa: PLC0415 - stages load when called

    return stage(plan, rulebook, scenario, previous=previous)


def approve(
    planning: Planning,
    *,
    signer: str,
    at: datetime,
    post: str | None = None,
    rank: str | None = None,
    nip: str | None = None,
    despite: str | None = None,
) -> Planning:
    """Record that a plan is approved: by whom, when, and which draft; the given planning stays a draft.

    Parameters
    ----------
    signer, post, rank, nip : who takes responsibility, as it stands under orders
    at : the moment, with its offset
    despite : the reason, where the plan does not verify or something is still to be confirmed

    Raises
    ------
    PlanFileError
        If it is approved already, or has findings or open questions and no reason is given.
    UsageError
        If the signer has no name, or the moment no offset.

    References
    ----------
    docs/semantics.md §12.8.
    """
    from asn_flex.letters.approval import Signer  # noqa: PLC0415 - stages load when called
    from asn_flex.letters.approval import approve as stage  # noqa: PLC0415 - stages load when called

    approved = stage(
        planning.plan, Signer(signer, post, rank, nip), at=at, findings=planning.verify().findings, despite=despite
    )
    return replace(planning, plan=approved)


def write_letters(
    planning: Planning,
    folder: str | Path,
    *,
    by: Literal["demand", "unit"] = "demand",
    lang: Lang = "id",
    settings: str | Path | None = None,
    templates: str | Path | None = None,
    pdf: bool = True,
) -> Written:
    """Write orders, notices, roll call, workbook and calendars of a plan into a new folder, whole or not at all.

    Parameters
    ----------
    planning : the plan; of a draft every page says so
    folder : the folder to write; it must not exist, or be empty
    by : one order per demand, or per home office
    settings : file of the agency's own words (`asn-flex/letters/1`); what it lacks is left as a dotted line
    templates : folder with an agency's own templates; what it lacks is shipped
    pdf : whether orders and notices are written as PDF too

    Raises
    ------
    InputError
        If settings or a template are wrong, or the folder holds something already or cannot be written.
    UsageError
        If the extra `letters` is not installed, PDF of own templates is wanted without LibreOffice, or the plan was
        made with another rulebook or scenario.

    References
    ----------
    docs/semantics.md §12.8.
    """
    from asn_flex.letters.folder import write_letters as stage  # noqa: PLC0415 - stages load when called
    from asn_flex.letters.settings import LetterSettings, read_settings  # noqa: PLC0415 - stages load when called

    plan = planning.plan
    if plan.rulebook.digest != planning.rulebook.digest or plan.scenario.digest != planning.scenario.digest:
        raise UsageError(say("why.other_input"))
    known = planning.rulebook.duties.keys() | {d.id for d in plan.demands}
    words = LetterSettings() if settings is None else read_settings(settings, is_known=known.__contains__)
    own = None if templates is None else Path(templates)
    return stage(planning, folder, settings=words, by=by, lang=lang, templates=own, pdf=pdf)


def write_letter_templates(folder: str | Path, *, lang: Lang = "id") -> tuple[Path, ...]:
    """Write the shipped templates of letters and a file of settings into a new folder, to be edited; return the files.

    Raises
    ------
    InputError
        If the folder holds something already or cannot be written.
    """
    from asn_flex.letters.folder import write_templates  # noqa: PLC0415 - stages load when called

    return write_templates(folder, lang=lang)


def read_plan(path: str | Path) -> Plan:
    """Read a plan file.

    Raises
    ------
    PlanFileError
        If it is not a plan, or was altered.
    """
    from asn_flex.readwrite.plan_json import read_plan as stage  # noqa: PLC0415 - stages load when called

    return stage(path)
