"""The command line as people and scripts drive it: exit codes, where things are printed, and in which form (§12.2)."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

import asn_flex as af
from asn_flex.cli import run

from .support import CASES, REPOSITORY

QUICKSTART = REPOSITORY / "examples" / "quickstart"
MALFORMED = REPOSITORY / "tests" / "rulebook" / "malformed"
ERROR_LINE = re.compile(r"[^:]+:\d+:\d+: [A-Z]\d{3} \S")
PLAIN = ("--engine", "plain")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a good plan and bundle, and with what can go wrong with them."""
    folder = tmp_path_factory.mktemp("made")
    rulebook = af.load_rulebook(QUICKSTART / "rules.yaml")
    planning = af.plan(rulebook, af.load_scenario(QUICKSTART, rulebook), engine="plain")
    (folder / "plan.json").write_text(planning.to_json(), "utf-8")
    planning.save_bundle(folder / "plan.zip")
    altered = json.loads(planning.to_json())
    altered["assignments"] = altered["assignments"][1:]
    (folder / "altered.json").write_text(json.dumps(altered), "utf-8")
    # An honest id over a dishonest content: only the second opinion can tell.
    wrong = planning.plan.model_copy(update={"assignments": planning.plan.assignments[1:]}).with_id()
    (folder / "wrong.json").write_text(wrong.to_json(), "utf-8")
    (folder / "broken.json").write_text("{", "utf-8")
    (folder / "list.json").write_text("[]", "utf-8")
    (folder / "broken.zip").write_bytes(b"PK")
    (folder / "empty").mkdir()
    for name, text in {
        "no_rules": "format: asn-flex/scenario/1\n",
        "broken_scenario": "a: [\n",
        "lost_rules": "format: asn-flex/scenario/1\nrules: nowhere\n",
    }.items():
        (folder / name).mkdir()
        (folder / name / "scenario.yaml").write_text(text, "utf-8")
    return folder


def filled(arguments: tuple[str, ...], made: Path) -> list[str]:
    return [argument.format(q=QUICKSTART, made=made, bad=MALFORMED, cases=CASES) for argument in arguments]


