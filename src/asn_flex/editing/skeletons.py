"""What a new rule of each kind looks like before somebody fills it in, and the test beside it (semantics §5, §12.2).

A skeleton is a valid rule that is not in force yet: editors complete and check it while one writes, and no plan changes
before the line `effective` is taken out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from asn_flex.editing.emit import Entry, rule_text
from asn_flex.editing.order import keys_of
from asn_flex.errors import Lang
from asn_flex.i18n import say
from asn_flex.messages import is_sentence
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import AnyRule, RuleBase
from asn_flex.rulebook.tree import Scalar

# A day that no plan reaches.
NEVER = "9999-01-01"
# Where comments stand, unless a line is longer.
_COLUMN = 44
_MODELS: Mapping[str, type[RuleBase]] = {m.model_fields["kind"].default: m for m in AnyRule.__args__}


def _exact(text: str) -> Scalar:
    return Scalar(text, plain=True, spot=(1, 1))


# What each kind needs beside the keys of every rule, with values to be replaced.
_OWN: Mapping[str, Mapping[str, Entry]] = {
    "escalate": {"when": {"event.affected_people": {"gte": 1000}}, "set": {"severity": 3}},
    "activate": {"when": {"event.severity": {"gte": 3}}, "each": "event", "seats": {"base": 2}},
    "prioritise": {"when": {"event.severity": {"gte": 4}}, "add": 1},
    "cover": {"by": "substitution", "min_strength": _exact("0.6"), "max_share": "50%"},
    "forbid": {"who": {"officer.fit": False}},
    "limit": {"must": {"officer.rest_hours": {"gte": 8}}},
    "protect": {"unit": {"service_class": "support"}, "keep": {"share": "50%"}},
    "team": {"max_substitutes": "50%"},
    "prefer": {"who": {"officer.willing": True}, "points": -20},
}
KINDS_WITH_DUTY = frozenset(_OWN) - {"escalate", "protect"}

# What a test of each kind gives, beside the kind of event; and what it expects, `{duty}` and `{rule}` filled in.
_GIVEN: Mapping[str, Mapping[str, Entry]] = {
    "escalate": {"event": {"affected_people": 1000}},
    "activate": {"event": {"severity": 3}},
    "cover": {"event": {"severity": 3}, "officer": {"holdings": [], "rest_hours": 10}},
    "forbid": {"event": {"severity": 3}, "officer": {"holdings": [], "rest_hours": 10, "fit": False}},
    "limit": {"event": {"severity": 3}, "officer": {"holdings": [], "rest_hours": 2}},
    "prefer": {"event": {"severity": 3}, "officer": {"willing": True}},
}
_GIVEN_ELSE: Mapping[str, Entry] = {"event": {"severity": 4}}


@dataclass(frozen=True, slots=True)
class Skeleton:
    """What a new rule is about."""

    kind: str
    id: str
    duties: tuple[str, ...]
    source: str | None


def rule_lines(skeleton: Skeleton, *, indent: int, lang: Lang) -> str:
    """Write the skeleton of a rule, with a comment at each line that is to be filled in."""
    entry: dict[str, Entry] = {
        "id": skeleton.id,
        "kind": skeleton.kind,
        "label": _label("new.label"),
        "effective": {"from": NEVER},
        **_OWN[skeleton.kind],
    }
    if skeleton.source is not None:
        entry["source"] = [skeleton.source]
    if skeleton.kind in KINDS_WITH_DUTY and skeleton.duties:
        entry["duty"] = skeleton.duties[0] if len(skeleton.duties) == 1 else list(skeleton.duties)
    ordered = {key: entry[key] for key in keys_of(_MODELS[skeleton.kind]) if key in entry}
    lines = rule_text(ordered, indent=indent).splitlines()
    intro = " " * indent + f"# {say('new.intro', kind=skeleton.kind).in_lang(lang)}"
    return "".join(f"{line}\n" for line in (intro, *(_commented(line, skeleton.kind, lang) for line in lines)))


def _label(key: str, **values: object) -> dict[str, Entry]:
    text = say(key, **values)
    return {"id": text.id, "en": text.en}


def _commented(line: str, kind: str, lang: Lang) -> str:
    key = line.strip().removeprefix("- ").partition(":")[0]
    if key in {"id", "kind"}:
        return line
    own = f"new.key.{kind}.{key}"
    name = own if is_sentence(own) else f"new.key.{key}"
    return f"{line:<{max(_COLUMN, len(line) + 2)}}# {say(name).in_lang(lang)}"


def test_lines(skeleton: Skeleton, rulebook: Rulebook, *, indent: int, lang: Lang) -> str:
    """Write the skeleton of a test of the rule, all of it commented out."""
    duty = skeleton.duties[0] if skeleton.duties else "?"
    type_ = _usual_event(rulebook)
    event: dict[str, Entry] = {"type": type_} if type_ is not None else {}
    given = dict(_GIVEN.get(skeleton.kind, _GIVEN_ELSE))
    given["event"] = {**event, **_mapping(given["event"])}
    expect: Mapping[str, Mapping[str, Entry]] = {
        "escalate": {"event": {"severity": 3}},
        "activate": {"seats": {duty: 2}},
        "cover": {"eligible": {duty: {"rule": skeleton.id}}},
        "forbid": {"refused": {duty: {"by": [skeleton.id]}}},
        "limit": {"refused": {duty: {"by": [skeleton.id]}}},
    }
    test: dict[str, Entry] = {
        "name": _label("new.test_name", rule=skeleton.id),
        "now": rulebook.tests[0].now.isoformat() if rulebook.tests else "2026-01-01T08:00:00+07:00",
        "given": given,
        "expect": expect.get(skeleton.kind, {"acts": [skeleton.id]}),
    }
    intro = say("new.test_intro", rule=skeleton.id).in_lang(lang)
    # Two signs, so that an editor that takes out one leaves this line a comment.
    lines = [f"## {intro}", *(f"# {line}" for line in rule_text(test, indent=0).splitlines())]
    return "".join(" " * indent + f"{line}\n" for line in lines)


def _usual_event(rulebook: Rulebook) -> str | None:
    """Return the kind of event that most tests are about."""
    given = (test.given.event.get("type") for test in rulebook.tests)
    counted = Counter(type_ for type_ in given if isinstance(type_, str))
    return min(counted, key=lambda name: (-counted[name], name)) if counted else next(iter(rulebook.events), None)


def _mapping(entry: Entry) -> Mapping[str, Entry]:
    return entry if isinstance(entry, Mapping) else {}
