"""Everything that README.md and docs/semantics.md show is run, and what they list is complete.

Run this file as a script to write the generated parts again: `python -m tests.test_documentation`.
"""

from __future__ import annotations

import ast
import io
import os
import re
import shutil
import subprocess
import sys
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path

import pytest

from asn_flex.domain import plan as plan_model
from asn_flex.errors import InputError, RulebookError

from .catalogue import MESSAGES
from .documented.blocks import Item, Story, is_known, read_page, stories
from .documented.world import Outcome, World, build

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", "docs/semantics.md")
ITEMS = {page: read_page(ROOT / page, page) for page in PAGES}
BLOCKS = [item for items in ITEMS.values() for item in items]
STORIES = [story for items in ITEMS.values() for story in stories([i for i in items if "refused" not in i.argument])]
REFUSED = [i for i in BLOCKS if i.name == "rules" and i.argument.startswith("refused")]
PROGRAMS = {
    page: [i for i in items if i.language in {"python", "console"} or i.name in {"file", "output", "output of"}]
    for page, items in ITEMS.items()
}  # fmt: skip
SEMANTICS = (ROOT / "docs/semantics.md").read_text(encoding="utf-8")


def where(item) -> str:
    return item.where


# ---- nothing is skipped ----------------------------------------------------------------------------------


@pytest.mark.parametrize("item", BLOCKS, ids=where)
def test_every_block_is_run_by_some_test(item):
    assert is_known(item), f"{item.where}: no test knows `{item.language}` with the mark `{item.mark}`"


def test_there_are_blocks():
    assert len(STORIES) > 30
    assert len(REFUSED) > 5
    assert all(PROGRAMS.values())


# ---- stories: rule files and what comes of them ----------------------------------------------------------


@pytest.mark.parametrize("story", STORIES, ids=where)
def test_story_comes_out_as_told(story: Story, tmp_path):
    world = World(tmp_path)
    outcome: Outcome | None = None
    for item in story.items:
        if item.name == "rules":
            world.fragments.append((f"line-{item.line}", item.body))
            build(world.fragments)
        elif item.name == "scenario":
            world.add_settings(item.body)
        elif item.name == "table":
            world.tables[item.argument] = item.body
        elif item.name == "refused":
            assert world.refusal() == set(item.argument.split()), item.where
            continue
        elif item.name == "expect":
            outcome = outcome or Outcome(world)
            expect(item, outcome.names())
            continue
        elif item.name == "expect-quarantine":
            expect(item, {"quarantined": world.planning(quarantine=True).plan})
            continue
        outcome = None
    if not any(item.name in {"expect", "refused"} for item in story.items):
        assert Outcome(world).plan.status == "optimal"


def expect(item: Item, names: dict[str, object]) -> None:
    for statement in ast.parse(item.argument).body:
        assert isinstance(statement, ast.Expr), f"{item.where}: an expectation is an expression"
        told = ast.unparse(statement.value)
        if isinstance(statement.value, ast.Compare) and len(statement.value.ops) == 1:
            left, right = (eval_here(e, names) for e in (statement.value.left, statement.value.comparators[0]))
            told = f"{told}, but the left is {left!r} and the right {right!r}"
        assert eval_here(statement.value, names), f"{item.where}: {told}"


def eval_here(node: ast.expr, names: dict[str, object]) -> object:
    return eval(compile(ast.Expression(node), "<expect>", "eval"), dict(names))  # noqa: S307 - the pages are ours


@pytest.mark.parametrize("item", REFUSED, ids=where)
def test_refused_rules_are_refused_with_the_code_told(item: Item):
    with pytest.raises(RulebookError) as refusal:
        build([("fragment", item.body)])
    found = {d.code for d in refusal.value.diagnostics if d.is_error}
    assert found == set(item.argument.split()[1:]), str(refusal.value)


# ---- programs: python and the command line ---------------------------------------------------------------


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Path:
    """A copy of the repository root, in which the pages' programs may write."""
    target = tmp_path_factory.mktemp("checkout")
    copy_checkout(target)
    return target


def copy_checkout(target: Path) -> None:
    for name in ("README.md", "docs", "rules", "examples"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name)
        else:
            shutil.copy(source, target / name)


def environment() -> dict[str, str]:
    scripts = str(Path(sys.executable).parent)
    path = f"{scripts}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb", "PYTHONIOENCODING": "utf-8"}


