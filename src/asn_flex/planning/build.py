"""Builds the network of a planning problem, from the sink to the source; `network` has the picture (semantics §8.4)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from asn_flex.eligibility.blocks import Block
from asn_flex.eligibility.facts import rows_of
from asn_flex.eligibility.match import Eligibility, ProtectedSet
from asn_flex.planning.network import SINK, SOURCE, Arcs, Cap, CrossingSet, Entries, Ints, Network, Pins
from asn_flex.planning.objective import Objective
from asn_flex.planning.rows import any_cross, include_rows, integer_arcs, share_cap
from asn_flex.rulebook.schema import Cover, Team


def build_network(
    eligibility: Eligibility, pins: Pins, previous: Mapping[int, str] | None, objective: Objective
) -> Network:
    """Build the network of a planning problem; reads as the picture in `network`, from the sink to the source.

    Parameters
    ----------
    eligibility : who may do what
    pins : decisions to respect
    previous : officer number to demand id of the previous plan (officers and demands that still exist), or None
    objective : the tiers
    """
    return _Builder(eligibility, pins, previous or {}, objective).build()


class _Builder:
    def __init__(self, eligibility: Eligibility, pins: Pins, previous: Mapping[int, str], objective: Objective) -> None:
        self.eligibility = eligibility
        self.screen = eligibility.screen
        self.pins = pins
        self.previous = previous
        self.objective = objective
        self.arcs = Arcs()
        self.demands = list(eligibility.situation.demands)
        self.position = {d.id: i for i, d in enumerate(self.demands)}
        self.free = eligibility.screen.officers.size + 2
        self.caps: list[Cap] = []
        self.entries = Entries()
        self.hubs: dict[int, tuple[str | None, int]] = {}
        self._is_pinned = set(pins.must) | set(pins.never)
        self._pinned = sorted(self._is_pinned)
        by_kind: dict[int, list[int]] = {}
        for index, demand in enumerate(self.demands):
            by_kind.setdefault(self.screen.kind_of[demand.id], []).append(index)
        self._by_kind = {kind: np.array(numbers, dtype=np.int64) for kind, numbers in by_kind.items()}
        self._outcomes: dict[int, Ints] = {}
        self._points: dict[tuple[int, int], Ints] = {}

    def build(self) -> Network:
        self.arcs.add(SOURCE, SINK, self.free)
        self._add_demands()
        self._add_caps()
        self._merge_types()
        self._add_hubs()
        self._group_classes()
        sets, crossing = self._protected_sets()
        self._add_classes(sets)
        self._add_direct_arcs()
        includes = include_rows(self.eligibility, self.demands, self.entries)
        crossing_rows = self._crossing_rows(crossing)
        tails, heads, lower, upper = self.arcs.columns()
        return Network(
            objective=self.objective, tails=tails.astype(np.int32), heads=heads.astype(np.int32), lower=lower,
            upper=upper, costs=self.arcs.costs(), nodes=self.arcs.nodes,
            # One more than there are officers, so that the arc for nobody always carries flow and both its ends
            # have the same potential.
            supply=int(sum(len(m) for m in self.members)) + 1,
            class_arcs=self.class_arcs, class_members=self.members, class_alike=self.class_alike,
            class_nodes={int(n): i for i, n in enumerate(self.class_nodes)},
            profile_nodes=frozenset(self.node_of_profile[self.node_of_profile >= 0].tolist()),
            hub_nodes=self.hubs, demands=self.demands,
            demand_nodes=self.demand_node_of, minimum_arcs=self.minimum_arcs, entries=self.entries, caps=self.caps,
            includes=includes, crossing=crossing_rows,
            integer_arcs=integer_arcs(self.entries, includes, crossing_rows, self._capped()),
            direct_arcs=self.direct_arcs,
        )  # fmt: skip

    # ---- demands and their caps ----------------------------------------------------------------------------------

    def _add_demands(self) -> None:
        """`filled_d <= seats_d`, and `min(filled_d, minimum_d)` as the first of two parallel arcs."""
        self.demand_nodes = [self.arcs.node() for _ in self.demands]
        self.demand_node_of = {node: i for i, node in enumerate(self.demand_nodes)}
        # Per arc: node, seats, whether they are of the minimum, tier, priority.
        rows: list[tuple[int, int, bool, int, int]] = []
        for node, demand in zip(self.demand_nodes, self.demands, strict=True):
            first = min(demand.minimum, demand.seats)
            tier = self.objective.index(f"coverage.{demand.duty_class}")
            for seats, is_minimum in ((first, True), (demand.seats - first, False)):
                if seats:
                    rows.append((node, seats, is_minimum, tier, demand.priority))
        nodes, seats_of, minimum, tiers, priorities = np.array(rows, dtype=np.int64).reshape(-1, 5).T
        arcs = self.arcs.add(nodes, SINK, seats_of)
        of_minimum = minimum > 0
        self.minimum_arcs = {
            self.demand_node_of[n]: a
            for n, a in zip(nodes[of_minimum].tolist(), arcs[of_minimum].tolist(), strict=True)
        }
        for tier in np.unique(tiers).tolist():
            here = tiers == tier
            self.arcs.charge(tier, arcs[here], -priorities[here])
            self.arcs.charge(tier - 1, arcs[here & of_minimum], -priorities[here & of_minimum])

    def _add_caps(self) -> None:
        """`on_rule_d <= floor(share * seats_d)` and `substitutes_d <= floor(share * seats_d)`, nested."""
        self.doors: dict[tuple[int, str | None], int] = {}
        self._door_columns: dict[str | None, Ints] = {}
        by_id = self.eligibility.rulebook.by_id
        for index, demand in enumerate(self.demands):
            node = self.demand_nodes[index]
            states = self.eligibility.situation.in_force.get(demand.id, {})
            inner = node
            teams = [t for r in sorted(states) if isinstance(t := by_id[r], Team) and t.max_substitutes is not None]
            if teams:
                limit, team = min(
                    (share_cap(t.max_substitutes or Fraction(0), demand.seats, t.at_least), t.id) for t in teams
                )
                if limit < demand.seats:
                    inner = self._cap("substitutes", team, demand.id, node, limit)
            for rule_id in sorted(states):
                rule = by_id[rule_id]
                if not isinstance(rule, Cover):
                    continue
                door = inner if rule.by != "standard" else node
                if rule.max_share is not None:
                    limit = share_cap(rule.max_share, demand.seats, rule.at_least)
                    if limit < demand.seats:
                        door = self._cap("share", rule_id, demand.id, door, limit)
                self.doors[index, rule_id] = door
            self.doors[index, None] = node

    def _cap(self, kind: str, rule: str, demand: str, head: int, limit: int) -> int:
        node = self.arcs.node()
        arc = self.arcs.add(node, head, limit)
        self.caps.append(Cap(kind, rule, demand, None, int(arc[0]), limit))
        return node

    def _capped(self) -> list[tuple[int, str | None]]:
        """Return (demand, rule) of every share cap, and (demand, None) of every substitutes cap."""
        return [
            (self.position[cap.demand], cap.rule if cap.kind == "share" else None)
            for cap in self.caps
            if cap.demand is not None
        ]

    # ---- hubs ----------------------------------------------------------------------------------------------------

    def _merge_types(self) -> None:
        """Merge types with the same offers into profiles."""
        screen = self.screen
        columns: list[Ints] = []
        for block in screen.blocks:
            cost = block.loss + block.points
            # 0 stands for "no such offer"; small spans keep the grouping cheap.
            for values in (cost - cost.min() + 1, block.travel, block.include):
                if values.any():
                    column = np.zeros(screen.size, dtype=np.int64)
                    column[block.types] = values
                    columns.append(column)
        if screen.uses_pairs:
            columns.append(screen.home_of_type)
        self.profile_of, self.samples = rows_of(columns, screen.size)
        self.node_of_profile = np.full(len(self.samples), -1, dtype=np.int64)

    def _profiles_to_nodes(self, profiles: Ints) -> Ints:
        """Return the nodes of different profiles, made in the order in which they are first asked."""
        new = profiles[self.node_of_profile[profiles] < 0]
        self.node_of_profile[new] = self.arcs.add_nodes(len(new))
        return self.node_of_profile[profiles]

    def _add_hubs(self) -> None:
        suitability = self.objective.index("suitability")
        for block_index, block in enumerate(self.screen.blocks):
            rows = self._sample_rows(block)
            homes = self.screen.home_of_type[block.types[rows]]
            keyed = self.screen.uses_pairs
            columns = [block.travel[rows], block.include[rows]] + ([homes] if keyed else [])
            groups, firsts = rows_of(columns, len(rows))
            hubs: dict[object, int] = {}
            nodes = np.full(len(firsts), -1, dtype=np.int64)
            for group, first in enumerate(firsts.tolist()):
                travel, include = int(block.travel[rows[first]]), int(block.include[rows[first]])
                demands, points = self._ways(block, travel, int(homes[first]))
                key = (include, demands.tobytes(), points.tobytes())
                if key not in hubs and len(demands):
                    hubs[key] = self._hub(block_index, include, demands, points)
                nodes[group] = hubs.get(key, -1)
            heads = nodes[groups]
            used = heads >= 0
            profiles = self.profile_of[block.types[rows]][used]
            if len(profiles):
                arcs = self.arcs.add(self._profiles_to_nodes(profiles), heads[used], self.free)
                self.arcs.charge(suitability, arcs, (block.loss + block.points)[rows][used])

    def _sample_rows(self, block: Block) -> Ints:
        """Return the rows of a block that stand for a whole profile each."""
        return np.flatnonzero(np.isin(block.types, self.samples, assume_unique=True))

    def _ways(self, block: Block, travel: int, home: int) -> tuple[Ints, Ints]:
        """Return the demands of a block that a home leads to, and the points of the way to each."""
        kind, screen = block.kind, self.screen
        numbers = self._by_kind.get(kind, np.zeros(0, dtype=np.int64))
        if kind not in self._outcomes:
            rows = [screen.outcomes_at(kind, self.demands[d].area) for d in numbers.tolist()]
            self._outcomes[kind] = np.array(rows, dtype=np.int64).reshape(len(numbers), -1)
        found = np.flatnonzero(self._outcomes[kind][:, home] == block.outcome)
        return numbers[found], self._points_of(kind, travel, numbers)[found, home]

    def _points_of(self, kind: int, travel: int, numbers: Ints) -> Ints:
        """Return the points of the way by the rules whose bits are set: a row per demand, a column per home."""
        if (kind, travel) not in self._points:
            rows = [self.screen.points_at(travel, self.demands[d].area) for d in numbers.tolist()]
            self._points[kind, travel] = np.array(rows, dtype=np.int64).reshape(len(numbers), -1)
        return self._points[kind, travel]

    def _hub(self, block_index: int, include: int, demands: Ints, points: Ints) -> int:
        block = self.screen.blocks[block_index]
        node = self.arcs.node()
        self.hubs[node] = (block.rule, include)
        heads = self._doors_to(block.rule)[demands]
        arcs = self.arcs.add(node, heads, self.free)
        self.arcs.charge(self.objective.index("suitability"), arcs, points)
        self.entries.add(arcs, demands, block.rule, include, substitute=self.eligibility.is_substitute(block.rule))
        return node

    def _doors_to(self, rule: str | None) -> Ints:
        """Return the node by which officers enter each demand on a basis; −1 where the rule is not in force."""
        if rule not in self._door_columns:
            doors = [self.doors.get((demand, rule), -1) for demand in range(len(self.demands))]
            self._door_columns[rule] = np.array(doors, dtype=np.int64)
        return self._door_columns[rule]

    # ---- classes and protected sets ------------------------------------------------------------------------------

    def _group_classes(self) -> None:
        """Group officers who are alike (semantics §8.3); officers without any offer stay out."""
        screen = self.screen
        size = screen.officers.size
        profile = self.profile_of[screen.type_of] if size else np.zeros(0, dtype=np.int64)
        offered = self.node_of_profile[profile] >= 0
        offered[self._pinned] = True
        special = np.zeros(size, dtype=np.int64)
        codes: dict[tuple[str, tuple[str, ...]], int] = {}
        for number in self._pinned:
            content = (self.pins.must.get(number, ""), tuple(sorted(self.pins.never.get(number, ()))))
            special[number] = codes.setdefault(content, len(codes) + 1)
        kept = np.full(size, -1, dtype=np.int64)
        for number, demand in self.previous.items():
            kept[number] = self.position[demand]
        sets = self._relevant_sets(offered)
        # The unit matters only through the sets, which are of one unit each; the sequence of sets is their code.
        membership = np.zeros(size, dtype=np.int64)
        for position, item in enumerate(sets):
            inner = membership[item.members]
            membership[item.members] = np.unique(inner, return_inverse=True)[1] * (len(sets) + 1) + position + 1
        hours = screen.officers.burdens()
        alike, _ = rows_of([profile, special, kept, membership], size)
        chosen = np.flatnonzero(offered)
        groups, firsts = rows_of([alike[chosen], hours[chosen]], len(chosen))
        order = np.argsort(chosen[firsts], kind="stable") if len(chosen) else np.zeros(0, dtype=np.int64)
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        self.class_of = np.full(size, -1, dtype=np.int64)
        self.class_of[chosen] = rank[groups] if len(chosen) else groups
        sorted_members = chosen[np.argsort(self.class_of[chosen], kind="stable")]
        sizes = np.bincount(self.class_of[chosen], minlength=len(order))
        self.members = list(np.split(sorted_members, np.cumsum(sizes)[:-1])) if len(order) else []
        lead = np.array([m[0] for m in self.members], dtype=np.int64)
        self.class_alike = alike[lead] if len(lead) else np.zeros(0, dtype=np.int64)
        self.class_profile = profile[lead] if len(lead) else np.zeros(0, dtype=np.int64)
        self.class_hours = hours[lead] if len(lead) else np.zeros(0, dtype=np.int64)
        self.class_lead = lead
        self.sets = sets

    def _relevant_sets(self, offered: NDArray[np.bool_]) -> list[ProtectedSet]:
        """Return the protected sets that can bind, one (the tightest) per unit and membership."""
        tightest: dict[tuple[str, bytes], ProtectedSet] = {}
        for item in self.eligibility.protected:
            members = item.members[offered[item.members]]
            if item.cap >= len(members):
                continue
            key = (item.unit, members.tobytes())
            if key not in tightest or item.cap < tightest[key].cap:
                tightest[key] = ProtectedSet(item.rule, item.unit, members, item.n, item.p, item.keep)
        return list(tightest.values())

    def _protected_sets(self) -> tuple[list[ProtectedSet], list[ProtectedSet]]:
        """Part the sets into nested or disjoint ones (arcs of the network) and those that cross another (rows)."""
        crossing: set[int] = set()
        contents = [set(s.members.tolist()) for s in self.sets]
        for i, one in enumerate(contents):
            for j in range(i):
                other = contents[j]
                if self.sets[i].unit == self.sets[j].unit and any_cross([one, other]):
                    crossing.update((i, j))
        return (
            [s for i, s in enumerate(self.sets) if i not in crossing],
            [s for i, s in enumerate(self.sets) if i in crossing],
        )

    def _add_classes(self, sets: list[ProtectedSet]) -> None:
        """Write `assigned_S <= max(0, p - k)` per nested set, and at most its size per class."""
        class_node = self.arcs.add_nodes(len(self.members))
        self.class_nodes = class_node
        parent = np.full(len(self.members), SOURCE, dtype=np.int64)
        # From the largest set inwards, so that each set hangs below the smallest one around it.
        for item in sorted(sets, key=lambda s: (-len(s.members), s.unit, s.rule)):
            classes = np.unique(self.class_of[item.members])
            if not len(classes):
                continue
            node = self.arcs.node()
            arc = self.arcs.add(int(parent[classes[0]]), node, item.cap)
            self.caps.append(Cap("protect", item.rule, None, item.unit, int(arc[0]), item.cap))
            parent[classes] = node
        sizes = np.array([len(m) for m in self.members], dtype=np.int64)
        must = np.array([int(lead) in self.pins.must for lead in self.class_lead], dtype=np.bool_)
        self.class_arcs = (
            self.arcs.add(parent, class_node, sizes, sizes * must) if len(sizes) else np.zeros(0, dtype=np.int64)
        )
        self.arcs.charge(self.objective.index("burden"), self.class_arcs, self.class_hours)
        pinned = np.isin(self.class_lead, np.array(self._pinned, dtype=np.int64))
        normal = np.flatnonzero(~pinned)
        if len(normal):
            self.arcs.add(class_node[normal], self.node_of_profile[self.class_profile[normal]], self.free)

    def _add_direct_arcs(self) -> None:
        """Lead pinned officers to the demands they may take, and others to the demand they had before."""
        self.direct_arcs = {"pin": 0, "previous": 0}
        special = np.isin(self.class_lead, np.array([*self._pinned, *self.previous], dtype=np.int64))
        for index in np.flatnonzero(special).tolist():
            lead = int(self.class_lead[index])
            kept = self.previous.get(lead)
            before = self.arcs.count
            if lead in self.pins.must:
                targets = [self.pins.must[lead]]
            elif lead in self.pins.never:
                targets = [d.id for d in self.demands if d.id not in self.pins.never[lead]]
            else:
                targets = [kept] if kept is not None else []
            for demand_id in targets:
                self._direct(index, lead, demand_id, keeps=demand_id == kept)
            self.direct_arcs["pin" if lead in self._is_pinned else "previous"] += self.arcs.count - before

    def _direct(self, index: int, number: int, demand_id: str, *, keeps: bool) -> None:
        screen = self.screen
        demand = self.position[demand_id]
        home = int(screen.home_of_type[screen.type_of[number]])
        area = self.demands[demand].area
        for block, at in self.eligibility.offers(number, demand_id):
            arc = self.arcs.add(int(self.class_nodes[index]), self.doors[demand, block.rule], self.free)
            points = screen.travel_points(int(block.travel[at]), home, area)
            cost = int(block.loss[at] + block.points[at]) + points
            self.arcs.charge(self.objective.index("suitability"), arc, cost)
            if keeps:
                self.arcs.charge(self.objective.index("disruption"), arc, -1)
            substitute = self.eligibility.is_substitute(block.rule)
            self.entries.add(arc, np.array([demand]), block.rule, int(block.include[at]), substitute=substitute)

    def _crossing_rows(self, crossing: list[ProtectedSet]) -> list[CrossingSet]:
        found: list[CrossingSet] = []
        for item in crossing:
            classes = np.unique(self.class_of[item.members])
            found.append(CrossingSet(item, tuple(int(a) for a in self.class_arcs[classes])))
        return found
