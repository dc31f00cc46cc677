"""The page of ten (and ten more) mistakes: each gets one finding, as shown, at its place; the mend that it tells works.

``python -m tests.test_ten_mistakes`` writes the outputs of the page again.
"""

from __future__ import annotations

import io
import re
import sys
from datetime import date
from typing import NamedTuple

import pytest

from asn_flex.errors import Diagnostic
from asn_flex.pipeline import check_files
from asn_flex.report.findings import print_findings

from .support import REPOSITORY

PAGE = REPOSITORY / "docs" / "ten_mistakes.md"
TODAY = date(2026, 3, 1)
_BASE = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MISTAKE = re.compile(
    r"^## (?P<number>\d+)\. (?P<title>.*?)\n.*?^```yaml wrong\n(?P<wrong>.*?)^```\n+```text en\n(?P<en>.*?)^```\n+"
    r"```text id\n(?P<id>.*?)^```\n+```yaml mended\n(?P<mended>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


class Mistake(NamedTuple):
    """One section of the page."""

    number: int
    wrong: str
    mended: str
    said: dict[str, str]

    def within(self, base: str, lines: str) -> str:
        """The file of the page with these lines instead of the right ones."""
        right = self.right_in(base)
        assert base.count(right) == 1
        return base.replace(right, lines)

    def right_in(self, base: str) -> str:
        """The lines of the file that the mistake replaces: where the mend differs from them, those of the same key."""
        return self.mended if self.mended in base else OTHERWISE[self.number]


# Where the mistake lies in what was added (a copied rule, one more override) or the mend is another good one.
OTHERWISE = {
    14: "    must: {officer.rest_hours: {gte: 8}}\n",
}
# Where each finding stands, counted in the page by hand: code, line and column.
EXPECTED = {
    1: ("E201", 47, 5), 2: ("E308", 25, 40), 3: ("E207", 57, 16), 4: ("E206", 53, 42), 5: ("W502", 59, 9),
    6: ("E302", 59, 9), 7: ("E402", 55, 12), 8: ("E102", 18, 1), 9: ("E102", 29, 23), 10: ("E305", 58, 25),
    11: ("E102", 43, 4), 12: ("E102", 56, 14), 13: ("E203", 41, 15), 14: ("E102", 48, 38), 15: ("E102", 29, 17),
    16: ("E102", 33, 23), 17: ("E203", 39, 12), 18: ("E102", 23, 13), 19: ("E208", 58, 17), 20: ("E203", 53, 23),
}  # fmt: skip
# What a reader does who follows the message to the letter: at the place of the finding, this becomes that. Where the
# finding carries its repair, that is what is done.
FOLLOWED = {
    2: ("4", "2"), 4: ("2026-02-01", "2028-02-01"), 5: ("PRT-01\n", "PRT-01\n    source: [perwal-12]\n"),
    6: ("LIM-01", "PRT-01"), 10: (", FRB-01", ""), 8: ("\t", "    "), 11: ("- id", "- id"), 12: (" =", ":"),
    13: ("ya", "true"), 14: ("7,5", "7.5"), 16: (">=3", "{gte: 3}"),
    17: ("Yang tidak sehat tidak bertugas", "{id: Yang tidak sehat tidak bertugas, en: …}"), 18: (":", ": "),
    19: ("LIM–01", "LIM-01"), 20: ("46054", "2026-02-01"),
}  # fmt: skip


def read_page() -> tuple[str, list[Mistake]]:
    text = PAGE.read_text("utf-8")
    base = _BASE.search(text)
    assert base is not None
    mistakes = [
        Mistake(int(m["number"]), m["wrong"], m["mended"], {"en": m["en"], "id": m["id"]})
        for m in _MISTAKE.finditer(text)
    ]
    return base[1], mistakes


BASE, MISTAKES = read_page()


def findings(text: str) -> list[Diagnostic]:
    return check_files({"rules.yaml": text.encode()}, today=TODAY)


def printed(text: str, lang: str) -> str:
    """What `check` prints about each finding, without the summary."""
    stream = io.StringIO()
    print_findings(findings(text), {"rules.yaml": text.encode()}, lang="id" if lang == "id" else "en", stream=stream)
    return stream.getvalue().partition("\n\n")[0] + "\n"


def test_page_has_ten_mistakes_and_ten_more() -> None:
    assert [mistake.number for mistake in MISTAKES] == list(range(1, 21))


def test_file_of_the_page_has_no_mistake() -> None:
    assert findings(BASE) == []


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: f"{m.number:02}")
def test_mistake_gets_one_finding_at_its_place_and_is_told_as_shown(mistake: Mistake) -> None:
    text = mistake.within(BASE, mistake.wrong)
    assert [(d.code, d.place.line, d.place.column) for d in findings(text)] == [EXPECTED[mistake.number]]
    for lang in ("en", "id"):
        assert printed(text, lang) == mistake.said[lang]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: f"{m.number:02}")
def test_mended_lines_of_the_page_leave_no_finding(mistake: Mistake) -> None:
    assert findings(mistake.within(BASE, mistake.mended)) == []


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: f"{m.number:02}")
def test_who_does_what_the_message_says_has_mended_it(mistake: Mistake) -> None:
    text = mistake.within(BASE, mistake.wrong)
    [finding] = findings(text)
    assert findings(followed(text, mistake, finding)) == []


def followed(text: str, mistake: Mistake, finding: Diagnostic) -> str:
    """The file after the one change that the message tells, at the place of the finding."""
    lines = text.splitlines(keepends=True)
    place = finding.place if finding.repair is None else finding.repair.place
    at = sum(map(len, lines[: place.line - 1])) + place.column - 1
    if finding.repair is not None:
        old, new = finding.repair.old, finding.repair.new
    elif mistake.number == 7:
        # "what is asked of an officer, unit or pair belongs in `who`": the fact moves one line down.
        return text.replace("    when: {unit.service_class: essential}\n", "").replace(
            "who: {officer.employment: pns}", "who: {officer.employment: pns, unit.service_class: essential}"
        )
    elif mistake.number in {9, 15}:
        # "put the text in quotes": what stands around the colon, up to the comma.
        line = lines[finding.place.line - 1]
        quoted = re.sub(r"\{id: [“\"]?([^,”]*)[”\"]?,", r'{id: "\1",', line)
        return text.replace(line, quoted)
    elif mistake.number == 11:
        # "begin it exactly below those it belongs with": the other items of the list.
        return text.replace("\n   - id: LIM-01", "\n  - id: LIM-01")
    else:
        old, new = FOLLOWED[mistake.number]
    start = text.index(old, max(0, at - 2))
    assert start - at < 8, "the place is not where the change has to be made"
    return text[:start] + new + text[start + len(old) :]


def write_page() -> None:
    """Write the outputs of the page again."""
    text = PAGE.read_text("utf-8")
    for mistake in MISTAKES:
        file = mistake.within(BASE, mistake.wrong)
        for lang in ("en", "id"):
            head = text.index(f"\n## {mistake.number}. ")
            start = text.index(f"```text {lang}\n", head) + len(f"```text {lang}\n")
            text = text[:start] + printed(file, lang) + text[text.index("```\n", start) :]
    PAGE.write_text(text, "utf-8")


if __name__ == "__main__":
    sys.exit(write_page())
