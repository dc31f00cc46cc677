"""The use cases about scenarios: read tables and rosters, add alerts."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asn_flex.errors import Place, ScenarioError
from asn_flex.i18n import fault
from asn_flex.pipeline.common import refuse_after_fork

if TYPE_CHECKING:
    from asn_flex.alerts.adding import Alerted
    from asn_flex.domain.scenario import Scenario
    from asn_flex.roster.importing import RosterImport
    from asn_flex.rulebook.model import Rulebook


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


def rules_of(path: str | Path) -> Path | None:
    """Return the rulebook that a scenario names under `rules:`, relative to its folder; None where it names none.

    Raises
    ------
    ScenarioError
        If there is no scenario, or its `scenario.yaml` is no text or not even YAML.
    """
    from asn_flex.rulebook.tree import Map, Scalar, parse_yaml  # noqa: PLC0415 - stages load when called

    file = Path(path) / "scenario.yaml" if Path(path).is_dir() else Path(path)
    content = file.read_bytes() if file.is_file() else b"\0"
    is_text = b"\0" not in content or content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    # A bundle, a workbook or a picture is no scenario; it need not be told sign by sign.
    if not is_text:
        raise ScenarioError([fault("S101.none", Place(str(path), 1, 1))])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ScenarioError([fault("E101.utf8", Place(str(file), line, 1))]) from None
    tree, found = parse_yaml(text, str(file))
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
