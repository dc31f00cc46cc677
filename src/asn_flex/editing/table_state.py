"""What a workbook remembers of the rulebook that it was made from (semantics §12.4).

A hidden sheet holds the cells as they were written, so that an import knows which of them a person has changed, even
when somebody has edited the files meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from asn_flex.editing.table_layout import MODELS, columns_for, row_of
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.tree import Map, Scalar, Seq, parse_yaml

STATE_SHEET = "_asn_flex"
FORMAT = "asn-flex/tables/1"


@dataclass
class State:
    """The rulebook, and per kind the columns and the rows (header to cell, by id of the rule)."""

    pack: str
    version: str
    digest: str
    columns: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)

    def lines(self) -> Iterable[tuple[str, str, str, str]]:
        """Return the rows of the hidden sheet."""
        yield FORMAT, self.pack, self.version, self.digest
        for kind, headers in self.columns.items():
            for header in headers:
                yield "column", kind, header, ""
        for kind, rows in self.rows.items():
            for rule, row in rows.items():
                yield "row", kind, rule, ""
                for header, text in row.items():
                    yield "cell", rule, header, text


def state_from(lines: Iterable[tuple[str, str, str, str]]) -> State | None:
    """Read the rows of the hidden sheet; None where they are none."""
    state: State | None = None
    rows: dict[str, dict[str, str]] = {}
    for what, first, second, third in lines:
        if state is None:
            if what != FORMAT:
                return None
            state = State(first, second, third, {kind: [] for kind in MODELS}, {kind: {} for kind in MODELS})
        elif what == "column" and first in state.columns:
            state.columns[first].append(second)
        elif what == "row" and first in state.rows:
            rows[second] = state.rows[first].setdefault(second, {})
        elif what == "cell" and first in rows:
            rows[first][second] = third
    return state


@dataclass(frozen=True)
class RuleEntry:
    """A rule as it stands in its file."""

    id: str
    kind: str
    node: Map
    file: str


def rules_in(files: Mapping[str, bytes]) -> list[RuleEntry]:
    """Return every rule of sound files, in the order in which they stand."""
    found: list[RuleEntry] = []
    for name, content in files.items():
        tree, _ = parse_yaml(content.decode("utf-8-sig"), name)
        rules = tree.get("rules") if isinstance(tree, Map) else None
        for node in rules if isinstance(rules, Seq) else ():
            if isinstance(node, Map):
                key, kind = node.get("id"), node.get("kind")
                if isinstance(key, Scalar) and isinstance(kind, Scalar):
                    found.append(RuleEntry(key.text, kind.text, node, name))
    return found


def state_of(rulebook: Rulebook, entries: Iterable[RuleEntry]) -> State:
    """Return the decision tables of a rulebook; rules stand in the order of their files."""
    state = State(rulebook.pack.id, rulebook.pack.version, rulebook.digest)
    entries = list(entries)
    for kind in MODELS:
        of_kind = [entry for entry in entries if entry.kind == kind]
        columns = columns_for(kind, [entry.node for entry in of_kind], rulebook.attributes)
        state.columns[kind] = [column.header for column in columns]
        state.rows[kind] = {entry.id: row_of(entry.node, columns) for entry in of_kind}
    return state
