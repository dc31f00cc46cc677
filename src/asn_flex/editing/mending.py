"""`fix`: applies the safe mend of each finding that has one, and takes back what does not help (semantics §12.2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from asn_flex.errors import Diagnostic, Repair, RulebookError
from asn_flex.i18n import fault
from asn_flex.rulebook.loader import build_rulebook
from asn_flex.rulebook.slips import position_of

# Each round mends something; this many rounds on one rulebook mean that mends undo each other.
_MOST_ROUNDS = 100

Files = Mapping[str, bytes]
Check = Callable[[Files], Sequence[Diagnostic]]


@dataclass(slots=True)
class Mended:
    """What `fix` makes of the files of a rulebook.

    Attributes
    ----------
    changed : the new bytes of each file that was mended
    done : the findings that were mended, in the order of the work, each with its repair
    taken_back : mends that did not help, one finding each
    left : what `check` finds in the end
    """

    changed: dict[str, bytes] = field(default_factory=dict)
    done: list[Diagnostic] = field(default_factory=list)
    taken_back: list[Diagnostic] = field(default_factory=list)
    left: tuple[Diagnostic, ...] = ()


def findings_of(files: Files) -> Sequence[Diagnostic]:
    """Return what the reader of rule files finds."""
    try:
        return build_rulebook(files).warnings
    except RulebookError as error:
        return error.diagnostics


def mend_files(files: Files, *, check: Check = findings_of, closed: Iterable[str] = ()) -> Mended:
    """Mend rule files until nothing is left that has a safe mend.

    Parameters
    ----------
    files : content of each file by the name that messages use for it
    check : what finds faults in them
    closed : files that may not be changed

    References
    ----------
    docs/semantics.md §12.2.
    """
    work = _Work(dict(files), check, frozenset(closed))
    for _ in range(_MOST_ROUNDS):
        wanted = work.wanted()
        if not wanted:
            break
        # All at once; where that adds a finding, one by one to see whose fault it is.
        if not work.tries(_apart(wanted)):
            for diagnostic in wanted:
                if not work.tries([diagnostic]):
                    work.take_back(diagnostic)
    work.result.changed = {name: content for name, content in work.files.items() if content != files[name]}
    work.result.left = tuple(work.found)
    return work.result


class _Work:
    """Files as they stand, and what is found in them."""

    def __init__(self, files: dict[str, bytes], check: Check, closed: frozenset[str]) -> None:
        self.files = files
        self.check = check
        self.closed = closed
        self.found = check(files)
        self.result = Mended()
        self.refused: set[tuple[str, str, Repair]] = set()

    def wanted(self) -> list[Diagnostic]:
        """Return the findings that have a mend which has not failed yet, in order of place; form before content."""
        found = [
            d
            for d in sorted(self.found, key=lambda d: d.place)
            if d.repair is not None and d.place.file not in self.closed and _key(d) not in self.refused
        ]
        return [d for d in found if _is_formal(d)] or found

    def tries(self, batch: Sequence[Diagnostic]) -> bool:
        """Apply the mends of a batch; keep them only if their findings go and no error comes instead."""
        files = dict(self.files)
        for diagnostic in sorted(batch, key=lambda d: d.repair.place if d.repair else d.place, reverse=True):
            assert diagnostic.repair is not None  # noqa: S101 - only those are wanted
            name = diagnostic.repair.place.file
            mended = _applied(files[name], diagnostic.repair)
            if mended is None:
                return False
            files[name] = mended
        found = self.check(files)
        if not _helps(batch, self.found, found):
            return False
        self.files, self.found = files, found
        self.result.done += batch
        return True

    def take_back(self, diagnostic: Diagnostic) -> None:
        """Remember that a mend does not help."""
        self.refused.add(_key(diagnostic))
        assert diagnostic.repair is not None  # noqa: S101 - only those are wanted
        self.result.taken_back.append(
            fault("U114", diagnostic.place, code=diagnostic.code, old=diagnostic.repair.old, new=diagnostic.repair.new)
        )


def _key(diagnostic: Diagnostic) -> tuple[str, str, Repair]:
    assert diagnostic.repair is not None  # noqa: S101 - only those are wanted
    return diagnostic.code, diagnostic.text.en, diagnostic.repair


def _apart(wanted: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return one mend for each line: what stands beside it moves."""
    lines: dict[tuple[str, int], Diagnostic] = {}
    below: dict[str, int] = {}
    for diagnostic in wanted:
        repair = diagnostic.repair
        if repair is not None and repair.place.line > below.get(repair.place.file, 0):
            below[repair.place.file] = repair.place.line + repair.old.count("\n")
            lines[repair.place.file, repair.place.line] = diagnostic
    return list(lines.values())


def _applied(content: bytes, repair: Repair) -> bytes | None:
    """Return the file with `new` where `old` stood; None where something else stands there."""
    mark = b"\xef\xbb\xbf" if content.startswith(b"\xef\xbb\xbf") else b""
    text = content.decode("utf-8-sig")
    at = position_of(text, repair.place)
    if at is None:
        return None
    if not text.startswith(repair.old, at):
        # In quotes, which stay.
        at += 1
        if text[at - 1 : at] not in {"'", '"'} or not text.startswith(repair.old + text[at - 1], at):
            return None
    new = repair.new.replace("\n", "\r\n") if "\r\n" in text and "\r\n" not in repair.new else repair.new
    return mark + (text[:at] + new + text[at + len(repair.old) :]).encode()


def _helps(batch: Sequence[Diagnostic], before: Iterable[Diagnostic], after: Sequence[Diagnostic]) -> bool:
    """Whether the findings of a batch are gone, and no error came instead."""
    if not _is_formal(batch[0]):
        left, allowed = _errors(after), _errors(before)
        if left - allowed:
            return False
        gone = Counter((d.place.file, d.code, d.text.en) for d in batch)
        counted = Counter((d.place.file, d.code, d.text.en) for d in before)
        now = Counter((d.place.file, d.code, d.text.en) for d in after)
        return all(now[key] <= counted[key] - number for key, number in gone.items())
    # Once the form of a file is mended, what is in it is seen for the first time (E103: that it lacks its format); but
    # it must be read further.
    mended = {d.place.file: d.place.line for d in reversed(batch)}
    known = {(d.place, d.code) for d in before} - {(d.place, d.code) for d in batch}
    if {(d.place, d.code) for d in batch if d.code == "E103"} & {(d.place, d.code) for d in after}:
        return False
    # Several deceiving characters may stand in one line, where a mend moves those that are left.
    if not _letters_in(after) < _letters_in(before) and any(d.code == "E109" for d in batch):
        return False
    return not any(
        _is_formal(d)
        and d.code not in {"E103", "E109"}
        and (d.place, d.code) not in known
        and d.place.line <= mended.get(d.place.file, d.place.line)
        for d in after
    )


def _letters_in(found: Iterable[Diagnostic]) -> int:
    return sum(d.code == "E109" for d in found)


def _is_formal(diagnostic: Diagnostic) -> bool:
    return diagnostic.code.startswith("E1")


def _errors(found: Iterable[Diagnostic]) -> Counter[tuple[str, str, str]]:
    return Counter((d.place.file, d.code, d.text.en) for d in found if d.is_error)
