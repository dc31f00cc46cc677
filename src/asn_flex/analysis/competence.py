"""What a person can hold, as questions with yes and no: which of them go together (docs/semantics.md §14).

A question is "holds the competency at a level, in full or through so many substitutions, with such evidence". One
holding answers several with yes, along the edges of the graph; what an officer's holdings answer is the union of what
each answers. So a set of answers is possible exactly if every yes comes from a holding all of whose answers are yes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from asn_flex.rulebook.schema import Competency, Requirement


@dataclass(frozen=True, slots=True)
class Question:
    """Whether an officer meets a requirement: within so many hops, and at least so strongly."""

    competency: str
    level: int = 1
    evidence: tuple[str, ...] = ()
    max_hops: int = 0
    min_strength: Fraction = Fraction(0)


def question_of(need: Requirement) -> Question:
    """Return the question whether an officer meets a requirement in full."""
    return Question(need.competency, need.level, need.evidence)


@dataclass(frozen=True, slots=True, order=True)
class Held:
    """One holding: competency, level, and the one kind of evidence with it that matters (or none)."""

    competency: str
    level: int
    evidence: str = ""

    def __str__(self) -> str:
        return f"{self.competency} {self.level}" + (f" ({self.evidence})" if self.evidence else "")


class Answers:
    """Which holdings answer which questions with yes.

    Parameters
    ----------
    competencies : the rulebook's competencies by id
    """

    def __init__(self, competencies: Mapping[str, Competency]) -> None:
        self._competencies = competencies
        self._starts: dict[Question, Mapping[str, int]] = {}

    @cached_property
    def _sources(self) -> Mapping[str, list[tuple[str, int, Fraction | None]]]:
        """By competency: from where an edge leads to it, the offset, and the strength of a substitution."""
        found: dict[str, list[tuple[str, int, Fraction | None]]] = {}
        for key, entry in self._competencies.items():
            for implied in entry.implies:
                found.setdefault(implied.competency, []).append((key, implied.level_offset, None))
            for edge in entry.substitutes:
                found.setdefault(edge.for_, []).append((key, edge.level_offset, edge.strength))
        return found

    def starts(self, question: Question) -> Mapping[str, int]:
        """Return from which competencies a holding answers yes, each with the least level that does.

        Searched backwards: landing at level n over an edge with offset o takes level n − o at its start, and no cut to
        a scale ever makes up for a level that is missing.
        """
        if question not in self._starts:
            self._starts[question] = self._search(question)
        return self._starts[question]

    def _search(self, question: Question) -> dict[str, int]:
        least: dict[str, int] = {}
        kept: dict[str, list[tuple[int, int, Fraction]]] = {}
        waiting = [(question.competency, question.level, 0, Fraction(1))]
        while waiting:
            name, level, hops, strength = waiting.pop()
            entry = self._competencies.get(name)
            if entry is None or level > entry.levels:
                continue
            rivals = kept.setdefault(name, [])
            if any(lv <= level and h <= hops and s >= strength for lv, h, s in rivals):
                continue
            rivals.append((level, hops, strength))
            least[name] = min(level, least.get(name, level))
            for source, offset, factor in self._sources.get(name, ()):
                if factor is None:
                    waiting.append((source, level - offset, hops, strength))
                elif hops < question.max_hops and strength * factor >= question.min_strength:
                    waiting.append((source, level - offset, hops + 1, strength * factor))
        return least

    def answers_yes(self, held: Held, question: Question) -> bool:
        """Whether one holding alone answers the question with yes."""
        least = self.starts(question).get(held.competency)
        return (
            least is not None and held.level >= least and (not question.evidence or held.evidence in question.evidence)
        )

    def ways(self, question: Question, among: Iterable[Question]) -> Iterator[tuple[Held, frozenset[Question]]]:
        """Yield the holdings worth trying that answer `question`, each with all it answers `among` others.

        Only the least level is tried, and one kind of evidence at a time: more of either answers more than need be,
        and two kinds are two holdings.
        """
        asked = tuple(among)
        seen: set[frozenset[Question]] = set()
        for competency, least in sorted(self.starts(question).items()):
            for evidence in question.evidence or ("",):
                held = Held(competency, least, evidence)
                answered = frozenset(q for q in asked if self.answers_yes(held, q))
                if answered not in seen:
                    seen.add(answered)
                    yield held, answered
