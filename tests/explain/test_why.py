"""`why` follows an assignment down to lines and rows, and says why nobody goes (semantics §9)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import asn_flex as af
from asn_flex.domain.proof import AUDIENCES, Proof, ProofNode
from asn_flex.errors import Text
from asn_flex.explain import naming

from ..support import FOLDERS, load_case
from .build import TABLES, plan_flood, write_flood


@pytest.fixture(scope="module")
def planning(tmp_path_factory: pytest.TempPathFactory) -> af.Planning:
    return plan_flood(tmp_path_factory.mktemp("banjir"))


def steps(proof: Proof, kind: str) -> list[ProofNode]:
    return [n for n in proof.root.walk() if n.kind == kind]


def of_rule(proof: Proof, rule: str) -> ProofNode:
    return next(n for n in proof.root.walk() if n.rule == rule)


def line_of(place: str) -> str:
    path, line, _ = place.rsplit(":", 2)
    return Path(path).read_text("utf-8").splitlines()[int(line) - 1]


def places(node: ProofNode) -> Iterator[tuple[ProofNode, str]]:
    for step in node.walk():
        if step.place is not None:
            yield step, step.place


def test_assignment_is_told_with_demand_and_days(planning: af.Planning) -> None:
    proof = planning.why("P-01")
    assert proof.demand == "pos@kel1"
    assert "Health post, Kelurahan Satu [pos@kel1], 5–7 Dec 2024" in proof.root.text.en
    assert "Pos kesehatan, Kelurahan Satu [pos@kel1], 5–7 Des 2024" in proof.root.text.id


def test_demand_is_followed_to_the_observation(planning: af.Planning) -> None:
    # ACT-1 <- severity 4 <- SIT-1 <- highest of two readings in six hours, 2.4 at row 2.
    activation = of_rule(planning.why("P-01"), "ACT-1")
    derived = next(n for n in activation.walk() if n.rule == "SIT-1")
    observation = next(n for n in derived.walk() if n.kind == "observation")
    assert observation.value == "2.4"
    assert line_of(observation.place or "") == "2024-12-05T05:00,air,2.4,kota"
    assert derived.sources[0].cite == "uu#5"
    assert derived.sources[0].url == "https://example.org/uu"
    assert derived.sources[0].label.en == "Sample Law Art. 5"


def test_seats_and_priority_are_counted_out(planning: af.Planning) -> None:
    proof = planning.why("P-01")
    assert "counts 3 seats = 1 + 1 for each begun 100" in of_rule(proof, "ACT-1").children[-1].text.en
    priority = next(n for n in steps(proof, "priority") if n.value == "7")
    assert [c.rule for c in priority.children] == [None, "PRI-1"]


def test_parameter_tells_since_when_it_stands(planning: af.Planning) -> None:
    found = [n for n in steps(planning.why("P-01"), "fact") if "siaga" in n.text.en]
    assert found[0].text.en == "parameter siaga = 2, in force since 1 Jan 2024"
    assert found[0].sources[0].cite == "uu"


def test_standard_is_followed_to_the_holding(planning: af.Planning) -> None:
    need = steps(planning.why("P-01"), "requirement")[0]
    holding, edge = need.children
    assert line_of(holding.place or "") == "P-01,dokter,3,ijazah,2030-01-01"
    assert "valid until 1 Jan 2030" in holding.text.en
    assert "Physician (dokter) implies Nursing (rawat)" in edge.text.en
    assert "dokter" in line_of(edge.place or "")


def test_substitution_shows_its_edge_and_strength(tmp_path: Path) -> None:
    # Without P-04 a seat is left for the midwife P-03 (of an office that keeps nobody), whom COV-1 lets stand in.
    officers = TABLES["officers"].replace("Rekaan Tiga,dinkes", "Rekaan Tiga,umum").replace("P-04", "P-94")
    proof = plan_flood(tmp_path, officers=officers, holdings=TABLES["holdings"].replace("P-04,rawat,2,,\n", "")).why(
        "P-03"
    )
    assert of_rule(proof, "COV-1").kind == "basis"
    assert "substitutes Nursing (rawat) with strength 0.7" in steps(proof, "competency")[0].text.en
    assert "substituted, strength 0.7" in steps(proof, "requirement")[1].text.en
    # P-03's hours of rest are unknown: LIM-1 asks, for 7 points; COV-1 is capped.
    asked = of_rule(proof, "LIM-1")
    assert asked.outcome == "asks"
    assert [n.kind for n in asked.walk()].count("question") == 1
    assert any(n.rule == "LIM-1" and n.value == "7" for n in steps(proof, "points"))
    assert next(n for n in steps(proof, "cap") if n.rule == "COV-1").outcome == "full"


def test_override_is_named_in_basis_and_check(planning: af.Planning) -> None:
    proof = planning.why("P-02")
    basis = of_rule(proof, "COV-2")
    assert basis.kind == "basis"
    assert any("overrides FRB-1" in n.text.en for n in basis.walk())
    assert any("until before 1 Jan 2030" in n.text.en for n in basis.children)
    assert of_rule(proof, "FRB-1").outcome == "overridden"


def test_points_add_up_to_the_plan(planning: af.Planning) -> None:
    for assignment in planning.assignments:
        proof = planning.why(assignment.officer, audience="auditor")
        section = next(n for n in steps(proof, "section") if n.value is not None)
        assert int(section.value or "") == assignment.loss + assignment.points
        assert sum(_points(n) for n in section.children) == assignment.loss + assignment.points


def _points(node: ProofNode) -> int:
    """Read the number that a step of the weights shows."""
    if node.value is not None:
        return int(node.value)
    after = node.text.en.split(": ", 1)[1]
    return int(after.split(" ", 1)[0])


def test_caps_say_how_many_of_how_many(planning: af.Planning) -> None:
    caps = {n.rule: n for n in steps(planning.why("P-01"), "cap")}
    # Four officers, one kept: three may go, and three do.
    assert caps["PRO-1"].outcome == "full"
    assert "keeps 1 of 4 officers (4 available), so 3 may go; 3 go" in caps["PRO-1"].text.en
    assert caps["TIM-1"].outcome == "free"


def test_officer_held_by_a_full_protection(planning: af.Planning) -> None:
    proof = planning.why("P-03")
    assert proof.demand is None
    assert proof.root.children[0].children[0].rule == "PRO-1"


def test_officer_whose_seats_are_taken_is_compared(planning: af.Planning) -> None:
    texts = [n.text.en for n in planning.why("P-03").root.walk()]
    assert any("would weigh 333; those seated weigh -40 to 26" in t for t in texts)
    assert "seated: P-01, P-02, P-04" in texts


def test_pin_that_holds_an_officer_is_named(planning: af.Planning) -> None:
    pin = steps(planning.why("P-05"), "pin")[0]
    assert line_of(pin.place or "").startswith("P-05,gudang@event,never")
    assert [c.text.en for c in pin.children] == ["by Inspektur Rahayu", "reason: Saudara pemasok"]


def test_officer_who_may_do_nothing_sees_what_is_lacking(planning: af.Planning) -> None:
    proof = planning.why("P-07")
    nearest = proof.root.children[0].children
    # The warehouse lacks one thing (rest), the post two (rest, and nursing at level 2): nearest first.
    assert [n.text.en for n in nearest] == [
        "Warehouse, whole event [gudang@event]",
        "Health post, Kelurahan Satu [pos@kel1]",
    ]
    assert nearest[0].children[0].rule == "LIM-1"
    assert nearest[0].children[0].outcome == "stops"
    assert nearest[1].children[0].children[0].text.en == "holds level 1 only"


def test_seat_that_stays_empty_is_told_from_a_taken_one(tmp_path: Path) -> None:
    pins = "officer,demand,pin,by,reason\n" + "".join(f"P-0{n},gudang@event,never,,\n" for n in (1, 2, 3, 4, 5, 6))
    proof = plan_flood(tmp_path, pins=pins).why("P-05")
    demand = proof.root.children[0].children[0].children[0]
    assert demand.outcome == "free"
    assert [n.kind for n in demand.children] == ["pin"]


def test_officer_on_leave_sees_the_dates(tmp_path: Path) -> None:
    officers = TABLES["officers"].replace("id,name", "available_until,id,name").replace("\nP-", "\n,P-")
    officers = officers.replace(",P-07", "2024-12-06,P-07").replace("01,Rekaan", "01,Rekaan")
    proof = plan_flood(tmp_path, officers=officers).why("P-07")
    assert any("available until 6 Dec 2024 only" in n.text.en for n in proof.root.walk())


def test_assumption_heads_the_proof(tmp_path: Path) -> None:
    write_flood(tmp_path)
    rulebook = af.load_rulebook(tmp_path / "aturan.yaml")
    scenario = af.load_scenario(tmp_path, rulebook)
    planning = af.plan(rulebook, scenario, engine="plain", assume={"event.phase": "response"})
    proof = planning.why("P-05")
    assert proof.root.children[0].text.en == "this plan takes emergency phase (event.phase) = response as so"


def test_demand_by_hand_names_its_row(tmp_path: Path) -> None:
    write_flood(tmp_path)
    yaml = (tmp_path / "scenario.yaml").read_text("utf-8").replace("tables: {", "tables: {demands: demands.csv, ")
    (tmp_path / "scenario.yaml").write_text(yaml, "utf-8")
    (tmp_path / "demands.csv").write_text(
        "duty,area,seats,covered_elsewhere,by\ngudang,event,3,1,Kalaksa Umar\n", "utf-8"
    )
    rulebook = af.load_rulebook(tmp_path / "aturan.yaml")
    planning = af.plan(rulebook, af.load_scenario(tmp_path, rulebook), engine="plain")
    officer = next(a.officer for a in planning.assignments if a.demand == "gudang@event")
    text = "changed by hand by Kalaksa Umar; seats 3; 1 covered elsewhere"
    found = [n for n in steps(planning.why(officer), "demand") if n.text.en == text]
    assert found[0].place == f"{(tmp_path / 'demands.csv').as_posix()}:2:1"
    assert all("Umar" not in n.text.en for n in planning.why(officer, audience="public").root.walk())


def test_unknown_officer_is_refused_with_the_nearest(planning: af.Planning) -> None:
    with pytest.raises(af.UsageError, match=r"no officer `P-1` in this scenario; did you mean `P-01`\?"):
        planning.why("P-1")
    with pytest.raises(af.UsageError, match="tidak ada dalam skenario ini"):
        planning.why("P-1", lang="id")


def test_unknown_audience_is_refused(planning: af.Planning) -> None:
    with pytest.raises(af.UsageError, match="planner, officer, public, signer, auditor"):
        planning.why("P-01", audience="walikota")  # type: ignore[arg-type]


def test_quarantined_officer_is_told_apart(tmp_path: Path) -> None:
    write_flood(tmp_path, tables={**TABLES, "officers": TABLES["officers"] + "P-08,Rekaan Delapan,dinkes,kel9,,,,,\n"})
    rulebook = af.load_rulebook(tmp_path / "aturan.yaml")
    planning = af.plan(rulebook, af.load_scenario(tmp_path, rulebook, quarantine=True), engine="plain")
    with pytest.raises(af.UsageError, match="row of officer `P-08` was quarantined"):
        planning.why("P-08")


def test_plan_of_other_input_is_refused(planning: af.Planning, tmp_path: Path) -> None:
    other = plan_flood(tmp_path, officers=TABLES["officers"].replace("P-05", "P-55"), pins="officer,demand,pin\n")
    with pytest.raises(af.UsageError, match="made from other rules or another scenario"):
        af.Planning(other.plan, planning.rulebook, planning.scenario).why("P-01")


def test_proof_is_the_same_for_a_plan_read_back(planning: af.Planning) -> None:
    again = af.Planning(af.Plan.from_json(planning.to_json()), planning.rulebook, planning.scenario)
    assert again.why("P-01").to_json() == planning.why("P-01").to_json()


def test_proof_does_not_depend_on_the_order_of_rows(planning: af.Planning, tmp_path: Path) -> None:
    def shuffled(name: str) -> str:
        head, *rows = TABLES[name].splitlines()
        return "\n".join([head, *reversed(rows)]) + "\n"

    other = plan_flood(tmp_path, **{name: shuffled(name) for name in ("officers", "holdings", "areas", "pins")})
    for officer in planning.eligibility.officer_ids:
        assert _texts(other.why(officer)) == _texts(planning.why(officer))


def _texts(proof: Proof) -> list[str]:
    return [n.text.en for n in proof.root.walk()]


def test_json_has_a_format_and_no_empty_keys(planning: af.Planning) -> None:
    data = json.loads(planning.why("P-01").to_json())
    assert data["format"] == "asn-flex/proof/1"
    assert data["plan"] == planning.plan.id
    assert set(data["proof"]) == {"kind", "text", "place", "children"}
    assert set(data["proof"]["text"]) == {"id", "en"}


def test_every_place_of_a_rule_shows_the_rule(planning: af.Planning) -> None:
    for officer in planning.eligibility.officer_ids:
        for step, place in places(planning.why(officer, audience="auditor").root):
            line = line_of(place)
            if step.rule is not None and step.kind not in {"test", "question"}:
                assert step.rule in line


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_officer_of_the_worked_cases_is_explained(folder: Path) -> None:
    rulebook, scenario = load_case(folder)
    try:
        planning = af.plan(rulebook, scenario, engine="plain")
    except (af.PinError, af.SituationConflict):
        pytest.skip("the case cannot be planned, as it should be")
    assigned = {a.officer: a for a in planning.assignments}
    for officer in planning.eligibility.officer_ids:
        for audience in AUDIENCES:
            proof = planning.why(officer, audience=audience)
            assert proof.demand == (assigned[officer].demand if officer in assigned else None)
        if officer in assigned:
            proof = planning.why(officer, audience="auditor")
            checks = [n for n in steps(proof, "check") if n.kind == "check"]
            # The scalar reading of the proof agrees with the columns that decided.
            assert all(n.outcome != "stops" for n in checks)
            asks = {
                (n.rule, len([c for c in n.children if c.kind == "question"])) for n in checks if n.outcome == "asks"
            }
            confirm = assigned[officer].confirm
            rules = {q.rule for q in confirm}
            assert asks == {(rule, sum(q.rule == rule for q in confirm)) for rule in rules}
            assert all(n.outcome != "not_met" for n in steps(proof, "requirement"))


def test_every_fact_of_the_rule_language_has_a_name() -> None:
    rulebook = af.load_rulebook(FOLDERS[0] / "rules.yaml")
    for key, attribute in rulebook.attributes.items():
        if not attribute.declared:
            assert naming.fact_name(rulebook, key) != Text(key, key), key


def test_rules_of_the_small_flood_are_all_told(planning: af.Planning) -> None:
    told = {n.rule for o in planning.eligibility.officer_ids for n in planning.why(o).root.walk()}
    mentioned = {"SIT-1", "ACT-1", "ACT-2", "PRI-1", "COV-2", "FRB-1", "FRB-2", "LIM-1", "PRO-1", "TIM-1"}
    assert mentioned <= told
