"""Plans, verdicts and proofs on every kind of terminal (semantics §12.2)."""

from __future__ import annotations

import io
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len

import asn_flex as af
from asn_flex.errors import Diagnostic, Lang, Place, Text
from asn_flex.report.text import print_plan, print_proof, print_verification
from asn_flex.verify.findings import Verification

from ..explain.build import ILLNESS, TABLES, plan_flood, write_flood
from ..support import FOLDERS, load_case, plan_case, previous_plan

LANGS: tuple[Lang, ...] = ("id", "en")


class Terminal(io.TextIOWrapper):
    """A stream of a given encoding that nobody watches."""

    def __init__(self, encoding: str = "utf-8") -> None:
        self.bytes = io.BytesIO()
        super().__init__(self.bytes, encoding=encoding, newline="\n")

    @property
    def text(self) -> str:
        self.flush()
        return self.bytes.getvalue().decode(self.encoding)


@pytest.fixture(scope="module")
def planning(tmp_path_factory: pytest.TempPathFactory) -> af.Planning:
    return plan_flood(tmp_path_factory.mktemp("banjir"))


def shown(planning: af.Planning, lang: Lang = "en", encoding: str = "utf-8", **typed: Path) -> str:
    stream = Terminal(encoding)
    print_plan(planning, lang=lang, stream=stream, **typed)
    return stream.text


