"""Finds rule files; reads and replaces files whole. What cannot be read is a fault, never silence (semantics §3.1)."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path

from asn_flex.errors import Diagnostic, Place, Text
from asn_flex.i18n import fault, say, visible
from asn_flex.rulebook.overlays import Extension, absolute, extensions_in, is_relative, is_within, leads_to_itself
from asn_flex.rulebook.tree import MAX_BYTES, parse_yaml

_SUFFIXES = frozenset({".yaml", ".yml"})
# What all files may hold together: far more than people write, far less than memory holds.
MAX_TOTAL_MIB = 64
_PROBLEMS = {
    errno.ENOENT: "problem.absent",
    errno.EACCES: "problem.denied",
    errno.EPERM: "problem.denied",
    errno.ELOOP: "problem.loop",
    # What opening a socket, and reading what has nothing to give yet, is answered with.
    errno.ENXIO: "problem.special",
    errno.EAGAIN: "problem.special",
}
# Opening a pipe would wait until somebody writes into it.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def read_rule_files(root: Path) -> tuple[dict[str, bytes], list[Diagnostic]]:
    """Return the bytes of every rule file by the name that messages use for it, bases (`pack.extends`) included.

    Files and folders whose name begins with a dot are passed over (`.git`, the lock file of an editor), and links
    to folders are not followed. Only ordinary files are read, and of these no more than a rulebook may hold.
    A base that does not exist is passed over too: `build_rulebook` reports it.
    """
    files, found, left = _read(root, MAX_TOTAL_MIB << 20)
    done: list[str] = []
    taken = {absolute(name) for name in files}
    waiting = _bases(files)
    while waiting and left >= 0:
        one = waiting.pop()
        folder = Path(os.path.normpath(Path(one.file).parent / one.written))
        if any(is_within(one.target, seen) for seen in done) or not _is_there(folder):
            continue
        done.append(one.target)
        more, faults, left = _read(folder, left)
        found.extend(d for d in faults if absolute(d.place.file) not in taken)
        new = {name: content for name, content in more.items() if absolute(name) not in taken}
        taken.update(absolute(name) for name in more)
        files |= new
        waiting.extend(_bases(new))
    return files, found


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        # Too long a name, for one: nothing can be there.
        return False


def own_files(root: Path, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files that lie in the folder that was asked for, or are the file itself: bases elsewhere stay out."""
    within = absolute(root.as_posix())
    return {name: content for name, content in files.items() if is_within(absolute(name), within)}


def _bases(files: Mapping[str, bytes]) -> list[Extension]:
    """Return what files extend, as far as it can be followed."""
    found: list[Extension] = []
    for name, content in files.items():
        # Few files do, and whole reading comes later.
        if b"extends" in content:
            tree, _ = parse_yaml(content.decode("utf-8-sig", "replace"), name)
            found += [one for one in extensions_in(tree, name) if is_relative(one.written) and not leads_to_itself(one)]
    return found


def _read(root: Path, left: int) -> tuple[dict[str, bytes], list[Diagnostic], int]:
    """Return files and faults of one root, and how many bytes are left; fewer than none end the reading."""
    found: list[Diagnostic] = []
    try:
        paths = [root] if root.exists() and not root.is_dir() else _below(root, found)
    except OSError as error:
        return {}, [_unreadable(str(root), error)], left
    if not paths and not found:
        return {}, [fault("E101.none", Place(str(root), 1, 1))], left
    files: dict[str, bytes] = {}
    for path in paths:
        name = path.as_posix()
        if visible(name) != name:
            # It would break the lines of messages, and no plan or bundle could name it.
            found.append(fault("E101.name", Place(name, 1, 1)))
            continue
        try:
            content = read_ordinary(path, MAX_BYTES + 1)
        except OSError as error:
            found.append(_unreadable(name, error))
            continue
        left -= len(content)
        if left < 0:
            found.append(fault("E106.total", Place(name, 1, 1), limit=MAX_TOTAL_MIB))
            break
        if len(content) > MAX_BYTES:
            found.append(fault("E106.size", Place(name, 1, 1)))
        else:
            files[name] = content
    return files, found, left


def read_ordinary(path: Path, most: int = -1) -> bytes:
    """Return the content of an ordinary file, or its first bytes; a pipe would be waited for, a device has no end.

    Raises
    ------
    OSError
        If it cannot be read, or is no ordinary file (`ENXIO`).
    """
    descriptor = os.open(path, _FLAGS)
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        problem = errno.EISDIR if stat.S_ISDIR(mode) else errno.ENXIO
        raise OSError(problem, os.strerror(problem))
    with os.fdopen(descriptor, "rb") as stream:
        content: bytes | None = stream.read(most)
    if content is None:
        # It calls itself a file, but has nothing to give yet (some of those in `/proc`).
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
    return content


def replace_file(path: Path, content: bytes, *, keeps_mode: bool = False) -> None:
    """Put a file in place in one step: written beside it first, so that it is the old one or the whole new one.

    Raises
    ------
    OSError
        If it cannot be written; it is then the old one.
    """
    beside = path.with_name(f".{path.name[:80]}.{secrets.token_hex(8)}.tmp")
    try:
        with beside.open("xb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        if keeps_mode and path.exists():
            beside.chmod(path.stat().st_mode)
        beside.replace(path)
        _settle(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """Have the disk remember a new name in a folder, so that a power cut does not bring the old file back.

    Only POSIX lets a folder be opened for that, and not every file system does it; the file itself is whole anyway.
    """
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _below(root: Path, found: list[Diagnostic]) -> list[Path]:
    """Return the rule files of a folder and of those inside; without recursion, so that depth costs no stack."""
    paths: list[Path] = []
    waiting = [root] if root.is_dir() else []
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                seen = [entry for entry in entries if not entry.name.startswith(".")]
        except OSError as error:
            found.append(_unreadable(folder.as_posix(), error))
            continue
        for entry in seen:
            if _is_folder(entry):
                if not entry.is_symlink():
                    waiting.append(folder / entry.name)
            elif Path(entry.name).suffix.lower() in _SUFFIXES:
                paths.append(folder / entry.name)
    return sorted(paths, key=lambda path: path.relative_to(root).as_posix())


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        # A link in a circle: reading it says so.
        return False


def _unreadable(name: str, error: OSError) -> Diagnostic:
    key = _PROBLEMS.get(error.errno or 0)
    text = error.strerror or "?"
    return fault("E101", Place(name, 1, 1), problem=say(key) if key is not None else Text(text, text))
