"""`new rule` adds a rule that loads, that changes no plan yet, and that is finished in the least steps (§12.2)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from asn_flex.domain.ids import is_id
from asn_flex.editing.adding import Added, add_rule
from asn_flex.editing.format import format_text
from asn_flex.editing.skeletons import NEVER
from asn_flex.errors import RulebookError, UsageError
from asn_flex.pipeline import run_tests
from asn_flex.rulebook.loader import build_rulebook
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.schema import KINDS
from tests.support import REPOSITORY

TANJUNGBALAI = {
    path.relative_to(REPOSITORY).as_posix(): path.read_bytes()
    for path in sorted((REPOSITORY / "rules" / "tanjungbalai").rglob("*.yaml"))
}
QUICKSTART = {"q/rules.yaml": (REPOSITORY / "examples" / "quickstart" / "rules.yaml").read_bytes()}
SMALL = b"""\
format: asn-flex/rules/1
pack: {id: p, version: "1"}
duties:
  d: {label: {id: a, en: b}, class: support, priority: 1}
"""


def loaded(files: dict[str, bytes], added: Added) -> Rulebook:
    return build_rulebook({**files, **added.changed})


def line_of(files: dict[str, bytes], added: Added) -> str:
    text = {**files, **added.changed}[added.rule.file].decode()
    return text.splitlines()[added.rule.line - 1][added.rule.column - 1 :]


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("files", [TANJUNGBALAI, QUICKSTART, {"s.yaml": SMALL}], ids=["city", "quickstart", "small"])
def test_each_kind_loads_at_once_when_finished_and_with_its_test(files: dict[str, bytes], kind: str, lang: str) -> None:
    before = build_rulebook(files)
    added = add_rule(files, kind, folder="rules/tanjungbalai", lang=lang)  # type: ignore[arg-type]
    after = loaded(files, added)
    rule = after.by_id[added.id]
    assert rule.kind == kind
    assert line_of(files, added) == f"id: {added.id}"
    # Nothing else changes, and the rule is never in force.
    assert {r.id: r for r in after.rules if r.id != added.id} == dict(before.by_id)
    assert rule.effective.from_ is not None
    assert rule.effective.from_.isoformat() == NEVER
    # Finished: the line `effective` is gone.
    done = {n: re.sub(rb"\n[^\n]*effective: \{from: 9999[^\n]*", b"", c) for n, c in added.changed.items()}
    assert build_rulebook({**files, **done}).by_id[added.id].effective.from_ is None
    # And its test is no comment any more.
    text = done[added.test.file].decode().splitlines()
    assert added.id in text[_test_line(text, added)]
    shown = "\n".join(_uncommented(text, added)) + "\n"
    whole = build_rulebook({**files, **done, added.test.file: shown.encode()})
    assert len(whole.tests) == len(before.tests) + 1
    if kind != "cover" and len(whole.tests) < 50:
        # The facts given make the rule act as it is written. (Who may stand in for whom, only the author knows; and a
        # prohibition for everybody may well break sentences that were there before, which is what they are for.)
        known = {test.name.en for test in before.tests}
        new = [result for result in run_tests(whole).results if result.name.en not in known]
        assert [result.passed for result in new] == [True]


def _test_line(lines: list[str], added: Added) -> int:
    return next(i for i, line in enumerate(lines) if line.lstrip().startswith("## ") and added.id in line)


def _uncommented(lines: list[str], added: Added) -> list[str]:
    """Take one `#` and one blank from each line of the block, as an editor does."""
    start = _test_line(lines, added)
    if lines[start - 1].startswith("# tests:"):
        start -= 1
    for index in range(start, len(lines)):
        if not lines[index].strip():
            break
        lines[index] = re.sub(r"^( *)# ?", r"\1", lines[index], count=1)
    return lines


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_laid_out_stays_so(kind: str) -> None:
    added = add_rule(TANJUNGBALAI, kind, folder="rules/tanjungbalai")
    for name, content in added.changed.items():
        assert format_text(content.decode(), name) == content.decode()


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [("escalate", "SIT-10"), ("cover", "COV-14"), ("team", "TIM-08"), ("limit", "LIM-08"), ("activate", "ACT-24")],
)
def test_ids_go_on_where_the_rulebook_stopped(kind: str, wanted: str) -> None:
    added = add_rule(TANJUNGBALAI, kind, folder=None)
    assert added.id == wanted
    # And go on again, after what was added.
    again = add_rule({**TANJUNGBALAI, **added.changed}, kind, folder=None)
    assert int(again.id[-2:]) == int(wanted[-2:]) + 1


def test_an_id_that_is_commented_out_is_not_given_again() -> None:
    files = {"s.yaml": SMALL + b"# - id: LIM-01\n# - id: LIM-02\n"}
    assert add_rule(files, "limit", folder="x").id == "LIM-03"


def test_a_rule_goes_where_rules_of_its_kind_stand() -> None:
    assert add_rule(TANJUNGBALAI, "team", folder="r").rule.file == "rules/tanjungbalai/aturan/80_regu.yaml"
    # The quickstart has no team rule, but one file with all rules: there, and before its tests.
    added = add_rule(QUICKSTART, "team", folder="q")
    assert added.rule.file == added.test.file == "q/rules.yaml"
    text = added.changed["q/rules.yaml"].decode()
    assert text.index("id: TIM-01") < text.index("\ntests:") < text.index("# - name:")
    # Nothing there yet: a file of its own.
    fresh = add_rule({"s.yaml": SMALL}, "team", folder="q")
    assert fresh.rule.file == "q/aturan/80_regu.yaml"
    assert fresh.changed["q/aturan/80_regu.yaml"].startswith(b"format: asn-flex/rules/1\nrules:\n  # ")


def test_duties_are_those_that_are_named() -> None:
    added = add_rule(TANJUNGBALAI, "limit", folder=None, duties=["dapur", "log"])
    assert b"    duty: [dapur, log]" in added.changed[added.rule.file]
    one = add_rule(TANJUNGBALAI, "activate", folder=None, duties=["log"])
    assert b"    duty: log  " in one.changed[one.rule.file]


def test_line_ends_and_mark_of_the_file_stay() -> None:
    files = {"q/rules.yaml": b"\xef\xbb\xbf" + QUICKSTART["q/rules.yaml"].replace(b"\n", b"\r\n")}
    content = add_rule(files, "limit", folder=None).changed["q/rules.yaml"]
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\n") == content.count(b"\r\n")


ONE = "{id: A, kind: limit, label: {id: a, en: b}, must: {}}"
LONG = "  - id: A\n    kind: limit\n    must: {}\n    label:\n      id: a\n      en: |\n        b\n\n        c\n"
TAIL = [
    pytest.param("rules:\n", "rules:\n  # A new rule", id="nothing yet"),
    pytest.param(f"rules:\n- {ONE}", "must: {}}\n\n# A new rule", id="no last line end"),
    pytest.param(
        f"rules:\n  - {ONE}  # x\n  # about A\n\n# about events\nevents: {{}}\n",
        "  # about A\n\n  # A new rule",
        id="comments of the last rule come first",
    ),
    pytest.param(f"rules:\n{LONG}\nevents: {{}}\n", "        c\n\n  # A new rule", id="text of several lines"),
]


@pytest.mark.parametrize(("section", "wanted"), TAIL)
def test_it_goes_behind_the_last_rule(section: str, wanted: str) -> None:
    files = {"s.yaml": SMALL + section.encode()}
    added = add_rule(files, "limit", folder="x")
    assert wanted in added.changed["s.yaml"].decode()
    assert is_id(added.id)
    assert loaded(files, added).by_id[added.id].kind == "limit"


WRONG = [
    pytest.param("limit", {"id_": "a b"}, "is not an id", id="no id"),
    pytest.param("limit", {"id_": "FRB-01"}, "is taken at q/rules.yaml:", id="id is taken"),
    pytest.param("limit", {"duties": ["kithcen"]}, "did you mean `kitchen`?", id="unknown duty"),
    pytest.param("escalate", {"duties": ["kitchen"]}, "leave `--duty` out", id="kind without duty"),
    pytest.param("activate", {"duties": ["kitchen", "health_post"]}, "one `--duty` only", id="two duties"),
]


@pytest.mark.parametrize(("kind", "options", "told"), WRONG)
def test_what_means_nothing_is_told(kind: str, options: dict[str, object], told: str) -> None:
    with pytest.raises(UsageError, match=re.escape(told)):
        add_rule(QUICKSTART, kind, folder="q", **options)  # type: ignore[arg-type]


def test_a_rulebook_with_errors_is_not_added_to() -> None:
    with pytest.raises(RulebookError, match="E202"):
        add_rule({"f": b"format: asn-flex/rules/1\nrules: []\n"}, "limit", folder="x")


def test_an_activate_rule_needs_a_duty() -> None:
    with pytest.raises(UsageError, match="no duty yet"):
        add_rule({"f": b'format: asn-flex/rules/1\npack: {id: p, version: "1"}\n'}, "activate", folder="x")


def test_rules_in_brackets_leave_no_place_in_a_single_file() -> None:
    files = {"s.yaml": SMALL + b"rules: []\n"}
    with pytest.raises(UsageError, match="in brackets"):
        add_rule(files, "limit", folder=None)
    assert add_rule(files, "limit", folder="x").rule.file == "x/aturan/60_batas.yaml"


def test_a_single_file_without_rules_gets_the_section() -> None:
    added = add_rule({"s.yaml": SMALL.rstrip()}, "limit", folder=None)
    assert b"\n\nrules:\n  # A new rule" in added.changed["s.yaml"]


def test_names_of_files_are_those_of_the_folder(tmp_path: Path) -> None:
    import asn_flex as af

    (tmp_path / "s.yaml").write_bytes(SMALL)
    added = af.new_rule(tmp_path, "limit", lang="id")
    assert Path(added.rule.file) == tmp_path / "aturan" / "60_batas.yaml"
    assert Path(added.rule.file).read_bytes() == added.changed[added.rule.file]
    assert [d.code for d in af.check(tmp_path) if d.is_error] == []
