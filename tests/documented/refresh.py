"""Writes the parts of the pages that follow from programs again: `python -m tests.test_documentation`.

Excerpts keep their choice of lines: each is replaced by the line of today's output that differs in numbers and bars
only. What an excerpt shows and no output has any more is named, and left for a person to choose anew.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

from .blocks import Item

Run = Callable[[str], str]


def shape_of(line: str) -> str:
    """Return a line without its numbers and bars."""
    return re.sub(r"\s+", " ", re.sub("[█░]+", "█", re.sub(r"\d+", "#", line))).strip()


def refreshed_excerpt(item: Item, output: str) -> str:
    """Return the excerpt with today's numbers."""
    lines = output.splitlines()
    at, kept = 0, []
    for shown in item.body.splitlines():
        wanted = shape_of(shown.partition("…")[0])
        match = lambda line, whole="…" not in shown, wanted=wanted: (  # noqa: E731
            shape_of(line) == wanted if whole else shape_of(line).startswith(wanted)
        )
        found = next((i for i in range(at, len(lines)) if wanted and match(lines[i])), None)
        if found is None:
            kept.append(shown)
            if wanted:
                print(f"{item.where}: choose anew: {shown}")  # noqa: T201 - a script for people
            continue
        kept.append(lines[found] if "…" not in shown else shown)
        at = found + 1
    return "".join(f"{line}\n" for line in kept)


def refreshed_page(text: str, items: list[Item], run: Run) -> str:
    """Return a page with today's excerpts and printed outputs; python blocks run in the current folder."""
    names: dict[str, object] = {"__name__": "__main__"}
    printed = ""
    for item in items:
        if item.language == "python":
            with redirect_stdout(io.StringIO()) as out:
                exec(compile(item.body, item.where, "exec"), names)  # noqa: S102 - the pages are ours
            printed = out.getvalue()
        elif item.name == "file":
            Path(item.argument).write_text(item.body, encoding="utf-8")
        elif item.name == "output":
            text = text.replace(item.body, printed)
        elif item.name == "output of":
            text = text.replace(item.body, refreshed_excerpt(item, run(item.argument)))
    return text
