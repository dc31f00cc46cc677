"""The chart of a sweep: coverage over what varies, as SVG or as one page that needs no network (semantics §12.7).

The ordered fact with most values runs along; a second one tells lines apart, a third one panels. Whatever varies
beside them, seeds first of all, is a band from the worst to the best around the median.
"""

from __future__ import annotations

import html
import io
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from asn_flex.errors import Lang, UsageError
from asn_flex.i18n import say
from asn_flex.report.sweep_groups import Group, Swept, facts_of, groups_of, tiers_in
from asn_flex.report.swept import cell_text, share_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito: told apart by people who do not see colours as others do; markers say it once more.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_MARKERS = ("o", "s", "^", "D", "v", "P", "X")
_MOST_PANELS = 4


@dataclass(frozen=True)
class Layout:
    """Which fact runs along, which tells lines apart, and which panels; None where fewer facts vary."""

    along: str | None
    lines: str | None
    panels: str | None


def chart_bytes(sweep: Swept, suffix: str, lang: Lang) -> bytes:
    """Return the chart as the bytes of an `.svg` or `.html` file; the same sweep gives the same bytes.

    Raises
    ------
    UsageError
        If matplotlib is not installed, or the suffix is another.
    """
    if suffix not in {".svg", ".html"}:
        raise UsageError(say("sweep.chart_name", name=suffix or "?"))
    svg = _svg(sweep, lang)
    return svg if suffix == ".svg" else _page(sweep, svg, lang)


def layout_of(sweep: Swept) -> Layout:
    """Decide what runs along: the ordered fact with most values, else the one with most values."""
    counts = {name: len({row.get(name) for row in sweep.rows}) for name in facts_of(sweep)}
    varying = [name for name in counts if counts[name] > 1] or list(counts)[:1]
    ordered = [name for name in varying if all(_is_ordered(row.get(name)) for row in sweep.rows)]
    along = max(ordered or varying, key=lambda name: counts[name], default=None)
    others = sorted((name for name in varying if name != along), key=lambda name: counts[name])
    fit = [name for name in others if counts[name] <= len(_COLOURS)]
    lines = fit[0] if fit else None
    few = [name for name in others if name != lines and counts[name] <= _MOST_PANELS]
    return Layout(along, lines, few[0] if few else None)


def _is_ordered(value: Any) -> bool:
    return isinstance(value, (int, Fraction, date)) and not isinstance(value, bool)


def _svg(sweep: Swept, lang: Lang) -> bytes:
    try:
        import matplotlib as mpl  # noqa: PLC0415 - needs an extra
        from matplotlib.figure import Figure  # noqa: PLC0415 - needs an extra
    except ModuleNotFoundError:
        raise UsageError(say("sweep.absent_chart")) from None
    layout, tiers = layout_of(sweep), tiers_in(sweep.rows)
    shown = tuple(dict.fromkeys(tier.removesuffix(".minimum") for tier in tiers)) or ("coverage.life_safety",)
    panels = list(dict.fromkeys(row.get(layout.panels) for row in sweep.rows)) if layout.panels else [None]
    # Text stays text, and nothing in the file tells the time or is drawn by lot.
    settings: dict[Any, Any] = {"svg.hashsalt": "asn-flex", "svg.fonttype": "none", "font.family": "sans-serif"}
    with mpl.rc_context(settings):
        figure = Figure(figsize=(1.2 + 4.4 * len(panels), 0.9 + 2.7 * len(shown)), layout="constrained")
        grid = figure.subplots(len(shown), len(panels), squeeze=False, sharex=True, sharey=True)
        for y, tier in enumerate(shown):
            for x, panel in enumerate(panels):
                rows = [r for r in sweep.rows if layout.panels is None or r.get(layout.panels) == panel]
                _panel(grid[y][x], sweep, rows, layout, tier)
                grid[y][x].set_ylabel(say(f"chart.{tier}").in_lang(lang) if x == 0 else "")
                if y == 0 and layout.panels is not None:
                    grid[y][x].set_title(f"{layout.panels} = {cell_text(layout.panels, panel)}", fontsize=10)
        for x in range(len(panels)):
            grid[-1][x].set_xlabel(layout.along or say("chart.scenario").in_lang(lang))
        if layout.lines is not None:
            grid[0][-1].legend(title=layout.lines, fontsize=8, title_fontsize=8, loc="best")
        figure.suptitle(_title(sweep, lang), fontsize=10)
        out = io.BytesIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Title": _title(sweep, lang)})
    return out.getvalue()


