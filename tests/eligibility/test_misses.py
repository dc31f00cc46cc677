"""What one officer lacks is what the table of everybody says, however it is kept (semantics §8.6)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

import asn_flex as af
from asn_flex.eligibility.match import Eligibility
from asn_flex.eligibility.misses import Miss, count_misses, miss_table, misses_of, nearest_misses

from ..support import REPOSITORY


def plain_table(eligibility: Eligibility, demand_id: str) -> list[tuple[Miss, NDArray[np.bool_]]]:
    """Everything that can be missing for a demand, read officer by officer: what the library groups by type."""
    screen = eligibility.screen
    demand = eligibility.demands[demand_id]
    kind_index = screen.kind_of[demand_id]
    kind = screen.kinds[kind_index]
    absent = ~screen.officers.available(kind.first_day, kind.last_day)
    table = [(Miss("available"), absent)]
    for need in eligibility.rulebook.duties[demand.duty].requires:
        lacking = ~screen.meets_in_full(need, kind.last_day)[screen.type_of]
        table.append((Miss("competency", need.competency, need.level), lacking))
    refused: dict[str, NDArray[np.bool_]] = {}
    homes = screen.pairs.home_of
    for outcome in range(len(screen.outcomes[kind_index])):
        here = np.ones(screen.officers.size, dtype=np.bool_)
        if screen.pair_tests[kind_index]:
            here = (screen.outcomes_at(kind_index, demand.area) == outcome)[homes]
        for rule, rows in screen.refusals(kind_index, outcome).items():
            base = refused.setdefault(rule, np.zeros(screen.officers.size, dtype=np.bool_))
            base |= here & rows[screen.type_of]
    table.extend((Miss("rule", rule), rows) for rule, rows in sorted(refused.items()))
    return table


def test_what_one_officer_lacks_is_his_row_of_the_table_of_all() -> None:
    """Rules of the example look from a home to an area, so that alike officers differ by where they live."""
    rulebook = af.load_rulebook(REPOSITORY / "rules" / "tanjungbalai")
    scenario = af.load_scenario(REPOSITORY / "examples" / "tanjungbalai_flood", rulebook)
    eligibility = af.match(rulebook, scenario, af.infer(rulebook, scenario, engine="plain"))
    assert eligibility.screen.uses_pairs
    for demand in eligibility.situation.demands:
        table = plain_table(eligibility, demand.id)
        for number in range(0, len(eligibility.officer_ids), 7):
            assert misses_of(eligibility, number, demand.id) == [miss for miss, rows in table if rows[number]]


def test_nearest_are_those_who_lack_least_by_the_table_of_all() -> None:
    rulebook = af.load_rulebook(REPOSITORY / "rules" / "tanjungbalai")
    scenario = af.load_scenario(REPOSITORY / "examples" / "tanjungbalai_flood", rulebook)
    eligibility = af.match(rulebook, scenario, af.infer(rulebook, scenario, engine="plain"))
    for demand in eligibility.situation.demands:
        table = plain_table(eligibility, demand.id)
        eligible = set(eligibility.eligible_officers(demand.id).tolist())
        lacks = {
            number: [miss for miss, rows in table if rows[number]]
            for number in range(len(eligibility.officer_ids))
            if number not in eligible
        }
        order = sorted(lacks, key=lambda number: (len(lacks[number]), number))
        for most in (1, 3, 1000):
            expected = [(eligibility.officer_ids[n], lacks[n]) for n in order[:most]]
            assert nearest_misses(eligibility, demand.id, most=most) == expected


def test_table_and_counts_are_those_of_the_plain_reading() -> None:
    rulebook = af.load_rulebook(REPOSITORY / "rules" / "tanjungbalai")
    scenario = af.load_scenario(REPOSITORY / "examples" / "tanjungbalai_flood", rulebook)
    eligibility = af.match(rulebook, scenario, af.infer(rulebook, scenario, engine="plain"))
    for demand in eligibility.situation.demands:
        plain, table = plain_table(eligibility, demand.id), miss_table(eligibility, demand.id)
        assert [miss for miss, _ in table] == [miss for miss, _ in plain]
        assert all((rows == expected).all() for (_, rows), (_, expected) in zip(table, plain, strict=True))
        counts = np.sum([rows.astype(np.int64) for _, rows in plain], axis=0)
        counts[eligibility.eligible_officers(demand.id)] = 0
        assert (count_misses(eligibility, demand.id) == counts).all()
