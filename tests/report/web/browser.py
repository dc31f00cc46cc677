"""A real Chromium without a network; where there is none, tests are skipped and say why."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

# Chromium asks its maker's hosts for this and that; nothing of it belongs to the page.
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def chromium() -> Iterator[Any]:
    """Start the browser of the machine."""
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: `pip install '.[test]'`")
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium on this machine: `apt-get install chromium`")
    with driver.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=list(QUIET))
        yield browser
        browser.close()


@dataclass
class Visit:
    """A page that is open, with everything that it asked for and complained about."""

    page: Any
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def text(self, selector: str = "body") -> str:
        """Return what a reader sees, with the white space of lines made one."""
        return " ".join(self.page.inner_text(selector).split())

    def speak(self, lang: str) -> None:
        self.page.click(f"[data-lang={lang}]")

    def show_everybody(self) -> None:
        self.page.evaluate("state.list.who = 'all'; state.list.all = true; redraw('people')")

    def unfold(self, selector: str = "main") -> None:
        self.page.evaluate(f"unfold(document.querySelector('{selector}'))")


@contextmanager
def visit(browser: Any, file: Path, *, width: int = 1280, theme: str = "light") -> Iterator[Visit]:
    """Open a file as from a USB stick, with the network cut."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=theme, offline=True)
    page = context.new_page()
    # A guard against hangs on a busy machine, no measure.
    page.set_default_timeout(180_000)
    found = Visit(page)
    page.on("request", lambda request: found.asked.append(request.url))
    page.on("console", lambda message: found.complaints.append(message.text))
    page.on("pageerror", lambda error: found.complaints.append(str(error)))
    page.goto(file.as_uri())
    yield found
    context.close()
