"""What may stand in a rule file: one frozen model per entry and per kind of rule (semantics §3.2, §5).

Shape and ranges are checked here; references between entries in `checks`; conditions in `compile`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    PrivateAttr,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from asn_flex.domain.attributes import DUTY_CLASSES, SERVICE_CLASSES
from asn_flex.errors import Text
from asn_flex.i18n import say
from asn_flex.rulebook.compile import (
    MUST,
    WHEN_ANYWHERE,
    WHEN_AT_EVENT,
    WHEN_OF_EVENT,
    WHO,
    WHO_IN_UNIT,
    Asking,
    compile_condition,
)
from asn_flex.rulebook.conditions import ALWAYS, Condition
from asn_flex.rulebook.findings import listed
from asn_flex.rulebook.scalars import (
    Bool,
    Clock,
    Date,
    Ids,
    IdStr,
    Int,
    Moment,
    Number,
    Share,
    Texts,
    TextStr,
    as_list,
    bounded,
    complain,
    read_bool,
    read_id,
    read_part,
    read_text,
    shape,
    shown,
)
from asn_flex.rulebook.tree import Map, Scalar

FORMAT = "asn-flex/rules/1"


class Entry(BaseModel):
    """Base of every entry: immutable, and strict about its keys."""

    # By name (`for_`) where a caller builds entries in code; from files by alias only (`entries.read_entry`).
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, populate_by_name=True)


class Label(Entry):
    """A name that people read, in one or both languages."""

    id: TextStr = ""
    en: TextStr = ""

    @property
    def text(self) -> Text:
        """The label as a sentence in both languages."""
        return Text(self.id, self.en)


def _choice(*options: str) -> PlainValidator:
    def read(value: Any) -> str:
        text = value.text if isinstance(value, Scalar) else value
        if text in options:
            return str(text)
        raise complain("E206", found=shown(value), wanted=say("range.one_of", options=", ".join(options)))

    return PlainValidator(read, json_schema_input_type=cast("Any", Literal)[options])


def _condition(asking: Asking) -> PlainValidator:
    def read(value: Any, info: ValidationInfo) -> Any:
        # INVARIANT: a condition that comes from a file is a tree; one that is built in code is compiled already.
        if isinstance(value, (Scalar, Map, list)) and info.context is not None:
            return compile_condition(value, asking, info.context)  # type: ignore[arg-type]
        return value

    return PlainValidator(read)


WhenAnywhere = Annotated[Condition, _condition(WHEN_ANYWHERE), shape("when")]
WhenAtEvent = Annotated[Condition, _condition(WHEN_AT_EVENT), shape("when")]
WhenOfEvent = Annotated[Condition, _condition(WHEN_OF_EVENT), shape("when_of_event")]
Who = Annotated[Condition, _condition(WHO), shape("who")]
WhoInUnit = Annotated[Condition, _condition(WHO_IN_UNIT), shape("who_in_unit")]
Must = Annotated[Condition, _condition(MUST), shape("who")]

_NOT_NEGATIVE = say("range.not_negative")
_STRENGTH = say("range.above_to", low=0, high=1)
Count = Annotated[Int, bounded(0, 100_000, say("range.count", low=0, high=100000))]
Positive = Annotated[Int, bounded(1, 100_000, say("range.count", low=1, high=100000))]
Strength = Annotated[Number, bounded(0, 1, _STRENGTH, open_low=True)]
Priority = Annotated[Int, bounded(1, 9, say("range.count", low=1, high=9))]
HIGHEST_LEVEL = 99
Level = Annotated[Int, bounded(1, HIGHEST_LEVEL, say("range.count", low=1, high=99))]
Points = Annotated[Int, bounded(-100_000, 100_000, say("range.count", low=-100000, high=100000))]
Weight = Annotated[Number, bounded(0, 10_000, say("range.above_to", low=0, high=10000), open_low=True)]


class Pack(Entry):
    """What the rulebook as a whole is called."""

    id: IdStr
    version: TextStr
    languages: Annotated[
        tuple[Annotated[str, _choice("id", "en")], ...], BeforeValidator(as_list), shape("languages")
    ] = ("id", "en")
    label: Label | None = None
    # Folders or files of other rulebooks, from the folder of the file that says so (semantics §5.11).
    extends: Texts = ()


class Source(Entry):
    """A law or order that rules rest on."""

    label: Label | None = None
    url: TextStr | None = None
    issued: Date | None = None


class EventType(Entry):
    """A kind of emergency, below a more general one."""

    label: Label | None = None
    is_a: IdStr | None = None


class AttributeEntry(Entry):
    """A declared fact (semantics §3.5)."""

    type: Annotated[str, _choice("bool", "int", "number", "text", "enum", "date", "area", "set")]
    label: Label | None = None
    values: Texts = ()
    unit: TextStr | None = None
    min: Number | None = None
    max: Number | None = None
    missing: Annotated[Any, shape("value")] = None
    sensitive: Bool = False


def _read_window(value: Any) -> int:
    """Read `90min`, `6h` or `2d` as minutes."""
    text = value.text.replace(" ", "") if isinstance(value, Scalar) else value
    for unit, minutes in (("min", 1), ("h", 60), ("d", 1440)):
        if isinstance(text, str) and text.endswith(unit) and text[: -len(unit)].isdecimal():
            length = int(text[: -len(unit)]) * minutes if len(text) < 12 else 0
            if 0 < length <= 10 * 366 * 1440:
                return length
    wanted = say("wanted.window")
    raise complain("E203", found=shown(value), wanted=wanted)


class Measure(Entry):
    """Observations turned into a fact (semantics §3.6); `window` in minutes."""

    observe: TextStr
    window: Annotated[int, PlainValidator(_read_window), shape("window")]
    take: Annotated[
        Literal["max", "min", "mean", "sum", "count", "last"], _choice("max", "min", "mean", "sum", "count", "last")
    ]
    scope: Annotated[Literal["event", "area"], _choice("event", "area")]
    label: Label | None = None
    unit: TextStr | None = None


def _read_scalar(value: Any) -> Any:
    read_text(value)
    return value


class ParameterValue(Entry):
    """One value of a parameter and the date from which it stands."""

    from_: Date = Field(alias="from")
    # Stays raw: its type is that of the facts it is compared with.
    value: Annotated[Any, PlainValidator(_read_scalar), shape("scalar")]
    source: Texts = ()


class ParameterEntry(Entry):
    """A dated value that conditions use as `{param: name}` (semantics §3.4)."""

    values: Annotated[tuple[ParameterValue, ...], Field(min_length=1)]
    unit: TextStr | None = None
    label: Label | None = None


Offset = Annotated[Int, bounded(-99, 0, say("range.not_positive"))]


class Implies(Entry):
    """Whoever holds A at level a holds `competency` at a + offset, for certain."""

    competency: IdStr
    level_offset: Offset = 0


class Substitutes(Entry):
    """Whoever holds A at level a counts as `for` at a + offset, with a strength below 1."""

    for_: IdStr = Field(alias="for")
    strength: Annotated[
        Number, bounded(0, Fraction(999_999, 1_000_000), say("range.inside", low=0, high=1), open_low=True)
    ]
    level_offset: Offset = 0


class Competency(Entry):
    """Something an officer can do, at levels 1..`levels`."""

    label: Label | None = None
    levels: Level = 5
    implies: tuple[Implies, ...] = ()
    substitutes: tuple[Substitutes, ...] = ()
    source: Texts = ()


class Requirement(Entry):
    """A competency that a duty asks for; `evidence` asks for any one of the listed kinds."""

    competency: IdStr
    level: Level = 1
    strict: Bool = False
    evidence: Texts = ()


class Duty(Entry):
    """A kind of emergency work."""

    label: Label | None = None
    class_: Annotated[Literal["life_safety", "essential", "support"], _choice(*DUTY_CLASSES)] = Field(alias="class")
    priority: Priority
    cluster: TextStr | None = None
    tags: Texts = ()
    requires: tuple[Requirement, ...] = ()
    source: Texts = ()


class DutySelector(Entry):
    """Which duties a rule is about: listed ids, a class, or a tag."""

    ids: tuple[str, ...] = ()
    class_: str | None = None
    tag: str | None = None

    def matches(self, duty_id: str, duty: Duty) -> bool:
        """Whether the rule is about the duty."""
        if self.class_ is not None:
            return duty.class_ == self.class_
        return self.tag in duty.tags if self.tag is not None else duty_id in self.ids


def _one_key(value: Map, allowed: tuple[str, ...], example: str) -> str:
    if len(value) != 1 or next(iter(value)) not in allowed:
        found = "`{" + listed(value) + "}`"
        wanted = say("wanted.selector", example=example)
        raise complain("E203", found=found, wanted=wanted, at=tuple(k for k in value if k not in allowed)[:1])
    return next(iter(value))


def _read_ids(value: Any, wanted: Text) -> tuple[str, ...]:
    items = as_list(value)
    if not isinstance(items, list) or not items:
        raise complain("E203", found=shown(value), wanted=wanted)
    return tuple(read_part(read_id, items, index) for index in range(len(items)))


def _read_duty_selector(value: Any) -> DutySelector:
    if isinstance(value, DutySelector):
        return value
    if isinstance(value, Map):
        key = _one_key(value, ("class", "tag"), "{class: …} / {tag: …}")
        if key == "class":
            return DutySelector(class_=_chosen(value, key, DUTY_CLASSES))
        return DutySelector(tag=read_part(read_id, value, key))
    return DutySelector(ids=_read_ids(value, say("wanted.duties")))


def _chosen(value: Map, key: str, options: tuple[str, ...]) -> str:
    given = value[key]
    if isinstance(given, Scalar) and given.text in options:
        return given.text
    raise complain("E206", found=shown(given), wanted=say("range.one_of", options=", ".join(options)), at=(key,))


class UnitSelector(Entry):
    """Which units a `protect` rule is about: listed ids, a service class, or a tag."""

    ids: tuple[str, ...] = ()
    service_class: str | None = None
    tag: str | None = None

    def matches(self, unit_id: str, service_class: str | None, tags: frozenset[str]) -> bool:
        """Whether the rule protects the unit; an unknown service class falls under every class (semantics §5.8)."""
        if self.service_class is not None:
            return service_class is None or service_class == self.service_class
        return self.tag in tags if self.tag is not None else unit_id in self.ids


def _read_unit_selector(value: Any) -> UnitSelector:
    if isinstance(value, UnitSelector):
        return value
    if isinstance(value, Map):
        key = _one_key(value, ("service_class", "tag"), "{service_class: …} / {tag: …}")
        if key == "tag":
            return UnitSelector(tag=read_part(read_id, value, key))
        return UnitSelector(service_class=_chosen(value, key, SERVICE_CLASSES))
    return UnitSelector(ids=_read_ids(value, say("wanted.units")))


DutyChoice = Annotated[DutySelector, PlainValidator(_read_duty_selector), shape("duties")]
UnitChoice = Annotated[UnitSelector, PlainValidator(_read_unit_selector), shape("units")]


class Effective(Entry):
    """When a rule is law: from `from` (included) to `until` (excluded)."""

    from_: Date | None = Field(default=None, alias="from")
    until: Date | None = None
    # From (included) to (excluded): when other rules stand in its place. Settled when all rules are read.
    _gaps: tuple[tuple[date, date], ...] = PrivateAttr(default=())

    @model_validator(mode="after")
    def _in_order(self) -> Effective:
        if self.from_ is not None and self.until is not None and self.until <= self.from_:
            wanted = say("range.after", date=self.from_)
            raise complain("E206", found=f"`{self.until}`", wanted=wanted, at=("until",))
        return self

    def without(self, others: Iterable[Effective]) -> Effective:
        """Return it with the days taken out on which other rules stand in its place (semantics §5.11)."""
        cut = self.model_copy()
        cut._gaps = tuple(  # noqa: SLF001 - its own copy
            sorted({(_first(o), _end(o)) for o in others})
        )
        return cut

    @property
    def gaps(self) -> tuple[tuple[date, date], ...]:
        """The times in which other rules stand in its place, from (included) to (excluded)."""
        return self._gaps

    @property
    def spans(self) -> tuple[tuple[date, date], ...]:
        """The unbroken times in which the rule is law, from (included) to (excluded)."""
        spans, start = [], _first(self)
        for begin, end in self._gaps:
            spans.append((start, min(begin, _end(self))))
            start = max(start, end)
        spans.append((start, _end(self)))
        return tuple((first, end) for first, end in spans if first < end)

    def is_dated(self, day: date) -> bool:
        """Whether a day lies within its own dates, whoever stands in its place."""
        return (self.from_ is None or self.from_ <= day) and (self.until is None or day < self.until)

    def covers(self, day: date) -> bool:
        """Whether the rule is law on that day."""
        return self.covers_all(day, day)

    def covers_all(self, first: date, last: date) -> bool:
        """Whether the rule is law on every day from first to last."""
        if self._gaps:
            return any(begin <= first and last < end for begin, end in self.spans)
        return (self.from_ is None or first >= self.from_) and (self.until is None or last < self.until)

    def covers_any(self, first: date, last: date) -> bool:
        """Whether the rule is law on a day from first to last."""
        if self._gaps:
            return any(begin <= last and first < end for begin, end in self.spans)
        return (self.from_ is None or self.from_ <= last) and (self.until is None or first < self.until)


def _first(effective: Effective) -> date:
    return effective.from_ or date.min


def _end(effective: Effective) -> date:
    return effective.until or date.max


def _read_note(value: Any) -> Any:
    """Read a note: plain text, or a label in both languages."""
    return value if isinstance(value, (Map, Label)) else Label(id=read_text(value), en=read_text(value))


def _keys_given(rule: Entry, info: ValidationInfo) -> frozenset[str] | None:
    """Return the keys that stand in the file, faulty ones included; None where their form is not to be judged."""
    left_out: frozenset[str] | None = getattr(info.context, "left_out", frozenset())
    return None if left_out is None else left_out | {name.rstrip("_") for name in rule.model_fields_set}


def _misfit(rule: RuleBase, problem: Text, *at: str) -> PydanticCustomError:
    return complain("E209", where=say("word.named", word=say("word.rule"), name=rule.id), problem=problem, at=at)


class RuleBase(Entry):
    """The common keys of every rule (semantics §5.1)."""

    permissive: ClassVar[bool] = False

    id: IdStr
    label: Label | None = None
    source: Texts = ()
    effective: Effective = Effective()
    replaces: Ids = ()
    note: Annotated[Label, BeforeValidator(_read_note), shape("note")] | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain_kind(cls, value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("kind"), Scalar):
            return {**value, "kind": value["kind"].text}
        return value


class Escalate(RuleBase):
    """Derives event facts, or recommends a phase (semantics §5.2)."""

    permissive: ClassVar[bool] = True
    kind: Literal["escalate"] = "escalate"
    when: WhenOfEvent = ALWAYS
    # Raw values at first; `checks.settle_escalate` gives them the types of their facts.
    set: Annotated[Mapping[str, Any], shape("set_facts")] = Field(default_factory=dict)
    recommend: Annotated[Mapping[str, Any], shape("recommend_facts")] = Field(default_factory=dict)


class Per(Entry):
    """`add` seats for each begun `each` of a fact."""

    fact: TextStr
    each: Annotated[Number, bounded(0, 10**12, say("range.above", low=0), open_low=True)]
    add: Annotated[Int, bounded(0, 100_000, _NOT_NEGATIVE)]


class Seats(Entry):
    """How many people a demand takes."""

    base: Count = 0
    per: Per | None = None
    minimum: Count = 1
    max: Count | None = None

    def at(self, value: int | Fraction | None) -> int:
        """Return base + add × ceil(value ÷ each), at most max; the base where the fact is unknown (semantics §5.3)."""
        count = self.base
        if self.per is not None and value is not None:
            count += self.per.add * -(-Fraction(value) // self.per.each)
        return count if self.max is None else min(count, self.max)


class Shift(Entry):
    """A daily turn: start and length in hours."""

    id: IdStr
    from_: Clock = Field(alias="from")
    hours: Annotated[Number, bounded(0, 24, say("range.above_to", low=0, high=24), open_low=True)]


class Activate(RuleBase):
    """Makes demand (semantics §5.3)."""

    permissive: ClassVar[bool] = True
    kind: Literal["activate"] = "activate"
    duty: IdStr
    each: Annotated[Literal["event", "area"], _choice("event", "area")]
    level: TextStr | None = None
    when: WhenAnywhere = ALWAYS
    seats: Seats
    shifts: tuple[Shift, ...] = ()


class Prioritise(RuleBase):
    """Adds to the priority of a demand (semantics §5.4)."""

    permissive: ClassVar[bool] = True
    kind: Literal["prioritise"] = "prioritise"
    duty: DutyChoice | None = None
    when: WhenAnywhere = ALWAYS
    add: Annotated[Int, bounded(-8, 8, say("range.count", low=-8, high=8))]


class Cover(RuleBase):
    """Widens who may do a duty (semantics §5.5)."""

    permissive: ClassVar[bool] = True
    kind: Literal["cover"] = "cover"
    duty: DutyChoice | None = None
    when: WhenAnywhere = ALWAYS
    who: Who | None = None
    by: Annotated[Literal["substitution", "standard"], _choice("substitution", "standard")] | None = None
    strength: Strength | None = None
    for_: Ids = Field(default=(), alias="for")
    max_hops: Annotated[Int, bounded(1, 10, say("range.count", low=1, high=10))] = 1
    min_strength: Strength | None = None
    max_share: Share | None = None
    at_least: Count = 0
    overrides: Ids = ()
    waives: Ids = ()

    @model_validator(mode="after")
    def _one_form(self, info: ValidationInfo) -> Cover:
        given = _keys_given(self, info)
        if given is None or (self.by is None and "by" in given):
            return self
        form, needs, unfit = _COVER_FORMS[self.by]
        if form not in given:
            raise _misfit(self, say("cover.no_form"))
        if needs not in given:
            raise _misfit(self, say("cover.needs", form=f"by: {self.by}" if self.by else form, key=needs), form)
        wrong = [key for key in unfit if key in given]
        if wrong:
            keys = ", ".join(f"`{key}`" for key in wrong)
            raise _misfit(self, say("cover.misplaced", form=f"by: {self.by}" if self.by else form, keys=keys), wrong[0])
        if "at_least" in given and "max_share" not in given:
            raise _misfit(self, say("cover.needs", form="at_least", key="max_share"), "at_least")
        return self


# By the value of `by`: the key that makes the form, what must stand beside it, and what cannot.
_COVER_FORMS: Mapping[str | None, tuple[str, str, tuple[str, ...]]] = {
    None: ("who", "strength", ("max_hops", "min_strength")),
    "substitution": ("by", "min_strength", ("strength", "for")),
    "standard": ("by", "overrides", ("strength", "for", "max_hops", "min_strength", "waives")),
}


IfUnknown = Annotated[Literal["refuse", "confirm"], _choice("refuse", "confirm")]
ConfirmPoints = Annotated[Int, bounded(0, 100_000, _NOT_NEGATIVE)]


class Forbid(RuleBase):
    """Refuses the pair where `who` is not false (semantics §5.6)."""

    kind: Literal["forbid"] = "forbid"
    duty: DutyChoice | None = None
    when: WhenAnywhere = ALWAYS
    who: Who
    absolute: Bool = False
    if_unknown: IfUnknown = "refuse"
    confirm_points: ConfirmPoints = 200


class Limit(RuleBase):
    """Refuses the pair where `must` is not true (semantics §5.7)."""

    kind: Literal["limit"] = "limit"
    duty: DutyChoice | None = None
    when: WhenAnywhere = ALWAYS
    must: Must
    absolute: Bool = False
    if_unknown: IfUnknown = "refuse"
    confirm_points: ConfirmPoints = 200


class Keep(Entry):
    """How many officers stay in the unit: a share, a number, or the larger of both."""

    share: Share | None = None
    at_least: Count | None = None

    @model_validator(mode="after")
    def _something(self) -> Keep:
        if self.share is None and self.at_least is None:
            raise complain("E209", where="`keep`", problem=say("keep.empty"))
        return self


class Protect(RuleBase):
    """Keeps part of a unit at its desks (semantics §5.8)."""

    kind: Literal["protect"] = "protect"
    unit: UnitChoice
    when: WhenOfEvent = ALWAYS
    who: WhoInUnit | None = None
    keep: Keep


class Include(Entry):
    """One person of a kind for every `per` people."""

    per: Positive
    who: Who | None = None
    qualified: Bool = False


class Team(RuleBase):
    """Says how a team must be made up (semantics §5.9)."""

    kind: Literal["team"] = "team"
    duty: DutyChoice | None = None
    when: WhenAnywhere = ALWAYS
    include: Include | None = None
    max_substitutes: Share | None = None
    at_least: Count = 0

    @model_validator(mode="after")
    def _something(self, info: ValidationInfo) -> Team:
        given = _keys_given(self, info)
        if given is None:
            return self
        if not given & {"include", "max_substitutes"}:
            raise _misfit(self, say("team.empty"))
        if "at_least" in given and "max_substitutes" not in given:
            raise _misfit(self, say("cover.needs", form="at_least", key="max_substitutes"), "at_least")
        return self


class Prefer(RuleBase):
    """Makes some assignments dearer or cheaper (semantics §5.10)."""

    kind: Literal["prefer"] = "prefer"
    duty: DutyChoice | None = None
    when: WhenAnywhere = ALWAYS
    who: Who | None = None
    points: Points | None = None
    minimise: TextStr | None = None
    weight: Weight | None = None
    if_unknown: Points | None = None

    @model_validator(mode="after")
    def _one_form(self, info: ValidationInfo) -> Prefer:
        given = _keys_given(self, info)
        if given is None:
            return self
        if ("points" in given) is ("minimise" in given):
            raise _misfit(self, say("prefer.one_of"), *(["points"] if "points" in given else []))
        form, needs = ("points", "who") if "points" in given else ("minimise", "weight")
        if needs not in given:
            raise _misfit(self, say("cover.needs", form=form, key=needs), form)
        if self.points == 0:
            raise _misfit(self, say("prefer.zero"), "points")
        wrong = [key for key in ("weight", "if_unknown") if key in given]
        if form == "points" and wrong:
            raise _misfit(self, say("prefer.misplaced"), wrong[0])
        return self

    @property
    def costs(self) -> bool:
        """Whether the rule is restrictive (semantics §4.3)."""
        return self.minimise is not None or (self.points or 0) > 0


AnyRule = Escalate | Activate | Prioritise | Cover | Forbid | Limit | Protect | Team | Prefer
DemandRule = Prioritise | Cover | Forbid | Limit | Team | Prefer

KINDS: tuple[str, ...] = (
    "escalate", "activate", "prioritise", "cover", "forbid", "limit", "protect", "team", "prefer",
)  # fmt: skip
RESERVED_KINDS: tuple[str, ...] = ("fair", "reward", "train", "rotate")


class GivenHolding(Entry):
    """A competency that the officer of a rule test holds."""

    competency: IdStr
    level: Level
    evidence: Texts = ()
    valid_until: Date | None = None


class Given(Entry):
    """The facts of a rule test; everything not given is missing.

    Raw at first; `test_checks` gives the values the types of their facts. `officer` may hold `holdings`, then a tuple
    of `GivenHolding`; `area` may say `within`, then the ids of the areas around it, nearest first.
    """

    event: Mapping[str, Any] = Field(default_factory=dict)
    area: Mapping[str, Any] = Field(default_factory=dict)
    officer: Mapping[str, Any] = Field(default_factory=dict)
    unit: Mapping[str, Any] = Field(default_factory=dict)
    pair: Mapping[str, Any] = Field(default_factory=dict)
    measure: Mapping[str, Any] = Field(default_factory=dict)


def _read_true(value: Any) -> bool:
    if not read_bool(value):
        raise complain("E206", found=shown(value), wanted=say("range.one_of", options="true"))
    return True


class Granted(Entry):
    """On what ground the officer of a rule test may take a demand: any, the full standard, or a cover rule."""

    standard: Annotated[bool, PlainValidator(_read_true)] = False
    rule: IdStr | None = None
    strength: Strength | None = None


class Refusal(Entry):
    """What keeps the officer of a rule test from a demand: rules that stop the pair, facts that are missing.

    Both name what must be among it; there may be more.
    """

    by: Ids = ()
    missing: Texts = ()


class Expect(Entry):
    """What must come out of a rule test; raw at first, as `Given` is.

    `acts` and `idle` name rules that must act, or must not, on the facts given.
    """

    event: Mapping[str, Any] = Field(default_factory=dict)
    seats: Mapping[str, Any] = Field(default_factory=dict)
    eligible: Mapping[str, Any] = Field(default_factory=dict)
    refused: Mapping[str, Any] = Field(default_factory=dict)
    acts: Ids = ()
    idle: Ids = ()


class RuleTest(Entry):
    """A sentence that the rulebook must satisfy (semantics §5.12)."""

    name: Label
    now: Moment
    given: Given
    expect: Expect
