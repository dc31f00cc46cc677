"""What an editor offers to begin with: a rule of each kind and form, a test (`defaultSnippets` of the JSON Schema).

A snippet is a body with numbered gaps (`${1:…}`) that an editor lets one fill in, in order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from asn_flex.rulebook.json_parts import Schema, words

_LABEL = {"id": "$2", "en": "$3"}
_SOURCE = ["$4"]
_PERIOD = {"from": "${5:2026-01-01}", "until": "${6:2027-01-01}"}

# By what a person looks for: the kind, and what to fill in beside id, label and source.
_RULES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "escalate": ("SIT", {"when": {"measure.$5": {"gte": "$6"}}, "set": {"severity": "${7:3}"}}),
    "activate": (
        "ACT",
        {"duty": "$5", "when": {"area.flooded": True}, "each": "area", "level": "$6", "seats": {"base": "${7:2}"}},
    ),
    "prioritise": ("PRI", {"duty": "$5", "when": {"measure.$6": {"gte": "$7"}}, "add": "${8:1}"}),
    "cover": ("COV", {"duty": "$5", "who": {"officer.$6": True}, "strength": "${7:0.7}"}),
    "cover by: substitution": (
        "COV",
        {"duty": "$5", "by": "substitution", "max_hops": 1, "min_strength": "${6:0.5}", "max_share": "${7:50%}"},
    ),
    "cover by: standard": (
        "COV", {"effective": _PERIOD, "by": "standard", "who": {"officer.$7": True}, "overrides": ["$8"]},
    ),
    "forbid": ("FRB", {"who": {"officer.$5": "${6:true}"}}),
    "limit": ("LIM", {"must": {"officer.rest_hours": {"gte": "${5:8}"}}}),
    "protect": ("PRO", {"unit": {"service_class": "${5:essential}"}, "keep": {"share": "${6:50%}"}}),
    "team": ("TIM", {"duty": "$5", "include": {"qualified": True, "per": "${6:5}"}}),
    "prefer": ("PRF", {"who": {"officer.$5": "${6:true}"}, "points": "${7:100}"}),
    "prefer minimise": ("PRF", {"minimise": "${5:pair.travel_min}", "weight": "${6:1}", "if_unknown": "${7:30}"}),
}  # fmt: skip


def rule_snippets() -> list[Schema]:
    """Return a rule of each kind and form."""
    return [
        {
            "label": label,
            "description": words("kind", label.partition(" ")[0]),
            "body": {
                "id": f"${{1:{prefix}-01}}", "kind": label.partition(" ")[0], "label": _LABEL, "source": _SOURCE, **more
            },
        }
        for label, (prefix, more) in _RULES.items()
    ]  # fmt: skip


def snippet_of_test() -> Schema:
    """Return a test."""
    body = {
        "name": {"id": "$1", "en": "$2"},
        "now": "${3:2026-01-31T08:00:00+07:00}",
        "given": {"event": {"type": "$4"}, "officer": {"holdings": [{"competency": "$5", "level": "${6:2}"}]}},
        "expect": {"eligible": {"$7": {"standard": True}}},
    }
    return {"label": "test", "description": words("rules", "RuleTest"), "body": body}
