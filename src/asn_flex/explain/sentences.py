"""A rule read aloud: one plain sentence per rule and condition, in both languages (semantics §4, §5).

The words are those of proofs (`naming`, `reading`); nothing about any scenario or officer is needed to say them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from asn_flex.domain.attributes import Attribute, Value
from asn_flex.domain.exact import number_text
from asn_flex.errors import Text
from asn_flex.explain.naming import competency_name, day, duty_name, fact_name, join, plain, value_name
from asn_flex.explain.reading import evidence_text
from asn_flex.i18n import say
from asn_flex.rulebook.conditions import ALWAYS, All, AnyOf, Condition, Holds, Not, Parameter, Test
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import (
    Activate,
    AnyRule,
    Cover,
    DutySelector,
    Effective,
    Escalate,
    Forbid,
    Include,
    Keep,
    Limit,
    Per,
    Prefer,
    Prioritise,
    Protect,
    Seats,
    Shift,
    Team,
    UnitSelector,
)


def rule_sentence(rulebook: Rulebook, rule: AnyRule) -> Text:
    """Return what a rule says: when, for whom, what it does, its limits, its time, and its sources in brackets.

    Parameters
    ----------
    rulebook : the rulebook that holds the rule, for the names of duties, competencies and facts
    rule : one of its rules

    Examples
    --------
    `COV-01: for “Communal kitchen”, those who meet its requirements through substitute competencies (at most 1 step,
    strength at least 0.5) may stand in [contoh-kebijakan]`
    """
    said = _together(_when(rulebook, rule), _body(rulebook, rule), *_terms(rulebook, rule))
    law, cited = effective_text(rule.effective), cited_text(rule.source)
    return _together(plain(f"{rule.id}: "), said, law, _replaced(rule), cited)


def _replaced(rule: AnyRule) -> Text:
    """Return which rules of a base it stands in the place of; nothing where there are none."""
    return say("said.replaces", rules=listed([plain(name) for name in rule.replaces])) if rule.replaces else plain("")


def condition_sentence(rulebook: Rulebook, condition: Condition) -> Text:
    """Return what a condition asks, as a clause to stand within a sentence; `always` for one without tests.

    Parameters
    ----------
    rulebook : the rulebook that declares the facts
    condition : what a `when`, `who` or `must` says
    """
    if isinstance(condition, (Test, Holds)):
        return _leaf(rulebook, condition)
    if isinstance(condition, Not):
        inner = condition.part
        if isinstance(inner, (Test, Holds)):
            return _leaf(rulebook, inner, denied=True)
        return say("said.not", condition=condition_sentence(rulebook, inner))
    key = "and" if isinstance(condition, All) else "or"
    parts = list(_flat(condition))
    if not parts:
        return say(f"said.{key}.nothing")
    if len(parts) == 1:
        return condition_sentence(rulebook, parts[0])
    return listed([_within(rulebook, part) for part in parts], key)


def listed(parts: Sequence[Text], word: str = "and") -> Text:
    """Return `a, b and c` (or `… or c`)."""
    if len(parts) < 2:
        return parts[0] if parts else plain("")
    last = say(f"said.{word}")
    return Text(*(f"{', '.join(p[i] for p in parts[:-1])}{last[i]}{parts[-1][i]}" for i in (0, 1)))


def _flat(condition: All | AnyOf) -> Iterator[Condition]:
    """Yield the parts of a list, those of a list of the same kind within it in its place."""
    for part in condition.parts:
        if isinstance(part, (All, AnyOf)) and (type(part) is type(condition) or len(part.parts) == 1):
            yield from _flat(part)
        else:
            yield part


def _within(rulebook: Rulebook, part: Condition) -> Text:
    """Return a part of a list; what is a list itself stands in parentheses, so that nobody reads it otherwise."""
    said = condition_sentence(rulebook, part)
    if isinstance(part, Test) and isinstance(part.operand, tuple):
        is_list = len(part.operand) > 1
    else:
        is_list = isinstance(part, (All, AnyOf)) and len(part.parts) > 1
    return Text(*(f"({language})" for language in said)) if is_list else said


# What a denied test asks; the same for unknown facts too (semantics §4.3).
_OPPOSITE: Mapping[str, str] = {
    "eq": "ne", "ne": "eq", "gt": "lte", "lte": "gt", "gte": "lt", "lt": "gte", "in": "not_in", "not_in": "in",
    "within": "outside", "has": "has_not", "has_any": "has_not",
}  # fmt: skip


def _leaf(rulebook: Rulebook, leaf: Test | Holds, *, denied: bool = False) -> Text:
    """Return one test in words, or its denial."""
    if isinstance(leaf, Holds):
        key = f"said.holds{'.not' if denied else ''}{'.level' if leaf.level > 1 else ''}"
        return say(key, competency=competency_name(rulebook, leaf.competency), level=leaf.level,
                   evidence=evidence_text(leaf.evidence))  # fmt: skip
    name = said_fact(rulebook, leaf.attribute.key)
    if leaf.operator == "known":
        return say("why.op.known" if leaf.operand is not denied else "why.op.unknown", fact=name)
    if leaf.attribute.kind == "bool" and isinstance(leaf.operand, bool):
        is_so = leaf.operand ^ (leaf.operator == "ne") ^ denied
        return say("said.op.eq", fact=name, wanted=say("value.true" if is_so else "value.false"))
    if denied and leaf.operator == "has" and isinstance(leaf.operand, tuple) and len(leaf.operand) > 1:
        return say("said.not", condition=_leaf(rulebook, leaf))
    operator = _OPPOSITE[leaf.operator] if denied else leaf.operator
    dated = ".date" if leaf.attribute.kind == "date" and operator in {"gt", "gte", "lt", "lte"} else ""
    return say(f"said.op.{operator}{dated}", fact=name, wanted=_operand(rulebook, leaf))


def said_fact(rulebook: Rulebook, key: str) -> Text:
    """Return what people call a fact; a name that the rulebook gives stands in quotes."""
    name = fact_name(rulebook, key)
    attribute = rulebook.attributes.get(key)
    return say("said.name", name=name) if attribute is not None and attribute.label is not None else name


def _operand(rulebook: Rulebook, test: Test) -> Text:
    if isinstance(test.operand, Parameter):
        dated = [say("said.since", value=named_value(rulebook, test.attribute, value), start=day(start))
                 for start, value in test.operand.dated]  # fmt: skip
        name = fact_name(rulebook, f"param.{test.operand.name}")
        return say("said.parameter", name=name, values=join(dated))
    if isinstance(test.operand, tuple):
        parts = [_option(rulebook, test.attribute, option) for option in test.operand]
        return listed(parts, "and" if test.operator == "has" else "or")
    return _option(rulebook, test.attribute, test.operand)


def _option(rulebook: Rulebook, attribute: Attribute, value: Value) -> Text:
    return plain(str(value)) if attribute.kind == "set" else named_value(rulebook, attribute, value)


def named_value(rulebook: Rulebook, attribute: Attribute, value: Value | None) -> Text:
    """Return a value as people read it, without a scenario: areas stand as their ids."""
    return value_name(rulebook, attribute, value, None)


# ---- the parts of a rule -------------------------------------------------------------------------------------------


def _together(*parts: Text) -> Text:
    return join(parts, "")


def _when(rulebook: Rulebook, rule: AnyRule) -> Text:
    if rule.when == ALWAYS:
        return plain("")
    return say("said.when", condition=condition_sentence(rulebook, rule.when))


def duties_text(rulebook: Rulebook, selector: DutySelector | str | None) -> Text:
    """Return which duties a rule is about."""
    if selector is None:
        return say("said.duties.all")
    if isinstance(selector, str):
        return _said_duty(rulebook, selector)
    if selector.class_ is not None:
        return say("said.duties.class", name=say(f"value.duty.class.{selector.class_}"))
    if selector.tag is not None:
        return say("said.duties.tag", name=selector.tag)
    return listed([_said_duty(rulebook, duty) for duty in selector.ids])


def _said_duty(rulebook: Rulebook, duty: str) -> Text:
    return say("said.name", name=duty_name(rulebook, duty))


def units_text(selector: UnitSelector) -> Text:
    """Return which units a rule is about; single units stand as their ids."""
    if selector.service_class is not None:
        return say("said.units.class", name=say(f"value.unit.service_class.{selector.service_class}"))
    if selector.tag is not None:
        return say("said.units.tag", name=selector.tag)
    return _counted("said.units", len(selector.ids), names=listed([plain(unit) for unit in selector.ids]))


def competencies_text(rulebook: Rulebook, competencies: Iterable[str]) -> Text:
    """Return a list of competencies by label and id."""
    return listed([competency_name(rulebook, name) for name in competencies])


def share_text(value: Fraction) -> Text:
    """Return a share in percent."""
    return plain(f"{number_text(value * 100)}%")


def effective_text(law: Effective) -> Text:
    """Return from when to when a rule is law, both days included; nothing where it always is."""
    start, until = law.from_, law.until
    if start is None and until is None:
        return plain("")
    # The first day that there is has none before it.
    last = until - timedelta(days=1) if until is not None and until > date.min else until
    values = {"start": day(start) if start is not None else "", "last": day(last) if last is not None else ""}
    return say(f"said.law.{'between' if start and last else 'from' if start else 'until'}", **values)


def cited_text(sources: Iterable[str]) -> Text:
    """Return the sources in brackets, as rule files cite them; nothing where there are none."""
    found = "".join(f"[{cite}]" for cite in sources)
    return plain(f" {found}" if found else "")


def law_texts(rulebook: Rulebook, sources: Iterable[str]) -> list[Text]:
    """Return the laws and orders cited by what people call them, with the article and the key that files cite."""
    found = []
    for cite in sources:
        key, _, article = cite.partition("#")
        suffix = say("why.article", article=article) if article else plain("")
        label = rulebook.label_of("sources", key)
        found.append(Text(*(f"{one}{two} [{cite}]" for one, two in zip(label, suffix, strict=True))))
    return found


def _who(rulebook: Rulebook, who: Condition | None) -> Text:
    """Return ` with …` to stand behind the people that it narrows."""
    return plain("") if who is None else say("said.who", condition=condition_sentence(rulebook, who))


def _body(rulebook: Rulebook, rule: AnyRule) -> Text:  # noqa: PLR0911 - one way per kind of rule
    if isinstance(rule, Escalate):
        return _escalation(rulebook, rule)
    if isinstance(rule, Activate):
        return _activation(rulebook, rule)
    if isinstance(rule, Cover):
        return _cover(rulebook, rule)
    if isinstance(rule, Protect):
        return say("said.protect", units=units_text(rule.unit), who=_who(rulebook, rule.who), keep=keep_text(rule.keep))
    duties = duties_text(rulebook, rule.duty)
    duties = plain("") if rule.duty is None else say("said.for", duties=duties)
    if isinstance(rule, Prioritise):
        key = "said.prioritise.more" if rule.add >= 0 else "said.prioritise.less"
        return say(key, duties=duties_text(rulebook, rule.duty), add=abs(rule.add))
    if isinstance(rule, Forbid):
        return say("said.forbid", duties=duties, who=_who(rulebook, rule.who))
    if isinstance(rule, Limit):
        return say("said.limit", duties=duties, must=_who(rulebook, rule.must))
    if isinstance(rule, Team):
        return _team(rulebook, rule, duties)
    return _preference(rulebook, rule, duties)


def _escalation(rulebook: Rulebook, rule: Escalate) -> Text:
    found = [
        *assigned_texts(rulebook, rule.set, "said.set"),
        *assigned_texts(rulebook, rule.recommend, "said.recommend"),
    ]
    return listed(found)


def assigned_texts(rulebook: Rulebook, values: Mapping[str, Value], key: str) -> list[Text]:
    """Return each event fact that a rule sets or recommends, with its value; `key` is the sentence that says so."""
    said = []
    for name, value in sorted(values.items()):
        attribute = rulebook.attributes[f"event.{name}"]
        shown = named_value(rulebook, attribute, value)
        said.append(say(key, fact=said_fact(rulebook, attribute.key), value=shown))
    return said


def _activation(rulebook: Rulebook, rule: Activate) -> Text:
    where = "event" if rule.each == "event" else "area" if rule.level is None else "level"
    return say(
        "said.activate", duty=_said_duty(rulebook, rule.duty), where=say(f"said.each.{where}", level=rule.level or ""),
        seats=seats_text(rulebook, rule.seats), shifts=shifts_text(rule.shifts),
    )  # fmt: skip


def seats_text(rulebook: Rulebook, seats: Seats) -> Text:
    """Return how many seats a rule asks for."""
    more = plain("") if seats.per is None else _per(rulebook, seats.per, alone=not seats.base)
    most = plain("") if seats.max is None else say("said.seats.max", count=seats.max)
    least = plain("") if seats.minimum == 1 else say("said.seats.minimum", count=seats.minimum)
    base = plain("") if not seats.base and seats.per is not None else _counted("said.seats", seats.base)
    return _together(base, more, most, least)


def _per(rulebook: Rulebook, per: Per, *, alone: bool) -> Text:
    values = {"add": per.add, "each": number_text(per.each), "fact": said_fact(rulebook, per.fact)}
    return _counted("said.seats.each", per.add, **values) if alone else say("said.seats.per", **values)


def _counted(key: str, count: int, **values: object) -> Text:
    """Return the sentence for one, or for another number."""
    return say(f"{key}.one" if count == 1 else key, count=count, **values)


def shifts_text(shifts: Sequence[Shift]) -> Text:
    """Return the turns of a duty: name, start and hours; nothing where there are none."""
    if not shifts:
        return plain("")
    turns = [say("said.shift", name=s.id, start=s.from_, hours=number_text(s.hours)) for s in shifts]
    return say("said.shifts", shifts=listed(turns))


def _cover(rulebook: Rulebook, rule: Cover) -> Text:
    duties, who = duties_text(rulebook, rule.duty), _who(rulebook, rule.who)
    if rule.by == "substitution":
        return _counted("said.cover.substitution", rule.max_hops, duties=duties, who=who,
                        strength=number_text(rule.min_strength or 0))  # fmt: skip
    if rule.by == "standard":
        return say("said.cover.standard", duties=duties, who=who)
    needs = competencies_text(rulebook, rule.for_) if rule.for_ else say("said.cover.needs")
    return say("said.cover.who", duties=duties, who=who, needs=needs, strength=number_text(rule.strength or 0))


def _team(rulebook: Rulebook, rule: Team, duties: Text) -> Text:
    parts = []
    if rule.include is not None:
        parts.append(include_text(rulebook, rule.include))
    if rule.max_substitutes is not None:
        parts.append(say("said.team.substitutes", share=share_text(rule.max_substitutes)))
    return _together(duties, listed(parts))


def include_text(rulebook: Rulebook, include: Include) -> Text:
    """Return whom a team must include, and how many of them."""
    key = "said.team.qualified" if include.qualified else "said.team.include"
    return say(key, who=_who(rulebook, include.who), per=include.per)


def keep_text(keep: Keep) -> Text:
    """Return what stays in the unit."""
    if keep.share is None:
        return say("said.keep.count", count=keep.at_least)
    least = plain("") if not keep.at_least else say("said.keep.least", count=keep.at_least)
    return _together(share_text(keep.share), least)


def _preference(rulebook: Rulebook, rule: Prefer, duties: Text) -> Text:
    if rule.minimise is not None:
        fact = said_fact(rulebook, rule.minimise)
        return say("said.prefer.minimise", duties=duties, who=_who(rulebook, rule.who), fact=fact,
                   weight=number_text(rule.weight or 0))  # fmt: skip
    points = rule.points or 0
    key = "said.prefer.later" if points > 0 else "said.prefer.first"
    return say(key, duties=duties, who=_who(rulebook, rule.who), points=abs(points))


def _terms(rulebook: Rulebook, rule: AnyRule) -> list[Text]:
    """Return what a rule adds to its main clause: shares, exceptions, what happens where a fact is not known."""
    found: list[Text] = []
    if isinstance(rule, Cover):
        if rule.waives:
            found.append(say("said.waives", competencies=competencies_text(rulebook, rule.waives)))
        if rule.max_share is not None:
            found.append(say("said.share", share=share_text(rule.max_share)))
        if rule.overrides:
            found.append(say("said.overrides", rules=listed([plain(r) for r in rule.overrides], "or")))
    if isinstance(rule, (Cover, Team)) and rule.at_least:
        found.append(say("said.at_least", count=rule.at_least))
    if isinstance(rule, (Forbid, Limit)):
        if rule.absolute:
            found.append(say("said.absolute"))
        if rule.if_unknown == "confirm":
            found.append(say("said.confirm"))
    if isinstance(rule, Prefer) and rule.if_unknown is not None:
        found.append(say("said.unknown", points=rule.if_unknown))
    return found
