"""Reading everybody: the tables, and what rules in force ask of them (semantics §10)."""

from __future__ import annotations

from collections.abc import Hashable

from asn_flex.rulebook.conditions import Holds, tests_in
from asn_flex.rulebook.conditions import Test as AttributeTest
from asn_flex.rulebook.schema import Cover, Forbid, Limit, Prefer, Protect, Team
from asn_flex.verify.bases import Context, context_of
from asn_flex.verify.columns import Columns
from asn_flex.verify.competence import Graph
from asn_flex.verify.demands import Reading
from asn_flex.verify.pairs import condition_of
from asn_flex.verify.people import People
from asn_flex.verify.rows import HoldingRows, OfficerRows


def read_people(reading: Reading) -> People:
    """Read every officer."""
    world = reading.world
    rows = OfficerRows(world.scenario.tables.officers)
    held = HoldingRows(world.scenario.tables.holdings, rows)
    graph = Graph(world.rulebook.competencies, max((c.max_hops for c in world.rulebook.covers), default=1))
    tests = _tests_in_force(reading)
    columns = Columns(world, graph, rows, held, [t for t in tests if t.attribute.scope != "pair"])
    of_way = tuple(t for t in tests if t.attribute.scope == "pair")
    return People(reading, rows, held, graph, _contexts(reading), columns, of_way)


def _contexts(reading: Reading) -> dict[str, Context]:
    known: dict[Hashable, Context] = {}
    found = {}
    for demand in reading.demands.values():
        states = reading.states[demand.id]
        key = (demand.duty, states, demand.first_day, demand.last_day)
        found[demand.id] = known.setdefault(key, context_of(reading.world, demand, states))
    return found


def _tests_in_force(reading: Reading) -> list[AttributeTest]:
    """Return the tests that rules in force put to officers."""
    tests: dict[AttributeTest, None] = {}
    for rule_id in reading.rules_in_force:
        rule = reading.world.rulebook.by_id[rule_id]
        if isinstance(rule, (Cover, Forbid, Limit, Team, Prefer, Protect)):
            tests.update(dict.fromkeys(t for t in tests_in(condition_of(rule)) if not isinstance(t, Holds)))
    return list(tests)
