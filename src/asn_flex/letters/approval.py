"""Approval: who takes responsibility for a plan, when, and of which draft (semantics §12.8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from asn_flex.domain.plan import Approval, Plan
from asn_flex.errors import Diagnostic, Place, PlanFileError, UsageError
from asn_flex.i18n import fault, say, visible

_PLAN = Place("plan", 1, 1)


@dataclass(frozen=True)
class Signer:
    """Who signs: the name, and what stands with it under an order."""

    name: str
    post: str | None = None
    rank: str | None = None
    nip: str | None = None


def open_matters(plan: Plan) -> int:
    """Count what is to be asked before signing: questions of assignments, and facts that were only assumed."""
    return sum(len(a.confirm) for a in plan.assignments) + len(plan.conditional_on)


def approve(
    plan: Plan, signer: Signer, *, at: datetime, findings: Sequence[Diagnostic] = (), despite: str | None = None
) -> Plan:
    """Return the plan as approved; everything but state and approval stays.

    Parameters
    ----------
    plan : a draft
    signer : who takes responsibility
    at : the moment, with offset; told in the plan's own offset
    findings : what the second opinion has against the plan
    despite : why it is approved all the same, where something is open or was found

    Raises
    ------
    PlanFileError
        If it is approved already, does not verify or has open questions and no reason is given.
    UsageError
        If the signer has no name, or the moment no offset.

    References
    ----------
    docs/semantics.md §12.8.
    """
    name, reason = _told(signer.name), _told(despite)
    if name is None:
        raise UsageError(say("approve.no_signer"))
    if at.tzinfo is None:
        raise UsageError(say("approve.no_offset"))
    if plan.approval is not None:
        raise PlanFileError([fault("L111", _PLAN, signer=plan.approval.signer, at=plan.approval.at)])
    questions = open_matters(plan)
    if reason is None and (findings or questions):
        told = [fault("L112", _PLAN, code=d.code, problem=d.text) for d in findings]
        told += [fault("L113", _PLAN, count=questions)] if questions else []
        raise PlanFileError(told)
    zone = datetime.fromisoformat(plan.now).tzinfo
    approval = Approval(
        signer=name, post=_told(signer.post), rank=_told(signer.rank), nip=_told(signer.nip),
        at=at.astimezone(zone).isoformat(timespec="seconds"), plan=plan.id, despite=reason, questions=questions,
        findings=tuple(sorted({d.code for d in findings})),
    )  # fmt: skip
    return plan.model_copy(update={"state": "approved", "approval": approval}).with_id()


def _told(text: str | None) -> str | None:
    """Return what a person typed as one line; None where it says nothing."""
    return visible(" ".join((text or "").split())) or None
