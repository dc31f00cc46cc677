"""The laws that `check` keeps for any input whatever, as one function that says which of them are broken."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from asn_flex import pipeline
from asn_flex.cli import run
from asn_flex.errors import Diagnostic, Place, Repair, RulebookError
from asn_flex.rulebook.loader import build_rulebook

# An input: the content of each file by its name in the folder.
Files = Mapping[str, bytes]

LIMIT_S = 2.0
TODAY = date(2024, 12, 10)
# Words of the machinery that nobody who edits rules should ever see.
MACHINERY = re.compile(
    r"Input should|[Pp]ydantic|NoneType|\bdict\b|\bstr\b|\btuple\b|validat|Traceback|Scalar|Map\(|Seq\(|Fraction"
    r"|Text\(|\{\w+\}|Error\b"
)
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_LINE = re.compile(r".+?:\d+:\d+: [A-Z]\d{3} \S")
_LINE_ENDS = re.compile("\r\n|\r|\n")
_LONGEST_LINE = 3000


def lay_out(files: Files, folder: Path) -> None:
    """Make the folder hold these files and nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


class Verdict(NamedTuple):
    """What is wrong, as sentences of which the first word is the law; how long it took; and whether it was refused."""

    broken: list[str]
    spent_s: float
    is_refused: bool


def judge(files: Files, folder: Path, *, repairs: bool = False, command_line: bool = False) -> Verdict:
    """Judge how `check` treats the input.

    `folder` is overwritten. With `repairs`, the first of them are made; with `command_line`, what the command prints is
    judged: both take as long as several checks.
    """
    lay_out(files, folder)
    start = time.process_time()
    try:
        found = pipeline.check(folder, today=TODAY)
    except Exception as error:  # noqa: BLE001 - whatever is raised is what we look for
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(where.filename).name}:{where.name}"
        return Verdict([f"raised {type(error).__name__} in {place}: {str(error)[:200]}"], 0.0, True)
    spent = time.process_time() - start
    broken = [f"slow {spent:.1f} s"] if spent > LIMIT_S else []
    broken.extend(_broken_by_findings(found, files, folder))
    is_refused = any(d.is_error for d in found)
    if not is_refused:
        broken.extend(_broken_by_reading_again(files))
    if repairs:
        broken.extend(_broken_by_repairs(found, files, folder))
    if command_line:
        broken.extend(_broken_by_command(folder, found))
    return Verdict(broken, spent, is_refused)


