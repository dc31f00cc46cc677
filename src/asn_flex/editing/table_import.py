"""Brings an edited workbook back into the rule files, and leaves everything else alone (semantics §12.4).

A row counts as edited where it says something else than the cells that the workbook remembers. So rules that nobody
touched stay byte for byte, and edits made in the files meanwhile are kept; a rule that was edited in both is a fault.
Nothing is written before the whole result has been read and checked like any other rulebook.
"""

from __future__ import annotations

import difflib
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from asn_flex.editing import table_cells as cells
from asn_flex.editing.scalars import reads_as_text
from asn_flex.editing.splice import Splicer, child_of
from asn_flex.editing.table_layout import MODELS, Column, copied, keys_of, meaning_of, row_of, set_cell
from asn_flex.editing.table_read import Sheet, SheetRow, read_workbook
from asn_flex.editing.table_state import RuleEntry, State, rules_in
from asn_flex.errors import Diagnostic, InputError, Place, RulebookError
from asn_flex.i18n import fault
from asn_flex.rulebook.loader import build_rulebook, read_rule_files
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.tree import Map, Node, Seq, Spot


@dataclass(frozen=True)
class TablesImport:
    """What an edited workbook changes; nothing is written yet.

    Attributes
    ----------
    changed : rules whose cells differ, with the headers of those cells
    added, removed : rules that are new, and that are taken out
    missing : rules whose rows are gone from the workbook, but that stay
    gone : rules that were taken out of the files after the export; their rows, unchanged, are left out
    is_stale : whether the rulebook has been edited since the export
    files : the new content of every file that changes
    before : the content of the same files now
    """

    changed: Mapping[str, tuple[str, ...]]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    missing: tuple[str, ...]
    gone: tuple[str, ...]
    is_stale: bool
    files: Mapping[str, bytes]
    before: Mapping[str, bytes]

    def diff(self) -> str:
        """Return the changes of the files as a unified diff."""
        return "".join(
            line if line.endswith("\n") else f"{line}\n"
            for name, content in self.files.items()
            for line in difflib.unified_diff(_lines(self.before[name]), _lines(content), name, name)
        )

    def write(self) -> None:
        """Write the files, each beside itself first and then renamed.

        Raises
        ------
        InputError
            If a file was changed since it was read; nothing is written then.
        """
        paths = {name: Path(name).resolve() for name in self.files}
        found = [fault("T123", Place(n, 1, 1)) for n, path in paths.items() if path.read_bytes() != self.before[n]]
        if found:
            raise InputError(found)
        # A name that begins with a dot is no rule file, should we be stopped half-way.
        drafts = {path: path.with_name(f".{path.name}.new") for path in paths.values()}
        try:
            for name, path in paths.items():
                drafts[path].write_bytes(self.files[name])
                shutil.copymode(path, drafts[path])
            for path, draft in drafts.items():
                draft.replace(path)
        finally:
            for draft in drafts.values():
                draft.unlink(missing_ok=True)


def _lines(content: bytes) -> list[str]:
    return content.decode("utf-8").splitlines(keepends=True)


def import_tables(workbook: str | Path, rules: str | Path, *, delete_missing: bool = False) -> TablesImport:
    """Compare an edited workbook with the rulebook that it was made from, and make the new rule files.

    Parameters
    ----------
    workbook : path of the workbook
    rules : path of the rulebook folder or file
    delete_missing : take out the rules whose rows are gone from the workbook

    Raises
    ------
    RulebookError
        If the rule files have errors before anything is imported.
    InputError
        With every fault of the workbook, and of the rulebook that would result, each at its cell.

    References
    ----------
    docs/semantics.md §12.4.
    """
    files, faults = read_rule_files(Path(rules))
    rulebook = build_rulebook(files, faults)
    path = Path(workbook)
    state, sheets, found = read_workbook(path.as_posix(), path.read_bytes(), rulebook.attributes)
    if state is None:
        raise InputError(found)
    if state.pack != rulebook.pack.id:
        raise InputError([fault("T103", Place(path.as_posix(), 1, 1), name=state.pack, here=rulebook.pack.id)])
    own = {name: content for name, content in files.items() if rulebook.owns(name)}
    merge = _Merge(state, sheets, {entry.id: entry for entry in rules_in(own)}, rulebook, found)
    merge.run(delete_missing=delete_missing)
    after = _spliced(files, merge)
    # Cells that could not be read were left as they are, so that what else is wrong is said at once.
    found.extend(_faults_of(after, files, merge))
    if found:
        raise InputError(found)
    touched = {name: content for name, content in after.items() if content != files[name]}
    return TablesImport(
        changed=merge.changed, added=tuple(sorted(merge.added)), removed=tuple(sorted(merge.removed)),
        missing=tuple(sorted(merge.missing)), gone=tuple(sorted(merge.gone)),
        is_stale=state.digest != rulebook.digest, files=touched, before={name: files[name] for name in touched},
    )  # fmt: skip


