"""The language server, driven over its pipes as an editor drives it, on a copy of the shipped rulebook."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editing.client import Client

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
