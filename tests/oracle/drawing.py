"""Small conveniences to draw with, and to write what was drawn into files."""

from __future__ import annotations

import csv
import json
import random
import re
from decimal import Decimal
from pathlib import Path

LABEL = {"id": "x", "en": "x"}
BARE = re.compile(r"\d+(\.\d+)?%|\d{4}-\d{2}-\d{2}")


class Plain(str):
    """Text that is written without quotes: an area such as 12.10 is its source text."""

    __slots__ = ()


class Dice:
    """Throws with stated odds, from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def chance(self, percent: int) -> bool:
        """True in `percent` of the throws."""
        return self.random.randrange(100) < percent

    def one(self, options):
        """One of the options."""
        return self.random.choice(list(options))

    def number(self, least: int, most: int) -> int:
        """A whole number."""
        return self.random.randint(least, most)

    def some(self, options, least: int = 0, most: int | None = None) -> list:
        """Some of the options, each once, in their order."""
        options = list(options)
        most = len(options) if most is None else min(most, len(options))
        chosen = self.random.sample(range(len(options)), self.number(min(least, most), most))
        return [options[n] for n in sorted(chosen)]

    def maybe(self, percent: int, key: str, options) -> dict:
        """`{key: one of the options}` in `percent` of the throws, else nothing."""
        return {key: self.one(options)} if self.chance(percent) else {}

    def cell(self, empty_percent: int, options) -> str:
        """A table cell, empty in `empty_percent` of the throws."""
        return "" if self.chance(empty_percent) else str(self.one(options))


def flow(data) -> str:
    """One value as YAML flow: JSON, with shares, dates and `Plain` text bare and Decimals exact."""
    if isinstance(data, dict):
        return "{" + ", ".join(f"{key}: {flow(value)}" for key, value in data.items()) + "}"
    if isinstance(data, (list, tuple)):
        return "[" + ", ".join(map(flow, data)) + "]"
    if isinstance(data, Decimal):
        return str(data)
    if isinstance(data, Plain) or (isinstance(data, str) and BARE.fullmatch(data)):
        return str(data)
    return json.dumps(data, ensure_ascii=False)


def yaml_text(data: dict) -> str:
    """A file: a line per section, per entry of a map and per item of a list, to be read when a test fails."""
    lines = []
    for section, content in data.items():
        if isinstance(content, dict) and content and section not in ("pack", "event", "period", "label", "tables"):
            lines += [f"{section}:", *(f"  {key}: {flow(value)}" for key, value in content.items())]
        elif isinstance(content, list) and content:
            lines += [f"{section}:", *(f"  - {flow(value)}" for value in content)]
        else:
            lines.append(f"{section}: {flow(content)}")
    return "\n".join(lines) + "\n"


def write_case(rules: dict, scenario: dict, tables: dict[str, list[dict]], folder) -> Path:
    """Write `rules.yaml` and `scenario/` (scenario.yaml and a CSV per table) into a folder; returns it."""
    folder = Path(folder)
    (folder / "scenario").mkdir(parents=True, exist_ok=True)
    (folder / "rules.yaml").write_text(yaml_text(rules), encoding="utf-8")
    tables = {"holdings": [], **tables}
    named = scenario | {"tables": {name: f"{name}.csv" for name in tables}}
    (folder / "scenario" / "scenario.yaml").write_text(yaml_text(named), encoding="utf-8")
    for name, rows in tables.items():
        with (folder / "scenario" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            # Only holdings are ever drawn empty, and that table must be there (semantics §6.1).
            header = list(rows[0]) if rows else ["officer", "competency", "level"]
            writer = csv.DictWriter(file, header, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return folder
