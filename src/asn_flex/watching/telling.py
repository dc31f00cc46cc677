"""What a new plan changes and why, in at most five lines (semantics §8.8)."""

from __future__ import annotations

from collections.abc import Iterable

from asn_flex.analysis.plan_diff import Move, PlanDiff
from asn_flex.domain.plan import DemandRecord, Plan
from asn_flex.errors import Lang, Text
from asn_flex.explain.naming import join
from asn_flex.i18n import one_line, say, say_count
from asn_flex.watching.changes import InputChange, TableChange
from asn_flex.watching.desk import Step

# So many people, demands, rules or rows are named in a line; the rest is counted.
_NAMED = 3
_LINES = 5


def as_lines(step: Step, lang: Lang) -> list[str]:
    """Return the lines about a new plan: what changed, the situation, people, seats, and where it is kept."""
    assert step.planning is not None  # noqa: S101 - there is nothing to tell of else
    plan = step.planning.plan
    lines = [_cause(step), _situation(step)]
    if step.difference is not None:
        lines.append(_people(step.difference, plan))
    lines += [_seats(plan, step.difference), _kept(step)]
    return [one_line(line.in_lang(lang)) for line in lines if line is not None][:_LINES]


# ---- what changed --------------------------------------------------------------------------------


def _cause(step: Step) -> Text:
    now = step.planning.plan.now if step.planning is not None else ""
    parts: list[Text] = []
    if step.inputs is not None:
        parts = list(_changes(step.inputs))
    if step.alerts is not None:
        stand = [one.alert for one in step.alerts.standings if one.state == "stands"]
        events = sorted({info.event for alert in stand for info in alert.infos[:1]})
        parts.append(say_count("watch.alerts", len(stand), events=_few([Text(e, e) for e in events])))
    if step.later:
        parts.append(say_count("watch.later", step.later))
    if step.before is None:
        return say("watch.first", now=now, more=_with_dash(parts))
    return say("watch.changed", now=now, what=join(parts, "; ") if parts else say("watch.nothing"))


def _with_dash(parts: list[Text]) -> Text:
    body = join(parts, "; ")
    return Text(*(f" – {text}" if text else "" for text in body))


def _changes(change: InputChange) -> Iterable[Text]:
    if change.rules:
        yield say("watch.rules")
    if change.heading:
        yield say("watch.heading", names=", ".join(change.heading))
    yield from map(_table, change.tables)


def _table(change: TableChange) -> Text:
    numbers = [f"+{change.added}"] * bool(change.added) + [f"−{change.removed}"] * bool(change.removed)
    named = [Text(*(f"{key} ({', '.join(columns)})",) * 2) for key, columns in change.changed]
    parts = [Text(n, n) for n in numbers] + ([_few(named)] if named else [])
    return say("watch.table", table=change.table, what=join(parts, " "))


# ---- the situation -------------------------------------------------------------------------------


def _situation(step: Step) -> Text | None:
    assert step.planning is not None  # noqa: S101 - see `as_lines`
    plan = step.planning.plan
    was = step.before.plan if step.before is not None else None
    parts = [*_facts(plan, was), *_rules(plan, was), *_demands(plan, was)]
    return say("watch.situation", what=join(parts, "; ") if parts else say("watch.as_before"))


def _facts(plan: Plan, was: Plan | None) -> Iterable[Text]:
    for name in ("severity", "phase"):
        now = getattr(plan.event, name)
        before = getattr(was.event, name) if was is not None else None
        if now == before and was is not None:
            continue
        rules = ", ".join(plan.event.derived_by.get(name, ()))
        value = f"{_word(before)} → {_word(now)}" if was is not None else _word(now)
        yield Text(*(f"{name} {value}" + (f" ({rules})" if rules else ""),) * 2)
    advice = {k: v for k, v in plan.event.recommended.items() if was is None or was.event.recommended.get(k) != v}
    for name, values in sorted(advice.items()):
        yield say("watch.recommended", name=name, value=", ".join(map(str, values)))


