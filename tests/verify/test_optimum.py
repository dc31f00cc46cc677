"""Weak duality holds for any prices, and the bound is reached exactly by the best plan (semantics §8.5, §10)."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from asn_flex.domain.plan import Certificate, Plan, Price
from asn_flex.verify.demands import read_situation
from asn_flex.verify.event import read_event
from asn_flex.verify.findings import Findings
from asn_flex.verify.groups import read_people
from asn_flex.verify.limits import Limits, included, is_substitute, read_limits
from asn_flex.verify.objective import Objective, tier_names
from asn_flex.verify.optimum import Scale, _Bound, _read_prices
from asn_flex.verify.pairs import pair_points
from asn_flex.verify.people import People

from ..support import FOLDERS, load_case, plan_case

Choice = tuple[str, str | None, int]  # demand, rule, loss and points
SMALL = 20_000


def people_of(folder: Path) -> People:
    rulebook, scenario = load_case(folder)
    return read_people(read_situation(read_event(rulebook, scenario, {})))


def choices_of(people: People) -> dict[str, list[Choice | None]]:
    found: dict[str, list[Choice | None]] = {}
    for officer in people.rows:
        found[officer] = [None]
        for demand in people.reading.demands.values():
            offer, way = people.offer_of(officer, demand), people.way(officer, demand)
            for basis in offer.bases:
                points = pair_points(people.world, offer, basis, people.rows[officer], way)
                found[officer].append((demand.id, basis.rule, basis.loss + points))
    return found


def keeps_everything(people: People, limits: Limits, chosen: dict[str, Choice]) -> bool:
    """Count every constraint of semantics §8.1 in the slowest way."""
    demands = people.reading.demands
    at = {d: [(o, c) for o, c in chosen.items() if c[0] == d] for d in demands}
    teams = people.world.rulebook.by_id
    return (
        all(len(at[d]) <= demand.seats for d, demand in demands.items())
        and all(len(s.members & chosen.keys()) <= s.cap for s in limits.protections.values())
        and all(sum(c[1] == rule for _, c in at[d]) <= cap for (rule, d), cap in limits.shares.items())
        and all(sum(is_substitute(people, c[1]) for _, c in at[d]) <= cap for (_, d), cap in limits.substitutes.items())
        and all(
            len(at[d])
            <= include.per
            * sum(
                included(people, teams[rule], demands[d], o, substitutes=is_substitute(people, c[1]))  # type: ignore[arg-type]
                for o, c in at[d]
            )
            for (rule, d), include in limits.includes.items()
        )
        and all(o in chosen and chosen[o][0] in pinned for o, pinned in limits.must.items())
        and all(o not in chosen or chosen[o][0] not in pinned for o, pinned in limits.never.items())
    )


def gains(people: People, tiers: tuple[str, ...], chosen: dict[str, Choice], before: dict[str, str]) -> tuple[int, ...]:
    values = dict.fromkeys(tiers, 0)
    for demand in people.reading.demands.values():
        filled = sum(c[0] == demand.id for c in chosen.values())
        values[f"coverage.{demand.duty_class}.minimum"] += demand.priority * min(filled, demand.minimum)
        values[f"coverage.{demand.duty_class}"] += demand.priority * filled
    if "disruption" in values:
        values["disruption"] = sum(o in chosen and chosen[o][0] == d for o, d in before.items())
    values["suitability"] = -sum(c[2] for c in chosen.values())
    values["burden"] = -sum(people.hours(o) for o in chosen)
    return tuple(values.values())


def all_plans(people: People) -> Iterator[dict[str, Choice]]:
    choices = choices_of(people)
    for combination in itertools.product(*choices.values()):
        yield {o: c for o, c in zip(choices, combination, strict=True) if c is not None}


def countable(folder: Path) -> bool:
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    if "error" in expected or "assume" in expected:
        return False
    size = 1
    for options in choices_of(people_of(folder)).values():
        size *= len(options)
    return size <= SMALL


def draw_prices(random: Random, people: People, limits: Limits, tiers: tuple[str, ...]) -> Certificate:
    def vector(*, cap: bool) -> tuple[int, ...]:
        drawn = [random.choice((0, 0, random.randint(-9, 9))) for _ in tiers]
        first = next((i for i, n in enumerate(drawn) if n), None)
        if cap and first is not None:
            drawn[first] = abs(drawn[first])
        return tuple(drawn)

    return Certificate(
        tiers=tiers,
        demands={d: vector(cap=False) for d in people.reading.demands},
        shares=tuple(Price(rule=r, demand=d, price=vector(cap=True)) for r, d in limits.shares),
        substitutes=tuple(Price(rule=r, demand=d, price=vector(cap=True)) for r, d in limits.substitutes),
        protections=tuple(Price(rule=r, unit=u, price=vector(cap=True)) for r, u in limits.protections),
    )


def bound_of(plan: Plan, people: People, limits: Limits, before: dict[str, str]) -> tuple[int, ...]:
    found = Findings()
    tiers = tier_names(replanning=bool(before))
    prices = _read_prices(plan, people, limits, tiers, found)
    assert prices is not None, found.found
    objective = Objective(dict.fromkeys(tiers, 0), (0,) * len(tiers), before)
    return prices.scale.decode(_Bound(people, limits, objective, prices).total(found))


@pytest.mark.parametrize("folder", [f for f in FOLDERS if countable(f)], ids=lambda folder: folder.name)
def test_plan_is_the_best_of_all_and_no_prices_go_below_it(folder: Path) -> None:
    people = people_of(folder)
    limits = read_limits(people)
    planning = plan_case(folder)
    file = folder / "previous.json"
    before: dict[str, str] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    tiers = tuple(t.tier for t in planning.plan.objective)
    best = max(
        gains(people, tiers, chosen, before) for chosen in all_plans(people) if keeps_everything(people, limits, chosen)
    )
    values = [
        t.value if t.tier.startswith("coverage.") else len(before) - t.value if t.tier == "disruption" else -t.value
        for t in planning.plan.objective
    ]
    assert tuple(values) == best
    random = Random(folder.name)
    for _ in range(20):
        drawn = draw_prices(random, people, limits, tiers)
        priced = planning.plan.model_copy(update={"certificate": drawn})
        assert bound_of(priced, people, limits, before) >= best
    if planning.plan.proof == "certificate":
        assert bound_of(planning.plan, people, limits, before) == best


@pytest.mark.parametrize("seed", range(20))
def test_encoded_vectors_compare_and_add_as_vectors_do(seed: int) -> None:
    random = Random(seed)
    scale = Scale(4, 64)
    left, right = ([random.randint(-(2**40), 2**40) * random.randint(0, 1) for _ in range(4)] for _ in range(2))
    assert (scale.encode(left) < scale.encode(right)) == (left < right)
    assert scale.decode(scale.encode(left)) == tuple(left)
    assert scale.encode(left) + scale.encode(right) == scale.encode([a + b for a, b in zip(left, right, strict=True)])
    assert scale.unit(1) == scale.encode((0, 1, 0, 0))
