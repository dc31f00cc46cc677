"""Files that are meant to hurt, or were never meant to be rules: one clear line each, in bounded time and memory.

Each runs in a child, as a user runs it, whose memory is measured when it ends.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from asn_flex.rulebook.tree import MAX_BYTES

from .build import FIRST_LINE, HEAD, LABEL

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pipes, devices and memory are those of Linux")

MOST_MB = 500
# Nobody waits longer; the slowest here takes a tenth of it.
LONGEST_S = 240
CHILD = """
import pathlib, re, sys
from asn_flex.cli import run
code = run(sys.argv[1:])
sys.stdout.flush()
# Not `ru_maxrss`, which a child inherits from the process that it was forked from.
peak = re.search(r"VmHWM:\\s+(\\d+) kB", pathlib.Path("/proc/self/status").read_text())[1]
print(int(peak) >> 10, file=sys.stderr)
sys.exit(code)
"""


class Checked(NamedTuple):
    """How a `check` ended."""

    exit_code: int
    findings: list[dict]
    memory_mb: int


def check(path: Path | bytes) -> Checked:
    command = [sys.executable, "-c", CHILD, "check", os.fsdecode(path), "--format", "json", "--today", "2024-12-10"]
    ended = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=LONGEST_S, check=False)
    complaint = ended.stderr.decode("utf-8", "replace").split()
    assert len(complaint) == 1, ended.stderr
    return Checked(ended.returncode, json.loads(ended.stdout)["findings"], int(complaint[0]))


def one_line(path: Path, code: str, words: str, spot: tuple[int, int] = (1, 1)) -> dict:
    """Check a folder of which one file hurts: exactly one finding, at its place, and little memory."""
    ended = check(path)
    assert [(f["code"], f["line"], f["column"]) for f in ended.findings] == [(code, *spot)]
    assert words in ended.findings[0]["message"]["en"]
    assert "\n" not in ended.findings[0]["message"]["en"] + ended.findings[0]["message"]["id"]
    assert ended.exit_code == 1
    assert ended.memory_mb < 150
    return ended.findings[0]


@pytest.mark.parametrize("content", [
    pytest.param("a: &a [ha]\n" + "".join(f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 9)}]\n" for i in range(2, 30)),
                 id="lists"),
    pytest.param("a: &a {x: ha}\nb: &b {" + ", ".join(f"k{i}: *a" for i in range(9)) + "}\n", id="mappings"),
    pytest.param("a: &a [ha, *a]\n", id="itself"),
])  # fmt: skip
def test_anchors_inside_anchors_are_refused_at_once(tmp_path: Path, content: str) -> None:
    (tmp_path / "laughs.yaml").write_text(HEAD + content, "utf-8")
    ended = check(tmp_path)
    assert [f["code"] for f in ended.findings] == ["E105"]
    assert "swell without bound" in ended.findings[0]["message"]["en"]
    assert ended.memory_mb < 100


@pytest.mark.parametrize(("content", "spot"), [
    # `rules: ` takes 7 columns, and the brackets of levels 2 to 32 the next 31.
    # From PyYAML 6.0.4 on it looks a thousand brackets ahead, and gives up there.
    pytest.param("rules: " + "[" * 5000 + "]" * 5000, (3, 39 if yaml.__version__ < "6.0.4" else 1007), id="brackets"),
    # Two levels are the file and `rules`; each `{a: ` takes 4 columns.
    pytest.param("rules: " + "{a: " * 5000 + "}" * 5000, (3, 132), id="braces"),
    pytest.param("rules:\n" + "".join(" " * i + "-\n" for i in range(2800)), (35, 32), id="blocks"),
    pytest.param("rules:\n  " + "- " * 5000 + "x", (4, 65), id="dashes"),
])  # fmt: skip
def test_five_thousand_levels_are_refused_at_the_thirty_third(tmp_path: Path, content: str, spot) -> None:
    (tmp_path / "deep.yaml").write_text(HEAD + content, "utf-8")
    one_line(tmp_path, "E106", "nested deeper than 32 levels", spot)


def test_file_of_a_hundred_megabytes_is_not_read_whole(tmp_path: Path) -> None:
    with (tmp_path / "large.yaml").open("wb") as stream:
        stream.truncate(100 << 20)
    one_line(tmp_path, "E106", "larger than 4 MiB")


@pytest.mark.parametrize(("content", "code", "words", "spot"), [
    pytest.param(HEAD.encode() + b"sources: {a: {label: {id: caf\xe9}}}\n", "E101", "not UTF-8", (3, 30), id="latin_1"),
    pytest.param(HEAD.encode("utf-16"), "E101", "not UTF-8", (1, 1), id="utf_16"),
    pytest.param(HEAD.encode("utf-16-be"), "E101", "not UTF-8", (1, 1), id="utf_16_big_end"),
    pytest.param(HEAD.encode("utf-32"), "E101", "not UTF-8", (1, 1), id="utf_32"),
    pytest.param(HEAD.encode("utf-32-be"), "E101", "not UTF-8", (1, 1), id="utf_32_big_end"),
    pytest.param(HEAD.encode() + b"sources: {a\0b: {}}\n", "E102", "U+0000", (3, 12), id="nul"),
    pytest.param(b"\xed\xa0\x80", "E101", "not UTF-8", (1, 1), id="half_a_surrogate_pair"),
    pytest.param(HEAD.encode() + "# a\u2028b: 1\n".encode(), "E102", "U+2028", (3, 4), id="hidden_line"),
    pytest.param(HEAD.encode() + "# a\x85b: 1\n".encode(), "E102", "U+0085", (3, 4), id="next_line"),
])  # fmt: skip
def test_bytes_that_are_no_plain_text_are_one_fault(
    tmp_path: Path, content: bytes, code: str, words: str, spot
) -> None:
    (tmp_path / "odd.yaml").write_bytes(content)
    one_line(tmp_path, code, words, spot)


def pipe(folder: Path) -> None:
    os.mkfifo(folder / "x.yaml")


def socket(folder: Path) -> None:
    import socket as sockets

    # The name of a socket may not be long.
    here = Path.cwd()
    os.chdir(folder)
    with sockets.socket(sockets.AF_UNIX) as one:
        one.bind("x.yaml")
    os.chdir(here)


def link_to(target: str) -> Callable[[Path], None]:
    return lambda folder: (folder / "x.yaml").symlink_to(target)


@pytest.mark.parametrize("make", [
    pytest.param(pipe, id="pipe"), pytest.param(socket, id="socket"), pytest.param(link_to("/dev/zero"), id="zero"),
    pytest.param(link_to("/dev/null"), id="null"), pytest.param(link_to("/dev/tty"), id="terminal"),
])  # fmt: skip
def test_what_is_no_ordinary_file_is_never_waited_for(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path)
    one_line(tmp_path, "E101", "not an ordinary file")
    # Named by itself, too.
    one_line(tmp_path / "x.yaml", "E101", "not an ordinary file")


@pytest.mark.skipif(not Path("/proc/kmsg").exists(), reason="no /proc here")
def test_file_that_gives_nothing_yet_is_never_waited_for(tmp_path: Path) -> None:
    # It says that it is an ordinary file; reading it would wait for the next word of the kernel.
    (tmp_path / "x.yaml").symlink_to("/proc/kmsg")
    ended = check(tmp_path)
    assert {f["code"] for f in ended.findings} <= {"E101", "E102", "E103", "E107", "E106"}
    assert ended.exit_code == 1


def test_links_in_a_circle_are_one_fault_and_folders_that_hold_themselves_none(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(HEAD, "utf-8")
    (tmp_path / "self.yaml").symlink_to("self.yaml")
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "folder.yaml").symlink_to(tmp_path, target_is_directory=True)
    found = one_line(tmp_path, "E101", "lead in a circle")
    assert found["file"] == f"{tmp_path.as_posix()}/self.yaml"


def test_two_thousand_folders_inside_each_other_are_one_fault(tmp_path: Path) -> None:
    # Deeper than a path may be long: made step by step, and removed so.
    here = Path.cwd()
    os.chdir(tmp_path)
    for _ in range(2100):
        os.mkdir("d")  # noqa: PTH102 - a path from here, for a longer one there is none
        os.chdir("d")
    os.chdir(here)
    try:
        ended = check(tmp_path)
    finally:
        subprocess.run(["rm", "-r", str(tmp_path / "d")], check=True)
    assert [f["code"] for f in ended.findings] == ["E101"]
    assert "File name too long" in ended.findings[0]["message"]["en"]


@pytest.mark.parametrize(("name", "shown"), [
    pytest.param(b"a\nb.yaml", "a\\nb.yaml", id="end_of_line"), pytest.param(b"a\xff.yaml", "a\\udcff.yaml", id="byte"),
    pytest.param(b"a\x1b[31m.yaml", "a\\x1b[31m.yaml", id="colour"),
    pytest.param("a\u202elmay.yaml".encode(), "a\\u202elmay.yaml", id="turned_around"),
    pytest.param(b"s\xff/x.yaml", "s\\udcff/x.yaml", id="folder"),
])  # fmt: skip
def test_name_that_cannot_be_shown_is_one_fault_and_its_file_is_not_read(
    tmp_path: Path, name: bytes, shown: str
) -> None:
    path = os.path.join(os.fsencode(tmp_path), name)  # noqa: PTH118 - bytes
    os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120 - bytes
    with open(path, "wb") as stream:  # noqa: PTH123 - bytes
        stream.write(HEAD.encode() + b"x: 1\n")
    found = one_line(tmp_path, "E101", "rename it")
    assert found["file"] == f"{tmp_path.as_posix()}/{shown}"


def test_path_that_cannot_be_shown_is_named_by_escapes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "asn_flex", "check", os.fsencode(tmp_path) + b"/no\xff\nthing", "--lang", "en"]
    ended = subprocess.run(command, capture_output=True, check=False)
    assert ended.returncode == 2
    place = f"{tmp_path.as_posix()}/no\\udcff\\nthing:1:1"
    assert ended.stderr.decode().splitlines() == [f"{place}: E101 there is no rule file (*.yaml) here; check the path"]


def test_ten_thousand_small_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(HEAD, "utf-8")
    for number in range(10_000):
        (tmp_path / f"{number}.yaml").write_text(f"{FIRST_LINE}events: {{e{number}: {{{LABEL}}}}}\n", "utf-8")
    ended = check(tmp_path)
    # Nothing about files; the first thousand doubts about the events, at most, and that there are more.
    assert {f["code"][0] for f in ended.findings} <= {"W"}
    assert len(ended.findings) <= 1001
    assert ended.exit_code == 0
    assert ended.memory_mb < MOST_MB


def test_a_line_of_four_megabytes_is_read(tmp_path: Path) -> None:
    text = HEAD + "sources: {a: {label: {id: " + "x" * (MAX_BYTES - 200) + ", en: b}}}\n"
    (tmp_path / "long.yaml").write_text(text, "utf-8")
    # The source is cited nowhere, and the message does not repeat the line.
    ended = check(tmp_path)
    assert [(f["code"], f["line"], f["column"]) for f in ended.findings] == [("W308", 3, 11)]
    assert ended.memory_mb < 150


def test_a_label_of_a_million_commas_is_one_fault(tmp_path: Path) -> None:
    text = HEAD + "sources: {a: {label: {id: a" + ", a" * (MAX_BYTES // 3 - 50) + ", en: b}}}\n"
    (tmp_path / "commas.yaml").write_text(text, "utf-8")
    # `sources: {a: {label: {id: a` takes 27 columns.
    one_line(tmp_path, "E102", "put the text in quotes", (3, 28))


@pytest.mark.parametrize(("count", "rule", "codes"), [
    # Sound ones are more than can be compared with each other, and are about no duty that there is.
    pytest.param(20_000, "must: {officer.fit: true}", {"W400", "W401", "W503", "W504"}, id="sound"),
    pytest.param(100_000, "mst: {officer.fit: true}", {"E201", "E108", "W503", "W504"}, id="faulty"),
])  # fmt: skip
def test_many_thousand_rules_are_checked_and_few_words_said(tmp_path: Path, count: int, rule: str, codes) -> None:
    for file in range(2):
        rules = "".join(f"- {{id: R{file}_{number}, kind: limit, {rule}}}\n" for number in range(count // 2))
        (tmp_path / f"{file}.yaml").write_text((FIRST_LINE if file else HEAD) + "rules:\n" + rules, "utf-8")
    ended = check(tmp_path)
    assert {f["code"] for f in ended.findings} <= codes
    assert len(ended.findings) <= 2002
    assert ended.memory_mb < MOST_MB
