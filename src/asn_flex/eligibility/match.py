"""`match` decides who may: every pair of officer and demand with every surviving basis (semantics §7.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from asn_flex.competency.graph import CompetencyGraph, Reach
from asn_flex.domain.attributes import Value
from asn_flex.domain.exact import number_text
from asn_flex.domain.scenario import Scenario
from asn_flex.domain.situation import Demand, Situation
from asn_flex.eligibility.blocks import Block
from asn_flex.eligibility.facts import Holdings, OfficerFacts, Query
from asn_flex.eligibility.masks import Reading
from asn_flex.eligibility.pairs import PairFacts
from asn_flex.eligibility.screen import Screen
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import Cover, Requirement

if TYPE_CHECKING:
    from asn_flex.eligibility.misses import Lacking


@dataclass(frozen=True)
class Path:
    """How one requirement is met: from the competency held to the one required."""

    requirement: Requirement
    reach: Reach


@dataclass(frozen=True)
class Basis:
    """One ground on which an officer may take a demand; `rule` None is the full standard."""

    rule: str | None
    strength: Fraction
    loss: int
    points: int
    questions: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ProtectedSet:
    """Officers of one unit that a `protect` rule counts, and how many of them may go (semantics §5.8)."""

    rule: str
    unit: str
    members: NDArray[np.int64]
    n: int
    p: int
    keep: int

    @property
    def cap(self) -> int:
        """At most this many of the members are assigned."""
        return max(0, self.p - self.keep)


@dataclass(frozen=True)
class Eligibility:
    """Who may do what, for one situation; officers are numbered in order of id."""

    rulebook: Rulebook
    scenario: Scenario
    situation: Situation
    screen: Screen
    protected: tuple[ProtectedSet, ...]

    @cached_property
    def officer_ids(self) -> list[str]:
        """Officers in order of id."""
        ids: list[str] = self.screen.officers.frame["id"].to_list()
        return ids

    @cached_property
    def number_of(self) -> Mapping[str, int]:
        """The number of each officer."""
        return {officer: i for i, officer in enumerate(self.officer_ids)}

    @cached_property
    def demands(self) -> Mapping[str, Demand]:
        """Demands by id."""
        return {d.id: d for d in self.situation.demands}

    @cached_property
    def lacking(self) -> dict[tuple[int, int], Lacking]:
        """What `misses_of` has worked out, by kind and outcome: all that can be missing, and a bit of each per type."""
        return {}

    @cached_property
    def _blocks(self) -> Mapping[tuple[int, int], list[Block]]:
        found: dict[tuple[int, int], list[Block]] = {}
        for block in self.screen.blocks:
            found.setdefault((block.kind, block.outcome), []).append(block)
        return found

    def blocks_for(self, kind: int, outcome: int) -> list[Block]:
        """Return the surviving bases of a kind for one outcome of its pair tests."""
        return self._blocks.get((kind, outcome), [])

    def bases(self, officer: str, demand_id: str) -> tuple[Basis, ...]:
        """Return every surviving basis of a pair, the standard first, then covers in order of id."""
        return self.bases_of(self.number_of[officer], demand_id)

    def costs_of(self, number: int, demand_id: str) -> dict[str | None, tuple[int, int]]:
        """Return loss and points of every surviving basis of a pair, by its rule (None: the full standard)."""
        return {
            block.rule: (int(block.loss[at]), self._points(number, demand_id, block, at))
            for block, at in self.offers(number, demand_id)
        }

    def _points(self, number: int, demand_id: str, block: Block, at: int) -> int:
        screen = self.screen
        home = int(screen.home_of_type[screen.type_of[number]])
        way = screen.travel_points(int(block.travel[at]), home, self.demands[demand_id].area)
        return int(block.points[at]) + way

    def bases_of(self, number: int, demand_id: str) -> tuple[Basis, ...]:
        """Return the same as `bases` for an officer's number."""
        return tuple(self._basis(number, demand_id, block, at) for block, at in self.offers(number, demand_id))

    def basis_of(self, number: int, demand_id: str, rule_id: str | None) -> Basis:
        """Return the surviving basis of a pair by its rule (None: the full standard)."""
        return next(
            self._basis(number, demand_id, b, at) for b, at in self.offers(number, demand_id) if b.rule == rule_id
        )

    def _basis(self, number: int, demand_id: str, block: Block, at: int) -> Basis:
        screen, demand, type_ = self.screen, self.demands[demand_id], int(self.screen.type_of[number])
        lifted = self._lifted(block.rule)
        asked = sorted(
            (rule, fact)
            for rule, fact, rows in screen.questions[block.kind, block.outcome]
            if rule not in lifted and rows[type_]
        )
        return Basis(
            block.rule,
            self._strength(number, demand, block.rule),
            int(block.loss[at]),
            self._points(number, demand_id, block, at),
            tuple((fact, rule) for rule, fact in asked),
        )

    def offers(self, number: int, demand_id: str) -> Iterator[tuple[Block, int]]:
        """Yield the blocks that offer a demand to an officer, each with the officer's row in it."""
        screen = self.screen
        kind = screen.kind_of[demand_id]
        type_ = int(screen.type_of[number])
        outcome = screen.outcome(kind, int(screen.home_of_type[type_]), self.demands[demand_id].area)
        for block in self.blocks_for(kind, outcome):
            at = int(np.searchsorted(block.types, type_))
            if at < len(block.types) and block.types[at] == type_:
                yield block, at

    def offers_among(self, numbers: Sequence[int], demand_id: str) -> Iterator[tuple[Block, NDArray[np.int64]]]:
        """Yield the blocks that offer a demand to some of these officers, each with their types' rows in it."""
        screen, area = self.screen, self.demands[demand_id].area
        kind = screen.kind_of[demand_id]
        types = np.unique(screen.type_of[list(numbers)])
        outcomes = screen.outcomes_at(kind, area)[screen.home_of_type[types]]
        for outcome in np.unique(outcomes).tolist():
            here = types[outcomes == outcome]
            for block in self.blocks_for(kind, outcome):
                rows = np.flatnonzero(np.isin(block.types, here, assume_unique=True))
                if len(rows):
                    yield block, rows

    def is_substitute(self, rule_id: str | None) -> bool:
        """Whether a basis counts under `max_substitutes`: covers by `who` or by substitution (semantics §5.9)."""
        rule = self.rulebook.by_id[rule_id] if rule_id is not None else None
        return isinstance(rule, Cover) and rule.by != "standard"

    def _lifted(self, rule_id: str | None) -> frozenset[str]:
        rule = self.rulebook.by_id[rule_id] if rule_id is not None else None
        return frozenset(rule.overrides) if isinstance(rule, Cover) else frozenset()

    def _strength(self, number: int, demand: Demand, rule_id: str | None) -> Fraction:
        rule = self.rulebook.by_id[rule_id] if rule_id is not None else None
        if not isinstance(rule, Cover) or rule.by == "standard":
            return Fraction(1)
        if rule.by is None:
            return rule.strength or Fraction(0)
        paths = self.paths(number, demand, rule_id)
        return min((path.reach.strength for path in paths), default=Fraction(1))

    def paths(self, number: int, demand: Demand, rule_id: str | None) -> tuple[Path, ...]:
        """Return how the officer meets the requirements that the basis does not stand in for or waive."""
        rule = self.rulebook.by_id[rule_id] if rule_id is not None else None
        found: list[Path] = []
        for need in self.rulebook.duties[demand.duty].requires:
            hops = 0
            if isinstance(rule, Cover):
                if need.competency in rule.waives:
                    continue
                if rule.by is None and not need.strict and (not rule.for_ or need.competency in rule.for_):
                    continue
                if rule.by == "substitution" and not need.strict:
                    hops = rule.max_hops
            best = self.best_way(number, Query(need.competency, need.level, hops, need.evidence), demand)
            if best is not None:
                found.append(Path(need, best))
        return tuple(found)

    def best_way(self, number: int, query: Query, demand: Demand) -> Reach | None:
        """Return the best path by which the officer meets a query on the demand's last day."""
        holdings = self.screen.holdings
        codes, contents = holdings.profiles(demand.last_day)
        held = set(contents[codes[number]])
        return next((reach for reach, kind in holdings.order(query) if kind in held), None)

    def eligible_types(self, demand_id: str) -> NDArray[np.bool_]:
        """Return the types with some surviving basis for a demand."""
        screen = self.screen
        demand = self.demands[demand_id]
        kind = screen.kind_of[demand_id]
        result = np.zeros(screen.size, dtype=np.bool_)
        for outcome in range(len(screen.outcomes[kind])):
            blocks = self.blocks_for(kind, outcome)
            if not blocks:
                continue
            here = np.ones(screen.size, dtype=np.bool_)
            if screen.pair_tests[kind]:
                here = (screen.outcomes_at(kind, demand.area) == outcome)[screen.home_of_type]
            for block in blocks:
                result[block.types[here[block.types]]] = True
        return result

    def eligible_officers(self, demand_id: str) -> NDArray[np.int64]:
        """Return the officers with some surviving basis for a demand, pins aside."""
        return np.flatnonzero(self.eligible_types(demand_id)[self.screen.type_of])

    def pairs(self) -> pl.DataFrame:
        """Return every eligible pair with every surviving basis, as a frame in order of officer, demand and rule.

        Columns: officer, demand, rule (null for the full standard), strength (decimal text), loss, points, confirm
        (list of `attribute/rule`). Meant for looking, not for planning: it has a row per pair.
        """
        rows = [
            (officer, demand, b.rule, number_text(b.strength), b.loss, b.points, [f"{f}/{r}" for f, r in b.questions])
            for officer, demand, b in self._every_basis()
        ]
        schema: dict[str, Any] = {
            "officer": pl.String, "demand": pl.String, "rule": pl.String, "strength": pl.String,
            "loss": pl.Int64, "points": pl.Int64, "confirm": pl.List(pl.String),
        }  # fmt: skip
        return pl.DataFrame(rows, schema=schema, orient="row").sort("officer", "demand", "rule", nulls_last=False)

    def _every_basis(self) -> Iterator[tuple[str, str, Basis]]:
        for demand_id in self.demands:
            for number in self.eligible_officers(demand_id).tolist():
                officer = self.officer_ids[number]
                for basis in self.bases(officer, demand_id):
                    yield officer, demand_id, basis


