"""Rules that stand in the place of rules of a base, and from when to when (semantics §5.11)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from asn_flex.errors import Diagnostic, Note, Place, Text
from asn_flex.i18n import fault, say
from asn_flex.rulebook.draft import Draft, named
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import AnyRule, Cover, Effective, Forbid, Limit


@dataclass(frozen=True)
class _Step:
    """One name in a `replaces`: the rule that says so, the one it names, and where."""

    rule: AnyRule
    target: AnyRule
    place: Place


# Every step, by the rule that is replaced.
_Steps = dict[str, list[_Step]]
_Spans = tuple[tuple[date, date], ...]


def check_replacements(draft: Draft) -> None:
    """Report every fault of `replaces`, and take the days of the replacing rules out of those of the replaced."""
    steps: _Steps = {}
    for step in _sound_steps(draft):
        steps.setdefault(step.target.id, []).append(step)
    for name, replacing in steps.items():
        target: AnyRule = draft.entries["rules"][name]
        law = target.effective.without(step.rule.effective for step in replacing)
        draft.entries["rules"][name] = target.model_copy(update={"effective": law})
    rules = {rule.id for step in _all(steps) for rule in (step.rule, step.target)}
    # Nothing can be said about periods of which one cannot be read.
    if not any("effective" in draft.left_out["rules", key] for key in rules):
        for check in (_conflicts, _idle, _half_replaced, _lost_overrides):
            draft.found.extend(check(steps, draft))


def _all(steps: _Steps) -> list[_Step]:
    return [step for replacing in steps.values() for step in replacing]


def comes_back(rulebook: Rulebook, rule: AnyRule) -> tuple[Note, ...]:
    """Tell, of a rule that ends, which rules it replaces stand again from then on, each with its place."""
    until, notes = rule.effective.until, []
    if until is None:
        return ()
    for name in rule.replaces:
        target = rulebook.by_id[name]
        key = "note.comes_back" if target.effective.covers(until) else "note.stays_away"
        text = say(key, rule=name, date=until, label=rulebook.label_of("rules", name))
        notes.append(Note(rulebook.place_of("rules", name), text))
    return tuple(notes)


def _sound_steps(draft: Draft) -> Iterator[_Step]:
    """Report names that may not stand in a `replaces`; yield the rest, in order of rule and list."""
    for key in sorted(draft.entries["rules"]):
        rule: AnyRule = draft.entries["rules"][key]
        if rule.replaces and not rule.source and "source" not in draft.left_out["rules", key]:
            draft.found.append(fault("E316", draft.at("rules", key, "replaces"), rule=key))
        for index, name in enumerate(dict.fromkeys(rule.replaces)):
            place = draft.at("rules", key, "replaces", index)
            target = draft.entries["rules"].get(name)
            if not draft.is_known("rules", name, "rule", named("rules", key), place) or target is None:
                continue
            problem = _problem(draft, rule, target, place)
            if problem is None:
                yield _Step(rule, target, place)
            else:
                draft.found.append(problem)


def _problem(draft: Draft, rule: AnyRule, target: AnyRule, place: Place) -> Diagnostic | None:
    first = draft.places["rules", target.id]
    notes = (_defined(draft, target),)
    layer, base = draft.layer_of[draft.places["rules", rule.id].file], draft.layer_of[first.file]
    told: dict[str, object] = {"rule": rule.id, "target": target.id, "first": first}
    if base is layer:
        return replace(fault("E312", place, hint=None, **told), notes=notes)
    if base.key not in layer.below:
        # While a path is wrong nobody knows what is a base of what.
        return replace(fault("E312.stranger", place, hint=None, **told), notes=notes) if draft.is_complete else None
    if target.kind != rule.kind:
        told |= {"kind": rule.kind, "other": target.kind}
        return replace(fault("E313", place, hint=None, **told), notes=notes)
    if isinstance(target, (Forbid, Limit)) and target.absolute:
        return replace(fault("E314", place, hint=None, **told), notes=notes)
    return None


def _defined(draft: Draft, rule: AnyRule) -> Note:
    return Note(draft.places["rules", rule.id], say("note.defined", what=named("rules", rule.id)))


def _law(draft: Draft, rule: AnyRule) -> Effective:
    """Return when a rule is law, the times in which others replace it taken out."""
    settled: AnyRule = draft.entries["rules"][rule.id]
    return settled.effective


def _overlap(a: Effective, b: Effective) -> date | None:
    """Return the first day on which both are law."""
    return _first_common(a.spans, b.spans)


def _first_common(a: _Spans, b: _Spans) -> date | None:
    days = (max(x[0], y[0]) for x in a for y in b if max(x[0], y[0]) < min(x[1], y[1]))
    return min(days, default=None)


def _conflicts(steps: _Steps, draft: Draft) -> Iterator[Diagnostic]:
    """Two rules in force on one day cannot both stand in the place of a third; each is told once."""
    for target, rivals in steps.items():
        spans = [_law(draft, step.rule).spans for step in rivals]
        for index, b in enumerate(rivals):
            days = ((a, _first_common(of_a, spans[index])) for a, of_a in zip(rivals[:index], spans, strict=False))
            a, day = next(((a, day) for a, day in days if day is not None), (b, None))
            if day is not None:
                rules: dict[str, object] = {"rule": b.rule.id, "other": a.rule.id, "target": target}
                also = Note(a.place, say("note.replaces_too", what=named("rules", a.rule.id), target=target))
                one = fault("E315", b.place, hint=None, first=a.place, since=_since(day), **rules)
                yield replace(one, notes=(also, _defined(draft, b.target)))


def _since(day: date) -> Text:
    """Return from when on, where that is not always."""
    return Text("", "") if day == date.min else say("note.since", day=day)


def _idle(steps: _Steps, draft: Draft) -> Iterator[Diagnostic]:
    """Find rules that are law only when the one they replace is not, so that they replace nothing."""
    for step in _all(steps):
        if _is_idle(step):
            first = draft.places["rules", step.target.id]
            one = fault("W311", step.place, rule=step.rule.id, target=step.target.id, first=first)
            yield replace(one, notes=(_defined(draft, step.target),))


def _is_idle(step: _Step) -> bool:
    return _overlap(step.target.effective, step.rule.effective) is None


def _lost_overrides(steps: _Steps, draft: Draft) -> Iterator[Diagnostic]:
    """Find what lifts a replaced rule but not the one in its place: nothing is lifted unless it is named."""
    for cover in [rule for rule in draft.entries["rules"].values() if isinstance(rule, Cover)]:
        for index, name in enumerate(cover.overrides):
            for step in steps.get(name, ()):
                both = _overlap(_law(draft, cover), step.rule.effective)
                if step.rule.id not in cover.overrides and both is not None:
                    place = draft.at("rules", cover.id, "overrides", index)
                    # A base cannot name what stands above it.
                    layers = [draft.layer_of[draft.places["rules", r.id].file] for r in (cover, step.rule)]
                    key = "W312" if layers[0] is layers[1] or layers[1].key in layers[0].below else "W312.above"
                    one = fault(key, place, rule=cover.id, target=name, other=step.rule.id, first=step.place)
                    yield replace(one, notes=(_defined(draft, step.rule),))


def _half_replaced(steps: _Steps, draft: Draft) -> Iterator[Diagnostic]:
    """Where a rule stands longer than the one it replaces, what that one replaces is law beside it."""
    for lower in _all(steps):
        for upper in steps.get(lower.rule.id, ()):
            day = _overlap(_law(draft, lower.target), _law(draft, upper.rule))
            if day is not None and not _is_idle(upper):
                start = lower.rule.effective.from_
                # Either the middle one has not begun yet, or it has ended.
                early = start is not None and day < start
                one = fault(
                    "W313.before" if early else "W313", upper.place, hint=None, rule=upper.rule.id,
                    middle=lower.rule.id, target=lower.target.id, first=lower.place, day=start if early else day,
                )  # fmt: skip
                yield replace(one, notes=(_defined(draft, lower.rule), _defined(draft, lower.target)))
