"""What letters say that no plan knows: letterhead, numbers, whom to report to, how to object (semantics §12.8).

The file is `asn-flex/letters/1`. Everything in it may be left out; what is missing is a dotted line in the letters, to
be filled in by hand, and is told.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asn_flex.errors import Diagnostic, InputError, Lang, Place
from asn_flex.i18n import fault, nearest, say, visible
from asn_flex.letters.approval import Signer
from asn_flex.rulebook.tree import Map, Node, Scalar, Seq, Spot, parse_yaml

FORMAT = "asn-flex/letters/1"
EVERYWHERE = "*"
MAX_BYTES = 1024**2
_FIELDS = re.compile(r"\{([^{}]*)\}")
NUMBER_FIELDS = ("n", "month", "year")
_TEXTS = ("agency", "office", "address", "city", "number")
_EXAMPLES = {
    "agency": "PEMERINTAH KOTA …",
    "office": "SEKRETARIAT DAERAH",
    "address": "Jalan …",
    "city": "…",
    "number": '"800.1.11.1/{n}/SETDA/{month}/{year}"',
    "first_number": "1",
    "signer": '{name: …, post: Sekretaris Daerah, rank: …, nip: "…"}',
    "report_to": '{"*": "Posko utama, telepon …"}',
    "objection": "{to: …, hours: 24}",
    "basis": "[…]",
    "copies": "[…]",
}
_KEYS = ("format", *_TEXTS, "first_number", "signer", "report_to", "objection", "basis", "copies")


@dataclass(frozen=True)
class LetterSettings:
    """The agency's own words in letters.

    Attributes
    ----------
    agency, office, address : the letterhead, line by line
    city : where orders are signed
    number : pattern of numbers: `{n}` counts from `first_number`, `{month}` is the month in Roman numerals, `{year}`
    signer : who signs while nobody has approved
    report_to : whom to report to, by demand, by duty, or `*` for all others
    objection_to, objection_hours : to whom an officer objects, and within how many hours of the order
    basis : further lines of the legal basis
    copies : who gets a copy of the orders
    """

    agency: str | None = None
    office: str | None = None
    address: str | None = None
    city: str | None = None
    number: str | None = None
    first_number: int = 1
    signer: Signer | None = None
    report_to: Mapping[str, str] = field(default_factory=dict)
    objection_to: str | None = None
    objection_hours: int | None = None
    basis: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()


@dataclass
class _Reader:
    """The file that is being read, and what is wrong with it."""

    file: str
    found: list[Diagnostic] = field(default_factory=list)

    def report(self, key: str, spot: Spot, **values: Any) -> None:
        self.found.append(fault(key, Place(self.file, *spot), **values))

    def text(self, name: str, node: Node | None) -> str | None:
        if node is None or _is_empty(node):
            return None
        if not isinstance(node, Scalar):
            self.report("L102", node.spot, name=name, wanted=say("letter.wanted.text"))
            return None
        return visible(" ".join(node.text.split())) or None

    def whole(self, name: str, node: Node | None) -> int | None:
        if node is None or _is_empty(node):
            return None
        value = node.as_int if isinstance(node, Scalar) else None
        if value is None or not 0 < value < 10**6:
            self.report("L102", node.spot, name=name, wanted=say("letter.wanted.whole"))
            return None
        return value

    def texts(self, name: str, node: Node | None) -> tuple[str, ...]:
        if node is None or _is_empty(node):
            return ()
        if not isinstance(node, Seq):
            self.report("L102", node.spot, name=name, wanted=say("letter.wanted.texts"))
            return ()
        return tuple(text for item in node if (text := self.text(name, item)) is not None)

    def keyed(self, name: str, node: Node | None, known: tuple[str, ...] | None) -> Map:
        """Return a mapping; keys that it may not have are reported (None: it may have any)."""
        if node is None or _is_empty(node):
            return Map((1, 1))
        if not isinstance(node, Map):
            self.report("L102", node.spot, name=name, wanted=say("letter.wanted.map"))
            return Map((1, 1))
        for key in node if known is not None else ():
            if key not in (known or ()):
                hint = nearest(key, [k for k in known or () if k not in node])
                self.report("L101", node.key_spots[key], name=key, where=name, hint=hint)
        return node


def _is_empty(node: Node) -> bool:
    return isinstance(node, Scalar) and node.is_null


def read_settings(path: str | Path, *, is_known: Callable[[str], bool] = lambda _: True) -> LetterSettings:
    """Read the settings of letters.

    Parameters
    ----------
    path : the YAML file
    is_known : whether a key of `report_to` is a demand or duty

    Raises
    ------
    InputError
        With every fault of the file, each at its place.

    References
    ----------
    docs/semantics.md §12.8.
    """
    name = Path(path).as_posix()
    start = Place(name, 1, 1)
    try:
        content = Path(path).read_bytes()[:MAX_BYTES].decode("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "UTF-8?"
        raise InputError([fault("L103", start, problem=reason)]) from None
    tree, found = parse_yaml(content, name)
    if found:
        raise InputError(found)
    given = tree.get("format") if isinstance(tree, Map) else None
    if not isinstance(tree, Map) or not isinstance(given, Scalar) or given.text != FORMAT:
        raise InputError([fault("L103.format", start, format=FORMAT)])
    reader = _Reader(name)
    settings = _read(tree, reader, is_known)
    if reader.found:
        raise InputError(reader.found)
    return settings


def _read(tree: Map, reader: _Reader, is_known: Callable[[str], bool]) -> LetterSettings:
    reader.keyed("letters", tree, _KEYS)
    texts = {name: reader.text(name, tree.get(name)) for name in _TEXTS}
    number = texts["number"]
    unknown = [f for f in _FIELDS.findall(number or "") if f not in NUMBER_FIELDS]
    if unknown:
        reader.report("L102", tree["number"].spot, name="number", wanted=say("letter.wanted.number"))
    who = reader.keyed("signer", tree.get("signer"), ("name", "post", "rank", "nip"))
    named = {key: reader.text(f"signer.{key}", who.get(key)) for key in ("name", "post", "rank", "nip")}
    signer = Signer(named["name"] or "", named["post"], named["rank"], named["nip"]) if any(named.values()) else None
    told = reader.keyed("report_to", tree.get("report_to"), None)
    for key in told:
        if key != EVERYWHERE and not is_known(key):
            reader.report("L104", told.key_spots[key], name=key)
    report_to = {key: reader.text(f"report_to.{key}", node) for key, node in told.items()}
    objection = reader.keyed("objection", tree.get("objection"), ("to", "hours"))
    return LetterSettings(
        **texts,
        first_number=reader.whole("first_number", tree.get("first_number")) or 1,
        signer=signer,
        report_to={key: text for key, text in report_to.items() if text is not None},
        objection_to=reader.text("objection.to", objection.get("to")),
        objection_hours=reader.whole("objection.hours", objection.get("hours")),
        basis=reader.texts("basis", tree.get("basis")),
        copies=reader.texts("copies", tree.get("copies")),
    )


def settings_text(lang: Lang) -> str:
    """Return settings to be filled in, with a comment for every key."""
    lines = [f"format: {FORMAT}", *(f"# {line}" for line in _comment("begin", lang))]
    for key, example in _EXAMPLES.items():
        lines += ["", *(f"# {line}" for line in _comment(key, lang)), f"# {key}: {example}"]
    return "\n".join(lines) + "\n"


def _comment(key: str, lang: Lang) -> list[str]:
    return textwrap.wrap(say(f"letter.settings.{key}").in_lang(lang), 110)


def number_text(settings: LetterSettings, index: int, *, month: int, year: int) -> str | None:
    """Return the number of the `index`-th order (from 0); None where no pattern is given."""
    if settings.number is None:
        return None
    roman = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")[month - 1]
    values = {"n": str(settings.first_number + index), "month": roman, "year": str(year)}
    # Not `str.format`: a pattern could reach into objects.
    return _FIELDS.sub(lambda found: values.get(found[1], found[0]), settings.number)
