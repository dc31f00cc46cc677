"""The use cases: load, infer, match, plan, verify, explain; and `Planning`, a plan with what explains it.

Stages are imported when they are called, so that `import asn_flex` stays light (semantics §13).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Self

from asn_flex._version import __version__
from asn_flex.errors import Diagnostic, Lang, Place, PlanFileError, RulebookError, ScenarioError, UsageError
from asn_flex.i18n import fault, say

if TYPE_CHECKING:
    import polars as pl

    from asn_flex.alerts.adding import Alerted
    from asn_flex.analysis.effects import RulebookDiff
    from asn_flex.analysis.rule_tests import TestReport
    from asn_flex.competency.graph import CompetencyGraph
    from asn_flex.domain.answers import MissingFacts, Scarcity, ShortfallAnswer, WhyNot
    from asn_flex.domain.plan import Assignment, Plan, PossibleRecord, Shortfall, Tier
    from asn_flex.domain.progress import Cancellation, ProgressEvent, Stage
    from asn_flex.domain.proof import Proof
    from asn_flex.domain.scenario import Scenario
    from asn_flex.domain.situation import Situation
    from asn_flex.editing.adding import Added
    from asn_flex.editing.format import Formatted
    from asn_flex.editing.mending import Mended
    from asn_flex.editing.table_import import TablesImport
    from asn_flex.eligibility.match import Eligibility
    from asn_flex.eligibility.unchanged import Answers
    from asn_flex.letters.folder import Written
    from asn_flex.pictures import Picture
    from asn_flex.planning.resolve import Problem
    from asn_flex.roster.importing import RosterImport
    from asn_flex.rulebook.model import Rulebook
    from asn_flex.situation.engine import SituationEngine
    from asn_flex.verify import Verification

EngineName = Literal["durable", "plain"]
Audience = Literal["planner", "officer", "public", "signer", "auditor"]
# Told what is being done; what it returns means nothing.
Progress = Callable[["ProgressEvent"], object]
_NOTHING: Mapping[str, object] = MappingProxyType({})


def load_rulebook(path: str | Path) -> Rulebook:
    """Read and check a rulebook folder or file.

    Parameters
    ----------
    path : path of a folder (every `*.yaml` and `*.yml` below it) or of one file

    Raises
    ------
    RulebookError
        With every fault of every file, each at its place.

    References
    ----------
    docs/semantics.md §3.
    """
    from asn_flex.rulebook import loader  # noqa: PLC0415 - stages load when called

    return loader.load_rulebook(path)


def check(path: str | Path, *, today: date | None = None) -> list[Diagnostic]:
    """Return every finding of a rulebook, errors and warnings, in order of place; never raises on bad files.

    A rulebook without errors is analysed as well: what is never true, never used, shadowed, dead or ended. Findings
    that a comment in the files ignores with a reason are left out.

    Parameters
    ----------
    path : path of a folder (every `*.yaml` and `*.yml` below it) or of one file
    today : the day on which rules count as ended or ending soon; None looks at no clock

    References
    ----------
    docs/semantics.md §12.2, §14.
    """
    from asn_flex.rulebook import loader  # noqa: PLC0415 - stages load when called

    return check_files(*loader.read_rule_files(Path(path)), today=today)


def check_files(
    files: Mapping[str, bytes], unreadable: Sequence[Diagnostic] = (), *, today: date | None = None
) -> list[Diagnostic]:
    """Return every finding of rule files given as bytes, by the name that messages use (editors have them unsaved)."""
    from asn_flex.analysis.lint import check_files as stage  # noqa: PLC0415 - stages load when called

    return stage(files, unreadable, today=today)[1]


def diff(
    old: Rulebook,
    new: Rulebook,
    scenarios: Sequence[str | Path | Scenario] = (),
    *,
    time_limit_s: float | None = 60,
    engine: EngineName = "plain",
    quarantine: bool = False,
    named: int = 10,
) -> RulebookDiff:
    """Tell what an edit changes: the text, who may do what in each scenario, and the plans.

    Parameters
    ----------
    scenarios : paths of scenario folders, or scenarios; each is read anew for either rulebook
    time_limit_s : seconds for the solvers, for each plan
    engine : `plain` or `durable`; both give the same answer
    quarantine : set faulty officer and holding rows aside instead of refusing a scenario
    named : officers that are named per demand where pairs are counted

    References
    ----------
    docs/semantics.md §12.6.
    """
    refuse_after_fork()
    from asn_flex.analysis.effects import Stages, Tried  # noqa: PLC0415 - stages load when called
    from asn_flex.analysis.effects import diff as stage  # noqa: PLC0415 - stages load when called
    from asn_flex.planning.assemble import assemble_plan  # noqa: PLC0415 - stages load when called
    from asn_flex.planning.choose import choose  # noqa: PLC0415 - stages load when called
    from asn_flex.readwrite.scenario import scenario_from_files  # noqa: PLC0415 - stages load when called

    def planned(eligibility: Eligibility, previous: Plan | None) -> Plan:
        outcome = choose(eligibility, previous=_served(previous), time_limit_s=time_limit_s)
        used = versions(eligibility.situation.engine)
        return assemble_plan(eligibility, outcome, versions=used, warnings=(), supersedes=None)

    def tried(scenario: str | Path | Scenario) -> Tried:
        if isinstance(scenario, (str, Path)):
            return Tried(str(scenario), lambda rulebook: load_scenario(scenario, rulebook, quarantine=quarantine))
        aside = quarantine or bool(scenario.quarantined)
        files, names = scenario.files, scenario.file_names
        if not files:
            # Made of frames or varied: it is what it is, for both rulebooks.
            return Tried(scenario.id, lambda _: scenario)
        return Tried(scenario.id, lambda rulebook: scenario_from_files(files, names, rulebook, quarantine=aside))

    def inferred(rulebook: Rulebook, scenario: Scenario) -> Situation:
        return infer(rulebook, scenario, engine=engine)

    return stage(old, new, [tried(item) for item in scenarios], Stages(inferred, planned), named=named)


def run_tests(rulebook: Rulebook, *, engine: EngineName = "plain", only: str = "", bases: bool = False) -> TestReport:
    """Run the tests of a rulebook through the stages that plans are made by.

    Parameters
    ----------
    engine : `plain` or `durable`; both give the same answer
    only : runs the tests alone whose name or file has this text in it
    bases : run the tests of the rulebooks that it extends too; what it replaces may make them fail

    Raises
    ------
    UsageError
        If `only` leaves no test.

    References
    ----------
    docs/semantics.md §5.11, §5.12.
    """
    from asn_flex.analysis.rule_tests import run_tests as stage  # noqa: PLC0415 - stages load when called

    with _make_engine(engine) as chosen:
        return stage(rulebook, engine=chosen, only=only, bases=bases)


def export_tables(rules: str | Path, target: str | Path) -> int:
    """Write the cover, forbid, limit and prefer rules of a rulebook as decision tables; return how many there are.

    Parameters
    ----------
    rules : path of the rulebook folder or file
    target : path of the XLSX workbook to write

    Raises
    ------
    RulebookError
        If the rulebook has errors, or a rule holds text that no cell can.
    UsageError
        If openpyxl is not installed (the extra `tables`).
    PlanFileError
        If the workbook cannot be written.

    References
    ----------
    docs/semantics.md §12.4.
    """
    from asn_flex.editing.table_export import tables_xlsx  # noqa: PLC0415 - stages load when called
    from asn_flex.editing.table_layout import MODELS  # noqa: PLC0415 - stages load when called
    from asn_flex.readwrite.plan_json import write_whole  # noqa: PLC0415 - stages load when called
    from asn_flex.rulebook import loader  # noqa: PLC0415 - stages load when called

    files, found = loader.read_rule_files(Path(rules))
    rulebook = loader.build_rulebook(files, found)
    content = tables_xlsx(rulebook, files)
    write_whole(Path(target), content)
    written = [rule for model in MODELS.values() for rule in rulebook.of_kind(model)]
    return sum(rulebook.is_own(rulebook.place_of("rules", rule.id)) for rule in written)


def import_tables(workbook: str | Path, rules: str | Path, *, delete_missing: bool = False) -> TablesImport:
    """Compare edited decision tables with the rulebook that they were made from; `.write()` writes the rule files.

    Parameters
    ----------
    workbook : path of the workbook that `export_tables` wrote and a person edited
    rules : path of the rulebook folder or file
    delete_missing : take out the rules whose rows are gone from the workbook

    Raises
    ------
    InputError
        With every fault of the workbook, and of the rulebook that would result, each at its cell.
    UsageError
        If openpyxl is not installed (the extra `tables`).

    References
    ----------
    docs/semantics.md §12.4.
    """
    from asn_flex.editing import table_import  # noqa: PLC0415 - stages load when called

    return table_import.import_tables(workbook, rules, delete_missing=delete_missing)


def init(folder: str | Path) -> tuple[Path, ...]:
    """Write a small commented rulebook with tests, and a scenario with tables, to begin with; return the files.

    Raises
    ------
    InputError
        If one of the files is there already; nothing is written then.
    """
    from asn_flex.editing import start  # noqa: PLC0415 - stages load when called

    return start.start(folder)


def init_roster(target: str | Path, rulebook: Rulebook, *, scenario: str | Path | None = None) -> None:
    """Write an empty roster as a workbook, with drop-downs from the rulebook.

    Parameters
    ----------
    target : path of the workbook
    scenario : folder of a scenario whose units and areas are written in; by default those that rules name

    Raises
    ------
    ScenarioError
        If the scenario has faults.
    UsageError
        If openpyxl is not installed (the extra `tables`).
    PlanFileError
        If the workbook cannot be written.

    References
    ----------
    docs/semantics.md §6.5.
    """
    from asn_flex.readwrite.plan_json import write_whole  # noqa: PLC0415 - stages load when called
    from asn_flex.roster.blank import blank_workbook, rows_of  # noqa: PLC0415 - stages load when called

    known = rows_of(load_scenario(scenario, rulebook)) if scenario is not None else None
    write_whole(Path(target), blank_workbook(rulebook, known))


def import_roster(
    path: str | Path,
    rulebook: Rulebook,
    *,
    scenario: str | Path | None = None,
    now: datetime | None = None,
    rules: str | None = None,
) -> RosterImport:
    """Read a roster as clerks keep it; `.understood` says what was assumed, `.faults` what is wrong, `.write()` writes.

    Parameters
    ----------
    path : path of a workbook, a CSV file, or a folder of these
    rulebook : says which competencies, duties, events and facts there are
    scenario : folder of an earlier scenario, whose event and other tables are kept where the roster brings none
    now : the moment that is planned for where the roster does not tell; its offset is that of times without one
    rules : where the rulebook is, as `scenario.yaml` will say

    Raises
    ------
    InputError
        If a file cannot be read at all.

    References
    ----------
    docs/semantics.md §6.5.
    """
    refuse_after_fork()
    from asn_flex.roster import importing  # noqa: PLC0415 - stages load when called

    return importing.import_roster(path, rulebook, scenario=scenario, now=now, rules=rules)


def _read_files(path: str | Path) -> dict[str, bytes]:
    """Return rule files to be written back; refuse where one of them cannot be read."""
    from asn_flex.rulebook.files import read_rule_files  # noqa: PLC0415 - stages load when called

    contents, found = read_rule_files(Path(path))
    if found:
        raise RulebookError(found)
    return contents


def format_rules(path: str | Path, *, writes: bool = True) -> Formatted:
    """Put the files of a rulebook into canonical order and layout; their meaning stays, and every comment.

    Parameters
    ----------
    path : path of a folder (every `*.yaml` and `*.yml` below it) or of one file
    writes : whether changed files are written; without it they are only told

    Returns
    -------
    formatted : what changed, what was in order already, and why files were left as they are

    Raises
    ------
    RulebookError
        If a file cannot be read.
    OSError
        If a file cannot be written; it is then the old one.

    References
    ----------
    docs/semantics.md §12.2.
    """
    from asn_flex.editing.files import obstacles, write_files  # noqa: PLC0415 - stages load when called
    from asn_flex.editing.format import format_files  # noqa: PLC0415 - stages load when called
    from asn_flex.rulebook.files import own_files  # noqa: PLC0415 - stages load when called

    contents = _read_files(path)
    done = format_files(contents, only=own_files(Path(path), contents))
    if not writes:
        return done
    closed = obstacles(done.changed)
    written = {name: content for name, content in done.changed.items() if name not in closed}
    write_files(written)
    return replace(done, changed=written, refused=(*done.refused, *closed.values()))


def fix_rules(path: str | Path, *, writes: bool = True) -> Mended:
    """Apply the safe mend of every finding that has one, until nothing more can be mended.

    Parameters
    ----------
    path : path of a folder (every `*.yaml` and `*.yml` below it) or of one file
    writes : whether mended files are written; without it they are only told

    Returns
    -------
    mended : what was mended, what was taken back because it did not help, and what is left

    Raises
    ------
    RulebookError
        If a file cannot be read.
    OSError
        If a file cannot be written; it is then the old one.

    References
    ----------
    docs/semantics.md §12.2.
    """
    from asn_flex.editing.files import obstacles, write_files  # noqa: PLC0415 - stages load when called
    from asn_flex.editing.mending import mend_files  # noqa: PLC0415 - stages load when called
    from asn_flex.rulebook.files import own_files  # noqa: PLC0415 - stages load when called

    contents = _read_files(path)
    own = own_files(Path(path), contents)
    closed = obstacles(own) if writes else {}
    closed |= {name: fault("U115", Place(name, 1, 1)) for name in contents if name not in own}
    done = mend_files(contents, check=check_files, closed=closed)
    # A file that may not be written is worth a word only where something in it could be mended.
    done.taken_back += [closed[name] for name in sorted({d.place.file for d in done.left if d.repair} & closed.keys())]
    if writes:
        write_files(done.changed)
    return done


def new_rule(
    path: str | Path, kind: str, *, id_: str | None = None, duties: Sequence[str] = (), lang: Lang = "en"
) -> Added:
    """Add the skeleton of a rule to a rulebook, and that of its test; it is not in force before it is filled in.

    Parameters
    ----------
    path : path of a folder (every `*.yaml` and `*.yml` below it) or of one file
    kind : what kind of rule
    id_ : the rule's id; by default the next one of those that rules of the kind have
    duties : the duties that it is about; by default the first one, as an example
    lang : language of its comments

    Raises
    ------
    RulebookError
        If the rulebook has errors, or a file may not be written.
    UsageError
        If the id is none or taken, a duty does not exist, or there is no place for the rule.
    OSError
        If a file cannot be written; it is then the old one.

    References
    ----------
    docs/semantics.md §12.2.
    """
    from asn_flex.editing.adding import add_rule  # noqa: PLC0415 - stages load when called
    from asn_flex.editing.files import obstacles, write_files  # noqa: PLC0415 - stages load when called

    root = Path(path)
    contents = _read_files(root)
    folder = root.as_posix() if root.is_dir() else None
    added = add_rule(contents, kind, folder=folder, id_=id_, duties=duties, lang=lang)
    closed = obstacles(added.changed)
    if closed:
        raise RulebookError(closed.values())
    write_files(added.changed)
    return added


def rules_of(path: str | Path) -> Path | None:
    """Return the rulebook that a scenario names under `rules:`, relative to its folder; None where it names none.

    Raises
    ------
    ScenarioError
        If there is no scenario, or its `scenario.yaml` is not even YAML.
    """
    from asn_flex.i18n import fault  # noqa: PLC0415 - stages load when called
    from asn_flex.rulebook.tree import Map, Scalar, parse_yaml  # noqa: PLC0415 - stages load when called

    file = Path(path) / "scenario.yaml" if Path(path).is_dir() else Path(path)
    if not file.is_file():
        raise ScenarioError([fault("S101.none", Place(str(path), 1, 1))])
    tree, found = parse_yaml(file.read_text("utf-8-sig", errors="replace"), str(file))
    if tree is None and found:
        raise ScenarioError(found)
    named = tree.get("rules") if isinstance(tree, Map) else None
    return file.parent / named.text if isinstance(named, Scalar) and not named.is_null else None


def load_scenario(path: str | Path, rulebook: Rulebook, *, quarantine: bool = False) -> Scenario:
    """Read and validate a scenario folder.

    Parameters
    ----------
    path : path of the folder, or of its `scenario.yaml`
    rulebook : the rulebook that declares the facts of the tables
    quarantine : set faulty officer and holding rows aside instead of refusing the scenario

    Raises
    ------
    ScenarioError
        With every fault of every table, each at its row and column.

    References
    ----------
    docs/semantics.md §6.
    """
    refuse_after_fork()
    from asn_flex.readwrite import scenario  # noqa: PLC0415 - stages load when called

    return scenario.load_scenario(path, rulebook, quarantine=quarantine)


def scenario_from_tables(rulebook: Rulebook, **tables: Any) -> Scenario:
    """Make a scenario from frames (polars, pandas or Arrow); see `asn_flex.readwrite.scenario` for the arguments.

    Raises
    ------
    ScenarioError
        With every fault of every table.
    """
    refuse_after_fork()
    from asn_flex.readwrite import scenario  # noqa: PLC0415 - stages load when called

    return scenario.scenario_from_tables(rulebook, **tables)


def add_alerts(
    files: Sequence[str | Path], scenario: str | Path, rulebook: Rulebook, *, now: datetime | None = None
) -> Alerted:
    """Keep alert files (OASIS CAP 1.2) in a scenario's folder, and write what stands as observations; never a phase.

    The same files again change nothing; without files the alerts that are kept already are worked out again.

    Parameters
    ----------
    files : paths of the new files
    scenario : path of the scenario's folder, or of its `scenario.yaml`
    rulebook : its measures say which kinds are wanted (`observe: alert_severity`)
    now : the moment that decides which alerts stand; by default the scenario's

    Raises
    ------
    ScenarioError
        With every fault of the files or of the scenario; nothing is changed then.
    UsageError
        If lxml or shapely is not installed (the extra `alerts`).
    OSError
        If a file cannot be written; it is then the old one.

    References
    ----------
    docs/semantics.md §6.6.
    """
    from asn_flex.alerts import adding  # noqa: PLC0415 - stages load when called

    path = Path(scenario)
    # Only the areas are asked: a faulty row of staff does not keep an alert waiting.
    loaded = load_scenario(path, rulebook, quarantine=True)
    main = path / "scenario.yaml" if path.is_dir() else path
    return adding.add_alerts([Path(file) for file in files], main, rulebook, loaded, now=now)


# The process whose tables were read first: polars starts threads then, and a forked child would wait for them for ever.
_tables_read_by: list[int] = []


def refuse_after_fork() -> None:
    """Stop with a sentence instead of hanging where a process was forked after its parent had read tables."""
    if not _tables_read_by:
        _tables_read_by.append(os.getpid())
    elif _tables_read_by[0] != os.getpid():
        raise UsageError(say("usage.forked"))


def infer(
    rulebook: Rulebook,
    scenario: Scenario,
    *,
    engine: EngineName = "plain",
    assume: Mapping[str, object] = _NOTHING,
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
    assume: Mapping[str, object] = _NOTHING,
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
        self._engine = _make_engine(engine)
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

    def infer(self, scenario: Scenario, *, assume: Mapping[str, object] = _NOTHING) -> Situation:
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
        assume: Mapping[str, object] = _NOTHING,
        progress: Progress | None = None,
        cancel: Cancellation | None = None,
    ) -> Planning:
        """Compute the best plan; see `plan`."""
        eligibility = self._match(scenario, assume, progress, cancel)
        situation = eligibility.situation
        _begin("plan", progress, cancel)
        from asn_flex.planning.assemble import assemble_plan  # noqa: PLC0415 - stages load when called
        from asn_flex.planning.choose import choose  # noqa: PLC0415 - stages load when called

        outcome = choose(
            eligibility,
            previous=_served(previous),
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
        _begin("infer", progress, cancel)
        situation = last.situation_of(scenario, assumed) if last is not None else None
        if situation is None:
            situation = self.infer(scenario, assume=assume)
        _begin("match", progress, cancel)
        eligibility = last.eligibility_of(scenario, situation) if last is not None else None
        if eligibility is None:
            eligibility = self.match(scenario, situation)
        # What the fallback answered is not kept: the engine may do it next time.
        if situation.engine == self._engine.name:
            self._last = Answers(scenario, assumed, situation, eligibility)
        return eligibility


def _served(plan: Plan | None) -> dict[str, str] | None:
    """Return who goes where by a plan: officer to demand."""
    return None if plan is None else {a.officer: a.demand for a in plan.assignments}


def _doubts_about(previous: Plan | None, rulebook: Rulebook, scenario: Scenario) -> tuple[Diagnostic, ...]:
    """Warn where the plan to be replaced is of another scenario or rulebook: perhaps the wrong file was given."""
    if previous is None:
        return ()
    pairs = ((previous.scenario.id, scenario.id), (previous.rulebook.id, rulebook.pack.id))
    place = Place("previous", 1, 1)
    return tuple(fault("W801", place, found=found, wanted=wanted) for found, wanted in pairs if found != wanted)


def _begin(stage: Stage, progress: Progress | None, cancel: Cancellation | None) -> None:
    """Tell that a stage begins, unless nobody waits any more."""
    from asn_flex.domain.progress import ProgressEvent  # noqa: PLC0415 - used here only
    from asn_flex.planning.watch import refuse_if_cancelled  # noqa: PLC0415 - stages load when called

    refuse_if_cancelled(cancel)
    if progress is not None:
        progress(ProgressEvent(stage))


def _make_engine(name: EngineName) -> SituationEngine:
    if name == "durable":
        from asn_flex.situation.durable import DurableEngine  # noqa: PLC0415 - stages load when called

        return DurableEngine()
    from asn_flex.situation.plain import PlainEngine  # noqa: PLC0415 - stages load when called

    return PlainEngine()


@cache
def _version(package: str) -> str:
    from importlib.metadata import version  # noqa: PLC0415 - used here only

    return version(package)


def versions(engine: str) -> dict[str, str]:
    """Return the versions that decide what a plan says, by package."""
    found = {"asn_flex": __version__, "ortools": _version("ortools"), "highspy": _version("highspy")}
    if engine == "durable":
        found["durable_rules"] = _version("durable-rules")
    return found


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

        return Problem.of(self.eligibility, _served(self.previous))

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


__all__ = [
    "PlanFileError", "Planning", "Session", "add_alerts", "approve", "check", "diff", "infer", "load_rulebook",
    "load_scenario", "match", "open_bundle", "plan", "read_plan", "run_tests", "scenario_from_tables", "verify",
    "versions", "write_letters",
]  # fmt: skip
