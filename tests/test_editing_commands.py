"""The commands that write rule files, as people and scripts drive them (§12.2)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import asn_flex as af
from asn_flex.cli import run

from .support import REPOSITORY

QUICKSTART = REPOSITORY / "examples" / "quickstart"
RULES = QUICKSTART / "rules.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A rulebook whose keys are in another order, with Windows line ends and a byte order mark."""
    text = (
        RULES.read_text("utf-8")
        .replace("    kind: cover\n", "", 1)
        .replace("    by: sub", "    kind: cover\n    by: sub")
    )
    (tmp_path / "rules.yaml").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    return tmp_path


@pytest.mark.parametrize("path", ["rules", "examples"])
def test_shipped_files_need_no_laying_out(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fmt", str(REPOSITORY / path), "--check", "--lang", "en"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("0 files to lay out")
    assert err == ""


def test_fmt_writes_what_check_announces(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "rules.yaml"
    before, digest = file.read_bytes(), af.load_rulebook(folder).digest
    assert run(["fmt", str(folder), "--check", "--lang", "id"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"perlu ditata: {file}", "1 berkas perlu ditata, 0 sudah rapi, 0 bentuknya salah",
    ]  # fmt: skip
    assert file.read_bytes() == before
    assert run(["fmt", str(folder), "--lang", "en"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"laid out: {file}", "1 file laid out, 0 in order already, 0 left as they are",
    ]  # fmt: skip
    # The keys are in order again, and the file has neither mark nor CRLF: it is the shipped one.
    assert file.read_bytes() == RULES.read_bytes()
    assert af.load_rulebook(folder).digest == digest
    assert run(["fmt", str(folder), "--check"]) == 0
    assert [p.name for p in folder.iterdir()] == ["rules.yaml"]


def test_fmt_leaves_alone_what_it_cannot_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = folder / "broken.yaml"
    broken.write_text("format: asn-flex/rules/1\nrules: [\n", "utf-8")
    assert run(["fmt", str(folder), "--lang", "en"]) == 1
    out, err = capsys.readouterr()
    assert f"laid out: {folder / 'rules.yaml'}" in out
    # The reader gives up where the file ends, on the line behind the last.
    assert err.splitlines() == [
        f"{broken}:3:1: U110 left as it is: its form is faulty (E102); mend that first, as `asn-flex check` says"
    ]
    assert broken.read_text("utf-8") == "format: asn-flex/rules/1\nrules: [\n"


def test_fmt_does_not_write_through_links_or_over_read_only_files(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = folder / "aside"
    target.mkdir()
    shutil.move(folder / "rules.yaml", target / "rules.txt")
    link, closed = folder / "a.yaml", folder / "b.yaml"
    link.symlink_to(target / "rules.txt")
    closed.write_text("format: asn-flex/rules/1\nrules:  []\n", "utf-8")
    closed.chmod(0o444)
    before = (target / "rules.txt").read_bytes()
    assert run(["fmt", str(folder), "--lang", "en"]) == 1
    out, err = capsys.readouterr()
    assert out == "0 files laid out, 0 in order already, 2 left as they are\n"
    assert [line.split(": ", 2)[1].split(" ")[0] for line in err.splitlines()] == ["U112", "U113"]
    assert str(target / "rules.txt") in err
    assert link.is_symlink()
    assert (target / "rules.txt").read_bytes() == before
    assert closed.read_text("utf-8") == "format: asn-flex/rules/1\nrules:  []\n"


def test_fmt_keeps_what_others_may_do_with_a_file(folder: Path) -> None:
    file = folder / "rules.yaml"
    file.chmod(0o640)
    assert run(["fmt", str(folder)]) == 0
    assert file.stat().st_mode & 0o777 == 0o640


def test_fmt_says_where_nothing_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fmt", str(tmp_path / "nowhere"), "--lang", "en"]) == 2
    assert "E101" in capsys.readouterr().err


@pytest.fixture
def slips(tmp_path: Path) -> Path:
    """A rulebook with a misspelt name, a share without its sign, and a slip that nobody can mend but its author."""
    text = RULES.read_text("utf-8").replace("    duty: kitchen\n    by", "    duty: kithcen\n    by")
    text = text.replace("share: 50%", "share: 50").replace("weight: 1", "weight: much")
    (tmp_path / "rules.yaml").write_text(text, "utf-8")
    return tmp_path


def test_fix_tells_each_mend_and_what_is_left(slips: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = slips / "rules.yaml"
    # Places in the file: the duty of COV-01, the share of PRO-01, the weight of PRF-01.
    lines = file.read_text("utf-8").splitlines()
    at = {w: next(i for i, line in enumerate(lines, 1) if w in line) for w in ("kithcen", "share: 50", "weight: much")}
    assert run(["fix", str(slips), "--lang", "id"]) == 1
    out, err = capsys.readouterr()
    told = out.splitlines()
    assert told[:2] == [
        f"{file}:{at['kithcen']}:11: E301 `kithcen` → `kitchen`",
        f"{file}:{at['share: 50']}:19: E207 `50` → `50%`",
    ]
    assert told[2].startswith(f"{file}:{at['weight: much']}:13: E203 ")
    assert told[-1] == "2 temuan dibetulkan di 1 berkas; tersisa 1 galat, 0 peringatan"
    assert err == ""
    mended = file.read_text("utf-8")
    assert mended == RULES.read_text("utf-8").replace("weight: 1", "weight: much")
    # Nothing is left to mend.
    assert run(["fix", str(slips), "--lang", "en"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "0 findings mended in 0 files; left: 1 error, 0 warnings"
    file.write_text(mended.replace("weight: much", "weight: 1"), "utf-8")
    assert run(["fix", str(slips)]) == 0


def test_fix_dry_run_shows_a_diff_and_writes_nothing(slips: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = slips / "rules.yaml"
    before = file.read_bytes()
    assert run(["fix", str(slips), "--dry-run", "--lang", "en"]) == 1
    out, err = capsys.readouterr()
    assert file.read_bytes() == before
    assert [line for line in out.splitlines() if line[0] in "+-"] == [
        f"--- {file} (before)", f"+++ {file} (after)",
        "-    duty: kithcen", "+    duty: kitchen",
        "-    keep: {share: 50}", "+    keep: {share: 50%}",
    ]  # fmt: skip
    assert err.splitlines()[-1] == "2 findings can be mended in 1 file; left then: 1 error, 0 warnings"


def test_fix_leaves_read_only_files(slips: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = slips / "rules.yaml"
    file.chmod(0o444)
    before = file.read_bytes()
    assert run(["fix", str(slips), "--lang", "en"]) == 1
    out, err = capsys.readouterr()
    assert file.read_bytes() == before
    assert err.splitlines() == [f"{file}:1:1: U113 left as it is: this file is read-only; allow writing to it first"]
    assert "E301" in out


def test_fix_tells_what_it_put_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "r.yaml"
    text = (
        RULES.read_text("utf-8")
        .replace("format: asn-flex/rules/1\n", "")
        .replace("    kind: limit\n", "\tkind: limit\n")
    )
    file.write_text(text, "utf-8")
    assert run(["fix", str(file), "--lang", "id"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].endswith(": E102 `⇥` → `    `")
    assert told[1] == f"{file}:3:1: E103 disisipkan: `format: asn-flex/rules/1`"


def test_new_rule_says_where_it_is_and_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "rules.yaml"
    file.write_bytes(RULES.read_bytes())
    assert run(["new", "rule", "limit", str(tmp_path), "--duty", "kitchen", "--lang", "id"]) == 0
    told = capsys.readouterr().out.splitlines()
    lines = file.read_text("utf-8").splitlines()
    rule = next(i for i, line in enumerate(lines, 1) if "id: LIM-02" in line)
    test = next(i for i, line in enumerate(lines, 1) if "Uji untuk LIM-02" in line)
    assert told[0] == f"aturan LIM-02 ditambahkan: {file}:{rule}:5; kerangka ujinya: {file}:{test}:1"
    assert told[1].startswith("isi, hapus baris `effective`, lalu periksa: ")
    assert run(["check", str(tmp_path)]) == 0
    assert run(["fmt", str(tmp_path), "--check"]) == 0


def test_new_rule_stops_with_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "rules.yaml"
    file.write_bytes(RULES.read_bytes())
    assert run(["new", "rule", "limit", str(tmp_path), "--id", "FRB-01", "--lang", "id"]) == 2
    assert "id `FRB-01` sudah dipakai di" in capsys.readouterr().err
    assert run(["new", "rule", "law", str(tmp_path), "--lang", "en"]) == 2
    assert "U101" in capsys.readouterr().err
    file.chmod(0o444)
    assert run(["new", "rule", "limit", str(tmp_path), "--lang", "en"]) == 2
    assert "U113" in capsys.readouterr().err
    assert file.read_bytes() == RULES.read_bytes()
