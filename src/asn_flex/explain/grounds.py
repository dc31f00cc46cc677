"""What facts rest on: rules and lines, observations, rows of tables (semantics §9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from asn_flex.competency.graph import Reach
from asn_flex.domain.attributes import Attribute, Value
from asn_flex.domain.proof import ProofNode
from asn_flex.domain.situation import Demand
from asn_flex.eligibility.facts import HoldingKind, Query
from asn_flex.errors import Text
from asn_flex.explain.naming import (
    area_name,
    competency_name,
    day,
    fact_name,
    moment,
    plain,
    unit_name,
    value_name,
)
from asn_flex.explain.reading import condition_nodes, evidence_text
from asn_flex.explain.view import View, node
from asn_flex.i18n import say
from asn_flex.rulebook.conditions import Holds
from asn_flex.situation.facts import value_text
from asn_flex.situation.measures import observation_rows

# The observations named one by one; the rows of the others are listed.
MOST_OBSERVATIONS = 6


@dataclass(frozen=True)
class StateFacts:
    """What a `when` asks: the event, measures, and the area and duty where they are known."""

    view: View
    area: str | None = None
    duty: str | None = None

    @property
    def today(self) -> date:
        """The date of `now`."""
        return self.view.scenario.today

    def value(self, attribute: Attribute) -> Value | None:
        """Return the fact, or None where it is unknown."""
        return self.view.facts.about(self.area, self.duty).value(attribute)

    def holds(self, wanted: Holds) -> bool:  # noqa: ARG002 - the protocol's argument
        """Return False: a `when` never asks about a person."""
        return False

    def held(self, wanted: Holds) -> tuple[ProofNode, ...]:  # noqa: ARG002 - the protocol's argument
        """Return nothing: a `when` never asks about a person."""
        return ()

    def is_a(self, kind: str, ancestor: str) -> bool:
        """Return whether an event type is another or below it."""
        return self.view.rulebook.is_a(kind, ancestor)

    def within(self, area: str, outer: str) -> bool:
        """Return whether an area is another or lies below it."""
        return self.view.scenario.area_tree.within(area, outer)

    def grounds(self, attribute: Attribute) -> tuple[ProofNode, ...]:
        """Return what the fact rests on."""
        if attribute.scope == "event":
            return event_grounds(self.view, attribute)
        if attribute.scope == "measure":
            return measure_grounds(self.view, attribute, self.area if attribute.area_bound else None)
        if attribute.scope == "area" and self.area is not None:
            row = self.view.scenario.area_facts.get(self.area, {})
            given = row.get(attribute.name) is not None
            text = say("why.row.area" if given else "why.row.area.empty", area=area_name(self.view.scenario, self.area))
            return (node("fact", text, place=self.view.row("areas", row.get("row"))),)
        if attribute.scope == "duty" and self.duty is not None:
            place = self.view.rulebook.place_of("duties", self.duty)
            return (node("fact", say("why.row.duty"), place=place),)
        return ()


def event_grounds(view: View, attribute: Attribute) -> tuple[ProofNode, ...]:
    """Return what an event fact rests on: the rules that derived it, the scenario's line, or its default."""
    situation, scenario = view.eligibility.situation, view.scenario
    name = attribute.name
    if attribute.key in situation.assumed:
        return (node("fact", say("why.assumed"), outcome="unknown"),)
    rules = situation.derived_by.get(name, ())
    if rules:
        if attribute.key in view.told:
            return (node("note", say("why.told", rules=", ".join(rules))),)
        view.told.add(attribute.key)
        return tuple(_derivation(view, rule, attribute) for rule in rules)
    if name == "days":
        return (node("fact", say("why.days"), place=view.given("started")),)
    if name == "type" or name in scenario.event.given:
        decree = scenario.event.decree if name == "phase" else None
        text = say("why.decreed", decree=decree) if decree else say("why.given")
        return (node("fact", text, place=view.given(name)),)
    return (node("fact", say("why.default" if name in situation.event else "why.nobody")),)


def _derivation(view: View, rule_id: str, attribute: Attribute) -> ProofNode:
    rule = view.rulebook.by_id[rule_id]
    value = view.eligibility.situation.event.get(attribute.name)
    shown = value_name(view.rulebook, attribute, value, view.scenario)
    text = say("why.derives", rule=view.title(rule_id), fact=fact_name(view.rulebook, attribute.key), value=shown)
    return view.rule(rule_id, text, *condition_nodes(view, rule.when, StateFacts(view)), outcome="applies")


