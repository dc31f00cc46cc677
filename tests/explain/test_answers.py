"""Why not, what would fill a seat, what is scarce, which facts to ask (semantics §9)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import asn_flex as af
from asn_flex.domain.answers import Answer
from asn_flex.domain.proof import AUDIENCES, Audience

from ..oracle.drawing import Plain
from ..planning.world import ACTIVATE, LABEL, RULES, officer, pin, planned
from .build import plan_flood

KEEP = {"id": "PRO-01", "kind": "protect", "label": LABEL, "unit": ["u"], "keep": {"at_least": 2}}
FIT = {"id": "FRB-01", "kind": "forbid", "label": LABEL, "who": {"officer.fit": False}}
RESTED = {"id": "LIM-01", "kind": "limit", "label": LABEL, "must": {"officer.rest_hours": {"gte": 8}}}
TWO = ACTIVATE | {"seats": {"base": 2}}
SKILLED = {
    "competencies": {"k": {"label": LABEL}},
    "duties": {"d1": RULES["duties"]["d1"] | {"requires": [{"competency": "k", "level": 2}]}},
}
KINDS_OF_SECRET = ("sehat-walafiat", "tuberkulosis-rahasia")


def holding(name: str, level: str) -> dict[str, str]:
    return {"officer": name, "competency": "k", "level": level}


def kinds(answer: af.ShortfallAnswer) -> list[tuple[str, dict[str, int]]]:
    return [(r.kind, r.gain) for r in answer.remedies]


# ---- why not -------------------------------------------------------------------------------------------------------


def test_every_failed_condition_is_told(tmp_path: Path) -> None:
    tables = {
        "officers": [officer("a1", "0") | {"fit": "false", "rest_hours": "3", "available": "false"}],
        "holdings": [holding("a1", "1")],
    }
    answer = planned(tmp_path, [ACTIVATE, FIT, RESTED], tables, SKILLED).why_not("a1", "d1@event")
    assert answer.answer == "refused"
    nodes = list(answer.root.walk())
    assert {n.rule for n in nodes if n.outcome == "stops" and n.rule} == {"FRB-01", "LIM-01"}
    assert [n.kind for n in nodes if n.outcome == "not_met"].count("lack") == 1
    assert any(n.text.en.startswith("not available") for n in nodes)


def test_a_cover_that_is_not_for_the_officer_is_told(tmp_path: Path) -> None:
    cover = {
        "id": "COV-01", "kind": "cover", "label": LABEL, "who": {"officer.id": "a2"}, "strength": Plain("0.5"),
    }  # fmt: skip
    tables = {"officers": [officer("a1", "0"), officer("a2", "0")]}
    answer = planned(tmp_path, [ACTIVATE, cover], tables, SKILLED).why_not("a1", "d1@event")
    assert [n.text.en for n in answer.root.children if n.rule == "COV-01"] == ["COV-01 x is not for this officer"]


def test_an_eligible_officer_gets_the_price_per_tier(tmp_path: Path) -> None:
    tables = {"officers": [officer("a1", "10"), officer("a2", "20")]}
    answer = planned(tmp_path, [ACTIVATE], tables).why_not("a2", "d1@event")
    assert (answer.answer, answer.means, answer.proven) == ("priced", "certificate", True)
    # 10 hours stay at home for 20 that go.
    assert {t.tier: (t.before, t.after) for t in answer.price if t.after != t.before} == {"burden": (10, 20)}


def test_the_officer_who_goes_there_is_told_so(tmp_path: Path) -> None:
    answer = planned(tmp_path, [ACTIVATE], {"officers": [officer("a1", "10")]}).why_not("a1", "d1@event")
    assert answer.answer == "assigned"
    assert answer.price == ()


@pytest.mark.parametrize("kind", ["must", "never"])
def test_a_pin_that_keeps_an_eligible_officer_away_is_told(kind: str, tmp_path: Path) -> None:
    second = ACTIVATE | {"id": "ACT-02", "each": "area"}
    tables = {"officers": [officer("a1", "10")], "pins": [pin("a1", "d1@k1" if kind == "must" else "d1@event", kind)]}
    answer = planned(tmp_path, [ACTIVATE, second], tables).why_not("a1", "d1@event")
    assert answer.answer == "refused"
    assert [n.kind for n in answer.root.children] == ["pin"]


def test_unknown_demands_and_officers_are_refused_with_a_hint(tmp_path: Path) -> None:
    planning = planned(tmp_path, [ACTIVATE], {"officers": [officer("a1", "10")]})
    with pytest.raises(af.UsageError, match="did you mean `d1@event`"):
        planning.why_not("a1", "d1@evnt")
    with pytest.raises(af.UsageError, match="no officer `a9`"):
        planning.why_not("a9", "d1@event")
    with pytest.raises(af.UsageError, match="no demand `x`"):
        planning.shortfall("x")


# ---- what would fill a seat ----------------------------------------------------------------------------------------


def test_a_protection_lowered_by_one_fills_a_seat(tmp_path: Path) -> None:
    tables = {"officers": [officer(name, "0") for name in ("a1", "a2", "a3")]}
    answer = planned(tmp_path, [TWO, KEEP], tables).shortfall("d1@event")
    assert answer.missing == 1
    assert answer.complete
    assert kinds(answer) == [("keep", {"coverage.essential": 5}), ("protection", {"coverage.essential": 5})]
    assert [(r.before, r.after, r.unit, r.seats, r.here) for r in answer.remedies] == [(2, 1, "u", 1, 1)] * 2
    assert any(n.text.en == "PRO-01 x lets only 1 of 3 officers of u go" for n in answer.root.walk())


def test_training_names_who_has_least_to_learn(tmp_path: Path) -> None:
    tables = {"officers": [officer(name, "0") for name in ("a1", "a2")], "holdings": [holding("a2", "1")]}
    answer = planned(tmp_path, [ACTIVATE], tables, SKILLED).shortfall("d1@event", most=1)
    assert [(r.kind, r.officer, r.before, r.after, r.alike) for r in answer.remedies] == [("training", "a2", 1, 2, 1)]
    assert answer.remedies[0].text.en == "train a2 in x (k), from level 1 to 2"
    assert not answer.complete


def test_a_limit_is_eased_by_the_least_that_helps(tmp_path: Path) -> None:
    people = [officer("a1", "0") | {"rest_hours": "5"}, officer("a2", "0") | {"rest_hours": "7"}]
    answer = planned(tmp_path, [ACTIVATE, RESTED], {"officers": people}).shortfall("d1@event")
    assert [(r.kind, r.fact, r.before, r.after) for r in answer.remedies] == [("limit", "officer.rest_hours", 8, 7)]


def test_absolute_rules_are_never_proposed(tmp_path: Path) -> None:
    rule = RESTED | {"absolute": True}
    people = [officer("a1", "0") | {"rest_hours": "5"}]
    answer = planned(tmp_path, [ACTIVATE, rule], {"officers": people}).shortfall("d1@event")
    assert answer.remedies == ()
    assert answer.complete
    assert any("cannot be relaxed" in n.text.en for n in answer.root.walk())


def test_a_missing_fact_is_confirmed_with_the_value_that_helps(tmp_path: Path) -> None:
    answer = planned(tmp_path, [ACTIVATE, FIT], {"officers": [officer("a1", "0")]}).shortfall("d1@event")
    assert [(r.kind, r.officer, r.fact, r.after) for r in answer.remedies if r.kind == "fact"] == [
        ("fact", "a1", "officer.fit", True)
    ]


def test_a_share_is_raised_to_one_more_seat(tmp_path: Path) -> None:
    """Nobody meets the standard, and of 4 seats the share gives 1 to stand-ins; 2 of 4 would give one more."""
    cover = {
        "id": "COV-01", "kind": "cover", "label": LABEL, "who": {"officer.fit": True}, "strength": Plain("0.5"),
        "max_share": Plain("25%"),
    }  # fmt: skip
    people = [officer(name, "0") | {"fit": "true"} for name in ("a1", "a2")]
    four = ACTIVATE | {"seats": {"base": 4}}
    answer = planned(tmp_path, [four, cover], {"officers": people}, SKILLED).shortfall("d1@event")
    shares = [(r.rule, r.before, r.after) for r in answer.remedies if r.kind == "share"]
    assert shares == [("COV-01", "0.25", "0.5")]


def test_with_team_rules_a_leader_may_answer_for_more(tmp_path: Path) -> None:
    led = {"id": "TEA-01", "kind": "team", "label": LABEL, "include": {"who": {"officer.id": "a1"}, "per": 1}}
    tables = {"officers": [officer("a1", "0"), officer("a2", "0")]}
    answer = planned(tmp_path, [TWO, led], tables).shortfall("d1@event")
    assert [(r.kind, r.before, r.after) for r in answer.remedies] == [("include", 1, 2)]
    assert not answer.complete


def test_a_full_demand_has_nothing_missing(tmp_path: Path) -> None:
    answer = planned(tmp_path, [ACTIVATE], {"officers": [officer("a1", "0")]}).shortfall("d1@event")
    assert (answer.missing, answer.remedies, answer.complete) == (0, (), True)


# ---- scarcity and missing facts ------------------------------------------------------------------------------------


def test_scarcity_prices_demand_unit_and_competency(tmp_path: Path) -> None:
    people = [officer(name, "0") for name in ("a1", "a2", "a3")]
    tables = {"officers": people, "holdings": [holding(name, "2") for name in ("a1", "a2", "a3")]}
    answer = planned(tmp_path, [TWO, KEEP], tables, SKILLED).scarcity()
    assert answer.source == "certificate"
    # One more who may go fills the second seat, of priority 5, whoever frees him.
    assert {(p.kind, p.name): p.price for p in answer.prices} == {
        ("demand", "d1@event"): {"coverage.essential": 5},
        ("unit", "u"): {"coverage.essential": 5},
        ("competency", "k"): {"coverage.essential": 5},
    }


def test_missing_facts_rank_by_the_seats_they_open(tmp_path: Path) -> None:
    facts = {"a1": ("", "9"), "a2": ("", "9"), "a3": ("true", "")}
    people = [officer(name, "0") | {"fit": fit, "rest_hours": rest} for name, (fit, rest) in facts.items()]
    answer = planned(tmp_path, [TWO, FIT, RESTED], {"officers": people}).missing_facts()
    assert [(f.fact, f.value, f.asked, f.seats) for f in answer.facts] == [
        ("officer.fit", True, ("a1", "a2"), 2),
        ("officer.rest_hours", 8, ("a3",), 1),
    ]
    # Two seats of priority 5, one of them the minimum.
    assert answer.facts[0].gain == {"coverage.essential.minimum": 5, "coverage.essential": 10}


# ---- audiences and form --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def flood(tmp_path_factory: pytest.TempPathFactory) -> af.Planning:
    return plan_flood(tmp_path_factory.mktemp("banjir"))


def everything(planning: af.Planning, audience: Audience) -> list[Answer]:
    found: list[Answer] = [planning.shortfall(d.id, audience=audience) for d in planning.plan.demands]
    found += [
        planning.why_not(o, d.id, audience=audience)
        for o in ("P-01", "P-02", "P-03")
        for d in planning.plan.demands
    ]  # fmt: skip
    return [*found, planning.missing_facts(audience=audience)]


@pytest.mark.parametrize("audience", ["planner", "officer", "public"])
def test_values_of_sensitive_facts_never_show(flood: af.Planning, audience: Audience) -> None:
    told = "".join(answer.to_json() for answer in everything(flood, audience))
    assert not [secret for secret in KINDS_OF_SECRET if secret in told]


@pytest.mark.parametrize("audience", ["officer", "public"])
def test_officer_and_public_learn_nothing_of_other_people(flood: af.Planning, audience: Audience) -> None:
    for answer in everything(flood, audience):
        own = getattr(answer, "officer", None)
        told = answer.to_json()
        assert not [f"P-0{n}" for n in range(1, 9) if f"P-0{n}" in told and f"P-0{n}" != own]
        assert "penyakit" not in told
        assert "FRB-2" not in told


@pytest.mark.parametrize("audience", AUDIENCES)
def test_answers_are_stable_and_in_both_languages(flood: af.Planning, audience: Audience) -> None:
    once, again = ([a.to_json() for a in everything(flood, audience)] for _ in range(2))
    assert once == again
    for text in once:
        answer = json.loads(text)
        assert answer["format"].startswith("asn-flex/")
        for part in answer.get("remedies", answer.get("facts", [])):
            assert part["text"]["id"]
            assert part["text"]["en"]
