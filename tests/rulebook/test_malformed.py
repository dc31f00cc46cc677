"""Each way to get a rule file wrong, as one file: its place, its code and what the message tells to do (§3.3, §4.5).

A file of `malformed/` is called `CODE_what.yaml`, or `CODE.variant_what.yaml` after the sentence of the catalogue; what
must come out stands at its end, or beside it in `.expect` where the file cannot hold a comment. `clean/` holds the same
file mended: the smallest change after which nothing is found.
"""

from __future__ import annotations

import os
import re
from difflib import unified_diff
from pathlib import Path

import pytest

from asn_flex.errors import Diagnostic
from asn_flex.rulebook.files import MAX_TOTAL_MIB
from asn_flex.rulebook.loader import check_files
from asn_flex.rulebook.tree import MAX_BYTES, MAX_FAULTS, MAX_ITEMS

from ..catalogue import MESSAGES
from .build import HEAD, LABEL, findings

FOLDER = Path(__file__).parent / "malformed"
FILES = sorted(FOLDER.glob("*.yaml"))
CLEAN = FOLDER.with_name("clean")
MOST_LINES_OF_A_MEND = 6
EXPECTED = re.compile(r"^# expect (\d+:\d+) ([EW]\d{3})\n#   id (.*)\n#   en (.*)$", re.MULTILINE)
# What analyses say of rulebooks that load has a corpus of its own (tests/analysis).
FAMILIES = [key for key in MESSAGES if re.match(r"E[1-5]\d\d|W50[1-4]", key)]
# Phrases that stand inside the sentences of rule files.
PHRASES = [
    key for key in MESSAGES if key.split(".")[0] in {
        "yaml", "condition", "cover", "keep", "team", "prefer", "attribute", "parameter", "competency", "duty",
        "escalate", "activate", "reason",
    }
]  # fmt: skip


