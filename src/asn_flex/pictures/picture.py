"""A picture as callers hold it: it shows itself in a notebook, and saves itself as SVG or PNG."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from asn_flex.errors import Lang, UsageError
from asn_flex.i18n import say
from asn_flex.pictures import data
from asn_flex.readwrite.plan_json import write_whole
from asn_flex.report.planned import Planning
from asn_flex.rulebook.model import Rulebook

Kind = Literal["coverage", "moves", "map", "graph"]
KINDS: tuple[Kind, ...] = ("coverage", "moves", "map", "graph")


@dataclass(frozen=True)
class Picture:
    """A picture of a plan or a rulebook; the same one has the same bytes.

    Parameters
    ----------
    kind : `coverage`, `moves`, `map` or `graph`
    data : the numbers and names in it
    lang : the language of its words
    """

    kind: Kind
    data: data.Data
    lang: Lang

    def to_svg(self) -> bytes:
        """Return it as SVG, whose text stays text.

        Raises
        ------
        UsageError
            If matplotlib is not installed (the extra `chart`).
        """
        return self._drawn("svg")

    def to_png(self) -> bytes:
        """Return it as PNG, 150 dots an inch.

        Raises
        ------
        UsageError
            If matplotlib is not installed (the extra `chart`).
        """
        return self._drawn("png")

    def save(self, path: str | Path) -> None:
        """Write it as `.svg` or `.png`, whole or not at all.

        Raises
        ------
        UsageError
            If the name ends otherwise, or matplotlib is not installed (the extra `chart`).
        PlanFileError
            If it cannot be written.
        """
        path = Path(path)
        form = path.suffix.lower().removeprefix(".")
        if form not in {"svg", "png"}:
            raise UsageError(say("picture.name", name=path.suffix or "?"))
        write_whole(path, self._drawn(form))

    def _drawn(self, form: str) -> bytes:
        from asn_flex.pictures.draw import drawn  # noqa: PLC0415 - needs an extra

        return drawn(self.data, form, self.lang)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Show it in a notebook."""
        del include, exclude
        return {"image/svg+xml": self.to_svg().decode()}


def picture_of_plan(planning: Planning, kind: str, lang: Lang) -> Picture:
    """Return a picture of a plan.

    Raises
    ------
    UsageError
        If there is no such kind of picture.
    """
    makers: Mapping[str, tuple[Kind, Callable[[], data.Data]]] = {
        "coverage": ("coverage", lambda: data.coverage(planning)),
        "moves": ("moves", lambda: data.moves(planning)),
        "map": ("map", lambda: data.areas(planning)),
        "graph": ("graph", lambda: data.competencies(planning.rulebook, planning)),
    }
    if kind not in makers:
        raise UsageError(say("picture.kind", name=kind, known=", ".join(KINDS)))
    name, make = makers[kind]
    return Picture(name, make(), lang)


def picture_of_rulebook(rulebook: Rulebook, lang: Lang) -> Picture:
    """Return the competency graph of a rulebook."""
    return Picture("graph", data.competencies(rulebook), lang)
