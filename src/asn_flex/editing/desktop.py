"""Which files make up the rulebook of an open document, with what editors have not saved yet."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from asn_flex.errors import Diagnostic, Place
from asn_flex.rulebook.files import read_rule_files

_PACK = re.compile(r"^pack\s*:", re.MULTILINE)
_OURS = re.compile(r"^[\"']?format[\"']?\s*:\s*[\"']?asn-flex/rules", re.MULTILINE)
_OTHER = re.compile(r"^[\"']?format[\"']?\s*:\s*[\"']?asn-flex/(?!rules)", re.MULTILINE)


@dataclass(frozen=True)
class Folder:
    """The files of one rulebook: bytes by name relative to `root`, faults of files that cannot be read."""

    root: Path
    files: Mapping[str, bytes]
    unreadable: tuple[Diagnostic, ...] = ()

    def path_of(self, name: str) -> Path:
        """Return where a file stands."""
        return path_in(self.root, name)

    def name_of(self, path: Path) -> str:
        """Return how findings call a file."""
        return _name(path, self.root)


@dataclass
class Desktop:
    """The open documents, and the folders in which rulebooks may lie.

    Attributes
    ----------
    buffers : what editors show, by path; it counts instead of what is on disk
    roots : folders of the editor's workspace; no rulebook reaches above them
    fixed : the one rulebook, where it was named
    """

    buffers: dict[Path, str] = field(default_factory=dict)
    roots: list[Path] = field(default_factory=list)
    fixed: Path | None = None

    def root_of(self, path: Path) -> Path | None:
        """Return the folder of the rulebook to which a document belongs; None where it is no rule file.

        The nearest folder on the way up in which a file has a `pack` is it; without one, the document's own folder.
        """
        if self.fixed is not None:
            folder = self.fixed if self.fixed.is_dir() else self.fixed.parent
            return folder if path.is_relative_to(folder) else None
        text = self.buffers.get(path, "")
        if _OTHER.search(text):
            return None
        for folder in self._upwards(path):
            if any(_PACK.search(t) and _OURS.search(t) for t in self._texts_in(folder)):
                return folder
        return path.parent if _OURS.search(text) else None

    def _upwards(self, path: Path) -> list[Path]:
        within = [root for root in self.roots if path.is_relative_to(root)]
        top = min(within, key=lambda root: len(root.parts)) if within else path.parent
        return [folder for folder in path.parents if folder.is_relative_to(top)]

    def _texts_in(self, folder: Path) -> list[str]:
        paths = {p for p in (*folder.glob("*.yaml"), *folder.glob("*.yml")) if p.is_file()}
        paths |= {p for p in self.buffers if p.parent == folder}
        return [self._text(path) for path in sorted(paths)]

    def _text(self, path: Path) -> str:
        if path in self.buffers:
            return self.buffers[path]
        try:
            return path.read_bytes()[:200_000].decode("utf-8-sig", "replace")
        except OSError:
            return ""

    def folder(self, root: Path) -> Folder:
        """Return the rulebook below a folder; files of other formats (a scenario beside it) are passed over."""
        read, faults = read_rule_files(root) if root.is_dir() else ({}, [])
        files = {_name(Path(name), root): content for name, content in read.items()}
        for path, text in self.buffers.items():
            name = _name(path, root)
            if path.is_relative_to(root) or name in files:
                files[name] = text.encode("utf-8", "replace")
        kept = {n: c for n, c in sorted(files.items()) if not _OTHER.search(c.decode("utf-8", "replace"))}
        unreadable = (_moved(d, root) for d in faults if d.place.file != root.as_posix())
        return Folder(root, kept, tuple(d for d in unreadable if d.place.file not in files))


def path_in(root: Path, name: str) -> Path:
    """Return where a file of a rulebook stands, as editors name it."""
    return Path(os.path.normpath(root / name))


def _name(path: Path, root: Path) -> str:
    """Name a file from the folder of the rulebook; that of a base elsewhere begins with `..`."""
    return Path(os.path.relpath(path, root)).as_posix()


def _moved(diagnostic: Diagnostic, root: Path) -> Diagnostic:
    """Name a file as the folder does."""
    place = diagnostic.place
    path = Path(place.file)
    name = _name(path, root) if path.is_absolute() else place.file
    return Diagnostic(Place(name, place.line, place.column), diagnostic.code, diagnostic.text)
