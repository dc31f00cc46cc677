"""The first inputs of the fuzz run, and every input that once broke a law (`found/`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from .batches import KINDS, throw
from .judge import judge
from .run import FOUND, law_of
from .smaller import smallest

KEPT = sorted(path for path in FOUND.iterdir() if path.is_dir()) if FOUND.exists() else []


@pytest.mark.parametrize("number", [KINDS.index(kind) for kind in ("grammar", "file", "sound", "pack")])
def test_first_inputs_of_the_long_run_break_no_law(number: int, tmp_path: Path) -> None:
    broken = []
    seen = 0

    def take(files: dict[str, bytes]) -> None:
        nonlocal seen
        seen += 1
        broken.extend(judge(files, tmp_path / "rules", repairs=True, command_line=seen % 16 == 0).broken)

    throw(1, number, take, size=100)
    assert seen >= 20
    # How long it takes is for the long run to say.
    assert [sentence for sentence in broken if law_of(sentence) != "slow_s"] == []


@pytest.mark.parametrize("folder", KEPT, ids=lambda folder: folder.name)
def test_what_once_broke_a_law_breaks_none(folder: Path, tmp_path: Path) -> None:
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "what.txt"
    }
    assert judge(files, tmp_path / "rules", repairs=True, command_line=True).broken == []


def test_same_seed_gives_the_same_inputs() -> None:
    for number in range(len(KINDS)):
        one: list[dict[str, bytes]] = []
        other: list[dict[str, bytes]] = []
        throw(3, number, one.append, size=20)
        throw(3, number, other.append, size=20)
        assert one == other
        assert len(one) >= 4


def test_smallest_keeps_what_breaks_the_law_and_little_else() -> None:
    files = {"a.yaml": b"one\ntwo\nthree\n", "b.yaml": b"four\nfive\n"}
    assert smallest(files, lambda one: b"hr" in one.get("a.yaml", b"")) == {"a.yaml": b"hr"}


def test_judge_sees_a_place_outside_of_its_file(tmp_path: Path) -> None:
    # The laws themselves can break: an input whose finding is moved by hand.
    from dataclasses import replace

    from asn_flex.pipeline import check_files

    from .judge import places_outside

    files = {"x.yaml": b"format: asn-flex/rules/1\n"}
    [finding] = check_files({f"{tmp_path.as_posix()}/x.yaml": files["x.yaml"]})
    moved = replace(finding, place=finding.place._replace(line=9))
    assert list(places_outside([finding], files, tmp_path)) == []
    assert len(list(places_outside([moved], files, tmp_path))) == 1
