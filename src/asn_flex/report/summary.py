"""The head and the foot of a plan on the terminal: what happened, how good the plan is, what to type next."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asn_flex.domain.plan import Tier
from asn_flex.errors import Text
from asn_flex.explain.naming import join, moment, plain, span
from asn_flex.i18n import say, say_count
from asn_flex.report.console import NARROW, Sheet, percent
from asn_flex.report.planned import Planned
from asn_flex.rulebook.schema import Escalate


@dataclass(frozen=True)
class Typed:
    """How the plan was asked for, so that the next commands can be typed as shown."""

    scenario: Path | None = None
    rules: Path | None = None
    previous: Path | None = None
    out: Path | None = None
    bundle: Path | None = None
    html: Path | None = None
    program: str = "asn-flex"

    def command(self, *parts: str) -> str:
        """Return a command of asn-flex with its parts quoted for a shell."""
        return f"{self.program} {shlex.join(parts)}"

    def plan_again(self, *options: str) -> str:
        """Return the command that plans the same scenario with more options."""
        return self.command("plan", str(self.scenario or "SCENARIO"), *self._rules(), *options)

    def opened(self, *, previous: bool = False) -> list[str] | None:
        """Return the arguments that open the plan again; None where it was not written."""
        if self.bundle is not None:
            return [str(self.bundle)]
        if self.out is None:
            return None
        before = ["--previous", str(self.previous)] if previous and self.previous is not None else []
        return [str(self.out), "--scenario", str(self.scenario or "SCENARIO"), *self._rules(), *before]

    def _rules(self) -> list[str]:
        return ["--rules", str(self.rules)] if self.rules is not None else []


def show_head(sheet: Sheet, planned: Planned, typed: Typed) -> None:
    """Say what the plan is about, what was derived, what is recommended, and how much of it is filled."""
    plan, event, scenario = planned.plan, planned.plan.event, planned.scenario
    label = scenario.label if scenario.label.id or scenario.label.en else plain(scenario.id)
    sheet.line(sheet.word(label), style="bold")
    phase = planned.value("event.phase", event.phase) if event.phase is not None else say("show.no_phase")
    parts = [
        planned.rulebook.label_of("events", event.type),
        say("show.severity", value=event.severity) if event.severity is not None else say("show.no_severity"),
        phase,
        *([plain(scenario.event.decree)] if scenario.event.decree else []),
    ]
    sheet.line(sheet.word(join(parts, " · ")))
    now = moment(datetime.fromisoformat(plan.now))
    period = scenario.period
    days = span(period.first_day_from(scenario.today).isoformat(), period.last_day.isoformat())
    sheet.line(sheet.say("show.planned", id=short_id(plan.id), span=days, now=now), style="dim")
    if plan.conditional_on:
        facts = join(_equals(planned, key, value) for key, value in sorted(plan.conditional_on.items()))
        sheet.line(sheet.say("show.conditional", facts=facts), style="bold yellow")
    _totals(sheet, planned)
    _derived(sheet, planned)
    _recommended(sheet, planned, typed)


def short_id(plan_id: str) -> str:
    """Return the beginning of a plan's hash, enough to tell plans apart by eye."""
    return plan_id.removeprefix("sha256:")[:12] or "?"


def _equals(planned: Planned, key: str, value: object) -> Text:
    shown = planned.value(key, value)  # type: ignore[arg-type]
    return Text(*(f"{name} = {part}" for name, part in zip(planned.fact(key), shown, strict=True)))


def _totals(sheet: Sheet, planned: Planned) -> None:
    plan = planned.plan
    sheet.blank()
    seats, filled = sum(d.seats for d in plan.demands), sum(d.filled for d in plan.demands)
    if not seats:
        sheet.line(sheet.say("show.summary.none"), style="bold")
        return
    officers = planned.scenario.tables.officers.height
    share = percent(filled, seats)
    sheet.line(sheet.say("show.summary", filled=filled, seats=seats, share=share, officers=officers), style="bold")
    below = sum(d.filled < min(d.minimum, d.seats) for d in plan.demands)
    if below:
        sheet.line(sheet.say_count("show.summary.minimum", below), style="bold red")
    questions = sum(len(a.confirm) for a in plan.assignments)
    if questions:
        asked = sum(bool(a.confirm) for a in plan.assignments)
        sheet.line(
            sheet.say_count("show.summary.questions", questions, officers=say_count("count.officers", asked)),
            style="yellow",
        )


