"""Every code of `check` has a page, whose examples give exactly the finding they are about (semantics §12.2).

`python -m tests.rulebook.test_pages` writes the index of the pages again.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from asn_flex import pipeline
from asn_flex.errors import Diagnostic
from asn_flex.rulebook.pages import Example, Page, page_codes, page_of

from ..catalogue import MESSAGES

FOLDER = Path(__file__).parents[2] / "src" / "asn_flex" / "findings"
INDEX = FOLDER / "README.md"
BASE = re.findall(r"^```yaml\n(.*?)^```$", INDEX.read_text("utf-8"), re.MULTILINE | re.DOTALL)[-1]
HEAD = "format: asn-flex/rules/1\n"
TODAY = date(2026, 6, 1)
PAGES = [page for code in page_codes() if (page := page_of(code)) is not None]
# `check` reports nothing else: the other families are about scenarios, plans and arguments.
FAMILY = re.compile(r"(E\d|W[1-5]|W9)\d\d")
BUILT = {key.split(".")[0] for key in MESSAGES if FAMILY.match(key)}
# No piece of a rule file of readable length can show these.
IN_WORDS = {"E101", "E108", "W311", "W313", "W400", "W504"}
# A comment that does not count leaves the finding that it was written for.
LEAVES = {"W902": "W308", "W903": "E304"}
FAMILIES = {
    "E1": ("Bentuk berkas", "The form of a file"),
    "E2": ("Entri: kunci, jenis, dan batas nilai", "Entries: keys, types, ranges"),
    "E3": ("Rujukan antarentri", "References between entries"),
    "E4": ("Syarat", "Conditions"),
    "E5": ("Uji", "Tests"),
    "W1": ("Huruf yang menyesatkan", "Letters that mislead"),
    "W3": ("Entri yang tidak dipakai", "Entries that nothing uses"),
    "W4": ("Logika", "Logic"),
    "W5": ("Label, dasar hukum, masa berlaku, uji", "Labels, sources, periods, tests"),
    "W9": ("Komentar yang mengabaikan peringatan", "Comments that ignore warnings"),
}


def check(example: Example) -> list[Diagnostic]:
    if example.is_whole:
        # What extends another rulebook extends the example, in which nobody may swim but swimmers.
        swimmers = "    must: {officer.swims: true}\n"
        base = BASE.replace(swimmers, f"{swimmers}    absolute: true\n").encode()
        bases = {"contoh.yaml": base} if "extends:" in example.yaml else {}
        return pipeline.check_files({"page.yaml": example.yaml.encode(), **bases}, today=TODAY)
    files = {"page.yaml": (HEAD + example.yaml).encode(), "base.yaml": BASE.encode()}
    return pipeline.check_files(files, today=TODAY)


def marked(example: Example) -> list[tuple[int, int, str]]:
    """The places that carets and arrows point at, as lines and columns of the file that is checked."""
    found, above = [], 0
    for number, line in enumerate(example.yaml.splitlines(), start=1 if example.is_whole else 2):
        caret = re.fullmatch(r"# *(\^) ([EW]\d{3})", line)
        arrow = re.fullmatch(r"# <- (\d+):(\d+) ([EW]\d{3})", line)
        if caret is not None:
            found.append((above, caret.start(1) + 1, caret[2]))
        elif arrow is not None:
            found.append((int(arrow[1]) + (not example.is_whole), int(arrow[2]), arrow[3]))
        else:
            above = number
    return sorted(found)


def skip_unless_built(page: Page) -> None:
    if page.code not in BUILT:
        pytest.skip("not built yet")


def code_of(page: Page) -> str:
    return page.code


def test_every_code_has_a_page() -> None:
    assert BUILT - set(page_codes()) == set()


def test_the_example_rulebook_is_clean() -> None:
    assert pipeline.check_files({"base.yaml": BASE.encode()}, today=TODAY) == []


@pytest.mark.parametrize("page", [p for p in PAGES if p.code not in IN_WORDS], ids=code_of)
def test_what_to_avoid_gives_exactly_this_finding_at_its_place(page: Page) -> None:
    skip_unless_built(page)
    found = check(page.avoid)
    assert [(*d.place[1:], d.code) for d in found] == marked(page.avoid)
    assert {d.place.file for d in found} == {"page.yaml"}
    assert {d.code for d in found} == {page.code, LEAVES.get(page.code, page.code)}


@pytest.mark.parametrize("page", [p for p in PAGES if p.code not in IN_WORDS], ids=code_of)
def test_what_to_prefer_gives_no_finding(page: Page) -> None:
    skip_unless_built(page)
    assert check(page.prefer) == []


@pytest.mark.parametrize("page", PAGES, ids=code_of)
def test_page_is_complete_in_both_languages(page: Page) -> None:
    assert (FOLDER / f"{page.code}.md").read_text("utf-8").startswith(f"# {page.code} · ")
    for text in (page.title, page.meaning, page.why, page.mend):
        assert text.id
        assert text.en
        assert text.id != text.en
    for example in (page.avoid, page.prefer):
        assert bool(example.yaml) is (page.code not in IN_WORDS)
        assert bool(example.text.id) is bool(example.text.en) is (page.code in IN_WORDS)


def test_page_as_markdown_is_in_one_language() -> None:
    page = page_of("W405")
    assert page is not None
    indonesian, english = page.as_markdown("id"), page.as_markdown("en")
    assert indonesian.startswith("# W405 · Bagian yang selalu menjadi nol\n\n`max_share` atau ")
    assert re.findall(r"^## (.*)$", english, re.MULTILINE) == ["Avoid", "Prefer", "Why", "How to mend"]
    assert "**" not in indonesian + english
    assert indonesian.count("```yaml\nrules:\n") == english.count("```yaml\nrules:\n") == 2


@pytest.mark.parametrize("code", ["", "w405", "E999", "README", "../locale", "W405.md"])
def test_what_is_no_code_has_no_page(code: str) -> None:
    assert page_of(code) is None


def index() -> str:
    """The list of all pages, by family."""
    parts = []
    for family, (indonesian, english) in FAMILIES.items():
        parts.append(f"\n## {family} · {indonesian} · {english}\n\n")
        parts.append("| kode · code | Indonesia | English |\n|---|---|---|\n")
        parts.extend(
            f"| [{p.code}]({p.code}.md) | {p.title.id} | {p.title.en} |\n" for p in PAGES if p.code[:2] == family
        )
    return "".join(parts)


def with_index(text: str) -> str:
    before, _, rest = text.partition("<!-- codes -->\n")
    return f"{before}<!-- codes -->\n{index()}\n<!-- /codes -->{rest.partition('<!-- /codes -->')[2]}"


def test_the_index_lists_every_page() -> None:
    text = INDEX.read_text("utf-8")
    assert with_index(text) == text, "run `python -m tests.rulebook.test_pages`"
    assert {page.code for page in PAGES} == set(re.findall(r"\[([EW]\d{3})\]", text))


if __name__ == "__main__":
    INDEX.write_text(with_index(INDEX.read_text("utf-8")), "utf-8")
