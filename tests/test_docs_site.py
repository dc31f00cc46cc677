"""The documentation is built with broken links as errors: a page with one fails (CI builds the real pages)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .support import REPOSITORY

pytest.importorskip("myst_parser", reason="Sphinx with myst-parser is not installed")
pytest.importorskip("furo", reason="the theme furo is not installed")

INDEX = """# Index

## Second part

```{toctree}
:glob:
other
findings/*
```

"""


def build(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    """Build a site of two pages and all findings, with the settings of the real one."""
    source = folder / "source"
    source.mkdir()
    (source / "index.md").write_text(INDEX + line + "\n", "utf-8")
    (source / "other.md").write_text("# Other\n\n## 1.2 A part of it\n\nText.\n", "utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-n", "--keep-going", "-c", str(REPOSITORY / "docs")]
    return subprocess.run(
        [*command, str(source), str(folder / "out")], capture_output=True, text=True, timeout=300, check=False
    )


def test_links_that_lead_somewhere_are_fine_and_every_finding_has_its_page(tmp_path: Path) -> None:
    done = build(tmp_path, "[a](other.md), [b](other.md#12-a-part-of-it), [c](#second-part), [d](findings/E101.md)")
    assert done.stderr == ""
    assert done.returncode == 0
    codes = {page.stem for page in (REPOSITORY / "src" / "asn_flex" / "findings").glob("*.md")}
    assert codes == {page.stem for page in (tmp_path / "out" / "findings").glob("*.html")}


@pytest.mark.parametrize(
    "line", ["[gone](nowhere.md)", "[gone](other.md#13-no-such-part)", "[gone](#no-such-part)", "![gone](no.svg)"]
)
def test_a_broken_link_fails(tmp_path: Path, line: str) -> None:
    done = build(tmp_path, line)
    assert done.returncode != 0
    assert "index.md" in done.stderr
