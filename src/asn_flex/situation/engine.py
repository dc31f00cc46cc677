"""The protocol of inference engines: which `when` holds in which scope (semantics §11).

A *program* is every condition that may be asked. A *scope* is one set of known facts (of the event, or of the
event and an area, a duty, or both) with the rules that are asked there. An engine answers every asked rule with
True, False or None (unknown).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import TracebackType
from typing import Protocol, Self

from asn_flex.rulebook.conditions import Condition, Facts

Truth = bool | None
Answers = Mapping[str, Truth]


@dataclass(frozen=True, slots=True)
class Asked:
    """One rule's condition, and what about it matters.

    Where `three_valued` is false only truth matters (permissive rules, semantics §4.3): engines answer False
    for unknown as well.
    """

    condition: Condition
    three_valued: bool = True


@dataclass(frozen=True, eq=False)
class Program:
    """All conditions that an engine may be asked, by rule id; `today` decides which parameters stand."""

    conditions: Mapping[str, Asked]
    today: date


@dataclass(frozen=True, slots=True)
class Scope:
    """Known facts, and the rules that are asked about them."""

    facts: Facts
    rules: tuple[str, ...]


class SituationEngine(Protocol):
    """What `infer` needs of an engine; also a context manager that closes it."""

    @property
    def name(self) -> str:
        """How plans name the engine: `durable` or `plain`."""

    def evaluate(self, program: Program, scopes: Sequence[Scope]) -> list[Answers]:
        """Answer every scope's rules, in order of the scopes.

        Raises
        ------
        EngineError
            If the engine failed; nothing of a failed evaluation is returned.
        """

    def close(self) -> None:
        """Release what the engine holds; closing twice does nothing."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
