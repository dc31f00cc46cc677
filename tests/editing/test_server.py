"""The language server, driven over its pipes as an editor drives it, on a copy of the shipped rulebook."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from asn_flex.rulebook.loader import load_rulebook
from tests.editing.client import AnswerError, Client

ROOT = Path(__file__).parent.parent.parent
SERVER = [sys.executable, "-m", "asn_flex", "lsp", "--lang", "en"]
COVERS = "aturan/40_pengganti.yaml"


class Editor:
    """An editor on a copy of the shipped rulebook."""

    def __init__(self, folder: Path, *, lang: str = "en") -> None:
        self.root = folder / "rules"
        shutil.copytree(ROOT / "rules/tanjungbalai", self.root)
        self.client = Client(SERVER, folder=folder)
        self.answer = self.client.start(self.root, initializationOptions={"lang": lang})
        self.versions: dict[str, int] = {}

    def uri(self, name: str) -> str:
        return (self.root / name).as_uri()

    def read(self, name: str) -> str:
        return (self.root / name).read_text("utf-8")

    def show(self, name: str, text: str | None = None) -> list[dict]:
        """Open a file, or type into it; return what is found in it."""
        uri, text = self.uri(name), self.read(name) if text is None else text
        self.versions[name] = self.versions.get(name, 0) + 1
        if self.versions[name] == 1:
            self.client.open(uri, text)
        else:
            self.client.change(uri, text, self.versions[name])
        return self.client.diagnostics(uri, self.versions[name])


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Editor]:
    it = Editor(tmp_path)
    yield it
    code, errors = it.client.stop()
    it.client.kill()
    assert (code, errors) == (0, "")


def place_of(text: str, needle: str, offset: int = 0) -> tuple[int, int]:
    """Line and character of the first `needle`, as editors count them."""
    before = text[: text.index(needle) + offset]
    line = before.count("\n")
    return line, len(before[before.rfind("\n") + 1 :].encode("utf-16-le")) // 2


def span(found: dict) -> tuple[int, int, int, int]:
    start, end = found["range"]["start"], found["range"]["end"]
    return start["line"], start["character"], end["line"], end["character"]


def errors_in(found: list[dict]) -> list[tuple[str, tuple[int, int, int, int]]]:
    return [(d["code"], span(d)) for d in found if d["severity"] == 1]


def test_a_shipped_file_has_no_errors(editor: Editor):
    assert errors_in(editor.show(COVERS)) == []


def test_a_typo_is_found_while_it_is_typed_and_goes_when_it_is_mended(editor: Editor):
    editor.show(COVERS)
    text = editor.read(COVERS)
    typo = text.replace("duty: dapur\n", "duty: dapr\n", 1)
    line, character = place_of(typo, "dapr")
    assert errors_in(editor.show(COVERS, typo)) == [("E301", (line, character, line, character + 4))]
    assert errors_in(editor.show(COVERS, text)) == []
    # Nothing was saved.
    assert editor.read(COVERS) == text


def test_ranges_count_utf16_units(editor: Editor):
    # `😀` is one character, but two units.
    text = editor.read(COVERS).replace("{id: Pengganti dapur umum, en:", "{id: 😀, eng:", 1)
    line, character = place_of(text, "eng:")
    assert errors_in(editor.show(COVERS, text)) == [("E201", (line, character, line, character + 3))]
    assert text.splitlines()[line].index("eng:") == character - 1


def test_findings_speak_the_language_that_the_editor_asks_for(tmp_path: Path):
    it = Editor(tmp_path, lang="id")
    found = it.show(COVERS, it.read(COVERS).replace("duty: dapur\n", "duty: dapr\n", 1))
    assert [d["message"] for d in found if d["severity"] == 1] == [
        "aturan `COV-02` menyebut tugas `dapr`, yang tidak ditetapkan di berkas mana pun; maksud Anda `dapur`?"
    ]
    assert it.client.stop() == (0, "")
    it.client.kill()


def test_an_unsaved_declaration_counts_for_other_files(editor: Editor):
    duties = editor.read("05_tugas.yaml").replace("\n  evak:", "\n  evakuasi:", 1)
    editor.show("05_tugas.yaml", duties)
    found = editor.show("aturan/20_aktivasi.yaml")
    assert {d["code"] for d in found if d["severity"] == 1} == {"E301"}


def test_half_typed_yaml_is_a_finding_and_no_end(editor: Editor):
    text = editor.read(COVERS)
    found = editor.show(COVERS, text + "  - id: COV-99\n    kind: cover\n    who: {officer.")
    assert [d["code"] for d in found if d["severity"] == 1] == ["E102"]
    assert errors_in(editor.show(COVERS, text)) == []


def test_a_quick_fix_mends_the_typo(editor: Editor):
    text = editor.read(COVERS)
    typo = text.replace("duty: dapur\n", "duty: dapr\n", 1)
    (found,) = [d for d in editor.show(COVERS, typo) if d["severity"] == 1]
    params = {"textDocument": {"uri": editor.uri(COVERS)}, "range": found["range"], "context": {"diagnostics": [found]}}
    (action,) = editor.client.request("textDocument/codeAction", params)
    assert (action["title"], action["kind"]) == ("Change `dapr` to `dapur`", "quickfix")
    (edit,) = action["edit"]["changes"][editor.uri(COVERS)]
    assert (span(edit), edit["newText"]) == (span(found), "dapur")


def test_other_places_of_a_finding_are_linked(editor: Editor):
    name = "aturan/60_batas.yaml"
    must = "{officer.hours_7d: {lte: {param: hours_7d_max}}}"
    again = f"  - {{id: LIM-99, kind: limit, source: [contoh-kebijakan], must: {must}}}\n"
    found = [d for d in editor.show(name, editor.read(name) + again) if d["code"] == "W403"]
    linked = {r["location"]["uri"] for d in found for r in d.get("relatedInformation", [])}
    assert linked == {editor.uri(name)}


def test_a_file_of_another_kind_is_left_alone(editor: Editor):
    scenario = editor.root.parent / "compose.yaml"
    scenario.write_text("services: {web: {image: nginx}}\n")
    editor.client.open(scenario.as_uri(), scenario.read_text())
    editor.show(COVERS)
    assert not any(note["params"].get("uri") == scenario.as_uri() for note in editor.client.notes)


def completions(editor: Editor, marked: str, name: str = COVERS) -> dict[str, dict]:
    """Open a file with more text at its end, in which `|` marks the cursor; return what is offered there."""
    text = editor.read(name) + marked
    line, character = place_of(text, "|")
    editor.show(name)
    editor.client.change(editor.uri(name), text.replace("|", "", 1), 2)
    found = editor.client.ask_at("completion", editor.uri(name), line, character)
    return {item["label"]: item for item in found["items"]}


def test_completion_offers_ids_of_other_files_while_the_file_does_not_parse(editor: Editor):
    offered = completions(editor, "  - id: COV-99\n    kind: cover\n    duty: [da|\n")
    assert offered["dapur"]["detail"] == "Communal kitchen"
    assert offered["dapur"]["documentation"] == "Dapur umum"
    edit = offered["dapur"]["textEdit"]
    assert (edit["newText"], edit["range"]["end"]["character"] - edit["range"]["start"]["character"]) == ("dapur", 2)


def test_completion_offers_facts_that_may_be_asked_there(editor: Editor):
    offered = completions(editor, "  - {id: COV-99, kind: cover, who: {officer.|")
    assert {"officer.swims", "officer.fit", "unit.consent", "pair.travel_min", "holds"} <= set(offered)
    assert not any(label.startswith(("event.", "measure.", "area.")) for label in offered)


def test_hover_reads_a_rule_aloud(editor: Editor):
    text = editor.read(COVERS)
    editor.show(COVERS)
    line, character = place_of(text, "COV-02")
    shown = editor.client.ask_at("hover", editor.uri(COVERS), line, character)
    assert shown["range"]["start"] == {"line": line, "character": character}
    value = shown["contents"]["value"]
    assert "Pengganti dapur umum" in value
    assert "Stand-ins for the communal kitchen" in value
    assert "may stand in" in value


def test_definition_leads_to_the_other_file(editor: Editor):
    text, duties = editor.read(COVERS), editor.read("05_tugas.yaml")
    editor.show(COVERS)
    found = editor.client.ask_at("definition", editor.uri(COVERS), *place_of(text, "duty: dapur", 7))
    line, character = place_of(duties, "\n  dapur:", 3)
    assert found["uri"] == editor.uri("05_tugas.yaml")
    assert span(found) == (line, character, line, character + 5)


def test_references_are_found_in_every_file(editor: Editor):
    name = "01_sumber_hukum.yaml"
    editor.show(name)
    place = place_of(editor.read(name), "  uu24-2007:", 3)
    context = {"includeDeclaration": False}
    found = editor.client.ask_at("references", editor.uri(name), *place, context=context)
    cited = [
        line
        for path in editor.root.rglob("*.yaml")
        for line in path.read_text("utf-8").splitlines()
        if "uu24-2007" in line and not line.lstrip().startswith("#")
    ]
    # One line defines it.
    assert len(found) == len(cited) - 1 > 0


def apply(editor: Editor, edit: dict) -> None:
    """Save what an editor would: every edit of a rename, last place first."""
    for change in edit["documentChanges"]:
        path = next(p for p in editor.root.rglob("*.yaml") if p.as_uri() == change["textDocument"]["uri"])
        lines = path.read_text("utf-8").split("\n")
        for one in sorted(change["edits"], key=span, reverse=True):
            line, start, last, end = span(one)
            assert line == last
            lines[line] = lines[line][:start] + one["newText"] + lines[line][end:]
        path.write_text("\n".join(lines), "utf-8")


@pytest.mark.parametrize(
    ("name", "needle", "offset", "old", "new"),
    [
        pytest.param("01_sumber_hukum.yaml", "  uu24-2007:", 3, "uu24-2007", "uu24", id="source with articles"),
        pytest.param("03_fakta.yaml", "  river_m:", 3, "river_m", "sungai_m", id="measure"),
        pytest.param("03_fakta.yaml", "officer.swims", 2, "officer.swims", "officer.renang", id="fact"),
        pytest.param("05_tugas.yaml", "\n  dapur:", 4, "dapur", "dapur_umum", id="duty"),
    ],
)
def test_rename_changes_every_file_and_the_rulebook_still_loads(editor: Editor, name, needle, offset, old, new):
    editor.show(name)
    place = place_of(editor.read(name), needle, offset)
    assert editor.client.ask_at("prepareRename", editor.uri(name), *place)["placeholder"] == old.removeprefix(
        "officer."
    )
    apply(editor, editor.client.ask_at("rename", editor.uri(name), *place, newName=new))
    before, after = load_rulebook(ROOT / "rules/tanjungbalai"), load_rulebook(editor.root)
    for section in ("sources", "measures", "duties", "attributes"):
        renamed = {
            new if key == old else key.replace(f"measure.{old}", f"measure.{new}") for key in getattr(before, section)
        }
        assert renamed == set(getattr(after, section))


def test_a_taken_name_is_refused_in_one_sentence(editor: Editor):
    editor.show("05_tugas.yaml")
    place = place_of(editor.read("05_tugas.yaml"), "\n  dapur:", 4)
    with pytest.raises(AnswerError, match=r"^`evak` is taken already, at 05_tugas.yaml:"):
        editor.client.ask_at("rename", editor.uri("05_tugas.yaml"), *place, newName="evak")


def test_what_is_built_in_cannot_be_renamed(editor: Editor):
    editor.show(COVERS)
    place = place_of(editor.read(COVERS), "officer.willing", 3)
    with pytest.raises(AnswerError, match="nothing that can be renamed"):
        editor.client.ask_at("prepareRename", editor.uri(COVERS), *place)


def test_the_outline_names_sections_and_entries(editor: Editor):
    editor.show(COVERS)
    document = {"textDocument": {"uri": editor.uri(COVERS)}}
    (rules,) = editor.client.request("textDocument/documentSymbol", document)
    assert rules["name"] == "rules"
    assert [item["name"] for item in rules["children"]][:2] == ["COV-01", "COV-02"]
    assert rules["children"][1]["detail"] == "cover: Stand-ins for the communal kitchen"


def test_the_outline_of_pack_and_tests_is_answered_as_well(editor: Editor):
    # A bug once: a section without ids of its own ended the answer with an error.
    for name, expected in (("00_baca_dulu.yaml", "pack"), ("uji/00_pokok.yaml", "tests")):
        editor.show(name)
        document = {"textDocument": {"uri": editor.uri(name)}}
        found = editor.client.request("textDocument/documentSymbol", document)
        assert expected in [item["name"] for item in found]


def test_hover_explains_operators_and_names_the_users_of_a_rule(editor: Editor):
    name = "aturan/50_larangan.yaml"
    text = editor.read(name)
    editor.show(name)
    place = place_of(text, "{gte: 14}", 2)
    shown = editor.client.ask_at("hover", editor.uri(name), *place)
    assert "Sekurangnya" in shown["contents"]["value"]
    assert "At least" in shown["contents"]["value"]
    assert span(shown) == (place[0], place[1] - 1, place[0], place[1] + 2)
    value = editor.client.ask_at("hover", editor.uri(name), *place_of(text, "FRB-03"))["contents"]["value"]
    assert "`COV-09`" in value


def test_text_that_grows_letter_by_letter_is_answered_at_every_step(editor: Editor):
    name = "aturan/99_baru.yaml"
    text = "format: asn-flex/rules/1\nrules:\n  - id: N\n    kind: cover\n    who: {any: [{officer.fit: true}, {unit.ta"
    for length in range(0, len(text), 5):
        before = text[:length]
        if length == 0:
            editor.client.open(editor.uri(name), before)
        else:
            editor.client.change(editor.uri(name), before, length)
        place = before.count("\n"), len(before) - before.rfind("\n") - 1
        for question in ("completion", "hover"):
            editor.client.ask_at(question, editor.uri(name), *place)
        document = {"textDocument": {"uri": editor.uri(name)}}
        editor.client.request("textDocument/documentSymbol", document)
    found = editor.client.ask_at("completion", editor.uri(name), *place_of(text, "{unit.ta", 7))
    assert "unit.tags" in [item["label"] for item in found["items"]]


def test_what_stands_on_the_disk_is_left_alone(editor: Editor):
    before = {path: path.read_bytes() for path in editor.root.rglob("*") if path.is_file()}
    editor.show("05_tugas.yaml")
    place = place_of(editor.read("05_tugas.yaml"), "  dapur:", 3)
    editor.client.ask_at("rename", editor.uri("05_tugas.yaml"), *place, newName="masak")
    editor.show("05_tugas.yaml", "")
    assert {path: path.read_bytes() for path in editor.root.rglob("*") if path.is_file()} == before


def test_without_the_package_the_command_says_what_to_install():
    hidden = "import sys; sys.modules['pygls'] = None; from asn_flex.cli import main; main(['lsp', '--lang', 'id'])"
    done = subprocess.run([sys.executable, "-c", hidden], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("asn-flex:1:1: U130 bantuan penyuntingan memerlukan paket pygls 2")
    assert done.stderr.count("\n") == 1