WRONG = [
    pytest.param(("nope",), "U101", "has no command `nope`", id="unknown_command"),
    pytest.param(("plan",), "U101", "SCENARIO is missing", id="missing_argument"),
    pytest.param(("plan", "{q}", "--bogus"), "U101", "--bogus", id="unknown_option"),
    pytest.param(("plan", "{q}", "--lang", "fr"), "U101", "fr", id="unknown_language"),
    pytest.param(("plan", "{q}", "--engine", "magic"), "U101", "magic", id="unknown_engine"),
    pytest.param(("plan", "{q}", "--format", "xml"), "U101", "xml", id="unknown_format"),
    pytest.param(("plan", "{q}", "--time-limit", "0"), "U101", "0.1", id="no_time"),
    pytest.param(("plan", "{q}", "--time-limit", "nan"), "U101", "time-limit", id="time_that_is_no_number"),
    pytest.param(
        ("plan", "{q}", "--lang", "id", "--bogus"), "U101", "tidak mengenal pilihan `--bogus`", id="wrong_use_id",
    ),
    pytest.param(("plan", "{made}/nowhere"), "S101", "no scenario here", id="plan_without_scenario"),
    pytest.param(("plan", "{made}/empty"), "S101", "no scenario here", id="plan_of_an_empty_folder"),
    pytest.param(("plan", "{made}/no_rules"), "U103", "--rules", id="scenario_without_rules"),
    pytest.param(("plan", "{made}/no_rules", "--lang", "id"), "U103", "beri `--rules", id="scenario_without_rules_id"),
    pytest.param(("plan", "{made}/broken_scenario"), "E102", "not valid YAML", id="scenario_that_is_no_yaml"),
    pytest.param(("plan", "{made}/lost_rules"), "E101", "no rule file", id="scenario_with_lost_rules"),
    pytest.param(("plan", "{made}/no_rules", "--rules", "{q}/rules.yaml"), "S111", "", id="incomplete_scenario"),
    pytest.param(("plan", "{q}", "--rules", "{made}/nowhere"), "E101", "no rule file", id="lost_rules"),
    pytest.param(("plan", "{q}", "--rules", "{bad}/E401_fact.yaml"), "E401", "did you mean", id="faulty_rules"),
    pytest.param(("plan", "{q}", "--out", "{made}/no/plan.json"), "X101", "no folder", id="out_into_no_folder"),
    pytest.param(("plan", "{q}", "--bundle", "{made}/no/plan.zip"), "X101", "no folder", id="bundle_into_no_folder"),
    pytest.param(("plan", "{q}", "--out", "{made}", *PLAIN), "F105", "cannot be written", id="out_is_a_folder"),
    pytest.param(("diff", "{q}/rules.yaml", "{q}/rules.yaml", "--out", "."), "F105", "a folder", id="diff_in_a_folder"),
    pytest.param(("test", "{q}/rules.yaml", "--junit", "."), "F105", "a folder", id="junit_into_a_folder"),
    pytest.param(("rules", "export", "{q}/rules.yaml", "--xlsx", "."), "F105", "a folder", id="tables_into_a_folder"),
    pytest.param(("plan", "{q}", "--assume", "garbage"), "U102", "event.phase=response", id="assume_garbage"),
    pytest.param(("plan", "{q}", "--assume", "=x"), "U102", "event.phase=response", id="assume_nothing"),
    pytest.param(("plan", "{q}", "--assume", "event.phase=x", *PLAIN), "U105", "alert, response", id="assume_no_value"),
    pytest.param(("plan", "{q}", "--assume", "officer.fit=true", *PLAIN), "U105", "no fact of the", id="assume_who"),
    pytest.param(("plan", "{q}", "--assume", "event.phasee=alert", *PLAIN), "U105", "event.phase`?", id="assume_slip"),
    pytest.param(("plan", "{q}", "--assume", "event.x=1", "--lang", "id", *PLAIN), "U105", "bukan fakta", id="as_id"),
    pytest.param(("plan", "{q}", "--previous", "{made}/nowhere.json"), "F101", "no such file", id="lost_previous"),
    pytest.param(("plan", "{q}", "--previous", "{made}/broken.zip"), "F202", "no sound zip", id="broken_previous"),
    pytest.param(("plan", "{cases}/s5_2_conflict/scenario", "--rules", "{cases}/s5_2_conflict/rules.yaml", *PLAIN),
                 "C101", "both are in force", id="situation_conflict"),
    pytest.param(("plan", "{cases}/s6_1_pin_not_eligible/scenario", "--rules",
                  "{cases}/s6_1_pin_not_eligible/rules.yaml", *PLAIN), "P104", "remove the pin", id="bad_pins"),
    pytest.param(("check", "{made}/nowhere"), "E101", "no rule file", id="check_of_nothing"),
    pytest.param(("check",), "U135", "--explain", id="check_without_path"),
    pytest.param(("check", "--explain", "W4O4"), "U136", "did you mean `W404`?", id="explain_a_slip"),
    pytest.param(("check", "--explain", "S101", "--lang", "id"), "U136", "bukan kode temuan", id="explain_no_page"),
    pytest.param(("check", "x" * 5000), "[XE]101", "", id="check_of_a_name_too_long"),
    pytest.param(("verify", "{made}/plan.json"), "U104", "--scenario", id="plan_alone"),
    pytest.param(("verify", "{made}/nowhere.zip"), "F201", "no such file", id="lost_bundle"),
    pytest.param(("verify", "{made}/broken.zip"), "F202", "no sound zip", id="broken_bundle"),
    pytest.param(("verify", "{made}/nowhere.json", "--scenario", "{q}"), "F101", "no such file", id="lost_plan"),
    pytest.param(("verify", "{made}/broken.json", "--scenario", "{q}"), "F102", "JSON", id="broken_plan"),
    pytest.param(("verify", "{made}/list.json", "--scenario", "{q}"), "F103", "no plan", id="something_else"),
    pytest.param(("verify", "{made}/altered.json", "--scenario", "{q}"), "F104", "altered", id="altered_plan"),
    pytest.param(("verify", "{made}/plan.json", "--scenario", "{made}/nowhere"), "S101", "", id="verify_lost_scenario"),
    pytest.param(("explain", "{made}/plan.zip"), "U101", "OFFICER", id="explain_nobody"),
    pytest.param(("explain", "{made}/plan.zip", "A-01"), "U105", "did you mean `A-1`?", id="unknown_officer"),
    pytest.param(("explain", "{made}/plan.zip", "X", "--lang", "id"), "U105", "tidak ada", id="unknown_officer_id"),
    pytest.param(("explain", "{made}/plan.zip", "A-1", "--audience", "king"), "U101", "king", id="unknown_audience"),
    pytest.param(("schema",), "U101", "rules", id="schema_of_what"),
    pytest.param(("schema", "x"), "U101", "scenario", id="unknown_schema"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "code", "fragment"), WRONG)
