"""Compiles the message catalogues (`*.po`) into the form that gettext reads (`*.mo`), when the package is built.

`python hatch_build.py` does it by hand, after a sentence was changed in an editable installation.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand, where only Babel is installed
    BuildHookInterface = object  # type: ignore[assignment, misc]

LOCALE = Path(__file__).parent / "src" / "asn_flex" / "locale"


def compile_catalogues(folder: Path = LOCALE) -> list[Path]:
    """Write the `.mo` beside every `.po`; return what was written."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as stream:
            catalogue = read_po(stream, abort_invalid=True)
        target = source.with_suffix(".mo")
        unfinished = target.with_suffix(".mo.new")
        with unfinished.open("wb") as stream:
            write_mo(stream, catalogue)
        unfinished.replace(target)
        written.append(target)
    return written


class CustomBuildHook(BuildHookInterface):  # type: ignore[misc]
    """Called by hatchling before it packs a wheel (an editable one included) or a source distribution."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and have the compiled files packed although git ignores them."""
        del version
        root = Path(self.root)
        written = compile_catalogues(root / "src" / "asn_flex" / "locale")
        build_data["artifacts"].extend(path.relative_to(root).as_posix() for path in written)


if __name__ == "__main__":
    compile_catalogues()
