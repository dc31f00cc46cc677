"""Brings a roster into a scenario: what was understood, what is wrong, and the files (semantics §6.5)."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import polars as pl

from asn_flex.editing.table_export import GUIDE, LISTS
from asn_flex.errors import Diagnostic, InputError, Note, Place, sort_diagnostics
from asn_flex.i18n import fault, say
from asn_flex.readwrite.columns import TableSpec, table_specs, type_table
from asn_flex.readwrite.findings import Findings, TextTable
from asn_flex.readwrite.plan_json import write_whole
from asn_flex.readwrite.quarantine import QUARANTINABLE
from asn_flex.readwrite.references import Draft, check_scenario
from asn_flex.readwrite.settings import Settings, read_settings
from asn_flex.readwrite.tables import Source, read_table
from asn_flex.roster.blank import FAULTS_SHEET
from asn_flex.roster.event import Asked, Told, find_event, tell_event
from asn_flex.roster.headers import Part, Vocabulary, find_part
from asn_flex.roster.links import area_names, link
from asn_flex.roster.names import TABLE_NAMES, aliases_of
from asn_flex.roster.rows import Gathered, Table, gather
from asn_flex.roster.sheets import Book, Sheet, is_own, read_book
from asn_flex.rulebook.files import read_ordinary
from asn_flex.rulebook.model import Rulebook

SCENARIO_FILE = "scenario.yaml"
# A table may do without these columns, because something else tells them.
_INFERRED = {"officers": {"id"}}


@dataclass(frozen=True)
class RosterImport:
    """What a roster was understood to say.

    Attributes
    ----------
    understood : every assumption, with its place
    faults : everything that is wrong, each with its cell; places count rows and columns from 1
    warnings : doubts that stop nothing
    files : `scenario.yaml` and the tables, by file name, as they would be written; empty where they cannot be made
    counts : rows by table
    """

    path: Path
    understood: tuple[Note, ...]
    faults: tuple[Diagnostic, ...]
    warnings: tuple[Diagnostic, ...]
    files: Mapping[str, bytes]
    counts: Mapping[str, int]
    is_fatal: bool
    book: Book = field(repr=False)
    rulebook: Rulebook = field(repr=False)
    wants_event: bool = False

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def marked(self) -> bytes:
        """Return a copy of the roster as a workbook, its faulty cells coloured and commented."""
        from asn_flex.roster.marked import marked_copy  # noqa: PLC0415 - openpyxl only where it is needed

        return marked_copy(self)

    def write(self, folder: str | Path, *, quarantine: bool = False) -> tuple[Path, ...]:
        """Write the scenario; with `quarantine` also where only rows of officers and holdings are faulty.

        Raises
        ------
        InputError
            If there is a fault that stops it; nothing is written then.
        PlanFileError
            If a file cannot be written.
        """
        if self.faults and (self.is_fatal or not quarantine):
            raise InputError(self.faults)
        root = Path(folder)
        try:
            root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError([fault("X101", Place(str(root), 1, 1), problem=error.strerror or "?")]) from None
        # INVARIANT: names of files are those of tables, never of sheets. scenario.yaml goes last: it names the others.
        names = sorted(self.files, key=lambda name: (name == SCENARIO_FILE, name))
        for name in names:
            write_whole(root / name, self.files[name])
        return tuple(root / name for name in names)


@dataclass
class _Kept:
    """What an earlier scenario brings: its `scenario.yaml`, and the tables that the roster does not have."""

    content: bytes | None = None
    file: str = SCENARIO_FILE
    texts: dict[str, TextTable] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)


def import_roster(
    path: str | Path,
    rulebook: Rulebook,
    *,
    scenario: str | Path | None = None,
    now: datetime | None = None,
    rules: str | None = None,
) -> RosterImport:
    """Read a roster; nothing is written. What is given and raised is as in `asn_flex.import_roster`."""
    book = read_book(Path(path))
    words = Vocabulary(rulebook, table_specs(rulebook))
    parts, found = _parts(book, words)
    done = gather(parts, words)
    _say_files(book, done)
    findings = Findings()
    findings.other.extend(found)
    kept = _keep(scenario, words, {part.table for part in parts} | ({"units"} & done.tables.keys()), rulebook, findings)
    link(done, rulebook, {name: _named(table) for name, table in kept.texts.items()})
    told, settings = _event(book, done, kept, words, rulebook, now=now, rules=rules, findings=findings)
    _check(done, kept, words, settings, rulebook, findings)
    faults, warnings, is_fatal = _placed(done, findings, told)
    files = _files(done, told, kept)
    notes = [*done.notes, *(told.notes if told is not None else ())]
    return RosterImport(
        path=Path(path), understood=tuple(sorted(dict.fromkeys(notes))), faults=faults, warnings=warnings, files=files,
        counts={name: table.height for name, table in done.tables.items()}, is_fatal=is_fatal, book=book,
        rulebook=rulebook, wants_event=told is None and kept.content is None,
    )  # fmt: skip


def _parts(book: Book, words: Vocabulary) -> tuple[list[Part], list[Diagnostic]]:
    """Return the tables of the sheets; what cannot be told is a fault."""
    parts: list[Part] = []
    found: list[Diagnostic] = []
    for sheet in _tables_of(book):
        part = find_part(sheet, words)
        if isinstance(part, Part):
            parts.append(part)
        elif part is not None:
            found.extend(part)
    return parts, found


def _tables_of(book: Book) -> list[Sheet]:
    event = find_event(book.sheets)
    own = (GUIDE, LISTS, FAULTS_SHEET)
    return [s for s in book.sheets if s is not event and not s.is_hidden and not is_own(s, own)]


def _say_files(book: Book, done: Gathered) -> None:
    """Say how text was decoded, and which sheets were passed over."""
    for name, (encoding, delimiter) in book.encodings.items():
        done.note("csv", Place(name, 1, 1), encoding=encoding, sign="TAB" if delimiter == "\t" else delimiter)
    read = {id(origin[0].sheet) for table in done.tables.values() for origin in table.origin}
    spoken = {note.place.file for note in done.notes}
    for sheet in book.sheets:
        if is_own(sheet, (GUIDE, LISTS, FAULTS_SHEET)) or not any(map(any, sheet.rows)):
            continue
        if sheet.is_hidden:
            done.note("hidden", Place(sheet.file, 1, 1), sheet=sheet.name)
        elif id(sheet) not in read and sheet.file not in spoken and sheet is not find_event(book.sheets):
            done.note("no_table", Place(sheet.file, 1, 1), sheet=sheet.name)


# ---- the earlier scenario ------------------------------------------------------------------------


def _keep(
    scenario: str | Path | None, words: Vocabulary, brought: set[str], rulebook: Rulebook, findings: Findings
) -> _Kept:
    kept = _Kept()
    if scenario is None:
        return kept
    folder = Path(scenario)
    main = folder / SCENARIO_FILE
    kept.file = main.as_posix()
    try:
        kept.content = read_ordinary(main)
    except OSError:
        return kept
    settings = read_settings(kept.content, kept.file, rulebook, tuple(words.specs), Findings())
    kept.named = dict(settings.tables)
    for name, written in settings.tables.items():
        if name in brought:
            continue
        file = folder / written.partition("#")[0]
        try:
            content = read_ordinary(file)
        except OSError:
            continue
        table = read_table(Source(words.specs[name], file.as_posix(), written, content), findings)
        if table is not None:
            kept.texts[name] = table
    return kept


def _named(table: TextTable) -> dict[str, str]:
    cells = table.cells
    if "id" not in cells.columns:
        return {}
    names = cells["name"] if "name" in cells.columns else cells["id"]
    return {i: name or i for i, name in zip(cells["id"], names, strict=True) if i is not None}


# ---- the event -----------------------------------------------------------------------------------


def _event(
    book: Book,
    done: Gathered,
    kept: _Kept,
    words: Vocabulary,
    rulebook: Rulebook,
    *,
    now: datetime | None,
    rules: str | None,
    findings: Findings,
) -> tuple[Told | None, Settings]:
    """Return what the roster tells of the event, else what the earlier scenario says."""
    sheet = find_event(book.sheets)
    names = tuple(words.specs)
    empty = Settings(SCENARIO_FILE)
    if sheet is None:
        if kept.content is None:
            place = Place(book.path.as_posix(), 1, 1)
            findings.add("R107", place, names=", ".join(f"`{n}`" for n in TABLE_NAMES["event"][:2]))
            return None, empty
        settings = read_settings(kept.content, kept.file, rulebook, names, findings)
        for name in done.tables:
            if kept.named.get(name) != f"{name}.csv":
                findings.add("R114", Place(kept.file, 1, 1), name=name)
        done.note("event_kept", Place(kept.file, 1, 1), file=kept.file)
        return None, settings
    tables = [name for name in names if name in done.tables or name in kept.texts]
    asked = Asked(
        words, area_names(done, {n: _named(t) for n, t in kept.texts.items()}), _roots(done), now, rules, tables,
        book.path.stem,
    )  # fmt: skip
    told = tell_event(sheet, asked)
    findings.other.extend(told.faults)
    if told.faults:
        return told, empty
    return told, read_settings(told.content, SCENARIO_FILE, rulebook, names, findings)


def _roots(done: Gathered) -> list[str]:
    table = done.tables.get("areas")
    if table is None:
        return []
    parents = table.cells.get("parent", [None] * table.height)
    return [i for i, p in zip(table.cells.get("id", ()), parents, strict=False) if i is not None and p is None]


# ---- checks --------------------------------------------------------------------------------------


def _check(
    done: Gathered, kept: _Kept, words: Vocabulary, settings: Settings, rulebook: Rulebook, findings: Findings
) -> None:
    """Report everything that is wrong, by the same checks that a scenario goes through."""
    for part, number, found, wanted in done.ragged:
        findings.other.append(fault("R106", part.place(number, min(found, wanted)), found=found, wanted=wanted))
    zone = settings.now.tzinfo if settings.now is not None else None
    texts: dict[str, TextTable] = {}
    typed: dict[str, pl.DataFrame] = {}
    for name, spec in words.specs.items():
        table = done.tables.get(name)
        if table is None and name not in kept.texts:
            if spec.required:
                aliases = ", ".join(f"`{n}`" for n in TABLE_NAMES[name][:3])
                place = Place(str(done_path(done, settings)), 1, 1)
                findings.add("R102", place, table=say(f"roster.table.{name}"), names=aliases)
            continue
        if table is not None and not _has_columns(name, table, spec, findings):
            continue
        text = table.text_table(findings) if table is not None else kept.texts[name]
        frame = type_table(spec, text, zone, findings)
        if frame is not None:
            texts[name], typed[name] = text, frame
    check_scenario(Draft(rulebook, words.specs, settings, texts, typed, findings))


def done_path(done: Gathered, settings: Settings) -> str:
    """Return how messages name the roster as a whole."""
    files = [table.origin[0][0].sheet.file for table in done.tables.values() if table.origin]
    return files[0].partition("#")[0] if files else settings.file


def _has_columns(name: str, table: Table, spec: TableSpec, findings: Findings) -> bool:
    """Whether the required columns are there; one that is not is told at the header of the sheet."""
    missing = [c.name for c in spec.columns if c.required and c.name not in table.cells]
    part = table.origin[0][0] if table.origin else None
    for column in missing:
        place = part.place(part.header[1], 0) if part is not None else Place(spec.name, 1, 1)
        aliases = ", ".join(f"`{n}`" for n in aliases_of(name, column)[:4])
        findings.add("R104", place, table=say(f"roster.table.{name}"), column=column, names=aliases)
    return not missing


def _placed(
    done: Gathered, findings: Findings, told: Told | None
) -> tuple[tuple[Diagnostic, ...], tuple[Diagnostic, ...], bool]:
    """Return faults and warnings at the cells of the roster, and whether some concern more than single rows."""
    faults: list[Diagnostic] = []
    warnings: list[Diagnostic] = []
    is_fatal = False
    for cell in findings.cells:
        table = done.tables.get(cell.table.name)
        for row in cell.rows:
            mine = table is not None and cell.table.file == cell.table.name
            place = cell.table.place(row, cell.column)
            if table is not None and mine:
                if cell.code == "S304" and row - 1 in table.raw.get(cell.column, ()):
                    # It is empty because what it is made of is faulty, and that is told.
                    continue
                place = table.place(row - 1, cell.column)
            found = Diagnostic(place, cell.code, cell.text)
            (faults if found.is_error else warnings).append(found)
            is_fatal |= found.is_error and (cell.table.name not in QUARANTINABLE or cell.code == "R112")
    for other in findings.other:
        found = _moved(other, done, told)
        (faults if found.is_error else warnings).append(found)
        is_fatal |= found.is_error
    return sort_diagnostics(faults), sort_diagnostics(warnings), is_fatal


def _moved(found: Diagnostic, done: Gathered, told: Told | None) -> Diagnostic:
    """Put a finding that concerns no single cell where the roster says it."""
    if told is not None and found.place.file == SCENARIO_FILE and 0 < found.place.line <= len(told.lines):
        return Diagnostic(told.lines[found.place.line - 1][1], found.code, found.text)
    table = done.tables.get(found.place.file)
    if table is not None and 0 < found.place.line <= table.height:
        names = [column.name for column in table.spec.columns if column.name in table.cells]
        return Diagnostic(table.place(found.place.line - 1, names[found.place.column - 1]), found.code, found.text)
    return found


# ---- the files -----------------------------------------------------------------------------------


def _files(done: Gathered, told: Told | None, kept: _Kept) -> dict[str, bytes]:
    """Return the files; a faulty cell is written as it stands, so that a quarantine sees it."""
    if told is None and kept.content is None:
        return {}
    files = {f"{name}.csv": _csv(table) for name, table in done.tables.items()}
    if told is not None and told.lines:
        files[SCENARIO_FILE] = told.content
        for name, table in kept.texts.items():
            frame = table.cells.drop("row")
            files[f"{name}.csv"] = _as_csv(frame.columns, frame.rows())
    return files


def _csv(table: Table) -> bytes:
    names = [column.name for column in table.spec.columns if column.name in table.cells]
    columns = []
    for name in names:
        raw = table.raw.get(name, {})
        texts = table.cells[name]
        columns.append([raw.get(row, text) if raw else text for row, text in enumerate(texts)])
    return _as_csv(names, list(zip(*columns, strict=True)))


def _as_csv(names: Sequence[str], rows: Sequence[Sequence[str | None]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8", "surrogatepass")
