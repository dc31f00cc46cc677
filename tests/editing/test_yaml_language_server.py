"""The schema line of the shipped rule files, and the schema itself, as editors with yaml-language-server see them."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from asn_flex.rulebook.schema import KINDS, Cover
from tests.editing.client import Client

ROOT = Path(__file__).parent.parent.parent
SHIPPED = [*sorted((ROOT / "rules").rglob("*.yaml")), ROOT / "examples/quickstart/rules.yaml"]
LINE = "# yaml-language-server: $schema="
# Kept between runs: the package is large, and always the same.
CACHE = Path(tempfile.gettempdir()) / "asn-flex-yaml-language-server-2"


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SHIPPED, ids=name_of)
def test_first_line_names_a_schema_that_is_there(path):
    first = path.read_text("utf-8").split("\n", 1)[0]
    assert first.startswith(LINE)
    schema = (path.parent / first.removeprefix(LINE)).resolve()
    assert schema.read_text("utf-8") == (files("asn_flex") / "schemas/rules.schema.json").read_text("utf-8")


def server_file() -> Path:
    """Return the entry of the npm package, installed where it is not yet; skips where that cannot be."""
    entry = CACHE / "node_modules/yaml-language-server/bin/yaml-language-server"
    if entry.is_file():
        return entry
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("needs npm and node, to run the server that editors use")
    CACHE.mkdir(parents=True, exist_ok=True)
    command = [
        "npm",
        "install",
        "--silent",
        "--no-audit",
        "--no-fund",
        "--prefix",
        str(CACHE),
        "yaml-language-server@2",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode != 0:
        pytest.skip(f"npm cannot install yaml-language-server: {done.stderr.strip()[:200]}")
    return entry


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Path]]:
    entry = server_file()
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "rules", folder / "rules")
    shutil.copytree(ROOT / "examples/quickstart", folder / "examples/quickstart")
    shutil.copy(ROOT / "examples/rules.schema.json", folder / "examples")
    # No store of schemas on the network: what the file names is all there is.
    settings = {"yaml": {"validate": True, "completion": True, "schemaStore": {"enable": False}}}
    client = Client(["node", str(entry), "--stdio"], folder=folder, settings=settings)
    client.start(folder)
    client.notify("workspace/didChangeConfiguration", {"settings": settings})
    yield client, folder
    client.stop()
    client.kill()


@pytest.mark.parametrize("name", [name_of(path) for path in SHIPPED])
def test_shipped_files_have_no_findings(editor, name):
    client, folder = editor
    path = folder / name
    client.open(path.as_uri(), path.read_text("utf-8"))
    assert client.diagnostics(path.as_uri()) == []


def typed(editor, text: str) -> str:
    client, folder = editor
    typed.count = getattr(typed, "count", 0) + 1
    uri = (folder / f"rules/tanjungbalai/typed_{typed.count}.yaml").as_uri()
    client.open(uri, text)
    return uri


HEAD = f"{LINE}../rules.schema.json\nformat: asn-flex/rules/1\nrules:\n"


def test_a_misspelt_key_is_one_finding(editor):
    rule = "  - id: COV-99\n    kind: cover\n    by: substitution\n    min_strength: 0.5\n    max_hop: 1\n"
    (found,) = editor[0].diagnostics(typed(editor, HEAD + rule))
    assert "max_hop" in found["message"]
    assert found["range"]["start"] == {"line": 7, "character": 4}


def labels(editor, text: str) -> list[str]:
    lines = text.split("\n")
    found = editor[0].ask_at("completion", typed(editor, text), len(lines) - 1, len(lines[-1]))
    return [item["label"] for item in found["items"]]


def test_the_kinds_are_offered_behind_kind(editor):
    assert set(KINDS) <= set(labels(editor, f"{HEAD}  - id: COV-99\n    kind: "))


def test_the_keys_of_the_kind_are_offered(editor):
    offered = labels(editor, f"{HEAD}  - id: COV-99\n    kind: cover\n    ")
    own = {field.alias or name for name, field in Cover.model_fields.items()} - {"id", "kind"}
    assert own <= set(offered)
    assert not {"must", "points", "seats", "keep"} & set(offered)
