"""Names in place of ids: units, areas, officers, competencies and duties by what people call them (semantics §6.5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from asn_flex.errors import Text
from asn_flex.i18n import say
from asn_flex.roster.names import fold, fold_place
from asn_flex.roster.rows import Gathered, Table, rows_named
from asn_flex.roster.values import id_from
from asn_flex.rulebook.model import Rulebook

_EVENT_WORDS = frozenset({"event", "kejadian", "seluruh kejadian", "semua wilayah"})
_LEVEL_WORDS: Mapping[str, str] = {
    "kel": "kelurahan", "kelurahan": "kelurahan", "kec": "kecamatan", "kecamatan": "kecamatan", "desa": "desa",
    "kota": "kota", "kabupaten": "kabupaten", "kab": "kabupaten",
}  # fmt: skip


@dataclass(frozen=True)
class Naming:
    """What a table or section calls its entries: ids, and ids by folded name; `levels` where names stand on levels."""

    ids: frozenset[str]
    names: Mapping[str, tuple[str, ...]]
    key: Callable[[str], str] = fold
    levels: Mapping[str, str] | None = None

    def ids_of(self, text: str) -> tuple[str, ...]:
        """Return the ids that a text may mean; one where it is clear."""
        if text in self.ids:
            return (text,)
        found = self.names.get(fold(text)) or self.names.get(self.key(text), ())
        if len(found) > 1 and self.levels is not None:
            level = _LEVEL_WORDS.get(fold(text).partition(" ")[0])
            exact = tuple(i for i in found if level is not None and fold(self.levels.get(i, "")) == level)
            return exact or found
        return found


def link(done: Gathered, rulebook: Rulebook, kept: Mapping[str, Mapping[str, str]]) -> None:
    """Put ids in place of names in every column that refers to something.

    Parameters
    ----------
    kept : names by id of the tables of an earlier scenario that the roster does not bring itself
    """
    _infer_units(done, kept)
    namings = {
        "units": _naming_of_table(done.tables.get("units"), kept.get("units")),
        "areas": _areas(done.tables.get("areas"), kept.get("areas")),
        "competencies": _naming_of_section(rulebook, "competencies"),
        "duties": _naming_of_section(rulebook, "duties"),
    }  # fmt: skip
    namings["officers"] = _officers(done.tables.get("officers"), kept.get("officers"))
    for table in done.tables.values():
        for column in table.spec.columns:
            if column.refers in namings and column.name in table.cells:
                _link_column(table, column.name, column.refers, namings[column.refers], done)


def area_names(done: Gathered, kept: Mapping[str, Mapping[str, str]]) -> Naming:
    """Return what areas are called, for the event."""
    return _areas(done.tables.get("areas"), kept.get("areas"))


def _naming(pairs: Iterable[tuple[str, str]], ids: Iterable[str], key: Callable[[str], str] = fold) -> Naming:
    names: dict[str, dict[str, None]] = defaultdict(dict)
    for entry, text in pairs:
        folded = fold(text)
        names[folded][entry] = None
        if key is not fold:
            names[key(text)][entry] = None
    return Naming(frozenset(ids), {text: tuple(sorted(found)) for text, found in names.items() if text}, key)


def _naming_of_table(table: Table | None, kept: Mapping[str, str] | None) -> Naming:
    if table is None:
        known = kept or {}
        return _naming([*known.items(), *((i, i) for i in known)], known)
    ids = dict(rows_named(table, "id"))
    pairs = [(ids[row], text) for row, text in rows_named(table, "name") if row in ids]
    return _naming([*pairs, *((i, i) for i in ids.values())], ids.values())


def _areas(table: Table | None, kept: Mapping[str, str] | None) -> Naming:
    if table is None:
        known = kept or {}
        return _naming(known.items(), known, fold_place)
    ids = dict(rows_named(table, "id"))
    pairs = [(ids[row], text) for row, text in rows_named(table, "name") if row in ids]
    levels = {ids[row]: text for row, text in rows_named(table, "level") if row in ids}
    found = _naming(pairs, ids.values(), fold_place)
    return Naming(found.ids, found.names, fold_place, levels)


def _naming_of_section(rulebook: Rulebook, section: str) -> Naming:
    entries = sorted(getattr(rulebook, section))
    labels = [(entry, text) for entry in entries for text in (entry, *rulebook.label_of(section, entry))]
    return _naming(labels, entries)


def _officers(table: Table | None, kept: Mapping[str, str] | None) -> Naming:
    if table is None:
        known = kept or {}
        return _naming(known.items(), known)
    ids = dict(rows_named(table, "id"))
    pairs = [(ids[row], text) for name in ("nip", "name") for row, text in rows_named(table, name) if row in ids]
    return _naming(pairs, ids.values())


def _infer_units(done: Gathered, kept: Mapping[str, Mapping[str, str]]) -> None:
    """Make the table of units from what officers name, where there is none."""
    officers = done.tables.get("officers")
    if "units" in done.tables or "units" in kept or officers is None or "unit" not in officers.cells:
        return
    found: dict[str, tuple[str, int]] = {}
    for row, text in rows_named(officers, "unit"):
        found.setdefault(id_from(text).casefold(), (text, row))
    table = Table(done.specs["units"])
    entries = [(id_from(text), text, row) for text, row in found.values()]
    table.append(
        {"id": [e[0] for e in entries], "name": [e[1] for e in entries]},
        [(*officers.origin[row][:2], _column_of(officers, row, "unit")) for _, _, row in entries],
    )  # fmt: skip
    done.tables["units"] = table
    if entries:
        done.count("units_made", officers.place(entries[0][2], "unit"), len(entries), found=entries[0][0])


def _column_of(table: Table, row: int, name: str) -> int:
    part = table.origin[row][0]
    return part.columns.get(name, 0)


def _link_column(table: Table, column: str, section: str, naming: Naming, done: Gathered) -> None:
    """Replace the names in a column; what means nothing stays, and is told with the nearest name later."""
    texts = table.cells[column]
    changed: dict[str, int] = {}
    ambiguous: list[tuple[int, str, tuple[str, ...]]] = []
    known: dict[str, tuple[str, ...]] = {}
    for row, text in enumerate(texts):
        if text is None or text in naming.ids:
            continue
        if (table.spec.name, column) == ("demands", "area") and fold(text) in _EVENT_WORDS:
            texts[row] = "event"
            continue
        found = known.setdefault(text, naming.ids_of(text))
        if len(found) == 1:
            changed.setdefault(f"{text}\0{found[0]}", row)
            texts[row] = found[0]
        elif found:
            ambiguous.append((row, text, found))
    if changed:
        first, row = next(iter(changed.items()))
        text, _, entry = first.partition("\0")
        done.count(
            "named", table.place(row, column), len(changed), column=column, found=text, text=entry,
            what=_what(section),
        )  # fmt: skip
    for row, text, found in ambiguous:
        table.blame(column, row, "R113", {"found": text, "options": ", ".join(found[:8])})


def _what(section: str) -> Text:
    words = {"units": "unit", "areas": "area", "competencies": "competency", "duties": "duty", "officers": "officer"}
    return say(f"word.{words[section]}")
