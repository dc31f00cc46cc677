"""asn-flex: who may cover which emergency duty, and who should go.

>>> import asn_flex as af
>>> af.__version__.count(".")
2

Importing it loads nothing heavy and does nothing; names are found when first used. `docs/semantics.md` says what every
function decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asn_flex._version import __version__

if TYPE_CHECKING:
    from asn_flex.domain.plan import Plan
    from asn_flex.domain.scenario import Scenario
    from asn_flex.domain.situation import Situation
    from asn_flex.eligibility.match import Eligibility
    from asn_flex.errors import (
        AsnFlexError,
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
        Text,
        UsageError,
    )
    from asn_flex.pipeline import (
        Planning,
        Session,
        check,
        infer,
        load_rulebook,
        load_scenario,
        match,
        open_bundle,
        plan,
        read_plan,
        scenario_from_tables,
        verify,
    )
    from asn_flex.rulebook.model import Rulebook
    from asn_flex.verify import Verification

_HOMES = {
    "asn_flex.domain.plan": ("Plan",),
    "asn_flex.domain.scenario": ("Scenario",),
    "asn_flex.domain.situation": ("Situation",),
    "asn_flex.eligibility.match": ("Eligibility",),
    "asn_flex.errors": (
        "AsnFlexError", "Diagnostic", "EngineError", "InputError", "PinError", "Place", "PlanFileError",
        "RulebookError", "ScenarioError", "SituationConflict", "SolverError", "Text", "UsageError",
    ),
    "asn_flex.pipeline": (
        "Planning", "Session", "check", "infer", "load_rulebook", "load_scenario", "match", "open_bundle", "plan",
        "read_plan", "scenario_from_tables", "verify",
    ),
    "asn_flex.rulebook.model": ("Rulebook",),
    "asn_flex.verify": ("Verification",),
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "AsnFlexError",
    "Diagnostic",
    "Eligibility",
    "EngineError",
    "InputError",
    "PinError",
    "Place",
    "Plan",
    "PlanFileError",
    "Planning",
    "Rulebook",
    "RulebookError",
    "Scenario",
    "ScenarioError",
    "Session",
    "Situation",
    "SituationConflict",
    "SolverError",
    "Text",
    "UsageError",
    "Verification",
    "__version__",
    "check",
    "infer",
    "load_rulebook",
    "load_scenario",
    "match",
    "open_bundle",
    "plan",
    "read_plan",
    "scenario_from_tables",
    "verify",
]


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module `asn_flex` has no attribute `{name}`")
    from importlib import import_module  # noqa: PLC0415 - keeps the name out of the package

    value: object = getattr(import_module(home), name)
    # Not `verify`: the package of that name would hide the function as soon as it is imported.
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
