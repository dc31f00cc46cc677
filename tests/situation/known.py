"""Facts by name, and the smallest program: what the tests of engines share."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date

import pytest

from asn_flex.domain.attributes import Attribute, Value
from asn_flex.rulebook.conditions import Holds, Test
from asn_flex.situation.durable import durable_available
from asn_flex.situation.engine import Answers, Asked, Program, Scope, SituationEngine


def runs_durable() -> bool:
    """Whether durable_rules can be imported: Python 3.13 builds it and then lacks a symbol."""
    command = [sys.executable, "-c", "import durable.engine"]
    return durable_available() and subprocess.run(command, capture_output=True, check=False).returncode == 0


DURABLE = runs_durable()
needs_durable = pytest.mark.skipif(not DURABLE, reason="durable_rules cannot be imported here")

TODAY = date(2026, 11, 20)
KINDS = {"bencana": None, "banjir": "bencana", "rob": "banjir", "gempa": "bencana"}
AREAS = {"kota": None, "kec1": "kota", "kec2": "kota", "kel11": "kec1"}
SEVERITY = Attribute("event", "severity", "int")


@dataclass
class Known:
    """Facts by name; what is not there is unknown."""

    values: dict[str, Value] = field(default_factory=dict)
    today: date = TODAY

    def value(self, attribute: Attribute) -> Value | None:
        return self.values.get(attribute.key)

    def holds(self, wanted: Holds) -> bool:
        return False

    def is_a(self, kind: str, ancestor: str) -> bool:
        return kind == ancestor or (KINDS[kind] is not None and self.is_a(KINDS[kind], ancestor))

    def within(self, area: str, outer: str) -> bool:
        return area == outer or (AREAS[area] is not None and self.within(AREAS[area], outer))


def ask_severity(engine: SituationEngine, severity: int | None) -> Answers:
    """Ask whether the severity is 3 or more."""
    program = Program({"R": Asked(Test(SEVERITY, "gte", 3))}, TODAY)
    return engine.evaluate(program, [Scope(Known({} if severity is None else {"event.severity": severity}), ("R",))])[0]
