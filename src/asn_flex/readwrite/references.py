"""What must hold between the cells of a scenario: every id known, none given twice, scales and orders kept.

References
----------
docs/semantics.md §6.2.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from asn_flex.errors import Text
from asn_flex.i18n import nearest, say
from asn_flex.readwrite.columns import TableSpec, rows_with
from asn_flex.readwrite.findings import Findings, TextTable
from asn_flex.readwrite.settings import Settings
from asn_flex.rulebook.model import Rulebook

EVENT_AREA = "event"


@dataclass(frozen=True)
class Draft:
    """A scenario that is being checked: texts and typed tables by name, without those that cannot be read."""

    rulebook: Rulebook
    specs: Mapping[str, TableSpec]
    settings: Settings
    texts: Mapping[str, TextTable]
    typed: Mapping[str, pl.DataFrame]
    findings: Findings

    def known(self, section: str) -> Collection[str] | None:
        """Return the ids that a table or section defines; None where the table could not be read."""
        if section == "competencies":
            return self.rulebook.competencies.keys()
        if section == "duties":
            return self.rulebook.duties.keys()
        ids = self.ids(section)
        return None if ids is None else set(ids)

    def ids(self, section: str) -> pl.Series | None:
        """Return the same ids as a column."""
        if section in {"competencies", "duties"}:
            return pl.Series(list(self.known(section) or ()), dtype=pl.String)
        frame = self.typed.get(section)
        return None if frame is None else frame["id"].drop_nulls()


def check_scenario(draft: Draft) -> None:
    """Report everything that is wrong between cells, tables, `scenario.yaml` and the rulebook."""
    for name, frame in draft.typed.items():
        _check_references(draft, name)
        if name in {"officers", "units", "areas"}:
            _check_duplicates(draft, name, frame)
    checks = {
        "officers": _check_availability,
        "holdings": _check_levels,
        "areas": _check_areas,
        "travel": _check_travel,
        "demands": _check_demands,
        "pins": _check_pins,
        "observations": _check_observations,
    }
    for name, check in checks.items():
        if name in draft.typed:
            check(draft, draft.typed[name])
    _check_named_areas(draft)


# ---- ids -----------------------------------------------------------------------------------------


def _check_references(draft: Draft, name: str) -> None:
    table = draft.texts[name]
    for column in draft.specs[name].columns:
        if column.refers not in _WHAT or column.name not in table.cells.columns:
            continue
        ids = draft.ids(column.refers)
        if ids is None:
            continue
        texts = table.cells[column.name].drop_nulls().unique()
        unknown = texts.filter(~texts.is_in(ids.implode())).to_list()
        known = (draft.known(column.refers) or ()) if unknown else ()
        if (name, column.name) == ("demands", "area"):
            unknown = [text for text in unknown if text != EVENT_AREA]
        spoiled = draft.findings.spoiled(name, column.name)
        for text, rows in sorted(rows_with(table, column.name, unknown).items()):
            left = [row for row in rows if row not in spoiled]
            if left:
                _report_unknown(draft, table, column.name, left, section=column.refers, name=text, known=known)


_WHAT = {
    "officers": "word.officer",
    "units": "word.unit",
    "areas": "word.area",
    "competencies": "word.competency",
    "duties": "word.duty",
}


def _where(section: str) -> Text:
    if section in {"competencies", "duties"}:
        return say("where.rulebook")
    return say("where.table", name=section)


def _report_unknown(
    draft: Draft,
    table: TextTable,
    column: str,
    rows: Iterable[int],
    *,
    section: str,
    name: str,
    known: Collection[str],
) -> None:
    draft.findings.cell(
        table, column, "S401", rows, known=known, what=say(_WHAT[section]), name=name, where=_where(section)
    )  # fmt: skip


def _check_duplicates(draft: Draft, name: str, frame: pl.DataFrame) -> None:
    table = draft.texts[name]
    twice = frame.filter(pl.col("id").is_not_null()).filter(pl.col("id").is_duplicated())
    spoiled = draft.findings.spoiled(name, "id")
    for text, rows in sorted(twice.group_by("id").agg("row").iter_rows()):
        left = [row for row in rows if row not in spoiled]
        if left:
            draft.findings.cell(table, "id", "S204", left, name=text, count=len(rows))


def _check_named_areas(draft: Draft) -> None:
    """Check the areas that `scenario.yaml` names."""
    known = draft.known("areas")
    if known is None:
        return
    for name, place in draft.settings.area_spots:
        if name not in known:
            draft.findings.add(
                "S401", place, hint=nearest(name, known), column="event", what=say("word.area"), name=name,
                where=_where("areas"),
            )  # fmt: skip


# ---- officers and holdings -----------------------------------------------------------------------


def _check_availability(draft: Draft, frame: pl.DataFrame) -> None:
    late = frame.filter(pl.col("available_from") > pl.col("available_until"))
    grouped = late.group_by("available_from", "available_until").agg("row")
    for start, end, rows in sorted(grouped.iter_rows()):
        draft.findings.cell(draft.texts["officers"], "available_until", "S308", rows, start=start, end=end)


def _check_levels(draft: Draft, frame: pl.DataFrame) -> None:
    scales = pl.DataFrame(
        {
            "competency": list(draft.rulebook.competencies),
            "levels": [entry.levels for entry in draft.rulebook.competencies.values()],
        },
        schema={"competency": pl.String, "levels": pl.Int64},
    )
    beyond = frame.join(scales, on="competency", how="inner").filter(pl.col("level") > pl.col("levels"))
    for name, level, levels, rows in sorted(beyond.group_by("competency", "level", "levels").agg("row").iter_rows()):
        draft.findings.cell(
            draft.texts["holdings"], "level", "S306", rows, level=level, name=name, levels=levels
        )  # fmt: skip


# ---- areas ---------------------------------------------------------------------------------------


def _check_areas(draft: Draft, frame: pl.DataFrame) -> None:
    table, findings = draft.texts["areas"], draft.findings
    taken = frame.filter(pl.col("id") == EVENT_AREA)["row"].to_list()
    if taken:
        findings.cell(table, "id", "S303.event", taken)
    for given, lacking in (("lat", "lon"), ("lon", "lat")):
        half = frame.filter(pl.col(given).is_not_null() & pl.col(lacking).is_null())
        rows = sorted(set(half["row"]) - findings.spoiled("areas", lacking))
        if rows:
            findings.cell(
                table,
                lacking if lacking in table.header else given,
                "S307",
                rows,
                given=given,
                lacking=lacking,
            )
    parents = dict(frame.filter(pl.col("id").is_not_null()).select("id", "parent").iter_rows())
    for cycle in _cycles(parents):
        rows = rows_with(table, "id", cycle[:1])[cycle[0]]
        findings.cell(table, "parent", "S402", rows, cycle=" → ".join((*cycle, cycle[0])))


def _cycles(parents: Mapping[str, str | None]) -> list[tuple[str, ...]]:
    """Return every cycle once, beginning with its smallest id."""
    found: list[tuple[str, ...]] = []
    done: set[str] = set()
    for start in sorted(parents):
        line: dict[str, None] = {}
        step: str | None = start
        while step is not None and step not in done and step not in line:
            line[step] = None
            step = parents.get(step)
        if step is not None and step in line:
            path = list(line)
            cycle = path[path.index(step) :]
            least = cycle.index(min(cycle))
            found.append((*cycle[least:], *cycle[:least]))
        done.update(line)
    return found


# ---- travel, demands, pins, observations ---------------------------------------------------------


def _check_travel(draft: Draft, frame: pl.DataFrame) -> None:
    grouped = (
        frame.drop_nulls(["from", "to", "minutes"])
        .group_by("from", "to")
        .agg("row", pl.col("minutes").n_unique().alias("different"))
        .filter(pl.col("different") > 1)
    )
    for start, end, rows, _ in sorted(grouped.iter_rows()):
        draft.findings.cell(draft.texts["travel"], "minutes", "S206", rows, start=start, end=end)


def _shifts(rulebook: Rulebook) -> Mapping[str, frozenset[str]]:
    """Return the shifts that the rules give each duty."""
    return {
        duty: frozenset(s.id for rule in rulebook.activations if rule.duty == duty for s in rule.shifts)
        for duty in rulebook.duties
    }


def _check_demands(draft: Draft, frame: pl.DataFrame) -> None:
    table, findings = draft.texts["demands"], draft.findings
    shifts = _shifts(draft.rulebook)
    keyed = frame.drop_nulls(["duty", "area"])
    for duty, shift, rows in sorted(keyed.drop_nulls("shift").group_by("duty", "shift").agg("row").iter_rows()):
        known = shifts.get(duty)
        if known is not None and shift not in known:
            listed = ", ".join(sorted(known)) or "-"
            findings.cell(table, "shift", "S403", rows, known=known, name=shift, duty=duty, shifts=listed)
    twice = keyed.group_by("duty", "area", "shift").agg("row").filter(pl.col("row").list.len() > 1)
    for duty, area, shift, rows in sorted(twice.iter_rows(), key=lambda r: (r[0], r[1], r[2] or "")):
        findings.cell(table, "duty", "S205", rows, name=f"{duty}@{area}" + (f"/{shift}" if shift else ""))


def _check_pins(draft: Draft, frame: pl.DataFrame) -> None:
    """Check that pinned demands can exist; whether they do, and whether pins hold, the planner says."""
    table = draft.texts["pins"]
    for text, rows in sorted(frame.drop_nulls("demand").group_by("demand").agg("row").iter_rows()):
        _check_demand_id(draft, table, text, rows)
    unsigned = frame.filter(pl.col("by").is_null())["row"].to_list()
    if unsigned:
        draft.findings.cell(table, "by" if "by" in table.header else "pin", "W706", unsigned)


def _check_demand_id(draft: Draft, table: TextTable, text: str, rows: list[int]) -> None:
    duty, at, rest = text.partition("@")
    area, _, shift = rest.partition("/")
    if not (duty and at and area) or text.endswith("/"):
        draft.findings.cell(table, "demand", "S405", rows, name=text)
        return
    duties, areas = draft.rulebook.duties.keys(), draft.known("areas")
    if duty not in duties:
        _report_unknown(draft, table, "demand", rows, section="duties", name=duty, known=duties)
    elif shift and shift not in (known := _shifts(draft.rulebook)[duty]):
        listed = ", ".join(sorted(known)) or "-"
        draft.findings.cell(table, "demand", "S403", rows, known=known, name=shift, duty=duty, shifts=listed)
    if areas is not None and area != EVENT_AREA and area not in areas:
        _report_unknown(draft, table, "demand", rows, section="areas", name=area, known=areas)


def _check_observations(draft: Draft, frame: pl.DataFrame) -> None:
    table = draft.texts["observations"]
    used = {measure.observe for measure in draft.rulebook.measures.values()}
    for kind, rows in sorted(frame.drop_nulls("kind").group_by("kind").agg("row").iter_rows()):
        if kind not in used:
            draft.findings.add(
                "W705", table.place(min(rows), "kind"), hint=nearest(kind, used), name=kind
            )  # fmt: skip