def measure_grounds(view: View, attribute: Attribute, area: str | None) -> tuple[ProofNode, ...]:
    """Return what a measure rests on: its declaration, and the observations that count."""
    measure = view.rulebook.measures[attribute.name]
    key = f"{attribute.key}@{area or ''}"
    place = view.rulebook.place_of("measures", attribute.name)
    rows = observation_rows(measure, view.scenario, area)
    text = say("why.measure", take=say(f"take.{measure.take}"), kind=measure.observe,
               window=_window(measure.window), count=len(rows))  # fmt: skip
    if key in view.told:
        return (node("note", text, place=place),)
    view.told.add(key)
    table = view.scenario.tables.observations
    found = table.filter(pl.col("row").is_in(list(rows[:MOST_OBSERVATIONS]))).sort("row")
    steps = [_observation(view, row) for row in found.iter_rows(named=True)]
    if len(rows) > MOST_OBSERVATIONS:
        steps.append(node("observation", say("why.rows.more", rows=ranges(rows[MOST_OBSERVATIONS:]))))
    return (node("fact", text, *steps, place=place),)


def _observation(view: View, row: dict[str, Any]) -> ProofNode:
    time = row["time"].astimezone(view.scenario.now.tzinfo)
    value = "" if row["value"] is None else f" {value_text_of(row['value'])}"
    where = plain("") if row["area"] is None else say("why.in_area", area=area_name(view.scenario, row["area"]))
    text = say("why.observation", kind=row["kind"], value=value, time=moment(time), where=where)
    return node("observation", text, place=view.row("observations", row["row"]), value=value.strip() or None)


def value_text_of(number: Any) -> str:
    """Return a decimal of a table without trailing zeros."""
    from fractions import Fraction  # noqa: PLC0415 - used here only

    return value_text(Fraction(number))


def _window(minutes: int) -> str:
    if minutes % 1440 == 0 and minutes > 2880:
        return f"{minutes // 1440} d"
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


def ranges(rows: Sequence[int]) -> str:
    """Return row numbers with runs drawn together.

    Examples
    --------
    >>> ranges((3, 4, 5, 9))
    '3-5, 9'
    """
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


# ---- people ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PersonFacts:
    """What `who` and `must` ask: one officer, his unit, his competencies and, with a demand, the way to it."""

    view: View
    number: int
    last_day: date
    demand: Demand | None = None

    @property
    def today(self) -> date:
        """The date of `now`."""
        return self.view.scenario.today

    def value(self, attribute: Attribute) -> Value | None:
        """Return the fact, or None where it is unknown."""
        screen = self.view.eligibility.screen
        if attribute.scope == "pair":
            if self.demand is None:
                return None
            return screen.pairs.value(attribute.name, int(screen.pairs.home_of[self.number]), self.demand.area)
        column = screen.officers.column(attribute)
        code = int(column.codes[self.number])
        return column.values[code] if code >= 0 else None

    def holds(self, wanted: Holds) -> bool:
        """Return whether the officer holds the competency in full."""
        return way_of(self.view, self.number, query_of(wanted), self.last_day) is not None

    def held(self, wanted: Holds) -> tuple[ProofNode, ...]:
        """Return the path and the holding that a `holds` test found."""
        return way_nodes(self.view, self.number, query_of(wanted), self.last_day)

    def is_a(self, kind: str, ancestor: str) -> bool:
        """Return whether an event type is another or below it."""
        return self.view.rulebook.is_a(kind, ancestor)

    def within(self, area: str, outer: str) -> bool:
        """Return whether an area is another or lies below it."""
        return self.view.scenario.area_tree.within(area, outer)

    def grounds(self, attribute: Attribute) -> tuple[ProofNode, ...]:
        """Return the row that the fact stands in."""
        view, name = self.view, attribute.name
        officer = self._row()
        if attribute.scope == "pair":
            return (self._way(officer),)
        if attribute.scope == "unit":
            row = view.scenario.unit_facts[officer["unit"]]
            text = say("why.row.unit", unit=unit_name(view.scenario, officer["unit"]))
            return (node("fact", text, place=view.row("units", row["row"])),)
        place = view.row("officers", officer["row"])
        if attribute.key == "officer.home_flooded":
            home = officer["home_area"]
            if home is None:
                return (node("fact", say("why.row.officer.empty"), place=place),)
            area = view.scenario.area_facts[home]
            text = say("why.row.home", area=area_name(view.scenario, home))
            return (node("fact", text, place=view.row("areas", area["row"])),)
        empty = officer.get(name) is None
        if empty and attribute.missing is not None:
            text = say("why.row.officer.default")
        else:
            text = say("why.row.officer.empty" if empty else "why.row.officer")
        return (node("fact", text, place=place),)

    def _row(self) -> dict[str, Any]:
        return self.view.scenario.tables.officers.row(self.number, named=True)

    def _way(self, officer: dict[str, Any]) -> ProofNode:
        """Return where the way between home and demand comes from (semantics §6.3)."""
        view, home = self.view, officer["home_area"]
        if home is None or self.demand is None:
            return node("fact", say("why.row.officer.empty"), place=view.row("officers", officer["row"]))
        names = {"home": area_name(view.scenario, home), "area": area_name(view.scenario, self.demand.area)}
        table = view.scenario.tables.travel
        for start, end in ((home, self.demand.area), (self.demand.area, home)):
            rows = table.filter((pl.col("from") == start) & (pl.col("to") == end))
            if rows.height and home != self.demand.area:
                return node("fact", say("why.way.table", **names), place=view.row("travel", rows["row"][0]))
        text = say("why.way.circle", **names)
        return node("fact", text, place=view.row("officers", officer["row"]))