def _word(value: object) -> str:
    return "?" if value is None else str(value)


def _rules(plan: Plan, was: Plan | None) -> Iterable[Text]:
    if was is None:
        return
    new, gone = (sorted({*a} - {*b}) for a, b in ((plan.rules_in_force, was.rules_in_force),
                                                    (was.rules_in_force, plan.rules_in_force)))  # fmt: skip
    if new:
        yield say("watch.rules_new", names=_few([Text(r, r) for r in new]))
    if gone:
        yield say("watch.rules_gone", names=_few([Text(r, r) for r in gone]))


def _demands(plan: Plan, was: Plan | None) -> Iterable[Text]:
    now = {d.id: d for d in plan.demands}
    if was is None:
        yield say_count("watch.demands", len(now))
        return
    before = {d.id: d for d in was.demands}
    changed = [_demand(before.get(d), now.get(d), d) for d in sorted({*before, *now})]
    told = [text for text in changed if text is not None]
    if told:
        yield say("watch.demands_changed", names=_few(told))


def _demand(before: DemandRecord | None, now: DemandRecord | None, name: str) -> Text | None:
    was, is_now = (d.seats if d is not None else 0 for d in (before, now))
    return None if was == is_now else Text(*(f"{name} {was} → {is_now}",) * 2)


# ---- people and seats ----------------------------------------------------------------------------


def _people(difference: PlanDiff, plan: Plan) -> Text:
    moves = difference.moves
    stay = len(plan.assignments) - len(difference.sent) - len(difference.moved)
    numbers = say(
        "watch.people", stay=stay, moved=len(difference.moved), new=len(difference.sent), home=len(difference.home)
    )
    if not moves:
        return numbers
    # First those who lose what they had, with the reason: they will ask.
    reasons = {d.officer: say(f"show.displaced.{d.reason}", rules=", ".join(d.rules)) for d in plan.displaced}
    ordered = sorted(moves, key=lambda m: (m.before is None, m.officer not in reasons, m.officer))
    return join([numbers, _few([_move(move, reasons.get(move.officer)) for move in ordered])], ": ")


def _move(move: Move, reason: Text | None) -> Text:
    home = say("watch.home")
    before, after = (Text(d, d) if d is not None else home for d in (move.before, move.after))
    way = Text(*(f"{move.officer} {b} → {a}" for b, a in zip(before, after, strict=True)))
    return way if reason is None else Text(*(f"{w} ({r})" for w, r in zip(way, reason, strict=True)))


def _seats(plan: Plan, difference: PlanDiff | None) -> Text:
    seats, filled = sum(d.seats for d in plan.demands), sum(d.filled for d in plan.demands)
    empty = [Text(*(f"{s.demand} {s.missing} ({r})" for r in say(f"diff.reason.{s.reason}"))) for s in plan.shortfalls]
    before = Text("", "")
    if difference is not None:
        before = say("watch.seats_before", filled=difference.total[0], seats=difference.seats[0])
    told = _few(empty) if empty else say("watch.seats_full")
    return say("watch.seats", filled=filled, seats=seats, before=before, empty=told)


def _kept(step: Step) -> Text:
    assert step.planning is not None  # noqa: S101 - see `as_lines`
    plan = step.planning.plan
    if plan.supersedes is None:
        return say("watch.kept", file=str(step.kept), state=plan.state, status=plan.status)
    before = plan.supersedes.removeprefix("sha256:")[:8]
    return say("watch.kept_after", file=str(step.kept), state=plan.state, status=plan.status, before=before)


def _few(texts: list[Text]) -> Text:
    """Return the first few of a list, and how many there are more."""
    shown = join(texts[:_NAMED])
    more = len(texts) - _NAMED
    return shown if more <= 0 else join([shown, say_count("watch.more", more)], " ")
