"""A plain search for the ways in which holdings meet a requirement (semantics §7.1, §7.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from asn_flex.rulebook.schema import Competency


@dataclass(frozen=True, slots=True)
class Path:
    """One way from a holding to a competency: strength, substitution hops, final level, and nodes passed."""

    strength: Fraction
    hops: int
    level: int
    via: tuple[str, ...]

    @property
    def rank(self) -> tuple[Fraction, int, int, tuple[str, ...]]:
        """The order of preference: stronger, fewer hops, shorter, smallest ids."""
        return (-self.strength, self.hops, len(self.via), self.via)

    def beats(self, other: Path) -> bool:
        """Whether every continuation of this path is at least as good as that of the other."""
        return self.level >= other.level and self.hops <= other.hops and self.rank <= other.rank


@dataclass(frozen=True, slots=True)
class Holding:
    """A competency held at a level, with the kinds of evidence and the last day on which it counts."""

    competency: str
    level: int
    evidence: frozenset[str]
    valid_until: date | None


class Graph:
    """The competency graph, searched from one holding at a time.

    Parameters
    ----------
    competencies : the rulebook's competencies by id
    max_hops : the most substitution hops that any rule allows
    """

    def __init__(self, competencies: Mapping[str, Competency], max_hops: int) -> None:
        self._competencies = competencies
        self._max_hops = max_hops
        self._found: dict[tuple[str, int], dict[str, list[Path]]] = {}

    def paths(self, competency: str, level: int) -> Mapping[str, list[Path]]:
        """Return every path worth having from a holding, by the competency where it ends."""
        key = (competency, level)
        if key not in self._found:
            self._found[key] = self._search(competency, level)
        return self._found[key]

    def _search(self, competency: str, level: int) -> dict[str, list[Path]]:
        kept: dict[str, list[Path]] = {}
        open_paths = [Path(Fraction(1), 0, level, (competency,))]
        while open_paths:
            path = open_paths.pop()
            rivals = kept.setdefault(path.via[-1], [])
            if any(rival.beats(path) for rival in rivals):
                continue
            rivals[:] = [rival for rival in rivals if not path.beats(rival)]
            rivals.append(path)
            open_paths.extend(self._steps(path))
        return kept

    def _steps(self, path: Path) -> Iterator[Path]:
        entry = self._competencies.get(path.via[-1])
        if entry is None:
            return
        for implied in entry.implies:
            level = self._cut(path.level + implied.level_offset, implied.competency)
            if level >= 1:
                yield Path(path.strength, path.hops, level, (*path.via, implied.competency))
        if path.hops >= self._max_hops:
            return
        for edge in entry.substitutes:
            level = self._cut(path.level + edge.level_offset, edge.for_)
            if level >= 1:
                yield Path(path.strength * edge.strength, path.hops + 1, level, (*path.via, edge.for_))

    def _cut(self, level: int, competency: str) -> int:
        entry = self._competencies.get(competency)
        return level if entry is None else min(level, entry.levels)


@dataclass
class Holdings:
    """What one officer holds (or several hold alike)."""

    graph: Graph
    held: tuple[Holding, ...]
    _known: dict[tuple[str, int, int, tuple[str, ...], date], Path | None] = field(default_factory=dict)

    def reach(self, competency: str, level: int, max_hops: int, evidence: tuple[str, ...], day: date) -> Path | None:
        """Return the best path to a competency at a level or above, or None.

        Parameters
        ----------
        competency, level : what is required
        max_hops : the most substitution hops; 0 means in full
        evidence : kinds of evidence, any one of which the first holding must carry; empty asks for none
        day : the day on which holdings must still be valid

        References
        ----------
        docs/semantics.md §7.2, §6.4.
        """
        key = (competency, level, max_hops, evidence, day)
        if key not in self._known:
            paths = self._paths_to(competency, level, max_hops, evidence, day)
            self._known[key] = min(paths, key=lambda path: path.rank, default=None)
        return self._known[key]

    def _paths_to(
        self, competency: str, level: int, max_hops: int, evidence: tuple[str, ...], day: date
    ) -> Iterator[Path]:
        for holding in self.held:
            if holding.valid_until is not None and holding.valid_until < day:
                continue
            if evidence and not holding.evidence.intersection(evidence):
                continue
            for path in self.graph.paths(holding.competency, holding.level).get(competency, ()):
                if path.level >= level and path.hops <= max_hops:
                    yield path


def read_holding(row: Mapping[str, Any]) -> Holding:
    """Return what a row of the holdings table says; each row stands alone."""
    return Holding(row["competency"], row["level"], frozenset(row["evidence"] or ()), row["valid_until"])
