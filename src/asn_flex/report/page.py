"""The page of a finding's code on the terminal, and for programs (`check --explain`; semantics §12.2)."""

from __future__ import annotations

import json
from typing import TextIO

from asn_flex.errors import Lang, Text
from asn_flex.report.console import Sheet, make_console
from asn_flex.rulebook.pages import Example, Page

FORMAT = "asn-flex/page/1"


def print_page(page: Page, *, lang: Lang, stream: TextIO | None = None) -> None:
    """Show a page in one language, laid out for the terminal."""
    sheet = Sheet(make_console(stream), lang)
    sheet.line(f"{page.code} · {sheet.word(page.title)}", style="bold")
    sheet.line(sheet.word(page.meaning))
    _show_example(sheet, "page.avoid", page.avoid, "red")
    _show_example(sheet, "page.prefer", page.prefer, "green")
    for key, text in (("page.why", page.why), ("page.mend", page.mend)):
        sheet.heading(sheet.say(key))
        sheet.line(sheet.word(text))
    sheet.print()


def _show_example(sheet: Sheet, key: str, example: Example, style: str) -> None:
    sheet.heading(sheet.say(key))
    sheet.line(sheet.word(example.text))
    for line in example.yaml.splitlines():
        sheet.raw(line, style=style)


def page_as_json(page: Page) -> str:
    """Return a page as stable JSON, in both languages, for editors."""
    content = {
        "format": FORMAT,
        "code": page.code,
        "title": _both(page.title),
        "meaning": _both(page.meaning),
        "avoid": {"text": _both(page.avoid.text), "yaml": page.avoid.yaml},
        "prefer": {"text": _both(page.prefer.text), "yaml": page.prefer.yaml},
        "why": _both(page.why),
        "mend": _both(page.mend),
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _both(text: Text) -> dict[str, str]:
    return {"id": text.id, "en": text.en}
