"""The plan as a workbook: who goes where, demands, shortfalls, questions, and what plan it is (semantics §12.8).

Nothing in it is a formula: every text is stored as text and marked so that a spreadsheet program keeps it one when
somebody edits the cell (`=1+1` in a name stays a name).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from asn_flex.domain.plan import Plan
from asn_flex.errors import Text, UsageError
from asn_flex.explain.made import Made
from asn_flex.explain.naming import area_name, duty_name, fact_name
from asn_flex.i18n import say
from asn_flex.letters.content import Letters, clean

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Cell = str | int | None
_WIDEST = 60
_LONGEST_CELL = 32_767


def plan_xlsx(planned: Made, letters: Letters) -> bytes:
    """Return the workbook, for planners: it holds what a roll call needs, phone numbers included.

    Raises
    ------
    UsageError
        If openpyxl is not installed.
    """
    try:
        import openpyxl  # noqa: PLC0415 - an extra, and workbooks only
    except ImportError:
        raise UsageError(say("letters.not_installed")) from None
    book = openpyxl.Workbook()
    # The same plan gives the same bytes, as far as the zip allows.
    book.properties.created = book.properties.modified = datetime.fromisoformat(planned.plan.now).replace(tzinfo=None)
    tables = _Tables(planned, letters)
    for number, (key, rows) in enumerate(tables.all()):
        title = say(f"letter.sheet.{key}").in_lang(letters.lang)
        sheet = book.active if number == 0 else book.create_sheet()
        assert sheet is not None  # noqa: S101 - a new workbook has one
        sheet.title = title
        heads = [say(f"letter.column.{c}").in_lang(letters.lang) for c in _COLUMNS[key]]
        _fill(sheet, [heads, *rows], letters)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


_COLUMNS = {
    "assignments": ("no", "officer", "name_only", "nip", "rank", "post_only", "unit", "phone", "demand", "duty",
                    "place", "period", "basis", "confirm"),
    "demands": ("demand", "duty", "place", "start", "end", "priority", "seats", "minimum", "filled", "missing"),
    "shortfalls": ("demand", "missing", "reason"),
    "questions": ("officer", "name_only", "demand", "fact", "rule"),
    "about": ("what", "value"),
}  # fmt: skip


class _Tables:
    """The rows of every sheet."""

    def __init__(self, planned: Made, letters: Letters) -> None:
        self.planned, self.plan, self.letters = planned, planned.plan, letters
        self.people = {notice.person.officer: notice.person for notice in letters.notices}

    def said(self, text: Text) -> str:
        return text.in_lang(self.letters.lang)

    def all(self) -> Iterator[tuple[str, Sequence[Sequence[Cell]]]]:
        yield "assignments", list(self.assignments())
        yield "demands", list(self.demands())
        short = self.plan.shortfalls
        yield "shortfalls", [(s.demand, s.missing, self.said(say(f"letter.reason.{s.reason}"))) for s in short]
        yield "questions", list(self.questions())
        yield "about", list(self.about(self.plan))

    def assignments(self) -> Iterator[Sequence[Cell]]:
        for number, a in enumerate(self.plan.assignments, start=1):
            p = self.people[a.officer]
            rule = a.basis.rule
            label = say("letter.standard") if rule is None else self.planned.rulebook.label_of("rules", rule)
            yield (number, p.officer, p.name, p.nip, p.rank, p.post, p.unit, p.phone, p.demand, p.duty, p.place,
                   p.period, self.said(label), len(a.confirm) or None)  # fmt: skip

    def demands(self) -> Iterator[Sequence[Cell]]:
        scenario, rulebook = self.planned.scenario, self.planned.rulebook
        for d in self.plan.demands:
            place = say("place.event") if d.area is None else area_name(scenario, d.area)
            yield (d.id, self.said(duty_name(rulebook, d.duty)), self.said(place), d.start, d.end, d.priority, d.seats,
                   d.minimum, d.filled, d.seats - d.filled or None)  # fmt: skip

    def questions(self) -> Iterator[Sequence[Cell]]:
        """Which fact is to be asked, and for which rule; never what anybody would answer."""
        for a in self.plan.assignments:
            for question in a.confirm:
                fact = self.said(fact_name(self.planned.rulebook, question.attribute))
                yield a.officer, self.people[a.officer].name, a.demand, fact, question.rule

    def about(self, plan: Plan) -> Iterator[Sequence[Cell]]:
        approval = plan.approval
        yield self.said(say("letter.about.state")), self.said(say(f"letter.state.{plan.state}"))
        told = {
            "plan": plan.id, "now": plan.now, "status": plan.status,
            "rulebook": f"{plan.rulebook.id} {plan.rulebook.version}",
            "rulebook_digest": plan.rulebook.digest, "scenario": plan.scenario.id,
            "scenario_digest": plan.scenario.digest, "supersedes": plan.supersedes,
        }  # fmt: skip
        if approval is not None:
            told |= {"signer": approval.signer, "at": approval.at, "draft": approval.plan, "despite": approval.despite}
        for key, value in told.items():
            if value is not None:
                yield self.said(say(f"letter.about.{key}")), value


def _fill(sheet: Worksheet, rows: Iterable[Sequence[Cell]], letters: Letters) -> None:
    """Write rows as text and whole numbers, the head bold, repeated in print and fixed on the screen."""
    from openpyxl.styles import Font, PatternFill  # noqa: PLC0415 - an extra, and workbooks only
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - an extra, and workbooks only
    from openpyxl.worksheet.properties import PageSetupProperties  # noqa: PLC0415 - an extra, and workbooks only

    widths: dict[int, int] = {}
    for row, values in enumerate(rows, start=1):
        for column, value in enumerate(values, start=1):
            cell = sheet.cell(row, column)
            if isinstance(value, int):
                cell.value = value
            elif value:
                cell.value = clean(value)[:_LONGEST_CELL]
                # INVARIANT: a text is never a formula, whatever it begins with.
                cell.data_type, cell.quotePrefix, cell.number_format = "s", True, "@"
            widths[column] = min(_WIDEST, max(widths.get(column, 6), len(str(value or "")) + 2))
            if row == 1:
                cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDDDDD")
    for column, width in widths.items():
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    header, footer = sheet.oddHeader, sheet.oddFooter
    assert header is not None  # noqa: S101 - every sheet has them
    assert footer is not None  # noqa: S101 - every sheet has them
    if letters.head.draft:
        header.center.text, header.center.size = letters.head.draft_word, 36
    footer.left.text = letters.head.foot.replace("&", "&&")
