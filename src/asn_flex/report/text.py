"""Plans, proofs and verdicts on the terminal (semantics §12.2). Only this package and the command line print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol, TextIO

from asn_flex.domain.plan import Plan
from asn_flex.domain.proof import Proof
from asn_flex.errors import Diagnostic, Lang
from asn_flex.i18n import say
from asn_flex.messages import is_sentence
from asn_flex.report.console import Sheet, make_console
from asn_flex.report.coverage import show_coverage
from asn_flex.report.gaps import show_possible, show_questions, show_shortfalls
from asn_flex.report.moves import show_displaced, show_priorities, show_set_aside, show_units, show_warnings
from asn_flex.report.planned import Planned, Planning
from asn_flex.report.proof import show_proof
from asn_flex.report.summary import Typed, short_id, show_head, show_next, show_status


class Verdict(Protocol):
    """The second opinion on a plan; `asn_flex.Verification` is one."""

    @property
    def ok(self) -> bool:
        """Whether nothing was found against the plan."""

    @property
    def findings(self) -> Sequence[Diagnostic]:
        """Everything that is wrong."""

    @property
    def optimality(self) -> str:
        """How far the optimum is proven."""

    @property
    def checked(self) -> Mapping[str, int]:
        """How much was read again, by what."""


def print_plan(
    planning: Planning,
    *,
    lang: Lang,
    scenario_path: Path | None = None,
    out: Path | None = None,
    bundle: Path | None = None,
    html: Path | None = None,
    rules: Path | None = None,
    previous: Path | None = None,
    program: str = "asn-flex",
    stream: TextIO | None = None,
) -> None:
    """Show a plan to whoever must act on it: coverage, gaps with their reasons, questions, moves, proof, next steps.

    Values of sensitive facts are never shown.

    Parameters
    ----------
    planning : the plan with its rulebook, scenario and situation
    lang : language of labels and sentences
    scenario_path, rules, previous, out, bundle, html : how the plan was asked for, for the commands to type next
    program : how this shell calls asn-flex
    stream : where to write; stdout by default

    References
    ----------
    docs/semantics.md §8.5-§8.7, §12.2.
    """
    planned = Planned(planning)
    typed = Typed(
        scenario=scenario_path, rules=rules, previous=previous, out=out, bundle=bundle, html=html, program=program
    )
    sheet = Sheet(make_console(stream), lang)
    show_head(sheet, planned, typed)
    show_coverage(sheet, planned)
    show_shortfalls(sheet, planned)
    show_questions(sheet, planned)
    show_possible(sheet, planned, typed)
    show_displaced(sheet, planned)
    show_units(sheet, planned)
    show_priorities(sheet, planned)
    show_set_aside(sheet, planned)
    show_warnings(sheet, planned)
    show_status(sheet, planned)
    show_next(sheet, planned, typed)
    sheet.print()


def print_verification(result: Verdict, plan: Plan, *, lang: Lang, stream: TextIO | None = None) -> None:
    """Show the second opinion on a plan: the verdict, every finding, how far the optimum is proven, what was read.

    References
    ----------
    docs/semantics.md §10.
    """
    sheet = Sheet(make_console(stream), lang)
    if result.ok:
        sheet.line(sheet.say("show.verify.ok"), style="bold green")
    else:
        sheet.line(sheet.say_count("show.verify.bad", len(result.findings)), style="bold red")
    for finding in result.findings:
        sheet.bullet(f"{finding.code} {sheet.word(finding.text)}")
    sheet.line(sheet.say(f"show.verify.{result.optimality}"), style="" if result.optimality == "proven" else "yellow")
    checked = ", ".join(f"{count} {_counted(sheet, name)}" for name, count in result.checked.items())
    if checked:
        sheet.line(f"{sheet.say('show.verify.checked')}: {checked}", style="dim")
    sheet.line(f"{short_id(plan.id)}, {plan.now}", style="dim")
    sheet.print()


def _counted(sheet: Sheet, name: str) -> str:
    key = f"show.checked.{name}"
    return sheet.word(say(key)) if is_sentence(key) else name.replace("_", " ")


def print_proof(proof: Proof, *, lang: Lang, stream: TextIO | None = None) -> None:
    """Show a proof as a tree, with the lines and rows it rests on, and the laws that its rules cite.

    References
    ----------
    docs/semantics.md §9.
    """
    show_proof(proof, Sheet(make_console(stream), lang))