@dataclass
class _Merge:
    """Decides, row by row, what the workbook changes."""

    state: State
    sheets: list[Sheet]
    entries: Mapping[str, RuleEntry]
    rulebook: Rulebook
    found: list[Diagnostic]
    # What rules should say, of those that change and those that are new; and where their rows stand.
    rewritten: dict[str, Map] = field(default_factory=dict)
    added: dict[str, tuple[str, Map]] = field(default_factory=dict)
    changed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    rows: dict[str, tuple[Sheet, SheetRow]] = field(default_factory=dict)

    def run(self, *, delete_missing: bool) -> None:
        """Settle every row, and the rows that are not there any more."""
        for sheet in self.sheets:
            for row in sheet.rows:
                if self._is_first(sheet, row):
                    self._settle(sheet, row)
        for kind, rows in self.state.rows.items():
            of_kind = [s for s in self.sheets if s.kind == kind]
            for rule, before in rows.items():
                if rule not in self.rows and rule in self.entries and of_kind:
                    self._settle_missing(rule, kind, before, of_kind[0], delete=delete_missing)

    def _is_first(self, sheet: Sheet, row: SheetRow) -> bool:
        """Report a row without an id, with one that is taken, or in the sheet of another kind."""
        place = sheet.place(row.line, "id")
        if "id" in row.faulty:
            return False
        if not row.id:
            self.found.append(fault("T115", place))
            return False
        if row.id in self.rows:
            other, first = self.rows[row.id]
            self.found.append(fault("T116", place, name=row.id, first=other.place(first.line, "id")))
            return False
        self.rows[row.id] = sheet, row
        kind = next((k for k, rows in self.state.rows.items() if row.id in rows), sheet.kind)
        entry = self.entries.get(row.id)
        if kind == sheet.kind and entry is not None and entry.kind != sheet.kind:
            kind = entry.kind
        if kind != sheet.kind:
            self.found.append(fault("T117", place, name=row.id, kind=kind, here=sheet.kind))
            return False
        return True

    def _settle(self, sheet: Sheet, row: SheetRow) -> None:
        before = self.state.rows[sheet.kind].get(row.id)
        entry = self.entries.get(row.id)
        edited = self._edited(sheet, row, before or {})
        if before is None:
            if edited is None or row.faulty:
                return
            if entry is None:
                self._add(sheet, row)
            elif any(self._differs(row.cells, self._now(entry, sheet.columns), c) for c in sheet.columns):
                place = self.rulebook.place_of("rules", row.id)
                self.found.append(fault("T118.taken", sheet.place(row.line, "id"), name=row.id, place=place))
        elif entry is None:
            if edited:
                self.found.append(fault("T119", sheet.place(row.line, "id"), name=row.id))
            else:
                self.gone.append(row.id)
        elif edited and self._is_safe(sheet, row, before, entry, edited):
            self._rewrite(sheet, row, entry, edited)

    def _edited(self, sheet: Sheet, row: SheetRow, before: Mapping[str, str]) -> list[Column] | None:
        """Return the columns in which a row says something else; None, and a report, where a cell cannot be read."""
        edited: list[Column] = []
        count = len(self.found)
        for column in sheet.columns:
            try:
                if column.header not in row.faulty and self._differs(row.cells, before, column):
                    edited.append(column)
            except cells.CellError as error:
                self.found.append(fault("T112", sheet.place(row.line, column.header), problem=error.text))
        return edited if len(self.found) == count else None

    def _differs(self, left: Mapping[str, str], right: Mapping[str, str], column: Column) -> bool:
        one, other = (" ".join(cells.get(column.header, "").split()) for cells in (left, right))
        return one != other and meaning_of(one, column) != meaning_of(other, column)

    def _now(self, entry: RuleEntry, columns: Iterable[Column]) -> dict[str, str]:
        return row_of(entry.node, columns)

    def _is_safe(
        self, sheet: Sheet, row: SheetRow, before: Mapping[str, str], entry: RuleEntry, edited: list[Column]
    ) -> bool:
        """Whether the rule in the files is still the one of the export; report where both were edited."""
        now = self._now(entry, sheet.columns)
        moved = [c.header for c in sheet.columns if self._differs(now, before, c)]
        if not moved:
            return True
        if any(self._differs(now, row.cells, column) for column in edited):
            place = self.rulebook.place_of("rules", row.id)
            at = sheet.place(row.line, edited[0].header)
            names = "`, `".join(moved)
            self.found.append(fault("T118", at, name=row.id, place=place, names=names))
        return False

    def _rewrite(self, sheet: Sheet, row: SheetRow, entry: RuleEntry, edited: list[Column]) -> None:
        node = copied(entry.node)
        assert isinstance(node, Map)  # noqa: S101 - a rule is a mapping
        self._fill(node, sheet, row, edited)
        self.rewritten[row.id] = node
        self.changed[row.id] = tuple(column.header for column in edited)

    def _add(self, sheet: Sheet, row: SheetRow) -> None:
        node = cells.made_map({"id": cells.plain(row.id), "kind": cells.plain(sheet.kind)})
        self._fill(node, sheet, row, [c for c in sheet.columns if row.cells.get(c.header) and c.header != "id"])
        order = key_order(sheet.kind)
        in_order = cells.made_map({key: node[key] for key in sorted(node, key=order.index)})
        self.added[row.id] = sheet.kind, in_order

    def _fill(self, node: Map, sheet: Sheet, row: SheetRow, edited: list[Column]) -> None:
        # What has no column of its own comes last, so that it cannot say again what a column says.
        for column in sorted(edited, key=lambda c: c.is_rest):
            try:
                set_cell(node, column, row.cells.get(column.header, ""), sheet.columns)
            except cells.CellError as error:
                self.found.append(fault("T112", sheet.place(row.line, column.header), problem=error.text))

    def _settle_missing(self, rule: str, kind: str, before: Mapping[str, str], sheet: Sheet, *, delete: bool) -> None:
        entry = self.entries[rule]
        if not delete or entry.kind != kind:
            self.missing.append(rule)
            return
        now = self._now(entry, sheet.columns)
        moved = [c.header for c in sheet.columns if self._differs(now, before, c)]
        if moved:
            place = self.rulebook.place_of("rules", rule)
            self.found.append(fault("T118.removed", Place(sheet.name, 1, 1), name=rule, place=place))
        else:
            self.removed.append(rule)


