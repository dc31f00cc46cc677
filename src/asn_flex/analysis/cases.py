"""A witness: one concrete case, made from the cells of an answer, that anybody can check (docs/semantics.md §14).

Every witness is read again by the plain evaluator of conditions before it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from asn_flex.analysis.competence import Answers, Held, Question
from asn_flex.analysis.space import HERE, HOME, YES, Space, canonical, duty_fact
from asn_flex.domain.attributes import Attribute, Value
from asn_flex.domain.exact import number_text
from asn_flex.rulebook.conditions import Condition, Holds, evaluate
from asn_flex.rulebook.model import Rulebook

UNKNOWN = "unknown"
_ORDER = ("event", "measure", "area", "duty", "officer", "unit", "pair")


@dataclass(frozen=True)
class Case:
    """One demand and one officer, as the facts that matter; also what conditions are read against.

    Facts that do not matter take the value for missing ones. `lies_in` tells, by area, the named areas it lies in.
    """

    rulebook: Rulebook
    today: date
    facts: Mapping[str, Value | None]
    duty: str | None
    held: tuple[Held, ...]
    lies_in: Mapping[str, frozenset[str]]
    answers: Answers

    def value(self, attribute: Attribute) -> Value | None:
        """Return the fact, or None where it is unknown."""
        key = canonical(attribute.key)
        if attribute.scope == "duty":
            duty = self.duty if self.duty is not None else next(iter(self.rulebook.duties), None)
            return duty_fact(self.rulebook, duty, attribute.name) if duty is not None else None
        if key in self.facts:
            return self.facts[key]
        if attribute.missing is not None:
            return attribute.missing
        if not attribute.always_known:
            measure = self.rulebook.measures.get(attribute.name) if attribute.scope == "measure" else None
            return 0 if measure is not None and measure.take == "count" else None
        return next(iter(self.rulebook.events), "?") if key == "event.type" else f"<{key}>"

    def holds(self, wanted: Holds) -> bool:
        """Return whether one of the holdings is worth the competency in full."""
        return self.meets(Question(wanted.competency, wanted.level, wanted.evidence))

    def meets(self, question: Question) -> bool:
        """Return whether one of the holdings answers a question with yes."""
        return any(self.answers.answers_yes(held, question) for held in self.held)

    def is_a(self, kind: str, ancestor: str) -> bool:
        """Return whether an event type is another or below it."""
        return self.rulebook.is_a(kind, ancestor)

    def within(self, area: str, outer: str) -> bool:
        """Return whether an area is another or lies below it."""
        return area == outer or outer in self.lies_in.get(area, frozenset())

    def reads(self, condition: Condition | None) -> bool | None:
        """Return what the plain evaluator makes of a condition here; no condition is true."""
        return True if condition is None else evaluate(condition, self)

    def shown(self) -> tuple[tuple[str, str], ...]:
        """Return the facts that matter, as pairs of name and value for people."""
        pairs = [(key, _text(value, self.lies_in)) for key, value in self.facts.items()]
        pairs.sort(key=lambda pair: (_ORDER.index(pair[0].partition(".")[0]), pair[0]))
        found = [("now", self.today.isoformat())] if self.rulebook.parameters else []
        found += pairs
        if self.duty is not None:
            found.append(("duty", self.duty))
        if self.held:
            found.append(("officer.holdings", ", ".join(str(held) for held in self.held)))
        return tuple(found)


def _text(value: Value | None, lies_in: Mapping[str, frozenset[str]]) -> str:
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, Fraction)):
        return number_text(value)
    if isinstance(value, frozenset):
        return "[" + ", ".join(sorted(value)) + "]"
    if isinstance(value, date):
        return value.isoformat()
    outer = sorted(lies_in.get(value, ()))
    return f"{value} (in {', '.join(outer)})" if outer else value


def case_of(space: Space, cells: Mapping[int, int]) -> Case:
    """Make the case that an answer of `Space.find` stands for; of several cells the lowest is taken."""
    facts: dict[str, Value | None] = {}
    today, duty = space.days[-1], None
    asked: dict[Question, bool] = {}
    sets: dict[str, set[str]] = {}
    areas: dict[str, set[str]] = {}
    known: dict[str, bool] = {}
    for number, mask in sorted(cells.items()):
        name, cell = space.names[number], (mask & -mask).bit_length() - 1
        is_yes = mask & -mask == YES
        if name == ("today",):
            today = space.days[cell]
        elif name == ("duty",):
            duty = tuple(space.rulebook.duties)[cell]
        elif name[0] == "holds":
            asked[space.questions[number]] = is_yes
        elif len(name) == 1:
            facts[name[0]] = _value_at(space, name[0], cell)
        elif name[1] == "known":
            known[name[0]] = is_yes
        else:
            inside = (sets if name[1] == "has" else areas).setdefault(name[0], set())
            if is_yes:
                inside.add(name[2])
    lies_in: dict[str, frozenset[str]] = {}
    for key in sorted({*known, *sets, *areas}):
        facts[key] = _composed(space, key, known, sets, areas, lies_in)
    held = _holdings_for(space.answers, asked)
    if canonical(HOME) in facts and facts.get("pair.same_area") is True:
        home, here = facts[HOME], facts.get(HERE)
        if here is not None and home is not None:
            lies_in[str(home)] = lies_in.get(str(home), frozenset()) | {str(here)}
    return Case(space.rulebook, today, facts, duty, held, lies_in, space.answers)


def _value_at(space: Space, key: str, cell: int) -> Value | None:
    if key == "event.type":
        return tuple(space.rulebook.events)[cell]
    values = space.cells[key].values
    return values[cell] if cell < len(values) else None


def _composed(
    space: Space,
    key: str,
    known: Mapping[str, bool],
    sets: Mapping[str, set[str]],
    areas: Mapping[str, set[str]],
    lies_in: dict[str, frozenset[str]],
) -> Value | None:
    """Return the value of a set or area, of which an answer tells single elements."""
    attribute = space.rulebook.attributes[key]
    if not known.get(key, not attribute.may_be_unknown or bool(sets.get(key) or areas.get(key))):
        return None
    if attribute.kind == "set":
        return frozenset(sets.get(key, ()))
    outer = frozenset(areas.get(key, ())) - {"@"}
    name = f"<{key}>"
    lies_in[name] = outer
    return name


def _holdings_for(answers: Answers, asked: Mapping[Question, bool]) -> tuple[Held, ...]:
    """Return few holdings that answer with yes exactly the questions that are to be answered so."""
    wanted = frozenset(question for question, is_yes in asked.items() if is_yes)
    held: set[Held] = set()
    for question in sorted(wanted, key=lambda q: (q.competency, q.level, q.evidence, q.max_hops, q.min_strength)):
        if not any(answers.answers_yes(h, question) for h in held):
            # INVARIANT: `Space.world` lets only sets of answers through for which there is such a holding.
            held.add(next(h for h, answered in answers.ways(question, asked) if answered <= wanted))
    return tuple(sorted(held))
