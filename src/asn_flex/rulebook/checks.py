"""What entries say about each other: references, cycles, overrides, shifts (semantics §4.5, §5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from asn_flex.domain.attributes import NOT_SETTABLE, NUMERIC, Attribute
from asn_flex.errors import Place, Text
from asn_flex.i18n import fault, say
from asn_flex.rulebook.characters import strange_letters, twins
from asn_flex.rulebook.compile import MINIMISE, WHEN_ANYWHERE, WHEN_AT_EVENT, find_attribute, read_value
from asn_flex.rulebook.conditions import attributes_in
from asn_flex.rulebook.cycles import find_cycles, shown_cycle
from asn_flex.rulebook.draft import MAPS, Draft, named, singular
from asn_flex.rulebook.findings import misnamed
from asn_flex.rulebook.scalars import cut
from asn_flex.rulebook.schema import Activate, AnyRule, Cover, Duty, DutySelector, Escalate, Forbid, Limit, Prefer
from asn_flex.rulebook.tree import Map


def check_references(draft: Draft) -> None:
    """Add to the draft every fault between entries; a table of contents of what is checked."""
    _check_twins(draft)
    _check_labels(draft)
    _check_sources(draft)
    _check_events(draft)
    _check_competencies(draft)
    _check_duties(draft)
    _check_duty_selectors(draft)
    _settle_escalations(draft)
    _check_activations(draft)
    _check_covers(draft)
    _check_preferences(draft)


def _rules(draft: Draft) -> Iterable[AnyRule]:
    rules: Mapping[str, AnyRule] = draft.entries["rules"]
    return rules.values()


def _rule(rule: AnyRule) -> Text:
    return named("rules", rule.id)


def _check_twins(draft: Draft) -> None:
    """Report ids of one section that the eye takes for each other (semantics §3.3)."""
    for section in (*MAPS, "rules"):
        for name, other in twins(draft.names[section]):
            # The one that stands later is told, wherever its id stands in the order of ids.
            later, first = sorted((name, other), key=lambda key: draft.places[section, key], reverse=True)
            place, what = draft.places[section, later], say(f"word.{singular(section)}")
            told: dict[str, object] = {"what": what, "name": cut(later), "other": cut(first)}
            told["first"] = draft.places[section, first]
            letters = strange_letters(later) or strange_letters(first)
            if letters:
                draft.found.append(fault("E109.twin", place, hint=None, letters=", ".join(letters), **told))
            else:
                draft.found.append(fault("W109", place, hint=None, **told))


def _check_labels(draft: Draft) -> None:
    """Warn where a label lacks one of the pack's languages, or is missing where people will look for it."""
    languages = draft.pack.languages if draft.pack is not None else ()
    for section in ("sources", "events", "competencies", "duties", "rules"):
        for key, entry in draft.entries[section].items():
            if "label" in draft.left_out[section, key]:
                continue
            if entry.label is None:
                draft.found.append(fault("W503", draft.at(section, key), where=named(section, key)))
                continue
            for lang in languages:
                if not getattr(entry.label, lang):
                    place = draft.at(section, key, "label")
                    draft.found.append(fault("W501", place, where=named(section, key), lang=lang))


def _check_sources(draft: Draft) -> None:
    for section in ("rules", "competencies", "duties"):
        for key, entry in draft.entries[section].items():
            for index, citation in enumerate(entry.source):
                place = draft.at(section, key, "source", index)
                draft.is_known("sources", citation.partition("#")[0], "source", named(section, key), place)
    for key, entry in draft.entries["parameters"].items():
        for i, value in enumerate(entry.values):
            for index, citation in enumerate(value.source):
                place = draft.at("parameters", key, "values", i, "source", index)
                draft.is_known("sources", citation.partition("#")[0], "source", named("parameters", key), place)
    # A rulebook that cites no law at all is a sketch; in one that does, a rule without is an oversight.
    for rule in _rules(draft) if draft.names["sources"] else ():
        # Who sets law aside without a ground is told so by an error (E304, E316).
        sets_aside = rule.replaces or (isinstance(rule, Cover) and (rule.overrides or rule.waives))
        if not rule.source and not sets_aside and "source" not in draft.left_out["rules", rule.id]:
            draft.found.append(fault("W502", draft.at("rules", rule.id), rule=rule.id))


def _check_events(draft: Draft) -> None:
    links: dict[str, list[str]] = {}
    for key, entry in draft.entries["events"].items():
        if entry.is_a is not None:
            place = draft.at("events", key, "is_a")
            if draft.is_known("events", entry.is_a, "event", named("events", key), place):
                links[key] = [entry.is_a]
    _report_cycles(draft, links, "is_a", lambda key: draft.at("events", key, "is_a"))


