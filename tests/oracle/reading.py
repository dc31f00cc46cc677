"""Read rule files and scenarios as plain text data, and turn text into exact values.

Every scalar stays the text of its source: what it means is decided where its type is known. `12.10` is the
area of that name, a share `40%` is 2/5, and `NO` is the word NO.
"""

from __future__ import annotations

import csv
import io
import math
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import yaml

TRUE_WORDS = {"true", "ya", "1"}
FALSE_WORDS = {"false", "tidak", "0"}


def textual(data):
    """The same data with every scalar as text (None as the empty text)."""
    if isinstance(data, dict):
        return {str(key): textual(value) for key, value in data.items()}
    if isinstance(data, (list, tuple, set, frozenset)):
        return [textual(value) for value in data]
    if data is None:
        return ""
    if isinstance(data, bool):
        return "true" if data else "false"
    if isinstance(data, (date, datetime)):
        return data.isoformat()
    if isinstance(data, (int, str, Decimal)):
        return str(data)
    raise TypeError(f"no exact text for {data!r}")


def read_yaml(path: Path):
    """One YAML file, every scalar as its source text."""
    return yaml.load(Path(path).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 (BaseLoader is safe)


def read_rules(path) -> dict:
    """The rulebook of a folder (every *.yaml and *.yml below it) or of one file, with its bases, as one dict (§3.1).

    Of a replaced rule, `yields_to` lists the times in which others stand in its place (§5.11).
    """
    merged: dict = {"rules": [], "tests": []}
    _merge(Path(path), merged, set())
    for rule in merged["rules"]:
        others = [other for other in merged["rules"] if rule["id"] in listed(other.get("replaces"))]
        rule["yields_to"] = [other.get("effective") or {} for other in others]
    return merged


def _merge(path: Path, merged: dict, seen: set[Path]) -> None:
    files = [path]
    if path.is_dir():
        found = [*path.rglob("*.yaml"), *path.rglob("*.yml")]
        files = sorted(found, key=lambda file: file.relative_to(path).as_posix())
    for file in files:
        if file.resolve() in seen:
            continue
        seen.add(file.resolve())
        for section, content in read_yaml(file).items():
            if isinstance(content, list):
                merged.setdefault(section, []).extend(content)
            elif isinstance(content, dict):
                merged.setdefault(section, {}).update(content)
                for base in listed(content.get("extends")) if section == "pack" else ():
                    _merge(file.parent / base, merged, seen)


def listed(data) -> list:
    """A list, also of one thing that stands alone, or of none."""
    return data if isinstance(data, list) else [data] if data else []


def read_csv(path: Path) -> list[dict[str, str]]:
    """A CSV table as text cells; `,` or `;` between them, whichever the header has more of."""
    text = Path(path).read_text(encoding="utf-8-sig")
    header = text.split("\n", 1)[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    return [{key: (value or "").strip() for key, value in row.items() if key} for row in rows]


def read_scenario(folder) -> tuple[dict, dict[str, list[dict[str, str]]]]:
    """The content of `scenario.yaml` and its tables (name -> rows of text cells)."""
    folder = Path(folder)
    scenario = read_yaml(folder / "scenario.yaml")
    tables = {name: read_csv(folder / file) for name, file in (scenario.get("tables") or {}).items()}
    return scenario, tables


def as_list(data) -> list:
    """A list as it is, one value as a list of one, nothing as an empty list."""
    if data is None or data == "":
        return []
    return list(data) if isinstance(data, list) else [data]


def as_number(text: str) -> Fraction:
    """An exact number; `40%` is a share."""
    text = text.strip()
    if text.endswith("%"):
        return Fraction(text[:-1]) / 100
    return Fraction(text)


def as_int(text: str) -> int:
    """A whole number."""
    value = as_number(text)
    if value.denominator != 1:
        raise ValueError(f"{text!r} is not whole")
    return int(value)


def as_bool(text: str) -> bool:
    """`true/false`, `ya/tidak`, `1/0`."""
    word = text.strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ValueError(f"{text!r} is neither true nor false")


def as_set(data) -> frozenset[str]:
    """A list, or words joined with `;` or `|`."""
    if isinstance(data, list):
        return frozenset(data)
    words = (word.strip() for word in data.replace("|", ";").split(";"))
    return frozenset(word for word in words if word)


def as_time(text: str, now: datetime) -> datetime:
    """A point in time in now's offset; without an offset it takes now's (§6.1)."""
    moment = datetime.fromisoformat(text.strip())
    if moment.tzinfo is None:
        return moment.replace(tzinfo=now.tzinfo)
    return moment.astimezone(now.tzinfo)


def half_up(value: Fraction) -> int:
    """floor(x + 1/2), exactly."""
    return math.floor(value + Fraction(1, 2))


def convert(kind: str, data):
    """The value of `data` (text, or a list for sets) under an attribute type of §3.5."""
    if kind == "bool":
        return as_bool(data)
    if kind == "int":
        return as_int(data)
    if kind == "number":
        return as_number(data)
    if kind == "date":
        return date.fromisoformat(data.strip())
    if kind == "set":
        return as_set(data)
    return data
