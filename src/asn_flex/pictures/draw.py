"""How pictures look: matplotlib's own figures, without a window and without its global state of figures.

Nothing is told by colour alone: numbers stand beside bars and in circles, and signs repeat what colours say.
"""

from __future__ import annotations

import io
import textwrap
from typing import TYPE_CHECKING, Any

from asn_flex.errors import Lang, UsageError
from asn_flex.i18n import say, say_count
from asn_flex.pictures.data import Coverage, Data, Graph, Map, Moves

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito: told apart by people who do not see colours as others do.
_FULL, _SHORT, _BELOW, _EMPTY, _INK = "#0072B2", "#E69F00", "#D55E00", "#E3E7EB", "#1B2733"
_COLOUR = {"full": _FULL, "short": _SHORT, "below": _BELOW}
_SIGN = {"full": "✓", "short": "◐", "below": "▲"}


def drawn(data: Data, form: str, lang: Lang) -> bytes:
    """Return a picture as the bytes of an SVG or PNG file; the same picture gives the same bytes.

    Raises
    ------
    UsageError
        If matplotlib is not installed.
    """
    try:
        import matplotlib as mpl  # noqa: PLC0415 - needs an extra
    except ModuleNotFoundError:
        raise UsageError(say("picture.absent")) from None
    settings: dict[Any, Any] = {"svg.hashsalt": "asn-flex", "svg.fonttype": "none", "font.family": "DejaVu Sans"}
    with mpl.rc_context():
        # Whatever the caller has set for pictures of their own.
        mpl.rcdefaults()
        mpl.rcParams.update(settings)
        figure = _figure(data, lang)
        out = io.BytesIO()
        figure.savefig(out, format=form, dpi=150, metadata={"Date": None} if form == "svg" else {"Software": None})
    return out.getvalue()


def _figure(data: Data, lang: Lang) -> Figure:
    if isinstance(data, Coverage):
        return _coverage(data, lang)
    if isinstance(data, Moves):
        return _moves(data, lang)
    return _map(data, lang) if isinstance(data, Map) else _graph(data, lang)


def _new(width: float, height: float, kind: str, lang: Lang, note: str = "") -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure  # noqa: PLC0415 - needs an extra

    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots()
    for side in axes.spines.values():
        side.set_visible(False)
    axes.set_title(say(f"picture.{kind}").in_lang(lang), loc="left", fontsize=13, fontweight="bold", color=_INK)
    if note:
        figure.supxlabel(note, fontsize=8, x=0.01, ha="left", color=_INK)
    return figure, axes


def _wrapped(text: str, width: int = 34) -> str:
    # A dollar sign is no formula.
    return "\n".join(textwrap.wrap(text, width) or [""]).replace("$", r"\$")


def _legend(lang: Lang) -> str:
    return "   ".join(f"{sign} {say(f'picture.state.{state}').in_lang(lang)}" for state, sign in _SIGN.items())


def _coverage(data: Coverage, lang: Lang) -> Figure:
    note = _legend(lang)
    if data.rest:
        note += "\n" + say_count("picture.rest", data.rest).in_lang(lang)
    figure, axes = _new(9, 1.5 + 0.36 * max(1, len(data.bars)), "coverage", lang, note)
    rows = range(len(data.bars))
    axes.barh(rows, [bar.seats for bar in data.bars], color=_EMPTY, height=0.72)
    axes.barh(rows, [bar.filled for bar in data.bars], color=[_COLOUR[bar.state] for bar in data.bars], height=0.72)
    for row, bar in enumerate(data.bars):
        axes.text(bar.seats, row, f"  {bar.filled}/{bar.seats} {_SIGN[bar.state]}", va="center", fontsize=9, color=_INK)
    axes.set_yticks(rows, [_wrapped(bar.label.in_lang(lang), 44) for bar in data.bars], fontsize=9)
    axes.invert_yaxis()
    axes.set_xticks([])
    axes.set_xlim(0, max([bar.seats for bar in data.bars], default=1) * 1.15)
    axes.tick_params(length=0)
    return figure


