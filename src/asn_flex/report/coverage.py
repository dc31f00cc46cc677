"""How well every duty is covered, as bars, with a line for each place that lacks somebody."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from asn_flex.domain.attributes import DUTY_CLASSES
from asn_flex.domain.plan import DemandRecord
from asn_flex.i18n import say
from asn_flex.report.console import NARROW, Sheet, bar, percent
from asn_flex.report.planned import Planned

_STYLES = {"full": "green", "short": "yellow", "below": "bold red"}


def show_coverage(sheet: Sheet, planned: Planned) -> None:
    """Show one line with a bar per duty, and one line per place where seats stay empty."""
    if not planned.plan.demands:
        return
    sheet.heading(sheet.say("show.coverage"))
    duties = planned.by_duty
    sizes = [cell_len(sheet.word(planned.duty(duty))) + 1 for duty in duties]
    # A place stands two cells further in, and its count begins two cells earlier.
    sizes += [cell_len(sheet.word(planned.place(d))) + 3 for d in planned.plan.demands if d.filled < d.seats]
    label = min(max(sizes), max(16, sheet.width * 2 // 5))
    for class_ in DUTY_CLASSES:
        here = {duty: demands for duty, demands in duties.items() if demands[0].duty_class == class_}
        if not here:
            continue
        every = [d for demands in here.values() for d in demands]
        title = sheet.say(f"value.duty.class.{class_}")
        _row(sheet, title, label, every, 0, style="bold")
        for duty, demands in here.items():
            _row(sheet, sheet.word(planned.duty(duty)), label, demands, 2)
            for place, found in _short_places(sheet, planned, demands):
                _place(sheet, place, label, found)
            _rest(sheet, demands)


def state_of(demands: Sequence[DemandRecord]) -> str:
    """Return `full`, `short`, or `below` where some demand does not reach its minimum."""
    if any(d.filled < min(d.minimum, d.seats) for d in demands):
        return "below"
    return "full" if all(d.filled == d.seats for d in demands) else "short"


def _row(sheet: Sheet, name: str, label: int, demands: Sequence[DemandRecord], indent: int, style: str = "") -> None:
    filled, seats = sum(d.filled for d in demands), sum(d.seats for d in demands)
    colour = _STYLES[state_of(demands)]
    count, share = f"{filled}/{seats}", percent(filled, seats)
    cells = [(name, label + 2 - indent, style)]
    size = sheet.width - label - 22
    if sheet.width >= NARROW:
        size = min(size, 32)
        # The bar of a class is drawn as its duties' are, so that they compare.
        cells.append((bar(filled, seats, size), size + 1, colour))
    cells += [(count, -8, colour), (share, -5, style)]
    sheet.columns(cells, indent=indent)


def _places(demands: Sequence[DemandRecord]) -> dict[str, list[DemandRecord]]:
    found: dict[str, list[DemandRecord]] = {}
    for demand in demands:
        found.setdefault(demand.area or "", []).append(demand)
    return found


def _short_places(
    sheet: Sheet, planned: Planned, demands: Sequence[DemandRecord]
) -> list[tuple[str, list[DemandRecord]]]:
    return [
        (sheet.word(planned.place(found[0])), found)
        for _, found in sorted(_places(demands).items())
        if state_of(found) != "full"
    ]


def _place(sheet: Sheet, place: str, label: int, demands: Sequence[DemandRecord]) -> None:
    """Add the line of one place: how many of how many, by shift, and the minimum where it is missed."""
    short = [d for d in demands if d.filled < d.seats]
    filled, seats = sum(d.filled for d in demands), sum(d.seats for d in demands)
    notes = []
    low = [d for d in short if d.filled < min(d.minimum, d.seats)]
    if low:
        notes.append(sheet.say("show.below", minimum=max(d.minimum for d in low)))
    if any(d.shift is not None for d in demands):
        notes.append(", ".join(f"{d.shift} {d.filled}/{d.seats}" for d in short))
    colour = _STYLES[state_of(demands)]
    if sheet.width < NARROW:
        sheet.columns([(place, sheet.width - 16, ""), (f"{filled}/{seats}", -9, colour)], indent=4)
        for note in notes:
            sheet.line(note, indent=6, style=colour)
        return
    sheet.columns(
        [(place, label - 2, ""), (f"{filled}/{seats}", -6, colour), ("  " + "; ".join(notes), 0, colour)], indent=4
    )


def _rest(sheet: Sheet, demands: Sequence[DemandRecord]) -> None:
    places = _places(demands)
    full = [found for found in places.values() if state_of(found) == "full"]
    if full and len(full) < len(places):
        sheet.line(sheet.word(say("show.areas", count=len(full))), indent=4, style="dim")