def expectations(file: Path) -> list[tuple[str, ...]]:
    beside = file.with_suffix(".expect")
    return EXPECTED.findall((beside if beside.exists() else file).read_text("utf-8", errors="replace"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_malformed_file_is_reported_at_its_place(file: Path) -> None:
    rulebook, found = check_files(file)
    expected = expectations(file)
    assert [(f"{d.place.line}:{d.place.column}", d.code) for d in found] == [line[:2] for line in expected]
    assert {d.place.file for d in found} == {file.as_posix()}
    assert {d.code for d in found} == {file.stem[:4]}
    assert (rulebook is None) == found[0].is_error
    for diagnostic, (_, _, indonesian, english) in zip(found, expected, strict=True):
        assert indonesian in diagnostic.message("id")
        assert english in diagnostic.message("en")


def lines_without_expectations(file: Path) -> list[str]:
    content = file.read_bytes()
    encoding = "utf-16-le" if b"\0" in content else "utf-8"
    return EXPECTED.sub("", content.decode(encoding, "replace").removeprefix("\ufeff")).splitlines()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_clean_twin_is_clean_and_differs_by_the_mend_alone(file: Path) -> None:
    twin = CLEAN / file.name
    rulebook, found = check_files(twin)
    assert rulebook is not None
    assert found == []
    before, after = lines_without_expectations(file), twin.read_text("utf-8").splitlines()
    changes = [line for line in unified_diff(before, after, n=0) if line[0] in "-+"][2:]
    assert len([line for line in changes if line[1:]]) <= MOST_LINES_OF_A_MEND


def test_every_twin_has_a_malformed_file() -> None:
    assert sorted(path.name for path in CLEAN.iterdir()) == [file.name for file in FILES]


def absent_target(folder: Path) -> Path:
    (folder / "gone.yaml").symlink_to(folder / "nowhere.yaml")
    return folder


def circle_of_links(folder: Path) -> Path:
    (folder / "a.yaml").symlink_to(folder / "b.yaml")
    (folder / "b.yaml").symlink_to(folder / "a.yaml")
    return folder


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe.yaml")
    return folder


def device(folder: Path) -> Path:
    (folder / "zero.yaml").symlink_to("/dev/zero")
    return folder


def too_large(folder: Path) -> Path:
    (folder / "large.yaml").write_bytes(b"#" * (MAX_BYTES + 1))
    return folder


def name_that_breaks_lines(folder: Path) -> Path:
    (folder / "a\nb.yaml").write_text(HEAD, "utf-8")
    return folder


def too_large_together(folder: Path) -> Path:
    for number in range(MAX_TOTAL_MIB // 4 + 2):
        # Holes, which take no room on the disk.
        with (folder / f"{number:02}.yaml").open("wb") as stream:
            stream.truncate(MAX_BYTES)
    return folder


def too_many_items(folder: Path) -> Path:
    (folder / "many.yaml").write_text(HEAD + "rules: [" + "x," * (MAX_ITEMS + 1) + "]\n", "utf-8")
    return folder


def too_many_faults(folder: Path) -> Path:
    (folder / "faulty.yaml").write_text(HEAD + "rules:\n" + "- x\n" * (MAX_FAULTS + 500), "utf-8")
    return folder


def too_many_faults_of_form(folder: Path) -> Path:
    (folder / "faulty.yaml").write_text(HEAD + "sources:\n" + "  a: {}\n" * (MAX_FAULTS + 500), "utf-8")
    return folder


def too_many_warnings(folder: Path) -> Path:
    entries = "".join(f"  s{i}: {{}}\n" for i in range(MAX_FAULTS + 500))
    (folder / "mute.yaml").write_text(HEAD + "sources:\n" + entries, "utf-8")
    return folder


def stranger(folder: Path) -> Path:
    """Two bases of one overlay, of which one replaces a rule of the other without resting on it."""
    rule = f"rules: [{{id: R-1, kind: limit, {LABEL}, source: [uu], must: {{officer.fit: true}}}}]\n"
    (folder / "a.txt").write_text(HEAD + "sources: {uu: {}}\n" + rule, "utf-8")
    (folder / "b.txt").write_text(
        HEAD.replace("id: p", "id: b") + rule.replace("R-1", "R-2").replace("source", "replaces: [R-1], source"),
        "utf-8",
    )
    (folder / "c.yaml").write_text(HEAD.replace("{id: p", "{extends: [a.txt, b.txt], id: c"), "utf-8")
    return folder


MADE = [
    pytest.param(lambda folder: folder, "{folder}:1:1", "E101.none", "there is no rule file", id="empty_folder"),
    pytest.param(lambda folder: folder / "x", "{folder}/x:1:1", "E101.none", "check the path", id="absent_folder"),
    pytest.param(lambda folder: folder / ("x" * 300), None, "E101", "", id="name_too_long"),
    pytest.param(absent_target, "{folder}/gone.yaml:1:1", "E101", "there is no such file", id="dangling_link"),
    pytest.param(circle_of_links, "{folder}/a.yaml:1:1", "E101", "lead in a circle", id="circle_of_links"),
    pytest.param(pipe, "{folder}/pipe.yaml:1:1", "E101", "not an ordinary file", id="pipe_that_nobody_writes_into"),
    pytest.param(device, "{folder}/zero.yaml:1:1", "E101", "not an ordinary file", id="device_without_an_end"),
    pytest.param(too_large, "{folder}/large.yaml:1:1", "E106.size", "split it", id="too_large"),
    pytest.param(name_that_breaks_lines, "{folder}/a\\nb.yaml:1:1", "E101.name", "rename it", id="name_of_two_lines"),
    pytest.param(too_large_together, "{folder}/16.yaml:1:1", "E106.total", "64 MiB", id="too_large_together"),
    pytest.param(too_many_items, "{folder}/many.yaml:3:200009", "E106.items", "split it", id="too_many_items"),
    pytest.param(too_many_faults, "{folder}/faulty.yaml:1004:3", "E108", "once these are mended", id="too_many_faults"),
    pytest.param(too_many_faults_of_form, "{folder}/faulty.yaml:1005:3", "E108", "1000", id="too_many_faults_of_form"),
    pytest.param(stranger, "{folder}/b.txt:3:66", "E312.stranger", "does not extend", id="rule_of_a_neighbour"),
    pytest.param(too_many_warnings, None, "W504", "the rest is not shown", id="too_many_warnings"),
]


@pytest.mark.parametrize(("make", "place", "key", "fragment"), MADE)
def test_input_that_no_file_can_show_is_reported(tmp_path: Path, make, place, key, fragment) -> None:
    _, found = check_files(make(tmp_path))
    one = next(d for d in found if d.code == key[:4])
    assert len(found) <= MAX_FAULTS + 1
    assert fragment in one.message()
    if place is not None:
        assert str(one.place) == place.format(folder=tmp_path.as_posix())


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may read everything")
def test_unreadable_file_and_folder_are_reported(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(HEAD, "utf-8")
    (tmp_path / "a.yaml").chmod(0)
    (tmp_path / "sub").mkdir(mode=0)
    _, found = check_files(tmp_path)
    (tmp_path / "sub").chmod(0o700)
    assert [(d.place.file, d.code) for d in found] == [
        ((tmp_path / name).as_posix(), "E101") for name in ("a.yaml", "sub")
    ]


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> list[Diagnostic]:
    found = [d for file in FILES for d in check_files(file)[1]]
    for row in MADE:
        found.extend(check_files(row.values[0](tmp_path_factory.mktemp("made")))[1])
    return found


def says(key: str, lang: int) -> re.Pattern[str]:
    parts = re.split(r"\{\w+\}", MESSAGES[key][lang].replace("{{", "\x00").replace("}}", "\x01"))
    return re.compile(".*".join(re.escape(p.replace("\x00", "{").replace("\x01", "}")) for p in parts), re.DOTALL)


@pytest.mark.parametrize("key", FAMILIES + PHRASES)
def test_every_sentence_about_rule_files_is_said_by_some_case(key: str, everything: list[Diagnostic]) -> None:
    for index, lang in enumerate(("id", "en")):
        pattern = says(key, index)
        assert any(pattern.search(d.message(lang)) for d in everything)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_file_is_named_after_a_sentence_of_the_catalogue(file: Path) -> None:
    assert file.stem.split("_")[0] in MESSAGES or file.stem.split("_")[0] == "E105"


def test_names_follow_the_way_in_which_the_user_gave_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rules" / "sub").mkdir(parents=True)
    (tmp_path / "rules" / "sub" / "a.yml").write_text("x\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    for given, named in (
        ("rules", "rules/sub/a.yml"), ("./rules", "rules/sub/a.yml"), ("rules/sub/a.yml", "rules/sub/a.yml"),
        (".", "rules/sub/a.yml"), ("rules/../rules", "rules/../rules/sub/a.yml"),
        (tmp_path / "rules", (tmp_path / "rules/sub/a.yml").as_posix()),
    ):  # fmt: skip
        assert [d.place.file for d in check_files(given)[1]] == [named]


def test_every_yaml_file_below_the_folder_is_read_but_hidden_ones(tmp_path: Path) -> None:
    for name in (
        "a.yaml",
        "b.YML",
        "sub/c.yml",
        "sub/deep/d.yaml",
        ".hidden.yaml",
        ".git/e.yaml",
        "f.txt",
        "g.yaml.bak",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x\n", "utf-8")
    (tmp_path / "dir.yaml").mkdir()
    found = check_files(tmp_path)[1]
    names = ["a.yaml", "b.YML", "sub/c.yml", "sub/deep/d.yaml"]
    assert [d.place.file for d in found] == [(tmp_path / name).as_posix() for name in names]


def test_folder_link_that_leads_back_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(HEAD, "utf-8")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    rulebook, found = check_files(tmp_path)
    assert rulebook is not None
    assert found == []


def test_a_mark_before_the_first_letter_and_windows_ends_of_lines_change_nothing() -> None:
    text = HEAD + f"sources:\n  uu24: {{{LABEL}, urll: x}}\n"
    from asn_flex.errors import RulebookError
    from asn_flex.rulebook.loader import build_rulebook

    seen = set()
    for content in (text.encode(), b"\xef\xbb\xbf" + text.encode(), text.replace("\n", "\r\n").encode()):
        with pytest.raises(RulebookError) as refusal:
            build_rulebook({"x.yaml": content})
        seen.add(tuple(d.render() for d in refusal.value.diagnostics))
    assert len(seen) == 1


def test_control_characters_of_the_input_never_break_a_line() -> None:
    found = findings('sources:\n  "a\\nb\\e[31m\\u202e": {}\n  s: {"k\\ny": 1}\n')
    assert all(d.render(lang).isprintable() for d in found for lang in ("id", "en"))
    assert "`a\\nb\\x1b[31m\\u202e`" in found[0].message()
