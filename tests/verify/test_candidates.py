"""Reading everybody in columns says what reading each pair on its own says (semantics §7.3, §10)."""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import pytest

import asn_flex as af
from asn_flex.verify.candidates import exact
from asn_flex.verify.columns import alike
from asn_flex.verify.demands import read_situation
from asn_flex.verify.event import read_event
from asn_flex.verify.groups import read_people
from asn_flex.verify.pairs import pair_points

from ..benchmarks.city import write_city
from ..support import FOLDERS, load_case


def compare(folder: Path, rules: Path | None = None) -> int:
    """Read every pair both ways; return how many bases there are."""
    if rules is None:
        rulebook, scenario = load_case(folder)
    else:
        rulebook = af.load_rulebook(rules)
        scenario = af.load_scenario(folder, rulebook)
    people = read_people(read_situation(read_event(rulebook, scenario, {})))
    bases = 0
    for demand in people.reading.demands.values():
        candidates = people.candidates(people.contexts[demand.id])
        at = candidates.areas.index(demand.area)
        in_columns: dict[str, dict[str | None, tuple[bool, int]]] = {}
        for _, standing, rows in candidates.at(demand):
            cost = dict(zip(standing.rows.tolist(), standing.cost.tolist(), strict=True))
            pattern = dict(zip(standing.rows.tolist(), standing.pattern.tolist(), strict=True))
            for row in rows.tolist():
                way = sum(
                    int(candidates.way_points(rule)[at, candidates.home[row]])
                    for rule in candidates.patterns[pattern[row]]
                )
                officer = people.rows.ids[int(candidates.officers[row])]
                in_columns.setdefault(officer, {})[standing.rule] = (standing.substitutes, cost[row] + way)
        for officer in people.rows:
            offer, way_there = people.offer_of(officer, demand), people.way(officer, demand)
            alone = {
                b.rule: (b.substitutes, b.loss + pair_points(people.world, offer, b, people.rows[officer], way_there))
                for b in offer.bases
            }
            assert in_columns.get(officer, {}) == alone, (officer, demand.id)
            bases += len(alone)
    return bases


def is_planned(folder: Path) -> bool:
    return '"error"' not in (folder / "expected.json").read_text("utf-8")


@pytest.mark.parametrize("folder", [f for f in FOLDERS if is_planned(f)], ids=lambda folder: folder.name)
def test_columns_say_what_pairs_say_on_the_worked_cases(folder: Path) -> None:
    compare(folder)


@pytest.mark.parametrize("seed", range(4))
def test_columns_say_what_pairs_say_in_a_drawn_city(seed: int, tmp_path: Path) -> None:
    city = write_city(tmp_path, officers=150, demands=30, rules=120, teams=True, seed=seed)
    assert compare(city / "scenario", city / "rules.yaml") > 0


@pytest.mark.parametrize("wide", [False, True], ids=["few values", "values near 2^62"])
def test_rows_are_alike_exactly_if_every_column_agrees(wide: bool) -> None:
    random = Random(3)
    values = [0, 1, -(2**61), 2**61] if wide else [0, 1, 5]
    columns = [np.array([random.choice(values) for _ in range(60)]) for _ in range(4)]
    groups, firsts = alike(columns, 60)
    rows = list(zip(*(c.tolist() for c in columns), strict=True))
    assert [rows[firsts[g]] for g in groups.tolist()] == rows
    assert len(firsts) == len(set(rows))
    assert [rows.index(rows[f]) for f in firsts.tolist()] == firsts.tolist()


def test_numbers_too_large_for_64_bits_stay_exact() -> None:
    assert (exact([2**80]) + exact([1])).tolist() == [2**80 + 1]
    assert exact([2**47]).dtype == np.int64
