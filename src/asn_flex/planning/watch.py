"""Watches over the solvers: tells how far they are, and when to stop (semantics §8.5)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from asn_flex.domain.progress import Cancellation, ProgressEvent
from asn_flex.errors import CancelledError
from asn_flex.i18n import say
from asn_flex.planning.objective import Objective

Tell = Callable[[ProgressEvent], object]


@dataclass(frozen=True)
class Watch:
    """One run of the solvers.

    Parameters
    ----------
    objective : names the tiers of what is told
    deadline : `time.monotonic()` after which no further tier is begun; None for never
    cancel : asked between solves and from within HiGHS
    tell : called with each event, in the thread that plans
    """

    objective: Objective
    deadline: float | None = None
    cancel: Cancellation | None = None
    tell: Tell | None = None

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        return self.cancel is not None and self.cancel.is_set()

    @property
    def is_over(self) -> bool:
        """Whether no further tier may be begun."""
        return self.is_cancelled or (self.deadline is not None and time.monotonic() > self.deadline)

    def refuse_if_cancelled(self) -> None:
        """Stop where there is no plan yet.

        Raises
        ------
        CancelledError
            If somebody asked to stop.
        """
        refuse_if_cancelled(self.cancel)

    def told(self, tier: int, cost: int | None = None, bound: int | None = None) -> None:
        """Tell where a tier stands; costs as the solvers count them (see `objective`)."""
        if self.tell is None:
            return
        name = self.objective.tiers[tier]
        shown = [None if x is None else self.objective.value_of(name, x) for x in (cost, bound)]
        self.tell(ProgressEvent("plan", name, tier + 1, len(self.objective.tiers), shown[0], shown[1]))


def refuse_if_cancelled(cancel: Cancellation | None) -> None:
    """Stop where there is no plan yet and somebody asked to.

    Raises
    ------
    CancelledError
        Nothing was made.
    """
    if cancel is not None and cancel.is_set():
        raise CancelledError(say("cancelled.no_plan").en)
