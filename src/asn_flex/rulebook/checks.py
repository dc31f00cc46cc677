"""What entries say about each other: references, cycles, overrides, shifts (semantics §4.5, §5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from asn_flex.domain.attributes import NOT_SETTABLE, NUMERIC, Attribute
from asn_flex.errors import Place, Text
from asn_flex.i18n import fault, nearest, say
from asn_flex.rulebook.compile import MINIMISE, WHEN_ANYWHERE, WHEN_AT_EVENT, LoadContext, find_attribute, read_value
from asn_flex.rulebook.conditions import attributes_in
from asn_flex.rulebook.schema import Activate, AnyRule, Cover, Duty, DutySelector, Escalate, Forbid, Limit, Prefer

if TYPE_CHECKING:
    from asn_flex.rulebook.loader import Draft


def check_references(draft: Draft) -> None:
    """Add to the draft every fault between entries; a table of contents of what is checked."""
    _check_pack_labels(draft)
    _check_sources(draft)
    _check_events(draft)
    _check_competencies(draft)
    _check_duties(draft)
    _check_duty_selectors(draft)
    _settle_escalations(draft)
    _check_activations(draft)
    _check_covers(draft)
    _check_preferences(draft)


def _names(draft: Draft, section: str) -> list[str]:
    # INVARIANT: an entry that is faulty in itself still exists for those who name it.
    return sorted(key for owner, key in draft.raw if owner == section)


def _unknown(draft: Draft, section: str, name: str, what: str, where: Text | str, place: Place) -> bool:
    if (section, name) in draft.raw:
        return False
    hint = nearest(name, _names(draft, section))
    draft.found.append(fault("E301", place, where=where, what=say(f"word.{what}"), name=name, hint=hint))
    return True


def _rules(draft: Draft) -> Iterable[AnyRule]:
    rules: Mapping[str, AnyRule] = draft.entries["rules"]
    return rules.values()


def _rule(rule: AnyRule) -> Text:
    return Text(f"aturan `{rule.id}`", f"rule `{rule.id}`")


def _check_pack_labels(draft: Draft) -> None:
    """Warn where a label lacks one of the pack's languages, or is missing where people will look for it."""
    languages = draft.pack.languages if draft.pack is not None else ()
    for section in ("sources", "events", "competencies", "duties", "rules"):
        for key, entry in draft.entries[section].items():
            place = draft.places[section, key]
            if entry.label is None:
                draft.found.append(fault("W503", place, where=f"`{key}`"))
                continue
            for lang in languages:
                if not getattr(entry.label, lang):
                    draft.found.append(fault("W501", place, where=f"`{key}`", lang=lang))


def _check_sources(draft: Draft) -> None:
    for section in ("rules", "competencies", "duties"):
        for key, entry in draft.entries[section].items():
            for index, citation in enumerate(entry.source):
                place = draft.at(section, key, "source", index)
                _unknown(draft, "sources", citation.partition("#")[0], "source", f"`{key}`", place)
    for key, entry in draft.entries["parameters"].items():
        for i, value in enumerate(entry.values):
            for index, citation in enumerate(value.source):
                place = draft.at("parameters", key, "values", i, "source", index)
                _unknown(draft, "sources", citation.partition("#")[0], "source", f"`{key}`", place)


def _check_events(draft: Draft) -> None:
    links: dict[str, list[str]] = {}
    for key, entry in draft.entries["events"].items():
        if entry.is_a is not None:
            place = draft.at("events", key, "is_a")
            if not _unknown(draft, "events", entry.is_a, "event", Text(f"kejadian `{key}`", f"event `{key}`"), place):
                links[key] = [entry.is_a]
    _report_cycles(draft, links, "is_a", lambda key: draft.at("events", key, "is_a"))


def _check_competencies(draft: Draft) -> None:
    links: dict[str, list[str]] = {}
    for key, entry in draft.entries["competencies"].items():
        where = Text(f"kompetensi `{key}`", f"competency `{key}`")
        for index, edge in enumerate(entry.implies):
            place = draft.at("competencies", key, "implies", index, "competency")
            if not _unknown(draft, "competencies", edge.competency, "competency", where, place):
                links.setdefault(key, []).append(edge.competency)
        for index, edge in enumerate(entry.substitutes):
            place = draft.at("competencies", key, "substitutes", index, "for")
            _unknown(draft, "competencies", edge.for_, "competency", where, place)
            if edge.for_ == key:
                problem = say("competency.itself")
                draft.found.append(fault("E209", place, where=where, problem=problem))
    _report_cycles(draft, links, "implies", lambda key: draft.at("competencies", key, "implies"))


