"""What can go wrong, as one tree, and how a fault tells its place.

::

    AsnFlexError
    ├── InputError            carries every fault of the input at once
    │   ├── RulebookError     rule files
    │   ├── ScenarioError     scenario.yaml and tables
    │   ├── SituationConflict rules that set one fact to two values (semantics §5.2)
    │   ├── PinError          pins that cannot hold (semantics §6.1)
    │   ├── VariationError    what a sweep is to vary means nothing (semantics §12.7)
    │   └── PlanFileError     a plan or bundle that cannot be read back
    ├── UsageError            an argument that means nothing (an unknown officer, attribute, engine)
    ├── SweepStopped          processes that plan for a sweep died; finished results are kept (semantics §12.7)
    ├── CancelledError        the caller asked to stop before there was a plan
    ├── EngineError           the inference worker died, hung or answered nonsense (semantics §11)
    └── SolverError           a solver refused a model that is legal: a defect of asn-flex

What cannot be *filled* is never an error: it is a shortfall in the plan (semantics §8.6).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

Lang = Literal["id", "en"]


class Text(NamedTuple):
    """One sentence in both languages of the project."""

    id: str
    en: str

    def in_lang(self, lang: Lang) -> str:
        """Return the sentence in `lang`, or in the other language where it is empty."""
        return (self.id or self.en) if lang == "id" else (self.en or self.id)

    def in_both(self) -> str:
        """Return the sentence in both languages, once where they say the same."""
        return self.id if self.id == self.en else f"{self.id} / {self.en}"


class Place(NamedTuple):
    """Where a thing stands: file, line and column, both counted from 1; for tables the row and the column."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


NOWHERE = Place("<memory>", 1, 1)


class Note(NamedTuple):
    """Another place that belongs to a finding, and what stands there."""

    place: Place
    text: Text


class Repair(NamedTuple):
    """The one safe way to mend a finding: at `place` stands `old`; `new` should stand there instead.

    `old` may be empty, to put `new` in, and may be several lines. Where `old` stands in quotes, `place` is that of the
    quote.
    """

    place: Place
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault or warning: `file:line:column: CODE message`, with how to mend it inside the message.

    Codes that begin with `W` are warnings; every other code is an error.

    Attributes
    ----------
    notes : other places that belong to it
    repair : the one safe way to mend it, where there is one
    witness : a situation and officer that show it, as pairs of fact and value; re-evaluated before it is reported
    """

    place: Place
    code: str
    text: Text
    notes: tuple[Note, ...] = ()
    repair: Repair | None = None
    witness: tuple[tuple[str, str], ...] = ()

    @property
    def is_error(self) -> bool:
        """Whether the input is refused because of it."""
        return not self.code.startswith("W")

    def message(self, lang: Lang = "en") -> str:
        """Return the sentence without place and code."""
        return self.text.in_lang(lang)

    def render(self, lang: Lang = "en") -> str:
        """Return the whole line, `file:line:column: CODE message`."""
        return f"{self.place}: {self.code} {self.message(lang)}"

    def __str__(self) -> str:
        return self.render()


def sort_diagnostics(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Order by place and code and drop exact repetitions, so that two runs print the same lines."""
    unique = {(d.place, d.code, d.text): d for d in found}
    return tuple(unique[key] for key in sorted(unique))


class AsnFlexError(Exception):
    """Base of everything that asn-flex raises on purpose."""


class InputError(AsnFlexError):
    """Input that stops a command; `diagnostics` holds every fault, in order of place."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = sort_diagnostics(diagnostics)
        super().__init__("\n".join(d.render() for d in self.diagnostics))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Diagnostic, ...]]]:
        return type(self), (self.diagnostics,)


class RulebookError(InputError):
    """The rule files cannot be used."""


class ScenarioError(InputError):
    """The scenario cannot be used."""


class SituationConflict(InputError):  # noqa: N818 - the name is the one of semantics §5.2
    """Two rules in force set one fact to different values."""


class PinError(InputError):
    """Pins that are not eligible, or that cannot hold together."""


class VariationError(InputError):
    """What a sweep is to vary cannot be read, or means nothing in this scenario."""


class PlanFileError(InputError):
    """A plan or bundle that cannot be read back."""


class UsageError(AsnFlexError):
    """An argument that means nothing here; `text` says so in both languages, where there are two."""

    def __init__(self, message: str | Text) -> None:
        self.text = message if isinstance(message, Text) else Text(message, message)
        super().__init__(self.text.en)

    def __reduce__(self) -> tuple[type[UsageError], tuple[Text]]:
        return type(self), (self.text,)


class SweepStopped(AsnFlexError):  # noqa: N818 - nothing is wrong with the sweep, it can be taken up again
    """Processes that plan for a sweep died, or run another version; what was finished is kept."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.en)

    def __reduce__(self) -> tuple[type[SweepStopped], tuple[Text]]:
        return type(self), (self.text,)


class CancelledError(AsnFlexError):
    """The caller asked to stop before there was a plan; nothing was made."""


class EngineError(AsnFlexError):
    """The inference worker failed; nothing of its answer is used."""


class SolverError(AsnFlexError):
    """A solver refused a legal model."""