def query_of(wanted: Holds) -> Query:
    """Return what a `holds` test asks of holdings."""
    return Query(wanted.competency, wanted.level, 0, wanted.evidence)


def way_of(view: View, number: int, query: Query, last_day: date) -> tuple[Reach, HoldingKind] | None:
    """Return the best path by which an officer meets a query on a day, and the kind of holding that starts it."""
    holdings = view.eligibility.screen.holdings
    codes, contents = holdings.profiles(last_day)
    held = set(contents[codes[number]])
    return next(((reach, holdings.kinds[kind]) for reach, kind in holdings.order(query) if kind in held), None)


def way_nodes(view: View, number: int, query: Query, last_day: date) -> tuple[ProofNode, ...]:
    """Return the holding that meets a query and each edge of its path; nothing where none does."""
    found = way_of(view, number, query, last_day)
    if found is None:
        return ()
    reach, kind = found
    edges = (_edge(view, start, end) for start, end in zip(reach.via, reach.via[1:], strict=False))
    return (_holding(view, number, kind, last_day), *edges)


def _holding(view: View, number: int, kind: HoldingKind, last_day: date) -> ProofNode:
    officer = view.eligibility.officer_ids[number]
    rows = view.scenario.tables.holdings.filter(
        (pl.col("officer") == officer)
        & (pl.col("competency") == kind.competency)
        & (pl.col("level") == kind.level)
        & (pl.col("valid_until").is_null() | (pl.col("valid_until") >= last_day))
    )
    same = [r for r in rows.iter_rows(named=True) if frozenset(r["evidence"] or ()) == kind.evidence]
    row = min(same, key=lambda r: r["row"])
    until = plain("") if row["valid_until"] is None else say("why.valid_until", day=day(row["valid_until"]))
    text = say("why.holding", competency=competency_name(view.rulebook, kind.competency), level=kind.level,
               evidence=evidence_text(kind.evidence), until=until)  # fmt: skip
    return node("holding", text, place=view.row("holdings", row["row"]))


def _edge(view: View, start: str, end: str) -> ProofNode:
    """Return the step of one edge of the competency graph."""
    entry = view.rulebook.competencies[start]
    names: dict[str, Text] = {
        "start": competency_name(view.rulebook, start), "end": competency_name(view.rulebook, end),
    }  # fmt: skip
    place, sources = view.rulebook.place_of("competencies", start), view.cited(entry.source)
    for implied in entry.implies:
        if implied.competency == end:
            return node(
                "competency",
                say("why.implies", **names, offset=_offset(implied.level_offset)),
                place=place,
                sources=sources,
            )
    edge = next(s for s in entry.substitutes if s.for_ == end)
    text = say("why.substitutes", **names, strength=value_text(edge.strength), offset=_offset(edge.level_offset))
    return node("competency", text, place=place, sources=sources)


def _offset(offset: int) -> Text:
    return say("why.offset", levels=-offset) if offset else plain("")