def _report_cycles(draft: Draft, links: Mapping[str, list[str]], what: str, place_of: Any) -> None:
    """Report each strongly connected knot once, at its smallest member."""
    for cycle in find_cycles(links):
        shown = " → ".join(f"`{step}`" for step in (*cycle, cycle[0]))
        draft.found.append(fault("E303", place_of(cycle[0]), what=say(f"word.{what}"), cycle=shown))


def find_cycles(links: Mapping[str, Iterable[str]]) -> list[tuple[str, ...]]:
    """Return cycles such that breaking each leaves none through its first node; each begins at its smallest node."""
    state: dict[str, int] = {}
    found: set[tuple[str, ...]] = set()
    for root in sorted(links):
        if root in state:
            continue
        path = [root]
        state[root] = 1
        stack = [iter(sorted(links.get(root, ())))]
        while stack:
            step = next(stack[-1], None)
            if step is None:
                stack.pop()
                state[path.pop()] = 2
            elif state.get(step) == 1:
                knot = path[path.index(step) :]
                turn = knot.index(min(knot))
                found.add(tuple(knot[turn:] + knot[:turn]))
            elif step not in state:
                state[step] = 1
                path.append(step)
                stack.append(iter(sorted(links.get(step, ()))))
    return sorted(found)


def _check_duties(draft: Draft) -> None:
    levels = {key: entry.levels for key, entry in draft.entries["competencies"].items()}
    for key, duty in draft.entries["duties"].items():
        where = Text(f"tugas `{key}`", f"duty `{key}`")
        seen: set[str] = set()
        for index, need in enumerate(duty.requires):
            place = draft.at("duties", key, "requires", index, "competency")
            if _unknown(draft, "competencies", need.competency, "competency", where, place):
                continue
            top = levels.get(need.competency, need.level)
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


def _check_duty_selectors(draft: Draft) -> None:
    for rule in _rules(draft):
        selector = getattr(rule, "duty", None)
        if isinstance(selector, DutySelector):
            for index, name in enumerate(selector.ids):
                place = draft.at("rules", rule.id, "duty", index)
                _unknown(draft, "duties", name, "duty", _rule(rule), place)
            if not selector.ids and not selected_duties(draft, selector):
                draft.found.append(fault("E310", draft.at("rules", rule.id, "duty"), rule=rule.id))
        elif isinstance(rule, Activate):
            _unknown(draft, "duties", rule.duty, "duty", _rule(rule), draft.at("rules", rule.id, "duty"))


def _settle_escalations(draft: Draft) -> None:
    """Type what escalate rules set and recommend, and refuse circles among event facts (semantics §5.2)."""
    setters: dict[str, list[Escalate]] = {}
    for rule in list(_rules(draft)):
        if not isinstance(rule, Escalate):
            continue
        if not rule.set and not rule.recommend:
            problem = say("escalate.empty")
            draft.found.append(fault("E209", draft.places["rules", rule.id], where=_rule(rule), problem=problem))
        fixed = {
            "set": _typed_facts(draft, rule, "set", rule.set, NOT_SETTABLE),
            "recommend": _typed_facts(draft, rule, "recommend", rule.recommend, NOT_SETTABLE - {"phase"}),
        }
        settled = rule.model_copy(update=fixed)
        draft.entries["rules"][rule.id] = settled
        for name in fixed["set"]:
            setters.setdefault(name, []).append(settled)
    links: dict[str, set[str]] = {}
    for name, rules in setters.items():
        for rule in rules:
            links.setdefault(name, set()).update(
                key.removeprefix("event.") for key in attributes_in(rule.when) if key.startswith("event.")
            )
    _report_cycles(
        draft, {k: sorted(v) for k, v in links.items()}, "escalate",
        lambda name: draft.at("rules", min(r.id for r in setters[name]), "set"),
    )  # fmt: skip


