"""A small rulebook and scenario to begin with, as files (semantics §12.5).

The files are data of the package (`templates/start`), and the JSON Schema that editors read is written beside the
rules. Nothing that is there already is touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from asn_flex.errors import InputError, Place
from asn_flex.i18n import fault
from asn_flex.rulebook.files import replace_file

RULES, SCENARIO = "aturan", "skenario"
_SCHEMA = "rules.schema.json"


def start_files() -> dict[str, bytes]:
    """Return every file by its path below the new folder, in order of path."""
    package = files("asn_flex")
    found = dict(_below(package / "templates" / "start"))
    found[f"{RULES}/{_SCHEMA}"] = (package / "schemas" / _SCHEMA).read_bytes()
    return dict(sorted(found.items()))


def _below(folder: Traversable, path: str = "") -> Iterator[tuple[str, bytes]]:
    for item in folder.iterdir():
        if item.is_dir():
            yield from _below(item, f"{path}{item.name}/")
        else:
            yield f"{path}{item.name}", item.read_bytes()


def start(folder: str | Path) -> tuple[Path, ...]:
    """Write the files into a folder, which is made if it is not there; return their paths.

    Raises
    ------
    InputError
        If one of them is there already; nothing is written then.
    """
    root = Path(folder)
    wanted = {root / name: content for name, content in start_files().items()}
    folders = (root, root / RULES, root / SCENARIO)
    taken = [path for path in folders if path.exists() and not path.is_dir()]
    taken += [path for path in wanted if path.exists()]
    if taken:
        raise InputError([fault("T130", Place(str(root), 1, 1), name=taken[0].as_posix())])
    made: list[Path] = []
    try:
        for path, content in wanted.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, content)
            made.append(path)
    except OSError:
        # All or nothing, so that it can be begun again.
        for path in made:
            path.unlink()
        raise
    return tuple(wanted)
