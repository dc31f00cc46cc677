"""Who may do what, and on which basis: every rule about pairs, read over columns (semantics §5.5-§5.10, §7.3).

Demands fall into *kinds* (same duty, same rules in force, same days) and officers into *types* (same answers to
everything a rule in force asks). For each kind, and each outcome of the tests on the way between home and demand, the
screen decides for all types at once which bases survive, at which loss and points, and with which questions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from asn_flex.domain.attributes import Value
from asn_flex.domain.situation import Demand, RuleState, Situation
from asn_flex.eligibility.blocks import (
    MOST_POINTS,
    Block,
    DemandKind,
    Ints,
    Rows,
    conditions_of,
    fit_bits,
    held_in,
    in_full,
    quality_loss,
    through,
    weigh,
)
from asn_flex.eligibility.facts import NOBODY, Holdings, OfficerFacts, Query, rows_of
from asn_flex.eligibility.masks import FALSE, TRUE, UNKNOWN, Reading, Truth, mask, unknown_masks
from asn_flex.eligibility.pairs import PairFacts
from asn_flex.errors import SolverError
from asn_flex.rulebook.conditions import Condition, Holds, Test, tests_in
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import Cover, Duty, Forbid, Limit, Prefer, Protect, Requirement, Team

# The truth of a condition for every type.
Read = Callable[[Condition], Truth]


@dataclass
class Screen:
    """The work of `match`: types, kinds and blocks; built once, then read."""

    rulebook: Rulebook
    situation: Situation
    officers: OfficerFacts
    holdings: Holdings
    pairs: PairFacts
    reading: Reading
    period: tuple[date, date]
    kinds: list[DemandKind] = field(default_factory=list)
    kind_of: dict[str, int] = field(default_factory=dict)
    type_of: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    samples: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    home_of: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    home_of_type: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    uses_pairs: bool = False
    travel_rules: tuple[str, ...] = ()
    pair_tests: list[tuple[Test, ...]] = field(default_factory=list)
    outcomes: list[list[tuple[int, ...]]] = field(default_factory=list)
    _demands_of: dict[int, list[Demand]] = field(default_factory=dict)
    _outcome_at: dict[tuple[int, str], Ints] = field(default_factory=dict)
    _weighed: dict[str, dict[Value, int]] = field(default_factory=dict)
    _points_at: dict[tuple[str, str], Ints] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    questions: dict[tuple[int, int], list[tuple[str, str, Rows]]] = field(default_factory=dict)
    _cache: dict[object, Truth] = field(default_factory=dict)
    _profile_of: dict[date, NDArray[np.int32]] = field(default_factory=dict)

    def run(self) -> None:
        """Do everything, in order."""
        self._sort_demands()
        self._find_pair_outcomes()
        self._group_officers()
        for index in range(len(self.kinds)):
            for outcome in range(len(self.outcomes[index])):
                self._screen_kind(index, outcome)

    # ---- kinds ---------------------------------------------------------------------------------------------------

    def _sort_demands(self) -> None:
        found: dict[DemandKind, int] = {}
        for demand in self.situation.demands:
            states = tuple(state for _, state in sorted(self.situation.in_force.get(demand.id, {}).items()))
            kind = DemandKind(demand.duty, states, demand.first_day, demand.last_day)
            self.kind_of[demand.id] = index = found.setdefault(kind, len(found))
            self._demands_of.setdefault(index, []).append(demand)
        self.kinds = list(found)

    def demands_of(self, kind: int) -> list[Demand]:
        """Return the demands of a kind, in order of id."""
        return self._demands_of[kind]

    def _rules_of(self, kind: DemandKind) -> Iterable[tuple[RuleState, object]]:
        for state in kind.states:
            yield state, self.rulebook.by_id[state.rule]

    def _find_pair_outcomes(self) -> None:
        """Find, per kind, the distinct outcomes of its pair tests over homes and areas."""
        travel: set[str] = set()
        for index, kind in enumerate(self.kinds):
            tests: dict[tuple[object, ...], Test] = {}
            for _, rule in self._rules_of(kind):
                for _, condition in conditions_of(rule):
                    for test in tests_in(condition):
                        if isinstance(test, Test) and test.attribute.scope == "pair":
                            tests.setdefault(_test_key(test), test)
                if isinstance(rule, Prefer) and (rule.minimise or "").startswith("pair."):
                    travel.add(rule.id)
            ordered = tuple(tests.values())
            self.pair_tests.append(ordered)
            found: dict[tuple[int, ...], int] = {}
            if ordered:
                self.uses_pairs = True
                for area in self._areas_of(index):
                    outcomes = self.pairs.outcomes(ordered, area, self.reading)
                    rows, first, at = np.unique(outcomes, axis=0, return_index=True, return_inverse=True)
                    # Numbered as they first appear, home by home.
                    for row in np.argsort(first).tolist():
                        found.setdefault(tuple(rows[row].tolist()), len(found))
                    numbers = np.array([found[tuple(row)] for row in rows.tolist()], dtype=np.int64)
                    self._outcome_at[index, area] = numbers[at.reshape(-1)]
            self.outcomes.append(list(found) if ordered else [()])
        self.travel_rules = tuple(sorted(travel))
        fit_bits(len(travel), "`minimise` rules on facts of the pair")
        self.uses_pairs = self.uses_pairs or bool(travel)
        self._merge_homes()

    def _merge_homes(self) -> None:
        """Let the first of the homes that give the same outcomes and points for every demand stand for all of them."""
        answers: list[Ints] = []
        if self.uses_pairs:
            for index, kind in enumerate(self.kinds):
                rules = {state.rule for state in kind.states}
                bits = [1 << bit for bit, rule in enumerate(self.travel_rules) if rule in rules]
                for area in self._areas_of(index):
                    answers.append(self.outcomes_at(index, area))
                    answers.extend(self.points_at(bit, area) for bit in bits)
        groups, firsts = rows_of(answers, len(self.pairs.homes))
        self.home_of = firsts[groups][self.pairs.home_of]

    def _areas_of(self, kind: int) -> list[str]:
        return sorted({d.area for d in self.demands_of(kind)})

    def outcomes_at(self, kind: int, area: str) -> Ints:
        """Return which outcome of a kind's pair tests every home gives with an area."""
        if not self.pair_tests[kind]:
            return np.zeros(len(self.pairs.homes), dtype=np.int64)
        return self._outcome_at[kind, area]

    def outcome(self, kind: int, home: int, area: str) -> int:
        """Return which outcome of a kind's pair tests a home and an area give."""
        return int(self._outcome_at[kind, area][home]) if self.pair_tests[kind] else 0

    # ---- types ---------------------------------------------------------------------------------------------------

    def _group_officers(self) -> None:
        """Group officers by their answers to everything that a rule in force asks (semantics §8.3)."""
        columns: list[NDArray[np.integer]] = []
        rules = {s.rule for k in self.kinds for s in k.states} | set(self.situation.protections)
        seen: set[tuple[object, ...]] = set()
        for rule_id in sorted(rules):
            rule = self.rulebook.by_id[rule_id]
            for _, condition in conditions_of(rule):
                for test in tests_in(condition):
                    if not isinstance(test, Test) or test.attribute.scope == "pair" or _test_key(test) in seen:
                        continue
                    seen.add(_test_key(test))
                    columns.append(self.officers.column(test.attribute).truth(test, self.reading))
                    known = Test(test.attribute, "known", operand=True)
                    if _test_key(known) not in seen:
                        seen.add(_test_key(known))
                        columns.append(self.officers.column(test.attribute).truth(known, self.reading))
            if isinstance(rule, Prefer) and rule.minimise is not None and not rule.minimise.startswith("pair."):
                columns.append(self.officers.column(self.rulebook.attributes[rule.minimise]).codes)
        days = {(k.first_day, k.last_day) for k in self.kinds} | {self.period}
        columns.extend(self.officers.available(*span).astype(np.int8) for span in sorted(days))
        columns.extend(self.holdings.worth(query, last) for query, last in sorted(self._queries()))
        if self.uses_pairs:
            columns.append(self.home_of)
        self.type_of, self.samples = rows_of(columns, self.officers.size)
        self.home_of_type = self.home_of[self.samples]

    def _queries(self) -> set[tuple[Query, date]]:
        """Return everything that duties and rules ask of holdings, with the day on which they must be valid."""
        found: set[tuple[Query, date]] = set()
        for kind in self.kinds:
            needs = self.rulebook.duties[kind.duty].requires
            found.update((in_full(need), kind.last_day) for need in needs)
            for _, rule in self._rules_of(kind):
                found.update((query, kind.last_day) for query in held_in(rule))
                if isinstance(rule, Cover) and rule.by == "substitution":
                    found.update((through(need, rule), kind.last_day) for need in needs if not need.strict)
        for rule_id in self.situation.protections:
            found.update((query, self.period[1]) for query in held_in(self.rulebook.by_id[rule_id]))
        return found

    @property
    def size(self) -> int:
        """The number of types."""
        return len(self.samples)

    def _leaf(self, test: Test | Holds, last_day: date, outcome: Mapping[tuple[object, ...], int]) -> Truth:
        """Return the truth of one test for every type."""
        if isinstance(test, Holds):
            query = Query(test.competency, test.level, 0, test.evidence)
            return np.where(self._meets(query, last_day), np.int8(TRUE), np.int8(FALSE))
        key = _test_key(test)
        if test.attribute.scope == "pair":
            return np.full(self.size, outcome[key], dtype=np.int8)
        if key not in self._cache:
            self._cache[key] = self.officers.column(test.attribute).truth(test, self.reading)[self.samples]
        return self._cache[key]

    def _profiles(self, last_day: date) -> NDArray[np.int32]:
        """Return the profile of holdings of every type."""
        if last_day not in self._profile_of:
            self._profile_of[last_day] = self.holdings.profiles(last_day)[0][self.samples]
        return self._profile_of[last_day]

    def _meets(self, query: Query, last_day: date) -> Rows:
        result: Rows = (self.holdings.profile_ranks(query, last_day) != NOBODY)[self._profiles(last_day)]
        return result

    def meets_in_full(self, need: Requirement, last_day: date) -> Rows:
        """Return the types that meet a requirement without substitution."""
        return self._meets(in_full(need), last_day)

    def reads(self, kind: int, outcome: int, condition: Condition) -> Truth:
        """Return the truth of a condition about officers for every type, for demands of a kind."""
        truth, last_day = self._outcome_truth(kind, outcome), self.kinds[kind].last_day
        return mask(condition, lambda test: self._leaf(test, last_day, truth), self.size)

    def met(self, kind: int, outcome: int) -> dict[str | None, Rows]:
        """Return per basis of a kind (None: the standard) the types that meet its terms, whatever stops them."""
        duty = self.rulebook.duties[self.kinds[kind].duty]
        bases = self._bases(self.kinds[kind], duty, lambda condition: self.reads(kind, outcome, condition))
        return {None if rule is None else rule.id: held for rule, held, _ in bases}

    def asks(self, kind: int, outcome: int) -> dict[str, Rows]:
        """Return per forbid and limit rule in force for a kind the types about which it asks instead of refusing."""
        found: dict[str, Rows] = {}
        for rule, _, rows in self._read_stops(kind, self._outcome_truth(kind, outcome))[1]:
            found[rule] = found.get(rule, np.zeros(self.size, dtype=np.bool_)) | rows
        return found

    def refusals(self, kind: int, outcome: int) -> dict[str, Rows]:
        """Return per forbid and limit rule in force for a kind the types that it refuses."""
        truth = self._outcome_truth(kind, outcome)
        return {rule: refused for rule, (refused, _) in self._read_stops(kind, truth)[0].items()}

    def _outcome_truth(self, kind: int, outcome: int) -> dict[tuple[object, ...], int]:
        tests = self.pair_tests[kind]
        return {_test_key(t): v for t, v in zip(tests, self.outcomes[kind][outcome], strict=True)}

    def protected(self, rule: Protect) -> Rows:
        """Return the types whom a `protect` rule's `who` does not exclude."""
        if rule.who is None:
            return np.ones(self.size, dtype=np.bool_)
        last = self.period[1]
        result: Rows = mask(rule.who, lambda t: self._leaf(t, last, {}), self.size) != FALSE
        return result

    # ---- one kind ------------------------------------------------------------------------------------------------

    def _screen_kind(self, index: int, outcome_index: int) -> None:
        kind = self.kinds[index]
        duty = self.rulebook.duties[kind.duty]
        tests = self.pair_tests[index]
        truth = self._outcome_truth(index, outcome_index)

        def read(condition: Condition) -> Truth:
            return self.reads(index, outcome_index, condition)

        present = self.officers.available(kind.first_day, kind.last_day)[self.samples]
        if tests:
            present = present & self._homes_with(index, outcome_index)
        if not present.any():
            return
        stops, self.questions[index, outcome_index] = self._read_stops(index, truth)
        points, travel = self._read_preferences(kind, read)
        include = self._read_includes(kind, read)
        for rule, held, loss in self._bases(kind, duty, read):
            lifted = frozenset(rule.overrides) if rule is not None else frozenset()
            alive = present & held
            for stop_id, (refused, _) in stops.items():
                if stop_id not in lifted:
                    alive = alive & ~refused
            types = np.flatnonzero(alive)
            if not len(types):
                continue
            asked = sum((weight for s, (_, weight) in stops.items() if s not in lifted), np.zeros(self.size, np.int64))
            qualified = rule is None or rule.by == "standard"
            bits = np.zeros(self.size, dtype=np.int64)
            for bit, (who, needs_standard) in enumerate(include):
                if qualified or not needs_standard:
                    bits |= who.astype(np.int64) << bit
            self.blocks.append(
                Block(
                    index,
                    outcome_index,
                    rule.id if rule is not None else None,
                    types,
                    loss[types],
                    (points + asked)[types],
                    travel[types],
                    bits[types],
                )
            )

    def _homes_with(self, kind: int, outcome: int) -> Rows:
        homes = np.zeros(len(self.pairs.homes), dtype=np.bool_)
        for area in self._areas_of(kind):
            homes |= self._outcome_at[kind, area] == outcome
        return homes[self.home_of_type]

    def _bases(self, kind: DemandKind, duty: Duty, read: Read) -> Iterable[tuple[Cover | None, Rows, Ints]]:
        """Yield every basis of the kind: its rule, the types that meet its terms, and the loss in permille."""
        nothing = np.zeros(self.size, dtype=np.int64)
        full = {need.competency: self._meets(in_full(need), kind.last_day) for need in duty.requires}
        standard = _all(full.values(), self.size)
        yield None, standard, nothing
        for state, rule in self._rules_of(kind):
            if not isinstance(rule, Cover) or state.holds is not True:
                continue
            held = np.ones(self.size, dtype=np.bool_) if rule.who is None else read(rule.who) == TRUE
            needs = [n for n in duty.requires if n.competency not in rule.waives]
            if rule.by == "standard":
                yield rule, held & standard, nothing
            elif rule.by == "substitution":
                met, loss = self._substituted(rule, needs, kind.last_day, waived=len(needs) < len(duty.requires))
                yield rule, held & met, loss
            else:
                rest = [n for n in needs if n.strict or (rule.for_ and n.competency not in rule.for_)]
                loss_all = quality_loss(1 - (rule.strength or Fraction(0)))
                yield rule, held & _all((full[n.competency] for n in rest), self.size), nothing + loss_all

    def _substituted(
        self, rule: Cover, needs: Sequence[Requirement], last_day: date, *, waived: bool
    ) -> tuple[Rows, Ints]:
        """Return who meets the requirements through at least one hop (or a waiver), and the loss of the weakest."""
        profiles = len(self.holdings.profiles(last_day)[1])
        met = np.ones(profiles, dtype=np.bool_)
        loss = np.zeros(profiles, dtype=np.int64)
        hopped = np.full(profiles, waived)
        for need in needs:
            query = in_full(need) if need.strict else through(need, rule)
            losses = self.holdings.losses(query)
            strong = np.array([*(1 - x >= (rule.min_strength or 0) for x in losses), False])
            permille = np.array([*(quality_loss(x) for x in losses), 0], dtype=np.int64)
            hops = np.array([*(x > 0 for x in losses), False])
            # A rank beyond the list (nobody) picks the last entry.
            ranks = np.minimum(self.holdings.profile_ranks(query, last_day), len(losses))
            met &= strong[ranks]
            loss = np.maximum(loss, permille[ranks])
            hopped |= hops[ranks]
        of_type = self._profiles(last_day)
        return (met & hopped)[of_type], loss[of_type]

    def _read_stops(
        self, index: int, truth: Mapping[tuple[object, ...], int]
    ) -> tuple[dict[str, tuple[Rows, Ints]], list[tuple[str, str, Rows]]]:
        """Return whom each forbid and limit rule refuses, with the points of its questions; and the questions."""
        kind = self.kinds[index]
        found: dict[str, tuple[Rows, Ints]] = {}

        def leaf(test: Test | Holds) -> Truth:
            return self._leaf(test, kind.last_day, truth)

        asked: list[tuple[str, str, Rows]] = []
        for state, rule in self._rules_of(kind):
            if not isinstance(rule, (Forbid, Limit)):
                continue
            condition = rule.who if isinstance(rule, Forbid) else rule.must
            part = mask(condition, leaf, self.size)
            about = part if isinstance(rule, Forbid) else np.int8(2) - part
            trigger = np.minimum(about, np.int8(TRUE if state.holds else UNKNOWN))
            weight = np.zeros(self.size, dtype=np.int64)
            refused: Rows = trigger != FALSE
            if rule.if_unknown == "confirm":
                refused = trigger == TRUE
                open_: Rows = trigger == UNKNOWN
                rows_by_fact = dict(unknown_masks(condition, leaf, self.reading.today, self.size))
                for fact in state.missing:
                    rows_by_fact[fact] = np.ones(self.size, dtype=np.bool_)
                for fact, rows in sorted(rows_by_fact.items()):
                    hit = open_ & rows
                    if hit.any():
                        weight += hit * np.int64(rule.confirm_points)
                        asked.append((rule.id, fact, hit))
            found[rule.id] = (refused, weight)
        return found, asked

    def _read_preferences(self, kind: DemandKind, read: Read) -> tuple[Ints, Ints]:
        """Return the points of every type, and which travel rules apply to it (semantics §5.10)."""
        points = np.zeros(self.size, dtype=np.int64)
        travel = np.zeros(self.size, dtype=np.int64)
        for state, rule in self._rules_of(kind):
            if not isinstance(rule, Prefer):
                continue
            who = np.full(self.size, TRUE, np.int8) if rule.who is None else read(rule.who)
            trigger = np.minimum(who, np.int8(TRUE if state.holds else UNKNOWN))
            applies = trigger != FALSE if rule.costs else trigger == TRUE
            if rule.points is not None:
                points += applies * np.int64(rule.points)
            elif rule.id in self.travel_rules:
                travel |= applies.astype(np.int64) << self.travel_rules.index(rule.id)
            else:
                points += applies * self._minimised(rule)
        return points, travel

    def _minimised(self, rule: Prefer) -> Ints:
        column = self.officers.column(self.rulebook.attributes[rule.minimise or ""])
        table = _points([*(weigh(rule, v) for v in column.values), rule.if_unknown or 0], rule)
        return table[column.codes[self.samples]]

    def _read_includes(self, kind: DemandKind, read: Read) -> list[tuple[Rows, bool]]:
        """Return per `team.include` rule of the kind whom it counts, and whether only the full standard counts."""
        found: list[tuple[Rows, bool]] = []
        fit_bits(len(self.includes(kind)), f"`team.include` rules in force for duty `{kind.duty}`")
        for rule in self.includes(kind):
            include = rule.include
            assert include is not None  # noqa: S101 - `includes` picks only such rules
            who = np.ones(self.size, dtype=np.bool_) if include.who is None else read(include.who) == TRUE
            found.append((who, include.qualified))
        return found

    def includes(self, kind: DemandKind) -> list[Team]:
        """Return the rules with `team.include` in force for a kind, in the order of the bits of `Block.include`."""
        return [r for _, r in self._rules_of(kind) if isinstance(r, Team) and r.include is not None]

    def travel_points(self, bits: int, home: int, area: str) -> int:
        """Return the points of the way, by the `minimise` rules on pair facts whose bits are set."""
        return int(self.points_at(bits, area)[home]) if bits else 0

    def points_at(self, bits: int, area: str) -> Ints:
        """Return the points of the way from every home to an area, by the rules whose bits are set."""
        total = np.zeros(len(self.pairs.homes), dtype=np.int64)
        for index, rule_id in enumerate(self.travel_rules):
            if bits >> index & 1:
                total = total + self._points_of(rule_id, area)
        return total

    def _points_of(self, rule_id: str, area: str) -> Ints:
        if (rule_id, area) not in self._points_at:
            rule = self.rulebook.by_id[rule_id]
            assert isinstance(rule, Prefer)  # noqa: S101 - travel rules are prefer rules
            column = self.pairs.column((rule.minimise or "").removeprefix("pair."), area)
            # Code −1 picks the last entry: the points of an unknown way.
            known = self._weighed.setdefault(rule_id, {})
            known.update((value, weigh(rule, value)) for value in column.values if value not in known)
            table = _points([*(known[value] for value in column.values), rule.if_unknown or 0], rule)
            self._points_at[rule_id, area] = table[column.codes]
        return self._points_at[rule_id, area]


def _points(table: list[int], rule: Prefer) -> Ints:
    """Return points as a column, if sums of costs can carry them."""
    if max(map(abs, table)) > MOST_POINTS:
        raise SolverError(f"rule `{rule.id}` gives more than {MOST_POINTS} points; lower its weight or the values")
    return np.array(table, dtype=np.int64)


def _all(masks: Iterable[Rows], size: int) -> Rows:
    result = np.ones(size, dtype=np.bool_)
    for rows in masks:
        result = result & rows
    return result


def _test_key(test: Test) -> tuple[object, ...]:
    """Return what makes two tests the same, wherever they are written."""
    return test.attribute.key, test.operator, test.operand