def test_wrong_use_and_bad_input_stop_with_two(
    arguments: tuple[str, ...], code: str, fragment: str, made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(filled(arguments, made)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    lines = err.splitlines()
    assert [line for line in lines if not ERROR_LINE.match(line)] == []
    assert re.search(f": {code} ", lines[0])
    assert fragment in lines[0]
    assert not re.search(r"Traceback|Input should|Value error", err)


RIGHT = [
    pytest.param((), 0, "Commands", id="nothing"),
    pytest.param(("--help",), 0, "Commands", id="help"),
    pytest.param(("plan", "--help"), 0, "--assume", id="help_of_plan"),
    pytest.param(("--version",), 0, af.__version__, id="version"),
    pytest.param(("check", "{q}/rules.yaml"), 0, "0 errors, 0 warnings", id="check_good"),
    pytest.param(("check", "{q}/rules.yaml", "--lang", "id"), 0, "0 galat", id="check_good_id"),
    pytest.param(("check", "{bad}/W503_label.yaml"), 0, "0 errors, 1 warning", id="check_warning"),
    pytest.param(("check", "{bad}/E401_fact.yaml"), 1, "did you mean `officer.rest_hours`?", id="check_error"),
    pytest.param(("check", "{bad}/E401_fact.yaml", "--lang=id"), 1, "maksud Anda", id="check_error_id"),
    pytest.param(("check", "{made}/empty"), 1, "there is no rule file", id="check_empty_folder"),
    pytest.param(("check", "--explain", "W405"), 0, "20% of 4 seats is 0.8", id="check_explain"),
    pytest.param(("check", "--explain", "w405", "--lang", "id"), 0, "20% dari 4 formasi", id="check_explain_id"),
    pytest.param(("plan", "{q}", *PLAIN), 0, "severity 3", id="plan"),
    pytest.param(("plan", "{q}/scenario.yaml", *PLAIN), 0, "severity 3", id="plan_by_file"),
    pytest.param(("plan", "{q}", "--assume", "event.phase=response", *PLAIN), 0, "event.phase", id="plan_assuming"),
    pytest.param(("plan", "{q}", "--previous", "{made}/plan.json", *PLAIN), 0, "severity 3", id="replan"),
    pytest.param(("plan", "{q}", "--previous", "{made}/plan.zip", *PLAIN), 0, "severity 3", id="replan_from_bundle"),
    pytest.param(("verify", "{made}/plan.zip"), 0, "", id="verify_bundle"),
    pytest.param(("verify", "{made}/plan.json", "--scenario", "{q}"), 0, "", id="verify_plan"),
    pytest.param(("verify", "{made}/wrong.json", "--scenario", "{q}"), 1, "V", id="verify_wrong_plan"),
    pytest.param(("explain", "{made}/plan.zip", "A-1"), 0, "A-1", id="explain"),
    pytest.param(
        ("explain", "{made}/plan.json", "A-1", "--scenario", "{q}", "--lang", "id"), 0, "A-1", id="explain_id"
    ),
]


@pytest.mark.parametrize(("arguments", "code", "fragment"), RIGHT)
def test_command_answers_on_the_standard_output(
    arguments: tuple[str, ...], code: int, fragment: str, made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(filled(arguments, made)) == code
    out, err = capsys.readouterr()
    assert fragment in out
    assert out.endswith("\n")
    assert err == ""


@pytest.mark.parametrize(
    ("arguments", "code", "format_"),
    [
        pytest.param(("check", "{bad}/E401_fact.yaml"), 1, "asn-flex/check/1", id="check"),
        pytest.param(("check", "--explain", "W405"), 0, "asn-flex/page/1", id="explain_code"),
        pytest.param(("plan", "{q}", *PLAIN), 0, "asn-flex/plan/1", id="plan"),
        pytest.param(("verify", "{made}/plan.zip"), 0, None, id="verify"),
        pytest.param(("verify", "{made}/wrong.json", "--scenario", "{q}"), 1, None, id="verify_wrong_plan"),
        pytest.param(("explain", "{made}/plan.zip", "A-1"), 0, None, id="explain"),
    ],
)
def test_json_is_all_there_is_on_the_standard_output(
    arguments: tuple[str, ...], code: int, format_: str | None, made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*filled(arguments, made), "--format", "json"]) == code
    out, err = capsys.readouterr()
    answer = json.loads(out)
    assert err == ""
    assert format_ is None or answer["format"] == format_


def test_findings_of_check_as_json_have_places_and_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    file = MALFORMED / "E401_fact.yaml"
    assert run(["check", str(file), "--format", "json"]) == 1
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert finding.pop("message").keys() == {"id", "en"}
    assert finding.pop("repair")["new"] == "officer.rest_hours"
    assert finding == {
        "file": file.as_posix(), "line": 7, "column": 12, "end_column": 29, "code": "E401", "severity": "error",
        "page": "asn_flex/findings/E401.md",
    }  # fmt: skip


def test_findings_of_check_are_lines_with_a_place(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(MALFORMED)]) == 1
    *shown, advice, summary = capsys.readouterr().out.splitlines()
    # What belongs to a finding is set in below it: the line of the file, a caret, a mend; then an empty line.
    lines = [line for line in shown if line and not line.startswith("  ")]
    assert advice.startswith("What a code means and how to mend it: asn-flex check --explain E")
    assert len(lines) > 100
    assert len(shown) > 2 * len(lines)
    assert [line for line in lines if not ERROR_LINE.match(line)] == []
    errors = sum(": E" in line[:200] for line in lines)
    assert summary == f"{errors} errors, {len(lines) - errors} warnings"


def test_written_plan_and_bundle_are_those_that_were_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, bundle = tmp_path / "p.json", tmp_path / "p.zip"
    arguments = ["plan", str(QUICKSTART), "--out", str(out), "--bundle", str(bundle), "--format", "json", *PLAIN]
    assert run(arguments) == 0
    shown = capsys.readouterr().out
    assert out.read_text("utf-8") == shown
    assert af.open_bundle(bundle).plan.to_json() == shown


@pytest.mark.parametrize("name", ["rules", "scenario", "plan"])
def test_schema_is_printed_as_json(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", name]) == 0
    assert json.loads(capsys.readouterr().out)["$schema"].startswith("https://json-schema.org/")


def shell(
    *arguments: str, program: tuple[str, ...] = ("-m", "asn_flex"), environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-W", "error", *program, *arguments], capture_output=True, check=False, timeout=120,
        env={**os.environ, **(environment or {})},
    )  # fmt: skip


def test_command_runs_as_a_process() -> None:
    good, bad = shell("check", str(QUICKSTART / "rules.yaml")), shell("check", str(MALFORMED / "E401_fact.yaml"))
    assert (good.returncode, good.stderr) == (0, b"")
    assert (bad.returncode, bad.stderr) == (1, b"")
    wrong = shell("check", "nowhere")
    assert (wrong.returncode, wrong.stdout) == (2, b"")
    assert wrong.stderr.startswith(b"nowhere:1:1: E101 ")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_terminal_of_any_encoding_gets_text_and_json(encoding: str) -> None:
    environment = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    file = str(MALFORMED / "E203_list_for_map.yaml")
    text = shell("check", file, "--lang", "id", environment=environment)
    assert (text.returncode, text.stderr) == (1, b"")
    answer = shell("check", file, "--format", "json", environment=environment)
    assert json.loads(answer.stdout.decode("utf-8"))["findings"][0]["message"]["en"].startswith("value `[…]`")


def test_reader_that_leaves_is_no_error() -> None:
    code = (
        "import os, sys; from asn_flex.cli import main; r, w = os.pipe(); os.close(r); os.dup2(w, 1);"
        f"main(['check', {str(MALFORMED)!r}])"
    )
    done = shell(program=("-c", code))
    assert (done.returncode, done.stderr) == (0, b"")


HEAVY = ("polars", "ortools", "networkx", "pydantic", "highspy", "rich", "typer", "yaml", "numpy", "durable", "click")


def test_import_is_light_and_silent() -> None:
    code = f"import sys, asn_flex; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = shell(program=("-c", code))
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, b"[]", b"")


def test_checking_rules_needs_no_solver_and_no_graph_library() -> None:
    # Tables only for the tests that a rulebook has: their facts are read as scenarios are.
    code = (
        f"import sys, asn_flex as af; af.check({str(QUICKSTART / 'rules.yaml')!r});"
        "print([m for m in ('ortools', 'networkx', 'highspy', 'rich', 'typer') if m in sys.modules])"
    )
    assert shell(program=("-c", code)).stdout.strip() == b"[]"


def test_every_public_name_resolves() -> None:
    assert sorted(af.__all__) == list(af.__all__)
    assert set(af.__all__) <= set(dir(af))
    for name in af.__all__:
        assert getattr(af, name) is not None
    with pytest.raises(AttributeError, match="nonsense"):
        af.nonsense  # noqa: B018 - the point of it


def test_verify_is_a_function_whatever_was_imported(made: Path) -> None:
    code = (
        "import asn_flex as af, inspect; first = af.verify\n"
        "import asn_flex.verify, asn_flex.verify.check\n"
        "from asn_flex import verify\n"
        f"bundle = af.open_bundle({str(made / 'plan.zip')!r})\n"
        "for function in (first, af.verify, verify, af.verify):\n"
        "    assert function(bundle.plan, bundle.rulebook, bundle.scenario).ok\n"
        "    assert list(inspect.signature(function).parameters) == ['plan', 'rulebook', 'scenario', 'previous']\n"
        "from asn_flex.verify import Verification; assert Verification is af.Verification\n"
        "print('fine')"
    )
    done = shell(program=("-c", code))
    assert (done.stdout.strip(), done.stderr) == (b"fine", b"")


@pytest.mark.parametrize("name", ["officers.csv", "scenario.yaml", "rules.yaml"])
def test_output_never_replaces_an_input(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    city = tmp_path / "city"
    shutil.copytree(REPOSITORY / "examples" / "quickstart", city)
    before = (city / name).read_bytes()
    assert run(["plan", str(city), "--engine", "plain", "--out", str(city / name)]) == 2
    assert " U106 " in capsys.readouterr().err
    assert (city / name).read_bytes() == before


def test_plan_and_bundle_need_different_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    city = REPOSITORY / "examples" / "quickstart"
    target = str(tmp_path / "same")
    assert run(["plan", str(city), "--engine", "plain", "--out", target, "--bundle", target]) == 2
    assert " U106 " in capsys.readouterr().err


def test_output_goes_through_a_link_and_never_replaces_a_pipe(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    city = str(REPOSITORY / "examples" / "quickstart")
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")
    assert run(["plan", city, "--engine", "plain", "--out", str(tmp_path / "link.json")]) == 0
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "real.json").read_text("utf-8").startswith("{")
    os.mkfifo(tmp_path / "pipe")
    assert run(["plan", city, "--engine", "plain", "--out", str(tmp_path / "pipe")]) == 2
    assert (tmp_path / "pipe").is_fifo()
    assert " F105 " in capsys.readouterr().err


def test_assuming_one_fact_twice_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    city = str(REPOSITORY / "examples" / "quickstart")
    assert run(["plan", city, "--assume", "event.severity=4", "--assume", "event.severity=2"]) == 2
    assert " U107 " in capsys.readouterr().err


def test_closed_standard_output_is_no_error() -> None:
    city = str(REPOSITORY / "examples" / "quickstart")
    command = f'"{sys.executable}" -m asn_flex plan "{city}" --engine plain >&-'
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)


def with_workbook(folder: Path) -> Path:
    """Make the quickstart with its officers on a sheet of a workbook."""
    city = folder / "city"
    shutil.copytree(REPOSITORY / "examples" / "quickstart", city)
    rows = [line.split(",") for line in (city / "officers.csv").read_text("utf-8").splitlines()]
    book = openpyxl.Workbook()
    book.active.title = "officers"  # type: ignore[union-attr]  # a new workbook has a sheet
    for row in rows:
        book["officers"].append(row)
    book.save(city / "book.xlsx")
    main = city / "scenario.yaml"
    main.write_text(main.read_text("utf-8").replace("officers.csv", "book.xlsx#officers"), "utf-8")
    return city


def test_output_never_replaces_a_workbook_of_which_a_sheet_was_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    city = with_workbook(tmp_path)
    before = (city / "book.xlsx").read_bytes()
    for option in ("--out", "--bundle"):
        assert run(["plan", str(city), "--engine", "plain", option, str(city / "book.xlsx")]) == 2
        assert " U106 " in capsys.readouterr().err
    assert (city / "book.xlsx").read_bytes() == before


def test_bundle_with_input_beside_it_is_refused(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for option in ("--scenario", "--rules", "--previous"):
        assert run(["verify", str(made / "plan.zip"), option, str(made / "nope"), "--lang", "en"]) == 2
        assert f"leave out {option}" in capsys.readouterr().err


def test_pipe_and_device_in_place_of_a_plan_are_refused_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    city = str(REPOSITORY / "examples" / "quickstart")
    os.mkfifo(tmp_path / "pipe.json")
    os.mkfifo(tmp_path / "pipe.zip")
    for asked in (
        ["plan", city, "--engine", "plain", "--previous", "/dev/zero"],
        ["plan", city, "--engine", "plain", "--previous", str(tmp_path / "pipe.json")],
        ["verify", str(tmp_path / "pipe.zip")],
    ):
        assert run([*asked, "--lang", "en"]) == 2
        assert "not an ordinary file" in capsys.readouterr().err


def test_interrupt_while_the_program_starts_ends_without_a_traceback() -> None:
    code = (
        "import builtins, sys\n"
        "real = builtins.__import__\n"
        "def interrupted(name, *rest, **more):\n"
        "    if name == 'asn_flex.cli':\n"
        "        raise KeyboardInterrupt\n"
        "    return real(name, *rest, **more)\n"
        "from asn_flex.__main__ import main\n"
        "builtins.__import__ = interrupted\n"
        "main()\n"
    )
    done = shell(program=("-c", code))
    assert (done.returncode, done.stderr) == (130, b"")
