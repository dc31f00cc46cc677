"""The folder in which every plan is kept, one bundle each, in order (semantics §8.8).

A bundle is written beside its place, flushed to the disk and then renamed, so whatever bears a plan's name is a whole
plan. Names carry a number and the beginning of the plan's id; none is written twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from asn_flex.domain.plan import Plan
from asn_flex.errors import Diagnostic, Place, PlanFileError
from asn_flex.i18n import fault
from asn_flex.pipeline import Planning, open_bundle
from asn_flex.readwrite.findings import file_problem

_NAME = re.compile(r"plan-(\d{4,9})-[0-9a-f]{8}\.zip")
# So many damaged plans are passed over in search of a sound one.
_MOST_DAMAGED = 20


@dataclass(frozen=True)
class Shelf:
    """The kept plans of one scenario."""

    folder: Path

    def plans(self) -> list[Path]:
        """Return the kept plans, the oldest first."""
        if not self.folder.is_dir():
            return []
        found = [(int(m[1]), p) for p in self.folder.iterdir() if (m := _NAME.fullmatch(p.name)) is not None]
        return [path for _, path in sorted(found)]

    def last(self) -> tuple[Path | None, Planning | None, tuple[Diagnostic, ...]]:
        """Return the newest sound plan with its file, and why newer files were passed over."""
        faults: list[Diagnostic] = []
        for path in self._newest():
            try:
                return path, open_bundle(path), tuple(faults)
            except PlanFileError as error:
                faults += error.diagnostics
        return None, None, tuple(faults)

    def _newest(self) -> Iterator[Path]:
        yield from self.plans()[: -_MOST_DAMAGED - 1 : -1]

    def begin(self) -> None:
        """Make the folder, so that a plan that took long is not lost for the want of one.

        Raises
        ------
        PlanFileError
            If it cannot be made.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            place = Place(self.folder.as_posix(), 1, 1)
            raise PlanFileError([fault("F105", place, problem=file_problem(error))]) from None

    def keep(self, planning: Planning) -> Path:
        """Write a plan with all that it rests on, and return its file.

        Raises
        ------
        PlanFileError
            If it cannot be written; the plans before it are as they were.
        """
        kept = self.plans()
        number = int(_NAME.fullmatch(kept[-1].name)[1]) + 1 if kept else 1  # type: ignore[index]
        path = self.folder / f"plan-{number:04d}-{short_id(planning.plan)}.zip"
        planning.save_bundle(path)
        return path


def short_id(plan: Plan) -> str:
    """Return the beginning of a plan's id."""
    return plan.id.removeprefix("sha256:")[:8]