@pytest.fixture
def width(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    def set_width(columns: int) -> None:
        monkeypatch.setenv("COLUMNS", str(columns))

    set_width(100)
    return set_width


@pytest.mark.usefixtures("width")
def test_head_tells_event_and_what_was_derived(planning: af.Planning) -> None:
    text = shown(planning)
    assert text.startswith("A small flood\nFlood · severity 4 · no phase decreed yet\n")
    assert "for 5–7 Dec 2024, as things stood 5 Dec 2024 06:00" in text
    assert "severity = 4 – SIT-1" in text
    assert "4 of 4 seats filled (100%); 4 of 7 officers go" in text


@pytest.mark.usefixtures("width")
def test_coverage_has_a_bar_per_duty(planning: af.Planning) -> None:
    lines = shown(planning).splitlines()
    assert any(re.match(r"  Health post +█+ +3/3 100%$", line) for line in lines)
    assert "Every seat is filled." in shown(planning)


@pytest.mark.usefixtures("width")
def test_short_places_say_how_many_and_the_minimum(tmp_path: Path) -> None:
    # One nurse is left, on full standard, for three seats.
    officers = TABLES["officers"].replace("P-02", "P-92").replace("P-04", "P-94").replace("P-03", "P-93")
    holdings = "officer,competency,level,evidence,valid_until\nP-01,rawat,3,,\n"
    text = shown(plan_flood(tmp_path, officers=officers, holdings=holdings))
    assert re.search(r"  Health post +█+░+ +1/3  33%\n    Kelurahan Satu +1/3\n", text)
    assert "Health post −2: Kelurahan Satu −2" in text
    assert "nobody else may take it" in text
    assert "lacks Nursing (rawat) level 2" in text


@pytest.mark.usefixtures("width")
def test_possible_demands_say_what_to_type(planning: af.Planning) -> None:
    text = shown(planning, scenario_path=Path("my flood"), rules=Path("r"))
    assert "unknown: emergency phase (event.phase)" in text
    assert "asn-flex plan 'my flood' --rules r --assume event.phase=response" in text


@pytest.mark.usefixtures("width")
def test_priorities_show_what_citizens_changed(planning: af.Planning) -> None:
    text = shown(planning)
    assert "PRI-1 (+2) – Reports\n    Health post: Kelurahan Satu (2) 5→7" in text


@pytest.mark.usefixtures("width")
def test_units_show_who_leaves(planning: af.Planning) -> None:
    assert re.search(r"Dinas Kesehatan +█+░+ +3 of 4  75%", shown(planning))


@pytest.mark.usefixtures("width")
def test_questions_name_people_fact_and_rule(tmp_path: Path) -> None:
    officers = TABLES["officers"].replace("sehat-walafiat", "")
    text = shown(plan_flood(tmp_path, officers=officers))
    assert "3 questions to answer before signing (3 officers)" in text
    assert "Illness? (officer.penyakit) – FRB-2 Health\n    3: P-01, P-02, P-04" in text


@pytest.mark.usefixtures("width")
def test_sensitive_values_are_never_shown(planning: af.Planning) -> None:
    for lang in LANGS:
        text = shown(planning, lang)
        assert ILLNESS not in text
        assert "sehat-walafiat" not in text


@pytest.mark.usefixtures("width")
def test_quarantined_row_is_at_its_place_without_a_sensitive_value(tmp_path: Path) -> None:
    rows = "P-08,Rekaan Delapan,dinkes,kel9,,,,,\nP-09,Rekaan Sembilan,dinkes,kel1,,,,,rahasia\n"
    write_flood(tmp_path, tables={**TABLES, "officers": TABLES["officers"] + rows})
    rulebook = af.load_rulebook(tmp_path / "aturan.yaml")
    planning = af.plan(rulebook, af.load_scenario(tmp_path, rulebook, quarantine=True), engine="plain")
    text = shown(planning, scenario_path=tmp_path, out=Path("p.json"))
    assert "QUARANTINED ROWS (2)" in text
    assert "officers.csv:9 P-08:" in text.replace("\n    ", "")
    assert "rahasia" not in text
    assert "--quarantine" in text.split("NEXT")[1]


def test_next_commands_can_be_copied(planning: af.Planning, width: Callable[[int], None]) -> None:
    width(40)  # a command is never broken, however narrow the terminal
    bundle = shown(planning, scenario_path=Path("s"), bundle=Path("a b/plan.zip")).split("NEXT")[1]
    assert "\n  asn-flex verify 'a b/plan.zip'\n" in bundle
    assert "\n  asn-flex explain 'a b/plan.zip' P-02\n" in bundle
    out = shown(planning, scenario_path=Path("s"), out=Path("p.json"), previous=Path("q.json")).split("NEXT")[1]
    assert "\n  asn-flex verify p.json --scenario s --previous q.json\n" in out
    assert "\n  asn-flex explain p.json P-02 --scenario s\n" in out
    none = shown(planning, scenario_path=Path("s")).split("NEXT")[1]
    assert "\n  asn-flex plan s --bundle plan.zip\n" in none
    for line in none.splitlines():
        if line.startswith("  asn-flex"):
            assert shlex.split(line)[0] == "asn-flex"


@pytest.mark.usefixtures("width")
def test_conditional_plan_warns(tmp_path: Path) -> None:
    write_flood(tmp_path)
    rulebook = af.load_rulebook(tmp_path / "aturan.yaml")
    scenario = af.load_scenario(tmp_path, rulebook)
    planning = af.plan(rulebook, scenario, engine="plain", assume={"event.phase": "response"})
    assert "CONDITIONAL: this plan takes emergency phase = response (tanggap darurat) as so." in shown(planning)


@pytest.mark.usefixtures("width")
def test_replanning_says_who_was_displaced(tmp_path: Path) -> None:
    write_flood(tmp_path)
    rulebook = af.load_rulebook(tmp_path / "aturan.yaml")
    before = previous_plan({"P-01": "pos@kel1", "P-07": "gudang@event", "P-99": "pos@kel1"})
    planning = af.plan(rulebook, af.load_scenario(tmp_path, rulebook), engine="plain", previous=before)
    text = shown(planning)
    assert "1 officers stay, 2 move or go home, 3 are new" in text
    assert "P-07: Warehouse, whole event – refused by LIM-1" in text
    assert "P-99: Health post, Kelurahan Satu – no longer in the scenario" in text


@pytest.mark.parametrize("columns", [1, 8, 20, 39, 60, 80, 120, 200])
@pytest.mark.parametrize("lang", LANGS)
def test_no_line_is_wider_than_the_terminal(
    planning: af.Planning, width: Callable[[int], None], columns: int, lang: Lang
) -> None:
    width(columns)
    for line in shown(planning, lang).splitlines():
        copied = line.lstrip().startswith(("asn-flex", "#"))
        assert copied or cell_len(line) <= max(columns, 32), line


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_any_encoding_will_do(planning: af.Planning, encoding: str) -> None:
    text = shown(planning, encoding=encoding)
    assert re.search(r"Health post +#+ +3/3 100%", text)
    for officer in ("P-01", "P-03"):
        stream = Terminal(encoding)
        print_proof(planning.why(officer), lang="id", stream=stream)
        assert officer in stream.text


def test_nobody_watching_means_no_colour(planning: af.Planning) -> None:
    assert "\x1b" not in shown(planning)


def test_text_of_files_cannot_steer_the_terminal(tmp_path: Path) -> None:
    units = TABLES["units"].replace("Dinas Kesehatan", "Dinas\x1b[2J Kesehatan\u202e")
    planning = plan_flood(tmp_path, units=units)
    stream = Terminal()
    print_proof(planning.why("P-01"), lang="en", stream=stream)
    for text in (shown(planning), stream.text):
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "Kesehatan" in text


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_worked_case_is_shown(folder: Path) -> None:
    try:
        planning = plan_case(folder)
    except (af.PinError, af.SituationConflict):
        pytest.skip("the case cannot be planned, as it should be")
    for lang in LANGS:
        text = shown(planning, lang)
        for item in planning.shortfalls:
            duty = planning.rulebook.label_of("duties", item.demand.partition("@")[0])
            assert duty.in_lang(lang) in text


def test_case_without_demand_says_so(tmp_path: Path) -> None:
    rulebook, scenario = load_case(FOLDERS[0])
    assert scenario.id
    areas = TABLES["areas"].replace("true", "false")
    rules = tmp_path / "x"
    write_flood(rules, tables={**TABLES, "areas": areas, "pins": "officer,demand,pin\n"})
    text = (rules / "aturan.yaml").read_text("utf-8")
    kept = "\n".join(line for line in text.splitlines() if "ACT-2" not in line and "ACT-3" not in line)
    (rules / "aturan.yaml").write_text(kept, "utf-8")
    rulebook = af.load_rulebook(rules / "aturan.yaml")
    planning = af.plan(rulebook, af.load_scenario(rules, rulebook), engine="plain")
    assert "No demand arises in this situation." in shown(planning)
    assert "COVERAGE" not in shown(planning)


# ---- verdicts and proofs -------------------------------------------------------------------------------------------


def verdict(planning: af.Planning, result: Verification, lang: Lang = "en") -> str:
    stream = Terminal()
    print_verification(result, planning.plan, lang=lang, stream=stream)
    return stream.text


def test_good_plan_stands(planning: af.Planning) -> None:
    text = verdict(planning, planning.verify())
    assert text.startswith("THE PLAN STANDS")
    assert "4 assignments" in text


def test_bad_plan_lists_its_findings(planning: af.Planning) -> None:
    finding = Diagnostic(Place("plan", 1, 1), "V301", Text("pasangan salah", "wrong pair"))
    result = Verification(ok=False, findings=(finding,), optimality="not_claimed", checked={"novel_things": 2})
    text = verdict(planning, result, "id")
    assert "RENCANA INI TIDAK BENAR: 1 temuan." in text
    assert "V301 pasangan salah" in text
    assert "2 novel things" in text


@pytest.mark.usefixtures("width")
def test_proof_is_a_tree_with_lines_rows_sources_and_files(planning: af.Planning) -> None:
    stream = Terminal()
    print_proof(planning.why("P-01"), lang="en", stream=stream)
    text = stream.text
    assert "Explanation for planners" in text
    assert re.search(r"├── ✓ Basis: meets the full standard of Health post +aturan.yaml:\d+", text)
    assert "River level ≥ 2 (it is: 2.4)" in text
    assert "observations.csv:2" in text
    assert "uu#5: Sample Law Art. 5 <https://example.org/uu>" in text.replace("\n    ", " ")
    assert "aturan.yaml: " in text.split("FILES")[1]


@pytest.mark.parametrize("columns", [1, 20, 40, 80])
def test_proof_fits_any_terminal(planning: af.Planning, width: Callable[[int], None], columns: int) -> None:
    width(columns)
    for officer in planning.eligibility.officer_ids:
        print_proof(planning.why(officer), lang="id", stream=Terminal())
