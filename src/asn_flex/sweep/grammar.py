"""Reads what is to vary: `FACT[@ID,…]=VALUES[:step=N][:seed=SEEDS]` (semantics §12.7).

Every fault of every text is told at once, at its column, with how to mend it.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from asn_flex.domain.attributes import ORDERED, Attribute, Value
from asn_flex.domain.exact import number_text, parse_number
from asn_flex.domain.scenario import Scenario
from asn_flex.errors import Diagnostic, Place, Text, VariationError
from asn_flex.i18n import fault, nearest, say
from asn_flex.rulebook.compile import parse_cell, value_problem
from asn_flex.rulebook.model import Rulebook
from asn_flex.sweep.changes import ABSENT, Axis, Change, Target
from asn_flex.sweep.parameters import asked_of

# A range with more values, or a sweep with more scenarios, is a slip of the pen.
MOST_VALUES = 10_000
MOST_SCENARIOS = 1_000_000
FIRST_SEED = 1
_TABLES = ("area", "unit", "officer")
_SEED = Attribute("officer", "seed", "int", minimum=Fraction(0))
_SHARE = Attribute("officer", "absent", "number", minimum=Fraction(0), maximum=Fraction(1))
_SHARE_STEP = Fraction(5, 100)
_OPTIONS = ("step", "seed")
_UNKNOWN = "unknown"


def read_variations(texts: Sequence[str], rulebook: Rulebook, scenario: Scenario) -> tuple[Axis, ...]:
    """Read every `--vary` and check it against the rulebook and the scenario.

    Parameters
    ----------
    texts : one text for each fact that varies, such as `event.severity=2..5`

    Raises
    ------
    VariationError
        With every fault; the line is the number of the text, the column stands in it.

    References
    ----------
    docs/semantics.md §12.7.
    """
    found: list[Diagnostic] = []
    axes: list[tuple[int, Axis]] = []
    for number, text in enumerate(texts, 1):
        reader = _Reader(text, number, rulebook, scenario)
        try:
            axes.append((number, reader.axis()))
        except _FaultyError as error:
            found.append(error.diagnostic)
    found += _overlaps(axes)
    if not found:
        count = math.prod(len(axis.changes) for _, axis in axes)
        if count > MOST_SCENARIOS:
            found.append(fault("U148", Place("--vary", 1, 1), count=count, most=MOST_SCENARIOS))
    if found:
        raise VariationError(found)
    return tuple(axis for _, axis in axes)


def _overlaps(axes: Iterable[tuple[int, Axis]]) -> Iterator[Diagnostic]:
    """Tell of facts that two texts vary: which of the two counts would hang on their order."""
    seen: dict[tuple[str, str | None], int] = {}
    for number, axis in axes:
        target = axis.target
        for item in target.ids or (None,):
            first = seen.setdefault((target.key, item), number)
            if first != number:
                column = target.column
                yield fault("U147", Place("--vary", number, 1), name=column, first=first)
                break


class _FaultyError(Exception):
    """Stops the reading of one text at its first fault."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic
        super().__init__(str(diagnostic))


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of the text, and the column at which it begins."""

    text: str
    column: int

    def split(self, sign: str) -> list[_Piece]:
        pieces, column = [], self.column
        for part in self.text.split(sign):
            pieces.append(_Piece(part.strip(), column + len(part) - len(part.lstrip())))
            column += len(part) + len(sign)
        return pieces


@dataclass
class _Reader:
    """One text that is being read."""

    text: str
    number: int
    rulebook: Rulebook
    scenario: Scenario
    options: dict[str, _Piece] = field(default_factory=dict)

    def stop(self, key: str, piece: _Piece, *, hint: Text | None = None, **values: object) -> _FaultyError:
        return _FaultyError(fault(key, Place("--vary", self.number, piece.column), hint=hint, **values))

    def axis(self) -> Axis:
        name, sign, rest = self.text.partition("=")
        whole = _Piece(self.text, 1)
        if not sign or not name.strip() or not rest.strip(" :,"):
            raise self.stop("U140", whole, found=self.text)
        target, attribute = self._target(_Piece(name, 1))
        values, *options = _Piece(rest, len(name) + 2).split(":")
        for option in options:
            self._option(option, target)
        always_known = target.kind in {"absent", "param"} or attribute.always_known
        every = (self._item(item, attribute, always_known=always_known) for item in values.split(","))
        items = list(_unique(itertools.chain.from_iterable(every)))
        if target.kind != "absent":
            return Axis(target, tuple(Change(target, value) for value in items))
        seeds = self._seeds()
        return Axis(target, tuple(Change(target, share, seed) for share in items for seed in seeds))

    # ---- what varies -----------------------------------------------------------------------------

    def _target(self, piece: _Piece) -> tuple[Target, Attribute]:
        key, *ids = piece.split("@")
        if len(ids) > 1:
            raise self.stop("U140", ids[1], found=self.text)
        named = ids[0].split(",") if ids else []
        if key.text == ABSENT:
            units = self._known(named, "word.unit", self.scenario.unit_facts)
            return Target("absent", ABSENT, units), _SHARE
        if key.text.startswith("param."):
            return self._parameter(key, named)
        attribute = self.rulebook.attributes.get(key.text)
        if attribute is None or attribute.key == "event.days":
            name = "U142.days" if attribute is not None else "U141"
            hint = nearest(key.text, self._names()) if attribute is None else None
            raise self.stop(name, key, name=key.text, hint=hint)
        scope = attribute.scope
        if scope not in {"event", *_TABLES}:
            raise self.stop("U142.scope", key, name=key.text)
        if attribute.name in {"id", "unit", "home_flooded"}:
            raise self.stop("U142", key, name=key.text)
        if attribute.sensitive:
            raise self.stop("U142.sensitive", key, name=key.text)
        if scope == "event":
            if named:
                raise self.stop("U142.at", named[0], name=key.text)
            return Target("event", attribute.key), attribute
        if not named:
            raise self.stop("U142.where", key, name=key.text, scope=scope.upper())
        return Target("row", attribute.key, self._known(named, f"word.{scope}", self._ids(scope))), attribute

    def _parameter(self, key: _Piece, named: Sequence[_Piece]) -> tuple[Target, Attribute]:
        name = key.text.removeprefix("param.")
        if name not in self.rulebook.parameters:
            known = [f"param.{known}" for known in self.rulebook.parameters]
            raise self.stop("U141", key, name=key.text, hint=nearest(key.text, known))
        if named:
            raise self.stop("U142.at", named[0], name=key.text)
        asked = asked_of(self.rulebook, name)
        if not asked:
            raise self.stop("U142.unasked", key, name=key.text)
        return Target("param", key.text), asked[0]

    def _names(self) -> list[str]:
        facts = [a.key for a in self.rulebook.attributes.values() if a.scope in {"event", *_TABLES}]
        return [*facts, *(f"param.{name}" for name in self.rulebook.parameters), ABSENT]

    def _ids(self, scope: str) -> Collection[str]:
        if scope == "area":
            return self.scenario.area_facts
        return self.scenario.unit_facts if scope == "unit" else frozenset(self.scenario.tables.officers["id"])

    def _known(self, named: Sequence[_Piece], what: str, known: Collection[str]) -> tuple[str, ...]:
        for piece in named:
            if piece.text not in known:
                raise self.stop("U146", piece, what=say(what), name=piece.text, hint=nearest(piece.text, known))
        return tuple(sorted({piece.text for piece in named}))

    # ---- its values ------------------------------------------------------------------------------

    def _option(self, piece: _Piece, target: Target) -> None:
        name, _, value = piece.text.partition("=")
        name, given = name.strip(), _Piece(value.strip(), piece.column + len(name) + 1)
        if name not in _OPTIONS:
            raise self.stop("U145", piece, name=name, hint=nearest(name, _OPTIONS))
        if name == "seed" and target.kind != "absent":
            raise self.stop("U145.seed", piece)
        if name in self.options or not given.text:
            raise self.stop("U145.value", piece, name=name)
        self.options[name] = given

    def _seeds(self) -> list[int]:
        given = self.options.get("seed")
        if given is None:
            return [FIRST_SEED]
        items = (self._item(item, _SEED, always_known=True) for item in given.split(","))
        return [seed for seed in _unique(itertools.chain.from_iterable(items)) if isinstance(seed, int)]

    def _item(self, piece: _Piece, attribute: Attribute, *, always_known: bool) -> list[Value | None]:
        first, sign, last = piece.text.partition("..")
        if sign:
            end = _Piece(last.strip(), piece.column + len(first) + len(sign))
            return self._range(_Piece(first.strip(), piece.column), end, attribute)
        if piece.text == _UNKNOWN and not always_known and _UNKNOWN not in attribute.values:
            return [None]
        return [self._value(piece, attribute)]

    def _value(self, piece: _Piece, attribute: Attribute) -> Value:
        text = piece.text
        value = _share(text) if attribute is _SHARE else parse_cell(attribute, text) if text else None
        if value is None:
            wanted = say("vary.share") if attribute is _SHARE else say(f"kind.{attribute.kind}")
            raise self.stop("U143", piece, found=text, name=attribute.key, wanted=wanted)
        problem = value_problem(attribute, value, self.rulebook.events)
        if problem is not None:
            wanted, options = problem if attribute is not _SHARE else (say("vary.share"), ())
            hint = nearest(text, options)
            raise self.stop("U143", piece, found=text, name=attribute.key, wanted=wanted, hint=hint)
        if attribute.kind == "area" and str(value) not in self.scenario.area_tree:
            hint = nearest(text, self.scenario.area_facts)
            raise self.stop("U146", piece, what=say("word.area"), name=text, hint=hint)
        return value

    def _range(self, first: _Piece, last: _Piece, attribute: Attribute) -> list[Value | None]:
        if attribute.kind not in ORDERED:
            raise self.stop("U144.kind", first, name=attribute.key)
        low, high = self._value(first, attribute), self._value(last, attribute)
        start, end = _number(low), _number(high)
        if end < start:
            raise self.stop("U144.down", first, first=first.text, last=last.text)
        step = self._step(attribute, start, end)
        steps = (end - start) / step
        if steps.denominator != 1:
            at = self.options.get("step", last)
            if attribute is _SEED:
                at = last
            raise self.stop("U144.step", at, step=_shown(step, attribute), last=last.text, first=first.text)
        if steps >= MOST_VALUES:
            raise self.stop("U144.many", first, count=int(steps) + 1, most=MOST_VALUES)
        return [_like(low, start + k * step) for k in range(int(steps) + 1)]

    def _step(self, attribute: Attribute, start: Fraction, end: Fraction) -> Fraction:
        given = self.options.get("step")
        if given is None or attribute is _SEED:
            return _SHARE_STEP if attribute is _SHARE and start != end else Fraction(1)
        step = _share(given.text) if attribute is _SHARE else parse_number(given.text)
        if step is None or step <= 0 or (attribute.kind in {"int", "date"} and step.denominator != 1):
            wanted = say("vary.share") if attribute is _SHARE else say("vary.step")
            raise self.stop("U143", given, found=given.text, name="step", wanted=wanted)
        return step


def _share(text: str) -> Fraction | None:
    number = parse_number(text[:-1].strip()) if re.fullmatch(r"[0-9. ]+%", text) else None
    return None if number is None else number / 100


def _shown(step: Fraction, attribute: Attribute) -> str:
    return f"{number_text(100 * step)}%" if attribute is _SHARE else number_text(step)


def _number(value: Value) -> Fraction:
    if isinstance(value, date):
        return Fraction(value.toordinal())
    # INVARIANT: only numbers and dates have ranges.
    assert isinstance(value, (int, Fraction))  # noqa: S101 - see above
    return Fraction(value)


def _like(example: Value, number: Fraction) -> Value:
    if isinstance(example, date):
        return date.min + timedelta(days=int(number) - 1)
    return int(number) if isinstance(example, int) else number


def _unique(values: Iterable[Value | None]) -> Iterator[Value | None]:
    seen: dict[Value | None, None] = {}
    for value in values:
        if value not in seen:
            seen[value] = None
            yield value


def count_text(axes: Sequence[Axis]) -> Mapping[str, int]:
    """Return how many values each column of an axis takes, in order of writing."""
    counts: dict[str, int] = {}
    for axis in axes:
        counts[axis.columns[0]] = len({change.value for change in axis.changes})
        if len(axis.columns) > 1:
            counts[axis.columns[1]] = len({change.seed for change in axis.changes})
    return counts