def _check_competencies(draft: Draft) -> None:
    links: dict[str, list[str]] = {}
    for key, entry in draft.entries["competencies"].items():
        where = named("competencies", key)
        for index, edge in enumerate(entry.implies):
            place = draft.at("competencies", key, "implies", index, "competency")
            if draft.is_known("competencies", edge.competency, "competency", where, place):
                links.setdefault(key, []).append(edge.competency)
        for index, edge in enumerate(entry.substitutes):
            place = draft.at("competencies", key, "substitutes", index, "for")
            draft.is_known("competencies", edge.for_, "competency", where, place)
            if edge.for_ == key:
                draft.found.append(fault("E209", place, where=where, problem=say("competency.itself")))
    _report_cycles(draft, links, "implies", lambda key: draft.at("competencies", key, "implies"))


def _report_cycles(
    draft: Draft, links: Mapping[str, Iterable[str]], what: str, place_of: Callable[[str], Place]
) -> None:
    """Report each knot of links once, at its smallest member."""
    for cycle in find_cycles(links):
        draft.found.append(fault("E303", place_of(cycle[0]), what=say(f"word.{what}"), cycle=shown_cycle(cycle)))


def _check_duties(draft: Draft) -> None:
    for key, duty in draft.entries["duties"].items():
        where = named("duties", key)
        seen: set[str] = set()
        for index, need in enumerate(duty.requires):
            place = draft.at("duties", key, "requires", index, "competency")
            if not draft.is_known("competencies", need.competency, "competency", where, place):
                continue
            top = draft.top_level(need.competency)
            if need.level > top:
                at = draft.at("duties", key, "requires", index, "level")
                draft.found.append(fault("E308", at, level=need.level, competency=need.competency, levels=top))
            if need.competency in seen:
                problem = say("duty.twice", competency=need.competency)
                draft.found.append(fault("E209", place, where=where, problem=problem))
            seen.add(need.competency)


def selected_duties(draft: Draft, selector: DutySelector | None) -> dict[str, Duty]:
    """Return the duties that a rule is about."""
    duties: Mapping[str, Duty] = draft.entries["duties"]
    return {key: duty for key, duty in duties.items() if selector is None or selector.matches(key, duty)}


def _duties_are_known(draft: Draft) -> bool:
    """Whether all duties could be read, so that none selected means none there."""
    return draft.is_complete and len(draft.entries["duties"]) == len(draft.names["duties"])


def _check_duty_selectors(draft: Draft) -> None:
    for rule in _rules(draft):
        selector = getattr(rule, "duty", None)
        if isinstance(selector, DutySelector):
            for index, name in enumerate(selector.ids):
                place = draft.at("rules", rule.id, "duty", index)
                draft.is_known("duties", name, "duty", _rule(rule), place)
            if not selector.ids and _duties_are_known(draft) and not selected_duties(draft, selector):
                draft.found.append(fault("E310", draft.at("rules", rule.id, "duty"), rule=rule.id))
        elif isinstance(rule, Activate):
            draft.is_known("duties", rule.duty, "duty", _rule(rule), draft.at("rules", rule.id, "duty"))


def _settle_escalations(draft: Draft) -> None:
    """Type what escalate rules set and recommend, and refuse circles among event facts (semantics §5.2)."""
    setters: dict[str, list[Escalate]] = {}
    for rule in list(_rules(draft)):
        if not isinstance(rule, Escalate):
            continue
        if not rule.set and not rule.recommend and not draft.left_out["rules", rule.id] & {"set", "recommend"}:
            draft.found.append(
                fault("E209", draft.at("rules", rule.id), where=_rule(rule), problem=say("escalate.empty"))
            )
        fixed = {
            "set": _typed_facts(draft, rule, "set", NOT_SETTABLE),
            "recommend": _typed_facts(draft, rule, "recommend", NOT_SETTABLE - {"phase"}),
        }
        settled = rule.model_copy(update=fixed)
        draft.entries["rules"][rule.id] = settled
        for name in fixed["set"]:
            setters.setdefault(name, []).append(settled)
    links = {
        name: sorted({key.removeprefix("event.") for rule in rules for key in attributes_in(rule.when)})
        for name, rules in setters.items()
    }
    _report_cycles(draft, links, "escalate", lambda name: draft.at("rules", min(r.id for r in setters[name]), "set"))


def _typed_facts(draft: Draft, rule: Escalate, key: str, refused: frozenset[str]) -> dict[str, Any]:
    node, file = draft.raw["rules", rule.id]
    tree = node.get(key) if isinstance(node, Map) else None
    if not isinstance(tree, Map):
        return {}
    context = draft.context(file)
    typed: dict[str, Any] = {}
    for name, value in tree.items():
        plain, place = name.removeprefix("event."), Place(file, *tree.key_spots[name])
        attribute: Attribute | None = draft.attributes.get(f"event.{plain}")
        if attribute is None:
            if context.is_surely_unknown(f"event.{plain}"):
                options = [a.name for a in draft.attributes.values() if a.scope == "event" and a.name not in refused]
                meant, sure = draft.suggestions.slip(plain, options)
                mend = name.removesuffix(plain) + sure if sure is not None else None
                draft.found.append(misnamed("E401", place, name, (meant, mend), name=cut(f"event.{plain}")))
        elif plain in refused or attribute.kind == "set":
            problem = say("escalate.refused", name=plain)
            draft.found.append(fault("E209", place, where=_rule(rule), problem=problem))
        elif plain != name and plain in tree:
            first = Place(file, *tree.key_spots[plain])
            draft.found.append(fault("E104", place, key=name, first=first))
        else:
            typed[plain] = read_value(attribute, value, context)
    return {name: value for name, value in typed.items() if value is not None}


