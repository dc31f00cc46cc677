"""A drawn rulebook while it grows: ids, and the keys that many kinds share."""

from __future__ import annotations

from dataclasses import dataclass, field

from .draw_conditions import when, who
from .drawing import LABEL, Dice

WINDOWS = (
    {"from": "2024-12-01"},
    {"until": "2024-12-31"},
    {"until": "2024-12-11"},
    {"until": "2024-12-10"},
    {"from": "2024-12-11"},
    {"from": "2024-12-20"},
    {"from": "2024-12-10", "until": "2024-12-12"},
)


@dataclass
class Book:
    """The rulebook while it grows."""

    dice: Dice
    areas: list[str]
    competencies: dict = field(default_factory=dict)
    duties: dict = field(default_factory=dict)
    rules: list[dict] = field(default_factory=list)

    def add(self, prefix: str, kind: str, **keys) -> dict:
        """One more rule."""
        number = 1 + sum(rule["id"].startswith(prefix) for rule in self.rules)
        rule = {"id": f"{prefix}-{number:02}", "kind": kind, "label": LABEL} | keys
        self.rules.append(rule)
        return rule

    def selection(self, absent: int = 40) -> dict:
        """The `duty` key, if any."""
        if self.dice.chance(absent):
            return {}
        form = self.dice.one(["id", "id", "list", "class", "tag"])
        tags = sorted({tag for duty in self.duties.values() for tag in duty["tags"]})
        if form == "tag" and tags:
            return {"duty": {"tag": self.dice.one(tags)}}
        if form == "class":
            return {"duty": {"class": self.dice.one(sorted({duty["class"] for duty in self.duties.values()}))}}
        if form == "list":
            return {"duty": self.dice.some(self.duties, 1, 2)}
        return {"duty": self.dice.one(self.duties)}

    def selected(self, rule: dict) -> list[str]:
        """The duties that a rule selects."""
        wanted = rule.get("duty")
        if wanted is None:
            return list(self.duties)
        if isinstance(wanted, dict):
            key, value = next(iter(wanted.items()))
            return [
                name
                for name, duty in self.duties.items()
                if value == duty["class"] or (key == "tag" and value in duty["tags"])
            ]
        return wanted if isinstance(wanted, list) else [wanted]

    def when(self, percent: int, **scope) -> dict:
        """The `when` key, if any."""
        return {"when": when(self.dice, **scope)} if self.dice.chance(percent) else {}

    def when_of_demand(self, percent: int) -> dict:
        """The `when` key of a rule about demands."""
        return self.when(percent, areas=self.areas, duties=self.duties)

    def who(self, *, pair: bool = True, mostly: bool | None = None) -> dict:
        """A condition on the officer."""
        return who(self.dice, areas=self.areas, competencies=self.competencies, pair=pair, mostly=mostly)

    def window(self, percent: int = 15) -> dict:
        """The `effective` key, if any."""
        return self.dice.maybe(percent, "effective", WINDOWS)
