"""Writes rule files back: whole or not at all, and never where somebody has said not to (semantics §12.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from asn_flex.errors import Diagnostic, Place
from asn_flex.i18n import fault
from asn_flex.rulebook.files import replace_file

_ANY_WRITE = 0o222


def obstacles(names: Iterable[str]) -> dict[str, Diagnostic]:
    """Return why files may not be written, by name: links (to files that others use too) and read-only files."""
    found: dict[str, Diagnostic] = {}
    for name in names:
        path = Path(name)
        if path.is_symlink():
            found[name] = fault("U112", Place(name, 1, 1), target=path.resolve().as_posix())
        elif path.exists() and not path.stat().st_mode & _ANY_WRITE:
            found[name] = fault("U113", Place(name, 1, 1))
    return found


def write_files(contents: Mapping[str, bytes]) -> None:
    """Write each file beside itself and put it in its place; what others may do with it stays.

    Raises
    ------
    OSError
        If a file cannot be written; it is then the old one.
    """
    for name, content in contents.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, content, keeps_mode=True)
