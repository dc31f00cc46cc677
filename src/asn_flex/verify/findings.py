"""What the second opinion says: findings and the verdict (semantics §10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from asn_flex.errors import Diagnostic, Place, sort_diagnostics
from asn_flex.i18n import fault

Optimality = Literal["proven", "not_independently_proven", "not_claimed"]
THE_PLAN = Place("plan", 1, 1)


@dataclass(frozen=True)
class Verification:
    """The second opinion on a plan.

    Parameters
    ----------
    ok : whether nothing was found against the plan
    findings : everything that is wrong, each with a code: V1 identity, V2 situation, V3 pairs, V4 constraints
        and shortfalls, V5 objective and optimality
    optimality : `proven` from the certificate, `not_independently_proven` (the solver's word stands alone),
        or `not_claimed` (the plan says `feasible`)
    checked : how much was read again, by what

    References
    ----------
    docs/semantics.md §10.
    """

    ok: bool
    findings: tuple[Diagnostic, ...]
    optimality: Optimality
    checked: Mapping[str, int]

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as plain data, in both languages."""
        return {
            "ok": self.ok,
            "optimality": self.optimality,
            "findings": [
                {"code": f.code, "message": {"id": f.message("id"), "en": f.message("en")}} for f in self.findings
            ],
            "checked": dict(self.checked),
        }


@dataclass
class Findings:
    """Collects what is wrong, and counts what was checked."""

    found: list[Diagnostic] = field(default_factory=list)
    checked: dict[str, int] = field(default_factory=dict)

    def add(self, sentence: str, **values: object) -> None:
        """Add a finding; `sentence` as the key of `i18n.fault`."""
        self.found.append(fault(sentence, THE_PLAN, hint=None, **values))

    def differs(self, sentence: str, plan: object, read: object, **values: object) -> None:
        """Add a finding where the plan says one thing and the plain reading another."""
        if plan != read:
            self.add(sentence, plan=shown(plan), read=shown(read), **values)

    def verdict(self, optimality: Optimality) -> Verification:
        """Return the verdict."""
        ordered = sort_diagnostics(self.found)
        return Verification(not ordered, ordered, optimality, dict(sorted(self.checked.items())))


def shown(value: object) -> str:
    """Return a value as a message quotes it, cut to a readable length."""
    if value is None:
        return "–"
    if isinstance(value, (tuple, list, set, frozenset)):
        items = sorted(map(str, value)) if isinstance(value, (set, frozenset)) else list(map(str, value))
        text = ", ".join(items)
    else:
        text = str(value)
    return (text if len(text) <= 120 else f"{text[:119]}…") or "–"
