"""What is written down and never used, and edges that give nothing (W302 to W308; semantics §3.2, §7.1)."""

from __future__ import annotations

from collections.abc import Iterator

from asn_flex.analysis.desk import Desk
from asn_flex.analysis.space import conditions_of
from asn_flex.rulebook.conditions import Holds, Parameter, Test, tests_in
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import Activate, Cover, Escalate, Prefer


def check_uses(desk: Desk) -> None:
    """Report every entry that nothing uses; a table of contents of what counts as a use."""
    rulebook = desk.rulebook
    facts, parameters, held = _asked(rulebook)
    _check_edges(desk)
    _report(desk, "W303", "competencies", set(rulebook.competencies) - _competencies_in_use(rulebook, held))
    _report(desk, "W304", "duties", set(rulebook.duties) - {rule.duty for rule in rulebook.activations})
    _report(desk, "W305", "parameters", set(rulebook.parameters) - parameters)
    _report(desk, "W306", "measures", {m for m in rulebook.measures if f"measure.{m}" not in facts})
    declared = {key for key, a in rulebook.attributes.items() if a.declared and a.scope != "measure"}
    _report(desk, "W307", "attributes", declared - facts)
    cited = {citation.partition("#")[0] for citation in _citations(rulebook)}
    _report(desk, "W308", "sources", set(rulebook.sources) - cited)


def _report(desk: Desk, code: str, section: str, names: set[str]) -> None:
    for name in sorted(names):
        desk.report(code, desk.place(section, name), name=name)


def _asked(rulebook: Rulebook) -> tuple[set[str], set[str], set[str]]:
    """Return the facts, parameters and competencies that rules name."""
    facts: set[str] = set()
    parameters: set[str] = set()
    held: set[str] = set()
    for rule in rulebook.rules:
        for _, condition in conditions_of(rule):
            for test in tests_in(condition):
                if isinstance(test, Holds):
                    held.add(test.competency)
                elif isinstance(test, Test):
                    facts.add(test.attribute.key)
                    if isinstance(test.operand, Parameter):
                        parameters.add(test.operand.name)
        if isinstance(rule, Activate) and rule.seats.per is not None:
            facts.add(rule.seats.per.fact)
        elif isinstance(rule, Escalate):
            facts.update(f"event.{name}" for name in (*rule.set, *rule.recommend))
        elif isinstance(rule, Prefer) and rule.minimise is not None:
            facts.add(rule.minimise)
        elif isinstance(rule, Cover):
            held.update((*rule.for_, *rule.waives))
    return facts, parameters, held


def _competencies_in_use(rulebook: Rulebook, held: set[str]) -> set[str]:
    """Return what duties or rules ask for, and what leads there along the edges of the graph."""
    used = set(held) | {need.competency for duty in rulebook.duties.values() for need in duty.requires}
    grows = True
    while grows:
        more = {
            key
            for key, entry in rulebook.competencies.items()
            if key not in used
            and (any(e.competency in used for e in entry.implies) or any(e.for_ in used for e in entry.substitutes))
        }
        used |= more
        grows = bool(more)
    return used


def _citations(rulebook: Rulebook) -> Iterator[str]:
    for entry in (*rulebook.rules, *rulebook.competencies.values(), *rulebook.duties.values()):
        yield from entry.source
    for parameter in rulebook.parameters.values():
        for value in parameter.values:
            yield from value.source


def _check_edges(desk: Desk) -> None:
    """Report edges on which every level is lost."""
    for key, entry in desk.rulebook.competencies.items():
        edges = [(e.competency, e.level_offset) for e in entry.implies]
        edges += [(e.for_, e.level_offset) for e in entry.substitutes]
        for target, offset in edges:
            if entry.levels + offset < 1:
                place = desk.place("competencies", key)
                desk.report("W302", place, source=key, target=target, top=entry.levels, offset=offset)
