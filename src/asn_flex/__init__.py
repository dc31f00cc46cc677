"""asn-flex: who may cover which emergency duty, and who should go.

>>> import asn_flex as af
>>> af.__version__.count(".")
2

Importing it loads nothing heavy and does nothing; names are found when first used. `docs/semantics.md` says what every
function decides.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from asn_flex._version import __version__

if TYPE_CHECKING:
    from asn_flex.alerts.adding import Alerted
    from asn_flex.analysis.effects import RulebookDiff
    from asn_flex.analysis.rule_tests import TestReport
    from asn_flex.domain.answers import MissingFacts, Scarcity, ShortfallAnswer, WhyNot
    from asn_flex.domain.plan import Plan
    from asn_flex.domain.progress import ProgressEvent
    from asn_flex.domain.scenario import Scenario
    from asn_flex.domain.situation import Situation
    from asn_flex.eligibility.match import Eligibility
    from asn_flex.errors import (
        AsnFlexError,
        CancelledError,
        Diagnostic,
        EngineError,
        InputError,
        PinError,
        Place,
        PlanFileError,
        RulebookError,
        ScenarioError,
        SituationConflict,
        SolverError,
        SweepStopped,
        Text,
        UsageError,
        VariationError,
    )
    from asn_flex.pipeline import (
        Planning,
        Session,
        add_alerts,
        approve,
        check,
        diff,
        export_tables,
        fix_rules,
        format_rules,
        import_roster,
        import_tables,
        infer,
        init,
        init_roster,
        load_rulebook,
        load_scenario,
        match,
        new_rule,
        open_bundle,
        plan,
        read_plan,
        run_tests,
        scenario_from_tables,
        verify,
        write_letter_templates,
        write_letters,
    )
    from asn_flex.roster.importing import RosterImport
    from asn_flex.rulebook.model import Rulebook
    from asn_flex.sweep.apply import Variant, vary
    from asn_flex.sweep.result import Sweep
    from asn_flex.sweep.run import plan_many
    from asn_flex.verify import Verification
    from asn_flex.watching.desk import Desk, WatchOptions

_HOMES = {
    "asn_flex.alerts.adding": ("Alerted",),
    "asn_flex.analysis.effects": ("RulebookDiff",),
    "asn_flex.analysis.rule_tests": ("TestReport",),
    "asn_flex.domain.answers": ("MissingFacts", "Scarcity", "ShortfallAnswer", "WhyNot"),
    "asn_flex.domain.plan": ("Plan",),
    "asn_flex.domain.progress": ("ProgressEvent",),
    "asn_flex.domain.scenario": ("Scenario",),
    "asn_flex.domain.situation": ("Situation",),
    "asn_flex.eligibility.match": ("Eligibility",),
    "asn_flex.errors": (
        "AsnFlexError", "CancelledError", "Diagnostic", "EngineError", "InputError", "PinError", "Place",
        "PlanFileError", "RulebookError", "ScenarioError", "SituationConflict", "SolverError", "SweepStopped",
        "Text", "UsageError", "VariationError",
    ),
    "asn_flex.pipeline": (
        "Planning", "Session", "add_alerts", "approve", "check", "diff", "export_tables", "fix_rules", "format_rules",
        "import_roster", "import_tables", "infer", "init", "init_roster", "load_rulebook", "load_scenario", "match",
        "new_rule", "open_bundle", "plan", "read_plan", "run_tests", "scenario_from_tables",
        "write_letter_templates", "write_letters",
    ),
    "asn_flex.roster.importing": ("RosterImport",),
    "asn_flex.rulebook.model": ("Rulebook",),
    "asn_flex.sweep.apply": ("Variant", "vary"),
    "asn_flex.sweep.result": ("Sweep",),
    "asn_flex.sweep.run": ("plan_many",),
    "asn_flex.verify": ("Verification",),
    "asn_flex.watching.desk": ("Desk", "WatchOptions"),
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Alerted",
    "AsnFlexError",
    "CancelledError",
    "Desk",
    "Diagnostic",
    "Eligibility",
    "EngineError",
    "InputError",
    "MissingFacts",
    "PinError",
    "Place",
    "Plan",
    "PlanFileError",
    "Planning",
    "ProgressEvent",
    "RosterImport",
    "Rulebook",
    "RulebookDiff",
    "RulebookError",
    "Scarcity",
    "Scenario",
    "ScenarioError",
    "Session",
    "ShortfallAnswer",
    "Situation",
    "SituationConflict",
    "SolverError",
    "Sweep",
    "SweepStopped",
    "TestReport",
    "Text",
    "UsageError",
    "Variant",
    "VariationError",
    "Verification",
    "WatchOptions",
    "WhyNot",
    "__version__",
    "add_alerts",
    "approve",
    "check",
    "diff",
    "export_tables",
    "fix_rules",
    "format_rules",
    "import_roster",
    "import_tables",
    "infer",
    "init",
    "init_roster",
    "load_rulebook",
    "load_scenario",
    "match",
    "new_rule",
    "open_bundle",
    "plan",
    "plan_many",
    "read_plan",
    "run_tests",
    "scenario_from_tables",
    "vary",
    "verify",
    "write_letter_templates",
    "write_letters",
]


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module `asn_flex` has no attribute `{name}`")
    value: object = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


class _Package(ModuleType):
    """Keeps `asn_flex.verify` the function, also once the package of that name has been imported."""

    @property
    def verify(self) -> object:
        """Return the function `verify`."""
        return import_module("asn_flex.pipeline").verify

    @verify.setter
    def verify(self, package: object) -> None:
        # The import system sets a package's submodules as attributes; this one stays reachable by its import.
        del package


sys.modules[__name__].__class__ = _Package
