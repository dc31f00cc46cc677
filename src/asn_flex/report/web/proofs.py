"""Proof trees that share what is alike: every step, sentence and place is kept once (semantics §9)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from asn_flex.domain.proof import Cited, ProofNode
from asn_flex.i18n import visible

# A step as the page has it: kind, sentence, outcome, place, laws cited, steps below; what is empty at the end is cut.
Step = tuple[int, int, int, int, tuple[int, ...], tuple[int, ...]]


class _Numbered(dict[Any, int]):
    """Gives every new thing the next number."""

    def __missing__(self, key: Any) -> int:
        self[key] = number = len(self)
        return number


@dataclass
class ProofTable:
    """Steps of proofs, each kept once.

    Officers of one office under the same rules share most of their proof, so that thousands fit into one file.
    """

    # Number 0 stands for nothing, where a step has no outcome or place.
    words: _Numbered = field(default_factory=lambda: _Numbered({"": 0}))
    texts: _Numbered = field(default_factory=_Numbered)
    sources: _Numbered = field(default_factory=_Numbered)
    steps: _Numbered = field(default_factory=_Numbered)

    def add(self, node: ProofNode) -> int:
        """Keep a proof; return the number of its root."""
        children = tuple(self.add(child) for child in node.children)
        text = (visible(node.text.id or node.text.en), visible(node.text.en or node.text.id))
        step: Step = (
            self.words[node.kind],
            self.texts[text],
            self.words[node.outcome or ""],
            self.words[node.place or ""],
            tuple(self.sources[_cited(source)] for source in node.sources),
            children,
        )
        return self.steps[step]

    def content(self) -> dict[str, Any]:
        """Return everything kept, for the page."""
        return {
            "words": list(self.words),
            "texts": [first if first == second else [first, second] for first, second in self.texts],
            "sources": [[cite, list(label), url] for cite, label, url in self.sources],
            "steps": [_cut(step) for step in self.steps],
        }


def _cited(source: Cited) -> tuple[str, tuple[str, str], str]:
    return source.cite, (source.label.id, source.label.en), source.url or ""


def _cut(step: Step) -> list[Any]:
    parts: list[Any] = [list(part) if isinstance(part, tuple) else part for part in step]
    while parts and not parts[-1]:
        parts.pop()
    return parts
