"""Every possible case as finitely many cells, and conditions as formulas over them (docs/semantics.md §14).

A *case* is what one demand and one officer can be: facts of event, area, duty, officer, unit and the way between them,
measures, holdings, and the day. A fact that rules can tell apart in k ways is a variable with k cells; `unknown` is one
of them wherever the fact can be unknown. What the facts owe each other (an officer is in one unit; areas form a tree;
holdings answer together) are formulas too, which `world` adds to a question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from itertools import product

from asn_flex.analysis.cells import Cells, cells_of
from asn_flex.analysis.competence import Answers, Question
from asn_flex.analysis.solver import (
    EFFORT,
    Formula,
    Lit,
    conjunction,
    disjunction,
    negation,
    solve,
    variables_in,
)
from asn_flex.domain.attributes import ORDERED, Attribute, Value
from asn_flex.rulebook.conditions import ALWAYS, AnyOf, Condition, Holds, Not, Parameter, Test, tests_in
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import Activate, AnyRule, DutySelector, Escalate, Protect

NO, YES = 1, 2  # the cells of a variable with yes and no
HOME, HERE = "officer.home_area", "area.id"
# Facts about the way from home, or about home: known only where the home is.
_FROM_HOME = ("pair.same_area", "officer.home_flooded", "pair.travel_min")

Name = tuple[str, ...]


def conditions_of(rule: AnyRule) -> Iterator[tuple[str, Condition]]:
    """Yield every condition of a rule that is written down, with the key it stands under."""
    include = getattr(rule, "include", None)
    for key, owner in (("when", rule), ("who", rule), ("must", rule), ("include.who", include)):
        condition = getattr(owner, key.split(".")[-1], None)
        if condition is not None and condition != ALWAYS:
            yield key, condition


def duties_of(rulebook: Rulebook, rule: AnyRule) -> tuple[str, ...]:
    """Return the duties that a rule is about; all, where it is not about duties."""
    selector = getattr(rule, "duty", None)
    if isinstance(selector, str):
        return (selector,)
    chosen = selector if isinstance(selector, DutySelector) else None
    return tuple(key for key, duty in rulebook.duties.items() if chosen is None or chosen.matches(key, duty))


@dataclass
class _Named:
    """What the rules of a rulebook compare facts with."""

    values: dict[str, set[Value]] = field(default_factory=dict)
    attributes: dict[str, Attribute] = field(default_factory=dict)

    def note(self, attribute: Attribute, values: Iterable[Value]) -> None:
        key = canonical(attribute.key)
        self.attributes.setdefault(key, attribute)
        self.values.setdefault(key, set()).update(values)


def canonical(key: str) -> str:
    """Return the one name of a fact that has two: an officer's unit is the unit."""
    return "unit.id" if key == "officer.unit" else key


