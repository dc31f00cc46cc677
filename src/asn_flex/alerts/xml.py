"""Reads an XML file that nobody vouches for, and holds it against the schema of CAP 1.2 (semantics §6.6).

Two readers take turns. The first (expat) builds nothing: it stops at a document type before a single entity is
declared, at a depth or number of elements that no alert has, and at an encoding that the two might read differently.
What passes has no entities left to expand and names no other file. The second (libxml2) then builds the tree, without
network and without document types, and validates it. Hints where a schema could be had are taken out first:
libxml2 would follow them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any
from xml.parsers import expat

from asn_flex.errors import Diagnostic, Place, UsageError
from asn_flex.i18n import fault, say

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
# BMKG's largest alerts (150 polygons) stay below half a MiB.
MAX_BYTES = 16 << 20
# An alert is 4 deep, its signature some 8.
MAX_DEPTH = 32
MAX_ELEMENTS = 200_000
MAX_TOLD = 20
_OLDER = re.compile(r"urn:oasis:names:tc:emergency:cap:(\d\.\d)|http://www\.incident\.com/cap/(1\.0)")
_ENCODINGS = frozenset({"utf-8", "utf-16", "us-ascii", "iso-8859-1", "windows-1252"})
_SCHEMA_HINTS = tuple(
    f"{{http://www.w3.org/2001/XMLSchema-instance}}{name}" for name in ("schemaLocation", "noNamespaceSchemaLocation")
)


class _Stopped(Exception):  # noqa: N818 - leaves expat's handlers, and never this module
    def __init__(self, key: str, **values: str | int) -> None:
        super().__init__(key)
        self.key, self.values = key, values


def needs_lxml() -> Any:
    """Return lxml's `etree`.

    Raises
    ------
    UsageError
        If lxml is not installed.
    """
    try:
        from lxml import etree  # noqa: PLC0415 - an extra, and alerts only
    except ImportError:
        raise UsageError(say("alerts.no_library", name="lxml")) from None
    return etree


def read_xml(content: bytes, file: str) -> tuple[Any | None, bool, list[Diagnostic]]:
    """Return the root of a valid CAP 1.2 alert without its signature, whether it was signed, and every fault.

    Parameters
    ----------
    content : the bytes of the file
    file : how messages name it
    """
    if len(content) > MAX_BYTES:
        return None, False, [fault("A101.size", Place(file, 1, 1), limit=MAX_BYTES >> 20)]
    found = _scan(content, file)
    if found is not None:
        return None, False, [found]
    etree = needs_lxml()
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        return None, False, [fault("A102", Place(file, max(1, error.lineno or 1), 1))]
    wrong = _wrong_root(root, file)
    if wrong is not None:
        return None, False, [wrong]
    signatures = root.findall(SIGNATURE)
    for signature in signatures:
        root.remove(signature)
    for element in root.iter():
        for hint in _SCHEMA_HINTS:
            element.attrib.pop(hint, None)
    schema = _schema()
    if schema.validate(root):
        return root, bool(signatures), []
    return None, bool(signatures), _told(schema.error_log, file)


@cache
def _schema() -> Any:
    etree = needs_lxml()
    source = (files("asn_flex") / "schemas" / "cap12.xsd").read_bytes()
    return etree.XMLSchema(etree.fromstring(source, etree.XMLParser(resolve_entities=False, no_network=True)))


# ---- the first reader ----------------------------------------------------------------------------


def _scan(content: bytes, file: str) -> Diagnostic | None:
    """Return why the file must not be read by a reader that builds trees, or None."""
    parser = expat.ParserCreate()
    open_elements = seen = 0

    def begin(name: str, attributes: object) -> None:
        nonlocal open_elements, seen
        del name, attributes
        open_elements, seen = open_elements + 1, seen + 1
        if open_elements > MAX_DEPTH:
            raise _Stopped("A102.depth", depth=MAX_DEPTH)
        if seen > MAX_ELEMENTS:
            raise _Stopped("A102.many", limit=MAX_ELEMENTS)

    def end(name: str) -> None:
        nonlocal open_elements
        del name
        open_elements -= 1

    parser.XmlDeclHandler = _check_encoding
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    try:
        parser.Parse(content, True)
    except _Stopped as stopped:
        place = Place(file, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)
        return fault(stopped.key, place, hint=None, **stopped.values)
    except expat.ExpatError as error:
        return _ill_formed(error, content, file)
    except (ValueError, LookupError):
        # An encoding that Python does not know, or not as one byte a letter.
        return fault("A102.encoding", Place(file, 1, 1), found="?", known=", ".join(sorted(_ENCODINGS)))
    return None


def _check_encoding(version: str, encoding: str | None, standalone: int) -> None:
    del version, standalone
    if encoding is not None and encoding.lower() not in _ENCODINGS:
        raise _Stopped("A102.encoding", found=encoding, known=", ".join(sorted(_ENCODINGS)))


def _refuse_doctype(name: str, system: str | None, public: str | None, internal: int) -> None:
    del name, system, public, internal
    raise _Stopped("A102.doctype")


_CUT_SHORT = frozenset(
    expat.errors.codes[text]
    for text in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    )
)
_TAGS = expat.errors.codes[expat.errors.XML_ERROR_TAG_MISMATCH]
_UNKNOWN_ENTITY = expat.errors.codes[expat.errors.XML_ERROR_UNDEFINED_ENTITY]


def _ill_formed(error: expat.ExpatError, content: bytes, file: str) -> Diagnostic:
    place = Place(file, max(1, error.lineno), max(1, error.offset + 1))
    if error.code in _CUT_SHORT:
        return fault("A102.empty" if not content.strip() else "A102.cut", place)
    if error.code == _TAGS:
        return fault("A102.tag", place)
    if error.code == _UNKNOWN_ENTITY:
        return fault("A102.entity", place)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as bad:
        if not content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return fault("A102.utf8", Place(file, content.count(b"\n", 0, bad.start) + 1, 1))
    return fault("A102", place)


# ---- what the schema says ------------------------------------------------------------------------


def _wrong_root(root: Any, file: str) -> Diagnostic | None:
    if root.tag == f"{{{NAMESPACE}}}alert":
        return None
    place = Place(file, root.sourceline or 1, 1)
    space, _, name = str(root.tag).rpartition("}")
    space = space.lstrip("{")
    older = _OLDER.fullmatch(space)
    if older is not None and name == "alert":
        return fault("A103.version", place, found=older[1] or older[2])
    return fault("A103", place, found=name, namespace=space or "-", wanted=NAMESPACE)


_NAME = re.compile(r"Element '(?:\{[^}]*\})?([^']*)'")
_VALUE = re.compile(r"[Tt]he value '(.*?)' (?:is|has)|'(.*?)' is not a valid value", re.DOTALL)
_KNOWN = re.compile(r"of the set \{(.*?)\}\.?\s*$", re.DOTALL)
_WANTED = re.compile(r"Expected is (?:one of )?\((.*?)\)", re.DOTALL)


def _told(log: Iterable[Any], file: str) -> list[Diagnostic]:
    """Turn what libxml2 says into our own words: one fault for each element, however many lines it was worth."""
    found: dict[tuple[int, str], Diagnostic] = {}
    for entry in log:
        name = _first(_NAME, entry.message) or "?"
        if (entry.line, name) not in found and len(found) < MAX_TOLD:
            found[entry.line, name] = _in_words(entry, name, Place(file, max(1, entry.line), 1))
    return list(found.values())


def _in_words(entry: Any, name: str, place: Place) -> Diagnostic:
    value, known, wanted = (_first(pattern, entry.message) for pattern in (_VALUE, _KNOWN, _WANTED))
    if known is not None:
        return fault("A104.choice", place, name=name, found=value or "", known=known.replace("'", ""))
    if wanted is not None:
        names = ", ".join(re.findall(r"\}(\w+)", wanted))
        key = "A104.missing" if "Missing child" in entry.message else "A104.unexpected"
        return fault(key, place, name=name, wanted=names or "ds:Signature")
    if value is not None:
        return fault("A104.form", place, name=name, found=value)
    return fault("A104", place, name=name)


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return next((group for group in match.groups() if group is not None), None) if match is not None else None
