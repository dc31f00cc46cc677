"""How the documentation is built: `sphinx-build -W -n --keep-going docs build/docs`; a broken link is an error.

The pages are Markdown that reads as well without being built. The pages of the findings are taken from the package
(`asn_flex/findings`, where `check --explain` finds them), and the API page from its docstrings.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SOURCE = HERE.parent / "src"
sys.path.insert(0, str(SOURCE))

project = "asn-flex"
author = "asn-flex"
html_title = "asn-flex"
html_theme = "furo"
html_show_sphinx = False
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
# Anchors as code forges make them: `semantics.md#122-command-line`.
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]
# The blocks of the pages are run by the tests; here they need no highlighting that could fail.
suppress_warnings = ["misc.highlighting_failure"]
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
napoleon_google_docstring = False
# Types of other libraries have no page here; links between pages stay strict.
nitpick_ignore_regex = [("py:.*", ".*")]


def take_findings(app: Any) -> None:
    """Copy the page of every finding from the package to where the build reads it."""
    target = Path(app.srcdir) / "findings"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(
        SOURCE / "asn_flex" / "findings", target, ignore=lambda _, names: [n for n in names if n[-3:] != ".md"]
    )


def setup(app: Any) -> None:
    """Register what the build does first."""
    app.connect("builder-inited", take_findings)