def _moves(data: Moves, lang: Lang) -> Figure:
    rows, columns = max(1, len(data.units)), max(1, len(data.duties))
    figure, axes = _new(4.2 + 0.5 * columns, 3.0 + 0.34 * rows, "moves", lang)
    most = max((count for row in data.counts for count in row), default=1) or 1
    for y, row in enumerate(data.counts):
        for x, count in enumerate(row):
            if count:
                axes.scatter([x], [y], s=60 + 380 * count / most, color=_FULL, alpha=0.25 + 0.55 * count / most)
                axes.text(x, y, str(count), ha="center", va="center", fontsize=8, color=_INK)
    axes.set_yticks(range(len(data.units)), [_wrapped(u.in_lang(lang), 44) for u in data.units], fontsize=8)
    names = [_wrapped(d.in_lang(lang), 26) for d in data.duties]
    axes.set_xticks(range(len(data.duties)), names, fontsize=8, rotation=60, ha="right")
    axes.set_xlim(-0.6, columns - 0.4)
    axes.set_ylim(rows - 0.4, -0.6)
    axes.grid(visible=True, color=_EMPTY, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    return figure


def _map(data: Map, lang: Lang) -> Figure:
    note = _legend(lang)
    if data.unplaced:
        note += "\n" + say_count("picture.unplaced", data.unplaced).in_lang(lang)
    figure, axes = _new(9, 8, "map", lang, note)
    axes.set_aspect("equal", adjustable="datalim")
    axes.margins(0.15)
    shared: dict[tuple[float, float], int] = {}
    extent = max(
        (max(v) - min(v) for v in ([s.lat for s in data.spots], [s.lon for s in data.spots]) if v), default=0.0
    )
    for spot in data.spots:
        # Areas that take the coordinates of one around them stand below one another.
        place = (spot.lat, spot.lon)
        below = shared.get(place, 0)
        shared[place] = below + 1
        lat = spot.lat - below * (extent or 0.01) * 0.045
        axes.scatter([spot.lon], [lat], s=40 + 12 * spot.seats, color=_COLOUR[spot.state], alpha=0.85, zorder=2)
        label = f"{spot.label.in_lang(lang)} {spot.filled}/{spot.seats} {_SIGN[spot.state]}".replace("$", r"\$")
        beside = ((40 + 12 * spot.seats) ** 0.5 / 2 + 3, 0)
        axes.annotate(label, (spot.lon, lat), beside, textcoords="offset points", fontsize=7, va="center", color=_INK)
    axes.set_xticks([])
    axes.set_yticks([])
    return figure


def _graph(data: Graph, lang: Lang) -> Figure:
    tallest = max(len(data.left), len(data.right), 1)
    figure, axes = _new(10.5, 1.6 + 0.42 * tallest, "graph", lang, say("picture.edges").in_lang(lang))
    start = {node: (i + 0.5) * tallest / len(data.left) for i, node in enumerate(data.left)}
    end = {node: (i + 0.5) * tallest / len(data.right) for i, node in enumerate(data.right)}
    for edge in data.edges:
        y1, y2 = start[edge.start], end[edge.end]
        style, colour = ("--", _BELOW) if edge.strength else ("-", _FULL)
        arrow = {"arrowstyle": "-|>", "color": colour, "lw": 1.2, "ls": style}
        axes.annotate("", xy=(1, y2), xytext=(0, y1), arrowprops=arrow)
        told = " · ".join(part for part in (edge.strength, f"{edge.used}×" if edge.used else "") if part)
        if told:
            # Near the start, where lines still lie apart.
            box = {"facecolor": "white", "edgecolor": "none", "pad": 0.4}
            axes.text(0.2, y1 + 0.2 * (y2 - y1), told, fontsize=7, ha="center", va="center", color=_INK, bbox=box)
    for node, y in start.items():
        axes.text(-0.02, y, _line(data.nodes[node].in_lang(lang)), ha="right", va="center", fontsize=8, color=_INK)
    for node, y in end.items():
        axes.text(1.02, y, _line(data.nodes[node].in_lang(lang)), ha="left", va="center", fontsize=8, color=_INK)
    axes.set_xlim(-0.75, 1.75)
    axes.set_ylim(tallest + 0.1, -0.1)
    axes.set_xticks([])
    axes.set_yticks([])
    return figure


def _line(text: str) -> str:
    return textwrap.shorten(text, 52, placeholder="…").replace("$", r"\$")
