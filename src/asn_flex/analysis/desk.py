"""What every analysis of `check` has at hand: the rulebook as cases, places of its parts, and where findings go.

Each question is asked through the desk, so that none is answered "fine" when it was not decided, and no witness is
shown that the plain evaluator does not confirm (docs/semantics.md §14).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

from asn_flex.analysis.cases import Case
from asn_flex.analysis.logic import some_case
from asn_flex.analysis.solver import Formula, NotDecided
from asn_flex.analysis.space import Space
from asn_flex.domain.exact import number_text
from asn_flex.errors import NOWHERE, Diagnostic, Note, Place, Text
from asn_flex.i18n import fault, say
from asn_flex.rulebook.conditions import All, AnyOf, Condition, Holds, Not, Parameter, Test
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import AnyRule

T = TypeVar("T")


@dataclass
class Desk:
    """One rulebook under analysis.

    Attributes
    ----------
    today : the day on which rules count as expired; None leaves the clock out of it
    found : the findings so far
    """

    rulebook: Rulebook
    today: date | None = None
    found: list[Diagnostic] = field(default_factory=list)
    space: Space = field(init=False)

    def __post_init__(self) -> None:
        self.space = Space(self.rulebook)

    def place(self, section: str, entry: str) -> Place:
        """Return where an entry stands."""
        return self.rulebook.place_of(section, entry)

    def report(
        self,
        key: str,
        place: Place,
        /,
        *,
        case: Case | None = None,
        notes: Iterable[tuple[Place, Text]] = (),
        **values: Any,
    ) -> None:
        """Add a finding; `case` is its witness."""
        found = fault(key, place, **values)
        beside = tuple(Note(*note) for note in notes)
        self.found.append(replace(found, notes=beside, witness=case.shown() if case is not None else ()))

    def ask(self, formula: Formula, confirm: Callable[[Case], bool]) -> Case | None:
        """Return a case in which a formula holds, confirmed by the plain evaluator; None where there is none.

        Raises
        ------
        NotDecided
            If the question is beyond the bound of effort, or the evaluator does not confirm the answer.
        """
        case = some_case(self.space, formula)
        if case is not None and not confirm(case):
            raise NotDecided
        return case

    def undecided(self, rule: AnyRule, question: Text) -> None:
        """Say that a question about a rule stays open."""
        self.report("W400", self.place("rules", rule.id), rule=rule.id, question=question)


def smallest(items: Iterable[T], suffices: Callable[[Sequence[T]], bool]) -> list[T]:
    """Return items that suffice, of which none can be left out, given that all of them do."""
    kept = list(items)
    for item in tuple(kept):
        fewer = [other for other in kept if other is not item]
        if fewer and suffices(fewer):
            kept = fewer
    return kept


def place_of(condition: Condition) -> Place:
    """Return where a condition begins: its own place, or that of its first part."""
    if condition.place != NOWHERE or not isinstance(condition, (All, AnyOf)) or not condition.parts:
        return condition.place
    return min(place_of(part) for part in condition.parts)


def clause(condition: Condition) -> str:
    """Return a condition as it would be written in one line, for messages."""
    return f"`{_written(condition)}`"


def _written(condition: Condition) -> str:
    if isinstance(condition, Test):
        operand = condition.operand
        value = f"{{param: {operand.name}}}" if isinstance(operand, Parameter) else _value(operand)
        if condition.operator == "eq":
            return f"{condition.attribute.key}: {value}"
        return f"{condition.attribute.key}: {{{condition.operator}: {value}}}"
    if isinstance(condition, Holds):
        evidence = f", evidence: [{', '.join(condition.evidence)}]" if condition.evidence else ""
        return f"holds: {{competency: {condition.competency}, level: {condition.level}{evidence}}}"
    if isinstance(condition, Not):
        return f"not: {{{_written(condition.part)}}}"
    if isinstance(condition, AnyOf):
        return f"any: [{', '.join('{' + _written(part) + '}' for part in condition.parts)}]"
    return ", ".join(_written(part) for part in condition.parts)


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value) if isinstance(value, (int, Fraction)) else str(value)


def listed(names: Iterable[str]) -> str:
    """Return names in backticks, in order."""
    return ", ".join(f"`{name}`" for name in sorted(names))


def named_question(name: str, **values: object) -> Text:
    """Return the sentence that tells which question stays open."""
    return say(f"question.{name}", **values)