def key_order(kind: str) -> list[str]:
    """Return the keys of a kind in the order in which rules are written."""
    return ["id", "kind", *(key for key in keys_of(MODELS[kind]) if key not in {"id", "kind"})]


# ---- the text of the files -------------------------------------------------------------------------------------


def _spliced(files: Mapping[str, bytes], merge: _Merge) -> dict[str, bytes]:
    after = dict(files)
    for name in files:
        here = [entry for entry in merge.entries.values() if entry.file == name]
        changed = [entry for entry in here if entry.id in merge.rewritten]
        removed = [entry for entry in here if entry.id in merge.removed]
        if changed:
            after[name] = _edit(after[name], partial(_change, changed, merge))
        if removed:
            after[name] = _edit(after[name], partial(_remove, removed))
    homes: dict[str, list[Map]] = {}
    for kind, node in merge.added.values():
        homes.setdefault(_home_of(kind, merge, files), []).append(node)
    for name, nodes in homes.items():
        after[name] = _edit(after[name], partial(_append, nodes))
    return after


def _home_of(kind: str, merge: _Merge, files: Mapping[str, bytes]) -> str:
    """Return the file for a new rule: the one that holds most rules of its kind, else most rules, else the last."""
    entries = merge.entries.values()
    counts = {
        name: (sum(e.file == name and e.kind == kind for e in entries), sum(e.file == name for e in entries))
        for name in files
    }
    return max(files, key=lambda name: (*counts[name], name))