def _title(sweep: Swept, lang: Lang) -> str:
    planned = sum(row["plan"] is not None for row in sweep.rows)
    return say("chart.title", planned=planned, count=len(sweep.rows)).in_lang(lang)


def _panel(axes: Axes, sweep: Swept, rows: Sequence[Mapping[str, Any]], layout: Layout, tier: str) -> None:
    """Draw one class: for each line the median, and around it the band from the worst to the best."""
    names = [name for name in (layout.lines, layout.along) if name is not None]
    groups = groups_of(rows, names)
    every = list(dict.fromkeys(row.get(layout.along) if layout.along else row["scenario"] for row in sweep.rows))
    ordered = layout.along is not None and all(_is_ordered(value) for value in every)
    texts = [cell_text(layout.along or "", value) for value in every]
    series: dict[Any, list[Group]] = {}
    for group in groups:
        series.setdefault(group.values[0] if layout.lines is not None else None, []).append(group)
    for number, (label, members) in enumerate(series.items()):
        at = [(_position(g.values[-1], every, ordered=ordered), g.shares(tier)) for g in members]
        points = sorted((x, shares) for x, shares in at if shares)
        if not points:
            continue
        xs = [x for x, _ in points]
        colour, marker = _COLOURS[number % len(_COLOURS)], _MARKERS[number % len(_MARKERS)]
        low, high = [min(s) for _, s in points], [max(s) for _, s in points]
        middle = [statistics.median(s) for _, s in points]
        text = cell_text(layout.lines, label) if layout.lines is not None else None
        axes.plot(xs, middle, color=colour, marker=marker, markersize=4, linestyle="-" if ordered else "", label=text)
        if ordered:
            axes.fill_between(xs, low, high, color=colour, alpha=0.18, linewidth=0)
        else:
            axes.vlines(xs, low, high, color=colour, alpha=0.5)
    axes.set_ylim(-2, 102)
    axes.grid(alpha=0.3)
    if not ordered or len(every) <= 12:
        axes.set_xticks([_position(value, every, ordered=ordered) for value in every], texts)


def _position(value: Any, every: Sequence[Any], *, ordered: bool) -> float:
    """Return where a value stands: its number, else its place among all."""
    if not ordered:
        return float(every.index(value))
    return float(value.toordinal() if isinstance(value, date) else value)


def _page(sweep: Swept, svg: bytes, lang: Lang) -> bytes:
    """Return one page with the chart and its numbers, for readers who do not see it."""
    picture = svg.decode()
    picture = picture[picture.index("<svg") :]
    tiers, facts = tiers_in(sweep.rows), facts_of(sweep) or ("scenario",)
    heads = [*facts, *(say(f"swept.{tier}").in_lang(lang) for tier in tiers), say("swept.missing").in_lang(lang)]
    lines = []
    for group in groups_of(sweep.rows, facts_of(sweep)):
        missing = group.middle_of("missing")
        cells = [cell_text(name, value) for name, value in zip(facts, group.values, strict=True)]
        cells += [share_text(group.shares(tier)) for tier in tiers] + ["–" if missing is None else f"{missing:g}"]
        lines.append("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>")
    title = html.escape(_title(sweep, lang))
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in heads)
    how = html.escape(say("swept.how").in_lang(lang))
    return f"""<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>
<style>body{{font-family:sans-serif;margin:2em}}svg{{max-width:100%;height:auto}}
table{{border-collapse:collapse}}td,th{{border:1px solid #999;padding:.2em .6em;text-align:right}}</style></head>
<body><h1>{title}</h1>
<figure role="img" aria-label="{title}">{picture}</figure>
<p>{how}</p>
<table><thead><tr>{head}</tr></thead><tbody>
{chr(10).join(lines)}
</tbody></table></body></html>
""".encode()
