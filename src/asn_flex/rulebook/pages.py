"""The page of every finding about rule files: what it means, avoid, prefer, why, how to mend (semantics §12.2).

Pages are data of the package (`asn_flex/findings/CODE.md`), in both languages on one page, so that they can be read in
the repository and asked for without a network.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from asn_flex.errors import Lang, Text
from asn_flex.i18n import say

_NAME = re.compile(r"[A-Z][0-9]{3}")
_BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_IN_LANG = {
    lang: re.compile(rf"^\*\*{name}\.\*\* (.*)$", re.MULTILINE)
    for lang, name in (("id", "Indonesia"), ("en", "English"))
}
WHOLE_FILE = "<!-- whole file -->"


@dataclass(frozen=True)
class Example:
    """A piece of a rule file, or words where no piece can show it; `is_whole` says that the piece is a file."""

    text: Text
    yaml: str
    is_whole: bool


@dataclass(frozen=True)
class Page:
    """What a person should know about a finding's code."""

    code: str
    title: Text
    meaning: Text
    avoid: Example
    prefer: Example
    why: Text
    mend: Text

    def as_markdown(self, lang: Lang) -> str:
        """Return the page in one language."""
        parts = [f"# {self.code} · {self.title.in_lang(lang)}", self.meaning.in_lang(lang)]
        for key, example in (("avoid", self.avoid), ("prefer", self.prefer)):
            parts.append(f"## {say(f'page.{key}').in_lang(lang)}")
            parts.extend(part for part in (example.text.in_lang(lang), _fenced(example.yaml)) if part)
        for key, text in (("why", self.why), ("mend", self.mend)):
            parts.extend((f"## {say(f'page.{key}').in_lang(lang)}", text.in_lang(lang)))
        return "\n\n".join(parts) + "\n"


def _fenced(yaml: str) -> str:
    return f"```yaml\n{yaml}```" if yaml else ""


@cache
def page_codes() -> tuple[str, ...]:
    """Return the codes that have a page, in order."""
    names = (entry.name.removesuffix(".md") for entry in (files("asn_flex") / "findings").iterdir())
    return tuple(sorted(name for name in names if _NAME.fullmatch(name)))


def page_of(code: str) -> Page | None:
    """Return the page of a code, or None where it has none."""
    if code not in page_codes():
        return None
    return read_page((files("asn_flex") / "findings" / f"{code}.md").read_text("utf-8"))


def read_page(text: str) -> Page:
    """Read a page as it is written: a title, what it means, and four sections, all in both languages."""
    head, avoid, prefer, why, mend = re.split(r"^## .*$", text, flags=re.MULTILINE)
    code, indonesian, english = head.splitlines()[0].removeprefix("# ").split(" · ")
    return Page(
        code=code,
        title=Text(indonesian, english),
        meaning=_both(head),
        avoid=_example(avoid),
        prefer=_example(prefer),
        why=_both(why),
        mend=_both(mend),
    )


def _both(text: str) -> Text:
    found = {lang: pattern.search(text) for lang, pattern in _IN_LANG.items()}
    return Text(*(match[1] if match else "" for match in (found["id"], found["en"])))


def _example(text: str) -> Example:
    block = _BLOCK.search(text)
    return Example(_both(text), block[1] if block else "", WHOLE_FILE in text)