def _derived(sheet: Sheet, planned: Planned) -> None:
    event = planned.plan.event
    if not event.derived_by:
        return
    sheet.blank()
    sheet.line(sheet.say("show.derived") + ":")
    given = planned.scenario.event.given
    # The severity is what people ask for first.
    for name in sorted(event.derived_by, key=lambda n: (n != "severity", n)):
        key = f"event.{name}"
        value = event.severity if name == "severity" else event.facts.get(name)
        if value is None:
            continue
        before = plain("")
        if name in given and not planned.rulebook.attributes[key].sensitive:
            before = say("show.derived.given", value=planned.value(key, given[name]))  # type: ignore[arg-type]
        fact = say("show.derived.line", fact=planned.fact(key), value=planned.value(key, value), given=before)
        rules = ", ".join(event.derived_by[name])
        sheet.bullet(f"{sheet.word(fact)} – {rules}")


def _recommended(sheet: Sheet, planned: Planned, typed: Typed) -> None:
    for name, values in sorted(planned.plan.event.recommended.items()):
        key = f"event.{name}"
        for value in values:
            rules = ", ".join(_recommending(planned, name, value))
            text = sheet.say("show.recommended", fact=planned.fact(key), value=planned.value(key, value), rules=rules)
            sheet.blank()
            sheet.line(text, style="bold yellow")
            if name == "phase":
                sheet.line(sheet.say("show.recommended.decree", command=""), indent=2)
                sheet.raw(typed.plan_again("--assume", f"{key}={value}"), indent=4, style="green")


def _recommending(planned: Planned, name: str, value: object) -> list[str]:
    return [
        rule_id
        for rule_id in planned.plan.rules_in_force
        if isinstance(rule := planned.rulebook.by_id.get(rule_id), Escalate) and rule.recommend.get(name) == value
    ]


def show_status(sheet: Sheet, planned: Planned) -> None:
    """Say whether the plan is the best, who says so, and what each tier came to."""
    plan = planned.plan
    sheet.heading(sheet.say("show.status"))
    key = "show.status.feasible" if plan.status == "feasible" else f"show.status.optimal.{plan.proof}"
    sheet.line(sheet.say(key), indent=2, style="green" if plan.status == "optimal" else "yellow")
    for number, tier in enumerate(plan.objective, 1):
        _tier(sheet, number, tier)
    versions = ", ".join(f"{name} {version}" for name, version in plan.versions.items())
    sheet.line(sheet.say("show.engine", engine=plan.engine, versions=versions), indent=2, style="dim")


def _tier(sheet: Sheet, number: int, tier: Tier) -> None:
    value = str(tier.value)
    if tier.bound != tier.value:
        value = sheet.say("show.tier.of", value=tier.value, bound=tier.bound)
    better = sheet.say("show.more_is_better" if tier.tier.startswith("coverage.") else "show.less_is_better")
    name = sheet.say(f"show.tier.{tier.tier}")
    if sheet.width < NARROW:
        sheet.line(f"{number}. {name}: {value}", indent=2, hang=3)
        return
    size = min(36, sheet.width - 40)
    sheet.columns(
        [(f"{number}.", 3, "dim"), (name, size, ""), (value, -max(8, len(value)), "bold"), ("  " + better, 0, "dim")]
    )


def show_next(sheet: Sheet, planned: Planned, typed: Typed) -> None:
    """Name the commands to type next, ready to copy."""
    sheet.heading(sheet.say("show.next"))
    for path in (typed.out, typed.bundle, typed.html):
        if path is not None:
            sheet.line(sheet.say("show.next.saved", path=str(path)), indent=2)
    quarantine = ["--quarantine"] if planned.scenario.quarantined and typed.bundle is None else []
    opened = typed.opened()
    if opened is None:
        again = [*quarantine, *(["--previous", str(typed.previous)] if typed.previous is not None else [])]
        again += [f"--assume={key}={value}" for key, value in sorted(_assumed(planned))]
        _command(sheet, "show.next.bundle", typed.plan_again(*again, "--bundle", "plan.zip"))
        opened = ["plan.zip"]
        quarantine = []
    verify = typed.opened(previous=True) or opened
    _command(sheet, "show.next.verify", typed.command("verify", *verify, *quarantine))
    officer = _telling(planned)
    if officer is not None:
        _command(sheet, "show.next.explain", typed.command("explain", opened[0], officer, *opened[1:], *quarantine))


def _assumed(planned: Planned) -> Sequence[tuple[str, object]]:
    return [
        (key, str(value).lower() if isinstance(value, bool) else "|".join(value) if isinstance(value, list) else value)
        for key, value in planned.plan.conditional_on.items()
    ]


def _telling(planned: Planned) -> str | None:
    """Return the officer whose explanation tells most: with questions, on a cover rule, or anybody."""
    ranked = sorted(planned.plan.assignments, key=lambda a: (not a.confirm, a.basis.kind != "cover", a.officer))
    return ranked[0].officer if ranked else None


def _command(sheet: Sheet, key: str, command: str) -> None:
    sheet.raw(f"# {sheet.say(key)}", style="dim")
    sheet.raw(command, style="green")