@cache
def run_once(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command of a page as its reader would; the same command only once."""
    return subprocess.run(
        command, shell=True, cwd=folder, env=environment(), capture_output=True, text=True, timeout=120, check=False,
        encoding="utf-8",
    )  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_programs_of_a_page_run_in_order(page, checkout, monkeypatch):
    monkeypatch.chdir(checkout)
    names: dict[str, object] = {"__name__": "__main__"}
    printed = ""
    for item in PROGRAMS[page]:
        if item.language == "python":
            with redirect_stdout(io.StringIO()) as out:
                exec(compile("\n" * item.line + item.body, item.page, "exec"), names)  # noqa: S102 - the pages are ours
            printed = out.getvalue()
        elif item.language == "console":
            run_console(item, checkout)
        elif item.name == "file":
            (checkout / item.argument).write_text(item.body, encoding="utf-8")
        elif item.name == "output":
            assert printed == item.body, item.where
        else:
            check_excerpt(item, run_once(item.argument, checkout))


def run_console(item: Item, folder: Path) -> None:
    wanted_code = int(item.argument) if item.name == "exit" else 0
    sessions = re.split(r"^\$ ", item.body, flags=re.MULTILINE)
    assert sessions[0] == "", f"{item.where}: a console block begins with `$ `"
    assert len(sessions) > 1, item.where
    for session in sessions[1:]:
        command, _, shown = session.partition("\n")
        result = run_once(command, folder)
        assert result.returncode == wanted_code, f"{item.where}: `{command}`: {result.stdout}{result.stderr}"
        if shown.strip():
            said = (result.stdout + result.stderr).strip() + "\n"
            assert re.fullmatch(pattern_of(shown.strip()), said), f"{item.where}: `{command}` said\n{said}"


def pattern_of(shown: str) -> str:
    """The output that a block shows: `…` by itself is any number of lines, within a line any text."""
    lines = shown.splitlines()
    return "".join(r"(?:.*\n)*?" if x == "…" else re.escape(x).replace("…", ".*") + r" *\n" for x in lines)


def check_excerpt(item: Item, result: subprocess.CompletedProcess[str]) -> None:
    """Look for each line of an excerpt in the output, in order; `…` is anything.

    Runs of spaces, line breaks and the lengths of bars do not matter: they depend on the width of the terminal.
    """
    assert result.returncode == 0, result.stderr
    rest = squeeze(result.stdout)
    for line in (shown for shown in item.body.splitlines() if shown.strip() not in {"", "…"}):
        found = re.search(re.escape(squeeze(line)).replace("…", ".*?"), rest)
        assert found, f"{item.where}: `{line}` is not in the output, or not in this order\n{result.stdout}"
        rest = rest[found.end() :]


def squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub("[█░]+", "█", text)).strip()


def test_readme_has_exactly_two_set_up_commands_and_they_parse():
    commands = [i for i in ITEMS["README.md"] if i.mark == "ci"]
    assert len(commands) == 2
    assert [i for i in ITEMS["docs/semantics.md"] if i.mark == "ci"] == []
    for item in commands:
        assert len(item.body.strip().replace("\\\n", "").splitlines()) == 1, "one command each"
        checked = subprocess.run(["sh", "-n"], input=item.body, text=True, capture_output=True, check=False)
        assert checked.returncode == 0, checked.stderr


# ---- whole plans -----------------------------------------------------------------------------------------


PLAN_BLOCKS = [i for i in BLOCKS if i.mark == "plan"]


@pytest.mark.parametrize("item", PLAN_BLOCKS, ids=where)
def test_plan_on_a_page_is_a_plan(item: Item):
    import json

    from jsonschema import Draft202012Validator

    from asn_flex.rulebook.json_schema import plan_schema

    content = json.loads(item.body)
    assert [e.message for e in Draft202012Validator(plan_schema()).iter_errors(content)] == []
    assert plan_model.Plan.model_validate(content)


def test_every_field_of_a_plan_is_explained():
    text = section("12.3")
    parts = [v for v in vars(plan_model).values() if isinstance(v, type) and issubclass(v, plan_model.Part)]
    fields = {f.alias or n for part in parts for n, f in part.model_fields.items()}
    assert sorted(f for f in fields if f"`{f}`" not in text) == []


# ---- what is listed is complete --------------------------------------------------------------------------


def section(number: str) -> str:
    """The text under one numbered heading, up to the next heading of the same depth or higher."""
    depth = "##" if "." not in number else "###"
    match = re.search(rf"^{depth} {re.escape(number)}\.? .*?(?=^##(?:#)? |\Z)", SEMANTICS, re.MULTILINE | re.DOTALL)
    assert match is not None, f"docs/semantics.md has no section {number}"
    return match[0]


SECTIONS = {
    "1": 1, "2": 0, "3": 6, "4": 5, "5": 12, "6": 6, "7": 4, "8": 8, "9": 0, "10": 0, "11": 0, "12": 8, "13": 0,
    "14": 3,
}  # fmt: skip


def test_the_sections_are_numbered_as_the_code_cites_them():
    numbers = re.findall(r"^##+ (\d+(?:\.\d+)?)\b", SEMANTICS, re.MULTILINE)
    wanted = [n for top, count in SECTIONS.items() for n in (top, *(f"{top}.{i}" for i in range(1, count + 1)))]
    assert numbers == wanted


def test_every_section_that_the_code_cites_exists():
    cited = {
        (path.relative_to(ROOT).as_posix(), number)
        for path in [*ROOT.glob("src/**/*.py"), *ROOT.glob("tests/**/*.py")]
        for number in re.findall(r"semantics(?:\.md)? §(\d+(?:\.\d+)?)", path.read_text(encoding="utf-8"))
    }
    known = set(re.findall(r"^##+ (\d+(?:\.\d+)?)\b", SEMANTICS, re.MULTILINE))
    assert sorted(c for c in cited if c[1] not in known) == []


def test_every_command_and_option_is_documented():
    from typer.main import get_command

    from asn_flex.cli.options import app

    text = section("12.2")
    undocumented = []
    for name, command in get_command(app).commands.items():
        if f"asn-flex {name}" not in text:
            undocumented.append(name)
        for parameter in command.params:
            undocumented += [o for o in parameter.opts if o.startswith("--") and f"`{o}" not in text]
    assert undocumented == []


def test_every_public_name_is_documented():
    import asn_flex

    text = section("12.1")
    names = [n for n in asn_flex.__all__ if not n.startswith("__")]
    assert [n for n in names if not re.search(rf"\b{n}\b", text)] == []


CODE = re.compile(r"[A-Z]\d{3}")
BEGIN, END = "<!-- codes -->", "<!-- /codes -->"


def code_table() -> str:
    """The table of every finding code, from the message catalogue."""
    by_code: dict[str, list[tuple[str, str]]] = {}
    for key, text in MESSAGES.items():
        code = key.split(".")[0]
        if CODE.fullmatch(code):
            by_code.setdefault(code, []).append((text.en, text.id))
    rows = ["| code | English | Indonesia |", "|---|---|---|"]
    for code, texts in sorted(by_code.items()):
        cells = ("<br>".join(readable(pair[i]) for pair in texts) for i in (0, 1))
        rows.append(f"| `{code}` | {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def readable(template: str) -> str:
    """Show what is filled in as ‹name›, with braces as they are printed."""
    shown = re.sub(r"(?<!\{)\{(\w+)\}(?!\})", r"‹\1›", template)
    return shown.replace("{{", "{").replace("}}", "}").replace("|", "\\|").replace("\n", " ")


def with_generated_parts(text: str) -> str:
    before, _, rest = text.partition(BEGIN + "\n")
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{code_table()}{END}{after}"


def test_the_table_of_codes_is_that_of_the_messages():
    assert with_generated_parts(SEMANTICS) == SEMANTICS, "run `python -m tests.test_documentation`"


def test_every_family_of_codes_is_explained():
    families = {code[:2] for code in (key.split(".")[0] for key in MESSAGES) if CODE.fullmatch(code)}
    text = section("3.3") + section("12.2")
    assert sorted(f for f in families if f"`{f}`" not in text and f"`{f[0]}`" not in text) == []


LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", [*PAGES, "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_within_the_repository_lead_somewhere(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = [t for t in LINK.findall(text) if "://" not in t and not t.startswith("mailto:")]
    assert [t for t in targets if not (ROOT / page).parent.joinpath(t).exists()] == []


def test_a_story_that_goes_wrong_is_told(tmp_path):
    """The harness itself: an expectation that fails must fail the test."""
    world = World(
        tmp_path, fragments=[("x", "rules:\n  - {id: A, kind: activate, duty: guard, each: event, seats: {base: 1}}\n")]
    )
    wrong = Item("page", 1, None, "expect: seats['guard@event'] == 2", "")
    with pytest.raises(AssertionError, match="the left is 1 and the right 2"):
        expect(wrong, Outcome(world).names())
    with pytest.raises(InputError):
        build([("x", "rules:\n  - {id: A, kind: forbid}\n")])


def write_generated_parts() -> None:
    """Write the table of codes, and the outputs of today, into the pages."""
    import tempfile

    from .documented.refresh import refreshed_page

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_checkout(folder)
        os.chdir(folder)
        for page in PAGES:
            text = (ROOT / page).read_text(encoding="utf-8")
            text = refreshed_page(text, PROGRAMS[page], lambda command: run_once(command, folder).stdout)
            if page == "docs/semantics.md":
                text = with_generated_parts(text)
            (ROOT / page).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_generated_parts()
