"""`new rule`: puts the skeleton of a rule where rules of its kind stand, and that of its test with the tests."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

import yaml

from asn_flex.domain.ids import is_id
from asn_flex.editing.skeletons import KINDS_WITH_DUTY, Skeleton, rule_lines, test_lines
from asn_flex.errors import Lang, Place, UsageError
from asn_flex.i18n import nearest, say
from asn_flex.rulebook.loader import build_rulebook
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import FORMAT
from asn_flex.rulebook.tree import Map, Seq, parse_yaml

_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
# The file and the prefix of ids that a kind gets where the rulebook has no rule of it yet.
_HOMES: Mapping[str, tuple[str, str]] = {
    "escalate": ("10_situasi", "SIT-"),
    "activate": ("20_aktivasi", "ACT-"),
    "prioritise": ("30_prioritas", "PRI-"),
    "cover": ("40_pengganti", "COV-"),
    "forbid": ("50_larangan", "FRB-"),
    "limit": ("60_batas", "LIM-"),
    "protect": ("70_perlindungan", "PRO-"),
    "team": ("80_regu", "TIM-"),
    "prefer": ("90_preferensi", "PRF-"),
}


@dataclass(frozen=True, slots=True)
class Added:
    """A new rule.

    Attributes
    ----------
    changed : the new bytes of each file that changes, or that is new
    id : the rule's id
    rule : where it stands
    test : where the skeleton of its test stands
    """

    changed: Mapping[str, bytes]
    id: str
    rule: Place
    test: Place


def add_rule(
    files: Mapping[str, bytes], kind: str, *, folder: str | None, id_: str | None = None, duties: Sequence[str] = (),
    lang: Lang = "en",
) -> Added:  # fmt: skip
    """Add the skeleton of a rule: valid, but not in force before somebody takes out its line `effective`.

    Parameters
    ----------
    files : content of each file of the rulebook by its name
    kind : what kind of rule
    folder : where a new file may be made; None to use the given ones only
    id_ : the rule's id; by default the next one of those that rules of the kind have
    duties : the duties that it is about; by default the first one, as an example
    lang : language of its comments

    Raises
    ------
    RulebookError
        If the rulebook has errors.
    UsageError
        If the id is none or taken, a duty does not exist, or there is no place for the rule.

    References
    ----------
    docs/semantics.md §12.2.
    """
    rulebook = build_rulebook(files)
    skeleton = Skeleton(kind, _id_for(kind, id_, rulebook, files), _duties_for(kind, duties, rulebook), None)
    skeleton = replace(skeleton, source=_usual_source(kind, rulebook))
    target = _target(kind, rulebook, files, folder)
    content = _text(files.get(target, f"format: {FORMAT}\nrules:\n".encode()))
    if not _has_section(content, "rules"):
        content = f"{content.rstrip()}\n\nrules:\n"
    column, at = _end_of(content, "rules")
    mended, line = _inserted(content, rule_lines(skeleton, indent=column, lang=lang), at)
    changed = {target: mended}
    home = _home_of_tests(rulebook, files) or target
    content = changed.get(home) or _text(files[home])
    column, at = _end_of(content, "tests")
    lines = test_lines(skeleton, rulebook, indent=column, lang=lang)
    if at is None:
        lines, at = f"# tests:\n{re.sub('(?m)^  # ', '#   ', lines)}", len(content)
    changed[home], test_line = _inserted(content, lines, at)
    result = {name: _as_before(text, files.get(name)) for name, text in changed.items()}
    build_rulebook({**files, **result})
    # The comment stands above the rule.
    return Added(result, skeleton.id, Place(target, line + 1, column + 3), Place(home, test_line, 1))


def _text(content: bytes) -> str:
    return content.decode("utf-8-sig").replace("\r\n", "\n")


def _as_before(text: str, content: bytes | None) -> bytes:
    """Return the text with the line ends and the byte order mark that the file had."""
    if content is None:
        return text.encode()
    mark = b"\xef\xbb\xbf" if content.startswith(b"\xef\xbb\xbf") else b""
    return mark + (text.replace("\n", "\r\n") if b"\r\n" in content else text).encode()


def _id_for(kind: str, wanted: str | None, rulebook: Rulebook, files: Mapping[str, bytes]) -> str:
    if wanted is not None:
        if not is_id(wanted):
            raise UsageError(say("new.no_id", id=wanted))
        if wanted in rulebook.by_id:
            raise UsageError(say("new.taken", id=wanted, place=rulebook.places["rules", wanted]))
        return wanted
    numbered = [m for r in rulebook.rules if r.kind == kind if (m := re.fullmatch(r"(.*?)([0-9]+)", r.id))]
    if numbered:
        (prefix, width), _ = Counter((m[1], len(m[2])) for m in numbered).most_common(1)[0]
        number = max(int(m[2]) for m in numbered if m[1] == prefix) + 1
    else:
        prefix, width, number = _HOMES[kind][1], 2, 1
    # Also what is commented out has had its number.
    text = "\n".join(_text(content) for content in files.values())
    while re.search(rf"\b{re.escape(f'{prefix}{number:0{width}}')}\b", text):
        number += 1
    return f"{prefix}{number:0{width}}"


def _duties_for(kind: str, wanted: Iterable[str], rulebook: Rulebook) -> tuple[str, ...]:
    duties = tuple(wanted)
    if duties and kind not in KINDS_WITH_DUTY:
        raise UsageError(say("new.no_duty", kind=kind))
    if kind == "activate" and len(duties) > 1:
        raise UsageError(say("new.one_duty"))
    for duty in duties:
        if duty not in rulebook.duties:
            hint = nearest(duty, rulebook.duties)
            raise UsageError(say("new.unknown_duty", duty=duty, hint=hint if hint is not None else ""))
    if kind == "activate" and not rulebook.duties:
        raise UsageError(say("new.needs_duty"))
    if duties or kind != "cover":
        return duties or tuple(rulebook.duties)[:1]
    # A substitution that somebody can have, if there is one.
    reached = {other.for_ for entry in rulebook.competencies.values() for other in entry.substitutes}
    coverable = [d for d, duty in rulebook.duties.items() if reached.intersection(n.competency for n in duty.requires)]
    return tuple(coverable or rulebook.duties)[:1]


def _usual_source(kind: str, rulebook: Rulebook) -> str | None:
    """Return the source that most rules of the kind (else of all) rest on, without its article."""
    for rules in ([r for r in rulebook.rules if r.kind == kind], rulebook.rules):
        cited: Counter[str] = Counter(source.partition("#")[0] for rule in rules for source in rule.source)
        if cited:
            return min(cited, key=lambda name: (-cited[name], name))
    return next(iter(rulebook.sources), None)


def _target(kind: str, rulebook: Rulebook, files: Mapping[str, bytes], folder: str | None) -> str:
    """Return the file that has most rules of the kind; else the only one for rules; else a new one."""
    same = Counter(rulebook.places["rules", r.id].file for r in rulebook.rules if r.kind == kind)
    same = Counter({name: count for name, count in same.items() if rulebook.owns(name)})
    every = [name for name in sorted(files) if rulebook.owns(name) and _has_section(_text(files[name]), "rules")]
    options: list[str] = [*sorted(same, key=lambda name: (-same[name], name)), *(every if len(every) == 1 else ())]
    for name in options:
        if _end_of(_text(files[name]), "rules")[1] is not None:
            return name
    if folder is None:
        name = next(name for name in files if rulebook.owns(name))
        if not _has_section(_text(files[name]), "rules"):
            return name
        raise UsageError(say("new.no_place"))
    name = (PurePosixPath(folder) / "aturan" / f"{_HOMES[kind][0]}.yaml").as_posix()
    if name in files:
        raise UsageError(say("new.no_place"))
    return name


def _home_of_tests(rulebook: Rulebook, files: Mapping[str, bytes]) -> str | None:
    """Return the file that has most tests."""
    counted = Counter(place.file for (section, _), place in rulebook.places.items() if section == "tests")
    counted = Counter({name: count for name, count in counted.items() if rulebook.owns(name)})
    options = sorted(counted, key=lambda name: (-counted[name], name))
    return next((name for name in options if _end_of(_text(files[name]), "tests")[1] is not None), None)


def _has_section(text: str, section: str) -> bool:
    tree, _ = parse_yaml(text, "")
    return isinstance(tree, Map) and section in tree


def _end_of(text: str, section: str) -> tuple[int, int | None]:
    """Return the column of the dashes of a list section, and where in the text one more item may be put.

    None where the section is not there, or is written in brackets.
    """
    tree, _ = parse_yaml(text, "")
    if not isinstance(tree, Map) or section not in tree:
        return 2, None
    node = tree[section]
    key = _offset(text, *tree.key_spots[section])
    if not isinstance(node, Seq):
        return 2, _behind_line(text, key)
    start = _offset(text, *node.spot)
    if text[start : start + 1] == "[":
        return 2, None
    column = node.spot[1] - 1
    last = _last_word(text, start)
    return column, _behind_comments(text, _behind_line(text, last), max(column, 1))


def _offset(text: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = text.index("\n", start) + 1
    return start + column - 1


def _behind_line(text: str, position: int) -> int:
    end = text.find("\n", position)
    return end + 1 if end >= 0 else len(text)


def _last_word(text: str, begin: int) -> int:
    """Return where the last value of the list that begins at `begin` ends."""
    depth, last = 0, begin
    for event in _events(text):
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
            depth += bool(depth) or (isinstance(event, yaml.SequenceStartEvent) and start == begin)
        elif depth and isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            depth -= 1
            if depth == 0:
                break
            last = max(last, start) if text[start:end] in {"]", "}"} else last
        elif depth and isinstance(event, yaml.ScalarEvent):
            last = start + len(text[start:end].rstrip())
    return last


def _events(text: str) -> Iterator[Any]:
    yield from yaml.parse(text, Loader=_LOADER)


def _behind_comments(text: str, position: int, column: int) -> int:
    """Go on over comment lines that stand as far in as the items; they belong to the last one."""
    at = end = position
    while at < len(text):
        stop = _behind_line(text, at)
        line = text[at:stop]
        words = line.lstrip(" ")
        if words.startswith("#") and len(line) - len(words) >= column:
            end = stop
        elif words.strip():
            break
        at = stop
    return end


def _inserted(text: str, lines: str, at: int | None) -> tuple[str, int]:
    """Return the text with lines put in, apart from what is above, and the number of the first of them."""
    assert at is not None  # noqa: S101 - a place was looked for
    before, after = text[:at], text[at:]
    if before and not before.endswith("\n"):
        before += "\n"
    if not before.endswith(("\n\n", "rules:\n", "tests:\n")):
        before += "\n"
    if after.strip() and not after.startswith("\n"):
        after = f"\n{after}"
    return before + lines + after, before.count("\n") + 1
