"""The report as a file: what each audience finds in it, and what holds it together (semantics §9, §12.2)."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import math
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import asn_flex as af
from asn_flex.cli import run
from asn_flex.domain.proof import AUDIENCES
from asn_flex.report.web.coverage import areas
from asn_flex.report.web.proofs import ProofTable
from asn_flex.report.web.reader import Reader
from asn_flex.report.web.units import SMALL
from asn_flex.report.web.words import WORDS

from ...explain.build import ILLNESS, TABLES, plan_flood, write_flood
from ...support import REPOSITORY

ASSETS = REPOSITORY / "src" / "asn_flex" / "report" / "web" / "assets"
NAMES = ["Rekaan Satu", "Rekaan Dua", "Rekaan Tiga", "Rekaan Empat", "Rekaan Lima", "Rekaan Enam", "Rekaan Tujuh"]
NIP = "198001012005011003"
# A telephone list, and a number that tells birth date and sex.
PEOPLE = "\n".join(
    line + (",nip,phone" if line.startswith("id,") else f",{NIP},0812-555-{line[2:4]}")
    for line in TABLES["officers"].splitlines()
)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> af.Planning:
    return plan_flood(tmp_path_factory.mktemp("banjir"), officers=PEOPLE)


def data(page: str, name: str = "content") -> Any:
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


# ---- what would fill a seat ----------------------------------------------------------------------------------------


def test_changes_that_would_fill_a_seat_are_those_that_were_solved() -> None:
    rulebook = af.load_rulebook(REPOSITORY / "rules" / "tanjungbalai")
    scenario = af.load_scenario(REPOSITORY / "examples" / "tanjungbalai_flood", rulebook)
    flood = af.plan(rulebook, scenario, engine="plain")
    told = filled(flood.to_html(remedies=2, proofs="none"))
    assert len(told) == 2
    for demand, fill in told.items():
        answer = flood.shortfall(demand)
        assert [text for text, _ in fill] == [[r.text.id, r.text.en] for r in answer.remedies]
        assert all(f"+{r.seats} " in gain[1] for r, (_, gain) in zip(answer.remedies, fill, strict=True))
    assert any(told.values())
    assert filled(flood.to_html(remedies=0, proofs="none")) == {}
    assert filled(flood.to_html(remedies=2, proofs="none", audience="public")) == {}


def filled(page: str) -> dict[str, Any]:
    return {d["id"]: d["short"]["fill"] for d in data(page)["demands"] if "fill" in d.get("short", {})}


# ---- audiences -----------------------------------------------------------------------------------------------------


def test_the_public_finds_nobody_in_the_file(town: af.Planning) -> None:
    page = town.to_html(audience="public")
    assert [
        word for word in (*NAMES, "P-0", NIP, "0812", ILLNESS, "sehat-walafiat", "Inspektur", "Saudara") if word in page
    ] == []
    assert data(page)["people"]["rows"] == []


def test_the_public_does_not_learn_a_protected_ground(town: af.Planning) -> None:
    page = town.to_html(audience="public")
    assert [word for word in ("FRB-2", "PRF-2", "Penyakit", "officer.penyakit") if word in page] == []
    assert "FRB-1" in page


def test_an_officer_finds_nobody_but_himself(town: af.Planning) -> None:
    page = town.to_html(audience="officer", officer="P-03")
    assert [name for name in NAMES if name in page] == ["Rekaan Tiga"]
    assert set(re.findall(r"P-0\d", page)) == {"P-03"}
    assert [word for word in (ILLNESS, "Penyakit", "Inspektur") if word in page] == []


def test_a_planner_finds_everybody_but_no_sensitive_value(town: af.Planning) -> None:
    page = town.to_html(audience="planner")
    assert all(name in page for name in NAMES)
    assert "0812-555-01" in page
    assert "FRB-2" in page
    # The number tells whether somebody is a man or a woman.
    assert [word for word in (ILLNESS, "sehat-walafiat", NIP) if word in page] == []


@pytest.mark.parametrize("audience", ["signer", "auditor"])
def test_signers_and_auditors_find_all(town: af.Planning, audience: Any) -> None:
    page = town.to_html(audience=audience)
    assert all(word in page for word in (*NAMES, "sehat-walafiat", NIP, "Inspektur Rahayu"))


def test_small_units_are_told_as_one_to_the_public(town: af.Planning) -> None:
    """Four in one, three in the other: alone, three would be too few, and so would four."""
    units = data(town.to_html(audience="public"))["units"]
    assert [unit["total"] for unit in units] == [7]
    assert all(unit["total"] >= SMALL for unit in units)
    assert [unit["total"] for unit in data(town.to_html())["units"]] == [4, 3]


@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_audience_has_its_file(town: af.Planning, audience: Any) -> None:
    officer = "P-01" if audience == "officer" else None
    content = data(town.to_html(audience=audience, officer=officer))
    assert content["audience"] == audience
    assert len(content["demands"]) == len(town.plan.demands)


@pytest.mark.parametrize(("audience", "officer"), [("officer", None), ("planner", "P-01"), ("officer", "P-99")])
def test_an_officer_says_who_he_is_and_nobody_else_does(town: af.Planning, audience: Any, officer: str | None) -> None:
    with pytest.raises(af.UsageError):
        town.to_html(audience=audience, officer=officer)


# ---- the file ------------------------------------------------------------------------------------------------------


def test_scripts_and_styles_are_held_to_what_they_are(town: af.Planning) -> None:
    page = town.to_html()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; ")
    assert "unsafe" not in policy[1]
    script = re.search(r"<script>(.*?)</script>", page, re.DOTALL)
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    for part, name in ((script, "script-src"), (style, "style-src")):
        assert part is not None
        digest = base64.b64encode(hashlib.sha256(part[1].encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}'" in policy[1]


def test_no_tag_can_begin_in_the_data(tmp_path: Path) -> None:
    evil = TABLES["officers"].replace("Rekaan Satu", "</script><!-- <script>&\u2028")
    page = plan_flood(tmp_path, officers=evil).to_html()
    assert page.count("<script") == 3
    assert page.count("</script") == 3
    assert "<!--" not in page
    names = [row[1] for row in data(page)["people"]["rows"]]
    assert any(name.startswith("</script><!-- <script>&") for name in names)


def test_no_script_writes_markup() -> None:
    for file in ASSETS.glob("*.js"):
        text = file.read_text("utf-8")
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|https?://(?!www\.w3\.org)", text
        ), file.name


def test_every_sentence_of_the_page_exists_and_is_used() -> None:
    text = "\n".join(file.read_text("utf-8") for file in ASSETS.glob("*.js"))
    named = set(re.findall(r'word\("([a-z_.]+)"', text))
    assert named - set(WORDS) == set()
    # Those that the scripts put together from a part and a name.
    made = ("state.", "outcome.", "who.", "bases.", "group.", "sort.", "area.", "plan.")
    listed = set(re.findall(r'"([a-z_.]+)"', text))
    assert {key for key in WORDS if not key.startswith(made)} - named - listed == set()


def test_the_same_plan_gives_the_same_bytes(town: af.Planning) -> None:
    assert town.to_html() == town.to_html()


def test_a_file_says_which_proofs_it_holds(town: af.Planning) -> None:
    going = {a.officer for a in town.assignments}
    for proofs, wanted in (("all", {f"P-0{i}" for i in range(1, 8)}), ("assigned", going), ("none", set())):
        rows = data(town.to_html(proofs=proofs))["people"]["rows"]  # type: ignore[arg-type]
        assert {row[0] for row in rows if row[13] >= 0} == wanted


# ---- proofs --------------------------------------------------------------------------------------------------------


def test_a_proof_comes_back_from_its_table_as_it_was(town: af.Planning) -> None:
    table = ProofTable()
    proofs = [town.why(officer).root for officer in town.eligibility.officer_ids]
    roots = [table.add(proof) for proof in proofs]
    content = table.content()

    def back(number: int) -> dict[str, Any]:
        kind, text, outcome, place, cited, below = [*content["steps"][number], *([0] * 6)][:6]
        said = content["texts"][text]
        found: dict[str, Any] = {"kind": content["words"][kind]}
        found["text"] = dict(zip(("id", "en"), [said, said] if isinstance(said, str) else said, strict=True))
        if place:
            found["place"] = content["words"][place]
        if outcome:
            found["outcome"] = content["words"][outcome]
        if cited:
            found["source"] = [content["sources"][n][0] for n in cited]
        if below:
            found["children"] = [back(child) for child in below]
        return found

    def plain(node: dict[str, Any]) -> dict[str, Any]:
        kept = {key: node[key] for key in ("kind", "text", "place", "outcome") if key in node}
        if "source" in node:
            kept["source"] = [source["cite"] for source in node["source"]]
        if "children" in node:
            kept["children"] = [plain(child) for child in node["children"]]
        return kept

    assert [back(root) for root in roots] == [plain(proof.to_dict()) for proof in proofs]
    assert len(content["steps"]) < sum(1 for proof in proofs for _ in proof.walk())


# ---- the map -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def city() -> af.Planning:
    rulebook = af.load_rulebook(REPOSITORY / "rules" / "tanjungbalai")
    scenario = af.load_scenario(REPOSITORY / "examples" / "tanjungbalai_flood", rulebook)
    return af.plan(rulebook, scenario, engine="plain")


def test_no_circle_of_the_map_covers_another(city: af.Planning) -> None:
    found = areas(Reader(city, "planner"))
    drawn = found["list"]
    assert len(drawn) == len({d.area for d in city.plan.demands if d.area is not None})
    for one, other in itertools.combinations(drawn, 2):
        assert math.hypot(one["x"] - other["x"], one["y"] - other["y"]) > one["r"] + other["r"], (one, other)
    for area in drawn:
        assert area["r"] <= area["x"] <= found["width"] - area["r"]
        assert area["r"] <= area["y"] <= found["height"] - area["r"]


def test_what_lies_north_is_drawn_above(city: af.Planning) -> None:
    """Teluk Nibung lies at 3.008° N, Datuk Bandar at 2.944° N."""
    at = {area["id"]: area["y"] for area in areas(Reader(city, "planner"))["list"]}
    assert at["12.74.04"] < at["12.74.05"]


def test_four_hundred_officers_with_all_their_proofs_stay_below_two_megabytes(city: af.Planning) -> None:
    assert len(city.to_html().encode()) < 2_000_000


# ---- the command line ----------------------------------------------------------------------------------------------


def flood(folder: Path) -> list[str]:
    write_flood(folder)
    return [str(folder), "--rules", str(folder / "aturan.yaml")]


def test_plan_writes_the_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    html = tmp_path / "laporan.html"
    assert run(["plan", *flood(tmp_path), "--engine", "plain", "--html", str(html), "--lang", "en"]) == 0
    assert data(html.read_text("utf-8"))["lang"] == "en"
    # A long path is told on two lines.
    assert str(html) in "".join(capsys.readouterr().out.split())


def test_report_writes_the_same_from_a_bundle(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second, bundle = tmp_path / "a.html", tmp_path / "b.html", tmp_path / "plan.zip"
    typed = [
        "plan",
        *flood(tmp_path),
        "--engine",
        "plain",
        "--html",
        str(first),
        "--bundle",
        str(bundle),
        "--lang",
        "id",
    ]
    assert run(typed) == 0
    assert run(["report", str(bundle), "--out", str(second), "--lang", "id"]) == 0
    assert data(first.read_text("utf-8"))["head"] == data(second.read_text("utf-8"))["head"]
    assert len(data(second.read_text("utf-8"))["people"]["rows"]) == 7


def test_report_replaces_neither_its_plan_nor_its_scenario(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bundle = tmp_path / "plan.zip"
    assert run(["plan", *flood(tmp_path), "--engine", "plain", "--bundle", str(bundle)]) == 0
    before = bundle.read_bytes()
    assert run(["report", str(bundle), "--out", str(bundle)]) == 2
    assert "U106" in capsys.readouterr().err
    assert bundle.read_bytes() == before


def test_report_for_an_officer_needs_to_know_which(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bundle, html = tmp_path / "plan.zip", tmp_path / "laporan.html"
    assert run(["plan", *flood(tmp_path), "--engine", "plain", "--bundle", str(bundle)]) == 0
    assert run(["report", str(bundle), "--out", str(html), "--audience", "officer", "--lang", "en"]) == 2
    assert "--officer" in capsys.readouterr().err
    assert not html.exists()
    assert run(["report", str(bundle), "--out", str(html), "--audience", "officer", "--officer", "P-03"]) == 0


def test_every_state_of_a_plan_has_its_word(town: af.Planning) -> None:
    at = datetime(2024, 12, 5, 0, 10, tzinfo=UTC)
    approved = af.approve(town, signer="Rekaan Delapan", at=at, despite="air naik")
    for planning, words in (
        (town, ["DRAF, belum disetujui", "DRAFT, not approved"]),
        (approved, ["disetujui", "approved"]),
    ):
        content = data(planning.to_html())
        assert content["words"][f"plan.{content['head']['state']}"] == words
