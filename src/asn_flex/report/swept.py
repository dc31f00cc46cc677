"""A sweep on the terminal: one line for each combination, coverage by class (semantics §12.7)."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, TextIO

from asn_flex.domain.exact import number_text
from asn_flex.errors import Lang, Text
from asn_flex.i18n import say
from asn_flex.report.console import Sheet, make_console
from asn_flex.report.sweep_groups import Group, Swept, facts_of, groups_of, tiers_in

# More lines nobody reads; the table in the folder has them all.
MOST_LINES = 60
MOST_PROBLEMS = 5
# Columns of shares, and from which width of the terminal they are wide.
_WIDTH, _NARROW_WIDTH, _WIDE = 14, 12, 72


def print_sweep(
    sweep: Swept, *, lang: Lang, folder: Path | None = None, chart: Path | None = None, stream: TextIO | None = None
) -> None:
    """Show coverage for each combination of what varies: the median over seeds, and the worst of them.

    References
    ----------
    docs/semantics.md §12.7.
    """
    sheet = Sheet(make_console(stream), lang)
    groups = groups_of(sweep.rows, facts_of(sweep))
    tiers = tiers_in(sweep.rows)
    facts = facts_of(sweep) or ("scenario",)
    planned = sum(row["plan"] is not None for row in sweep.rows)
    sheet.line(sheet.say("swept.summary", planned=planned, count=len(sweep.rows)), style="bold")
    sheet.line(sheet.say("swept.how"), style="dim")
    sheet.blank()
    widths = [max(len(name), *(len(cell_text(name, g.values[i])) for g in groups)) + 2 for i, name in enumerate(facts)]
    # A narrow terminal shows the first tiers; the table in the folder has them all.
    size = _WIDTH if sheet.width >= _WIDE else _NARROW_WIDTH
    tiers = tiers[: max(1, (sheet.width - 2 - sum(widths)) // size - 1)]
    heads = [(name, width, "bold") for name, width in zip(facts, widths, strict=True)]
    heads += [(sheet.say(f"swept.{tier}"), -size, "bold") for tier in tiers]
    sheet.columns([*heads, (sheet.say("swept.missing"), -size, "bold")])
    for group in groups[:MOST_LINES]:
        _line(sheet, group, facts, [*widths, *(-size for _ in tiers), -size], tiers)
    if len(groups) > MOST_LINES:
        sheet.line(sheet.say("swept.more", count=len(groups) - MOST_LINES), style="dim")
    _settled(sheet, sweep)
    _problems(sheet, sweep)
    for key, path in (("swept.folder", folder), ("swept.chart", chart)):
        if path is not None:
            sheet.line(sheet.say(key, path=str(path)))
    sheet.print()


def _line(sheet: Sheet, group: Group, facts: tuple[str, ...], widths: list[int], tiers: tuple[str, ...]) -> None:
    cells = [(cell_text(name, value), "") for name, value in zip(facts, group.values, strict=True)]
    for tier in tiers:
        shares = group.shares(tier)
        cells.append((share_text(shares), "" if not shares or min(shares) == 100 else "yellow"))
    missing = group.middle_of("missing")
    cells.append(("–" if missing is None else f"{missing:g}", ""))
    sheet.columns((text, width, style) for (text, style), width in zip(cells, widths, strict=True))


def share_text(shares: list[float]) -> str:
    """Return the median share and, where seeds differ, the worst; cut to whole percent, so 100 means all.

    Examples
    --------
    >>> share_text([100.0, 99.9, 80.4]), share_text([100.0]), share_text([])
    ('99% (80%)', '100%', '–')
    """
    if not shares:
        return "–"
    middle, worst = int(statistics.median(shares)), int(min(shares))
    return f"{middle}%" if middle == worst else f"{middle}% ({worst}%)"


def cell_text(name: str, value: Any) -> str:
    """Return a varied fact as people wrote it."""
    if value is None:
        return "?"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Fraction):
        return f"{number_text(100 * value)}%" if name.partition("@")[0] == "officer.absent" else number_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return "|".join(sorted(value)) if isinstance(value, frozenset) else str(value)


def _settled(sheet: Sheet, sweep: Swept) -> None:
    """Say where rules settle a varied fact otherwise: then rows are alike for a reason."""
    for name, column in (("event.severity", "severity"), ("event.phase", "phase")):
        if name not in sweep.varied:
            continue
        found: dict[Any, set[Any]] = {}
        for row in sweep.rows:
            if row["plan"] is not None and row[column] != row[name]:
                found.setdefault(row[name], set()).add(row[column])
        for given, settled in found.items():
            values = ", ".join(sorted(cell_text(name, value) for value in settled))
            sheet.line(
                sheet.say("swept.settled", name=name, given=cell_text(name, given), settled=values), style="yellow"
            )


def _problems(sheet: Sheet, sweep: Swept) -> None:
    bad = [row for row in sweep.rows if row["plan"] is None]
    for row in bad[:MOST_PROBLEMS]:
        facts = " ".join(f"{name}={cell_text(name, row.get(name))}" for name in sweep.varied) or row["scenario"]
        text = Text(row["problem_id"] or "", row["problem"] or "")
        sheet.bullet(sheet.word(say("swept.problem", facts=facts, problem=text)), style="red")
    if len(bad) > MOST_PROBLEMS:
        sheet.line(sheet.say("swept.more_problems", count=len(bad) - MOST_PROBLEMS), style="red")
    limited = sum(row["status"] == "feasible" for row in sweep.rows)
    if limited:
        sheet.line(sheet.say("swept.limited", count=limited), style="yellow")


def as_csv(sweep: Swept) -> bytes:
    """Return every row for a spreadsheet: values as `--vary` writes them."""
    import csv  # noqa: PLC0415 - used here only
    import io  # noqa: PLC0415 - used here only

    out = io.StringIO()
    names = list(dict.fromkeys(["scenario", *sweep.varied, *(name for row in sweep.rows for name in row)]))
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for row in sweep.rows:
        writer.writerow([_csv_cell(name, row) for name in names])
    return out.getvalue().encode()


def _csv_cell(name: str, row: Mapping[str, Any]) -> str:
    value = row.get(name)
    return "" if value is None else cell_text(name, value)
