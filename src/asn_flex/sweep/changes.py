"""What may vary: single changes of a scenario, and the axes that they come from (semantics §12.7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from asn_flex.domain.attributes import Value
from asn_flex.domain.exact import number_text

ABSENT = "officer.absent"
Kind = Literal["event", "row", "absent", "param"]


@dataclass(frozen=True, slots=True)
class Target:
    """What a change is about.

    Attributes
    ----------
    kind : a fact of the event, facts of rows of a table, the share of absent officers, or a parameter of the rules
    key : the fact as conditions name it: `event.severity`, `area.flooded`, `officer.absent`, `param.limit`
    ids : the areas, units or officers whose fact it is; of `officer.absent` the units, none for all officers
    """

    kind: Kind
    key: str
    ids: tuple[str, ...] = ()

    @property
    def column(self) -> str:
        """How tables of results name it."""
        return self.key + (f"@{','.join(self.ids)}" if self.ids else "")


@dataclass(frozen=True, slots=True)
class Change:
    """One value of one target; `value` None makes the fact unknown, `seed` draws the absent officers."""

    target: Target
    value: Value | None
    seed: int | None = None

    @property
    def shown(self) -> str:
        """The value as it would be written."""
        if self.target.kind == "absent" and isinstance(self.value, Fraction):
            return f"{number_text(100 * self.value)}%"
        return value_text(self.value)

    def __str__(self) -> str:
        seed = f":seed={self.seed}" if self.seed is not None else ""
        return f"{self.target.column}={self.shown}{seed}"


@dataclass(frozen=True, slots=True)
class Axis:
    """Everything that one `--vary` asks for, in the order in which it was written."""

    target: Target
    changes: tuple[Change, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of results that tell its value."""
        column = self.target.column
        return (column, f"{column}.seed") if self.target.kind == "absent" else (column,)


def value_text(value: Value | None) -> str:
    """Return a value as `--vary` writes it."""
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, Fraction)):
        return number_text(value)
    if isinstance(value, frozenset):
        return "|".join(sorted(value))
    return value.isoformat() if isinstance(value, date) else value
