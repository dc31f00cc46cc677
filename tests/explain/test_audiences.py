"""What each audience of a proof may see (semantics §3.5, §9)."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import asn_flex as af
from asn_flex.domain.proof import AUDIENCES, Audience, ProofNode

from .build import ILLNESS, TABLES, plan_flood

SECRETS = ("sehat-walafiat", ILLNESS, "asma-rahasia", "hamil-rahasia")
SIGHTED: tuple[Audience, ...] = ("signer", "auditor")
BLIND: tuple[Audience, ...] = ("planner", "officer", "public")


@pytest.fixture(scope="module")
def planning(tmp_path_factory: pytest.TempPathFactory) -> af.Planning:
    return plan_flood(tmp_path_factory.mktemp("banjir"))


def walk(planning: af.Planning, officer: str, audience: Audience) -> list[ProofNode]:
    return list(planning.why(officer, audience=audience).root.walk())


@pytest.mark.parametrize("audience", SIGHTED)
def test_signer_and_auditor_see_the_value(planning: af.Planning, audience: Audience) -> None:
    found = [n for n in walk(planning, "P-01", audience) if n.value == "sehat-walafiat"]
    assert found[0].outcome == "false"


def test_planner_sees_rule_and_fact_but_not_the_value(planning: af.Planning) -> None:
    nodes = walk(planning, "P-01", "planner")
    assert any(n.rule == "FRB-2" for n in nodes)
    hidden = [n for n in nodes if n.outcome == "hidden"]
    assert [n.text.en for n in hidden] == ["Illness (officer.penyakit) decides here; its value is not shown"]
    assert all(n.value is None and n.place is None for n in hidden)


def test_planner_does_not_see_how_a_preference_on_a_sensitive_fact_came_out(planning: af.Planning) -> None:
    step = next(n for n in walk(planning, "P-06", "planner") if n.rule == "PRF-2")
    assert step.text.en == "PRF-2: decided by officer.sex; the result is not shown"
    assert not step.children


@pytest.mark.parametrize("audience", ["officer", "public"])
def test_officer_and_public_see_a_protected_ground(planning: af.Planning, audience: Audience) -> None:
    nodes = walk(planning, "P-01", audience)
    assert all(n.rule not in {"FRB-2", "PRF-2"} for n in nodes)
    assert "a protected ground" in {n.text.en for n in nodes}
    text = planning.why("P-01", audience=audience).to_json()
    assert "penyakit" not in text
    assert "Kesehatan: " not in text  # the label of FRB-2


def test_total_is_kept_back_where_it_would_tell(planning: af.Planning) -> None:
    # PRF-2 asks about sex: with the total, what it gave could be worked out.
    sections = [n for n in walk(planning, "P-06", "officer") if n.kind == "section"]
    assert [n.value for n in sections if n.text.en.startswith("What the assignment weighs")] == [None]


def test_public_sees_no_value_of_the_officer(planning: af.Planning) -> None:
    nodes = walk(planning, "P-01", "public")
    assert all("10 h" not in n.text.en.split("hours of rest ≥ 8 h")[-1] for n in nodes)
    assert "Rekaan Satu" not in planning.why("P-01", audience="public").to_json()


@pytest.mark.parametrize("audience", ["officer", "public"])
def test_unknown_officer_gets_no_hint_of_somebody_else(planning: af.Planning, audience: Audience) -> None:
    with pytest.raises(af.UsageError) as error:
        planning.why("P-1", audience=audience)
    assert "P-01" not in str(error.value)


def test_lifting_a_rule_on_a_sensitive_fact_is_protected_too(tmp_path: Path) -> None:
    from .build import RULES, write_flood

    rules = RULES.replace("overrides: [FRB-1]", "overrides: [FRB-1, FRB-2]")
    write_flood(tmp_path, rules=rules)
    rulebook = af.load_rulebook(tmp_path / "aturan.yaml")
    planning = af.plan(rulebook, af.load_scenario(tmp_path, rulebook), engine="plain")
    assert all(n.rule != "COV-2" for n in walk(planning, "P-02", "officer"))
    assert any(n.rule == "COV-2" for n in walk(planning, "P-02", "planner"))


def with_secrets(illnesses: list[str], sexes: list[str]) -> str:
    """Replace the sensitive cells of the officers."""
    head, *rows = TABLES["officers"].splitlines()
    columns = head.split(",")
    cells = [row.split(",") for row in rows]
    for row, illness, sex in zip(cells, illnesses, sexes, strict=True):
        row[columns.index("penyakit")] = illness
        row[columns.index("sex")] = sex
    return "\n".join([head, *(",".join(row) for row in cells)]) + "\n"


HIDDEN = st.tuples(
    st.lists(st.sampled_from(["", *SECRETS]), min_size=7, max_size=7),
    st.lists(st.sampled_from(["", "f", "m"]), min_size=7, max_size=7),
)
LAW = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None)


@LAW
@given(hidden=HIDDEN)
def test_no_sensitive_value_leaves_for_planner_officer_or_public(hidden: tuple[list[str], list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        planning = plan_flood(Path(folder), officers=with_secrets(*hidden))
        for officer in planning.eligibility.officer_ids:
            for audience in BLIND:
                text = planning.why(officer, audience=audience).to_json()
                assert not any(secret in text for secret in SECRETS)
                assert "female" not in text
                assert "laki-laki" not in text
                assert '"value": "f"' not in text
                assert '"value": "m"' not in text


@LAW
@given(hidden=HIDDEN)
def test_officer_and_public_learn_nothing_of_other_people(hidden: tuple[list[str], list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        planning = plan_flood(Path(folder), officers=with_secrets(*hidden))
        people = dict(planning.scenario.tables.officers.select("id", "name").iter_rows())
        for officer in people:
            for audience in ("officer", "public"):
                text = planning.why(officer, audience=audience).to_json()  # type: ignore[arg-type]
                assert "Rahayu" not in text
                for other, name in people.items():
                    assert other == officer or (other not in text and name not in text)


@LAW
@given(hidden=HIDDEN)
def test_same_plan_gives_the_same_proof_whatever_the_sensitive_facts(hidden: tuple[list[str], list[str]]) -> None:
    # If the plan does not tell two worlds apart, nor may its explanation to those who must not know.
    with tempfile.TemporaryDirectory() as folder:
        first = plan_flood(Path(folder) / "a")
        second = plan_flood(Path(folder) / "b", officers=with_secrets(*hidden))
        if first.plan.assignments != second.plan.assignments:
            return
        for assignment in first.plan.assignments:
            for audience in BLIND:
                proofs = [
                    json.loads(p.why(assignment.officer, audience=audience).to_json())["proof"] for p in (first, second)
                ]
                one, two = (json.dumps(p).replace(f"{folder}/b", f"{folder}/a") for p in proofs)
                assert one == two


def test_every_audience_is_told_apart() -> None:
    assert AUDIENCES == ("planner", "officer", "public", "signer", "auditor")
