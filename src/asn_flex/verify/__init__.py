"""A second opinion on a plan, from the rulebook and the scenario alone (semantics §10)."""

from asn_flex.verify.check import verify
from asn_flex.verify.findings import Verification

__all__ = ["Verification", "verify"]