def _edit(content: bytes, change: Callable[[Splicer], None]) -> bytes:
    mark = b"\xef\xbb\xbf" if content.startswith(b"\xef\xbb\xbf") else b""
    splicer = Splicer(content.removeprefix(mark).decode("utf-8"))
    change(splicer)
    return mark + splicer.result().encode("utf-8")


def _change(changed: list[RuleEntry], merge: _Merge, splicer: Splicer) -> None:
    nodes = {child_of(item, "id").value: item for item in child_of(splicer.root, "rules").value}
    for entry in changed:
        splicer.change(nodes[entry.id], entry.node, merge.rewritten[entry.id], key_order(entry.kind))


def _remove(removed: list[RuleEntry], splicer: Splicer) -> None:
    gone = {entry.id for entry in removed}
    rules = child_of(splicer.root, "rules")
    splicer.remove_items(rules, [i for i, item in enumerate(rules.value) if child_of(item, "id").value in gone])


def _append(nodes: list[Map], splicer: Splicer) -> None:
    rules = child_of(splicer.root, "rules")
    if rules is not None and isinstance(rules.value, list) and rules.value:
        splicer.append_items(rules, nodes)
    else:
        splicer.start_list("rules", nodes)


# ---- is the result sound? --------------------------------------------------------------------------------------


def _faults_of(after: Mapping[str, bytes], before: Mapping[str, bytes], merge: _Merge) -> Iterator[Diagnostic]:
    """Yield the errors of the new files, each at the cell that it comes from."""
    rules = {entry.id: entry for entry in rules_in({n: c for n, c in after.items() if merge.rulebook.owns(n)})}
    try:
        build_rulebook(after)
    except RulebookError as error:
        yield from (_moved(d, rules, before, after, merge) for d in error.diagnostics if d.is_error)
        return
    wanted = {entry.id: entry.node for entry in merge.entries.values() if entry.id not in merge.removed}
    wanted |= merge.rewritten | {rule: node for rule, (_, node) in merge.added.items()}
    if {rule: _said(entry.node) for rule, entry in rules.items()} != {r: _said(node) for r, node in wanted.items()}:
        # INVARIANT: the files say what the tables say, or nothing is written.
        yield fault("T122", Place(merge.sheets[0].name, 1, 1))


def _said(node: Node) -> object:
    """Return what a value says, however it is quoted."""
    if isinstance(node, Map):
        return {key: _said(value) for key, value in node.items()}
    if isinstance(node, Seq):
        return [_said(item) for item in node]
    return node.text, not node.plain or reads_as_text(node.text)


def _moved(
    found: Diagnostic,
    rules: Mapping[str, RuleEntry],
    before: Mapping[str, bytes],
    after: Mapping[str, bytes],
    merge: _Merge,
) -> Diagnostic:
    """Return a finding of the new files at the cell that it comes from, or at its place in the old files."""
    file, line, column = found.place
    for rule in (*merge.rewritten, *merge.added):
        entry = rules.get(rule)
        path = dict(_paths(entry.node)).get((line, column)) if entry is not None and entry.file == file else None
        if path is not None:
            sheet, row = merge.rows[rule]
            return Diagnostic(sheet.place(row.line, _header_of(path, sheet)), found.code, found.text)
    blocks = difflib.SequenceMatcher(None, _lines(before[file]), _lines(after[file]), autojunk=False)
    for old, new, size in blocks.get_matching_blocks():
        if new < line <= new + size:
            return Diagnostic(Place(file, line - new + old, column), found.code, found.text)
    return found


def _paths(node: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[Spot, tuple[str, ...]]]:
    """Yield every place of an entry with the keys that lead there; the first of a place is the outermost."""
    if isinstance(node, Map):
        for key, value in node.items():
            yield from _paths(value, (*path, key))
            yield node.key_spots[key], (*path, key)
    elif isinstance(node, Seq):
        for item in node:
            yield from _paths(item, path)
    yield node.spot, path


def _header_of(path: tuple[str, ...], sheet: Sheet) -> str:
    """Return the column whose cell holds the part of a rule that `path` leads to."""
    best = max((c for c in sheet.columns if c.path == path[: len(c.path)]), key=lambda c: len(c.path), default=None)
    return best.header if best is not None else "id"
