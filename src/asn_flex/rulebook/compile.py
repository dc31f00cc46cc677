"""From the text of a condition to a checked `Condition` (semantics §4.1, §4.2, §4.5).

Decides whether a condition means anything: known facts, asked where they exist, compared with values of their own
type and range by operators that fit. Every fault of a condition is reported, each at its own place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Literal, TypeVar, cast

from pydantic_core import PydanticCustomError

from asn_flex.domain.attributes import NUMERIC, ORDERED, Attribute, Scope, Value
from asn_flex.domain.exact import number_text, parse_number
from asn_flex.errors import Diagnostic, Place, Repair, Text
from asn_flex.i18n import fault, say
from asn_flex.rulebook.conditions import (
    ALWAYS,
    All,
    AnyOf,
    Compare,
    Condition,
    Holds,
    Not,
    Operand,
    Operator,
    Parameter,
    Test,
)
from asn_flex.rulebook.findings import Suggestions, listed, misnamed
from asn_flex.rulebook.scalars import (
    DATE_PATTERN,
    WANTED,
    as_list,
    cut,
    read_bool,
    read_date,
    read_id,
    read_int,
    read_number,
    read_text,
    shown,
    variant,
)
from asn_flex.rulebook.syntax import comparison, run_together
from asn_flex.rulebook.tree import Map, Node, Scalar, Seq, Spot

T = TypeVar("T")

OPERATORS: tuple[Operator, ...] = (
    "eq", "ne", "gt", "gte", "lt", "lte", "in", "not_in", "within", "has", "has_any", "known",
)  # fmt: skip
_EQUALITY: tuple[Operator, ...] = ("eq", "ne", "in", "not_in", "known")


def operators_for(attribute: Attribute) -> tuple[Operator, ...]:
    """Return the operators that fit a fact."""
    if attribute.kind == "set":
        return ("has", "has_any", "known")
    if attribute.kind == "bool":
        return ("eq", "ne", "known")
    if attribute.kind == "area":
        return (*_EQUALITY, "within")
    if attribute.kind in ORDERED:
        return (*_EQUALITY, "gt", "gte", "lt", "lte")
    return _EQUALITY


@dataclass(frozen=True)
class Asking:
    """Where a condition stands: which scopes it may ask."""

    key: Literal["when", "who", "must", "minimise", "per.fact"]
    scopes: frozenset[Scope]
    with_area: bool = True

    def reason_against(self, attribute: Attribute) -> Text | None:
        """Say why the fact cannot be asked here; None where it can."""
        if attribute.scope not in self.scopes:
            return say("reason.scope", allowed=", ".join(f"{s}.*" for s in sorted(self.scopes)))
        if attribute.area_bound and not self.with_area:
            return say("reason.area")
        return None


_SITUATION: frozenset[Scope] = frozenset({"event", "measure", "area", "duty"})
WHEN_ANYWHERE = Asking("when", _SITUATION)
WHEN_AT_EVENT = Asking("when", frozenset({"event", "measure", "duty"}), with_area=False)
WHEN_OF_EVENT = Asking("when", frozenset({"event", "measure"}), with_area=False)
WHO = Asking("who", frozenset({"officer", "unit", "pair"}))
WHO_IN_UNIT = Asking("who", frozenset({"officer", "unit"}))
MUST = Asking("must", frozenset({"officer", "unit", "pair"}))
_LOGIC: Mapping[str, tuple[str, ...]] = {
    "when": ("all", "any", "not"), "who": ("all", "any", "not", "holds"), "must": ("all", "any", "not", "holds"),
}  # fmt: skip
MINIMISE = Asking("minimise", frozenset({"officer", "unit", "pair"}))


@dataclass(frozen=True)
class DatedValue:
    """One entry of a parameter: the raw value and the date from which it stands."""

    start: date
    raw: Node
    place: Place


@dataclass
class LoadContext:
    """What the entries of a rulebook are checked against while they are read; collects the faults."""

    file: str = "<memory>"
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    events: frozenset[str] = frozenset()
    levels: Mapping[str, int] = field(default_factory=dict)
    parameters: Mapping[str, tuple[str | None, tuple[DatedValue, ...]]] = field(default_factory=dict)
    found: list[Diagnostic] = field(default_factory=list)
    suggestions: Suggestions = field(default_factory=Suggestions)
    # False where a file could not be read: then a name that seems unknown may well stand in it.
    is_complete: bool = True
    # Facts and parameters (`param.NAME`) that are declared, but so badly that nothing more is known about them.
    unreadable: frozenset[str] = frozenset()
    # Parameter values that are reported already: a fault in one is one fault, however many rules use it.
    faulty_values: set[Place] = field(default_factory=set)
    # Keys of the entry at hand that stand in the file, but were left out for being faulty; None skips checks of form.
    left_out: frozenset[str] | None = frozenset()

    def is_surely_unknown(self, name: str) -> bool:
        """Whether a fact or `param.NAME` that was not found is declared nowhere."""
        return self.is_complete and name not in self.unreadable

    def at(self, spot: Spot) -> Place:
        """Return a place in the file that is being read."""
        return Place(self.file, *spot)

    def report(self, key: str, spot: Spot, /, *, hint: Text | None = None, **values: object) -> None:
        """Add a fault at a spot of the file that is being read."""
        self.found.append(fault(variant(key, values.get("found")), self.at(spot), hint=hint, **values))


def compile_condition(raw: Node, asking: Asking, context: LoadContext) -> Condition:
    """Check a condition and return it as a value; faults go to `context.found`.

    A part that is faulty becomes a true part, so that the rest is still checked: the rulebook is refused anyway.
    """
    if not isinstance(raw, Map):
        empty = isinstance(raw, Scalar) and raw.is_null
        problem = say("condition.empty") if empty else say("condition.not_mapping", found=shown(raw))
        torn = run_together(raw.text) if isinstance(raw, Scalar) else None
        hint = say("hint.written", text=cut(torn.apart)) if torn is not None else None
        context.report("E407", raw.spot, problem=problem, hint=hint)
        return ALWAYS
    parts = [_entry(key, raw[key], raw.key_spots[key], asking, context) for key in raw]
    return parts[0] if len(parts) == 1 else All(tuple(parts), context.at(raw.spot))


def _entry(key: str, raw: Node, spot: Spot, asking: Asking, context: LoadContext) -> Condition:
    if key in {"all", "any"}:
        if not isinstance(raw, Seq) or not raw:
            context.report("E407", spot, problem=say("condition.not_list", key=key))
            return ALWAYS
        parts = tuple(compile_condition(part, asking, context) for part in raw)
        return All(parts, context.at(spot)) if key == "all" else AnyOf(parts, context.at(spot))
    if key == "not":
        return Not(compile_condition(raw, asking, context), context.at(spot))
    if key == "holds":
        return _holds(raw, spot, asking, context)
    attribute = find_attribute(key, spot, asking, context)
    return ALWAYS if attribute is None else _tests(attribute, raw, spot, context)


def find_attribute(key: str, spot: Spot, asking: Asking, context: LoadContext) -> Attribute | None:
    """Return the fact with that name, if it exists and may be asked here; otherwise report."""
    attribute = context.attributes.get(key)
    if attribute is None:
        if context.is_surely_unknown(key):
            meant, sure = context.suggestions.slip(key, {*context.attributes, *_LOGIC.get(asking.key, ())})
            near = context.attributes.get(sure) if sure is not None else None
            if near is not None and asking.reason_against(near) is not None:
                sure = None
            context.found.append(misnamed("E401", context.at(spot), key, (meant, sure), name=cut(key)))
        return None
    reason = asking.reason_against(attribute)
    if reason is not None:
        context.report("E402", spot, name=key, where=asking.key, reason=reason)
        return None
    return attribute


def _holds(raw: Node, spot: Spot, asking: Asking, context: LoadContext) -> Condition:
    if asking.key == "when":
        context.report("E402", spot, name="holds", where="when", reason=say("reason.holds"))
        return ALWAYS
    if not isinstance(raw, Map):
        context.report("E407", raw.spot, problem=say("condition.holds", found=shown(raw)))
        return ALWAYS
    raw = _with_known_keys(raw, ("competency", "level", "evidence"), "`holds`", context)
    if "competency" not in raw:
        context.report("E202", spot, where="`holds`", key="competency")
        return ALWAYS
    competency = read_with(read_id, raw["competency"], context)
    level = read_with(read_int, raw["level"], context) if "level" in raw else 1
    items = as_list(raw["evidence"]) if "evidence" in raw else Seq(spot)
    evidence = tuple(sorted({e for e in (read_with(read_text, item, context) for item in _items(items)) if e}))
    if competency is None or level is None:
        return ALWAYS
    if competency not in context.levels:
        if context.is_complete:
            slip = context.suggestions.slip(competency, context.levels)
            context.found.append(misnamed(
                "E301", context.at(raw["competency"].spot), competency, slip,
                where="`holds`", what=say("word.competency"), name=cut(competency),
            ))  # fmt: skip
        return ALWAYS
    top = context.levels[competency]
    if not 1 <= level <= top:
        place = raw["level"].spot if "level" in raw else spot
        context.report("E308", place, level=level, competency=competency, levels=top)
    return Holds(competency, level, evidence, context.at(spot))


def _items(raw: Node) -> list[Node]:
    # A mapping where values should be is one wrong value, and said to be one.
    return raw if isinstance(raw, Seq) else [raw]


# What people write for an operator.
_OTHER_WORDS = {
    "min": "gte", "minimum": "gte", "minimal": "gte", "max": "lte", "maximum": "lte", "maks": "lte", "maksimal": "lte",
}  # fmt: skip


def _with_known_keys(raw: Map, known: tuple[str, ...], where: str, context: LoadContext) -> Map:
    """Report keys that mean nothing; return the mapping with slips of the pen put right, to read the rest."""
    kept = Map(raw.spot)
    for key in raw:
        name = key
        if key not in known:
            others = [k for k in known if k not in raw]
            meant = _OTHER_WORDS.get(key.casefold())
            # `min` is near to `in`, and means something else.
            slip = (meant, meant) if meant in others else context.suggestions.slip(key, others)
            hint = say("hint.keys", known=listed(known))
            context.found.append(
                misnamed("E201", context.at(raw.key_spots[key]), key, slip, key=cut(key), where=where, hint=hint)
            )
            if slip[0] is None:
                continue
            name = slip[0]
        kept[name], kept.key_spots[name] = raw[key], raw.key_spots[key]
    return kept


def read_with(reader: Callable[[Node], T], raw: Node, context: LoadContext) -> T | None:
    """Return what a reader makes of a scalar; None where it complains, which is reported."""
    try:
        return reader(raw)
    except PydanticCustomError as error:
        context.found.append(complaint(error.type, error.context or {}, context.at(raw.spot)))
        return None


def complaint(code: str, told: Mapping[str, Any], place: Place) -> Diagnostic:
    """Return the diagnostic of what `complain` carries, with its repair."""
    mend = told["mend"]
    repair = Repair(place, *mend) if mend is not None else None
    return Diagnostic(place, code, Text(told["id"], told["en"]), repair=repair)


def _tests(attribute: Attribute, raw: Node, spot: Spot, context: LoadContext) -> Condition:
    if not isinstance(raw, Map):
        return _test(attribute, "eq" if attribute.kind != "set" else "has", raw, spot, context, bare=True)
    if set(raw) == {"param"}:
        return _test(attribute, "eq", raw, spot, context, bare=True)
    if not raw:
        context.report("E407", spot, problem=say("condition.no_operator", name=attribute.key))
        return ALWAYS
    raw = _with_known_keys(raw, OPERATORS, f"`{attribute.key}`", context)
    parts = [_test(attribute, cast("Operator", key), raw[key], raw.key_spots[key], context) for key in raw]
    return parts[0] if len(parts) == 1 else All(tuple(parts), context.at(spot))


def _test(
    attribute: Attribute, operator: Operator, raw: Node, spot: Spot, context: LoadContext, *, bare: bool = False
) -> Condition:
    allowed = operators_for(attribute)
    if operator not in allowed or (bare and attribute.kind == "set"):
        context.report(
            "E405", spot, operator="eq" if bare else operator, name=attribute.key,
            kind=say(f"kind.{attribute.kind}"), allowed=", ".join(allowed),
        )  # fmt: skip
        return ALWAYS
    operand = _operand(attribute, operator, raw, context)
    if operand is None:
        return ALWAYS
    compare: Compare = "equal"
    if attribute.key == "event.type":
        compare = "is_a"
    elif attribute.kind == "area":
        compare = "within"
    return Test(attribute, operator, operand, compare, context.at(spot))


def _operand(attribute: Attribute, operator: Operator, raw: Node, context: LoadContext) -> Operand | None:
    if operator == "known":
        return read_with(read_bool, raw, context)
    if operator in {"in", "not_in", "has", "has_any"}:
        if not isinstance(raw, Seq) or not raw:
            context.report("E407", raw.spot, problem=say("condition.operand_list", operator=operator))
            return None
        values = [read_value(attribute, item, context) for item in raw]
        known = [v for v in values if v is not None]
        return tuple(known) if len(known) == len(values) else None
    if isinstance(raw, Map):
        if set(raw) == {"param"} and operator != "within":
            return _parameter(attribute, raw["param"], context)
        problem = say("condition.operand" if operator != "within" else "condition.area", operator=operator)
        context.report("E407", raw.spot, problem=problem)
        return None
    return read_value(attribute, raw, context)


def _parameter(attribute: Attribute, raw: Node, context: LoadContext) -> Parameter | None:
    name = raw.text if isinstance(raw, Scalar) else ""
    if not isinstance(raw, Scalar):
        context.report("E203", raw.spot, found=shown(raw), wanted=WANTED["id"])
        return None
    entry = context.parameters.get(name)
    if entry is None:
        if context.is_surely_unknown(f"param.{name}"):
            slip = context.suggestions.slip(name, context.parameters)
            context.found.append(misnamed("E409", context.at(raw.spot), name, slip, name=cut(name)))
        return None
    unit, dated = entry
    if unit is not None and attribute.unit is not None and unit != attribute.unit:
        context.report("E406", raw.spot, param=name, found=unit, name=attribute.key, wanted=attribute.unit)
        return None
    values: list[tuple[date, Value]] = []
    for item in dated:
        inner = LoadContext(file=item.place.file, events=context.events, suggestions=context.suggestions)
        inner.is_complete = context.is_complete
        value = read_value(attribute, item.raw, inner)
        if value is not None:
            values.append((item.start, value))
        elif item.place not in context.faulty_values:
            context.faulty_values.add(item.place)
            context.found.extend(inner.found)
    return Parameter(name, tuple(values)) if len(values) == len(dated) else None


def read_value(attribute: Attribute, raw: Node, context: LoadContext) -> Value | None:
    """Read one value of a fact's own type and range; report and return None where it does not fit."""
    readers = {"bool": read_bool, "int": read_int, "number": read_number, "date": read_date, "area": read_id}
    reader = readers.get(attribute.kind, read_text)
    try:
        value = cast("Value", reader(raw))
    except PydanticCustomError as error:
        key = "E403" if error.type == "E203" else ""
        wanted = WANTED["id" if attribute.kind == "area" else attribute.kind if attribute.kind in readers else "text"]
        if key:
            hint = _comparison_hint(attribute, raw)
            context.report(key, raw.spot, found=shown(raw), name=attribute.key, wanted=wanted, hint=hint)
        else:
            context.found.append(complaint(error.type, error.context or {}, context.at(raw.spot)))
        return None
    problem = value_problem(attribute, value, context.events)
    if problem is not None:
        if attribute.key == "event.type" and not context.is_complete:
            return None
        wanted_text, options = problem
        slip = context.suggestions.slip(str(value), options) if options else (None, None)
        old = raw.text if isinstance(raw, Scalar) else ""
        context.found.append(misnamed(
            "E404", context.at(raw.spot), old, slip, found=shown(raw), name=attribute.key, wanted=wanted_text
        ))  # fmt: skip
        return None
    return value


