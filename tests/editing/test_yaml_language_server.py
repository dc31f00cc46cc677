"""The JSON Schema of rule files in the editor's own YAML server, for those who use that alone (§12.2).

The npm package `yaml-language-server` (VS Code's YAML extension, Neovim, Helix) is driven as an editor drives it. Where
there is no Node.js these tests are skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from asn_flex.rulebook.json_schema import schema_text
from asn_flex.rulebook.schema import KINDS
from tests.editing.client import Client, Json
from tests.support import REPOSITORY

VERSION = "2.0.0"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "asn-flex-tests"
RULE_FILES = sorted([*REPOSITORY.glob("rules/**/*.yaml"), *REPOSITORY.glob("examples/**/rules*.yaml")])
LINE = "# yaml-language-server: $schema="
HEAD = LINE + "rules.schema.json\nformat: asn-flex/rules/1\n"


def installed() -> Path:
    """Return the server's script, installed once for all runs."""
    home = CACHE / f"yaml-language-server-{VERSION}"
    script = home / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
    if script.exists():
        return script
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("Node.js and npm are not installed")
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        command = [npm, "install", "--no-audit", "--no-fund", "--prefix", folder, f"yaml-language-server@{VERSION}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"npm cannot install yaml-language-server: {done.stderr.strip().splitlines()[-1:]}")
        # Whoever is first; another run may have been as quick.
        if not home.exists():
            Path(folder).rename(home)
            Path(folder).mkdir()
    return script


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.relative_to(REPOSITORY).as_posix())
def test_first_line_names_a_schema_that_is_there(path: Path) -> None:
    first, second = path.read_text("utf-8").split("\n")[:2]
    assert first.startswith(LINE)
    schema = (path.parent / first.removeprefix(LINE)).resolve()
    assert schema.is_relative_to(REPOSITORY)
    assert schema.read_text("utf-8") == schema_text("rules")
    assert second == "format: asn-flex/rules/1"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("desk")
    script = installed()
    shutil.copy(REPOSITORY / "rules" / "rules.schema.json", folder)
    settings = {"yaml": {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}}
    client = Client(["node", str(script), "--stdio"], folder=folder, settings=settings)
    client.root = folder  # type: ignore[attr-defined]
    client.start(folder)
    yield client
    if client.process.poll() is None:
        client.stop()
    client.kill()


def opened(client: Client, marked: str) -> tuple[str, int, int]:
    """Open a new file that holds a text; return its name and where its `^` stood."""
    text = HEAD + marked.replace("^", "")
    offset = len(HEAD) + marked.index("^")
    client.opened = getattr(client, "opened", 0) + 1  # type: ignore[attr-defined]
    uri = (client.root / f"{client.opened}.yaml").as_uri()  # type: ignore[attr-defined]
    client.open(uri, text)
    return uri, text.count("\n", 0, offset), offset - text.rfind("\n", 0, offset) - 1


def completed(client: Client, marked: str) -> dict[str, Json]:
    answer: Any = client.ask_at("completion", *opened(client, marked))
    items = answer["items"] if isinstance(answer, dict) else answer
    return {item["label"]: item for item in items}


def hovered(client: Client, marked: str) -> str:
    return client.ask_at("hover", *opened(client, marked))["contents"]["value"]


def marked_in(client: Client, text: str) -> list[tuple[int, str]]:
    """Return line (from 1, below the head) and message of every slip that is marked."""
    uri, _, _ = opened(client, text + "^")
    return [(d["range"]["start"]["line"] - 1, d["message"]) for d in client.diagnostics(uri)]


RULE = "rules:\n  - id: A\n    kind: {}\n    "


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.relative_to(REPOSITORY).as_posix())
def test_shipped_rule_file_finds_its_schema_and_has_no_slip(client: Client, path: Path) -> None:
    text = path.read_text("utf-8")
    client.open(path.as_uri(), text)
    assert client.diagnostics(path.as_uri()) == []
    # That the schema was found at all: the first key is explained by it.
    line = text[: text.index("format:")].count("\n")
    said = client.ask_at("hover", path.as_uri(), line, 2)["contents"]["value"]
    assert "Baris pertama setiap berkas aturan" in said


def test_sections_are_completed_with_words_in_both_languages(client: Client) -> None:
    found = completed(client, "^")
    assert {"pack", "sources", "events", "attributes", "measures", "parameters", "competencies", "duties", "rules",
            "tests"} <= set(found)  # fmt: skip
    assert found["duties"]["documentation"] == (
        "Tugas darurat dan syaratnya / Emergency duties and what they require"
    )  # fmt: skip


def test_new_rule_is_offered_by_kind_and_not_as_the_keys_of_all_kinds_at_once(client: Client) -> None:
    found = completed(client, "rules:\n  - ^")
    assert set(KINDS) <= set(found)
    assert {"cover by: substitution", "cover by: standard", "prefer minimise"} <= set(found)
    assert {"who", "must", "set", "seats", "keep"} & set(found) == set()
    body = found["limit"]["textEdit"]["newText"]
    assert "kind: limit" in body
    assert "must:" in body


