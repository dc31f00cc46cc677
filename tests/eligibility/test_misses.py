"""What one officer lacks is what the table of everybody says, however it is kept (semantics §8.6)."""

from __future__ import annotations

import asn_flex as af
from asn_flex.eligibility.misses import miss_table, misses_of, nearest_misses

from ..support import REPOSITORY


def test_what_one_officer_lacks_is_his_row_of_the_table_of_all() -> None:
    """Rules of the example look from a home to an area, so that alike officers differ by where they live."""
    rulebook = af.load_rulebook(REPOSITORY / "rules" / "tanjungbalai")
    scenario = af.load_scenario(REPOSITORY / "examples" / "tanjungbalai_flood", rulebook)
    eligibility = af.match(rulebook, scenario, af.infer(rulebook, scenario, engine="plain"))
    assert eligibility.screen.uses_pairs
    for demand in eligibility.situation.demands:
        table = miss_table(eligibility, demand.id)
        for number in range(0, len(eligibility.officer_ids), 7):
            assert misses_of(eligibility, number, demand.id) == [miss for miss, rows in table if rows[number]]


def test_nearest_are_those_who_lack_least_by_the_table_of_all() -> None:
    rulebook = af.load_rulebook(REPOSITORY / "rules" / "tanjungbalai")
    scenario = af.load_scenario(REPOSITORY / "examples" / "tanjungbalai_flood", rulebook)
    eligibility = af.match(rulebook, scenario, af.infer(rulebook, scenario, engine="plain"))
    for demand in eligibility.situation.demands:
        table = miss_table(eligibility, demand.id)
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
