"""What long work tells while it runs, and how it is asked to stop (semantics §12.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Stage = Literal["read", "infer", "match", "plan", "write"]


@dataclass(frozen=True, slots=True)
class ProgressEvent:
    """A stage begins; or, within `plan`, a tier begins, is known better, or is settled (`gap` 0).

    Attributes
    ----------
    stage : what is being done; the library itself tells `infer`, `match` and `plan`
    tier : the tier of the objective that is worked on, as plans call it
    number, count : which of the tiers it is, from 1, and how many there are
    value : what the best plan so far reaches in the tier, in the tier's own units; None where there is none yet
    bound : what is proven to be the best possible there; None where nothing is
    """

    stage: Stage
    tier: str | None = None
    number: int = 0
    count: int = 0
    value: int | None = None
    bound: int | None = None

    @property
    def gap(self) -> int | None:
        """How far the value may be from the best, in the tier's own units; 0 where the tier is settled."""
        return None if self.value is None or self.bound is None else abs(self.bound - self.value)


class Cancellation(Protocol):
    """What says that nobody waits any more; a `threading.Event` does."""

    def is_set(self) -> bool:
        """Whether to stop as soon as possible."""
        ...