def test_kinds_are_explained(client: Client) -> None:
    found = completed(client, "rules:\n  - id: A\n    kind: ^")
    assert list(found) == list(KINDS)
    assert "Refuses whoever" in found["forbid"]["documentation"]


@pytest.mark.parametrize(
    ("kind", "own", "foreign"),
    [
        ("escalate", "set", "who"),
        ("activate", "seats", "must"),
        ("prioritise", "add", "keep"),
        ("cover", "max_share", "points"),
        ("forbid", "absolute", "must"),
        ("limit", "must", "who"),
        ("protect", "keep", "duty"),
        ("team", "max_substitutes", "who"),
        ("prefer", "minimise", "absolute"),
    ],
)
def test_keys_of_the_kind_are_completed_and_no_others(client: Client, kind: str, own: str, foreign: str) -> None:
    found = completed(client, RULE.format(kind) + "^")
    assert own in found
    assert foreign not in found
    assert "label" in found


def test_facts_operators_and_values_are_completed(client: Client) -> None:
    facts = completed(client, RULE.format("limit") + "must:\n      ^")
    assert {"officer.rest_hours", "pair.travel_min", "unit.tags", "holds"} <= set(facts)
    assert not [name for name in facts if name.startswith(("event.", "area.", "duty."))]
    assert "bilangan / number (h), 0…" in str(facts["officer.rest_hours"]["documentation"])
    operators = completed(client, RULE.format("limit") + "must:\n      officer.rest_hours:\n        ^")
    assert {"gte", "lt", "in", "known", "param"} <= set(operators)
    assert "within" not in operators
    assert operators["gte"]["documentation"].endswith("At least (more than or equal to)")
    values = completed(client, RULE.format("limit") + "must:\n      officer.employment: ^")
    assert list(values) == ["pns", "pppk", "pppk_part_time", "cpns"]
    assert values["cpns"]["documentation"] == "calon PNS / candidate civil servant"


def test_numbers_are_put_in_as_numbers_that_may_stand_there(client: Client) -> None:
    found = completed(client, RULE.format("cover") + "^")
    assert found["strength"]["textEdit"]["newText"] == "strength: ${1:0.7}"
    assert found["max_share"]["textEdit"]["newText"] == "max_share: ${1:40%}"
    assert found["max_hops"]["textEdit"]["newText"] == "max_hops: ${1:1}"


def test_facts_of_a_test_are_completed_by_their_bare_names(client: Client) -> None:
    found = completed(client, "tests:\n  - name: {id: a}\n    given:\n      officer:\n        ^")
    assert {"rest_hours", "fit", "holdings"} <= set(found)
    assert "severity" not in found
    found = completed(client, "tests:\n  - name: {id: a}\n    expect:\n      ^")
    assert {"event", "seats", "eligible", "refused", "acts", "idle"} <= set(found)


def test_hover_explains_keys_facts_operators_and_values(client: Client) -> None:
    rule = RULE.format("limit")
    assert "Hours of rest before the duty" in hovered(client, rule + "must: {officer.rest_ho^urs: {gte: 8}}")
    assert "At least" in hovered(client, rule + "must: {officer.rest_hours: {gt^e: 8}}")
    assert "permanent civil servant" in hovered(client, rule + "must: {officer.employment: pn^s}")
    assert "At most this share" in hovered(client, RULE.format("cover") + "max_sha^re: 40%")


SLIPS = [
    pytest.param(RULE.format("limit") + "must: {officer.fit: true}\n    absolut: true\n", 5, "absolut", id="key"),
    pytest.param(RULE.format("limmit") + "must: {}\n", 3, "limit", id="kind"),
    pytest.param(RULE.format("limit") + "must: {officer.rest_hours: {gtt: 8}}\n", 4, "gtt", id="operator"),
    pytest.param(RULE.format("limit") + "must: {officer.employment: pn}\n", 4, "pppk_part_time", id="value"),
    pytest.param(RULE.format("limit") + "must: {event.severity: 3}\n", 4, "event.severity", id="scope"),
    pytest.param(RULE.format("protect") + "unit: x\n    keep: {share: 40}\n", 5, "string", id="share without percent"),
    pytest.param(RULE.format("cover") + "by: substitution\n", 2, "min_strength", id="a key that is missing"),
    pytest.param(RULE.format("prefer") + "who: {officer.fit: true}\n    points: 0\n", 5, "minimum", id="no points"),
    pytest.param("rulez: []\n", 1, "rulez", id="section"),
]


@pytest.mark.parametrize(("text", "line", "fragment"), SLIPS)
def test_slip_is_marked_once_in_its_line(client: Client, text: str, line: int, fragment: str) -> None:
    found = marked_in(client, text)
    assert [at for at, _ in found] == [line]
    assert fragment in found[0][1]
