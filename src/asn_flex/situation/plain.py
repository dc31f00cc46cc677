"""The plain engine: the scalar evaluator of `rulebook.conditions`, rule by rule (semantics §4.3, §11)."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from asn_flex.rulebook.conditions import evaluate
from asn_flex.situation.engine import Answers, Program, Scope, Truth


class PlainEngine:
    """Evaluates every asked condition in this process; holds nothing and never fails."""

    name = "plain"

    def evaluate(self, program: Program, scopes: Sequence[Scope]) -> list[Answers]:
        """Answer every scope's rules by the plain reading."""
        return [_answers(program, scope) for scope in scopes]

    def close(self) -> None:
        """Do nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _answers(program: Program, scope: Scope) -> Answers:
    found: dict[str, Truth] = {}
    for rule in scope.rules:
        asked = program.conditions[rule]
        truth = evaluate(asked.condition, scope.facts)
        found[rule] = truth if asked.three_valued else truth is True
    return found
