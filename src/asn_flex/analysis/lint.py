"""What `check` says about a rulebook without errors: every analysis, in one list (docs/semantics.md §14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from asn_flex.analysis.conditions import check_conditions
from asn_flex.analysis.covers import check_covers
from asn_flex.analysis.desk import Desk
from asn_flex.analysis.emergencies import check_bites, check_duties
from asn_flex.analysis.periods import check_periods
from asn_flex.analysis.seats import check_shares
from asn_flex.analysis.shadows import check_shadows
from asn_flex.analysis.unused import check_uses
from asn_flex.errors import Diagnostic, RulebookError, sort_diagnostics
from asn_flex.rulebook.findings import with_few_warnings
from asn_flex.rulebook.ignores import apply_ignores
from asn_flex.rulebook.loader import build_rulebook
from asn_flex.rulebook.model import Rulebook

# Codes that depend on the day.
LOOKS_AT_THE_CLOCK = frozenset({"W507", "W508"})


def lint(rulebook: Rulebook, *, today: date | None = None) -> tuple[Diagnostic, ...]:
    """Return every doubt about a rulebook that loads, in order of place.

    Parameters
    ----------
    rulebook : Rulebook
    today : the day on which rules count as ended or ending soon; None looks at no clock

    References
    ----------
    docs/semantics.md §14.
    """
    desk = Desk(rulebook, today)
    check_uses(desk)
    check_periods(desk)
    law = _without_replaced(desk)
    check_conditions(law)
    check_shadows(law)
    check_covers(law)
    check_shares(law)
    check_duties(law)
    check_bites(law)
    if rulebook.tests:
        # Tables load only for those who have tests.
        from asn_flex.analysis.coverage import untested  # noqa: PLC0415

        desk.found.extend(untested(rulebook))
    return sort_diagnostics(desk.found)


def _without_replaced(desk: Desk) -> Desk:
    """Return the desk with the rules that are law on some day: what stands replaced for good decides nothing."""
    rules = tuple(rule for rule in desk.rulebook.rules if rule.effective.spans)
    if len(rules) == len(desk.rulebook.rules):
        return desk
    return Desk(replace(desk.rulebook, rules=rules), desk.today, desk.found)


def check_files(
    files: Mapping[str, bytes], unreadable: Sequence[Diagnostic] = (), *, today: date | None = None
) -> tuple[Rulebook | None, list[Diagnostic]]:
    """Return the rulebook, where it has no error, and every finding that no comment ignores.

    Parameters
    ----------
    files : content of each file by the name that messages use (editors have them unsaved)
    unreadable : faults of files that could not be read
    today : as for `lint`
    """
    try:
        rulebook = build_rulebook(files, unreadable)
    except RulebookError as error:
        return None, list(error.diagnostics)
    found = (*rulebook.warnings, *rulebook.ignored, *lint(rulebook, today=today))
    not_asked = LOOKS_AT_THE_CLOCK if today is None else ()
    return rulebook, with_few_warnings(apply_ignores(found, files, is_everything=True, not_asked=not_asked)[0])
