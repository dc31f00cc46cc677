"""PDF of an agency's own templates, by LibreOffice, which lays a DOCX out as its author saw it (semantics §12.8)."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from asn_flex.errors import UsageError
from asn_flex.i18n import say

_PROGRAMS = ("soffice", "libreoffice")
_SECONDS_EACH = 20


def find_office() -> str | None:
    """Return the path of LibreOffice, or None where it is not installed."""
    return next((found for name in _PROGRAMS if (found := shutil.which(name)) is not None), None)


def office_pdfs(documents: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return DOCX files as PDF, by the same names.

    Raises
    ------
    UsageError
        If LibreOffice is not installed, or did not write every file.
    """
    program = find_office()
    if program is None:
        raise UsageError(say("letters.no_office"))
    if not documents:
        return {}
    with tempfile.TemporaryDirectory(prefix="asn-flex-") as name:
        folder = Path(name)
        sources = [folder / f"{stem}.docx" for stem in documents]
        for source, content in zip(sources, documents.values(), strict=True):
            source.write_bytes(content)
        # A profile of its own: nobody's open LibreOffice is disturbed, and macros stay off.
        command = [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore",
                   "--convert-to", "pdf", "--outdir", str(folder), *map(str, sources)]  # fmt: skip
        try:
            subprocess.run(command, check=False, capture_output=True, timeout=60 + _SECONDS_EACH * len(sources))  # noqa: S603 - a program of the machine, and files of our own
        except (subprocess.TimeoutExpired, OSError):
            raise UsageError(say("letters.office_failed")) from None
        targets = {stem: folder / f"{stem}.pdf" for stem in documents}
        # LibreOffice says 0 even where it could not load a file.
        if not all(target.is_file() for target in targets.values()):
            raise UsageError(say("letters.office_failed"))
        return {stem: target.read_bytes() for stem, target in targets.items()}
