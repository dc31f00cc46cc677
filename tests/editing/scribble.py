"""Writes a tree as many hands would: other indents, braces, quotes and orders of keys, with comments all over."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from asn_flex.editing.scalars import in_quotes, key_text, reads_plain
from asn_flex.rulebook.tree import Map, Node, Scalar, Seq


@dataclass
class Hand:
    """How one hand writes; `comments` collects what it noted, in the order of the text."""

    rng: random.Random
    shuffles: bool = False
    # Comments at any column, between keys and values and inside braces; without it only above and behind keys.
    is_wild: bool = True
    comments: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.step = self.rng.randint(1, 4)

    def maybe(self, chance: float) -> bool:
        return self.rng.random() < chance

    def comment(self, about: str) -> str:
        text = f"# {len(self.comments)} {about}" + self.rng.choice(["", " : x", " # y", " [", "  é"])
        self.comments.append(text)
        return text

    def above(self, column: int, about: str) -> list[str]:
        lines = []
        while self.maybe(0.2):
            kind = self.rng.choice(["empty", "above", "wild" if self.is_wild else "empty"])
            if kind == "empty":
                lines.append(self.rng.choice(["", " ", "   "]))
            elif kind == "above":
                lines.append(" " * column + self.comment(f"above {about}"))
            else:
                lines.append(" " * self.rng.randint(0, 12) + self.comment("wild"))
        return lines

    def behind(self, line: str, about: str) -> list[str]:
        if not self.maybe(0.2):
            return [line + " " * self.rng.choice([0, 0, 3])]
        column = len(line) + self.rng.choice([1, 2, 3, 20])
        lines = [f"{line:<{column}}{self.comment(f'end {about}')}"]
        while self.is_wild and self.maybe(0.2):
            lines.append(" " * column + self.comment("wild"))
        return lines

    # ---- blocks ----

    def file(self, tree: Map) -> str:
        lines = self.block(tree, 0)
        end = self.rng.choice(["", "\n", "\n\n", "\n# 999 wild", "\n  # 999 wild\n"]) if self.is_wild else "\n"
        if "#" in end:
            self.comments.append("# 999 wild")
        return "\n".join(lines) + end

    def block(self, node: Map | Seq, column: int) -> list[str]:
        if isinstance(node, Seq):
            return [line for item in node for line in self.item(item, column)]
        keys = list(node)
        if self.shuffles:
            first = keys[:1] if keys[0] == "format" else []
            rest = keys[len(first) :]
            self.rng.shuffle(rest)
            keys = first + rest
        return [line for key in keys for line in self.pair(key, node[key], column)]

    def pair(self, key: str, value: Node, column: int) -> list[str]:
        lines = self.above(column, key) if key != "format" else []
        if column == 0 and not self.is_wild:
            # What stands right below `format` is about the file, not about the section.
            lines.insert(0, "")
        head = " " * column + key_text(key, in_flow=False) + " " * self.rng.choice([0, 0, 1]) + ":"
        return lines + self.value(head, key, value, column)

    def item(self, value: Node, column: int) -> list[str]:
        lines = self.above(column, "-")
        if isinstance(value, Map) and value and self.maybe(0.6):
            inner = self.block(value, column + 2)
            index = next(i for i, line in enumerate(inner) if line.strip() and not line.strip().startswith("#"))
            if index == 0:
                return [*lines, " " * column + "- " + inner[0][column + 2 :], *inner[1:]]
            return [*lines, " " * column + "-", *inner]
        return lines + self.value(" " * column + "-", "-", value, column)

    def value(self, head: str, about: str, value: Node, column: int) -> list[str]:
        if isinstance(value, Scalar):
            return self.scalar(head, about, value, column)
        if not value or self.maybe(0.4):
            return self.braces(head, about, value, column)
        below = self.step if isinstance(value, Map) or about == "-" else self.rng.choice([0, self.step])
        return [*self.behind(head, about), *self.block(value, column + below)]

    def scalar(self, head: str, about: str, value: Scalar, column: int) -> list[str]:
        if value.plain and reads_plain(value.text, in_flow=False):
            written = value.text
        elif value.plain and not value.text:
            return self.behind(head, about)
        else:
            written = in_quotes(value.text)
            if self.maybe(0.3) and value.text.isprintable():
                written = "'" + value.text.replace("'", "''") + "'"
            elif (
                not self.is_wild
                and self.maybe(0.3)
                and value.text.isprintable()
                and value.text.strip() == value.text != ""
            ):
                # A comment that stands further in would be part of such a text.
                return [f"{head} {self.rng.choice(['|-', '>-'])}", " " * (column + self.step) + value.text]
        if self.is_wild and self.maybe(0.1):
            return [*self.behind(head, "wild"), *self.above(column + 1, "wild"), " " * (column + 1) + written]
        return self.behind(f"{head} {written}", about)

    # ---- braces ----

    def braces(self, head: str, about: str, value: Map | Seq, column: int) -> list[str]:
        if not self.is_wild or self.maybe(0.7):
            return self.behind(f"{head} {self.flow(value)}", about)
        lines = head + " " + self.flow(value, column + 1)
        return lines.split("\n")

    def space(self, column: int | None) -> str:
        """Return what may stand between two words inside braces."""
        if column is None:
            return self.rng.choice(["", " ", "  "])
        if self.maybe(0.3):
            return f" {self.comment('wild')}\n" + " " * column
        return self.rng.choice([" ", "\n" + " " * column, "\n\n" + " " * (column + 3)])

    def flow(self, value: Node, column: int | None = None) -> str:
        if isinstance(value, Scalar):
            if value.plain and (not value.text or reads_plain(value.text, in_flow=True)):
                return value.text
            return in_quotes(value.text)
        opening, closing = "{}" if isinstance(value, Map) else "[]"
        parts = [opening]
        keys = list(value) if isinstance(value, Map) else list(range(len(value)))
        if self.shuffles and isinstance(value, Map):
            self.rng.shuffle(keys)
        for key in keys:
            parts.append(self.space(column))
            if isinstance(value, Map):
                parts.append(f"{key_text(str(key), in_flow=True)}: ")
            parts.append(self.flow(value[key], column))  # type: ignore[index]
            parts.append(self.space(None) + "," if key != keys[-1] or self.maybe(0.2) else "")
        return "".join(parts) + self.space(column) + closing
