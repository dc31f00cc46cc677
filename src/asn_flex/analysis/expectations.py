"""What a rule test expects against what came out, expectation by expectation (semantics §5.12)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from asn_flex.analysis.given import Trial
from asn_flex.analysis.observed import acted
from asn_flex.analysis.reasons import Reason, cover_reading, missing_for, obstacles, reading, told
from asn_flex.analysis.space import duties_of
from asn_flex.domain.exact import number_text
from asn_flex.domain.situation import Demand
from asn_flex.eligibility.match import Basis
from asn_flex.eligibility.misses import misses_of
from asn_flex.errors import Text
from asn_flex.explain.naming import join
from asn_flex.i18n import say, say_count
from asn_flex.rulebook.schema import Cover, Granted, Refusal, RuleTest


@dataclass(frozen=True)
class Failure:
    """One expectation that was not met: what it was about, what was expected, what was found, and why.

    `reasons` say which rule or fact decided, each with the place of the rule.
    """

    subject: str
    expected: Text
    found: Text
    reasons: tuple[Reason, ...] = ()


def failures_of(test: RuleTest, trial: Trial) -> Iterator[Failure]:
    """Yield every expectation of a test that the stages did not meet."""
    expect = test.expect
    for name, wanted in sorted(expect.event.items()):
        yield from _event(trial, name, wanted)
    for key, seats in sorted(expect.seats.items()):
        yield from _seats(trial, key, seats)
    for duty, granted in sorted(expect.eligible.items()):
        yield from _eligible(trial, duty, granted)
    for duty, refusal in sorted(expect.refused.items()):
        yield from _refused(trial, duty, refusal)
    for key, acting in (("acts", True), ("idle", False)):
        for rule_id in getattr(expect, key):
            yield from _acts(trial, rule_id, acting=acting)


def _event(trial: Trial, name: str, wanted: object) -> Iterator[Failure]:
    found = trial.event.get(name)
    if found != wanted:
        setters = [rule for rule in trial.rulebook.escalations if name in rule.set]
        reasons = tuple(reason for rule in setters for reason in reading(trial, rule))
        yield Failure(f"event.{name}", told(wanted), told(found), reasons)


def _seats(trial: Trial, key: str, wanted: int) -> Iterator[Failure]:
    """Compare the seats of every demand of a duty (of each shift), or of those named; without a demand 0."""
    demands = [d for d in (trial.situation.demands if trial.situation is not None else ()) if _is_meant(d, key)]
    if ({demand.seats for demand in demands} or {0}) != {wanted}:
        opening = [rule for rule in trial.rulebook.activations if rule.duty == key.partition("@")[0]]
        reasons = tuple(reason for rule in opening for reason in reading(trial, rule))
        found = join(_seats_at(demand) for demand in demands) if demands else say_count("count.seats", 0)
        yield Failure(f"seats.{key}", say_count("count.seats", wanted), found, reasons)


def _seats_at(demand: Demand) -> Text:
    seats = say_count("count.seats", demand.seats)
    return Text(f"{seats.id} (`{demand.id}`)", f"{seats.en} (`{demand.id}`)")


def _is_meant(demand: Demand, key: str) -> bool:
    """Whether a demand is one of a duty (`log`), or the one with that id (`log@event/pagi`)."""
    return key in {demand.duty, demand.id}


def _bases(trial: Trial, duty: str) -> list[tuple[Basis, ...]]:
    eligibility = trial.eligibility
    assert eligibility is not None  # noqa: S101 - the test asks about a duty
    officer = eligibility.officer_ids[0]
    return [eligibility.bases(officer, demand.id) for demand in trial.demands_of(duty)]


def _eligible(trial: Trial, duty: str, granted: Granted) -> Iterator[Failure]:
    """Compare the grounds on which the officer may take each demand of the duty with the one that is named."""
    short = [offered for offered in _bases(trial, duty) if not any(_fits(basis, granted) for basis in offered)]
    if not short:
        return
    expected = say("tested.on", ground=_ground(granted.rule, granted.strength, standard=granted.standard))
    rule = trial.rulebook.by_id.get(granted.rule or "")
    offered = short[0]
    reasons: list[Reason] = []
    if isinstance(rule, Cover) and not any(basis.rule == rule.id for basis in offered):
        reasons += cover_reading(trial, rule, duty)
    if not offered or granted.standard:
        reasons += obstacles(trial, duty)
    found = say("tested.on", ground=_grounds(offered)) if offered else say("tested.refused")
    yield Failure(f"eligible.{duty}", expected, found, tuple(dict.fromkeys(reasons)))


def _fits(basis: Basis, granted: Granted) -> bool:
    if granted.standard:
        return basis.rule is None
    if granted.rule is None:
        return True
    return basis.rule == granted.rule and (granted.strength is None or basis.strength == granted.strength)


def _grounds(bases: Iterable[Basis]) -> Text:
    return join(dict.fromkeys(_ground(b.rule, b.strength, standard=b.rule is None) for b in bases))


def _ground(rule: str | None, strength: object, *, standard: bool) -> Text:
    if standard:
        return say("tested.standard")
    if rule is None:
        return say("tested.any")
    if strength is None:
        return say("tested.rule", rule=rule)
    return say("tested.strength", rule=rule, strength=number_text(strength))  # type: ignore[arg-type]


def _refused(trial: Trial, duty: str, refusal: Refusal) -> Iterator[Failure]:
    """No basis is left for any demand of the duty; the rules and facts that are named are among what stops it."""
    eligibility, rules = trial.eligibility, trial.rulebook.by_id
    assert eligibility is not None  # noqa: S101 - the test asks about a duty
    bases = [basis for offered in _bases(trial, duty) for basis in offered]
    expected = _stopped(refusal.by, refusal.missing)
    if bases:
        reasons = tuple(reason for rule in refusal.by for reason in reading(trial, rules[rule], duty))
        yield Failure(f"refused.{duty}", expected, say("tested.on", ground=_grounds(bases)), reasons)
        return
    for demand in trial.demands_of(duty):
        by = sorted({miss.name for miss in misses_of(eligibility, 0, demand.id) if miss.kind == "rule"})
        closed = [rule for rule in trial.rulebook.covers if duty in duties_of(trial.rulebook, rule)]
        deciding = [*(rules[rule] for rule in by), *closed]
        missing = sorted({fact for rule in deciding for fact in missing_for(trial, rule, duty)})
        lacking = [rule for rule in refusal.by if rule not in by]
        if lacking or not set(refusal.missing) <= set(missing):
            shown = lacking or by
            reasons = tuple(reason for rule in shown for reason in reading(trial, rules[rule], duty))
            yield Failure(f"refused.{duty}", expected, _stopped(by, missing), reasons)
            return


def _stopped(by: Iterable[str], missing: Iterable[str]) -> Text:
    rules, facts = _list(by), _list(missing)
    if not rules and not facts:
        return say("tested.refused")
    if not facts:
        return say("tested.by", rules=rules)
    return say("tested.by_missing", rules=rules, facts=facts) if rules else say("tested.missing", facts=facts)


def _list(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _acts(trial: Trial, rule_id: str, *, acting: bool) -> Iterator[Failure]:
    rule = trial.rulebook.by_id[rule_id]
    if acted(trial, rule) is not acting:
        words = say("tested.acts"), say("tested.idle")
        expected, found = words if acting else words[::-1]
        told = cover_reading(trial, rule) if isinstance(rule, Cover) and acting else reading(trial, rule)
        yield Failure(rule_id, expected, found, tuple(told))
