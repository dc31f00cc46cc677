"""What an edit changes, on the screen, as JSON, as Markdown, and on one page to sign (semantics §12.6)."""
# ruff: noqa: E501 - an edit or a line that is shown stands on one line

from __future__ import annotations

import json
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

import asn_flex as af
from asn_flex.cli import run
from asn_flex.report import difference_page
from asn_flex.report.difference import PAGES, sheet_of
from asn_flex.report.difference_json import as_json
from asn_flex.report.difference_page import as_html, as_markdown, as_text

from ..analysis.edits import LARGER, NO_FORBID, OLD, RULES, STRICTER, edited, flood
from ..support import REPOSITORY

QUICKSTART = REPOSITORY / "examples" / "quickstart"
BOTH = af.diff(OLD, edited(STRICTER, LARGER), [flood()])


class Page(HTMLParser):
    """The tags and words of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.tags += [f"{name}=" for name, _ in attrs if name in {"src", "href", "onload"}]

    def handle_data(self, data):
        self.words.append(data)


def test_screen_says_in_both_languages_what_changes_and_whom_it_moves():
    english = list(as_text(BOTH, "en"))
    assert english[:2] == ["Change of rules: Small (1)", "This edit changes who may serve, or who goes."]
    for line in (
        "  ~ rule COV-1",
        "      least strength: 0.5 → 0.8",
        "      seats: 2 seats → 3 seats",
        "      Legal basis: Sample Law Art. 3 [uu#3]",
        "  − 1 person may no longer serve where it was allowed: Health post (1 place)",
        "      budi Budi R.",
        "      Health post, whole event: 2 seats (minimum 1, priority 5) → 3 seats (minimum 1, priority 5)",
    ):
        assert line in english
    indonesian = list(as_text(BOTH, "id"))
    assert indonesian[0] == "Perubahan aturan: Kecil (1)"
    assert "      kekuatan paling sedikit: 0.5 → 0.8" in indonesian
    assert (
        "  − 1 pegawai tidak boleh lagi bertugas di tempat yang sebelumnya boleh: Pos kesehatan (1 tempat)"
        in indonesian
    )


@pytest.mark.parametrize(
    ("new", "scenarios", "verdict"),
    [
        pytest.param(edited(), [], "The two rulebooks are the same.", id="same"),
        pytest.param(
            edited(text=RULES + "# catatan\n"), [],
            "Only comments, order or layout changed; the rules say the same.", id="layout",
        ),
        pytest.param(
            edited(("en: Warehouse", "en: Depot")), [flood()],
            "Proven: this edit changes nothing for any scenario: who may serve, the seats and the best plans stay the same.",
            id="nothing_for_any",
        ),
        pytest.param(
            edited(("value: 8, source", "value: 9, source")), [flood()],
            "This edit changes nothing for the 1 scenario that was tried; for others that is not proven.",
            id="nothing_for_these",
        ),
        pytest.param(edited(STRICTER), [], "No scenario was given; give one to see whom this edit moves.", id="no_scenario"),
    ],
)  # fmt: skip
def test_verdict_says_outright_what_is_known_and_no_more(new: af.Rulebook, scenarios: list[af.Scenario], verdict: str):
    assert list(as_text(af.diff(OLD, new, scenarios), "en"))[1] == verdict


def test_page_stands_by_itself_and_shows_no_name_of_anybody():
    page = Page(as_html(BOTH, "id"))
    assert {"script", "link", "img", "src=", "href=", "onload="}.isdisjoint(page.tags)
    text = "".join(page.words)
    assert "budi" in text
    assert "Budi R." not in text
    assert "Mengetahui, Sekretaris Daerah" in text
    assert OLD.digest.removeprefix("sha256:")[:16] in text


def test_who_is_concerned_by_a_protected_fact_is_not_named():
    found = af.diff(OLD, edited(NO_FORBID), [flood()])
    told = [as_json(found), as_html(found, "id"), as_markdown(found, "id"), "\n".join(as_text(found, "id"))]
    assert [text.count("citra") for text in told] == [0, 0, 0, 0]
    assert "Nama tidak ditampilkan" in told[1]
    assert json.loads(told[0])["scenarios"][0]["all_together"]["gained"] == {
        "pairs": 1, "officers": 1, "demands": [{"demand": "gudang@event", "pairs": 1, "officers": []}]
    }  # fmt: skip


def test_markup_in_labels_is_shown_and_not_obeyed():
    new = edited(("label: {id: Gudang, en: Warehouse}", 'label: {id: "<b>x</b>|*y*", en: Warehouse}'), LARGER)
    found = af.diff(OLD, new, [flood()])
    assert "<b>x" not in as_html(found, "id")
    assert "&lt;b&gt;x" in as_html(found, "id")
    assert "\\<b\\>x\\</b\\>\\|\\*y\\*" in as_markdown(found, "id")


def test_json_is_stable_and_whole():
    again = af.diff(OLD, edited(STRICTER, LARGER), [flood()])
    assert as_json(again) == as_json(BOTH)
    told = json.loads(as_json(BOTH))
    assert told["format"] == "asn-flex/diff/1"
    assert [(c["section"], c["id"], c["kind"], c["matters"]) for c in told["changes"]] == [
        ("rules", "ACT-1", "changed", True), ("rules", "COV-1", "changed", True),
    ]  # fmt: skip
    assert told["changes"][1]["keys"] == [
        {"key": "min_strength", "whole": True, "before": [{"id": "0.5", "en": "0.5"}], "after": [{"id": "0.8", "en": "0.8"}]}
    ]  # fmt: skip
    whole = told["scenarios"][0]["all_together"]
    assert whole["lost"]["demands"] == [{"demand": "pos@event", "pairs": 1, "officers": ["budi"]}]
    larger, stricter = told["scenarios"][0]["alone"]
    assert [larger["change"]["id"], stricter["change"]["id"]] == ["ACT-1", "COV-1"]
    # Alone, the third seat takes Budi from the warehouse; who that is, is told of all changes together only.
    assert larger["effect"]["plan"]["moves"] == {"sent": 0, "home": 0, "moved": 1, "must_move": 1}


def test_lists_of_a_large_edit_are_cut_so_that_they_fit_on_a_page():
    rules = "".join(
        f"  - {{id: FRB-{i}, kind: forbid, duty: gudang, who: {{officer.grade: g{i}}}}}\n" for i in range(50, 90)
    )
    found = af.diff(OLD, edited(("  - {id: LIM-1", f"{rules}  - {{id: LIM-1"), LARGER), [])
    sheet = sheet_of(found, "en", PAGES[-1])
    lines = [block.text for section in sheet.sections for block in section.blocks if hasattr(block, "text")]
    assert "and 36 more changes" in lines
    assert difference_page._height(difference_page._one_page(found, "en")) <= 273


# ---- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.yaml"
    text = (QUICKSTART / "rules.yaml").read_text("utf-8")
    path.write_text(text.replace("{officer.rest_hours: {gte: 8}}", "{officer.rest_hours: {gte: 20}}"), "utf-8")
    return path


def test_command_writes_every_form(rules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    before, scenario = str(QUICKSTART / "rules.yaml"), str(QUICKSTART)
    assert run(["diff", before, str(rules), scenario, "--format", "json", "--exit-code"]) == 1
    assert json.loads(capsys.readouterr().out)["changes"][0]["id"] == "LIM-01"
    assert run(["diff", before, str(rules), scenario, "--lang", "id"]) == 0
    assert "aturan LIM-01 “Istirahat delapan jam”" in capsys.readouterr().out
    out = tmp_path / "page.html"
    assert run(["diff", before, str(rules), scenario, "--format", "html", "--engine", "plain", "--out", str(out)]) == 0
    assert out.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert run(["diff", before, before, "--format", "md", "--exit-code"]) == 0
    assert "The two rulebooks are the same" in capsys.readouterr().out


def test_faults_of_both_rulebooks_are_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    for name in ("old", "new"):
        (tmp_path / f"{name}.yaml").write_text("rules: []\n", "utf-8")
    assert run(["diff", str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml")]) == 2
    told = capsys.readouterr().err
    assert "old.yaml:1:1: E103" in told
    assert "new.yaml:1:1: E103" in told


def test_output_never_replaces_an_input(rules: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["diff", str(QUICKSTART / "rules.yaml"), str(rules), "--out", str(rules)]) == 2
    assert "U106" in capsys.readouterr().err


def test_output_never_replaces_a_table_of_a_scenario(rules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    shutil.copytree(QUICKSTART, tmp_path / "scenario")
    table = tmp_path / "scenario" / "officers.csv"
    before = table.read_bytes()
    arguments = [str(QUICKSTART / "rules.yaml"), str(rules), str(tmp_path / "scenario"), "--out", str(table)]
    assert run(["diff", *arguments]) == 2
    assert "U106" in capsys.readouterr().err
    assert table.read_bytes() == before
