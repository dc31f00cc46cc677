"""What an entry says, apart from how it is written; and which differences cannot matter (semantics §12.6, §14).

Nothing is called harmless without proof: read by people only, read by no rule, or conditions that are proven to be
true, false and unknown in the same cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from asn_flex.analysis.logic import equivalent
from asn_flex.domain.attributes import Attribute
from asn_flex.errors import Text
from asn_flex.explain.parts import keys_of, value_of
from asn_flex.rulebook.conditions import All, AnyOf, Condition, Holds, Not, Parameter, Test, tests_in
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import Activate, AnyRule, Entry, Escalate, Forbid, Include, Limit, Prefer
from asn_flex.situation.program import conditions_of

# What people read, and what law an entry rests on: it moves nobody.
READ_ONLY = frozenset({"label", "note", "source", "name"})
# Sections of which no entry moves anybody.
_INERT = frozenset({"sources", "tests", "pack"})
_CONDITIONS = (Test, Holds, All, AnyOf, Not)


def shape(value: Any) -> Any:
    """Return what a value says: the order of lists, nesting and double denial left out; a parameter by its name.

    Two values of one shape are the same in every case, and leave the same facts open where they are unknown.
    """
    if isinstance(value, _CONDITIONS):
        return _condition(value)
    if isinstance(value, (Entry, Attribute)):
        return (type(value).__name__, *((key, shape(value_of(value, key))) for key in keys_of(value)))
    if isinstance(value, Text):
        return ("text", *value)
    if isinstance(value, (tuple, frozenset)):
        return ("list", *sorted((shape(item) for item in value), key=repr))
    if isinstance(value, Mapping):
        return ("map", *((key, shape(item)) for key, item in sorted(value.items())))
    # `true` is not 1, though Python says so.
    return (type(value).__name__, value)


def _condition(condition: Condition) -> Any:
    if isinstance(condition, Test):
        operand = condition.operand
        asked = ("parameter", operand.name) if isinstance(operand, Parameter) else shape(operand)
        return ("test", condition.attribute.key, condition.operator, asked)
    if isinstance(condition, Holds):
        return ("holds", condition.competency, condition.level, shape(condition.evidence))
    if isinstance(condition, Not):
        inner = _condition(condition.part)
        return inner[1] if inner[0] == "not" else ("not", inner)
    kind = "all" if isinstance(condition, All) else "any"
    parts: list[Any] = []
    for part in map(_condition, condition.parts):
        parts += part[1:] if part[0] == kind else [part]
    return parts[0] if len(parts) == 1 else (kind, *sorted(parts, key=repr))


def cannot_matter(
    old: Rulebook, new: Rulebook, section: str, name: str, one: Any, other: Any, keys: Iterable[str]
) -> bool:
    """Whether it is proven that a change moves nobody and no seat in any scenario.

    Parameters
    ----------
    section, name : the section and id of the entry
    one, other : the entry in the old and in the new rulebook; None where it is not there
    keys : the keys in which they differ, where it is in both
    """
    if section in _INERT:
        return True
    if section in {"parameters", "measures"}:
        # They act through rules only, and a rule that began or ceased to read one has changed itself.
        if one is None or other is None or set(keys) <= READ_ONLY:
            return True
        return not any(readers(rulebook, section, name) for rulebook in (old, new))
    if one is None or other is None:
        # Rules act; and competencies, duties, events and facts decide which tables can be read.
        return False
    return all(_same(new, one, other, key) for key in set(keys) - READ_ONLY - {"sensitive"})


def _same(rulebook: Rulebook, one: Any, other: Any, key: str) -> bool:
    """Whether a key in which two entries differ is proven to mean the same."""
    before, after = value_of(one, key), value_of(other, key)
    if isinstance(before, Include) and isinstance(after, Include) and before.who and after.who:
        is_same = (before.per, before.qualified) == (after.per, after.qualified)
        return is_same and _same_condition(rulebook, before.who, after.who)
    if not isinstance(before, _CONDITIONS) or not isinstance(after, _CONDITIONS):
        return False
    if isinstance(other, (Forbid, Limit)) and "confirm" in {one.if_unknown, other.if_unknown}:
        # What is asked before signing are the unknown tests as they are written, whatever they come to.
        return False
    return _same_condition(rulebook, before, after)


def _same_condition(rulebook: Rulebook, first: Condition, second: Condition) -> bool:
    """Whether two conditions are proven to be true, false and unknown in the same cases."""
    return shape(first) == shape(second) or equivalent(rulebook, first, second) is True


def readers(rulebook: Rulebook, section: str, name: str) -> tuple[str, ...]:
    """Return the rules that read a parameter, measure or declared fact."""
    key = {"parameters": f"param.{name}", "measures": f"measure.{name}"}.get(section, name)
    return tuple(rule.id for rule in rulebook.rules if key in _read(rule))


def _read(rule: AnyRule) -> frozenset[str]:
    found: set[str] = set()
    for condition in conditions_of(rule):
        for test in tests_in(condition):
            if isinstance(test, Test):
                found.add(test.attribute.key)
                if isinstance(test.operand, Parameter):
                    found.add(f"param.{test.operand.name}")
    if isinstance(rule, Activate) and rule.seats.per is not None:
        found.add(rule.seats.per.fact)
    if isinstance(rule, Prefer) and rule.minimise is not None:
        found.add(rule.minimise)
    if isinstance(rule, Escalate):
        found |= {f"event.{name}" for name in (*rule.set, *rule.recommend)}
    return frozenset(found)
