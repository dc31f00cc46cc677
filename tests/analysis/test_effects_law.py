"""Law: on random edits of random rulebooks, pairs gained and lost are the difference of what a brute force allows.

The oracle in `tests/oracle` shares no code with the library. An edit drops rules, takes some from another draw of the
same world, or alters numbers; the new rulebook must load, as any must.
"""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import asn_flex as af
from asn_flex.analysis.changes import changes_between
from asn_flex.analysis.effects import RulebookDiff
from asn_flex.analysis.hybrids import Hybrids
from asn_flex.analysis.meaning import Pairs
from asn_flex.rulebook.model import Rulebook

from ..oracle.choose import PinFault
from ..oracle.oracle import Result, solve_case
from ..oracle.situation import Conflict
from ..oracle.strategies import Case, cases, write_case
from ..oracle.world import Fault

LAWS = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True, database=None)
NUMBERS = ("points", "add", "confirm_points", "max_hops")


@st.composite
def edits(draw: st.DrawFn) -> tuple[Case, Case]:
    """Draw a case and the same case by edited rules."""
    case = draw(cases())
    rules = deepcopy(case.rules)
    kept = []
    for rule in rules["rules"]:
        what = draw(st.sampled_from(["keep", "keep", "keep", "drop", "alter"]))
        if what == "alter":
            for key in NUMBERS:
                if isinstance(rule.get(key), int):
                    rule[key] = draw(st.integers(1, 8))
            if rule["kind"] in {"forbid", "limit"} and "who" in rule:
                rule["who"] = {"not": rule["who"]}
            if rule["kind"] == "activate":
                rule["seats"] = rule["seats"] | {"base": draw(st.integers(0, 2))}
        if what != "drop":
            kept.append(rule)
    rules["rules"] = kept
    return case, case._replace(rules=rules)


def written(case: Case, folder: Path) -> Path:
    write_case(case.rules, case.scenario, case.tables, folder)
    return folder


def solved(folder: Path) -> Result:
    try:
        return solve_case(folder)
    except (Conflict, PinFault, Fault):
        assume(False)
        raise


def loaded(folder: Path) -> Rulebook:
    try:
        return af.load_rulebook(folder / "rules.yaml")
    except af.RulebookError:
        # An edit that leaves a broken reference behind is no edit.
        assume(False)
        raise


def told(found: Pairs) -> set[tuple[str, str]]:
    return {(officer, at.demand) for at in found.at for officer in at.officers}


def compared(old: Rulebook, new: Rulebook, folder: Path) -> RulebookDiff:
    return af.diff(old, new, [folder / "scenario"], named=1000)


@LAWS
@given(pair=edits())
def test_pairs_gained_and_lost_are_the_difference_of_the_brute_force(pair: tuple[Case, Case], tmp_path_factory) -> None:
    one, other = (written(case, tmp_path_factory.mktemp("case")) for case in pair)
    old, new = loaded(one), loaded(other)
    before, after = solved(one), solved(other)
    comparison = compared(old, new, one)
    found = comparison.scenarios[0].all_together
    assert found is not None
    was, now = set(before.eligible), set(after.eligible)
    hidden = any(change.protected and change.matters for change in comparison.changes)
    assert (found.meaning.gained.count, found.meaning.lost.count) == (len(now - was), len(was - now))
    same = {p for p in was & now if sorted(before.eligible[p], key=repr) == sorted(after.eligible[p], key=repr)}
    assert found.meaning.other_grounds.count == len((was & now) - same)
    if not hidden:
        assert (told(found.meaning.gained), told(found.meaning.lost)) == (now - was, was - now)
        assert told(found.meaning.other_grounds) == (was & now) - same
    else:
        assert told(found.meaning.gained) | told(found.meaning.lost) | told(found.meaning.other_grounds) == set()
    seats = {d.demand: (d.before and d.before.seats, d.after and d.after.seats) for d in found.meaning.demands}
    for name in {*before.demands, *after.demands}:
        was_seats, now_seats = (side.demands.get(name, {}).get("seats") for side in (before, after))
        assert seats.get(name, (was_seats, was_seats)) == (was_seats, now_seats)
    assert found.plan is not None
    tiers = {t.tier: (t.before, t.after) for t in found.plan.tiers}
    for tier, value in before.tiers.items():
        assert tiers.get(tier, (value, value)) == (value, after.tiers[tier])
    if comparison.nothing_for_any_scenario:
        assert found.is_nothing


@settings(LAWS, max_examples=20)
@given(pair=edits())
def test_what_is_gained_one_way_is_lost_the_other_way(pair: tuple[Case, Case], tmp_path_factory) -> None:
    one, other = (written(case, tmp_path_factory.mktemp("case")) for case in pair)
    old, new = loaded(one), loaded(other)
    there, back = (compared(*books, one).scenarios[0] for books in ((old, new), (new, old)))
    assert (there.faults_before, there.faults_after) == (back.faults_after, back.faults_before)
    if there.all_together is None or back.all_together is None:
        assert there.all_together is back.all_together is None
        return
    first, second = there.all_together, back.all_together
    assert (first.meaning.gained, first.meaning.lost) == (second.meaning.lost, second.meaning.gained)
    assert first.meaning.other_grounds == second.meaning.other_grounds
    assert first.is_nothing is second.is_nothing


@settings(LAWS, max_examples=30)
@given(pair=edits())
def test_all_changes_made_in_the_old_rulebook_make_the_new_one(pair: tuple[Case, Case], tmp_path_factory) -> None:
    one, other = (written(case, tmp_path_factory.mktemp("case")) for case in pair)
    old, new = loaded(one), loaded(other)
    changes = changes_between(old, new)
    made = Hybrids(old, new, changes).made(tuple(range(len(changes))))
    assert [c for c in changes_between(made, new) if c.section != "tests"] == []
    for index in range(len(changes)):
        alone = Hybrids(old, new, changes).alone(index)
        if alone is not None:
            members, rulebook = alone
            assert index in members
            ids = {(changes[i].section, changes[i].id) for i in members}
            assert {(c.section, c.id) for c in changes_between(old, rulebook) if c.section != "tests"} == ids