def _check_activations(draft: Draft) -> None:
    meanings: dict[tuple[str, str], tuple[object, Place]] = {}
    for rule in _rules(draft):
        if not isinstance(rule, Activate):
            continue
        if rule.level is not None and rule.each == "event":
            place = draft.at("rules", rule.id, "level")
            draft.found.append(fault("E209", place, where=_rule(rule), problem=say("activate.level")))
        if rule.seats.per is not None:
            _check_per(draft, rule, rule.seats.per.fact)
        seen: dict[str, Place] = {}
        for index, shift in enumerate(rule.shifts):
            place = draft.at("rules", rule.id, "shifts", index)
            meaning = (shift.from_, shift.hours)
            known = meanings.setdefault((rule.duty, shift.id), (meaning, place))
            if known[0] != meaning:
                draft.found.append(fault("E307", place, shift=shift.id, duty=rule.duty, first=known[1]))
            elif shift.id in seen:
                what = say("word.shift")
                draft.found.append(fault("E302", place, what=what, name=shift.id, first=seen[shift.id]))
            seen.setdefault(shift.id, place)


def _check_per(draft: Draft, rule: Activate, fact: str) -> None:
    place = draft.at("rules", rule.id, "seats", "per", "fact")
    asking = replace(WHEN_ANYWHERE if rule.each == "area" else WHEN_AT_EVENT, key="per.fact")
    attribute = find_attribute(fact, (place.line, place.column), asking, draft.context(place.file))
    if attribute is not None and attribute.kind not in NUMERIC:
        wanted = say("range.numeric_fact")
        draft.found.append(fault("E403", place, found=f"`{fact}`", name="per.fact", wanted=wanted))


def _check_covers(draft: Draft) -> None:
    for rule in _rules(draft):
        if isinstance(rule, Cover):
            _check_grounds(draft, rule)
            _check_overrides(draft, rule)
            _check_competencies_of(draft, rule)


def _check_grounds(draft: Draft, rule: Cover) -> None:
    """Who sets law aside must say on what ground and until when (semantics §5.5)."""
    faulty = draft.left_out["rules", rule.id]
    for key in ("overrides", "waives"):
        missing = []
        if not rule.source and "source" not in faulty:
            missing.append("`source`")
        if rule.effective.until is None and "effective" not in faulty:
            missing.append("`effective.until`")
        if getattr(rule, key) and missing:
            place = draft.at("rules", rule.id, key)
            draft.found.append(fault("E304", place, rule=rule.id, key=key, missing=", ".join(missing)))


def _check_overrides(draft: Draft, rule: Cover) -> None:
    for index, name in enumerate(rule.overrides):
        place = draft.at("rules", rule.id, "overrides", index)
        target = draft.entries["rules"].get(name)
        if not draft.is_known("rules", name, "rule", _rule(rule), place) or target is None:
            continue
        if not isinstance(target, (Forbid, Limit)):
            draft.found.append(fault("E306", place, rule=rule.id, target=name))
        elif target.absolute:
            draft.found.append(fault("E305", place, rule=rule.id, target=name))


def _check_competencies_of(draft: Draft, rule: Cover) -> None:
    # Where the choice of duties is faulty, or a duty is, nothing can be said about what they require.
    readable = _duties_are_known(draft) and "duty" not in draft.left_out["rules", rule.id]
    duties = selected_duties(draft, rule.duty)
    for key, names in (("for", rule.for_), ("waives", rule.waives)):
        for index, name in enumerate(names):
            place = draft.at("rules", rule.id, key, index)
            known = draft.is_known("competencies", name, "competency", _rule(rule), place)
            if not known or not duties or not readable:
                continue
            needs = [n for d in duties.values() for n in d.requires if n.competency == name]
            if not any(n.strict or key == "for" for n in needs):
                strictly = say("word.strictly") if key == "waives" else Text("", "")
                draft.found.append(fault("E309", place, rule=rule.id, competency=name, key=key, strictly=strictly))


def _check_preferences(draft: Draft) -> None:
    for rule in _rules(draft):
        if not isinstance(rule, Prefer) or rule.minimise is None:
            continue
        place = draft.at("rules", rule.id, "minimise")
        context = draft.context(place.file)
        attribute = find_attribute(rule.minimise, (place.line, place.column), MINIMISE, context)
        if attribute is None:
            continue
        if attribute.kind not in NUMERIC:
            wanted = say("range.numeric_fact")
            draft.found.append(fault("E403", place, found=f"`{rule.minimise}`", name="minimise", wanted=wanted))
        elif attribute.may_be_unknown and "if_unknown" not in rule.model_fields_set | draft.left_out["rules", rule.id]:
            draft.found.append(fault("E408", place, name=rule.minimise))
