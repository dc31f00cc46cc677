"""`fmt`: rule files in canonical order and layout, and never another meaning (semantics §12.2)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from asn_flex.editing.layout import laid_out
from asn_flex.editing.pieces import take_apart
from asn_flex.errors import Diagnostic, Place, RulebookError
from asn_flex.i18n import fault
from asn_flex.rulebook.loader import build_rulebook
from asn_flex.rulebook.tree import Map, Node, Scalar, Seq, parse_yaml


@dataclass(frozen=True, slots=True)
class Formatted:
    """What `fmt` makes of the files of a rulebook.

    Attributes
    ----------
    changed : the new bytes of each file that is not in canonical form
    same : the files that are
    refused : why files were left alone, one finding each
    """

    changed: Mapping[str, bytes]
    same: tuple[str, ...]
    refused: tuple[Diagnostic, ...]


def format_files(files: Mapping[str, bytes], *, only: Collection[str] | None = None) -> Formatted:
    """Lay out rule files; a file with faults of form (E1…) is left as it is, a scenario is passed over.

    Parameters
    ----------
    files : content of each file by the name that messages use for it; a byte order mark and CRLF are not kept
    only : the files to lay out; the others are read only (those of a base that the rulebook extends)

    References
    ----------
    docs/semantics.md §12.2.
    """
    files = {name: content for name, content in files.items() if not is_scenario(content)}
    before, found = _meaning(files)
    refused = {d.place.file: fault("U110", d.place, code=d.code) for d in reversed(found) if d.code.startswith("E1")}
    changed: dict[str, bytes] = {}
    same: list[str] = []
    for name, content in sorted(files.items()):
        if name in refused or (only is not None and name not in only):
            continue
        text = format_text(content.decode("utf-8-sig"), name)
        if text is None:
            refused[name] = fault("U111", Place(name, 1, 1))
        elif text.encode() != content:
            changed[name] = text.encode()
        else:
            same.append(name)
    if changed and _meaning({**files, **changed})[0] != before:
        # INVARIANT: cannot happen, for each file reads as it did; but law is not changed by a formatter.
        refused |= {name: fault("U111", Place(name, 1, 1)) for name in changed}
        changed = {}
    return Formatted(changed, tuple(same), tuple(refused[name] for name in sorted(refused)))


_SCENARIO = re.compile(rb"^format: *[\"']?asn-flex/scenario/", re.MULTILINE)


def is_scenario(content: bytes) -> bool:
    """Whether a file is a `scenario.yaml`, which may stand in the same folder."""
    return _SCENARIO.search(content) is not None


def _meaning(files: Mapping[str, bytes]) -> tuple[str | None, tuple[Diagnostic, ...]]:
    """Return the digest of a rulebook, None where it has errors, with its findings."""
    try:
        rulebook = build_rulebook(files)
    except RulebookError as error:
        return None, error.diagnostics
    return rulebook.digest, rulebook.warnings


def format_text(text: str, file: str) -> str | None:
    """Return the canonical text of a rule file; None where it would not read as before.

    Parameters
    ----------
    text : the content of a file without faults of form; its lines may end in CRLF
    file : what messages call it

    Raises
    ------
    RulebookError
        If it is not YAML as rule files have it.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    tree, found = parse_yaml(text, file)
    if found or not isinstance(tree, Map):
        raise RulebookError(found or [fault("E107", Place(file, 1, 1))])
    pieces = take_apart(text)
    written = laid_out(pieces)
    again, found = parse_yaml(written, file)
    if found or again is None or not _same(tree, again):
        return None
    kept = take_apart(written)
    is_whole = kept.prefix == pieces.prefix and sorted(kept.comments) == sorted(pieces.comments)
    return written if is_whole else None


def _same(one: Node, other: Node) -> bool:
    """Whether two trees say the same; quotes count only where a value would be no text without them."""
    if isinstance(one, Map) and isinstance(other, Map):
        return one.keys() == other.keys() and all(_same(value, other[key]) for key, value in one.items())
    if isinstance(one, Seq) and isinstance(other, Seq):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, Scalar) and isinstance(other, Scalar):
        return one.text == other.text and (one.plain == other.plain or _is_text(one) == _is_text(other))
    return False


def _is_text(scalar: Scalar) -> bool:
    return not scalar.plain or (scalar.as_bool is None and scalar.as_number_text is None and not scalar.is_null)