def _comparison_hint(attribute: Attribute, raw: Node) -> Text | None:
    """Return how `>= 3` is written here."""
    parts = comparison(raw.text) if isinstance(raw, Scalar) and attribute.kind in ORDERED else None
    return say("hint.comparison", operator=parts[0], value=cut(parts[1])) if parts is not None else None


def value_problem(
    attribute: Attribute, value: Value, events: Iterable[str] = ()
) -> tuple[Text, tuple[str, ...]] | None:
    """Say what a value of the right type should be instead, with the options; None where it is possible."""
    if attribute.key == "event.type":
        options = tuple(sorted(events))
        return None if value in options else (say("range.one_of", options=listed(options)), options)
    if attribute.kind == "enum" and value not in attribute.values:
        return say("range.one_of", options=listed(attribute.values)), attribute.values
    if attribute.kind in NUMERIC and isinstance(value, (int, Fraction)):
        low, high = attribute.minimum, attribute.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            if low is not None and high is not None:
                return say("range.between", low=number_text(low), high=number_text(high)), ()
            if low is not None:
                return say("range.at_least", low=number_text(low)), ()
            return say("range.at_most", high=number_text(cast("Fraction", high))), ()
    return None


_YES_NO = {"true": True, "ya": True, "1": True, "false": False, "tidak": False, "0": False}


def parse_cell(attribute: Attribute, text: str) -> Value | None:
    """Read a table cell's text by the fact's type; None where it does not fit (emptiness is the caller's)."""
    kind = attribute.kind
    if kind in NUMERIC:
        number = parse_number(text)
        is_whole = number is not None and number.denominator == 1
        return number if kind == "number" or number is None else int(number) if is_whole else None
    if kind == "date":
        try:
            return date.fromisoformat(text) if DATE_PATTERN.fullmatch(text) else None
        except ValueError:
            return None
    if kind == "set":
        return frozenset(part.strip() for part in text.replace("|", ";").split(";") if part.strip())
    return _YES_NO.get(text.lower()) if kind == "bool" else text
