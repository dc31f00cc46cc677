"""A second opinion on a plan, from the rulebook and the scenario alone (semantics §10).

The package can be called: importing it makes `asn_flex.verify` mean the package, and `asn_flex.verify(plan, …)` must
go on to work.
"""

from __future__ import annotations

import sys
from types import ModuleType

from asn_flex.domain.plan import Plan
from asn_flex.domain.scenario import Scenario
from asn_flex.rulebook.model import Rulebook
from asn_flex.verify.check import verify
from asn_flex.verify.findings import Verification

__all__ = ["Verification", "verify"]


class _CallablePackage(ModuleType):
    def __call__(
        self, plan: Plan, rulebook: Rulebook, scenario: Scenario, previous: Plan | None = None
    ) -> Verification:
        return verify(plan, rulebook, scenario, previous)


_CallablePackage.__call__.__doc__ = verify.__doc__
sys.modules[__name__].__class__ = _CallablePackage