def match(
    rulebook: Rulebook,
    scenario: Scenario,
    situation: Situation,
    *,
    told: Mapping[str, Value] = MappingProxyType({}),
    graph: CompetencyGraph | None = None,
) -> Eligibility:
    """Decide who may do what.

    Parameters
    ----------
    rulebook, scenario : the same that `situation` was inferred from
    situation : which rules are in force, and which seats exist
    told : facts that the tables would derive (`pair.travel_min`, `pair.same_area`, `officer.home_flooded`), by name
        They stand as they are; a rule test states them without areas and ways (semantics §5.12).
    graph : the competency graph of the rulebook, with the paths that were asked before; None makes one

    Returns
    -------
    Eligibility
        Every surviving basis of every pair, kept per type of officer and kind of demand.

    References
    ----------
    docs/semantics.md §4-§7.
    """
    officers = OfficerFacts(rulebook, scenario, told)
    first = scenario.period.first_day_from(scenario.today)
    screen = Screen(
        rulebook=rulebook,
        situation=situation,
        officers=officers,
        holdings=Holdings(scenario, graph or CompetencyGraph(rulebook.competencies)),
        pairs=PairFacts(rulebook, scenario, officers, told),
        reading=Reading(rulebook, scenario.area_tree, scenario.today),
        period=(first, scenario.period.last_day),
    )
    screen.run()
    return Eligibility(rulebook, scenario, situation, screen, protected_sets(screen, scenario))


