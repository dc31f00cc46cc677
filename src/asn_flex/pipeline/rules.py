"""The use cases about rule files: read, check, test, compare, lay out, mend, begin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from asn_flex.errors import Diagnostic, Lang, Place, RulebookError
from asn_flex.i18n import fault
from asn_flex.pipeline.common import EngineName, make_engine, refuse_after_fork, served, versions
from asn_flex.pipeline.scenarios import load_scenario
from asn_flex.pipeline.session import infer

if TYPE_CHECKING:
    from asn_flex.analysis.effects import RulebookDiff
    from asn_flex.analysis.rule_tests import TestReport
    from asn_flex.domain.plan import Plan
    from asn_flex.domain.scenario import Scenario
    from asn_flex.domain.situation import Situation
    from asn_flex.editing.adding import Added
    from asn_flex.editing.format import Formatted
    from asn_flex.editing.mending import Mended
    from asn_flex.editing.table_import import TablesImport
    from asn_flex.eligibility.match import Eligibility
    from asn_flex.rulebook.model import Rulebook


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
        outcome = choose(eligibility, previous=served(previous), time_limit_s=time_limit_s)
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

    with make_engine(engine) as chosen:
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
