"""Answers on the terminal: why not, what would fill a seat, what is scarce, which facts are missing (semantics §9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TextIO

from asn_flex.domain.answers import Answer, MissingFacts, Scarcity, ShortfallAnswer, WhyNot
from asn_flex.errors import Lang
from asn_flex.i18n import say, say_count
from asn_flex.report.console import Sheet, make_console
from asn_flex.report.proof import show_tree

# Prices of one kind, and people to ask, that are shown; the data has all.
MOST_PRICES = 12
MOST_ASKED = 12


def print_answer(answer: Answer, *, lang: Lang, stream: TextIO | None = None) -> None:
    """Show an answer of any kind."""
    if isinstance(answer, WhyNot):
        print_why_not(answer, lang=lang, stream=stream)
    elif isinstance(answer, ShortfallAnswer):
        print_shortfall(answer, lang=lang, stream=stream)
    elif isinstance(answer, Scarcity):
        print_scarcity(answer, lang=lang, stream=stream)
    else:
        assert isinstance(answer, MissingFacts)  # noqa: S101 - the last kind of answer
        print_missing_facts(answer, lang=lang, stream=stream)


def print_why_not(answer: WhyNot, *, lang: Lang, stream: TextIO | None = None) -> None:
    """Show why an officer does not take a demand, or what sending him would cost."""
    show_tree(answer.root, Sheet(make_console(stream), lang))


def print_shortfall(answer: ShortfallAnswer, *, lang: Lang, stream: TextIO | None = None) -> None:
    """Show why a demand is not full, and the changes that would fill a seat."""
    sheet = Sheet(make_console(stream), lang)
    show_tree(answer.root, sheet)
    if not answer.missing:
        return
    foot = Sheet(sheet.console, lang)
    foot.heading(foot.say("answers.remedies"))
    if not answer.remedies:
        foot.line(foot.say("answers.remedies.none"), indent=2)
    for remedy in answer.remedies:
        foot.bullet(foot.word(remedy.text.in_lang(lang)), style="bold")
        gain = _gain(foot, remedy.gain)
        foot.line(foot.word(say_count("answers.gain", remedy.seats, here=remedy.here, gain=gain)), indent=4)
        if remedy.alike:
            foot.line(foot.word(say_count("answers.alike", remedy.alike)), indent=4, style="dim")
    foot.print()


def print_scarcity(answer: Scarcity, *, lang: Lang, stream: TextIO | None = None) -> None:
    """Show what one more would bring, by kind."""
    sheet = Sheet(make_console(stream), lang)
    sheet.line(sheet.say(f"answers.scarcity.{answer.source}"))
    for kind in ("demand", "unit", "competency"):
        sheet.heading(sheet.say(f"answers.scarcity.{kind}"))
        priced = [p for p in answer.prices if p.kind == kind and any(t.startswith("coverage.") for t in p.price)]
        for price in priced[:MOST_PRICES]:
            name = f"{price.name} ({price.rule})" if price.rule is not None else price.name
            sheet.bullet(f"{sheet.word(name)}: {_gain(sheet, price.price)}")
        if len(priced) > MOST_PRICES:
            sheet.bullet(sheet.word(say_count("answers.scarcity.more", len(priced) - MOST_PRICES)), sign="·")
        if not priced:
            sheet.line(sheet.say("answers.scarcity.none"), indent=2)
    sheet.print()


def print_missing_facts(answer: MissingFacts, *, lang: Lang, stream: TextIO | None = None) -> None:
    """Show the missing facts that would open seats."""
    sheet = Sheet(make_console(stream), lang)
    sheet.heading(sheet.say("answers.facts"))
    if not answer.facts:
        sheet.line(sheet.say("answers.facts.none"), indent=2)
    for fact in answer.facts:
        sheet.bullet(sheet.word(fact.text.in_lang(lang)), style="bold")
        gain = _gain(sheet, fact.gain)
        sheet.line(sheet.word(say_count("answers.opens", fact.seats, gain=gain)), indent=4)
        if fact.asked:
            asked = ", ".join(fact.asked[:MOST_ASKED]) + ("…" if len(fact.asked) > MOST_ASKED else "")
            sheet.line(sheet.say("answers.facts.asked", asked=asked), indent=4, style="dim")
    if answer.untold:
        sheet.line(sheet.say("answers.facts.untold", facts=", ".join(answer.untold)), indent=2)
    sheet.print()


def _gain(sheet: Sheet, gain: Mapping[str, int]) -> str:
    parts = (
        sheet.word(say("answers.gain.tier", tier=say(f"show.tier.{tier}"), change=f"{amount:+d}"))
        for tier, amount in gain.items()
        if tier.startswith("coverage.")
    )
    return "; ".join(parts)
