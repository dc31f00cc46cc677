"""How findings of `check` are shown: source line, carets, additions, summary; JSON and workflow commands (§12.2)."""

from __future__ import annotations

import io
import json
import re

import pytest

from asn_flex.errors import Diagnostic, Note, Place, Repair, Text
from asn_flex.report.findings import as_github, as_json, print_findings

TEXT = Text("kalimat", "sentence")


def finding(line: int, column: int, code: str = "E301", **more) -> Diagnostic:
    return Diagnostic(Place("r.yaml", line, column), code, TEXT, **more)


def shown(found: list[Diagnostic], content: bytes, *, lang="en", encoding: str = "utf-8") -> list[str]:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="\n")
    print_findings(found, {"r.yaml": content}, lang=lang, stream=stream)
    stream.flush()
    return stream.buffer.getvalue().decode(encoding).splitlines()


def caret(line: str, column: int, *, encoding: str = "utf-8", code: str = "E301") -> tuple[str, str]:
    """The source line and the line of carets, without what stands before both."""
    _, source, carets, *_ = shown([finding(1, column, code)], line.encode(), encoding=encoding)
    assert source.startswith("  1 | ")
    assert carets.startswith("    | ")
    return source[6:], carets[6:]


def test_a_finding_is_its_line_then_the_source_and_a_mark_under_all_of_the_name() -> None:
    assert shown([finding(2, 7)], b"a: 1\nduty: evacuaton\n") == [
        "r.yaml:2:7: E301 sentence",
        "  2 | duty: evacuaton",
        "    |       ^^^^^^^^^",
        "",
        "What a code means and how to mend it: asn-flex check --explain E301",
        "1 error, 0 warnings",
    ]


def test_what_belongs_to_a_finding_is_set_in_below_it() -> None:
    place = Place("r.yaml", 1, 7)
    one = finding(
        1, 7, "W404",
        repair=Repair(place, "evacuaton", "evacuation"),
        notes=(Note(Place("b.yaml", 3, 5), Text("di sana", "there")),),
        witness=(("event.severity", "4"), ("officer.fit", "unknown")),
    )  # fmt: skip
    assert shown([one], b"duty: evacuaton", lang="id") == [
        "r.yaml:1:7: W404 kalimat",
        "  1 | duty: evacuaton",
        "    |       ^^^^^^^^^",
        "    = betulkan: `evacuaton` menjadi `evacuation` (`asn-flex fix` melakukannya)",
        "    = b.yaml:3:5: di sana",
        "    = misalnya: event.severity = 4; officer.fit = unknown",
        "",
        "Arti sebuah kode dan cara membetulkannya: asn-flex check --explain W404",
        "0 galat, 1 peringatan",
    ]


def test_the_first_error_is_the_one_that_the_last_lines_name() -> None:
    found = [finding(1, 1, "W502"), finding(1, 1, "E305")]
    assert shown(found, b"x")[-2].endswith("--explain E305")


def test_nothing_found_is_one_line() -> None:
    assert shown([], b"x") == ["0 errors, 0 warnings"]


# Column from 1 in Unicode letters; expected: how many cells stand before the caret, and how many carets.
WIDTHS = [
    pytest.param("a: bcd", 4, 3, 3, id="plain"),
    pytest.param("洪水: bcd", 5, 6, 3, id="two_cells_each"),
    pytest.param("e\u0301e\u0301: bcd", 7, 4, 3, id="combining_accents_take_no_cell"),
    pytest.param("x: e\u0301e\u0301 y", 4, 3, 2, id="marks_under_combining_accents"),
    pytest.param("x: 洪水 y", 4, 3, 4, id="marks_under_wide_letters"),
    pytest.param("\tbcd", 2, 4, 3, id="tab"),
    pytest.param("a\u202eb: cd", 6, 10, 2, id="direction_mark_as_an_escape"),
    pytest.param("a\u00a0b: cd", 6, 8, 2, id="space_that_does_not_break_as_an_escape"),
    pytest.param("a: 'b c' d", 4, 3, 5, id="text_in_quotes"),
    pytest.param('a: "b \\" c" d', 4, 3, 8, id="text_in_double_quotes"),
    pytest.param("a: 'b c", 4, 3, 2, id="quote_that_never_closes"),
    pytest.param("a: {b: c}", 4, 3, 1, id="bracket"),
    pytest.param("a: [uu24-2008#50]", 5, 4, 12, id="citation"),
    pytest.param("at: 07:00, x", 5, 4, 5, id="clock"),
    pytest.param("a: ", 4, 3, 1, id="beyond_the_end"),
]


@pytest.mark.parametrize(("line", "column", "before", "marked"), WIDTHS)
def test_carets_stand_under_the_place_whatever_width_letters_have(
    line: str, column: int, before: int, marked: int
) -> None:
    assert caret(line, column)[1] == " " * before + "^" * marked


def test_fault_of_form_is_about_one_letter() -> None:
    assert caret("a: bcd", 4, code="E102")[1] == "   ^"


@pytest.mark.parametrize(("encoding", "line"), [("ascii", "??: ?bcd"), ("latin-1", "??: ébcd")])
def test_terminal_without_the_letters_keeps_the_carets_in_place(encoding: str, line: str) -> None:
    # One letter of two cells becomes two question marks.
    assert caret("洪: ébcd", 4, encoding=encoding) == (line, "    ^^^^")


def test_long_line_is_cut_around_the_place() -> None:
    line = "x" * 500 + ", evacuaton, " + "y" * 500
    source, carets = caret(line, 503)
    assert source.startswith("...xxx")
    assert source.endswith("yyy...")
    assert len(source) <= 160
    assert source[carets.index("^") :].startswith("evacuaton,")
    assert carets.strip() == "^" * 9