def _typed_facts(
    draft: Draft, rule: Escalate, key: str, raw: Mapping[str, Any], refused: frozenset[str]
) -> dict[str, Any]:
    node, file = draft.raw["rules", rule.id]
    context = LoadContext(file=file, events=frozenset(_names(draft, "events")), found=draft.found)
    typed: dict[str, Any] = {}
    tree = node.get(key, {}) if isinstance(node, dict) else {}
    for name, value in raw.items():
        plain = name.removeprefix("event.")
        spot = getattr(tree, "key_spots", {}).get(name, (1, 1))
        attribute: Attribute | None = draft.attributes.get(f"event.{plain}")
        if attribute is None:
            options = [a.name for a in draft.attributes.values() if a.scope == "event" and a.name not in refused]
            draft.found.append(fault("E401", Place(file, *spot), name=f"event.{plain}", hint=nearest(plain, options)))
        elif plain in refused or attribute.kind == "set":
            problem = say("escalate.refused", name=plain)
            draft.found.append(fault("E209", Place(file, *spot), where=_rule(rule), problem=problem))
        else:
            result = read_value(attribute, value, context)
            if result is not None:
                typed[plain] = result
    return typed


def _check_activations(draft: Draft) -> None:
    meanings: dict[tuple[str, str], tuple[object, Place]] = {}
    for rule in _rules(draft):
        if not isinstance(rule, Activate):
            continue
        if rule.level is not None and rule.each == "event":
            place = draft.at("rules", rule.id, "level")
            draft.found.append(fault("E209", place, where=_rule(rule), problem=say("activate.level")))
        if rule.seats.per is not None:
            _check_per(draft, rule)
        seen: set[str] = set()
        for index, shift in enumerate(rule.shifts):
            place = draft.at("rules", rule.id, "shifts", index)
            meaning = (shift.from_, shift.hours)
            known = meanings.setdefault((rule.duty, shift.id), (meaning, place))
            if known[0] != meaning or shift.id in seen:
                draft.found.append(fault("E307", place, shift=shift.id, duty=rule.duty, first=known[1]))
            seen.add(shift.id)


def _check_per(draft: Draft, rule: Activate) -> None:
    per = rule.seats.per
    assert per is not None  # noqa: S101 - the caller looked
    place = draft.at("rules", rule.id, "seats", "per", "fact")
    context = LoadContext(file=place.file, attributes=draft.attributes, found=draft.found)
    asking = WHEN_ANYWHERE if rule.each == "area" else WHEN_AT_EVENT
    attribute = find_attribute(per.fact, (place.line, place.column), asking, context)
    if attribute is not None and attribute.kind not in NUMERIC:
        draft.found.append(fault("E403", place, found=f"`{per.fact}`", name="per.fact", wanted=say("kind.number")))


def _check_covers(draft: Draft) -> None:
    stops: Mapping[str, AnyRule] = draft.entries["rules"]
    for rule in _rules(draft):
        if not isinstance(rule, Cover):
            continue
        duties = selected_duties(draft, rule.duty)
        for key in ("overrides", "waives"):
            if getattr(rule, key):
                missing = [k for k, there in (("source", rule.source), ("effective.until", rule.effective.until)) if not there]
                if missing:
                    text = ", ".join(f"`{m}`" for m in missing)
                    draft.found.append(fault("E304", draft.at("rules", rule.id, key), rule=rule.id, key=key, missing=text))
        for index, name in enumerate(rule.overrides):
            place = draft.at("rules", rule.id, "overrides", index)
            if _unknown(draft, "rules", name, "rule", _rule(rule), place):
                continue
            target = stops.get(name)
            if isinstance(target, (Forbid, Limit)):
                if target.absolute:
                    draft.found.append(fault("E305", place, rule=rule.id, target=name))
            elif target is not None:
                draft.found.append(fault("E306", place, rule=rule.id, target=name))
        for key, names in (("for", rule.for_), ("waives", rule.waives)):
            for index, name in enumerate(names):
                place = draft.at("rules", rule.id, key, index)
                if _unknown(draft, "competencies", name, "competency", _rule(rule), place) or not duties:
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
        context = LoadContext(file=place.file, attributes=draft.attributes, found=draft.found)
        attribute = find_attribute(rule.minimise, (place.line, place.column), MINIMISE, context)
        if attribute is None:
            continue
        if attribute.kind not in NUMERIC:
            wanted = say("kind.number")
            draft.found.append(fault("E403", place, found=f"`{rule.minimise}`", name="minimise", wanted=wanted))
        elif attribute.may_be_unknown and rule.if_unknown is None:
            draft.found.append(fault("E408", place, name=rule.minimise))

