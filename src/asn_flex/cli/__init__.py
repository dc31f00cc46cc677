"""The command line: arguments and exit codes, nothing else (semantics §12.2).

Exit codes: 0 fine; 1 findings (of `check` and `verify`); 2 wrong use, or input that stops a command.
Findings of `check` go to stdout; whatever else goes wrong goes to stderr. Each begins `file:line:column: CODE message`.

A module of this package holds the commands of one subject; importing it adds them to the application.
"""

from __future__ import annotations

from asn_flex.cli import (
    alerts,
    answers,
    diff,
    editing,
    letters,
    lsp,
    planning,
    report,
    roster,
    rules,
    start,
    sweep,
    tables,
    testing,
    watching,
)
from asn_flex.cli.app import main, run

__all__ = [
    "alerts",
    "answers",
    "diff",
    "editing",
    "letters",
    "lsp",
    "main",
    "planning",
    "report",
    "roster",
    "rules",
    "run",
    "start",
    "sweep",
    "tables",
    "testing",
    "watching",
]