def _broken_by_findings(found: list[Diagnostic], files: Files, folder: Path) -> Iterator[str]:
    yield from places_outside(found, files, folder)
    if found != sorted(found, key=lambda d: (d.place, d.code)):
        yield "order: findings do not stand in order of place"
    times = Counter((d.place, d.code) for d in found if d.is_error)
    yield from (f"thrice {code} at {place}" for (place, code), count in times.items() if count > 2)
    for diagnostic in found:
        for lang in ("id", "en"):
            problem = _unsayable(diagnostic, lang)
            if problem is not None:
                yield f"words {diagnostic.code} {problem}: {diagnostic.render(lang)[:300]!r}"
    try:
        json.dumps([[d.place, d.text] for d in found], ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        yield f"json {error.reason}"


def places_outside(found: list[Diagnostic], files: Files, folder: Path) -> Iterator[str]:
    """Yield a sentence for every place that an editor would not find: of findings, their notes and their repairs."""
    texts = {f"{folder.as_posix()}/{name}": content.decode("utf-8-sig", "replace") for name, content in files.items()}
    lines = {name: lines_of(text) for name, text in texts.items()}
    for diagnostic in found:
        repair = diagnostic.repair
        places = (diagnostic.place, *(note.place for note in diagnostic.notes))
        if not all(_is_inside(place, lines, folder) for place in places):
            yield f"place {diagnostic.code} {diagnostic.place.line}:{diagnostic.place.column} lies outside of its file"
        elif repair is not None and not _is_inside(repair.place, lines, folder):
            yield f"place {diagnostic.code} has a repair outside of its file"
        elif repair is not None and mended(texts[repair.place.file], repair) is None:
            yield f"repair {diagnostic.code} `{repair.old}` does not stand at {repair.place.line}:{repair.place.column}"


def lines_of(text: str) -> list[str]:
    """Return the lines as an editor counts them."""
    return _LINE_ENDS.split(text)


def mended(text: str, repair: Repair) -> str | None:
    """Return the text with a repair made; None where what it replaces does not stand at its place."""
    ends = [0, *(m.end() for m in _LINE_ENDS.finditer(text))]
    at = ends[repair.place.line - 1] + repair.place.column - 1
    if text[at : at + 1] in {"'", '"'} and not text.startswith(repair.old, at):
        at += 1
    return text[:at] + repair.new + text[at + len(repair.old) :] if text.startswith(repair.old, at) else None


def _is_inside(place: Place, lines: Mapping[str, list[str]], folder: Path) -> bool:
    if place.file == folder.as_posix():
        return (place.line, place.column) == (1, 1)
    text = lines.get(place.file)
    return text is not None and 1 <= place.line <= len(text) and 1 <= place.column <= len(text[place.line - 1]) + 1


def _broken_by_repairs(found: list[Diagnostic], files: Files, folder: Path) -> Iterator[str]:
    """A repair takes its own finding away, whatever comes to light behind it."""
    for diagnostic in [d for d in found if d.repair is not None][:3]:
        repair = diagnostic.repair
        assert repair is not None
        name = repair.place.file.removeprefix(f"{folder.as_posix()}/")
        text = mended(files.get(name, b"").decode("utf-8-sig", "replace"), repair)
        # Of what is taken out, the like may stand behind it, and then at the same place.
        is_another = text is not None and not repair.new and mended(text, repair) is not None
        if text is not None and not is_another:
            after = pipeline.check_files(
                {f"{folder.as_posix()}/{n}": c for n, c in {**files, name: text.encode()}.items()}
            )
            if (diagnostic.place, diagnostic.text) in {(d.place, d.text) for d in after}:
                yield f"repair {diagnostic.code} leaves its finding: {diagnostic.render()[:300]!r}"


def _unsayable(diagnostic: Diagnostic, lang: str) -> str | None:
    line = diagnostic.render("id" if lang == "id" else "en")
    if len(line) > _LONGEST_LINE:
        return "too long"
    if _UNSEEN.search(line):
        return "breaks the line"
    if not _LINE.match(line):
        return "no place, code and sentence"
    if MACHINERY.search(re.sub("`[^`]*`", "", diagnostic.message("id" if lang == "id" else "en"))):
        return "speaks of the machinery"
    return None


def _broken_by_reading_again(files: Files) -> Iterator[str]:
    """A rulebook is the same in whatever order its files are read."""
    try:
        one, other = build_rulebook(files), build_rulebook(dict(reversed(list(files.items()))))
    except RulebookError:
        yield "again: a rulebook without errors is refused when it is read from memory"
        return
    if one.digest != other.digest or one.warnings != other.warnings:
        yield "again: the order of files changes the rulebook"


def _broken_by_command(folder: Path, found: list[Diagnostic]) -> Iterator[str]:
    """What the command prints is what was found, and can be read by the programs it is meant for."""
    expected = 1 if any(d.is_error for d in found) else 0
    printed = {}
    for form, lang in (("json", "en"), ("sarif", "id"), ("github", "en"), ("text", "id"), ("text", "en")):
        stdout = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        with contextlib.redirect_stdout(stdout):
            code = run(["check", str(folder), "--format", form, "--lang", lang, "--today", TODAY.isoformat()])
        if code != expected:
            yield f"command {form} ends with {code}"
        printed[form] = stdout.buffer.getvalue().decode("utf-8")  # type: ignore[attr-defined]
    shown = [(d.place.line, d.place.column, d.code) for d in found]
    try:
        rows = json.loads(printed["json"])["findings"]
        results = json.loads(printed["sarif"])["runs"][0]["results"]
    except ValueError as error:
        yield f"json {error}"
        return
    if [(r["line"], r["column"], r["code"]) for r in rows] != shown or [r["ruleId"] for r in results] != [
        d.code for d in found
    ]:
        yield "json: rows differ from the findings"
    if len(printed["github"].splitlines()) != len(found):
        yield "command github: a finding is not one line"
