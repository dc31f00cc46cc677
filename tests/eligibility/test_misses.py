"""What one officer lacks is what the table of everybody says, however it is kept (semantics §8.6)."""

from __future__ import annotations

import asn_flex as af
from asn_flex.eligibility.misses import miss_table, misses_of

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