def test_long_line_of_wide_letters_is_cut_by_cells() -> None:
    source, carets = caret("洪" * 400 + " evacuaton " + "水" * 400, 402)
    cells = [2 if letter in "洪水" else 1 for letter in source]
    assert sum(cells) <= 160
    assert sum(cells[: source.index("evac")]) == carets.index("^")


def test_narrow_terminal_is_given_narrow_quotes(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("COLUMNS", "50")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Terminal()
    print_findings([finding(1, 203)], {"r.yaml": b"x" * 200 + b", evacuaton, " + b"y" * 200}, lang="en", stream=stream)
    assert "\x1b[1;31mE301\x1b[0m" in stream.getvalue()
    plain = re.sub(r"\x1b\[[\d;]*m", "", stream.getvalue()).splitlines()
    assert plain[0] == "r.yaml:1:203: E301 sentence"
    assert max(len(line) for line in plain[1:3]) <= 50
    assert plain[1][plain[2].index("^") :].startswith("evacuaton")


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        pytest.param(b"a: 1\n", 7, 1, id="line_beyond_the_file"),
        pytest.param(b"a: 1\n\n", 2, 1, id="empty_line"),
        pytest.param(b"", 1, 1, id="empty_file"),
        pytest.param(b"a: 1\r\n   \r\n", 2, 2, id="line_of_spaces"),
    ],
)
def test_where_no_line_can_be_shown_the_finding_stands_alone(content: bytes, line: int, column: int) -> None:
    assert shown([finding(line, column)], content)[1] == ""


def test_lines_are_counted_as_editors_count_them() -> None:
    # A carriage return ends a line too; U+2028, which is refused, does not.
    assert shown([finding(3, 1)], "a: 1\rb: 2\u2028\rccc: 3".encode())[1] == "  3 | ccc: 3"


def test_file_that_is_no_text_is_shown_as_far_as_it_goes() -> None:
    assert shown([finding(1, 4, "E101")], b"a: \xe9b")[1:3] == ["  1 | a: \ufffdb", "    |    ^"]


def test_control_letters_never_reach_the_terminal() -> None:
    lines = shown([finding(1, 4)], b"a: \x1b[31mred\x07")
    assert lines[1] == "  1 | a: \\x1b[31mred\\x07"
    one = Diagnostic(Place("r\x1b[2J.yaml", 1, 1), "E301", TEXT)
    assert "\x1b" not in "".join(shown([one], b"x"))


def test_json_tells_the_end_the_page_and_everything_that_belongs_to_a_finding() -> None:
    place = Place("r.yaml", 1, 7)
    one = finding(
        1, 7, "W404",
        repair=Repair(place, "evacuaton", "evacuation"),
        notes=(Note(Place("b.yaml", 3, 5), Text("di sana", "there")),),
        witness=(("event.severity", "4"),),
    )  # fmt: skip
    answer = json.loads(as_json([one], {"r.yaml": b"duty: evacuaton"}))
    assert answer["format"] == "asn-flex/check/1"
    assert answer["findings"] == [
        {
            "file": "r.yaml", "line": 1, "column": 7, "end_column": 16, "code": "W404", "severity": "warning",
            "message": {"id": "kalimat", "en": "sentence"},
            "page": "asn_flex/findings/W404.md",
            "notes": [{"file": "b.yaml", "line": 3, "column": 5, "message": {"id": "di sana", "en": "there"}}],
            "repair": {"file": "r.yaml", "line": 1, "column": 7, "old": "evacuaton", "new": "evacuation"},
            "witness": {"event.severity": "4"},
        }
    ]  # fmt: skip


def unescaped(text: str) -> str:
    """What the runner of GitHub reads: the escapes of its toolkit, undone."""
    for escape, letter in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(escape, letter)
    return text


def test_workflow_command_keeps_percents_colons_commas_and_new_lines() -> None:
    text = Text("x", "100% of `a: b, c`\r\nand more")
    one = Diagnostic(Place("a,b:c%/r.yaml", 1, 7), "W404", text, witness=(("officer.fit", "50%"),))
    (line,) = as_github([one], {"a,b:c%/r.yaml": b"duty: evacuaton"}, "en")
    properties, message = re.fullmatch(r"::warning ([^\r\n]*?)::([^\r\n]*)", line).groups()
    pairs = dict(pair.split("=", 1) for pair in properties.split(","))
    assert {name: unescaped(value) for name, value in pairs.items()} == {
        "file": "a,b:c%/r.yaml", "line": "1", "endLine": "1", "col": "7", "endColumn": "15", "title": "W404",
    }  # fmt: skip
    assert unescaped(message) == "100% of `a: b, c`\r\nand more\nfor example: officer.fit = 50%"
    assert "%250A" not in message


def test_work_grows_with_the_findings_and_not_with_the_length_of_their_line() -> None:
    """A thousand findings on one line of four megabytes: each looks at a bounded piece of it."""

    class Counted(str):
        __slots__ = ()
        looked = 0

        def __getitem__(self, index):
            piece = super().__getitem__(index)
            Counted.looked += len(piece)
            return piece

    from asn_flex.report.source import Sources

    sources = Sources({})
    sources._lines["r.yaml"] = [Counted("abc, " * 800_000)]
    for number in range(1000):
        assert sources.quote(finding(1, 1 + 4000 * number), width=160) is not None
    assert Counted.looked < 1000 * 1000
