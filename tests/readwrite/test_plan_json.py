"""A plan read back is the plan that was written, or it is refused with the place of what is wrong."""

from __future__ import annotations

import json
import os

import pytest

from asn_flex.domain.plan import Plan
from asn_flex.errors import PlanFileError
from asn_flex.readwrite import plan_json
from asn_flex.readwrite.plan_json import read_plan, write_plan
from tests.support import previous_plan

PLAN = previous_plan({"A-1": "post@k1/day", "A-2": "kitchen@event"})


def refusal(source) -> str:
    with pytest.raises(PlanFileError) as caught:
        read_plan(source)
    (found,) = caught.value.diagnostics
    assert found.message("id")
    return str(found)


def test_a_plan_comes_back(tmp_path) -> None:
    path = tmp_path / "plan.json"
    write_plan(PLAN, path)
    assert read_plan(path) == read_plan(str(path)) == read_plan(PLAN.to_json()) == PLAN
    assert read_plan(PLAN.to_json(indent=None).encode()) == PLAN
    assert sorted(p.name for p in tmp_path.iterdir()) == ["plan.json"]


def test_a_byte_order_mark_does_no_harm(tmp_path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(PLAN.to_json().encode("utf-8-sig"))
    assert read_plan(path) == PLAN


def test_broken_json_tells_line_and_column(tmp_path) -> None:
    path = tmp_path / "plan.json"
    path.write_text('{"format": "asn-flex/plan/1",\n "id": ,}')
    assert refusal(path).startswith(f"{path.as_posix()}:2:8: F102 ")


@pytest.mark.parametrize(
    ("text", "start"),
    [
        pytest.param("{}", "<plan>:1:1: F103 this is no plan", id="no-format"),
        pytest.param('{"format": "asn-flex/rules/1"}', "<plan>:1:1: F103 this is no plan", id="other-format"),
        pytest.param('{"a": 1, "a": 2}', "<plan>:1:1: F102 ", id="key-twice"),
        pytest.param('{"a": NaN}', "<plan>:1:1: F102 ", id="nan"),
        pytest.param('{"a": ' + "9" * 5000 + "}", "<plan>:1:1: F102 ", id="absurd-number"),
        pytest.param('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", "<plan>:1:1: F102 ", id="deep-nest"),
        pytest.param('{"a": "\ud800"}', "<plan>:1:1: F102 ", id="half-a-character"),
    ],
)
def test_what_is_no_plan(text, start) -> None:
    assert refusal(text).startswith(start)


def test_bytes_that_are_no_text_are_refused() -> None:
    assert refusal(b'{"id":\n"\xff"}').startswith("<plan>:2:1: F102 ")


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        pytest.param(lambda d: d.pop("now"), "F103 the plan is incomplete: `now` is missing", id="missing"),
        pytest.param(lambda d: d.update(extra=1), "F103 `extra` is unknown in a plan", id="unknown"),
        pytest.param(lambda d: d["assignments"][1].update(loss="x"), "F103 `assignments.1.loss` is not", id="kind"),
        pytest.param(lambda d: d["assignments"][1].update(loss=7), "F104 this plan was altered", id="altered"),
        pytest.param(lambda d: d.update(id="sha256:0"), "F104 this plan was altered", id="another-id"),
        pytest.param(lambda d: d.pop("id"), "F104 this plan was altered", id="no-id"),
    ],
)
def test_a_changed_plan_is_refused(change, wanted) -> None:
    data = json.loads(PLAN.to_json())
    change(data)
    assert wanted in refusal(json.dumps(data))


def test_the_place_of_a_misfit_is_that_of_its_value() -> None:
    lines = PLAN.to_json().splitlines()
    row = next(i for i, line in enumerate(lines) if '"loss"' in line)
    lines[row] = lines[row].replace("0", '"none"')
    assert refusal("\n".join(lines)).startswith(f"<plan>:{row + 1}:{lines[row].index('none')}: F103 ")


def test_a_file_that_is_not_there_is_refused(tmp_path) -> None:
    assert "F101" in refusal(tmp_path / "none.json")
    assert "F101" in refusal(tmp_path)
    assert "F101" in refusal("a\0b.json")


def test_a_file_too_large_is_refused_unread(tmp_path, monkeypatch) -> None:
    write_plan(PLAN, tmp_path / "plan.json")
    monkeypatch.setattr(plan_json, "MAX_BYTES", 10)
    assert "F101 the file is too large" in refusal(tmp_path / "plan.json")


def test_writing_replaces_the_whole_file_or_nothing(tmp_path, monkeypatch) -> None:
    path = tmp_path / "plan.json"
    path.write_text("old")

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(PlanFileError, match="no space left"):
        write_plan(PLAN, path)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["plan.json"]


def test_writing_where_nothing_can_be_written_is_refused(tmp_path) -> None:
    with pytest.raises(PlanFileError, match="F105"):
        write_plan(PLAN, tmp_path / "none" / "plan.json")


def test_a_written_plan_has_the_usual_permissions(tmp_path) -> None:
    write_plan(PLAN, tmp_path / "plan.json")
    (tmp_path / "other").write_text("")
    assert (tmp_path / "plan.json").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_the_same_plan_gives_the_same_bytes() -> None:
    assert Plan.from_json(PLAN.to_json()).to_json() == PLAN.to_json()
