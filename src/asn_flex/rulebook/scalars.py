"""The field types of rule entries: how each reads a scalar of a rule file, and what it says when it cannot.

Every reader takes a `Scalar` from the tree, or the plain Python value when a caller builds entries in code.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler, PlainValidator, WithJsonSchema
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from asn_flex.domain.exact import number_text, parse_number
from asn_flex.domain.ids import is_id
from asn_flex.errors import Text
from asn_flex.i18n import say, with_hint
from asn_flex.messages import is_sentence
from asn_flex.rulebook.tree import Map, Scalar, Seq

T = TypeVar("T")

DATE_PATTERN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Days of 1954 to 2064 as spreadsheets count them.
_SERIAL = re.compile(r"[2-5][0-9]{4}")
_FIRST_OF_SPREADSHEETS = date(1899, 12, 30)
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_LONGEST = 60
_NOTHING = "``"


def complain(
    key: str,
    /,
    *,
    at: tuple[str | int, ...] = (),
    mend: tuple[str, str] | None = None,
    hint: Text | None = None,
    **values: object,
) -> PydanticCustomError:
    """Make a validation error that carries a sentence of the catalogue; `key` as in `i18n.fault`.

    `at` leads to the part of the entry where the fault stands, if it is not the entry as a whole; `mend` is what
    stands there and what should.
    """
    text = with_hint(say(variant(key, values.get("found")), **values), hint)
    return _carrying(key.split(".", 1)[0], text, at, mend)


def _carrying(
    code: str, text: Text, at: tuple[str | int, ...], mend: tuple[str, str] | None = None
) -> PydanticCustomError:
    return PydanticCustomError(code, "{en}", {"id": text.id, "en": text.en, "at": at, "mend": mend})


def read_part(reader: Callable[[Any], T], parent: Any, step: str | int) -> T:
    """Read one part of a value; a fault in it stands at the part."""
    try:
        return reader(parent[step])
    except PydanticCustomError as error:
        texts = error.context or {}
        raise _carrying(error.type, Text(texts["id"], texts["en"]), (step,)) from None


def variant(key: str, found: object) -> str:
    """Return the sentence that says `no value is given` where that is what was found."""
    empty = f"{key}.empty"
    return empty if found == _NOTHING and is_sentence(empty) else key


def shown(value: object) -> str:
    """Return input as it is quoted in messages, cut to a readable length."""
    if isinstance(value, Map):
        return "`{…}`" if value else "`{}`"
    if isinstance(value, Seq):
        return "`[…]`" if value else "`[]`"
    if isinstance(value, Scalar):
        # Quotes are shown where they are what makes the difference.
        return f"`{cut(value.text)}`" if value.is_text_anyway else f'`"{cut(value.text)}"`'
    return f"`{cut(str(value))}`"


def cut(text: str) -> str:
    """Return text of a readable length."""
    return f"{text[:_LONGEST]}…" if len(text) > _LONGEST else text


WANTED = {
    name: say(f"wanted.{name}")
    for name in ("text", "id", "int", "number", "bool", "date", "time", "moment", "map", "list", "label")
}


def _unfit(value: object, wanted: str) -> PydanticCustomError:
    return complain("E203", found=shown(value), wanted=WANTED[wanted])


def read_text(value: Any) -> str:
    """Read text; a plain scalar is its source text."""
    if isinstance(value, Scalar) and not value.is_null:
        return value.text
    if isinstance(value, str):
        return value
    raise _unfit(value, "text")


def read_id(value: Any) -> str:
    """Read an id; a plain scalar is its source text (`12.10` stays `12.10`)."""
    if not isinstance(value, (Scalar, str)) or (isinstance(value, Scalar) and value.is_null):
        raise _unfit(value, "id")
    text = value.text if isinstance(value, Scalar) else value
    if not is_id(text):
        plain = with_hyphens(text)
        mend = (text, plain) if plain is not None else None
        raise complain("E208", found=cut(text), hint=hyphen_hint(plain), mend=mend)
    return text


_DECIMAL_COMMA = re.compile(r"[0-9]+,[0-9]+\s*%?")
# What word processors make of a hyphen.
_DASHES = re.compile("[\u2010-\u2015\u2212]")


def with_hyphens(text: str) -> str | None:
    """Return the id that only a dash keeps from being one; None for any other text."""
    plain = _DASHES.sub("-", text)
    return plain if plain != text and is_id(plain) else None


def hyphen_hint(plain: str | None) -> Text | None:
    """Return the id that was meant, as a hint."""
    return say("hint.hyphen", name=cut(plain)) if plain is not None else None


def read_int(value: Any) -> int:
    """Read a whole number."""
    whole = value.as_int if isinstance(value, Scalar) else value
    if isinstance(whole, int) and not isinstance(whole, bool):
        if abs(whole) >= 10**15:
            raise complain("E206", found=shown(value), wanted=say("range.below", high="10^15"))
        return whole
    raise _unfit(value, "int")


def read_number(value: Any) -> Fraction:
    """Read an exact decimal."""
    if isinstance(value, Scalar):
        text = value.as_number_text
        exact = parse_number(text) if text is not None else None
        if exact is not None:
            return exact
    elif isinstance(value, (int, Decimal, Fraction)) and not isinstance(value, bool):
        return Fraction(value)
    raise _unfit(value, "number")


def read_bool(value: Any) -> bool:
    """Read true or false."""
    result = value.as_bool if isinstance(value, Scalar) else value
    if isinstance(result, bool):
        return result
    raise _unfit(value, "bool")


def read_date(value: Any) -> date:
    """Read an ISO 8601 date."""
    if isinstance(value, Scalar):
        try:
            if DATE_PATTERN.fullmatch(value.text):
                return date.fromisoformat(value.text)
        except ValueError:
            raise complain("E203.day", found=shown(value)) from None
        if _SERIAL.fullmatch(value.text):
            day = _FIRST_OF_SPREADSHEETS + timedelta(days=int(value.text))
            raise complain("E203.serial", found=shown(value), date=day.isoformat())
    elif isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise _unfit(value, "date")


def read_moment(value: Any) -> datetime:
    """Read an ISO 8601 time with offset."""
    if isinstance(value, Scalar):
        try:
            moment = datetime.fromisoformat(value.text)
        except ValueError:
            raise _unfit(value, "moment") from None
        if moment.tzinfo is not None:
            return moment
    elif isinstance(value, datetime) and value.tzinfo is not None:
        return value
    raise _unfit(value, "moment")


def read_clock(value: Any) -> str:
    """Read a time of day, `HH:MM`."""
    text = value.text if isinstance(value, Scalar) else value
    if isinstance(text, str) and _TIME.fullmatch(text):
        return text
    raise _unfit(value, "time")


def read_share(value: Any) -> Fraction:
    """Read a share, written as a percentage: `40%` is 2/5."""
    if isinstance(value, Fraction):
        return value
    text = value.text.strip() if isinstance(value, Scalar) else value
    if not isinstance(text, str) or not text.endswith("%"):
        raise _no_percent(value)
    exact = parse_number(text[:-1].strip())
    if exact is None:
        raise _no_percent(value)
    if not 0 <= exact <= 100:
        raise complain("E206", found=shown(value), wanted=say("range.count", low="0%", high="100%"))
    return exact / 100


def _no_percent(value: Any) -> PydanticCustomError:
    text = value.text.strip() if isinstance(value, Scalar) else ""
    if _DECIMAL_COMMA.fullmatch(text):
        return complain("E207.comma", found=shown(value), mend=(text, _with_point(text)))
    exact = parse_number(text)
    if exact is not None and 0 < exact < 1:
        return complain("E207.fraction", found=shown(value), percent=f"{number_text(exact * 100)}%")
    return complain("E207", found=shown(value), mend=_with_percent(value))


def _with_point(text: str) -> str:
    point = text.replace(",", ".")
    return point if point.endswith("%") else f"{point}%"


def _with_percent(value: Any) -> tuple[str, str] | None:
    """Return a number without its `%`, and with it; of `0.4` and `1` nobody knows whether parts of one are meant."""
    exact = parse_number(value.text) if isinstance(value, Scalar) else None
    return (value.text, f"{value.text}%") if exact is not None and 1 < exact <= 100 else None


def as_list(value: Any) -> Any:
    """Let one value stand for a list of one."""
    if isinstance(value, (Scalar, str)):
        wrapped = Seq(getattr(value, "spot", (1, 1)))
        wrapped.append(value)  # type: ignore[arg-type]
        return wrapped
    return value


@dataclass(frozen=True)
class Bounds:
    """An annotation that refuses numbers outside low..high (or low itself with `open_low`)."""

    low: int | Fraction
    high: int | Fraction | None
    wanted: Text
    open_low: bool = False

    def check(self, value: Any) -> Any:
        """Return the value, if it lies within the bounds."""
        too_low = value < self.low or (self.open_low and value == self.low)
        if too_low or (self.high is not None and value > self.high):
            raise complain("E206", found=f"`{number_text(value)}`", wanted=self.wanted)
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        bounds: dict[str, Any] = {"exclusiveMinimum" if self.open_low else "minimum": _json_number(self.low)}
        if self.high is not None:
            bounds["maximum"] = _json_number(self.high)
        return {**handler(schema), **bounds}


def _json_number(value: int | Fraction) -> int | float:
    return int(value) if Fraction(value).denominator == 1 else float(value)


def bounded(low: int | Fraction, high: int | Fraction | None, wanted: Text, *, open_low: bool = False) -> Bounds:
    """Return an annotation that refuses numbers outside low..high (or low itself with `open_low`)."""
    return Bounds(low, high, wanted, open_low)


def shape(name: str) -> WithJsonSchema:
    """Name how a field looks in a file; `json_schema.SHAPES` holds what the JSON Schema says about it."""
    return WithJsonSchema({"$comment": name})


TextStr = Annotated[str, PlainValidator(read_text), shape("text")]
IdStr = Annotated[str, PlainValidator(read_id), shape("id")]
Int = Annotated[int, PlainValidator(read_int), shape("int")]
Number = Annotated[Fraction, PlainValidator(read_number), shape("number")]
Bool = Annotated[bool, PlainValidator(read_bool), shape("bool")]
Date = Annotated[date, PlainValidator(read_date), shape("date")]
Moment = Annotated[datetime, PlainValidator(read_moment), shape("moment")]
Clock = Annotated[str, PlainValidator(read_clock), shape("clock")]
Share = Annotated[Fraction, PlainValidator(read_share), shape("share")]
Ids = Annotated[tuple[IdStr, ...], BeforeValidator(as_list), shape("ids")]
Texts = Annotated[tuple[TextStr, ...], BeforeValidator(as_list), shape("texts")]