class Space:
    """All cases of one rulebook.

    Parameters
    ----------
    rulebook : Rulebook
    more : conditions of another rulebook that questions will be about as well (for comparing two)
    """

    def __init__(self, rulebook: Rulebook, more: Iterable[Condition] = ()) -> None:
        self.rulebook = rulebook
        self.full: list[int] = []
        self.names: list[Name] = []
        self.cells: dict[str, Cells] = {}
        self.questions: dict[int, Question] = {}
        self.answers = Answers(rulebook.competencies)
        self._index: dict[Name, int] = {}
        self._duties: dict[str, tuple[str, ...]] = {}
        self._agreed: dict[tuple[int, ...], Formula] = {}
        self._compiled: dict[int, tuple[Condition, Formula, Formula]] = {}
        self._more = tuple(more)
        self._duty_ids = tuple(rulebook.duties)
        self._types = tuple(rulebook.events)
        self._borders = self._all_borders()
        self._named = self._all_named()

    # ---- what is compared with what ------------------------------------------------------------------------

    def _all_named(self) -> _Named:
        named = _Named()
        for rule in self.rulebook.rules:
            for _, condition in conditions_of(rule):
                _note_tests(condition, named)
            if isinstance(rule, Activate):
                if rule.seats.per is not None:
                    named.note(self.rulebook.attributes[rule.seats.per.fact], (0,))
                if rule.level is not None:
                    named.note(self.rulebook.attributes["area.level"], (rule.level,))
            if isinstance(rule, Protect):
                named.note(self.rulebook.attributes["unit.id"], rule.unit.ids)
            if isinstance(rule, Escalate):
                for name, value in rule.set.items():
                    named.note(self.rulebook.attributes[f"event.{name}"], (value,))
        for condition in self._more:
            _note_tests(condition, named)
        return named

    def _all_borders(self) -> tuple[date, ...]:
        """Return every day on which a rule or parameter begins or ends."""
        found: set[date] = set()
        for rule in self.rulebook.rules:
            found.update(day for day in (rule.effective.from_, rule.effective.until) if day is not None)
            # Also where others begin and cease to stand in its place.
            found.update(day for gap in rule.effective.gaps for day in gap if date.min < day < date.max)
        for entry in self.rulebook.parameters.values():
            found.update(value.from_ for value in entry.values)
        for condition in self._more:
            for test in tests_in(condition):
                if isinstance(test, Test) and isinstance(test.operand, Parameter):
                    found.update(start for start, _ in test.operand.dated)
        return tuple(sorted(found))

    @cached_property
    def days(self) -> tuple[date, ...]:
        """One day of every era between two borders, in order."""
        if not self._borders:
            return (date(2026, 1, 1),)
        # The calendar begins on a day before which there is none.
        earlier = [self._borders[0] - timedelta(days=1)] if self._borders[0] > date.min else []
        return (*earlier, *self._borders)

    # ---- variables -----------------------------------------------------------------------------------------

    def variable(self, name: Name, count: int) -> int:
        """Return the number of a variable, made with so many cells when it is first named."""
        if name not in self._index:
            self._index[name] = len(self.full)
            self.full.append((1 << count) - 1)
            self.names.append(name)
        return self._index[name]

    def lit(self, name: Name, count: int, cells: int) -> Formula:
        """Return the literal that a variable lies in some cells."""
        number = self.variable(name, count)
        cells &= self.full[number]
        return True if cells == self.full[number] else Lit(number, cells) if cells else False

    def flag(self, name: Name, *, is_so: bool = True) -> Formula:
        """Return the literal of a variable with yes and no."""
        return self.lit(name, 2, YES if is_so else NO)

    def cells_for(self, attribute: Attribute) -> Cells:
        """Return the cells of a fact that is one variable."""
        key = canonical(attribute.key)
        if key not in self.cells:
            measure = self.rulebook.measures.get(attribute.name) if attribute.scope == "measure" else None
            is_count = measure is not None and measure.take == "count"
            named = self._named.values.get(key, set())
            if is_count:
                attribute = Attribute("measure", attribute.name, "int", minimum=Fraction(0))
            self.cells[key] = cells_of(attribute, named, unknown=attribute.may_be_unknown and not is_count)
        return self.cells[key]

    def duty_is(self, duties: Iterable[str]) -> Formula:
        """Return the formula that the demand is of one of these duties."""
        chosen = set(duties)
        mask = sum(1 << i for i, duty in enumerate(self._duty_ids) if duty in chosen)
        return self.lit(("duty",), len(self._duty_ids), mask) if self._duty_ids else False

    def standing(self, rule: AnyRule) -> Formula:
        """Return the formula that a rule has not ended, and that no other stands in its place (semantics §5.11)."""
        until, gaps = rule.effective.until, rule.effective.gaps
        if until is None and not gaps:
            return True
        days = (i for i, day in enumerate(self.days) if until is None or day < until)
        mask = sum(1 << i for i in days if not any(first <= self.days[i] < end for first, end in gaps))
        return self.lit(("today",), len(self.days), mask)

    def before(self, until: date) -> Formula:
        """Return the formula that today lies before a day."""
        mask = sum(1 << i for i, day in enumerate(self.days) if day < until)
        return self.lit(("today",), len(self.days), mask)

    def since(self, start: date | None) -> Formula:
        """Return the formula that today is a day from `start` on."""
        if start is None:
            return True
        ends = (*self.days[1:], None)
        mask = sum(1 << i for i, end in enumerate(ends) if end is None or end > start)
        return self.lit(("today",), len(self.days), mask)

    def duties_of(self, rule: AnyRule) -> tuple[str, ...]:
        """Return the duties that a rule is about; all, where it is not about duties."""
        if rule.id not in self._duties:
            self._duties[rule.id] = duties_of(self.rulebook, rule)
        return self._duties[rule.id]

    @cached_property
    def about(self) -> Mapping[str, tuple[AnyRule, ...]]:
        """The rules about each duty, in order of id."""
        found: dict[str, list[AnyRule]] = {duty: [] for duty in self._duty_ids}
        for rule in self.rulebook.rules:
            for duty in self.duties_of(rule):
                found.setdefault(duty, []).append(rule)
        return {duty: tuple(rules) for duty, rules in found.items()}

    def scope(self, rule: AnyRule) -> Formula:
        """Return the formula that the demand and the day are such that the rule can be in force."""
        parts = [self.standing(rule)]
        if hasattr(rule, "duty"):
            parts.append(self.duty_is(self.duties_of(rule)))
        return conjunction(parts)

    # ---- conditions ----------------------------------------------------------------------------------------

    def true(self, condition: Condition | None) -> Formula:
        """Return the formula that a condition is true; no condition is."""
        return True if condition is None else self._compile(condition)[1]

    def false(self, condition: Condition | None) -> Formula:
        """Return the formula that a condition is false."""
        return False if condition is None else self._compile(condition)[2]

    def not_false(self, condition: Condition | None) -> Formula:
        """Return the formula that a condition is true or unknown."""
        return self.opposite(self.false(condition))

    def unknown(self, condition: Condition | None) -> Formula:
        """Return the formula that a condition is neither true nor false."""
        return conjunction((self.not_false(condition), self.opposite(self.true(condition))))

    def opposite(self, formula: Formula) -> Formula:
        """Return the formula that holds exactly where this one does not."""
        return negation(formula, self.full)

    def _compile(self, condition: Condition) -> tuple[Condition, Formula, Formula]:
        found = self._compiled.get(id(condition))
        if found is None:
            # The condition is kept, so that its identity is not given to another.
            found = (condition, *self._formulas(condition))
            self._compiled[id(condition)] = found
        return found

    def _formulas(self, condition: Condition) -> tuple[Formula, Formula]:
        """Return when a condition is true and when it is false (semantics §4.3); else it is unknown."""
        if isinstance(condition, Test):
            return self._test(condition)
        if isinstance(condition, Holds):
            asked = self.asks(Question(condition.competency, condition.level, condition.evidence))
            return asked, self.opposite(asked)
        if isinstance(condition, Not):
            true, false = self._formulas(condition.part)
            return false, true
        parts = [self._formulas(part) for part in condition.parts]
        true_parts, false_parts = [p[0] for p in parts], [p[1] for p in parts]
        if isinstance(condition, AnyOf):
            return disjunction(true_parts), conjunction(false_parts)
        return conjunction(true_parts), disjunction(false_parts)

    def asks(self, question: Question) -> Formula:
        """Return the formula that the officer's holdings answer a question with yes."""
        name = ("holds", question.competency, str(question.level), "|".join(question.evidence),
                str(question.max_hops), str(question.min_strength))  # fmt: skip
        formula = self.flag(name)
        self.questions[self._index[name]] = question
        return formula

    def _test(self, test: Test) -> tuple[Formula, Formula]:
        attribute = test.attribute
        if attribute.scope == "duty":
            return self._by_duty(test)
        if test.operator == "known":
            known = self.known(attribute)
            unknown = self.opposite(known)
            return (known, unknown) if test.operand is True else (unknown, known)
        if isinstance(test.operand, Parameter):
            return self._by_parameter(test, test.operand)
        return self._compared(test, test.operand)

    def _compared(self, test: Test, operand: Value | tuple[Value, ...]) -> tuple[Formula, Formula]:
        attribute = test.attribute
        if attribute.key == "event.type":
            return self._by_type(test, operand)
        options = operand if isinstance(operand, tuple) else (operand,)
        if attribute.kind == "set":
            inside = [self.flag((attribute.key, "has", str(option))) for option in options]
            passes = disjunction(inside) if test.operator == "has_any" else conjunction(inside)
        elif attribute.kind == "area":
            passes = disjunction(self.flag((attribute.key, "in", str(option))) for option in options)
            if test.operator in {"ne", "not_in"}:
                passes = self.opposite(passes)
        else:
            cells = self.cells_for(attribute)
            mask = cells.where(test.operator, operand)
            name = (canonical(attribute.key),)
            return self.lit(name, cells.count, mask), self.lit(name, cells.count, cells.known & ~mask)
        known = self.known(attribute)
        return conjunction((known, passes)), conjunction((known, self.opposite(passes)))

    def known(self, attribute: Attribute) -> Formula:
        """Return the formula that a fact is known."""
        if attribute.kind in {"set", "area"}:
            return self.flag((attribute.key, "known")) if attribute.may_be_unknown else True
        if attribute.scope == "duty" or attribute.key == "event.type":
            return True
        cells = self.cells_for(attribute)
        return self.lit((canonical(attribute.key),), cells.count, cells.known)

    def _by_parameter(self, test: Test, parameter: Parameter) -> tuple[Formula, Formula]:
        """Compare with the value in force, which depends on the day; before the first it is unknown."""
        eras: dict[Value, int] = {}
        for index, day in enumerate(self.days):
            value = parameter.at(day)
            if value is not None:
                eras[value] = eras.get(value, 0) | 1 << index
        true: list[Formula] = []
        false: list[Formula] = []
        for value, mask in eras.items():
            era = self.lit(("today",), len(self.days), mask)
            passes, fails = self._compared(test, value)
            true.append(conjunction((era, passes)))
            false.append(conjunction((era, fails)))
        return disjunction(true), disjunction(false)

    def _by_type(self, test: Test, operand: Value | tuple[Value, ...]) -> tuple[Formula, Formula]:
        wanted = operand if isinstance(operand, tuple) else (operand,)
        mask = sum(
            1 << i for i, kind in enumerate(self._types) if any(self.rulebook.is_a(kind, str(w)) for w in wanted)
        )
        full = (1 << len(self._types)) - 1
        if test.operator in {"ne", "not_in"}:
            mask = full & ~mask
        name = ("event.type",)
        return self.lit(name, len(self._types), mask), self.lit(name, len(self._types), full & ~mask)

    def _by_duty(self, test: Test) -> tuple[Formula, Formula]:
        true = [duty for duty in self._duty_ids if self._duty_passes(test, duty)]
        return self.duty_is(true), self.duty_is(set(self._duty_ids) - set(true))

    def _duty_passes(self, test: Test, duty: str) -> bool:
        value = duty_fact(self.rulebook, duty, test.attribute.name)
        if test.operator == "known":
            return test.operand is True
        operand = test.operand
        options: tuple[object, ...] = operand if isinstance(operand, tuple) else (operand,)
        if isinstance(value, frozenset):
            return (any if test.operator == "has_any" else all)(option in value for option in options)
        if test.attribute.kind in ORDERED and test.operator in {"gt", "gte", "lt", "lte"}:
            cells = cells_of(test.attribute, {value, *options}, unknown=False)  # type: ignore[arg-type]
            return bool(cells.where(test.operator, operand) >> cells.position[value] & 1)  # type: ignore[arg-type]
        return (value in options) is (test.operator in {"eq", "in"})

    # ---- what facts owe each other -------------------------------------------------------------------------

    def world(self, formula: Formula) -> Formula:
        """Return what must hold among the variables of a formula in every possible case."""
        used = variables_in(formula)
        names = [self.names[number] for number in sorted(used)]
        parts = [self._holdings_agree([n for n in sorted(used) if n in self.questions])]
        areas = sorted({name[0] for name in names if len(name) > 1 and self._is_area(name[0])})
        flags = {name[0] for name in names} & set(_FROM_HOME)
        if flags:
            parts.append(self._home_is_known(flags))
        if areas:
            parts.append(self._areas_are_a_tree(areas, {n[2] for n in names if len(n) > 2 and n[1] == "in"}, flags))
        return conjunction(parts)

    def is_tied(self, number: int) -> bool:
        """Whether what a variable can be depends on others (see `world`)."""
        name = self.names[number]
        return name[0] == "holds" or name[0] in _FROM_HOME or self._is_area(name[0])

    def _is_area(self, key: str) -> bool:
        attribute = self.rulebook.attributes.get(key)
        return attribute is not None and attribute.kind == "area"

    def _holdings_agree(self, numbers: Sequence[int]) -> Formula:
        """Every yes comes from one holding, all of whose answers are yes."""
        key = tuple(numbers)
        if key not in self._agreed:
            self._agreed[key] = self._agreement(key)
        return self._agreed[key]

    def _agreement(self, numbers: tuple[int, ...]) -> Formula:
        among = {self.questions[number]: number for number in numbers}
        parts: list[Formula] = []
        for question, number in among.items():
            ways = [
                conjunction(Lit(among[other], YES) for other in answered if other != question)
                for _, answered in self.answers.ways(question, among)
            ]
            parts.append(disjunction((Lit(number, NO), disjunction(ways))))
        return conjunction(parts)

    def _home_is_known(self, flags: Iterable[str]) -> Formula:
        """Return that what is derived from the home is known where the home is, and the way from it only there."""
        home = self.flag((HOME, "known"))
        parts: list[Formula] = []
        for key in sorted(flags):
            known = self.known(self.rulebook.attributes[key])
            parts.append(disjunction((self.opposite(known), home)))
            if key != "pair.travel_min":
                parts.append(disjunction((known, self.opposite(home))))
        return conjunction(parts)

    def _areas_are_a_tree(self, keys: Sequence[str], named: set[str], flags: Iterable[str]) -> Formula:
        """Two areas are apart or one lies in the other, whatever lies in them.

        The area of the demand is an area too, in which the home lies or not (`pair.same_area`).
        """
        points = [{area: self._lies_in(key, area) for area in named} for key in keys]
        outer = sorted(named)
        if "pair.same_area" in flags:
            same = self._compared_same_area()
            here = "@"
            outer.append(here)
            for key, point in zip(keys, points, strict=True):
                point[here] = True if key == HERE else same if key == HOME else self.flag((key, "in", here))
            if HOME not in keys:
                points.append({**{area: self.flag((HOME, "in", area)) for area in named}, here: same})
            if HERE not in keys:
                points.append({**{area: self.flag((HERE, "in", area)) for area in named}, here: True})
        return conjunction(self._tree_parts(points, outer))

    def _lies_in(self, key: str, area: str) -> Formula:
        return conjunction((self.known(self.rulebook.attributes[key]), self.flag((key, "in", area))))

    def _compared_same_area(self) -> Formula:
        cells = self.cells_for(self.rulebook.attributes["pair.same_area"])
        return self.lit(("pair.same_area",), cells.count, cells.where("eq", True))

    def _tree_parts(self, points: Sequence[dict[str, Formula]], areas: Sequence[str]) -> Iterator[Formula]:
        for index, a in enumerate(areas):
            for b in areas[index + 1 :]:
                for both, only_a, only_b in product(points, repeat=3):
                    yield disjunction(
                        (
                            *(self.opposite(p) for p in (both[a], both[b], only_a[a], only_b[b])),
                            only_a[b],
                            only_b[a],
                        )
                    )
        if "@" in areas:
            # Who lies in the area of the demand lies in whatever that lies in.
            here = next(point for point in points if point["@"] is True)
            for point in points:
                for area in areas:
                    yield disjunction((self.opposite(point["@"]), self.opposite(here[area]), point[area]))

    def find(self, formula: Formula, *, effort: int = EFFORT) -> dict[int, int] | None:
        """Return the cells of a possible case in which the formula holds, or None where there is none.

        Raises
        ------
        NotDecided
            If the question is beyond the bound of effort.
        """
        if formula is False:
            return None
        return solve(conjunction((formula, self.world(formula))), self.full, effort=effort)


def _note_tests(condition: Condition, named: _Named) -> None:
    for test in tests_in(condition):
        if not isinstance(test, Test) or test.operator == "known":
            if isinstance(test, Test):
                named.note(test.attribute, ())
            continue
        operand = test.operand
        if isinstance(operand, Parameter):
            named.note(test.attribute, [value for _, value in operand.dated])
        else:
            named.note(test.attribute, operand if isinstance(operand, tuple) else (operand,))


def duty_fact(rulebook: Rulebook, duty: str, name: str) -> Value:
    """Return what `duty.NAME` is for one duty."""
    entry = rulebook.duties[duty]
    facts: dict[str, Value] = {
        "id": duty, "class": entry.class_, "tags": frozenset(entry.tags), "priority": entry.priority,
    }  # fmt: skip
    return facts[name]