def match_again(
    before: Eligibility,
    *,
    rulebook: Rulebook | None = None,
    scenario: Scenario | None = None,
    situation: Situation | None = None,
) -> Eligibility:
    """Decide again who may do what where something has changed; columns of facts that have not are used again.

    Parameters
    ----------
    before : what was decided, without facts told
    rulebook : the same facts and competencies, other rules
    scenario : the same officers and demands, other facts or holdings
    situation : other rules in force, or other demands
    """
    book, given, now = rulebook or before.rulebook, scenario or before.scenario, situation or before.situation
    known, old, new = before.screen, before.scenario.tables, given.tables
    same_facts = old.officers is new.officers and old.units is new.units and old.areas is new.areas
    officers = known.officers if same_facts else OfficerFacts(book, given)
    screen = Screen(
        rulebook=book,
        situation=now,
        officers=officers,
        holdings=known.holdings
        if old.holdings is new.holdings and old.officers is new.officers
        else Holdings(given, known.holdings.graph if rulebook is None else CompetencyGraph(book.competencies)),
        pairs=known.pairs if same_facts else PairFacts(book, given, officers),
        reading=Reading(book, given.area_tree, given.today),
        period=known.period,
    )
    screen.run()
    return Eligibility(book, given, now, screen, protected_sets(screen, given))


def protected_sets(screen: Screen, scenario: Scenario) -> tuple[ProtectedSet, ...]:
    """Return, per `protect` rule in force and unit, whom it counts and how many of them may go."""
    found: list[ProtectedSet] = []
    present = screen.officers.available(*screen.period)
    lost_rows = _lost_officers(scenario)
    for rule_id in sorted(screen.situation.protections):
        rule = next(r for r in screen.rulebook.protections if r.id == rule_id)
        counted = screen.protected(rule)[screen.type_of]
        for code, unit in enumerate(screen.officers.unit_ids):
            facts = scenario.unit_facts[unit]
            if not rule.unit.matches(unit, facts["service_class"], frozenset(facts["tags"] or ())):
                continue
            in_unit = screen.officers.unit_of == code
            members = np.flatnonzero(in_unit & counted)
            ids = {screen.officers.frame["id"][i] for i in members.tolist()} if lost_rows else set()
            n = len(members) + sum(1 for o, u in lost_rows if u == unit and o not in ids)
            share = rule.keep.share or Fraction(0)
            keep = max(-((-share * n).__floor__()), rule.keep.at_least or 0)
            found.append(ProtectedSet(rule_id, unit, members, n, int(present[members].sum()), keep))
    return tuple(found)


def _lost_officers(scenario: Scenario) -> frozenset[tuple[str, str]]:
    """Return (officer, unit) of everybody who lost a row to quarantine (semantics §6.2); they count in n."""
    if not scenario.quarantined:
        return frozenset()
    unit_of = dict(zip(scenario.tables.officers["id"], scenario.tables.officers["unit"], strict=True))
    found: set[tuple[str, str]] = set()
    for index, item in enumerate(scenario.quarantined):
        unit = item.unit or (unit_of.get(item.officer) if item.officer is not None else None)
        if unit is not None:
            found.add((item.officer if item.officer is not None else f"?{index}", unit))
    return frozenset(found)
